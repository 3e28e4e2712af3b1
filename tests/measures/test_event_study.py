"""The event study by hand, by a slow version of itself, and on the day the project is about."""

from datetime import date
from functools import partial
from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aftershock.companies import AI_BUILD_OUT, baskets
from aftershock.errors import AftershockError, EstimationOverlapError, OutsideDataError
from aftershock.measures.event_study import event_study
from aftershock.measures.returns import simple_returns
from aftershock.sessions import sessions_between

NAN = np.nan
MODELS = ("market", "market-adjusted", "mean-adjusted")
EVENT = pd.Timestamp("2025-01-27")
near = partial(pytest.approx, abs=0)

# Four estimation days, then the event: a = 0.001, b = 2, residuals of 0.002, s² = 8e-6.
MARKET = [0.01, -0.01, 0.02, -0.02, -0.03]
STOCK = [0.023, -0.017, 0.039, -0.041, -0.17]
SHORT = {"estimation": 4, "gap": 0, "minimum": 3}


def dated(values, start="2025-01-21"):
    return pd.Series(values, sessions_between(start, "2026-12-31")[: len(values)], dtype=float)


def study(stock, market, row=None, **options):
    """The study of one made-up company, by default on its last session."""
    stock, market = dated(stock), dated(market)
    return event_study(stock.to_frame("X"), market, stock.index[len(stock) - 1 if row is None else row], **options)


