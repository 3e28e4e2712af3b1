"""The prices page: every kind of chart over every span."""

import json

import pytest

SHOWS = ("rebased", "price", "log", "candles")
SPANS = ("session", "month", "window", "year", "5y", "all")


def figure(app, number=0):
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def test_the_headline_says_how_much_was_over_at_the_open(open_app, words):
    text = words(open_app("prices"))
    # 17.82 of 24.20 dollars were gone at the open: 73.6%.
    assert (
        "Three quarters of NVIDIA\u2019s fall was over when the market opened: $142.62 on Friday, $124.80 at the open"
        in text
    )
    assert "The highest trade of the day was $128.40." in text
    assert "A trade at Friday\u2019s price came 15 sessions later, a close at or above it only after 92." in text


@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize("span", SPANS)
def test_every_chart_over_every_span(open_app, show, span):
    app = open_app("prices", show=show, span=span)
    fig = figure(app)
    kinds = {trace["type"] for trace in fig["data"]}
    assert ("candlestick" in kinds) == (show == "candles")
    assert (fig["layout"]["yaxis"].get("type") == "log") == (show == "log" or (show == "rebased" and span != "session"))
    assert not [*app.error, *app.info]


def test_candles_have_volume_below(open_app):
    fig = figure(open_app("prices", show="candles"))
    volume = next(trace for trace in fig["data"] if trace["type"] == "bar")
    assert volume["yaxis"] == "y2"


def test_the_gap_is_marked_on_the_rebased_chart(open_app):
    texts = [note["text"] for note in figure(open_app("prices"))["layout"]["annotations"]]
    assert "<b>gap \u221212.5%</b>" in texts


def test_without_minutes_the_window_is_shown_and_the_page_says_so(open_app, words):
    app = open_app("prices", span="session", event="2024-09-03")
    assert "There are minute bars only for 23 to 31 January 2025" in words(app)
    assert len(app.get("plotly_chart")) >= 3


def test_another_company_in_focus(open_app, words):
    app = open_app("prices", company="AVGO")
    # 244.70 to 213.40 at the open: 31.30 of 42.57 dollars.
    assert "of Broadcom\u2019s fall was over when the market opened: $244.70 on Friday, $213.40 at the open" in words(
        app
    )
    app.selectbox(key="company").set_value("TSM").run()
    assert app.query_params["company"] == "TSM"
    assert "TSMC" in app.title[0].value


def test_a_company_that_turned_after_the_open(open_app, words):
    # 5 Aug 2024: NVIDIA opened at 92.06 after 107.27 and closed at 100.45.
    assert "NVIDIA opened \u221214.2% and took part of it back: \u22126.36% at the close" in words(
        open_app("prices", event="2024-08-05")
    )


def test_a_small_panel_sets_the_span(open_app):
    app = open_app("prices")
    app.button(key="span-year").click().run()
    assert app.query_params["span"] == "year"


def test_no_figure_carries_a_time_zone(open_app):
    for chart in open_app("prices", span="session").get("plotly_chart"):
        assert "+00:00" not in chart.proto.spec
        assert "T00:00" not in chart.proto.spec
