"""The view of this visitor: one value in the session, in step with the address.

The view is the only truth. Widgets are set from it before they are drawn and change it in their callbacks, so a
choice survives a change of page, and the address follows the view. An address that differs from the one last
written (a followed link, Back, Forward, an edited one) replaces the view.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from aftershock.impact import Impact
from components import own
from components.link import Problem, View, format_query, parse, same_view
from components.stage import bounds

_VIEW, _ADDRESS, _PROBLEMS, _MENDED = "_view", "_address", "_problems", "_mended"


def view() -> View:
    """The view as it is now."""
    return st.session_state.get(_VIEW, View())  # type: ignore[no-any-return]


def problems() -> tuple[Problem, ...]:
    """What was not understood of the link that led here, until the reader changes something."""
    return st.session_state.get(_PROBLEMS, ())  # type: ignore[no-any-return]


def change(**fields: Any) -> None:
    """Change fields of the view; the address follows on the next run."""
    put(replace(view(), **fields))


def put(new: View) -> None:
    """Replace the view."""
    st.session_state[_VIEW] = new
    st.session_state[_PROBLEMS] = ()


def focus(impact: Impact) -> str:
    """The company in focus: the one chosen where it is among those shown, else the basket's own choice."""
    chosen = view().company
    return chosen if chosen in impact.table.index else impact.focus


def synchronise() -> None:
    """Bring view and address in step; call once at the start of every run.

    A link with a fault is written back mended, but only once: were it mended again on every visit, Back could never
    get past it.
    """
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if query != st.session_state.get(_ADDRESS):
        parsed, faults = parse(query, *bounds(), own.known)
        st.session_state[_VIEW], st.session_state[_PROBLEMS] = parsed, faults
        st.session_state[_ADDRESS] = query
        mended: list[dict[str, list[str]]] = st.session_state.setdefault(_MENDED, [])
        if faults and query not in mended:
            mended.append(query)
            _write()
    elif not same_view(query, view(), own.known) and not (problems() and query in st.session_state[_MENDED]):
        _write()


def _write() -> None:
    st.query_params.from_dict(format_query(view()))
    st.session_state[_ADDRESS] = {n: st.query_params.get_all(n) for n in st.query_params}


def bound(field: str, key: str) -> dict[str, Any]:
    """Arguments that tie a widget to a field of the view, which changes with it.

    None from a widget (nothing picked) leaves the view as it is. The widget's value is set from the view before it is
    drawn, by whoever draws it.
    """

    def changed() -> None:
        value = st.session_state[key]
        if value is not None:
            change(**{field: value})

    return {"key": key, "on_change": changed}
