"""What all figures share: the empty figure, axes in sessions, labels that do not collide, the event's mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.returns import thinned
from components.theme import FONT, Palette

CLEAR = "rgba(0,0,0,0)"
CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True}
BASELINE_DASH, BENCHMARK_DASH = "1px,3px", "4px,3px"

_NICE = (1, 1.25, 1.6, 2, 2.5, 3, 4, 5, 6, 8)


class Sheet:
    """A figure in the making: traces, shapes and annotations gathered first and checked once at the end.

    Plotly checks a figure's whole list of shapes or annotations again whenever one is added, which for thirty of them
    costs twenty times as much as adding them together. The methods are named as Plotly's own.
    """

    def __init__(self, layout: dict[str, Any]) -> None:
        self.layout = layout
        self.data: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []

    def add_scatter(self, **trace: Any) -> None:
        """A line, or points."""
        self.data.append({"type": "scatter", **trace})

    def add_bar(self, **trace: Any) -> None:
        """Bars."""
        self.data.append({"type": "bar", **trace})

    def add_candlestick(self, **trace: Any) -> None:
        """Candles."""
        self.data.append({"type": "candlestick", **trace})

    def add_treemap(self, **trace: Any) -> None:
        """A map of nested tiles."""
        self.data.append({"type": "treemap", **trace})

    def add_shape(self, **shape: Any) -> None:
        """A line, rectangle or circle."""
        self.shapes.append(shape)

    def add_annotation(self, **annotation: Any) -> None:
        """A piece of text."""
        self.annotations.append(annotation)

    def update_xaxes(self, **axis: Any) -> None:
        """Settings of the horizontal axis."""
        self.layout["xaxis"] |= axis

    def update_yaxes(self, **axis: Any) -> None:
        """Settings of the vertical axis."""
        self.layout["yaxis"] |= axis

    def update_layout(self, **layout: Any) -> None:
        """Settings of the whole figure; those of an axis are added to what it has."""
        for name, value in layout.items():
            known = self.layout.get(name)
            self.layout[name] = known | value if isinstance(known, dict) and isinstance(value, dict) else value

    def figure(self) -> go.Figure:
        """The finished figure."""
        return go.Figure(self.data, {**self.layout, "shapes": self.shapes, "annotations": self.annotations})


def sheet(p: Palette, height: int, *, l: int = 0, r: int = 8, t: int = 8, b: int = 28) -> Sheet:  # noqa: E741
    """An empty figure in the house style, margins in pixels."""
    axis = {
        "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "tickangle": 0, "automargin": False,
        "tickfont": {"size": 12.5, "color": p.muted}, "fixedrange": True,
    }  # fmt: skip
    hover = {"bgcolor": p.bg, "bordercolor": p.rule, "font": {"family": FONT, "size": 13, "color": p.ink}}
    return Sheet(
        {
            "template": "none", "height": height, "margin": {"l": l, "r": r, "t": t, "b": b, "pad": 0},
            "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "font": {"family": FONT, "size": 13, "color": p.ink},
            "showlegend": False, "hoverlabel": {**hover, "align": "left"}, "dragmode": False, "hoverdistance": 40,
            "xaxis": axis, "bargap": 0.28,
            "yaxis": {**axis, "showgrid": True, "gridcolor": p.grid, "gridwidth": 1, "ticklabelstandoff": 6},
        }
    )  # fmt: skip


def unified_hover(fig: Sheet, p: Palette, x: Any, y: Any, days: Sequence[str]) -> None:
    """One hover box for all series of a session; its first row names the day.

    `x` and `y` are sequences of numbers; `y` carries the invisible line that holds the row and follows a visible one.
    """
    fig.add_scatter(
        x=x, y=y, mode="lines", line={"color": CLEAR, "width": 1}, customdata=days,
        hovertemplate="<b>%{customdata}</b><extra></extra>",
    )  # fmt: skip
    fig.update_layout(hovermode="x unified")
    fig.update_xaxes(
        unifiedhovertitle={"text": " "}, showspikes=True, spikethickness=1, spikedash="solid", spikecolor=p.muted,
        spikemode="across",
    )  # fmt: skip


def session_names(index: pd.DatetimeIndex, offsets: Sequence[int] | np.ndarray) -> list[str]:
    """`Mon 10 Mar 2025, session +29` for each session."""
    return [f"{f.day(when)}, session {f.offset(int(k))}" for when, k in zip(index, offsets, strict=True)]


def line(
    fig: Sheet, x: Any, y: Any, colour: str, width: float, *, name: str = "", dash: str | None = None,
    opacity: float = 1.0, hover: str | None = None, **more: Any,
) -> None:  # fmt: skip
    """A line; without a `hover` template it is silent."""
    fig.add_scatter(
        x=x, y=y, mode="lines", line={"color": colour, "width": width, "dash": dash}, opacity=opacity, name=name,
        connectgaps=False, **({"hovertemplate": hover} if hover else {"hoverinfo": "skip"}), **more,
    )  # fmt: skip


def rule(fig: Sheet, p: Palette, *, dash: str | None = BASELINE_DASH, layer: str = "below", **ends: Any) -> None:
    """A muted rule, dotted unless told otherwise (`x0, x1, y0, y1` in data, `xref`/`yref` as for shapes)."""
    fig.add_shape(type="line", line={"color": p.muted, "width": 1, "dash": dash}, layer=layer, **ends)


def note(fig: Sheet, x: Any, y: Any, text: str, *, size: float = 12.5, colour: str | None = None, **more: Any) -> None:
    """A piece of text at a point."""
    font = {"size": size, **({"color": colour} if colour else {})}
    fig.add_annotation(**{"x": x, "y": y, "text": text, "showarrow": False, "align": "left", "font": font, **more})


def dot(fig: Sheet, p: Palette, x: Any, y: Any, colour: str, size: float = 7) -> None:
    """A point with a ring of background around it."""
    fig.add_scatter(
        x=[x], y=[y], mode="markers", marker={"size": size, "color": colour, "line": {"width": 2, "color": p.bg}},
        hoverinfo="skip",
    )  # fmt: skip


def event_rule(fig: Sheet, p: Palette, label: str, *, x: float = 0, lift: int = 0, room_right: bool = True) -> None:
    """The event: a rule in ink with its label above the plot.

    `lift` raises the label over a rail of pins; without room at the right it is set to the left of the rule.
    """
    fig.add_shape(type="line", x0=x, x1=x, yref="paper", y0=0, y1=1, line={"color": p.ink, "width": 1}, layer="below")
    if lift:
        fig.add_shape(
            type="line", xsizemode="pixel", ysizemode="pixel", xanchor=x, yanchor=1, yref="paper",
            x0=0, x1=0, y0=0, y1=lift, line={"color": p.ink, "width": 1},
        )  # fmt: skip
    anchor, shift = ("left", -3) if room_right else ("right", 3)
    note(fig, x, 1, label, yref="paper", yanchor="bottom", xanchor=anchor, xshift=shift, yshift=lift)


def event_label(impact: Impact, *, year: bool = False) -> str:
    """`DeepSeek sell-off, Mon 27 Jan`: the event's name in bold where it has one, and its day."""
    when = f.day(impact.day.session, year=year)
    event = impact.day.event
    return f"<b>{event.short if len(event.title) > 24 else event.title}</b>, {when}" if event else f"<b>{when}</b>"


