"""How closely companies move with the market and with one leader, and whether a shock tightened that.

All measures take simple returns (sessions × companies, fractions) on rising, unique sessions, and use a session of a
company only where both it and the market have a return. That two series move together on one day does not say which of
them moved the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from aftershock.measures.normal_returns import STILL


class RollingBeta(NamedTuple):
    """Three frames of sessions × companies: the slope on the market, its standard error, and the correlation."""

    beta: pd.DataFrame
    standard_error: pd.DataFrame
    correlation: pd.DataFrame


class _Moments(NamedTuple):
    """Numbers of common returns, their means, and their centred sums of squares and products (x market, y company)."""

    n: np.ndarray
    mean_x: np.ndarray
    mean_y: np.ndarray
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray


def rolling_beta(
    returns: pd.DataFrame, market: pd.Series, sessions: int = 60, *, minimum: int | None = None
) -> RollingBeta:
    """The market beta of each company over the window of sessions that ends with each session.

    Args:
        returns: simple returns, sessions × companies.
        market: the market's simple returns; a session it does not have counts as missing.
        sessions: length of the window, the session itself being its last.
        minimum: common returns that a window needs; two thirds of `sessions` unless given.

    Returns:
        Frames of the shape of `returns`: `beta` cov(R, R_m) / var(R_m), `standard_error`
        s / sqrt(sum (R_m − mean)²) with s² = sum u² / (n − 2), and `correlation`. All are missing where a window holds
        fewer than `minimum` common returns (early windows, which the data do not reach, are taken as far as they go) or
        the market did not move in it; the correlation also where the company did not.

    Raises:
        ValueError: `minimum` is below 3, which leaves nothing to estimate an error from, or above `sessions`.

    Source: ordinary least squares as in Campbell, Lo and MacKinlay 1997, ch. 4. Sums are taken within each window
    (Chan, Golub and LeVeque 1983, The American Statistician 37), so what has left a window leaves no rounding behind.
    """
    needed = _needed(sessions, minimum)
    moments = _rolling_moments(_aligned(market, returns), returns.to_numpy(float), sessions)
    return RollingBeta(*(pd.DataFrame(a, returns.index, returns.columns) for a in _line(moments, needed)))


def before_and_after(
    returns: pd.DataFrame,
    market: pd.Series,
    event: pd.Timestamp,
    *,
    sessions: int = 60,
    gap: int = 0,
    minimum: int | None = None,
) -> pd.DataFrame:
    """The market beta of each company before an event and after it.

    Args:
        returns: simple returns, sessions × companies.
        market: the market's simple returns; a session it does not have counts as missing.
        event: the event session, which enters neither window.
        sessions: length of both windows. The first ends `gap` + 1 sessions before the event; the second begins on the
            session after it.
        gap: sessions left out before the event.
        minimum: common returns that a window needs; two thirds of `sessions` unless given.

    Returns:
        A row per company: `beta_before, se_before, correlation_before, n_before`, the same four `_after`, and
        `beta_change, correlation_change` (after less before) with `change_se`, the standard error of the change in
        beta, sqrt(se_before² + se_after²): the windows share no session. `n` counts common returns. A window with fewer
        than `minimum` of them, or in which the market did not move, has no other figure, and there is no change then.

    Raises:
        KeyError: `returns` has no such session.
        ValueError: `minimum` is below 3 or above `sessions`.

    Source as for `rolling_beta`.
    """
    needed = _needed(sessions, minimum)
    x, y, row = _aligned(market, returns), returns.to_numpy(float), _row(returns, event)
    columns: dict[str, np.ndarray] = {}
    for name, window in {"before": _before(row, sessions, gap), "after": _after(row, sessions)}.items():
        moments = _moments(x[window], y[window])
        figures = dict(zip(("beta", "se", "correlation"), _line(moments, needed), strict=True))
        columns |= {f"{k}_{name}": v for k, v in figures.items()} | {f"n_{name}": moments.n.astype(int)}
    table = pd.DataFrame(columns, index=returns.columns)
    return table.assign(
        beta_change=table["beta_after"] - table["beta_before"],
        change_se=np.hypot(table["se_before"], table["se_after"]),
        correlation_change=table["correlation_after"] - table["correlation_before"],
    )


def leader_sensitivity(
    returns: pd.DataFrame,
    market: pd.Series,
    leader: str,
    event: pd.Timestamp,
    *,
    estimation: int = 250,
    gap: int = 10,
    minimum: int = 120,
) -> pd.DataFrame:
    """How each company moves with what is news about one leader alone, and what that explains of an event.

    The leader's return is regressed on the market's, R_l = a + b R_m + e; every other company then on both,
    R_i = alpha + beta R_m + leader_beta e + u, all by ordinary least squares over the estimation window.

    Args:
        returns: simple returns, sessions × companies, the leader among them.
        market: the market's simple returns; a session it does not have counts as missing.
        leader: column of the leader.
        event: the event session.
        estimation: sessions of the estimation window, which ends `gap` + 1 sessions before the event.
        gap: sessions left out before the event.
        minimum: returns that the leader needs in that window, and each company in common with it.

    Returns:
        A row per company other than the leader: `alpha, beta, leader_beta`; `leader_se`, the standard error of
        `leader_beta` (residual variance with n − 3); `n`, the returns in common; `actual`, the return of the event
        session; `predicted` alpha + beta R_m + leader_beta e on that session, and `unexplained`, actual less predicted.
        With too few returns, a market that did not move, or a leader that is the market's shadow there are no figures
        but `n` and `actual`. A return that the event session lacks leaves out what is computed from it.

    Raises:
        KeyError: `returns` has no such leader or session.
        ValueError: `minimum` is below 4, which leaves nothing to estimate an error from, or above `estimation`.

    Source: the market model (MacKinlay 1997) with the leader's residual as a second factor; the standard error by
    Frisch and Waugh 1933, Econometrica 1.
    """
    needed = _needed(estimation, minimum, slopes=2)
    x, y, row = _aligned(market, returns), returns.to_numpy(float), _row(returns, event)
    column = returns.columns.get_loc(leader)
    window = _before(row, estimation, gap)
    own = _leader_residual(x, y[:, column], window, needed)
    others = returns.columns.delete(column)
    actual = np.delete(y[row], column)
    alpha, beta, slope, error, n = _two_slopes(x[window], own[window], np.delete(y[window], column, axis=1), needed)
    predicted = alpha + beta * x[row] + slope * own[row]
    figures = {"alpha": alpha, "beta": beta, "leader_beta": slope, "leader_se": error, "n": n}
    figures |= {"actual": actual, "predicted": predicted, "unexplained": actual - predicted}
    return pd.DataFrame(figures, index=others)


def forbes_rigobon(correlation: float | pd.Series, variance_increase: float | pd.Series) -> float | pd.Series:
    """The correlation there would have been had the source's variance stayed as it was in calm times.

    rho / sqrt(1 + d (1 − rho²)): a correlation rises with the variance of the source by itself, without any change in
    how the two hang together.

    Args:
        correlation: rho in the turbulent time, from −1 to 1; a number, or a series by company.
        variance_increase: d = variance of the source then / in calm times − 1; below zero if it was calmer.

    Returns:
        What `correlation` is: a number, or a series. Missing where an argument is.

    Raises:
        ValueError: a correlation lies outside −1 to 1, or a variance increase is −1 or less.

    Source: Forbes and Rigobon 2002, No contagion, only interdependence: measuring stock market comovements, Journal of
    Finance 57. It holds where the source is not itself moved by the company, and nothing else moves both.
    """
    if np.any(np.abs(correlation) > 1):
        raise ValueError("A correlation lies between −1 and 1; one of those given does not.")
    if np.any(np.asarray(variance_increase) <= -1):
        raise ValueError("A variance increase must be above −1: at −1 the source would not have moved at all.")
    return correlation / np.sqrt(1 + variance_increase * (1 - correlation**2))


def contagion(
    returns: pd.DataFrame,
    source: pd.Series,
    event: pd.Timestamp,
    *,
    before: int = 250,
    after: int = 60,
    with_event: bool = False,
) -> pd.DataFrame:
    """Whether companies moved with a source more closely after an event than its larger variance alone brings.

    Args:
        returns: simple returns, sessions × companies. The source's own column, if there, is a company like any other.
        source: the simple returns of what the shock came from; a session it does not have counts as missing.
        event: the event session.
        before: sessions of the calm time, which ends with the session before the event.
        after: sessions of the turbulent time, which begins with the session after the event.
        with_event: whether the turbulent time begins with the event itself instead. One session of that size rules the
            correlation and the variance of the whole time.

    Returns:
        A row per company: `calm` and `after`, its correlation with the source; `variance_increase`, the source's
        variance after / before − 1 over the sessions the two have in common; `corrected`, the correlation after as
        `forbes_rigobon` corrects it; `difference`, corrected less calm; `n_calm, n_after`, the returns in common.
        Contagion can be claimed only where the difference is above zero; no test of it is made here. A time in which
        the two have fewer than two thirds of its sessions in common, or in which one did not move, has no figures.

    Raises:
        KeyError: `returns` has no such session.
        ValueError: a time is shorter than 3 sessions.

    Source: Forbes and Rigobon 2002, Journal of Finance 57, whose turbulent time includes the first day of the crisis.
    They assume that nothing but the source moves both: news about the whole market in either time is in the difference,
    too.
    """
    x, y, row = _aligned(source, returns), returns.to_numpy(float), _row(returns, event)
    turbulent = _after(row - 1 if with_event else row, after)
    calm, variance_calm, n_calm = _comovement(x, y, _before(row, before, 0), _needed(before))
    then, variance_then, n_then = _comovement(x, y, turbulent, _needed(after))
    table = pd.DataFrame(
        {"calm": calm, "after": then, "variance_increase": variance_then / variance_calm - 1}, index=returns.columns
    )
    corrected = forbes_rigobon(table["after"], table["variance_increase"])
    return table.assign(corrected=corrected, difference=corrected - table["calm"], n_calm=n_calm, n_after=n_then)


def _needed(sessions: int, minimum: int | None = None, *, slopes: int = 1) -> int:
    least = slopes + 2
    needed = max(least, sessions * 2 // 3) if minimum is None else minimum
    if not least <= needed <= sessions:
        raise ValueError(f"A window of {sessions} sessions cannot ask for {needed} returns, only for {least} or more.")
    return needed


def _aligned(market: pd.Series, returns: pd.DataFrame) -> np.ndarray:
    values: np.ndarray = market.reindex(returns.index).to_numpy(float)
    return values


def _row(returns: pd.DataFrame, session: pd.Timestamp) -> int:
    return int(returns.index.get_loc(session))


def _before(row: int, sessions: int, gap: int) -> slice:
    return slice(max(0, row - gap - sessions), max(0, row - gap))


def _after(row: int, sessions: int) -> slice:
    return slice(row + 1, row + 1 + sessions)


def _moments(x: np.ndarray, y: np.ndarray) -> _Moments:
    """The moments of one window (x: sessions, y: sessions × companies), means taken out before anything is squared."""
    both = np.isfinite(x)[:, None] & np.isfinite(y)
    n = both.sum(axis=0)
    mean_x, mean_y = (np.where(both, v, 0.0).sum(axis=0) / np.maximum(n, 1) for v in (x[:, None], y))
    dx, dy = (np.where(both, v - mean, 0.0) for v, mean in ((x[:, None], mean_x), (y, mean_y)))
    return _Moments(n, mean_x, mean_y, (dx * dx).sum(axis=0), (dx * dy).sum(axis=0), (dy * dy).sum(axis=0))


def _rolling_moments(x: np.ndarray, y: np.ndarray, sessions: int) -> _Moments:
    """The moments of the window that ends with each session, each of shape sessions × companies.

    The sessions are cut into blocks as long as a window. A window is then the end of one block and the beginning of the
    next, and both are known once each block has been gone through in both directions.
    """
    length, companies = y.shape
    blocks = 1 + -(-length // sessions)  # an empty one stands before the first session
    padded = np.full((2, blocks * sessions, companies), np.nan)
    padded[0, sessions : sessions + length] = x[:, None]
    padded[1, sessions : sessions + length] = y
    in_blocks = padded.reshape(2, blocks, sessions, companies)
    beginnings, ends = _running(in_blocks), _running(in_blocks[:, :, ::-1])[:, :, ::-1]
    ends[:, :, 0] = 0  # a window that is a whole block is its own beginning
    last = sessions + np.arange(length)
    first = last - sessions + 1
    flat = (len(_Moments._fields), blocks * sessions, companies)
    return _together(_Moments(*ends.reshape(flat)[:, first]), _Moments(*beginnings.reshape(flat)[:, last]))


def _running(pair: np.ndarray) -> np.ndarray:
    """The moments of each block (2 × blocks × sessions × companies) up to each session; the field is the first axis."""
    both = np.isfinite(pair).all(axis=0)
    x, y = np.where(both, pair, 0.0)
    n, none = both.astype(float), np.zeros_like(x[:, 0])
    moments = np.empty((len(_Moments._fields), *x.shape))
    now = _Moments(none, none, none, none, none, none)
    for k in range(x.shape[1]):
        now = _together(now, _Moments(n[:, k], x[:, k], y[:, k], none, none, none))
        moments[:, :, k] = now
    return moments


def _together(a: _Moments, b: _Moments) -> _Moments:
    """The moments of two samples as one; the means of an empty sample are zero."""
    n = a.n + b.n
    part = b.n / np.maximum(n, 1)
    dx, dy, weight = b.mean_x - a.mean_x, b.mean_y - a.mean_y, a.n * part
    return _Moments(
        n,
        a.mean_x + dx * part,
        a.mean_y + dy * part,
        a.xx + b.xx + dx * dx * weight,
        a.xy + b.xy + dx * dy * weight,
        a.yy + b.yy + dy * dy * weight,
    )


def _line(m: _Moments, needed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slope, its standard error and the correlation; NaN with too few returns or an x that did not move."""
    fit = (m.n >= needed) & (m.xx > STILL * m.n)
    moved = fit & (m.yy > STILL * m.n)
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = np.where(fit, m.xy / m.xx, np.nan)
        left = np.maximum(m.yy - beta * m.xy, 0.0)  # a perfect fit may leave a rounding below zero
        error = np.sqrt(left / (m.n - 2) / m.xx)
        # Rounding must not make a correlation that no correction would accept.
        correlation = np.where(moved, np.clip(m.xy / (np.sqrt(m.xx) * np.sqrt(m.yy)), -1, 1), np.nan)
    return beta, error, correlation


