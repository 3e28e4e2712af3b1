"""Figures of the drawdowns page: the lines under water, and a bar of time per company."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from components.charts import base
from components.theme import Palette, rgba

POINTS = 400
FARTHEST = 500  # sessions before the event at which the time axis begins at the latest


def lines(impact: Impact, p: Palette, focus: str, falls: pd.DataFrame, peaks: str) -> go.Figure:
    """Distance from the highest close so far: focus lightly filled, the deepest in loss, peers grey, market dashed."""
    depth = impact.underwater(peaks) * 100
    x = impact.history.sessions.get_indexer(depth.index) - impact.day.position
    worst = str(falls["depth"].idxmin())
    back_inside = pd.notna(falls.at[focus, "recovery"]) and falls.at[focus, "recovery"] <= depth.index[-1]
    lift = 17 if back_inside else 0  # a second row above the plot, so that the two labels never meet
    fig = base.sheet(p, 380 + lift, l=46, r=64, t=26 + lift, b=42)
    for symbol in impact.symbols:
        if symbol not in (focus, worst):
            base.thin_line(fig, x, depth[symbol], p.peer, 1, POINTS, opacity=0.45)
    fig.add_scatter(
        x=x,
        y=depth[focus],
        mode="lines",
        line={"width": 0},
        fill="tozeroy",
        fillcolor=rgba(p.ink, 0.07),
        hoverinfo="skip",
    )
    base.unified_hover(fig, p, x, depth[focus], base.session_names(depth.index, x))
    market = impact.benchmark
    base.line(
        fig, x, depth[market.symbol], p.muted, 1.5, dash=base.BENCHMARK_DASH, name=market.name,
        hover=f"{f.MINUS}%{{customdata:.1f}}%", customdata=-depth[market.symbol],
    )  # fmt: skip
    shown = [(market.short, depth[market.symbol], p.muted), (focus, depth[focus], p.ink)]
    if worst != focus:
        base.line(
            fig, x, depth[worst], p.loss, 1.8, name=impact.table.at[worst, "name"], customdata=-depth[worst],
            hover=f"{f.MINUS}%{{customdata:.1f}}%",
        )  # fmt: skip
        shown.append((worst, depth[worst], p.loss_text))
    base.line(
        fig, x, depth[focus], p.ink, 2.5, name=impact.table.at[focus, "name"], customdata=-depth[focus],
        hover=f"{f.MINUS}%{{customdata:.1f}}%",
    )  # fmt: skip
    base.event_rule(fig, p, base.event_label(impact, year=True), lift=lift, room_right=base.room_right(x))
    _marks(fig, impact, p, falls.loc[focus], x)
    lowest = float(np.nanmin(depth.to_numpy()))
    final = [(f"<b>{n}</b>", float(d.ffill().iloc[-1]), c) for n, d, c in shown]
    base.end_labels(fig, x[-1], final, abs(lowest) * 0.055, log=False)
    ticks = base.linear_ticks(lowest * 1.05, 0, 5)
    fig.update_yaxes(
        range=[lowest * 1.07, -lowest * 0.03],
        tickvals=ticks,
        ticktext=[f.percent(t / 100, 0) if t else "0%" for t in ticks],
    )
    fig.update_xaxes(range=[x[0], x[-1]])
    base.time_axis(fig, pd.DatetimeIndex(depth.index), x, most=9)
    return fig.figure()


def _marks(fig: base.Sheet, impact: Impact, p: Palette, fall: pd.Series, x: np.ndarray) -> None:
    """The focus company's low and the day it was back, where they lie inside the figure."""
    at = impact.day.position

    def place(when: pd.Timestamp) -> int | None:
        k = None if pd.isna(when) else impact.history.position(when) - at
        return k if k is not None and x[0] <= k <= x[-1] else None

    if (k := place(fall["trough"])) is not None:
        base.dot(fig, p, k, fall["depth"] * 100, p.ink)
        left = k > x[0] + 0.75 * (x[-1] - x[0])
        base.note(
            fig, k, fall["depth"] * 100, f"<b>{f.percent(fall['depth'], 1)}</b> {f.date_short(fall['trough'])}",
            xanchor="right" if left else "left", xshift=-8 if left else 8, yanchor="top", yshift=-2,
        )  # fmt: skip
    if (k := place(fall["recovery"])) is not None:
        base.dot(fig, p, k, 0, p.gain)
        base.note(
            fig, k, 0, f"<b>back</b> {f.date_short(fall['recovery'])}", colour=p.gain_text,
            xanchor="right" if k > x[0] + 0.8 * (x[-1] - x[0]) else "left", xshift=-3, yanchor="bottom", yshift=5,
        )  # fmt: skip


