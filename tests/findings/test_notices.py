"""What the reader must know before the figures: each cause alone, and silence where there is none."""

import re

import numpy as np
import pytest

from aftershock.companies import AI_BUILD_OUT, AI_CHIPS, EVERYTHING, baskets
from aftershock.findings import notices
from aftershock.impact import assess

NAN = np.nan


@pytest.fixture(scope="session")
def assessed(history_of, counts_of):
    """Assesses made-up closes from Monday 3 February 2025 on."""

    def made(closes, counts=(), *, picked="2025-02-04", **options):
        length = max(map(len, closes.values()))
        history = history_of({**closes, "^GSPC": [6000.0] * length}, start="2025-02-03")
        rows = [(s, 1e9, "2024-11-01") for s in counts] or [("NONE", 1, "2024-11-01")]
        return assess(history, counts_of(*rows), picked, list(closes), **options)

    return made


def test_the_event_needs_no_notice(market):
    impact = assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)
    assert notices.moved_day(impact) == ""
    assert notices.left_out(impact) == ""
    assert notices.uncounted(impact) == ""
    assert notices.cut_window(impact, 30, 60) == ""


@pytest.mark.parametrize(
    ("picked", "closed", "shown"),
    [
        ("2025-01-25", "Sat 25 Jan 2025", "Mon 27 Jan 2025"),
        ("2025-01-20", "Mon 20 Jan 2025", "Tue 21 Jan 2025"),  # Martin Luther King Day
        ("2025-01-09", "Thu 9 Jan 2025", "Fri 10 Jan 2025"),  # mourning for Jimmy Carter
    ],
)
def test_a_day_without_trading_says_why_and_what_is_shown(market, picked, closed, shown):
    impact = assess(*market, picked, ["NVDA"])
    assert notices.moved_day(impact) == (
        f"The exchange was closed on {closed} ({impact.day.moved_because}). Shown is the next session, {shown}."
    )


def test_companies_without_prices_are_named_with_their_reason(assessed):
    made = assessed({"NVDA": [100, 90, 91], "AMD": [100, 90, 91], "ARM": [NAN, NAN, 50]})
    assert notices.left_out(made) == "There are prices of Arm from Wed 5 Feb 2025 on. The other 2 are shown."
    made = assessed({"NVDA": [100, 90, 95], "ARM": [NAN, 50, 51], "MU": [100, NAN, NAN]}, picked="2025-02-05")
    assert notices.left_out(made) == "There are prices of Micron only to Mon 3 Feb 2025. The other 2 are shown."


def test_a_gap_in_the_prices_is_a_reason_of_its_own(assessed):
    made = assessed({"NVDA": [100, 90, 95], "MU": [100, NAN, 98]})
    assert notices.left_out(made) == (
        "Micron has no price on Tue 4 Feb 2025 or the session before. Only NVIDIA is shown."
    )


def test_more_than_three_companies_without_prices_are_listed_together(assessed):
    late = ["ARM", "CRDO", "GEV", "VRT"]
    made = assessed({"NVDA": [100, 90, 91], "AMD": [100, 90, 91], **{s: [NAN, NAN, 50] for s in late}})
    assert notices.left_out(made) == (
        "Four companies have no prices for Tue 4 Feb 2025: Arm, Credo, GE Vernova and Vertiv. The other 2 are shown."
    )
    three = assessed({"NVDA": [100, 90, 91], **{s: [NAN, NAN, 50] for s in late[:3]}})
    assert notices.left_out(three) == (
        "There are prices of Arm from Wed 5 Feb 2025 on. There are prices of Credo from Wed 5 Feb 2025 on. "
        "There are prices of GE Vernova from Wed 5 Feb 2025 on. Only NVIDIA is shown."
    )


def test_of_many_companies_without_prices_six_are_named_or_counted(assessed):
    late = ["ARM", "CRDO", "GEV", "VRT", "CEG", "VST", "ANET"]
    made = assessed({"NVDA": [100, 90, 91], **{s: [NAN, NAN, 50] for s in late}})
    text = notices.left_out(made)
    assert text.startswith("Seven companies have no prices for Tue 4 Feb 2025: Arm, Credo, GE Vernova, Vertiv, ")
    assert text.endswith(" and 2 others. Only NVIDIA is shown.")


