"""The sentences of the prices page, for the event itself and for days made up for each condition.

27 January 2025, NVIDIA: 142.62 on Friday, 124.80 at the open, 116.70 to 128.40 in the day, 118.42 at the close, so
17.82 of 24.20 dollars (73.6 %) were gone at the open; 818.8 m shares changed hands.
"""

import re

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_CHIPS, baskets, companies
from aftershock.findings import prices as say
from aftershock.impact import assess
from components.charts import pins, prices

NAN = np.nan
MINUS, APOSTROPHE = "\u2212", "\u2019"
FIELDS = ("open", "high", "low", "close")


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)


@pytest.fixture(scope="session")
def tuesday(history_of, counts_of):
    """Assesses made-up bars from Monday 3 February 2025 on; the event is the Tuesday, or another `picked` day.

    A bar is (open, high, low, close), or one price all day.
    """

    def made(bars, *, picked="2025-02-04", volume=None, start="2025-02-03", **options):
        full = {s: [b if isinstance(b, tuple) else (b,) * 4 for b in rows] for s, rows in bars.items()}
        fields = {f: {s: [b[k] for b in rows] for s, rows in full.items()} for k, f in enumerate(FIELDS)}
        length = max(map(len, full.values()))
        closes = {**fields.pop("close"), "^GSPC": [6000.0] * length}
        history = history_of(closes, start=start, **fields, volume=volume or {})
        return assess(history, counts_of(("NONE", 1, "2024-11-01")), picked, list(bars), **options)

    return made


# Headline


def test_headline_of_the_event(event):
    assert say.headline(event, "NVDA") == (
        f"Three quarters of NVIDIA{APOSTROPHE}s fall was over when the market opened: "
        "$142.62 on Friday, $124.80 at the open"
    )


@pytest.mark.parametrize(
    ("bar", "text"),
    [
        (
            (95, 96, 89, 90),
            f"Half of NVIDIA{APOSTROPHE}s fall was over when the market opened: $100.00 on Monday, $95.00 at the open",
        ),
        (
            (106, 111, 105, 110),
            f"60% of NVIDIA{APOSTROPHE}s rise was there with the first trades: $100.00 on Monday, $106.00 at the open",
        ),
        ((105, 106, 89, 90), f"NVIDIA opened +5.0% and turned: {MINUS}10.00% at the close"),
        ((95, 111, 94, 110), f"NVIDIA opened {MINUS}5.0% and turned: +10.00% at the close"),
        ((80, 91, 79, 90), f"NVIDIA opened {MINUS}20.0% and took part of it back: {MINUS}10.00% at the close"),
        ((120, 121, 109, 110), "NVIDIA opened +20.0% and took part of it back: +10.00% at the close"),
        ((100, 101, 89, 90), "NVIDIA fell 10.00%, all of it after the open"),
        ((100.2, 111, 99, 110), "NVIDIA rose 10.00%, all of it after the open"),
        ((95, 101, 94, 99.6), "NVIDIA fell 0.40% on Tue 4 Feb 2025"),  # so small that shares of it mean nothing
        ((105, 106, 99, 100), "NVIDIA hardly moved on Tue 4 Feb 2025"),
        ((NAN, 101, 89, 90), "NVIDIA fell 10.00% on Tue 4 Feb 2025"),  # no opening price
    ],
)
def test_headline_of_a_day(tuesday, bar, text):
    assert say.headline(tuesday({"NVDA": [100, bar]}), "NVDA") == text


def test_headline_is_of_the_company_in_focus(tuesday):
    made = tuesday({"NVDA": [100, 90], "TSM": [200, (190, 191, 179, 180)]})
    assert say.headline(made, "TSM").startswith(f"Half of TSMC{APOSTROPHE}s fall")


# The sentence under it


def test_deck_of_the_event(event):
    assert say.deck(event, "NVDA") == (
        "The highest trade of the day was $128.40. A trade at Friday\u2019s price came 15 sessions later, "
        "a close at or above it only after 92."
    )


