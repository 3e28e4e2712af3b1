"""Market value lost: by company and window, with the share count behind each figure."""

import streamlit as st

from aftershock.findings import lost as say
from components import controls, page, stage, state, tables, theme
from components.charts import lost as charts
from components.exports import lost as data
from components.router import require_router

require_router()
p, view = theme.palette(), state.view()
impact = stage.impact(view)
value, gross = impact.value_lost(view.window), view.count == "gross"

page.head(say.headline(impact, value, gross=gross), say.deck(impact, value, gross=gross), impact)
with st.container(key="ctl", horizontal=True, gap="medium", vertical_alignment="top"):
    controls.segmented("Measured", "window", controls.MEASURED)
    controls.segmented("Count", "count", controls.COUNTED)

if value.by_company.empty:
    st.info(say.not_filled(impact, value), icon=":material/straighten:")
else:
    title = say.waterfall_title(value, gross=gross)
    with page.block(
        "steps", title, say.waterfall_caption(impact, value, gross=gross), lambda: data.table(impact, value)
    ):
        page.show(
            lambda: charts.waterfall(impact, p, value, gross=gross), "steps", f"Waterfall of market value. {title}."
        )
left, right = st.columns(2, gap="large")
if (value.by_company["lost"] > 0).any():
    title = say.range_title(value)
    with left, page.block("range", title, say.RANGE_CAPTION, lambda: data.table(impact, value)):
        page.show(lambda: charts.ranges(impact, p, value), "range", f"Losses by share count. {title}.")
title = say.league_title(impact)
with right, page.block("league", title, say.league_caption(impact), lambda: data.league(impact)):
    if not impact.largest_losses.empty:
        page.show(lambda: charts.league(impact, p), "league", f"Bars of the largest one-day losses. {title}.")
if not value.by_company.empty:
    with page.block("table", "How each figure is made", say.table_caption(impact, value)):
        tables.market_value(impact, p, value)
page.source(say.source(impact))
