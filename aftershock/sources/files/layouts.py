"""What the columns of a table mean: one company, a company a column, a company a row, the grids of terminals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from aftershock.sources.files.cells import Cell, Grid, Unreadable, at, is_missing, quoted, text_of
from aftershock.sources.files.dates import looks_like_date, numeric_kind
from aftershock.sources.files.numbers import is_number, read_numbers
from aftershock.sources.files.tickers import clean_symbol, company_names, is_security, known_symbols, looks_like_symbol
from aftershock.sources.files.words import (
    IGNORED,
    NOT_A_HEADER,
    PERCENT,
    PREAMBLE_SYMBOL,
    PRICES,
    SUMMARY,
    field_of,
    plain,
)

MOST_COMPANIES = 200
_MOST_COLUMNS = 12 * MOST_COMPANIES
_SAMPLE = 400
_MOST_HEADERS = 5
_LETTERS = frozenset("ohlc")
# Capitals that are words as well as symbols (Lowe's, Opendoor, Mastercard) say little; these are no symbols.
_NO_SYMBOLS = frozenset("CLOSE PRICE LAST DATE KURS VALUE WERT PREIS COURS PRIX SLOT CENA FIYAT KOERS".split())


@dataclass(frozen=True)
class Column:
    """A column of values: its place, the field, the symbol as written (None: the file is about one), its dates."""

    index: int
    field: str
    symbol: str | None
    dates: int
    header: str


@dataclass(frozen=True)
class Layout:
    """Where what stands. `first` is the first row of data; a `symbol_column` names the company of each row.

    With a `field_column`, each row holds one value of one field (the only column of values). `choices` is set where
    the headers do not say which column holds the closes: the columns that may.
    """

    rows: list[list[Cell]]
    lines: list[int]
    first: int
    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    symbol_column: int | None = None
    field_column: int | None = None
    symbol: str | None = None
    choices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    month_first: bool = False
    names: tuple[str, ...] = field(default=())
    names_in_rows: bool = False  # the `symbol_column` holds names, whose symbols have to be asked for
    width: int = 0  # cells of the header of a text file, 0 if the rows need not keep to it
    separator: str = ","


def find_layout(grid: Grid, answers: Mapping[str, str]) -> Layout:
    """The layout of a table.

    Raises:
        Unreadable: there is no date beside a number, there are too many companies, or no column holds prices.
    """
    grid = _upright(grid)
    width = max((len(row) for row in grid.rows), default=0)
    if width > _MOST_COLUMNS:
        raise Unreadable(f"The table has {width:,} columns; at most {MOST_COMPANIES} companies can be read at once.")
    candidates, numeric = _date_columns(grid, width)
    if not candidates:
        raise Unreadable("no row has a date and a number")
    primary = candidates[0]
    first = _first_row(grid, primary, numeric)
    headers, start = _header_rows(grid, first, primary)
    symbol = _symbol_above(grid, start)
    labels = [[text_of(c) for c in row] + [""] * (width - len(row)) for row in headers]
    groups = _date_groups(grid, first, candidates, labels, width)
    labels, full = _over_their_columns(grid, first, headers, labels)
    labels = [row + [""] * (width - len(row)) for row in labels]
    shown = tuple(_shown(labels, j) for j in range(width))
    base = Layout(grid.rows, grid.lines, first, (), shown, symbol=symbol, width=full, separator=grid.separator or ",")
    values = [j for j in range(width) if j not in groups]
    owner = {j: max((d for d in groups if d < j), default=groups[0]) for j in values}
    if len(groups) == 1:
        owner = dict.fromkeys(values, groups[0])
    if not labels:
        return _without_headers(base, values, owner, answers)
    if len(labels) > 1:
        return _of_two_headers(base, labels, values, owner, groups, answers)
    return _of_one_header(base, labels[0], values, owner, answers)


def _upright(grid: Grid) -> Grid:
    """A table whose dates stand side by side in one row, turned so that they stand below each other."""
    for place, row in enumerate(grid.rows[:10]):
        dates = sum(looks_like_date(c) for c in row)
        if dates >= 3 and dates >= 0.6 * len(row):
            below = grid.rows[place:]
            width = len(row)
            if sum(looks_like_date(r[0]) for r in below[1:] if r) > 0 or len(below) > _MOST_COLUMNS:
                return grid
            turned = [[r[j] if j < len(r) else None for r in below] for j in range(width)]
            kept = [(i + 1, r) for i, r in enumerate(turned) if any(not is_missing(c) for c in r)]
            return replace(grid, rows=[r for _, r in kept], lines=[i for i, _ in kept])
    return grid


def _date_columns(grid: Grid, width: int) -> tuple[list[int], bool]:
    """The columns that hold dates, the likeliest first, and whether these are bare numbers."""
    sample = grid.rows[:_SAMPLE]
    counts = [sum(looks_like_date(row[j]) for row in sample if j < len(row)) for j in range(width)]
    beside = [0] * width
    for row in sample:
        dates = [j for j, c in enumerate(row) if counts[j] and looks_like_date(c)]
        if dates and any(not is_missing(c) and j not in dates and is_number(c) for j, c in enumerate(row)):
            for j in dates:
                beside[j] += 1
    most = max(beside, default=0)
    if most:
        found = [j for j in range(width) if beside[j] and beside[j] >= 0.6 * most]
        return sorted(found, key=lambda j: (not _named_date(grid, j), j)), False
    found = [j for j in range(width) if _numeric_dates(grid, j, width)]
    return found[:1], True


def _named_date(grid: Grid, j: int) -> bool:
    return any(j < len(row) and field_of(text_of(row[j])) == "date" for row in grid.rows[:40])


def _numeric_dates(grid: Grid, j: int, width: int) -> bool:
    cells = at(grid.rows[:_SAMPLE], j)
    start = next((i for i, c in enumerate(cells) if is_number(c)), None)
    if start is None or width < 2:
        return False
    numbers = read_numbers(cells[start:]).numbers
    known = numbers[np.isfinite(numbers)]
    if len(known) < 0.6 * len(numbers) or numeric_kind(known) is None:
        return False
    named = any(field_of(text_of(c)) == "date" for c in cells[:start])
    if named:
        return True
    blank = start == 0 or not text_of(cells[start - 1])
    steps = np.diff(known)
    straight = bool((steps >= 0).all() or (steps <= 0).all())
    return (
        j == 0 and straight and (blank or field_of(text_of(cells[start - 1])) is None) and bool((known % 1 == 0).all())
    )


def _first_row(grid: Grid, dates: int, numeric: bool) -> int:
    for i, row in enumerate(grid.rows):
        cell = row[dates] if dates < len(row) else None
        dated = is_number(cell) if numeric else looks_like_date(cell)
        if dated and any(j != dates and (is_number(c) or (text_of(c) and is_missing(c))) for j, c in enumerate(row)):
            # Rows right above it that have a date, too, are data, whatever stands in their other cells.
            while not numeric and i > 0 and dates < len(grid.rows[i - 1]) and looks_like_date(grid.rows[i - 1][dates]):
                i -= 1
            return i
    raise Unreadable("no row has a date and a number")


def _header_rows(grid: Grid, first: int, dates: int) -> tuple[list[list[Cell]], int]:
    """The rows right above the data that name the columns, and where they start."""
    found: list[list[Cell]] = []
    i = first - 1
    while i >= 0 and len(found) < _MOST_HEADERS:
        row = grid.rows[i]
        gap = grid.lines[i + 1] - grid.lines[i] > 1 and not any(isinstance(c, str) and "\n" in c for c in row)
        # A symbol may be a number (2330), but only in a row that names its column of dates.
        dated = dates < len(row) and field_of(text_of(row[dates])) == "date"
        if (found and gap) or (not dated and any(_is_data(c) for j, c in enumerate(row) if j != dates)):
            break
        filled = [j for j, c in enumerate(row) if text_of(c)]
        label = plain(text_of(row[0]))
        others = [text_of(row[j]) for j in filled if j > 0]
        if label in NOT_A_HEADER and not any(field_of(t) for t in others) and (len(filled) > 1 or found):
            i -= 1
            continue
        if len(filled) == 1 and filled[0] == dates and not is_security(text_of(row[dates])):
            # `Date` alone in its line, as tables with several header rows have it; a title otherwise.
            if field_of(text_of(row[dates])) != "date" and len(row) <= 1:
                break
            i -= 1
            continue
        if len(filled) == 1 and len(row) <= 2 and found:
            break
        found.insert(0, row)
        i -= 1
    return found, i + 1


def _over_their_columns(
    grid: Grid, first: int, headers: list[list[Cell]], labels: list[list[str]]
) -> tuple[list[list[str]], int]:
    """The headers over their columns, and how many cells they have (0 where that is no measure for the rows)."""
    if not headers or grid.separator in (None, " "):
        return labels, 0
    full = max(len(row) for row in headers)
    cells = [len(row) for row in grid.rows[first : first + _SAMPLE]]
    # Statistics programs write row names (the dates) without a header of their own.
    if len(headers) == 1 and all(n == full + 1 for n in cells) and not any(field_of(t) == "date" for t in labels[0]):
        return [["", *row[:-1]] for row in labels], full + 1
    return labels, full


def _is_data(cell: Cell) -> bool:
    return isinstance(cell, datetime) or (is_number(cell) and not (isinstance(cell, str) and is_security(cell)))


def _symbol_above(grid: Grid, start: int) -> str | None:
    """The symbol that a line above the table gives: `Security,NVDA US Equity`."""
    for row in grid.rows[:start]:
        texts = [text_of(c) for c in row if text_of(c)]
        if len(texts) == 1 and ":" in texts[0]:
            head, _, tail = texts[0].partition(":")
            if plain(head) in PREAMBLE_SYMBOL and clean_symbol(tail.strip()):
                return tail.strip()
        if len(texts) >= 2 and plain(texts[0]) in PREAMBLE_SYMBOL and clean_symbol(texts[1]):
            return texts[1]
        if len(texts) == 1 and is_security(texts[0]):
            return texts[0]
        inside = re.search(r"\(([^()]{1,20})\)", texts[0]) if len(texts) == 1 else None
        if inside and (is_security(inside.group(1)) or clean_symbol(inside.group(1)) in known_symbols()):
            return inside.group(1)
    return None


def _date_groups(grid: Grid, first: int, found: list[int], labels: list[list[str]], width: int) -> list[int]:
    """The columns of dates: several only if each has values of its own to its right, as terminals write them."""
    if len(found) == 1:
        return found
    groups = sorted(found)
    ends = [*groups[1:], width]
    full = all(
        any(is_number(c) for row in grid.rows[first : first + 50] for c in row[d + 1 : end])
        for d, end in zip(groups, ends, strict=True)
    )
    if not full or groups[0] != 0:
        return found[:1]
    if not labels:
        return groups
    bottom = labels[-1]
    under = [bottom[d] for d in groups]
    alike = all(not t or field_of(t) == "date" for t in under) or all(looks_like_symbol(t) for t in under)
    # `Retrieved` or `label` are dates, too, but not those of the values after them.
    spans = [[field_of(bottom[j]) or bottom[j] for j in range(d + 1, e)] for d, e in zip(groups, ends, strict=True)]
    repeated = all(set(s) & set(spans[0]) for s in spans) or len(labels) > 1 or all(len(s) <= 2 for s in spans)
    return groups if alike and repeated else found[:1]


def _shown(labels: list[list[str]], j: int) -> str:
    return " ".join(dict.fromkeys(row[j] for row in labels if row[j]))


def _fields(texts: list[str]) -> list[str | None]:
    """The fields of a row of headers. A single letter is one only in the company of o, h, l and c."""
    letters = {t.strip().casefold() for t in texts if len(t.strip()) == 1}
    return [None if len(t.strip()) == 1 and t.isascii() and not letters >= _LETTERS else field_of(t) for t in texts]


def _is_weak(text: str) -> bool:
    return text.isascii() and text.isalpha() and text.isupper() and len(text) <= 5 and text not in _NO_SYMBOLS


def _taken_apart(text: str) -> tuple[str, str] | None:
    """Symbol and field of a header that names both: `NVDA Close`, `Close_NVDA`, `('Close', 'NVDA')`."""
    for match in re.finditer(r"[\s_.:,|/-]+", text):
        left, right = (part.strip(" ()[]'\"") for part in (text[: match.start()], text[match.end() :]))
        if not left or not right:
            continue
        for symbol, word in ((left, right), (right, left)):
            known = field_of(word) if len(word) > 1 else None
            if known in (None, "date", "symbol", "name", "field") or not looks_like_symbol(symbol):
                continue
            if field_of(symbol) is None or _is_weak(symbol):
                return symbol, str(known)
    return None


def _of_one_header(
    base: Layout, texts: list[str], values: list[int], owner: dict[int, int], answers: Mapping[str, str]
) -> Layout:
    fields = _fields(texts)
    named = {j: f for j in values if (f := fields[j]) is not None}
    unknown = [j for j in values if texts[j] and j not in named]
    price_words = [j for j, f in named.items() if f in ("close", "adj_close")]
    strong = [j for j in price_words if not _is_weak(texts[j])]
    company = len({f for f in named.values() if f in (*PRICES, "volume")}) >= 3
    symbol_column = next((j for j, f in named.items() if f == "symbol" and _holds_symbols(base, j)), None)
    if symbol_column is None:
        symbol_column = next(
            (j for j, f in named.items() if f == "name" and _holds_symbols(base, j, strict=True)), None
        )
    if symbol_column is None:
        symbol_column = next((j for j in values if not texts[j] and _holds_symbols(base, j, strict=True)), None)
    if symbol_column is None and strong:
        symbol_column = next((j for j, f in named.items() if f == "name" and _holds_several(base, j)), None)
        base = replace(base, names_in_rows=symbol_column is not None)
    field_column = next((j for j, f in named.items() if f == "field" and _holds_fields(base, j)), None)
    apart = {j: pair for j in values if j not in strong and (pair := _taken_apart(texts[j]))}
    whole_wide = not strong and not (company and price_words) and symbol_column is None
    if whole_wide and any(f in ("close", "adj_close") for _, f in apart.values()):
        columns = [Column(j, f, s, owner[j], texts[j]) for j, (s, f) in apart.items()]
        return replace(
            base, columns=tuple(columns), notes=_left_out(base, [j for j in unknown if j not in apart], texts)
        )
    if strong or symbol_column is not None or (company and price_words) or answers.get("close"):
        return _of_one_company(base, texts, named, unknown, owner, symbol_column, field_column, answers)
    symbols = [j for j in values if texts[j] and (looks_like_symbol(texts[j]) or _is_weak(texts[j]))]
    if company and not symbols:
        return _of_one_company(base, texts, named, unknown, owner, None, None, answers)
    return _of_many(base, texts, named, unknown, symbols, owner, answers)


def _of_many(
    base: Layout,
    texts: list[str],
    named: dict[int, str],
    unknown: list[int],
    symbols: list[int],
    owner: dict[int, int],
    answers: Mapping[str, str],
) -> Layout:
    """A company a column: the header is its symbol, or a name whose symbol has to be asked for."""
    holding = [j for j in owner if _holds_numbers(base, j)]
    summary = [j for j in unknown if plain(texts[j]).split(" ")[0] in SUMMARY]
    others = [j for j in unknown if j not in symbols and j in holding and j not in summary]
    columns = [Column(j, "close", texts[j], owner[j], texts[j]) for j in symbols]
    left = [j for j in owner if j not in symbols and j not in others]
    if not symbols and len(holding) == 1 and not summary:
        j = holding[0]
        if named.get(j) == PERCENT:
            raise Unreadable(f"The column {quoted(texts[j])} holds changes in percent or returns, not prices.")
        if named.get(j) is None:
            one = Column(j, "close", None, owner[j], texts[j])
            return replace(base, columns=(one,), notes=(f"The column {quoted(texts[j])} was read as the close.",))
    named_companies = [j for j in others if plain(texts[j]).split(" ")[0] in company_names()]
    if symbols or len(named_companies) == len(others) > 0 or any(f"ticker:{texts[j]}" in answers for j in others):
        columns += [Column(j, "close", texts[j], owner[j], texts[j]) for j in others]
        columns.sort(key=lambda c: c.index)
        names = tuple(texts[j] for j in others)
        return replace(base, columns=tuple(columns), names=names, notes=_left_out(base, left, texts))
    if others or named:
        return _of_one_company(base, texts, named, unknown, owner, None, None, answers)
    raise Unreadable(f"no column holds closing prices; the headers are {quoted(', '.join(t for t in texts if t))}")


def _of_one_company(
    base: Layout,
    texts: list[str],
    named: dict[int, str],
    unknown: list[int],
    owner: dict[int, int],
    symbol_column: int | None,
    field_column: int | None,
    answers: Mapping[str, str],
) -> Layout:
    """A field a column; with a column of symbols a company (or several) below each other."""
    if field_column is not None:
        value = [j for j in owner if j not in (field_column, symbol_column) and _holds_numbers(base, j)]
        if len(value) == 1:
            one = Column(value[0], "value", None, owner[value[0]], texts[value[0]])
            return replace(base, columns=(one,), symbol_column=symbol_column, field_column=field_column)
    chosen: dict[str, int] = {}
    doubtful: list[int] = []
    for name in (*PRICES, "volume", "dividend", "split"):
        places = [j for j, f in named.items() if f == name and j != symbol_column]
        if not places:
            continue
        best = min(_rank(texts[j], name) for j in places)
        firsts = [j for j in places if _rank(texts[j], name) == best]
        if name == "close" and len(firsts) > 1:
            firsts = [j for j in firsts if _holds_numbers(base, j)] or firsts
            alike = all(at(base.rows, j)[base.first :] == at(base.rows, firsts[0])[base.first :] for j in firsts)
            doubtful = [] if alike else firsts
        chosen[name] = firsts[0]
    answer = answers.get("close")
    if answer is not None:
        place = next((j for j in owner if answer.strip().casefold() in (texts[j].casefold(), f"column {j + 1}")), None)
        if place is not None:
            chosen = {n: j for n, j in chosen.items() if j != place}
            chosen["close"], doubtful = place, []
    free = [j for j in unknown if _holds_numbers(base, j) and j != symbol_column]
    if "close" not in chosen and "adj_close" not in chosen:
        doubtful = free
        if not free:
            shown = quoted(", ".join(t for t in texts if t))
            raise Unreadable(f"no column holds closing prices; the headers are {shown}")
    columns = tuple(Column(j, n, None, owner[j], texts[j]) for n, j in sorted(chosen.items(), key=lambda x: x[1]))
    left = [
        j for j in (*unknown, *(k for k in owner if not texts[k])) if j not in chosen.values() and j != symbol_column
    ]
    layout = replace(base, columns=columns, symbol_column=symbol_column, notes=_left_out(base, left, texts))
    headers = {plain(t) for t in texts}
    layout = replace(layout, month_first="close last" in headers)
    if doubtful:
        names = [texts[j] for j in doubtful]
        once = [t if t and names.count(t) == 1 else f"column {j + 1}" for t, j in zip(names, doubtful, strict=True)]
        return replace(layout, choices=tuple(once))
    return layout


def _rank(text: str, name: str) -> int:
    word = plain(text)
    return 0 if word in (name, "close last", "px last", "volume", "adj close") else 1 if name in word else 2


def _of_two_headers(
    base: Layout,
    labels: list[list[str]],
    values: list[int],
    owner: dict[int, int],
    groups: list[int],
    answers: Mapping[str, str],
) -> Layout:
    """Several rows of headers, of which one names fields and one names companies, in either order."""
    words = [_fields(row) for row in labels]
    is_field = []
    for row, known in zip(labels, words, strict=True):
        fields = sum(1 for j in values if known[j] not in (None, "symbol", "name"))
        symbols = sum(1 for j in (*values, *groups) if row[j] and known[j] is None and looks_like_symbol(row[j]))
        is_field.append(fields > symbols)
    if not any(is_field) or all(is_field):
        kept = [i for i, row in enumerate(labels) if sum(bool(row[j]) for j in values) > 0]
        lowest = kept[-1] if kept else len(labels) - 1
        if any(is_field):
            lowest = max(i for i, f in enumerate(is_field) if f)
        return _of_one_header(base, labels[lowest], values, owner, answers)
    columns: list[Column] = []
    left: list[int] = []
    names: list[str] = []
    single = len(values) == 1 or not _varies(labels, is_field, values, groups)
    for j in values:
        name: str | None = None
        symbol: str | None = None
        for row, known, fields in zip(labels, words, is_field, strict=True):
            text = _spread_label(row, j, groups, owner, last=row is labels[-1])
            if fields:
                at_j = known[j] if row[j] else (field_of(text) if text else None)
                name = at_j or name
            elif text and (looks_like_symbol(text) or symbol is None):
                symbol = text
        header = _shown(labels, j)
        if name in (None, "date", "symbol", "name", "field", IGNORED, PERCENT):
            if name is None and (header or _holds_numbers(base, j)):
                left.append(j)
            continue
        if symbol and not looks_like_symbol(symbol):
            if plain(symbol).split(" ")[0] in SUMMARY:
                left.append(j)
                continue
            names.append(symbol)
        columns.append(Column(j, str(name), symbol, owner[j], header))
    if not columns:
        raise Unreadable(f"no column holds closing prices; the headers are {quoted(', '.join(base.headers))}")
    notes = _left_out(base, left, list(base.headers))
    if single and len({c.symbol for c in columns}) == 1:
        names = [n for n in names if n == columns[0].symbol]
    return replace(base, columns=tuple(columns), names=tuple(dict.fromkeys(names)), notes=notes)


def _varies(labels: list[list[str]], is_field: list[bool], values: list[int], groups: list[int]) -> bool:
    return any(
        len({row[j] for j in (*values, *groups) if row[j]}) > 1
        for row, fields in zip(labels, is_field, strict=True)
        if not fields
    )


def _spread_label(row: list[str], j: int, groups: list[int], owner: dict[int, int], *, last: bool) -> str:
    """The label above a column; one that was written once for several columns stands above its first."""
    if row[j]:
        return row[j]
    if len(groups) > 1:
        for k in range(j, owner[j] - 1, -1):
            if row[k] and field_of(row[k]) != "date":
                return row[k]
        return ""
    for k in range(j, -1, -1):
        if row[k] and k not in groups:
            return row[k]
    heading = row[groups[0]]
    return heading if is_security(heading) else ""


def _without_headers(base: Layout, values: list[int], owner: dict[int, int], answers: Mapping[str, str]) -> Layout:
    """A table that starts with its data: only what cannot be meant otherwise is taken."""
    symbol_column = next((j for j in values if _holds_symbols(base, j, strict=True)), None)
    holding = [j for j in values if j != symbol_column and _holds_numbers(base, j)]
    names = {j: f"column {j + 1}" for j in holding}
    base = replace(base, symbol_column=symbol_column)
    answer = answers.get("close")
    chosen = next((j for j in holding if answer is not None and answer.strip().casefold() == names[j]), None)
    if chosen is None and len(holding) == 1:
        chosen = holding[0]
    if chosen is not None:
        note = f"The file has no headers; column {chosen + 1} was read as the close."
        return replace(base, columns=(Column(chosen, "close", None, owner[chosen], names[chosen]),), notes=(note,))
    if len(holding) >= 4 and _is_ohlc(base, holding[:4]):
        columns = [Column(j, f, None, owner[j], names[j]) for j, f in zip(holding[:4], PRICES[:4], strict=True)]
        note = "The file has no headers; its columns were read as open, high, low and close, since they fit only so."
        return replace(base, columns=tuple(columns), notes=(note,))
    if not holding:
        raise Unreadable("no column holds prices")
    columns = [Column(holding[0], "close", None, owner[holding[0]], names[holding[0]])]
    return replace(base, columns=tuple(columns), choices=tuple(names.values()))


def _is_ohlc(base: Layout, places: list[int]) -> bool:
    first, high, low, last = (read_numbers(at(base.rows[base.first :], j)).numbers for j in places)
    known = np.isfinite(first) & np.isfinite(high) & np.isfinite(low) & np.isfinite(last)
    a, h, w, z = (x[known] for x in (first, high, low, last))
    fits = (h >= a) & (h >= z) & (w <= a) & (w <= z) & (h > w)
    return len(a) >= 3 and bool(fits.mean() > 0.9)


def _holds_numbers(base: Layout, j: int) -> bool:
    return any(j < len(row) and is_number(row[j]) for row in base.rows[base.first : base.first + _SAMPLE])


def _holds_symbols(base: Layout, j: int, *, strict: bool = False) -> bool:
    cells = [text_of(c) for c in at(base.rows[base.first : base.first + _SAMPLE], j)]
    filled = [c for c in cells if c]
    if not filled or (any(is_number(c) for c in filled) and all(is_number(c) for c in filled)):
        return False
    if not strict:
        return True
    return sum(looks_like_symbol(c) and not is_missing(c) for c in filled) >= 0.9 * len(filled)


def _holds_several(base: Layout, j: int) -> bool:
    cells = {text_of(c) for c in at(base.rows[base.first :], j)} - {""}
    return 1 < len(cells) <= MOST_COMPANIES


def _holds_fields(base: Layout, j: int) -> bool:
    cells = {text_of(c) for c in at(base.rows[base.first : base.first + _SAMPLE], j)}
    return any(field_of(c) in ("close", "adj_close") for c in cells)


def _left_out(base: Layout, columns: list[int], texts: list[str]) -> tuple[str, ...]:
    unnamed = [j for j in columns if not texts[j]]
    named = [texts[j] for j in columns if texts[j]]
    notes = []
    if unnamed:
        many = len(unnamed) > 1
        filled = any(_holds_numbers(base, j) for j in unnamed)
        notes.append(
            f"{len(unnamed)} column{'s' * many} without a header {'were' if many else 'was'} ignored"
            f"{'' if filled else ' (empty)'}."
        )
    if named:
        listed = ", ".join(quoted(n, 40) for n in named[:8]) + (" and more" if len(named) > 8 else "")
        notes.append(
            f"{'Columns' if len(named) > 1 else 'The column'} {listed} {'were' if len(named) > 1 else 'was'} ignored."
        )
    return tuple(notes)