@pytest.mark.parametrize(
    ("later", "text"),
    [
        ([], "No trade at Monday’s price has come since."),
        ([(95, 99.99, 94, 96)], "No trade at Monday’s price has come since."),
        ([(95, 100, 94, 96)], "A trade at Monday’s price came 1 session later, a close at or above it not yet."),
        ([95, (95, 102, 94, 96)], "A trade at Monday’s price came 2 sessions later, a close at or above it not yet."),
        ([(95, 101, 94, 100)], "A trade and a close at or above Monday’s price came 1 session later."),
        ([95, 95, 101], "A trade and a close at or above Monday’s price came 3 sessions later."),
        (
            [(95, 100, 94, 96), 95, 101],
            "A trade at Monday’s price came 1 session later, a close at or above it only after 3.",
        ),
    ],
)
def test_deck_of_a_fall_is_the_way_back(tuesday, later, text):
    made = tuesday({"NVDA": [100, (95, 98, 89, 90), *later]})
    assert say.deck(made, "NVDA") == f"The highest trade of the day was $98.00. {text}"


def test_deck_of_a_fall_whose_gap_was_filled_the_same_day(tuesday):
    made = tuesday({"NVDA": [100, (95, 100, 89, 90), 91]})
    assert say.deck(made, "NVDA") == (
        "The highest trade of the day was $100.00. A trade at Monday’s price came the same day, "
        "a close at or above it not yet."
    )


@pytest.mark.parametrize(("close", "text"), [(110, "$110.00"), (100, "$100.00")])
def test_deck_of_a_day_without_a_fall_is_its_range(tuesday, close, text):
    made = tuesday({"NVDA": [100, (105, 112, 98, close), 90]})
    assert say.deck(made, "NVDA") == (
        f"The lowest trade of the day was $98.00, the highest $112.00; it closed at {text}."
    )


# The rebased chart


def moves(rows):
    return pd.Series(list(rows.values()), pd.DatetimeIndex(list(rows)), dtype=float)


NONE = moves({})


def test_rebased_title_of_the_event(event):
    # Of 17 the last, 60 sessions on (23 April, near the low of April), none stood above Friday's close.
    found = pins.of_events(event, "NVDA", event.first, event.last)
    assert say.rebased_title(event, "NVDA", event.last, moves({p.session: p.move for p in found})) == (
        "None of 17 stood above Friday’s price after 60 sessions; "
        "the heaviest event day after it, 3 March, cost NVIDIA 8.7%"
    )


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((95, 96, 97), "None of 3 stood above Monday’s price after 2 sessions"),
        ((100, 96, 97), "One of 3 stood above Monday’s price after 2 sessions"),  # at it counts as above
        ((110, 96, 120), "Two of 3 stood above Monday’s price after 2 sessions"),
        ((110, 100, 120), "All three stood above Monday’s price after 2 sessions"),
        ((110, 100), "Both stood above Monday’s price after 2 sessions"),
        ((110, 99), "One of 2 stood above Monday’s price after 2 sessions"),
        ((88,), "NVIDIA stood 12% below Monday’s price after 2 sessions"),
        ((112,), "NVIDIA stood 12% above Monday’s price after 2 sessions"),
        ((110, 95, NAN), "One of 2 stood above Monday’s price after 2 sessions"),  # a price is missing
    ],
)
def test_rebased_title_counts_who_stood_above(tuesday, ends, text):
    made = tuesday({s: [100, 90, 92, end] for s, end in zip(["NVDA", "AMD", "TSM"], ends, strict=False)})
    assert say.rebased_title(made, "NVDA", 3, NONE) == text


def test_rebased_title_counts_one_session_as_one(tuesday):
    made = tuesday({"NVDA": [100, 90, 95], "AMD": [100, 90, 95]})
    assert say.rebased_title(made, "NVDA", 2, NONE) == "None of 2 stood above Monday’s price after 1 session"


def test_rebased_title_on_the_last_session_of_the_data(tuesday):
    made = tuesday({"NVDA": [100, 90], "AMD": [100, 90]})
    assert say.rebased_title(made, "NVDA", made.last, NONE) == "There are no later prices yet"


@pytest.mark.parametrize(
    ("rows", "tail"),
    [
        ({"2025-02-05": -0.03, "2025-02-06": -0.05}, "; the heaviest event day after it, 6 February, cost NVIDIA 5.0%"),
        ({"2025-02-05": -0.02}, "; the heaviest event day after it, 5 February, cost NVIDIA 2.0%"),
        ({"2026-02-05": -0.04}, "; the heaviest event day after it, 5 February 2026, cost NVIDIA 4.0%"),
        ({"2025-02-05": -0.019}, ""),
        ({"2025-02-05": 0.09}, ""),
        ({"2025-01-27": -0.17, "2025-02-04": -0.1}, ""),  # before it, and the day itself
    ],
)
def test_rebased_title_names_the_heaviest_event_after_it(tuesday, rows, tail):
    made = tuesday({"NVDA": [100, 90, 92], "AMD": [100, 90, 92]})
    start = "None of 2 stood above Monday’s price after 1 session"
    assert say.rebased_title(made, "NVDA", 2, moves(rows)) == start + tail


