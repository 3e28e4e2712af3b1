"""Tables: what stands in which column, how it is written, and how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.market_value import MarketValueLost
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
    styler = frame.style.format(dict(written)).map(
        lambda v: f"color:{p.move_text(v)}" if v == v else "", subset=list(coloured)
    )
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


def prices(impact: Impact, p: Palette) -> None:
    """The prices of the event session, deepest fall first."""
    t = impact.table.sort_values("day", ascending=impact.fell >= impact.rose)
    frame = pd.DataFrame(
        {
            "Company": t["name"],
            "Before": t["before"],
            "Open": t["open"],
            "High": t["high"],
            "Low": t["low"],
            "Close": t["close"],
            "Gap": t["gap"],
            "After open": t["after_open"],
            "Day": t["day"],
            "Volume": t["volume"],
            "\u00d7 usual": t["times_usual"],
            "Filled": t["filled"],
            "Back above": t["back_above"],
        }
    )
    written: dict[str, Callable[[Any], str]] = dict.fromkeys(("Before", "Open", "High", "Low", "Close"), f.price)
    written |= {"Gap": _percent(1), "After open": _percent(1), "Day": f.percent, "Volume": f.volume}
    written |= {"\u00d7 usual": f.times, "Filled": f.date_short, "Back above": f.date_short}
    show(
        frame,
        p,
        "prices",
        written,
        coloured=("Gap", "Day"),
        alt=f"Prices of {len(frame)} companies on {f.day(impact.day.session)}",
        symbols=list(t.index),
    )


def falls(impact: Impact, p: Palette, table: pd.DataFrame) -> None:
    """The fall each company was in on the event session, deepest first."""
    t = table.sort_values("depth")
    frame = pd.DataFrame(
        {
            "Company": impact.table["name"].reindex(t.index),
            "Peak": t["peak"],
            "Low": t["trough"],
            "Back": t["recovery"],
            "Depth": t["depth"],
            "On the day": t["on_the_day"],
            "Sessions down": t["sessions_to_trough"],
            "Sessions up": t["sessions_to_recovery"],
            "Days in all": t["days"],
            "Status": t["status"].str.capitalize(),
            "Now": t["now"],
        }
    )
    show(
        frame,
        p,
        "falls",
        {
            **dict.fromkeys(("Peak", "Low", "Back"), f.date_short),
            **dict.fromkeys(("Depth", "On the day", "Now"), _percent(1)),
            **dict.fromkeys(("Sessions down", "Sessions up", "Days in all"), f.whole),
        },
        coloured=("Depth",),
        alt=f"The falls of {len(frame)} companies",
        symbols=list(t.index),
    )


def episodes(table: pd.DataFrame, p: Palette) -> None:
    """The deepest falls of one company."""
    t = table.nsmallest(20, "depth")
    frame = pd.DataFrame(
        {
            "Peak": t["peak"],
            "First below": t["first_below"],
            "Low": t["trough"],
            "Back": t["recovery"],
            "Depth": t["depth"],
            "Status": t["status"].str.capitalize(),
            "Sessions down": t["sessions_to_trough"],
            "Sessions up": t["sessions_to_recovery"],
            "Sessions": t["sessions"],
            "Days down": t["days_to_trough"],
            "Days up": t["days_to_recovery"],
            "Days": t["days"],
        }
    )
    counts = ("Sessions down", "Sessions up", "Sessions", "Days down", "Days up", "Days")
    show(
        frame,
        p,
        "episodes",
        {
            **dict.fromkeys(("Peak", "First below", "Low", "Back"), f.date_short),
            "Depth": _percent(1),
            **dict.fromkeys(counts, f.whole),
        },
        coloured=("Depth",),
        alt="The deepest falls of the company in focus",
    )


def market_value(impact: Impact, p: Palette, value: MarketValueLost, *, gross: bool) -> None:
    """How each loss is made, largest first: prices, count with its dates and filing, values."""
    lost = value.by_company.sort_values("lost", ascending=value.net < 0)
    t = impact.table.reindex(lost.index)
    frame = pd.DataFrame(
        {
            "Company": t["name"],
            "Before": lost["before"],
            "After": lost["after"],
            "Move": lost["after"] / lost["before"] - 1,
            "Shares": t["shares"],
            "Counted on": t["counted_on"],
            "Public from": t["in_force_from"],
            "Value before": lost["value_before"],
            "Value lost": lost["lost"],
            "Low": lost["lost_low"],
            "High": lost["lost_high"],
            "Of total": value.share_of_total(gross=gross).reindex(lost.index),
            "Filing": t["count_source"],
        }
    )
    written: dict[str, Callable[[Any], str]] = {
        "Before": f.price,
        "After": f.price,
        "Move": f.percent,
        "Shares": f.shares,
    }
    written |= dict.fromkeys(("Counted on", "Public from"), f.date_short)
    written |= dict.fromkeys(("Value before", "Value lost", "Low", "High"), f.usd)
    written |= {"Of total": lambda v: f.percent(v, 1, signed=bool(v < 0))}
    show(
        frame,
        p,
        "lost",
        written,
        coloured=("Move",),
        config={"Filing": st.column_config.Column(width="medium")},
        alt=f"How the market value lost by {len(frame)} companies is made",
        symbols=list(lost.index),
    )
