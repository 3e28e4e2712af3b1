"""Daily prices and intraday bars, read from the source tables."""

from pathlib import Path

import pandas as pd

from aftershock.errors import SnapshotError
from tools.snapshot.checks import BarError, DuplicateError
from tools.snapshot.reading import dates, integers, numbers, read_table

SESSIONS = ["pre", "regular", "post"]


def load_prices(path: Path) -> pd.DataFrame:
    """Read the daily prices: symbol, date, open, high, low, close, adj_close, volume; sorted."""
    text = read_table(path, "date ticker open high low close adj_close volume".split())
    label = ["ticker", "date"]
    prices = pd.DataFrame({"symbol": text.ticker, "date": dates(text, "date", label=label)})
    for column in ("open", "high", "low", "close", "adj_close", "volume"):
        optional = column in ("adj_close", "volume")
        prices[column] = numbers(text, column, label=label, optional=optional)
    return prices.sort_values(["symbol", "date"], ignore_index=True)


def load_intraday(path: Path) -> pd.DataFrame:
    """Read intraday bars: timestamp (New York), symbol, open, high, low, close, volume, session."""
    text = read_table(path, "timestamp ticker open high low close volume session".split())
    label = ["ticker", "timestamp"]
    stamp = pd.to_datetime(text.timestamp, format="ISO8601", utc=True, errors="coerce")
    if stamp.isna().any() or not text.session.isin(SESSIONS).all():
        raise SnapshotError(f"{path.name} holds a bar without a time or a known session.")
    bars = pd.DataFrame({"timestamp": stamp.dt.tz_convert("America/New_York"), "symbol": text.ticker})
    for column in ("open", "high", "low", "close"):
        bars[column] = numbers(text, column, label=label)
    bars["volume"] = integers(text, "volume", label=label)
    bars["session"] = text.session
    bars = bars.sort_values(["symbol", "timestamp"], ignore_index=True)
    twice = bars.duplicated(["symbol", "timestamp"])
    if twice.any():
        row = bars[twice].iloc[0]
        raise DuplicateError(f"{row.symbol} has two bars at {row.timestamp:%Y-%m-%d %H:%M}.")
    inside = bars[["open", "close"]]
    wrong = (bars.high < inside.max(axis=1)) | (bars.low > inside.min(axis=1)) | (bars.low <= 0)
    if wrong.any():
        row = bars[wrong].iloc[0]
        raise BarError(
            f"{row.symbol} at {row.timestamp:%Y-%m-%d %H:%M} is not a possible bar: open "
            f"{row.open:.7g}, high {row.high:.7g}, low {row.low:.7g}, close {row.close:.7g}."
        )
    return bars
