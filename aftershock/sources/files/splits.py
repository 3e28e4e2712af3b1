"""Closes as traded, put on one split basis where the file itself says when the stock was split."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aftershock.sources.files.words import plain

# Who writes this header gives prices as traded; a library's `Stock Splits` stands beside prices it has adjusted.
_AS_TRADED = frozenset(["split coefficient", "splitfactor", "split factor", "split ratio", "splitratio"])
_CLEAR = np.log(1.8)  # a smaller split cannot be told from a move of the price


def split_consistent(frame: pd.DataFrame, header: str) -> tuple[pd.DataFrame, list[str]]:
    """The frame with prices divided, and volumes multiplied, by the splits after them, if that was not done already.

    What was traded is kept as `close_as_traded`. Whether a split is in the prices already is seen from the prices
    themselves; where it is too small to be seen, from the format.
    """
    ratio = frame["split"].where(frame["split"] > 0, 1.0).fillna(1.0)
    close = frame["close"].where(frame["close"] > 0)
    step = np.log(close / close.shift(1))
    days = ratio.index[(ratio - 1).abs() > 1e-9]
    traded = plain(header) in _AS_TRADED
    todo: list[pd.Timestamp] = []
    done: list[pd.Timestamp] = []
    for day in days:
        size, moved = float(np.log(ratio[day])), float(step[day])
        if not np.isfinite(moved):
            continue  # nothing before the first row
        raw = abs(moved + size) < abs(moved) if abs(size) >= _CLEAR else traded
        (todo if raw else done).append(day)
    notes = []
    if done:
        notes.append(f"The prices already are adjusted for the split of {_days(done)}; they were left as they are.")
    if not todo:
        return frame, notes
    applied = ratio.where(ratio.index.isin(todo), 1.0)
    later = applied[::-1].cumprod()[::-1] / applied  # the product of the splits after each day
    out = frame.assign(close_as_traded=frame["close"])
    for name in ("open", "high", "low", "close"):
        if name in out:
            out[name] = out[name] / later
    if "volume" in out:
        out["volume"] = out["volume"] * later
    splits = ", ".join(f"{ratio[d]:g}:1 on {d:%Y-%m-%d}" for d in todo[:5])
    notes.append(f"Closes are as traded; prices before the split were divided by it ({splits}).")
    return out, notes


def _days(days: list[pd.Timestamp]) -> str:
    return ", ".join(f"{d:%Y-%m-%d}" for d in days[:5])
