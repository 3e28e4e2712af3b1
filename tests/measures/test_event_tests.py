"""The tests of a basket by hand, against slow versions of themselves, and against what they promise."""

from functools import partial
from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.multitest import multipletests

from aftershock.measures import event_tests as et
from aftershock.measures.normal_returns import fit

NAN = np.nan
SAR, M, R = np.array([-2.0, -1.0, -3.0, -2.5]), np.full(4, 120.0), 0.4
near = partial(pytest.approx, abs=0, nan_ok=True)

# Few values, so that there are ties; all of them and their sums are exact in binary.
STEPS = st.sampled_from([-4.0, -2.0, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 2.0, 8.0])
STEPS_AND_GAPS = st.one_of(STEPS, STEPS, STEPS, st.just(NAN))


@st.composite
def tables(draw, least=1, days=12, companies=6):
    """Residuals (sessions × companies, with gaps and ties) and complete values of an event of some sessions."""
    n = draw(st.integers(least, companies))
    residuals = draw(arrays(float, (draw(st.integers(1, days)), n), elements=STEPS_AND_GAPS))
    return residuals, draw(arrays(float, (draw(st.integers(1, 3)), n), elements=STEPS))


# By hand


def test_patell_and_its_adjustment_by_hand():
    # -8.5 / sqrt(4 x 118/116); allowing for r = 0.4 divides by sqrt(1 + 3 x 0.4).
    plain = et.patell(SAR, M)
    assert plain.statistic == near(-8.5 / sqrt(4 * 118 / 116), rel=1e-14)
    assert plain.statistic == pytest.approx(-4.21383, abs=5e-6)
    assert plain.p == near(2 * stats.norm.cdf(plain.statistic), rel=1e-10)
    adjusted = et.patell_adjusted(plain, R)
    assert adjusted.statistic == pytest.approx(-2.84096, abs=5e-6)
    assert adjusted.p == near(2 * stats.norm.cdf(adjusted.statistic), rel=1e-10)
    assert plain.n == adjusted.n == 4


def test_bmp_and_its_adjustment_by_hand():
    # Mean -2.125; squares about it 0.125² + 1.125² + 0.875² + 0.375² = 2.1875, so sd = sqrt(2.1875 / 3).
    plain = et.bmp(SAR)
    assert plain.statistic == near(-2.125 / sqrt(2.1875 / 3 / 4), rel=1e-14)
    assert plain.statistic == pytest.approx(-4.97709, abs=5e-6)
    assert plain.p == near(2 * stats.t.cdf(plain.statistic, 3), rel=1e-10)
    adjusted = et.bmp_adjusted(plain, R)
    assert adjusted.statistic == pytest.approx(-2.59920, abs=5e-6)
    assert adjusted.p == near(2 * stats.t.cdf(adjusted.statistic, 3), rel=1e-10)
    assert plain.n == adjusted.n == 4


def test_the_cross_sectional_t_by_hand():
    result = et.cross_sectional_t(np.array([-0.10, -0.02, -0.06]))
    assert result.statistic == near(-0.06 / (0.04 / sqrt(3)), rel=1e-12)
    assert result.p == near(2 * stats.t.cdf(result.statistic, 2), rel=1e-10)
    assert result.n == 3


def test_corrados_rank_by_hand():
    # Four ordinary days and the event: ranks less 3 are 0, 1, -1, 2, -2 and 2, 0, -1, 1, -2; daily means
    # 1, 0.5, -1, 1.5, -2 with mean square (1 + 0.25 + 1 + 2.25 + 4) / 5 = 1.7.
    residuals = np.array([[0.0, 0.4], [0.1, 0.1], [-0.1, 0.0], [0.2, 0.3]])
    result = et.corrado_rank(residuals, np.array([[-0.5, -0.7]]))
    assert result.statistic == near(-2 / sqrt(1.7), rel=1e-14)
    assert result.p == near(2 * stats.norm.cdf(result.statistic), rel=1e-10)
    assert result.n == 2