def _leader_residual(x: np.ndarray, y: np.ndarray, window: slice, needed: int) -> np.ndarray:
    """What the market model, fitted over a window, leaves of the leader's return on every session."""
    m = _moments(x[window], y[window, None])
    beta = _line(m, needed)[0]
    residual: np.ndarray = y - (m.mean_y - beta * m.mean_x) - beta * x
    return residual


def _two_slopes(
    x: np.ndarray, own: np.ndarray, y: np.ndarray, needed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Constant, slope on x, slope on the leader's own news, the standard error of that, and the number of returns.

    The leader's news is cleared of x once more on the sessions of each company, because on a part of the estimation
    window the two are correlated; what is left gives the slope and its error on their own.
    """
    both = (np.isfinite(x) & np.isfinite(own))[:, None] & np.isfinite(y)
    n = both.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [x[:, None], own[:, None], y]
        means = [np.where(both, v, 0.0).sum(axis=0) / n for v in columns]
        dx, de, dy = (np.where(both, v - mean, 0.0) for v, mean in zip(columns, means, strict=True))
        xx = (dx * dx).sum(axis=0)
        along = (dx * de).sum(axis=0) / xx
        rest = de - along * dx
        rr = (rest * rest).sum(axis=0)
        fit = (n >= needed) & (xx > STILL * n) & (rr > STILL * n)
        slope = np.where(fit, (rest * dy).sum(axis=0) / rr, np.nan)
        beta = (dx * dy).sum(axis=0) / xx - slope * along
        left = dy - beta * dx - slope * de
        error = np.sqrt((left * left).sum(axis=0) / (n - 3) / rr)
        alpha = means[2] - beta * means[0] - slope * means[1]
    return alpha, beta, slope, error, n


def _comovement(x: np.ndarray, y: np.ndarray, window: slice, needed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlation, variance of x on the common sessions, and their number, over a window."""
    m = _moments(x[window], y[window])
    fit = (m.n >= needed) & (m.xx > STILL * m.n)
    variance = np.where(fit, m.xx / np.maximum(m.n - 1, 1), np.nan)
    return _line(m, needed)[2], variance, m.n
