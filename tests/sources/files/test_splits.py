"""Closes as traded, put on one split basis."""

import pandas as pd
import pytest

from aftershock.sources.files.splits import split_consistent

DAYS = pd.DatetimeIndex(["2024-06-06", "2024-06-07", "2024-06-10", "2024-06-11"])


def frame(closes, splits):
    return pd.DataFrame({"close": closes, "split": splits, "volume": 10.0}, index=DAYS)


def test_prices_before_a_split_are_divided_and_volumes_multiplied():
    out, notes = split_consistent(frame([1210.0, 1208.9, 121.8, 120.9], [1.0, 1.0, 10.0, 1.0]), "split_coefficient")
    assert out["close"].tolist() == pytest.approx([121.0, 120.89, 121.8, 120.9])
    assert out["volume"].tolist() == [100, 100, 10, 10]
    assert out["close_as_traded"].tolist() == [1210.0, 1208.9, 121.8, 120.9]
    assert "10:1 on 2024-06-10" in notes[0]


def test_prices_that_are_adjusted_already_are_not_divided_again():
    out, notes = split_consistent(frame([121.0, 120.89, 121.8, 120.9], [0.0, 0.0, 10.0, 0.0]), "split_coefficient")
    assert out["close"].tolist() == [121.0, 120.89, 121.8, 120.9]
    assert "already" in notes[0]


def test_a_small_split_is_judged_by_the_format():
    closes = [100.0, 100.0, 95.2, 95.2]
    traded, _ = split_consistent(frame(closes, [1.0, 1.0, 1.05, 1.0]), "splitFactor")
    assert traded["close"].iloc[0] == pytest.approx(95.238, abs=1e-3)
    library, _ = split_consistent(frame(closes, [0.0, 0.0, 1.05, 0.0]), "Stock Splits")
    assert library["close"].iloc[0] == 100.0


def test_a_split_on_the_first_row_changes_nothing():
    out, notes = split_consistent(frame([121.0, 120.9, 121.8, 120.9], [10.0, 1.0, 1.0, 1.0]), "split_coefficient")
    assert (out["close"].tolist(), notes) == ([121.0, 120.9, 121.8, 120.9], [])
