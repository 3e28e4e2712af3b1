"""The page for a visitor's own files, from the file to every other page."""

import pandas as pd
import pytest

from aftershock.sessions import sessions_between
from aftershock.sources.brought import bars_of_file
from aftershock.sources.upload import read_upload
from components.brought import File, fingerprint

NOW = pd.Timestamp("2025-07-01", tz="UTC")


def german():
    """A German export of 2024 and 2025, newest first; it falls by a fifth on 27 January 2025."""
    days = sessions_between("2024-01-02", "2025-06-30")
    lines = []
    for number, day in enumerate(days):
        close = (100 + number % 5) * (0.8 if day >= pd.Timestamp("2025-01-27") else 1)
        lines.append(f"{day:%d.%m.%Y};" + f"{close:.2f}".replace(".", ",") + ";1.000.000")
    rows = reversed(lines)
    return "\n".join(["Datum;Schluss;Volumen", *rows]).encode()


def taken(name, content, **answers):
    upload = read_upload(name, content, ticker=answers.get("ticker"), answers=answers)
    bars = bars_of_file(upload.series, NOW) if upload.outcome == "accept" else ()
    return File(name, content, upload, bars, dict(answers))


@pytest.fixture
def page(open_app):
    """The page with some files on it."""

    def opened(*files):
        app = open_app("data")
        app.session_state["_brought_files"] = {str(k): file for k, file in enumerate(files)}
        app.run()
        assert not app.exception, app.exception
        return app

    return opened


def asked(app):
    """The tickers in the address."""
    return "".join(app.query_params.get("tickers", ""))


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_without_a_file_it_says_what_is_known(page, words):
    app = page()
    assert app.title[0].value == "Bring your own prices"
    assert "Nasdaq.com, Stooq, Investing.com" in words(app)


def test_a_ready_file_is_shown_before_it_is_used(page, words):
    app = page(taken("enr.csv", german(), ticker="ENR"))
    assert app.title[0].value == "Your file is ready"
    assert "ENR fell" in words(app)
    assert "more than NVIDIA" in words(app)
    assert "The rows stood newest first and were turned round." in words(app)
    rows = app.dataframe[0].value
    assert rows["Close"].tolist()[:3] == [100, 101, 102]
    assert "ENR" not in asked(app)


def test_used_it_is_on_the_other_pages_and_taken_away_it_is_gone(page, words):
    app = page(taken("enr.csv", german(), ticker="ENR"))
    button(app, "Use on every page").click().run()
    assert "On every page: ENR." in words(app)
    assert asked(app).startswith("ENR,NVDA")
    app.switch_page("pages/overview.py").run()
    assert not app.exception
    assert "ENR" in app.dataframe[0].value["Company"].tolist()
    app.switch_page("pages/data.py").run()
    button(app, "Take ENR away").click().run()
    assert not app.exception
    assert "On every page" not in words(app)
    assert "ENR" not in asked(app)


def test_a_question_is_asked_and_its_answer_used(page, words):
    content = (
        b"Date,Close\n04/02/2025,311.56\n05/02/2025,312.10\n06/02/2025,312.69\n07/02/2025,309.92\n10/02/2025,316.68\n"
    )
    app = page(taken("ETN.csv", content))
    assert app.title[0].value == "Your file needs an answer"
    assert "04/02/2025" in words(app)
    app.session_state["_brought_files"] = {fingerprint(content): taken("ETN.csv", content)}
    app.run()
    button(app, "day first").click().run()
    assert not app.exception
    (file,) = app.session_state["_brought_files"].values()
    assert file.answers["date_order"] == "day first"
    assert file.upload.outcome in ("accept", "ask")


def test_a_file_without_prices_says_why_and_can_be_forgotten(page, words):
    app = page(taken("prices.csv", b"Exceeded the daily hits limit\n"))
    assert app.title[0].value == "Your file holds no prices"
    assert "Exceeded the daily hits limit" in words(app)
    button(app, "Forget").click().run()
    assert app.title[0].value == "Bring your own prices"


def test_markup_in_a_file_stays_text(page):
    app = page(taken("<b>x</b>.csv", b"<script>alert(1)</script>\n"))
    shown = " ".join(h.value for h in (*app.header, *app.markdown, *app.caption))
    assert "<script>" not in shown.replace("\\<", "")
    assert "<b>" not in shown.replace("\\<", "")
