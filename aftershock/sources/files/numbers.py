"""Numbers in a column of text, read by one rule for the whole column: which mark is the decimal one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from aftershock.sources.files.cells import Cell, is_missing

POINT, COMMA = ".", ","
_SAMPLE = 20_000  # different cells that are looked at to find the rule; the rule is then held against all cells

_MONEY = (
    r"(?:[A-Z]{0,3}[$€£¥₹₩₽₺₫฿¢]|USD|EUR|GBP|GBX|GBp|CHF|JPY|PLN|SEK|NOK|DKK|CNY|INR|CAD|HKD|TWD|KRW|zł"
    r"|kr\.?|Fr\.?|Rs\.?)"
)
_AROUND = re.compile(rf"^\s*({_MONEY})?\s*(.*?)\s*({_MONEY})?\s*$", re.DOTALL)
_SCALE = {
    **dict.fromkeys(["k", "tys", "tys.", "тыс", "тыс.", "tsd", "tsd.", "b.", "bin", "mila"], 1e3),
    **dict.fromkeys(["m", "mm", "mio", "mio.", "mln", "mln.", "mn", "mill.", "млн", "млн.", "м", "mi"], 1e6),
    **dict.fromkeys(["b", "bn", "mrd", "mrd.", "mld", "mld.", "md", "bln", "млрд", "млрд.", "g", "bi"], 1e9),
    **dict.fromkeys(["t", "tn", "bio", "трлн"], 1e12),
    "к": 1e3,
    "千": 1e3,
    "万": 1e4,
    "萬": 1e4,
    "만": 1e4,
    "億": 1e8,
    "亿": 1e8,
    "억": 1e8,
}
_SUFFIX = "|".join(sorted((re.escape(s) for s in _SCALE), key=len, reverse=True))
_SPACES = " \u00a0\u202f\u2009\u2007"
_QUOTES = "'\u2019`\u00b4"


def _pattern(decimal: str) -> re.Pattern[str]:
    other = re.escape(COMMA if decimal == POINT else POINT)
    groups = "|".join(
        rf"\d{{1,3}}(?:{mark}\d{{2,3}})*{mark}\d{{3}}" for mark in (other, f"[{_SPACES}]", f"[{_QUOTES}]")
    )
    return re.compile(
        rf"([+-]?)\s*(?:({groups}|\d+)(?:{re.escape(decimal)}(\d*))?|{re.escape(decimal)}(\d+))"
        rf"(?:[eE]([+-]?\d{{1,3}}))?\s*({_SUFFIX})?\s*([%％])?",
        re.IGNORECASE | re.ASCII,
    )


_NUMBER = {mark: _pattern(mark) for mark in (POINT, COMMA)}
_NOT_DIGITS = re.compile(r"\D+")
_CORE = re.compile(r"\d[\d.,]*|[.,]\d[\d.,]*", re.ASCII)


@dataclass(frozen=True)
class Evidence:
    """What the cells of a column say about their decimal mark; each is a cell that says so, or None.

    `either` can be read both ways: `1.234` is a thousand or one and a bit.
    """

    point: str | None = None
    comma: str | None = None
    either: str | None = None

    def joined(self, other: Evidence) -> Evidence:
        """The evidence of two columns together."""
        return Evidence(self.point or other.point, self.comma or other.comma, self.either or other.either)


@dataclass(frozen=True)
class Values:
    """A column as numbers (NaN where there is none), the rows whose text is no number, how many have a percent sign."""

    numbers: npt.NDArray[np.float64]
    unreadable: list[int] = field(default_factory=list)
    percents: int = 0


def evidence(cells: list[Cell]) -> Evidence:
    """What a column says about its decimal mark."""
    texts = {c for c in cells if isinstance(c, str)}
    if len(texts) > _SAMPLE:
        texts = set(sorted(texts)[:: len(texts) // _SAMPLE + 1])
    point = comma = either = None
    for text in sorted(texts):
        if POINT not in text and COMMA not in text:
            continue
        as_point, as_comma = _NUMBER[POINT].fullmatch(_bare(text)), _NUMBER[COMMA].fullmatch(_bare(text))
        if as_point and as_comma:
            core = _CORE.search(text)
            whole = core.group() if core else text
            # Nobody groups a leading zero: 0.123 is a fraction whatever the mark.
            if whole.startswith("0") and len(whole) > 1:
                point, comma = (point or text, comma) if POINT in whole else (point, comma or text)
            else:
                either = either or text
        elif as_point:
            # `1,234,567` says that the comma is not the decimal mark, which leaves the point.
            point = point or text
        elif as_comma:
            comma = comma or text
    return Evidence(point, comma, either)


def read_numbers(cells: list[Cell], decimal: str = POINT) -> Values:
    """A column as numbers, with one decimal mark for all its cells."""
    out = np.full(len(cells), np.nan)
    unreadable: list[int] = []
    percents = 0
    known: dict[str, tuple[float, bool] | None] = {}
    for i, cell in enumerate(cells):
        if isinstance(cell, float):
            out[i] = cell
            if cell in (np.inf, -np.inf):
                out[i] = np.nan
                unreadable.append(i)
            continue
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str):
            unreadable.append(i)
            continue
        if decimal == POINT and cell.isascii() and cell.replace(".", "", 1).isdigit():
            out[i] = float(cell)
            continue
        if cell not in known:
            if len(known) > 200_000:
                known.clear()
            known[cell] = _number(cell, decimal)
        got = known[cell]
        if got is not None:
            out[i] = got[0]
            percents += got[1]
        elif not is_missing(cell):
            unreadable.append(i)
    return Values(out, unreadable, percents)


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number under one of the two rules."""
    if isinstance(cell, float):
        return cell == cell
    if not isinstance(cell, str):
        return False
    bare = _bare(cell)
    return len(bare) < 60 and any(p.fullmatch(bare) for p in _NUMBER.values())


def jump(values: npt.NDArray[np.float64]) -> float:
    """The largest ratio between two neighbours among the positive values: what a wrong decimal mark makes huge."""
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.exp(np.abs(np.diff(np.log(known))).max())) if len(known) > 1 else 1.0


def _bare(text: str) -> str:
    text = text.strip().replace("\u2212", "-").replace("\uff0d", "-")
    if len(text) > 80:
        return ""
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1]
    sign = text[0] if text[:1] in ("-", "+") else ""
    around = _AROUND.match(text[len(sign) :])
    inner = around.group(2) if around else text
    if negative and inner[:1] not in ("-", "+"):
        inner = "-" + inner
    return sign + inner


_FULL_WIDTH = {0xFF10 + i: str(i) for i in range(10)} | {0x0660 + i: str(i) for i in range(10)}
_FULL_WIDTH |= {0x06F0 + i: str(i) for i in range(10)} | {0x0966 + i: str(i) for i in range(10)}
_FULL_WIDTH |= {0xFF0E: ".", 0xFF0C: ",", 0x066B: ".", 0x066C: ","}


def _number(text: str, decimal: str) -> tuple[float, bool] | None:
    match = _NUMBER[decimal].fullmatch(_bare(text))
    if match is None:
        return None
    sign, whole, fraction, only_fraction, power, suffix, percent = match.groups()
    digits = _NOT_DIGITS.sub("", whole or "0")
    value = float(f"{digits}.{fraction or only_fraction or '0'}e{power or 0}")
    if suffix:
        scale = _SCALE[suffix.casefold()]
        value = float(f"{digits}.{fraction or only_fraction or '0'}e{round(np.log10(scale))}")
    if not np.isfinite(value):
        return None
    return (-value if sign == "-" else value), percent is not None
