"""Symbols, and those that file names carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sources.files.tickers import clean_symbol, from_file_name, looks_like_symbol


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("NVDA", "NVDA"),
        ("nvda", "NVDA"),
        ("NVDA US Equity", "NVDA"),
        ("NVDA UW Equity", "NVDA"),
        ("BRK/B US Equity", "BRK-B"),
        ("2330 TT Equity", "2330.TW"),
        ("SPX Index", "^SPX"),
        ("NVDA.O", "NVDA"),
        ("BRKb.N", "BRK-B"),
        ("BRK.B", "BRK.B"),
        ("NVDA.US", "NVDA"),
        ("NASDAQ:NVDA", "NVDA"),
        ("TPE:2330", "2330.TW"),
        ("True", "TRUE"),
        ("NA", "NA"),
        ("<img src=x onerror=alert(1)>", None),
        ("=cmd|' /C calc'!A0", None),
        ("NVIDIA Corp", None),
        ("", None),
    ],
)
def test_symbols_are_cleaned(written, symbol):
    assert clean_symbol(written) == symbol


@pytest.mark.parametrize(
    ("text", "yes"), [("NVDA", True), ("nvda", True), ("Nvidia", False), ("12", False), ("NVIDIA", False)]
)
def test_names_of_companies_are_no_symbols(text, yes):
    assert looks_like_symbol(text) is yes


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("NVDA.csv", "NVDA"),
        ("nvda.csv", "NVDA"),
        ("NVDA (1).csv", "NVDA"),
        ("nvda_us_d.csv", "NVDA"),
        ("nvda.us.txt", "NVDA"),
        ("2330.TW.csv", "2330.TW"),
        ("BRK-B.csv", "BRK-B"),
        ("NVDA Historical Data (2).csv", "NVDA"),
        ("daily_adjusted_NVDA.csv", "NVDA"),
        ("MacroTrends_Data_Download_NVDA.csv", "NVDA"),
        ("Download Data - STOCK_US_XNAS_NVDA.csv", "NVDA"),
        ("NASDAQ_NVDA, 1D.csv", "NVDA"),
        ("NVDA_2020-01-01_2025-01-31.csv", "NVDA"),
        ("nvda_price-history-01-29-2025.csv", "NVDA"),
        ("C:\\Users\\me\\AVGO.xlsx", "AVGO"),
        ("ON.csv", "ON"),
        ("RELIANCE.NS.csv", "RELIANCE.NS"),
        ("HistoricalData_1738195200000.csv", None),
        ("NVIDIA Stock Price History.csv", None),
        ("apple.csv", None),
        ("INTEL.csv", None),
        ("prices.csv", None),
        ("basket_long.csv", None),
        ("grid1.csv", None),
        ("Book1.xlsx", None),
        ("NVDA-AVGO.csv", None),
        ("Q1 2025.csv", None),
        ("<b>x.csv", None),
        ("", None),
    ],
)
def test_a_file_name_carries_a_symbol_for_certain_or_none(name, symbol):
    assert from_file_name(name)[0] == symbol


@given(st.text(max_size=60))
def test_any_text_is_a_symbol_or_none(text):
    symbol = clean_symbol(text)
    assert symbol is None or symbol.isascii()
    from_file_name(text)
    looks_like_symbol(text)
