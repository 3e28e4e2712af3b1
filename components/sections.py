"""Blocks whose figure depends on the reader's choices."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from aftershock import formats as f
from aftershock.findings import lost as lost_words
from aftershock.findings import overview as day
from aftershock.findings import prices as say
from aftershock.findings.notices import NO_MINUTES
from aftershock.impact import Impact
from aftershock.measures.market_value import MarketValueLost
from components import page, stage, state
from components.charts import gaps, lost, overview, paths, pins, prices, session
from components.exports import lost as lost_data
from components.exports import overview as overview_data
from components.exports import prices as prices_data
from components.theme import Palette


def map_and_ranking(impact: Impact, p: Palette) -> None:
    """Map of market values beside the ranking; without share counts the ranking alone, by move.

    One company is neither mapped nor ranked: the tiles have said all about it.
    """
    if len(impact.table) == 1:
        return
    ranked = day.rank_title(impact), day.rank_caption(impact)
    if impact.value.by_company.empty:
        with page.block("rank", *ranked, lambda: prices_data.gaps(impact)):
            page.show(lambda: overview.ranking(impact, p), "rank", f"Bars of moves. {ranked[0]}.")
        return
    left, right = st.columns([1.42, 1], gap="large")
    mapped = day.map_title(impact), day.map_caption(impact)
    with left, page.block("map", *mapped, lambda: overview_data.values(impact)):
        page.show(lambda: overview.treemap(impact, p), "map", f"Map of market values. {mapped[0]}.")
    with right, page.block("rank", *ranked, lambda: overview_data.values(impact)):
        page.show(lambda: overview.ranking(impact, p), "rank", f"Bars of market value. {ranked[0]}.")


def main_price_chart(impact: Impact, p: Palette, focus: str, show: str, span: str) -> None:
    """The large figure of the prices page: every kind over every span."""
    if span == "session":
        closes = stage.minutes(state.view())
        if focus in closes.columns:
            _by_minute(impact, p, focus, show, closes)
            return
        st.info(NO_MINUTES, icon=":material/schedule:")
        span = "window"
    first, last = rows = impact.span_rows(focus, span)
    far = span in ("5y", "all")
    marks = pins.of_falls(impact, focus, first, last) if far else pins.of_events(impact, focus, first, last)
    if show == "rebased":
        named = [] if far else marks
        events = pd.Series([m.move for m in named], pd.DatetimeIndex([m.session for m in named]), dtype=float)
        title = say.rebased_title(impact, focus, last, events)
        caption = say.rebased_caption(impact, focus, len(marks), pins_are_falls=far)
        draw = partial(paths.rebased, impact, p, focus, rows, marks)
    elif show == "candles":
        per = prices.sessions_a_candle(last - first + 1)
        title, caption = say.candle_title(impact, focus, per), say.candle_caption(impact, focus, last - first + 1, per)
        draw = partial(prices.candles, impact, p, focus, rows, marks)
    else:
        log = show == "log"
        title = say.price_title(impact, focus, first, last, len(marks) if far else 0)
        caption = say.price_caption(impact, focus, len(marks), log=log, pins_are_falls=far)
        draw = partial(prices.price, impact, p, focus, rows, marks, log=log)
    with page.block("main", title, caption, lambda: prices_data.daily(impact, focus, first, last)):
        page.show(draw, "main", f"{title}.")
        if marks:
            st.html(pins.key(marks))


def _by_minute(impact: Impact, p: Palette, focus: str, show: str, closes: pd.DataFrame) -> None:
    title = say.session_title(impact, focus, closes[focus])
    with page.block("main", title, say.session_caption(impact, focus, show), lambda: prices_data.by_minute(closes)):
        page.show(lambda: session.figure(impact, p, focus, closes, show), "main", f"{title}.")


def distances(impact: Impact, p: Palette, focus: str) -> None:
    """The same move over spans from a session to all years; a heading sets the span of the main figure."""
    closes = stage.minutes(state.view())
    minutes = closes[focus].dropna() if focus in closes.columns else None
    found = gaps.distances(impact, focus, minutes)
    title, caption = say.distance_title(impact, focus), say.distance_caption(impact, focus, minutes=minutes is not None)
    with page.block("panels", title, caption):
        for column, d in zip(st.columns(len(found), gap="medium"), found, strict=True):
            with column.container(key=f"far-{d.span}"):
                change = f"\u00d7\u2009{d.change + 1:,.0f}" if d.change > 10 else f.percent(d.change, 0)
                st.button(
                    f"**{d.title}** :gray[{change}]",
                    key=f"span-{d.span}",
                    type="tertiary",
                    on_click=state.change,
                    kwargs={"span": d.span},
                )
                page.show(partial(gaps.panel, d, impact, p), f"far-{d.span}", f"{d.title}: {change}")


def range_and_league(impact: Impact, p: Palette, value: MarketValueLost, *, gross: bool) -> None:
    """How far the total depends on the share count, beside the largest losses of one day; each only if there is one."""
    has_league = not impact.largest_losses.empty
    room = list(st.columns(2, gap="large")) if not value.by_company.empty and has_league else [st.container()] * 2
    if not value.by_company.empty:
        title = lost_words.range_title(value, gross=gross)
        with (
            room[0],
            page.block("range", title, lost_words.range_caption(value), lambda: lost_data.table(impact, value)),
        ):
            page.show(lambda: lost.ranges(impact, p, value), "range", f"Losses by share count. {title}.")
    if has_league:
        title = lost_words.league_title(impact)
        with room[1], page.block("league", title, lost_words.league_caption(impact), lambda: lost_data.league(impact)):
            page.show(lambda: lost.league(impact, p), "league", f"Bars of the largest one-day losses. {title}.")