@pytest.mark.parametrize(
    ("symbols", "marks", "falls", "text"),
    [
        (["NVDA"], 0, False, "Bold: NVIDIA; dashed: S&P 500."),
        (["NVDA", "AMD"], 0, True, "Bold: NVIDIA; red: mean of the 2; grey: the others; dashed: S&P 500."),
        (
            ["NVDA"],
            3,
            False,
            "Bold: NVIDIA; dashed: S&P 500. "
            "Numbers: other events of the catalogue, coloured by NVIDIA’s move that day.",
        ),
        (
            ["NVDA"],
            3,
            True,
            "Bold: NVIDIA; dashed: S&P 500. Numbers: other sessions with a move of NVIDIA’s at least as far.",
        ),
    ],
)
def test_rebased_caption(tuesday, symbols, marks, falls, text):
    made = tuesday({s: [100, 90] for s in symbols})
    assert say.rebased_caption(made, "NVDA", marks, pins_are_falls=falls) == (
        f"Close of Mon 3 Feb 2025 = 100, logarithmic. {text}"
    )


# The chart in dollars


def test_price_title_of_the_event(event):
    assert say.price_title(event, "NVDA", event.first, event.last, 0) == (
        "NVIDIA stood at $102.71 after 60 sessions, 28% below Friday’s $142.62"
    )


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (88, "$88.00 after 2 sessions, 12% below"),
        (130, "$130.00 after 2 sessions, 30% above"),
        (100.4, "$100.40 after 2 sessions, at"),
        (99.6, "$99.60 after 2 sessions, at"),
        (99.4, "$99.40 after 2 sessions, 1% below"),
    ],
)
def test_price_title_of_a_short_span(tuesday, end, text):
    made = tuesday({"NVDA": [100, 90, 95, end]})
    assert say.price_title(made, "NVDA", 0, 3, 0) == f"NVIDIA stood at {text} Monday’s $100.00"


def test_price_title_of_a_short_span_counts_one_session_as_one(tuesday):
    made = tuesday({"NVDA": [100, 90, 95]})
    assert say.price_title(made, "NVDA", 0, 2, 0) == "NVIDIA stood at $95.00 after 1 session, 5% below Monday’s $100.00"


@pytest.mark.parametrize(
    ("day", "end", "deeper", "text"),
    [
        (90, 1000, 0, "NVIDIA up 10-fold since 2018"),
        (90, 1000, 4, "NVIDIA up 10-fold since 2018, through four other falls as deep as this one or deeper"),
        (110, 250_000, 13, "NVIDIA up 2,500-fold since 2018, through 13 other rises as large or larger"),
        (90, 199, 4, "NVIDIA stood at $199.00 after 898 sessions, 99% above Friday’s $100.00"),  # not doubled
    ],
)
def test_price_title_of_many_years(tuesday, day, end, deeper, text):
    # 900 sessions from 4 May 2018, a Friday, to the end of 2021; the event is the Monday.
    made = tuesday({"NVDA": [100, day, *[120] * 897, end]}, start="2018-05-04", picked="2018-05-07")
    assert say.price_title(made, "NVDA", 0, 899, deeper) == text


@pytest.mark.parametrize(("log", "scale"), [(False, ""), (True, ", logarithmic")])
def test_price_caption(tuesday, log, scale):
    made = tuesday({"NVDA": [100, 90]}, benchmark="sp500")
    start = f"Close, dollars{scale}. Dotted: Monday’s close; dashed: S&P 500 from the same start."
    assert say.price_caption(made, "NVDA", 0, log=log, pins_are_falls=False) == start
    assert say.price_caption(made, "NVDA", 2, log=log, pins_are_falls=True) == (
        f"{start} Numbers: other sessions with a move of NVIDIA’s at least as far."
    )


# Candles


def test_candle_title_of_the_event(event):
    assert say.candle_title(event, "NVDA", 1) == (
        "819 m shares of NVIDIA changed hands, 4.1 times the usual; the gap stayed open for 15 sessions"
    )


