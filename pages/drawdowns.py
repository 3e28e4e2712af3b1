"""Drawdowns: how far each company fell from its peak, and when it was back."""

import streamlit as st

from aftershock.findings import drawdowns as say
from components import controls, page, stage, state, tables, theme
from components.charts import drawdowns as charts
from components.exports import drawdowns as data
from components.router import require_router

require_router()
p, view = theme.palette(), state.view()
impact = stage.impact(view)
focus, falls = state.focus(impact), impact.drawdowns(view.peaks)

page.head(say.headline(impact, focus, falls, view.peaks), say.deck(impact, falls, view.peaks), impact)
with st.container(key="ctl", horizontal=True, gap="medium", vertical_alignment="top"):
    controls.segmented("Peaks looked for in", "peaks", controls.PEAKED)
    controls.company(impact, focus)

title = say.lines_title(impact, focus, falls, view.peaks)
with page.block("water", title, say.lines_caption(impact, focus, falls), lambda: data.lines(impact, view.peaks)):
    page.show(lambda: charts.lines(impact, p, focus, falls, view.peaks), "water", f"Lines of drawdowns. {title}.")
if falls["peak"].notna().any():
    title = say.timeline_title(impact, falls)
    with page.block("timeline", title, say.TIMELINE_CAPTION, lambda: data.falls(impact, falls)):
        page.show(lambda: charts.timeline(impact, p, falls), "timeline", f"A bar of time for each company. {title}.")
with page.block("table", say.table_title(falls), say.table_caption(impact)):
    tables.falls(impact, p, falls)
episodes = impact.episodes(focus, view.peaks)
with page.block(
    "episodes", say.episodes_title(impact, focus, episodes, view.peaks), say.episodes_caption(impact, focus, view.peaks)
):
    tables.episodes(episodes, p)
page.source(say.SOURCE)
