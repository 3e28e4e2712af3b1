"""Checks of the daily prices and splits; each refuses with one sentence.

The bundled table passes all of them without an exception. Should a source ever hold a genuine
gap or a genuine bar outside its own range, it is listed here with its reason; a check is never
loosened for it.
"""

import exchange_calendars
import numpy as np
import pandas as pd

from aftershock.errors import SnapshotError

CALENDAR_START = "1999-01-04"

# (symbol, date) of sessions that no source has, each with its reason. None are known.
KNOWN_GAPS: dict[tuple[str, str], str] = {}
# (symbol, date) of bars whose open or close truly lies outside high and low. None are known.
KNOWN_BARS: dict[tuple[str, str], str] = {}

# A close this many times the one before, or this small a part of it, is a forgotten split or a
# bad tick. The widest real moves are ^VIX on 2018-02-05 (2.16) and AAPL on 2000-09-29 (0.48).
LARGEST_DAY_FACTOR = 2.2
# Below this ratio a split cannot be told from an ordinary day.
SMALLEST_VISIBLE_SPLIT = 1.25


class DuplicateError(SnapshotError):
    """Two rows where one is allowed."""


class SessionError(SnapshotError):
    """A row on a day without trading, or a trading day without a row."""


class BarError(SnapshotError):
    """A bar that no trading day can have had."""


class SplitError(SnapshotError):
    """Prices and splits do not fit each other."""


def check_prices(prices: pd.DataFrame) -> None:
    """Refuse impossible daily prices.

    `prices` is long, sorted by symbol and date: symbol, date, open, high, low, close, adj_close,
    volume.
    """
    _check_duplicates(prices)
    _check_sessions(prices)
    _check_bars(prices)
    _check_jumps(prices)


def sessions(first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Sessions of the New York Stock Exchange from `first` to `last`, naive midnights."""
    start = min(pd.Timestamp(CALENDAR_START), first)
    calendar = exchange_calendars.get_calendar("XNYS", start=start, end=last)
    days = calendar.sessions
    return days[days >= first]


def _check_duplicates(prices: pd.DataFrame) -> None:
    twice = prices.duplicated(["symbol", "date"])
    if twice.any():
        row = prices[twice].iloc[0]
        raise DuplicateError(f"{row.symbol} has two rows on {row.date:%Y-%m-%d}.")


def _check_sessions(prices: pd.DataFrame) -> None:
    days = sessions(prices.date.min(), prices.date.max())
    place = days.get_indexer(pd.DatetimeIndex(prices.date))
    if (place < 0).any():
        row = prices[place < 0].iloc[0]
        raise SessionError(
            f"{row.symbol} has a row on {row.date:%Y-%m-%d}, a day without trading in New York (close {row.close:.7g})."
        )
    same = prices.symbol.eq(prices.symbol.shift()).to_numpy()
    for row in np.flatnonzero(same & (np.diff(place, prepend=place[0]) != 1)):
        symbol = prices.symbol.iloc[row]
        for day in days[place[row - 1] + 1 : place[row]]:
            if (symbol, f"{day:%Y-%m-%d}") not in KNOWN_GAPS:
                raise SessionError(f"{symbol} has no row for the session of {day:%Y-%m-%d}.")


def _check_bars(prices: pd.DataFrame) -> None:
    for column in ("open", "high", "low", "close", "adj_close"):
        bad = prices[column] <= 0
        if bad.any():
            _refuse_bar(prices[bad].iloc[0], f"{column} is {prices[bad].iloc[0][column]:.7g}")
    if (prices.volume < 0).any():
        row = prices[prices.volume < 0].iloc[0]
        _refuse_bar(row, f"volume is {row.volume:.7g}")
    over = prices.high < prices[["open", "close", "low"]].max(axis=1)
    under = prices.low > prices[["open", "close", "high"]].min(axis=1)
    for row in prices[over | under].itertuples():
        if (row.symbol, f"{row.date:%Y-%m-%d}") not in KNOWN_BARS:
            _refuse_bar(
                row,
                f"open {row.open:.7g}, high {row.high:.7g}, low {row.low:.7g}, close {row.close:.7g}",
            )


def _refuse_bar(row: pd.Series, what: str) -> None:
    raise BarError(f"{row.symbol} on {row.date:%Y-%m-%d} is not a possible bar: {what}.")


def _check_jumps(prices: pd.DataFrame) -> None:
    factor = prices.close / prices.groupby("symbol").close.shift()
    wild = (factor > LARGEST_DAY_FACTOR) | (factor < 1 / LARGEST_DAY_FACTOR)
    if wild.any():
        row = prices[wild].iloc[0]
        raise BarError(
            f"{row.symbol} closes on {row.date:%Y-%m-%d} at {row.close:.7g}, "
            f"{factor[wild].iloc[0]:.3g} times the close before: a split left out or a bad tick."
        )


def check_splits(splits: pd.DataFrame, prices: pd.DataFrame) -> None:
    """Refuse splits that the prices contradict.

    Prices are split-adjusted, so the close must pass a split's date without a jump by its ratio.
    `splits`: symbol, date, ratio (new shares for one old).
    """
    twice = splits.duplicated(["symbol", "date"])
    if twice.any():
        row = splits[twice].iloc[0]
        raise DuplicateError(f"{row.symbol} has two splits on {row.date:%Y-%m-%d}.")
    for split in splits.itertuples():
        own = prices[prices.symbol == split.symbol]
        where = f"{split.symbol} split of {split.date:%Y-%m-%d}"
        if not split.ratio > 0:
            raise SplitError(f"The {where} has the ratio {split.ratio:.7g}.")
        if own.empty:
            raise SplitError(f"The {where} belongs to no ticker of the price table.")
        if split.date not in set(own.date):
            raise SplitError(f"The {where} lies on a day without a price.")
        before, after = own[own.date < split.date].close, own[own.date >= split.date].close
        if before.empty or max(split.ratio, 1 / split.ratio) < SMALLEST_VISIBLE_SPLIT:
            continue
        move = float(np.log(after.iloc[0] / before.iloc[-1]))
        size = float(np.log(split.ratio))
        if min(abs(move + size), abs(move - size)) < abs(move):
            raise SplitError(
                f"The close of {split.symbol} goes from {before.iloc[-1]:.7g} to "
                f"{after.iloc[0]:.7g} on {split.date:%Y-%m-%d}, the day of its "
                f"{split.ratio:.7g}:1 split: the prices are not adjusted for it."
            )
