"""Market value lost: by company and window, with the share count behind each figure."""

import streamlit as st

from aftershock.findings import lost as say
from components import controls, page, sections, stage, state, tables, theme
from components.charts import lost as charts
from components.exports import lost as data
from components.router import require_router

require_router()
p, view = theme.palette(), state.view()
impact = stage.impact(view)
value, gross = impact.value_lost(view.window), view.count == "gross"

page.head(say.headline(impact, value, gross=gross), say.deck(impact, value, gross=gross), impact, values=True)
with st.container(key="ctl", horizontal=True, gap="medium", vertical_alignment="top"):
    controls.segmented("Measured", "window", controls.MEASURED)
    controls.segmented("Count", "count", controls.COUNTED)

if value.by_company.empty:
    st.info(say.not_filled(impact, value), icon=":material/straighten:")
elif say.total(value, gross=gross):
    title = say.waterfall_title(value, gross=gross)
    caption = say.waterfall_caption(impact, value, gross=gross)
    with page.block("steps", title, caption, lambda: data.table(impact, value)):
        page.show(
            lambda: charts.waterfall(impact, p, value, gross=gross), "steps", f"Waterfall of market value. {title}."
        )
sections.range_and_league(impact, p, value, gross=gross)
if not value.by_company.empty:
    with page.block("table", "How each figure is made", say.table_caption(impact, value)):
        tables.market_value(impact, p, value, gross=gross)
page.source(say.source(impact))
