"""`PriceHistory`: what it refuses, how it counts sessions, and that nobody can change it."""

import numpy as np
import pandas as pd
import pytest

from aftershock.errors import PriceDataError
from aftershock.prices import FIELDS, PriceHistory

FRIDAY, MONDAY, TUESDAY, WEDNESDAY = "2025-01-24", "2025-01-27", "2025-01-28", "2025-01-29"


def bar(symbol, date, close, **fields):
    row = {
        "symbol": symbol,
        "date": pd.Timestamp(date).as_unit("s"),
        "open": close,
        "high": close,
        "low": close,
        "close": close,
        "adj_close": close,
        "volume": 1e6,
    }
    return {**row, **fields}


def history(*rows):
    return PriceHistory.from_long(pd.DataFrame(rows))


def nvda(**fields):
    return history(bar("NVDA", FRIDAY, 142.62), bar("NVDA", MONDAY, 118.42, **fields))


@pytest.fixture
def small():
    return history(
        bar("NVDA", FRIDAY, 142.62),
        bar("NVDA", MONDAY, 118.42),
        bar("NVDA", WEDNESDAY, 123.70),
        bar("AMD", MONDAY, 115.01),
    )


def test_rows_become_one_frame_of_sessions_and_symbols_a_field():
    made = nvda(open=124.8, high=128.4, low=116.7, adj_close=118.39, volume=818_830_900)
    assert [f"{s:%Y-%m-%d}" for s in made.sessions] == [FRIDAY, MONDAY]
    assert made.symbols == ("NVDA",)
    last = {field: getattr(made, field).at[pd.Timestamp(MONDAY), "NVDA"] for field in FIELDS}
    assert last == {
        "open": 124.8,
        "high": 128.4,
        "low": 116.7,
        "close": 118.42,
        "adj_close": 118.39,
        "volume": 818_830_900,
    }


def test_the_order_of_the_rows_does_not_matter():
    rows = [bar("NVDA", FRIDAY, 142.62), bar("AMD", MONDAY, 115.01), bar("NVDA", MONDAY, 118.42)]
    forward, backward = history(*rows), history(*rows[::-1])
    pd.testing.assert_frame_equal(forward.close, backward.close[list(forward.symbols)])


def test_a_missing_day_is_a_row_without_values(small):
    assert [f"{s:%Y-%m-%d}" for s in small.sessions] == [FRIDAY, MONDAY, TUESDAY, WEDNESDAY]
    for field in FIELDS:
        assert small.frames[field].loc[pd.Timestamp(TUESDAY)].isna().all()
    assert small.close["AMD"].notna().tolist() == [False, True, False, False]


def test_closed_days_take_no_row():
    # 9 January (day of mourning) and 20 January (Martin Luther King Jr. Day) lie between.
    made = history(bar("NVDA", "2025-01-08", 140.11), bar("NVDA", MONDAY, 118.42))
    assert made.position(pd.Timestamp(MONDAY)) - made.position(pd.Timestamp("2025-01-08")) == 11


def test_two_rows_for_one_day_are_refused():
    with pytest.raises(PriceDataError, match="NVDA has two rows for 2025-01-27"):
        history(
            bar("NVDA", FRIDAY, 142.62),
            bar("NVDA", MONDAY, 118.42),
            bar("NVDA", MONDAY, 118.4200001),
        )


@pytest.mark.parametrize("day", ["2025-01-20", "2025-01-25", "2025-01-09"])
def test_a_row_on_a_closed_day_is_refused(day):
    with pytest.raises(PriceDataError, match=f"NVDA has a row on {day}, when the exchange was clo"):
        history(bar("NVDA", "2025-01-08", 140.11), bar("NVDA", day, 140), bar("NVDA", MONDAY, 118))


@pytest.mark.parametrize("field", ["open", "high", "low", "close", "adj_close"])
@pytest.mark.parametrize("value", [0.0, -118.42])
def test_a_price_of_zero_or_less_is_refused(field, value):
    faulty = {**bar("NVDA", MONDAY, 118.42), field: value}
    with pytest.raises(PriceDataError, match=f"NVDA has a {field} of zero or less on 2025-01-27"):
        history(bar("NVDA", FRIDAY, 142.62), faulty)


def test_a_high_below_its_low_is_refused():
    with pytest.raises(PriceDataError, match="NVDA has a high below its low on 2025-01-27"):
        nvda(high=116.7, low=128.4)


def test_a_negative_volume_is_refused():
    with pytest.raises(PriceDataError, match="NVDA has a negative volume on 2025-01-27"):
        nvda(volume=-1)


def test_missing_values_and_a_volume_of_zero_are_no_faults():
    made = nvda(high=np.nan, adj_close=np.nan, volume=0)
    assert made.volume.at[pd.Timestamp(MONDAY), "NVDA"] == 0
    assert np.isnan(made.high.at[pd.Timestamp(MONDAY), "NVDA"])


def test_all_fields_are_needed_in_one_shape(small):
    frames = dict(small.frames)
    with pytest.raises(PriceDataError, match="needs the fields"):
        PriceHistory({field: frames[field] for field in FIELDS[:-1]})
    with pytest.raises(PriceDataError, match="The field low does not have the shape"):
        PriceHistory({**frames, "low": frames["low"].iloc[1:]})
    with pytest.raises(PriceDataError, match="The field high does not have the shape"):
        PriceHistory({**frames, "high": frames["high"][["AMD", "NVDA"]]})


