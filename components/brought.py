"""The files a visitor brings: taken in, asked about, looked at, used or forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import pandas as pd
import streamlit as st

from aftershock.errors import AftershockError
from aftershock.findings import brought as say
from aftershock.impact import Impact, assess
from aftershock.sources import join
from aftershock.sources.bars import Bars
from aftershock.sources.brought import bars_of_file
from aftershock.sources.files.questions import Question
from aftershock.sources.upload import Upload, read_upload
from components import own, stage, state, theme
from components.charts import paths
from components.charts.base import CONFIG
from components.notices import escaped

MOST_FILES = 10
SHOWN = 3  # rows of a file on either end
_FILES, _DROP = "_brought_files", "_brought_drop"


@dataclass(frozen=True, eq=False)
class File:
    """A file as it was brought, and what was understood of it with the answers given so far."""

    name: str
    content: bytes
    upload: Upload
    bars: tuple[Bars, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)


def files() -> dict[str, File]:
    """The files of this visitor, by a fingerprint of their content."""
    return st.session_state.setdefault(_FILES, {})  # type: ignore[no-any-return]


def fingerprint(content: bytes) -> str:
    """What a file is known by in the session; the same file twice is one."""
    return hashlib.sha256(content).hexdigest()[:16]


def drop_field() -> None:
    """The field that takes files; it is empty again as soon as they are read."""
    number = st.session_state.setdefault(_DROP, 0)
    left, right = st.columns([1.25, 1], gap="large")
    taken = left.file_uploader(
        "Price files",
        type=["csv", "tsv", "txt", "xlsx", "xls"],
        accept_multiple_files=True,
        key=f"drop-{number}",
        label_visibility="collapsed",
    )
    right.caption(escaped(say.KNOWN))
    if taken:
        for file in taken[:MOST_FILES]:
            _take(file.name, file.getvalue())
        st.session_state[_DROP] = number + 1
        st.rerun()


def each() -> None:
    """Every file in its state: ready, a question, or no prices."""
    for number, (key, file) in enumerate(list(files().items())):
        draw = {"accept": _ready, "ask": _ask, "reject": _refused}[file.upload.outcome]
        draw(key, file, number)


def in_use() -> None:
    """The companies that are on every page now."""
    if not own.symbols():
        return
    with st.container(key="block-used", horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(escaped(say.used(own.symbols())))
        for symbol in own.symbols():
            st.button(f"Take {escaped(symbol)} away", key=f"away-{symbol}", on_click=_away, args=(symbol,))


def _take(name: str, content: bytes, answers: dict[str, str] | None = None) -> None:
    given = answers or {}
    upload = read_upload(name, content, ticker=given.get("ticker"), answers=given)
    bars = bars_of_file(upload.series, pd.Timestamp.now("UTC")) if upload.outcome == "accept" else ()
    key = fingerprint(content)
    known = files()
    if key in known or len(known) < MOST_FILES:
        known[key] = File(name, content, upload, bars, given)


def _ready(key: str, file: File, number: int) -> None:
    left, right = st.columns([1.25, 1], gap="large")
    with left, st.container(key=f"block-ready-{number}"):
        st.badge("Ready", icon=":material/check:", color="gray")
        _picture(file, number)
        with st.container(horizontal=True, gap="small"):
            st.button("Use on every page", type="primary", key=f"use-{number}", on_click=_use, args=(file.bars,))
            st.button("Forget", key=f"forget-{number}", on_click=_forget, args=(key,))
    with right, st.container(key=f"block-notes-{number}"):
        st.header("What was understood")
        notes = [*file.upload.notes, *(note for bars in file.bars for note in bars.notes)]
        st.markdown("\n".join(f"- {escaped(note)}" for note in notes) or "Everything as it stands.")
    with st.container(key=f"block-rows-{number}"):
        st.header("First and last rows, as they were read")
        _rows(file, number)


def _picture(file: File, number: int) -> None:
    symbol = file.bars[0].symbol
    seen = own.kept(("file", id(file), repr(state.view())), lambda: _assessed(file.bars[0]))
    if seen is None:
        st.header(escaped(say.outside(symbol, stage.impact(state.view()).day.session)))
        st.caption(escaped(say.reach(file.name, file.bars[0].daily["close"])))
        return
    st.header(escaped(say.ready_title(seen, symbol)))
    st.caption(escaped(say.ready_caption(seen, symbol, file.name, file.bars[0].daily["close"])))
    figure = paths.rebased(seen, theme.palette(), symbol, (seen.first, seen.last), averaged=False)
    alt = say.ready_title(seen, symbol)
    st.plotly_chart(figure, theme=None, width="stretch", key=f"chart-file-{number}", config=CONFIG, alt=alt)


def _assessed(bars: Bars) -> Impact | None:
    """The event of the view for the company of a file beside NVIDIA, before it is used; None if it has no prices."""
    shared, view = stage.market(), state.view()
    symbols = list(dict.fromkeys([bars.symbol, "NVDA"]))
    try:
        known = join.join(shared.history, shared.counts, [bars])
        seen = assess(
            known.history, known.counts, view.event, symbols, before=view.before, after=view.after,
            benchmark=view.benchmark,
        )  # fmt: skip
    except AftershockError:
        return None
    return seen if bars.symbol in seen.table.index else None


def _rows(file: File, number: int) -> None:
    for place, (symbol, read) in enumerate(list(file.upload.series.items())[:SHOWN]):
        ends = read if len(read) <= 2 * SHOWN else pd.concat([read.head(SHOWN), read.tail(SHOWN)])
        table = ends.rename_axis("Day").reset_index().rename(columns=lambda c: str(c).replace("_", " ").capitalize())
        prices = {c: st.column_config.NumberColumn(format="%.2f") for c in table.columns.drop(["Day"])}
        columns = prices | {
            "Day": st.column_config.DateColumn(format="ddd D MMM YYYY"),
            "Volume": st.column_config.NumberColumn(format="localized"),
        }
        st.caption(escaped(say.reach(symbol, read["close"])))
        st.dataframe(table, hide_index=True, key=f"rows-{number}-{place}", column_config=columns)


def _ask(key: str, file: File, number: int) -> None:
    question = file.upload.questions[0]
    with st.container(key=f"block-ask-{number}"):
        st.badge("One question", icon=":material/help:", color="orange")
        st.header(escaped(question.sentence))
        st.caption(f"{escaped(file.name)}. Nothing is used until you answer.")
        for note in file.upload.notes:
            st.markdown(f"- {escaped(note)}")
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            for answer in question.answers:
                st.button(
                    escaped(answer), key=f"answer-{number}-{answer}", on_click=_answer, args=(key, question, answer)
                )
            if not question.answers or question.key == "ticker":
                field_key = f"answer-{number}"
                st.text_input(
                    "Ticker", key=field_key, width=140, max_chars=12, on_change=_typed, args=(key, question, field_key)
                )
            st.button("Forget", key=f"forget-{number}", on_click=_forget, args=(key,))


def _refused(key: str, file: File, number: int) -> None:
    with st.container(key=f"block-refused-{number}"):
        st.badge("Holds no prices", icon=":material/close:", color="red")
        st.header(escaped(file.name))
        st.markdown(escaped(file.upload.error or ""))
        st.button("Forget", key=f"forget-{number}", on_click=_forget, args=(key,))


def _answer(key: str, question: Question, answer: str) -> None:
    file = files()[key]
    _take(file.name, file.content, {**file.answers, question.key: answer})


def _typed(key: str, question: Question, field_key: str) -> None:
    written = st.session_state[field_key].strip()
    if written:
        _answer(key, question, written)


def _use(bars: tuple[Bars, ...]) -> None:
    """On every page, and in view at once: behind NVIDIA's companies the first of them would not be seen."""
    own.put(bars)
    view = state.view()
    chosen = tuple(dict.fromkeys([*(b.symbol for b in bars[:5]), *view.symbols]))
    state.put(replace(view, basket=type(view)().basket, tickers=chosen[:40], company=bars[0].symbol))


def _away(symbol: str) -> None:
    own.forget(symbol)
    view = state.view()
    if view.tickers is not None:
        left = tuple(s for s in view.tickers if own.known(s))
        state.put(replace(view, tickers=left or None, company="" if view.company == symbol else view.company))


def _forget(key: str) -> None:
    files().pop(key, None)
