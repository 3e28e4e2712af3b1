"""Aftershock: the Streamlit script. Runs alone with `streamlit run app.py`."""

import streamlit as st

from components import controls, page, router, state, theme
from components.faults import calm
from components.stage import warm

st.set_page_config(
    page_title="Aftershock", page_icon=str(theme.ASSETS / "icon.svg"), layout="wide", initial_sidebar_state=248
)
theme.apply_style()
with calm():
    warm()
    state.synchronise()
    current = router.navigation()
    st.logo(theme.logo(), size="large")
    with st.sidebar:
        router.sidebar_links()
        page.data_status()
    controls.dateline()
    with calm():
        router.run(current)
    page.footer()
