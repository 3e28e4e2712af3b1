"""Abnormal returns against the market model, by hand and by another route."""

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_BUILD_OUT, baskets
from aftershock.measures.event_study import market_model, rolling_abnormal
from aftershock.measures.returns import simple_returns

NAN = np.nan
MARKET = [0.01, -0.01, 0.02, -0.02, -0.03]  # four estimation days, then the event
STOCK = [0.023, -0.017, 0.039, -0.041, -0.17]
SHORT = {"estimation": 4, "gap": 0, "minimum": 2}


def modelled(stock, market, position=None, **options):
    returns, index = pd.DataFrame({"X": stock}, dtype=float), pd.Series(market, dtype=float)
    position = len(returns) - 1 if position is None else position
    return market_model(returns, index, position, **options).loc["X"]


def test_the_estimation_window_ends_before_the_event():
    # with the event day inside, beta would be 3.5488 and the abnormal return -0.0516.
    row = modelled(STOCK, MARKET, **SHORT)
    assert row["alpha"] == pytest.approx(0.001, abs=1e-12)
    assert row["beta"] == pytest.approx(2.0, abs=1e-10)
    assert row["sigma"] == pytest.approx(0.00282843, abs=5e-9)
    assert row["ar"] == pytest.approx(-0.1110, abs=1e-12)
    assert row["n"] == 4


def test_the_gap_keeps_the_days_before_the_event_out():
    # The days between are wild; nothing of them may enter.
    stock, market = [*STOCK[:4], 0.5, -0.5, -0.17], [*MARKET[:4], -0.3, 0.4, -0.03]
    row = modelled(stock, market, estimation=4, gap=2, minimum=2)
    assert row[["alpha", "beta", "ar"]].tolist() == pytest.approx([0.001, 2.0, -0.1110])


def test_days_before_the_estimation_window_do_not_enter():
    stock, market = [0.9, -0.8, *STOCK], [-0.5, 0.7, *MARKET]
    row = modelled(stock, market, **SHORT)
    assert row[["alpha", "beta", "ar"]].tolist() == pytest.approx([0.001, 2.0, -0.1110])


def test_a_day_on_which_one_of_the_two_has_no_return_is_left_out():
    stock = [STOCK[0], NAN, *STOCK[1:3], 0.8, *STOCK[3:]]
    market = [MARKET[0], 0.9, *MARKET[1:3], NAN, *MARKET[3:]]
    row = modelled(stock, market, estimation=6, gap=0, minimum=2)
    assert row["n"] == 4
    assert row[["alpha", "beta", "ar"]].tolist() == pytest.approx([0.001, 2.0, -0.1110])
    assert row["sigma"] == pytest.approx(0.00282843, abs=5e-9)


def test_without_a_return_on_the_event_there_is_no_abnormal_return():
    row = modelled([*STOCK[:4], NAN], MARKET, **SHORT)
    assert np.isnan(row["ar"])
    assert row["beta"] == pytest.approx(2.0)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01, -0.0003])
def test_a_market_that_does_not_move_gives_no_figures(level):
    # beta cannot be estimated, however the flat market is called (0 %, or 0.1 % a day).
    rng = np.random.default_rng(7)
    stock = rng.normal(0, 0.02, 300)
    row = modelled(stock, np.full(300, level), estimation=250, gap=10)
    assert row[["alpha", "beta", "sigma", "ar"]].isna().all()


def test_a_stock_that_does_not_move_has_a_beta_of_zero():
    # alpha 0, beta 0, sigma 0; the abnormal return is the return.
    row = modelled([0.0, 0.0, 0.0, 0.0, -0.17], MARKET, **SHORT)
    assert row[["alpha", "beta", "sigma", "ar"]].tolist() == [0, 0, 0, -0.17]


@pytest.mark.parametrize(
    ("days", "estimation", "gap", "minimum", "n"),
    [
        (3, 2, 0, 3, 2),  # two estimation days only
        (30, 120, 10, 120, 19),  # 30 rows and a window of 120
    ],
)
def test_too_few_estimation_days_give_no_figures_but_their_number(days, estimation, gap, minimum, n):
    rng = np.random.default_rng(1)
    row = modelled(
        rng.normal(size=days),
        rng.normal(size=days),
        estimation=estimation,
        gap=gap,
        minimum=minimum,
    )
    assert row["n"] == n
    assert row[["alpha", "beta", "sigma", "ar"]].isna().all()


@pytest.mark.parametrize("valid", [119, 120])
def test_a_company_needs_120_returns_in_its_window(valid):
    rng = np.random.default_rng(2)
    stock, market = rng.normal(0, 0.02, 300), rng.normal(0, 0.01, 300)
    stock[: 300 - 11 - valid] = NAN  # the window ends eleven sessions before the last one
    row = modelled(stock, market)
    assert row["n"] == valid
    assert np.isfinite(row["ar"]) == (valid >= 120)


