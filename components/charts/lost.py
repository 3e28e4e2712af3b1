"""Figures of the market-value page: from value before to value after, the range by share count, the league."""

from __future__ import annotations

import math
import re

import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.market_value import MarketValueLost
from components.charts import base
from components.theme import Palette

SHOWN = 8


def steps(impact: Impact, value: MarketValueLost, *, gross: bool) -> list[tuple[str, float]]:
    """The waterfall's steps, label and dollars lost: the largest on their own, the rest together, then what moved the
    other way.
    """
    lost = value.by_company["lost"].sort_values(ascending=False)
    names = impact.table["short"]
    sign = 1 if lost.sum() >= 0 or gross else -1
    main = lost[lost * sign > 0].sort_values(key=abs, ascending=False)
    other = pd.Series(dtype=float) if gross else lost[lost * sign <= 0]
    shown = main if len(main) <= SHOWN + 1 else main.iloc[:SHOWN]
    rest = main.iloc[len(shown) :]
    rows = [(str(names[s]), float(v)) for s, v in shown.items()]
    if len(rest):
        rows.append((f"{len(rest)} others", float(rest.sum())))
    if len(other):
        label = str(names[other.index[0]]) if len(other) == 1 else f"{len(other)} {'risers' if sign > 0 else 'fallers'}"
        rows.append((label, float(other.sum())))
    return rows


def waterfall(impact: Impact, p: Palette, value: MarketValueLost, *, gross: bool) -> go.Figure:
    """From the value before, company by company, to the value after; the axis is cut, which the end bars show."""
    rows = steps(impact, value, gross=gross)
    start = value.value_before / 1e9
    end = start - sum(lost for _, lost in rows) / 1e9
    span = max(abs(start - end), max((abs(lost) for _, lost in rows), default=1) / 1e9, 1e-6)
    left = max(0.0, min(start, end) - 0.16 * span)
    n = len(rows) + 2
    fig = base.sheet(p, 30 * n + 26, l=112, r=76, t=22, b=0)
    _end_bar(fig, p, n - 1, left, start)
    reached = highest = start
    for k, (label, lost) in enumerate(rows):
        y, new = n - 2 - k, reached - lost / 1e9
        fig.add_bar(
            y=[y], x=[abs(lost) / 1e9], base=[min(reached, new)], orientation="h", width=0.66,
            marker={"color": p.move(-lost)}, hovertemplate=f"{label}: {f.usd(-lost, signed=True)}<extra></extra>",
        )  # fmt: skip
        fig.add_shape(
            type="line", y0=y + 0.33, y1=y + 0.67, x0=reached, x1=reached, line={"color": p.muted, "width": 1}
        )
        base.note(fig, max(reached, new), y, f"<b>{f.usd(-lost)}</b>", size=13, xanchor="left", xshift=4, bgcolor=p.bg)
        reached, highest = new, max(highest, new)
    fig.add_shape(type="line", y0=0.33, y1=0.67, x0=reached, x1=reached, line={"color": p.muted, "width": 1})
    _end_bar(fig, p, 0, left, end)
    trillion = start - math.copysign(1000, start - end)
    if abs(start - end) >= 950 and left < trillion:
        base.rule(fig, p, x0=trillion, x1=trillion, y0=-0.5, y1=n - 0.4)
        base.note(
            fig, trillion, 1, f"<b>{f.MINUS if start > end else '+'}$1{f.NBSP}tn</b>", yref="paper", yanchor="bottom"
        )
    names = ["<b>Less falls</b>" if gross else "<b>After</b>", *[label for label, _ in rows[::-1]], "<b>Before</b>"]
    fig.update_yaxes(
        tickvals=list(range(n)),
        ticktext=names,
        tickfont={"size": 13, "color": p.ink},
        range=[-0.5, n - 0.4],
        showgrid=False,
    )
    fig.update_xaxes(visible=False, range=[left, highest + 0.01 * span])
    return fig.figure()


