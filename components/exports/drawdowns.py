"""The drawdowns page's numbers."""

from __future__ import annotations

import pandas as pd

from aftershock.impact import Impact


def lines(impact: Impact, peaks: str) -> pd.DataFrame:
    """Distance from the highest close so far, as fractions: the sessions drawn × companies and benchmark."""
    frame = impact.underwater(peaks).add_suffix(" (fraction below its peak)")
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