@pytest.mark.parametrize(
    ("day", "later", "tail"),
    [
        ((95, 98, 89, 90), [95, 101], "; the gap stayed open for 2 sessions"),
        ((95, 98, 89, 90), [101], "; the gap stayed open for 1 session"),
        ((95, 98, 89, 90), [95], "; the gap is still open"),
        ((95, 98, 89, 90), [], "; the gap is still open"),
        ((95, 100, 89, 90), [95], "; the gap was filled the same day"),
        ((95, 111, 89, 110), [95], "; the gap was filled the same day"),
        ((99.6, 99.8, 89, 90), [95], ""),  # hardly a gap
        ((105, 106, 89, 90), [95], ""),  # upwards
        ((NAN, 98, 89, 90), [95], ""),  # no opening price
    ],
)
def test_candle_title_says_how_long_the_gap_stayed_open(tuesday, day, later, tail):
    assert say.candle_title(tuesday({"NVDA": [100, day, *later]}), "NVDA", 1) == f"NVIDIA from open to close{tail}"


def test_candle_title_of_long_candles_speaks_of_no_gap(tuesday):
    made = tuesday({"NVDA": [100, (95, 98, 89, 90), 95]})
    assert say.candle_title(made, "NVDA", 5) == "NVIDIA from open to close"


def test_candle_title_has_the_volume_against_the_usual(tuesday):
    # 50 sessions before with 20 m each, of the 60 that are looked at; the event on the 51st session of
    # 2025 with 50 m: 2.5 times.
    made = tuesday(
        {"NVDA": [100.0] * 50 + [110.0]},
        volume={"NVDA": [20e6] * 50 + [50e6]},
        start="2025-01-02",
        picked="2025-03-18",
    )
    assert made.day.position == 50
    assert say.candle_title(made, "NVDA", 1) == "50 m shares of NVIDIA changed hands, 2.5 times the usual"
    assert say.table_title(made, "NVDA") == "NVIDIA traded 2.5 times its usual volume"


@pytest.mark.parametrize(
    ("sessions", "per", "band", "tail"),
    [
        (72, 1, "; band: the gap until a trade filled it.", ""),
        (1, 1, "; band: the gap until a trade filled it.", ""),
        (1261, 5, ".", " A candle is five sessions."),
        (6000, 21, ".", " A candle is 21 sessions."),
    ],
)
def test_candle_caption(tuesday, sessions, per, band, tail):
    many = {1: "1 session", 72: "72 sessions", 1261: "1,261 sessions", 6000: "6,000 sessions"}[sessions]
    assert say.candle_caption(tuesday({"NVDA": [100, 90]}), "NVDA", sessions, per) == (
        f"NVIDIA, dollars, {many}. Body: open to close, red if it fell; line: low to high{band} "
        f"Below: volume, million shares; usual: median of the 60 sessions before.{tail}"
    )


# By minute


@pytest.mark.parametrize(
    ("closes", "text"),
    [
        ([95, 90, 92], "NVIDIA traded 5.0% lower at 04:00 and 10.0% lower at its low at 04:01"),
        ([104, 90, 92], "NVIDIA traded 4.0% higher at 04:00 and 10.0% lower at its low at 04:01"),
        ([90, 95, 92], "NVIDIA traded lowest at the start, 10.0% lower at 04:00"),
        ([102, 103, 104], "NVIDIA traded lowest at the start, 2.0% higher at 04:00"),
        ([NAN, 95, 92], "NVIDIA traded 5.0% lower at 04:01 and 8.0% lower at its low at 04:02"),
    ],
)
def test_session_title(tuesday, closes, text):
    minutes = pd.Series(closes, pd.date_range("2025-02-04 04:00", periods=3, freq="min"), dtype=float)
    assert say.session_title(tuesday({"NVDA": [100, 90]}), "NVDA", minutes) == text


@pytest.mark.parametrize(
    ("show", "unit"),
    [
        ("rebased", "close of Mon 3 Feb 2025 = 100; grey: the others with minute bars"),
        ("candles", "dollars, candles of five minutes"),
        ("price", "dollars"),
        ("log", "dollars"),
    ],
)
def test_session_caption(tuesday, show, unit):
    assert say.session_caption(tuesday({"NVDA": [100, 90]}), "NVDA", show) == (
        f"NVIDIA by minute, New York time, {unit}. Shaded: before the open and after the close."
    )


