"""The study of every session, against the study of one session at a time and against numpy's solver."""

from functools import partial
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_BUILD_OUT, AI_CHIPS, baskets
from aftershock.errors import EstimationOverlapError
from aftershock.measures.event_study import event_study
from aftershock.measures.placebo import COLUMNS, placebo
from aftershock.measures.records import rank_of
from aftershock.measures.returns import simple_returns

NAN = np.nan
MODELS = ("market", "market-adjusted", "mean-adjusted")
EVENT = pd.Timestamp("2025-01-27")
DAYS = pd.bdate_range("2023-01-02", periods=600)
near = partial(pytest.approx, abs=0, nan_ok=True)


def made(seed, sessions=150, companies=9):
    """A market and companies that follow it, without a gap."""
    rng = np.random.default_rng(seed)
    market = rng.standard_t(5, sessions) * 0.008 + 0.0005
    returns = market[:, None] * rng.uniform(0.3, 2.2, companies)
    returns += rng.standard_t(5, (sessions, 1)) * 0.01 + rng.standard_t(5, (sessions, companies)) * 0.015
    names = [f"C{k}" for k in range(companies)]
    return pd.DataFrame(returns, DAYS[:sessions], names), pd.Series(market, DAYS[:sessions])


def spoilt(seed):
    """All that a real history holds: late listings, companies that died, gaps, a suspension, a fund of the market."""
    returns, market = made(seed)
    rng = np.random.default_rng(seed)
    returns = returns.mask(rng.random(returns.shape) < 0.03)
    returns.iloc[:70, 1] = NAN  # listed late
    returns.iloc[:118, 2] = NAN
    returns.iloc[96:, 3] = NAN  # dead
    returns.iloc[60:100, 4] = NAN  # away for longer than an estimation window
    returns.iloc[50:110, 5] = 0.0  # suspended at a constant price
    returns["C6"] = 0.0004 + 1.2 * market  # explained without a rest
    returns["C7"] = NAN  # never there
    market[rng.random(len(market)) < 0.03] = NAN
    return returns, market