def made(seed, sessions=140, companies=7, *, gaps=True):
    """Companies that follow a market and have something in common beyond it; some listed late, some with gaps."""
    rng = np.random.default_rng(seed)
    market = rng.standard_t(5, sessions) * 0.008 + 0.0005
    returns = market[:, None] * rng.uniform(0.3, 2.2, companies)
    returns += rng.standard_t(5, (sessions, 1)) * 0.01 + rng.standard_t(5, (sessions, companies)) * 0.015
    index = sessions_between("2024-06-03", "2026-12-31")[:sessions]
    frame = pd.DataFrame(returns, index, list("ABCDEFGHIJKLMNOP")[:companies])
    series = pd.Series(market, index)
    if gaps:
        frame.iloc[: sessions // 2, 1] = NAN
        frame = frame.mask(rng.random(frame.shape) < 0.04)
        series[rng.random(sessions) < 0.03] = NAN
    return frame, series


# By hand


def test_the_estimation_window_ends_before_the_event():
    # With the event day inside, beta would be 3.5488 and the abnormal return -0.0516.
    found = study(STOCK, MARKET, **SHORT)
    row = found.companies.loc["X"]
    assert row["alpha"] == pytest.approx(0.001, abs=1e-15)
    assert row["beta"] == near(2.0, rel=1e-12)
    assert row["sigma"] == pytest.approx(0.00282843, abs=5e-9)
    assert row["n"] == 4
    assert row["ar"] == row["car"] == pytest.approx(-0.1110, abs=1e-14)
    assert row["car_se"] == pytest.approx(0.00414729, abs=5e-9)
    assert row["t"] == pytest.approx(-26.76, abs=5e-3)
    assert row["p"] == row["holm_p"] == near(2 * stats.t.cdf(-0.111 / sqrt(8e-6 * 2.15), 2), rel=1e-9)
    assert row["quantile_p"] == 1 / 5  # lower than all four ordinary days
    assert (found.windows.event, found.windows.estimation, found.windows.window) == (4, range(4), range(4, 5))
    assert found.event == pd.Timestamp("2025-01-27")
    assert found.left_out == {}


def test_several_sessions_share_the_errors_of_their_line():
    # The second day: 0.03 - 0.001 - 2 x 0.01 = 0.009; together -0.102. Their variance, in s²:
    # 2 + 2²/4 + (-0.03 + 0.01)² / 0.001 = 3.4, where two days on their own had 2.15 + 1.35.
    found = study([*STOCK, 0.03], [*MARKET, 0.01], 4, window=(0, 1), **SHORT)
    row = found.companies.loc["X"]
    assert row["ar"] == pytest.approx(-0.111, abs=1e-14)
    assert row["car"] == pytest.approx(-0.102, abs=1e-14)
    assert row["car_se"] == near(sqrt(8e-6 * 3.4), rel=1e-11)
    assert found.abnormal["X"].tolist() == pytest.approx([-0.111, 0.009], abs=1e-14)
    assert found.abnormal.index.tolist() == [pd.Timestamp("2025-01-27"), pd.Timestamp("2025-01-28")]
    assert found.residuals["X"].tolist() == pytest.approx([0.002, 0.002, -0.002, -0.002], abs=1e-14)
    # Of one company the average is its own, with a band of 4.303 standard errors on each side.
    average = found.average["equal"]
    assert average["aar"].tolist() == pytest.approx([-0.111, 0.009], abs=1e-14)
    assert average["caar"].tolist() == pytest.approx([-0.111, -0.102], abs=1e-14)
    half = stats.t.ppf(0.975, 2) * np.sqrt([8e-6 * 2.15, 8e-6 * 3.4])
    assert (average["caar"] - average["low"]).tolist() == near(half.tolist(), rel=1e-10)
    assert (average["high"] - average["caar"]).tolist() == near(half.tolist(), rel=1e-10)


def test_the_gap_keeps_the_days_before_the_event_out():
    # The days between, before and after are wild; nothing of them may enter.
    stock = [0.9, -0.8, *STOCK[:4], 0.3, -0.3, -0.17, 0.35, 0.2]
    market = [-0.5, 0.7, *MARKET[:4], -0.3, 0.4, -0.03, 0.3, -0.4]
    found = study(stock, market, 8, estimation=4, gap=2, minimum=3)
    pd.testing.assert_frame_equal(found.companies, study(STOCK, MARKET, **SHORT).companies)
    assert found.windows.estimation == range(2, 6)
    assert found.windows.window == range(8, 9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("window", [(0, 0), (-2, 3), (2, 4), (-5, -3)])
def test_nothing_outside_the_two_windows_matters(model, window):
    returns, market = made(3)
    event, options = returns.index[110], {"estimation": 60, "gap": 5, "minimum": 20, "window": window, "model": model}
    calm = event_study(returns, market, event, **options)
    outside = np.full(140, True)
    outside[[*range(110 - 65, 110 - 5), *range(110 + window[0], 110 + window[1] + 1)]] = False
    wild, wild_market = returns.copy(), market.copy()
    wild[outside], wild_market[outside] = 9.0, -7.0
    for other in (wild.mask(np.broadcast_to(outside[:, None], wild.shape)), wild):
        again = event_study(other, wild_market, event, **options)
        pd.testing.assert_frame_equal(again.companies, calm.companies)
        pd.testing.assert_frame_equal(again.tests, calm.tests)
        pd.testing.assert_frame_equal(again.average, calm.average)


def test_the_default_windows_are_d_minus_260_to_d_minus_11_and_d():
    returns, market = made(4, 300, gaps=False)
    windows = event_study(returns, market, returns.index[280]).windows
    assert windows.estimation == range(20, 270)
    assert windows.window == range(280, 281)


def test_the_abnormal_return_of_the_event_is_missing_where_the_window_leaves_it_out():
    returns, market = made(5, gaps=False)
    event, options = returns.index[110], {"estimation": 60, "gap": 10}
    alone = event_study(returns, market, event, **options).companies
    around = event_study(returns, market, event, window=(-3, 2), **options)
    pd.testing.assert_series_equal(around.companies["ar"], alone["car"], check_names=False, rtol=1e-12)
    pd.testing.assert_series_equal(around.abnormal.loc[event], alone["car"], check_names=False, rtol=1e-12)
    for window in ((1, 3), (-4, -1)):
        without = event_study(returns, market, event, window=window, **options)
        assert without.companies["ar"].isna().all()
        assert without.portfolio["ar"].isna().all()
        assert without.companies["car"].notna().all()


def test_the_quantile_p_counts_ordinary_sums_of_as_many_sessions():
    # The mean of the five days is 0, so residuals are returns. Neighbours sum to 0, 1, 0 and -2 %.
    ordinary, index = [0.01, -0.01, 0.02, -0.02, 0.0], [0.0] * 7
    options = {"estimation": 5, "gap": 0, "minimum": 3, "model": "mean-adjusted"}
    for fall, share in ((-0.03, 1 / 5), (-0.015, 2 / 5), (0.005, 4 / 5), (0.02, 5 / 5)):
        found = study([*ordinary, fall + 0.07, -0.07], index, 5, window=(0, 1), **options)
        assert found.companies.at["X", "quantile_p"] == share
        assert found.portfolio.at["equal", "quantile_p"] == share
    # Of one session: -2, -1, 0, 1 and 2 %.
    for fall, share in ((-0.03, 1 / 6), (-0.02, 2 / 6), (-0.015, 2 / 6), (0.005, 4 / 6), (0.03, 6 / 6)):
        assert study([*ordinary, fall], index[:6], **options).companies.at["X", "quantile_p"] == share


def test_the_quantile_p_takes_no_sum_over_a_missing_return():
    # Days 1 to 3 and 5 to 7: the sums 1+2, 2+3, 5+6 and 6+7, not 3+5.
    ordinary = [0.01, -0.01, 0.02, NAN, -0.02, 0.03, -0.03]
    options = {"estimation": 7, "gap": 0, "minimum": 3, "model": "mean-adjusted", "window": (0, 1)}
    found = study([*ordinary, -0.1, -0.1], [0.0] * 9, 7, **options)
    assert found.companies.at["X", "quantile_p"] == 1 / 5
    found = study([*ordinary, 0.1, -0.0955], [0.0] * 9, 7, **options)  # sums of 0, 1, 1 and 0 % about the mean
    assert found.companies.at["X", "quantile_p"] == 3 / 5


def test_the_quantile_p_of_a_rise_counts_what_was_as_high():
    ordinary, index = [0.01, -0.01, 0.02, -0.02, 0.0], [0.0] * 6
    options = {"estimation": 5, "gap": 0, "minimum": 3, "model": "mean-adjusted"}
    for rise, low, high in ((0.03, 6 / 6, 1 / 6), (0.02, 6 / 6, 2 / 6), (0.005, 4 / 6, 3 / 6), (-0.03, 1 / 6, 6 / 6)):
        for tail, share in (("lower", low), ("upper", high)):
            found = study([*ordinary, rise], index, tail=tail, **options)
            assert found.companies.at["X", "quantile_p"] == share
            assert found.portfolio.at["equal", "quantile_p"] == share
    assert study([*ordinary, 0.03], index, **options).companies.at["X", "quantile_p"] == 6 / 6  # lower, unless said


def test_the_tail_changes_the_quantiles_alone():
    returns, market = made(6)
    event, options = returns.index[112], {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    low, high = (event_study(returns, market, event, tail=tail, **options) for tail in ("lower", "upper"))
    for a, b in ((low.companies, high.companies), (low.portfolio, high.portfolio)):
        pd.testing.assert_frame_equal(a.drop(columns="quantile_p"), b.drop(columns="quantile_p"))
        assert (a["quantile_p"] != b["quantile_p"]).all()
    pd.testing.assert_frame_equal(low.tests, high.tests)
    # The lower tail of the returns turned round is the upper one.
    turned = event_study(-returns, -market, event, **options)
    pd.testing.assert_series_equal(turned.companies["quantile_p"], high.companies["quantile_p"], rtol=1e-12)
    pd.testing.assert_series_equal(turned.portfolio["quantile_p"], high.portfolio["quantile_p"], rtol=1e-12)


def test_the_market_is_matched_by_session_and_not_by_its_place():
    returns, market = made(6)
    event, options = returns.index[112], {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    found = event_study(returns, market, event, **options)
    longer = pd.concat([dated([0.5, -0.5], "2024-01-03"), market, dated([0.9], "2026-06-01")])
    for other in (longer, longer.sample(frac=1, random_state=1)):
        again = event_study(returns, other, event, **options)
        pd.testing.assert_frame_equal(again.companies, found.companies)
        pd.testing.assert_frame_equal(again.tests, found.tests)
    # A session that it lacks is one without a market return.
    blank = market.copy()
    blank.iloc[60:70] = NAN
    pd.testing.assert_frame_equal(
        event_study(returns, market.drop(market.index[60:70]), event, **options).companies,
        event_study(returns, blank, event, **options).companies,
    )


# By a slow version


class Line:
    """A normal model by numpy's solver and the whole covariance matrix of the prediction errors."""

    def __init__(self, y, x, event_y, event_x, model):
        target = y - x if model == "market-adjusted" else y
        known = np.isfinite(target) & (np.isfinite(x) | (model == "mean-adjusted"))
        self.n, days = int(known.sum()), len(event_y)
        columns = {"market": 2, "mean-adjusted": 1, "market-adjusted": 0}[model]
        design = np.column_stack([np.ones(len(y)), x])[:, :columns]
        event = np.column_stack([np.ones(days), event_x])[:, :columns]
        line = np.linalg.lstsq(design[known], target[known], rcond=None)[0]
        self.alpha, self.beta = [*line, *[0.0, float(model == "market-adjusted")][columns:]]
        left = target[known] - design[known] @ line
        if model == "market-adjusted":  # the spread is about the mean, which is not otherwise used
            left = left - left.mean()
        self.free = self.n - max(columns, 1)
        self.sigma = sqrt((left**2).sum() / self.free)
        self.residuals = np.full(len(y), NAN)
        self.residuals[known] = target[known] - design[known] @ line
        self.abnormal = (event_y - event_x if model == "market-adjusted" else event_y) - event @ line
        inner = np.linalg.inv(design[known].T @ design[known]) if columns else np.zeros((0, 0))
        self.covariance = self.sigma**2 * (np.eye(days) + event @ inner @ event.T)
        self.car, self.car_se = self.abnormal.sum(), sqrt(self.covariance.sum())
        self.t = self.car / self.car_se
        self.p = 2 * stats.t.sf(abs(self.t), self.free)
        sums = [self.residuals[k : k + days].sum() for k in range(len(y) - days + 1)]
        sums = [s for s in sums if np.isfinite(s)]
        self.quantile_p = (1 + sum(s <= self.car for s in sums)) / (1 + len(sums))


def mean_of(rows, weights):
    """The weighted mean of those that have a value, a row at a time."""
    means = []
    for row in rows:
        known = [(v, w) for v, w in zip(row, weights, strict=True) if np.isfinite(v)]
        total = sum(w for _, w in known)
        means.append(sum(v * w for v, w in known) / total if total else NAN)
    return np.array(means)


def slow_study(returns, market, row, *, estimation, gap, window, model, minimum, weights=None):
    est, event = slice(row - gap - estimation, row - gap), slice(row + window[0], row + window[1] + 1)
    x, event_x = market.to_numpy()[est], market.to_numpy()[event]
    lines = {}
    for name, column in returns.items():
        y, event_y = column.to_numpy()[est], column.to_numpy()[event]
        have = np.isfinite(y) if model == "mean-adjusted" else np.isfinite(y) & np.isfinite(x)
        complete = np.isfinite(event_y).all() and (model == "mean-adjusted" or np.isfinite(event_x).all())
        if have.sum() >= minimum and complete:
            lines[name] = Line(y, x, event_y, event_x, model)
    names = list(lines)
    kept, event_kept = returns[names].to_numpy()[est], returns[names].to_numpy()[event]
    portfolios = {}
    for kind, w in {"equal": np.ones(len(names)), "value": weights and [weights[n] for n in names]}.items():
        if w is not None and names:
            basket = Line(mean_of(kept, w), x, mean_of(event_kept, w), event_x, model)
            portfolios[kind] = basket, mean_of(np.column_stack([lines[n].abnormal for n in names]), w)
    return lines, portfolios


def slow_tests(lines, basket):
    car, scar = np.array([v.car for v in lines.values()]), np.array([v.t for v in lines.values()])
    m, n = np.array([v.n for v in lines.values()]), len(lines)
    residuals = pd.DataFrame({name: v.residuals for name, v in lines.items()})
    table = residuals.corr()
    r = np.mean([table.loc[a, b] for a, b in combinations(lines, 2)])
    patell = scar.sum() / np.sqrt(((m - 2) / (m - 4)).sum())
    bmp = scar.mean() / (scar.std(ddof=1) / sqrt(n))
    event = pd.DataFrame({name: v.abnormal for name, v in lines.items()})
    joined = pd.concat([residuals, event], ignore_index=True)
    daily = (joined.rank() - (joined.count() + 1) / 2).mean(axis=1).dropna()
    corrado = daily.iloc[-len(event) :].sum() / np.sqrt((daily**2).mean() * len(event))
    own = pd.DataFrame([scar / scar.std(ddof=1)], columns=list(lines))
    scaled = pd.concat([residuals / [v.sigma for v in lines.values()], own])
    u = (scaled.rank() / (scaled.count() + 1) - 0.5).dropna(how="all")
    squares = (u.count(axis=1) / n * u.mean(axis=1) ** 2).mean()
    z, days = u.mean(axis=1).iloc[-1] / sqrt(squares), len(u)
    share = ((residuals > 0).sum() / residuals.count()).mean()
    statistics = {
        "cross_sectional_t": (car.mean() / (car.std(ddof=1) / sqrt(n)), stats.t(n - 1)),
        "portfolio_t": (basket.t, stats.t(basket.free)),
        "patell": (patell, stats.norm),
        "patell_adjusted": (patell / sqrt(1 + (n - 1) * r), stats.norm),
        "bmp": (bmp, stats.t(n - 1)),
        "bmp_adjusted": (bmp * sqrt((1 - r) / (1 + (n - 1) * r)), stats.t(n - 1)),
        "corrado_rank": (corrado, stats.norm),
        "generalized_rank": (z * sqrt((days - 2) / (days - 1 - z * z)), stats.t(days - 2)),
        "generalized_sign": (((car > 0).sum() - n * share) / sqrt(n * share * (1 - share)), stats.norm),
    }
    return r, statistics


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("window", [(0, 0), (-1, 2), (3, 5), (-4, -2)])
@pytest.mark.parametrize("seed", range(3))
def test_the_whole_study_as_by_a_slow_one(seed, window, model):
    returns, market = made(seed)
    rng = np.random.default_rng(seed)
    options = {"estimation": 70, "gap": 5, "minimum": 25, "window": window, "model": model}
    weights = dict(zip(returns, rng.uniform(1, 50, len(returns.columns)), strict=True))
    for row in (90, 112, 125):
        found = event_study(returns, market, returns.index[row], weights=pd.Series(weights), **options)
        lines, portfolios = slow_study(returns, market, row, weights=weights, **options)
        assert list(found.companies.index) == list(lines)
        assert set(found.left_out) == set(returns) - set(lines)
        if not lines:
            continue
        for name, line in lines.items():
            for column in ("alpha", "beta", "sigma", "n", "car", "car_se", "t", "p", "quantile_p"):
                value = found.companies.at[name, column]
                assert value == pytest.approx(getattr(line, column), rel=1e-9, abs=1e-14), (name, column)
            np.testing.assert_allclose(found.residuals[name], line.residuals, rtol=0, atol=1e-14)
            np.testing.assert_allclose(found.abnormal[name], line.abnormal, rtol=0, atol=1e-14)
        assert list(found.portfolio.index) == ["equal", "value"]
        for kind, (basket, aar) in portfolios.items():
            line = found.portfolio.loc[kind]
            for column in ("alpha", "beta", "sigma", "n", "car", "car_se", "t", "p", "quantile_p"):
                assert line[column] == pytest.approx(getattr(basket, column), rel=1e-9, abs=1e-14), (kind, column)
            half = stats.t.ppf(0.975, basket.free) * basket.car_se
            assert [line["low"], line["high"]] == near([basket.car - half, basket.car + half], rel=1e-9)
            days = range(1, len(aar) + 1)
            halves = [stats.t.ppf(0.975, basket.free) * sqrt(basket.covariance[:k, :k].sum()) for k in days]
            expected = {"aar": aar, "caar": aar.cumsum(), "low": aar.cumsum() - halves, "high": aar.cumsum() + halves}
            for column, values in expected.items():
                np.testing.assert_allclose(found.average[kind][column], values, rtol=1e-9, atol=1e-14)
        if len(lines) < 3:
            continue
        r, statistics = slow_tests(lines, portfolios["equal"][0])
        assert found.mean_correlation == near(r, rel=1e-9)
        assert set(found.tests.index) == set(statistics)
        for name, (statistic, law) in statistics.items():
            # Patell's variance is that of the market model; one parameter fewer changes it in the fourth digit.
            digits = 5e-3 if name.startswith("patell") and model != "market" else 1e-8
            line = found.tests.loc[name]
            assert line["statistic"] == near(statistic, rel=digits), name
            assert line["p"] == near(2 * law.sf(abs(line["statistic"])), rel=1e-8), name
            assert line["n"] == len(lines)


def test_the_estimates_and_the_t_are_those_of_the_table_of_companies():
    returns, market = made(7)
    for window in ((0, 0), (1, 2)):
        found = event_study(returns, market, returns.index[112], estimation=70, gap=5, minimum=25, window=window)
        columns = ["alpha", "beta", "sigma", "n", "ar"]
        pd.testing.assert_frame_equal(found.estimates, found.companies[columns])
        np.testing.assert_array_equal(found.t, found.companies["t"])


def test_holms_p_is_over_the_companies_of_the_study():
    returns, market = made(8, gaps=False)
    table = event_study(returns, market, returns.index[120], estimation=100).companies
    p = table["p"].sort_values()
    expected = (p * np.arange(len(p), 0, -1)).cummax().clip(upper=1)
    pd.testing.assert_series_equal(table["holm_p"], expected[table.index], check_names=False, rtol=1e-12)


# Weights


def test_value_weights_by_hand():
    # Both on a flat market without noise of their own but for ±1 and ±2 %; A is worth three times B.
    index = [0.01, -0.01, 0.01, -0.01, 0.0, 0.0]
    returns = pd.DataFrame(
        {"A": [0.01, 0.01, -0.01, -0.01, -0.10, 0.02], "B": [0.02, -0.02, -0.02, 0.02, -0.20, -0.06]},
        dated(index).index,
    )
    options = {**SHORT, "window": (0, 1), "model": "mean-adjusted"}
    found = event_study(returns, dated(index), returns.index[4], weights=pd.Series({"B": 1e9, "A": 3e9}), **options)
    assert found.average["value"]["aar"].tolist() == pytest.approx([-0.125, 0.0], abs=1e-15)
    assert found.average["equal"]["aar"].tolist() == pytest.approx([-0.15, -0.02], abs=1e-15)
    assert found.average["value"]["caar"].tolist() == pytest.approx([-0.125, -0.125], abs=1e-15)
    value = found.portfolio.loc["value"]
    # (3 x 1 + 2) / 4, (3 - 2) / 4, (-3 - 2) / 4 and (-3 + 2) / 4 per cent: their squares sum to 52 / 16.
    assert value["sigma"] == near(sqrt(52 / 16 / 3) / 100, rel=1e-12)
    assert value["car"] == pytest.approx(-0.125, abs=1e-15)
    assert value["ar"] == pytest.approx(-0.125, abs=1e-15)
    assert value["car_se"] == near(value["sigma"] * sqrt(2 + 4 / 4), rel=1e-12)
    # The tests are those of equal weights, whatever the weights.
    pd.testing.assert_frame_equal(found.tests, event_study(returns, dated(index), returns.index[4], **options).tests)


def test_a_company_without_a_weight_is_in_the_equal_weighted_basket_only_and_the_basket_says_so():
    returns, market = made(3, companies=3, gaps=False)
    options = {"estimation": 100, "gap": 5, "weights": pd.Series({"A": 2.0, "B": 1.0})}
    both = event_study(returns, market, returns.index[-1], **options).portfolio
    assert both["companies"].to_dict() == {"equal": 3, "value": 2}
    two = event_study(returns[["A", "B"]], market, returns.index[-1], **options).portfolio
    assert both.loc["value"].tolist() == near(two.loc["value"].tolist(), rel=1e-12)


def test_a_negative_weight_is_refused():
    returns, market = made(3, companies=2, gaps=False)
    with pytest.raises(ValueError, match="weight of B is negative"):
        event_study(returns, market, returns.index[-1], weights=pd.Series({"A": 2.0, "B": -1.0}))


def test_without_weights_there_is_no_value_weighted_basket():
    found = study(STOCK, MARKET, **SHORT)
    assert found.portfolio.index.tolist() == ["equal"]
    assert found.average.columns.get_level_values(0).unique().tolist() == ["equal"]


def test_the_unit_of_the_weights_does_not_matter_and_equal_ones_are_equal():
    returns, market = made(9)
    options = {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    weights = pd.Series(np.arange(1.0, 8.0), returns.columns)
    few, many = (event_study(returns, market, returns.index[112], weights=weights * k, **options) for k in (1, 1e12))
    pd.testing.assert_frame_equal(few.portfolio, many.portfolio, rtol=1e-10)
    equal = event_study(returns, market, returns.index[112], weights=weights * 0 + 5, **options)
    np.testing.assert_allclose(equal.portfolio.loc["value"], equal.portfolio.loc["equal"], rtol=1e-10)


def test_a_company_that_is_left_out_takes_its_weight_along():
    returns, market = made(10, gaps=False)
    event = returns.index[120]
    weights = pd.Series(np.arange(1.0, 8.0), returns.columns)
    without = event_study(returns.drop(columns="C"), market, event, estimation=100, weights=weights)
    returns.loc[event, "C"] = NAN
    found = event_study(returns, market, event, estimation=100, weights=weights)
    pd.testing.assert_frame_equal(found.portfolio, without.portfolio)
    pd.testing.assert_frame_equal(found.average, without.average)


# Companies beside one another


def test_each_company_has_the_same_figures_alone_and_beside_others():
    returns, market = made(11)
    event, options = returns.index[112], {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    together = event_study(returns, market, event, **options)
    assert len(together.companies) > 3
    for name in returns:
        alone = event_study(returns[[name]], market, event, **options)
        assert alone.left_out == {k: v for k, v in together.left_out.items() if k == name}
        if name in together.left_out:
            continue
        columns = [c for c in together.companies if c != "holm_p"]
        pd.testing.assert_frame_equal(alone.companies[columns], together.companies.loc[[name], columns], rtol=1e-10)
        row = alone.portfolio.loc["equal", ["car", "car_se", "t", "p"]]
        np.testing.assert_allclose(row.astype(float), alone.companies.loc[name, row.index].astype(float), rtol=1e-10)


def test_the_order_of_the_companies_does_not_matter():
    returns, market = made(12)
    event, options = returns.index[112], {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    found, turned = (event_study(r, market, event, **options) for r in (returns, returns.iloc[:, ::-1]))
    assert turned.companies.index.tolist() == found.companies.index.tolist()[::-1]
    pd.testing.assert_frame_equal(turned.companies.loc[found.companies.index], found.companies, rtol=1e-10)
    pd.testing.assert_frame_equal(turned.tests, found.tests, rtol=1e-10)
    pd.testing.assert_frame_equal(turned.portfolio, found.portfolio, rtol=1e-10)
    pd.testing.assert_frame_equal(turned.average, found.average, rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_per_cent_give_the_same_statistics_as_fractions(model):
    returns, market = made(13)
    event, options = returns.index[112], {"estimation": 70, "gap": 5, "minimum": 25, "model": model, "splits": None}
    small = event_study(returns / 100, market / 100, event, **options)
    found = event_study(returns, market, event, **options)
    pd.testing.assert_frame_equal(small.tests, found.tests, rtol=1e-9)
    scaled = ["alpha", "sigma", "ar", "car", "car_se"]
    pd.testing.assert_frame_equal(small.companies[scaled] * 100, found.companies[scaled], rtol=1e-9)
    kept = ["beta", "n", "t", "p", "quantile_p", "holm_p"]
    pd.testing.assert_frame_equal(small.companies[kept], found.companies[kept], rtol=1e-9)


def test_standardised_tests_do_not_see_how_wildly_a_company_moves():
    # Three times the returns of one company: three times its beta and its sigma, and the same t.
    returns, market = made(14, gaps=False)
    event = returns.index[120]
    found = event_study(returns, market, event, estimation=100)
    wilder = event_study(returns.assign(B=3 * returns["B"]), market, event, estimation=100)
    assert wilder.companies.at["B", "beta"] == near(3 * found.companies.at["B", "beta"], rel=1e-10)
    assert wilder.companies["t"].tolist() == near(found.companies["t"].tolist(), rel=1e-9)
    blind = ["patell", "patell_adjusted", "bmp", "bmp_adjusted", "corrado_rank", "generalized_rank", "generalized_sign"]
    pd.testing.assert_frame_equal(wilder.tests.loc[blind], found.tests.loc[blind], rtol=1e-9)
    assert wilder.tests.at["cross_sectional_t", "statistic"] != found.tests.at["cross_sectional_t", "statistic"]


def test_one_company_alone_has_the_tests_that_need_no_second():
    returns, market = made(15, gaps=False)
    tests = event_study(returns[["A"]], market, returns.index[120], estimation=100).tests
    for name in ("portfolio_t", "patell", "corrado_rank", "generalized_sign"):
        assert np.isfinite(tests.at[name, "statistic"]), name
    for name in ("cross_sectional_t", "bmp", "bmp_adjusted", "generalized_rank"):
        assert np.isnan([tests.at[name, "statistic"], tests.at[name, "p"]]).all(), name
    assert tests["n"].tolist() == [1] * len(tests)


def test_what_was_handed_in_is_not_written_to():
    returns, market = made(16)
    before = returns.copy(), market.copy()
    options = {"estimation": 70, "gap": 5, "minimum": 25, "window": (-1, 2)}
    found = event_study(returns, market, returns.index[112], **options)
    assert len([found.companies, found.tests, found.average, found.portfolio, found.residuals]) == 5
    pd.testing.assert_frame_equal(returns, before[0])
    pd.testing.assert_series_equal(market, before[1])


# Who is left out


def left_out(returns, market, event, **options):
    """The reasons, having checked that who has one is nowhere else."""
    found = event_study(returns, market, event, **options)
    kept = [c for c in returns if c not in found.left_out]
    for table in (found.companies.index, found.abnormal.columns, found.residuals.columns):
        assert table.tolist() == kept
    assert found.tests["n"].max() == len(kept)
    assert len(found.portfolio) == 1
    assert len(found.average) == len(found.windows.window)
    return found.left_out


@pytest.mark.parametrize("valid", [119, 120])
def test_a_company_needs_120_returns_in_its_window(valid):
    returns, market = made(20, 300, gaps=False)
    returns.iloc[: 300 - 11 - valid, 2] = NAN  # the window ends eleven sessions before the last one
    reasons = left_out(returns, market, returns.index[-1])
    if valid == 120:
        assert reasons == {}
    else:
        assert set(reasons) == {"C"}
        assert "at least 120" in reasons["C"]
        assert "has 119" in reasons["C"]


def test_a_session_without_the_market_is_none_of_the_120():
    returns, market = made(20, 300, gaps=False)
    market.iloc[40:170] = NAN
    assert left_out(returns, market, returns.index[-1]) == {}
    market.iloc[170] = NAN
    reasons = left_out(returns, market, returns.index[-1])
    assert set(reasons) == set(returns)
    assert all("at least 120" in reason and "has 119" in reason for reason in reasons.values())
    assert left_out(returns, market, returns.index[-1], model="mean-adjusted") == {}


@pytest.mark.parametrize(("days", "have"), [(2, 2), (30, 19)])
def test_too_few_sessions_in_the_data_are_said_with_both_numbers(days, have):
    # Two estimation days only; 30 rows and a window of 120.
    returns, market = made(21, days + (days == 2), companies=2, gaps=False)
    options = {"estimation": 2, "gap": 0} if days == 2 else {"estimation": 120, "gap": 10}
    reasons = left_out(returns, market, returns.index[-1], **options)
    assert set(reasons) == {"A", "B"}
    least = 3 if days == 2 else 120
    assert all(f"at least {least}" in reason and f"has {have}" in reason for reason in reasons.values())


def test_of_a_window_shorter_than_the_minimum_a_company_needs_all():
    returns, market = made(22, gaps=False)
    returns.iloc[100, 0] = NAN
    reasons = left_out(returns, market, returns.index[120], estimation=60)
    assert set(reasons) == {"A"}
    assert "at least 60" in reasons["A"]
    assert "has 59" in reasons["A"]


@pytest.mark.parametrize("row", [0, 5, 9, 10, 11])
def test_an_event_at_the_start_of_the_data_has_no_estimation_window(row):
    # No wrap-around of negative positions. The days after the event are no estimation days.
    returns, market = made(23, gaps=False)
    reasons = left_out(returns, market, returns.index[row])
    assert all(f"has {max(0, row - 10)}" in reason for reason in reasons.values())
    assert set(reasons) == set(returns)
    assert set(left_out(returns, market, returns.index[row], window=(-3, 3))) == set(returns)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01, -0.0003])
def test_a_market_that_did_not_move_is_said(level):
    # However the flat market is called (0 %, or 0.1 % a day).
    returns, market = made(24, 300, gaps=False)
    flat = market * 0 + level
    flat.iloc[-1] = -0.03
    reasons = left_out(returns, flat, returns.index[-1])
    assert set(reasons) == set(returns)
    assert all("market did not move" in reason for reason in reasons.values())
    for model in ("market-adjusted", "mean-adjusted"):
        assert left_out(returns, flat, returns.index[-1], model=model) == {}


@pytest.mark.parametrize("window", [(0, 0), (-2, 2)])
def test_a_company_without_a_return_on_a_session_of_the_window_is_left_out(window):
    returns, market = made(25, gaps=False)
    event = returns.index[120]
    returns.loc[event, "B"] = NAN
    returns.loc[returns.index[122], "C"] = NAN
    reasons = left_out(returns, market, event, estimation=60, window=window)
    assert f"{event.day} {event:%b %Y}" in reasons["B"]
    assert "no return" in reasons["B"]
    if window == (0, 0):
        assert set(reasons) == {"B"}
    else:
        assert set(reasons) == {"B", "C"}
        later = returns.index[122]
        assert f"{later.day} {later:%b %Y}" in reasons["C"]


@pytest.mark.parametrize("model", ["market", "market-adjusted"])
def test_without_a_market_return_on_the_event_all_are_left_out(model):
    returns, market = made(26, gaps=False)
    event = returns.index[120]
    market[event] = NAN
    reasons = left_out(returns, market, event, estimation=60, model=model)
    assert set(reasons) == set(returns)
    assert all("market" in reason and f"{event.day} {event:%b %Y}" in reason for reason in reasons.values())
    assert left_out(returns, market, event, estimation=60, model="mean-adjusted") == {}


@pytest.mark.parametrize("window", [(0, 3), (5, 8), (0, 400)])
def test_a_window_beyond_the_data_is_said_and_not_shortened(window):
    returns, market = made(27, gaps=False)
    last = returns.index[-1]
    reasons = left_out(returns, market, returns.index[-3], estimation=60, window=window)
    assert set(reasons) == set(returns)
    assert all("event window ends after" in reason for reason in reasons.values())
    assert all(f"{last.day} {last:%b %Y}" in reason for reason in reasons.values())
    assert left_out(returns, market, returns.index[-3], estimation=60, window=(0, 2)) == {}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("row", [90, 120])
def test_a_return_that_carries_a_split_is_refused_in_either_window(row, known):
    returns, market = made(28, gaps=False)
    returns.iloc[row, 3] = -0.9
    splits = pd.DataFrame({"symbol": ["D"], "date": [returns.index[row]], "ratio": [10.0]}) if known else None
    reasons = left_out(returns, market, returns.index[120], estimation=60, gap=5, splits=splits)
    assert set(reasons) == {"D"}
    assert "10-for-1 split" in reasons["D"]
    # In the gap it does no harm.
    returns.iloc[row, 3], returns.iloc[117, 3] = 0.01, -0.9
    assert left_out(returns, market, returns.index[120], estimation=60, gap=5, splits=splits) == {}


def test_a_fall_by_nine_tenths_on_no_known_split_is_real():
    returns, market = made(28, gaps=False)
    returns.iloc[120, 3] = -0.9
    splits = pd.DataFrame({"symbol": ["D"], "date": [returns.index[90]], "ratio": [10.0]})
    found = event_study(returns, market, returns.index[120], estimation=60, gap=5, splits=splits)
    assert found.left_out == {}
    assert found.companies.at["D", "ar"] < -0.8


def test_an_infinite_return_is_none():
    # What a price of zero leaves behind.
    returns, market = made(29, gaps=False)
    event = returns.index[120]
    returns.loc[event, "B"] = np.inf
    returns.loc[returns.index[90], "C"] = np.inf
    reasons = left_out(returns, market, event, estimation=60, minimum=30)
    assert set(reasons) == {"B"}
    assert "no return" in reasons["B"]
    market[event] = -np.inf
    reasons = left_out(returns, market, event, estimation=60, minimum=30)
    assert set(reasons) == set(returns)
    assert "market" in reasons["A"]


@pytest.mark.parametrize("splits", [None, pd.DataFrame(columns=["symbol", "date", "ratio"])])
def test_no_company_is_a_study_of_none(splits):
    returns, market = made(30, gaps=False)
    found = event_study(returns[[]], market, returns.index[120], estimation=60, splits=splits)
    assert found.companies.empty
    assert found.left_out == {}
    assert found.tests[["statistic", "p"]].isna().all(axis=None)
    assert found.tests["n"].eq(0).all()
    assert found.portfolio[["car", "t", "p", "low", "high"]].isna().all(axis=None)
    assert found.average.isna().all(axis=None)
    assert np.isnan(found.mean_correlation)


def test_with_all_left_out_nothing_is_claimed():
    returns, market = made(31, gaps=False)
    weights = pd.Series(1.0, returns.columns)
    found = event_study(returns * NAN, market, returns.index[120], estimation=60, window=(-1, 1), weights=weights)
    assert set(found.left_out) == set(returns)
    assert found.tests[["statistic", "p"]].isna().all(axis=None)
    assert found.portfolio[["car", "t", "p", "low", "high"]].isna().all(axis=None)
    assert found.average.isna().all(axis=None)


# A company that its model explains


def test_a_stock_that_does_not_move_has_an_abnormal_return_and_no_t():
    # alpha 0, beta 0, sigma 0; the abnormal return is the return.
    row = study([0.0, 0.0, 0.0, 0.0, -0.17], MARKET, **SHORT).companies.loc["X"]
    assert row[["alpha", "beta", "sigma", "car_se"]].tolist() == [0, 0, 0, 0]
    assert row["ar"] == row["car"] == -0.17
    assert row[["t", "p", "holm_p"]].isna().all()


@pytest.mark.parametrize("kind", ["flat", "constant", "fund"])
def test_a_company_without_a_residual_dilutes_no_test(kind):
    # What rounding leaves of a perfect fit is correlated with nothing; counted as a company it would bring the mean
    # correlation down, and the adjusted tests up.
    returns, market = made(32, gaps=False)
    event = returns.index[120]
    more = {"flat": market * 0, "constant": market * 0 + 0.0003, "fund": 0.0003 + 1.3 * market}[kind]
    more[event] += 0.02
    alone = event_study(returns, market, event, estimation=100)
    found = event_study(returns.assign(Z=more), market, event, estimation=100)
    assert found.left_out == {}
    assert found.companies.at["Z", "sigma"] == 0
    assert found.companies.at["Z", "car"] == pytest.approx(0.02, abs=1e-12)
    assert np.isnan(found.companies.at["Z", "t"])
    pd.testing.assert_frame_equal(found.companies.drop(index="Z"), alone.companies, rtol=1e-10)
    assert found.mean_correlation == near(alone.mean_correlation, rel=1e-10)
    standardised = ["patell", "patell_adjusted", "bmp", "bmp_adjusted", "generalized_rank"]
    pd.testing.assert_frame_equal(found.tests.loc[standardised], alone.tests.loc[standardised], rtol=1e-10)
    # It is part of the mean, which needs no t.
    assert found.tests.at["cross_sectional_t", "n"] == len(returns.columns) + 1
    assert found.average["equal"]["aar"].iloc[0] == near(found.companies["car"].mean(), rel=1e-12)


def test_a_fund_that_beats_its_market_by_the_same_every_day_leaves_that_much():
    # Adjusted by the market it leaves 1/1024 a day: no spread, but no zero either.
    market = [k / 1024 for k in (3, -5, 8, -2, 1, -30)]
    options = {"estimation": 5, "gap": 0, "minimum": 3, "model": "market-adjusted"}
    found = study([v + 1 / 1024 for v in market], market, **options)
    assert found.residuals["X"].tolist() == [1 / 1024] * 5
    assert found.abnormal["X"].tolist() == [1 / 1024]
    row = found.companies.loc["X"]
    assert row["sigma"] == 0
    assert row[["t", "p"]].isna().all()
    assert row["quantile_p"] == 1  # all days were as low


# Windows that make no study


@pytest.mark.parametrize(
    ("window", "gap"), [((-11, 0), 10), ((-20, -15), 10), ((-1, 1), 0), ((0, 0), -1), ((0, 5), -3), ((2, 5), -3)]
)
def test_an_event_window_that_reaches_into_the_estimation_window_is_refused(window, gap):
    returns, market = made(40, gaps=False)
    with pytest.raises(EstimationOverlapError, match="overlap") as caught:
        event_study(returns, market, returns.index[120], estimation=60, gap=gap, window=window)
    assert isinstance(caught.value, AftershockError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(("window", "gap"), [((-10, 0), 10), ((-10, -10), 10), ((0, 0), 0), ((-2, 4), 2)])
def test_an_event_window_may_begin_right_after_the_estimation_window(window, gap):
    returns, market = made(40, gaps=False)
    found = event_study(returns, market, returns.index[120], estimation=60, gap=gap, window=window)
    assert found.windows.estimation == range(120 - gap - 60, 120 - gap)
    assert found.windows.window.start >= found.windows.estimation.stop
    assert len(found.abnormal) == window[1] - window[0] + 1
    assert len(found.residuals) == 60


def test_impossible_windows_and_models_are_refused_with_a_sentence():
    returns, market = made(41, gaps=False)
    event = returns.index[120]
    with pytest.raises(ValueError, match="before it begins"):
        event_study(returns, market, event, window=(1, 0))
    for sessions in (0, -5):
        with pytest.raises(ValueError, match="estimation window"):
            event_study(returns, market, event, estimation=sessions)
    with pytest.raises(ValueError, match="capm"):
        event_study(returns, market, event, model="capm")
    with pytest.raises(ValueError, match="left"):
        event_study(returns, market, event, tail="left")


# The event's date


def calendar():
    """The sessions around the event, from 3 Jan 2024 to 28 Mar 2025."""
    returns, market = made(50, 310, companies=2, gaps=False)
    index = sessions_between("2024-01-03", "2025-03-31")[:310]
    return returns.set_axis(index), market.set_axis(index)


@pytest.mark.parametrize(
    ("picked", "session"),
    [
        ("2025-01-20", "2025-01-21"),  # Martin Luther King Day
        ("2025-01-25", "2025-01-27"),
        ("2025-01-26", "2025-01-27"),
        ("2025-01-27", "2025-01-27"),
        ("2025-01-09", "2025-01-10"),  # Day of Mourning for Jimmy Carter
        ("2024-12-25", "2024-12-26"),
    ],
)
def test_a_day_without_trading_stands_for_the_next_session(picked, session):
    returns, market = calendar()
    expected = event_study(returns, market, pd.Timestamp(session), estimation=100)
    for event in (picked, pd.Timestamp(picked), date.fromisoformat(picked), pd.Timestamp(picked).to_pydatetime()):
        found = event_study(returns, market, event, estimation=100)
        assert found.event == pd.Timestamp(session)
        assert found.windows == expected.windows
        pd.testing.assert_frame_equal(found.companies, expected.companies)


@pytest.mark.parametrize(
    ("picked", "said", "nearest"),
    [
        ("2024-01-01", "before the first session", date(2024, 1, 3)),
        ("2024-01-02", "before the first session", date(2024, 1, 3)),
        ("1990-01-01", "before the first session", date(2024, 1, 3)),
        ("2030-01-01", "after the last session", date(2025, 3, 28)),
        ("2025-03-29", "after the last session", date(2025, 3, 28)),
    ],
)
def test_a_day_outside_the_data_is_refused_with_a_sentence(picked, said, nearest):
    returns, market = calendar()
    assert returns.index[-1].date() == date(2025, 3, 28)
    for event in (picked, pd.Timestamp(picked), date.fromisoformat(picked)):
        with pytest.raises(OutsideDataError, match=said) as caught:
            event_study(returns, market, event)
        assert f"{pd.Timestamp(picked):%Y}" in str(caught.value)
        assert caught.value.nearest == nearest


def test_a_time_of_day_is_no_other_day():
    returns, market = calendar()
    assert event_study(returns, market, pd.Timestamp("2025-01-27 09:30")).event == EVENT


def test_without_a_single_session_there_is_no_event():
    returns, market = calendar()
    with pytest.raises(ValueError, match="not one session"):
        event_study(returns.iloc[:0], market.iloc[:0], EVENT)


def test_the_first_and_the_last_session_are_in_the_data():
    returns, market = calendar()
    for row in (0, len(returns) - 1):
        found = event_study(returns, market, returns.index[row])
        assert found.windows.event == row
        assert found.event == returns.index[row]


# The day the project is about


@pytest.fixture(scope="module")
def returns(market):
    return simple_returns(market[0].total_return_close)


@pytest.fixture(scope="module")
def names():
    return list(baskets()[AI_BUILD_OUT].symbols)


FIGURES = {
    "^GSPC": {
        "cross_sectional_t": "-5.66",
        "patell": "-17.8",
        "patell_adjusted": "-7.33",
        "bmp": "-5.38",
        "bmp_adjusted": "-1.96",
        "portfolio_t": "-7.48",
    },
    "^NDX": {
        "patell": "-15.1",
        "patell_adjusted": "-7.41",
        "bmp": "-4.36",
        "bmp_adjusted": "-1.99",
        "portfolio_t": "-7.69",
    },
}


@pytest.mark.parametrize(("index", "mean", "correlation"), [("^GSPC", -10.47, 0.213), ("^NDX", -8.65, 0.137)])
def test_the_event_itself_as_computed_elsewhere(market, returns, names, index, mean, correlation):
    # A second opinion: 24 AI names, 250 days ending 11 sessions earlier.
    found = event_study(returns[names], returns[index], EVENT, splits=market[0].splits)
    assert len(names) == len(found.companies) == 24
    assert found.left_out == {}
    assert len(found.windows.estimation) == 250
    assert found.windows.event - found.windows.estimation.stop == 10
    assert round(found.average["equal"]["aar"].iloc[0] * 100, 2) == mean
    assert round(found.companies["ar"].mean() * 100, 2) == mean
    assert round(found.mean_correlation, 3) == correlation
    for name, printed in FIGURES[index].items():
        digits = len(printed.split(".")[1])
        assert f"{found.tests.at[name, 'statistic']:.{digits}f}" == printed, name
    # No estimation day was lower.
    assert found.portfolio.at["equal", "quantile_p"] == 1 / 251
    assert found.residuals.mean(axis=1).min() > found.average["equal"]["aar"].iloc[0]


def test_the_event_itself_by_the_slow_version(market, returns, names):
    options = {"estimation": 250, "gap": 10, "window": (0, 0), "model": "market", "minimum": 120}
    row = market[0].position(EVENT)
    lines, portfolios = slow_study(returns[names], returns["^GSPC"], row, **options)
    found = event_study(returns[names], returns["^GSPC"], EVENT)
    assert list(lines) == names
    for column in ("alpha", "beta", "sigma", "n", "car", "car_se", "t", "p", "quantile_p"):
        theirs = [getattr(line, column) for line in lines.values()]
        np.testing.assert_allclose(found.companies[column], theirs, rtol=1e-8, err_msg=column)
    r, statistics = slow_tests(lines, portfolios["equal"][0])
    assert found.mean_correlation == near(r, rel=1e-10)
    for name, (statistic, _) in statistics.items():
        assert found.tests.at[name, "statistic"] == near(statistic, rel=1e-8), name


@pytest.mark.parametrize("known", [True, False])
def test_the_splits_of_2024_do_no_harm_to_prices_adjusted_for_them(market, returns, names, known):
    history, _ = market
    found = event_study(returns[names], returns["^GSPC"], EVENT, splits=history.splits if known else None)
    inside = found.residuals.index
    for symbol, day in (("NVDA", "2024-06-10"), ("AVGO", "2024-07-15"), ("SMCI", "2024-10-01"), ("LRCX", "2024-10-03")):
        assert inside[0] < pd.Timestamp(day) < inside[-1]
        assert symbol in found.companies.index
        assert abs(found.residuals.at[pd.Timestamp(day), symbol]) < 0.15
    assert found.left_out == {}


@pytest.mark.parametrize("known", [True, False])
def test_prices_of_one_company_from_before_its_split_are_refused(market, names, known):
    history, _ = market
    prices = history.total_return_close
    prices = prices.assign(NVDA=prices["NVDA"].where(prices.index >= pd.Timestamp("2024-06-10"), prices["NVDA"] * 10))
    returns = simple_returns(prices)
    found = event_study(returns[names], returns["^GSPC"], EVENT, splits=history.splits if known else None)
    assert set(found.left_out) == {"NVDA"}
    assert "10-for-1 split" in found.left_out["NVDA"]
    assert "10 Jun 2024" in found.left_out["NVDA"]
    assert len(found.companies) == 23
    others = [n for n in names if n != "NVDA"]
    pd.testing.assert_frame_equal(
        found.tests, event_study(returns[others], returns["^GSPC"], EVENT, splits=history.splits).tests
    )
