"""Returns and the moves of one session, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.returns import (
    day_moves,
    joined,
    mean_path,
    rebased,
    simple_returns,
    thinned,
    without_members,
)

NAN = np.nan


def test_a_return_is_the_change_from_the_session_before():
    returns = simple_returns(pd.DataFrame({"NVDA": [142.62, 118.42], "X": [2.0, 4.4]}))
    assert returns.iloc[0].isna().all()
    assert returns.at[1, "NVDA"] == pytest.approx(-0.169682, abs=5e-7)
    assert returns.at[1, "X"] == pytest.approx(1.2)


def test_a_missing_close_leaves_two_returns_missing_and_is_not_bridged():
    returns = simple_returns(pd.DataFrame({"X": [100, 110, NAN, 121, 133.1]}))["X"]
    np.testing.assert_allclose(returns, [NAN, 0.10, NAN, NAN, 0.10])


def test_the_moves_of_a_session_are_against_the_close_before(history_of):
    history = history_of(
        {"X": [100.0, 83.0], "Y": [50.0, 50.0]},
        open={"X": [99.0, 88.0]},
        high={"X": [101.0, 90.0]},
        low={"X": [98.0, 81.0]},
        volume={"X": [5e6, 9e6]},
    )
    row = day_moves(history, 1).loc["X"]
    expected = {
        "before": 100.0,
        "open": 88.0,
        "high": 90.0,
        "low": 81.0,
        "close": 83.0,
        "volume": 9e6,
        "day": -0.17,
        "gap": -0.12,
        "after_open": 83 / 88 - 1,
        "worst": -0.19,
        "best": -0.10,
    }
    assert row.to_dict() == pytest.approx(expected)
    assert day_moves(history, 1).loc["Y", ["day", "gap", "after_open", "worst", "best"]].eq(0).all()


def test_a_move_without_one_of_its_prices_is_missing(history_of):
    history = history_of({"OPEN": [100, 90], "NEW": [NAN, 90], "GONE": [100, NAN]}, open={"OPEN": [100, NAN]})
    moves = day_moves(history, 1)
    assert moves.loc["OPEN", "day"] == pytest.approx(-0.10)
    assert moves.loc["OPEN", ["gap", "after_open"]].isna().all()
    assert moves.loc["NEW", ["before", "day", "gap", "worst", "best"]].isna().all()
    assert moves.loc["GONE", ["close", "day", "gap", "after_open"]].isna().all()


@pytest.mark.parametrize("position", [0, -1])
def test_the_first_session_has_no_moves_and_positions_do_not_wrap_around(history_of, position):
    with pytest.raises(IndexError, match="no session before"):
        day_moves(history_of({"X": [100, 90, 80]}), position)


def test_the_four_falls_of_the_event(market):
    # opening gap -12.5 %, intraday low -18.2 %, close -17.0 % for NVIDIA;
    # Nasdaq Composite -3.6 %, -3.8 %, -3.07 %.
    history, _ = market
    moves = day_moves(history, history.position(pd.Timestamp("2025-01-27")))
    nvda, nasdaq = moves.loc["NVDA"], moves.loc["^IXIC"]
    assert [round(nvda[c] * 100, 1) for c in ("gap", "worst", "day")] == [-12.5, -18.2, -17.0]
    assert [round(nasdaq[c] * 100, 1) for c in ("gap", "worst")] == [-3.6, -3.8]
    assert round(nasdaq["day"] * 100, 2) == -3.07


def test_rebasing_makes_the_base_session_100_and_starts_no_line_elsewhere():
    # the base is the last session on or before Saturday 25 January; NEWCO starts on Tuesday.
    index = pd.to_datetime(["2025-01-24", "2025-01-27", "2025-01-28", "2025-01-29"])
    close = pd.DataFrame({"NVDA": [142.62, 118.42, 128.99, 123.70], "NEWCO": [NAN, NAN, 44, 46.2]}, index=index)
    path = rebased(close, 0, 0, 2)
    assert path.index.equals(index[:3])
    np.testing.assert_allclose(path["NVDA"].round(2), [100.00, 83.03, 90.44])
    assert path["NEWCO"].isna().all()


def test_a_window_need_not_start_at_its_base():
    path = rebased(pd.DataFrame({"X": [50.0, 100.0, 80.0, 120.0]}), 1, 2, 3)
    assert path["X"].tolist() == [80.0, 120.0]


@given(st.lists(st.one_of(st.just(NAN), st.floats(1, 1e6)), max_size=300), st.integers(4, 80))
def test_thinning_keeps_ends_and_extremes_in_few_points(values, most):
    values = np.array(values, dtype=float)
    kept = thinned(values, most)
    assert (np.diff(kept) > 0).all()
    assert len(kept) <= most + 2
    if len(values):
        assert kept[0] == 0
        assert kept[-1] == len(values) - 1
    if np.isfinite(values).any():
        assert np.nanmin(values[kept]) == np.nanmin(values)
        assert np.nanmax(values[kept]) == np.nanmax(values)


def test_a_short_line_keeps_every_point():
    assert thinned(np.array([3.0, 1.0, NAN, 2.0]), 4).tolist() == [0, 1, 2, 3]
    assert len(thinned(np.arange(5.0), 4)) < 5


def test_the_market_without_a_member_is_the_rest_of_it():
    # A market of three: X 50, Y 30, Z 20 at the close before. X rises 10 %, Y falls 20 %, Z rises 5 %:
    # 50 x .10 - 30 x .20 + 20 x .05 = 0 on 100. Without X: (-6 + 1) / 50; without X and Y: 1 / 20.
    returns = pd.DataFrame({"X": [0.10], "Y": [-0.20]})
    market = pd.Series([0.0])
    assert without_members(market, returns[["X"]], pd.Series({"X": 0.5}))[0] == pytest.approx(-0.10)
    assert without_members(market, returns, pd.Series({"X": 0.5, "Y": 0.3}))[0] == pytest.approx(0.05)


def test_weights_may_change_from_session_to_session():
    # The value-weighted market of two, each session at the values of the close before.
    closes = pd.DataFrame({"X": [10.0, 12.0, 9.0, 11.0], "Y": [30.0, 30.0, 33.0, 30.0]})
    total = closes.sum(axis=1)
    weights = closes.div(total, axis=0).shift(1)
    rest = without_members(simple_returns(total.to_frame("m"))["m"], simple_returns(closes)[["X"]], weights[["X"]])
    assert rest[1:].tolist() == pytest.approx([0.0, 0.1, 30 / 33 - 1])
    assert np.isnan(rest[0])


def test_a_member_without_a_return_leaves_no_market_without_it():
    returns = pd.DataFrame({"X": [0.1, NAN, 0.1], "STRANGER": [NAN, NAN, NAN]})
    rest = without_members(pd.Series([0.02, 0.02, NAN]), returns, pd.Series({"X": 0.1}))
    assert rest[0] == pytest.approx((0.02 - 0.01) / 0.9)
    assert rest[1:].isna().all()


def test_members_that_are_the_whole_market_are_refused():
    returns = pd.DataFrame({"X": [0.1], "Y": [0.1]})
    with pytest.raises(ValueError, match="weigh 100% of the market"):
        without_members(pd.Series([0.1]), returns, pd.Series({"X": 0.6, "Y": 0.4}))


def test_the_mean_of_lines_waits_for_the_last_to_begin_and_bridges_a_gap():
    lines = pd.DataFrame({"X": [100.0, 110, NAN, 90], "NEW": [NAN, 100, 90, 70]})
    assert mean_path(lines).tolist()[1:] == [105, 100, 80]
    assert np.isnan(mean_path(lines)[0])


# Bars of several sessions, joined from daily ones


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
