"""Numbered event marks on a rail above a plot, and their key as text below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from aftershock import formats as f
from aftershock.events import catalogue
from aftershock.findings.prices import NUMBERED
from aftershock.impact import Impact
from components.charts import base
from components.theme import Palette, text_on

RADIUS, GAP, RAIL = 7.5, 16.0, 5
DOT = 2.0
LIFT = 25  # room that an event's own label leaves for the rail
_PHONE = 250  # width of a plot on a phone: offsets solved for it hold on every wider screen


@dataclass(frozen=True)
class Pin:
    """A mark: its session and session number, a short label ("" for a day that is only a move), and the move."""

    session: pd.Timestamp
    x: int
    label: str
    move: float


def of_events(impact: Impact, focus: str, first: int, last: int) -> list[Pin]:
    """Catalogued events between two rows (the picked one left out), with the focus company's move that day."""
    index, at, moves = impact.history.sessions, impact.day.position, impact.moves(focus)
    found = [
        Pin(e.session, impact.history.position(e.session) - at, e.short, float(moves[e.session]))
        for e in catalogue()
        if index[first] <= e.session <= index[last] and e.session != impact.day.session
    ]
    return [pin for pin in found if pin.move == pin.move]


def of_falls(impact: Impact, focus: str, first: int, last: int) -> list[Pin]:
    """The sessions between two rows on which the focus company moved at least as far, the same way."""
    moves = impact.moves(focus).iloc[first : last + 1]
    day = impact.table.at[focus, "day"]
    as_far = moves[moves <= day] if day < 0 else moves[moves >= day]
    return [
        Pin(when, impact.history.position(when) - impact.day.position, "", float(move))
        for when, move in as_far.items()
        if when != impact.day.session
    ]


def largest(pins: Sequence[Pin], most: int = NUMBERED) -> list[Pin]:
    """The pins with the largest moves, in order of time."""
    return sorted(sorted(pins, key=lambda pin: -abs(pin.move))[:most], key=lambda pin: pin.x)


def draw(fig: base.Sheet, p: Palette, pins: Sequence[Pin], low: float, high: float) -> None:
    """Put the pins on the rail: the largest moves numbered, the rest as dots.

    A thin tick marks the true session of a numbered pin that had to move aside.
    """
    numbered = largest(pins)
    for pin in pins:
        if pin not in numbered:
            fig.add_shape(**_circle(pin.x, 0, DOT, p.move(pin.move)))
    scale = _PHONE / (high - low)
    places = [(pin.x - low) * scale for pin in numbered]
    for number, (pin, place, moved) in enumerate(zip(numbered, places, _solved(places, -low * scale), strict=True), 1):
        aside, fill = moved - place, p.move(pin.move)
        fig.add_shape(
            type="line", x0=pin.x, x1=pin.x, yref="paper", y0=0, y1=1, line={"color": p.rule, "width": 1}, layer="below"
        )
        tick = {"x0": 0, "x1": aside, "y0": 0, "y1": RAIL, "line": {"color": p.faint, "width": 1}}
        fig.add_shape(type="line", **_anchored(pin.x), **tick)
        fig.add_shape(**_circle(pin.x, aside, RADIUS, fill))
        base.note(
            fig, pin.x, 1, f"<b>{number}</b>", size=11, colour=text_on(fill), yref="paper", xshift=aside,
            yshift=RAIL + RADIUS, xanchor="center", yanchor="middle",
        )  # fmt: skip


def key(pins: Sequence[Pin]) -> str:
    """The key of the numbered pins as HTML: label, date, move."""
    entries = []
    for number, pin in enumerate(largest(pins), 1):
        way = "dn" if pin.move < 0 else "up"
        label = f"{escape(pin.label)}, " if pin.label else ""
        entries.append(
            f'<span><b class="{way}">{number}</b>{label}{f.date_short(pin.session)} '
            f'<i class="{way}">{f.percent(pin.move, 1)}</i></span>'
        )
    return f'<div class="pinkey">{"".join(entries)}</div>'


def _anchored(x: float) -> dict[str, Any]:
    """Pixel coordinates from the upper end of a session's rule."""
    return {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": x, "yanchor": 1, "yref": "paper"}


def _circle(x: float, aside: float, radius: float, fill: str) -> dict[str, Any]:
    """A circle on the rail."""
    middle = RAIL + RADIUS
    ends = {"x0": aside - radius, "x1": aside + radius, "y0": middle - radius, "y1": middle + radius}
    return {"type": "circle", **_anchored(x), **ends, "fillcolor": fill, "line_width": 0}


def _solved(places: Sequence[float], event: float) -> list[float]:
    """Pixel places pushed apart, inside the plot, and off the event's own rule where there is room."""
    clear = GAP * 0.7
    moved = _inside(base.spread(places, GAP))
    for k, (place, now) in enumerate(zip(places, moved, strict=True)):
        if abs(now - event) < clear:
            moved[k] = event - clear if place < event else event + clear
    for k in range(len(moved) - 2, -1, -1):
        if moved[k] < event:
            moved[k] = min(moved[k], moved[k + 1] - GAP)
    for k in range(1, len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + GAP)
    return _inside(moved)


def _inside(moved: list[float]) -> list[float]:
    """The places kept between the edges of a phone's plot, a gap apart."""
    low, high = RADIUS, _PHONE - RADIUS
    for k, place in enumerate(moved):
        moved[k] = low = max(place, low)
        low += GAP
    for k in range(len(moved) - 1, -1, -1):
        moved[k] = high = min(moved[k], high)
        high -= GAP
    return moved
