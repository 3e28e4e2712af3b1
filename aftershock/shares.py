"""Point-in-time share counts: which count was in force on a day, from which filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

COLUMNS = (
    "symbol", "share_class", "price_symbol", "shares", "as_of", "in_force_from", "filed", "source", "confidence",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ShareCounts:
    """Filed share counts on the split basis of the prices, one row per company, share class and filing.

    `table` has the columns of `COLUMNS`: `shares` multiplies the close of `price_symbol` (an ADR count for
    companies priced as ADRs); `as_of` is the day counted, `in_force_from` the day from which the count was public,
    `filed` the filing's own date where one was read (else NaT). A count stays in force until the next one.

    Of two counts for one company, class and day the one nearer to the count before is kept (the first, if there is
    none before); the others are in `ignored`, so that a page can name them. They are never added or averaged.
    """

    table: pd.DataFrame
    ignored: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        rows = self.table.sort_values("in_force_from", kind="stable").reset_index(drop=True)
        key = ["symbol", "share_class", "in_force_from"]
        drop: list[int] = []
        for (symbol, share_class, since), twins in rows[rows.duplicated(key, keep=False)].groupby(key):
            same = (rows["symbol"] == symbol) & (rows["share_class"] == share_class)
            before = rows.loc[same & (rows["in_force_from"] < since), "shares"]
            keep = (twins["shares"] / before.iloc[-1] - 1).abs().idxmin() if len(before) else twins.index[0]
            drop += list(twins.index.drop(keep))
        object.__setattr__(self, "ignored", rows.loc[drop])
        object.__setattr__(self, "table", rows.drop(index=drop))

    def in_force(self, symbols: Sequence[str], on: pd.Timestamp) -> pd.DataFrame:
        """The newest count public on or before a day: one row per company and share class.

        Returns the rows of `table` for the companies that have one, indexed by company in the order given; a company
        without a count on that day has no row.
        """
        return self._newest(symbols, self.table["in_force_from"] <= on, last=True)

    def next_filed(self, symbols: Sequence[str], after: pd.Timestamp) -> pd.DataFrame:
        """The first count that became public after a day, in the form of `in_force`."""
        return self._newest(symbols, self.table["in_force_from"] > after, last=False)

    def total(self, symbol: str) -> pd.Series:
        """All counts of a company, classes summed: shares by the day from which they were in force."""
        rows = self.table[self.table["symbol"] == symbol]
        return rows.groupby("in_force_from")["shares"].sum().sort_index()

    def by_session(self, symbols: Sequence[str], sessions: pd.DatetimeIndex) -> pd.DataFrame:
        """The count in force on each session, classes summed (sessions × companies; NaN before the first)."""
        columns = {}
        for symbol in symbols:
            counts = self.total(symbol)
            place = counts.index.searchsorted(sessions, side="right") - 1
            known = np.append(counts.to_numpy(float), np.nan)  # place −1 picks the NaN at the end
            columns[symbol] = known[place]
        return pd.DataFrame(columns, index=sessions)

    def by_price(self, symbol: str, sessions: pd.DatetimeIndex) -> pd.DataFrame:
        """The counts of a company in force on each session, by the price that multiplies them (sessions × symbols).

        A company whose filing names no classes has one column filled, its own; NaN before the first count.
        """
        rows = self.table[self.table["symbol"] == symbol]
        filings = rows.pivot_table(index="in_force_from", columns="price_symbol", values="shares", aggfunc="sum")
        filings = filings.fillna(0.0).sort_index()  # a class that this filing does not name counts nothing here
        place = filings.index.searchsorted(sessions, side="right") - 1
        known = np.vstack([filings.to_numpy(float), np.full((1, filings.shape[1]), np.nan)])
        return pd.DataFrame(known[place], sessions, filings.columns)

    def _newest(self, symbols: Sequence[str], allowed: pd.Series, *, last: bool) -> pd.DataFrame:
        rows = self.table[allowed & self.table["symbol"].isin(list(symbols))]
        pick = rows.groupby("symbol")["in_force_from"].transform("max" if last else "min")
        order = {symbol: place for place, symbol in enumerate(symbols)}
        rows = rows[rows["in_force_from"] == pick]
        return rows.sort_values("symbol", key=lambda s: s.map(order), kind="stable").set_index("symbol")
