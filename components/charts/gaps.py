"""The other figures of the prices page: five distances, gap against the rest of the day, eleven candles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.findings.common import weekday_close
from aftershock.impact import Impact
from aftershock.measures.returns import thinned
from components.charts import base
from components.charts.prices import draw_candles
from components.theme import Palette, rgba

PANEL_POINTS = 400


@dataclass(frozen=True)
class Distance:
    """One small panel: the span it stands for, its heading, its values and what the line did over it."""

    span: str
    title: str
    values: pd.Series
    change: float
    log: bool


def distances(impact: Impact, focus: str, minutes: pd.Series | None) -> list[Distance]:
    """The focus company's price around the event, from near to far (`minutes`: its trades of the session, if known)."""
    close = impact.history.frames["close"][focus]
    found = []
    if minutes is not None and len(minutes):
        found.append(
            Distance("session", "The session", minutes, minutes.iloc[-1] / impact.table.at[focus, "before"] - 1, False)
        )
    started = impact.history.coverage.loc[focus, "first"]
    for span, title in (
        ("month", "A month"),
        ("year", "A year"),
        ("5y", "Five years"),
        ("all", f"Since {started.year}"),
    ):
        first, last = impact.span_rows(focus, span)
        values = close.iloc[first : last + 1].dropna()
        found.append(Distance(span, title, values, values.iloc[-1] / values.iloc[0] - 1, span in ("5y", "all")))
    return found


def panel(d: Distance, impact: Impact, p: Palette) -> go.Figure:
    """A small line with the fall of the event in its colour, and the ends of its time below."""
    values = d.values.to_numpy(float)
    rows = thinned(values, PANEL_POINTS)
    fig = base.sheet(p, 150, l=0, r=4, t=6, b=24)
    if d.span == "session":
        before = d.values.iloc[-1] / (1 + d.change)
        base.line(fig, rows, values[rows], p.move(d.change), 1.8)
        base.line(fig, [0, 0], [before, values[0]], p.move(d.change), 2.6)
        ends = (f"{d.values.index[0]:%H:%M}", f"{d.values.index[-1]:%H:%M}")
    else:
        at = int(d.values.index.get_indexer([impact.day.session])[0])
        rows = np.unique(np.append(rows, [at - 1, at]))
        base.line(fig, rows, values[rows], p.ink, 1.3)
        colour = p.move(values[at] - values[at - 1])
        fig.add_scatter(
            x=[at - 1, at], y=values[[at - 1, at]], mode="lines+markers", hoverinfo="skip",
            line={"color": colour, "width": 3.2}, marker={"size": 4.5, "color": colour},
        )  # fmt: skip
        ends = tuple(_end(d, when) for when in (d.values.index[0], d.values.index[-1]))  # type: ignore[assignment]
    for x, text, anchor in ((0, ends[0], "left"), (1, ends[1], "right")):
        base.note(
            fig,
            x,
            0,
            text,
            size=12,
            colour=p.muted,
            xref="paper",
            yref="paper",
            xanchor=anchor,
            yanchor="top",
            yshift=-4,
        )
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False, type="log" if d.log else "linear")
    return fig.figure()


def _end(d: Distance, when: pd.Timestamp) -> str:
    return f"{when.day} {when:%b}" if d.span == "month" else f"{when:%b %Y}"


