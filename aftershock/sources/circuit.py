"""When not to ask: a circuit that a refusal opens for everybody, and short holds after other failures."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aftershock.errors import RefusedError, SourceError, UnknownSymbolError
from aftershock.formats import day

Clock = Callable[[], datetime]


class Refusal(RefusedError):
    """A refusal as it comes from the network; `retry_after` is the header in which the source may ask for patience."""

    def __init__(self, sentence: str, retry_after: str | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def until_words(when: datetime) -> str:
    """`15:32 UTC on Mon 27 Jan 2025`."""
    when = when.astimezone(UTC)
    return f"{when:%H:%M} UTC on {day(when)}"


def seconds_asked(header: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (a number or a date); None if it says nothing usable."""
    try:
        seconds = float(header or "")
    except ValueError:
        try:
            when = parsedate_to_datetime(header or "")
        except ValueError:
            return None
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    return seconds if math.isfinite(seconds) and seconds > 0 else None


class Circuit:
    """Lets requests through until the source refuses one; then nobody asks for a while.

    The first refusal closes the way for `first` seconds, each further one in a row for twice as long, up to `longest`;
    longer if the source asks for it (at most a day). After that one request is let through: an answer opens the way for
    all, another refusal closes it again. One object serves all threads of a process.
    """

    def __init__(self, clock: Clock = utc_now, *, first: float = 60.0, longest: float = 3600.0) -> None:
        self._clock = clock
        self._first, self._longest = first, longest
        self._lock = threading.Lock()
        self._refused_at: datetime | None = None
        self._wait = timedelta(0)
        self._in_a_row = 0
        self._trying = False

    @property
    def until(self) -> datetime | None:
        """When the next request is let through; None while nothing stands in its way."""
        with self._lock:
            return self._until()

    def check(self, name: str) -> None:
        """Raise `RefusedError` if no request would be let through now; `name` is what would be asked for."""
        with self._lock:
            self._check(name)

    @contextmanager
    def request(self, name: str) -> Iterator[None]:
        """Around one request: refuses it while the circuit is open, and learns from how it ends.

        Raises:
            RefusedError: the source refused this request, or an earlier one not long ago.
        """
        with self._lock:
            self._check(name)
            trial, era = self._refused_at is not None, self._in_a_row
            self._trying = trial
        answered = False
        try:
            yield
            answered = True
        except UnknownSymbolError:
            answered = True  # this, too, is an answer
            raise
        except RefusedError as error:
            until = self._refuse(era, error.retry_after if isinstance(error, Refusal) else None)
            raise RefusedError(
                f"Yahoo refuses to answer for a while (too many requests; asked for {name}); "
                f"the next try is after {until_words(until)}."
            ) from error
        finally:
            with self._lock:
                if trial:
                    self._trying = False
                # A late answer to a question from before a refusal does not take the refusal back.
                if answered and era == self._in_a_row:
                    self._refused_at, self._in_a_row = None, 0

    def _check(self, name: str) -> None:
        until = self._until()
        if until is not None:
            raise RefusedError(
                f"Yahoo refused an earlier request; {name} is not asked for before {until_words(until)}."
            )
        if self._trying:
            raise RefusedError(f"Yahoo refused earlier and is just being tried again; {name} has to wait for that.")

    def _until(self) -> datetime | None:
        now = self._clock()
        # A clock that was set back to before the refusal does not keep the way closed.
        if self._refused_at is None or not self._refused_at <= now < self._refused_at + self._wait:
            return None
        return self._refused_at + self._wait

    def _refuse(self, era: int, header: str | None) -> datetime:
        with self._lock:
            now = self._clock()
            asked = seconds_asked(header, now)
            if era == self._in_a_row:  # several that were under way together count as one
                self._in_a_row += 1
                own = min(self._first * 2.0 ** min(self._in_a_row - 1, 30), self._longest)
                self._refused_at, self._wait = now, timedelta(seconds=own)
            if asked is not None and self._refused_at is not None:
                end = now + timedelta(seconds=min(asked, 86_400.0))
                self._wait = max(self._wait, end - self._refused_at)
            return (self._refused_at or now) + self._wait


class Holds:
    """Failures that stand for a short while, so that reruns of a page do not repeat the request at once."""

    def __init__(self, clock: Clock = utc_now, *, seconds: float = 60.0) -> None:
        self._clock = clock
        self._seconds = timedelta(seconds=seconds)
        self._lock = threading.Lock()
        self._failed: dict[str, tuple[datetime, SourceError]] = {}

    def check(self, name: str) -> None:
        """Raise the failure again, if `name` failed less than the hold ago."""
        with self._lock:
            when, error = self._failed.get(name, (None, None))
            if when is None or error is None:
                return
            if not when <= self._clock() < when + self._seconds:
                del self._failed[name]
                return
        raise type(error)(f"{error} The next try is after {until_words(when + self._seconds)}.")

    def failed(self, name: str, error: SourceError) -> None:
        """Note a failure."""
        with self._lock:
            now = self._clock()
            self._failed = {key: held for key, held in self._failed.items() if held[0] + self._seconds > now}
            self._failed[name] = (now, error)

    def forget(self) -> None:
        """Drop all holds, e.g. when a visitor asks to try again."""
        with self._lock:
            self._failed.clear()


CIRCUIT = Circuit()
HOLDS = Holds()
