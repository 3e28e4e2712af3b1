"""The main figure of the prices page in dollars: as a line or as candles, over a span around the event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.returns import joined, thinned
from components.charts import base, pins
from components.charts.paths import MOST_POINTS, TOP, finish, gap_block
from components.charts.pins import LIFT, Pin
from components.theme import Palette, rgba

WEEKLY, MONTHLY = 300, 1600  # sessions above which a candle stands for a week, or a month


def sessions_a_candle(sessions: int) -> int:
    """Sessions that one candle stands for, so that a long span stays readable."""
    return 1 if sessions <= WEEKLY else 5 if sessions <= MONTHLY else 21


def price(
    impact: Impact, p: Palette, focus: str, rows: tuple[int, int], marks: Sequence[Pin], *, log: bool
) -> go.Figure:
    """The focus company's closes in dollars; the benchmark, dashed, starts at the same point."""
    first, last = rows
    at, close = impact.day.position, impact.history.frames["close"]
    line = close[focus].iloc[first : last + 1]
    market = close[impact.benchmark.symbol].iloc[first : last + 1]
    both = line.notna() & market.notna()
    start = int(both.to_numpy().argmax())
    market = market / market.iloc[start] * line.iloc[start]
    x = np.arange(first, last + 1) - at
    fig = base.sheet(p, 470, l=52, r=84, t=TOP, b=42)
    keep = thinned(line.to_numpy(), MOST_POINTS)
    before = impact.table.at[focus, "before"]
    base.rule(fig, p, x0=x[0], x1=x[-1], y0=before, y1=before)
    base.unified_hover(fig, p, x[keep], line.iloc[keep], base.session_names(line.index[keep], x[keep]))
    same_start = f"{impact.benchmark.name} from the same start"
    base.thin_line(fig, x, market, p.muted, 1.5, keep, dash=base.BENCHMARK_DASH, name=same_start, hover="$%{y:,.2f}")
    base.thin_line(fig, x, line, p.ink, 2.2, keep, name=impact.table.at[focus, "name"], hover="$%{y:,.2f}")
    gap_block(fig, impact, p, focus, before)
    both_values = np.concatenate([line.to_numpy(), market.to_numpy()])
    low, high = float(np.nanmin(both_values)), float(np.nanmax(both_values))
    air = (high - low) * 0.06
    limits = (low * 0.93, high * 1.07) if log else (max(0.0, low - air) if low > air else 0.0, high + air)
    ends = [
        (f"<b>{focus}</b> {f.price(line.iloc[-1])}", float(line.iloc[-1]), p.ink),
        (
            f"<b>{impact.benchmark.short}</b> {_multiple(market.iloc[-1] / line.iloc[start])}",
            float(market.iloc[-1]),
            p.muted,
        ),
    ]
    finish(fig, impact, p, rows, marks, limits, ends, log=log, tick=base.dollars)
    return fig.figure()


def candles(impact: Impact, p: Palette, focus: str, rows: tuple[int, int], marks: Sequence[Pin]) -> go.Figure:
    """Open, high, low and close of the focus company with volume below; the gap is a band until a trade fills it."""
    first, last = rows
    at = impact.day.position
    bars, x, per = _bars(impact, focus, first, last)
    r = impact.table.loc[focus]
    fig = base.sheet(p, 540, l=52, r=62, t=TOP, b=42)
    reach = [x[0] - 0.6 * per, x[-1] + 0.6 * per]
    filled = r["sessions_filled"] if np.isfinite(r["sessions_filled"]) else last - at
    if r["gap"]:
        fig.add_shape(
            type="rect", x0=0, x1=min(filled, last - at), y0=r["open"], y1=r["before"], line_width=0, layer="below",
            fillcolor=rgba(p.move(r["gap"]), 0.12),
        )  # fmt: skip
    base.rule(fig, p, x0=reach[0], x1=reach[1], y0=r["before"], y1=r["before"])
    draw_candles(fig, p, x, bars, 1.3, base.session_names(bars.index, x))
    if per == 1:  # on the side of the close before where no candle comes until the gap is filled
        closed = f", filled {_day_month(r['filled'])}" if pd.notna(r["filled"]) and 0 < filled <= last - at else ""
        down = r["gap"] < 0
        base.note(
            fig, 0, r["before"], f"<b>gap {f.percent(r['gap'], 1)}</b>{closed}", xanchor="left", xshift=6,
            colour=p.move_text(r["gap"]), yanchor="bottom" if down else "top",
        )  # fmt: skip
    base.note(fig, reach[1], r["before"], f"<b>{f.price(r['before'])}</b>", xanchor="left", xshift=6, colour=p.muted)
    if abs(bars["close"].iloc[-1] / r["before"] - 1) > 0.03:
        base.note(
            fig, reach[1], bars["close"].iloc[-1], f"<b>{f.price(bars['close'].iloc[-1])}</b>", xanchor="left", xshift=6
        )
    low = int(np.nanargmin(bars["low"].to_numpy()))
    lowest = f"<b>{f.price(bars['low'].iloc[low])}</b> {_day_month(bars.index[low], year=per > 1)}"
    side = "right" if low > 0.85 * len(x) else "left" if low < 0.1 * len(x) else "center"
    base.note(fig, x[low], bars["low"].iloc[low], lowest, yanchor="top", yshift=-3, xanchor=side)
    pins.draw(fig, p, marks, reach[0], reach[1])
    base.event_rule(fig, p, base.event_label(impact, year=per > 1), lift=LIFT, room_right=base.room_right(x))
    top, bottom = np.nanmax(bars["high"]), np.nanmin(bars["low"])
    air = (top - bottom) * 0.07
    ticks = base.linear_ticks(max(0.0, bottom - air), top + air, 5)
    fig.update_layout(
        xaxis_anchor="y2",
        yaxis={
            "domain": [0.25, 1],
            "range": [bottom - air, top + air],
            "tickvals": ticks,
            "ticktext": [base.dollars(t) for t in ticks],
        },
    )
    fig.update_xaxes(range=reach)
    base.time_axis(fig, bars.index, x)
    _volume(fig, impact, p, focus, bars["volume"], x, per)
    return fig.figure()