@pytest.mark.parametrize("order", [[1, 0, 2, 3], [0, 1, 1, 2]], ids=["falling", "repeated"])
def test_sessions_must_rise_and_be_unique(small, order):
    with pytest.raises(PriceDataError, match="must rise and be unique"):
        PriceHistory({field: frame.iloc[order] for field, frame in small.frames.items()})


@pytest.mark.parametrize("name", [*FIELDS, "total_return_close"])
def test_a_frame_that_is_handed_out_can_be_changed_without_changing_the_history(small, name):
    taken = getattr(small, name)
    before = taken.to_numpy(copy=True)
    taken.iloc[0, 0] = 1e9
    taken["EXTRA"] = 1.0
    again = getattr(small, name)
    assert list(again.columns) == ["NVDA", "AMD"]
    np.testing.assert_array_equal(again.to_numpy(), before)


def test_the_coverage_that_is_handed_out_can_be_changed_without_changing_the_history(small):
    taken = small.coverage
    taken.loc["NVDA", "sessions"] = -1
    assert small.coverage.loc["NVDA", "sessions"] == 3


def test_what_is_selected_can_be_changed_without_changing_the_history(small):
    taken = small.select(["NVDA"])
    close = taken.close
    close.iloc[0, 0] = 1e9
    assert small.close.iloc[0, 0] == taken.close.iloc[0, 0] == 142.62


def test_the_arrays_of_a_history_cannot_be_written_to(small):
    with pytest.raises(ValueError, match="read-only"):
        small.frames["close"].iat[0, 0] = 1e9
    with pytest.raises(TypeError):
        small.frames["close"] = small.frames["open"]


def test_selecting_keeps_all_sessions_and_the_order_asked_for(small):
    chosen = small.select(["AMD", "FOO", "NVDA"])
    assert chosen.symbols == ("AMD", "NVDA")
    assert chosen.sessions.equals(small.sessions)
    assert chosen.close["NVDA"].equals(small.close["NVDA"])


def test_coverage_is_first_and_last_close_and_their_number(small):
    coverage = small.coverage
    assert coverage.loc["NVDA"].tolist() == [pd.Timestamp(FRIDAY), pd.Timestamp(WEDNESDAY), 3]
    assert coverage.loc["AMD"].tolist() == [pd.Timestamp(MONDAY), pd.Timestamp(MONDAY), 1]


def test_a_symbol_without_a_single_close_covers_nothing():
    coverage = history(bar("NVDA", FRIDAY, 142.62), bar("FOO", MONDAY, np.nan)).coverage
    assert coverage.loc["FOO"].isna().all()
    assert coverage.loc["NVDA", "first"] == pd.Timestamp(FRIDAY)


def test_the_position_of_a_session_is_its_row(small):
    assert [small.position(s) for s in small.sessions] == [0, 1, 2, 3]


@pytest.mark.parametrize("day", ["2025-01-25", "2025-01-23", "2025-01-30", "2024-01-01"])
def test_the_position_of_any_other_day_is_an_error_not_a_neighbour(small, day):
    with pytest.raises(KeyError):
        small.position(pd.Timestamp(day))


def test_symbols_without_adjusted_closes_have_their_closes_as_total_return():
    made = history(
        bar("NVDA", FRIDAY, 142.62, adj_close=142.59),
        bar("NVDA", MONDAY, 118.42, adj_close=np.nan),
        bar("^GSPC", FRIDAY, 6101.24, adj_close=np.nan),
        bar("^GSPC", MONDAY, 6012.28, adj_close=np.nan),
    )
    total = made.total_return_close
    assert total["^GSPC"].tolist() == [6101.24, 6012.28]
    assert total["NVDA"].iloc[0] == 142.59
    assert np.isnan(total["NVDA"].iloc[1])  # one missing value is missing, not the plain close


def test_the_snapshot_holds_the_prices_of_the_event(market):
    # Closes: Nasdaq.com screener (reference_figures.csv); the rest: the exchange's daily prices.
    history, _ = market
    day = pd.Timestamp(MONDAY)
    assert history.close.at[pd.Timestamp(FRIDAY), "NVDA"] == 142.62
    assert history.close.at[day, "NVDA"] == 118.42
    assert history.low.at[day, "NVDA"] == 116.7
    assert history.open.at[day, "NVDA"] == 124.8
    assert history.open.at[day, "AVGO"] == 213.4
    assert history.adj_close["^GSPC"].isna().all()


def test_the_snapshot_starts_its_symbols_where_its_sources_do(market):
    # Start dates as aftershock/data/SOURCES.md tells them.
    first = market[0].coverage["first"]
    for symbol, day in {
        "NVDA": "1999-01-22",
        "DELL": "2018-12-28",
        "VRT": "2020-02-10",
        "CEG": "2022-01-19",
        "GEV": "2024-03-27",
        "SOXX": "2001-07-13",
        "^GSPC": "1999-01-04",
    }.items():
        assert first[symbol] == pd.Timestamp(day), symbol