def test_corrados_rank_over_several_sessions_by_hand():
    # The ranks of the example before, the last two days being the event: (1.5 - 2) / sqrt(2 x 1.7).
    residuals = np.array([[0.0, 0.4], [0.1, 0.1], [-0.1, 0.0]])
    result = et.corrado_rank(residuals, np.array([[0.2, 0.3], [-0.5, -0.7]]))
    assert result.statistic == near(-0.5 / sqrt(2 * 1.7), rel=1e-14)


def test_the_generalized_rank_by_hand():
    # The event is lowest for both, so U = 1/6 - 1/2 = -1/3 there; on the other days the ranks are those of the Corrado
    # example: daily means 1, 0.5, -1, 1.5, -2, each over 6. T = 5; S² = 1.7 / 36; Z = -2 / sqrt(1.7).
    standardized = np.array([[0.0, 0.4], [0.1, 0.1], [-0.1, 0.0], [0.2, 0.3]])
    result = et.generalized_rank(standardized, np.array([-0.5, -0.7]))
    z = -2 / sqrt(1.7)
    assert result.statistic == near(z * sqrt(3 / (4 - z * z)), rel=1e-12)
    assert result.p == near(2 * stats.t.cdf(result.statistic, 3), rel=1e-10)
    assert result.n == 2


def test_the_generalized_rank_sees_the_event_in_units_of_its_own_spread():
    # -3 is the lowest value there is. Over the spread of 2.83 that the companies show on the event it is -1.06, and two
    # of four ordinary days were lower.
    standardized = np.array([[-2.0, -2.0], [-1.5, -1.5], [0.5, 0.5], [1.0, 1.0]])
    result = et.generalized_rank(standardized, np.array([-3.0, 1.0]))
    # The other's 0.35 has two of four below it, too: both rank in the middle.
    assert result.statistic == 0


def test_the_generalized_sign_by_hand():
    # One in four and three in four ordinary days rose: p = 1/2. Both companies fell: (0 - 1) / sqrt(1/2).
    residuals = np.array([[0.1, 0.1], [-0.1, 0.2], [-0.2, 0.1], [-0.3, -0.1]])
    result = et.generalized_sign(residuals, np.array([-0.2, -0.1]))
    assert result.statistic == near(-1 / sqrt(0.5), rel=1e-14)
    assert result.p == near(2 * stats.norm.cdf(result.statistic), rel=1e-10)
    assert result.n == 2


def test_the_generalized_sign_counts_each_companys_own_share():
    # The second has two returns, one of them up, the first five with one up: (1/5 + 1/2) / 2, not 2/7. A day without a
    # change is not up.
    residuals = np.array([[0.1, 0.1], [-0.1, NAN], [-0.2, NAN], [-0.3, -0.1], [0.0, NAN]])
    p = 0.35
    result = et.generalized_sign(residuals, np.array([0.2, -0.1]))
    assert result.statistic == near((1 - 2 * p) / sqrt(2 * p * (1 - p)), rel=1e-12)


# Against slow versions


def rank_of(values, value):
    known = [v for v in values if np.isfinite(v)]
    return sum(v < value for v in known) + (sum(v == value for v in known) + 1) / 2


def slow_corrado(residuals, abnormal):
    joined, n = np.vstack([residuals, abnormal]), abnormal.shape[1]
    daily = []
    for row in joined:
        deviations = []
        for i in range(n):
            column = joined[:, i]
            if np.isfinite(row[i]):
                deviations.append(rank_of(column, row[i]) - (np.isfinite(column).sum() + 1) / 2)
        daily.append(sum(deviations) / len(deviations) if deviations else None)
    event = daily[len(residuals) :]
    ordinary = [d for d in daily if d is not None]
    s = sqrt(sum(d * d for d in ordinary) / len(ordinary))
    return sum(event) / (s * sqrt(len(event))) if s > 0 else NAN


