"""Price histories that a person brought as a file, made into bars like those of any other source."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aftershock.formats import plural
from aftershock.prices import FIELDS
from aftershock.sessions import all_sessions
from aftershock.sources.bars import Bars, no_splits
from aftershock.sources.suspects import check


def bars_of_file(series: Mapping[str, pd.DataFrame], now: pd.Timestamp) -> tuple[Bars, ...]:
    """The bars of each company of a file.

    Args:
        series: by symbol, a frame of rising, unique days with at least `close`, and any other of `FIELDS`.
        now: when the file was brought, an instant with a zone.

    Returns:
        Bars in the order of `series`. Days on which the exchange was closed are left out, because nothing can be
        compared there; a close without dividends in it stands for the dividend-adjusted one, too, where there is none.
        What looks wrong is left out and listed in `suspect`. Each of these is said in `notes`.
    """
    return tuple(_bars(symbol, frame, now) for symbol, frame in series.items())


def _bars(symbol: str, frame: pd.DataFrame, now: pd.Timestamp) -> Bars:
    days = pd.DatetimeIndex(frame.index)
    open_days = days.isin(all_sessions())
    daily = frame[open_days].reindex(columns=list(FIELDS)).astype(float)
    daily.index = days[open_days].as_unit("s")
    notes = []
    if not open_days.all():
        closed = plural(int((~open_days).sum()), "day", "days")
        notes.append(f"{closed} on which New York was closed: left out of every comparison of {symbol}.")
    if daily["adj_close"].isna().all():
        daily["adj_close"] = daily["close"]
        notes.append(f"{symbol} has no dividend-adjusted closes, so its longer returns leave dividends out.")
    checked = check(symbol, daily, no_splits())
    return Bars(
        symbol,
        _closed(checked.daily),
        "file",
        now.tz_convert("UTC"),
        suspect=checked.suspect,
        notes=(*notes, *checked.notes),
    )


def _closed(daily: pd.DataFrame) -> pd.DataFrame:
    """Bars whose range holds their open and close: what was left of a difference is rounding."""
    traded = daily[["open", "close"]]
    high = daily["high"].where(daily["high"].isna(), pd.concat([daily["high"], traded], axis=1).max(axis=1))
    low = daily["low"].where(daily["low"].isna(), pd.concat([daily["low"], traded], axis=1).min(axis=1))
    return daily.assign(high=high, low=low)
