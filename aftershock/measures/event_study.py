"""The event study: what a day's move leaves once the ordinary is taken out, and how sure one can be of it.

Normal returns come from `normal_returns`, the tests of a basket from `event_tests`. Estimation and event window follow
MacKinlay 1997 (Journal of Economic Literature 35): the estimation window ends `gap` sessions before the event, so that
neither the event nor rumours before it explain themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from aftershock.formats import day
from aftershock.measures import event_tests
from aftershock.measures.normal_returns import Normal, fit
from aftershock.measures.unadjusted import unadjusted_splits
from aftershock.measures.windows import ESTIMATION, GAP, MINIMUM, Windows, aligned, least_returns, row_of

LEVEL = 0.95  # of the bands
TAILS = {"lower": 1.0, "upper": -1.0}


@dataclass(frozen=True, eq=False)
class EventStudy:
    """One event, many companies; `event` is the session, `windows` the rows of the returns that were used.

    Companies that could not be estimated are in `left_out`, each with the reason, and in nothing else. All returns are
    simple returns as fractions.
    """

    event: pd.Timestamp
    windows: Windows
    left_out: dict[str, str]
    _normal: Normal
    _names: pd.Index
    _index: pd.Index  # of the returns
    _returns: np.ndarray  # estimation sessions × companies
    _market: np.ndarray
    _event_returns: np.ndarray  # event window × companies
    _event_market: np.ndarray
    _weights: np.ndarray | None
    _sign: float  # of the tail that the quantiles are counted in: 1 lower, −1 upper

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """A row per company: `alpha, beta, sigma, n` of its normal model, and `ar` (see `companies`); fractions."""
        return pd.DataFrame(self._estimates(), index=self._names)

    @cached_property
    def companies(self) -> pd.DataFrame:
        """A row per company.

        `alpha, beta, sigma` (residual standard deviation) and `n` (returns used) of the normal model; `ar` (abnormal
        return of the event session; NaN if the event window leaves it out); `car` (sum over the event window), `car_se`
        (its exact standard error, see `Normal.standard_error`), `t` = car / car_se with its two-sided `p`; `quantile_p`
        (share of ordinary sums of as many sessions that were as low, or as high if `tail` is `upper`: (1 + number ≤
        car) / (1 + number), distribution-free and one-sided, after Gelbach, Helland and Klick 2013, American Law and
        Economics Review 15); `holm_p` (p adjusted for the number of companies, Holm 1979). A company that its model
        explains without a rest has no t.
        """
        p = event_tests.two_sided_t(self.t, self._normal.freedom)
        statistics = {
            "car": self._car, "car_se": self._car_error, "t": self.t, "p": p,
            "quantile_p": self._quantile_p, "holm_p": event_tests.holm(p),
        }  # fmt: skip
        return pd.DataFrame({**self._estimates(), **statistics}, index=self._names)

    @cached_property
    def t(self) -> np.ndarray:
        """Cumulative abnormal return over its standard error (SCAR), an entry per company; NaN where the error is 0."""
        return _quotient(self._car, self._car_error)

    @cached_property
    def abnormal(self) -> pd.DataFrame:
        """Abnormal returns of the event window, sessions × companies, fractions; none is missing."""
        return pd.DataFrame(self._abnormal, self._sessions, self._names)

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """What the model left of the estimation window, sessions × companies; missing where a return was."""
        rows = self.windows.estimation
        return pd.DataFrame(self._residuals, self._index[rows.start : rows.stop], self._names)

    @cached_property
    def mean_correlation(self) -> float:
        """Mean correlation of the residuals of all pairs of companies; NaN with fewer than two."""
        return event_tests.mean_correlation(self._residuals)

    @cached_property
    def portfolio(self) -> pd.DataFrame:
        """The basket as one security: a row for `equal` weights, and one for `value` weights where they were given.

        The portfolio's return is the weighted mean of its members' returns that day; its own normal model is fitted
        over the estimation window. Columns as `companies`, with `low` and `high` of the 95% band of the car instead of
        the adjusted p, and `companies`, the number that have a weight. Cross-correlation is inside its residual
        variance, which makes it the default verdict for one shared date (Jaffe 1974, Journal of Business 47; Brown and
        Warner 1980, Journal of Financial Economics 8).
        """
        rows = {}
        for weighting, (weights, y, normal) in self._baskets.items():
            event = weighted_mean(self._event_returns, weights)[:, None]
            abnormal, error = normal.abnormal(event, self._event_market), normal.standard_error(self._event_market)
            car, residuals = abnormal.sum(axis=0), normal.abnormal(y, self._market)
            t = _quotient(car, error)
            half = event_tests.half_width(normal.freedom, LEVEL) * error
            columns = {
                "alpha": normal.alpha, "beta": normal.beta, "sigma": normal.sigma, "n": normal.n,
                "ar": self._on_the_event(abnormal),
                "car": car, "car_se": error, "t": t, "p": event_tests.two_sided_t(t, normal.freedom),
                "quantile_p": _quantile_p(self._sign * residuals, self._sign * car, len(event)),
                "low": car - half, "high": car + half, "companies": [int((weights > 0).sum())],
            }  # fmt: skip
            rows[weighting] = {name: values[0] for name, values in columns.items()}
        return pd.DataFrame.from_dict(rows, orient="index")

    @cached_property
    def average(self) -> pd.DataFrame:
        """The average over the companies along the event window: sessions × (weighting, measure).

        For `equal` weights, and `value` weights where given: `aar` (mean abnormal return), `caar` (summed from the
        window's first session) and `low`, `high`, its 95% band from the portfolio's standard error for as many
        sessions; fractions, missing where no company has a weight.
        """
        parts = {}
        for weighting, (weights, _, normal) in self._baskets.items():
            aar = weighted_mean(self._abnormal, weights)
            error = [normal.standard_error(self._event_market[: k + 1])[0] for k in range(len(aar))]
            half = event_tests.half_width(normal.freedom, LEVEL) * np.array(error)
            caar = aar.cumsum()
            columns = {"aar": aar, "caar": caar, "low": caar - half, "high": caar + half}
            parts[weighting] = pd.DataFrame(columns, index=self._sessions)
        return pd.concat(parts, axis=1)

    @cached_property
    def tests(self) -> pd.DataFrame:
        """Every test of the basket, a row each, equal-weighted: `statistic`, two-sided `p`, `n` (companies in it).

        `assumption` says in one line what the test takes for granted, `shared_date` whether it allows for companies
        that share one event date. A company whose t is not defined is in the tests that need none only. A statistic
        that cannot be computed (one company, no spread) is NaN. Sources stand with each in `event_tests`.
        """
        usable = np.isfinite(self.t)
        scar, free = self.t[usable], self._normal.freedom[usable]
        standardized = self._residuals[:, usable] / self._normal.sigma[usable]
        patell, bmp = event_tests.patell(scar, free + 2), event_tests.bmp(scar)
        correlation = self.mean_correlation
        row = self.portfolio.loc["equal"]
        results = {
            "cross_sectional_t": event_tests.cross_sectional_t(self._car),
            "portfolio_t": event_tests.Result(float(row["t"]), float(row["p"]), len(self._names)),
            "patell": patell,
            "patell_adjusted": event_tests.patell_adjusted(patell, correlation),
            "bmp": bmp,
            "bmp_adjusted": event_tests.bmp_adjusted(bmp, correlation),
            "corrado_rank": event_tests.corrado_rank(self._residuals, self._abnormal),
            "generalized_rank": event_tests.generalized_rank(standardized, scar),
            "generalized_sign": event_tests.generalized_sign(self._residuals, self._car),
        }
        return pd.DataFrame.from_records(
            [{**results[name]._asdict(), **premise._asdict()} for name, premise in event_tests.PREMISES.items()],
            index=list(event_tests.PREMISES),
        )

    def _estimates(self) -> dict[str, np.ndarray]:
        normal = self._normal
        ar = self._on_the_event(self._abnormal)
        return {"alpha": normal.alpha, "beta": normal.beta, "sigma": normal.sigma, "n": normal.n, "ar": ar}

    def _on_the_event(self, abnormal: np.ndarray) -> np.ndarray:
        """The row of the event session; missing where the event window leaves it out."""
        at = self.windows.event - self.windows.window.start
        return abnormal[at] if 0 <= at < len(abnormal) else np.full(abnormal.shape[1], np.nan)

    @cached_property
    def _abnormal(self) -> np.ndarray:
        return self._normal.abnormal(self._event_returns, self._event_market)

    @cached_property
    def _car(self) -> np.ndarray:
        return np.asarray(self._abnormal.sum(axis=0))

    @cached_property
    def _car_error(self) -> np.ndarray:
        return self._normal.standard_error(self._event_market)

    @cached_property
    def _residuals(self) -> np.ndarray:
        left = self._normal.abnormal(self._returns, self._market)
        if self._normal.model != "market-adjusted":  # whose residuals keep their mean
            # Where the model explains all there is no residual, only rounding, which would correlate with nothing.
            for k in np.flatnonzero(self._normal.sigma == 0):
                left[np.isfinite(left[:, k]), k] = 0.0
        return left

    @cached_property
    def _quantile_p(self) -> np.ndarray:
        return _quantile_p(self._sign * self._residuals, self._sign * self._car, len(self._event_returns))

    @property
    def _sessions(self) -> pd.Index:
        return self._index[self.windows.window.start : self.windows.window.stop]

    @cached_property
    def _baskets(self) -> dict[str, tuple[np.ndarray, np.ndarray, Normal]]:
        """By weighting: the weights, the basket's estimation returns (a column), and its normal model."""
        weightings = {"equal": np.ones(len(self._names))}
        if self._weights is not None:
            weightings["value"] = self._weights
        returns = {name: weighted_mean(self._returns, weights)[:, None] for name, weights in weightings.items()}
        return {
            name: (weights, returns[name], fit(returns[name], self._market, self._normal.model, 3))
            for name, weights in weightings.items()
        }


def event_study(
    returns: pd.DataFrame,
    market: pd.Series,
    event: pd.Timestamp | date | str,
    *,
    estimation: int = ESTIMATION,
    gap: int = GAP,
    window: tuple[int, int] = (0, 0),
    model: str = "market",
    minimum: int = MINIMUM,
    tail: str = "lower",
    weights: pd.Series | None = None,
    splits: pd.DataFrame | None = None,
) -> EventStudy:
    """Abnormal returns of companies around one event, with everything needed to judge them.

    Args:
        returns: simple returns, sessions × companies, dividends included; missing ones are NaN, and none is carried
            over a gap.
        market: the market's simple returns; matched by session, and missing where it has none. For the market without
            the companies see `returns.without_members`.
        event: the event session; a day that is none stands for the next session.
        estimation, gap: sessions of the estimation window, which ends `gap` + 1 sessions before the event.
        window: first and last session of the event window, the event being 0.
        model: `market`, `market-adjusted` or `mean-adjusted` (see `normal_returns`).
        minimum: returns a company needs in the estimation window; all of it, where that is shorter.
        tail: side on which the quantiles count what was as extreme: `lower` for a fall, `upper` for a rise. The p of t
            is two-sided in any case.
        weights: market values before the event by company, for the value-weighted basket. A company without one is
            not in that basket, and `portfolio` says how many are.
        splits: known splits (`symbol, date, ratio`) by which an unadjusted return is told from a real one; without
            them a return is judged by its size (see `unadjusted_splits`).

    Returns:
        The study. A company with too few returns, without a return on a session of the event window, with a return that
        still carries a split, or against a market that did not move, is in `left_out` with the reason.

    Raises:
        EstimationOverlapError: the event window would reach into the estimation window.
        OutsideDataError: the event lies before the first or after the last session of the returns.
        ValueError: there is no such model or tail, a weight is negative, the event window ends before it begins, or the
            estimation window has no session.
    """
    _check_choices(tail, weights)
    windows = Windows.around(row_of(returns.index, event), len(returns), estimation, gap, window)
    rows, event_rows = (slice(part.start, part.stop) for part in (windows.estimation, windows.window))
    market = aligned(market, returns)
    values, x = returns.to_numpy(float), market.to_numpy(float)
    least = least_returns(minimum, estimation)
    normal = fit(values[rows], x[rows], model, least)
    suspects = unadjusted_splits(returns, (windows.estimation, windows.window), splits)
    ready = np.isfinite(normal.alpha) & np.isfinite(values[event_rows]).all(axis=0) & windows.filled
    ready &= model == "mean-adjusted" or bool(np.isfinite(x[event_rows]).all())
    if suspects:
        ready &= ~returns.columns.isin(list(suspects))
    whole = bool(ready.all())
    names = returns.columns if whole else returns.columns[ready]
    return EventStudy(
        event=returns.index[windows.event],
        windows=windows,
        left_out={} if whole else _reasons(returns, market, windows, normal, ready, suspects, least),
        _normal=normal if whole else Normal(normal.model, *(np.asarray(part)[ready] for part in normal[1:])),
        _names=names,
        _index=returns.index,
        _returns=values[rows] if whole else values[rows][:, ready],
        _market=x[rows],
        _event_returns=values[event_rows] if whole else values[event_rows][:, ready],
        _event_market=x[event_rows],
        _weights=None if weights is None else weights.reindex(names).fillna(0.0).to_numpy(float),
        _sign=TAILS[tail],
    )


def _check_choices(tail: str, weights: pd.Series | None) -> None:
    if tail not in TAILS:
        raise ValueError(f"There is no tail {tail!r}, only {' and '.join(TAILS)}.")
    if weights is not None and (weights < 0).any():
        raise ValueError(f"The weight of {weights.idxmin()} is negative, and a market value is not.")


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the companies that have a value (sessions × companies), by weight; NaN where none with a weight has."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = (np.where(known, values, 0.0) @ weights) / (known @ weights)
    return mean


def _quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)
    return found


