"""The link: the whole view as a query string, and back. Pure functions, no Streamlit.

Version 1 of the link has the fields of `View` with the defaults written there. They never change, so a field that
equals its default may stay out of the address and a link made today opens the same view in a year; a new default
means a new version. Fields the reader does not know are named, except those that Streamlit and other sites add.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from aftershock.companies import BENCHMARKS, baskets, canonical

VERSION = "1"
MOST_BEFORE, MOST_AFTER = 250, 500
MOST_TICKERS, LONGEST = 40, 400
NO_COMPANY = "none"

SHOWS = ("rebased", "price", "log", "candles")
SPANS = ("session", "month", "window", "year", "5y", "all")
LOST_WINDOWS = ("open", "close", "3", "5", "20", "worst", "date")
COUNTS = ("net", "gross")
PEAKS = ("all", "year")

_FOREIGN = re.compile(r"^(embed|embed_options|utm_\w+|fbclid|gclid|ref|source)$")
# What may be repeated to the reader: too short and too plain to be markup, and nothing that turns into a link.
_TICKER = re.compile(r"^(?!.*WWW\.)[A-Z0-9.^=-]{1,12}$")
_PRINTABLE = re.compile(r"^(?!.*www\.)[\w.+-]{1,24}$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """Everything that decides what a page shows.

    `event` is the day picked (not yet moved to a session); `before` and `after` count sessions around it. `tickers` is
    None while a whole `basket` is shown, and empty if the reader took every company away. `company` is the one in
    focus ("" = the basket's own choice). The other fields are choices of single pages.
    """

    event: date = date(2025, 1, 27)
    before: int = 30
    after: int = 60
    basket: str = "ai-chips"
    tickers: tuple[str, ...] | None = None
    benchmark: str = "sp500"
    company: str = ""
    show: str = "rebased"
    span: str = "window"
    window: str = "close"
    count: str = "net"
    peaks: str = "all"

    @property
    def symbols(self) -> tuple[str, ...]:
        """The companies shown."""
        return baskets()[self.basket].symbols if self.tickers is None else self.tickers


@dataclass(frozen=True)
class Problem:
    """A part of a link that was not understood, and the sentence that tells the reader so."""

    field: str
    sentence: str


class _NotUnderstood(Exception):
    """Carries the sentence for one field; never leaves this module."""


@dataclass(frozen=True)
class _Limits:
    """What a link may ask for: the days that can be an event, and which company a symbol stands for (None: none)."""

    first: date
    last: date
    known: Callable[[str], str | None]


def parse(
    query: Mapping[str, Sequence[str]],
    first: date = date.min,
    last: date = date.max,
    known: Callable[[str], str | None] = canonical,
) -> tuple[View, tuple[Problem, ...]]:
    """The view a query asks for, and what of it was not understood.

    Args:
        query: each field with all its values; of a repeated scalar the last counts, repeated tickers are joined.
        first, last: the days the data allow as event; a day outside is moved to the nearer end and reported.
        known: the company that a symbol stands for, None if there is none.

    Returns:
        A valid view in any case: what is not understood keeps its default.
    """
    view, problems, limits = View(), [], _Limits(first, last, known)
    if query.get("v", [VERSION])[-1] != VERSION:
        problems.append(Problem("v", "The link was made by another version of this site; it is read as version 1."))
    for name in query:
        if name == "v" or _FOREIGN.match(name):
            continue
        reader = _READERS.get(name)
        if reader is None:
            problems.append(Problem(name, f"The link has a part this site does not know: {_quoted(name)}."))
            continue
        try:
            value, complaint = reader(list(query[name]), limits)
            view = replace(view, **{name: value})
        except _NotUnderstood as error:
            complaint = str(error)
        if complaint:
            problems.append(Problem(name, complaint))
    if view.tickers is not None:  # a choice of companies stands in place of a basket
        view = replace(view, basket=View().basket)
    return replace(view, event=min(max(view.event, first), last)), tuple(problems)


def format_query(view: View, *, explicit: bool = False) -> dict[str, str]:
    """The query of a view: what differs from the defaults, with the version; empty for the default view.

    `explicit` writes version and event in any case, for a link that is sent to somebody.
    """
    default = View()
    query = {f.name: _written(getattr(view, f.name)) for f in fields(View) if _differs(view, default, f.name)}
    if explicit:
        query = {"event": view.event.isoformat(), **query}
    return {"v": VERSION, **query} if query else {}


def same_view(query: Mapping[str, Sequence[str]], view: View, known: Callable[[str], str | None] = canonical) -> bool:
    """Whether an address already means this view, however it is written; `known` as for `parse`."""
    parsed, problems = parse(query, known=known)
    return parsed == view and not problems


def choose(view: View, tickers: Iterable[str]) -> View:
    """The view with these companies; a choice that is exactly a basket is that basket."""
    wanted = tuple(dict.fromkeys(tickers))
    for basket in baskets().values():
        if set(wanted) == set(basket.symbols):
            return replace(view, basket=basket.key, tickers=None)
    return replace(view, basket=View().basket, tickers=wanted)


def _differs(view: View, default: View, name: str) -> bool:
    if name == "basket" and view.tickers is not None:
        return False
    return bool(getattr(view, name) != getattr(default, name))


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or NO_COMPANY
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(text: str) -> str:
    """User text for a sentence: only what cannot be markup is repeated."""
    return f"\u201c{text}\u201d" if _PRINTABLE.match(text) else "something that is not plain text"


_Read = tuple[Any, str]


def _event(values: list[str], limits: _Limits) -> _Read:
    try:
        day = date.fromisoformat(values[-1])
    except ValueError:
        given = _quoted(values[-1])
        raise _NotUnderstood(
            f"The event date was not understood: {given}. Dates are written like 2025-01-27."
        ) from None
    first, last = limits.first, limits.last
    if first <= day <= last:
        return day, ""
    nearest = first if day < first else last
    return nearest, (
        f"{day.isoformat()} lies outside the prices, which allow events from {first.isoformat()} to "
        f"{last.isoformat()}; the nearest is shown."
    )


def _between(low: int, high: int, what: str) -> Callable[[list[str], _Limits], _Read]:
    def read(values: list[str], _limits: _Limits) -> _Read:
        text = values[-1]
        if not (text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high):
            raise _NotUnderstood(
                f"The sessions {what} the event are a number from {low} to {high}, not {_quoted(text)}."
            )
        return int(text), ""

    return read


def _one_of(allowed: Callable[[], Iterable[str]], what: str) -> Callable[[list[str], _Limits], _Read]:
    def read(values: list[str], _limits: _Limits) -> _Read:
        if values[-1] not in (options := tuple(allowed())):
            raise _NotUnderstood(
                f"The {what} was not understood: {_quoted(values[-1])}. There is {', '.join(options)}."
            )
        return values[-1], ""

    return read


def _tickers(values: list[str], limits: _Limits) -> _Read:
    text = ",".join(values)
    if text.strip() in ("", NO_COMPANY):
        return (), ""
    asked = [t.strip().upper() for t in text[:LONGEST].split(",") if t.strip()]
    if len(text) > LONGEST or len(asked) > MOST_TICKERS:
        raise _NotUnderstood(f"The list of tickers is longer than {MOST_TICKERS}; the basket is shown instead.")
    known = tuple(dict.fromkeys(s for s in map(limits.known, asked) if s))
    strange = [t for t in dict.fromkeys(asked) if limits.known(t) is None]
    if not strange:
        return known, ""
    named = [t for t in strange if _TICKER.match(t)]
    if odd := len(strange) - len(named):
        named.append("one that is not plain text" if odd == 1 else f"{odd} that are not plain text")
    some = "A ticker is" if len(strange) == 1 else f"{len(strange)} tickers are"
    sentence = f"{some} not among the companies here: {', '.join(named)}."
    if not known:
        raise _NotUnderstood(f"{sentence} The basket is shown instead.")
    return known, f"{sentence} The others are shown."


def _company(values: list[str], limits: _Limits) -> _Read:
    symbol = limits.known(values[-1])
    if symbol is None:
        named = values[-1].upper() if _TICKER.match(values[-1].upper()) else "it is not plain text"
        raise _NotUnderstood(f"The company in focus is not among those here: {named}.")
    return symbol, ""


_READERS: dict[str, Callable[[list[str], _Limits], _Read]] = {
    "event": _event,
    "before": _between(1, MOST_BEFORE, "before"),
    "after": _between(1, MOST_AFTER, "after"),
    "basket": _one_of(baskets, "basket"),
    "tickers": _tickers,
    "benchmark": _one_of(lambda: BENCHMARKS, "benchmark"),
    "company": _company,
    "show": _one_of(lambda: SHOWS, "kind of chart"),
    "span": _one_of(lambda: SPANS, "span"),
    "window": _one_of(lambda: LOST_WINDOWS, "window"),
    "count": _one_of(lambda: COUNTS, "way of counting"),
    "peaks": _one_of(lambda: PEAKS, "start of the peaks"),
}