@pytest.mark.parametrize("position", [0, 5, 9, 10])
def test_an_event_at_the_start_of_the_data_has_no_estimation_window(position):
    # no wrap-around of negative positions. The days after the event are no estimation days.
    rng = np.random.default_rng(3)
    row = modelled(rng.normal(0, 0.02, 400), rng.normal(0, 0.01, 400), position)
    assert row["n"] == 0
    assert np.isnan(row["ar"])


def by_least_squares(stock, market, first, last):
    """The market model by numpy's solver instead of the closed form."""
    y, x = stock[first:last], market[first:last]
    both = np.isfinite(y) & np.isfinite(x)
    design = np.column_stack([np.ones(both.sum()), x[both]])
    (alpha, beta), residual, *_ = np.linalg.lstsq(design, y[both], rcond=None)
    return alpha, beta, np.sqrt(residual[0] / (both.sum() - 2))


@pytest.mark.parametrize("seed", range(4))
def test_the_default_window_by_another_solver(seed):
    # Estimation sessions D-260 to D-11
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0005, 0.01, 500)
    stock = 0.0002 + 1.7 * market + rng.normal(0, 0.02, 500)
    stock[rng.integers(0, 500, 30)] = NAN
    position = 350 + seed
    stock[position] = -0.17
    row = modelled(stock, market, position)
    alpha, beta, sigma = by_least_squares(stock, market, position - 260, position - 10)
    assert row[["alpha", "beta", "sigma"]].tolist() == pytest.approx([alpha, beta, sigma], rel=1e-8)
    assert row["ar"] == pytest.approx(-0.17 - alpha - beta * market[position])


def test_each_company_has_the_same_figures_alone_and_beside_others():
    rng = np.random.default_rng(5)
    market = pd.Series(rng.normal(0, 0.01, 300))
    returns = pd.DataFrame(rng.normal(0, 0.02, (300, 3)), columns=list("ABC"))
    returns.loc[:200, "B"] = NAN
    together = market_model(returns, market, 299, minimum=50)
    for company in "ABC":
        alone = market_model(returns[[company]], market, 299, minimum=50)
        pd.testing.assert_frame_equal(together.loc[[company]], alone, check_dtype=False)


def test_the_rolling_abnormal_return_is_the_market_models_of_every_day():
    rng = np.random.default_rng(11)
    market = pd.Series(rng.normal(0.0005, 0.01, 700))
    stock = pd.DataFrame({"X": 1.5 * market + rng.normal(0, 0.02, 700)})
    rolling = rolling_abnormal(stock["X"], market)
    for position in (260, 261, 300, 417, 555, 698, 699):
        model = market_model(stock, market, position, minimum=250)
        assert rolling[position] == pytest.approx(model.at["X", "ar"], rel=1e-9, abs=1e-12)
    assert rolling[:260].isna().all()
    assert rolling[260:].notna().all()


def test_the_rolling_abnormal_return_of_a_short_window_by_hand():
    # every day before and after without a complete window
    rolling = rolling_abnormal(pd.Series(STOCK), pd.Series(MARKET), estimation=4, gap=0)
    assert rolling[:4].isna().all()
    assert rolling[4] == pytest.approx(-0.1110, abs=1e-9)


def test_a_missing_return_leaves_every_window_that_holds_it_without_an_estimate():
    rng = np.random.default_rng(12)
    market, stock = pd.Series(rng.normal(size=60)), pd.Series(rng.normal(size=60))
    stock[20] = NAN
    market[40] = NAN
    rolling = rolling_abnormal(stock, market, estimation=5, gap=2)
    # A window of five days ends three days before: day k needs the days k-7 to k-3.
    missing = {k for k in range(60) if {20, 40} & set(range(k - 7, k - 2))} | set(range(7)) | {20, 40}
    assert set(np.flatnonzero(rolling.isna())) == missing


def test_a_market_that_does_not_move_ranks_nothing():
    rng = np.random.default_rng(13)
    stock = pd.Series(rng.normal(0, 0.02, 60))
    assert rolling_abnormal(stock, pd.Series(np.zeros(60)), estimation=20, gap=2).isna().all()


@pytest.mark.parametrize(("index", "mean"), [("^GSPC", -10.47), ("^NDX", -8.65)])
def test_the_event_itself_as_computed_elsewhere(market, index, mean):
    # a second opinion: 24 AI names, 250 days ending 11 sessions earlier
    history, _ = market
    names = list(baskets()[AI_BUILD_OUT].symbols)
    returns = simple_returns(history.total_return_close)
    position = history.position(pd.Timestamp("2025-01-27"))
    model = market_model(returns[names], returns[index], position)
    assert round(model["ar"].mean() * 100, 2) == mean
