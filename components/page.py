"""The frame of a page: headline, blocks with a finding each, figures, source line, footer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from aftershock import formats as f
from aftershock.findings import notices as say
from aftershock.impact import Impact
from aftershock.sessions import missed
from components import notices, own, state
from components.charts.base import CONFIG
from components.downloads import data_button
from components.notices import escaped
from components.stage import bounds, market
from components.theme import palette

SHARED_FIGURES = 300  # of about 100 kB


def head(title: str, deck: str, impact: Impact, *, values: bool = False) -> None:
    """The answer in one sentence, a second one below, then what must be known first; `values`: of share counts too."""
    st.title(escaped(title))
    with st.container(key="deck"):
        st.markdown(escaped(deck))
    notices.link_problems(state.problems())
    notices.about_the_day(impact, state.view(), values=values)


@contextmanager
def block(key: str, title: str, caption: str, data: Callable[[], pd.DataFrame] | None = None) -> Iterator[None]:
    """A finding and what shows it. `data` gives the block's numbers as a table that can be read and downloaded."""
    with st.container(key=f"block-{key}"):
        if data is not None:
            data_button(key, title, data)
        st.header(escaped(title))
        st.caption(escaped(caption))
        yield


def show(draw: Callable[[], go.Figure], key: str, alt: str) -> None:
    """A figure; `alt` is the finding with its numbers, for those who do not see it.

    `draw` may depend on nothing but the view and the theme: it is drawn once for both and then shown to everybody (or
    kept for the visitor whose own prices are in it).
    """
    drawn = key, repr(state.view()), palette().dark
    figure = own.kept(drawn, draw) if own.bars() else _drawn(*drawn, draw)
    st.plotly_chart(figure, theme=None, width="stretch", key=f"chart-{key}", config=CONFIG, alt=alt)


@st.cache_resource(show_spinner=False, max_entries=SHARED_FIGURES)
def _drawn(key: str, view: str, dark: bool, _draw: Callable[[], go.Figure]) -> go.Figure:
    return _draw()


def source(text: str) -> None:
    """Where the figures of a page come from; nothing for an empty text."""
    if text:
        st.caption(escaped(text))


def footer() -> None:
    """What holds for all pages."""
    with st.container(key="foot"):
        st.caption(say.FOOTER)


def data_status() -> None:
    """What the figures rest on, in one line at the foot of the sidebar."""
    with st.container(key="status"):
        last = bounds()[1]
        since = missed(pd.Timestamp(last), pd.Timestamp.now("UTC"))
        st.caption(say.data_status(f.day(last), len(market().history.symbols), since))
