"""The catalogue of sessions on which something happened to AI shares, and the session that a picked day stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from aftershock.errors import NothingToAssessError, OutsideDataError
from aftershock.formats import day
from aftershock.prices import PriceHistory
from aftershock.sessions import snap
from aftershock.sources import snapshot

DEEPSEEK = pd.Timestamp("2025-01-27")
PRESETS = tuple(pd.Timestamp(d) for d in ("2025-01-27", "2024-09-03", "2024-08-05", "2025-04-03", "2025-04-16"))

# Titles that can carry a sentence as its subject; every other session is named by its date.
_SUBJECTS = {
    "2024-08-05": "The yen carry-trade unwind",
    "2025-01-27": "The DeepSeek sell-off",
    "2025-01-28": "The rebound after the DeepSeek sell-off",
}


@dataclass(frozen=True)
class Event:
    """A catalogued session: `title` for lists, `short` for labels on charts, `description` in one sentence."""

    session: pd.Timestamp
    title: str
    short: str
    kind: str
    description: str

    @property
    def subject(self) -> str | None:
        """The event as the subject of a sentence, where its title allows that."""
        return _SUBJECTS.get(f"{self.session:%Y-%m-%d}")


@cache
def catalogue() -> tuple[Event, ...]:
    """All events in order of time."""
    rows = snapshot.read_events().sort_values("date").itertuples(index=False)
    return tuple(Event(pd.Timestamp(r.date).as_unit("s"), r.title, r.short, r.kind, r.description) for r in rows)


def event_on(session: pd.Timestamp) -> Event | None:
    """The catalogued event of a session, or None."""
    return next((e for e in catalogue() if e.session == session), None)


@dataclass(frozen=True)
class EventDay:
    """The session an event is assessed on.

    `asked` is the day picked, `moved_because` says why `session` is another one (None if it is not); `position` is
    the session's row in the price history, `baseline` the session before it.
    """

    asked: pd.Timestamp
    session: pd.Timestamp
    baseline: pd.Timestamp
    position: int
    moved_because: str | None
    event: Event | None


def event_day(history: PriceHistory, symbols: Sequence[str], picked: date | str) -> EventDay:
    """The session a picked day stands for, within what the prices of some companies cover.

    Raises:
        OutsideDataError: the session lies outside the data; the message says which range there is.
    """
    first, last = event_range(history, symbols)
    try:
        snapped = snap(picked)
    except ValueError:
        snapped = None
    if snapped is None or not first <= snapped.session <= last:
        asked = pd.Timestamp(picked)
        raise OutsideDataError(
            f"There are prices of the companies chosen for events from {day(first)} to {day(last)}; {day(asked)} lies "
            "outside.",
            (first if asked < first else last).date(),
        )
    position = history.position(snapped.session)
    return EventDay(
        snapped.asked,
        snapped.session,
        history.sessions[position - 1],
        position,
        snapped.reason,
        event_on(snapped.session),
    )


def event_range(history: PriceHistory, symbols: Sequence[str]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last session that can be an event: some company has a close on it and on the session before."""
    close = history.frames["close"]
    known = close[[s for s in symbols if s in close.columns]].notna()
    usable = (known & known.shift(1, fill_value=False)).any(axis=1).to_numpy().nonzero()[0]
    if not len(usable):
        raise NothingToAssessError("None of the companies chosen has prices.")
    return history.sessions[usable[0]], history.sessions[usable[-1]]
