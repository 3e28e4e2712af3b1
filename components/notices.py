"""What the reader must know before the figures: one calm notice a cause, under the sentence at the top."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from aftershock import formats as f
from aftershock.companies import directory
from aftershock.impact import Impact
from components.link import Problem, View

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|~])")


def escaped(text: str) -> str:
    """Text for Streamlit's Markdown that is shown as it stands."""
    return _MARKUP.sub(r"\\\1", text)


def link_problems(problems: Sequence[Problem]) -> None:
    """Parts of the link that were not understood, a sentence each."""
    if problems:
        st.warning(" ".join(escaped(p.sentence) for p in problems), icon=":material/link_off:")


def about_the_day(impact: Impact, view: View) -> None:
    """The picked day was moved, companies are left out, counts are missing, or the window is cut short."""
    if impact.day.moved_because:
        asked, session = f.day(impact.day.asked), f.day(impact.day.session)
        st.info(
            f"The exchange was closed on {asked} ({impact.day.moved_because}). Shown is the next session, {session}.",
            icon=":material/event_busy:",
        )
    if impact.left_out:
        st.info(_left_out(impact), icon=":material/person_off:")
    if impact.value.left_out:
        uncounted = [directory()[s].name for s in impact.value.left_out]
        st.info(
            f"Left out of the market values: {f.listing(uncounted, 6)}. {_why_uncounted(impact)}",
            icon=":material/person_off:",
        )
    position, missing = impact.day.position, []
    if (have := position - impact.first) < view.before:
        missing.append(f"{f.plural(have, 'session')} before")
    if (have := impact.last - position) < view.after:
        missing.append(f"{f.plural(have, 'session')} after")
    if missing:
        st.info(
            f"The prices hold only {' and '.join(missing)} the event; the charts end there.",
            icon=":material/straighten:",
        )


def _left_out(impact: Impact) -> str:
    out = impact.left_out
    if len(out) <= 3:
        return f"{' '.join(out.values())} {_shown(impact)}"
    names = f.listing([directory()[s].name for s in out], 6)
    many = f"{f.count_words(len(out), start=True)} companies have no prices for {f.day(impact.day.session)}"
    return f"{many}: {names}. {_shown(impact)}"


def _shown(impact: Impact) -> str:
    n = len(impact.table)
    return "The other one is shown." if n == 1 else f"The other {n} are shown."


def _why_uncounted(impact: Impact) -> str:
    reasons = set(impact.value.left_out.values())
    only = reasons.pop() if len(reasons) == 1 else "a price or a share count is missing"
    return f"{only[0].upper()}{only[1:]}."