def timeline(impact: Impact, p: Palette, falls: pd.DataFrame) -> go.Figure:
    """One bar a company: loss while falling to the low, a ring there, gain on the way back, dotted while open."""
    rows = falls.dropna(subset=["peak"]).sort_values("depth", ascending=False)
    index, at, end = impact.history.sessions, impact.day.position, impact.last_row
    start = _timeline_start(impact, rows)
    names = impact.table["short"]
    fig = base.sheet(p, 24 * max(len(rows), 2) + 74, l=112, r=58, t=26, b=42)
    for symbol, r in rows.iterrows():
        y = names[symbol]
        peak, low = (impact.history.position(r[k]) - at for k in ("peak", "trough"))
        back = impact.history.position(r["recovery"]) - at if pd.notna(r["recovery"]) else None
        way_up = {"width": 7.0} if back is not None else {"width": 2.0, "dash": "2px,3px"}
        base.line(fig, [max(low, start), end - at if back is None else back], [y, y], p.gain, **way_up)
        if low > start:
            base.line(fig, [max(peak, start), low], [y, y], p.loss, 7)
        if peak < start:
            arrow = {"symbol": "triangle-left", "size": 13, "color": p.loss if low > start else p.gain}
            fig.add_scatter(
                x=[start], y=[y], mode="markers", cliponaxis=False, marker=arrow,
                hovertemplate=f"{impact.table.at[symbol, 'name']}: peak on {f.date_short(r['peak'])}<extra></extra>",
            )  # fmt: skip
        if low >= start:
            ring = {"size": 9, "color": p.bg, "line": {"color": p.loss, "width": 2}}
            depth = f"{f.percent(r['depth'], 1)} on {f.date_short(r['trough'])}"
            fig.add_scatter(
                x=[low], y=[y], mode="markers", marker=ring,
                hovertemplate=f"{impact.table.at[symbol, 'name']}: {depth}<extra></extra>",
            )  # fmt: skip
        base.note(
            fig, 1, y, f"<b>{f.percent(r['depth'], 0)}</b>", colour=p.loss_text, xref="paper", xanchor="left", xshift=8
        )
    x = np.arange(start, end - at + 1)
    base.event_rule(fig, p, base.event_label(impact, year=True), room_right=base.room_right(x, 0.25))
    fig.update_yaxes(
        showgrid=False, tickfont={"size": 13, "color": p.ink}, range=[-0.6, len(rows) - 0.4], ticklabelstandoff=10
    )
    fig.update_xaxes(range=[x[0], x[-1]])
    base.time_axis(fig, index[at + start : end + 1], x, most=7)
    return fig.figure()


def _timeline_start(impact: Impact, falls: pd.DataFrame) -> int:
    """Where the axis begins, in sessions from the event.

    At the earliest peak, but one company's peak of long ago must not press all others together: peaks more than two
    years back do not count unless most lie there. A bar that begins before the axis carries an arrow.
    """
    peaks = [impact.history.position(when) - impact.day.position for when in falls["peak"]]
    recent = [k for k in peaks if k >= -FARTHEST]
    return (min(recent) if len(recent) * 2 >= len(peaks) and recent else -FARTHEST) - 8
