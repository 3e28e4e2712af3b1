"""Tables: what stands in which column, how it is written, and how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from aftershock import formats as f
from aftershock.impact import Impact
from components import state
from components.theme import Palette

MOST_ROWS, ROW = 30, 32


def show(
    frame: pd.DataFrame,
    p: Palette,
    key: str,
    written: Mapping[str, Callable[[Any], str]],
    *,
    coloured: tuple[str, ...] = (),
    config: Mapping[str, Any] | None = None,
    alt: str,
    symbols: list[str] | None = None,
) -> None:
    """A table whose numbers stay sortable and are written in the house style.

    `coloured` columns take the colour of their sign (two at most, or nothing stands out). With `symbols` (one a
    row) a click on a row puts its company in focus on every page.
    """
    styler = frame.style.format(dict(written)).map(lambda v: f"color:{p.move_text(v)}" if v == v else "", subset=list(coloured))
    chosen: dict[str, Any] = {}
    if symbols:

        def focus() -> None:
            cells = st.session_state[f"table-{key}"].selection.cells
            if cells:
                state.change(company=symbols[cells[0][0]])

        chosen = {"on_select": focus, "selection_mode": "single-cell"}
    st.dataframe(
        styler,
        hide_index=True,
        key=f"table-{key}",
        row_height=ROW,
        height=ROW * (min(len(frame), MOST_ROWS) + 1) + 4,
        placeholder=f.MISSING,
        column_config={"Company": st.column_config.Column(width=132), **(config or {})},
        alt=alt,
        **chosen,
    )


def overview(impact: Impact, p: Palette) -> None:
    """The companies of the first page, largest loss first, each with its price line over the window."""
    t = impact.table.assign(order=impact.table["lost"].fillna(0)).sort_values("order", ascending=impact.value.net < 0)
    gained = impact.value.net < 0
    value = "Value gained" if gained else "Value lost"
    frame = pd.DataFrame(
        {
            "Company": t["name"],
            "Group": t["group"],
            "Day": t["day"],
            "Gap at open": t["gap"],
            "After open": t["after_open"],
            "Worst": t["worst"],
            value: -t["lost"] if gained else t["lost"],
            "Share of total": t["share_of_total"],
            "Abnormal": t["ar"],
            "Back above": t["back_above"],
            "Sessions": t["sessions_back"],
            "Path": [impact.paths[s].dropna().round(1).tolist() for s in t.index],
        }
    )
    one = _percent(1)
    show(
        frame,
        p,
        "overview",
        {
            "Day": f.percent,
            "Gap at open": one,
            "After open": one,
            "Worst": one,
            value: f.usd,
            "Share of total": lambda v: f.percent(v, 1, signed=bool(v < 0)),
            "Abnormal": one,
            "Back above": f.date_short,
            "Sessions": f.whole,
        },
        coloured=("Day", "Abnormal"),
        config={"Path": st.column_config.LineChartColumn(window_label(impact), width="small")},
        alt=f"{len(frame)} companies with their moves on {f.day(impact.day.session)}",
        symbols=list(t.index),
    )


def window_label(impact: Impact) -> str:
    """`−30 to +60`, the sessions that the data fill."""
    return f"{f.offset(int(impact.offsets[0]))} to {f.offset(int(impact.offsets[-1]))}"


def _percent(digits: int) -> Callable[[float], str]:
    return lambda value: f.percent(value, digits)