def _quantile_p(residuals: np.ndarray, car: np.ndarray, sessions: int) -> np.ndarray:
    """(1 + number of ordinary sums ≤ car) / (1 + number), of residuals summed over as many neighbouring sessions."""
    sums = _neighbouring_sums(residuals, sessions)
    return np.asarray((1 + (sums <= car).sum(axis=0)) / (1 + np.isfinite(sums).sum(axis=0)))


def _neighbouring_sums(residuals: np.ndarray, sessions: int) -> np.ndarray:
    """Sums over every stretch of neighbouring sessions, by company; missing where a residual is."""
    if sessions == 1:
        return residuals
    known = np.isfinite(residuals)
    if known.all():
        return _differences(residuals.cumsum(axis=0), sessions)
    sums = _differences(np.where(known, residuals, 0.0).cumsum(axis=0), sessions)
    return np.where(_differences((~known).cumsum(axis=0), sessions) == 0, sums, np.nan)


def _differences(carried: np.ndarray, sessions: int) -> np.ndarray:
    found = carried[sessions - 1 :].copy()
    found[1:] -= carried[:-sessions]
    return found


def _reasons(
    returns: pd.DataFrame,
    market: pd.Series,
    windows: Windows,
    normal: Normal,
    ready: np.ndarray,
    suspects: dict[str, str],
    minimum: int,
) -> dict[str, str]:
    """Why each company that is not ready was left out."""
    window = slice(windows.window.start, windows.window.stop)
    event_returns = returns.iloc[window]
    no_market = event_returns.index[~np.isfinite(market.iloc[window].to_numpy(float))]
    reasons = {}
    for k in np.flatnonzero(~ready):
        name = returns.columns[k]
        missing = event_returns.index[~np.isfinite(event_returns.iloc[:, k].to_numpy(float))]
        if name in suspects:
            reasons[name] = suspects[name]
        elif normal.n[k] < minimum:
            reasons[name] = f"needs at least {minimum} returns in the estimation window, has {int(normal.n[k])}"
        elif np.isnan(normal.beta[k]):
            reasons[name] = "beta cannot be estimated: the market did not move in the estimation window"
        elif not windows.filled:
            reasons[name] = f"the event window ends after the last session there is, {_said(returns.index[-1])}"
        elif len(missing):
            reasons[name] = f"no return on {_said(missing[0])}"
        else:
            reasons[name] = f"the market has no return on {_said(no_market[0])}"
    return reasons


def _said(session: pd.Timestamp) -> str:
    return day(session) if isinstance(session, pd.Timestamp) else str(session)
