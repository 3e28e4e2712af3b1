"""The pages, and the guard that sends every one of them through the router.

On a cold server Streamlit runs a file of `pages/` alone when the first visit goes straight to it, without `app.py`:
no shared controls, no page setup. The guard on the first line of each page notices and starts again through the
router. The address of a page therefore equals its file's name.
"""

from __future__ import annotations

import streamlit as st

from components.link import format_query
from components.state import view

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "The day": (("overview", "What happened"),),
    "The damage": (("prices", "Prices"), ("drawdowns", "Drawdowns"), ("lost", "Market value lost")),
    "The data": (("data", "Your data"),),
}
HOME = "overview"
_ROUTED, _LAST = "_routed", "_last_page"
# On a phone the sidebar covers the page that was just chosen in it, and Streamlit leaves it open.
_CLOSE_SIDEBAR = """<script data-page="{page}">
if (window.innerWidth < 769)
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
</script>"""


def navigation() -> st.Page:
    """Register all pages and return the one asked for."""
    return st.navigation(list(_pages().values()), position="hidden")


def run(page: st.Page) -> None:
    """Run a page as the router's guest."""
    st.session_state[_ROUTED] = True
    if st.session_state.setdefault(_LAST, page.title) != page.title:
        st.session_state[_LAST] = page.title
        st.html(_CLOSE_SIDEBAR.format(page=page.url_path), unsafe_allow_javascript=True)
    page.run()


def require_router() -> None:
    """The first line of every page: start again through the router if it was left out."""
    if not st.session_state.pop(_ROUTED, False):
        navigation()
        st.rerun()


def sidebar_links() -> None:
    """The pages in their sections; every link carries the view."""
    query, pages = format_query(view()), _pages()
    for number, (section, entries) in enumerate(SECTIONS.items()):
        with st.container(key=f"nav-{number}"):
            st.caption(section)
            for name, title in entries:
                st.page_link(pages[name], label=title, query_params=query)


def _pages() -> dict[str, st.Page]:
    return {
        name: st.Page(f"pages/{name}.py", title=title, default=name == HOME, url_path=None if name == HOME else name)
        for entries in SECTIONS.values()
        for name, title in entries
    }
