"""Prices that look wrong: what, where and why. Nothing here repairs a value except for a split that is on record."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from aftershock.formats import date_short
from aftershock.sources.bars import SUSPECT

PRICES = ["open", "high", "low", "close", "adj_close"]

# A close may lie this far outside the range of its day: closing auctions and rounding do that.
_SLACK = 1e-3
# Steps of the close from one session to the next that no company of the bundled data ever made, up or down. The
# largest are 2.2 (VIX, February 2018) and 1/2.1 (Apple, September 2000).
_BREAK = math.log(3.5)
# One session away from both neighbours by more than the first, while these agree within the second (GameStop was away
# by 1.68 on 28 January 2021).
_SPIKE, _NEIGHBOURS = math.log(1.8), math.log(1.25)
# A high, low or open this far from the rest of its bar (SOXX fell to half in the crash of 6 May 2010).
_WITHIN = 3.0
# Below this ratio a split cannot be told from a move.
_SMALLEST_SPLIT = math.log(1.4)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Checked:
    """Daily bars without the values that look wrong, these in a table of their own (`SUSPECT`), and what was done."""

    daily: pd.DataFrame
    suspect: pd.DataFrame
    notes: tuple[str, ...]


def check(symbol: str, daily: pd.DataFrame, splits: pd.DataFrame) -> Checked:
    """Find what looks wrong in daily bars (columns `FIELDS`, rising sessions); `splits` are those on record.

    A value that is suspected becomes NaN in `daily` and gets a row in `suspect`. Older prices to which a split on
    record was not applied are divided by its ratio, which a note says; nothing is divided unless the prices show it.
    """
    work = _Work(symbol, daily.copy())
    work.impossible()
    work.contradictions()
    work.repetitions()
    work.splits_on_record(splits)
    work.off_within_a_bar()
    work.spikes()
    work.levels("close", PRICES)
    work.levels("adj_close", ["adj_close"])
    rows = sorted(work.found, key=lambda row: row[0])
    if rows:
        sessions = len({row[0] for row in rows})
        work.notes.append(
            f"{len(rows)} value{'s' * (len(rows) != 1)} of {symbol} on {sessions} session{'s' * (sessions != 1)} "
            "look wrong and are left out." if len(rows) != 1 else f"1 value of {symbol} looks wrong and is left out."
        )  # fmt: skip
    suspect = pd.DataFrame(rows, columns=SUSPECT)
    suspect["session"] = pd.to_datetime(suspect["session"]).astype("datetime64[s]")
    suspect["value"] = suspect["value"].astype(float)
    return Checked(work.daily, suspect, tuple(work.notes))


class _Work:
    """The bars under check; every check flags and blanks in place."""

    def __init__(self, symbol: str, daily: pd.DataFrame) -> None:
        self.symbol = symbol
        self.daily = daily
        self.days = pd.DatetimeIndex(daily.index)
        self.values: dict[str, Floats] = {name: daily[name].to_numpy(float, copy=True) for name in daily.columns}
        self.found: list[tuple[pd.Timestamp, str, float, str]] = []
        self.notes: list[str] = []

    def flag(self, field: str, row: int, why: str) -> None:
        """Lists a value with the reason and blanks it; one that is missing already stays unlisted."""
        value = float(self.values[field][row])
        if np.isnan(value):
            return
        self.found.append((self.days[row], field, value, why))
        self.values[field][row] = np.nan
        self.daily[field] = self.values[field]

    def on(self, row: int) -> str:
        """The day of a row, for a sentence."""
        return date_short(self.days[row])

    def impossible(self) -> None:
        """Infinite values, prices of zero or less, negative volumes."""
        for field, values in self.values.items():
            with np.errstate(invalid="ignore"):
                bad = np.isinf(values) | ((values < 0) if field == "volume" else (values <= 0))
            for row in _rows(bad):
                kind = "infinite" if np.isinf(values[row]) else ("negative" if values[row] < 0 else "zero")
                self.flag(field, row, f"The {_words(field)} of {self.symbol} on {self.on(row)} is {kind}.")
                if field == "close":
                    self.flag("adj_close", row, f"It rests on the close of {self.on(row)}, which is {kind}.")

    def contradictions(self) -> None:
        """A high below its low; an open or close outside the day's range."""
        high, low, first, last = (self.values[name] for name in ("high", "low", "open", "close"))
        with np.errstate(invalid="ignore"):
            crossed = high < low
            above, below = high * (1 + _SLACK), low * (1 - _SLACK)
            close_out = ~crossed & ((last > above) | (last < below))
            open_out = ~crossed & ((first > above) | (first < below))
        for row in _rows(crossed):
            why = f"The high of {self.symbol} on {self.on(row)} lies below the low."
            self.flag("high", row, why)
            self.flag("low", row, why)
        for row in _rows(close_out | open_out):
            bounds = f"the day's low and high ({low[row]:.10g} to {high[row]:.10g})"
            if close_out[row] and open_out[row]:  # two against one: the range is the odd one out
                why = f"Open and close of {self.symbol} on {self.on(row)} both lie outside {bounds}."
                self.flag("high", row, why)
                self.flag("low", row, why)
            elif close_out[row]:
                why = f"The close of {self.symbol} on {self.on(row)} lies outside {bounds}."
                self.flag("close", row, why)
                self.flag("adj_close", row, why)
            else:
                self.flag("open", row, f"The open of {self.symbol} on {self.on(row)} lies outside {bounds}.")

    def repetitions(self) -> None:
        """A bar that repeats the one before to the last share traded was not delivered anew."""
        same = np.ones(len(self.days), dtype=bool)
        same[:1] = False
        for field in ("open", "high", "low", "close", "volume"):
            same[1:] &= self.values[field][1:] == self.values[field][:-1]
        with np.errstate(invalid="ignore"):
            same &= self.values["volume"] > 0
        for row in _rows(same):
            for field in [*PRICES, "volume"]:
                why = f"The bar of {self.symbol} on {self.on(row)} repeats the session before, volume included."
                self.flag(field, row, why)

    def splits_on_record(self, splits: pd.DataFrame) -> None:
        """Divide older prices to which a split on record was not applied (newest split first)."""
        table = splits.sort_values("date", ascending=False)
        record = [(int(self.days.searchsorted(when)), float(ratio)) for when, ratio in table.values.tolist()]
        for place, (at, ratio) in enumerate(record):
            if ratio <= 0 or abs(math.log(ratio)) < _SMALLEST_SPLIT:
                continue
            others = [p for k, (p, r) in enumerate(record) if k != place and np.isclose(r, ratio, rtol=0.1)]
            stretch = self._stretch_without(at, ratio, others)
            if stretch is None:
                continue
            start, end = stretch
            self._divide(start, end, ratio)
            since = f" from {self.on(start)} on" if start else ""
            self.notes.append(
                f"The prices of {self.symbol} before {self.on(end)}{since} came without the split of "
                f"{date_short(table['date'].iloc[place])} (ratio {ratio:.6g}); they were divided by it, and their "
                "volumes are left out."
            )

    def _stretch_without(self, at: int, ratio: float, others: list[int]) -> tuple[int, int] | None:
        """Rows (first, one past the last) that lack a split whose first session is row `at`; None if none do."""
        rows = _rows(~np.isnan(self.values["close"]))
        if len(rows) < 2:
            return None
        steps = np.diff(np.log(self.values["close"][rows]))
        size = math.log(ratio)
        near = min(math.log(1.25), 0.4 * abs(size))
        # Large ratios are told from moves anywhere before the split, small ones only where the split was.
        large = abs(size) > _BREAK
        ends = [
            k
            for k in _rows(np.abs(steps + size) <= near)
            if (rows[k + 1] <= at + 1 if large else abs(rows[k + 1] - at) <= 1)
            and not any(abs(rows[k + 1] - other) <= 1 for other in others)
        ]
        if not ends:
            return None
        end = min(ends, key=lambda k: abs(rows[k + 1] - at))
        starts = [k for k in _rows(np.abs(steps - size) <= near) if k < end] if large else []
        return (int(rows[starts[-1] + 1]) if starts else 0), int(rows[end + 1])

    def _divide(self, start: int, end: int, ratio: float) -> None:
        adjusted = self.values["adj_close"]
        with np.errstate(divide="ignore", invalid="ignore"):
            lacking = abs(np.log(adjusted[end] / adjusted[end - 1]) + math.log(ratio)) <= abs(math.log(ratio)) / 2
        for field in ["open", "high", "low", "close", *(["adj_close"] if lacking else [])]:
            self.values[field][start:end] /= ratio
        self.values["volume"][start:end] = np.nan
        for field in [*PRICES, "volume"]:
            self.daily[field] = self.values[field]

    def off_within_a_bar(self) -> None:
        """An open, high or low that lies far from the rest of its own bar."""
        first, last = self.values["open"], self.values["close"]
        body = {"open": last, "high": np.fmax(first, last), "low": np.fmin(first, last)}
        for field, rest in body.items():
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = self.values[field] / rest
            off = (ratio > _WITHIN) | (ratio < 1 / _WITHIN)
            for row in _rows(off):
                why = f"The {field} of {self.symbol} on {self.on(row)} is {ratio[row]:.4g} times the rest of its bar."
                self.flag(field, row, why)

    def spikes(self) -> None:
        """A single close far from both its neighbours, which agree."""
        rows = _rows(~np.isnan(self.values["close"]))
        steps = np.diff(np.log(self.values["close"][rows]))
        there, back = steps[:-1], steps[1:]
        spike = (np.minimum(abs(there), abs(back)) > _SPIKE) & (abs(there + back) < _NEIGHBOURS)
        # Of a run of alternating values only every other one is the odd one out.
        for k in _rows(spike):
            if k and spike[k - 1] and np.isnan(self.values["close"][rows[k]]):
                continue
            row, ratio = rows[k + 1], float(np.exp(there[k]))
            kind = "about a hundred times off (a unit mixed up?)" if _hundredfold(there[k]) else "a single stray bar"
            why = (
                f"The close of {self.symbol} on {self.on(row)} is {ratio:.4g} times the one before, and the next is "
                f"back: {kind}."
            )
            for field in PRICES:
                self.flag(field, row, why)

    def levels(self, field: str, blank: list[str]) -> None:
        """Stretches on another level than most sessions (the later one of two equals): unit, split or basis changed."""
        series = self.values[field] if field == "close" else self.values[field] / self.values["close"]
        rows = _rows(~np.isnan(series))
        if len(rows) < 2:
            return
        steps = np.diff(np.log(series[rows]))
        steps[np.abs(steps) <= _BREAK] = 0.0
        if not steps.any():
            return
        # Segments between the breaks; those at about the same height are one level.
        edges = [0, *(k + 1 for k in _rows(steps != 0)), len(rows)]
        heights = np.concatenate([[0.0], np.cumsum(steps)])
        levels: dict[float, list[int]] = {}
        for number, start in enumerate(edges[:-1]):
            height = float(heights[start])
            levels.setdefault(next((h for h in levels if abs(h - height) < math.log(2)), height), []).append(number)
        usual = max(levels.values(), key=lambda level: sum(edges[n + 1] - edges[n] for n in level))
        for number in range(len(edges) - 1):
            if number in usual:
                continue
            # A stretch at the very beginning is told by the step that ends it.
            edge = edges[number] or edges[1]
            why = self._off_level(field, rows[edge], float(steps[edge - 1]))
            for row in rows[edges[number] : edges[number + 1]]:
                for name in blank:
                    self.flag(name, row, why)

    def _off_level(self, field: str, row: int, step: float) -> str:
        ratio = float(np.exp(step))
        reason = (
            "about a hundredfold, so the unit seems to have changed (pence and pounds?)"
            if _hundredfold(step)
            else "with no split on record that explains it: possibly a split that was not applied, or another unit"
        )
        if field == "adj_close":
            reason = "against the close: the adjustment changed its basis"
        return f"The {_words(field)} of {self.symbol} steps by the ratio {ratio:.4g} on {self.on(row)}, {reason}."


def _rows(mask: npt.NDArray[np.bool_]) -> list[int]:
    """Positions at which something holds."""
    return [int(row) for row in np.flatnonzero(mask)]


def _hundredfold(step: float) -> bool:
    return abs(abs(step) - math.log(100)) < math.log(1.5)


def _words(field: str) -> str:
    return "adjusted close" if field == "adj_close" else field
