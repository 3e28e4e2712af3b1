"""From a table as Yahoo's client gives it to `Bars`, saying everything that was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from aftershock.errors import BadAnswerError
from aftershock.formats import date_short, listing, plural
from aftershock.prices import FIELDS
from aftershock.sessions import all_sessions, calendar
from aftershock.sources.bars import Bars
from aftershock.sources.suspects import check

NEW_YORK = "America/New_York"
_PENNIES = {"GBp": "pence", "GBX": "pence", "ZAc": "cents", "ILA": "agorot"}


def no_dividends() -> pd.DataFrame:
    """A table of dividends (`date, amount`) without a row."""
    return pd.DataFrame({"date": pd.DatetimeIndex([]).as_unit("s"), "amount": pd.Series(dtype=float)})


@dataclass(frozen=True, eq=False)
class YahooBars(Bars):
    """`Bars` with the dividends that came along: `date` (ex-dividend day) and `amount` a share."""

    dividends: pd.DataFrame = field(default_factory=no_dividends)


def finished(sessions: pd.DatetimeIndex, now: datetime) -> pd.Series:
    """Whether each session has closed at a time (early closes included): a bool a session."""
    closes = calendar().closes.reindex(sessions)
    return pd.Series(np.asarray(closes <= pd.Timestamp(now)), index=sessions)


def begun(sessions: pd.DatetimeIndex, now: datetime) -> pd.DatetimeIndex:
    """Those sessions that have opened at a time."""
    opens = calendar().opens.reindex(sessions)
    return sessions[np.asarray(opens <= pd.Timestamp(now))]


def bars_of(
    symbol: str, table: pd.DataFrame, now: datetime, *, currency: str | None = "USD", notes: tuple[str, ...] = ()
) -> YahooBars:
    """`Bars` from one symbol's table: columns Open, High, Low, Close, Adj Close, Volume, Dividends, Stock Splits.

    The columns may have a second level with the symbol. Rows are in the order delivered; of two for one session the
    later is kept. `now` decides which sessions have ended.

    Raises:
        BadAnswerError: the table has no closes, or none of this symbol.
    """
    said = list(notes)
    flat = _flat(symbol, table)
    flat.index = _days(flat.index)
    flat = _one_row_a_session(symbol, flat, said)
    actions = flat
    on_session = flat.index.isin(all_sessions())
    if not on_session.all():
        stray = [date_short(when) for when in flat.index[~on_session]]
        said.append(
            f"{plural(len(stray), 'row')} of {symbol} on days without a session of the New York Stock Exchange "
            f"left out: {listing(stray)}."
        )
        flat = flat[on_session]
    daily = pd.DataFrame({name: _numbers(flat, name) for name in FIELDS}, index=flat.index)
    if "adj_close" not in flat.columns:
        said.append(f"The answer has no closes of {symbol} adjusted for dividends.")
    daily, unfinished = _without_unfinished(symbol, daily, now, said)
    splits = _actions(actions, "stock_splits", "ratio", now)
    checked = check(symbol, daily, splits)
    if currency != "USD":
        what = _PENNIES.get(currency or "")
        unit = (
            f"in {currency}" + (f" ({what})" if what else "") if currency else "in a currency that Yahoo does not name"
        )
        said.append(f"The prices of {symbol} are {unit}, not in US dollars.")
    return YahooBars(
        symbol=symbol,
        daily=checked.daily,
        source="yahoo",
        as_of=pd.Timestamp(now).tz_convert("UTC"),
        splits=splits,
        currency=currency or "",
        suspect=checked.suspect,
        unfinished=unfinished,
        notes=(*said, *checked.notes),
        dividends=_actions(actions, "dividends", "amount", now),
    )


def empty_bars(symbol: str, now: datetime, note: str) -> YahooBars:
    """`Bars` without a row, and why."""
    daily = pd.DataFrame({name: pd.Series(dtype=float) for name in FIELDS})
    daily.index = pd.DatetimeIndex([], name="session").as_unit("s")
    return YahooBars(
        symbol=symbol, daily=daily, source="yahoo", as_of=pd.Timestamp(now).tz_convert("UTC"), notes=(note,)
    )


def _flat(symbol: str, table: pd.DataFrame) -> pd.DataFrame:
    """One level of columns, named in lower case with underscores."""
    if isinstance(table.columns, pd.MultiIndex):
        # (field, symbol) or (symbol, field), as the library is asked: the level with the closes names the fields.
        levels = [table.columns.get_level_values(n) for n in range(table.columns.nlevels)]
        fields = next((level for level in levels if "close" in {_plain(name) for name in level}), None)
        if fields is None:
            raise BadAnswerError(f"Yahoo's answer for {symbol} has no closes.")
        named = [(name, set(parts)) for name, parts in zip(fields, table.columns, strict=True)]
        others = {part for name, parts in named for part in parts - {name} if part}
        own = [symbol in parts or len(others) <= 1 for _, parts in named]
        if others and symbol not in others:
            raise BadAnswerError(f"Yahoo answered for {symbol} with {listing(sorted(map(str, others)))}.")
        table = table.loc[:, own].copy()
        table.columns = pd.Index([name for (name, _), mine in zip(named, own, strict=True) if mine])
    table = table.rename(columns=_plain)
    table = table.loc[:, ~table.columns.duplicated()]
    if "close" not in table.columns:
        raise BadAnswerError(f"Yahoo's answer for {symbol} has no closes.")
    return table


def _plain(name: object) -> str:
    return str(name).strip().lower().replace(" ", "_")


def _days(index: pd.Index) -> pd.DatetimeIndex:
    """The day of each stamp where it was traded: local midnights or times of an exchange, or UTC."""
    stamps = pd.DatetimeIndex(index)
    # Midnights in UTC are days already; other times in UTC are told as New York has them.
    if str(stamps.tz) in ("UTC", "utc", "UTC+00:00") and (stamps != stamps.normalize()).any():
        stamps = stamps.tz_convert(NEW_YORK)
    return stamps.tz_localize(None).normalize().as_unit("s").rename("session")


def _one_row_a_session(symbol: str, table: pd.DataFrame, said: list[str]) -> pd.DataFrame:
    # A row without a close that came for a session with one is no newer price of it.
    priced = table["close"].notna().to_numpy()
    surplus = ~priced & np.asarray(table.index.isin(table.index[priced]))
    twice = surplus.copy()
    twice[~surplus] = table.index[~surplus].duplicated(keep="last")
    if twice.any():
        days = [date_short(when) for when in table.index[twice].unique().sort_values()]
        said.append(duplicates_note(symbol, int(twice.sum()), days))
        # What belongs to the day and not to the bar may stand in either row.
        for name in {"dividends", "stock_splits"} & set(table.columns):
            table[name] = table.groupby(level=0)[name].transform("max")
    return table[~twice].sort_index()


def duplicates_note(symbol: str, count: int, days: list[str]) -> str:
    """The sentence that counts rows dropped because a later one stood for the same session."""
    return f"{plural(count, 'duplicate row')} of {symbol} dropped, the last delivered is kept: {listing(days)}."


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table.columns:
        return pd.Series(np.nan, index=table.index)
    return pd.to_numeric(table[name], errors="coerce").astype(float)


def _without_unfinished(
    symbol: str, daily: pd.DataFrame, now: datetime, said: list[str]
) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    days = pd.DatetimeIndex(daily.index)
    done = finished(days, now).to_numpy()
    running = days[~done & daily["close"].notna().to_numpy()]
    current = begun(running, now)
    ahead = running.difference(current)
    if len(ahead):
        said.append(f"{plural(len(ahead), 'row')} of {symbol} for sessions that have not begun left out.")
    unfinished = current[0] if len(current) else None
    if unfinished is not None:
        at = pd.Timestamp(now).tz_convert(NEW_YORK)
        price = daily["close"].loc[unfinished]
        said.append(
            f"The session of {date_short(unfinished)} had not ended: {price:.10g} at {at:%H:%M} New York time is no "
            "close and is left out."
        )
    return daily[done], unfinished


def _actions(table: pd.DataFrame, column: str, name: str, now: datetime) -> pd.DataFrame:
    """Splits or dividends: those in a table that are no zero, up to today."""
    values = _numbers(table, column)
    today = pd.Timestamp(now).tz_convert(NEW_YORK).tz_localize(None).normalize()
    with np.errstate(invalid="ignore"):
        values = values[(values > 0) & np.isfinite(values) & (values.index <= today)]
    if name == "ratio":
        values = values[values != 1]
    return pd.DataFrame({"date": pd.DatetimeIndex(values.index).as_unit("s"), name: values.to_numpy(float)})
