"""Dates in a column, read by one rule for the whole column; the exchange calendar decides what the text leaves open."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from aftershock.sources.files.cells import Cell

Days = npt.NDArray[np.datetime64]
NEW_YORK: Final = ZoneInfo("America/New_York")
MISSING_DAY: Final = np.datetime64("NaT", "D")

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"
_ORDERS = {DAY_FIRST: (2, 1, 0), MONTH_FIRST: (2, 0, 1), YEAR_FIRST: (0, 1, 2)}
_PATTERN = {DAY_FIRST: "day/month/year", MONTH_FIRST: "month/day/year", YEAR_FIRST: "year/month/day"}

_MONTHS = """
jan january januar janvier janv enero ene gennaio gen janeiro januari styczen stycznia sty sie januara
 tammikuu tammi ocak oca leden ledna jan. янв январь января ene. januar jaan
feb february februar fevrier fev fevr febrero febbraio fevereiro februari luty lutego lut helmikuu helmi subat
 sub unor unora фев февраль февраля февр
mar march marz maerz mars marzo mrz marco maart mrt marzec marca maaliskuu maalis mart brezen brezna мар март
 марта mär märz
apr april avril avr abril abr aprile kwiecien kwietnia kwi huhtikuu huhti nisan nis duben dubna апр апрель
 апреля
may mai mayo maggio mag maio mei maj maja toukokuu touko mayis kveten kvetna май мая
jun june juni juin junio giugno giu junho czerwiec czerwca cze kesakuu kesa haziran haz cerven cervna июн июнь
 июня
jul july juli juillet juil julio luglio lug julho lipiec lipca lip heinakuu heina temmuz tem cervenec cervence
 июл июль июля
aug august aout aou agosto ago augustus sierpien sierpnia augusti elokuu elo agustos agu srpen srpna авг
 август августа
sep sept september septembre septiembre settembre set setembro wrzesien wrzesnia wrz syyskuu syys eylul eyl
 zari сен сентябрь сентября сент
oct october oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz lokakuu loka ekim
 eki rijen rijna окт октябрь октября
nov november novembre noviembre novembro listopad listopada lis marraskuu marras kasim kas ноя ноябрь ноября
 нояб
dec december dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia gru desember des joulukuu
 joulu aralik ara prosinec prosince дек декабрь декабря
