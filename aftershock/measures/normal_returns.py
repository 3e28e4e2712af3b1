"""Normal returns: what a company would have returned on an ordinary day, and how surely that is known.

Three models (MacKinlay 1997, Event studies in economics and finance, Journal of Economic Literature 35; Campbell, Lo
and MacKinlay 1997, The Econometrics of Financial Markets, ch. 4; Brown and Warner 1985, Journal of Financial Economics
14), each fitted over an estimation window for many companies at once:

* `market`: R[i] = a + b R[m] + u by ordinary least squares;
* `market-adjusted`: the normal return is the market's;
* `mean-adjusted`: it is the company's own mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

MODELS = ("market", "market-adjusted", "mean-adjusted")
STILL = 1e-14  # variance below which a market did not move: what is left then is rounding
EXACT = 1e-24  # share of its sum of squares below which what a company leaves unexplained is rounding


class Normal(NamedTuple):
    """Fitted normal returns, an entry per company.

    `sigma` is the residual standard deviation with `n` − 2 (market model) or `n` − 1; it is exactly 0 where the model
    explains everything. `market_mean` and `market_squares` are the mean and the summed squared deviations of the market
    over the company's own `n` estimation returns. Entries that cannot be estimated are NaN.
    """

    model: str
    alpha: np.ndarray
    beta: np.ndarray
    sigma: np.ndarray
    n: np.ndarray
    market_mean: np.ndarray
    market_squares: np.ndarray

    @property
    def freedom(self) -> np.ndarray:
        """Degrees of freedom of `sigma`."""
        return self.n - (2 if self.model == "market" else 1)

    def abnormal(self, returns: np.ndarray, market: np.ndarray) -> np.ndarray:
        """Returns less normal returns (sessions × companies, fractions); missing where a return it needs is."""
        if self.model == "mean-adjusted":
            return np.asarray(returns - self.alpha)
        market = market if market.ndim == 2 else market[:, None]
        return np.asarray(returns - (self.alpha + market * self.beta))

    def standard_error(self, market: np.ndarray) -> np.ndarray:
        """Standard error of each company's abnormal return summed over the sessions of `market` (fractions).

        Market model: s² [L + L²/n + (Σ (R[m] − mean))² / Σ_est (R[m] − mean)²] over L sessions, which holds the errors
        of the estimated a and b that all L days share (Campbell, Lo and MacKinlay 1997, eq. 4.4.10). Mean-adjusted
        returns lack the last term, market-adjusted ones the last two. Missing where a market return is (market model),
        or the company has no estimate.
        """
        sessions = len(market)
        spread = np.full(len(self.n), float(sessions))
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.model != "market-adjusted":
                spread += sessions**2 / self.n
            if self.model == "market":
                spread += (market.sum(axis=0) - sessions * self.market_mean) ** 2 / self.market_squares
            return np.asarray(self.sigma * np.sqrt(spread))


def fit(returns: np.ndarray, market: np.ndarray, model: str, minimum: int) -> Normal:
    """Fits a model to each column of `returns` over an estimation window.

    Args:
        returns: sessions × companies, simple returns.
        market: the market's simple returns on the same sessions; one column for all companies, or one for each.
        model: one of `MODELS`.
        minimum: returns a company needs; a session counts if both it and the market have one (mean-adjusted: it alone).

    Returns:
        See `Normal`. A missing return leaves out its session for that company. Who has fewer than `minimum` (or three),
        or in the market model a market that did not move, has NaN for all but `n`.

    Raises:
        ValueError: there is no such model.
    """
    if model not in MODELS:
        raise ValueError(f"There is no model {model!r}, only {', '.join(MODELS)}.")
    x = market if market.ndim == 2 else market[:, None]
    if model == "mean-adjusted":
        x = np.zeros((len(returns), 1))
    y = returns - x if model == "market-adjusted" else returns
    with np.errstate(invalid="ignore", divide="ignore"):
        m = _whole(y, x)
        if m is None:
            m = _with_gaps(y, x)
        enough = np.where(m.n >= max(minimum, 3), 1.0, np.nan)
        if model == "market":
            beta = np.where(m.sxx > STILL * m.n, enough, np.nan) * m.sxy / m.sxx
            alpha, unexplained, free = m.mean_y - beta * m.mean_x, m.syy - beta * m.sxy, m.n - 2
            # Where the market explains nearly all, the difference of two sums has lost its digits.
            for k in np.flatnonzero(unexplained < 1e-3 * m.syy):
                left = y[:, k] - alpha[k] - beta[k] * x[:, min(k, x.shape[1] - 1)]
                unexplained[k] = np.nansum(left * left)
        else:
            unexplained, free = m.syy, m.n - 1
            alpha, beta = (m.mean_y * enough, 0.0 * enough) if model == "mean-adjusted" else (0.0 * enough, enough)
        sigma = np.sqrt(np.where(unexplained <= EXACT * m.squares, 0.0, unexplained) / free)
    return Normal(model, alpha, beta, np.where(np.isnan(alpha), np.nan, sigma), m.n, m.mean_x, m.sxx)


class Moments(NamedTuple):
    """Moments of estimation windows, about the means.

    Entries by company, or windows × companies. `squares` is the sum that `syy` came out of, which says how much of it
    may be rounding: Σ y² about zero, of the window or of all that was carried up to its end.
    """

    n: np.ndarray
    mean_x: np.ndarray
    mean_y: np.ndarray
    sxx: np.ndarray
    sxy: np.ndarray
    syy: np.ndarray
    squares: np.ndarray


def _whole(y: np.ndarray, x: np.ndarray) -> Moments | None:
    """The moments of returns without a gap, in as few passes as there are sums; None where a return is missing."""
    sessions, companies = y.shape
    total = y.sum(axis=0)
    if not sessions or not (np.isfinite(total).all() and np.isfinite(x).all()):
        return None
    mean_y, mean_x = total / sessions, x.sum(axis=0) / sessions
    dx = x - mean_x
    squares = np.einsum("ij,ij->j", y, y)
    syy = squares - total * mean_y
    if (syy < 1e-3 * squares).any():  # a mean so far from zero costs digits
        dy = y - mean_y
        syy = np.einsum("ij,ij->j", dy, dy)
    one = np.ones(companies)
    sxy = dx[:, 0] @ y if dx.shape[1] == 1 else np.einsum("ij,ij->j", dx, y)
    return Moments(sessions * one, mean_x * one, mean_y, (dx * dx).sum(axis=0) * one, sxy, syy, squares)


def _with_gaps(y: np.ndarray, x: np.ndarray) -> Moments:
    """The moments over the sessions on which both have a return."""
    known = np.isfinite(y) & np.isfinite(x)
    n = known.sum(axis=0)
    y, x = np.where(known, y, 0.0), np.where(known, x, 0.0)
    mean_y, mean_x = y.sum(axis=0) / n, x.sum(axis=0) / n
    dy, dx = np.where(known, y - mean_y, 0.0), np.where(known, x - mean_x, 0.0)
    sxx, sxy, syy = ((a * b).sum(axis=0) for a, b in ((dx, dx), (dx, dy), (dy, dy)))
    return Moments(n.astype(float), mean_x, mean_y, sxx, sxy, syy, (y * y).sum(axis=0))
