"""Abnormal returns: what a day's move leaves once the market's move is taken out.

Market model R[i] = a + b R[m] + u by ordinary least squares over an estimation window that ends before the event
(MacKinlay 1997, Journal of Economic Literature 35; Campbell, Lo and MacKinlay 1997, ch. 4).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ESTIMATION, GAP, MINIMUM = 250, 10, 120
STILL = 1e-14  # variance below which a market did not move: what is left then is rounding


def market_model(
    returns: pd.DataFrame,
    market: pd.Series,
    position: int,
    *,
    estimation: int = ESTIMATION,
    gap: int = GAP,
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    """Market-model parameters of each column, and the abnormal return of the session at `position`.

    Args:
        returns: simple returns, sessions × companies.
        market: the market's simple returns on the same sessions.
        position: row of the event session.
        estimation: sessions of the estimation window, which ends `gap` + 1 sessions before the event.
        minimum: valid returns a company needs in that window.

    Returns:
        A row per company: `alpha`, `beta`, `sigma` (residual standard deviation with n − 2), `n`, `ar` (abnormal
        return of the event session). A company with too few returns, or a market that did not move, has no figures.
    """
    first, last = max(0, position - gap - estimation), max(0, position - gap)
    y = returns.iloc[first:last].to_numpy(float)
    x = np.broadcast_to(market.iloc[first:last].to_numpy(float)[:, None], y.shape)
    both = np.isfinite(y) & np.isfinite(x)
    n = both.sum(axis=0)
    y, x = np.where(both, y, 0.0), np.where(both, x, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_y, mean_x = y.sum(axis=0) / n, x.sum(axis=0) / n
        dy, dx = np.where(both, y - mean_y, 0.0), np.where(both, x - mean_x, 0.0)
        sxx = (dx * dx).sum(axis=0)
        beta = np.where((n >= minimum) & (sxx > STILL * n), (dx * dy).sum(axis=0) / sxx, np.nan)
        alpha = mean_y - beta * mean_x
        sigma = np.sqrt(((dy - beta * dx) ** 2).sum(axis=0) / (n - 2))
    ar = returns.iloc[position].to_numpy(float) - alpha - beta * float(market.iloc[position])
    return pd.DataFrame({"alpha": alpha, "beta": beta, "sigma": sigma, "n": n, "ar": ar}, index=returns.columns)


def basket_returns(
    returns: pd.DataFrame, *, estimation: int = ESTIMATION, gap: int = GAP, minimum: int = MINIMUM
) -> pd.Series:
    """Equal-weighted mean return of the companies that can be estimated on each session.

    A company enters once its estimation window holds `minimum` returns, so that a new listing moves neither the
    basket's return nor the normal return it is compared with. Missing where no company can be estimated.
    """
    enough = returns.notna().rolling(estimation, min_periods=1).sum().shift(gap + 1) >= minimum
    return returns.where(enough).mean(axis=1)


def rolling_abnormal(
    returns: pd.Series, market: pd.Series, *, estimation: int = ESTIMATION, gap: int = GAP
) -> pd.Series:
    """The abnormal return of every session, each against the estimation window before it.

    Sessions without a complete estimation window (`estimation` returns of both series) are missing. This is the
    history against which one event is ranked: a placebo on every other day.
    """
    both = returns.notna() & market.notna()
    y, x = returns.where(both), market.where(both)
    windows = {"window": estimation, "min_periods": estimation}
    mean_y, mean_x = y.rolling(**windows).mean(), x.rolling(**windows).mean()
    covariance = (x * y).rolling(**windows).mean() - mean_x * mean_y
    variance = (x * x).rolling(**windows).mean() - mean_x**2
    beta = covariance / variance.where(variance > STILL)
    alpha = mean_y - beta * mean_x
    lag = gap + 1
    return returns - alpha.shift(lag) - beta.shift(lag) * market