def slow_generalized_rank(standardized, scar):
    n = len(scar)
    if n < 2:
        return NAN, 0
    mean = sum(scar) / n
    sd = sqrt(sum((v - mean) ** 2 for v in scar) / (n - 1))
    if sd == 0:
        return NAN, 0
    joined = np.vstack([standardized, scar / sd])
    squares, days, last = 0.0, 0, 0.0
    for row in joined:
        us = [
            rank_of(joined[:, i], row[i]) / (np.isfinite(joined[:, i]).sum() + 1) - 0.5
            for i in range(n)
            if np.isfinite(row[i])
        ]
        if us:
            last = sum(us) / len(us)
            squares += len(us) / n * last**2
            days += 1
    s = sqrt(squares / days)
    if s == 0:
        return NAN, days
    z = last / s
    return (z * sqrt((days - 2) / (days - 1 - z * z)) if days >= 2 and days - 1 - z * z > 1e-12 else NAN), days


@given(tables())
def test_corrados_rank_as_by_slow_counting(table):
    residuals, abnormal = table
    result = et.corrado_rank(residuals, abnormal)
    assert result.statistic == pytest.approx(slow_corrado(residuals, abnormal), rel=1e-9, abs=1e-12, nan_ok=True)
    assert result.n == abnormal.shape[1]


@given(tables())
def test_the_generalized_rank_as_by_slow_counting(table):
    standardized, event = table
    statistic, days = slow_generalized_rank(standardized, event[0])
    result = et.generalized_rank(standardized, event[0])
    assume(np.isfinite(statistic) or days == 0)
    assert result.statistic == pytest.approx(statistic, rel=1e-7, abs=1e-9, nan_ok=True)
    if np.isfinite(statistic) and days > 2:
        assert result.p == pytest.approx(2 * stats.t.sf(abs(statistic), days - 2), rel=1e-6, abs=1e-9)


@given(tables())
def test_the_generalized_sign_as_by_slow_counting(table):
    residuals, event = table
    assume(np.isfinite(residuals).any(axis=0).all())
    n, shares = event.shape[1], []
    for column in residuals.T:
        known = [v for v in column if np.isfinite(v)]
        shares.append(sum(v > 0 for v in known) / len(known))
    p, up = sum(shares) / n, sum(v > 0 for v in event[0])
    variance = n * p * (1 - p)
    expected = (up - n * p) / sqrt(variance) if variance > 0 else NAN
    assert et.generalized_sign(residuals, event[0]).statistic == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.integers(0, 60))
def test_the_ratios_as_by_slow_counting(seed, n, more):
    rng = np.random.default_rng(seed)
    scar, m = rng.normal(-1, 2, n), rng.integers(5, 6 + more, n).astype(float)
    mean = sum(scar) / n if n else NAN
    sd = sqrt(sum((v - mean) ** 2 for v in scar) / (n - 1)) if n > 1 else NAN
    patell = sum(scar) / sqrt(sum((v - 2) / (v - 4) for v in m)) if n else NAN
    t = mean / (sd / sqrt(n)) if n > 1 else NAN
    r = rng.uniform(0, 1)
    for result, expected, law in (
        (et.patell(scar, m), patell, stats.norm),
        (et.cross_sectional_t(scar), t, stats.t(max(n - 1, 1))),
        (et.bmp(scar), t, stats.t(max(n - 1, 1))),
        (et.patell_adjusted(et.patell(scar, m), r), patell / sqrt(1 + (n - 1) * r) if n else NAN, stats.norm),
        (et.bmp_adjusted(et.bmp(scar), r), t * sqrt((1 - r) / (1 + (n - 1) * r)) if n else NAN, stats.t(max(n - 1, 1))),
    ):
        assert result.n == n
        assert result.statistic == near(expected, rel=1e-9)
        assert result.p == near(2 * law.sf(abs(expected)), rel=1e-8)


def slow_mean_correlation(residuals):
    frame = pd.DataFrame(residuals)
    table = frame.corr().to_numpy()
    found = [table[i, j] for i, j in combinations(range(frame.shape[1]), 2) if np.isfinite(table[i, j])]
    return sum(found) / len(found) if found else NAN