def test_companies_without_a_share_count_are_named(assessed):
    made = assessed({"NVDA": [100, 90], "AMD": [100, 90], "TSM": [100, 90]}, ["NVDA"])
    assert notices.uncounted(made) == "Left out of the market values: AMD and TSMC. No share count was public yet."


def test_with_every_share_count_nothing_is_said(assessed):
    assert notices.uncounted(assessed({"NVDA": [100, 90], "AMD": [100, 90]}, ["NVDA", "AMD"])) == ""


@pytest.mark.parametrize(
    ("length", "picked", "before", "after", "text"),
    [
        (12, "2025-02-10", 5, 6, ""),
        (
            12,
            "2025-02-10",
            30,
            6,
            "The prices hold only 5 sessions before the event; the charts begin there.",
        ),
        (12, "2025-02-10", 5, 60, "The prices hold only 6 sessions after the event; the charts end there."),
        (
            12,
            "2025-02-10",
            30,
            60,
            "The prices hold only 5 sessions before and 6 sessions after the event; the charts begin and end there.",
        ),
        (7, "2025-02-10", 5, 60, "The prices hold only 1 session after the event; the charts end there."),
        (
            7,
            "2025-02-04",
            2,
            5,
            "The prices hold only 1 session before the event; the charts begin there.",
        ),
        (6, "2025-02-10", 5, 60, "There are no later prices; the charts end on the event."),
        (
            6,
            "2025-02-10",
            30,
            60,
            "The prices hold only 5 sessions before and 0 sessions after the event; the charts begin and end there.",
        ),
    ],
)
def test_a_window_that_the_prices_do_not_fill(assessed, length, picked, before, after, text):
    made = assessed({"NVDA": [100 + k for k in range(length)]}, picked=picked, before=before, after=after)
    assert notices.cut_window(made, before, after) == text


def test_the_status_of_the_data():
    rest = "from the bundled snapshot: 41 series, no network needed."
    assert notices.data_status("15 May 2026", 41, 133) == f"Prices to 15 May 2026 (133 sessions ago), {rest}"
    assert notices.data_status("15 May 2026", 41, 1) == f"Prices to 15 May 2026 (1 session ago), {rest}"
    assert notices.data_status("15 May 2026", 41, 0) == f"Prices to 15 May 2026 (the last session), {rest}"


ODD = re.compile(r" {2}|\bnan\b|NaT|\b1 sessions| ,|All 1 |\bother 1\b|\bone companies")


def test_every_notice_of_many_sessions_is_whole(market, days_of_every_year):
    said = 0
    for k, day in enumerate(days_of_every_year(np.random.default_rng(7))):
        symbols = baskets()[(AI_CHIPS, AI_BUILD_OUT, EVERYTHING)[k % 3]].symbols
        impact = assess(*market, day, symbols)
        for text in (
            notices.moved_day(impact),
            notices.left_out(impact),
            notices.uncounted(impact),
            notices.cut_window(impact, 30, 60),
        ):
            if text:
                said += 1
                assert re.search(r"\w\.$", text), (day, text)
                assert re.match(r"[A-Z]|\d\d ", text), (day, text)
                assert not ODD.search(text), (day, text)
    assert said > 30  # most sessions lie before some company was listed or counted


def test_companies_without_an_abnormal_return_are_named_with_the_reason(market, assessed):
    # GE Vernova's prices begin on 27 March 2024: 70 returns to 9 July, eleven sessions before the event.
    ge = assess(*market, "2024-07-24", ["NVDA", "GEV"])
    assert notices.not_estimated(ge) == (
        "No abnormal return: GE Vernova (needs at least 120 returns in the estimation window, has 70)."
    )
    young = assessed({"NVDA": [100, 90], "AMD": [100, 90]})
    assert notices.not_estimated(young) == (
        "No abnormal return: NVIDIA and AMD (needs at least 120 returns in the estimation window, has 0)."
    )
    assert notices.not_estimated(assess(*market, "2025-01-27", ["NVDA"])) == ""
