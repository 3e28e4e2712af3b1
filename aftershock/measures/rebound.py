"""When a price, or a basket's value, was back where it had been."""

from __future__ import annotations

import numpy as np
import pandas as pd


def first_at_or_above(values: pd.DataFrame, level: pd.Series, position: int) -> pd.DataFrame:
    """The first session from `position` on whose value is at least `level`, a row per column of `values`.

    Columns: `session` (NaT if never, or if the level is missing) and `sessions` (0 for the session at `position`
    itself; NaN if never). Values are compared as stored, without tolerance: a cent above is above, a cent below is
    not.
    """
    after = values.iloc[position:]
    hit = after.to_numpy() >= level.reindex(values.columns).to_numpy()[None, :]
    reached = hit.any(axis=0)
    first = np.where(reached, hit.argmax(axis=0), 0) if len(after) else np.zeros(values.shape[1], int)
    days = pd.DatetimeIndex(after.index).append(pd.DatetimeIndex([pd.NaT]))  # −1 picks the NaT at the end
    return pd.DataFrame(
        {"session": days[np.where(reached, first, -1)], "sessions": np.where(reached, first, np.nan)},
        index=values.columns,
    )
