"""Returns that still carry a split: the price was divided, the return was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aftershock.formats import day, percent

RATIOS = np.array([*range(2, 21), 25, 30, 40, 50, 100], float)
SMALL = 1.25  # ratio (or its reverse) below which a split is no larger than many a day's move
LEAST = (-0.4, 0.8)  # no split moves a price by less: 2-for-1 or its reverse, with a rise or fall on top
USUAL = 3.0  # robust standard deviations of what is left once the split is taken out
UNUSUAL = 10.0  # of the return itself


def unadjusted_splits(
    returns: pd.DataFrame, rows: Sequence[range], splits: pd.DataFrame | None = None
) -> dict[str, str]:
    """Companies with a return, in some rows, that still carries a split; each with the reason that says which.

    Args:
        returns: simple returns, sessions × companies, as fractions; missing ones are no suspects.
        rows: stretches of rows that are looked at.
        splits: known splits, a row each: `symbol`, `date` (first session at the new price) and `ratio` (new shares for
            one old). With them only the returns of those dates are looked at: one that lies nearer to 1/ratio − 1 than
            to 0 (as logarithms) carries the split; a ratio nearer to 1 than `SMALL` cannot be told from an ordinary
            move and is passed over. Without them (None) a return is judged by its size: it is refused if it lies more
            than `UNUSUAL` robust standard deviations (of the company's own returns in these rows) out and,
            with a split of 2 to 20, 25, 30, 40, 50 or 100 to 1 (or its reverse) taken out of it, less than `USUAL`. A
            halving in one day is then taken for a split, which it may not be: pass the splits where they are known.

    No literature: a rule of this project.
    """
    if splits is not None:
        return _on_known_dates(returns, {row for stretch in rows for row in stretch}, splits)
    values = returns.to_numpy(float)
    parts = [values[stretch.start : stretch.stop] for stretch in rows]
    parts = [part for part in parts if part.size]
    if not any(np.fmin.reduce(p, axis=None) < LEAST[0] or np.fmax.reduce(p, axis=None) > LEAST[1] for p in parts):
        return {}
    values, places = np.concatenate(parts), [row for stretch in rows for row in stretch]
    suspects = {}
    for k in np.flatnonzero((np.fmin.reduce(values) < LEAST[0]) | (np.fmax.reduce(values) > LEAST[1])):
        found = _by_size(values[:, k])
        if found:
            at, ratio = found
            suspects[returns.columns[k]] = _reason(returns.index[places[at]], values[at, k], ratio)
    return suspects


def _on_known_dates(returns: pd.DataFrame, rows: set[int], splits: pd.DataFrame) -> dict[str, str]:
    suspects = {}
    for symbol, when, ratio in zip(splits["symbol"], splits["date"], splits["ratio"], strict=True):
        if symbol not in returns or when not in returns.index or abs(np.log(ratio)) < np.log(SMALL):
            continue
        row = int(returns.index.get_loc(when))
        value = float(returns[symbol].iloc[row])
        if row in rows and value > -1 and abs(np.log1p(value) + np.log(ratio)) < abs(np.log1p(value)):
            suspects[str(symbol)] = _reason(when, value, ratio)
    return suspects


def _by_size(values: np.ndarray) -> tuple[int, float] | None:
    """Position and ratio of the first of a company's returns that is usual but for a split."""
    known = values[np.isfinite(values)]
    scale = 1.4826 * float(np.median(np.abs(known - np.median(known))))
    far = np.abs(values) > UNUSUAL * scale
    for at in np.flatnonzero(far & ((values < LEAST[0]) | (values > LEAST[1])) & (values > -1)):
        ratios = RATIOS if values[at] < 0 else 1 / RATIOS
        left = np.abs((1 + values[at]) * ratios - 1)
        if left.min() <= USUAL * scale:
            return int(at), float(ratios[left.argmin()])
    return None


def _reason(session: pd.Timestamp, value: float, ratio: float) -> str:
    split = f"{ratio:g}-for-1" if ratio > 1 else f"1-for-{1 / ratio:g}"
    said = day(session) if isinstance(session, pd.Timestamp) else str(session)
    return f"the return of {percent(value)} on {said} still carries a {split} split: adjust the prices first"