# Distances


def test_distance_title_of_the_event(event):
    # 24.20 dollars; 126 sessions on either side from 94.31 on 4 April up to 177.87 on 29 July 2025: 83.56.
    assert say.distance_title(event, "NVDA") == (
        "The same fall from near and far: 29% of the year’s range, a notch in 27 years"
    )


@pytest.mark.parametrize(
    ("closes", "text"),
    [
        ([100, 90, 120, 80], "The same fall from near and far: 25% of the year’s range"),
        ([100, 110, 120, 80], "The same rise from near and far: 25% of the year’s range"),
        ([100, 90, 95, 91], "The same fall from near and far: 100% of the year’s range"),
    ],
)
def test_distance_title(tuesday, closes, text):
    assert say.distance_title(tuesday({"NVDA": closes}), "NVDA") == text


@pytest.mark.parametrize(("far", "tail"), [(80, "50% of the year’s range"), (60, "25% of the year’s range, a notch")])
def test_distance_title_calls_only_a_small_share_a_notch(tuesday, far, tail):
    # 1,300 sessions: five years; closes a year away do not enter the range.
    closes = [100, 90, far, *[95] * 1297, 10]
    made = tuesday({"NVDA": closes}, start="2018-05-04", picked="2018-05-07")
    assert say.distance_title(made, "NVDA") == f"The same fall from near and far: {tail} in 5 years"


@pytest.mark.parametrize(("minutes", "first"), [(True, "first panel by minute, "), (False, "")])
def test_distance_caption(tuesday, minutes, first):
    assert say.distance_caption(tuesday({"NVDA": [100, 90]}), "NVDA", minutes=minutes) == (
        f"NVIDIA, each panel on its own scale; {first}last two logarithmic. "
        "Coloured: the move from the close before. A heading sets the span above."
    )


# Gap and the rest of the day


def test_gap_title_of_the_event(event):
    assert say.gap_title(event) == "In 13 of the 16 that fell the gap at the open was more than half of it"


MORE, LESS = (93, 94, 89, 90), (97, 98, 89, 90)  # 7 and 3 of the 10 dollars lost by the open
UP_MORE, UP_LESS = (107, 111, 106, 110), (103, 111, 102, 110)


@pytest.mark.parametrize(
    ("bars", "text"),
    [
        ([MORE, MORE, MORE], "In all three that fell the gap at the open was more than half of it"),
        ([MORE, MORE, UP_LESS], "In both that fell the gap at the open was more than half of it"),
        ([MORE, MORE, LESS], "In 2 of the 3 that fell the gap at the open was more than half of it"),
        ([MORE, LESS], "In 1 of the 2 that fell the gap at the open was more than half of it"),
        ([MORE, LESS, LESS], "For most of the 3 that fell more of it came after the open"),
        ([UP_MORE, UP_MORE, MORE], "In both that rose the gap at the open was more than half of it"),
        ([UP_LESS, UP_LESS, UP_MORE], "For most of the 3 that rose more of it came after the open"),
        ([MORE, UP_MORE], "The gap at the open and the rest of the day"),
        ([MORE], "The gap at the open and the rest of the day"),
        ([100, 100], "The gap at the open and the rest of the day"),
    ],
)
def test_gap_title(tuesday, bars, text):
    made = tuesday({s: [100, bar] for s, bar in zip(["NVDA", "AMD", "TSM"], bars, strict=False)})
    assert say.gap_title(made) == text


def test_captions_name_the_day_before(tuesday):
    made = tuesday({"NVDA": [100, 90]})
    assert say.gap_caption(made) == (
        "Pale: from Monday’s close to the open; strong: from the open to the close; "
        "line: lowest to highest trade of the day."
    )
    assert say.zoom_caption(made, "NVDA") == (
        "NVIDIA, dollars. Body: open to close; line: low to high; band: gap at the open."
    )
    assert say.table_caption(made) == (
        "Prices of Tue 4 Feb 2025 in dollars. Usual: median volume of the 60 sessions before. "
        "Filled: first trade at Monday’s close or above; back above: first close."
    )


# Eleven candles


def test_zoom_title_of_the_event(event):
    # 22 January (Stargate): 144.66 at the open after 140.83 are 2.7 %; 3 February: 114.75 after 120.07 are 4.4 %.
    assert say.zoom_title(event, "NVDA") == "The ten mornings around it opened at most 4.4% from the close before"


