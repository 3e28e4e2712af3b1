"""The first page's numbers."""

from __future__ import annotations

import pandas as pd

from aftershock.impact import Impact
from aftershock.measures.returns import mean_path


def values(impact: Impact) -> pd.DataFrame:
    """Market value before and lost by company: the map and the ranking."""
    t = impact.table.dropna(subset=["lost"]).sort_values("lost", ascending=False)
    return pd.DataFrame(
        {
            "ticker": t.index,
            "company": t["name"],
            "group": t["group"],
            "market value before (USD)": t["value_before"],
            "market value lost (USD)": t["lost"],
            "move (fraction)": t["day"],
            "share of net total (fraction)": t["share_of_total"],
        }
    )


def paths(impact: Impact) -> pd.DataFrame:
    """Closes over the window with the baseline as 100: the companies, their mean and the benchmark."""
    lines = impact.paths
    frame = lines.assign(mean=mean_path(lines), **{impact.benchmark.name: impact.benchmark_path})
    frame.insert(0, "session from event", impact.offsets)
    frame.insert(0, "date", frame.index)
    return frame.reset_index(drop=True)
