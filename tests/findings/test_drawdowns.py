"""The sentences of the drawdowns page, for the event itself and for falls made up for each condition.

NVIDIA: peak 149.43 on 6 January 2025, 118.42 on the 27th (-20.8 %), low 94.31 on 4 April (-36.9 %, 48 sessions after
the event), back on 25 June, 116 sessions after the peak.
"""

import re

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_CHIPS, baskets
from aftershock.findings import drawdowns as say
from aftershock.impact import assess

NAN = np.nan
MINUS = "\u2212"


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)


@pytest.fixture(scope="session")
def assessed(history_of, counts_of):
    """Assesses made-up closes from Monday 3 February 2025 on; the event is a Monday, Tuesday … of that week."""

    def made(closes, *, picked="2025-02-04", start="2025-02-03"):
        length = max(map(len, closes.values()))
        history = history_of({**closes, "^GSPC": [6000.0] * length}, start=start)
        return assess(history, counts_of(("NONE", 1, "2024-11-01")), picked, list(closes))

    return made


@pytest.fixture(scope="session")
def nvidia(assessed):
    return lambda closes, **options: assessed({"NVDA": closes}, **options)


def headline(impact, peaks="all"):
    return say.headline(impact, impact.focus, impact.drawdowns(peaks), peaks)


def title(impact, peaks="all"):
    return say.lines_title(impact, impact.focus, impact.drawdowns(peaks), peaks)


def ranked(impact, peaks="all"):
    return say.episodes_title(impact, impact.focus, impact.episodes(impact.focus, peaks), peaks)


# Headline and the title of the lines


@pytest.mark.parametrize("peaks", ["all", "year"])
def test_headline_of_the_event(event, peaks):
    assert headline(event, peaks) == (
        "DeepSeek was the start, not the bottom: NVIDIA fell 37% from its January peak and was back after 116 sessions"
    )


@pytest.mark.parametrize("peaks", ["all", "year"])
def test_lines_title_of_the_event(event, peaks):
    assert title(event, peaks) == (
        f"On the day itself NVIDIA was 21% below its peak; the low of {MINUS}36.9% came 48 sessions later"
    )


@pytest.mark.parametrize(
    ("closes", "text", "lines"),
    [
        (  # the low six sessions on
            [100, 90, 89, 88, 87, 86, 85, 80, 101],
            "Tue 4 Feb 2025 was the start, not the bottom: NVIDIA fell 20% from its February peak and was back after "
            "8 sessions",
            f"was 10% below its peak; the low of {MINUS}20.0% came 6 sessions later",
        ),
        (
            [100, 90, 89, 88, 87, 86, 85, 80, 99],
            "Tue 4 Feb 2025 was the start, not the bottom: NVIDIA fell 20% from its February peak and is not back yet",
            f"was 10% below its peak; the low of {MINUS}20.0% came 6 sessions later",
        ),
        (  # five sessions on: too near to call the event the start
            [100, 90, 89, 88, 87, 86, 80, 101],
            "NVIDIA fell 20% from its February peak; the low came 5 sessions after Tue 4 Feb, and it was back after "
            "7 sessions",
            f"was 10% below its peak; the low of {MINUS}20.0% came 5 sessions later",
        ),
        (
            [100, 90, 80],
            "NVIDIA fell 20% from its February peak; the low came 1 session after Tue 4 Feb, and it is not back yet",
            f"was 10% below its peak; the low of {MINUS}20.0% came 1 session later",
        ),
        (
            [100, 80, 100],
            "Tue 4 Feb 2025 was the bottom: NVIDIA fell 20% from its February peak and was back after 2 sessions",
            "was 20% below its peak, the low of that fall",
        ),
        (
            [100, 80, 99],
            "NVIDIA closed 20% below its February peak, its lowest so far",
            "was 20% below its peak, the low of that fall so far",
        ),
        (  # the last session of the data
            [100, 80],
            "NVIDIA closed 20% below its February peak, its lowest so far",
            "was 20% below its peak, the low of that fall so far",
        ),
    ],
)
def test_the_day_the_low_and_the_way_back(nvidia, closes, text, lines):
    made = nvidia(closes)
    assert headline(made) == text
    assert title(made) == f"On the day itself NVIDIA {lines}"


