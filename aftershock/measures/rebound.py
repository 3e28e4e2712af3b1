"""What came after a fall: when a price was back where it had been, and what a buyer at a close got.

Buyers hold for long, so all but `first_at_or_above` expect total-return (dividend-adjusted) closes. What followed the
falls of a list is worth showing only beside what followed any session: `outcomes` gives both,
`bootstrap.bootstrap_difference` how far apart they are for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

HORIZONS = (1, 5, 21, 63, 126, 252)  # sessions: a day, a week, a month, a quarter, half a year, a year
DISTRIBUTION = ["n", "positive", "mean", "worst", "p05", "p25", "p50", "p75", "p95", "best"]


class Purchases(NamedTuple):
    """Two ways to invest one unit of money, compared.

    `worth` has a row per company: `lump_sum` and `instalments`, what each came to at the close of `end` (1.1: ten per
    cent more than was put in). `bought` are the sessions of the instalments, the lump sum's being the first; a session
    that the data do not reach is NaT.
    """

    worth: pd.DataFrame
    bought: pd.DatetimeIndex
    end: pd.Timestamp


def first_at_or_above(values: pd.DataFrame, level: pd.Series, position: int) -> pd.DataFrame:
    """The first session from `position` on whose value is at least `level`, a row per column of `values`.

    Args:
        values: sessions × companies, in any unit; a missing value is not above anything.
        level: what is to be reached, by column of `values` and in their unit; the order does not matter.
        position: row of the first session looked at, usually the event's.

    Returns:
        Columns: `session` (NaT if never, or if the level is missing), `sessions` and `days` from the session at
        `position` to it (both 0 for that session itself; NaN if never), the latter in calendar days. Values are
        compared as stored, without tolerance: a cent above is above, a cent below is not.
    """
    after = values.iloc[position:]
    hit = after.to_numpy() >= level.reindex(values.columns).to_numpy()[None, :]
    reached = hit.any(axis=0)
    first = np.where(reached, hit.argmax(axis=0), 0) if len(after) else np.zeros(values.shape[1], int)
    days = pd.DatetimeIndex(after.index).append(pd.DatetimeIndex([pd.NaT]))  # −1 picks the NaT at the end
    session = days[np.where(reached, first, -1)]
    return pd.DataFrame(
        {
            "session": session,
            "sessions": np.where(reached, first, np.nan),
            "days": np.asarray((session - days[0]).days, float),
        },
        index=values.columns,
    )


def forward_returns(total: pd.DataFrame | pd.Series, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """The return from each close to the close h sessions later, P[t + h] / P[t] − 1.

    Args:
        total: total-return closes of one company (a series), or sessions × companies.
        horizons: numbers of sessions.

    Returns:
        For one company sessions × horizons; for several sessions × (horizon, company), so that `[h]` is the frame of
        one horizon. Fractions. A return whose end lies beyond the data, or that lacks either close, is missing: nothing
        is carried forward.

    Raises:
        ValueError: there is no horizon, or one is not a positive whole number.
    """
    if not len(horizons) or any(h < 1 or h != int(h) for h in horizons):
        raise ValueError(f"Horizons are whole numbers of sessions from 1 on, not {list(horizons)}.")
    return pd.concat({h: total.shift(-h) / total - 1 for h in horizons}, axis=1, names=["horizon"])


def falls_at_least(
    moves: pd.Series,
    depth: float,
    until: pd.Timestamp | None = None,
    *,
    inclusive: bool = False,
    horizon: int = HORIZONS[-1],
) -> pd.DataFrame:
    """Every session on which a company fell at least so much: a list by rule, not chosen after the fact.

    Args:
        moves: day moves of one company, fractions by session.
        depth: the largest move that still is such a fall, a negative fraction (−0.05: five per cent or more).
        until: the list ends before this day, or with it if `inclusive`; None for all sessions.
        inclusive: whether a fall on `until` itself is listed. An event is no precedent of its own.
        horizon: sessions over which a buyer after a fall is followed, for `overlaps`.

    Returns:
        A row per fall, by time: `session`, `move`, and `overlaps`. The first fall does not overlap. A later one does if
        it lies fewer than `horizon` sessions after the last one that does not, so that the returns over `horizon` from
        both closes share sessions. The falls that do not overlap are therefore each at least `horizon` sessions apart.
        Sessions are counted along the index of `moves`, missing moves included; a missing move is no fall. Moves are
        compared as stored, without tolerance.

    Raises:
        ValueError: `depth` is not between −1 and 0, or `horizon` is below 1.
    """
    if not -1 < depth < 0:
        raise ValueError(f"A fall is a negative fraction above −1 (−0.05: five per cent), not {depth}.")
    refuse_below_one(horizon=horizon)
    days = moves.index
    listed = np.full(len(moves), True) if until is None else days <= until if inclusive else days < until
    rows = np.flatnonzero(listed & (moves.to_numpy(float) <= depth))
    return pd.DataFrame({"session": days[rows], "move": moves.to_numpy(float)[rows], "overlaps": ~apart(rows, horizon)})


def outcomes(forward: pd.DataFrame, sessions: Iterable[pd.Timestamp] | None = None) -> pd.DataFrame:
    """The distribution of forward returns over all sessions, or over some.

    Args:
        forward: forward returns as `forward_returns` gives them (sessions × horizons, or × (horizon, company)).
        sessions: those looked at, all if None. One given twice counts twice.

    Returns:
        A row per column of `forward`: `n` (returns there are), `positive` (share of them above zero), `mean`, `worst`,
        the quantiles `p05, p25, p50, p75, p95` and `best`, as fractions. Missing returns are left out of everything, so
        that `n` may differ from one horizon to the next; without any return all but `n` is missing.

    Raises:
        KeyError: `forward` does not have one of the sessions.

    Quantiles are linear between order statistics (type 7 of Hyndman and Fan 1996, The American Statistician 50).
    """
    seen = forward if sessions is None else forward.loc[pd.Index(sessions)]
    n = seen.notna().sum()
    quantiles = {f"p{q:02d}": seen.quantile(q / 100) for q in (5, 25, 50, 75, 95)}
    table = pd.DataFrame(
        {
            "n": n,
            "positive": (seen > 0).sum() / n,
            "mean": seen.mean(),
            "worst": seen.min(),
            "best": seen.max(),
            **quantiles,
        }
    )
    return table[DISTRIBUTION]


def lump_sum_and_instalments(
    total: pd.DataFrame,
    start: pd.Timestamp,
    *,
    instalments: int = 12,
    every: int = 21,
    horizon: int = 252,
) -> Purchases:
    """What one unit of money came to, put in at one close or in equal parts over time.

    The cash that waits for its instalment earns nothing, which is to the instalments' disadvantage when interest is
    paid. Costs and taxes are left out.

    Args:
        total: total-return closes, sessions × companies.
        start: session at whose close the lump sum and the first instalment are invested.
        instalments: number of equal parts.
        every: sessions from one instalment to the next.
        horizon: sessions from `start` to the close at which both are valued.

    Returns:
        See `Purchases`. `lump_sum` is P[end] / P[start], `instalments` the mean of P[end] / P[bought]. Each is missing
        where one of its closes is, or where the data end before: nothing is shortened or carried forward.

    Raises:
        KeyError: `total` has no such session.
        ValueError: a number is below 1, or the last instalment lies after the end.
    """
    refuse_below_one(instalments=instalments, every=every, horizon=horizon)
    steps = np.arange(instalments) * every
    if steps[-1] > horizon:
        raise ValueError(f"The last instalment, after {steps[-1]} sessions, lies beyond the end after {horizon}.")
    rows = int(total.index.get_loc(start)) + np.append(steps, horizon)
    rows[rows >= len(total)] = -1  # picks what stands for a session that is not there
    closes = np.vstack([total.to_numpy(float), np.full(total.shape[1], np.nan)])[rows]
    days = pd.DatetimeIndex(total.index).append(pd.DatetimeIndex([pd.NaT]))[rows]
    grown = closes[-1] / closes[:-1]
    worth = pd.DataFrame({"lump_sum": grown[0], "instalments": grown.mean(axis=0)}, index=total.columns)
    return Purchases(worth, days[:-1], days[-1])


def refuse_below_one(**numbers: int) -> None:
    """Refuses the first of some named numbers that is below 1, with a ValueError that says which."""
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{name} must be 1 or more, not {number}.")


def apart(rows: np.ndarray, sessions: int) -> np.ndarray:
    """Which of some rising rows lie at least so many sessions after the last one that does, the first included."""
    kept = np.zeros(len(rows), bool)
    at = 0
    while at < len(rows):
        kept[at] = True
        at = int(np.searchsorted(rows, rows[at] + sessions))
    return kept
