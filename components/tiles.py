"""The four figures of the first page."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from aftershock import formats as f
from aftershock.findings import overview as say
from aftershock.findings.common import name
from aftershock.impact import Impact
from components.notices import escaped

MOST_POINTS = 150


def overview(impact: Impact, focus: str) -> None:
    """Value lost, the focus company's day, the move beyond the market, and the way back."""
    with st.container(key="tiles"):
        columns = st.columns(4, gap="medium")
        with columns[0]:
            _lost(impact)
        with columns[1]:
            _focus(impact, focus)
        with columns[2]:
            _abnormal(impact)
        with columns[3]:
            _back(impact)


def _tile(label: str, value: str, note: str, direction: float, line: pd.Series, help_text: str) -> None:
    """A metric whose arrow and colour are set by us: Streamlit does not take a real minus for a negative."""
    colour: Literal["red", "green", "gray"] = "red" if direction < 0 else "green" if direction > 0 else "gray"
    arrow: Literal["down", "up", "off"] = "down" if direction < 0 else "up" if direction > 0 else "off"
    st.metric(
        label,
        escaped(value),
        escaped(note) or None,
        delta_color=colour,
        delta_arrow=arrow,
        border=True,
        chart_data=[round(float(v), 4) for v in line if np.isfinite(v)],
        chart_type="line",
        help=escaped(help_text),
    )


def _window(impact: Impact, series: pd.Series) -> pd.Series:
    index = impact.history.sessions
    return series.loc[index[impact.first] : index[impact.last]]


def _lost(impact: Impact) -> None:
    net = impact.value.net
    line = _window(impact, impact.value_path) / 1e12
    direction = -net if np.isfinite(net) else 0.0
    _tile(say.lost_label(impact), f.usd(abs(net)), say.lost_share(impact), direction, line, say.lost_help(impact))


def _focus(impact: Impact, focus: str) -> None:
    move = impact.table.at[focus, "day"]
    label = f"{f.possessive(name(impact, focus))} day"
    _tile(
        label,
        f.percent(move),
        say.focus_record(impact, focus),
        move,
        impact.paths[focus],
        say.focus_help(impact, focus),
    )


def _abnormal(impact: Impact) -> None:
    series = impact.basket_abnormal
    value = float(series.get(impact.day.session, np.nan))
    line = _window(impact, series).cumsum() * 100
    _tile("Beyond the market", f.percent(value, 1), say.abnormal_record(impact), value, line, say.abnormal_help(impact))


def _back(impact: Impact) -> None:
    back, path = impact.value_back, impact.value_path
    first = impact.history.sessions[impact.first]
    stop = back.session if back and back.sessions else None
    line = path.loc[first:stop] if len(path) else path
    shown = line.iloc[:: max(1, len(line) // MOST_POINTS)] / 1e12
    direction = 0.0 if path.empty else -1.0 if back is None else 1.0
    _tile(
        "Until the value was back",
        say.back_value(impact),
        say.back_note(impact),
        direction,
        shown,
        say.back_help(impact),
    )
