"""Placebo: the event study of every other session, so that the event can be ranked among ordinary days.

A p-value leans on a law that a basket's returns only nearly follow; the rank among all sessions of history leans on
nothing. The same statistics as `event_study`, in two passes over the returns instead of one study a session.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from aftershock.measures.normal_returns import MODELS, STILL, Moments, fit
from aftershock.measures.windows import ESTIMATION, GAP, MINIMUM, aligned, check, least_returns

COLUMNS = ("n", "aar", "portfolio_t", "cross_sectional_t", "patell", "bmp")
# Sums carried over a whole history leave a rest that a single window does not: below this share of its variance a
# company's residual is taken for rounding.
EXPLAINED = 1e-11
CARRIED = 1e-12  # of the sums carried: what they may be wrong by
COMPANIES = 64  # studied at a time, so that what is summed up stays small


def placebo(
    returns: pd.DataFrame,
    market: pd.Series,
    *,
    estimation: int = ESTIMATION,
    gap: int = GAP,
    window: tuple[int, int] = (0, 0),
    model: str = "market",
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    """The basket's statistics as if each session in turn were the event.

    Args:
        returns, market, estimation, gap, window, model, minimum: as for `event_study`. Splits are not looked for here.

    Returns:
        A row for each session with a complete estimation window and event window before the returns end: `n` (companies
        that can be estimated then), `aar` (their mean abnormal return, summed over the event window, a fraction),
        `portfolio_t` (the equal-weighted basket's t), `cross_sectional_t`, `patell` and `bmp`, each as `event_study`
        gives it for that session. Missing where no company can be estimated. The event itself is one of the rows; rank
        it with `records.rank_of`.

    Today's members are applied to all of history, without those that no longer trade; the first sessions may have a
    basket of one company. An event lies in the estimation windows of the sessions after it, whose statistics it makes
    smaller.

    Raises:
        EstimationOverlapError: the event window would reach into the estimation window.
        ValueError: there is no such model, or a window is impossible.
    """
    check(estimation, gap, window)
    if model not in MODELS:
        raise ValueError(f"There is no model {model!r}, only {', '.join(MODELS)}.")
    first = estimation + gap
    events = range(first, max(first, len(returns) - max(window[1], 0)))
    if not len(events):
        return pd.DataFrame(columns=COLUMNS, index=returns.index[:0], dtype=float)
    least = least_returns(minimum, estimation)
    x = aligned(market, returns).to_numpy(float)
    rolling = _Rolling(x, events, estimation, gap, window, model, least)
    values = returns.to_numpy(float)
    sums = np.zeros((7, len(events)))
    members = np.empty((len(events), returns.shape[1]), bool)
    for start in range(0, returns.shape[1], COMPANIES):
        part = slice(start, start + COMPANIES)
        members[:, part] = rolling.add_to(sums, values[:, part])
    n, car, car_squares, defined, scar, scar_squares, patell = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        table = {
            "n": n,
            "aar": car / n,
            "portfolio_t": rolling.portfolio_t(values, members),
            "cross_sectional_t": _mean_over_spread(n, car, car_squares),
            "patell": scar / np.sqrt(patell),
            "bmp": _mean_over_spread(defined, scar, scar_squares),
        }
    return pd.DataFrame(table, returns.index[events.start : events.stop], COLUMNS)


class _Rolling:
    """Every estimation window of a history, slid along by sums that are carried on."""

    def __init__(
        self,
        market: np.ndarray,
        events: range,
        estimation: int,
        gap: int,
        window: tuple[int, int],
        model: str,
        minimum: int,
    ) -> None:
        self.market, self.events, self.estimation, self.gap = market, events, estimation, gap
        self.window, self.model, self.minimum = window, model, minimum
        self.length = window[1] - window[0] + 1

    def add_to(self, sums: np.ndarray, returns: np.ndarray) -> np.ndarray:
        """Adds the companies of a block to the sums; returns which is a member when (events × companies)."""
        m, days = self._moments(returns), self.length
        y, x = self._over_window(returns), self._over_window(self.market[:, None])
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.model == "market":
                beta = np.where(m.sxx > STILL * m.n, m.sxy / m.sxx, np.nan)
                car = y - days * (m.mean_y - beta * m.mean_x) - beta * x
                unexplained, free = m.syy - beta * m.sxy, m.n - 2
                spread = days + days**2 / m.n + (x - days * m.mean_x) ** 2 / m.sxx
            elif self.model == "mean-adjusted":
                car, unexplained, free, spread = y - days * m.mean_y, m.syy, m.n - 1, days + days**2 / m.n
            else:
                car, unexplained, free, spread = y - x, m.syy, m.n - 1, days
            real = (unexplained > EXPLAINED * m.syy) & (m.syy > STILL * m.n + CARRIED * m.squares)
            scar = car / np.sqrt(np.where(real, unexplained, np.nan) / free * spread)
            patell = np.where(free > 2, free / (free - 2), np.nan) * np.ones_like(car)
        member: np.ndarray = np.isfinite(car) & (m.n >= self.minimum)
        defined = member & np.isfinite(scar)
        one = np.ones_like(car)
        parts = [(member, one), (member, car), (member, car * car)]
        parts += [(defined, one), (defined, scar), (defined, scar * scar), (defined, patell)]
        for total, (rows, part) in zip(sums, parts, strict=True):
            total += np.where(rows, part, 0.0).sum(axis=1)
        return member

    def portfolio_t(self, returns: np.ndarray, members: np.ndarray) -> np.ndarray:
        """The equal-weighted basket's t for each event, as one security with the members of that event."""
        known = np.isfinite(returns)
        filled = np.where(known, returns, 0.0)
        statistic = np.full(len(self.events), np.nan)
        for start, stop in _runs(members):
            weights = members[start].astype(float)
            if not weights.any():
                continue
            rows = slice(start, self.events.start + stop + max(self.window[1], 0))
            with np.errstate(invalid="ignore"):
                basket = (filled[rows] @ weights) / (known[rows] @ weights)
            statistic[start:stop] = self._t(basket, self.market[rows], stop - start)
        return statistic

    def _t(self, basket: np.ndarray, market: np.ndarray, events: int) -> np.ndarray:
        """The t of one security for some events in a row; the first estimation window begins with its first return."""
        y, x = (sliding_window_view(v, self.estimation)[:events].T for v in (basket, market))
        normal = fit(y, x, self.model, 3)
        first = self.estimation + self.gap + self.window[0]
        y_event, x_event = (sliding_window_view(v, self.length)[first : first + events].T for v in (basket, market))
        car, error = normal.abnormal(y_event, x_event).sum(axis=0), normal.standard_error(x_event)
        t: np.ndarray = np.divide(car, error, out=np.full(events, np.nan), where=error > 0)
        return t

    def _moments(self, returns: np.ndarray) -> Moments:
        market = self.market[:, None]
        y = returns - market if self.model == "market-adjusted" else returns
        x = np.zeros_like(market) if self.model == "mean-adjusted" else market
        known = np.isfinite(y) & np.isfinite(x)
        whole = bool(known.all())
        with np.errstate(invalid="ignore", divide="ignore"):
            # Near zero, sums of squares lose no digits to the mean.
            centre_y = np.where(known, y, 0.0).sum(axis=0) / known.sum(axis=0)
            centre_x = np.where(np.isfinite(x), x, 0.0).sum() / np.isfinite(x).sum()
            y, x = y - centre_y, x - centre_x
            if not whole:
                y, x = np.where(known, y, 0.0), np.where(known, x, 0.0)
            n = np.full((len(self.events), 1), self.estimation) if whole else self._slide(known)
            sx, sy = self._slide(x), self._slide(y)
            sxx, sxy, syy = self._slide(x * x) - sx * sx / n, self._slide(x * y) - sx * sy / n, self._slide(y * y)
            squares = (y * y).cumsum(axis=0)[self.estimation - 1 :][: len(self.events)]
            return Moments(n, centre_x + sx / n, centre_y + sy / n, sxx, sxy, syy - sy * sy / n, squares)

    def _slide(self, values: np.ndarray) -> np.ndarray:
        """Sums over every estimation window (events × columns)."""
        carried = np.zeros((len(values) + 1, values.shape[1]))
        np.cumsum(values, axis=0, out=carried[1:])
        events = len(self.events)
        return np.asarray(carried[self.estimation : self.estimation + events] - carried[:events])

    def _over_window(self, values: np.ndarray) -> np.ndarray:
        """Sums over every event window (events × columns), missing where a session is."""
        first, last = self.window
        parts = (values[self.events.start + o : self.events.stop + o] for o in range(first, last + 1))
        return np.asarray(sum(parts))


def _runs(members: np.ndarray) -> Iterator[tuple[int, int]]:
    """Stretches of events that have the same members."""
    changes = np.flatnonzero((members[1:] != members[:-1]).any(axis=1)) + 1
    yield from pairwise([0, *changes.tolist(), len(members)])


def _mean_over_spread(n: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Mean / (sd / √n) from sums; missing with fewer than two companies or without a spread."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = np.where(n > 1, (squares - n * mean * mean) / (n - 1), np.nan)
        # What is less than this share of the mean's square is rounding.
        found: np.ndarray = mean / np.sqrt(np.where(variance > 1e-13 * mean * mean, variance, np.nan) / n)
    return found
