"""What looks wrong in prices: made-up bars by hand, the bundled ones, and bars made by hypothesis."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources import snapshot
from aftershock.sources.suspects import Checked, check

NAN = float("nan")


def bars(closes: list[float], first: str = "2025-01-21", **fields: list[float]) -> pd.DataFrame:
    """A bar a session: a close, with open, high and low one per cent around it, unless given."""
    index = sessions_between(first, "2026-12-31")[: len(closes)].rename("session")
    close = pd.Series(closes, index=index, dtype=float)
    made = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "adj_close": close * 0.9}
    made["volume"] = pd.Series(np.arange(1, len(closes) + 1) * 1e6, index=index)
    return pd.DataFrame({**made, **{name: pd.Series(v, index=index, dtype=float) for name, v in fields.items()}})


def splits(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"date": pd.DatetimeIndex([day for day, _ in rows]).as_unit("s"), "ratio": [float(ratio) for _, ratio in rows]}
    )


def found(checked: Checked) -> list[tuple[str, str, float]]:
    return [(f"{row.session:%m-%d}", row.field, row.value) for row in checked.suspect.itertuples()]


def sessions(checked: Checked) -> list[str]:
    return [f"{day:%m-%d}" for day in checked.suspect.session.unique()]


def test_good_bars_stay_as_they_are() -> None:
    given_bars = bars([612.0, 610.0, 585.0, 587.0])
    checked = check("X", given_bars, splits())
    pd.testing.assert_frame_equal(checked.daily, given_bars)
    assert (len(checked.suspect), checked.notes) == (0, ())


def test_no_bars_are_no_trouble() -> None:
    assert len(check("X", bars([]), splits()).suspect) == 0
    assert len(check("X", bars([100.0]), splits(("2025-01-21", 10))).suspect) == 0


def test_all_bundled_prices_are_unsuspected() -> None:
    # With the largest real moves there are: VIX in February 2018, Apple in September 2000, SOXX in May 2010.
    prices, record = snapshot.read_prices(), snapshot.read_splits()
    for symbol, own in prices.groupby("symbol", observed=True):
        known = record[record.symbol == symbol][["date", "ratio"]]
        checked = check(str(symbol), own.set_index("date")[list(FIELDS)], known)
        assert (symbol, found(checked), checked.notes) == (symbol, [], ())


@pytest.mark.parametrize("value", [0.0, -5.85, float("inf")])
@pytest.mark.parametrize("field", ["open", "high", "low", "close", "adj_close"])
def test_a_price_that_none_can_be_is_flagged(field: str, value: float) -> None:
    made = bars([612.0, 610.0, 585.0])
    made.loc["2025-01-22", field] = value
    checked = check("X", made, splits())
    assert ("01-22", field, value) in found(checked)
    assert np.isnan(checked.daily.loc["2025-01-22", field])
    assert sessions(checked) == ["01-22"]
    assert checked.daily.loc[["2025-01-21", "2025-01-23"]].notna().all(axis=None)


def test_a_close_of_zero_takes_its_adjusted_close_along() -> None:
    checked = check("X", bars([612.0, 0.0, 585.0], adj_close=[600.0, 598.0, 580.0]), splits())
    assert checked.daily.adj_close.isna().tolist() == [False, True, False]


def test_a_negative_volume_is_flagged_and_none_is_not() -> None:
    checked = check("X", bars([612.0, 610.0, 585.0], volume=[1e6, -1.0, 0.0]), splits())
    assert found(checked) == [("01-22", "volume", -1.0)]


def test_a_high_below_the_low_flags_both() -> None:
    made = bars([612.0, 610.0], high=[615.0, 600.0], low=[600.0, 615.0])
    checked = check("X", made, splits())
    assert found(checked) == [("01-22", "high", 600.0), ("01-22", "low", 615.0)]
    assert checked.suspect.why.iloc[0] == "The high of X on 22 Jan 2025 lies below the low."
    assert checked.daily.close.tolist() == [612.0, 610.0]
    assert checked.notes == ("2 values of X on 1 session look wrong and are left out.",)


def test_a_close_outside_its_day_is_flagged() -> None:
    made = bars([612.0, 620.0], open=[612.0, 610.0], high=[615.0, 615.0], low=[600.0, 600.0])
    checked = check("X", made, splits())
    assert [row[:2] for row in found(checked)] == [("01-22", "close"), ("01-22", "adj_close")]
    assert "lies outside the day's low and high (600 to 615)" in checked.suspect.why.iloc[0]


def test_a_range_outside_open_and_close_is_the_odd_one() -> None:
    made = bars([612.0, 610.0], high=[615.0, 500.0], low=[600.0, 490.0])
    assert [row[:2] for row in found(check("X", made, splits()))] == [("01-22", "high"), ("01-22", "low")]


def test_a_rounding_error_is_no_fault() -> None:
    made = bars([612.0, 610.0], high=[612.0 * (1 - 1e-7), 615.0], low=[600.0, 610.0 * (1 + 1e-7)])
    assert found(check("X", made, splits())) == []


@pytest.mark.parametrize(("field", "value"), [("high", 61_000.0), ("low", 6.1)])
def test_an_extreme_far_from_its_bar_is_flagged(field: str, value: float) -> None:
    made = bars([612.0, 610.0, 611.0])
    made.loc["2025-01-22", field] = value
    assert found(check("X", made, splits())) == [("01-22", field, value)]


def test_a_bar_that_repeats_the_one_before_was_not_delivered_anew() -> None:
    made = bars([612.0, 610.0, 610.0], volume=[1e6, 818_830_900.0, 818_830_900.0])
    checked = check("X", made, splits())
    assert sessions(checked) == ["01-23"]
    assert "repeats the session before, volume included" in checked.suspect.why.iloc[0]


def test_a_stock_that_nobody_traded_may_repeat_its_price() -> None:
    assert found(check("X", bars([612.0, 610.0, 610.0], volume=[1e6, 0.0, 0.0]), splits())) == []


# Units


def test_a_unit_that_flips_to_the_end_is_flagged_with_date_and_ratio() -> None:
    # 5.85 / 610 = 0.00959
    checked = check("X", bars([612.0, 610.0, 5.85, 5.87], "2025-01-22"), splits())
    assert checked.daily.close.isna().tolist() == [False, False, True, True]
    assert set(checked.suspect.why) == {
        "The close of X steps by the ratio 0.00959 on 24 Jan 2025, about a hundredfold, so the unit seems to have "
        "changed (pence and pounds?)."
    }
    assert sorted(set(checked.suspect.field)) == sorted(["open", "high", "low", "close", "adj_close"])


def test_a_unit_that_flips_and_flips_back_is_flagged_between() -> None:
    checked = check("X", bars([612.0, 610.0, 6.05, 6.07, 6.1, 605.0, 611.0, 613.0]), splits())
    assert checked.daily.close.isna().tolist() == [False, False, True, True, True, False, False, False]


def test_a_few_sessions_in_another_unit_at_the_start_are_the_odd_ones() -> None:
    checked = check("X", bars([6.12, 6.1, 585.0, 587.0, 590.0]), splits())
    assert checked.daily.close.isna().tolist() == [True, True, False, False, False]
    # 585 / 6.1 = 95.9
    assert "steps by the ratio 95.9 on 23 Jan 2025, about a hundredfold" in checked.suspect.why.iloc[0]


@pytest.mark.parametrize("factor", [100, 0.01, 10, 2, 0.5])
def test_a_single_stray_bar_is_flagged(factor: float) -> None:
    checked = check("X", bars([612.0, 610.0, 611.0 * factor, 609.0, 615.0]), splits())
    assert sessions(checked) == ["01-23"]
    assert checked.daily.close.dropna().tolist() == [612.0, 610.0, 609.0, 615.0]


def test_a_stray_bar_beside_a_missing_one_is_found() -> None:
    checked = check("X", bars([612.0, NAN, 61_100.0, NAN, 615.0]), splits())
    assert checked.daily.close.dropna().tolist() == [612.0, 615.0]


def test_a_crash_and_a_rally_are_no_faults() -> None:
    # GameStop around 27 January 2021 before its split, closes as traded.
    made = bars([76.79, 147.98, 347.51, 193.6, 325.0, 225.0, 90.0], "2021-01-25")
    assert found(check("GME", made, splits())) == []


def test_an_adjusted_close_on_another_basis_is_flagged_alone() -> None:
    made = bars([612.0, 610.0, 585.0, 587.0], adj_close=[6.1, 609.0, 584.0, 586.0])
    checked = check("X", made, splits())
    assert found(checked) == [("01-21", "adj_close", 6.1)]
    assert "against the close: the adjustment changed its basis" in checked.suspect.why.iloc[0]


# Splits

NVIDIA = [1210.0, 1208.9, 121.8, 120.9]  # 6, 7, 10 and 11 June 2024; 10 for 1 on the 10th


def test_a_split_on_record_is_applied_to_older_prices_once() -> None:
    made = bars(NVIDIA, "2024-06-06")
    checked = check("NVDA", made, splits(("2024-06-10", 10)))
    np.testing.assert_allclose(checked.daily.close, [121.0, 120.89, 121.8, 120.9])
    np.testing.assert_allclose(checked.daily.adj_close, [108.9, 108.801, 109.62, 108.81])
    assert checked.daily.volume.isna().tolist() == [True, True, False, False]
    assert len(checked.suspect) == 0
    (note,) = checked.notes
    assert note.startswith("The prices of NVDA before 10 Jun 2024 came without the split of 10 Jun 2024 (ratio 10)")
    again = check("NVDA", checked.daily, splits(("2024-06-10", 10)))
    pd.testing.assert_frame_equal(again.daily, checked.daily)
    assert again.notes == ()


def test_a_split_that_was_applied_is_not_applied_again() -> None:
    made = bars([121.0, 120.89, 121.8, 120.9], "2024-06-06")
    pd.testing.assert_frame_equal(check("NVDA", made, splits(("2024-06-10", 10))).daily, made)


def test_adjusted_closes_that_had_the_split_keep_it() -> None:
    made = bars(NVIDIA, "2024-06-06", adj_close=[120.9, 120.8, 121.7, 120.8])
    checked = check("NVDA", made, splits(("2024-06-10", 10)))
    assert checked.daily.adj_close.tolist() == [120.9, 120.8, 121.7, 120.8]


def test_a_step_without_a_split_on_record_is_a_suspicion() -> None:
    # 121.8 / 1208.9 = 0.1008
    checked = check("NVDA", bars(NVIDIA, "2024-06-06"), splits())
    assert checked.daily.close.isna().tolist() == [False, False, True, True]
    assert (
        "ratio 0.1008 on 10 Jun 2024, with no split on record that explains it: possibly a split"
        in (checked.suspect.why.iloc[0])
    )


def test_a_split_missing_in_a_part_of_the_older_prices_is_applied_there() -> None:
    made = bars([121.5, 122.0, 1210.0, 1208.9, 121.8, 120.9], "2024-06-04")
    checked = check("NVDA", made, splits(("2024-06-10", 10)))
    np.testing.assert_allclose(checked.daily.close, [121.5, 122.0, 121.0, 120.89, 121.8, 120.9])
    assert "before 10 Jun 2024 from 6 Jun 2024 on came without" in checked.notes[0]


def test_prices_adjusted_only_lately_are_adjusted_before() -> None:
    # The step lies a session before the split.
    made = bars([1215.0, 1210.0, 120.89, 121.8, 120.9], "2024-06-05")
    checked = check("NVDA", made, splits(("2024-06-10", 10)))
    np.testing.assert_allclose(checked.daily.close, [121.5, 121.0, 120.89, 121.8, 120.9])


@pytest.mark.parametrize(
    ("closes", "ratio", "expected"),
    [
        ([200.0, 202.0, 101.5, 100.0], 2, [100.0, 101.0, 101.5, 100.0]),
        ([150.0, 151.5, 102.0, 100.0], 1.5, [100.0, 101.0, 102.0, 100.0]),
        ([10.0, 10.1, 102.0, 100.0], 0.1, [100.0, 101.0, 102.0, 100.0]),  # a reverse split
    ],
)
def test_other_ratios(closes: list[float], ratio: float, expected: list[float]) -> None:
    checked = check("X", bars(closes, "2024-06-06"), splits(("2024-06-10", ratio)))
    np.testing.assert_allclose(checked.daily.close, expected)


def test_two_splits_neither_of_which_was_applied() -> None:
    made = bars([4000.0, 1000.0, 1010.0, 101.0, 102.0], "2024-06-05")
    checked = check("X", made, splits(("2024-06-06", 4), ("2024-06-10", 10)))
    np.testing.assert_allclose(checked.daily.close, [100.0, 100.0, 101.0, 101.0, 102.0])
    assert len(checked.notes) == 2


def test_a_fall_on_the_day_of_a_split_stays_a_fall() -> None:
    made = bars([100.0, 101.0, 80.0, 81.0], "2024-06-06")
    pd.testing.assert_frame_equal(check("X", made, splits(("2024-06-10", 2))).daily, made)


# By hypothesis


@st.composite
def walks(draw: Any) -> list[float]:
    moves = draw(st.lists(st.floats(-0.18, 0.22), min_size=6, max_size=40))
    return (draw(st.floats(0.05, 5000)) * np.cumprod(1 + np.array(moves))).tolist()


@given(walks())
def test_ordinary_moves_are_never_flagged(closes: list[float]) -> None:
    assert found(check("X", bars(closes), splits())) == []


@given(walks(), st.data(), st.sampled_from([100.0, 0.01]))
def test_no_hundredfold_value_gets_through(closes: list[float], data: Any, factor: float) -> None:
    # A minority, so that it is clear which unit is the odd one.
    length = data.draw(st.integers(1, (len(closes) - 1) // 2))
    start = data.draw(st.integers(0, len(closes) - length))
    flipped = np.array(closes)
    flipped[start : start + length] *= factor
    checked = check("X", bars(flipped.tolist()), splits())
    expected = np.array(closes)
    expected[start : start + length] = np.nan
    np.testing.assert_array_equal(checked.daily.close, expected)


@given(walks(), st.data(), st.sampled_from([2.0, 4.0, 10.0, 20.0, 0.1]))
def test_a_split_that_was_left_out_is_put_in(closes: list[float], data: Any, ratio: float) -> None:
    at = data.draw(st.integers(1, len(closes) - 1))
    truth = bars(closes)
    if ratio == 2.0 and abs(np.log(closes[at] / closes[at - 1])) > np.log(1.2):
        return  # with such a move on the same day a doubling is not told from a move
    broken = truth.copy()
    broken.iloc[:at, :5] *= ratio
    checked = check("X", broken, splits((f"{truth.index[at]:%Y-%m-%d}", ratio)))
    np.testing.assert_allclose(checked.daily.close, truth.close, rtol=1e-9)


values = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.just(0.0), st.floats(1, 1000))


@given(st.lists(st.tuples(*[values] * 6), max_size=12))
def test_whatever_comes_is_either_used_or_named_and_never_impossible(rows: list[tuple[float, ...]]) -> None:
    index = sessions_between("2025-01-21", "2026-12-31")[: len(rows)]
    made = pd.DataFrame(rows, index=index, columns=list(FIELDS), dtype=float)
    with np.errstate(all="ignore"):
        checked = check("X", made, splits())
    named = set(zip(checked.suspect.session, checked.suspect.field, strict=True))
    for field in FIELDS:
        for day, before, after in zip(index, made[field], checked.daily[field], strict=True):
            assert after == before or np.isnan(before) or (day, field) in named
    prices = checked.daily[list(FIELDS[:5])]
    assert (prices.isna() | ((prices > 0) & np.isfinite(prices))).all(axis=None)
    assert not (checked.daily.high < checked.daily.low).any()
