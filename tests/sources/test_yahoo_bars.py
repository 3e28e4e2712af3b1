"""From tables as clients give them to `Bars`, and whether two tables are on one basis."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from aftershock.errors import BadAnswerError
from aftershock.prices import FIELDS
from aftershock.sources.yahoo_bars import bars_of

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
