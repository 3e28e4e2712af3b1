"""A file that a person brings, as prices: what was understood, what looks wrong, what only the person can say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, Literal

import pandas as pd

from aftershock.sources.files.cells import Grid, Unreadable, quoted
from aftershock.sources.files.checks import gaps, looks_wrong
from aftershock.sources.files.decoding import decode
from aftershock.sources.files.grid import read_text
from aftershock.sources.files.layouts import find_layout
from aftershock.sources.files.questions import TICKER, Question
from aftershock.sources.files.refusals import explain, other_kind
from aftershock.sources.files.table import Series, Table, read_table
from aftershock.sources.files.tickers import clean_symbol, from_file_name, looks_like_symbol
from aftershock.sources.files.workbooks import OLE, ZIP, read_workbook

MOST_BYTES: Final = 20 * 2**20
UNKNOWN: Final = "?"  # the key of prices whose ticker has to be asked for

log = logging.getLogger(__name__)

Outcome = Literal["accept", "ask", "reject"]


@dataclass(frozen=True, eq=False)
class Upload:
    """What a file holds, as far as it could be understood.

    `outcome`: `accept`, all is known; `ask`, `questions` have to be answered first; `reject`, `error` says why.
    `series` has a frame for each ticker, indexed by session (rising midnights without a zone, unique), with `close`
    and those of open, high, low, adj_close, volume (shares) that the file has; `close_as_traded` is there where the
    file's closes were put on one split basis. If only the ticker is missing, the prices stand under `?`.
    `notes` say what was done to the file and what looks wrong in it, a sentence each.

    Sentences quote the file: they are plain text, whatever markup a file holds.
    """

    outcome: Outcome
    series: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    error: str | None = None


def read_upload(
    name: str, content: bytes, *, ticker: str | None = None, answers: Mapping[str, str] | None = None
) -> Upload:
    """Prices from a CSV, TSV, text or Excel file, in whatever format people have price histories.

    Args:
        name: the file's name, which may carry the ticker.
        content: its bytes.
        ticker: the company, where the person has named it.
        answers: what the person answered, by the `key` of the question.

    Nothing is raised, whatever the bytes: a file that cannot be read is rejected with a sentence.
    """
    try:
        return _read(name, content, ticker, answers or {}, datetime.now(UTC).date())
    except Unreadable as error:
        return Upload("reject", error=str(error))
    except Exception as error:
        log.warning(
            "An uploaded file of %d bytes broke its reader: %s", len(content), type(error).__name__, exc_info=True
        )
        return Upload("reject", error="The file could not be understood; it may be damaged.")


def _read(name: str, content: bytes, ticker: str | None, answers: Mapping[str, str], today: date) -> Upload:
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file has {len(content) / 2**20:.1f} MB; the limit is {MOST_BYTES // 2**20} MB.")
    kind = other_kind(content)
    if kind:
        raise Unreadable(f"The file holds no price table: it is {kind}.")
    if content.startswith((ZIP, OLE)):
        return _of_workbook(name, content, ticker, answers, today)
    text = decode(content)
    try:
        table = _of_grid(read_text(text.text), answers, today)
    except Unreadable as error:
        reason = str(error)
        if reason[:1].islower():
            reason = explain(text.text, reason)
        return Upload("reject", notes=text.notes, error=reason)
    return _named(table, text.notes, name, None, ticker, answers, today)


@dataclass(frozen=True)
class _Found:
    table: Table
    symbol: str | None  # from a line above the table
    names: tuple[str, ...]


def _of_grid(grid: Grid, answers: Mapping[str, str], today: date) -> _Found:
    layout = find_layout(grid, answers)
    return _Found(read_table(layout, answers, today), layout.symbol, layout.names)


def _of_workbook(name: str, content: bytes, ticker: str | None, answers: Mapping[str, str], today: date) -> Upload:
    """Each sheet is a table of its own; where several hold prices, the name of a sheet may be its ticker."""
    read: list[tuple[Grid, _Found]] = []
    failed: list[tuple[Grid, str]] = []
    grids = read_workbook(content)
    if not grids:
        raise Unreadable("The file holds no price table: the workbook is empty.")
    for grid in grids:
        try:
            read.append((grid, _of_grid(grid, answers, today)))
        except Unreadable as error:
            failed.append((grid, str(error)))
    if not read:
        why = failed[0][1]
        where = f"sheet {quoted(failed[0][0].name or '', 40)}"
        raise Unreadable(why if why[:1].isupper() else f"The file holds no price table ({where}): {why}.")
    notes = tuple(f"The sheet {quoted(g.name or '', 40)} was left out: {why.rstrip('.')}." for g, why in failed)
    uploads = [_named(found, (), name, grid.name, ticker, answers, today, len(read) > 1) for grid, found in read]
    if len(uploads) == 1:
        one = uploads[0]
        return Upload(one.outcome, one.series, (*notes, *one.notes), one.questions, one.error)
    return _joined(uploads, [g.name or "" for g, _ in read], notes)


def _joined(uploads: list[Upload], sheets: list[str], notes: tuple[str, ...]) -> Upload:
    series: dict[str, pd.DataFrame] = {}
    said = list(notes)
    questions: dict[str, Question] = {}
    for upload, sheet in zip(uploads, sheets, strict=True):
        if upload.outcome == "reject":
            said.append(f"The sheet {quoted(sheet, 40)} was left out: {upload.error}")
            continue
        said += [f"Sheet {quoted(sheet, 40)}: {note}" for note in upload.notes]
        questions |= {q.key: q for q in upload.questions}
        for symbol, frame in upload.series.items():
            if symbol in series:
                said.append(f"{symbol} stands on several sheets; the one on sheet {quoted(sheet, 40)} was left out.")
            else:
                series[symbol] = frame
    if not series and not questions:
        return uploads[0]
    if len(series) > 200:
        raise Unreadable(f"The file holds {len(series)} companies; at most 200 can be read at once.")
    return Upload("ask" if questions else "accept", series, tuple(dict.fromkeys(said)), tuple(questions.values()))


def _named(
    found: _Found,
    before: tuple[str, ...],
    name: str,
    sheet: str | None,
    ticker: str | None,
    answers: Mapping[str, str],
    today: date,
    several: bool = False,
) -> Upload:
    """The series of a table under their tickers, or with the question for them."""
    table = found.table
    notes = [*before, *table.notes]
    questions = list(table.questions)
    series: dict[str, pd.DataFrame] = {}
    alone = len(table.series) == 1
    for one in table.series:
        key = f"{TICKER}:{one.written}" if one.written is not None and not alone else TICKER
        if several and one.written is None:
            key = f"{TICKER}:{sheet}"
        symbol, question, said = _symbol(one, found, key, name, sheet, ticker, answers, several, alone)
        notes += said
        label = symbol or (UNKNOWN if key == TICKER else f"{UNKNOWN} {key.partition(':')[2]}")
        if question:
            questions.append(question)
        if label in series:
            notes.append(f"{label} stands in the file twice; the column {quoted(one.written or '', 40)} was left out.")
            continue
        series[label] = one.frame
        head = f"{label}: " if len(table.series) > 1 else ""
        told = any("without prices" in note for note in one.notes)
        wrong = looks_wrong(one.frame, today)
        notes += [head + note for note in (*one.notes, *wrong, *([] if told or wrong else gaps(one.frame)))]
    notes += [f"{quoted(w, 40)}: no prices in this file." for w in table.empty]
    if not series and not questions:
        return Upload("reject", notes=tuple(notes), error="The file holds no price table: no row holds a close.")
    outcome: Outcome = "ask" if questions else "accept"
    return Upload(outcome, series, tuple(dict.fromkeys(notes)), tuple(questions))


def _symbol(
    one: Series,
    found: _Found,
    key: str,
    name: str,
    sheet: str | None,
    ticker: str | None,
    answers: Mapping[str, str],
    several: bool,
    alone: bool,
) -> tuple[str | None, Question | None, list[str]]:
    """The ticker of a series: what the person says, what the file says, what its name says; else the question."""
    notes: list[str] = []
    said = answers.get(key) or (ticker if key == TICKER else None)
    in_file = one.written if one.written is not None and not (alone and not looks_like_symbol(one.written)) else None
    in_file = in_file or found.symbol
    own = clean_symbol(in_file) if in_file and (one.written is None or looks_like_symbol(in_file)) else None
    if said is not None and said.strip() and (own is None or len(found.table.series) == 1):
        symbol = clean_symbol(said)
        if symbol:
            if own and own != symbol:
                notes.append(f"The file names the company {quoted(in_file or '')}; {symbol} was given and is used.")
            return symbol, None, notes
        notes.append(f"{quoted(said)} is not a valid symbol.")
    if own:
        return own, None, notes
    maybe: str | None = None
    if several and sheet and looks_like_symbol(sheet):
        return clean_symbol(sheet), None, notes
    if key == TICKER:
        certain, maybe = from_file_name(name)
        if certain is None and sheet and clean_symbol(sheet) and looks_like_symbol(sheet):
            maybe = maybe or clean_symbol(sheet)
        if certain:
            return certain, None, notes
    what = (
        f" of {quoted(one.written, 60)}"
        if one.written
        else f" of the sheet {quoted(sheet or '', 40)}"
        if several
        else ""
    )
    first, last = one.frame.index[0], one.frame.index[-1]
    span = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    sentence = f"What is the ticker{what}? Neither the file nor its name says whose prices these are ({span})."
    return None, Question(key, sentence, (maybe,) if maybe else ()), notes