def gap_rows(impact: Impact, p: Palette) -> go.Figure:
    """A row per company: pale from the close before to the open, strong on to the close, line from low to high."""
    rows = impact.table.sort_values("day", ascending=False)
    height = 24 * len(rows) + 50
    fig = base.sheet(p, height, l=108, r=98, t=22, b=28)
    for r in rows.itertuples():
        pale = rgba(p.move(r.gap), 0.38)
        base.line(fig, [r.worst * 100, r.best * 100], [r.short] * 2, p.faint, 1)
        base.line(fig, [0, r.gap * 100], [r.short] * 2, pale, 9)
        hover = f"{r.name}: gap {f.percent(r.gap, 1)}, after the open {f.percent(r.after_open, 1)}<extra></extra>"
        base.line(fig, [r.gap * 100, r.day * 100], [r.short] * 2, p.move(r.after_open), 9, hover=hover)
        base.note(fig, 1, r.short, f"<b>{f.percent(r.day, 1)}</b>", xref="paper", xanchor="right", xshift=50)
        base.note(fig, 1, r.short, f.percent(r.gap, 1), colour=p.muted, xref="paper", xanchor="right", xshift=98)
    for text, shift, colour in (("<b>Day</b>", 50, p.ink), ("Gap", 98, p.muted)):
        base.note(
            fig, 1, 1, text, colour=colour, xref="paper", yref="paper", xanchor="right", xshift=shift, yanchor="bottom"
        )
    fig.add_shape(type="line", x0=0, x1=0, yref="paper", y0=0, y1=1, line={"color": p.ink, "width": 1})
    low = min(0.0, float(rows[["worst", "gap", "day"]].min().min())) * 100
    high = max(0.0, float(rows[["best", "gap", "day"]].max().max())) * 100
    air = (high - low) * 0.03
    ticks = base.linear_ticks(low, high, 4)
    fig.update_xaxes(
        range=[low - air, high + air], tickvals=ticks, ticktext=[f.percent(t / 100, 0) if t else "0" for t in ticks],
        showgrid=True, gridcolor=p.grid,
    )  # fmt: skip
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": p.ink}, range=[-0.6, len(rows) - 0.4])
    return fig.figure()


def zoom(impact: Impact, p: Palette, focus: str) -> go.Figure:
    """Candles of the five sessions on either side, with the gap as a band."""
    at, frames = impact.day.position, impact.history.frames
    first, last = impact.nearby_rows
    bars = pd.DataFrame({k: frames[k][focus].iloc[first : last + 1] for k in ("open", "high", "low", "close")})
    x = np.arange(first, last + 1) - at
    r = impact.table.loc[focus]
    fig = base.sheet(p, max(24 * len(impact.table) + 50, 400), l=48, r=16, t=22, b=28)
    draw_candles(fig, p, x, bars, 1.6, base.session_names(bars.index, x))
    base.rule(fig, p, x0=x[0] - 0.6, x1=x[-1] + 0.6, y0=r["before"], y1=r["before"])
    fig.add_shape(
        type="rect", x0=-0.5, x1=0.5, y0=r["open"], y1=r["before"], line_width=0, layer="below",
        fillcolor=rgba(p.move(r["gap"]), 0.13),
    )  # fmt: skip
    _name_the_parts(fig, p, r, bars[x < 0])
    close_before = f"{weekday_close(impact)} <b>{f.price(r['before'])}</b>"
    base.note(
        fig, x[-1] + 0.6, r["before"], close_before, colour=p.muted, bgcolor=rgba(p.bg, 0.85),
        xanchor="right", yanchor="bottom", yshift=2,
    )  # fmt: skip
    bottom, top = float(bars["low"].min()), float(bars["high"].max())
    air = (top - bottom) * 0.06
    ticks = base.linear_ticks(bottom - air, top + air, 5)
    fig.update_xaxes(
        range=[x[0] - 0.6, x[-1] + 0.6], tickvals=[x[0], 0, x[-1]],
        ticktext=[f"{bars.index[k].day} {bars.index[k]:%b}" for k in (0, -x[0], -1)],
    )  # fmt: skip
    fig.update_yaxes(range=[bottom - air, top + air], tickvals=ticks, ticktext=[base.dollars(t) for t in ticks])
    return fig.figure()


def _name_the_parts(fig: base.Sheet, p: Palette, r: pd.Series, before: pd.DataFrame) -> None:
    """Gap and move after the open, named left of the event where the candles leave room, else in one line above."""
    parts = [
        ("gap", r["gap"], (r["before"] + r["open"]) / 2),
        ("after the open", r["after_open"], (r["open"] + r["close"]) / 2),
    ]
    places = [y for _, _, y in parts]
    last = before.tail(3)
    height = float(before["high"].max() - min(before["low"].min(), *places)) if len(before) else 0.0
    clear = len(last) and (max(places) < last["low"].min() or min(places) > last["high"].max())
    if clear and abs(places[0] - places[1]) > 0.12 * height:
        for name, move, y in parts:
            text = f"{name}<br><b>{f.percent(move, 1)}</b>"
            base.note(fig, -0.5, y, text, colour=p.move_text(move), xanchor="right", xshift=-5, align="right")
        return
    text = ", ".join(f"{name} <b style='color:{p.move_text(move)}'>{f.percent(move, 1)}</b>" for name, move, _ in parts)
    base.note(fig, 0.5, 1, text, xref="paper", yref="paper", yanchor="bottom", xanchor="center")