"""


def _months() -> dict[str, int]:
    known: dict[str, int] = {}
    month = 0
    for line in _MONTHS.strip().split("\n"):
        month += not line.startswith(" ")
        for word in line.split():
            known.setdefault(_fold(word), month)
    # Polish abbreviates August as `sie`, which the first line must not claim.
    known["sie"] = 8
    return known


def _fold(word: str) -> str:
    word = word.casefold().strip(".").replace("ı", "i").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


_MONTH = _months()
_TIME = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
_ZONE = (
    r"\s*((?:GMT|UTC)?[+-]\d{2}(?::?\d{2}){0,2}|Z|UTC|GMT|E[SD]T)?"
    r"(?:\s*[(\[][A-Za-z /_]{2,40}[)\]]|\s[A-Z]{2,5}|\s[A-Z]\w+/\w+)?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_TAIL = _TIME + _ZONE
_ISO = re.compile(rf"(\d{{4}})\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}})\.?{_TAIL}", re.ASCII)
_CJK = re.compile(rf"(\d{{4}})\s?[年년]\s?(\d{{1,2}})\s?[月월]\s?(\d{{1,2}})\s?[日일]?{_TAIL}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?()" + _ZONE, re.ASCII)
_TRIPLE = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})\s?([-/.\u2010-\u2014])\s?(\d{{1,2}})\s?[-/.\u2010-\u2014]\s?(\d{{4}}|\d{{2}})\.?{_TAIL}"
)
_NAMED_DAY = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º)?\.?[-\s/,]*(?:de\s+)?([^\W\d_]{{3,12}})\.?[-\s/,']*(?:de\s+)?(\d{{4}}|\d{{2}}){_TAIL}"
)
_NAMED_MONTH = re.compile(
    rf"{_WEEKDAY}([^\W\d_]{{3,12}})\.?[-\s/]*(\d{{1,2}})(?:st|nd|rd|th)?[-\s/,]+(\d{{4}}|\d{{2}}){_TAIL}"
)
_NAMED_YEAR = re.compile(rf"(\d{{4}})[-\s/.]+([^\W\d_]{{3,12}})\.?[-\s/.]+(\d{{1,2}}){_TAIL}")
_UNIX_DATE = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?: ?(?:GMT|UTC)?([+-]\d{4})?| [A-Z]{3,4})? (\d{4})"
    r"(?: (?:GMT|UTC)?([+-]\d{4}).*)?"
)


@dataclass(frozen=True)
class Stamp:
    """One date as it is written: three numbers (year, month, day where `known`), time of day in seconds, UTC offset."""

    numbers: tuple[int, int, int]
    known: bool
    mark: str = ""
    seconds: int | None = None
    offset: int | None = None


@dataclass(frozen=True)
class Dates:
    """A column as days (NaT where it holds no date), the time of each in seconds, and how that was decided.

    `question` is set, and no day is known, where nothing decides: its possible answers are the names of the orders.
    """

    days: Days
    times: npt.NDArray[np.int64]
    notes: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    example: str = ""
    contradiction: tuple[str, str] | None = None


def looks_like_date(cell: Cell) -> bool:
    """Whether a cell is written as a date. A bare number is none, unless it has the eight digits of a date."""
    if isinstance(cell, datetime):
        return True
    if not isinstance(cell, str) or not 6 <= len(cell) <= 64 or not any(c.isdigit() for c in cell):
        return False
    return _stamp(cell) is not None


def numeric_kind(values: npt.NDArray[np.float64]) -> str | None:
    """What a column of numbers would be as dates: `excel`, `compact`, `s`, `ms`, `us`, `ns`; None if nothing fits."""
    if not len(values) or not np.isfinite(values).all():
        return None
    low, high = float(values.min()), float(values.max())
    whole = bool((values == np.floor(values)).all())
    if whole and low >= 19000101 and high <= 21001231:
        parts = values.astype(np.int64)
        if bool(
            ((parts // 100 % 100 <= 12) & (parts % 100 <= 31) & (parts // 100 % 100 > 0) & (parts % 100 > 0)).all()
        ):
            return "compact"
        return None
    if low >= 15_000 and high <= 75_000:
        return "excel"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)):
        if low >= 1.0e8 * factor and high <= 6.0e9 * factor:
            return unit
    return None


def read_dates(
    cells: list[Cell], *, today: date, answer: str | None = None, foreign: bool = False, month_first: bool = False
) -> Dates:
    """A column as the days of sessions.

    Args:
        cells: the column.
        today: no session lies after it.
        answer: the order a person has chosen, if one was asked.
        foreign: the words of the file are not English, so that the month does not come first.
        month_first: the format is known to put the month first.
    """
    keys, unique = _factors(cells)
    numbers = np.array([_as_float(c) for c in unique])
    stamps = [_stamp(c) for c in unique]
    stamps = _as_typed(unique, stamps)
    plain = np.array([s is None and n == n for s, n in zip(stamps, numbers, strict=True)], bool)
    if plain.sum() > sum(s is not None for s in stamps):
        return _spread(_from_numbers(np.where(plain, numbers, np.nan), keys, today), keys)
    orders = _readings(stamps)
    if answer in orders:
        orders = {answer: orders[answer]}
    contradiction = _contradiction(orders, unique, stamps)
    days, notes, question = _choose(orders, stamps, keys, today, foreign, month_first)
    if answer in orders:
        notes = (f"Dates were read as {_PATTERN[answer]} ({answer}), as answered.",)
    example = next((str(c) for c, s in zip(unique, stamps, strict=True) if s is not None and not s.known), "")
    if days is None or contradiction:
        nothing = np.full(len(unique), MISSING_DAY)
        return _spread(Dates(nothing, np.zeros(len(unique), np.int64), (), question, example, contradiction), keys)
    times = np.array([(s.seconds or 0) if s else 0 for s in stamps], np.int64)
    zoned, more = _in_new_york(days, stamps, today)
    return _spread(Dates(zoned, times, (*notes, *more), (), example, contradiction), keys)


def _as_typed(cells: list[Cell], stamps: list[Stamp | None]) -> list[Stamp | None]:
    """The dates as they were typed, where a spreadsheet took only those for dates that its own order could read.

    `05/02` became a date, `24/01` stayed text: the order that reads the text is that of the whole column.
    """
    typed = [isinstance(c, datetime) for c in cells]
    left = [s for s, t in zip(stamps, typed, strict=True) if s is not None and not t and not s.known]
    if not left or not any(typed) or any("2" in s.mark for s in left):
        return stamps
    day_first = sum(s.numbers[0] > 12 for s in left)
    month_first = sum(s.numbers[1] > 12 for s in left)
    own = [s for s, t in zip(stamps, typed, strict=True) if t and s is not None]
    if bool(day_first) == bool(month_first) or any(s.numbers[2] > 12 for s in own):
        return stamps
    # What stayed text has the day first, so the spreadsheet read months first (or the other way round).
    first, second = (1, 2) if day_first else (2, 1)
    return [
        Stamp((s.numbers[first], s.numbers[second], s.numbers[0]), False, "/", s.seconds) if t and s is not None else s
        for s, t in zip(stamps, typed, strict=True)
    ]


def closed_days(days: Days, today: date) -> npt.NDArray[np.bool_]:
    """Which days are no session: weekends, holidays of the exchange, days to come. NaT is none of them."""
    from aftershock.sessions import all_sessions

    known = ~np.isnat(days)
    sessions = all_sessions().to_numpy().astype("datetime64[D]")
    inside = known & (days >= sessions[0]) & (days <= sessions[-1])
    weekend = (days.astype("datetime64[D]").view("int64") + 3) % 7 >= 5
    closed = np.where(inside, ~np.isin(days, sessions), known & weekend)
    return closed | (known & (days > np.datetime64(today, "D")))


def _factors(cells: list[Cell]) -> tuple[npt.NDArray[np.int64], list[Cell]]:
    places: dict[Cell, int] = {}
    keys = np.fromiter((places.setdefault(c, len(places)) for c in cells), np.int64, len(cells))
    return keys, list(places)


def _spread(dates: Dates, keys: npt.NDArray[np.int64]) -> Dates:
    days, times = dates.days[keys], dates.times[keys]
    return Dates(days, times, dates.notes, dates.question, dates.example, dates.contradiction)


def _as_float(cell: Cell) -> float:
    if isinstance(cell, float):
        return cell
    if isinstance(cell, str) and len(cell) < 24 and cell.isascii() and cell.replace(".", "", 1).isdigit():
        return float(cell)
    return float("nan")


def _stamp(cell: Cell) -> Stamp | None:
    if isinstance(cell, datetime):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        return Stamp((cell.year, cell.month, cell.day), True, seconds=seconds)
    if not isinstance(cell, str) or not 6 <= len(cell) <= 64:
        return None
    text = " ".join(cell.split())
    if match := _ISO.fullmatch(text) or _CJK.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, *rest = match.groups()
        return _checked((int(year), int(month), int(day)), rest)
    if match := _TRIPLE.fullmatch(text):
        a, mark, b, c, *rest = match.groups()
        if len(c) == 4:
            return _made((int(a), int(b), int(c)), False, mark, rest)
        return _made((int(a), int(b), int(c)), False, mark + "2", rest)
    for pattern, order in ((_NAMED_MONTH, (2, 0, 1)), (_NAMED_DAY, (2, 1, 0)), (_NAMED_YEAR, (0, 1, 2))):
        if match := pattern.fullmatch(text):
            groups = match.groups()
            year, word, day = (groups[i] for i in order)
            month_number = _MONTH.get(_fold(word))
            if month_number is not None:
                return _checked((_century(year), month_number, int(day)), list(groups[3:]))
    if match := _UNIX_DATE.fullmatch(text):
        word, day, hour, minute, second, zone, year, late_zone = match.groups()
        month_number = _MONTH.get(_fold(word))
        if month_number is not None:
            rest = [hour, minute, second, None, zone or late_zone]
            return _checked((int(year), month_number, int(day)), rest)
    return None


def _checked(numbers: tuple[int, int, int], rest: list[str | None]) -> Stamp | None:
    return _made(numbers, True, "", rest) if _day(*numbers) is not None else None


def _made(numbers: tuple[int, int, int], known: bool, mark: str, rest: list[str | None]) -> Stamp | None:
    hour, minute, second, half, zone = (*rest, None, None, None, None, None)[:5]
    seconds = None
    if hour is not None:
        hours = int(hour) % 12 + (12 if half in ("p", "P") else 0) if half else int(hour)
        if hours > 24 or int(minute or 0) > 59 or int(second or 0) > 60:
            return None
        seconds = hours * 3600 + int(minute or 0) * 60 + int(second or 0)
    return Stamp(numbers, known, mark, seconds, _offset(zone))


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return 0
    if zone in ("EST", "EDT"):
        return -5 * 3600 if zone == "EST" else -4 * 3600
    zone = zone[3:] if zone[0] in "GU" else zone
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (-1 if zone[0] == "-" else 1) * (int(digits[:2]) * 3600 + int(digits[2:4]) * 60)


def _century(year: str) -> int:
    """A year of two digits: not more than a year ahead, so 25 is 2025 and 98 is 1998."""
    if len(year) == 4:
        return int(year)
    ahead = datetime.now(UTC).year + 1
    return int(year) + (2000 if 2000 + int(year) <= ahead else 1900)


def _day(year: int, month: int, day: int) -> np.datetime64 | None:
    try:
        return np.datetime64(date(year, month, day), "D") if year >= 1800 else None
    except ValueError:
        return None


def _readings(stamps: list[Stamp | None]) -> dict[str, Days]:
    """The column under each order of day, month and year that its open dates allow; the others read the same in all."""
    open_ones = [s for s in stamps if s is not None and not s.known]
    if not open_ones:
        return {YEAR_FIRST: _ordered(stamps, YEAR_FIRST)}
    orders = [DAY_FIRST, MONTH_FIRST]
    if any(s.mark.endswith("2") for s in open_ones):
        orders.append(YEAR_FIRST)
    return {order: _ordered(stamps, order) for order in orders}


def _ordered(stamps: list[Stamp | None], order: str) -> Days:
    places = _ORDERS[order]
    out = np.full(len(stamps), MISSING_DAY)
    for i, stamp in enumerate(stamps):
        if stamp is None:
            continue
        if stamp.known:
            year, month, day = stamp.numbers
        else:
            if order == YEAR_FIRST and not stamp.mark.endswith("2"):
                continue
            year, month, day = (stamp.numbers[p] for p in places)
            if stamp.mark.endswith("2"):
                year = _century(f"{year:02d}")
        got = _day(year, month, day)
        if got is not None:
            out[i] = got
    return out


def _choose(
    orders: Mapping[str, Days],
    stamps: list[Stamp | None],
    keys: npt.NDArray[np.int64],
    today: date,
    foreign: bool,
    month_first: bool,
) -> tuple[Days | None, tuple[str, ...], tuple[str, ...]]:
    if len(orders) == 1:
        return next(iter(orders.values())), (), ()
    readable = {name: int((~np.isnat(days)).sum()) for name, days in orders.items()}
    left = [name for name in orders if readable[name] == max(readable.values())]
    why = "the other order has months beyond 12"
    if len(left) > 1:
        left, why = _by_calendar(orders, left, today)
    if len(left) > 1:
        smooth = {name: _turns(orders[name][keys]) for name in left}
        fewest = min(smooth.values())
        straight = [name for name in left if smooth[name] <= fewest * 2 and smooth[name] <= 0.02]
        if straight and min((smooth[n] for n in left if n not in straight), default=1.0) > max(0.1, fewest * 3):
            left, why = straight, "otherwise the rows would not be in order"
    if len(left) > 1:
        marks = {s.mark for s in stamps if s is not None and not s.known}
        if month_first and MONTH_FIRST in left:
            left, why = [MONTH_FIRST], "that is how this format writes them"
        elif (foreign or marks <= {".", ".2"}) and DAY_FIRST in left and len(marks) == 1:
            left, why = (
                [DAY_FIRST],
                "that is how they are written in this language" if foreign else "points stand between",
            )
    # Orders that give the same days need no decision.
    if len(left) > 1 and all(np.array_equal(orders[left[0]], orders[n], equal_nan=True) for n in left[1:]):
        left, why = left[:1], "both orders give the same"
    if len(left) > 1:
        return None, (), tuple(left)
    return orders[left[0]], (f"Dates were read as {_PATTERN[left[0]]} ({left[0]}): {why}.",), ()


def _by_calendar(orders: Mapping[str, Days], names: list[str], today: date) -> tuple[list[str], str]:
    count = max(1, int((~np.isnat(orders[names[0]])).sum()))
    faults = {name: int(closed_days(orders[name], today).sum()) for name in names}
    best = min(faults.values())
    # A market with other holidays has a few closed days under the right reading, too.
    if best == 0:
        left = [n for n in names if faults[n] == 0]
    elif best / count <= 0.1:
        left = [n for n in names if faults[n] <= best * 2 + 1]
    else:
        return names, ""
    others = " or ".join(_PATTERN[n] for n in names if n not in left)
    return left, f"{others} would put rows on weekends, holidays or days to come"


def _turns(days: Days) -> float:
    """Share of the steps from row to row that go against the way most go."""
    known = days[~np.isnat(days)]
    steps = np.diff(known.view("int64"))
    up, down = int((steps > 0).sum()), int((steps < 0).sum())
    return min(up, down) / max(1, up + down)


def _contradiction(
    orders: Mapping[str, Days], unique: list[Cell], stamps: list[Stamp | None]
) -> tuple[str, str] | None:
    """A date that only the day-first order reads and one that only the month-first order reads, if both are common."""
    if DAY_FIRST not in orders or MONTH_FIRST not in orders:
        return None
    day, month = ~np.isnat(orders[DAY_FIRST]), ~np.isnat(orders[MONTH_FIRST])
    only_day, only_month = np.flatnonzero(day & ~month), np.flatnonzero(month & ~day)
    if YEAR_FIRST in orders:
        return None
    # One slip of the pen in a long file is a bad row, not a contradiction.
    if min(len(only_day), len(only_month)) * 20 >= max(len(only_day), len(only_month)) > 0:
        return str(unique[only_day[0]]), str(unique[only_month[0]])
    return None


def _in_new_york(days: Days, stamps: list[Stamp | None], today: date) -> tuple[Days, tuple[str, ...]]:
    """Days as the session in New York. Midnights stand for the day that is written, whatever their zone."""
    zoned = [i for i, s in enumerate(stamps) if s is not None and s.offset is not None and not np.isnat(days[i])]
    if not zoned or all((stamps[i].seconds or 0) == 0 for i in zoned):  # type: ignore[union-attr]
        return days, ()
    there = days.copy()
    for i in zoned:
        stamp = stamps[i]
        if stamp is not None and stamp.offset is not None:
            seconds = int(days[i].astype("int64")) * 86400 + (stamp.seconds or 0) - stamp.offset
            there[i] = _new_york_day(seconds)
    if closed_days(there, today).sum() > closed_days(days, today).sum():
        return days, ("Times carry a zone; the date is the one written, since that is the one of a session.",)
    return there, ("Times carry a zone; the date of a session is the one in New York.",)


def _new_york_day(seconds: int) -> np.datetime64:
    return np.datetime64(
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(NEW_YORK).date(), "D"
    )


def _from_numbers(numbers: npt.NDArray[np.float64], keys: npt.NDArray[np.int64], today: date) -> Dates:
    """Numbers as days: of Excel, of eight digits, or seconds since 1970."""
    known = np.isfinite(numbers)
    values = numbers[known]
    kind = numeric_kind(values)
    days = np.full(len(numbers), MISSING_DAY)
    times = np.zeros(len(numbers), np.int64)
    if kind is None:
        return Dates(days, times)
    if kind == "excel":
        got, note = _from_excel(values, today)
        times[known] = np.round((values % 1) * 86400).astype(np.int64)
    elif kind == "compact":
        parts = values.astype(np.int64)
        each = [_day(int(p // 10000), int(p // 100 % 100), int(p % 100)) for p in parts]
        got, note = np.array([MISSING_DAY if d is None else d for d in each], "datetime64[D]"), None
    else:
        got, seconds = _from_epoch(values, kind, today)
        times[known] = seconds
        unit = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}[kind]
        note = f"Dates were read as {unit} since 1970 (epoch times); the date of a session is the one in New York."
    days[known] = got
    return Dates(days, times, (note,) if note else ())


def _from_excel(values: npt.NDArray[np.float64], today: date) -> tuple[Days, str]:
    whole = np.floor(values).astype(np.int64)
    since_1900 = np.datetime64("1899-12-30", "D") + whole.astype("timedelta64[D]")
    since_1904 = np.datetime64("1904-01-01", "D") + whole.astype("timedelta64[D]")
    if closed_days(since_1904, today).sum() < closed_days(since_1900, today).sum():
        return since_1904, "Dates were read as Excel day numbers since 1904 (since 1900 they would fall on weekends)."
    return since_1900, "Dates were read as Excel day numbers."


def _from_epoch(values: npt.NDArray[np.float64], unit: str, today: date) -> tuple[Days, npt.NDArray[np.int64]]:
    seconds = np.floor(values / {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]).astype(np.int64)
    as_written = (seconds // 86400).astype("datetime64[D]")
    there = np.array([_new_york_day(int(s)) for s in seconds], "datetime64[D]")
    midnights = bool((seconds % 86400 == 0).all())
    faults = int(closed_days(as_written, today).sum()), int(closed_days(there, today).sum())
    if midnights:
        return (as_written if faults[0] <= faults[1] else there), seconds % 86400
    return (there if faults[1] <= faults[0] else as_written), seconds % 86400
