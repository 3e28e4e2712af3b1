"""Where one day ranks among all days of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Rank:
    """`place` of `count` days, 1 being the most extreme; ties share the smaller number. `since` is the first day."""

    place: int
    count: int
    since: pd.Timestamp


def rank_of(values: pd.Series, on: pd.Timestamp, *, largest: bool) -> Rank | None:
    """The rank of one day of a series (any unit) among all its days with data; None if that day has none.

    Ties share the smaller number. `largest` ranks from the largest value down (dollars lost), otherwise from the
    smallest up (returns).
    """
    known = values.dropna()
    if on not in known.index:
        return None
    ahead = known > known[on] if largest else known < known[on]
    return Rank(int(ahead.sum()) + 1, len(known), pd.Timestamp(known.index[0]))


def largest(losses: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest values of a sessions × companies frame: `session, company, lost`, the largest first."""
    values = losses.to_numpy(float)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(-values.ravel()[known], kind="stable")[:most]]
    row, column = np.unravel_index(order, values.shape)
    return pd.DataFrame({"session": losses.index[row], "company": losses.columns[column], "lost": values[row, column]})