def _volume(
    fig: base.Sheet, impact: Impact, p: Palette, focus: str, volume: pd.Series, x: np.ndarray, per: int
) -> None:
    """Shares traded below the candles: the event in its colour, the usual as a dashed rule."""
    r, traded = impact.table.loc[focus], volume.to_numpy(float)
    if not np.isfinite(traded).any():
        return
    colours = [p.move(r["day"]) if k <= 0 < k + per else p.peer for k in x]
    fig.add_bar(x=x, y=traded, yaxis="y2", marker={"color": colours}, width=0.66 * per, hoverinfo="skip")
    top = float(np.nanmax(traded)) * 1.08
    ticks = base.linear_ticks(0, top, 3)
    fig.update_layout(
        yaxis2={
            "domain": [0, 0.19], "range": [0, top], "showgrid": True, "gridcolor": p.grid, "zeroline": False,
            "tickvals": ticks, "ticktext": [_shares(t) for t in ticks], "ticks": "", "showline": False,
            "tickfont": {"size": 12.5, "color": p.muted}, "ticklabelstandoff": 6, "fixedrange": True,
        }
    )  # fmt: skip
    if per > 1 or not np.isfinite(r["usual_volume"]):
        return
    usual = r["usual_volume"]
    base.rule(fig, p, dash=base.BENCHMARK_DASH, layer="above", x0=x[0], x1=x[-1], y0=usual, y1=usual, yref="y2")
    base.note(
        fig, 1, usual, f"<b>{_shares(usual)}</b><br>usual", xref="paper", yref="y2", size=12, colour=p.muted,
        xanchor="left", xshift=6,
    )  # fmt: skip
    if len(x) > 40:
        base.note(
            fig, 0, r["volume"], f"<b>{_shares(r['volume'])}</b>", yref="y2", colour=p.move_text(r["day"]),
            xanchor="left", xshift=8, yanchor="top",
        )  # fmt: skip


def _shares(count: float) -> str:
    """Shares on an axis: `0`, `400 m`, `20 bn`."""
    if not count:
        return "0"
    return f"{count / 1e9:,.10g}{f.NBSP}bn" if count >= 1e10 else f"{count / 1e6:,.0f}{f.NBSP}m"


def _bars(impact: Impact, focus: str, first: int, last: int) -> tuple[pd.DataFrame, np.ndarray, int]:
    """Bars of the span, each of one session, a week or a month, their first session numbers, and sessions a bar."""
    frames = impact.history.frames
    bars = pd.DataFrame(
        {k: frames[k][focus].iloc[first : last + 1] for k in ("open", "high", "low", "close", "volume")}
    )
    x = np.arange(first, last + 1) - impact.day.position
    per = sessions_a_candle(len(bars))
    return joined(bars, per), x[::per], per


def draw_candles(
    fig: base.Sheet, p: Palette, x: np.ndarray, bars: pd.DataFrame, width: float, names: Sequence[str]
) -> None:
    """Candles of `bars` (open, high, low, close, maybe volume) in the house colours, lines `width` pixels wide.

    `names` head the hover box of each candle.
    """
    fig.add_candlestick(
        x=x, open=bars["open"], high=bars["high"], low=bars["low"], close=bars["close"], whiskerwidth=0, name="",
        increasing={"line": {"color": p.gain, "width": width}, "fillcolor": p.gain},
        decreasing={"line": {"color": p.loss, "width": width}, "fillcolor": p.loss}, hoverinfo="skip",
    )  # fmt: skip
    fig.update_layout(xaxis_rangeslider_visible=False)
    texts = []
    for name, bar in zip(names, bars.to_dict("records"), strict=True):
        lines = [f"{k} {f.price(bar[k])}" for k in ("open", "high", "low", "close")]
        lines += [f"{f.volume(bar['volume'])} shares"] if np.isfinite(bar.get("volume", np.nan)) else []
        texts.append("<br>".join([f"{name}</b>", *lines]) + "<b>")
    base.unified_hover(fig, p, x, bars["close"], texts)


def _multiple(ratio: float) -> str:
    return f"\u00d7{ratio:,.1f}" if ratio >= 2 else f.percent(ratio - 1, 0)


def _day_month(when: pd.Timestamp, *, year: bool = False) -> str:
    return f.date_short(when) if year else f"{when.day} {when:%b}"
