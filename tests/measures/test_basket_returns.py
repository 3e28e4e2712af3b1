"""The return of a basket whose companies were listed at different times, and bars of several sessions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.event_study import basket_returns
from aftershock.measures.returns import joined

NAN = np.nan
SHORT = {"estimation": 3, "gap": 1, "minimum": 2}


def returned(columns, **options):
    return basket_returns(pd.DataFrame(columns, dtype=float), **(options or SHORT))


# Basket


def test_a_session_needs_enough_returns_in_its_window():
    # Day k is estimated on the days k-4 to k-2; day 3 is the first whose window (days 0 and 1) holds two.
    basket = returned({"A": [0.01, 0.02, 0.03, 0.04, 0.05]})
    np.testing.assert_allclose(basket, [NAN, NAN, NAN, 0.04, 0.05])


def test_the_basket_is_the_equal_mean_of_who_can_be_estimated():
    basket = returned({"A": [0.01] * 4 + [0.06], "B": [0.03] * 4 + [-0.02]})
    np.testing.assert_allclose(basket[3:], [0.02, 0.02])


def test_a_new_listing_enters_once_its_own_window_is_filled():
    # B has returns from day 3 on: its first two lie in the window of day 6 (days 2 to 4).
    basket = returned({"A": [0.01] * 8, "B": [NAN] * 3 + [0.11] * 5})
    np.testing.assert_allclose(basket[3:], [0.01, 0.01, 0.01, 0.06, 0.06])


def test_the_day_of_a_listing_moves_the_basket_by_nothing():
    with_it = returned({"A": [0.01, 0.02] * 4, "B": [NAN] * 6 + [0.9, -0.9]})
    without = returned({"A": [0.01, 0.02] * 4})
    pd.testing.assert_series_equal(with_it, without)


def test_a_company_without_a_return_that_day_is_left_out_of_the_mean():
    basket = returned({"A": [0.01] * 6, "B": [0.03] * 4 + [NAN, 0.03]})
    np.testing.assert_allclose(basket[3:], [0.02, 0.01, 0.02])


def test_a_company_with_gaps_leaves_while_its_window_is_thin():
    # B lacks days 3 and 4; windows of two returns: day 5 has days 1-3 (two), 6 has 2-4 (one), 7 has 3-5 (one),
    # 8 has 4-6 (two).
    basket = returned({"A": [0.01] * 9, "B": [0.03] * 3 + [NAN] * 2 + [0.03] * 4})
    np.testing.assert_allclose(basket[3:], [0.01, 0.01, 0.02, 0.01, 0.01, 0.02])


def test_without_any_company_there_is_no_return():
    assert returned({"A": [NAN] * 6}).isna().all()
    assert returned({"A": [0.01] * 3}).isna().all()


@pytest.mark.parametrize("listed", [0, 5, 40])
def test_by_default_a_company_enters_after_120_returns_and_the_gap(listed):
    # The window ends eleven sessions before the day: 120 returns from `listed` on, then the ten of the gap.
    basket = basket_returns(pd.DataFrame({"A": [NAN] * listed + [0.01] * 200}))
    assert basket.first_valid_index() == listed + 120 + 10
    assert basket[listed + 130 :].notna().all()


def test_the_basket_keeps_the_sessions_it_was_given():
    index = pd.date_range("2025-01-27", periods=6)
    assert basket_returns(pd.DataFrame({"A": [0.01] * 6}, index), **SHORT).index.equals(index)


def test_the_event_basket_is_the_mean_of_its_companies(market):
    from aftershock.companies import AI_CHIPS, baskets
    from aftershock.measures.returns import simple_returns

    history, _ = market
    returns = simple_returns(history.total_return_close)[list(baskets()[AI_CHIPS].symbols)]
    # All 17 had traded for half a year by then, so all of them count.
    day = pd.Timestamp("2025-01-27")
    assert basket_returns(returns)[day] == pytest.approx(returns.loc[day].mean())
    # Arm was listed in September 2023: on the 15th it has a return, but moves nothing.
    day = pd.Timestamp("2023-09-15")
    assert np.isfinite(returns.at[day, "ARM"])
    assert basket_returns(returns)[day] == pytest.approx(returns.drop(columns="ARM").loc[day].mean())


# Bars


def bars(rows, start="2025-01-27"):
    index = pd.bdate_range(start, periods=len(rows))
    return pd.DataFrame(rows, index, ["open", "high", "low", "close", "volume"], dtype=float)


FIVE = bars(
    [
        (100, 104, 99, 101, 10),
        (101, 110, 100, 108, 20),
        (108, 109, 90, 95, 30),
        (95, 97, 94, 96, 40),
        (96, 99, 80, 85, 50),
    ]
)


def test_a_joined_bar_is_first_highest_lowest_last_and_sum():
    made = joined(FIVE, 5)
    assert made.index.tolist() == [FIVE.index[0]]
    assert made.iloc[0].to_dict() == {"open": 100, "high": 110, "low": 80, "close": 85, "volume": 150}


def test_bars_are_counted_from_the_first_and_the_last_may_be_short():
    made = joined(FIVE, 2)
    assert made.index.tolist() == FIVE.index[[0, 2, 4]].tolist()
    assert made["open"].tolist() == [100, 108, 96]
    assert made["high"].tolist() == [110, 109, 99]
    assert made["low"].tolist() == [99, 90, 80]
    assert made["close"].tolist() == [108, 96, 85]
    assert made["volume"].tolist() == [30, 70, 50]


def test_bars_of_one_session_stay_as_they_are():
    pd.testing.assert_frame_equal(joined(FIVE, 1), FIVE)


def test_a_bar_longer_than_the_data_holds_them_all():
    assert joined(FIVE, 21).equals(joined(FIVE, 5))


def test_a_missing_session_is_passed_over():
    gap = FIVE.copy()
    gap.iloc[0], gap.iloc[4] = NAN, NAN
    made = joined(gap, 5).iloc[0]
    assert made.to_dict() == {"open": 101, "high": 110, "low": 90, "close": 96, "volume": 90}
    assert joined(gap, 5).index[0] == FIVE.index[0]


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=60), st.integers(1, 25))
def test_joining_loses_no_extreme_and_no_share(values, per):
    daily = bars([(v, v * 1.1, v * 0.9, v, v) for v in values])
    made = joined(daily, per)
    assert len(made) == -(-len(values) // per)
    assert made["high"].max() == daily["high"].max()
    assert made["low"].min() == daily["low"].min()
    assert made["open"].iloc[0] == daily["open"].iloc[0]
    assert made["close"].iloc[-1] == daily["close"].iloc[-1]
    assert made["volume"].sum() == pytest.approx(daily["volume"].sum())
    assert made.index.isin(daily.index).all()
