"""Turns of phrase that several pages share."""

import pytest

from aftershock.companies import baskets
from aftershock.findings import common
from aftershock.impact import assess

MINUS, APOSTROPHE = "\u2212", "\u2019"


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (-0.0146, "fell 1.46%"),
        (0.0092, "rose 0.92%"),
        (0.0, "hardly moved"),
        (-0.0004, "hardly moved"),
        (-0.0006, "fell 0.06%"),
        (float("nan"), "has no price that day"),
    ],
)
def test_a_move_in_words(fraction, text):
    assert common.moved(fraction) == text


def test_a_move_in_words_with_fewer_digits():
    assert common.moved(-0.169682, 1) == "fell 17.0%"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.25, "A quarter"),
        (0.34, "A third"),
        (0.51, "Half"),
        (0.65, "Two thirds"),
        (0.765, "Three quarters"),
        (0.60, "60%"),
        (0.90, "90%"),
        (0.10, "10%"),
    ],
)
def test_a_share_in_words(share, text):
    assert common.fraction_words(share) == text


@pytest.mark.parametrize(("basket", "noun"), [("ai-chips", "17 AI chip stocks"), ("ai-build-out", "24 AI stocks")])
def test_a_basket_has_its_noun(market, basket, noun):
    impact = assess(*market, "2025-01-27", baskets()[basket].symbols)
    assert common.noun(impact) == noun
    assert common.kind(impact) == noun.split(" ", 1)[1]


def test_a_basket_keeps_its_noun_in_any_order_and_with_companies_left_out(market):
    # In March 2020 Arm and Credo were not listed.
    impact = assess(*market, "2020-03-16", baskets()["ai-chips"].symbols[::-1])
    assert set(impact.left_out) == {"ARM", "CRDO"}
    assert common.noun(impact) == "15 AI chip stocks"


@pytest.mark.parametrize(("symbols", "noun"), [(["NVDA"], "1 stock"), (["NVDA", "AVGO", "TSM"], "3 stocks")])
def test_any_other_choice_is_stocks(market, symbols, noun):
    assert common.noun(assess(*market, "2025-01-27", symbols)) == noun


@pytest.mark.parametrize(
    ("picked", "subject"),
    [
        ("2025-01-27", "The DeepSeek sell-off"),
        ("2025-01-25", "The DeepSeek sell-off"),
        ("2024-08-05", "The yen carry-trade unwind"),
        ("2025-02-27", "Thu 27 Feb 2025"),  # catalogued, but no subject of a sentence
        ("2025-02-04", "Tue 4 Feb 2025"),
    ],
)
def test_the_session_as_a_subject(market, picked, subject):
    assert common.subject(assess(*market, picked, ["NVDA"])) == subject


@pytest.mark.parametrize(
    ("picked", "text"),
    [
        ("2025-01-27", "Friday"),
        ("2025-01-28", "Monday"),
        ("2025-01-21", "Friday"),  # over a long weekend
        ("2001-09-17", "Mon 10 Sep 2001"),  # a week before: "Monday" would be the same Monday
    ],
)
def test_the_baseline_is_a_weekday_where_that_is_clear(market, picked, text):
    assert common.when_before(assess(*market, picked, ["NVDA"])) == text


def test_names_are_those_of_sentences(market):
    impact = assess(*market, "2025-01-27", ["NVDA", "TSM", "TXN", "AVGO", "AMD"])
    assert common.name(impact, "TSM") == "TSMC"
    assert common.names(impact, ["NVDA", "TSM"]) == "NVIDIA and TSMC"
    assert common.names(impact, impact.symbols) == "NVIDIA, TSMC and 3 others"
