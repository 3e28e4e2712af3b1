"""Drawdowns: every fall from a peak, its low, and the way back.

Running peak M[t] = max of the closes up to t, from the first close on; drawdown C[t]/M[t] − 1. An episode is a
maximal run of closes below the peak (Bacon 2008, ch. 4; Magdon-Ismail and Atiya 2004). It is built from prices, not
from returns, so a fall on the first session counts. Missing closes are bridged: they are no losses and end nothing.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from aftershock.errors import PriceDataError
from aftershock.measures.episode_search import NONE, Episodes, in_parallel, search

COLUMNS = [
    "company", "peak", "first_below", "trough", "recovery", "depth", "status",
    "sessions_to_trough", "sessions_to_recovery", "sessions",
    "days_to_trough", "days_to_recovery", "days",
]  # fmt: skip
STATUS = pd.Index(["open", "recovered"])
LONG = 8  # blocks of a search


def underwater(close: pd.DataFrame) -> pd.DataFrame:
    """How far each close stands below the highest so far, as a fraction ≤ 0.

    Args:
        close: sessions × companies, positive prices in any unit.

    Returns:
        The shape of `close`; NaN where the close is missing. A missing close leaves the peak as it was. The first
        close of a series is its first peak, whatever the price was before the data.

    Source: Magdon-Ismail and Atiya 2004, Maximum drawdown, Risk 17(10).
    """
    values = close.to_numpy(float)
    peak = np.fmax.accumulate(values, axis=0)
    return pd.DataFrame(values / peak - 1, close.index, close.columns)


def max_drawdown(close: pd.DataFrame) -> pd.Series:
    """The deepest drawdown of each column of `close` (sessions × companies), as a fraction ≤ 0 by company.

    Zero for a company that never fell, NaN for one without a single close; missing closes are left out. Source as for
    `underwater`.
    """
    return underwater(close).min()


def ulcer_index(close: pd.DataFrame) -> pd.Series:
    """Root of the mean squared drawdown of each column of `close` (sessions × companies), as a fraction ≥ 0.

    The mean runs over the closes there are; NaN for a company without one. Source: Martin and McCann 1989, The
    Investor's Guide to Fidelity Funds, who give it in per cent.
    """
    return (underwater(close) ** 2).mean() ** 0.5


def drawdown_episodes(close: pd.DataFrame) -> pd.DataFrame:
    """Every episode of every column of `close` (sessions × companies), a row each, by company and time.

    Args:
        close: positive prices in any unit, on rising days without a time zone. A missing close is bridged; a series may
            start late, end early, or hold nothing at all.

    Returns:
        Columns: `company`; `peak` (last session at the old maximum), `first_below`, `trough` (first session at the
        minimum), `recovery` (first close at or above the peak; NaT while open); `depth` (fraction < 0); `status`
        (`open` or `recovered`); `sessions_to_trough` (peak to trough), `sessions_to_recovery` (trough to recovery) and
        `sessions` (peak to recovery, or to the last close while open), counted along the index; the same three in
        calendar days. Lengths that need a recovery are missing while there is none. A company that never fell has no
        row.

    Raises:
        PriceDataError: the days do not rise, or one stands there twice.

    The run-based definition of Bacon 2008, ch. 4; dates as R's PerformanceAnalytics gives them, with the peak beside
    its first day below.
    """
    days = pd.DatetimeIndex(close.index)
    if not (days.is_monotonic_increasing and days.is_unique):
        raise PriceDataError("The days of the closes do not rise, so there is no before and after. Sort them first.")
    dates = days.to_numpy()
    parts = search(close.to_numpy(float), partial(_measured, dates=dates))
    rows = _stacked(parts) if parts else _measured(NONE, dates)
    names = {
        "company": close.columns.take(rows["company"]),
        "status": STATUS.take(rows["status"].astype(int)),
    }
    return pd.DataFrame({column: names.get(column, rows[column]) for column in COLUMNS}, copy=False)


def _measured(found: Episodes, dates: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of the table for some episodes; `company` as the number of the column, `status` as a flag."""
    days = dates.astype("datetime64[D]").view(np.int64)
    to_trough, total = found.trough - found.peak, found.stop - found.peak
    peak_day, trough_day, stop_day = days[found.peak], days[found.trough], days[found.stop]
    return {
        "company": found.column,
        "peak": dates[found.peak],
        "first_below": dates[found.first_below],
        "trough": dates[found.trough],
        "recovery": np.where(found.recovered, dates[found.stop], np.datetime64("NaT")),
        "depth": found.low / found.high - 1,
        "status": found.recovered,
        "sessions_to_trough": to_trough,
        "sessions_to_recovery": np.where(found.recovered, total - to_trough, np.nan),
        "sessions": total,
        "days_to_trough": trough_day - peak_day,
        "days_to_recovery": np.where(found.recovered, stop_day - trough_day, np.nan),
        "days": stop_day - peak_day,
    }


def _stacked(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Some tables as one; a long one on two threads, because new memory is what it costs."""
    if len(parts) == 1:
        return parts[0]
    halves = [COLUMNS[::2], COLUMNS[1::2]] if len(parts) > LONG else [COLUMNS]
    done = in_parallel(lambda names: {n: np.concatenate([part[n] for part in parts]) for n in names}, halves)
    return dict(item for half in done for item in half.items())


def drawdown_state(close: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Where each column of `close` (sessions × companies) stood on a session: a row per company.

    Columns: `depth` (fraction ≤ 0 against the highest close up to that session; NaN without a close on it), `peak`
    (last session at that maximum; NaT before the first close) and `peak_close` (in the unit of `close`); `closes`, how
    many there were up to that session, and `missing`, on how many sessions from the first of them there was none. Later
    closes do not enter. Source as for `underwater`.
    """
    upto = close.loc[:on]
    values = upto.to_numpy(float)
    peak = np.fmax.reduce(values, axis=0) if len(upto) else np.full(close.shape[1], np.nan)
    at = np.where(values == peak, np.arange(len(upto))[:, None], -1).max(axis=0, initial=-1)
    when = pd.DatetimeIndex(upto.index)
    known = np.isfinite(values)
    closes = known.sum(axis=0)
    since = np.where(closes > 0, len(upto) - known.argmax(axis=0), 0) if len(upto) else closes
    now = values[-1] if len(upto) and upto.index[-1] == on else np.full(close.shape[1], np.nan)
    return pd.DataFrame(
        {
            "depth": now / peak - 1,
            "peak": [when[k] if k >= 0 else pd.NaT for k in at],
            "peak_close": peak,
            "closes": closes,
            "missing": since - closes,
        },
        index=close.columns,
    )


def episode_at(episodes: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """The episode each company was in on a session (peak < session < recovery), indexed by company.

    `episodes` are the rows of `drawdown_episodes`, and so are those returned. A company at its peak that day, or
    without a close before it, has no row; an episode without a recovery is open and lasts.
    """
    inside = (episodes["peak"] < on) & (episodes["recovery"].isna() | (episodes["recovery"] > on))
    return episodes[inside].set_index("company")
