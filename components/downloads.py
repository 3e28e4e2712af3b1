"""The numbers behind a block: as a table on request, and as CSV."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from components.notices import escaped
from components.state import view

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def data_button(key: str, title: str, data: Callable[[], pd.DataFrame]) -> None:
    """A quiet button that opens the block's data; the data are made only when it is pressed."""
    with st.container(key=f"data-{key}"):
        pressed = st.button(
            "The numbers", icon=":material/table_view:", key=f"show-{key}", type="tertiary", help="As a table and CSV"
        )
    if pressed:
        _open(key, title, data())


def csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 CSV after RFC 4180: plain numbers, ISO dates, units in the header.

    Text that a spreadsheet would run as a formula is defused with an apostrophe.
    """
    safe = frame.copy()
    for name in safe.columns[[not pd.api.types.is_numeric_dtype(d) for d in safe.dtypes]]:
        safe[name] = safe[name].map(_written)
    return str(safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")


def _written(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None or value is pd.NaT else value


def _readable(value: float) -> str:
    """A number as the table shows it; the CSV keeps all its digits."""
    if value != value:
        return "\u2013"
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.7g}"


@st.dialog("The numbers", width="large")
def _open(key: str, title: str, frame: pd.DataFrame) -> None:
    st.markdown(f"**{escaped(title)}**")
    numbers = frame.columns[frame.dtypes.map(pd.api.types.is_float_dtype)]
    styled = frame.style.format(dict.fromkeys(numbers, _readable))
    st.dataframe(styled, hide_index=True, placeholder="\u2013", height=min(440, 36 * (len(frame) + 1) + 4))
    st.download_button(
        "Download CSV",
        csv(frame),
        file_name=f"aftershock-{view().event.isoformat()}-{key}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
