"""Estimation and event window: which sessions of a history a study uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from aftershock.errors import EstimationOverlapError, OutsideDataError
from aftershock.formats import day

ESTIMATION, GAP, MINIMUM = 250, 10, 120


@dataclass(frozen=True)
class Windows:
    """Rows of a history around the event in row `event`; both windows are cut short where the history ends.

    `length` is the number of sessions that the event window should have.
    """

    event: int
    estimation: range
    window: range
    length: int

    @classmethod
    def around(cls, event: int, sessions: int, estimation: int, gap: int, window: tuple[int, int]) -> Windows:
        """The windows around a row of a history of so many sessions.

        Args:
            event: row of the event session.
            sessions: length of the history.
            estimation, gap: sessions of the estimation window, which ends `gap` + 1 sessions before the event.
            window: first and last session of the event window, the event being 0.

        Raises:
            EstimationOverlapError, ValueError: see `check`.
        """
        check(estimation, gap, window)
        first, last = window
        return cls(
            event,
            range(max(0, event - gap - estimation), max(0, event - gap)),
            range(max(0, event + first), min(sessions, event + last + 1)),
            last - first + 1,
        )

    @property
    def filled(self) -> bool:
        """Whether the history holds the whole event window."""
        return len(self.window) == self.length


def check(estimation: int, gap: int, window: tuple[int, int]) -> None:
    """Refuses windows that make no study.

    Raises:
        EstimationOverlapError: the event window would reach into the estimation window.
        ValueError: the event window ends before it begins, or there is no estimation session.
    """
    first, last = window
    if last < first:
        raise ValueError(f"The event window ends ({last}) before it begins ({first}).")
    if estimation < 1:
        raise ValueError(f"An estimation window of {estimation} sessions has none.")
    if first < -gap:
        raise EstimationOverlapError(
            f"The event window begins {-first} sessions before the event and the estimation window ends {gap + 1} "
            f"before it, so they overlap, and the event would explain itself. Set the gap to at least {-first}."
        )


def least_returns(minimum: int, estimation: int) -> int:
    """The returns a company needs: `minimum`, or all of a shorter window; three at least, for a line and a residual."""
    return max(3, min(minimum, estimation))


def row_of(sessions: pd.Index, event: pd.Timestamp | date | str) -> int:
    """Row of the event session; a day without one stands for the next.

    Raises:
        OutsideDataError: the day lies before the first or after the last session.
        ValueError: there is no session at all.
    """
    if not len(sessions):
        raise ValueError("There is not one session of returns.")
    if not isinstance(sessions, pd.DatetimeIndex):
        return int(sessions.get_loc(event))
    wanted = pd.Timestamp(event).normalize()
    row = int(sessions.searchsorted(wanted))
    if wanted < sessions[0]:
        raise OutsideDataError(f"{day(wanted)} lies before the first session of the returns.", sessions[0].date())
    if row == len(sessions):
        raise OutsideDataError(f"{day(wanted)} lies after the last session of the returns.", sessions[-1].date())
    return row


def aligned(market: pd.Series, returns: pd.DataFrame) -> pd.Series:
    """The market's returns on the sessions of `returns`; missing where it has none."""
    return market if market.index.equals(returns.index) else market.reindex(returns.index)
