"""Tests of a basket's abnormal return: the statistics, each with its law when nothing happened.

Every function takes arrays with an entry per company, returns as fractions, and gives the statistic (without unit) with
its two-sided p; where it cannot be computed both are NaN. A company without a figure has to be left out before: none of
`car`, `scar` and `abnormal` may be missing, while residuals of the estimation window may.

One date shared by all companies makes their abnormal returns correlated, and a test that takes them for independent
then finds effects that are not there; `Premise.shared_date` says which allow for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

ROUNDING = 1e-12  # of the size of some values: what they differ by less is rounding


class Premise(NamedTuple):
    """What a test assumes: in one line, and whether it allows for companies that share the event date.

    `shared_date` is `yes`, `no`, or `nearly`: with residuals correlated at 0.2 to 0.6 such a test of 12 to 24 companies
    rejects 7 to 10 times in 100 where nothing happened, instead of 5.
    """

    assumption: str
    shared_date: str


PREMISES = {
    "cross_sectional_t": Premise("Companies react independently of one another; their spread is the noise.", "no"),
    "portfolio_t": Premise("The basket's ordinary days show how far it strays; variance did not rise.", "yes"),
    "patell": Premise("Companies are independent, and the event did not raise their variance.", "no"),
    "patell_adjusted": Premise("As Patell, with the companies' mean residual correlation allowed for.", "yes"),
    "bmp": Premise("Companies are independent; the event may have raised their variance.", "no"),
    "bmp_adjusted": Premise("As BMP, with the companies' mean residual correlation allowed for.", "yes"),
    "corrado_rank": Premise("Ranks only, so fat tails do no harm; the event did not raise the variance.", "yes"),
    "generalized_rank": Premise("Ranks of standardised returns; the event may have raised the variance.", "nearly"),
    "generalized_sign": Premise("Companies are independent; only signs count, against their ordinary share.", "no"),
}


class Result(NamedTuple):
    """A statistic, its two-sided p under the null hypothesis, and the number of companies in it."""

    statistic: float
    p: float
    n: int


def two_sided_t(t: np.ndarray | float, freedom: np.ndarray | float) -> np.ndarray:
    """Two-sided p of Student's t; NaN where t is, or where no degree of freedom is left."""
    from scipy.special import stdtr  # a tenth of a second, owed only by who asks for a p

    free = np.where(np.asarray(freedom) > 0, freedom, np.nan)
    return np.asarray(2 * stdtr(free, -np.abs(t)))