@given(tables(least=0, days=8))
def test_the_mean_correlation_is_the_mean_of_pandas_pairs(table):
    residuals, _ = table
    assert et.mean_correlation(residuals) == pytest.approx(slow_mean_correlation(residuals), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("gaps", [0.0, 0.05, 0.6])
@pytest.mark.parametrize("some", [True, False])
def test_the_mean_correlation_of_returns_is_that_of_pandas(gaps, some):
    # All companies have gaps, or only some of them.
    rng = np.random.default_rng(3)
    residuals = rng.normal(0, 0.02, (250, 1)) + rng.normal(0, 0.03, (250, 9))
    for column in residuals.T[: 4 if some else 9]:
        column[rng.random(250) < gaps] = NAN
    assert et.mean_correlation(residuals) == near(slow_mean_correlation(residuals), rel=1e-11)


# Nothing to test


def test_without_a_company_no_test_has_a_result():
    none, residuals = np.array([]), np.empty((9, 0))
    results = {
        "cross_sectional_t": et.cross_sectional_t(none),
        "patell": et.patell(none, none),
        "patell_adjusted": et.patell_adjusted(et.patell(none, none), NAN),
        "bmp": et.bmp(none),
        "bmp_adjusted": et.bmp_adjusted(et.bmp(none), NAN),
        "corrado_rank": et.corrado_rank(residuals, np.empty((1, 0))),
        "generalized_rank": et.generalized_rank(residuals, none),
        "generalized_sign": et.generalized_sign(residuals, none),
    }
    for name, result in results.items():
        assert result.n == 0, name
        assert np.isnan([result.statistic, result.p]).all(), name


def test_one_company_has_no_spread_to_be_compared_with():
    one, residuals = np.array([-2.0]), np.arange(9.0)[:, None]
    for result in (et.cross_sectional_t(one), et.bmp(one), et.generalized_rank(residuals, one)):
        assert result.n == 1
        assert np.isnan([result.statistic, result.p]).all()
    # The others need none.
    assert et.patell(one, np.array([120.0])).statistic == near(-2 / sqrt(118 / 116), rel=1e-14)
    assert np.isfinite(et.corrado_rank(residuals, one[None, :]).statistic)
    assert np.isfinite(et.generalized_sign(residuals - 4, one).statistic)


def test_two_companies_are_enough_for_every_test():
    two, residuals = np.array([-2.0, -1.0]), np.column_stack([np.arange(9.0), np.arange(9.0) ** 2]) - 4
    assert et.cross_sectional_t(two).statistic == near(-1.5 / 0.5, rel=1e-14)  # sd / sqrt(2) = 1/2
    r = et.mean_correlation(residuals)
    assert r == near(np.corrcoef(residuals.T)[0, 1], rel=1e-12)
    for result in (
        et.bmp_adjusted(et.bmp(two), r),
        et.patell_adjusted(et.patell(two, np.array([9.0, 9.0])), r),
        et.corrado_rank(residuals, two[None, :]),
        et.generalized_rank(residuals, two),
        et.generalized_sign(residuals, two),
    ):
        assert result.n == 2
        assert np.isfinite([result.statistic, result.p]).all()


@pytest.mark.parametrize("n", [2, 3, 6, 24])
@pytest.mark.parametrize("value", [0.0, -0.5, 0.1, -1 / 3])
def test_companies_that_all_moved_alike_have_no_spread(n, value):
    # What is left of 0.1 - (0.1 + 0.1 + 0.1) / 3 is rounding, and no measure of anything.
    alike = np.full(n, value)
    residuals = np.random.default_rng(5).normal(size=(20, n))
    for result in (et.cross_sectional_t(alike), et.bmp(alike), et.generalized_rank(residuals, alike)):
        assert result.n == n
        assert np.isnan([result.statistic, result.p]).all()


def test_ranks_that_are_all_tied_say_nothing():
    result = et.corrado_rank(np.zeros((5, 2)), np.zeros((1, 2)))
    assert np.isnan([result.statistic, result.p]).all()


def test_signs_that_never_change_say_nothing():
    result = et.generalized_sign(np.ones((5, 2)), np.array([1.0, -1.0]))
    assert np.isnan([result.statistic, result.p]).all()


@pytest.mark.parametrize("m", [3.0, 4.0])
def test_patells_variance_needs_more_than_four_returns(m):
    result = et.patell(SAR, np.array([120.0, 120.0, 120.0, m]))
    assert np.isnan([result.statistic, result.p]).all()


def test_an_unknown_correlation_leaves_the_adjusted_tests_unknown():
    for result in (et.patell_adjusted(et.patell(SAR, M), NAN), et.bmp_adjusted(et.bmp(SAR), NAN)):
        assert np.isnan([result.statistic, result.p]).all()
        assert result.n == 4


def test_a_correlation_that_no_basket_can_have_is_refused():
    # Four companies cannot be correlated below -1/3 on average; pairs over different sessions may seem to be.
    for result in (et.patell_adjusted(et.patell(SAR, M), -0.5), et.bmp_adjusted(et.bmp(SAR), -0.5)):
        assert np.isnan([result.statistic, result.p]).all()


def test_without_correlation_nothing_is_adjusted():
    plain = et.patell(SAR, M), et.bmp(SAR)
    assert et.patell_adjusted(plain[0], 0.0) == plain[0]
    assert et.bmp_adjusted(plain[1], 0.0) == plain[1]


@pytest.mark.parametrize("level", [0.0, 0.1, 0.3, -1e-3])
@pytest.mark.parametrize("gappy", [False, True])
def test_a_company_that_does_not_move_is_correlated_with_none(level, gappy):
    # Its deviation from its mean is rounding, and would dilute the mean of the others.
    rng = np.random.default_rng(7)
    residuals = rng.normal(size=(21, 3)) + rng.normal(size=(21, 1))
    if gappy:
        residuals[4, 1] = NAN
    alone = et.mean_correlation(residuals)
    still = np.full(21, level)
    if gappy:
        still[8] = NAN
    assert et.mean_correlation(np.column_stack([still, residuals])) == near(alone, rel=1e-12)
    assert np.isnan(et.mean_correlation(np.column_stack([still, residuals[:, 0]])))


def test_companies_that_never_traded_together_have_no_correlation():
    early, late = np.r_[np.arange(5.0), [NAN] * 5], np.r_[[NAN] * 5, np.arange(5.0)]
    assert np.isnan(et.mean_correlation(np.column_stack([early, late])))
    both = np.arange(10.0) ** 2
    found = et.mean_correlation(np.column_stack([early, late, both]))
    expected = np.corrcoef(early[:5], both[:5])[0, 1] + np.corrcoef(late[5:], both[5:])[0, 1]
    assert found == near(expected / 2, rel=1e-12)


# p


def test_two_sided_p_values_are_scipys():
    t, freedom = np.meshgrid([-30.0, -2.0, -1e-9, 0.0, 0.7, 2.0, 40.0], [1, 2, 3, 22, 248, 1e6])
    np.testing.assert_allclose(et.two_sided_t(t, freedom), 2 * stats.t.sf(np.abs(t), freedom), rtol=1e-9)
    for z in (-40.0, -10.0, -1.96, 0.0, 1e-9, 3.0):
        assert et.two_sided_normal(z) == near(2 * stats.norm.sf(abs(z)), rel=1e-12)


def test_without_a_statistic_or_a_degree_of_freedom_there_is_no_p():
    assert np.isnan(et.two_sided_t(np.array([NAN, 1.0, 1.0, 1.0]), np.array([5, 0, -1, NAN]))).all()
    assert np.isnan(et.two_sided_normal(NAN))


@settings(max_examples=25)  # theirs is slow
@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.01, 0.05, NAN])), max_size=30))
def test_holms_p_values_are_those_of_statsmodels(p):
    p = np.array(p)
    adjusted, known = et.holm(p), np.isfinite(p)
    assert np.isnan(adjusted[~known]).all()
    if known.any():
        np.testing.assert_allclose(adjusted[known], multipletests(p[known], method="holm")[1], rtol=1e-12)


