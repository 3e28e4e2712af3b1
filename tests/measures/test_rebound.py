"""The first session back at the level before the event, and what buyers at a close got.

Values are worked out by hand, and compared with loops over plain lists that share no idea with the measures.
"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.rebound import (
    falls_at_least,
    first_at_or_above,
    forward_returns,
    lump_sum_and_instalments,
    outcomes,
)
from aftershock.measures.returns import simple_returns
from aftershock.sessions import sessions_between
from tests.measures.lines import days, line, same

NAN = np.nan
DAYS = sessions_between("2025-01-24", "2025-01-31")


def back(values, level, position=1):
    frame = pd.DataFrame({"X": values}, DAYS[: len(values)], dtype=float)
    return first_at_or_above(frame, pd.Series({"X": level}, dtype=float), position).loc["X"]


@pytest.mark.parametrize(
    ("values", "sessions"),
    [
        ([100, 83, 90, 99.99, 100, 105], 3),  # equality counts
        ([100, 83, 90, 99.99, 100.01, 105], 3),
        ([100, 101, 90, 80, 70, 60], 0),  # the session itself
        ([100, 83, 120, 80, 130, 60], 1),  # the first, though it did not last
        ([100, 83, NAN, NAN, 100, NAN], 3),  # sessions are counted along the index
    ],
)
def test_the_first_session_at_or_above_the_level(values, sessions):
    found = back(values, 100)
    assert found["sessions"] == sessions
    assert found["session"] == DAYS[1 + sessions]
    assert found["days"] == sessions  # a Monday to Friday


def test_values_are_compared_as_stored():
    # A cent below is below; the next number after 100 that a computer knows is above.
    assert np.isnan(back([100, 99.99], 100)["sessions"])
    assert np.isnan(back([100, np.nextafter(100, 0)], 100)["sessions"])
    assert back([100, np.nextafter(100, 200)], 100)["sessions"] == 0


@pytest.mark.parametrize(
    ("values", "level"),
    [([100, 83, 90, 95], 100), ([100, NAN, NAN], 100), ([100, 120, 130], NAN)],
    ids=["never reached", "no prices", "no level"],
)
def test_never_is_missing(values, level):
    found = back(values, level)
    assert pd.isna(found["session"])
    assert np.isnan(found["sessions"])
    assert np.isnan(found["days"])


def test_days_run_over_the_weekend():
    friday_to_monday = pd.DataFrame({"X": [83.0, 100.0]}, DAYS[:2])
    found = first_at_or_above(friday_to_monday, pd.Series({"X": 100.0}), 0).loc["X"]
    assert (found["sessions"], found["days"]) == (1, 3)


def test_what_lies_before_the_position_does_not_count():
    assert back([200, 300, 83, 90, 100, 105], 100, position=2)["sessions"] == 2


def test_each_column_has_its_own_level():
    frame = pd.DataFrame({"X": [10.0, 9, 10, 11], "Y": [10.0, 9, 10, 11]}, DAYS[:4])
    found = first_at_or_above(frame, pd.Series({"Y": 11.0, "X": 10.0}), 1)
    assert found["sessions"].to_dict() == {"X": 1, "Y": 2}


def test_with_no_session_left_nothing_is_reached():
    found = back([100, 83], 100, position=2)
    assert pd.isna(found["session"])
    assert np.isnan(found["sessions"])


def test_nvidia_was_back_by_one_cent_on_9_june_2025(market):
    # first close above 142.62 on 2025-06-09 at 142.63; first high above 2025-02-18
    history, _ = market
    position = history.position(pd.Timestamp("2025-01-27"))
    level = pd.Series({"NVDA": 142.62})
    close = first_at_or_above(history.close[["NVDA"]], level, position).loc["NVDA"]
    assert close["session"] == pd.Timestamp("2025-06-09")
    assert history.close.at[close["session"], "NVDA"] == 142.63
    assert close["days"] == 4 + 28 + 31 + 30 + 31 + 9  # from 27 January
    high = first_at_or_above(history.high[["NVDA"]], level, position).loc["NVDA"]
    assert high["session"] == pd.Timestamp("2025-02-18")


EVENT = pd.Timestamp("2025-01-27")


# Forward returns


def test_the_returns_after_each_close_by_hand():
    found = forward_returns(line([100, 110, 99, 198]), (1, 2))
    assert list(found.columns) == [1, 2]
    assert found[1].tolist() == pytest.approx([0.1, -0.1, 1.0, NAN], nan_ok=True)
    assert found[2].tolist() == pytest.approx([-0.01, 0.8, NAN, NAN], nan_ok=True)


def test_a_missing_close_is_no_start_and_no_end_and_nothing_is_carried_forward():
    found = forward_returns(line([100, NAN, 99, 198]), (1, 2))
    assert found[1].tolist() == pytest.approx([NAN, NAN, 1.0, NAN], nan_ok=True)
    assert found[2].tolist() == pytest.approx([-0.01, NAN, NAN, NAN], nan_ok=True)


def test_several_companies_stand_side_by_side_under_each_horizon():
    total = pd.DataFrame({"X": line([100, 110, 99]), "Y": line([50, 40, 60])}).rename_axis(columns="symbol")
    found = forward_returns(total, (1, 2))
    assert found.columns.names == ["horizon", "symbol"]
    assert list(found[2].columns) == ["X", "Y"]
    assert found[2].iloc[0].tolist() == pytest.approx([-0.01, 0.2])
    for symbol in total:
        alone = forward_returns(total[symbol], (1, 2))
        pd.testing.assert_frame_equal(found.xs(symbol, axis=1, level="symbol"), alone)


def test_a_horizon_longer_than_the_data_is_missing_throughout():
    assert forward_returns(line([100, 110]), (2, 252)).isna().all(axis=None)


@pytest.mark.parametrize("horizons", [(), (0,), (1, -5), (1.5,)])
def test_a_horizon_that_does_not_lie_ahead_is_refused(horizons):
    with pytest.raises(ValueError, match="from 1 on"):
        forward_returns(line([100, 110]), horizons)


prices = st.one_of(st.integers(1, 999).map(float), st.just(NAN))


@given(values=st.lists(prices, max_size=12), horizon=st.integers(1, 14))
def test_forward_returns_agree_with_a_walk_over_the_closes(values, horizon):
    found = forward_returns(line(values), (horizon,))[horizon].tolist()
    for k, start in enumerate(values):
        end = values[k + horizon] if k + horizon < len(values) else NAN
        assert same(found[k], end / start - 1)


def test_nvidia_after_27_january_2025(market):
    history, _ = market
    low = pd.Timestamp("2025-04-04")
    until_low = history.position(low) - history.position(EVENT)
    close = history.close["NVDA"]
    assert (close[EVENT], close[low]) == (118.42, 94.31)
    found = forward_returns(close, (1, until_low)).loc[EVENT]
    assert found.round(3).tolist() == [0.089, -0.204]
    back = first_at_or_above(history.close[["NVDA"]], pd.Series({"NVDA": 142.62}), history.position(EVENT))
    until_back = int(back.at["NVDA", "sessions"])
    assert forward_returns(close, (until_back,)).at[EVENT, until_back] == pytest.approx(142.63 / 118.42 - 1)


def test_dividends_are_part_of_a_total_return(market):
    history, _ = market
    total, close = (forward_returns(f[["AVGO"]], (252,)) for f in (history.total_return_close, history.close))
    ahead = (total - close).loc["2012":"2023"]
    assert (ahead > 0).all(axis=None)


# Falls by rule


def test_the_falls_that_overlap_are_counted_from_the_last_one_that_does_not():
    #        0      1   2      3      4   5      6      7
    moves = [-0.05, 0, -0.06, -0.05, NAN, -0.2, 0.09, -0.07]
    found = falls_at_least(line(moves), -0.05, horizon=3)
    assert found["session"].tolist() == [days(8)[k] for k in (0, 2, 3, 5, 7)]
    assert found["move"].tolist() == [-0.05, -0.06, -0.05, -0.2, -0.07]
    # The fourth lies 2 after the third, which is kept because it lies 3 after the first; the fifth 4 after it.
    assert found["overlaps"].tolist() == [False, True, False, True, False]


def test_a_fall_exactly_as_deep_counts_and_one_a_hair_less_deep_does_not():
    moves = [-0.05, np.nextafter(-0.05, 0), np.nextafter(-0.05, -1)]
    assert falls_at_least(line(moves), -0.05)["session"].tolist() == [days(3)[0], days(3)[2]]


@pytest.mark.parametrize(
    ("until", "inclusive", "number"),
    [(None, False, 4), (days(4)[2], False, 2), (days(4)[2], True, 3), ("2025-01-04", True, 3), ("2000-01-01", True, 0)],
)
def test_the_list_ends_before_the_day_or_with_it(until, inclusive, number):
    until = None if until is None else pd.Timestamp(until)
    assert len(falls_at_least(line([-0.1] * 4), -0.1, until, inclusive=inclusive)) == number


def test_without_a_fall_the_list_is_empty_but_has_its_columns():
    found = falls_at_least(line([0.1, NAN, -0.01]), -0.05)
    assert list(found.columns) == ["session", "move", "overlaps"]
    assert found.empty
    assert found["overlaps"].dtype == bool


@pytest.mark.parametrize("depth", [0, 0.05, -1, -5, NAN])
def test_a_depth_that_is_no_negative_fraction_is_refused(depth):
    with pytest.raises(ValueError, match="negative fraction"):
        falls_at_least(line([-0.1]), depth)


def test_a_horizon_of_no_session_is_refused():
    with pytest.raises(ValueError, match="horizon must be 1 or more"):
        falls_at_least(line([-0.1]), -0.05, horizon=0)


@given(
    moves=st.lists(st.sampled_from([-0.2, -0.1, 0.0, NAN]), max_size=30),
    horizon=st.integers(1, 9),
    until=st.integers(0, 29),
)
def test_falls_agree_with_a_walk_over_the_moves(moves, horizon, until):
    wanted, kept = [], None
    for k, move in enumerate(moves[:until]):
        if move <= -0.1:
            overlaps = kept is not None and k < kept + horizon
            kept = kept if overlaps else k
            wanted.append((days(30)[k], move, overlaps))
    found = falls_at_least(line(moves), -0.1, days(30)[until], horizon=horizon)
    assert list(found.itertuples(index=False, name=None)) == wanted


def test_the_falls_of_nvidia_as_deep_as_that_of_27_january_2025(market):
    # The day ranks ninth among all its falls; the last deeper one was 2020-03-16.
    history, _ = market
    moves = simple_returns(history.close[["NVDA"]])["NVDA"]
    earlier = falls_at_least(moves, moves[EVENT], EVENT)
    assert falls_at_least(moves, moves[EVENT])["session"].size == 9
    assert EVENT not in set(earlier["session"])
    assert earlier["session"].iloc[-1] == pd.Timestamp("2020-03-16")
    with_it = falls_at_least(moves, moves[EVENT], EVENT, inclusive=True)
    assert with_it["session"].tolist() == [*earlier["session"], EVENT]


# Distributions


def test_a_distribution_by_hand():
    forward = pd.DataFrame({1: line([0.0, 0.1, -0.2, 0.3, 0.4]), 5: line([0.5, NAN, -0.5, NAN, NAN])})
    found = outcomes(forward)
    assert found.loc[1].tolist() == pytest.approx([5, 0.6, 0.12, -0.2, -0.16, 0, 0.1, 0.3, 0.38, 0.4])
    assert found.loc[5].tolist() == pytest.approx([2, 0.5, 0, -0.5, -0.45, -0.25, 0, 0.25, 0.45, 0.5])
    assert list(found.columns) == "n positive mean worst p05 p25 p50 p75 p95 best".split()


def test_only_the_given_sessions_enter():
    forward = pd.DataFrame({1: line([0.0, 0.1, -0.2, 0.3, NAN])})
    found = outcomes(forward, days(5)[[1, 2, 4]]).loc[1]
    assert found[["n", "positive", "mean", "worst", "p50", "best"]].tolist() == pytest.approx(
        [2, 0.5, -0.05, -0.2, -0.05, 0.1]
    )


@pytest.mark.parametrize("sessions", [[], days(2)[[1]]], ids=["no session", "a session without a return"])
def test_a_distribution_of_nothing_is_missing_and_says_zero(sessions):
    found = outcomes(pd.DataFrame({1: line([0.0, NAN])}), sessions).loc[1]
    assert found["n"] == 0
    assert found.drop("n").isna().all()


def test_a_session_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        outcomes(pd.DataFrame({1: line([0.0])}), [pd.Timestamp("1999-01-01")])


def test_the_distributions_of_several_companies_are_those_of_each(market):
    history, _ = market
    total = history.total_return_close[["NVDA", "AMD"]].loc["2020":]
    both = outcomes(forward_returns(total))
    assert both.loc[(21, "AMD")].tolist() == outcomes(forward_returns(total["AMD"])).loc[21].tolist()


@given(st.lists(st.one_of(st.integers(-90, 300).map(lambda k: k / 100), st.just(NAN)), max_size=15))
def test_distributions_agree_with_plain_numpy(values):
    found = outcomes(pd.DataFrame({1: line(values)})).loc[1]
    known = [v for v in values if not math.isnan(v)]
    assert found["n"] == len(known)
    if known:
        quantiles = [np.quantile(known, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
        share = sum(v > 0 for v in known) / len(known)
        wanted = [share, sum(known) / len(known), min(known), *quantiles, max(known)]
        assert found.drop("n").tolist() == pytest.approx(wanted)


# All at once or in instalments


def bought(total, **options):
    options = {"instalments": 3, "every": 2, "horizon": 5} | options
    return lump_sum_and_instalments(total, days(8)[1], **options)


def test_a_lump_sum_and_instalments_by_hand():
    # Bought at 100, 50 and 200, valued at 100: once 1, and a third each of 1, 2 and 0.5.
    worth, sessions, end = bought(pd.DataFrame({"X": line([1, 100, 7, 50, 8, 200, 100, 9])}))
    assert worth.loc["X"].tolist() == pytest.approx([1, 3.5 / 3])
    assert sessions.tolist() == [days(8)[k] for k in (1, 3, 5)]
    assert end == days(8)[6]


def test_what_lacks_a_close_is_missing_and_the_rest_is_not():
    closes = {"end": [6], "first": [1], "later": [3], "between": [2, 4, 0, 7]}
    total = pd.DataFrame({name: line([1, 100, 7, 50, 8, 200, 110, 9]) for name in closes})
    for name, rows in closes.items():
        total.loc[days(8)[rows], name] = NAN
    worth = bought(total).worth
    assert worth["lump_sum"].to_dict() == pytest.approx(
        {"end": NAN, "first": NAN, "later": 1.1, "between": 1.1}, nan_ok=True
    )
    assert worth["instalments"].notna().to_dict() == {"end": False, "first": False, "later": False, "between": True}


def test_data_that_end_too_early_leave_the_rest_missing():
    worth, sessions, end = bought(pd.DataFrame({"X": line([1, 100, 7, 50, 8])}))
    assert worth.isna().all(axis=None)
    assert sessions[:2].tolist() == [days(8)[1], days(8)[3]]
    assert pd.isna(sessions[2])
    assert pd.isna(end)


def test_one_instalment_is_the_lump_sum():
    worth = bought(pd.DataFrame({"X": line(range(1, 9))}), instalments=1).worth
    assert worth.loc["X"].tolist() == [3.5, 3.5]


def test_an_instalment_may_fall_on_the_end_but_not_after_it():
    total = pd.DataFrame({"X": line(range(1, 9))})
    worth, sessions, end = bought(total, horizon=4)
    assert sessions[-1] == end
    assert worth.at["X", "instalments"] == pytest.approx((6 / 2 + 6 / 4 + 1) / 3)
    with pytest.raises(ValueError, match="beyond the end"):
        bought(total, horizon=3)


@pytest.mark.parametrize("name", ["instalments", "every", "horizon"])
def test_a_plan_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be 1 or more"):
        bought(pd.DataFrame({"X": line(range(1, 9))}), **{name: 0})


def test_a_start_that_is_no_session_is_refused():
    with pytest.raises(KeyError):
        lump_sum_and_instalments(pd.DataFrame({"X": line([1, 2])}), pd.Timestamp("2025-01-04"))


def test_a_year_of_instalments_in_nvidia_after_27_january_2025(market):
    history, _ = market
    total = history.total_return_close[["NVDA", "GEV"]]
    worth, sessions, end = lump_sum_and_instalments(total, EVENT)
    path = total["NVDA"].loc[EVENT:end].tolist()
    assert len(path) == 253
    assert worth.at["NVDA", "lump_sum"] == pytest.approx(path[-1] / path[0])
    assert worth.at["NVDA", "instalments"] == pytest.approx(sum(path[-1] / path[21 * k] for k in range(12)) / 12)
    assert worth.at["NVDA", "lump_sum"] == pytest.approx(1 + forward_returns(total["NVDA"]).at[EVENT, 252])
    assert sessions[0] == EVENT
    assert len(sessions) == 12
