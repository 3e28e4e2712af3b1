"""How numbers are written: money, per cent, dates, and numbers in words.

Every front (page, chart, table, preview) takes its figures from here, so the same value never appears in
two spellings. Input is always the plain value: dollars, fractions, dates. Missing is an en dash.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

MINUS = "\u2212"
MISSING = "\u2013"
NBSP = "\u00a0"

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def is_missing(value: object) -> bool:
    """True for None, NaN and NaT."""
    return value is None or bool(pd.isna(value))


def usd(dollars: float | None, *, signed: bool = False) -> str:
    """Money at headline size: `$593 bn`, `$70.8 bn`, `$1.26 tn`, `$12 m`.

    The unit changes where rounding would otherwise print four figures (999.5 bn, 99.95 bn, 99.5 m). A loss carries
    a real minus; a gain carries a plus only if `signed`; what rounds to nothing carries no sign.
    """
    if dollars is None or is_missing(dollars):
        return MISSING
    size = abs(dollars) / 1e9
    if size < 0.0005:
        return f"$0{NBSP}m"
    if size < 0.0995:
        text = f"${size * 1000:.0f}{NBSP}m"
    elif size < 99.95:
        text = f"${size:.1f}{NBSP}bn"
    elif size < 999.5:
        text = f"${size:.0f}{NBSP}bn"
    else:
        text = f"${size / 1000:.2f}{NBSP}tn"
    return _sign(dollars, signed) + text


def price(dollars: float | None) -> str:
    """A share price with cents: `$142.62`; below a dollar three decimals, below ten cents four."""
    if dollars is None or is_missing(dollars):
        return MISSING
    return f"${dollars:,.{2 if abs(dollars) >= 1 else 3 if abs(dollars) >= 0.1 else 4}f}"


def percent(fraction: float | None, digits: int = 2, *, signed: bool = True) -> str:
    """A fraction as per cent: -0.16968 gives `−16.97%`; a value that rounds to zero carries no sign."""
    if fraction is None or is_missing(fraction):
        return MISSING
    text = f"{abs(fraction) * 100:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return f"{text}%"
    return f"{_sign(fraction, signed)}{text}%"


def size_percent(fraction: float | None, digits: int = 2) -> str:
    """The size of a move without its sign, for sentences that already say which way: `fell 16.97%`."""
    if fraction is None or is_missing(fraction):
        return MISSING
    return percent(abs(fraction), digits, signed=False)


def rough_percent(fraction: float | None) -> str:
    """The size of a move in whole per cent: `28%`; small ones keep a decimal, tiny ones are `under 0.1%`."""
    if fraction is None or is_missing(fraction):
        return MISSING
    size = abs(fraction)
    return "under 0.1%" if size < 0.0005 else size_percent(fraction, 1 if size < 0.0095 else 0)


def shares(count: float | None) -> str:
    """A share count: `24.490 bn`, or `58.6 m` below a tenth of a billion."""
    if count is None or is_missing(count):
        return MISSING
    return f"{count / 1e9:.3f}{NBSP}bn" if count >= 1e8 else f"{count / 1e6:.1f}{NBSP}m"


def volume(count: float | None) -> str:
    """Shares traded, in millions: `818.8 m`."""
    return MISSING if count is None or is_missing(count) else f"{count / 1e6:,.1f}{NBSP}m"


def times(ratio: float | None) -> str:
    """A ratio to the usual: `3.8`."""
    return MISSING if ratio is None or is_missing(ratio) else f"{ratio:.1f}"


def whole(number: float | None) -> str:
    """A count with thousands separators; missing stays an en dash."""
    return MISSING if number is None or is_missing(number) else f"{number:,.0f}"


def day(when: date | None, *, year: bool = True) -> str:
    """`Mon 27 Jan 2025`, the form for headlines and captions."""
    if when is None or is_missing(when):
        return MISSING
    return f"{when:%a} {when.day} {when:%b}" + (f" {when.year}" if year else "")


def date_short(when: date | None) -> str:
    """`9 Jun 2025`, the form for tables and labels."""
    return MISSING if when is None or is_missing(when) else f"{when.day} {when:%b %Y}"


def date_words(when: date) -> str:
    """`4 April`, the form for sentences whose year is clear."""
    return f"{when.day} {when:%B}"


def weekday_words(when: date) -> str:
    """`Friday`."""
    return f"{when:%A}"


def offset(sessions: int) -> str:
    """Distance from the event in sessions with its sign: `−30`, `0`, `+60`."""
    return _sign(sessions, True) + str(abs(sessions)) if sessions else "0"


def count_words(number: int, *, start: bool = False) -> str:
    """Numbers up to twelve in words (`no` for zero), larger ones in figures; `start` begins a sentence."""
    text = WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"
    return text[0].upper() + text[1:] if start else text


def ordinal(number: int) -> str:
    """`9th`, `21st`, `12th`."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def all_words(number: int) -> str:
    """`Both`, `All three`, `All 17`, as the start of a sentence."""
    return "Both" if number == 2 else f"All {count_words(number)}"


def plural(number: int, singular: str, several: str | None = None) -> str:
    """`1 session`, `95 sessions`; `several` replaces the regular plural."""
    return f"{number:,} {singular if number == 1 else several or singular + 's'}"


def possessive(name: str) -> str:
    """`NVIDIA’s`, `Texas Instruments’`."""
    return f"{name}\u2019" if name.endswith("s") else f"{name}\u2019s"


def listing(names: Sequence[str], most: int = 4) -> str:
    """Names joined as in a sentence, the rest counted: `A, B and C`, `A, B, C and 5 others`."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _sign(value: float, signed: bool) -> str:
    if math.isclose(value, 0.0, abs_tol=1e-15):
        return ""
    return MINUS if value < 0 else "+" if signed else ""
