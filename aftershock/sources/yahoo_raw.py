"""What Yahoo delivered and its client mends in silence: sessions given twice, missing volumes and adjusted closes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def as_delivered(chart: dict[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """The client's table of daily bars with what it mended undone.

    `chart` is the answer that the table was made of (empty: the table stays as it is). A session that was delivered
    several times has all its rows again, in the order of delivery; a volume that was not given is NaN and not 0; where
    no adjusted closes were given, there is no such column instead of a copy of the closes.
    """
    if not chart:
        return table
    zone = chart["meta"]["exchangeTimezoneName"]
    stamps = pd.to_datetime(pd.Series(chart["timestamp"], dtype="int64"), unit="s", utc=True)
    days = pd.DatetimeIndex(stamps.dt.tz_convert(zone).dt.tz_localize(None)).normalize()
    quote = chart["indicators"]["quote"][0]
    raw = pd.DataFrame({name.title(): pd.Series(quote[name], dtype=float) for name in quote if name in _FIELDS})
    raw.index = days
    adjusted = _adjusted(chart, len(raw))
    table = table.copy()
    table.index = pd.DatetimeIndex(table.index).tz_localize(None).normalize()
    if adjusted is None:
        table = table.drop(columns="Adj Close", errors="ignore")
    else:
        raw["Adj Close"] = adjusted
    table["Volume"] = table["Volume"].astype(float).mask(table.index.isin(days[raw["Volume"].isna()]))
    twice = days[days.duplicated()].unique().intersection(table.index)
    if not len(twice):
        return table
    again = raw[raw.index.isin(twice)]
    actions = [name for name in table.columns if name not in raw.columns]
    again = again.join(table.loc[~table.index.duplicated(), actions])
    return pd.concat([table[~table.index.isin(twice)], again[table.columns]]).sort_index(kind="stable")


_FIELDS = ("open", "high", "low", "close", "volume")


def _adjusted(chart: dict[str, Any], length: int) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    try:
        values = chart["indicators"]["adjclose"][0]["adjclose"]
    except (LookupError, TypeError):
        return None
    return np.array(values, dtype=float) if len(values) == length else None
