"""Market value lost: share price change times shares outstanding.

Loss = Σ over share classes of (P[before] − P[after]) × N, positive when value was lost. P is split-adjusted and not
dividend-adjusted, N the one count in force on the event session, on the same split basis (ADR equivalents for ADRs).
Only price changes enter: buybacks and issues during the window do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aftershock.prices import PriceHistory
from aftershock.shares import ShareCounts

OPEN, CLOSE, LOW, WORST, TO_DATE = "open", "close", "low", "worst", "date"
WINDOWS = (OPEN, CLOSE, "3", "5", "20", WORST, TO_DATE, LOW)


@dataclass(frozen=True, eq=False)
class MarketValueLost:
    """Value lost over one window, by company.

    `by_company` is indexed by company: `before` and `after` (price of the first class, dollars), `value_before` and
    `value_after`, `lost` (dollars, positive = lost), `lost_low` and `lost_high` (the loss with the count in force and
    with the next one filed, smaller and larger). `session` is the window's last session (None where the data end before
    it), `left_out` says for each company without a figure why it has none.
    """

    window: str
    session: pd.Timestamp | None
    by_company: pd.DataFrame
    left_out: dict[str, str]

    @property
    def net(self) -> float:
        """Falls less rises, in dollars; NaN if no company has a figure."""
        return _total(self.by_company["lost"])

    @property
    def gross(self) -> float:
        """The losses of the fallers alone, in dollars; NaN if no company has a figure."""
        lost = self.by_company["lost"]
        return _total(lost.clip(lower=0))

    @property
    def value_before(self) -> float:
        """Value of the companies that have a figure, before the event, in dollars."""
        return _total(self.by_company["value_before"])

    @property
    def share_range(self) -> tuple[float, float]:
        """The net total with, for each company, the count that makes it smallest and largest."""
        return _total(self.by_company["lost_low"]), _total(self.by_company["lost_high"])


def _total(values: pd.Series) -> float:
    return float(values.sum(min_count=1))


def class_values(prices: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Market values from prices and one fixed set of counts.

    Args:
        prices: rows × symbols, dollars.
        counts: a row per company and share class as `ShareCounts.in_force` gives them.

    Returns:
        Rows × companies, dollars. A company with several classes is the sum of its classes, each at its own price;
        where one class lacks a price in any of the rows, all are valued at the price of the first class in all
        rows, so that both ends of a difference stand on one basis. A row without a price is missing.
    """
    columns: dict[str, pd.Series] = {}
    for symbol, rows in counts.groupby(level=0, sort=False):
        first = prices.get(str(symbol), pd.Series(np.nan, prices.index))
        own = [prices.get(str(s), pd.Series(np.nan, prices.index)) for s in rows["price_symbol"]]
        if any((first.notna() & p.isna()).any() for p in own):
            own = [first] * len(own)
        columns[str(symbol)] = sum(
            (p * n for p, n in zip(own, rows["shares"], strict=True)), start=pd.Series(0.0, prices.index)
        )
    return pd.DataFrame(columns, index=prices.index)


def value_history(history: PriceHistory, counts: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Market value at the closes of the sessions `first` to `last`, at fixed counts (sessions × companies)."""
    return class_values(history.frames["close"].iloc[first : last + 1], counts)


def window_end(history: PriceHistory, symbols: Sequence[str], position: int, window: str) -> int | None:
    """Position of a window's last session, counting the event as the first; None where the data do not fill it.

    `worst` is not a fixed length: see `worst_close`.
    """
    last = int(history.frames["close"][list(symbols)].notna().any(axis=1).to_numpy().nonzero()[0][-1])
    if window == TO_DATE:
        return last
    end = position + (int(window) - 1 if window.isdigit() else 0)
    return end if end <= last else None


def worst_close(values: pd.DataFrame) -> int | None:
    """Row of the lowest total of a basket (companies without a value in the first row are left out); None if empty."""
    known = values.loc[:, values.notna().all()]
    return int(np.argmin(known.sum(axis=1).to_numpy())) if known.size else None


def market_value_lost(
    history: PriceHistory,
    shares: ShareCounts,
    symbols: Sequence[str],
    position: int,
    window: str = CLOSE,
    *,
    after: int = 60,
) -> MarketValueLost:
    """Market value lost from the close before the session at `position` to the end of a window.

    Args:
        symbols: companies.
        window: `open` (the event's opening prices), `close`, a number of sessions counting the event as the first,
            `low` (each company's lowest trade of the event session: not one moment in time), `worst` (the close of
            the event window on which the basket as one was lowest) or `date` (to the last close).
        after: sessions of the event window, for `worst`.

    Returns:
        The losses by company. A company without a price on both ends, or without a count, is left out and named.

    Raises:
        IndexError: there is no session at `position`, or none before it.
    """
    if not 1 <= position < len(history.sessions):
        raise IndexError(f"Session {position} has no session before it in these prices.")
    event = history.sessions[position]
    counts = shares.in_force(symbols, event)
    nxt = shares.next_filed(symbols, event)
    close = history.frames["close"]
    if window == WORST:
        # A missing close carries the value before it: a company must not leave the sum for one day.
        stretch = value_history(history, counts, position - 1, min(position + after, len(close) - 1))
        low = worst_close(stretch.ffill().iloc[1:])
        end = None if low is None else position + low
    else:
        end = window_end(history, symbols, position, window)
    if end is None:
        return _unfilled(window, symbols, "the prices end before this window does")
    frame = {OPEN: history.frames["open"], LOW: history.frames["low"]}.get(window, close)
    ends = pd.concat([close.iloc[[position - 1]], frame.iloc[[end]]])
    values = class_values(ends.reset_index(drop=True), counts).reindex(columns=list(symbols))
    other = class_values(ends.reset_index(drop=True), nxt).reindex(columns=list(symbols))
    lost = values.iloc[0] - values.iloc[1]
    alternatives = pd.DataFrame({"in force": lost, "next": other.iloc[0] - other.iloc[1]})
    prices = ends.reindex(columns=list(symbols))
    table = pd.DataFrame(
        {
            "before": prices.iloc[0],
            "after": prices.iloc[1],
            "value_before": values.iloc[0],
            "value_after": values.iloc[1],
            "lost": lost,
            "lost_low": alternatives.min(axis=1),
            "lost_high": alternatives.max(axis=1),
        }
    )
    known = table["lost"].notna()
    why = {s: _why_missing(prices[s], s in counts.index) for s in table.index[~known]}
    return MarketValueLost(window, history.sessions[end], table[known], why)


def _why_missing(prices: pd.Series, counted: bool) -> str:
    if prices.isna().any():
        return "it has no price on both days"
    return "a price is missing" if counted else "no share count was public yet"


def _unfilled(window: str, symbols: Sequence[str], reason: str) -> MarketValueLost:
    columns = ["before", "after", "value_before", "value_after", "lost", "lost_low", "lost_high"]
    return MarketValueLost(window, None, pd.DataFrame(columns=columns, dtype=float), dict.fromkeys(symbols, reason))
