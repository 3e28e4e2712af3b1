"""Companies, groups and baskets."""

import pytest

from aftershock.companies import (
    ADDED,
    AI_BUILD_OUT,
    AI_CHIPS,
    BENCHMARKS,
    EVERYTHING,
    baskets,
    canonical,
    companies,
    company,
    directory,
    groups,
)


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("NVDA", "NVDA"),
        ("nvda", "NVDA"),
        (" tsm ", "TSM"),
        ("GOOGL", "GOOGL"),
        ("GOOG", "GOOGL"),
        ("goog", "GOOGL"),
    ],
)
def test_a_typed_symbol_stands_for_its_company(typed, symbol):
    assert canonical(typed) == symbol


@pytest.mark.parametrize("typed", ["", " ", "FOO", "NVD", "NVDAA", "NVDA AMD", "^GSPC", "SPY"])
def test_what_is_no_company_stands_for_none(typed):
    assert canonical(typed) is None


def test_the_default_basket_comes_first_and_the_baskets_grow():
    keys = list(baskets())
    assert keys == [AI_CHIPS, AI_BUILD_OUT, EVERYTHING]
    small, middle, large = (set(b.symbols) for b in baskets().values())
    assert small < middle < large


def test_the_wider_ai_basket_is_the_24_names_of_the_event_study():
    # 24 companies: the chip makers, the server makers and the power companies.
    names = baskets()[AI_BUILD_OUT].symbols
    assert len(names) == 24
    assert {"NVDA", "AVGO", "TSM", "SMCI", "DELL", "VRT", "ORCL", "GEV", "CEG", "VST"} <= set(names)
    assert {"MSFT", "GOOGL", "AMZN", "META", "AAPL", "TSLA"}.isdisjoint(names)


def test_the_largest_basket_holds_every_company_once_and_no_benchmark():
    everything = baskets()[EVERYTHING].symbols
    assert len(everything) == len(set(everything)) == 30
    assert set(everything) == {c.symbol for c in companies()}
    assert {b.symbol for b in BENCHMARKS.values()}.isdisjoint(everything)


def test_groups_keep_their_order_and_cover_all_companies():
    assert groups() == (
        "Accelerators",
        "Custom silicon and networking",
        "Foundry and equipment",
        "Memory and analog",
        "Servers and data centre",
        "Power",
        "Cloud and platforms",
        "Devices",
    )
    assert {c.group for c in companies()} == set(groups())


def test_alphabet_alone_has_two_listings():
    several = {c.symbol: c.price_symbols for c in companies() if len(c.price_symbols) > 1}
    assert several == {"GOOGL": ("GOOGL", "GOOG")}


def test_no_two_companies_share_a_name():
    assert len({c.name for c in companies()}) == len({c.short for c in companies()}) == 30


def test_every_benchmark_is_known_and_has_prices(market):
    history, _ = market
    for key, benchmark in BENCHMARKS.items():
        assert benchmark.key == key
        assert directory()[benchmark.symbol].kind in ("index", "etf")
        assert benchmark.symbol in history.symbols


def test_a_benchmark_is_labelled_without_its_brackets():
    assert BENCHMARKS["sp500"].label == "S&P 500"
    assert BENCHMARKS["smh"].label == "SMH"


def test_every_company_has_prices_for_each_listing_and_a_share_count(market):
    history, counts = market
    for listed in companies():
        assert set(listed.price_symbols) <= set(history.symbols)
        assert (counts.table["symbol"] == listed.symbol).any()
    assert set(counts.table["price_symbol"]) <= set(history.symbols)


def test_a_company_that_is_not_in_the_directory_goes_by_its_symbol():
    assert company("NVDA") is directory()["NVDA"]
    stranger = company("PLTR")
    assert (stranger.symbol, stranger.name, stranger.short, stranger.group) == ("PLTR", "PLTR", "PLTR", ADDED)
    assert stranger.price_symbols == ("PLTR",)