@pytest.mark.parametrize(
    ("closes", "picked", "text", "lines"),
    [
        (
            [100, 70, 90, 101],
            "2025-02-05",
            "NVIDIA fell 30% from its February peak; its low was already past on Wed 5 Feb, and it was back after "
            "3 sessions",
            f"was 10% below its peak; the low of {MINUS}30.0% had come 1 session before",
        ),
        (
            [100, 70, 80, 90],
            "2025-02-06",
            "NVIDIA fell 30% from its February peak; its low was already past on Thu 6 Feb, and it is not back yet",
            f"was 10% below its peak; the low of {MINUS}30.0% had come 2 sessions before",
        ),
        (  # a rise on the way down starts nothing
            [100, 80, 90, 89, 88, 87, 86, 85, 70],
            "2025-02-05",
            "NVIDIA fell 30% from its February peak; the low came 6 sessions after Wed 5 Feb, and it is not back yet",
            f"was 10% below its peak; the low of {MINUS}30.0% came 6 sessions later",
        ),
    ],
)
def test_a_day_inside_a_fall(nvidia, closes, picked, text, lines):
    made = nvidia(closes, picked=picked)
    assert headline(made) == text
    assert title(made) == f"On the day itself NVIDIA {lines}"


@pytest.mark.parametrize(("peak", "starts"), [(21, True), (22, False)])
def test_an_event_is_a_start_only_within_a_month_of_the_peak(nvidia, peak, starts):
    # The peak on Friday 3 January 2025, then so many sessions to the event, and the low seven sessions on.
    closes = [100, *[99] * (peak - 1), *[90 - k for k in range(8)]]
    start = pd.Timestamp("2025-01-03")
    made = nvidia(closes, start="2025-01-03", picked={21: "2025-02-05", 22: "2025-02-06"}[peak])
    assert made.history.sessions[0] == start
    assert made.day.position == peak
    assert ("was the start, not the bottom" in headline(made)) is starts


def test_a_peak_of_another_year_carries_it(nvidia):
    made = nvidia([100, 99, 90], start="2024-12-31", picked="2025-01-03")
    assert headline(made) == "NVIDIA closed 10% below its December 2024 peak, its lowest so far"


@pytest.mark.parametrize(
    ("closes", "how"),
    [([100, 110, 90], "rose 10.0%"), ([100, 100.01, 90], "hardly moved"), ([100, 100], "hardly moved")],
)
def test_a_day_at_the_peak(nvidia, closes, how):
    made = nvidia(closes)
    assert headline(made) == f"NVIDIA {how} and closed at its highest so far"
    assert title(made) == "NVIDIA closed the day at its highest so far"


def test_the_session_that_regains_the_peak_is_at_it(nvidia):
    made = nvidia([100, 90, 100, 95], picked="2025-02-05")
    assert headline(made) == "NVIDIA rose 11.1% and closed at its highest so far"


def test_a_peak_of_the_year_before_the_event_leaves_older_prices_out(nvidia):
    # 500 in the first session; 251 sessions later 100, 90, and then the event at 110.
    made = nvidia([500, *[100] * 250, 90, 110], start="2024-02-05", picked="2025-02-06")
    assert made.day.position == 252
    assert headline(made, "all") == (
        "NVIDIA fell 82% from its February 2024 peak; its low was already past on Thu 6 Feb, and it is not back yet"
    )
    # 250 sessions before the event is the third session of the data.
    assert headline(made, "year") == "NVIDIA rose 22.2% and closed at its highest since 7 Feb 2024"
    assert title(made, "year") == "NVIDIA closed the day at its highest since 7 Feb 2024"


# The sentence under it


ALL = "Peaks are looked for in all prices there are."


def test_deck_of_the_event(event):
    # Intel fell from 74.88 in 2000 to 12.08 in 2009, and closed above that peak again in 2026.
    assert say.deck(event, event.drawdowns("all"), "all") == (
        "All 17 companies have regained the peak they had before the event; "
        f"Intel fell furthest, {MINUS}84% in 2009. {ALL}"
    )


