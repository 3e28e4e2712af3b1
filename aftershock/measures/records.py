"""Where one day ranks among all days of a series, and how unusual it was for its time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

TRAILING = 60  # sessions before a day that say what was usual


@dataclass(frozen=True)
class Rank:
    """`place` of `count` days, 1 being the most extreme; ties share the smaller number. `since` is the first day."""

    place: int
    count: int
    since: pd.Timestamp

    @property
    def share(self) -> float:
        """Share of the days that were at least as extreme: for a placebo, its p-value."""
        return self.place / self.count


def rank_of(values: pd.Series, on: pd.Timestamp, *, largest: bool, as_known_then: bool = False) -> Rank | None:
    """The rank of one day of a series among all its days with data; None if that day has none.

    Args:
        values: any unit, by session; missing days do not count.
        on: the day.
        largest: rank from the largest value down (dollars lost), otherwise from the smallest up (returns).
        as_known_then: rank among the days up to that day only.

    Ties share the smaller number.
    """
    known = values.dropna()
    if on not in known.index:
        return None
    known = known.loc[:on] if as_known_then else known
    ahead = known > known[on] if largest else known < known[on]
    return Rank(int(ahead.sum()) + 1, len(known), pd.Timestamp(known.index[0]))


def days_above(values: pd.Series, on: pd.Timestamp, *, largest: bool) -> pd.Series:
    """The days that rank above one day, the most extreme first: their values by session, in the unit of `values`.

    Days that tie with it are not above it. Empty for a day that leads, or has no data. `largest` as for `rank_of`.
    """
    known = values.dropna()
    if on not in known.index:
        return known.iloc[:0]
    ahead = known[known > known[on]] if largest else known[known < known[on]]
    return ahead.sort_values(ascending=not largest, kind="stable")


def z_scores(moves: pd.DataFrame, sessions: int = TRAILING) -> pd.DataFrame:
    """Each move over the standard deviation of the moves of the sessions before it (same shape, without unit).

    `moves` are day moves as fractions, sessions × companies. The day itself is not among the sessions it is measured
    by. Missing where the move is, where fewer than half of the sessions before have one, and where they did not move.
    """
    spread = moves.rolling(sessions, min_periods=max(2, (sessions + 1) // 2)).std().shift(1)
    return moves / spread.where(spread > 1e-12)


def usual_volume(volume: pd.DataFrame, position: int, sessions: int = TRAILING) -> pd.Series:
    """Median of the shares traded a session over the sessions before a position, by company.

    The median, because a day as busy as the one that is looked at may lie among them. `volume` is sessions × companies
    in shares; missing for a company with fewer than half of the sessions.
    """
    before = volume.iloc[max(0, position - sessions) : position]
    return before.median().where(before.count() >= sessions / 2)


def largest(losses: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest values of a sessions × companies frame: `session, company, lost`, the largest first.

    `losses` may have any unit; missing ones are left out, so that there may be fewer than `most` rows. Ties stand in
    the order of the sessions.
    """
    values = losses.to_numpy(float)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(-values.ravel()[known], kind="stable")[:most]]
    row, column = np.unravel_index(order, values.shape)
    return pd.DataFrame({"session": losses.index[row], "company": losses.columns[column], "lost": values[row, column]})
