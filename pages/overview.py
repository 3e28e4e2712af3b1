"""What happened: the day in one sentence, four figures, a map, a ranking, the path and the table."""

import streamlit as st

from aftershock.findings import overview as say
from components import page, stage, state, tables, theme, tiles
from components.charts import overview as charts
from components.exports import overview as data
from components.router import require_router

require_router()
p, impact = theme.palette(), stage.impact(state.view())
focus = state.focus(impact)

page.head(say.headline(impact), say.deck(impact), impact)
tiles.overview(impact, focus)

left, right = st.columns([1.42, 1], gap="large")
with left, page.block("map", say.map_title(impact), say.map_caption(impact), lambda: data.values(impact)):
    page.show(charts.treemap(impact, p), "map", f"Map of market values. {say.map_title(impact)}.")
with right, page.block("rank", say.rank_title(impact), say.rank_caption(impact), lambda: data.values(impact)):
    page.show(charts.ranking(impact, p), "rank", f"Bars of market value. {say.rank_title(impact)}.")
with page.block("path", say.path_title(impact, focus), say.path_caption(impact, focus), lambda: data.paths(impact)):
    page.show(charts.paths(impact, p, focus), "path", f"Lines of share prices. {say.path_title(impact, focus)}.")
with page.block("table", say.table_title(impact), say.TABLE_CAPTION):
    tables.overview(impact, p)
page.source("Source: daily prices of the bundled snapshot, share counts from company filings.")
