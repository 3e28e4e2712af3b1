"""The sentences of the first page, for the event itself and for days made up for each condition.

The figures of 27 January 2025 are worked out from reference_figures.csv: the 17 value changes add
up to -1,092.9 bn of 7,666 bn (-14.3 %), NVIDIA's is -592.7 bn, all others lost 501.6 bn.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_CHIPS, baskets
from aftershock.findings import overview
from aftershock.impact import assess
from aftershock.rest_of_market import RestOfMarket

NAN, BN = np.nan, 1_000_000_000
NBSP, MINUS, APOSTROPHE = "\u00a0", "\u2212", "\u2019"


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)


@pytest.fixture(scope="session")
def tuesday(history_of, counts_of):
    """Assesses made-up closes from Monday 3 February 2025 on; the event is the Tuesday.

    Nothing is catalogued on that day, so it goes by its date. Counts are in shares.
    """

    def made(closes, counts=None, market=(6000, 5940), **options):
        length = max(len(values) for values in closes.values())
        index = [*market, *[market[-1]] * length][:length]
        history = history_of({**closes, "^GSPC": index}, start="2025-02-03")
        rows = [(s, n, "2024-11-01") for s, n in (counts or {}).items()]
        table = counts_of(*rows or [("NONE", 1, "2024-11-01")])
        return assess(history, table, "2025-02-04", list(closes), **options)

    return made


# NVIDIA 1,000 bn, AMD 50 bn, Broadcom 50 bn
COUNTS = {"NVDA": 10 * BN, "AMD": BN, "AVGO": 5 * BN, "GEV": 5 * BN}
FALL = {"NVDA": [100, 90], "AMD": [50, 49], "AVGO": [10, 10.2]}  # 100 + 1 - 1 bn lost
RISE = {"NVDA": [100, 110], "AMD": [50, 51], "AVGO": [10, 9.8]}


# Headline


def test_headline_of_the_event(event):
    assert overview.headline(event) == (
        f"The DeepSeek sell-off took $1.09{NBSP}tn off 17 AI chip stocks in one session; NVIDIA alone lost $593{NBSP}bn"
    )


def test_headline_of_a_fall(tuesday):
    assert overview.headline(tuesday(FALL, COUNTS)) == (
        f"Tue 4 Feb 2025 took $100{NBSP}bn off 3 stocks in one session; NVIDIA alone lost $100{NBSP}bn"
    )


def test_headline_of_a_rise(tuesday):
    assert overview.headline(tuesday(RISE, COUNTS)) == (
        f"Tue 4 Feb 2025 added $100{NBSP}bn to 3 stocks in one session; NVIDIA alone gained $100{NBSP}bn"
    )


def test_headline_names_who_lost_most_not_who_fell_most(tuesday):
    # AMD fell by half (25 bn), NVIDIA by 5 % (50 bn).
    made = tuesday({"NVDA": [100, 95], "AMD": [50, 25]}, COUNTS)
    assert overview.headline(made).endswith(f"NVIDIA alone lost $50.0{NBSP}bn")


def test_headline_of_a_day_on_which_the_basket_hardly_moved(tuesday):
    # 20 bn lost, 19 bn gained, of 1,200 bn: less than 0.2 %
    made = tuesday({"NVDA": [100, 98], "AMD": [200, 219]}, COUNTS)
    assert overview.headline(made) == (
        f"Tue 4 Feb 2025 hardly moved 2 stocks together; NVIDIA alone lost $20.0{NBSP}bn"
    )


@pytest.mark.parametrize(("close", "verb"), [(90, "lost"), (110, "gained")])
def test_headline_of_one_company(tuesday, close, verb):
    made = tuesday({"NVDA": [100, close]}, COUNTS)
    assert overview.headline(made) == (f"NVIDIA {verb} $100{NBSP}bn of market value on Tue 4 Feb 2025")


def test_headline_without_share_counts_is_the_mean_move(tuesday):
    # -10 %, -2 %, +2 %
    assert overview.headline(tuesday(FALL)) == ("3 stocks fell 3.3% on average on Tue 4 Feb 2025")


def test_headline_of_one_company_without_a_share_count_is_no_average(tuesday):
    headline = overview.headline(tuesday({"NVDA": [100, 90]}))
    assert "NVIDIA" in headline
    assert "fell 10.0" in headline
    assert "on average" not in headline


# The sentence under it


def test_deck_of_the_event(event):
    # Back above Friday's price: Texas Instruments never was below; 30 January ASML and Lam, 31
    # Qualcomm, 5 February Arm and KLA, 6 Coherent, 11 Intel, and ninth of 17 Micron on the 18th,
    # 4 + 10 + 1 sessions after the event (Presidents' Day was closed).
    assert overview.deck(event) == (
        "16 of 17 fell. The basket lost 14.3% of its value while the S&P 500 fell 1.46%. "
        f"The median stock took 15 sessions to close above Friday{APOSTROPHE}s price again."
    )


def test_deck_of_a_fall_without_a_way_back(tuesday):
    closes = {"NVDA": [100, 90, 95], "AMD": [50, 49, 48], "AVGO": [10, 10.2, 10.3]}
    assert overview.deck(tuesday(closes, COUNTS)) == (
        "2 of 3 fell. The basket lost 9.1% of its value while the S&P 500 fell 1.00%. "
        f"The median stock has not closed above Monday{APOSTROPHE}s price again."
    )


def test_deck_of_a_fall_with_a_way_back(tuesday):
    closes = {"NVDA": [100, 90, 95, 97], "AMD": [50, 49, 50, 51], "AVGO": [10, 9, 9, 10]}
    # Back after never, one and two sessions: the median took two.
    assert overview.deck(tuesday(closes, COUNTS)).endswith(
        f" The median stock took 2 sessions to close above Monday{APOSTROPHE}s price again."
    )


def test_deck_takes_of_an_even_number_the_stock_by_which_half_were_back(tuesday):
    closes = {
        "NVDA": [100, 90, 100, 100, 100],  # back after one session
        "AMD": [50, 49, 49, 50, 50],  # two
        "AVGO": [10, 9, 9, 9, 10],  # three
        "GEV": [10, 9, 9, 9, 9],  # never
    }
    assert " Half of the stocks took at most 2 sessions to close above " in overview.deck(tuesday(closes, COUNTS))


def test_deck_of_one_company(tuesday):
    made = tuesday({"NVDA": [100, 90, 101]}, COUNTS)
    assert overview.deck(made) == (
        "NVIDIA lost 10.0% of its value while the S&P 500 fell 1.00%. "
        f"It took 1 session to close above Monday{APOSTROPHE}s price again."
    )


def test_deck_of_a_rise_speaks_of_no_way_back(tuesday):
    made = tuesday({"NVDA": [100, 110], "AMD": [50, 51]}, COUNTS, market=(6000, 6060))
    assert overview.deck(made) == ("Both rose. The basket gained 9.6% of its value while the S&P 500 rose 1.00%.")


def test_deck_counts_what_is_more(tuesday):
    made = tuesday({"NVDA": [100, 99], "AMD": [50, 51], "AVGO": [10, 11]}, COUNTS)
    assert overview.deck(made).startswith("2 of 3 rose. The basket lost 0.4% of its value")


def test_deck_without_share_counts_is_the_mean_move(tuesday):
    deck = overview.deck(tuesday(FALL))
    assert " The basket lost 3.3% " in deck
    assert "of its value" not in deck


def test_deck_of_one_company_without_a_share_count_is_no_average(tuesday):
    deck = overview.deck(tuesday({"NVDA": [100, 90]}))
    assert deck.startswith("NVIDIA lost 10.0%")
    assert "on average" not in deck


def test_deck_says_when_the_market_hardly_moved(tuesday):
    made = tuesday(FALL, COUNTS, market=(6000, 6001))
    assert "while the S&P 500 hardly moved." in overview.deck(made)


# The map


def test_map_title_of_the_event(event):
    # Custom silicon and networking -263.5 of 1,446.0 bn, -18.2 %. (4.3 times as much as memory and
    # analog, -12.1 of 284.2 bn, would be too long a title.)
    assert overview.map_title(event) == "Custom silicon and networking fell hardest, 18.2%"


@pytest.mark.parametrize(
    ("nvidia", "vernova", "title"),
    [
        (90, 9.5, "Accelerators fell twice as much as power"),
        (90, 9.6, "Accelerators fell 2.5 times as much as power"),
        (97, 9, "Power fell 3.3 times as much as accelerators"),
        (90, 9.1, "Accelerators fell hardest, 10.0%"),
        (110, 10.5, "Accelerators rose twice as much as power"),
        (90, 10.2, "Accelerators fell 10.0%; power rose"),
        (110, 9.8, "Accelerators rose 10.0%; power fell"),
    ],
)
def test_map_title_compares_the_groups(tuesday, nvidia, vernova, title):
    made = tuesday({"NVDA": [100, nvidia], "GEV": [10, vernova]}, COUNTS)
    assert overview.map_title(made) == title


def test_map_title_does_not_claim_a_rise_of_a_group_that_did_not_move(tuesday):
    title = overview.map_title(tuesday({"NVDA": [100, 90], "GEV": [10, 10]}, COUNTS))
    assert title.startswith("Accelerators fell")
    assert "rose" not in title


def test_map_title_of_one_group_and_of_none(tuesday):
    one = tuesday({"NVDA": [100, 90], "AMD": [50, 50]}, COUNTS)
    assert overview.map_title(one) == f"Accelerators: {MINUS}9.5% by market value"
    assert overview.map_title(tuesday(FALL)) == "No market values"


def test_map_caption_names_both_days(event):
    assert overview.map_caption(event) == (
        "Area: market value on Fri 24 Jan. Colour and figure: move on Mon 27 Jan 2025."
    )


# The ranking


def test_rank_title_of_the_event(event):
    assert overview.rank_title(event) == "NVIDIA lost more than all others together"


def losses(*billions):
    """Closes of NVIDIA and others that lost so many billions each, and their counts."""
    symbols = ["NVDA", "AMD", "AVGO", "TSM", "MU", "TXN"][: len(billions)]
    closes = {s: [1000, 1000 - b] for s, b in zip(symbols, billions, strict=True)}
    return closes, dict.fromkeys(symbols, BN)


@pytest.mark.parametrize(
    ("billions", "title"),
    [
        # 40 + 30 + 20 < 100 <= 40 + 30 + 20 + 15
        ((100, 40, 30, 20, 15), "NVIDIA lost more than the next three together"),
        ((100, 60, 30, 20), "NVIDIA lost more than the next two together"),
        ((100, 60, 40, 20), f"NVIDIA lost most, $100{NBSP}bn"),  # 60 + 40 is not less
        ((100, 60, 45, -50), f"NVIDIA lost most, $100{NBSP}bn"),  # a gain takes nothing back
        ((100, 60, 39, -50), "NVIDIA lost more than all others together"),
        ((100, 60), f"NVIDIA lost most, $100{NBSP}bn"),
        ((20, 90, 30, 20), "AMD lost more than all others together"),
        ((-100, -60, -50), f"NVIDIA gained most, $100{NBSP}bn"),
        ((-100, -60, -30, -20), "NVIDIA gained more than the next two together"),
    ],
)
def test_rank_title_says_only_what_holds(tuesday, billions, title):
    assert overview.rank_title(tuesday(*losses(*billions))) == title


@pytest.mark.parametrize(
    ("closes", "title"),
    [
        (FALL, "NVIDIA fell 10.0%, more than any other"),
        (RISE, "NVIDIA rose 10.0%, more than any other"),
        ({"NVDA": [100, 97], "AMD": [50, 52]}, "AMD rose 4.0%, more than any other"),
    ],
)
def test_rank_title_without_share_counts_is_by_the_move(tuesday, closes, title):
    assert overview.rank_title(tuesday(closes)) == title


def test_rank_caption_says_lost_or_gained(event, tuesday):
    assert overview.rank_caption(event) == (
        "Market value lost on Mon 27 Jan 2025 by the 14 that lost most, with the move of the share price."
    )
    assert overview.rank_caption(tuesday(RISE, COUNTS)).startswith("Market value gained on Tue 4")
    assert "Market value lost" not in overview.rank_caption(tuesday(FALL))


# The path


def test_path_title_of_the_event(event):
    # NVIDIA closed at 102.71 on 23 April, 60 sessions later: 28 % below 142.62; low on 4 April.
    assert overview.path_title(event, "NVDA") == (
        "After 60 sessions NVIDIA stood 28% below where it was before DeepSeek; the low came on 4 April"
    )


@pytest.mark.parametrize(
    ("closes", "title"),
    [
        ([100, 90], "NVIDIA fell 10.0%; there are no later prices yet"),
        ([100, 110], "NVIDIA rose 10.0%; there are no later prices yet"),
        ([100, 90, 95], "After 1 session NVIDIA stood 5% below where it was before"),
        (
            [100, 90, 80, 103],
            "After 2 sessions NVIDIA stood 3% above where it was before; the low came on 5 February",
        ),
        ([100, 90, 95, 100.4], "After 2 sessions NVIDIA stood where it was before"),
        ([100, 110, 105, 120], "After 2 sessions NVIDIA stood 20% above where it was before"),
        (
            [100, 90, 95, NAN],  # the last session with a price counts
            "After 1 session NVIDIA stood 5% below where it was before",
        ),
    ],
)
def test_path_title_says_where_the_focus_stood_at_the_end(tuesday, closes, title):
    assert overview.path_title(tuesday({"NVDA": closes}, COUNTS), "NVDA") == title


def test_path_caption_names_baseline_focus_and_benchmark(event, tuesday):
    caption = overview.path_caption(event, "NVDA")
    assert caption.startswith("Share prices, close of Fri 24 Jan 2025 = 100, logarithmic.")
    assert "NVIDIA" in caption
    assert "mean of the 17" in caption
    assert caption.endswith("S&P 500.")
    assert "mean of" not in overview.path_caption(tuesday({"NVDA": [100, 90]}), "NVDA")


# The table


def test_table_title_of_the_event(event):
    assert overview.table_title(event) == ("16 of 17 companies fell; only Texas Instruments rose")


@pytest.mark.parametrize(
    ("moves", "title"),
    [
        ([-1], "NVIDIA in figures"),
        ([-1, -2, -3], "All three companies fell"),
        ([1, 2], "Both companies rose"),
        ([-1, -2, 3], "2 of 3 companies fell; only Broadcom rose"),
        ([1, 2, -3], "2 of 3 companies rose; only Broadcom fell"),
        ([-1, -2, -3, 4, 5], "3 of 5 companies fell; only TSMC and Micron rose"),
        ([-1, -2, -3, 4, 5, 6], "3 of 6 companies fell; TSMC, Micron and Texas Instruments rose"),
        ([-1, -2, 0], "2 of 3 companies fell"),
        ([-1, -2, -3, -4, 1, 1, 1, 1], "4 of 8 companies fell, four rose"),
    ],
)
def test_table_title_counts_who_fell_and_who_did_not(tuesday, moves, title):
    symbols = ["NVDA", "AMD", "AVGO", "TSM", "MU", "TXN", "ARM", "QCOM"]
    closes = {s: [100, 100 + m] for s, m in zip(symbols, moves, strict=False)}
    assert overview.table_title(tuesday(closes)) == title


# The tiles


def test_the_focus_companys_record_on_the_event(event):
    assert overview.focus_record(event, "NVDA") == f"{MINUS}$593{NBSP}bn, a record"
    text = overview.focus_help(event, "NVDA")
    assert "By dollars the largest one-day loss of NVIDIA in " in text
    assert "In per cent its 9th deepest fall of 6,870 since 25 Jan 1999." in text


@pytest.mark.parametrize(
    ("closes", "note"),
    [
        ([1000, 900, 810], f"{MINUS}$100{NBSP}bn, a record"),
        ([1000, 900, 780], f"{MINUS}$100{NBSP}bn, 2nd largest"),
        ([1000, 1100, 1090], f"+$100{NBSP}bn, a record"),
        ([1000, 900, *range(780, 0, -120)], f"{MINUS}$100{NBSP}bn, 8th largest"),
        ([2600, 2500, *range(2380, 60, -120)], f"{MINUS}$100{NBSP}bn"),  # 21st: no longer told
    ],
)
def test_the_focus_companys_record_is_told_up_to_the_tenth(tuesday, closes, note):
    assert overview.focus_record(tuesday({"NVDA": closes}, {"NVDA": BN}), "NVDA") == note


def test_without_a_share_count_the_record_is_the_rank_in_per_cent(tuesday):
    made = tuesday({"NVDA": [100, 90, 72, 70]})
    assert overview.focus_record(made, "NVDA") == "2nd deepest of 3 days"
    help_text = overview.focus_help(made, "NVDA")
    assert "By dollars" not in help_text
    assert help_text.endswith(" In per cent its 2nd deepest fall of 3 since 4 Feb 2025.")


def test_the_deepest_fall_is_told_without_a_number(tuesday):
    help_text = overview.focus_help(tuesday({"NVDA": [100, 90, 91]}), "NVDA")
    assert help_text.endswith(" In per cent its deepest fall of 2 since 4 Feb 2025.")


@pytest.mark.parametrize(
    ("abnormal", "note"),
    [
        ([-0.05, -0.01, 0.02], "worst of 3 days"),
        ([-0.05, -0.06, 0.02], "2nd worst of 3 days"),
        ([0.05, 0.01, 0.02], "best of 3 days"),
        ([0.05, 0.06, 0.07, NAN], "3rd best of 3 days"),
    ],
)
def test_the_abnormal_return_is_ranked_among_all_days(tuesday, abnormal, note):
    made = tuesday({"NVDA": [100, 90, 95, 96, 97]}, COUNTS)
    days = made.history.sessions[1 : 1 + len(abnormal)]
    made = replace(made, placebo=pd.DataFrame({"aar": abnormal}, index=days))
    assert overview.abnormal_record(made) == note


def test_an_abnormal_return_that_could_not_be_estimated_says_why(tuesday):
    assert overview.abnormal_record(tuesday(FALL, COUNTS)) == ("no estimate: too few sessions before")


# The market without the companies


def test_the_rest_of_the_market_is_said_with_what_is_left_against_it(market):
    # By hand for NVIDIA, see tests/test_rest_of_market.py: 6.565 % of the index, and -0.368 % without it.
    one = overview.rest_line(assess(*market, "2025-01-27", ["NVDA"]))
    assert one.startswith("NVIDIA made up about 6.6% of the S&P 500; without it the index fell 0.4%.")
    assert one.endswith(" Against that, its move beyond the market is \u221216.4%.")  # as by another route there
    chips = overview.rest_line(assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols))
    said = "11 of these 17 companies made up about 11.1% of the S&P 500; without them the index rose 0.2%."
    assert chips.startswith(said)
    assert " Against that, the mean move of all 17 beyond the market is \u2212" in chips
    short = overview.rest_line(assess(*market, "2024-07-24", ["NVDA", "AMD", "GEV"]))  # GE Vernova was listed in March
    assert " the mean move of the 2 that can be estimated beyond the market is " in short
    both = overview.rest_line(assess(*market, "2025-01-27", ["NVDA", "AVGO"]))
    assert both.startswith("These companies made up about ")


def test_nothing_is_said_of_a_rest_that_is_nearly_all_or_unknown(market):
    assert overview.rest_line(assess(*market, "2025-01-27", ["TXN"])) == ""  # a third of a per cent
    assert overview.rest_line(assess(*market, "2025-01-27", ["TSM"])) == ""
    assert overview.rest_line(assess(*market, "2025-01-27", ["NVDA"], benchmark="sox")) == ""


def test_without_an_estimate_only_the_move_of_the_rest_is_said(tuesday):
    made = tuesday({"NVDA": [100, 90, 95]}, COUNTS)
    made.__dict__["rest_of_market"] = RestOfMarket(["NVDA"], 0.05, 0.001, made.study)
    assert overview.rest_line(made) == "NVIDIA made up about 5.0% of the S&P 500; without it the index rose 0.1%."


# All of them


@pytest.mark.parametrize(
    ("picked", "symbols"),
    [
        ("2025-01-27", baskets()["all"].symbols),
        ("2025-01-28", baskets()["ai-chips"].symbols),
        ("2025-01-27", ("TXN",)),
        ("2024-08-05", ("NVDA", "AVGO")),
        ("2002-07-31", ("NVDA",)),  # no share count was public
        ("2026-05-15", baskets()["ai-build-out"].symbols),  # the last session
        ("2020-03-16", baskets()["ai-build-out"].symbols),
    ],
)
def test_no_sentence_holds_a_gap_a_hyphen_for_a_minus_or_a_missing_value(market, picked, symbols):
    impact = assess(*market, picked, symbols)
    focus = impact.focus
    for text in (
        overview.headline(impact),
        overview.deck(impact),
        overview.map_title(impact),
        overview.map_caption(impact),
        overview.rank_title(impact),
        overview.rank_caption(impact),
        overview.path_title(impact, focus),
        overview.path_caption(impact, focus),
        overview.table_title(impact),
        overview.focus_record(impact, focus),
        overview.focus_help(impact, focus),
        overview.abnormal_record(impact),
    ):
        assert text == text.strip() != ""
        assert "  " not in text
        assert "nan" not in text
        assert "NaT" not in text
        assert "None" not in text
        assert "-$" not in text
        assert not any(f"-{digit}" in text for digit in "0123456789")
