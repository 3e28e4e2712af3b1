"""A table whose layout is known, to one frame of prices for each company in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from aftershock.sources.files.cells import Cell, Unreadable, at, quoted, text_of
from aftershock.sources.files.checks import listed
from aftershock.sources.files.dates import Dates, looks_like_date, read_dates
from aftershock.sources.files.layouts import MOST_COMPANIES, Column, Layout
from aftershock.sources.files.numbers import COMMA, POINT, Evidence, Values, evidence, jump, read_numbers
from aftershock.sources.files.questions import CLOSE, DATE_ORDER, DECIMAL, Question
from aftershock.sources.files.splits import split_consistent
from aftershock.sources.files.tickers import clean_symbol
from aftershock.sources.files.words import PRICES, SUMMARY, field_of, plain, speaks_other_than_english

_EVENT = re.compile(r"\b(dividend|stock split|splits?|capital gain|distribution)s?\b", re.IGNORECASE)
_TOO_MANY = 0.5  # share of cells that cannot be read beyond which a column is not what it seems


@dataclass(frozen=True)
class Series:
    """The prices of one company; `written` is how the file names it (None: it does not)."""

    written: str | None
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """What a table holds. With questions on dates or decimals there are no series yet."""

    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    empty: tuple[str, ...] = field(default=())


def read_table(layout: Layout, answers: Mapping[str, str], today: date) -> Table:
    """The series of a table.

    Raises:
        Unreadable: its dates or prices cannot be read, or it has too many companies.
    """
    rows, lines = layout.rows[layout.first :], layout.lines[layout.first :]
    rows, lines, ragged = _of_header_width(layout, rows, lines)
    if layout.choices:
        sentence = (
            "Which column holds the close? The headers found are "
            f"{', '.join(quoted(h, 40) for h in layout.headers if h)}."
            if any(layout.headers)
            else "Which column holds the close? The file has no headers."
        )
        return Table(questions=(Question(CLOSE, sentence, layout.choices),))
    values, decimal_question, notes = _all_numbers(layout, rows, answers)
    notes = [*ragged, *notes]
    series: list[Series] = []
    questions = [decimal_question] if decimal_question else []
    more: list[str] = []
    for place in dict.fromkeys(c.dates for c in layout.columns):
        dates = _dates(layout, rows, lines, place, answers, today)
        more += dates.notes
        if dates.question:
            sentence = (
                f"Do the dates put the day or the month first? {quoted(dates.example)} can be read both ways, "
                "and neither the exchange calendar nor the order of the rows decides."
            )
            questions.append(Question(DATE_ORDER, sentence, dates.question))
            continue
        columns = [c for c in layout.columns if c.dates == place]
        more += _not_dated(rows, lines, place, dates, layout)
        if not decimal_question:
            made = _series(layout, rows, lines, columns, values, dates)
            series += made[0]
            more += made[1]
    if questions:
        unique = {q.key: q for q in questions}
        return Table(notes=(*layout.notes, *notes, *dict.fromkeys(more)), questions=tuple(unique.values()))
    empty = tuple(s.written or "?" for s in series if s.frame.empty)
    full = tuple(s for s in series if not s.frame.empty)
    return Table(full, (*layout.notes, *notes, *dict.fromkeys(more)), (), empty)


def _of_header_width(
    layout: Layout, rows: list[list[Cell]], lines: list[int]
) -> tuple[list[list[Cell]], list[int], list[str]]:
    """The rows without those that have more cells than the header: a comma within a number has cut it in two."""
    width = layout.width
    if not width:
        return rows, lines, []
    wide = [i for i, row in enumerate(rows) if len(row) > width and any(text_of(c) for c in row[width:])]
    if not wide:
        return rows, lines, []
    first = wide[0]
    shown = quoted(layout.separator.join(text_of(c) for c in rows[first]), 60)
    if len(wide) > 0.2 * len(rows):
        raise Unreadable(
            f"Line {lines[first]} has {len(rows[first])} cells under {width} headers: {shown}. The character between "
            "the cells also stands within them, as a decimal comma or thousands separator; such numbers need quotes."
        )
    left = set(wide)
    kept = [i for i in range(len(rows)) if i not in left]
    many = len(wide) > 1
    note = f"{len(wide)} row{'s' * many} with more cells than headers left out: line {lines[first]} {shown}."
    return [rows[i] for i in kept], [lines[i] for i in kept], [note]


def _dates(
    layout: Layout, rows: list[list[Cell]], lines: list[int], place: int, answers: Mapping[str, str], today: date
) -> Dates:
    cells = at(rows, place)
    foreign = speaks_other_than_english([h for h in layout.headers if h])
    answer = _order(answers.get(DATE_ORDER))
    dates = read_dates(cells, today=today, answer=answer, foreign=foreign, month_first=layout.month_first)
    if dates.contradiction:
        one, two = dates.contradiction
        raise Unreadable(
            f"The dates of the file contradict each other: {quoted(one)} can only have the day first, "
            f"{quoted(two)} only the month. No one rule reads the whole column."
        )
    if dates.question:
        return dates
    bad = [i for i, c in enumerate(cells) if np.isnat(dates.days[i]) and looks_like_date(c)]
    if bad and len(bad) > _TOO_MANY * len(cells):
        raise Unreadable(f"Line {lines[bad[0]]}: {quoted(text_of(cells[bad[0]]))} is no date of this column's kind.")
    return dates


def _order(answer: str | None) -> str | None:
    if not answer:
        return None
    word = answer.strip().casefold()
    return next((f"{n} first" for n in ("day", "month", "year") if word.startswith((n, n[0] + "m", n[0] + "d"))), None)


def _not_dated(rows: list[list[Cell]], lines: list[int], place: int, dates: Dates, layout: Layout) -> list[str]:
    """The rows without a date, named: totals, footers, dates that do not exist."""
    left: list[tuple[int, str]] = []
    for i in np.flatnonzero(np.isnat(dates.days)):
        row = rows[i]
        own = text_of(row[place]) if place < len(row) else ""
        if len({c.dates for c in layout.columns}) > 1 and not own:
            continue  # blocks side by side end at different rows
        text = own or next((text_of(c) for c in row if text_of(c)), "")
        left.append((lines[i], text))
    if not left:
        return []
    shown = ", ".join(f"line {n} {quoted(t, 40)}" for n, t in left[:4]) + (" and more" if len(left) > 4 else "")
    totals = any(plain(t).split(" ")[0] in SUMMARY for _, t in left if plain(t))
    what = "without a date" + (" (totals)" if totals else "")
    return [f"{len(left)} row{'s' * (len(left) > 1)} {what} left out: {shown}."]


def _all_numbers(
    layout: Layout, rows: list[list[Cell]], answers: Mapping[str, str]
) -> tuple[dict[int, Values], Question | None, list[str]]:
    """All columns of values as numbers. The decimal mark of a column without evidence is that of the others."""
    cells = {c.index: at(rows, c.index) for c in layout.columns}
    seen = {j: evidence(column) for j, column in cells.items()}
    answer = _mark(answers.get(DECIMAL))
    for c in layout.columns:
        e = seen[c.index]
        if e.point and e.comma and answer is None:
            raise Unreadable(
                f"The numbers in column {quoted(c.header or str(c.index + 1), 40)} contradict each other: "
                f"{quoted(e.point)} has a decimal point, {quoted(e.comma)} a decimal comma. No one rule reads them all."
            )
    whole = Evidence()
    for e in seen.values():
        whole = whole.joined(e)
    marks: dict[int, str] = {}
    notes: list[str] = []
    for c in layout.columns:
        e = seen[c.index]
        own = POINT if e.point else COMMA if e.comma else None
        others = POINT if whole.point and not whole.comma else COMMA if whole.comma and not whole.point else None
        mark = answer or own or others
        if mark is None and e.either is None:
            mark = POINT
        if mark is None and c.field == "volume":
            mark = COMMA if POINT in str(e.either) else POINT  # shares are counted in whole numbers
        if mark is None:
            by_point, by_comma = (read_numbers(cells[c.index], m).numbers for m in (POINT, COMMA))
            steps = {POINT: jump(by_point), COMMA: jump(by_comma)}
            calm, wild = sorted(steps, key=lambda m: steps[m])
            if steps[calm] < 3 and steps[wild] > 50:
                mark = calm
                word = "point" if mark == POINT else "comma"
                notes.append(
                    f"The {word} was read as the decimal mark in {quoted(c.header, 40)}: "
                    f"otherwise the prices would jump by the factor {steps[wild]:.0f}."
                )
        if mark is None:
            example = str(e.either)
            big = read_numbers([example], COMMA if POINT in example else POINT).numbers[0]
            small = read_numbers([example], POINT if POINT in example else COMMA).numbers[0]
            sentence = (
                f"Is {quoted(example)} {big:,.10g} (thousands separator) or {small:.10g} (decimal mark)? "
                "Which is the decimal mark, the point or the comma?"
            )
            return {}, Question(DECIMAL, sentence, ("point", "comma")), notes
        marks[c.index] = mark
    if COMMA in marks.values() and whole.comma:
        notes.append(f"The comma was read as the decimal mark, as in {quoted(whole.comma)}.")
    read = {j: read_numbers(column, marks[j]) for j, column in cells.items()}
    return read, None, notes


def _mark(answer: str | None) -> str | None:
    word = (answer or "").strip().casefold()
    if word.startswith(("comma", ",")):
        return COMMA
    return POINT if word.startswith(("point", ".", "dot", "period")) else None


def _series(
    layout: Layout,
    rows: list[list[Cell]],
    lines: list[int],
    columns: list[Column],
    values: dict[int, Values],
    dates: Dates,
) -> tuple[list[Series], list[str]]:
    dated = ~np.isnat(dates.days)
    notes: list[str] = []
    kept: list[Column] = []
    percent: list[Column] = []
    events = np.zeros(len(rows), bool)
    for c in columns:
        got = values[c.index]
        filled = int(np.isfinite(got.numbers[dated]).sum())
        if c.field in (*PRICES, "value") and filled and got.percents > 0.5 * filled:
            percent.append(c)
            continue
        kept.append(c)
        bad = [i for i in got.unreadable if dated[i]]
        event = [i for i in bad if _EVENT.search(text_of(rows[i][c.index]))]
        events[event] = True
        broken = [i for i in bad if i not in set(event)] if event else bad
        if broken and c.field not in ("dividend", "split"):
            notes.append(_broken(c, broken, filled, rows, lines))
    notes += [
        f"The column {quoted(c.header or str(c.index + 1), 40)} holds percent values "
        f"({quoted(text_of(rows[_first_filled(values[c.index])][c.index]))}), not prices; it was left out."
        for c in percent
    ]
    if percent and not any(c.field in ("close", "adj_close", "value") for c in kept):
        raise Unreadable(" ".join(notes[-len(percent) :])[:600])
    if events.any():
        count = int(events.sum())
        which = listed(pd.DatetimeIndex(np.unique(dates.days[events])))
        notes.append(f"{count} row{'s' * (count > 1)} with a dividend or split instead of prices left out: {which}.")
    use = dated & ~events
    table = pd.DataFrame({"day": dates.days[use], "time": dates.times[use]})
    table["day"] = table["day"].astype("datetime64[s]")
    many = layout.symbol_column is not None or any(c.symbol is not None for c in kept)
    made: list[Series] = []
    for written, part, own in _parts(layout, rows, table, kept, values, use, notes):
        one, said = _one(written, part, own)
        made.append(replace(one, notes=tuple(said)))
    if not many and made and made[0].frame.empty:
        raise Unreadable("no row holds a close")
    notes += _order_note(made, table, many)
    return made, notes


def _broken(c: Column, broken: list[int], filled: int, rows: list[list[Cell]], lines: list[int]) -> str:
    first = broken[0]
    text = text_of(rows[first][c.index])
    where = f"Line {lines[first]}: {quoted(text, 60)} in column {quoted(c.header or str(c.index + 1), 40)} is no number"
    if len(broken) > _TOO_MANY * (filled + len(broken)) and c.field in ("close", "adj_close", "value"):
        raise Unreadable(f"{where}; neither are most others in that column.")
    return f"{where} and was left out" + (f" ({len(broken)} such cells)." if len(broken) > 1 else ".")


def _first_filled(values: Values) -> int:
    return int(np.flatnonzero(np.isfinite(values.numbers))[0])


def _parts(
    layout: Layout,
    rows: list[list[Cell]],
    table: pd.DataFrame,
    columns: list[Column],
    values: dict[int, Values],
    use: npt.NDArray[np.bool_],
    notes: list[str],
) -> Iterable[tuple[str | None, pd.DataFrame, list[Column]]]:
    """The rows and columns of each company."""
    if layout.symbol_column is None:
        written = dict.fromkeys(c.symbol for c in columns)
        if len(written) > MOST_COMPANIES:
            raise Unreadable(f"The file holds {len(written)} companies; at most {MOST_COMPANIES} can be read at once.")
        for symbol in written:
            own = [c for c in columns if c.symbol == symbol]
            if not any(c.field in ("close", "adj_close") for c in own):
                notes.append(f"No closes for {quoted(symbol or '?', 40)}; it was left out.")
                continue
            data = {c.field: values[c.index].numbers[use] for c in reversed(own)}
            if len(data) < len(own):
                notes.append(f"{quoted(symbol or '?', 40)} has several columns for one field; the first was used.")
            yield symbol, table.assign(**data), own
        return
    names = np.array([text_of(c) for c in at(rows, layout.symbol_column)], dtype=object)[use]
    data = {c.field: values[c.index].numbers[use] for c in reversed(columns)}
    whole = table.assign(**data)
    if layout.field_column is not None:
        fields = [field_of(text_of(c)) for c in at(rows, layout.field_column)]
        whole["field"] = np.array([f or "ignored" for f in fields], dtype=object)[use]
    different = list(dict.fromkeys(names.tolist()))
    symbols = {n: n if layout.names_in_rows else clean_symbol(n) for n in different}
    valid = {s for s in symbols.values() if s}
    if len(valid) > MOST_COMPANIES:
        raise Unreadable(f"The file holds {len(valid)} companies; at most {MOST_COMPANIES} can be read at once.")
    codes = pd.Series(names).map(symbols).to_numpy(dtype=object)
    refused = [n for n in different if n and symbols[n] is None]
    if refused:
        count = int(np.isin(names, refused).sum())
        shown = ", ".join(quoted(n, 60) for n in refused[:5]) + (" and more" if len(refused) > 5 else "")
        what = "is not a valid symbol" if len(refused) == 1 else "are not valid symbols (each is not a valid symbol)"
        left = f"{count} row{'s' * (count > 1)} left out" if valid else "it was not used"
        notes.append(f"In the ticker column {shown} {what}; {left}.")
    blank = int((names == "").sum())
    if blank:
        notes.append(f"{blank} row{'s' * (blank > 1)} without a ticker left out.")
    if not valid and len(different) == 1:
        yield None, whole, columns
        return
    if not valid:
        raise Unreadable(
            f"no row has a valid ticker symbol; the first one is {quoted(different[0]) if different else 'missing'}"
        )
    groups = pd.Series(np.arange(len(whole))).groupby(codes, sort=False).indices
    for symbol in dict.fromkeys(s for s in symbols.values() if s):
        part = whole.iloc[np.sort(groups[symbol])]
        if layout.field_column is not None:
            part = part[part["field"] != "ignored"]
            part = part.drop_duplicates(["day", "field"], keep="last")
            part = part.pivot(index="day", columns="field", values="value").reset_index().assign(time=0)
            part.columns.name = None
            own = [Column(0, str(f), symbol, 0, str(f)) for f in part.columns if f not in ("day", "time")]
            if not {"close", "adj_close"} & set(part.columns):
                notes.append(f"No closes for {quoted(symbol)}; it was left out.")
                continue
            yield symbol, part, own
        else:
            yield symbol, part, columns


def _one(written: str | None, part: pd.DataFrame, columns: list[Column]) -> tuple[Series, list[str]]:
    """One company's rows, rising and unique; says what was missing, double, adjusted."""
    notes: list[str] = []
    fields = [f for f in (*PRICES, "volume", "dividend", "split") if f in part]
    if "close" not in fields or (part["close"].isna().all() and "adj_close" in fields):
        part = part.assign(close=part["adj_close"])
        fields = ["close", *[f for f in fields if f != "close"]]
        notes.append(
            "The file has adjusted closes only; they stand for the close, so market values from them are estimates."
        )
    missing = part["close"].isna()
    if missing.any():
        notes += _missing(part, missing)
        part = part[~missing]
    part = part.sort_values(["day", "time"], kind="stable")
    double = part.duplicated("day", keep=False)
    if double.any():
        notes += _doubles(part[double], fields, len(part))
    part = part.drop_duplicates("day", keep="last")
    frame = part[fields].astype(float)
    frame.index = pd.DatetimeIndex(part["day"], name="date").as_unit("s")
    frame = frame.dropna(axis=1, how="all") if len(frame) else frame
    if "split" in frame:
        header = next((c.header for c in columns if c.field == "split"), "")
        frame, said = split_consistent(frame, header)
        notes += said
    return Series(written, frame.drop(columns=["dividend", "split"], errors="ignore")), notes


