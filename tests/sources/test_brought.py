"""Files made into bars."""

import numpy as np
import pandas as pd

from aftershock.prices import FIELDS
from aftershock.sources.brought import bars_of_file

NAN = np.nan
NOW = pd.Timestamp("2025-02-03 17:00", tz="America/New_York")


def file(closes, days, **columns):
    return pd.DataFrame({"close": closes, **columns}, pd.to_datetime(days), dtype=float)


def test_closes_alone_are_enough():
    (made,) = bars_of_file({"ENR": file([58.2, 46.6, 49.1], ["2025-01-24", "2025-01-27", "2025-01-28"])}, NOW)
    assert (made.symbol, made.source, made.as_of) == ("ENR", "file", pd.Timestamp("2025-02-03 22:00", tz="UTC"))
    assert list(made.daily.columns) == list(FIELDS)
    assert made.daily["close"].tolist() == [58.2, 46.6, 49.1]
    assert made.daily["adj_close"].tolist() == [58.2, 46.6, 49.1]
    assert made.daily[["open", "high", "low", "volume"]].isna().all(axis=None)
    assert made.notes == ("ENR has no dividend-adjusted closes, so its longer returns leave dividends out.",)


def test_adjusted_closes_of_the_file_are_kept():
    (made,) = bars_of_file({"X": file([100, 90], ["2025-01-24", "2025-01-27"], adj_close=[99, 89.1])}, NOW)
    assert made.daily["adj_close"].tolist() == [99, 89.1]
    assert made.notes == ()


def test_days_without_a_session_are_left_out_and_said():
    # Europe traded on the day of mourning for Jimmy Carter, and nobody on a Saturday.
    days = ["2025-01-08", "2025-01-09", "2025-01-10", "2025-01-11"]
    (made,) = bars_of_file({"ENR": file([50, 51, 52, 53], days, adj_close=[50, 51, 52, 53])}, NOW)
    assert made.daily.index.strftime("%Y-%m-%d").tolist() == ["2025-01-08", "2025-01-10"]
    assert made.notes == ("2 days on which New York was closed: left out of every comparison of ENR.",)


def test_what_looks_wrong_is_left_out_and_listed():
    days = pd.bdate_range("2025-01-21", periods=6)
    frame = file([50, 51, 5200, 53, 54, 0], days, adj_close=[50, 51, 52, 53, 54, 55])
    (made,) = bars_of_file({"X": frame}, NOW)
    assert made.daily["close"].isna().tolist() == [False, False, True, False, False, True]
    closes = made.suspect[made.suspect["field"] == "close"]
    assert closes["value"].tolist() == [5200, 0]
    assert closes["session"].tolist() == [days[2], days[5]]
    assert made.notes


def test_each_company_of_a_file_is_its_own():
    first, second = file([1, 2], ["2025-01-24", "2025-01-27"]), file([5], ["2025-01-28"])
    made = bars_of_file({"AAA": first, "BBB": second}, NOW)
    assert [b.symbol for b in made] == ["AAA", "BBB"]
    assert [len(b.daily) for b in made] == [2, 1]


def test_a_close_a_rounding_above_the_high_is_no_fault():
    days = ["2025-01-24", "2025-01-27"]
    frame = file([100.004, 90], days, high=[100, 95], low=[98, 90.003], adj_close=[100, 90])
    (made,) = bars_of_file({"X": frame}, NOW)
    assert made.daily["high"].tolist() == [100.004, 95]
    assert made.daily["low"].tolist() == [98, 90]
    assert made.daily["open"].isna().all()
