"""The market-value page's numbers."""

from __future__ import annotations

import pandas as pd

from aftershock.impact import Impact
from aftershock.measures.market_value import MarketValueLost


def table(impact: Impact, value: MarketValueLost) -> pd.DataFrame:
    """How each loss is made: prices, count with its dates and filing, value before, lost, and the range."""
    lost = value.by_company.sort_values("lost", ascending=False)
    t = impact.table.reindex(lost.index)
    return pd.DataFrame(
        {
            "ticker": lost.index,
            "company": t["name"],
            "price before (USD)": lost["before"],
            "price after (USD)": lost["after"],
            "shares (count in force)": t["shares"],
            "counted on": t["counted_on"],
            "public from": t["in_force_from"],
            "filed": t["filed"],
            "filing": t["count_source"],
            "confidence": t["confidence"],
            "market value before (USD)": lost["value_before"],
            "market value lost (USD)": lost["lost"],
            "lost, smaller count (USD)": lost["lost_low"],
            "lost, larger count (USD)": lost["lost_high"],
        }
    ).reset_index(drop=True)


def league(impact: Impact) -> pd.DataFrame:
    """The largest one-day losses of the companies shown."""
    names = impact.table["name"]
    rows = impact.largest_losses
    return pd.DataFrame(
        {
            "date": rows["session"],
            "ticker": rows["company"],
            "company": rows["company"].map(names),
            "market value lost (USD)": rows["lost"],
            "move (fraction)": rows["day"],
        }
    )
