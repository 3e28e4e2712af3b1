"""Trading days of the New York Stock Exchange, and why a day was none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

FIRST_DAY = "1999-01-04"

# The calendar library names holidays that follow a rule; closures by decree carry no name there.
_DECREED = {
    "2001-09-11": "the attacks of 11 September 2001",
    "2001-09-12": "the attacks of 11 September 2001",
    "2001-09-13": "the attacks of 11 September 2001",
    "2001-09-14": "the attacks of 11 September 2001",
    "2004-06-11": "the day of mourning for Ronald Reagan",
    "2007-01-02": "the day of mourning for Gerald Ford",
    "2012-10-29": "Hurricane Sandy",
    "2012-10-30": "Hurricane Sandy",
    "2018-12-05": "the day of mourning for George H. W. Bush",
    "2025-01-09": "the day of mourning for Jimmy Carter",
}
_USUAL_NAME = {
    "Dr. Martin Luther King Jr. Day": "Martin Luther King Jr. Day",
    "President's Day": "Presidents\u2019 Day",
    "Washington's Birthday": "Washington\u2019s Birthday",
    "New Year's Day": "New Year\u2019s Day",
    "July 4th": "Independence Day",
    "Juneteenth National Independence Day": "Juneteenth",
}


@dataclass(frozen=True)
class Snapped:
    """A picked day and the session it stands for; `reason` says why they differ (None if they do not)."""

    asked: pd.Timestamp
    session: pd.Timestamp
    reason: str | None


@cache
def calendar() -> Any:
    """The exchange calendar `XNYS` from 1999 to a year ahead (loaded once a process: it takes a moment)."""
    import exchange_calendars

    return exchange_calendars.get_calendar("XNYS", start=FIRST_DAY)


@cache
def all_sessions() -> pd.DatetimeIndex:
    """Every session the calendar knows, as midnights without a zone."""
    return pd.DatetimeIndex(calendar().sessions).as_unit("s")


def sessions_between(first: date | str, last: date | str) -> pd.DatetimeIndex:
    """Sessions from `first` to `last`, both included; empty if none lies between."""
    days = all_sessions()
    return days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]


def snap(day: date | str) -> Snapped:
    """The session a day stands for: itself, or the next one if the exchange was closed.

    Raises:
        ValueError: the day lies outside the calendar (before 1999 or more than a year ahead).
    """
    asked = pd.Timestamp(day).normalize().as_unit("s")
    days = all_sessions()
    if not days[0] <= asked <= days[-1]:
        raise ValueError(f"{asked:%Y-%m-%d} lies outside the exchange calendar")
    session = days[days.searchsorted(asked)]
    return Snapped(asked, session, None if session == asked else closed_because(asked))


def missed(last: pd.Timestamp, now: pd.Timestamp) -> int:
    """How many sessions have ended since the session `last`, at the instant `now` (with a zone).

    A session has ended once the exchange has closed, which on some days it does early.
    """
    closes = calendar().closes
    ended = closes.index[closes <= now.tz_convert("UTC")]
    return int((ended > last).sum())


def closed_because(day: date | str) -> str:
    """Why the exchange was closed: `a Saturday`, `Martin Luther King Jr. Day`, `Hurricane Sandy`."""
    when = pd.Timestamp(day).normalize()
    if when.day_of_week >= 5:
        return f"a {when:%A}"
    decreed = _DECREED.get(f"{when:%Y-%m-%d}")
    return decreed or _holidays().get(when, "an exchange holiday")


@cache
def _holidays() -> dict[pd.Timestamp, str]:
    cal = calendar()
    named = cal.regular_holidays.holidays(cal.first_session, cal.last_session, return_name=True)
    return {pd.Timestamp(when): _USUAL_NAME.get(name, name) for when, name in named.items()}
