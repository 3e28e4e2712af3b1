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

from aftershock.measures.drawdown import drawdown_episodes, episode_at
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
        """Value of the companies that have a figure, before the event, in dollars; NaN if none has."""
        return _total(self.by_company["value_before"])

    def share_of_total(self, *, gross: bool = False) -> pd.Series:
        """Each company's share of the total, as a fraction.

        Of the gross total only fallers have one. Of the net total none has where falls and rises cancel to less than
        half of the larger of them, since shares of what is left would mean nothing.
        """
        lost, net = self.by_company["lost"], self.net
        if gross:
            return lost.where(lost > 0) / self.gross
        larger = max(self.gross, self.gross - net)
        return lost / net if abs(net) >= larger / 2 > 0 else lost * np.nan

    def by_group(self, groups: pd.Series) -> pd.DataFrame:
        """Sums by group, a row each in the order of the companies.

        `groups` names the group of each company. Columns: `value_before, lost` (net) and `gross` (fallers alone) in
        dollars, and `move` as a fraction of the value before. The groups sum to the totals; a company without a figure
        is in none.
        """
        columns = self.by_company[["value_before", "lost"]].assign(gross=self.by_company["lost"].clip(lower=0))
        sums = columns.groupby(groups.reindex(self.by_company.index), sort=False).sum()
        return sums.assign(move=-sums["lost"] / sums["value_before"])

    def with_diluted(self, basic: pd.Series, diluted: pd.Series) -> pd.DataFrame:
        """What diluted share counts would make of the loss: a row for each company with both counts.

        `basic` and `diluted` are share counts by company on one split basis. Columns: `lost` with the diluted count and
        `added`, how much more (less) that is, both in dollars. A diluted count also holds shares that options and
        awards may still create; press figures use the basic one. A company that lacks a count, or a loss, has no row.
        """
        lost = self.by_company["lost"]
        ratio = (diluted / basic).reindex(lost.index)
        return pd.DataFrame({"lost": lost * ratio, "added": lost * (ratio - 1)}).dropna()

    def share_range(self, *, gross: bool = False) -> tuple[float, float]:
        """The net (or gross) total with, for each company, the count that makes it smallest and largest, in dollars.

        NaN if no company has a figure; one whose next count is not filed yet enters with its count in force.
        """
        ends = self.by_company[["lost_low", "lost_high"]]
        low, high = (_total(ends[k].clip(lower=0) if gross else ends[k]) for k in ends)
        return low, high


def _total(values: pd.Series) -> float:
    return float(values.sum(min_count=1))


