"""Excel files to tables of cells: values only, and refused before a small file can unpack into a large one."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from aftershock.sources.files.cells import Cell, Grid, Unreadable

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 150 * 2**20
_MOST_OTHER_PART = 20 * 2**20  # parts other than sheets and strings are read as a whole
_MOST_PARTS = 2000
_MOST_CELLS = 2_500_000
_MOST_COLUMNS = 2400
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, OSError, EOFError),
    *(NotImplementedError, OverflowError, AssertionError, RuntimeError, ParseError, struct.error, ArithmeticError),
)


def read_workbook(content: bytes) -> list[Grid]:
    """The sheets of a workbook that hold something, in their order.

    Raises:
        Unreadable: it is no workbook, damaged, protected, or would unpack to more than the limit.
    """
    if content.startswith(OLE):
        return _old(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                kinds = {"xl/workbook.bin": "a binary workbook (xlsb)", "content.xml": "an OpenDocument file"}
                kind = next((k for n, k in kinds.items() if n in names), "a compressed file (zip)")
                raise Unreadable(f"The file holds no price table: it is {kind}. Save it as xlsx or CSV.")
            _refuse_entities(archive)
        return _new(content)
    except _DAMAGED as error:
        raise Unreadable(f"The workbook is damaged and cannot be read ({type(error).__name__}).") from error


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    # What a part unpacks to is read no further than its declared size, so a part that lies about it is cut off.
    total = sum(p.file_size for p in parts)
    if len(parts) > _MOST_PARTS or total > _MOST_UNPACKED:
        raise Unreadable(
            f"The workbook would unpack to {total / 2**20:,.0f} MB in {len(parts)} parts; "
            f"the limit is {_MOST_UNPACKED // 2**20} MB."
        )
    for part in parts:
        sheet = part.filename.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/media/"))
        if not sheet and part.file_size > _MOST_OTHER_PART:
            raise Unreadable(f"The workbook has a part of {part.file_size / 2**20:,.0f} MB that is no sheet; refused.")


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Unreadable("The workbook defines entities of its own, which no price table needs; refused.")


def _new(content: bytes) -> list[Grid]:
    import openpyxl  # type: ignore[import-untyped]

    grids: list[Grid] = []
    cells = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of styles and validations it leaves out; neither matters here
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                sheet.reset_dimensions()  # the size a sheet claims may be wrong, in both directions
                rows: list[list[Cell]] = []
                lines: list[int] = []
                for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                    cells += len(values)
                    if cells > _MOST_CELLS or number > 1_048_576:
                        raise Unreadable(f"The workbook has more than {_MOST_CELLS:,} cells; that is the limit.")
                    row = _row(values)
                    if row:
                        rows.append(row)
                        lines.append(number)
                if rows:
                    grids.append(Grid(rows, lines, name=sheet.title))
        finally:
            book.close()
    return grids


def _old(content: bytes) -> list[Grid]:
    import xlrd  # type: ignore[import-untyped]

    grids: list[Grid] = []
    try:
        book = xlrd.open_workbook(
            file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO(), formatting_info=False
        )
        cells = 0
        for sheet in (book.sheet_by_index(i) for i in range(min(book.nsheets, 255))):
            if sheet.visibility:
                continue
            rows: list[list[Cell]] = []
            lines: list[int] = []
            for i in range(sheet.nrows):
                cells += sheet.row_len(i)
                if cells > _MOST_CELLS:
                    raise Unreadable(f"The workbook has more than {_MOST_CELLS:,} cells; that is the limit.")
                row = _row([_old_value(c, book.datemode, xlrd) for c in sheet.row(i)])
                if row:
                    rows.append(row)
                    lines.append(i + 1)
            if rows:
                grids.append(Grid(rows, lines, name=sheet.name))
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_DAMAGED) as error:
        protected = "encrypted" in str(error).casefold() or "password" in str(error).casefold()
        why = "is protected by a password" if protected else f"is damaged and cannot be read ({type(error).__name__})"
        raise Unreadable(f"The workbook {why}.") from error
    return grids


def _old_value(cell: Any, datemode: int, xlrd: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return "#N/A"
    return cell.value


def _row(values: Any) -> list[Cell]:
    row = [_cell(v) for v in values]
    while row and (row[-1] is None or row[-1] == ""):
        row.pop()
    if len(row) > _MOST_COLUMNS:
        raise Unreadable(f"The table has {len(row):,} columns; that is more than 200 companies have.")
    return row


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, datetime):
        return value.replace(tzinfo=None) if value is not None else None
    if isinstance(value, bool):
        return str(value).upper()  # TRUE is a symbol, too
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    return str(value).strip()