def one_by_one(returns, market, events, **options):
    """The table of `placebo` from a study of each session."""
    rows = {}
    for event in events:
        study = event_study(returns, market, event, splits=pd.DataFrame(columns=["symbol", "date", "ratio"]), **options)
        tests = study.tests["statistic"]
        rows[event] = {
            "n": float(len(study.companies)),
            "aar": study.companies["car"].mean(),
            **{name: tests[name] for name in ("portfolio_t", "cross_sectional_t", "patell", "bmp")},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def assert_same(found, expected, rtol=1e-8):
    assert found.columns.tolist() == list(COLUMNS) == expected.columns.tolist()
    assert found.index.tolist() == expected.index.tolist()
    assert found["n"].tolist() == expected["n"].tolist()
    for column in COLUMNS:
        # assert_allclose compares where the two are missing, too.
        np.testing.assert_allclose(found[column], expected[column], rtol=rtol, atol=1e-12, err_msg=column)


# Against the study of one session at a time


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("window", [(0, 0), (-1, 2), (2, 3), (-5, -4)])
def test_each_row_is_the_study_of_that_session(window, model):
    returns, market = made(1)
    options = {"estimation": 30, "gap": 5, "minimum": 12, "window": window, "model": model}
    found = placebo(returns, market, **options)
    assert found.index.tolist() == returns.index[35 : 150 - max(0, window[1])].tolist()
    assert found.notna().all(axis=None)
    assert_same(found, one_by_one(returns, market, found.index, **options))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("window", [(0, 0), (-1, 2)])
@pytest.mark.parametrize("seed", range(2))
def test_each_row_is_the_study_of_that_session_whatever_is_missing(seed, window, model):
    returns, market = spoilt(seed)
    options = {"estimation": 30, "gap": 5, "minimum": 12, "window": window, "model": model}
    found = placebo(returns, market, **options)
    assert len(found) == 115 - window[1]
    assert found["n"].nunique() >= 4
    assert_same(found, one_by_one(returns, market, found.index, **options))


@pytest.mark.parametrize("model", MODELS)
def test_a_basket_of_more_companies_than_are_studied_at_a_time(model):
    returns, market = made(2, 80, 150)
    returns = returns.mask(np.random.default_rng(3).random(returns.shape) < 0.02)
    options = {"estimation": 30, "gap": 5, "minimum": 12, "model": model}
    found = placebo(returns, market, **options)
    assert_same(found, one_by_one(returns, market, found.index, **options))
    pd.testing.assert_frame_equal(found, placebo(returns.iloc[:, ::-1], market, **options), rtol=1e-9)


@pytest.mark.parametrize("companies", [0, 1, 2])
def test_baskets_of_few(companies):
    returns, market = made(4, 60, companies)
    options = {"estimation": 30, "gap": 5}
    found = placebo(returns, market, **options)
    assert_same(found, one_by_one(returns, market, found.index, **options))
    assert found["n"].eq(companies).all()
    expected = {0: {"n"}, 1: {"n", "aar", "portfolio_t", "patell"}, 2: set(COLUMNS)}[companies]
    assert set(found.columns[found.notna().all()]) == expected
    assert set(found.columns[found.notna().any()]) == expected


def test_the_market_is_matched_by_session_and_not_by_its_place():
    returns, market = made(8)
    options = {"estimation": 30, "gap": 5, "minimum": 12}
    longer = pd.concat([market.set_axis(market.index - pd.Timedelta("400D")), market]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(placebo(returns, longer, **options), placebo(returns, market, **options))
    blank = market.copy()
    blank.iloc[60:70] = NAN
    fewer = market.drop(market.index[60:70])
    pd.testing.assert_frame_equal(placebo(returns, fewer, **options), placebo(returns, blank, **options))


@pytest.mark.parametrize("times", [2, 3, 5])
def test_one_company_under_several_names_has_no_spread(times):
    returns, market = made(7, companies=1)
    same = pd.concat([returns["C0"].rename(f"C{k}") for k in range(times)], axis=1)
    found = placebo(same, market, estimation=30, gap=5)
    assert found[["cross_sectional_t", "bmp"]].isna().all(axis=None)
    assert_same(found, one_by_one(same, market, found.index, estimation=30, gap=5))


@pytest.mark.parametrize("estimation", [3, 4, 5])
def test_the_shortest_windows(estimation):
    # Of three or four returns Patell's variance does not exist.
    returns, market = made(5, 30, 4)
    found = placebo(returns, market, estimation=estimation, gap=0)
    assert_same(found, one_by_one(returns, market, found.index, estimation=estimation, gap=0), rtol=1e-6)
    assert found["patell"].notna().all() == (estimation > 4)
    assert found["patell"].isna().all() == (estimation <= 4)


def test_two_returns_make_no_study():
    returns, market = made(6, 30, 4)
    found = placebo(returns, market, estimation=2, gap=0, minimum=1)
    assert found["n"].eq(0).all()
    assert found.drop(columns="n").isna().all(axis=None)


@pytest.mark.parametrize("tick", [9.0, 99.0, 999.0])
def test_a_wild_return_costs_later_sessions_no_digits(tick):
    # A price ten to a thousand times too high, and back: sums carried on from there must not drown what follows.
    returns, market = made(7)
    returns.iloc[20, 0], returns.iloc[21, 0] = tick, -tick / (1 + tick)
    found = placebo(returns, market, estimation=30, gap=5)
    assert_same(found, one_by_one(returns, market, found.index, estimation=30, gap=5), rtol=1e-6)


@pytest.mark.parametrize("tick", [9.0, 49.0, 99.0, 999.0])
def test_a_company_suspended_after_a_wild_return_has_no_t_meanwhile(tick):
    # What the wild return left in the last digits of the sums is no residual of a price that stands still.
    returns, market = made(7)
    returns.iloc[20, 0], returns.iloc[21, 0] = tick, -tick / (1 + tick)
    returns.iloc[60:140, 0] = 0.0
    found = placebo(returns, market, estimation=30, gap=5)
    assert_same(found, one_by_one(returns, market, found.index, estimation=30, gap=5), rtol=1e-5)


def test_the_short_window_by_hand():
    # The day's return is -0.17; the line says 0.001 + 2 x -0.03; the error is 0.0041473.
    days = DAYS[:5]
    stock = pd.DataFrame({"X": [0.023, -0.017, 0.039, -0.041, -0.17]}, days)
    found = placebo(stock, pd.Series([0.01, -0.01, 0.02, -0.02, -0.03], days), estimation=4, gap=0)
    assert found.index.tolist() == [days[4]]
    row = found.loc[days[4]]
    assert row["n"] == 1
    assert row["aar"] == pytest.approx(-0.1110, abs=1e-14)
    assert row["portfolio_t"] == near(-0.111 / sqrt(8e-6 * 2.15), rel=1e-10)
    assert row["portfolio_t"] == pytest.approx(-26.76, abs=5e-3)
    assert row[["cross_sectional_t", "patell", "bmp"]].isna().all()


def test_the_basket_is_the_equal_mean_by_hand():
    # A usually returns 1, 2 and 3 %, B 4, 6 and 5 %: means of 2 and 5 %; the basket 2.5, 4 and 4 %, its mean 3.5 %.
    days = DAYS[:5]
    returns = pd.DataFrame({"A": [0.01, 0.02, 0.03, 9.0, -0.08], "B": [0.04, 0.06, 0.05, -0.9, 0.03]}, days)
    found = placebo(returns, pd.Series(0.0, days), estimation=3, gap=1, model="mean-adjusted")
    row = found.loc[days[4]]
    assert len(found) == 1
    assert row["n"] == 2
    assert row["aar"] == pytest.approx((-0.10 - 0.02) / 2, abs=1e-14)
    # Squares about 3.5 %: 1 + 0.25 + 0.25 over 2; one day of a mean of three has the variance 1 + 1/3.
    assert row["portfolio_t"] == near(-0.06 / sqrt(1.5e-4 / 2 * 4 / 3), rel=1e-10)
    assert row["cross_sectional_t"] == near(-0.06 / 0.04, rel=1e-10)  # sd 0.08 / sqrt(2), over sqrt(2)
    # Both have a standard deviation of 1 %: t of -10 and -2 over sqrt(4/3); the spread of the two is 8 over sqrt(2).
    assert row["bmp"] == near(-6 / 4, rel=1e-10)


# Who is in the basket


def test_a_new_listing_moves_neither_the_basket_nor_its_normal_return_before_it_can_be_estimated():
    returns, market = made(10, 120)
    options = {"estimation": 30, "gap": 5, "minimum": 12}
    listed = 60
    new = returns.assign(NEW=np.where(np.arange(120) < listed, NAN, np.arange(120) % 2 - 0.5))
    found, without = placebo(new, market, **options), placebo(returns, market, **options)
    # Twelve returns from the listing on, and the gap of five behind them.
    enters = returns.index[listed + 12 + 5]
    pd.testing.assert_frame_equal(found[found.index < enters], without[without.index < enters], rtol=1e-9)
    assert found.loc[found.index < enters, "n"].eq(9).all()
    assert found.loc[found.index >= enters, "n"].eq(10).all()
    assert (found["aar"] != without["aar"])[found.index >= enters].all()


def test_once_it_is_in_the_basket_is_what_it_would_be_with_the_newcomers_whole_past():
    # Its normal return is that of the members of that session, over the returns they have.
    returns, market = made(11, 120, 2)
    returns.iloc[:60, 1] = NAN
    found = placebo(returns, market, estimation=30, gap=5, minimum=12)
    for row in (76, 77, 100):
        members = returns.columns if row >= 60 + 17 else returns.columns[:1]
        basket, index = returns[members].mean(axis=1).to_numpy(), market.to_numpy()
        assert found["portfolio_t"].iloc[row - 35] == near(t_by_solver(basket, index, row, 30, 5), rel=1e-8)


def test_a_company_without_a_return_that_day_is_no_member_of_that_day():
    returns, market = made(12, 120)
    options = {"estimation": 30, "gap": 5, "minimum": 12}
    day = returns.index[80]
    missing = returns.copy()
    missing.loc[day, "C4"] = NAN
    found = placebo(missing, market, **options)
    assert found.loc[day].tolist() == near(
        placebo(returns.drop(columns="C4"), market, **options).loc[day].tolist(), rel=1e-9
    )
    assert found["n"].eq(8).tolist() == (found.index == day).tolist()


def test_a_company_with_gaps_leaves_while_its_window_is_thin():
    # It lacks rows 40 to 59, so a window of 30 with all but one or all of them holds less than twelve returns.
    returns, market = made(13, 120)
    returns.iloc[40:60, 2] = NAN
    found = placebo(returns, market, estimation=30, gap=5, minimum=12)
    for row, n in zip(range(35, 120), found["n"], strict=True):
        have = sum(not 40 <= k < 60 for k in range(row - 35, row - 5))
        assert n == (9 if have >= 12 and not 40 <= row < 60 else 8)


def test_a_dead_company_leaves_at_once():
    returns, market = made(14, 120)
    dead = returns.copy()
    dead.iloc[70:, 0] = NAN
    options = {"estimation": 30, "gap": 5, "minimum": 12}
    found = placebo(dead, market, **options)
    before = found.index < returns.index[70]
    pd.testing.assert_frame_equal(found[before], placebo(returns, market, **options)[before], rtol=1e-9)
    others = placebo(returns.drop(columns="C0"), market, **options)
    pd.testing.assert_frame_equal(found[~before], others[~before], rtol=1e-9)
    # With a window that reaches beyond its end it leaves that much earlier.
    wide = placebo(dead, market, window=(-1, 2), **options)
    assert wide["n"].tolist() == [9.0 if row + 2 < 70 else 8.0 for row in range(35, 118)]


@pytest.mark.parametrize("listed", [0, 130, 131, 200])
def test_by_default_a_company_enters_after_120_returns_and_the_gap(listed):
    # The first window is complete on row 260; it ends eleven sessions before the day.
    returns, market = made(15, 400, 1)
    returns.iloc[:listed] = NAN
    found = placebo(returns, market)
    assert found.index[0] == returns.index[260]
    enters = returns.index[max(260, listed + 120 + 10)]
    assert found["n"].tolist() == (found.index >= enters).tolist()
    assert found["aar"].notna().tolist() == (found.index >= enters).tolist()
    assert found["portfolio_t"].notna().tolist() == (found.index >= enters).tolist()


# What cannot be studied


@pytest.mark.parametrize("sessions", [0, 1, 35])
def test_without_a_complete_window_there_is_no_row(sessions):
    returns, market = made(20, 150)
    found = placebo(returns.iloc[:sessions], market.iloc[:sessions], estimation=30, gap=5)
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)
    assert isinstance(found.index, pd.DatetimeIndex)
    assert found.dtypes.eq(float).all()


def test_a_session_more_is_one_row():
    returns, market = made(20, 36)
    assert placebo(returns, market, estimation=30, gap=5).index.tolist() == [returns.index[35]]
    assert placebo(returns, market, estimation=30, gap=5, window=(0, 1)).empty
    assert len(placebo(returns, market, estimation=30, gap=5, window=(-2, 0))) == 1


@pytest.mark.parametrize("level", [0.0, 0.001, -0.0003])
def test_a_market_that_does_not_move_ranks_nothing(level):
    returns, market = made(21, 80)
    found = placebo(returns, market * 0 + level, estimation=30, gap=5)
    assert found["n"].eq(0).all()
    assert found.drop(columns="n").isna().all(axis=None)


def test_a_market_that_stands_still_for_a_while_leaves_those_sessions_out():
    returns, market = made(22)
    market.iloc[40:90] = 0.001
    found = placebo(returns, market, estimation=30, gap=5)
    still = [row - 35 >= 40 and row - 5 <= 90 for row in range(35, 150)]
    assert found["n"].eq(0).tolist() == still
    assert_same(found, one_by_one(returns, market, found.index, estimation=30, gap=5), rtol=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_a_market_that_is_never_there(model):
    returns, market = made(23, 80)
    found = placebo(returns, market * NAN, estimation=30, gap=5, model=model)
    assert found["n"].eq(9 if model == "mean-adjusted" else 0).all()
    assert found["aar"].notna().all() == (model == "mean-adjusted")


def test_companies_that_are_never_there():
    returns, market = made(24, 80)
    found = placebo(returns * NAN, market, estimation=30, gap=5)
    assert found["n"].eq(0).all()
    assert found.drop(columns="n").isna().all(axis=None)


def test_impossible_windows_and_models_are_refused_with_a_sentence():
    returns, market = made(25, 80)
    for window, gap in (((-11, 0), 10), ((0, 0), -1)):
        with pytest.raises(EstimationOverlapError, match="overlap"):
            placebo(returns, market, window=window, gap=gap)
    with pytest.raises(ValueError, match="before it begins"):
        placebo(returns, market, window=(1, 0))
    with pytest.raises(ValueError, match="estimation window"):
        placebo(returns, market, estimation=0)
    with pytest.raises(ValueError, match="capm"):
        placebo(returns, market, model="capm")


def test_what_was_handed_in_is_not_written_to():
    returns, market = spoilt(3)
    before = returns.copy(), market.copy()
    for model in MODELS:
        placebo(returns, market, estimation=30, gap=5, minimum=12, model=model)
    pd.testing.assert_frame_equal(returns, before[0])
    pd.testing.assert_series_equal(market, before[1])


# The real basket


def t_by_solver(basket, index, row, estimation=250, gap=10):
    """The t of a basket's day by numpy's least squares."""
    y, x = basket[row - gap - estimation : row - gap], index[row - gap - estimation : row - gap]
    known = np.isfinite(y) & np.isfinite(x)
    design = np.column_stack([np.ones(known.sum()), x[known]])
    line, squares, *_ = np.linalg.lstsq(design, y[known], rcond=None)
    day = np.array([1.0, index[row]])
    variance = squares[0] / (known.sum() - 2) * (1 + day @ np.linalg.inv(design.T @ design) @ day)
    return (basket[row] - day @ line) / sqrt(variance)


@pytest.fixture(scope="module")
def returns(market):
    return simple_returns(market[0].total_return_close)


def test_the_event_is_the_second_of_all_sessions_by_the_t_of_the_basket(returns):
    names = list(baskets()[AI_BUILD_OUT].symbols)
    found = placebo(returns[names], returns["^GSPC"])
    rank = rank_of(found["portfolio_t"], EVENT, largest=False)
    assert rank.place == 2
    assert found.index[0] == returns.index[260]
    assert found.index[-1] == returns.index[-1]
    # Where the companies' prices end the basket is empty, and ranks nowhere.
    assert rank.count == (found["n"] > 0).sum() == (returns[names].iloc[260:].notna().any(axis=1)).sum()

    # The whole history once more: members by counting, the mean of their returns, and numpy's solver.
    values, index = returns[names].to_numpy(), returns["^GSPC"].to_numpy()
    have = np.isfinite(values) & np.isfinite(index)[:, None]
    t = {}
    for row in range(260, len(returns)):
        members = (have[row - 260 : row - 10].sum(axis=0) >= 120) & have[row]
        part, there = values[row - 260 : row + 1, members], have[row - 260 : row + 1, members]
        count = there.sum(axis=1)
        if members.any():
            basket = np.where(count > 0, np.where(there, part, 0).sum(axis=1) / np.maximum(count, 1), NAN)
            t[returns.index[row]] = t_by_solver(basket, index[row - 260 : row + 1], 260)
    slow = pd.Series(t)
    assert slow.nsmallest(2).index.tolist() == [pd.Timestamp("2014-10-10"), EVENT]
    np.testing.assert_allclose(found["portfolio_t"], slow.reindex(found.index), rtol=1e-7, atol=1e-9)


def test_the_rows_of_the_real_basket_are_the_studies_of_those_sessions(market, returns):
    names = list(baskets()[AI_BUILD_OUT].symbols)
    for index in ("^GSPC", "^NDX"):
        found = placebo(returns[names], returns[index])
        days = [
            found.index[0],
            *pd.to_datetime(["2000-03-14", "2014-10-10", "2020-03-16", "2025-01-27"]),
            found.index[-1],
        ]
        assert_same(found.loc[days], one_by_one(returns[names], returns[index], days), rtol=1e-7)


def test_a_company_listed_in_2023_counts_from_2024_on(returns):
    # Arm's first return is that of 15 Sep 2023; 120 returns and the gap of ten later it is in.
    names = list(baskets()[AI_CHIPS].symbols)
    options = {"returns": returns[names], "market": returns["^GSPC"]}
    found = placebo(**options)
    without = placebo(**options | {"returns": returns[names].drop(columns="ARM")})
    first = returns.index.get_loc(returns["ARM"].first_valid_index())
    assert returns.index[first] == pd.Timestamp("2023-09-15")
    enters = returns.index[first + 130]
    trades = returns["ARM"].reindex(found.index).notna()
    assert ((found["n"] - without["n"]) == (trades & (found.index >= enters))).all()
    before = found.index < enters
    pd.testing.assert_frame_equal(found[before], without[before], rtol=1e-6)
    # On the day itself all have traded for half a year.
    assert found.at[EVENT, "n"] == len(names) == 17
