"""`PriceHistory`: the one shape in which prices travel through the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from aftershock.errors import PriceDataError
from aftershock.sessions import sessions_between

SPLITS = ["symbol", "date", "ratio"]
FIELDS = ("open", "high", "low", "close", "adj_close", "volume")
_PRICES = FIELDS[:5]


@dataclass(frozen=True, eq=False)
class PriceHistory:
    """Daily prices: one frame of sessions × symbols for each field, all of the same shape.

    `open`, `high`, `low`, `close` are split-adjusted and not dividend-adjusted, in dollars (index points for
    indices); `adj_close` is also dividend-adjusted; `volume` counts shares. A missing value is NaN. The arrays behind
    `frames` cannot be written to; what a caller does to a frame that a property hands out never reaches the history.
    `splits` are those the prices are adjusted for, a row each: `symbol`, `date` (first session at the new price) and
    `ratio` (new shares for one old).
    """

    frames: Mapping[str, pd.DataFrame]
    splits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SPLITS))

    def __post_init__(self) -> None:
        if set(self.frames) != set(FIELDS):
            raise PriceDataError(f"A price history needs the fields {', '.join(FIELDS)}.")
        first = self.frames["close"]
        for name, frame in self.frames.items():
            if not (frame.index.equals(first.index) and frame.columns.equals(first.columns)):
                raise PriceDataError(f"The field {name} does not have the shape of the closes.")
        if not (first.index.is_monotonic_increasing and first.index.is_unique):
            raise PriceDataError("The sessions of a price history must rise and be unique.")
        self._refuse_impossible()
        object.__setattr__(self, "frames", MappingProxyType({k: _frozen(v) for k, v in self.frames.items()}))

    @classmethod
    def from_long(cls, rows: pd.DataFrame, splits: pd.DataFrame | None = None) -> PriceHistory:
        """From one row per symbol and session (columns `symbol`, `date` and the fields), and the splits in them.

        The index holds every exchange session from the first to the last row, so a missing day is a row of NaN
        and an offset in sessions is a difference of positions.

        Raises:
            PriceDataError: a symbol has two rows for one day, a row lies on a day without trading, or a price
                is impossible (not positive, high below low).
        """
        twice = rows[rows.duplicated(["symbol", "date"])]
        if len(twice):
            r = twice.iloc[0]
            raise PriceDataError(f"{r['symbol']} has two rows for {r['date']:%Y-%m-%d}.")
        index = sessions_between(rows["date"].min(), rows["date"].max())
        stray = rows.loc[~rows["date"].isin(index)]
        if len(stray):
            r = stray.iloc[0]
            raise PriceDataError(f"{r['symbol']} has a row on {r['date']:%Y-%m-%d}, when the exchange was closed.")
        symbols = pd.Index(rows["symbol"].astype(str).unique(), name="symbol")
        at = index.get_indexer(pd.DatetimeIndex(rows["date"])), symbols.get_indexer(rows["symbol"].astype(str))
        frames = {}
        for name in FIELDS:
            grid = np.full((len(index), len(symbols)), np.nan)
            grid[at] = rows[name].to_numpy(float)
            frames[name] = pd.DataFrame(grid, index.rename("session"), symbols)
        return cls(frames) if splits is None else cls(frames, splits)

    @property
    def sessions(self) -> pd.DatetimeIndex:
        """The sessions, rising, midnights without a zone."""
        return pd.DatetimeIndex(self.frames["close"].index)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols, in the order of the columns."""
        return tuple(self.frames["close"].columns)

    @property
    def open(self) -> pd.DataFrame:
        """Opening prices."""
        return self._frame("open")

    @property
    def high(self) -> pd.DataFrame:
        """Highest trade of each session."""
        return self._frame("high")

    @property
    def low(self) -> pd.DataFrame:
        """Lowest trade of each session."""
        return self._frame("low")

    @property
    def close(self) -> pd.DataFrame:
        """Closing prices, split-adjusted only: the basis of day moves and market values."""
        return self._frame("close")

    @property
    def adj_close(self) -> pd.DataFrame:
        """Closing prices adjusted for splits and dividends: the basis of total returns."""
        return self._frame("adj_close")

    @property
    def volume(self) -> pd.DataFrame:
        """Shares traded, split-adjusted."""
        return self._frame("volume")

    @property
    def total_return_close(self) -> pd.DataFrame:
        """`adj_close`, and `close` for symbols that pay nothing and so have no adjusted series (indices)."""
        return self._total_return_close.copy(deep=False)

    @property
    def coverage(self) -> pd.DataFrame:
        """First and last session with a close, and their number: one row per symbol (`first, last, sessions`)."""
        return self._coverage.copy(deep=False)

    def position(self, session: pd.Timestamp) -> int:
        """Row number of a session.

        Raises:
            KeyError: the history has no such session.
        """
        place = self.sessions.get_indexer(pd.DatetimeIndex([session]))[0]
        if place < 0:
            raise KeyError(session)
        return int(place)

    def reach(self, symbols: Sequence[str]) -> tuple[int, int]:
        """Rows of the first and the last close of any of some symbols.

        Raises:
            PriceDataError: none of them has a close.
        """
        known = self.frames["close"][list(symbols)].notna().any(axis=1).to_numpy().nonzero()[0]
        if not len(known):
            raise PriceDataError(f"There is not one close of {', '.join(symbols)}.")
        return int(known[0]), int(known[-1])

    def select(self, symbols: Iterable[str]) -> PriceHistory:
        """The same sessions for some symbols, in the order given; unknown symbols are left out."""
        wanted = [s for s in symbols if s in self.frames["close"].columns]
        return PriceHistory({name: frame[wanted] for name, frame in self.frames.items()}, self.splits)

    @cached_property
    def _total_return_close(self) -> pd.DataFrame:
        adjusted, plain = self.adj_close, self.close
        without = adjusted.columns[adjusted.isna().all()]
        return adjusted.assign(**{s: plain[s] for s in without})

    @cached_property
    def _coverage(self) -> pd.DataFrame:
        known = self.close.notna()
        return pd.DataFrame({"first": known.idxmax(), "last": known[::-1].idxmax(), "sessions": known.sum()}).where(
            known.any(), other=np.nan
        )

    def _frame(self, name: str) -> pd.DataFrame:
        return self.frames[name].copy(deep=False)

    def _refuse_impossible(self) -> None:
        values = {name: self.frames[name].to_numpy() for name in FIELDS}
        high, low = values["high"], values["low"]
        for name in FIELDS:
            self._refuse(np.isinf(values[name]), f"an infinite {name}")
        for name in _PRICES:
            self._refuse(values[name] <= 0, f"a {name} of zero or less")
        self._refuse(high < low, "a high below its low")
        for name in ("open", "close"):
            self._refuse((values[name] > high) | (values[name] < low), f"a {name} outside its day's range")
        self._refuse(values["volume"] < 0, "a negative volume")

    def _refuse(self, bad: np.ndarray, what: str) -> None:
        if bad.any():
            row, column = np.argwhere(bad)[0]
            raise PriceDataError(f"{self.symbols[column]} has {what} on {self.sessions[row]:%Y-%m-%d}.")


def _frozen(frame: pd.DataFrame) -> pd.DataFrame:
    values = frame.to_numpy(float, copy=True)
    values.setflags(write=False)
    return pd.DataFrame(values, frame.index, frame.columns, copy=False)
