"""How far chosen sessions differ from all, and how sure that is.

Values are worked out by hand, and compared with loops over plain lists that share no idea with the measures.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.bootstrap import bootstrap_difference
from aftershock.measures.rebound import (
    HORIZONS,
    falls_at_least,
    forward_returns,
    outcomes,
)
from aftershock.measures.returns import simple_returns
from tests.measures.lines import days, line

NAN = np.nan


EVENT = pd.Timestamp("2025-01-27")


def overlapping(seed, sessions=600, horizon=1, chosen=0.1, shift=0.0):
    """Forward returns of a walk without memory, and some sessions by chance, `shift` better than the others."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal(sessions + horizon) * 0.02
    walk = np.concatenate([[0], steps.cumsum()])
    forward = walk[horizon + 1 :] - walk[1:-horizon]
    marked = rng.random(sessions) < chosen
    return line(forward + shift * marked), days(sessions)[marked]


def resampled(forward, chosen, *, statistic, block, draws, seed):
    """The differences of all resamples, one value after the other."""
    values, marked = forward.tolist(), forward.index.isin(chosen).tolist()
    of = {"mean": np.mean, "median": np.median}[statistic]
    n = len(values)
    found = []
    for starts in np.random.default_rng(seed).integers(0, n, (draws, -(-n // block))):
        rows = [(start + k) % n for start in starts for k in range(block)][:n]
        some = [values[r] for r in rows if marked[r]]
        found.append(of(some) - of([values[r] for r in rows]) if some else NAN)
    return np.array(found)


@pytest.mark.parametrize("statistic", ["mean", "median"])
@pytest.mark.parametrize("block", [1, 7, 20, 41])
def test_the_interval_agrees_with_resampling_value_by_value(statistic, block):
    forward, chosen = overlapping(1, sessions=123, chosen=0.08)
    found = bootstrap_difference(forward, chosen, horizon=1, statistic=statistic, block=block, draws=300, seed=5)
    every = resampled(forward, chosen, statistic=statistic, block=block, draws=300, seed=5)
    kept = every[~np.isnan(every)]
    assert [found.low, found.high] == pytest.approx(np.quantile(kept, [0.025, 0.975]).tolist(), rel=1e-9)
    assert (found.draws, found.dropped) == (len(kept), 300 - len(kept))
    assert (found.chosen, found.every, found.block) == (len(chosen), 123, block)
    of = {"mean": np.mean, "median": np.median}[statistic]
    assert found.difference == pytest.approx(of(forward[chosen]) - of(forward))


@given(
    values=st.lists(st.integers(-9, 9), min_size=8, max_size=20),
    marks=st.sets(st.integers(0, 7), min_size=3),
    block=st.integers(1, 3),
    statistic=st.sampled_from(["mean", "median"]),
)
def test_the_interval_agrees_with_resampling_also_where_values_are_tied(values, marks, block, statistic):
    forward = line(values)
    chosen = forward.index[sorted(marks)]
    options = {"statistic": statistic, "block": block, "draws": 40, "seed": 2}
    found = bootstrap_difference(forward, chosen, horizon=1, **options)
    every = resampled(forward, chosen, **options)
    kept = every[~np.isnan(every)]
    if found.apart < 3:
        assert np.isnan([found.low, found.high]).all()
    else:
        wanted = np.quantile(kept, [0.025, 0.975]).tolist()
        assert [found.low, found.high] == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        assert found.dropped == 40 - len(kept)


def test_resamples_without_a_chosen_session_are_dropped_and_counted():
    # A resample of ten blocks misses one that holds 20 of 200 sessions with a chance of 0.9 ** 10, and
    # all three with about 0.7 ** 10 = 2.8%.
    forward = line(np.arange(200.0))
    found = bootstrap_difference(forward, days(200)[[10, 40, 70]], horizon=1, block=20, draws=500)
    assert 3 <= found.dropped <= 30
    assert found.draws + found.dropped == 500
    assert np.isfinite([found.low, found.high]).all()


def test_the_seed_decides_the_interval():
    forward, chosen = overlapping(3)
    one, other, third = (bootstrap_difference(forward, chosen, horizon=1, seed=s, draws=200) for s in (0, 0, 1))
    assert one == other
    assert (one.low, one.high) != (third.low, third.high)
    assert one.difference == third.difference


def test_many_draws_taken_in_parts_are_as_those_taken_at_once(monkeypatch):
    forward, chosen = overlapping(4, sessions=200)
    for statistic in ("mean", "median"):
        whole = bootstrap_difference(forward, chosen, horizon=1, statistic=statistic, draws=64)
        with monkeypatch.context() as small:
            small.setattr("aftershock.measures.bootstrap.CELLS", 1000)
            parts = bootstrap_difference(forward, chosen, horizon=1, statistic=statistic, draws=64)
        assert parts == whole


def test_a_block_is_as_long_as_the_horizon_and_no_shorter_than_the_cube_root():
    forward, chosen = overlapping(5, sessions=1000)
    assert [bootstrap_difference(forward, chosen, horizon=h, draws=10).block for h in (1, 10, 63)] == [10, 10, 63]


def coverage(statistic, *, horizon, block=None, trials=150):
    """How often the interval holds zero, which is the truth."""
    found = (
        bootstrap_difference(
            *overlapping(seed, 1500, horizon, 0.05), horizon=horizon, statistic=statistic, block=block, draws=200
        )
        for seed in range(trials)
    )
    return np.mean([d.low <= 0 <= d.high for d in found])


@pytest.mark.parametrize(("statistic", "horizon"), [("mean", 1), ("median", 1), ("mean", 21), ("median", 21)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(statistic, horizon):
    assert 0.88 <= coverage(statistic, horizon=horizon) <= 0.99


def test_the_interval_takes_clustered_sessions_for_the_few_that_they_are():
    # Whole months are chosen. Their overlapping returns are nearly the same, so sessions drawn one by one
    # (blocks of 1) make an interval that is much too narrow.
    def held(horizon):
        hits = []
        for seed in range(100):
            forward, _ = overlapping(seed, 1500, 21)
            months = np.random.default_rng(seed).permutation(15)[:6, None] * 100 + np.arange(21)
            found = bootstrap_difference(
                forward, forward.index[months.ravel()], horizon=horizon, block=horizon, draws=200
            )
            hits.append(found.low <= 0 <= found.high)
        return np.mean(hits)

    assert held(21) > 0.8
    assert held(1) < 0.5


def test_a_difference_that_is_there_is_found():
    hits = [bootstrap_difference(*overlapping(s, shift=0.02), horizon=1, draws=200).low > 0 for s in range(40)]
    assert np.mean(hits) > 0.9


def test_sessions_without_a_forward_return_do_not_enter():
    forward, chosen = overlapping(6, sessions=200)
    holes = forward.copy()
    holes.iloc[[20, 21, 190]] = NAN
    chosen = chosen.union(days(200)[[20, 190]])
    rest = holes.dropna()
    found = bootstrap_difference(holes, chosen, horizon=1, draws=100)
    assert found == bootstrap_difference(rest, chosen.intersection(rest.index), horizon=1, draws=100)
    assert found.every == 197


def test_all_sessions_do_not_differ_from_all():
    forward, _ = overlapping(7)
    for statistic in ("mean", "median"):
        found = bootstrap_difference(forward, forward.index, horizon=1, statistic=statistic, draws=50)
        assert (found.difference, found.low, found.high) == (0, 0, 0)


@pytest.mark.parametrize(
    "rows",
    [[100], range(100, 121), [*range(100, 110), *range(150, 160)], [100, 121]],
    ids=["one", "run", "two", "pair"],
)
def test_with_fewer_than_three_chosen_sessions_a_block_apart_there_is_no_interval(rows):
    forward, _ = overlapping(8)
    found = bootstrap_difference(forward, forward.index[list(rows)], horizon=21)
    assert np.isnan([found.low, found.high]).all()
    assert (found.draws, found.dropped) == (0, 0)
    assert found.apart in (1, 2)
    assert found.difference == pytest.approx(forward.iloc[list(rows)].mean() - forward.mean())


@pytest.mark.parametrize("forward", [line([]), line([NAN] * 5), line([0.1, NAN])], ids=["empty", "missing", "unmarked"])
def test_without_a_chosen_session_there_is_no_difference(forward):
    found = bootstrap_difference(forward, forward.index[1:2], horizon=1)
    assert np.isnan([found.difference, found.low, found.high]).all()
    assert (found.chosen, found.every) == (0, int(forward.notna().sum()))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"statistic": "mode"}, "only mean and median"),
        ({"horizon": 0}, "horizon must be 1 or more"),
        ({"draws": 0}, "draws must be 1 or more"),
        ({"horizon": 21, "block": 20}, "shorter than the horizon"),
    ],
)
def test_a_bootstrap_that_would_mislead_is_refused(options, sentence):
    forward, chosen = overlapping(9)
    with pytest.raises(ValueError, match=sentence):
        bootstrap_difference(forward, chosen, **{"horizon": 1} | options)


def test_a_chosen_session_that_is_not_there_is_refused():
    forward, _ = overlapping(10)
    with pytest.raises(KeyError):
        bootstrap_difference(forward, [pd.Timestamp("1999-01-01")], horizon=1)


def test_what_followed_the_deep_falls_of_nvidia(market):
    history, _ = market
    moves = simple_returns(history.close[["NVDA"]])["NVDA"]
    falls = falls_at_least(moves, -0.1, EVENT)["session"]
    forward = forward_returns(history.total_return_close["NVDA"])
    every, after = outcomes(forward), outcomes(forward, falls)
    for horizon in HORIZONS:
        found = bootstrap_difference(forward[horizon], falls, horizon=horizon)
        assert found.difference == pytest.approx(after.at[horizon, "mean"] - every.at[horizon, "mean"])
        assert found.low < found.difference < found.high
        assert (found.chosen, found.every) == (after.at[horizon, "n"], every.at[horizon, "n"])
        assert found.apart <= found.chosen
