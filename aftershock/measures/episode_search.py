"""Finds every fall from a peak in many series at once: the kernel behind `drawdown_episodes`.

An episode is what lies between two neighbouring closes at the running maximum of their series. To find them all costs
less than the running maximum itself, because most closes need not be looked at one by one: the closes are cut into
stretches, and a stretch whose own maximum lies below the running maximum before it is quiet. It holds no close at a
peak. The highest close of each stretch is a vectorised reduction; only the stretches that are not quiet (a quarter of a
typical stock's) are gone through close by close. The low of an episode is one more reduction over it, and its trough
the first close that equals that low.

Series are taken in blocks that stay in a core's cache, on two cores if there are so many.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np

STRETCH = 64  # closes; a power of two, from 2 on
BLOCK = 1 << 19  # closes searched at a time: few enough for a core's cache, enough for threads not to wait in turn
THREADED = 1 << 20  # closes from which on a second thread pays
# More threads than two were not measured; they would wait for one another between numpy's calls.
WORKERS = min(2, os.cpu_count() or 1)

T = TypeVar("T")
Part = TypeVar("Part")


class Episodes(NamedTuple):
    """Episodes as positions, one entry each: the column of the series, and rows along it.

    `stop` is the recovery, or the last close while the episode is open (`recovered` False); `low` and `high` are the
    closes at the trough and at the peak.
    """

    column: np.ndarray
    peak: np.ndarray
    first_below: np.ndarray
    trough: np.ndarray
    stop: np.ndarray
    recovered: np.ndarray
    low: np.ndarray
    high: np.ndarray


_NO = np.empty(0, int)
NONE = Episodes(_NO, _NO, _NO, _NO, _NO, np.empty(0, bool), np.empty(0), np.empty(0))


def search(values: np.ndarray, then: Callable[[Episodes], T]) -> list[T]:
    """Every episode of every column of `values` (sessions × series, positive or NaN), by column and time.

    A missing value (NaN) is bridged: it is no peak, no trough, and ends nothing. `then` is given the episodes of one
    block of columns after the other, and what it returns is returned, in order; it may run on another thread. No value
    at all is no block.
    """
    length, series = values.shape
    if not values.size:
        return []
    count = -(-series * _width(length) // BLOCK)
    workers = WORKERS if values.size >= THREADED and series > 1 else 1
    rows = -(-series // (-(-count // workers) * workers))  # as many blocks for each
    blocks = range(0, series, rows)

    def part(starts: range) -> list[T]:
        """One thread's blocks, one after the other."""
        block = _Block(rows, length)
        return [then(block.search(values, first, min(first + rows, series))) for first in starts]

    done = in_parallel(part, [blocks[k::workers] for k in range(workers)])
    return [done[k % workers][k // workers] for k in range(len(blocks))]


def in_parallel(task: Callable[[Part], T], parts: list[Part]) -> list[T]:
    """The results of a task for each part: the first on this thread, each other on one of its own."""
    if len(parts) == 1:
        return [task(parts[0])]
    with ThreadPoolExecutor(len(parts) - 1) as threads:
        others = [threads.submit(task, part) for part in parts[1:]]
        return [task(parts[0]), *(other.result() for other in others)]


def _width(length: int) -> int:
    """Closes that a series of some length takes in working memory: an empty stretch, and whole ones for its own."""
    return (1 + -(-length // STRETCH)) * STRETCH


class _Block:
    """Some series in working memory, used for one block after the other: fresh memory would cost more than the search.

    A series is a row: an empty stretch, which keeps the series before it away, then its closes.
    """

    def __init__(self, rows: int, length: int) -> None:
        self.width = _width(length)
        self.memory = np.empty((rows, self.width))
        self.memory[:, :STRETCH] = self.memory[:, STRETCH + length :] = np.nan
        self.closes = self.memory[:, STRETCH : STRETCH + length]
        self.before = np.full((rows, self.width // STRETCH), -np.inf)
        self.starts = np.arange(0, rows * self.width, STRETCH)
        self.picked, self.running, self.spare = (np.empty(rows * self.width) for _ in range(3))
        self.equal = np.empty(rows * self.width, bool)

    def search(self, values: np.ndarray, first: int, last: int) -> Episodes:
        """The episodes of the columns `first` to `last` (exclusive)."""
        _copy_across(values[:, first:last], self.closes[: last - first])
        flat = self.memory[: last - first].reshape(-1)
        at_peak = self._at_peak(flat, last - first)
        row = at_peak // self.width
        falls = _before_a_gap(at_peak, row)
        if not len(falls):
            return NONE
        peak, row = at_peak[falls], row[falls]
        back = at_peak[np.minimum(falls + 1, len(at_peak) - 1)]
        recovered = np.append(row[1:] == row[:-1], False)
        low, high = np.fmin.reduceat(flat, peak), flat[peak]
        trough = self._first_equal(flat, low, peak)
        if not (low < high).all():
            real = np.flatnonzero(low < high)
            row, peak, trough, back, recovered, low, high = (
                a[real] for a in (row, peak, trough, back, recovered, low, high)
            )
        base = row * self.width + STRETCH
        below = _next_close(flat, peak + 1) - base
        stop = back - base
        stop[~recovered] = self._last_close(row[~recovered])
        return Episodes(row + first, peak - base, below, trough - base, stop, recovered, low, high)

    def _at_peak(self, flat: np.ndarray, series: int) -> np.ndarray:
        """Positions of the closes at the running maximum of their series."""
        chosen, before = self._not_quiet(flat, series)
        picked = self.picked[: len(chosen) * STRETCH]
        np.take(flat.reshape(-1, STRETCH), chosen, axis=0, out=picked.reshape(-1, STRETCH), mode="clip")
        running = self._running_maximum(picked).reshape(-1, STRETCH)
        np.fmax(running, before[:, None], out=running)
        hits = np.flatnonzero(np.equal(picked, running.reshape(-1), out=self.equal[: picked.size]))
        return chosen[hits // STRETCH] * STRETCH + hits % STRETCH

    def _not_quiet(self, flat: np.ndarray, series: int) -> tuple[np.ndarray, np.ndarray]:
        """The stretches that may hold a close at a peak, and the running maximum before each of them.

        The empty stretch before each series is among them.
        """
        tops = np.fmax.reduceat(flat, self.starts[: flat.size // STRETCH]).reshape(series, -1)
        before = self.before[:series]
        np.fmax.accumulate(tops[:, :-1], axis=1, out=before[:, 1:])
        np.fmax(before, -np.inf, out=before)  # a series that starts late has no maximum before
        may = tops >= before
        may[:, 0] = True
        chosen = np.flatnonzero(may)
        return chosen, before.reshape(-1)[chosen]

    def _running_maximum(self, picked: np.ndarray) -> np.ndarray:
        """The maximum of each picked close and the `STRETCH` − 1 before it.

        By doubling (Hillis and Steele 1986): six passes over neighbours, of which the processor takes several at a
        time, cost less than half of one pass in which each maximum waits for the one before it.
        """
        now, then, other = picked, self.running[: picked.size], self.spare[: picked.size]
        shift = 1
        while shift < STRETCH:
            then[:shift] = now[:shift]
            np.fmax(now[shift:], now[:-shift], out=then[shift:])
            now, then, other = then, other, then
            shift *= 2
        return now

    def _first_equal(self, flat: np.ndarray, wanted: np.ndarray, start: np.ndarray) -> np.ndarray:
        """The first position from each start on that holds the wanted value, which there is before the next start."""
        begin = int(start[0])
        everywhere = np.repeat(wanted, np.diff(start, append=flat.size))
        hits = np.flatnonzero(np.equal(flat[begin:], everywhere, out=self.equal[: flat.size - begin]))
        hits += begin
        return hits if len(hits) == len(start) else hits[np.searchsorted(hits, start)]

    def _last_close(self, row: np.ndarray) -> np.ndarray:
        """The row of the last close of some series."""
        last = np.full(len(row), self.closes.shape[1] - 1)
        early = np.flatnonzero(np.isnan(self.closes[row, -1]))
        if len(early):
            last[early] -= (~np.isnan(self.closes[row[early], ::-1])).argmax(axis=1)
        return last


def _before_a_gap(at_peak: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Which closes at a peak are not followed by another: something lies between.

    The last of a series is among them, because an empty stretch follows it; so is the first, in order that what belongs
    to the last of one series never runs into the next.
    """
    distance = np.diff(at_peak, append=0)
    distance[np.flatnonzero(row[1:] != row[:-1]) + 1] = distance[-1:] = 2
    return np.flatnonzero(distance > 1)


def _next_close(flat: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The position of the first close at or after each position; there is one in the same series."""
    if not np.isnan(flat[at]).any():
        return at
    closes = np.flatnonzero(~np.isnan(flat))
    following: np.ndarray = closes[np.searchsorted(closes, at)]
    return following


def _copy_across(columns: np.ndarray, rows: np.ndarray) -> None:
    """Copies sessions × series to series × sessions.

    Where neighbours in memory are of one session, in pieces whose memory pages the processor can keep track of.
    """
    piece = 512 if columns.strides[0] > columns.strides[1] else len(columns)
    for first in range(0, len(columns), piece):
        rows[:, first : first + piece] = columns[first : first + piece].T
