"""Text to a table of cells: which separator, which quotes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Literal

from aftershock.sources.files.cells import Cell, Grid, Unreadable
from aftershock.sources.files.dates import looks_like_date
from aftershock.sources.files.numbers import is_number

MOST_ROWS = 2_000_000
MOST_CELLS = 24_000_000
_SEPARATORS = (",", ";", "\t", "|")
_HINT = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_SAMPLE_LINES = 200
_LONGEST_LINE = 100_000
_BLANKS = re.compile(r" {2,}| (?=[-+$€£]?\d)|(?<=\d) ")


def read_text(text: str) -> Grid:
    """The cells of a text file.

    Raises:
        Unreadable: more rows than the limit.
    """
    if text.count("\n") > MOST_ROWS + 1000:
        raise Unreadable(f"The file has more than {MOST_ROWS:,} rows; that is the limit.")
    if longest(text) > _LONGEST_LINE:
        raise Unreadable("a line is too long for a table")
    notes: list[str] = []
    skipped = 0
    separator: str | None = None
    first, _, rest = text.partition("\n")
    hint = _HINT.fullmatch(first)
    if hint:
        separator, text, skipped = hint.group(1), rest, 1
    elif first.strip().casefold() in ("sep=", "sep=\\t"):
        separator, text, skipped = "\t", rest, 1
    if separator is None:
        text = _without_outer_quotes(text)
        separator = _separator(text)
    if text.count(separator) > MOST_CELLS:
        raise Unreadable(f"The file has more than {MOST_CELLS:,} cells; that is the limit.")
    rows, lines = _rows(text, separator)
    if separator == ",":
        rows = [_with_whole_date(row) for row in rows]
    return Grid(rows, [line + skipped for line in lines], separator=separator, notes=tuple(notes))


def longest(text: str) -> int:
    """The length of the longest line."""
    return max(map(len, text.split("\n")))


def _separator(text: str) -> str:
    """The character between the cells: the one that leaves the most rows with a date and a number."""
    sample = _sample(text)
    best, most = ",", (0.0, 0)
    for separator in (*_SEPARATORS, " "):
        rows = [row for row in _rows(sample, separator)[0] if len(row) > 1]
        whole = [_with_whole_date(row) for row in rows] if separator == "," else rows
        good = [row for row in whole if _is_price_row(row)]
        width = Counter(len(row) for row in good).most_common(1)
        # Blanks stand within cells, too, so they have to be better than anything else.
        score = (len(good) * (0.5 if separator == " " else 1.0), width[0][1] if width else 0)
        if score > most or (score == most and not good and len(rows) > 0 and most == (0.0, 0) and best == ","):
            best, most = separator, score
    if most[0]:
        return best
    # No row holds a date: whichever cuts the sample into the most cells.
    return max(_SEPARATORS, key=sample.count)


def _is_price_row(row: list[Cell]) -> bool:
    dates = [looks_like_date(cell) for cell in row]
    return any(dates) and any(is_number(cell) and not date for cell, date in zip(row, dates, strict=True))


def _sample(text: str) -> str:
    head = text[:100_000].split("\n")[:_SAMPLE_LINES]
    return "\n".join(line[:20_000] for line in head)


def _rows(text: str, separator: str) -> tuple[list[list[Cell]], list[int]]:
    rows: list[list[Cell]] = []
    lines: list[int] = []
    if separator == " ":
        for number, line in enumerate(text.split("\n"), 1):
            cells: list[Cell] = [c for c in _BLANKS.sub("\t", line.strip()).split("\t") if c]
            if cells:
                rows.append(cells)
                lines.append(number)
        return rows, lines
    pairs = text.count('"') % 2 == 0
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if pairs else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting, skipinitialspace=True)
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                if quoting == csv.QUOTE_NONE:
                    cells = [c.strip('"') if isinstance(c, str) else c for c in cells]
                rows.append(cells)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error:
        if '"' not in text:
            raise Unreadable(f"line {start} is too long for a table") from None
        return _rows(text.replace('"', ""), separator)
    return rows, lines


def _without_outer_quotes(text: str) -> str:
    """Lines that were quoted as a whole, as happens when a spreadsheet saves a file it did not take apart."""
    lines = text.split("\n", 60)[:50]
    full = [line.strip() for line in lines if line.strip()]
    if len(full) < 2 or not all(len(x) > 1 and x[0] == x[-1] == '"' for x in full):
        return text
    inner = [x[1:-1] for x in full]
    if any('"' in x.replace('""', "") for x in inner):
        return text
    return "\n".join(
        x[1:-1].replace('""', '"') if len(x := line.strip().rstrip(",;")) > 1 and x[0] == x[-1] == '"' else line
        for line in text.split("\n")
    )


_MONTH_AND_DAY = re.compile(r"(?:[A-Za-z]{3,9},? )?[A-Za-z]{3,9}\.? \d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def _with_whole_date(row: list[Cell]) -> list[Cell]:
    """A row whose date `Jan 29, 2025` was cut in two at its comma, put together again."""
    first, second = (row[0], row[1]) if len(row) > 1 else (None, None)
    if not isinstance(first, str) or not isinstance(second, str) or len(second) != 4:
        return row
    cut = _YEAR.fullmatch(second) and _MONTH_AND_DAY.fullmatch(first)
    return [f"{first}, {second}", *row[2:]] if cut else row
