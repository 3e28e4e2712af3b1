"""The data behind the pages, loaded and assessed once and shared by all visitors of the process."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from aftershock.companies import companies
from aftershock.events import event_range
from aftershock.impact import Impact, assess
from aftershock.sources import join, snapshot
from aftershock.sources.join import Market
from components import own
from components.link import View

SHARED_VIEWS = 64


def market() -> Market:
    """Prices and share counts of all companies, with those of this visitor."""
    mine = own.bars()
    if not mine:
        return _shared_market()
    shared = _shared_market()
    return own.kept("market", lambda: join.join(shared.history, shared.counts, mine))


@st.cache_resource(show_spinner=False)
def _shared_market() -> Market:
    return join.join(*join.load(), [])


def bounds() -> tuple[date, date]:
    """First and last day that can be an event for at least one company."""
    return own.kept("bounds", lambda: _range(market(), own.symbols())) if own.bars() else _shared_bounds()


@st.cache_resource(show_spinner=False)
def _shared_bounds() -> tuple[date, date]:
    return _range(_shared_market(), ())


def _range(known: Market, more: tuple[str, ...]) -> tuple[date, date]:
    first, last = event_range(known.history, [*(c.symbol for c in companies()), *more])
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
    key = view.event, view.symbols, view.before, view.after, view.benchmark
    # What a visitor's own prices are part of stays out of what all visitors share.
    return own.kept(("impact", *key), lambda: _assess(market(), *key)) if own.bars() else _shared_impact(*key)


@st.cache_resource(show_spinner=False, max_entries=SHARED_VIEWS)
def _shared_impact(event: date, symbols: tuple[str, ...], before: int, after: int, benchmark: str) -> Impact:
    return _assess(_shared_market(), event, symbols, before, after, benchmark)


def _assess(known: Market, event: date, symbols: tuple[str, ...], before: int, after: int, benchmark: str) -> Impact:
    return assess(known.history, known.counts, event, symbols, before=before, after=after, benchmark=benchmark)


@st.cache_resource(show_spinner=False)
def warm() -> bool:
    """Load what every page needs, then keep it out of the garbage collector, which runs after every rerun."""
    import gc

    import plotly.graph_objects as go

    from aftershock.sessions import all_sessions

    all_sessions()
    _shared_bounds()
    go.Figure([go.Scatter(x=[1], y=[1])]).to_plotly_json()
    gc.collect()
    gc.freeze()
    return True
