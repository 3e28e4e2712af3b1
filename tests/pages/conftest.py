"""The app run without a browser, and what its pages say."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_app():
    """Opens a page (a file name in `pages/`) with a query, and fails on any exception that reached it.

    `own` are bars that this visitor brought.
    """

    def opened(page="overview", own=(), **query):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.session_state["_own_bars"] = {b.symbol: b for b in own}
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page != "overview":
            app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, app.exception
        return app

    return opened


@pytest.fixture
def words():
    """All text of a page: title, notices, findings, captions."""

    def read(app):
        kinds = (app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error)
        return " ".join(element.value for kind in kinds for element in kind).replace("\\", "").replace("\xa0", " ")

    return read
