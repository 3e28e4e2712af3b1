"""Betas and their errors, the leader's own news, and correlations cleared of variance: by hand and by another route.

The other route fits every window by itself with numpy's least squares; it shares no idea with the rolling sums.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures.contagion import (
    STILL,
    before_and_after,
    contagion,
    forbes_rigobon,
    leader_sensitivity,
    rolling_beta,
)
from aftershock.measures.returns import simple_returns

NAN = np.nan
EVENT = pd.Timestamp("2025-01-27")


def days(n):
    return pd.date_range("2025-01-01", periods=n, freq="B")


def frame(columns):
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, days(length), dtype=float)


def line(values):
    return pd.Series(values, days(len(values)), dtype=float)


def noise(seed, sessions, companies=1):
    return np.random.default_rng(seed).standard_normal((sessions, companies)) * 0.02


def least_squares(y, *factors):
    """Coefficients (constant first), their standard errors and the number of rows with everything."""
    design = np.column_stack([np.ones(len(y)), *factors])
    whole = np.isfinite(design).all(axis=1) & np.isfinite(y)
    design, y = design[whole], np.asarray(y)[whole]
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    left = y - design @ found
    variance = left @ left / (len(y) - design.shape[1]) * np.linalg.inv(design.T @ design)
    return found, np.sqrt(np.diag(variance)), len(y)


@pytest.fixture(scope="module")
def returns(market):
    history, _ = market
    return simple_returns(history.total_return_close)


# Rolling beta


def test_the_slope_its_error_and_the_correlation_by_hand():
    # x −1 0 1 −1 1 and y −2 1 1 −3 3: sums of squares 4 and 24, of products 9; beta 9/4, rest 24 − 81/4 = 15/4.
    found = rolling_beta(frame({"X": [-2, 1, 1, -3, 3]}), line([-1, 0, 1, -1, 1]), 5, minimum=5)
    assert found.beta["X"].iloc[-1] == pytest.approx(9 / 4)
    assert found.standard_error["X"].iloc[-1] == pytest.approx(np.sqrt(15 / 4 / 3 / 4))
    assert found.correlation["X"].iloc[-1] == pytest.approx(9 / np.sqrt(96))
    assert found.beta["X"].iloc[:-1].isna().all()


def test_every_window_agrees_with_least_squares():
    y, x = noise(1, 200, 3), noise(2, 200)[:, 0]
    y[:, 0] += 1.5 * x
    y[40:45, 1], y[:30, 2], x[[90, 91]] = NAN, NAN, NAN
    found = rolling_beta(frame(dict(zip("ABC", y.T, strict=True))), line(x), 20)
    for column, name in enumerate("ABC"):
        for end in range(200):
            window = slice(max(0, end - 19), end + 1)
            both = np.isfinite(y[window, column]) & np.isfinite(x[window])
            if both.sum() < 13:
                assert all(np.isnan(part[name].iloc[end]) for part in found)
                continue
            slopes, errors, _ = least_squares(y[window, column], x[window])
            assert found.beta[name].iloc[end] == pytest.approx(slopes[1], rel=1e-9, abs=1e-11)
            assert found.standard_error[name].iloc[end] == pytest.approx(errors[1], rel=1e-9)
            expected = np.corrcoef(y[window, column][both], x[window][both])[0, 1]
            assert found.correlation[name].iloc[end] == pytest.approx(expected, rel=1e-9, abs=1e-11)


cells = st.one_of(st.integers(-500, 500).map(lambda k: k / 1000), st.just(NAN))


@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=24),
    sessions=st.integers(3, 9),
    data=st.data(),
)
def test_rolling_agrees_with_each_window_on_its_own(rows, sessions, data):
    minimum = data.draw(st.integers(3, sessions))
    table = np.array(rows)
    found = rolling_beta(frame({"A": table[:, 1], "B": table[:, 2]}), line(table[:, 0]), sessions, minimum=minimum)
    for column, name in ((1, "A"), (2, "B")):
        for end in range(len(table)):
            pair = table[max(0, end - sessions + 1) : end + 1, [0, column]]
            pair = pair[np.isfinite(pair).all(axis=1)]
            got = [part[name].iloc[end] for part in found]
            if len(pair) < minimum or pair[:, 0].var() <= STILL:
                assert np.isnan(got).all()
                continue
            (_, beta), _, n = least_squares(pair[:, 1], pair[:, 0])
            x, y = pair.T - pair.mean(axis=0)[:, None]
            left = y - beta * x
            assert got[0] == pytest.approx(beta, rel=1e-9, abs=1e-9)
            assert got[1] ** 2 == pytest.approx(left @ left / (n - 2) / (x @ x), rel=1e-9, abs=1e-11)
            if y.var() <= STILL:
                assert np.isnan(got[2])
            else:
                assert got[2] == pytest.approx(x @ y / np.sqrt(x @ x * (y @ y)), rel=1e-9, abs=1e-9)


def test_a_wild_return_leaves_nothing_behind_once_it_is_out_of_the_window():
    # A hundredfold price is a return of 99, and its square a million times that of a usual day.
    y, x = noise(3, 120), noise(4, 120)[:, 0]
    calm = rolling_beta(frame({"X": y[:, 0]}), line(x), 30)
    wild_y, wild_x = y.copy(), x.copy()
    wild_y[50], wild_x[50] = 99, -0.99
    wild = rolling_beta(frame({"X": wild_y[:, 0]}), line(wild_x), 30)
    untouched = [*range(29, 50), *range(80, 120)]
    for one, other in zip(calm, wild, strict=True):
        # pytest's tolerance would hide a rounding that grows with the square of the outlier
        assert one["X"].iloc[untouched].to_numpy() == pytest.approx(other["X"].iloc[untouched].to_numpy(), rel=1e-11)
    assert wild.beta["X"].iloc[60] != pytest.approx(calm.beta["X"].iloc[60], rel=0.5)


PACE = 100 * 1.01 ** np.arange(10)


@pytest.mark.parametrize(
    "still", [[0.0] * 9, [0.01] * 9, PACE[1:] / PACE[:-1] - 1], ids=["no move", "one pace", "one pace but for rounding"]
)
def test_a_market_that_does_not_move_in_a_window_gives_nothing(still):
    x = [*still, 0.02, -0.01, 0.03]
    found = rolling_beta(frame({"X": noise(5, 12)[:, 0]}), line(x), 6)
    assert all(part["X"].iloc[:9].isna().all() for part in found)
    assert all(part["X"].iloc[9:].notna().all() for part in found)


@pytest.mark.parametrize("pace", [[0.01] * 6, PACE[1:7] / PACE[:6] - 1], ids=["one pace", "but for rounding"])
def test_a_company_that_does_not_move_has_a_beta_of_zero_and_no_correlation(pace):
    found = rolling_beta(frame({"X": pace}), line([0.01, 0, -0.01, 0.02, 0, 0.01]), 6)
    assert found.beta["X"].iloc[-1] == pytest.approx(0, abs=1e-12)
    assert found.standard_error["X"].iloc[-1] == pytest.approx(0, abs=1e-12)
    assert np.isnan(found.correlation["X"].iloc[-1])


def test_no_correlation_leaves_its_bounds_by_rounding():
    x = noise(6, 400)[:, 0]
    found = rolling_beta(frame({"A": 3 * x, "B": -x / 7 + 0.001}), line(x), 20).correlation.dropna()
    assert found["A"].between(1 - 1e-12, 1).all()
    assert found["B"].between(-1, -1 + 1e-12).all()


def test_two_thirds_of_a_window_are_enough_unless_another_number_is_given():
    y, x = noise(7, 60), noise(8, 60)[:, 0]
    y[:20] = NAN
    table, index = frame({"X": y[:, 0]}), line(x)
    assert rolling_beta(table, index).beta["X"].notna().sum() == 1
    assert rolling_beta(table, index, minimum=41).beta["X"].notna().sum() == 0
    assert rolling_beta(table, index, minimum=3).beta["X"].notna().sum() == 38


def test_a_market_is_taken_by_its_sessions_and_not_by_its_rows():
    y, x = frame({"X": noise(9, 30)[:, 0]}), line(noise(10, 30)[:, 0])
    shuffled = x.iloc[::-1]
    assert rolling_beta(y, shuffled, 9).beta.equals(rolling_beta(y, x, 9).beta)
    cut = rolling_beta(y, x.iloc[5:], 9, minimum=9).beta["X"]
    assert cut.first_valid_index() == y.index[13]


@pytest.mark.parametrize(("sessions", "minimum"), [(60, 2), (60, 61), (2, None)])
def test_a_window_that_cannot_give_an_error_is_refused(sessions, minimum):
    with pytest.raises(ValueError, match="only for 3 or more"):
        rolling_beta(frame({"X": [0.0] * 9}), line([0.0] * 9), sessions, minimum=minimum)


def test_without_sessions_there_are_frames_without_rows():
    assert [part.shape for part in rolling_beta(frame({"X": []}), line([]))] == [(0, 1)] * 3


# Before and after


def test_the_event_itself_enters_neither_window():
    y, x = noise(11, 25, 2), noise(12, 25)[:, 0]
    table, index = frame({"A": y[:, 0], "B": y[:, 1]}), line(x)
    calm = before_and_after(table, index, table.index[12], sessions=10)
    table.iloc[12], index.iloc[12] = [5, -5], 4
    pd.testing.assert_frame_equal(calm, before_and_after(table, index, table.index[12], sessions=10))


def test_the_windows_end_before_the_gap_and_begin_after_the_event():
    y, x = noise(13, 30, 1)[:, 0], noise(14, 30)[:, 0]
    row = before_and_after(frame({"X": y}), line(x), days(30)[15], sessions=8, gap=3).loc["X"]
    for name, window in (("before", slice(4, 12)), ("after", slice(16, 24))):
        slopes, errors, n = least_squares(y[window], x[window])
        assert row[f"beta_{name}"] == pytest.approx(slopes[1], rel=1e-9)
        assert row[f"se_{name}"] == pytest.approx(errors[1], rel=1e-9)
        assert row[f"correlation_{name}"] == pytest.approx(np.corrcoef(y[window], x[window])[0, 1], rel=1e-9)
        assert row[f"n_{name}"] == n == 8
    assert row["beta_change"] == row["beta_after"] - row["beta_before"]
    assert row["correlation_change"] == row["correlation_after"] - row["correlation_before"]
    assert row["change_se"] ** 2 == pytest.approx(row["se_before"] ** 2 + row["se_after"] ** 2)


def test_a_window_the_data_do_not_fill_is_missing_and_says_how_many_there_were():
    y, x = noise(15, 30, 2), noise(16, 30)[:, 0]
    y[22:, 1] = NAN
    table, index = frame({"A": y[:, 0], "B": y[:, 1]}), line(x)
    found = before_and_after(table, index, days(30)[19], sessions=12)
    assert found["n_after"].to_dict() == {"A": 10, "B": 2}
    assert found["n_before"].to_dict() == {"A": 12, "B": 12}
    missing = found.loc["B", ["beta_after", "se_after", "correlation_after"]]
    assert missing.isna().all()
    assert found.loc["B", ["beta_change", "change_se", "correlation_change"]].isna().all()
    assert found.loc["A"].notna().all()
    strict = before_and_after(table, index, days(30)[19], sessions=12, minimum=11)
    assert np.isnan(strict.at["A", "beta_after"])


def test_an_event_at_an_end_of_the_data_has_one_side_only():
    y, x = frame({"X": noise(17, 12)[:, 0]}), line(noise(18, 12)[:, 0])
    first, last = (before_and_after(y, x, y.index[k], sessions=6).loc["X"] for k in (0, -1))
    assert (first["n_before"], last["n_after"]) == (0, 0)
    assert np.isnan(first["beta_before"])
    assert np.isnan(last["beta_after"])
    assert np.isfinite([first["beta_after"], last["beta_before"]]).all()


def test_a_day_that_is_no_session_is_refused():
    with pytest.raises(KeyError):
        before_and_after(frame({"X": [0.0] * 9}), line([0.0] * 9), pd.Timestamp("2025-01-04"))


def test_the_rolling_beta_of_the_session_before_is_the_beta_before(returns):
    chosen, index = returns[["NVDA", "AMD", "GEV"]], returns["^GSPC"]
    rolled = rolling_beta(chosen, index)
    found = before_and_after(chosen, index, EVENT)
    before, after = (returns.index[returns.index.get_loc(EVENT) + k] for k in (-1, 60))
    for name, session in (("before", before), ("after", after)):
        for column, part in zip(("beta", "se", "correlation"), rolled, strict=True):
            assert found[f"{column}_{name}"].to_numpy() == pytest.approx(part.loc[session].to_numpy(), rel=1e-9)


# The leader's own news

# Four sessions on which market, leader's news and the rest are orthogonal to each other and to a constant.
M = np.array([1, 1, -1, -1]) / 100
NEWS = np.array([1, -1, 1, -1]) / 100
REST = np.array([1, -1, -1, 1]) / 1000


def test_the_sensitivity_to_the_leader_by_hand():
    # L = 2 M + NEWS, X = 0.001 + 1.5 M + 0.5 NEWS + REST. On the event M = −0.02 and L = −0.14, so the leader's
    # own news is −0.10: predicted 0.001 − 0.03 − 0.05 = −0.079.
    table = frame({"L": [*(2 * M + NEWS), -0.14], "X": [*(0.001 + 1.5 * M + 0.5 * NEWS + REST), -0.10]})
    found = leader_sensitivity(table, line([*M, -0.02]), "L", table.index[4], estimation=4, gap=0, minimum=4)
    assert list(found.index) == ["X"]
    row = found.loc["X"]
    assert row[["alpha", "beta", "leader_beta"]].tolist() == pytest.approx([0.001, 1.5, 0.5], abs=1e-12)
    # Rest: 4 sessions of 0.001², one degree of freedom; the news: 4 of 0.01². sqrt(4e−6 / 1 / 4e−4) = 0.1.
    assert row["leader_se"] == pytest.approx(0.1)
    assert row["n"] == 4
    assert row[["actual", "predicted", "unexplained"]].tolist() == pytest.approx([-0.10, -0.079, -0.021])


def test_what_a_company_shares_with_the_leader_beyond_the_market_is_found_exactly():
    x, news = noise(20, 300)[:, 0], noise(21, 300)[:, 0]
    lead = 0.002 + 1.7 * x + news
    table = frame({"A": 0.001 + 0.8 * x + 0.4 * lead, "L": lead, "B": -x, "C": lead})
    row = leader_sensitivity(table, line(x), "L", table.index[280])
    assert row["leader_beta"].to_numpy() == pytest.approx([0.4, 0, 1], abs=1e-12)
    assert row["leader_se"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-12)
    # The leader's residual takes its part of the leader's market beta out of the first slope, not out of the sum.
    slope = least_squares(lead[20:270], x[20:270])[0][1]
    assert row["beta"].to_numpy() == pytest.approx([0.8 + 0.4 * slope, -1, slope], abs=1e-12)
    assert row["predicted"].to_numpy() == pytest.approx(table.iloc[280][["A", "B", "C"]].to_numpy(), abs=1e-12)
    assert row["unexplained"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-12)


def with_gaps(seed):
    rng = np.random.default_rng(seed)
    x, table = rng.standard_normal(320) * 0.01, rng.standard_normal((320, 4)) * 0.02
    table += np.outer(x, [1.9, 1.2, 0.3, 2.0])
    table[:, 1] += 0.5 * table[:, 0]
    table[rng.random(table.shape) < 0.1] = NAN
    x[rng.random(320) < 0.05] = NAN
    table[300], x[300] = [-0.17, -0.1, 0.02, -0.2], -0.015
    return frame(dict(zip("LABC", table.T, strict=True))), line(x)


@pytest.mark.parametrize("seed", range(5))
def test_two_regressions_by_least_squares_give_the_same(seed):
    table, index = with_gaps(seed)
    found = leader_sensitivity(table, index, "L", table.index[300])
    window = slice(40, 290)
    (constant, slope), _, _ = least_squares(table["L"].iloc[window], index.iloc[window])
    own = table["L"] - constant - slope * index
    assert list(found.index) == ["A", "B", "C"]
    for name, row in found.iterrows():
        wanted, errors, n = least_squares(table[name].iloc[window], index.iloc[window], own.iloc[window])
        assert row[["alpha", "beta", "leader_beta"]].tolist() == pytest.approx(list(wanted), rel=1e-9, abs=1e-12)
        assert row["leader_se"] == pytest.approx(errors[2], rel=1e-9)
        assert row["n"] == n
        predicted = wanted @ [1, index.iloc[300], own.iloc[300]]
        assert row["predicted"] == pytest.approx(predicted, rel=1e-9)
        assert row["unexplained"] == pytest.approx(table[name].iloc[300] - predicted, rel=1e-9)


def test_neither_the_gap_nor_the_event_nor_what_follows_enters_the_estimation():
    table, index = with_gaps(6)
    plain = leader_sensitivity(table, index, "L", table.index[300])
    table.iloc[290:300], index.iloc[290:300] = 7, -3
    table.iloc[:40], index.iloc[:40] = -5, 8
    table.iloc[301:], index.iloc[301:] = 9, 4
    pd.testing.assert_frame_equal(plain, leader_sensitivity(table, index, "L", table.index[300]))


def test_a_company_with_too_few_returns_says_how_many_and_nothing_else():
    table, index = with_gaps(7)
    table.iloc[:200, 1] = NAN
    row = leader_sensitivity(table, index, "L", table.index[300]).loc["A"]
    common = table[["L", "A"]].iloc[40:290].notna().all(axis=1) & index.iloc[40:290].notna()
    assert row["n"] == common.sum() < 120
    assert row["actual"] == -0.1
    assert row.drop(["n", "actual"]).isna().all()


@pytest.mark.parametrize("of", ["leader", "market", "shadow"])
def test_without_news_of_the_leader_no_company_has_figures(of):
    table, index = with_gaps(8)
    if of == "leader":
        table.iloc[:250, 0] = NAN
    elif of == "market":
        index.iloc[:290] = 0.001
    else:
        table["L"] = 1.5 * index + 0.001
    found = leader_sensitivity(table, index, "L", table.index[300])
    assert found.drop(columns=["n", "actual"]).isna().all(axis=None)
    assert found["actual"].tolist() == [-0.1, 0.02, -0.2]


def test_what_the_event_session_lacks_is_missing_and_the_estimate_is_not():
    table, index = with_gaps(9)
    table.iat[300, 1] = NAN
    row = leader_sensitivity(table, index, "L", table.index[300]).loc["A"]
    assert np.isnan([row["actual"], row["unexplained"]]).all()
    assert np.isfinite([row["leader_beta"], row["predicted"]]).all()
    table.iat[300, 0] = NAN
    row = leader_sensitivity(table, index, "L", table.index[300]).loc["B"]
    assert np.isnan([row["predicted"], row["unexplained"]]).all()
    assert np.isfinite([row["leader_beta"], row["actual"]]).all()


def test_an_unknown_leader_or_session_is_refused():
    table, index = with_gaps(10)
    with pytest.raises(KeyError):
        leader_sensitivity(table, index, "Z", table.index[300])
    with pytest.raises(KeyError):
        leader_sensitivity(table, index, "L", pd.Timestamp("1999-01-01"))
    with pytest.raises(ValueError, match="only for 4 or more"):
        leader_sensitivity(table, index, "L", table.index[300], minimum=3)


def test_an_event_without_a_session_before_it_has_no_figures():
    table, index = with_gaps(11)
    found = leader_sensitivity(table, index, "L", table.index[0])
    assert found["n"].tolist() == [0, 0, 0]
    assert found["leader_beta"].isna().all()


def test_nvidias_news_explains_amd_but_not_the_power_producers_on_27_january_2025(returns):
    chosen = returns[["NVDA", "AMD", "VST", "AAPL", "GEV"]]
    found = leader_sensitivity(chosen, returns["^GSPC"], "NVDA", EVENT)
    assert found["actual"].to_dict() == chosen.loc[EVENT].drop("NVDA").to_dict()
    assert found["n"].to_dict() == {"AMD": 250, "VST": 250, "AAPL": 250, "GEV": 197}
    assert found.at["AMD", "leader_beta"] > 3 * found.at["AMD", "leader_se"]
    assert abs(found.at["AMD", "unexplained"]) < 0.02
    assert found.at["VST", "unexplained"] < -0.2


# Correlation and variance


@pytest.mark.parametrize(
    ("rho", "increase", "corrected"),
    [(0.8, 3, 0.5547), (0.8, 0, 0.8), (1, 3, 1), (-0.8, 3, -0.5547), (0, 9, 0), (0.5547002, -0.75, 0.8)],
)
def test_a_correlation_is_cleared_of_the_rise_in_variance(rho, increase, corrected):
    assert forbes_rigobon(rho, increase) == pytest.approx(corrected, abs=5e-5)


def test_a_series_of_correlations_is_corrected_one_by_one_and_keeps_what_is_missing():
    found = forbes_rigobon(pd.Series({"A": 0.8, "B": NAN, "C": 0.8}), pd.Series({"A": 3.0, "B": 3.0, "C": NAN}))
    assert found["A"] == pytest.approx(0.5547, abs=5e-5)
    assert found[["B", "C"]].isna().all()


@given(rho=st.floats(-1, 1), increase=st.floats(-0.99, 100))
def test_the_correction_is_undone_by_the_opposite_change_of_variance(rho, increase):
    there = forbes_rigobon(rho, increase)
    assert -1 <= there <= 1
    assert abs(there) <= abs(rho) if increase >= 0 else abs(there) >= abs(rho)
    assert forbes_rigobon(there, 1 / (1 + increase) - 1) == pytest.approx(rho, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rho", [1.0001, -2, pd.Series([0.5, 1.5])])
def test_an_impossible_correlation_is_refused(rho):
    with pytest.raises(ValueError, match="between −1 and 1"):
        forbes_rigobon(rho, 1)


@pytest.mark.parametrize("increase", [-1, -3, pd.Series([0.0, -1.0])])
def test_a_source_without_any_variance_is_refused(increase):
    with pytest.raises(ValueError, match="above −1"):
        forbes_rigobon(pd.Series([0.5, 0.5]), increase)


def shaken(seed=30, times=3.0):
    """A source that moves `times` as much after session 500, and companies tied to it as before, or twice as much."""
    rng = np.random.default_rng(seed)
    source, rest = rng.standard_normal(1001) * 0.01, rng.standard_normal((1001, 2)) * 0.01
    source[501:] *= times
    table = rest + source[:, None]
    table[501:, 1] += source[501:]
    return frame({"tied": table[:, 0], "closer": table[:, 1]}), line(source)


def test_only_a_closer_tie_is_contagion_and_more_variance_is_not():
    # Calm: rho = 1/√2. With nine times the variance rho rises to √0.9 by itself, and the correction takes it back;
    # only twice the slope makes it √(4/5).
    table, source = shaken()
    found = contagion(table, source, table.index[500], before=500, after=500)
    assert found["variance_increase"].to_numpy() == pytest.approx([8, 8], rel=0.2)
    assert found["calm"].to_numpy() == pytest.approx([0.707, 0.707], abs=0.05)
    assert found.at["tied", "after"] == pytest.approx(0.949, abs=0.01)
    assert found["corrected"].to_numpy() == pytest.approx([0.707, 0.894], abs=0.05)
    assert found.at["tied", "difference"] == pytest.approx(0, abs=0.05)
    assert found.at["closer", "difference"] > 0.12


def test_the_columns_of_contagion_are_what_plain_numpy_gives():
    table, source = shaken()
    table.iloc[450:460, 0] = NAN
    event = 500
    found = contagion(table, source, table.index[event], before=80, after=30)
    for name, row in found.iterrows():
        before, after = (
            np.array([source.iloc[part], table[name].iloc[part]])
            for part in (slice(event - 80, event), slice(event + 1, event + 31))
        )
        before = before[:, np.isfinite(before).all(axis=0)]
        increase = after[0].var(ddof=1) / before[0].var(ddof=1) - 1
        calm, then = np.corrcoef(before)[0, 1], np.corrcoef(after)[0, 1]
        corrected = then / np.sqrt(1 + increase * (1 - then**2))
        assert row.tolist() == pytest.approx([calm, then, increase, corrected, corrected - calm, before.shape[1], 30])
    assert list(found.columns) == [
        "calm", "after", "variance_increase", "corrected", "difference", "n_calm", "n_after"
    ]  # fmt: skip


def test_the_event_enters_the_turbulent_time_only_if_asked_for():
    table, source = shaken()
    event = table.index[500]
    without = contagion(table, source, event, before=80, after=30)
    table.loc[event], source.loc[event] = [-0.5, 0.5], -0.5
    pd.testing.assert_frame_equal(without, contagion(table, source, event, before=80, after=30))
    within = contagion(table, source, event, before=80, after=30, with_event=True)
    assert within["n_after"].tolist() == [30, 30]
    assert within.at["tied", "after"] > without.at["tied", "after"]
    assert within.at["closer", "after"] < 0.2
    assert within["calm"].equals(without["calm"])


def test_a_time_that_is_not_filled_or_a_source_that_stood_still_has_no_figures():
    table, source = shaken()
    table.iloc[511:, 0] = NAN
    found = contagion(table, source, table.index[500], before=80, after=30)
    assert found["n_after"].to_dict() == {"tied": 10, "closer": 30}
    assert found.loc["tied", ["after", "variance_increase", "corrected", "difference"]].isna().all()
    assert np.isfinite(found.at["tied", "calm"])
    source.iloc[501:] = 0.0
    still = contagion(table, source, table.index[500], before=80, after=30)
    assert still[["after", "variance_increase", "corrected", "difference"]].isna().all(axis=None)


def test_a_time_too_short_for_a_correlation_is_refused():
    table, source = shaken()
    with pytest.raises(ValueError, match="only for 3 or more"):
        contagion(table, source, table.index[500], after=2)


def test_the_source_is_in_step_with_itself(returns):
    found = contagion(returns[["NVDA", "AVGO"]], returns["NVDA"], EVENT)
    assert found.loc["NVDA", ["calm", "after", "corrected"]].tolist() == pytest.approx([1, 1, 1])
    assert found.at["NVDA", "difference"] == pytest.approx(0, abs=1e-12)
    assert found.at["AVGO", "calm"] < found.at["AVGO", "corrected"] < found.at["AVGO", "after"]
