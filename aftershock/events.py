"""The catalogue of sessions on which something happened to AI shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

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
