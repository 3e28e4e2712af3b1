"""The numbers behind the figures of the market-value page; values from tests/data/reference_figures.csv."""

import pandas as pd
import pytest

from aftershock.impact import assess
from components.exports import lost as data


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", ["TXN", "TSM", "NVDA"])


def test_a_loss_stands_beside_what_it_is_made_of(event):
    frame = data.table(event, event.value)
    assert frame["ticker"].tolist() == ["NVDA", "TSM", "TXN"]  # the largest loss first
    r = frame.iloc[0]
    assert (round(r["price before (USD)"], 2), round(r["price after (USD)"], 2)) == (142.62, 118.42)
    assert r["shares (count in force)"] == 24_490_000_000
    assert round(r["market value lost (USD)"] / 1e9, 1) == 592.7


def test_the_league_starts_with_the_largest_loss_of_one_day(event):
    frame = data.league(event)
    r = frame.iloc[0]
    assert (r["date"], r["ticker"], r["company"]) == (pd.Timestamp("2025-01-27"), "NVDA", "NVIDIA")
    assert round(r["market value lost (USD)"] / 1e9, 1) == 592.7
    assert round(r["move (fraction)"], 4) == -0.1697
    assert frame["market value lost (USD)"].is_monotonic_decreasing
