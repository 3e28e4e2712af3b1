"""Returns that still carry a split, and real ones that only look as if they did."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.returns import simple_returns
from aftershock.measures.unadjusted import unadjusted_splits

NAN = np.nan
DAYS = pd.bdate_range("2024-06-03", periods=60)
ALL = [range(60)]
WHEN = 20  # the row that gets the large return; Mon 1 Jul 2024


def returns(*, usual=0.01, **large):
    """Companies that rise and fall by `usual` in turn, but for one return each."""
    frame = pd.DataFrame({name: np.where(np.arange(60) % 2, -usual, usual) for name in large}, DAYS)
    for name, value in large.items():
        frame.iloc[WHEN, frame.columns.get_loc(name)] = value
    return frame


def splits(*rows):
    return pd.DataFrame(rows, columns=["symbol", "date", "ratio"])


def known(ratio, symbol="X", date=DAYS[WHEN]):
    return splits((symbol, date, ratio))


# By size, when no splits are known. Of returns of 1 % the robust standard deviation is 1.4826 %: what is left of a
# split may be up to 4.45 %, and a return below 14.8 % is none.


@pytest.mark.parametrize(
    ("value", "split"),
    [
        (-0.5, "2-for-1"),
        (-0.52, "2-for-1"),  # 0.96 of what it was, once doubled
        (-0.478, "2-for-1"),
        (-2 / 3, "3-for-1"),
        (-0.75, "4-for-1"),
        (-0.9, "10-for-1"),
        (-0.8985, "10-for-1"),
        (-0.95, "20-for-1"),
        (-0.98, "50-for-1"),
        (1.0, "1-for-2"),
        (1.04, "1-for-2"),
        (9.0, "1-for-10"),
        (9.3, "1-for-10"),
        (99.0, "1-for-100"),
    ],
)
def test_a_return_that_is_usual_but_for_a_split_carries_it(value, split):
    found = unadjusted_splits(returns(X=value), ALL)
    assert set(found) == {"X"}
    assert f" {split} split" in found["X"]
    assert "1 Jul 2024" in found["X"]


@pytest.mark.parametrize(
    "value",
    [
        -0.477,  # 1.046 times what it was, once doubled: 4.6 % is not usual here
        -0.45,
        -0.54,
        -0.55,
        -0.62,  # between 2-for-1 and 3-for-1
        0.85,
        1.2,
        1.6,
        -0.39,  # no split does so little
        0.79,
        0.0,
        0.01,
        NAN,
        -1.0,  # worthless: no split does that
        -0.995,  # beyond 100-for-1
    ],
)
def test_a_return_that_no_split_explains_is_taken_for_real(value):
    assert unadjusted_splits(returns(X=value), ALL) == {}


def test_what_is_usual_is_each_companys_own():
    # With 6 % a day a fall by half lies less than ten robust standard deviations (of 8.9 %) out; one by nine tenths
    # lies further.
    assert unadjusted_splits(returns(usual=0.06, X=-0.5), ALL) == {}
    assert set(unadjusted_splits(returns(usual=0.06, X=-0.9), ALL)) == {"X"}
    both = returns(X=-0.48, Y=0.01)
    both["Z"] = returns(usual=0.001, Z=-0.48)["Z"]  # 4 % are not usual where 0.1 % are
    assert set(unadjusted_splits(both, ALL)) == {"X"}


def test_a_stock_that_moves_on_no_other_day_may_still_be_split():
    assert set(unadjusted_splits(returns(usual=0.0, X=-0.5), ALL)) == {"X"}


def test_only_the_rows_that_are_used_are_looked_at():
    frame = returns(X=-0.5, Y=1.0, Z=0.01)
    assert unadjusted_splits(frame, [range(WHEN), range(WHEN + 1, 60)]) == {}
    assert set(unadjusted_splits(frame, [range(5), range(WHEN, WHEN + 1)])) == {"X", "Y"}
    # The date is that of the return, wherever its stretch begins.
    found = unadjusted_splits(frame, [range(3, 9), range(12, 12), range(WHEN - 4, 40)])
    assert "1 Jul 2024" in found["X"]
    assert "1 Jul 2024" in found["Y"]


def test_missing_returns_around_it_hide_no_split():
    frame = returns(X=-0.5, Y=-0.5)
    frame.iloc[::3, 0] = NAN
    frame["Y"] = NAN
    assert frame.iloc[WHEN, 0] == -0.5
    assert set(unadjusted_splits(frame, ALL)) == {"X"}


# By date, when the splits are known


@pytest.mark.parametrize(
    ("value", "ratio", "carried"),
    [
        # Half of log 2 is at 1 / sqrt(2) - 1 = -29.29 %.
        (-0.29, 2, False),
        (-0.2928, 2, False),
        (-0.2930, 2, True),
        (-0.5, 2, True),
        (-0.6, 2, True),
        (0.5, 2, False),  # a rise carries no 2-for-1
        # 1 / sqrt(10) - 1 = -68.38 %
        (-0.683, 10, False),
        (-0.684, 10, True),
        (-0.17, 10, False),
        (-0.9, 10, True),
        # Reverse: sqrt(10) - 1 = +216.2 %
        (2.16, 0.1, False),
        (2.17, 0.1, True),
        (9.0, 0.1, True),
        (-0.9, 0.1, False),  # the price would have to rise
        # sqrt(1.5) - 1 = +22.5 %
        (0.22, 1 / 1.5, False),
        (0.23, 1 / 1.5, True),
        # Nearer to 1 than 5-for-4 it could be an ordinary day.
        (-1 / 6, 1.2, False),
        (-0.0145, 1.0027455, False),
        (0.25, 1 / 1.2, False),
        (-0.2, 1.25, True),
        (NAN, 2, False),
        (-1.0, 2, False),
        (0.0, 2, False),
    ],
)
def test_on_the_date_of_a_split_the_nearer_of_the_two_is_true(value, ratio, carried):
    found = unadjusted_splits(returns(X=value), ALL, known(ratio))
    assert set(found) == ({"X"} if carried else set())


def test_the_reason_names_the_return_the_date_and_the_split():
    found = unadjusted_splits(returns(X=-0.9, Y=9.0), ALL, splits(("X", DAYS[WHEN], 10.0), ("Y", DAYS[WHEN], 0.1)))
    for part in ("−90.00%", "Mon 1 Jul 2024", "10-for-1 split"):
        assert part in found["X"]
    for part in ("+900.00%", "Mon 1 Jul 2024", "1-for-10 split"):
        assert part in found["Y"]


def test_with_the_splits_known_no_other_date_is_suspected():
    # It halved, and nobody split it on that day.
    for table in (splits(), known(2, "Y"), known(2, date=DAYS[WHEN + 1]), known(2, date=DAYS[WHEN - 1])):
        assert unadjusted_splits(returns(X=-0.5), ALL, table) == {}


def test_splits_of_others_and_of_other_times_are_passed_over():
    table = splits(
        ("GONE", DAYS[WHEN], 2.0),
        ("X", pd.Timestamp("1999-01-04"), 2.0),
        ("X", pd.Timestamp("2030-01-04"), 2.0),
        ("X", DAYS[WHEN], 2.0),
        ("Y", DAYS[3], 4.0),
    )
    assert set(unadjusted_splits(returns(X=-0.5, Y=-0.5), ALL, table)) == {"X"}


def test_of_known_splits_too_only_the_rows_that_are_used_count():
    frame = returns(X=-0.5)
    assert unadjusted_splits(frame, [range(WHEN), range(WHEN + 1, 60)], known(2)) == {}
    assert set(unadjusted_splits(frame, [range(5), range(WHEN, WHEN + 1)], known(2))) == {"X"}


# Nothing to look at


@pytest.mark.parametrize("table", [None, splits(), known(2)])
def test_nothing_to_look_at_is_no_error(table):
    frame = returns(X=-0.5)
    assert unadjusted_splits(frame, [], table) == {}
    assert unadjusted_splits(frame, [range(0), range(7, 7)], table) == {}
    assert unadjusted_splits(frame.iloc[:0], [range(0)], table) == {}
    assert unadjusted_splits(frame * NAN, ALL, table) == {}
    assert unadjusted_splits(frame[[]], ALL, table) == {}


# Both rules on the same prices


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([*range(2, 21), 25, 30, 40, 50, 100]),
    st.booleans(),
    st.floats(0.003, 0.03),
)
def test_prices_from_before_a_split_are_found_by_either_rule(seed, ratio, reverse, noise):
    rng = np.random.default_rng(seed)
    real = pd.DataFrame(rng.normal(0, noise, (60, 3)).clip(-2 * noise, 2 * noise), DAYS, list("ABC"))
    real.iloc[WHEN] = rng.uniform(-noise, noise, 3)
    ratio = 1 / ratio if reverse else ratio
    table = splits(("B", DAYS[WHEN], ratio))
    assert unadjusted_splits(real, ALL) == unadjusted_splits(real, ALL, table) == {}
    prices = (1 + real).cumprod()
    prices.iloc[:WHEN, 1] *= ratio  # as they were before they were adjusted
    carried = simple_returns(prices)
    assert set(unadjusted_splits(carried, ALL)) == {"B"}
    assert set(unadjusted_splits(carried, ALL, table)) == {"B"}


@pytest.mark.parametrize(
    ("symbol", "day", "move"),
    [("AAPL", "2000-09-29", -51.9), ("CRDO", "2023-02-15", -46.8), ("^VIX", "2018-02-05", 115.6)],
)
def test_a_real_move_by_half_or_double_is_told_from_a_split_where_the_splits_are_known(market, symbol, day, move):
    history, _ = market
    day = history.position(pd.Timestamp(day))
    moves = simple_returns(history.total_return_close)[[symbol]]
    assert round(float(moves.iloc[day, 0]) * 100, 1) == move
    rows = [range(day - 100, day + 1)]
    assert unadjusted_splits(moves, rows, history.splits) == {}
    # By its size alone each of them is as good as one of 2-for-1, which is why the splits are asked for.
    assert set(unadjusted_splits(moves, rows)) == {symbol}


def test_no_bundled_price_carries_one_of_its_splits(market):
    # The prices are adjusted for all of them, the smallest included: 1.0027455-for-1, of GOOG on 27 Apr 2015, when it
    # fell by 1.5 %.
    history, _ = market
    for prices in (history.close, history.total_return_close):
        assert unadjusted_splits(simple_returns(prices), [range(len(prices))], history.splits) == {}


def test_every_bundled_split_of_two_or_more_is_found_where_it_is_not_adjusted_for(market):
    history, _ = market
    for symbol, day, ratio in history.splits[["symbol", "date", "ratio"]].itertuples(index=False):
        if ratio < 1.9 or history.close[symbol].loc[:day].count() < 30:
            continue
        prices = history.close[[symbol]].copy()
        prices.loc[prices.index < day] *= ratio
        row = history.position(day)
        rows = [range(max(0, row - 250), row + 10)]
        assert set(unadjusted_splits(simple_returns(prices), rows, history.splits)) == {symbol}
