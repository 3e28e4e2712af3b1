"""From tables as clients give them to `Bars`, and whether two tables are on one basis."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.errors import BadAnswerError
from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources.yahoo_bars import bars_of, same_basis

EVENING = datetime(2025, 1, 27, 22, 0, tzinfo=UTC)
COLUMNS = ["Close", "High", "Low", "Open", "Volume"]
ROWS = [[142.62, 148.97, 141.88, 148.37, 234_657_600.0], [118.42, 128.4, 116.7, 124.8, 818_830_900.0]]


def table(columns: object = COLUMNS, days: tuple[str, ...] = ("2025-01-24", "2025-01-27")) -> pd.DataFrame:
    return pd.DataFrame(ROWS, index=pd.DatetimeIndex(days), columns=columns)


@pytest.mark.parametrize(
    "columns",
    [
        COLUMNS,
        [name.lower() for name in COLUMNS],
        pd.MultiIndex.from_product([COLUMNS, ["NVDA"]], names=["Price", "Ticker"]),
        pd.MultiIndex.from_product([["NVDA"], COLUMNS]),
    ],
)
def test_one_or_two_levels_of_columns_are_one_series(columns: object) -> None:
    bars = bars_of("NVDA", table(columns), EVENING)
    assert bars.daily.close.tolist() == [142.62, 118.42]
    assert list(bars.daily.columns) == list(FIELDS)
    # By hand: 118.42 / 142.62 − 1.
    assert bars.daily.close.pct_change(fill_method=None).iloc[1] == pytest.approx(-0.169682, abs=1e-6)


def test_of_several_symbols_the_own_one_is_taken() -> None:
    two = pd.concat({"AVGO": table() * 2, "NVDA": table()}, axis=1)
    assert bars_of("NVDA", two, EVENING).daily.close.tolist() == [142.62, 118.42]
    assert bars_of("NVDA", two.swaplevel(axis=1), EVENING).daily.close.tolist() == [142.62, 118.42]


def test_a_table_of_others_only_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswerError, match="answered for TSM with AVGO and NVDA"):
        bars_of("TSM", pd.concat({"AVGO": table(), "NVDA": table()}, axis=1), EVENING)


def test_a_table_without_closes_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswerError, match="answer for NVDA has no closes"):
        bars_of("NVDA", table().drop(columns="Close"), EVENING)


def test_closes_are_those_that_were_traded() -> None:
    given_table = table().assign(**{"Adj Close": [140.0, 116.0]})
    bars = bars_of("NVDA", given_table, EVENING)
    assert (bars.daily.close.tolist(), bars.daily.adj_close.tolist()) == ([142.62, 118.42], [140.0, 116.0])
    assert bars.notes == ()


@pytest.mark.parametrize(
    "index",
    [
        pd.DatetimeIndex(["2025-01-24", "2025-01-27"], tz="America/New_York"),
        pd.DatetimeIndex(["2025-01-24", "2025-01-27"], tz="Europe/London"),
        pd.DatetimeIndex(["2025-01-24", "2025-01-27"], tz="UTC"),
        pd.DatetimeIndex(["2025-01-24 14:30", "2025-01-27 14:30"], tz="UTC"),
        pd.DatetimeIndex(["2025-01-24 21:00", "2025-01-28 00:59"], tz="UTC"),  # 19:59 in New York
        pd.DatetimeIndex(["2025-01-24 00:00", "2025-01-27 15:59:58"]),
    ],
)
def test_stamps_are_days_of_the_exchange(index: pd.DatetimeIndex) -> None:
    days = bars_of("NVDA", table().set_axis(index), EVENING).daily.index
    assert days.tolist() == [pd.Timestamp("2025-01-24"), pd.Timestamp("2025-01-27")]
    assert (days.tz, str(days.dtype)) == (None, "datetime64[s]")


def test_of_two_rows_for_a_session_the_last_delivered_is_kept() -> None:
    again = table().iloc[[1]].assign(Close=118.4200001, Volume=818_834_200.0)
    bars = bars_of("NVDA", pd.concat([table(), again]), EVENING)
    assert bars.daily.close.tolist() == [142.62, 118.4200001]
    assert bars.daily.volume.iloc[-1] == 818_834_200.0
    assert any("1 duplicate row of NVDA dropped" in note for note in bars.notes)


def test_an_empty_row_does_not_replace_a_price() -> None:
    bars = bars_of("NVDA", pd.concat([table(), table().iloc[[1]] * np.nan]), EVENING)
    assert bars.daily.close.tolist() == [142.62, 118.42]


def test_rows_may_come_newest_first() -> None:
    assert bars_of("NVDA", table().iloc[::-1], EVENING).daily.close.tolist() == [142.62, 118.42]


@pytest.mark.parametrize(("hour", "closes"), [(16, [142.62]), (22, [142.62, 118.42])])
def test_a_bar_stamped_with_the_last_trade_is_a_close_only_after_the_close(hour: int, closes: list[float]) -> None:
    index = pd.DatetimeIndex(["2025-01-24 00:00", "2025-01-27 10:59:58"], tz="America/New_York")
    bars = bars_of("NVDA", table().set_axis(index), datetime(2025, 1, 27, hour, 0, tzinfo=UTC))
    assert bars.daily.close.tolist() == closes
    assert bars.unfinished == (pd.Timestamp("2025-01-27") if hour == 16 else None)


def test_a_row_from_the_future_is_dropped_and_counted() -> None:
    bars = bars_of("NVDA", table(days=("2025-01-24", "2025-02-03")), EVENING)
    assert (bars.daily.close.tolist(), bars.unfinished) == ([142.62], None)
    assert "1 row of NVDA for sessions that have not begun left out." in bars.notes


def test_days_without_a_session_are_dropped_and_named() -> None:
    bars = bars_of("NVDA", table(days=("2025-01-24", "2025-01-26")), EVENING)
    assert len(bars.daily) == 1
    assert any("left out: 26 Jan 2025" in note for note in bars.notes)


# Whether two tables are on one basis


def closes(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"close": values}, index=sessions_between("2025-01-21", "2026-12-31")[: len(values)])


OLD = closes(140.83, 147.07, 147.22, 142.62)


def test_equal_closes_are_on_one_basis() -> None:
    assert same_basis(OLD, OLD) == 1.0
    assert same_basis(OLD, OLD * (1 + 1e-7)) == 1.0
    assert same_basis(OLD, closes(140.83, 147.07, 147.22, 142.63)) == 1.0  # revised by a cent


def test_a_new_split_is_its_factor() -> None:
    assert same_basis(OLD, OLD / 10) == pytest.approx(0.1)
    assert same_basis(OLD, OLD * 20) == pytest.approx(20)


def test_only_sessions_that_both_have_count() -> None:
    assert same_basis(OLD.iloc[:3], OLD.iloc[2:]) == 1.0
    assert same_basis(OLD.iloc[:2], OLD.iloc[2:]) is None
    assert same_basis(OLD, closes(14.083, 14.707, np.nan, np.nan)) == pytest.approx(0.1)


def test_one_session_that_differs_proves_no_factor() -> None:
    assert same_basis(OLD.iloc[:1], OLD.iloc[:1] / 10) is None


def test_other_differences_are_none() -> None:
    assert same_basis(OLD, closes(140.83, 147.07, 14.722, 14.262)) is None
    assert same_basis(OLD, closes(140.83, 150.0, 147.22, 142.62)) is None
    assert same_basis(OLD, closes(np.nan, np.nan, np.nan, np.nan)) is None


positive = st.floats(0.01, 5000)


@given(st.lists(positive, min_size=2, max_size=20), st.sampled_from([0.05, 0.1, 0.25, 0.5, 2 / 3, 1.5, 2.0, 10.0]))
def test_any_constant_factor_is_found(values: list[float], factor: float) -> None:
    old = closes(*values)
    assert same_basis(old, old * factor) == pytest.approx(factor)
    assert same_basis(old * factor, old) == pytest.approx(1 / factor)


@given(st.lists(positive, min_size=3, max_size=20), st.integers(0, 19))
def test_one_session_off_is_no_factor(values: list[float], place: int) -> None:
    old = closes(*values)
    new = old.copy()
    new.iloc[place % len(values)] *= 1.1
    assert same_basis(old, new) is None
