"""Drawdowns: every fall from a peak, its low, and the way back.

Running peak M[t] = max of the closes up to t, from the first close on; drawdown C[t]/M[t] − 1. An episode is a
maximal run of closes below the peak (Bacon 2008, ch. 4; Magdon-Ismail and Atiya 2004). It is built from prices, not
from returns, so a fall on the first session counts. Missing closes are bridged: they are no losses and end nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = [
    "company", "peak", "first_below", "trough", "recovery", "depth", "status",
    "sessions_to_trough", "sessions_to_recovery", "sessions",
    "days_to_trough", "days_to_recovery", "days",
]  # fmt: skip


def underwater(close: pd.DataFrame) -> pd.DataFrame:
    """How far each close stands below the highest so far: fractions ≤ 0, NaN where the close is missing."""
    values = close.to_numpy(float)
    peak = np.fmax.accumulate(values, axis=0)
    return pd.DataFrame(values / peak - 1, close.index, close.columns)


def max_drawdown(close: pd.DataFrame) -> pd.Series:
    """The deepest drawdown of each column (0 if it never fell, NaN without a single close)."""
    return underwater(close).min()


def ulcer_index(close: pd.DataFrame) -> pd.Series:
    """Root of the mean squared drawdown, as a fraction (Martin and McCann 1989); missing closes are left out."""
    return (underwater(close) ** 2).mean() ** 0.5


def drawdown_episodes(close: pd.DataFrame) -> pd.DataFrame:
    """Every episode of every column of `close` (sessions × companies), a row each, by company and time.

    Columns: `company`; `peak` (last session at the old maximum), `first_below`, `trough` (first session at the
    minimum), `recovery` (first close at or above the peak; NaT while open); `depth` (fraction ≤ 0); `status` (`open`
    or `recovered`); `sessions_to_trough` (peak to trough), `sessions_to_recovery` (trough to recovery) and `sessions`
    (peak to recovery, or to the last close while open), counted along the index; the same three in calendar days.
    Lengths that need a recovery are missing while there is none.
    """
    if close.empty:
        none = np.empty(0, int)
        return _table(close, none, none, none, none, none, none, np.empty(0))
    flat, length = _series_by_series(close)
    valid = np.isfinite(flat)
    top = np.fmax.accumulate(flat.reshape(-1, length), axis=1).ravel()
    at_peak = np.flatnonzero(valid & (flat == top))
    column = at_peak // length
    closes_next = np.append(at_peak[1:], -1)
    recovers = np.append(column[1:] == column[:-1], False)
    end = np.where(recovers, closes_next, (column + 1) * length)  # exclusive: the recovery, or the end of the series

    low = np.minimum.reduceat(np.where(valid, flat, np.inf), at_peak) if len(at_peak) else np.empty(0)
    falls = low < flat[at_peak]
    at_peak, end, low, recovers = at_peak[falls], end[falls], low[falls], recovers[falls]

    next_valid = _next_valid(valid)
    trough = _first_equal(flat, low, at_peak)
    last_close = _last_valid(valid, end)
    return _table(close, at_peak, next_valid[at_peak + 1], trough, end, last_close, recovers, low / flat[at_peak] - 1)


def drawdown_state(close: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Where each column of `close` stood on a session: a row per company.

    Columns: `depth` (fraction ≤ 0 against the highest close up to that session; NaN without a close on it), `peak`
    (last session at that maximum) and `peak_close`.
    """
    upto = close.loc[:on]
    values = upto.to_numpy(float)
    peak = np.fmax.reduce(values, axis=0) if len(upto) else np.full(close.shape[1], np.nan)
    at = np.where(values == peak, np.arange(len(upto))[:, None], -1).max(axis=0, initial=-1)
    when = pd.DatetimeIndex(upto.index)
    now = values[-1] if len(upto) and upto.index[-1] == on else np.full(close.shape[1], np.nan)
    return pd.DataFrame(
        {"depth": now / peak - 1, "peak": [when[k] if k >= 0 else pd.NaT for k in at], "peak_close": peak},
        index=close.columns,
    )


def episode_at(episodes: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """The episode each company was in on a session (peak < session < recovery), indexed by company.

    A company at its peak that day has no row.
    """
    inside = (episodes["peak"] < on) & (episodes["recovery"].isna() | (episodes["recovery"] > on))
    return episodes[inside].set_index("company")


def _series_by_series(close: pd.DataFrame) -> tuple[np.ndarray, int]:
    values = np.ascontiguousarray(close.to_numpy(float).T)
    return values.ravel(), values.shape[1]


def _next_valid(valid: np.ndarray) -> np.ndarray:
    """For each position the first valid one at or after it; a sentinel closes the array."""
    place = np.where(valid, np.arange(len(valid)), len(valid))
    following: np.ndarray = np.minimum.accumulate(place[::-1])[::-1]
    return np.append(following, [len(valid)] * 2)


def _last_valid(valid: np.ndarray, before: np.ndarray) -> np.ndarray:
    """For each exclusive end the last valid position before it."""
    place = np.maximum.accumulate(np.where(valid, np.arange(len(valid)), 0))
    last: np.ndarray = place[before - 1]
    return last


def _first_equal(flat: np.ndarray, wanted: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The first position from each start on that holds the wanted value (each segment holds its own minimum)."""
    if not len(start):
        return start
    lengths = np.diff(np.append(start, len(flat)))
    hits = np.flatnonzero(flat[start[0] :] == np.repeat(wanted, lengths)) + start[0]
    first: np.ndarray = hits[np.searchsorted(hits, start)]
    return first


def _table(
    close: pd.DataFrame,
    peak: np.ndarray,
    first_below: np.ndarray,
    trough: np.ndarray,
    end: np.ndarray,
    last_close: np.ndarray,
    recovers: np.ndarray,
    depth: np.ndarray,
) -> pd.DataFrame:
    length = max(len(close), 1)
    when = pd.DatetimeIndex(close.index)
    company = peak // length
    recovers = recovers.astype(bool)
    stop = np.where(recovers, end, last_close)

    peak_day, below_day, trough_day, stop_day = (
        when[place - company * length] for place in (peak, first_below, trough, stop)
    )
    rows = {
        "company": close.columns.to_numpy()[company],
        "peak": peak_day,
        "first_below": below_day,
        "trough": trough_day,
        "recovery": stop_day.where(recovers),
        "depth": depth,
        "status": np.where(recovers, "recovered", "open"),
        "sessions_to_trough": trough - peak,
        "sessions_to_recovery": np.where(recovers, stop - trough, np.nan),
        "sessions": stop - peak,
        "days_to_trough": (trough_day - peak_day).days,
        "days_to_recovery": np.where(recovers, (stop_day - trough_day).days, np.nan),
        "days": (stop_day - peak_day).days,
    }
    return pd.DataFrame(rows, columns=COLUMNS)