def test_zoom_title_leaves_the_day_itself_out(tuesday):
    flat = (100, 101, 99, 100)
    bars = [flat, (104, 105, 99, 100), (50, 51, 49, 50), (52, 53, 49, 50), (49, 51, 48, 50)]
    made = tuesday({"NVDA": bars}, picked="2025-02-05")
    assert say.zoom_title(made, "NVDA") == "The three mornings around it opened at most 4.0% from the close before"


def test_zoom_title_of_a_day_with_no_other(tuesday):
    assert say.zoom_title(tuesday({"NVDA": [100, 90]}), "NVDA") == "NVIDIA around the day"


# Table and source


def test_table_title_of_the_event(event):
    # Against the medians of the 60 sessions before, with statistics.median: Credo 6.496, NVIDIA 4.096.
    assert say.table_title(event, "NVDA") == "Credo traded 6.5 times its usual volume, NVIDIA 4.1 times"
    assert say.table_title(event, "CRDO") == "Credo traded 6.5 times its usual volume"


def test_table_title_without_a_usual_volume(tuesday):
    assert say.table_title(tuesday({"NVDA": [100, 90]}), "NVDA") == "The prices of the day"


def test_table_title_of_a_focus_without_a_usual_volume(tuesday):
    made = tuesday(
        {"NVDA": [100.0] * 51, "AMD": [100.0] * 51},
        volume={"AMD": [20e6] * 50 + [30e6]},
        start="2025-01-02",
        picked="2025-03-18",
    )
    assert say.table_title(made, "NVDA") == "AMD traded 1.5 times its usual volume"


def test_source_names_who_is_not_back(tuesday):
    start = "Source: daily open, high, low, close and volume, adjusted for splits; events from the bundled catalogue."
    made = tuesday({"NVDA": [100, 90, 95], "AMD": [100, 90, 100], "TSM": [100, 90, 99]})
    assert say.source(made) == f"{start} Not back yet: NVIDIA and TSMC."
    assert say.source(tuesday({"NVDA": [100, 90, 101]})) == start


# All of them, over sessions of every year

ODD = re.compile(r" {2}|\bnan\b|NaT|None of 0|All no |All one |\b1 sessions| ,|All 1 |(?<![\d.])1 times|-\$|-\d")


def test_every_sentence_of_many_sessions_is_whole(market, days_of_every_year):
    rng = np.random.default_rng(20250127)
    days, known = days_of_every_year(rng), [c.symbol for c in companies()]
    rounds = [
        *(b.symbols for b in baskets().values()),
        ("NVDA",),
        ("NVDA", "AMD"),
        tuple(rng.choice(known, 3, replace=False)),
    ]
    looked_at = 0
    for k, picked in enumerate(days):
        impact = assess(*market, picked, ("INTC", *rounds[k % len(rounds)]))
        focus = impact.focus
        titles = [
            say.headline(impact, focus),
            say.distance_title(impact, focus),
            say.gap_title(impact),
            say.zoom_title(impact, focus),
            say.table_title(impact, focus),
        ]
        texts = [say.deck(impact, focus), say.gap_caption(impact), say.table_caption(impact), say.source(impact)]
        for span in ("month", "window", "5y", "all"):
            first, last = impact.span_rows(focus, span)
            far, per = span in ("5y", "all"), prices.sessions_a_candle(last - first + 1)
            found = (pins.of_falls if far else pins.of_events)(impact, focus, first, last)
            events = NONE if far else moves({p.session: p.move for p in found})
            titles.append(say.rebased_title(impact, focus, last, events))
            titles.append(say.price_title(impact, focus, first, last, len(found) if far else 0))
            titles.append(say.candle_title(impact, focus, per))
            texts.append(say.rebased_caption(impact, focus, len(found), pins_are_falls=far))
            texts.append(say.price_caption(impact, focus, len(found), log=far, pins_are_falls=far))
            texts.append(say.candle_caption(impact, focus, last - first + 1, per))
        for text in titles:
            assert re.search(r"[\w%]$", text), (picked, text)
        for text in texts:
            assert re.search(r"[\w%]\.$", text), (picked, text)
        for text in [*titles, *texts]:
            assert not ODD.search(text), (picked, text)
        looked_at += 1
    assert looked_at == 60
