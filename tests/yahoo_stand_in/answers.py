"""What Yahoo would answer: the bundled prices in the form of its chart and share-count endpoints."""

from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from aftershock.sources import snapshot

NEW_YORK = "America/New_York"
FIELDS = ["open", "high", "low", "close", "adj_close", "volume"]
# Ex-dividend days of NVIDIA after its split of June 2024, a cent a share each.
NVIDIA_DIVIDENDS = ("2024-06-11", "2024-09-12", "2024-12-05")


@cache
def bundled(symbol: str) -> pd.DataFrame:
    """The bundled bars of a symbol; empty if there are none."""
    prices = snapshot.read_prices()
    return prices[prices.symbol == symbol].set_index("date")[FIELDS]


@cache
def splits(symbol: str) -> dict[pd.Timestamp, float]:
    table = snapshot.read_splits()
    own = table[table.symbol == symbol]
    return dict(zip(own.date, own.ratio, strict=True))


@cache
def counts(symbol: str) -> list[tuple[pd.Timestamp, int]]:
    table = snapshot.read_shares()
    own = table[table.symbol == symbol].groupby("as_of").shares.sum()
    return list(zip(own.index, own, strict=True))


def epoch(when: pd.Timestamp, at: str = "09:30") -> int:
    return int(pd.Timestamp(f"{when:%Y-%m-%d} {at}").tz_localize(NEW_YORK).timestamp())


def epochs(days: pd.Index) -> np.ndarray:
    """When the sessions open, in seconds since 1970."""
    opens = (pd.DatetimeIndex(days) + pd.Timedelta(hours=9.5)).tz_localize(NEW_YORK).tz_convert("UTC")
    return opens.tz_localize(None).as_unit("s").asi8


def between(bars: pd.DataFrame, first: int, last: int, now: datetime) -> pd.DataFrame:
    """The rows that open from `first` to `last` (seconds since 1970) and not after now."""
    opens = epochs(bars.index)
    return bars[(opens >= first) & (opens < last) & (opens <= now.timestamp())]


def chart(
    symbol: str,
    bars: pd.DataFrame,
    now: datetime,
    *,
    currency: str | None = "USD",
    split_events: dict[pd.Timestamp, float] | None = None,
) -> dict[str, Any]:
    """The body of a chart answer for bars (a row per delivered row, so a day may stand twice)."""
    stamps = epochs(bars.index).tolist()
    # A running session carries the time of its last trade, not of its opening.
    if stamps and now.timestamp() < epoch(bars.index[-1], "16:00"):
        stamps[-1] = int(now.timestamp()) - 2
    else:
        for k in range(1, len(stamps)):
            if stamps[k] == stamps[k - 1]:
                stamps[k] = epoch(bars.index[k], "16:00")
    result: dict[str, Any] = {
        "meta": {
            "currency": currency,
            "symbol": symbol,
            "exchangeName": "NMS",
            "instrumentType": "INDEX" if symbol.startswith("^") else "EQUITY",
            "firstTradeDate": 917015400,
            "regularMarketTime": int(now.timestamp()),
            "gmtoffset": -18000,
            "timezone": "EST",
            "exchangeTimezoneName": NEW_YORK,
            "regularMarketPrice": 1.0,
            "priceHint": 2,
            "currentTradingPeriod": {
                part: {"timezone": "EST", "start": 1, "end": 2, "gmtoffset": -18000}
                for part in ("pre", "regular", "post")
            },
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
        },
        "timestamp": stamps,
        "indicators": {
            "quote": [{name: _nulls(bars[name]) for name in ("open", "high", "low", "close", "volume")}],
            "adjclose": [{"adjclose": _nulls(bars["adj_close"].fillna(bars["close"]))}],
        },
    }
    events = _events(symbol, bars, splits(symbol) if split_events is None else split_events)
    if events:
        result["events"] = events
    if not stamps:
        del result["timestamp"]
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return {"chart": {"result": [result], "error": None}}


def not_found() -> dict[str, Any]:
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    return {"chart": {"result": None, "error": error}}


def share_counts(symbol: str, rows: list[tuple[pd.Timestamp, int]]) -> dict[str, Any]:
    result: dict[str, Any] = {"meta": {"symbol": [symbol], "type": ["shares_out"]}}
    if rows:
        result |= {"timestamp": [epoch(day, "12:00") for day, _ in rows], "shares_out": [int(n) for _, n in rows]}
    return {"timeseries": {"result": [result], "error": None}}


def _events(symbol: str, bars: pd.DataFrame, split_events: dict[pd.Timestamp, float]) -> dict[str, Any]:
    if bars.empty:
        return {}
    inside = {day: ratio for day, ratio in split_events.items() if bars.index[0] <= day <= bars.index[-1]}
    events: dict[str, Any] = {}
    if inside:
        events["splits"] = {}
        for day, ratio in inside.items():
            part = Fraction(ratio).limit_denominator(1000)
            shown = f"{part.numerator}:{part.denominator}"
            events["splits"][str(epoch(day))] = {
                "date": epoch(day),
                "numerator": part.numerator,
                "denominator": part.denominator,
                "splitRatio": shown,
            }
    days = [pd.Timestamp(day) for day in NVIDIA_DIVIDENDS if symbol == "NVDA"]
    paid = [day for day in days if bars.index[0] <= day <= bars.index[-1]]
    if paid:
        events["dividends"] = {str(epoch(day)): {"amount": 0.01, "date": epoch(day)} for day in paid}
    return events


def _nulls(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