def class_values(prices: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Market values from prices and one fixed set of counts.

    Args:
        prices: rows × symbols, dollars, rising in time.
        counts: a row per company and share class as `ShareCounts.in_force` gives them.

    Returns:
        Rows × companies, dollars. A company with several classes is the sum of its classes, each at its own price (see
        `class_prices` for a class that lacks one). A row without a price of the first class is missing.
    """
    columns = {
        str(symbol): (class_prices(prices, str(symbol), list(rows["price_symbol"])) * rows["shares"].to_numpy()).sum(
            axis=1, skipna=False
        )
        for symbol, rows in counts.groupby(level=0, sort=False)
    }
    return pd.DataFrame(columns, index=prices.index)


def class_prices(prices: pd.DataFrame, symbol: str, price_symbols: Sequence[str]) -> pd.DataFrame:
    """The price of each share class of a company (rows × classes, dollars), whole wherever the first class has one.

    Where a class lacks its own price it moves with the price of the first class from its last own price on (before its
    first, back from that), so that no step arises; without any it stands at the price of the first class.
    """
    first = prices[symbol] if symbol in prices else pd.Series(np.nan, prices.index)
    whole = []
    for name in price_symbols:
        own = prices[name] if name in prices else pd.Series(np.nan, prices.index)
        if name != symbol and (first.notna() & own.isna()).any():
            anchor = first.where(own.notna())
            onward, back = own.ffill() / anchor.ffill() * first, own.bfill() / anchor.bfill() * first
            own = own.fillna(onward).fillna(back).fillna(first)
        whole.append(own.where(first.notna()))
    return pd.concat(whole, axis=1)


def value_lost_by_session(history: PriceHistory, shares: ShareCounts, symbols: Sequence[str]) -> pd.DataFrame:
    """Market value lost on every session, each with the count in force that day (sessions × companies, dollars).

    Positive = lost. Missing without a close on both days or without a count. Share classes at their own prices.
    """
    close = history.frames["close"]
    columns = {}
    for symbol in symbols:
        counts = shares.by_price(symbol, history.sessions)
        if counts.empty:
            columns[symbol] = np.full(len(history.sessions), np.nan)
            continue
        prices = class_prices(close, symbol, list(counts.columns))
        fall = prices.shift(1).to_numpy() - prices.to_numpy()
        columns[symbol] = (fall * counts.to_numpy()).sum(axis=1)
    return pd.DataFrame(columns, index=history.sessions)


def value_history(history: PriceHistory, counts: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Market value at the closes of the sessions `first` to `last`, at fixed counts: sessions × companies, dollars.

    `counts` as for `class_values`. A session without a close of a company's first class is missing.
    """
    return class_values(history.frames["close"].iloc[first : last + 1], counts)


def index_weights(values: pd.DataFrame, total: pd.Series, added: pd.Series) -> pd.DataFrame:
    """The weight of companies in a value-weighted index at the close before each session, as a fraction.

    Args:
        values: market values at the closes, sessions × companies, dollars.
        total: value of all members of the index at the same closes, dollars; known for one day, it moves with the
            level of the index.
        added: by company, the first day in the index; a company that is not there is no member.

    Returns:
        The shape of `values`, zero for who is no member that session; missing on the first session, and where a
        member's value or the total is. Whole companies are weighed, where an index counts free float.
    """
    weights = values.div(total, axis=0).shift(1)
    since = pd.DatetimeIndex(added.reindex(values.columns))
    member = values.index.to_numpy()[:, None] >= since.to_numpy()[None, :]
    return weights.where(member, 0.0)


def peak_to_trough(values: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Market value lost from the peak before a session to the low after it, a row per column.

    Args:
        values: market values at the closes, sessions × companies (or baskets), dollars, at one fixed set of counts (see
            `value_history`): with counts that change, buybacks and issues would enter. Peaks are looked for from its
            first row on.
        on: a session.

    Returns:
        `peak`, `trough` and `recovery` (sessions, as in `drawdown_episodes`; no recovery while open), `value_before`
        and `value_after` (dollars, at peak and trough), `lost` (positive = lost) and `move` (fraction). A column that
        stood at its peak that session has lost nothing: no dates, and zero; one without a value on it is missing.
    """
    fall = episode_at(drawdown_episodes(values), on).reindex(values.columns)
    now = values.loc[on] if on in values.index else pd.Series(np.nan, values.columns)
    at_peak = fall["peak"].isna()
    before = pd.Series(
        [values.at[day, c] if pd.notna(day) else now[c] for c, day in fall["peak"].items()], values.columns, dtype=float
    )
    move = fall["depth"].where(~at_peak, np.where(now.notna(), 0.0, np.nan))
    lost = -before * move
    return fall[["peak", "trough", "recovery"]].assign(
        value_before=before, value_after=before - lost, lost=lost, move=move
    )


def window_end(history: PriceHistory, symbols: Sequence[str], position: int, window: str) -> int | None:
    """Position of a window's last session, counting the event as the first; None where the data do not fill it.

    `worst` is not a fixed length: see `worst_close`.

    Raises:
        ValueError: there is no such window.
    """
    if window not in WINDOWS and not (window.isdecimal() and int(window) > 0):
        raise ValueError(f"There is no window {window!r}, only {', '.join(WINDOWS)} or another number of sessions.")
    last = history.reach(symbols)[1]
    if window == TO_DATE:
        return last
    end = position + (int(window) - 1 if window.isdigit() else 0)
    return end if end <= last else None


def worst_close(values: pd.DataFrame) -> int | None:
    """Row of the lowest total of a basket; a company that lacks any value is left out, None if none is left."""
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
        ValueError: there is no such window.
    """
    if not 1 <= position < len(history.sessions):
        raise IndexError(f"Session {position} has no session before it in these prices.")
    event = history.sessions[position]
    counts = shares.in_force(symbols, event)
    end = (
        _worst_end(history, counts, position, after)
        if window == WORST
        else window_end(history, symbols, position, window)
    )
    if end is None:
        return _unfilled(window, symbols, "the prices end before this window does")
    close = history.frames["close"]
    frame = {OPEN: history.frames["open"], LOW: history.frames["low"]}.get(window, close)
    ends = pd.concat([close.iloc[[position - 1]], frame.iloc[[end]]], ignore_index=True)
    before, after_ = class_values(ends, counts).reindex(columns=list(symbols)).to_numpy()
    other = class_values(ends, shares.next_filed(symbols, event)).reindex(columns=list(symbols)).to_numpy()
    lost, lost_with_next = before - after_, other[0] - other[1]
    prices = ends.reindex(columns=list(symbols))
    table = pd.DataFrame(
        {
            "before": prices.iloc[0],
            "after": prices.iloc[1],
            "value_before": before,
            "value_after": after_,
            "lost": lost,
            "lost_low": np.fmin(lost, lost_with_next),
            "lost_high": np.fmax(lost, lost_with_next),
        }
    )
    known = table["lost"].notna()
    why = {s: _why_missing(prices[s], s in counts.index) for s in table.index[~known]}
    return MarketValueLost(window, history.sessions[end], table[known], why)


def _worst_end(history: PriceHistory, counts: pd.DataFrame, position: int, after: int) -> int | None:
    """Position of the close on which the basket as one was lowest; None if the prices do not fill the window.

    Without a single count no close is the lowest; the event's own stands for it, so that the missing count is what is
    named as the reason.
    """
    if counts.empty:
        return position
    if position + after > history.reach(list(counts.index.unique()))[1]:
        return None
    stretch = value_history(history, counts, position - 1, position + after)
    # A missing close carries the value before it: a company must not leave the sum for one day.
    low = worst_close(stretch.ffill().iloc[1:])
    return None if low is None else position + low


def _why_missing(prices: pd.Series, counted: bool) -> str:
    if prices.isna().any():
        return "it has no price on both days"
    return "a price is missing" if counted else "no share count was public yet"


def _unfilled(window: str, symbols: Sequence[str], reason: str) -> MarketValueLost:
    columns = ["before", "after", "value_before", "value_after", "lost", "lost_low", "lost_high"]
    return MarketValueLost(window, None, pd.DataFrame(columns=columns, dtype=float), dict.fromkeys(symbols, reason))