def test_one_company_has_nobody_to_be_correlated_with():
    alone = et.patell(np.array([-2.0]), np.array([120.0]))
    assert et.patell_adjusted(alone, NAN) == alone


def test_holms_p_values_by_hand():
    # Three tests: the smallest p times 3, the next times 2 but not below it, none above 1.
    np.testing.assert_allclose(et.holm(np.array([0.9, 0.01, NAN, 0.012])), [0.9, 0.03, NAN, 0.03], rtol=1e-12)
    assert et.holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]
    assert et.holm(np.array([])).tolist() == []


# What the tests promise


def test_each_test_says_whether_it_stands_one_date_for_all():
    said = {name: premise.shared_date for name, premise in et.PREMISES.items()}
    assert {name for name in said if said[name] == "no"} == {"cross_sectional_t", "patell", "bmp", "generalized_sign"}
    assert {name for name in said if said[name] == "nearly"} == {"generalized_rank"}
    assert set(said.values()) == {"yes", "nearly", "no"}
    assert all(premise.assumption.endswith(".") for premise in et.PREMISES.values())


def rejections(trials, *, scale=1.0, firms=12, correlation=0.3, days=120):
    """How often each test finds an effect at 5 % where there is none: firms that share a date, correlated beyond the
    market; `scale` times their usual noise on the event."""
    rng = np.random.default_rng(2025)
    rejected = dict.fromkeys(et.PREMISES, 0)
    sigma, beta = rng.uniform(0.01, 0.04, firms), rng.uniform(0.5, 2.0, firms)
    for _ in range(trials):
        market = rng.normal(0.0004, 0.01, days + 1)
        common, own = rng.normal(size=(days + 1, 1)), rng.normal(size=(days + 1, firms))
        noise = sigma * (sqrt(correlation) * common + sqrt(1 - correlation) * own)
        noise[-1] *= scale
        returns = beta * market[:, None] + noise
        normal = fit(returns[:-1], market[:-1], "market", days)
        residuals = normal.abnormal(returns[:-1], market[:-1])
        abnormal = normal.abnormal(returns[-1:], market[-1:])
        scar = abnormal[0] / normal.standard_error(market[-1:])
        basket = fit(returns[:-1].mean(axis=1)[:, None], market[:-1], "market", days)
        t = (basket.abnormal(returns[-1:].mean(axis=1)[:, None], market[-1:]) / basket.standard_error(market[-1:]))[0]
        r, patell, bmp = et.mean_correlation(residuals), et.patell(scar, normal.n), et.bmp(scar)
        p = {
            "cross_sectional_t": et.cross_sectional_t(abnormal[0]).p,
            "portfolio_t": et.two_sided_t(t, basket.freedom)[0],
            "patell": patell.p,
            "patell_adjusted": et.patell_adjusted(patell, r).p,
            "bmp": bmp.p,
            "bmp_adjusted": et.bmp_adjusted(bmp, r).p,
            "corrado_rank": et.corrado_rank(residuals, abnormal).p,
            "generalized_rank": et.generalized_rank(residuals / normal.sigma, scar).p,
            "generalized_sign": et.generalized_sign(residuals, abnormal[0]).p,
        }
        for name, value in p.items():
            rejected[name] += value < 0.05
    return {name: count / trials for name, count in rejected.items()}


def test_one_date_for_all_fools_the_tests_that_say_so_and_no_other():
    # Twelve firms, correlated by 0.3 beyond the market, and no effect at all. A test of 5 % may find one in 5 % of
    # 2500 trials, give or take 0.4 %.
    found = rejections(2500)
    for name in ("portfolio_t", "patell_adjusted", "bmp_adjusted", "corrado_rank"):
        assert 0.025 < found[name] < 0.08, name
    # It divides by the spread of the event alone, which is without what the firms have in common, and so too small.
    assert 0.025 < found["generalized_rank"] < 0.12
    for name in ("cross_sectional_t", "patell", "bmp", "generalized_sign"):
        assert found[name] > 0.25, name
    assert found["bmp"] == pytest.approx(0.394, abs=0.04)  # simulated elsewhere, too
    assert found["cross_sectional_t"] == pytest.approx(0.394, abs=0.04)


def test_a_day_of_more_noise_fools_the_tests_that_take_it_for_ordinary():
    # Three times the usual noise, and still no effect.
    found = rejections(400, scale=3.0)
    assert found["bmp_adjusted"] < 0.08
    assert found["generalized_rank"] < 0.13
    for name in ("portfolio_t", "patell_adjusted"):
        assert found[name] > 0.35, name
