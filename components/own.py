"""Prices that a visitor brought: kept in this session alone, and no other visitor's page is made from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import streamlit as st

from aftershock.companies import canonical
from aftershock.sources.bars import Bars

MOST_KEPT = 64  # results a session holds: pages and figures, as many as the shared ones of a view
_BARS, _MADE = "_own_bars", "_own_made"

T = TypeVar("T")


def bars() -> tuple[Bars, ...]:
    """The bars of this visitor, in the order in which they were brought."""
    return tuple(st.session_state.get(_BARS, {}).values())


def symbols() -> tuple[str, ...]:
    """The symbols of this visitor's bars."""
    return tuple(st.session_state.get(_BARS, {}))


def put(new: Iterable[Bars]) -> None:
    """Use bars on every page from now on; those of a symbol that is there already take their place."""
    st.session_state[_BARS] = st.session_state.get(_BARS, {}) | {b.symbol: b for b in new}
    st.session_state.pop(_MADE, None)


def forget(symbol: str) -> None:
    """Use the bars of a symbol no more."""
    st.session_state[_BARS] = {s: b for s, b in st.session_state.get(_BARS, {}).items() if s != symbol}
    st.session_state.pop(_MADE, None)


def known(symbol: str) -> str | None:
    """The company a typed symbol stands for, the visitor's own among them; None if unknown."""
    own = symbol.strip().upper()
    return own if own in symbols() else canonical(symbol)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """A result made with the visitor's bars, kept in the session until these change; the oldest go first."""
    made: dict[Hashable, Any] = st.session_state.setdefault(_MADE, {})
    if key not in made:
        result = make()
        while len(made) >= MOST_KEPT:
            made.pop(next(iter(made)))
        made[key] = result
    return made[key]  # type: ignore[no-any-return]
