"""Brings prices up to date: asks a source for what is missing, company by company, and keeps what it gives.

As few requests as possible: nothing is asked where no session has ended since the last close, and otherwise only the
missing sessions and `OVERLAP` before them, which prove the split basis. Where they do not agree with what is known, a
split has come in between (or either is wrong), and the company's whole history is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from aftershock.errors import OtherBasisError, RefusedError, SourceError, TimedOutError, UnreachableError
from aftershock.sessions import missed, sessions_between
from aftershock.sources.bars import Bars
from aftershock.sources.basis import basis_factor

OVERLAP = 10  # sessions: more than a basis needs, so that missing ones among them do no harm
UNREACHABLE = 2  # companies in a row after which the network counts as down

log = logging.getLogger("aftershock")


class Source(Protocol):
    """Where prices are asked for."""

    def history(self, symbol: str, first: pd.Timestamp | None = None) -> Bars:
        """The bars of a symbol from a session on, or all of them. Raises a SourceError."""


class Keeper(Protocol):
    """Where prices are kept."""

    def write(self, bars: Bars, *, replace: bool = False) -> None:
        """Adds bars to what is kept of a company, or puts them in its place.

        Raises OtherBasisError where they can only replace it, and any other StoreError where nothing can be kept.
        """


@dataclass(frozen=True)
class Report:
    """What an update came to, by symbol.

    `updated` have new sessions, `current` needed none, `failed` have a sentence each. `unasked` were left out because
    the update ended early, for the reason in `ended` (None if it did not).
    """

    updated: tuple[str, ...] = ()
    current: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    ended: str | None = None


def update(
    symbols: Sequence[str],
    closes: pd.DataFrame,
    source: Source,
    keeper: Keeper,
    now: pd.Timestamp,
    *,
    on_step: Callable[[str, int, int], None] = lambda symbol, done, all_: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Asks for the sessions that are missing of some symbols, one after the other.

    Args:
        symbols: what to bring up to date; one that `closes` does not have is asked for as a whole.
        closes: what is known, sessions × symbols, split-adjusted.
        source, keeper: where prices are asked for and kept.
        now: the present instant, with a zone.
        on_step: called before each symbol with it, how many are done, and how many there are.
        stopped: asked before each symbol; True ends the update.

    Returns:
        The report. A refusal ends the update at once, since every further request would prolong it; so does a network
        that cannot be reached twice in a row. Every failure is logged once, and none is raised.
    """
    updated, current, failed = list[str](), list[str](), dict[str, str]()
    away = 0
    for done, symbol in enumerate(symbols):
        if stopped():
            return Report(tuple(updated), tuple(current), failed, tuple(symbols[done:]), "it was stopped")
        on_step(symbol, done, len(symbols))
        try:
            if _one(symbol, closes, source, keeper, now):
                updated.append(symbol)
            else:
                current.append(symbol)
            away = 0
        except SourceError as error:
            log.warning("No new prices of %s: %s", symbol, error)
            failed[symbol] = str(error)
            away = away + 1 if isinstance(error, UnreachableError | TimedOutError) else 0
            if isinstance(error, RefusedError) or away == UNREACHABLE:
                return Report(tuple(updated), tuple(current), failed, tuple(symbols[done + 1 :]), str(error))
    return Report(tuple(updated), tuple(current), failed)


def _one(symbol: str, closes: pd.DataFrame, source: Source, keeper: Keeper, now: pd.Timestamp) -> bool:
    """Whether there was anything new."""
    own = closes[symbol].dropna() if symbol in closes else pd.Series(dtype=float)
    if own.empty:
        whole = source.history(symbol)
        keeper.write(whole, replace=True)
        return _has_closes(whole)
    last = own.index[-1]
    if missed(last, now) == 0:
        return False
    bars = source.history(symbol, _before(last, OVERLAP))
    if basis_factor(own, bars.daily["close"]) == 1.0 and _kept(bars, keeper):
        return bool((bars.daily["close"].dropna().index > last).any())
    whole = source.history(symbol)
    keeper.write(whole, replace=True)
    return _has_closes(whole)


def _kept(bars: Bars, keeper: Keeper) -> bool:
    """Whether bars could be added; not, where what is kept stands on another basis than what is shown."""
    try:
        keeper.write(bars)
    except OtherBasisError:
        return False
    return True


def _has_closes(bars: Bars) -> bool:
    return bool(bars.daily["close"].notna().any())


def _before(session: pd.Timestamp, sessions: int) -> pd.Timestamp:
    """The session so many before another, or the first there is."""
    until = sessions_between("1999-01-01", session)
    return pd.Timestamp(until[max(0, len(until) - 1 - sessions)])
