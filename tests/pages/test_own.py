"""Prices that a visitor brought: on every page of that visitor, and on nobody else's."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources.bars import Bars
from tests.pages.conftest import ROOT

PAGES = ("overview", "prices", "drawdowns", "lost")


def brought(symbol="ZZTOP", fall=0.75):
    """A made-up company at 100 from 2023 on that falls by a quarter on 27 January 2025."""
    index = sessions_between("2023-01-03", "2025-06-30")
    close = pd.Series(100.0, index) + (pd.RangeIndex(len(index)) % 5)
    close[index >= "2025-01-27"] *= fall
    daily = pd.DataFrame(dict.fromkeys(FIELDS, close), index).assign(volume=1e6)
    return Bars(symbol, daily, "file", pd.Timestamp("2025-07-01", tz="UTC"))


def visit(*own, page="overview", **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["_own_bars"] = {b.symbol: b for b in own}
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("page", PAGES)
def test_a_company_that_was_brought_is_on_every_page(page, words):
    app = visit(brought(), page=page, tickers="ZZTOP,NVDA")
    shown = words(app) + " ".join(str(d.value.to_dict()) for d in app.dataframe)
    assert "ZZTOP" in shown
    assert "not among the companies here" not in shown


def test_it_is_measured_like_any_other_and_named_where_a_count_is_missing(words):
    app = visit(brought(), tickers="ZZTOP,NVDA")
    table = app.dataframe[0].value.set_index("Company")
    closes = brought().daily["close"]
    move = closes["2025-01-27"] / closes["2025-01-24"] - 1
    assert table.at["ZZTOP", "Day"] == pytest.approx(move)
    assert move < -0.2
    assert "Left out of the market values: ZZTOP." in words(app)


def test_nobody_else_sees_it(words):
    visit(brought(), tickers="ZZTOP,NVDA")
    other = words(visit(tickers="ZZTOP,NVDA"))
    assert "not among the companies here: ZZTOP" in other
    assert "Left out of the market values" not in other


def test_two_visitors_may_bring_one_symbol_with_other_prices():
    deep, flat = visit(brought(fall=0.5), tickers="ZZTOP"), visit(brought(fall=1.0), tickers="ZZTOP")
    moves = [app.dataframe[0].value.set_index("Company").at["ZZTOP", "Day"] for app in (deep, flat)]
    assert moves[0] < -0.4
    assert abs(moves[1]) < 0.05


def test_what_is_no_longer_used_is_gone(words):
    app = visit(brought(), tickers="ZZTOP,NVDA")
    app.session_state["_own_bars"] = {}
    app.session_state["_own_made"] = {}
    app.query_params["tickers"] = "NVDA,ZZTOP"
    app.run()
    assert "not among the companies here: ZZTOP" in words(app)
