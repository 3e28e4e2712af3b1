"""What looks wrong in a series of prices: said in sentences, never changed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from aftershock.sources.files.dates import closed_days

_MOST_DAYS = 5
_NEAR = 14  # days between two rows beyond which any change of the price may have happened
_SPLITS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)


def listed(days: pd.DatetimeIndex) -> str:
    """Days for a sentence: the first few, and how many more there are."""
    shown = ", ".join(f"{d:%Y-%m-%d}" for d in days[:_MOST_DAYS])
    return shown + (f" and {len(days) - _MOST_DAYS} more" if len(days) > _MOST_DAYS else "")


def looks_wrong(frame: pd.DataFrame, today: date) -> list[str]:
    """Sentences about one company's prices: days without trading, impossible prices, jumps that are no moves."""
    notes = [*_days(frame, today), *_impossible(frame), *_jumps(frame)]
    return notes


def gaps(frame: pd.DataFrame) -> list[str]:
    """A sentence on sessions between the first and the last row that have none, where there are few."""
    from aftershock.sessions import sessions_between

    sessions = sessions_between(frame.index[0], frame.index[-1])
    absent = sessions.difference(frame.index)
    if not 0 < len(absent) <= max(1, len(sessions) // 10) or len(sessions) < 5:
        return []
    count = len(absent)
    return [f"{count} session{'s' * (count > 1)} between the first and the last row missing: {listed(absent)}."]


def _days(frame: pd.DataFrame, today: date) -> list[str]:
    days = frame.index.to_numpy().astype("datetime64[D]")
    notes = []
    ahead = days > np.datetime64(today, "D")
    closed = closed_days(days, today) & ~ahead
    if closed.any():
        which = pd.DatetimeIndex(frame.index[closed])
        count = int(closed.sum())
        notes.append(
            f"{count} row{'s' * (count > 1)} on days without trading in New York (weekend or holiday): {listed(which)}."
        )
    if ahead.any():
        notes.append(f"{int(ahead.sum())} rows lie in the future: {listed(pd.DatetimeIndex(frame.index[ahead]))}.")
    gaps = np.diff(days.view("int64"))
    if len(gaps) >= 4 and float(np.median(gaps)) >= 5:
        rhythm = "weekly" if float(np.median(gaps)) < 10 else "monthly or rarer"
        notes.append(f"The rows seem to be {rhythm}, not one a session; moves from row to row are not day moves.")
    return notes


def _impossible(frame: pd.DataFrame) -> list[str]:
    notes = []
    for name in ("close", "open", "high", "low", "adj_close"):
        if name not in frame:
            continue
        bad = frame[name] <= 0
        if bad.any():
            kinds = "zero" if (frame.loc[bad, name] == 0).all() else "zero or negative"
            count = int(bad.sum())
            which = listed(pd.DatetimeIndex(frame.index[bad]))
            text = f"{count} {kinds} {name.replace('_', ' ')} price{'s' * (count > 1)}: {which}."
            if name == "close" and count > max(2, 0.2 * len(frame)) and (frame.loc[bad, name] < 0).any():
                text += " Prices are never negative: the column looks like returns or changes in percent."
            notes.append(text)
    if "high" in frame and "low" in frame:
        crossed = frame["high"] < frame["low"]
        if crossed.any():
            notes.append(f"High below low: {listed(pd.DatetimeIndex(frame.index[crossed]))}.")
        close = frame["close"]
        slack = 1e-4 * close.abs() + 0.0051
        outside = ~crossed & ((close > frame["high"] + slack) | (close < frame["low"] - slack))
        if outside.any():
            notes.append(f"Close outside of high and low: {listed(pd.DatetimeIndex(frame.index[outside]))}.")
    if "volume" in frame and (frame["volume"] < 0).any():
        notes.append(f"Negative volume: {listed(pd.DatetimeIndex(frame.index[frame['volume'] < 0]))}.")
    return notes


def _jumps(frame: pd.DataFrame) -> list[str]:
    close = frame["close"][frame["close"] > 0]
    ratio = close / close.shift(1)
    near = np.diff(close.index.to_numpy().astype("datetime64[D]").view("int64"), prepend=0) <= _NEAR
    ratio = ratio[near]
    notes = []
    for when, r in ratio[(ratio > 1.9) | (ratio < 1 / 1.45)].items():
        factor = max(r, 1 / r)
        if 70 <= factor <= 140 or 700 <= factor <= 1400:
            times = "hundredfold" if factor < 500 else "thousandfold"
            unit = "1/100" if r < 1 else "100"
            if factor > 500:
                unit = "1/1000" if r < 1 else "1000"
            notes.append(
                f"The close jumps {times} on {when:%Y-%m-%d} (ratio {r:.4g}, about {unit}): "
                "a change of unit (pence and pounds) or a wrong decimal mark, not a move."
            )
            continue
        split = next((s for s in _SPLITS if abs(factor / s - 1) < (0.08 if s >= 3 else 0.04)), None)
        if split is not None and (r < 1 or factor >= 3):
            kind = f"{split:g}:1" if r < 1 else f"1:{split:g}, a reverse split"
            notes.append(f"Possible unadjusted split on {when:%Y-%m-%d} (ratio {r:.4f}, about {kind}).")
        elif factor > 3:
            notes.append(f"The close changes by the factor {r:.4g} on {when:%Y-%m-%d}, which is hardly a move.")
    return notes[:12] + ([f"{len(notes) - 12} more jumps of this kind."] if len(notes) > 12 else [])
