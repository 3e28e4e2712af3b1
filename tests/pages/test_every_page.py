"""What holds for every page: bad input ends in a sentence, never in a trace or an empty page."""

import pytest

PAGES = ("overview", "prices", "drawdowns", "lost")


@pytest.mark.parametrize("page", PAGES)
def test_the_default_view_has_a_title_and_figures_and_no_notice(open_app, page):
    app = open_app(page)
    assert len(app.title) == 1
    assert len(app.get("plotly_chart")) >= 2
    assert not [*app.warning, *app.info, *app.error]


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_has_a_text_alternative_with_a_finding(open_app, page):
    for chart in open_app(page).get("plotly_chart"):
        assert len(chart.proto.alt) > 10


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"tickers": "FOO,NVDA,TSM"}, "A ticker is not among the companies here: FOO."),
        ({"tickers": "FOO"}, "The basket is shown instead."),
        ({"event": "2025-13-45"}, "The event date was not understood"),
        ({"event": "27.01.2025"}, "The event date was not understood"),
        ({"event": "1990-01-01"}, "allow events from 1999-01-25 to 2026-05-15"),
        ({"event": "2030-01-01"}, "allow events from 1999-01-25 to 2026-05-15"),
        ({"before": "many"}, "The sessions before the event are a number from 1 to 250"),
        ({"after": "99999"}, "The sessions after the event are a number from 1 to 500"),
        ({"basket": "everything"}, "The basket was not understood"),
        ({"benchmark": "ftse"}, "The benchmark was not understood"),
        ({"colour": "red"}, "The link has a part this site does not know"),
        ({"tickers": "<img src=x onerror=alert(1)>"}, "one that is not plain text"),
        ({"tickers": "A" * 10_000}, "longer than 40"),
        ({"v": "7"}, "made by another version"),
    ],
)
def test_what_is_not_understood_is_named_and_the_page_stands(open_app, words, page, query, sentence):
    app = open_app(page, **query)
    assert sentence in words(app)
    assert len(app.get("plotly_chart")) >= 1
    assert "onerror" not in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_without_a_company_there_is_a_sentence_and_a_way_on(open_app, words, page):
    app = open_app(page, tickers="none")
    assert "No company is chosen. Choose companies above, or start from a basket." in words(app)
    app.button(key="start-ai-chips").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) >= 2


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("day", "reason", "session"),
    [
        ("2025-01-20", "Martin Luther King Jr. Day", "Tue 21 Jan 2025"),
        ("2025-01-09", "the day of mourning for Jimmy Carter", "Fri 10 Jan 2025"),
        ("2025-01-26", "a Sunday", "Mon 27 Jan 2025"),
    ],
)
def test_a_closed_day_moves_to_the_next_session_and_says_why(open_app, words, page, day, reason, session):
    text = words(open_app(page, event=day))
    assert reason in text
    assert f"Shown is the next session, {session}." in text


@pytest.mark.parametrize("page", PAGES)
def test_a_company_not_yet_listed_is_named_and_left_out(open_app, words, page):
    text = words(open_app(page, event="2020-02-06", tickers="NVDA,VRT,ARM"))
    assert "There are prices of Vertiv from Mon 10 Feb 2020 on." in text
    assert "There are prices of Arm from Thu 14 Sep 2023 on." in text
    assert "Only NVIDIA is shown." in text


@pytest.mark.parametrize("page", PAGES)
def test_a_day_before_any_share_count_stands_without_market_values(open_app, words, page):
    app = open_app(page, event="2003-03-03")
    assert ("No share count was public yet." in words(app)) == (page in ("overview", "lost"))
    assert len(app.title) == 1
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("event", ["1999-01-25", "2001-09-17", "2008-10-13", "2020-03-16", "2025-04-09", "2026-05-15"])
@pytest.mark.parametrize("tickers", [None, "NVDA", "INTC,TXN"])
def test_any_session_and_choice_can_be_shown(open_app, page, event, tickers):
    app = open_app(page, event=event, **({"tickers": tickers} if tickers else {}))
    assert not app.error
    assert app.title[0].value


@pytest.mark.parametrize("page", PAGES)
def test_the_end_of_the_data_cuts_the_window_and_says_so(open_app, words, page):
    assert "The prices hold only 4 sessions after the event" in words(open_app(page, event="2026-05-11"))


def test_choices_survive_a_change_of_page(open_app):
    app = open_app("prices", event="2025-01-22", tickers="NVDA,TSM", after="20")
    app.segmented_control(key="show").set_value("candles").run()
    for page in ("drawdowns", "lost", "prices"):
        app.switch_page(f"pages/{page}.py").run()
    assert app.session_state["show"] == "candles"
    assert app.query_params["event"] == "2025-01-22"
    assert app.query_params["tickers"] == "NVDA,TSM"
    assert app.query_params["after"] == "20"


@pytest.mark.parametrize("page", PAGES)
def test_companies_without_prices_yet_offer_the_nearest_day(open_app, words, page):
    app = open_app(page, event="1999-06-01", tickers="INTC,TXN")
    assert "prices of the companies chosen for events from Tue 4 Jan 2000 to Fri 15 May 2026" in words(app)
    app.button(key="move-event").click().run()
    assert app.query_params["event"] == "2000-01-04"
    assert len(app.get("plotly_chart")) >= 1
