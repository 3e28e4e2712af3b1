"""The drawdowns page's numbers."""

from __future__ import annotations

import pandas as pd

from aftershock.impact import Impact
from aftershock.measures.drawdown import underwater


def lines(impact: Impact, peaks: str) -> pd.DataFrame:
    """Distance from the highest close so far, as fractions: sessions of the last years × companies and benchmark."""
    depth = (
        underwater(impact.closes_from(peaks)).iloc[-760:] if peaks == "all" else underwater(impact.closes_from(peaks))
    )
    frame = depth.add_suffix(" (fraction below its peak)")
    frame.insert(0, "date", frame.index)
    return frame.reset_index(drop=True)


def falls(impact: Impact, table: pd.DataFrame) -> pd.DataFrame:
    """The episode of each company with all its lengths."""
    frame = table.rename(
        columns={
            "depth": "depth (fraction)",
            "on_the_day": "on the event session (fraction)",
            "now": "on the last close (fraction)",
        }
    )
    frame.insert(0, "company", impact.table["name"])
    frame.insert(0, "ticker", frame.index)
    return frame.reset_index(drop=True)
