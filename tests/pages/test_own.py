"""Prices that a visitor brought: on every page of that visitor, and on nobody else's."""

import pandas as pd
import pytest

from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources.bars import Bars

PAGES = ("overview", "prices", "drawdowns", "lost")


def brought(symbol="ZZTOP", fall=0.75):
    """A made-up company at 100 from 2023 on that falls by a quarter on 27 January 2025."""
    index = sessions_between("2023-01-03", "2025-06-30")
    close = pd.Series(100.0, index) + (pd.RangeIndex(len(index)) % 5)
    close[index >= "2025-01-27"] *= fall
    daily = pd.DataFrame(dict.fromkeys(FIELDS, close), index).assign(volume=1e6)
    return Bars(symbol, daily, "file", pd.Timestamp("2025-07-01", tz="UTC"))


@pytest.mark.parametrize("page", PAGES)
def test_a_company_that_was_brought_is_on_every_page(open_app, page, words):
    app = open_app(page, own=[brought()], tickers="ZZTOP,NVDA")
    shown = words(app) + " ".join(str(d.value.to_dict()) for d in app.dataframe)
    assert "ZZTOP" in shown
    assert "not among the companies here" not in shown


def test_it_is_measured_like_any_other_and_named_where_a_count_is_missing(open_app, words):
    app = open_app(own=[brought()], tickers="ZZTOP,NVDA")
    table = app.dataframe[0].value.set_index("Company")
    closes = brought().daily["close"]
    move = closes["2025-01-27"] / closes["2025-01-24"] - 1
    assert table.at["ZZTOP", "Day"] == pytest.approx(move)
    assert move < -0.2
    assert "Left out of the market values: ZZTOP." in words(app)


def test_nobody_else_sees_it(open_app, words):
    open_app(own=[brought()], tickers="ZZTOP,NVDA")
    other = words(open_app(tickers="ZZTOP,NVDA"))
    assert "not among the companies here: ZZTOP" in other
    assert "Left out of the market values" not in other


def test_two_visitors_may_bring_one_symbol_with_other_prices(open_app):
    deep, flat = open_app(own=[brought(fall=0.5)], tickers="ZZTOP"), open_app(own=[brought(fall=1.0)], tickers="ZZTOP")
    moves = [app.dataframe[0].value.set_index("Company").at["ZZTOP", "Day"] for app in (deep, flat)]
    assert moves[0] < -0.4
    assert abs(moves[1]) < 0.05


def test_what_is_no_longer_used_is_gone(open_app, words):
    app = open_app(own=[brought()], tickers="ZZTOP,NVDA")
    app.session_state["_own_bars"] = {}
    app.session_state["_own_made"] = {}
    app.query_params["tickers"] = "NVDA,ZZTOP"
    app.run()
    assert "not among the companies here: ZZTOP" in words(app)