def _end_bar(fig: base.Sheet, p: Palette, y: int, left: float, value: float) -> None:
    """Value before or after: a bar from the cut axis, with two slanted strokes where it is cut."""
    fig.add_bar(
        y=[y], x=[value - left], base=[left], orientation="h", width=0.66, marker={"color": p.ink},
        hovertemplate=f"{f.usd(value * 1e9)}<extra></extra>",
    )  # fmt: skip
    base.note(fig, value, y, f"<b>{f.usd(value * 1e9)}</b>", size=14, xanchor="left", xshift=6)
    if left <= 0:
        return
    for shift in (10, 15):
        fig.add_shape(
            type="line", xsizemode="pixel", xanchor=left, x0=shift, x1=shift + 5, y0=y - 0.42, y1=y + 0.42,
            line={"color": p.bg, "width": 2},
        )  # fmt: skip


def ranges(impact: Impact, p: Palette, value: MarketValueLost) -> go.Figure:
    """Loss (or gain) with the count in force (dot) and with the next one filed (line to it), on a log axis.

    Only the companies that moved the way the total did.
    """
    sign = -1 if value.net < 0 else 1
    signed = value.by_company[["lost", "lost_low", "lost_high"]] * sign
    rows = signed[signed["lost"] > 0].sort_values("lost").tail(18)
    names = impact.table["short"].reindex(rows.index)
    fig = base.sheet(p, 26 * max(len(rows), 3) + 40, l=104, r=64, t=0, b=26)
    for symbol, r in rows.iterrows():
        base.line(fig, [r["lost_low"] / 1e9, r["lost_high"] / 1e9], [names[symbol]] * 2, p.ink, 3)
        base.note(fig, 1, names[symbol], f"<b>{f.usd(r['lost'])}</b>", xref="paper", xanchor="right", xshift=62)
    fig.add_scatter(
        x=rows["lost"] / 1e9, y=names, mode="markers",
        marker={"size": 9, "color": p.move(-sign), "line": {"width": 1.5, "color": p.bg}},
        customdata=[
            f"{n}: {f.usd(r.lost)}, with the other count {f.usd(r.lost_low if r.lost_low < r.lost else r.lost_high)}"
            for n, r in zip(names, rows.itertuples(), strict=True)
        ], hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    low, high = rows["lost"].min() / 1e9 * 0.8, rows["lost"].max() / 1e9 * 1.3
    ticks = [t for t in (0.01, 0.1, 1, 10, 100, 1000, 10000) if low <= t <= high] or base.log_ticks(low, high, 4)
    fig.update_xaxes(
        type="log", range=[math.log10(low), math.log10(high)], tickvals=ticks,
        ticktext=[_round_usd(t * 1e9) for t in ticks],
        showgrid=True, gridcolor=p.grid,
    )  # fmt: skip
    fig.update_yaxes(tickfont={"size": 13, "color": p.ink}, range=[-0.6, len(rows) - 0.4])
    return fig.figure()


def _round_usd(dollars: float) -> str:
    """A round sum without decimals: `$1 tn`, `$10 bn`."""
    return re.sub(r"\.0+(?=\s)", "", f.usd(dollars))


def league(impact: Impact, p: Palette) -> go.Figure:
    """The largest one-day losses, those of the event session in loss, the others grey."""
    rows = impact.largest_losses[::-1]
    labels = [f"{r.company}  {f.date_short(r.session)}" for r in rows.itertuples()]
    fig = base.sheet(p, 26 * max(len(rows), 3) + 40, l=126, r=110, t=0, b=26)
    colours = [p.loss if r.session == impact.day.session else p.peer for r in rows.itertuples()]
    fig.add_bar(x=rows["lost"] / 1e9, y=labels, orientation="h", width=0.6, marker={"color": colours}, hoverinfo="skip")
    for r, label in zip(rows.itertuples(), labels, strict=True):
        text = f"<b>{f.usd(r.lost)}</b> <span style='color:{p.muted}'>{f.percent(r.day, 1)}</span>"
        base.note(fig, r.lost / 1e9, label, text, xanchor="left", xshift=5)
    fig.update_xaxes(visible=False, range=[0, rows["lost"].max() / 1e9 * 1.02])
    fig.update_yaxes(showgrid=False, tickfont={"size": 12.5, "color": p.ink}, range=[-0.6, len(rows) - 0.4])
    return fig.figure()
