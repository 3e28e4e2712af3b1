"""The four figures of the first page."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from aftershock import formats as f
from aftershock.findings import overview as say
from aftershock.findings.common import name, noun, when_before
from aftershock.impact import Impact


def overview(impact: Impact, focus: str) -> None:
    """Value lost, the focus company's day, the move beyond the market, and the way back."""
    with st.container(key="tiles"):
        for column, draw in zip(st.columns(4, gap="medium"), (_lost, _focus, _abnormal, _back), strict=True):
            with column:
                draw(impact, focus)


def _tile(label: str, value: str, delta: str, direction: float, line: Any, help_text: str) -> None:
    """A metric whose arrow and colour are set by us: Streamlit does not take a real minus for a negative."""
    colour, arrow = ("red", "down") if direction < 0 else ("green", "up") if direction > 0 else ("gray", "off")
    st.metric(
        label,
        value,
        delta or None,
        delta_color=colour,  # type: ignore[arg-type]
        delta_arrow=arrow,  # type: ignore[arg-type]
        border=True,
        chart_data=[round(float(v), 4) for v in line if np.isfinite(v)],
        chart_type="line",
        help=help_text.replace("$", "\\$"),
    )


def _lost(impact: Impact, _focus: str) -> None:
    net = impact.value.net
    path = impact.value_path.loc[impact.history.sessions[impact.first] : impact.history.sessions[impact.last]] / 1e12
    label = "Market value gained" if net < 0 else "Market value lost"
    delta = "" if np.isnan(net) else f"{f.percent(impact.move_of_value, 1)} of {f.usd(impact.value.value_before)}"
    help_text = (
        f"(Close before minus close) times shares, summed over {noun(impact)}; risers counted against fallers. "
        f"Fallers alone: {f.usd(impact.value.gross)}. Line: market value over the window."
    )
    _tile(
        label,
        f.usd(abs(net)).replace("$", "\\$"),
        delta.replace("$", "\\$"),
        -net if net == net else 0,
        path,
        help_text,
    )


def _focus(impact: Impact, focus: str) -> None:
    move = impact.table.at[focus, "day"]
    delta = say.focus_record(impact, focus).replace("$", "\\$")
    label = f"{f.possessive(name(impact, focus))} day"
    _tile(label, f.percent(move), delta, move, impact.paths[focus], say.focus_help(impact, focus))


def _abnormal(impact: Impact, _focus: str) -> None:
    series = impact.basket_abnormal
    value = series.get(impact.day.session, np.nan)
    window = series.loc[impact.history.sessions[impact.first] : impact.history.sessions[impact.last]]
    help_text = (
        f"The companies' mean move less what their usual tie to the {impact.benchmark.name} explains (market model "
        "over 250 sessions ending 11 before the event). Rank among all sessions with such an estimate, with today's "
        "companies. Line: cumulative over the window."
    )
    _tile(
        "Beyond the market", f.percent(value, 1), say.abnormal_record(impact), value, window.cumsum() * 100, help_text
    )


def _back(impact: Impact, _focus: str) -> None:
    back, before = impact.value_back, f.possessive(when_before(impact))
    base, session = impact.day.baseline, impact.day.session
    path = impact.value_path
    stop = back.session if back and back.session > session else None
    line = path.loc[impact.history.sessions[impact.first] : stop] if len(path) else path
    shown = line.iloc[:: max(1, len(line) // 150)] / 1e12
    help_text = (
        f"First close at which the companies together were worth at least as much as on {f.day(base)}, at the share "
        "counts of the event."
    )
    if path.empty:
        _tile("Until the value was back", f.MISSING, "no share count was public yet", 0, [], help_text)
    elif back is None:
        _tile("Until the value was back", "not yet", f"below {before} value", -1, shown, help_text)
    elif back.sessions == 0:
        _tile("Until the value was back", "the same day", "no loss at the close", +1, shown, help_text)
    else:
        value = f.plural(back.sessions, "session")
        _tile("Until the value was back", value, f"on {f.date_short(back.session)}", +1, shown, help_text)
