"""`Bars`: the daily prices of one symbol as one source gave them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from aftershock.prices import FIELDS

SUSPECT = ["session", "field", "value", "why"]


def no_splits() -> pd.DataFrame:
    """A table of splits (`date, ratio`) without a row."""
    return pd.DataFrame({"date": pd.DatetimeIndex([]), "ratio": pd.Series(dtype=float)})


@dataclass(frozen=True, eq=False)
class Bars:
    """Daily bars of one symbol, all on one split basis.

    `daily` has a row per session (rising midnights without a zone, unique) and the columns of `FIELDS`: open, high,
    low, close adjusted for splits only, adj_close also for dividends, volume in shares; NaN where the source has none.
    `splits` are the splits in them: `date` (first session at the new price) and `ratio` (new shares for one old).
    `source` names where they come from (`snapshot`, `yahoo`, `file`), `as_of` when they were had (UTC). `suspect` lists
    values that look wrong, a row each: `session, field, value, why` (a sentence); they are left out of `daily`.
    `unfinished` is a session that had not ended when they were had, if its bar was given; its bar is left out, too.
    """

    symbol: str
    daily: pd.DataFrame
    source: str
    as_of: pd.Timestamp
    splits: pd.DataFrame = field(default_factory=no_splits)
    currency: str = "USD"
    suspect: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SUSPECT))
    unfinished: pd.Timestamp | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if list(self.daily.columns) != list(FIELDS):
            raise ValueError(f"Bars need exactly the columns {', '.join(FIELDS)}.")
