"""Yahoo, through the real yfinance client: daily prices and share counts of one symbol at a time.

What can go wrong has one class each (`aftershock.errors`), is logged once, and is never kept as an answer. Importing
this module is cheap; the client itself is imported when the first question is asked.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from aftershock.errors import (
    BadAnswerError,
    RefusedError,
    SourceError,
    TimedOutError,
    UnknownSymbolError,
    UnreachableError,
)
from aftershock.formats import date_short
from aftershock.sessions import FIRST_DAY, sessions_between
from aftershock.sources.circuit import CIRCUIT, HOLDS, Circuit, Clock, Holds, utc_now
from aftershock.sources.yahoo_bars import YahooBars, bars_of, begun, empty_bars, finished
from aftershock.sources.yahoo_raw import as_delivered
from aftershock.sources.yahoo_shares import YahooShares, shares_of

if TYPE_CHECKING:
    from aftershock.sources.yahoo_session import SessionFactory

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

_SYMBOL = re.compile(r"\^?[A-Z0-9][A-Z0-9.=-]{0,14}")
# The client would look an ISIN up by a search, which costs requests and may find anything.
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_TRANSIENT = (UnreachableError, TimedOutError, BadAnswerError)


def checked_symbol(symbol: str) -> str:
    """A symbol as Yahoo writes it (capitals), if it can be one.

    Raises:
        UnknownSymbolError: it cannot be a symbol of Yahoo; nothing was asked.
    """
    plain = symbol.strip().upper()
    if _ISIN.fullmatch(plain):
        raise UnknownSymbolError(f"{plain} is an ISIN; Yahoo’s own symbol is needed, such as NVDA.")
    if not _SYMBOL.fullmatch(plain):
        shown = re.sub(r"[^A-Z0-9^.=-]", "?", plain)[:20] or "An empty text"
        raise UnknownSymbolError(f"{shown} cannot be a symbol of Yahoo.")
    return plain


class Yahoo:
    """Asks Yahoo for one symbol at a time; may be shared by threads.

    `session_factory` makes the network session, `clock` tells the time (with its zone), `cache_folder` is where the
    client keeps time zones and cookies (a private one of the user if None), `sleep` waits before the one retry. The
    `circuit` and the `holds` are those of the process unless given.
    """

    def __init__(
        self,
        session_factory: SessionFactory | None = None,
        *,
        clock: Clock = utc_now,
        cache_folder: Path | None = None,
        circuit: Circuit = CIRCUIT,
        holds: Holds = HOLDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._factory = session_factory
        self._clock = clock
        self._folder = cache_folder
        self._circuit = circuit
        self._holds = holds
        self._sleep = sleep
        self._client: Any = None

    def history(self, symbol: str, first: date | None = None, last: date | None = None) -> YahooBars:
        """Daily bars of the sessions from `first` to `last`, both included (all since 1999 if not given).

        Where no session lies between, or none has begun, nothing is asked: the bars are empty and a note says why.

        Raises:
            RefusedError: Yahoo refuses, now or since not long ago; says until when nobody asks.
            UnreachableError: no network, no such host, a connection cut.
            TimedOutError: no answer in time.
            BadAnswerError: an answer that is no price history.
            UnknownSymbolError: Yahoo says that it has no such symbol, or the text cannot be one.
        """
        symbol = checked_symbol(symbol)
        now = self._clock()
        sessions = begun(sessions_between(first or FIRST_DAY, last or now.date() + timedelta(days=1)), now)
        if not len(sessions):
            return empty_bars(symbol, now, _why_nothing(first, last))
        start, end = sessions[0], sessions[-1] + pd.Timedelta(days=1)

        def question(ticker: Any, session: Any) -> YahooBars:
            """Prices and actions as the client gives them, made into bars."""
            from aftershock.sources.yahoo_session import NoPricesError

            try:
                table = ticker.history(
                    start=f"{start:%Y-%m-%d}",
                    end=f"{end:%Y-%m-%d}",
                    interval="1d",
                    auto_adjust=False,
                    actions=True,
                    repair=False,
                    keepna=True,
                    timeout=session.cap,
                )
            except NoPricesError as error:
                if finished(sessions, now).any():
                    raise BadAnswerError(str(error)) from error
                return empty_bars(symbol, now, f"Yahoo has no price of {symbol} yet for {date_short(sessions[-1])}.")
            currency = session.chart.get("meta", {}).get("currency")
            bars = bars_of(symbol, as_delivered(session.chart, table), now, currency=currency)
            return _complete(bars, sessions, now)

        return self._asked(f"prices of {symbol}", symbol, question)

    def shares(
        self, symbol: str, since: date | None = None, *, price: float | None = None, market_value: float | None = None
    ) -> YahooShares:
        """Share counts since a day (18 months ago if not given), marked as not filed.

        With the price of a share and the company's market value (of about the newest count's day) the newest count is
        checked against them.

        Raises:
            SourceError: as for `history`; a `BadAnswerError` if the count does not fit the market value.
        """
        symbol = checked_symbol(symbol)
        now = pd.Timestamp(self._clock()).tz_convert("America/New_York")
        start = pd.Timestamp(since) if since else now.tz_localize(None) - pd.Timedelta(days=548)

        def question(ticker: Any, session: Any) -> YahooShares:
            """The counts as the client gives them, cleared of those that contradict."""
            end = (now.tz_localize(None) + pd.Timedelta(days=1)).normalize()
            counts = ticker.get_shares_full(start=f"{start:%Y-%m-%d}", end=f"{end:%Y-%m-%d}")
            return shares_of(symbol, counts)

        found = self._asked(f"share counts of {symbol}", symbol, question)
        try:
            return found.checked(price, market_value)
        except BadAnswerError as error:
            log.warning("%s", error)
            raise

    def _asked(self, what: str, symbol: str, question: Callable[[Any, Any], Answer]) -> Answer:
        """The answer, after at most one retry; a failure is logged once and stands for a short while."""
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

        self._circuit.check(what)
        self._holds.check(what)
        retrying = Retrying(
            stop=stop_after_attempt(2),
            wait=wait_exponential_jitter(initial=1.0, max=8.0, jitter=1.0),
            retry=retry_if_exception_type(_TRANSIENT),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._once, what, symbol, question)
            return answer
        except RefusedError:
            raise  # logged by the attempt that was refused, if it was one
        except SourceError as error:
            log.warning("%s", error)
            self._holds.failed(what, error)
            raise

    def _once(self, what: str, symbol: str, question: Callable[[Any, Any], Answer]) -> Answer:
        from aftershock.sources.yahoo_client import Client, one_at_a_time

        with one_at_a_time():
            if self._client is None:
                from aftershock.sources.yahoo_session import YahooSession

                self._client = Client(self._factory or YahooSession, self._folder)
            self._circuit.check(what)
            self._holds.check(what)
            try:
                with self._circuit.request(what):
                    answer: Answer = self._client.ask(symbol, question)
                    return answer
            except RefusedError as error:
                log.warning("%s", error)
                raise


def _why_nothing(first: date | None, last: date | None) -> str:
    if first and last and first > last:
        return "No day lies between the two given."
    ahead = "" if first is None else f" from {date_short(first)}"
    until = "" if last is None else f" to {date_short(last)}"
    return f"The exchange had no session{ahead}{until} that has begun, so Yahoo was not asked."


def _complete(bars: YahooBars, sessions: pd.DatetimeIndex, now: datetime) -> YahooBars:
    """The bars, if there is a price in them; what is late is noted."""
    if bars.daily.empty and bars.unfinished is None:
        raise BadAnswerError(f"Yahoo's answer for {bars.symbol} has no prices in it.")
    ended = sessions[finished(sessions, now).to_numpy()]
    if not len(ended) or (not bars.daily.empty and bars.daily.index[-1] >= ended[-1]):
        return bars
    newest = f"the newest is {date_short(bars.daily.index[-1])}" if len(bars.daily) else "there is none before"
    late = f"Yahoo has no price of {bars.symbol} yet for {date_short(ended[-1])}; {newest}."
    return replace(bars, notes=(*bars.notes, late))
