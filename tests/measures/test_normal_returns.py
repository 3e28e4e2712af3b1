"""Normal returns by hand, in exact fractions, and by statsmodels."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.normal_returns import MODELS, fit

NAN = np.nan
near = partial(pytest.approx, abs=0)  # relative only: pytest would allow 1e-12 beside it
# Four estimation days, then the event; b = 20/10, a = 0.001, residuals ±0.002.
MARKET, STOCK = np.array([0.01, -0.01, 0.02, -0.02]), np.array([[0.023], [-0.017], [0.039], [-0.041]])
EVENT_MARKET, EVENT_STOCK = np.array([-0.03]), np.array([[-0.17]])


def made(seed, sessions=250, companies=6, gaps=0.0):
    """A market and companies that follow it, with a share of their returns missing."""
    rng = np.random.default_rng(seed)
    market = rng.standard_t(4, sessions) * 0.007 + 0.0004
    returns = market[:, None] * rng.uniform(-0.5, 2.5, companies) + rng.standard_t(4, (sessions, companies)) * 0.015
    returns[rng.random(returns.shape) < gaps] = NAN
    return returns, market


def by_statsmodels(y, x):
    both = np.isfinite(y) & np.isfinite(x)
    return sm.OLS(y[both], sm.add_constant(x[both], has_constant="add")).fit()


def exactly(y, x, model="market"):
    """Alpha, beta and sigma in fractions: no digit is lost until the very end."""
    pairs = [(Fraction(b), Fraction(a)) for a, b in zip(y, x, strict=True) if np.isfinite(a) and np.isfinite(b)]
    n = len(pairs)
    xs, ys = [p[0] for p in pairs], [p[1] for p in pairs]
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    beta, alpha, free = Fraction(0), mean_y, n - 1
    if model == "market":
        sxy = sum((a - mean_x) * (b - mean_y) for a, b in pairs)
        beta = sxy / sum((a - mean_x) ** 2 for a in xs)
        alpha, free = mean_y - beta * mean_x, n - 2
    squares = sum((b - alpha - beta * a) ** 2 for a, b in pairs)
    return float(alpha), float(beta), float(squares / free) ** 0.5


# The market model by hand


def test_the_market_model_by_hand():
    normal = fit(STOCK, MARKET, "market", 4)
    assert normal.alpha[0] == pytest.approx(0.001, abs=1e-15)
    assert normal.beta[0] == near(2.0, rel=1e-14)
    assert normal.sigma[0] == near(np.sqrt(4 * 0.002**2 / 2), rel=1e-12)  # over n - 2
    assert normal.sigma[0] == pytest.approx(0.00282843, abs=5e-9)
    assert normal.n[0] == 4
    assert normal.freedom[0] == 2
    abnormal = normal.abnormal(EVENT_STOCK, EVENT_MARKET)
    assert abnormal[0, 0] == pytest.approx(-0.1110, abs=1e-14)
    error = normal.standard_error(EVENT_MARKET)[0]
    # s² (1 + 1/4 + 0.03² / 0.001) = 8e-6 x 2.15
    assert error == near(np.sqrt(8e-6 * 2.15), rel=1e-12)
    assert error == pytest.approx(0.00414729, abs=5e-9)
    assert abnormal[0, 0] / error == pytest.approx(-26.76, abs=5e-3)


def test_with_the_event_inside_the_day_would_explain_itself():
    # The figures of the mistake, so that the example is known to tell the two apart.
    wrong = fit(np.vstack([STOCK, EVENT_STOCK]), np.append(MARKET, EVENT_MARKET), "market", 4)
    assert wrong.beta[0] == pytest.approx(3.5488, abs=5e-5)
    assert wrong.sigma[0] == pytest.approx(0.04377, abs=5e-6)
    assert wrong.abnormal(EVENT_STOCK, EVENT_MARKET)[0, 0] == pytest.approx(-0.0516, abs=5e-5)


def test_a_session_that_lacks_one_of_the_two_returns_does_not_count():
    stock = np.array([[0.023], [NAN], [-0.017], [0.039], [0.8], [-0.041]])
    market = np.array([0.01, 0.9, -0.01, 0.02, NAN, -0.02])
    normal = fit(stock, market, "market", 4)
    assert normal.n[0] == 4
    assert normal.alpha[0] == pytest.approx(0.001, abs=1e-15)
    assert normal.beta[0] == near(2.0, rel=1e-13)
    assert normal.sigma[0] == pytest.approx(0.00282843, abs=5e-9)
    assert normal.standard_error(EVENT_MARKET)[0] == pytest.approx(0.00414729, abs=5e-9)


# The other models by hand


def test_the_market_adjusted_model_by_hand():
    # Stock less market: 1, 3, -1 and 5 thousandths; their mean is 2, squares about it 1 + 1 + 9 + 9 = 20.
    market = np.array([0.01, -0.01, 0.02, -0.02])
    normal = fit((market + np.array([0.001, 0.003, -0.001, 0.005]))[:, None], market, "market-adjusted", 4)
    assert normal.alpha.tolist() == [0]
    assert normal.beta.tolist() == [1]
    assert normal.sigma[0] == near(np.sqrt(20e-6 / 3), rel=1e-12)
    assert normal.freedom.tolist() == [3]
    event, index = np.array([[-0.17], [0.02]]), np.array([-0.03, 0.01])
    np.testing.assert_allclose(normal.abnormal(event, index), [[-0.14], [0.01]], rtol=1e-13)
    # Nothing was estimated but the spread, so two days have twice its variance.
    assert normal.standard_error(index)[0] == near(np.sqrt(20e-6 / 3 * 2), rel=1e-12)


def test_the_mean_adjusted_model_by_hand():
    normal = fit(np.array([[0.01], [0.03], [-0.01], [0.05]]), np.full(4, NAN), "mean-adjusted", 4)
    assert normal.alpha[0] == near(0.02, rel=1e-14)
    assert normal.beta.tolist() == [0]
    assert normal.sigma[0] == near(np.sqrt(20e-4 / 3), rel=1e-12)
    assert normal.freedom.tolist() == [3]
    # The market has no say, not even by its absence.
    event, index = np.array([[-0.17], [0.02]]), np.full(2, NAN)
    np.testing.assert_allclose(normal.abnormal(event, index), [[-0.19], [0.0]], atol=1e-15)
    # L + L²/n over two days: 2 + 4/4
    assert normal.standard_error(index)[0] == near(np.sqrt(20e-4 / 3 * 3), rel=1e-12)


def test_the_mean_adjusted_model_counts_the_sessions_on_which_the_market_is_missing():
    returns, market = made(5, gaps=0.1)
    market[::7] = NAN
    assert fit(returns, market, "mean-adjusted", 3).n.tolist() == np.isfinite(returns).sum(axis=0).tolist()
    for model in ("market", "market-adjusted"):
        both = np.isfinite(returns) & np.isfinite(market)[:, None]
        assert fit(returns, market, model, 3).n.tolist() == both.sum(axis=0).tolist()


def test_there_is_no_other_model():
    with pytest.raises(ValueError, match="market-adjusted"):
        fit(STOCK, MARKET, "capm", 3)


# By another route


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(3))
def test_the_market_model_is_statsmodels_least_squares(seed, gaps):
    returns, market = made(seed, gaps=gaps)
    if gaps:
        market[seed::40] = NAN
    normal = fit(returns, market, "market", 120)
    for k in range(returns.shape[1]):
        theirs = by_statsmodels(returns[:, k], market)
        assert normal.n[k] == theirs.nobs
        assert normal.freedom[k] == theirs.df_resid
        assert [normal.alpha[k], normal.beta[k]] == near(theirs.params.tolist(), rel=1e-10)
        assert normal.sigma[k] == near(np.sqrt(theirs.mse_resid), rel=1e-10)
        for day in (-0.03, 0.0, 0.11):
            predicted = theirs.get_prediction([[1.0, day]])
            assert normal.standard_error(np.array([day]))[k] == near(predicted.se_obs[0], rel=1e-10)
            abnormal = normal.abnormal(np.full((1, len(normal.n)), -0.17), np.array([day]))
            assert abnormal[0, k] == near(-0.17 - predicted.predicted_mean[0], rel=1e-10)


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("model", ["market-adjusted", "mean-adjusted"])
def test_the_other_models_are_statsmodels_with_a_constant_only(model, gaps):
    returns, market = made(11, gaps=gaps)
    normal = fit(returns, market, model, 120)
    for k in range(returns.shape[1]):
        y = returns[:, k] - (market if model == "market-adjusted" else 0)
        y = y[np.isfinite(y)]
        theirs = sm.OLS(y, np.ones(len(y))).fit()
        assert normal.sigma[k] == near(np.sqrt(theirs.mse_resid), rel=1e-10)
        assert normal.freedom[k] == theirs.df_resid
        if model == "mean-adjusted":
            assert normal.alpha[k] == near(theirs.params[0], rel=1e-10)
            error = normal.standard_error(np.zeros(1))[k]
            assert error == near(theirs.get_prediction([[1.0]]).se_obs[0], rel=1e-10)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("days", [1, 2, 5, 21, 260])
def test_the_error_of_a_sum_is_that_of_all_prediction_errors_together(model, days):
    # The errors of several days share the estimated line: their covariance is s² (I + X0 (X'X)^-1 X0').
    returns, market = made(21, gaps=0.15)
    index = np.random.default_rng(22).normal(-0.001, 0.02, days)
    normal = fit(returns, market, model, 120)
    for k in range(returns.shape[1]):
        x = market[np.isfinite(returns[:, k])]
        design, event = {
            "market": (np.column_stack([np.ones(len(x)), x]), np.column_stack([np.ones(days), index])),
            "mean-adjusted": (np.ones((len(x), 1)), np.ones((days, 1))),
            "market-adjusted": (np.eye(1), np.zeros((days, 1))),  # no line is estimated
        }[model]
        covariance = normal.sigma[k] ** 2 * (np.eye(days) + event @ np.linalg.inv(design.T @ design) @ event.T)
        assert normal.standard_error(index)[k] == near(np.sqrt(covariance.sum()), rel=1e-10)


@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 2**32 - 1), sessions=st.integers(3, 60), gaps=st.sampled_from([0.0, 0.1, 0.5]))
def test_any_window_as_in_exact_fractions(model, seed, sessions, gaps):
    returns, market = made(seed, sessions, 3, gaps)
    normal = fit(returns, market, model, 3)
    for k in range(3):
        assert normal.n[k] == np.isfinite(returns[:, k]).sum()
        if normal.n[k] < 3:
            assert np.isnan([normal.alpha[k], normal.beta[k], normal.sigma[k]]).all()
            continue
        y = returns[:, k] - (market if model == "market-adjusted" else 0.0)
        alpha, beta, sigma = exactly(y, market, model)
        if model == "market-adjusted":
            alpha, beta = 0, 1
        # Three points close to a line leave a residual of their last digits.
        assert normal.alpha[k] == pytest.approx(alpha, rel=1e-7, abs=1e-12)
        assert normal.beta[k] == pytest.approx(beta, rel=1e-7, abs=1e-10)
        assert normal.sigma[k] == pytest.approx(sigma, rel=1e-7, abs=1e-13)


# Numbers that lose digits


@pytest.mark.parametrize("gappy", [False, True])
@pytest.mark.parametrize("noise", [1e-6, 1e-8, 1e-10])
def test_what_the_market_explains_nearly_all_keeps_its_digits(noise, gappy):
    # With a noise of 1e-6 on a market of 0.01, R² is 1 - 1e-8: the difference of two sums would have half the digits.
    rng = np.random.default_rng(31)
    market = rng.normal(0.0004, 0.01, 120)
    stock = 0.0002 + 1.3 * market + rng.normal(0, noise, 120)
    if gappy:
        stock[::11] = NAN
    normal = fit(stock[:, None], market, "market", 60)
    alpha, beta, sigma = exactly(stock, market)
    assert sigma == near(noise, rel=0.2)
    assert normal.alpha[0] == near(alpha, rel=1e-10)
    assert normal.beta[0] == near(beta, rel=1e-12)
    assert normal.sigma[0] == near(sigma, rel=max(1e-9, 1e-16 / noise))


@pytest.mark.parametrize("gappy", [False, True])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("mean", [0.1, 1.0, -30.0])
def test_a_mean_far_above_the_spread_keeps_its_digits(model, mean, gappy):
    # Means of up to 30 000 standard deviations: sums of squares about zero hold nothing else.
    rng = np.random.default_rng(32)
    market = rng.normal(0.0004, 0.01, 120)
    stock = mean + 1.3 * market + rng.normal(0, 0.001, 120)
    if gappy:
        stock[::11] = NAN
    normal = fit(stock[:, None], market, model, 60)
    _, beta, sigma = exactly(stock - (market if model == "market-adjusted" else 0), market, model)
    assert normal.sigma[0] == near(sigma, rel=1e-9)
    if model == "market":
        assert normal.beta[0] == near(beta, rel=1e-9)


def test_a_market_far_from_zero_keeps_its_digits():
    rng = np.random.default_rng(33)
    market = 5 + rng.normal(0, 1e-4, 120)
    stock = 0.5 * (market - 5) + rng.normal(0, 1e-4, 120)
    normal = fit(stock[:, None], market, "market", 60)
    alpha, beta, sigma = exactly(stock, market)
    assert [normal.alpha[0], normal.beta[0], normal.sigma[0]] == near([alpha, beta, sigma], rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 2**32 - 1), sessions=st.integers(5, 80), columns=st.booleans())
def test_a_missing_session_more_changes_nothing(model, seed, sessions, columns):
    # Returns without a gap take a shorter way than others; both lead to the same place.
    returns, market = made(seed, sessions, 4)
    if columns:  # a market for each company
        market = market[:, None] * np.array([1.0, 0.5, -2.0, 3.0]) + returns[:, ::-1]
    blank = np.full((1, *market.shape[1:]), 0.7)
    whole = fit(returns, market, model, 3)
    for more, index in (
        (np.vstack([returns, np.full((1, 4), NAN)]), np.concatenate([market, blank])),
        (np.vstack([np.full((1, 4), NAN), returns]), np.concatenate([blank, market])),
    ):
        gappy = fit(more, index, model, 3)
        assert gappy.n.tolist() == whole.n.tolist() == [sessions] * 4
        for name in ("alpha", "beta", "sigma", "market_mean", "market_squares"):
            np.testing.assert_allclose(getattr(gappy, name), getattr(whole, name), rtol=1e-9, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("model", MODELS)
def test_a_market_for_each_company_is_the_same_as_one_by_one(model):
    returns, _ = made(41, companies=3, gaps=0.1)
    markets, index = made(42, companies=3)[0], made(43, sessions=4, companies=3)[0]
    together = fit(returns, markets, model, 3)
    event = made(44, sessions=4, companies=3)[0]
    for k in range(3):
        alone = fit(returns[:, [k]], markets[:, k], model, 3)
        for name in ("alpha", "beta", "sigma", "n"):
            assert getattr(together, name)[k] == near(getattr(alone, name)[0], rel=1e-12)
        np.testing.assert_allclose(
            together.abnormal(event, index)[:, [k]], alone.abnormal(event[:, [k]], index[:, k]), rtol=1e-12
        )
        assert together.standard_error(index)[k] == near(alone.standard_error(index[:, k])[0], rel=1e-12)


# What cannot be estimated


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01, -0.0003, 1 / 3])
@pytest.mark.parametrize("gappy", [False, True])
def test_a_market_that_does_not_move_has_no_beta(level, gappy):
    # However the flat market is called: 0 %, or 0.1 % a day, which binary fractions cannot hold.
    returns, _ = made(51, gaps=0.1 if gappy else 0.0)
    normal = fit(returns, np.full(250, level), "market", 120)
    assert np.isnan(normal.alpha).all()
    assert np.isnan(normal.beta).all()
    assert np.isnan(normal.sigma).all()
    assert np.isnan(normal.abnormal(returns[:1], np.array([-0.03]))).all()
    assert np.isnan(normal.standard_error(np.array([-0.03]))).all()


def test_a_market_that_does_not_move_is_as_good_as_another_for_the_models_without_a_line():
    returns, _ = made(52)
    flat = np.full(250, 0.001)
    adjusted, mean = fit(returns, flat, "market-adjusted", 120), fit(returns, flat, "mean-adjusted", 120)
    np.testing.assert_allclose(adjusted.sigma, returns.std(axis=0, ddof=1), rtol=1e-10)
    np.testing.assert_allclose(mean.sigma, returns.std(axis=0, ddof=1), rtol=1e-10)


def test_a_stock_that_does_not_move_has_no_spread_at_all():
    normal = fit(np.zeros((4, 1)), MARKET, "market", 4)
    assert [normal.alpha[0], normal.beta[0], normal.sigma[0]] == [0, 0, 0]
    assert normal.abnormal(EVENT_STOCK, EVENT_MARKET)[0, 0] == -0.17
    assert normal.standard_error(EVENT_MARKET)[0] == 0


@pytest.mark.parametrize("gappy", [False, True])
@pytest.mark.parametrize("model", ["market", "mean-adjusted"])
@pytest.mark.parametrize("level", [0.001, 0.1, -1 / 3, 1e-9])
def test_what_remains_of_a_constant_stock_by_rounding_is_no_spread(model, level, gappy):
    stock = np.full((250, 1), level)
    if gappy:
        stock[::9] = NAN
    normal = fit(stock, made(53)[1], model, 120)
    assert normal.sigma[0] == 0
    assert normal.alpha[0] == pytest.approx(level)
    assert normal.beta[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("gappy", [False, True])
@pytest.mark.parametrize("beta", [1.0, 1.7, -0.3])
def test_what_remains_of_a_stock_that_is_its_market_is_no_spread(beta, gappy):
    # A fund of the index itself: exactly explained, so no residual may be called its noise.
    market = made(54)[1]
    stock = (0.0003 + beta * market)[:, None]
    if gappy:
        stock[::9] = NAN
    normal = fit(stock, market, "market", 120)
    assert normal.sigma[0] == 0
    assert normal.beta[0] == near(beta, rel=1e-12)


def test_a_stock_that_is_its_market_leaves_nothing_when_adjusted_by_it():
    market = made(55)[1]
    assert fit(market[:, None], market, "market-adjusted", 120).sigma[0] == 0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("have", [119, 120])
def test_a_company_needs_the_minimum_of_returns(model, have):
    returns, market = made(56, companies=2)
    returns[have:, 1] = NAN
    normal = fit(returns, market, model, 120)
    assert normal.n.tolist() == [250, have]
    for part in (normal.alpha, normal.beta, normal.sigma):
        assert np.isfinite(part).tolist() == [True, have >= 120]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("sessions", [0, 1, 2])
def test_fewer_than_three_returns_make_no_model_whatever_the_minimum(model, sessions):
    # Two points lie on a line and leave no residual.
    normal = fit(*made(57, sessions=sessions, companies=2), model, 1)
    assert normal.n.tolist() == [sessions, sessions]
    for part in (normal.alpha, normal.beta, normal.sigma):
        assert np.isnan(part).all()


@pytest.mark.parametrize("model", MODELS)
def test_no_company_is_no_error(model):
    normal = fit(np.empty((250, 0)), made(58)[1], model, 120)
    assert normal.alpha.shape == normal.sigma.shape == (0,)
    assert normal.abnormal(np.empty((1, 0)), np.array([0.01])).shape == (1, 0)
    assert normal.standard_error(np.array([0.01])).shape == (0,)


@pytest.mark.parametrize("model", MODELS)
def test_a_company_without_a_return_leaves_the_others_alone(model):
    returns, market = made(59, companies=3)
    alone = fit(returns[:, [0, 2]], market, model, 120)
    returns[:, 1] = NAN
    normal = fit(returns, market, model, 120)
    assert normal.n[1] == 0
    assert np.isnan(normal.sigma[1])
    np.testing.assert_allclose(normal.sigma[[0, 2]], alone.sigma, rtol=1e-12)


@pytest.mark.parametrize("model", ["market", "market-adjusted"])
def test_without_a_market_return_that_day_there_is_no_abnormal_return(model):
    returns, market = made(60)
    normal = fit(returns, market, model, 120)
    abnormal = normal.abnormal(returns[:2], np.array([NAN, 0.01]))
    assert np.isnan(abnormal).all(axis=1).tolist() == [True, False]


def test_nothing_that_was_handed_in_is_written_to():
    returns, market = made(61, gaps=0.1)
    before = returns.copy(), market.copy()
    for model in MODELS:
        fit(returns, market, model, 120).abnormal(returns, market)
    np.testing.assert_array_equal(returns, before[0])
    np.testing.assert_array_equal(market, before[1])
