"""The data behind the pages, loaded and assessed once and shared by all visitors of the process."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from aftershock.companies import companies
from aftershock.events import event_range
from aftershock.impact import Impact, assess
from aftershock.prices import PriceHistory
from aftershock.shares import ShareCounts
from aftershock.sources import join, snapshot
from components.link import View

SHARED_VIEWS = 64


@st.cache_resource(show_spinner=False)
def market() -> tuple[PriceHistory, ShareCounts]:
    """Prices and share counts of the bundled snapshot."""
    return join.load()


@st.cache_resource(show_spinner=False)
def bounds() -> tuple[date, date]:
    """First and last day that can be an event for at least one company."""
    first, last = event_range(market()[0], [c.symbol for c in companies()])
    return first.date(), last.date()


def minutes(view: View) -> pd.DataFrame:
    """Closes by minute of the event session, where they are bundled: minutes (New York) × companies of the view."""
    session = impact(view).day.session.date()
    closes = _minutes().get(session)
    return pd.DataFrame() if closes is None else closes[[s for s in view.symbols if s in closes.columns]]


@st.cache_resource(show_spinner=False)
def _minutes() -> dict[date, pd.DataFrame]:
    bars = snapshot.read_intraday()
    bars = bars.assign(minute=bars["timestamp"].dt.tz_localize(None), symbol=bars["symbol"].astype(str))
    return {
        day: rows.pivot(index="minute", columns="symbol", values="close")
        for day, rows in bars.groupby(bars["minute"].dt.date)
    }


def impact(view: View) -> Impact:
    """The view, assessed; the same view is computed once for everybody.

    Raises:
        AftershockError: the view cannot be assessed (no company, a day outside the data).
    """
    return _assessed(view.event, view.symbols, view.before, view.after, view.benchmark)


@st.cache_resource(show_spinner=False, max_entries=SHARED_VIEWS)
def _assessed(event: date, symbols: tuple[str, ...], before: int, after: int, benchmark: str) -> Impact:
    return assess(*market(), event, symbols, before=before, after=after, benchmark=benchmark)


@st.cache_resource(show_spinner=False)
def warm() -> bool:
    """Load what every page needs, then keep it out of the garbage collector, which runs after every rerun."""
    import gc

    import plotly.graph_objects as go

    from aftershock.sessions import all_sessions

    all_sessions()
    bounds()
    go.Figure([go.Scatter(x=[1], y=[1])]).to_plotly_json()
    gc.collect()
    gc.freeze()
    return True
