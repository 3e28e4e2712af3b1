"""The prices page's numbers."""

from __future__ import annotations

import pandas as pd

from aftershock.impact import Impact
from aftershock.prices import FIELDS


def daily(impact: Impact, focus: str, first: int, last: int) -> pd.DataFrame:
    """Daily prices of the focus company over a span, and every company's close with the baseline as 100."""
    frames = impact.history.frames
    units = {"volume": "volume (shares)"}
    columns = {units.get(k, f"{focus} {k} (USD)"): frames[k][focus].iloc[first : last + 1] for k in FIELDS}
    frame = pd.DataFrame(columns).join(impact.path(first, last).add_suffix(" (baseline = 100)"))
    frame.insert(0, "date", frame.index)
    return frame.reset_index(drop=True)


def gaps(impact: Impact) -> pd.DataFrame:
    """Gap, move after the open, and range of the day by company, as fractions of the close before."""
    t = impact.table
    names = {"gap": "gap", "after_open": "after the open", "day": "day", "worst": "worst", "best": "best"}
    frame = t[list(names)].rename(columns={k: f"{v} (fraction)" for k, v in names.items()})
    frame.insert(0, "company", t["name"])
    frame.insert(0, "ticker", t.index)
    return frame.reset_index(drop=True)


def around(impact: Impact, focus: str) -> pd.DataFrame:
    """Daily prices of the focus company on the sessions next to the event."""
    return daily(impact, focus, *impact.nearby_rows).iloc[:, : len(FIELDS) + 1]


def by_minute(closes: pd.DataFrame) -> pd.DataFrame:
    """Closes of the minutes of the event session."""
    frame = closes.add_suffix(" (USD)")
    frame.insert(0, "minute (New York)", frame.index)
    return frame.reset_index(drop=True)
