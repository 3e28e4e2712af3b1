"""The inputs: the dateline on top of every page, and the choices of single pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from aftershock import formats as f
from aftershock.companies import BENCHMARKS, baskets, companies, directory
from aftershock.companies import company as company_of
from aftershock.events import PRESETS, catalogue, event_on
from aftershock.impact import Impact
from aftershock.sessions import all_sessions, snap
from components import link, own, state
from components.link import MOST_AFTER, MOST_BEFORE, View
from components.stage import bounds

SHOWN = {"rebased": "Rebased", "price": "Price", "log": "Logarithmic", "candles": "Candles"}
PEAKED = {"all": "All prices", "year": "One year before"}
MEASURED = {
    "open": "At the open", "close": "Close", "3": "3 sessions", "5": "5", "20": "20",
    "worst": "Worst close", "date": "To date",
}  # fmt: skip
COUNTED = {"net": "Net", "gross": "Fallers only"}
SPANNED = {"session": "Session", "month": "Month", "window": "Window", "year": "Year", "5y": "5 years", "all": "All"}


def dateline() -> None:
    """Event, companies, window, benchmark and link, in one bar that stays in view."""
    view = state.view()
    with st.container(
        key="dateline", horizontal=True, gap="small", vertical_alignment="center", horizontal_alignment="distribute"
    ):
        with _group("dl-date"):
            _event(view)
        with _group("dl-view"):
            _companies(view)
            _window(view)
            _benchmark(view)
            _link(view)


def _group(key: str) -> st.delta_generator.DeltaGenerator:
    return st.container(
        key=key, horizontal=True, gap="xsmall", vertical_alignment="center", width="content", wrap=False
    )


def _event(view: View) -> None:
    session = snap(view.event).session
    _step("previous", "chevron_left", "Previous session", session, -1)
    event = event_on(session)
    label = f.day(session) + (f": {event.title if len(event.title) <= 26 else event.short}" if event else "")
    with st.popover(label, width="content"), st.container(width=430):
        first, last = bounds()
        st.session_state["event"] = view.event
        st.date_input(
            "Event session",
            min_value=first,
            max_value=last,
            format="YYYY-MM-DD",
            help=f"Prices allow any day from {f.day(first)} to {f.day(last)}. A day without trading stands for the "
            "next session.",
            **state.bound("event", "event"),
        )
        _presets(session.date())
        _catalogue(session.date(), last)
    _step("next", "chevron_right", "Next session", session, +1)


def _step(key: str, icon: str, label: str, session: pd.Timestamp, by: int) -> None:
    days = all_sessions()
    target = days[days.get_loc(session) + by].date()
    first, last = bounds()
    st.button(
        label,  # seen by screen readers only, see the style sheet
        icon=f":material/{icon}:",
        key=key,
        help=f.day(target),
        type="tertiary",
        disabled=not first <= target <= last,
        on_click=state.change,
        kwargs={"event": target},
    )


def _presets(session: date) -> None:
    options = [when.date() for when in PRESETS]
    st.session_state["preset"] = session if session in options else None
    st.pills(
        "Catalogued events",
        options,
        format_func=lambda d: f"{_event_name(d)}, {f.date_short(d)}",
        **state.bound("event", "preset"),
    )


def _catalogue(session: date, last: date) -> None:
    options = [e.session.date() for e in catalogue() if e.session.date() <= last]
    later = len(catalogue()) - len(options)
    st.session_state["catalogue"] = session if session in options else None
    st.selectbox(
        f"All {len(options)} events",
        options,
        index=None,
        format_func=lambda d: f"{f.day(d)}  {_event_title(d)}",
        placeholder="None on this session",
        help=f"{f.count_words(later, start=True)} more lie after the last price." if later else None,
        **state.bound("event", "catalogue"),
    )


def _event_name(day: date) -> str:
    event = event_on(pd.Timestamp(day))
    return event.short if event else f.day(day)


def _event_title(day: date) -> str:
    event = event_on(pd.Timestamp(day))
    return event.title if event else ""


def _companies(view: View) -> None:
    label = f"{len(view.symbols)} {_basket_label(view)}"
    with st.popover(label, type="tertiary", width="content", key="companies"), st.container(width=430):
        st.session_state["basket"] = view.basket if view.tickers is None else None
        st.pills(
            "Basket",
            list(baskets()),
            format_func=lambda key: f"{baskets()[key].title} ({len(baskets()[key].symbols)})",
            key="basket",
            on_change=_pick_basket,
        )
        st.session_state["tickers"] = list(view.symbols)
        st.multiselect(
            "Companies",
            [*(c.symbol for c in companies()), *(s for s in own.symbols() if s not in directory())],
            format_func=_named,
            key="tickers",
            on_change=lambda: state.put(link.choose(state.view(), st.session_state["tickers"])),
            help="Alphabet counts once, with all its share classes.",
        )


def _named(symbol: str) -> str:
    """A company with its ticker, where that is another word: `NVIDIA (NVDA)`, `AMD`."""
    name = company_of(symbol).name
    return name if name.upper() == symbol else f"{name} ({symbol})"


def _basket_label(view: View) -> str:
    if view.tickers is None:
        return baskets()[view.basket].label
    return "stock" if len(view.tickers) == 1 else "stocks"


def _pick_basket() -> None:
    if st.session_state["basket"] is not None:
        start_from(st.session_state["basket"])


def start_from(basket: str) -> None:
    """Show a whole basket."""
    state.put(replace(state.view(), basket=basket, tickers=None))


def _window(view: View) -> None:
    label = f"{f.offset(-view.before)} to {f.offset(view.after)}"
    with st.popover(label, type="tertiary", width="content", key="window-choice"), st.container(width=430):
        st.session_state["window-range"] = (-view.before, view.after)
        st.slider(
            "Sessions before and after the event",
            -MOST_BEFORE,
            MOST_AFTER,
            key="window-range",
            on_change=_pick_window,
            help="The event session is 0; the baseline is the close before it.",
        )


def _pick_window() -> None:
    low, high = st.session_state["window-range"]
    state.change(before=max(1, -low), after=max(1, high))


def _benchmark(view: View) -> None:
    with st.popover(f"vs {BENCHMARKS[view.benchmark].label}", type="tertiary", width="content", key="benchmark-choice"):
        st.session_state["benchmark"] = view.benchmark
        st.radio(
            "Compared with",
            list(BENCHMARKS),
            format_func=lambda key: BENCHMARKS[key].name,
            **state.bound("benchmark", "benchmark"),
        )


def _link(view: View) -> None:
    with st.popover("Link", icon=":material/link:", type="tertiary", width="content"), st.container(width=430):
        st.caption("This address opens exactly this view.")
        base = (st.context.url or "").split("?")[0]
        base += "/" if base.count("/") == 2 else ""  # the first page's address comes without its slash
        st.code(f"{base}?{urlencode(link.format_query(view, explicit=True), safe=',')}", language=None, wrap_lines=True)


def segmented(label: str, field: str, options: Mapping[str, str], *, help_text: str | None = None) -> str:
    """A choice of one page as a row of segments, tied to a field of the view; returns the value chosen."""
    st.session_state[field] = getattr(state.view(), field)
    st.segmented_control(
        label,
        list(options),
        format_func=lambda key: options[key],
        required=True,
        help=help_text,
        **state.bound(field, field),
    )
    return str(getattr(state.view(), field))


def company(impact: Impact, focus: str) -> None:
    """The company in focus, on every page."""
    st.session_state["company"] = focus
    st.selectbox(
        "Company",
        impact.symbols,
        format_func=lambda s: str(impact.table.at[s, "name"]),
        width=220,
        **state.bound("company", "company"),
    )