def two_sided_normal(z: float) -> float:
    """Two-sided p of a standard normal statistic; NaN where it is."""
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def half_width(freedom: np.ndarray, level: float) -> np.ndarray:
    """Standard errors on either side of an estimate within which a share of `level` of Student's t lies."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, (1 + level) / 2))


def cross_sectional_t(car: np.ndarray) -> Result:
    """Mean over the companies against their own spread: mean / (sd / √n), t with n − 1 (Brown and Warner 1985)."""
    n = len(car)
    statistic = _ratio(_mean(car), _spread(car) / np.sqrt(n) if n else np.nan)
    return Result(statistic, float(two_sided_t(statistic, n - 1)), n)


def patell(scar: np.ndarray, estimation: np.ndarray) -> Result:
    """Σ SCAR / √(Σ (M − 2)/(M − 4)), normal (Patell 1976, Journal of Accounting Research 14).

    `scar` are standardised (cumulative) abnormal returns, `estimation` the M estimation returns of each company (for a
    model with one parameter instead of two, M + 1: the variance is that of a t with M − 2).
    """
    enough = estimation > 4
    variance = np.where(enough, (estimation - 2) / np.where(enough, estimation - 4, 1), np.nan).sum()
    statistic = _ratio(float(scar.sum()), float(np.sqrt(variance))) if len(scar) else np.nan
    return Result(statistic, two_sided_normal(statistic), len(scar))


def bmp(scar: np.ndarray) -> Result:
    """The standardised cross-sectional test: mean SCAR / (sd / √n), t with n − 1.

    Source: Boehmer, Musumeci and Poulsen 1991, Journal of Financial Economics 30.
    """
    return cross_sectional_t(scar)


def patell_adjusted(plain: Result, correlation: float) -> Result:
    """Patell / √(1 + (n − 1) r), normal (Kolari and Pynnönen 2010, Review of Financial Studies 23).

    `correlation` is r, the mean pairwise correlation of the estimation residuals.
    """
    inflation = 1.0 if plain.n == 1 else 1 + (plain.n - 1) * correlation  # one company is correlated with none
    statistic = _ratio(plain.statistic, _root(inflation))
    return Result(statistic, two_sided_normal(statistic), plain.n)


def bmp_adjusted(plain: Result, correlation: float) -> Result:
    """BMP × √((1 − r) / (1 + (n − 1) r)), t with n − 1 (Kolari and Pynnönen 2010)."""
    statistic = plain.statistic * _root(_ratio(1 - correlation, 1 + (plain.n - 1) * correlation))
    return Result(statistic, float(two_sided_t(statistic, plain.n - 1)), plain.n)


def corrado_rank(residuals: np.ndarray, abnormal: np.ndarray) -> Result:
    """Corrado's rank test over estimation and event window joined, normal.

    Args:
        residuals: estimation sessions × companies; missing ones have no rank.
        abnormal: event sessions × companies, complete.

    The rank of each abnormal return among all T_i of its company, less (T_i + 1)/2; their mean over the companies,
    summed over the L event sessions and divided by S √L, where S² is the mean of the squared daily means. S is of the
    cross-sectional mean, so correlation between the companies is in it.

    Source: Corrado 1989, Journal of Financial Economics 23, with each company's own T_i where histories differ.
    """
    n = abnormal.shape[1]
    if not n:
        return Result(np.nan, np.nan, 0)
    joined = np.vstack([residuals, abnormal])
    ranks = average_ranks(joined)
    deviation = ranks - (np.isfinite(joined).sum(axis=0) + 1) / 2
    known = np.isfinite(deviation).any(axis=1)
    daily = np.nanmean(deviation[known], axis=1)
    sessions = len(abnormal)
    statistic = _ratio(daily[-sessions:].sum(), np.sqrt((daily**2).mean()) * np.sqrt(sessions))
    return Result(statistic, two_sided_normal(statistic), n)


def generalized_rank(standardized: np.ndarray, scar: np.ndarray) -> Result:
    """The generalised rank t of Kolari and Pynnönen 2011 (Journal of Empirical Finance 18).

    Args:
        standardized: standardised abnormal returns, estimation sessions × companies.
        scar: standardised cumulative abnormal returns of the event window.

    The event window is one day: SCAR over its cross-sectional standard deviation stands beside the M estimation days,
    T = M + 1. U = rank / (T_i + 1) − 1/2, Z = mean U on the event / S_U with S_U² = (1/T) Σ (n_t / n) (mean U)², and
    the statistic Z √((T − 2) / (T − 1 − Z²)) has a t with T − 2.
    """
    n = len(scar)
    spread = _spread(scar)
    if not spread > 0:
        return Result(np.nan, np.nan, n)
    joined = np.vstack([standardized, scar / spread])
    known = np.isfinite(joined)
    u = average_ranks(joined) / (known.sum(axis=0) + 1) - 0.5
    some = known.any(axis=1)
    daily, companies = np.nanmean(u[some], axis=1), known[some].sum(axis=1)
    days = len(daily)
    z = _ratio(daily[-1], np.sqrt((companies / n * daily**2).sum() / days))
    statistic = z * _root(_ratio(days - 2, days - 1 - z * z))
    return Result(statistic, float(two_sided_t(statistic, days - 2)), n)


def generalized_sign(residuals: np.ndarray, car: np.ndarray) -> Result:
    """(w − n p) / √(n p (1 − p)), normal: w companies rose abnormally, p is their share on ordinary days.

    p is the mean over the companies of the share of positive estimation residuals (`residuals`, sessions × companies).
    Source: Cowan 1992, Review of Quantitative Finance and Accounting 2.
    """
    n = len(car)
    if not n:
        return Result(np.nan, np.nan, 0)
    p = float(((residuals > 0).sum(axis=0) / np.isfinite(residuals).sum(axis=0)).mean())
    statistic = _ratio(float((car > 0).sum()) - n * p, _root(n * p * (1 - p)))
    return Result(statistic, two_sided_normal(statistic), n)


def mean_correlation(residuals: np.ndarray) -> float:
    """Mean correlation of all pairs of columns over their common sessions; NaN with fewer than two columns.

    A pair without two common sessions, or with a column that does not move there, is left out. Costs one pass over the
    columns without a gap; only those with one are compared pair by pair.
    """
    known = np.isfinite(residuals)
    whole = known.all(axis=0)
    unit = _unit_columns(residuals[:, whole])
    sums = unit.sum(axis=1)
    total, pairs = float(sums @ sums) - unit.shape[1], unit.shape[1] * (unit.shape[1] - 1)
    gappy = np.flatnonzero(~whole)
    for k in gappy:
        row = _correlations(residuals[:, k], residuals)
        row[k] = np.nan
        twice = np.where(whole, 2, 1)  # a pair with a whole column is met only here
        total += float(np.nansum(row * twice))
        pairs += int((np.isfinite(row) * twice).sum())
    return total / pairs if pairs else np.nan


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's step-down adjusted p-values (Holm 1979, Scandinavian Journal of Statistics 6); NaN stays out and NaN."""
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    adjusted = np.full(len(p), np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks within each column from 1 up, ties sharing their mean; NaN where the value is missing."""
    ranks: np.ndarray = pd.DataFrame(values).rank().to_numpy()
    return ranks


def _unit_columns(columns: np.ndarray) -> np.ndarray:
    centred = columns - columns.mean(axis=0) if columns.size else columns
    length, raw = (np.sqrt((v**2).sum(axis=0)) for v in (centred, columns))
    moves = length > ROUNDING * raw
    unit: np.ndarray = centred[:, moves] / length[moves]
    return unit


def _correlations(one: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Correlation of one column with each of others over the sessions both have."""
    both = np.isfinite(one)[:, None] & np.isfinite(columns)
    count = both.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = np.where(both, one[:, None], 0.0), np.where(both, columns, 0.0)
        a, b = (np.where(both, v - v.sum(axis=0) / count, 0.0) for v in raw)
        lengths = [np.sqrt((v * v).sum(axis=0)) for v in (a, b)]
        for length, v in zip(lengths, raw, strict=True):
            length[length <= ROUNDING * np.sqrt((v * v).sum(axis=0))] = np.nan
        found: np.ndarray = (a * b).sum(axis=0) / (lengths[0] * lengths[1])
    return found


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _spread(values: np.ndarray) -> float:
    """Standard deviation; 0 where what differs is rounding, NaN of fewer than two values."""
    if len(values) < 2:
        return np.nan
    spread = float(values.std(ddof=1))
    return spread if spread > ROUNDING * np.abs(values).max() else 0.0


def _ratio(a: float, b: float) -> float:
    return float(a / b) if b > 0 else np.nan


def _root(value: float) -> float:
    return float(np.sqrt(value)) if value >= 0 else np.nan
