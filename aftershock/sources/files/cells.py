"""Cells and tables as they come out of a file, before anything is known about their meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

Cell = str | float | datetime | None

# What stands where a value is missing. A symbol column is never asked: NA, NAN, NULL and TRUE are symbols there.
MISSING = frozenset(
    [
        *[
            "",
            "-",
            "--",
            "---",
            "–",
            "—",
            "−",
            ".",
            "..",
            "...",
            "x",
            "*",
            "?",
            "/",
            "null",
            "none",
            "nil",
            "nan",
            "na",
        ],
        *["n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "n/v", "n.v.", "k.a.", "b.d.", "s.o.", "nat", "<na>", "(null)"],
        *["missing", "no data", "not available", "unavailable", "-nan", "#n/a", "#na", "#value!", "#ref!", "#div/0!"],
        *["#num!", "#name?", "#null!", "#getting_data", "loading...", "retrieving...", "requesting data..."],
    ]
)
# A spreadsheet shows these while a data terminal has not answered: `#N/A Requesting Data...`, `#N/A N/A`, `#N/A Sec`.
_ERROR_CELL = re.compile(r"#\s?(?:n/?[av]|nv|valor|valeur|wert|bezug|ref|value|num|div|name|null)\b.*", re.IGNORECASE)


class Unreadable(Exception):
    """The file, or a part of it, is no price table; `str(error)` is the sentence for the reader."""


@dataclass(frozen=True)
class Grid:
    """A table of cells: `rows` without the blank ones, and for each the `lines` it stands on in the file (from 1).

    `name` is that of the sheet of a workbook, `separator` the one between the cells of a text file.
    """

    rows: list[list[Cell]]
    lines: list[int]
    name: str | None = None
    separator: str | None = None
    notes: tuple[str, ...] = ()


def text_of(cell: Cell) -> str:
    """A cell as the person who sees the file would read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.strip()


def is_missing(cell: Cell) -> bool:
    """Whether a cell says that there is no value."""
    if cell is None:
        return True
    if isinstance(cell, datetime):
        return False
    if isinstance(cell, float):
        return cell != cell
    word = cell.strip().casefold()
    return word in MISSING or _ERROR_CELL.fullmatch(word) is not None


def quoted(text: str, most: int = 80) -> str:
    """The beginning of a text in quotation marks, on one line and without what cannot be printed.

    It may hold markup: whoever shows it has to show it as plain text.
    """
    flat = "".join(c if c.isprintable() else " " for c in " ".join(text.lstrip()[: 20 * most].split()))
    return f"\u201c{flat[:most]}{'…' if len(flat) > most else ''}\u201d"


def at(rows: list[list[Cell]], column: int) -> list[Cell]:
    """One column of a table whose rows may end early."""
    return [row[column] if column < len(row) else None for row in rows]