@pytest.mark.parametrize(
    ("closes", "text"),
    [
        ([[100, 90, 101]], "NVIDIA has regained the peak it had before the event."),
        ([[100, 90, 99]], "NVIDIA has not regained the peak it had before the event."),
        ([[100, 110, 99], [100, 120, 99]], "Every company closed at its highest so far."),
        (
            [[100, 90, 101], [100, 80, 101]],
            f"Both companies have regained the peak they had before the event; AMD fell furthest, {MINUS}20%.",
        ),
        (
            [[100, 90, 101], [100, 80, 101], [100, 95, 100]],
            f"All three companies have regained the peak they had before the event; AMD fell furthest, {MINUS}20%.",
        ),
        (
            [[100, 90, 101], [100, 80, 101], [100, 70, 80]],
            f"2 of 3 companies have regained the peak they had before the event; TSMC fell furthest, {MINUS}30%.",
        ),
        (
            [[100, 90, 95], [100, 80, 85]],
            f"None of 2 companies have regained the peak they had before the event; AMD fell furthest, {MINUS}20%.",
        ),
        (
            [[100, 90, 101], [100, 110, 90], [100, 70, 101]],
            "Both companies that were below a peak have regained the peak they had before the event; "
            f"TSMC fell furthest, {MINUS}30%.",
        ),
        ([[100, 110, 101], [100, 110, 90], [100, 70, 80]], "TSMC has not regained the peak it had before the event."),
    ],
)
def test_deck(assessed, closes, text):
    made = assessed(dict(zip(["NVDA", "AMD", "TSM"], closes, strict=False)))
    tail = "" if text.startswith("Every") else f" {ALL}"
    assert say.deck(made, made.drawdowns(), "all") == text + tail


def test_deck_of_peaks_of_a_year(nvidia):
    made = nvidia([100, 90, 101])
    assert say.deck(made, made.drawdowns("year"), "year") == (
        "NVIDIA has regained the peak it had before the event. Peaks are looked for from 250 sessions before the event."
    )


@pytest.mark.parametrize(("low", "when"), [("2027-02-04", ""), ("2027-02-05", " in 2027"), ("2023-02-04", " in 2023")])
def test_a_low_more_than_two_years_away_has_its_year(assessed, low, when):
    made = assessed({"NVDA": [100, 90, 80], "AMD": [100, 95, 90]})
    falls = made.drawdowns().copy()
    falls["trough"] = pd.Timestamp(low)
    assert f"NVIDIA fell furthest, {MINUS}20%{when}. Peaks" in say.deck(made, falls, "all")


# Captions, the timeline and the tables


@pytest.mark.parametrize(
    ("closes", "text"),
    [
        ([[100, 90]], "Bold: NVIDIA; dashed: S&P 500."),
        ([[100, 90], [100, 95]], "Bold: NVIDIA; dashed: S&P 500."),  # NVIDIA is the deepest itself
        ([[100, 90], [100, 80]], "Bold: NVIDIA; red: AMD, the deepest; dashed: S&P 500."),
        ([[100, 90], [100, 80], [100, 85]], "Bold: NVIDIA; red: AMD, the deepest; grey: the others; dashed: S&P 500."),
        ([[100, 90], [100, 95], [100, 95]], "Bold: NVIDIA; grey: the others; dashed: S&P 500."),
    ],
)
def test_lines_caption(assessed, closes, text):
    made = assessed(dict(zip(["NVDA", "AMD", "TSM"], closes, strict=False)))
    assert say.lines_caption(made, "NVDA", made.drawdowns()) == (
        f"Closing price against the highest close so far. {text}"
    )


@pytest.mark.parametrize(
    ("closes", "text"),
    [
        ([[100, 90, 101]], "From its peak to its low and back"),
        ([[100, 90, 95]], "From its peak to its low: it has not come back yet"),
        ([[100, 90, 95], [100, 90, 95]], "From peak to low: none has come back to its peak yet"),
        ([[100, 110, 95], [100, 110, 95]], "No company was below its peak"),
        ([[100, 90, 100], [100, 90, 95]], "From peak to low to peak again: 1 came back, AMD has not"),
        (
            [[100, 90, 100], [100, 90, 95], [100, 90, 96]],
            "From peak to low to peak again: 1 came back, AMD and TSMC have not",
        ),
        (
            [[100, 90, 100]] + [[100, 90, 95]] * 4,
            "From peak to low to peak again: 1 came back, AMD, TSMC and 2 others have not",
        ),
        (
            [[100, 90, 100, 101], [100, 90, 95, 102]],
            "From peak to low to peak again: AMD was back last, on 6 Feb 2025",
        ),
        # a company at its peak counts on neither side
        ([[100, 110, 100], [100, 90, 102]], "From peak to low to peak again: AMD was back last, on 5 Feb 2025"),
    ],
)
def test_timeline_title(assessed, closes, text):
    made = assessed(dict(zip(["NVDA", "AMD", "TSM", "AVGO", "MU"], closes, strict=False)))
    assert say.timeline_title(made, made.drawdowns()) == text