def _missing(part: pd.DataFrame, missing: pd.Series) -> list[str]:
    days = part["day"]
    filled = days[~missing]
    if filled.empty:
        return []
    inside = missing & (days >= filled.min()) & (days <= filled.max()) & ~days.isin(filled)
    which = pd.DatetimeIndex(sorted(set(days[inside])))
    if not len(which):
        return []
    return [f"{len(which)} row{'s' * (len(which) > 1)} without prices left out: {listed(which)}."]


def _doubles(double: pd.DataFrame, fields: list[str], count: int) -> list[str]:
    """Sentences about days that stand in the file more than once; `double` holds all rows of these days."""
    by_day = double.groupby("day")
    days = by_day.ngroups
    spread = by_day["close"].agg(["min", "max"])
    differ = spread[(spread["max"] - spread["min"]).abs() > 0]
    serious = differ[(differ["max"] - differ["min"]) > 1e-6 * differ["max"].abs()]
    timed = double.groupby("day")["time"].nunique().gt(1)
    if timed.mean() > 0.8 and timed.any():
        which = listed(pd.DatetimeIndex(timed.index[:1]))
        return [f"The file holds several times a day (as on {which}); the last of each day was kept as its close."]
    if len(serious) >= 3 and len(serious) > 0.3 * (count - len(double) + days):
        raise Unreadable(
            f"{len(serious)} days have several different closes (as {_pair(double, serious)}): the file seems to hold "
            "several companies without a column that names them"
        )
    identical = double.duplicated(["day", *fields], keep="last")
    same = int(identical.sum())
    dropped = len(double) - days
    other = dropped - same
    notes = []
    if same:
        which = listed(pd.DatetimeIndex(sorted(set(double.loc[identical, "day"]))))
        notes.append(f"{same} identical duplicate row{'s' * (same > 1)} dropped: {which}.")
    if other:
        which = listed(
            pd.DatetimeIndex(sorted(set(double["day"]) - set(double.loc[identical, "day"])) or by_day.groups)
        )
        text = f"{other} duplicate row{'s' * (other > 1)} dropped, the last one kept: {which}."
        if len(serious):
            text += f" Conflicting duplicates: {_pair(double, serious)}."
        notes.append(text)
    return notes


def _pair(double: pd.DataFrame, differ: pd.DataFrame) -> str:
    day = differ.index[0]
    closes = double.loc[double["day"] == day, "close"].drop_duplicates()
    return f"{day:%Y-%m-%d} has the closes {', '.join(f'{x:.10g}' for x in closes[:4])}"


def _order_note(made: list[Series], table: pd.DataFrame, many: bool) -> list[str]:
    days = table["day"].to_numpy().astype("datetime64[D]").view("int64")
    steps = np.diff(days)
    if len(days) < 2 or not made:
        return []
    if (steps <= 0).all() and (steps < 0).any():
        return ["The rows stood newest first and were turned round."]
    if not many and (steps < 0).any():
        return ["The rows were put in the order of their dates."]
    return []
