"""The first page: its numbers against the day's published figures."""

import pytest


def test_the_headline_and_the_four_figures(open_app, words):
    app = open_app()
    text = words(app)
    # 24.490 bn shares × 24.20 dollars (company filing; closes of the exchange).
    assert "NVIDIA alone lost $593 bn" in text
    assert "16 of 17 fell." in text
    assert "the S&P 500 fell 1.46%" in text
    # Reuters: Dow Jones +0.65, S&P 500 −1.46, Nasdaq Composite −3.07; PHLX Semiconductor −9.15 from its closes.
    for index in ("S&P 500 \u22121.46%", "Nasdaq Composite \u22123.07%", "Nasdaq-100 \u22122.97%", "Dow Jones +0.65%"):
        assert index in text
    assert "PHLX Semiconductor index \u22129.15%" in text
    tiles = {m.label: (m.value, m.delta) for m in app.metric}
    assert tiles["NVIDIA\u2019s day"] == ("\u221216.97%", "\u2212\\$593\xa0bn, a record")
    assert tiles["Market value lost"][0] == "\\$1.09\xa0tn"
    # NVIDIA alone was back after 92 sessions, on 9 June 2025; the basket on 12 June.
    assert tiles["Until the value was back"] == ("95 sessions", "on 12 Jun 2025")


@pytest.mark.parametrize(
    ("company", "day", "lost", "back"),
    [
        ("NVIDIA", -0.16968, 592.66, "2025-06-09"),
        ("Broadcom", -0.17397, 199.54, "2025-06-02"),
        ("TSMC", -0.13327, 153.36, "2025-06-25"),
        ("Marvell", -0.19102, 20.50, "2026-04-10"),
        ("Micron", -0.11707, 13.46, "2025-02-18"),
        ("Texas Instruments", 0.00814, -1.38, "2025-01-27"),
    ],
)
def test_the_table_shows_published_moves_and_losses(open_app, company, day, lost, back):
    table = open_app().dataframe[0].value.set_index("Company")
    assert table.at[company, "Day"] == pytest.approx(day, abs=5e-6)
    assert table.at[company, "Value lost"] / 1e9 == pytest.approx(lost, abs=5e-3)
    assert f"{table.at[company, 'Back above']:%Y-%m-%d}" == back


def test_a_rise_is_told_as_a_rise(open_app, words):
    text = words(open_app(event="2025-04-09"))
    assert "Wed 9 Apr 2025 added" in text
    assert "NVIDIA alone gained $440 bn" in text  # 24.4 bn shares × 18.03


def test_the_date_picker_steps_through_sessions(open_app):
    app = open_app()
    app.button(key="previous").click().run()
    assert app.query_params["event"] == "2025-01-24"
    app.button(key="next").click().run()
    assert "event" not in app.query_params  # the default needs no words
    app.button(key="next").click().run()
    assert app.query_params["event"] == "2025-01-28"
    assert not app.exception


def test_presets_and_catalogue_pick_their_session(open_app):
    import datetime

    app = open_app()
    app.pills(key="preset").set_value(datetime.date(2024, 9, 3)).run()
    assert app.query_params["event"] == "2024-09-03"
    app.selectbox(key="catalogue").set_value(datetime.date(2025, 2, 27)).run()
    assert app.query_params["event"] == "2025-02-27"
    assert app.date_input(key="event").value == datetime.date(2025, 2, 27)


def test_companies_window_and_benchmark_reach_the_link(open_app, words):
    app = open_app()
    app.multiselect(key="tickers").set_value(["NVDA", "AVGO"]).run()
    app.slider(key="window-range").set_value((-10, 20)).run()
    app.radio(key="benchmark").set_value("sox").run()
    link = {"v": "1", "before": "10", "after": "20", "tickers": "NVDA,AVGO", "benchmark": "sox"}
    assert dict(app.query_params) == link
    assert "the PHLX Semiconductor index fell 9.15%" in words(app)


def test_a_choice_that_is_a_basket_is_that_basket(open_app):
    app = open_app()
    app.multiselect(key="tickers").set_value(["NVDA"]).run()
    app.pills(key="basket").set_value("ai-build-out").run()
    assert dict(app.query_params) == {"v": "1", "basket": "ai-build-out"}


def test_alphabet_counts_once_whichever_class_is_asked_for(open_app):
    table = open_app(tickers="GOOGL,GOOG,MSFT").dataframe[0].value
    assert list(table["Company"]) == ["Alphabet", "Microsoft"]


def test_the_table_is_sorted_by_what_was_lost(open_app):
    assert open_app().dataframe[0].value["Value lost"].is_monotonic_decreasing
