"""Share counts as Yahoo gives them: not filed, on their own day's split basis, and checked where they can be."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from aftershock.errors import BadAnswerError
from aftershock.formats import date_short, shares, usd

# Price × count and market value are of about one day; further apart than this, the count is of something else.
_APART = 1.2


def _no_counts() -> pd.DataFrame:
    return pd.DataFrame({"date": pd.DatetimeIndex([]).as_unit("s"), "count": pd.Series(dtype="int64")})


@dataclass(frozen=True, eq=False)
class YahooShares:
    """Share counts of a company over time: `counts` and `ignored` have `date` (day counted) and `count`.

    A count is as of its own day, not adjusted for later splits. Of several for one day the one nearer to the count
    before is in `counts` (to the next, if it is the first); the others are in `ignored`, and `notes` names them.
    """

    symbol: str
    counts: pd.DataFrame = field(default_factory=_no_counts)
    ignored: pd.DataFrame = field(default_factory=_no_counts)
    source: str = "Yahoo, not filed"
    notes: tuple[str, ...] = ()

    def checked(self, price: float | None = None, market_value: float | None = None) -> YahooShares:
        """These counts, if price × newest count is about the market value (or either is not known).

        Raises:
            BadAnswerError: it is not, as with ordinary shares of a company priced by receipts, or one share class.
        """
        if price is None or market_value is None or self.counts.empty:
            return self
        if not (0 < price < np.inf and 0 < market_value < np.inf):
            return self
        count = float(self.counts["count"].iloc[-1])
        ratio = count * price / market_value
        if 1 / _APART <= ratio <= _APART:
            return self
        reason = (
            "it seems to count ordinary shares of which several make one that is traded (a receipt)"
            if ratio > 1
            else "it seems to count only one of several share classes"
        )
        raise BadAnswerError(
            f"Yahoo’s share count of {self.symbol} ({shares(count)} on {date_short(self.counts['date'].iloc[-1])}) is "
            f"not used: times the price it is {ratio:.3g} times the market value of {usd(market_value)}; {reason}."
        )


def shares_of(symbol: str, given: pd.Series | None) -> YahooShares:
    """From the client's series of counts by time; empty if it has none."""
    if given is None or given.empty:
        return YahooShares(symbol, notes=(f"Yahoo has no share counts of {symbol}.",))
    days = pd.DatetimeIndex(given.index).tz_localize(None).normalize().as_unit("s")
    table = pd.DataFrame({"date": days, "count": pd.to_numeric(given, errors="coerce").to_numpy(float)})
    table = table[np.isfinite(table["count"])].sort_values("date", kind="stable").reset_index(drop=True)
    possible = table["count"] >= 1
    ignored = [int(row) for row in table.index[~possible]]
    notes = [
        f"A share count of {symbol} that is not positive is left out ({date_short(table['date'][r])})." for r in ignored
    ]
    table = table.drop_duplicates(["date", "count"]).loc[lambda rows: rows["count"] >= 1]
    kept: list[int] = []
    groups = [(when, group) for when, group in table.groupby("date")]
    for place, (when, group) in enumerate(groups):
        beside = table["count"][kept[-1]] if kept else (groups[1][1]["count"].iloc[0] if len(groups) > 1 else None)
        nearest = group.index[0] if beside is None else (group["count"] / beside - 1).abs().idxmin()
        kept.append(int(nearest))
        for row in group.index.drop(nearest):
            ignored.append(int(row))
            side = "before" if place else "after"
            notes.append(
                f"Yahoo gives {symbol} two share counts for {date_short(when)}: {shares(table['count'][nearest])} is "
                f"used (nearer to the one {side}), {shares(table['count'][row])} is not."
            )
    whole = table.astype({"count": "int64"})
    left_out = whole.loc[[row for row in sorted(ignored) if row in whole.index]]
    return YahooShares(
        symbol, whole.loc[kept].reset_index(drop=True), left_out.reset_index(drop=True), notes=tuple(notes)
    )
