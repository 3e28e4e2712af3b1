"""Returns and the moves of one session."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from aftershock.prices import PriceHistory


def simple_returns(close: pd.DataFrame) -> pd.DataFrame:
    """Simple returns P[t] / P[t−1] − 1 of neighbouring sessions (same shape as `close`).

    A return needs both closes: it is missing on the first session, on a missing close and on the session after
    one. Nothing is carried forward.
    """
    return close / close.shift(1) - 1


def without_members(market: pd.Series, returns: pd.DataFrame, weights: pd.DataFrame | pd.Series) -> pd.Series:
    """The market's return without some of its members: (R[m] − Σ w R) / (1 − Σ w).

    A market that holds the companies studied moves with them (NVIDIA was 7% of the S&P 500), so measuring them against
    it takes a part of their own move for the market's.

    Args:
        market: simple returns of a value-weighted index, by session.
        returns: simple returns of members, sessions × companies.
        weights: their weights in the index at the close before each session, as fractions: one row a session, or one
            number a company for all sessions. A company without a weight is taken for no member.

    Returns:
        Simple returns by session; missing where the market's return, or that of a member with a weight, is.

    Raises:
        ValueError: the weights of a session sum to one or more, so nothing is left of the market.
    """
    if isinstance(weights, pd.Series):
        weights = pd.DataFrame([weights] * len(returns), index=returns.index)
    held = weights.reindex(index=returns.index, columns=returns.columns).fillna(0.0)
    total = held.sum(axis=1)
    if (total >= 1).any():
        raise ValueError(f"The members weigh {total.max():.0%} of the market on a session, so nothing is left of it.")
    moved = (held * returns).where(held != 0, 0.0).sum(axis=1, skipna=False)
    return (market - moved) / (1 - total)


def day_moves(history: PriceHistory, position: int) -> pd.DataFrame:
    """The moves of one session, a row per symbol.

    Columns: `before` (close of the session before), `open, high, low, close` in dollars, `volume` in shares, and as
    fractions `day` C[D]/C[D−1]−1, `gap` O[D]/C[D−1]−1, `after_open` C[D]/O[D]−1, `worst` L[D]/C[D−1]−1 and `best`
    H[D]/C[D−1]−1. Whatever lacks one of its prices is missing.

    Raises:
        IndexError: the session is the first one, so there is no session before.
    """
    if position < 1:
        raise IndexError("The first session has no session before it.")
    row = {f: history.frames[f].iloc[position] for f in ("open", "high", "low", "close", "volume")}
    before = history.frames["close"].iloc[position - 1]
    moves = pd.DataFrame({"before": before, **row})
    return moves.assign(
        day=row["close"] / before - 1,
        gap=row["open"] / before - 1,
        after_open=row["close"] / row["open"] - 1,
        worst=row["low"] / before - 1,
        best=row["high"] / before - 1,
    )


def rebased(close: pd.DataFrame, base: int, first: int, last: int) -> pd.DataFrame:
    """Closes of the sessions `first` to `last`, as multiples of 100 on the session at position `base`.

    A symbol without a close on the base session is all missing: another day's price would start its line on
    another basis than its neighbours'.
    """
    return close.iloc[first : last + 1] / close.iloc[base] * 100


def mean_path(lines: pd.DataFrame) -> pd.Series:
    """The equal-weighted mean of rebased closes (sessions × companies), by session.

    Of all companies or of none: missing before the last of them is listed, which must not bend it. A close missing
    later carries the one before.
    """
    return lines.ffill().mean(axis=1, skipna=False)


def joined(bars: pd.DataFrame, per: int) -> pd.DataFrame:
    """Bars of `per` sessions each, counted from the first and indexed by the first session of each.

    Columns as in `bars`: first `open`, highest `high`, lowest `low`, last `close`, sum of `volume`, in their units. A
    missing session is passed over; the last bar may hold fewer.
    """
    if per == 1:
        return bars
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    return bars.groupby(np.arange(len(bars)) // per).agg(how).set_index(bars.index[::per])


def thinned(values: np.ndarray, most: int) -> np.ndarray:
    """Positions that keep the shape of a long line: first, last, and lowest and highest of each of `most`/2 bins.

    `values` is one-dimensional; NaN never wins a bin unless the bin holds nothing else. A line of at most `most`
    points keeps all of them.
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    edges = np.linspace(0, n, most // 2 + 1).astype(int)
    keep = {0, n - 1}
    for a, z in pairwise(edges):
        part = values[a:z]
        if np.isfinite(part).any():
            keep |= {a + int(np.nanargmin(part)), a + int(np.nanargmax(part))}
    return np.array(sorted(keep))
