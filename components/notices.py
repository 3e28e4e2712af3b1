"""What the reader must know before the figures: one calm notice a cause, under the sentence at the top."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from aftershock.findings import notices as say
from aftershock.impact import Impact
from components.link import Problem, View

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|~:])")


def escaped(text: str) -> str:
    """Text for Streamlit's Markdown that is shown as it stands."""
    return _MARKUP.sub(r"\\\1", text)


def link_problems(problems: Sequence[Problem]) -> None:
    """Parts of the link that were not understood, a sentence each."""
    if problems:
        st.warning(" ".join(escaped(p.sentence) for p in problems), icon=":material/link_off:")


def about_the_day(impact: Impact, view: View, *, values: bool) -> None:
    """The picked day was moved, companies are left out, counts are missing, or the window is cut short."""
    for sentence, icon in (
        (say.moved_day(impact), "event_busy"),
        (say.left_out(impact), "person_off"),
        (say.uncounted(impact) if values else "", "person_off"),
        (say.cut_window(impact, view.before, view.after), "straighten"),
    ):
        if sentence:
            st.info(escaped(sentence), icon=f":material/{icon}:")