@pytest.mark.parametrize(
    ("many", "text"),
    [
        (1, "The fall, with its dates"),
        (2, "The fall each of the two companies was in, with its dates"),
        (3, "The fall each of the three companies was in, with its dates"),
    ],
)
def test_table_title_and_caption(assessed, many, text):
    made = assessed({s: [100, 90] for s in ["NVDA", "AMD", "TSM"][:many]})
    assert say.table_title(made.drawdowns()) == text
    assert say.table_caption(made) == (
        "The episode each company was in on Tue 4 Feb 2025: a peak is the last close at the maximum, back the first "
        "close at or above it. Now: distance from the highest close on the last day."
    )


def test_the_falls_of_the_event_are_ranked(event):
    assert ranked(event, "year") == (
        "The fall around the event is the deepest of 33 that NVIDIA has been through since 26 Jan 2024"
    )


@pytest.mark.parametrize(
    ("closes", "picked", "text"),
    [
        # falls of 10, 20 and 5 per cent
        ([100, 90, 100, 80, 100, 95], "2025-02-04", "The fall around the event is the 2nd deepest of 3"),
        ([100, 90, 100, 80, 100, 95], "2025-02-06", "The fall around the event is the deepest of 3"),
        ([100, 90, 100, 80, 100, 95], "2025-02-10", "The fall around the event is the 3rd deepest of 3"),
    ],
)
def test_a_fall_is_ranked_by_its_depth(nvidia, closes, picked, text):
    made = nvidia(closes, picked=picked)
    assert ranked(made) == f"{text} that NVIDIA has been through"
    assert ranked(made, "year") == f"{text} that NVIDIA has been through since 3 Feb 2025"


@pytest.mark.parametrize("peaks", ["all", "year"])
def test_a_day_at_the_peak_has_no_rank(nvidia, peaks):
    made = nvidia([NAN, 100, 90, 100, 80, 100], picked="2025-02-06")  # the session that regains the peak
    assert ranked(made, peaks) == "NVIDIA has fallen from a peak 2 times since 4 Feb 2025"
    assert say.episodes_caption(made, "NVDA", peaks) == (
        "The twenty deepest falls of NVIDIA since 4 Feb 2025, in sessions and calendar days."
    )


# All of them, over sessions of every year

ODD = re.compile(r" {2}|\bnan\b|NaT|None of 0|All no |All one |\b1 sessions| ,|All 1 |-\d")


def test_every_sentence_of_many_sessions_is_whole(market, days_of_every_year):
    rounds = [*(b.symbols for b in baskets().values()), ("NVDA",), ("TSM", "AMD"), ()]
    looked_at = 0
    for k, picked in enumerate(days_of_every_year(np.random.default_rng(19990122))):
        impact = assess(*market, picked, ("INTC", *rounds[k % len(rounds)]))
        focus = impact.focus
        for peaks in ("all", "year"):
            falls = impact.drawdowns(peaks)
            titles = [
                say.headline(impact, focus, falls, peaks),
                say.lines_title(impact, focus, falls, peaks),
                say.timeline_title(impact, falls),
                say.table_title(falls),
                say.episodes_title(impact, focus, impact.episodes(focus, peaks), peaks),
            ]
            texts = [
                say.deck(impact, falls, peaks),
                say.lines_caption(impact, focus, falls),
                say.table_caption(impact),
                say.episodes_caption(impact, focus, peaks),
            ]
            for text in titles:
                assert re.search(r"\w$", text), (picked, text)
            for text in texts:
                assert re.search(r"\w\.$", text), (picked, text)
            for text in [*titles, *texts]:
                assert not ODD.search(text), (picked, text)
            looked_at += 1
    assert looked_at == 120
