"""Prices: how much of the move was there at the open, and what came before and after."""

import streamlit as st

from aftershock.findings import prices as say
from components import controls, page, sections, stage, state, tables, theme
from components.charts import gaps
from components.exports import prices as data
from components.router import require_router

require_router()
p, impact = theme.palette(), stage.impact(state.view())
focus = state.focus(impact)

page.head(say.headline(impact, focus), say.deck(impact, focus), impact)
with st.container(key="ctl", horizontal=True, gap="medium", vertical_alignment="top"):
    show = controls.segmented("Show", "show", controls.SHOWN)
    span = controls.segmented("Span", "span", controls.SPANNED)
    controls.company(impact, focus)

sections.main_price_chart(impact, p, focus, show, span)
sections.distances(impact, p, focus)

left, right = st.columns([1.3, 1], gap="large")
with left, page.block("rows", say.gap_title(impact), say.gap_caption(impact), lambda: data.gaps(impact)):
    page.show(lambda: gaps.gap_rows(impact, p), "rows", f"Gap and rest of the day by company. {say.gap_title(impact)}.")
with (
    right,
    page.block(
        "zoom", say.zoom_title(impact, focus), say.zoom_caption(impact, focus), lambda: data.around(impact, focus)
    ),
):
    page.show(
        lambda: gaps.zoom(impact, p, focus), "zoom", f"Candles of eleven sessions. {say.zoom_title(impact, focus)}."
    )
with page.block("table", say.table_title(impact, focus), say.table_caption(impact)):
    tables.prices(impact, p)
page.source(say.source(impact))
