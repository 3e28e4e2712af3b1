"""Reading source tables strictly: exact columns, exact decimals, errors that name the row."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from aftershock.errors import SnapshotError


class ColumnError(SnapshotError):
    """A table does not have exactly the columns it should have."""


class ValueFault(SnapshotError):
    """A cell does not hold what its column promises."""


def read_table(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV table as text, with empty cells as empty strings ("NA" stays a ticker).

    `columns` are the exact column names in their exact order.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise SnapshotError(f"The source table {path.name} is missing.") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SnapshotError(f"The source table {path.name} cannot be read: {error}.") from error
    if list(table.columns) != columns:
        raise ColumnError(
            f"{path.name} has the columns {', '.join(table.columns)}; expected are exactly {', '.join(columns)}."
        )
    return table


def numbers(table: pd.DataFrame, column: str, *, label: list[str], optional: bool = False) -> npt.NDArray[np.float64]:
    """Parse one text column to the float64 nearest to each decimal; empty becomes NaN.

    numpy parses correctly rounded, which the fast parser of pandas does not promise.
    `label` are the columns that name a row in an error.
    """
    text = table[column].to_numpy(dtype=object)
    if optional:
        text = np.where(text == "", "nan", text)
    try:
        values = text.astype(np.str_).astype(np.float64)
    except ValueError:
        values = np.array([_float(cell) for cell in text])
        row = table.iloc[int(np.flatnonzero(np.isinf(values))[0])]
        raise ValueFault(f"{_name(row, label)}: {column} is {row[column]!r}, not a number.") from None
    refused = np.isinf(values) | (np.isnan(values) & ~(optional & (text == "nan")))
    if refused.any():
        row = table.iloc[int(np.flatnonzero(refused)[0])]
        raise ValueFault(f"{_name(row, label)}: {column} is {row[column]!r}, not a number.")
    return np.asarray(values, dtype=np.float64)


def integers(table: pd.DataFrame, column: str, *, label: list[str]) -> npt.NDArray[np.int64]:
    """Parse one text column of whole numbers to int64."""
    values = numbers(table, column, label=label)
    broken = values != np.rint(values)
    if broken.any():
        row = table.iloc[int(np.flatnonzero(broken)[0])]
        raise ValueFault(f"{_name(row, label)}: {column} is {row[column]}, not a whole number.")
    return values.astype(np.int64)


def dates(table: pd.DataFrame, column: str, *, label: list[str]) -> pd.Series:
    """Parse one text column of ISO dates to datetime64[s]; empty becomes NaT."""
    parsed = pd.to_datetime(table[column].replace("", None), format="%Y-%m-%d", errors="coerce")
    broken = parsed.isna() & (table[column] != "")
    if broken.any():
        row = table[broken].iloc[0]
        raise ValueFault(f"{_name(row, label)}: {column} is {row[column]!r}, not a date.")
    return parsed.astype("datetime64[s]")


def _name(row: pd.Series, label: list[str]) -> str:
    return " ".join(str(row[part]) for part in label)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
