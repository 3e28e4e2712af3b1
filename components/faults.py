"""What a reader sees when something goes wrong: a sentence in the page's place, never a trace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from aftershock import formats as f
from aftershock.companies import baskets
from aftershock.errors import AftershockError, NothingToAssessError, OutsideDataError
from components import controls, notices, state

_log = logging.getLogger("aftershock")


@contextmanager
def calm() -> Iterator[None]:
    """Show what is raised inside as a notice; what was not foreseen is logged with its trace and named as a fault."""
    try:
        yield
    except NothingToAssessError as error:
        _offer_baskets(str(error))
    except OutsideDataError as error:
        _offer_nearest(error)
    except AftershockError as error:
        notices.link_problems(state.problems())
        st.warning(notices.escaped(str(error)), icon=":material/info:")
    except Exception:  # noqa: BLE001 - the last line of defence: whatever it is, the reader gets a sentence
        _log.exception("A page failed")
        st.error(
            "This page could not be drawn: a fault of ours, which is in the server's log. The other pages and the "
            "controls above still work; choosing another session or other companies may help.",
            icon=":material/error:",
        )


def _offer_baskets(sentence: str) -> None:
    _missing("No company to show", sentence)
    with st.container(horizontal=True):
        for number, basket in enumerate(baskets().values()):
            st.button(
                f"{basket.title} ({len(basket.symbols)})",
                key=f"start-{basket.key}",
                type="primary" if number == 0 else "secondary",
                on_click=controls.start_from,
                args=(basket.key,),
            )


def _offer_nearest(error: OutsideDataError) -> None:
    _missing("No prices for that day", str(error))
    label = f"Move the event to {f.day(error.nearest)}"
    st.button(label, key="move-event", type="primary", on_click=state.change, kwargs={"event": error.nearest})


def _missing(title: str, sentence: str) -> None:
    """What is missing and why, in the place of a page's headline."""
    st.title(title)
    with st.container(key="deck"):
        st.markdown(notices.escaped(sentence))
    notices.link_problems(state.problems())