def room_right(x: np.ndarray, most: float = 0.55) -> bool:
    """Whether the event's label fits to the right of its rule: the event lies in the first `most` of the axis."""
    return bool(-x[0] < most * (x[-1] - x[0]))


def thin_line(
    fig: Sheet, x: np.ndarray, values: pd.Series, colour: str, width: float, keep: np.ndarray | int, **more: Any
) -> None:
    """A line reduced to the rows in `keep`, or to so many points that keep its lows and highs."""
    rows = thinned(values.to_numpy(float), keep) if isinstance(keep, int) else keep
    line(fig, x[rows], values.iloc[rows], colour, width, **more)


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Values moved apart to at least `gap`, keeping their order and moving as little as possible.

    Least squares under a minimum distance is isotonic regression of value − rank × gap, solved by pooling adjacent
    violators. The result is in the order of the input; NaN stays NaN and takes no room.
    """
    known = sorted((v, k) for k, v in enumerate(values) if math.isfinite(v))
    pools: list[tuple[float, int]] = []
    for rank, (value, _) in enumerate(known):
        mean, size = value - rank * gap, 1
        while pools and pools[-1][0] > mean:
            m, s = pools.pop()
            mean, size = (mean * size + m * s) / (size + s), size + s
        pools.append((mean, size))
    level = [mean for mean, size in pools for _ in range(size)]
    moved = dict(zip((k for _, k in known), (v + rank * gap for rank, v in enumerate(level)), strict=True))
    return [moved.get(k, math.nan) for k in range(len(values))]


def end_labels(
    fig: Sheet, x: float, ends: Sequence[tuple[str, float, str]], gap: float, *, log: bool, room: int = 7
) -> None:
    """Names at the right end of lines (`text, value, colour`), pushed apart by `gap` (decades on a log axis)."""
    known = [(t, v, c) for t, v, c in ends if math.isfinite(v) and (v > 0 or not log)]
    places = spread([math.log10(v) if log else v for _, v, _ in known], gap)
    for (text, _, colour), y in zip(known, places, strict=True):
        note(fig, x, y, text, size=13, colour=colour, xanchor="left", xshift=room)


def time_axis(fig: Sheet, index: pd.DatetimeIndex, x: Sequence[float] | np.ndarray, most: int = 6) -> None:
    """Ticks on an axis of session numbers: days, months or years, as many as a phone has room for."""
    at, text = time_ticks(index, most)
    fig.update_xaxes(tickvals=[float(x[k]) for k in at], ticktext=text)


def time_ticks(index: pd.DatetimeIndex, most: int = 6) -> tuple[list[int], list[str]]:
    """Rows to mark and their labels: every so many days, months or years, the first of a year with its number."""
    if len(index) < 2:
        return list(range(len(index))), [f"{d.day} {d:%b}" for d in index]
    span = (index[-1] - index[0]).days
    if span <= 62:
        step = max(1, -(-len(index) // (most - 1)))
        at = list(range(0, len(index), step))
        return at, [f"{index[k].day} {index[k]:%b}" for k in at]
    months = index.year * 12 + index.month - 1
    starts = np.flatnonzero(np.diff(months)) + 1
    if span > 366 * 4:
        years = next((n for n in (1, 2, 5, 10) if span / 365.25 / n <= most), 25)
        at = [int(k) for k in starts if index[k].month == 1 and index[k].year % years == 0]
        return at, [str(index[k].year) for k in at]
    every = next((n for n in (1, 2, 3, 4, 6, 12) if len(starts) / n <= most), 24)
    at = [int(k) for k in starts if months[k] % every == 0]
    labels, year = [], None
    for k in at:
        labels.append(f"{index[k]:%b}" + (f"<br>{index[k].year}" if index[k].year != year else ""))
        year = index[k].year
    return at, labels


def value_axis(fig: Sheet, low: float, high: float, *, log: bool, tick: Callable[[float], str]) -> None:
    """A vertical axis from `low` to `high` with round numbers on it, written by `tick`."""
    ticks = log_ticks(low, high) if log else linear_ticks(low, high)
    if len(ticks) < 3:
        ticks = linear_ticks(low, high, 5)
    reach = [math.log10(low), math.log10(high)] if log else [low, high]
    fig.update_yaxes(type="log" if log else "linear", range=reach, tickvals=ticks, ticktext=[tick(t) for t in ticks])


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers on a log axis from `low` to `high`, at most `most` of them where that is possible."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in (_NICE, (1, 1.25, 1.6, 2, 2.5, 4, 6), (1, 1.5, 2, 3, 5, 7), (1, 2, 4), (1, 3), (1,)):
        ticks = [s * 10.0**d for d in decades for s in steps if low <= s * 10.0**d <= high]
        if len(ticks) <= most:
            break
    return ticks


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`."""
    raw = max((high - low) / most, 1e-12)
    scale = 10.0 ** math.floor(math.log10(raw))
    step = next(s * scale for s in (1, 2, 2.5, 5, 10) if s * scale >= raw)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def plain(value: float) -> str:
    """A tick without needless decimals: `0.3`, `125`, `1,000`."""
    return f"{value:,.10g}"


def dollars(value: float) -> str:
    """A price tick: `$0.045`, `$0.30`, `$2.50`, `$125`."""
    if value == round(value):
        return f"${value:,.0f}"
    return f"${value:,.2f}" if abs(value * 100 - round(value * 100)) < 1e-6 else f"${value:,.10g}"
