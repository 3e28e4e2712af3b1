"""Prices around the event with the baseline as 100, and what such figures share with those in dollars."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.returns import mean_path, thinned
from components.charts import base, pins
from components.charts.pins import LIFT, Pin
from components.theme import Palette

MOST_POINTS = 1500
PEER_POINTS = 500
TOP = 54  # room above the plot for the rail of pins and the event's label


def rebased(
    impact: Impact,
    p: Palette,
    focus: str,
    rows: tuple[int, int],
    marks: Sequence[Pin] | None = None,
    *,
    averaged: bool = True,
) -> go.Figure:
    """All companies with the baseline as 100, on a log axis: focus in ink, mean in loss, peers grey.

    `averaged` draws the mean. With `marks` other events stand on a rail above, and the gap at the open is a block on
    the event's rule; without, the focus company's low is marked.
    """
    first, last = rows
    path = impact.path(first, last)
    lines, bench = path[impact.symbols], path[impact.benchmark.symbol]
    x = np.arange(first, last + 1) - impact.day.position
    fig = base.sheet(p, 400 if marks is None else 470, l=38, r=74, t=26 if marks is None else TOP, b=42)
    for symbol in lines.columns.drop(focus):
        base.thin_line(fig, x, lines[symbol], p.peer, 1, PEER_POINTS, opacity=0.55)
    base.rule(fig, p, x0=x[0], x1=x[-1], y0=100, y1=100)
    mean = mean_path(lines)
    keep = thinned(lines[focus].to_numpy(), MOST_POINTS)
    base.unified_hover(fig, p, x[keep], mean.iloc[keep], base.session_names(lines.index[keep], x[keep]))
    base.thin_line(
        fig, x, bench, p.muted, 1.6, keep, dash=base.BENCHMARK_DASH, name=impact.benchmark.name, hover="%{y:,.1f}"
    )
    if lines.shape[1] > 1 and averaged:
        base.thin_line(fig, x, mean, p.loss, 2, keep, name=f"Mean of {lines.shape[1]}", hover="%{y:,.1f}")
    name = impact.table.at[focus, "name"]
    base.thin_line(fig, x, lines[focus], p.ink, 2.6, keep, name=name, hover="%{y:,.1f}")
    if marks is None:
        _mark_low(fig, impact, p, focus)
    else:
        gap_block(fig, impact, p, focus, 100.0)
    both = np.concatenate([lines.to_numpy().ravel(), bench.to_numpy()])
    low, high = float(np.nanmin(both)) * 0.93, float(np.nanmax(both)) * 1.06
    final = lines.iloc[-1].dropna()
    ends = [(f"<b>{focus}</b> {final[focus]:,.0f}", final[focus], p.ink)] if focus in final else []
    others = final.drop(focus, errors="ignore")
    if len(others) == 1:
        ends.append((f"<b>{others.index[0]}</b> {others.iloc[0]:,.0f}", float(others.iloc[0]), p.muted))
    elif len(others) > 1:
        ends += [(f"<b>{s}</b> {others[s]:,.0f}", others[s], p.muted) for s in {others.idxmin(), others.idxmax()}]
        ends.append((f"<b>Mean</b> {mean.iloc[-1]:,.0f}", float(mean.iloc[-1]), p.loss_text))
    ends.append((f"<b>{impact.benchmark.short}</b> {bench.iloc[-1]:,.0f}", bench.iloc[-1], p.muted))
    finish(fig, impact, p, rows, marks, (low, high), ends, log=True, tick=base.plain)
    return fig.figure()


def finish(
    fig: base.Sheet, impact: Impact, p: Palette, rows: tuple[int, int], marks: Sequence[Pin] | None,
    limits: tuple[float, float], ends: list[tuple[str, float, str]], *, log: bool, tick: Callable[[float], str],
) -> None:  # fmt: skip
    """Pins, event, end labels and axes."""
    x = np.arange(rows[0], rows[1] + 1) - impact.day.position
    if marks is not None:
        pins.draw(fig, p, marks, x[0], x[-1])
    label = base.event_label(impact, year=len(x) > 400)
    base.event_rule(fig, p, label, lift=0 if marks is None else LIFT, room_right=base.room_right(x))
    low, high = limits
    base.end_labels(fig, x[-1], ends, (math.log10(high / low) if log else high - low) * 0.05, log=log)
    base.value_axis(fig, low, high, log=log, tick=tick)
    fig.update_xaxes(range=[x[0] - 0.5, x[-1] + 0.3])
    base.time_axis(fig, impact.history.sessions[rows[0] : rows[1] + 1], x)


def gap_block(fig: base.Sheet, impact: Impact, p: Palette, focus: str, before: float) -> None:
    """The gap at the open on the event's rule, named at its foot where no line crosses."""
    gap = impact.table.at[focus, "gap"]
    if not np.isfinite(gap) or gap == 0:
        return
    fig.add_shape(
        type="line",
        x0=0,
        x1=0,
        y0=before,
        y1=before * (1 + gap),
        line={"color": p.move(gap), "width": 7},
        layer="above",
    )
    room_left = impact.day.position - impact.first > 5
    base.note(
        fig, 0, 0, f"<b>gap {f.percent(gap, 1)}</b>", yref="paper", colour=p.move_text(gap), yanchor="bottom",
        xanchor="right" if room_left else "left", xshift=-5 if room_left else 5,
    )  # fmt: skip


def _mark_low(fig: base.Sheet, impact: Impact, p: Palette, focus: str) -> None:
    """The focus company's lowest close after the event, where it lies below the event's own."""
    after = impact.paths[focus].loc[impact.day.session :]
    if len(after) < 3 or after.idxmin() == impact.day.session:
        return
    when, value = after.idxmin(), after.min()
    x = impact.history.position(when) - impact.day.position
    base.dot(fig, p, x, value, p.ink)
    base.note(
        fig, x, math.log10(value), f"<b>{value:.0f}</b>  {when.day} {when:%b}", yanchor="top", yshift=-4,
        xanchor="right" if x > 0.8 * impact.offsets[-1] else "left",
    )  # fmt: skip
