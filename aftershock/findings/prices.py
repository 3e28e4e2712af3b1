"""Sentences of the prices page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aftershock import formats as f
from aftershock.findings.common import fraction_words, moved, name, names, when_before
from aftershock.impact import Impact

NUMBERED = 12  # events that a chart can number; further ones are dots


def headline(impact: Impact, focus: str) -> str:
    """How much of the day's move was there with the first trades."""
    r, who = impact.table.loc[focus], name(impact, focus)
    gap, day = r["gap"], r["day"]
    if not np.isfinite(gap) or abs(day) < 0.005:
        return f"{who} {moved(day)} on {f.day(impact.day.session)}"
    if abs(gap / day) < 0.03:
        return f"{who} {moved(day)}, all of it after the open"
    if gap * day < 0:
        return f"{who} opened {f.percent(gap, 1)} and turned: {f.percent(day)} at the close"
    what = "fall" if day < 0 else "rise"
    prices = f"{f.price(r['before'])} on {when_before(impact)}, {f.price(r['open'])} at the open"
    if gap / day > 1.03:
        return f"{who} opened {f.percent(gap, 1)} and took part of it back: {f.percent(day)} at the close"
    then = "was over when the market opened" if day < 0 else "was there with the first trades"
    return f"{'All' if gap / day > 0.97 else fraction_words(gap / day)} of {f.possessive(who)} {what} {then}: {prices}"


def deck(impact: Impact, focus: str) -> str:
    """The best (or worst) trade of the day and the way back."""
    r, before = impact.table.loc[focus], f.possessive(when_before(impact))
    if r["day"] >= 0:
        extremes = f"The lowest trade of the day was {f.price(r['low'])}, the highest {f.price(r['high'])}"
        return f"{extremes}; it closed at {f.price(r['close'])}."
    first = f"The highest trade of the day was {f.price(r['high'])}."
    filled, back = r["sessions_filled"], r["sessions_back"]
    if not np.isfinite(filled):
        return f"{first} No trade at {before} price has come since."
    trade = "the same day" if filled == 0 else f"{f.plural(int(filled), 'session')} later"
    if not np.isfinite(back):
        return f"{first} A trade at {before} price came {trade}, a close at or above it not yet."
    if back == filled:
        return f"{first} A trade and a close at or above {before} price came {trade}."
    after = f"{int(back)}" if filled else f.plural(int(back), "session")
    return f"{first} A trade at {before} price came {trade}, a close at or above it only after {after}."


def rebased_title(impact: Impact, focus: str, last: int, events: pd.Series) -> str:
    """How many stood above the baseline at the end, and the heaviest event after this one.

    `events` holds the focus company's move on each catalogued session of the span, by session.
    """
    close = impact.history.frames["close"]
    end = close[impact.symbols].iloc[last] / impact.table["before"]
    known, sessions = end.dropna(), last - impact.day.position
    above = int((known >= 1).sum())
    if sessions < 1 or known.empty:
        return "There are no later prices yet"
    since = f"{f.possessive(when_before(impact))} price after {f.plural(sessions, 'session')}"
    if len(known) == 1:
        share = known.iloc[0] - 1
        where = f"{f.rough_percent(share)} {'below' if share < 0 else 'above'}" if share else "at"
        start = f"{name(impact, str(known.index[0]))} stood {where} {since}"
    else:
        few = f"{'None' if above == 0 else f.count_words(above, start=True)} of {len(known)}"
        start = f"{f.all_words(above) if above == len(known) else few} stood above {since}"
    after = events[events.index > impact.day.session]
    if after.empty or after.min() > -0.02:
        return start
    heaviest = after.idxmin()
    when = f.date_words(heaviest) + ("" if heaviest.year == impact.day.session.year else f" {heaviest.year}")
    return (
        f"{start}; the heaviest event day after it, {when}, cost {name(impact, focus)} {f.size_percent(after.min(), 1)}"
    )


def rebased_caption(impact: Impact, focus: str, pins: int, *, pins_are_falls: bool) -> str:
    """What the rebased chart shows."""
    n = len(impact.table)
    peers = f" red: mean of the {n}; grey: the others;" if n > 1 else ""
    return (
        f"Close of {f.day(impact.day.baseline)} = 100, logarithmic. Bold: {name(impact, focus)};{peers} dashed: "
        f"{impact.benchmark.name}. {_marks(impact, focus, pins, pins_are_falls=pins_are_falls)}".rstrip()
    )


def price_title(impact: Impact, focus: str, first: int, last: int, deeper: int) -> str:
    """What became of the price over the span."""
    close = impact.history.frames["close"][focus].iloc[first : last + 1].dropna()
    who, before = name(impact, focus), impact.table.at[focus, "before"]
    times, years = close.iloc[-1] / close.iloc[0], (close.index[-1] - close.index[0]).days / 365.25
    if years > 3 and times >= 2:
        down, some = impact.table.at[focus, "day"] < 0, "s" if deeper != 1 else ""
        what = f"fall{some} as deep as this one or deeper" if down else f"rise{some} as large or larger"
        through = f", through {f.count_words(deeper)} other {what}" if deeper else ""
        return f"{who} up {times:,.0f}-fold since {close.index[0].year}{through}"
    end = close.iloc[-1]
    sessions = last - impact.day.position
    way = end / before - 1
    stood = "at" if abs(way) < 0.005 else f"{f.size_percent(way, 0)} {'below' if way < 0 else 'above'}"
    against = f"{f.possessive(when_before(impact))} {f.price(before)}"
    return f"{who} stood at {f.price(end)} after {f.plural(sessions, 'session')}, {stood} {against}"


def price_caption(impact: Impact, focus: str, pins: int, *, log: bool, pins_are_falls: bool) -> str:
    """What the dollar chart shows."""
    start = (
        f"Close, dollars{', logarithmic' if log else ''}. Dotted: {f.possessive(when_before(impact))} close; dashed: "
    )
    marks = _marks(impact, focus, pins, pins_are_falls=pins_are_falls)
    return f"{start}{impact.benchmark.name} from the same start. {marks}".rstrip()


def _marks(impact: Impact, focus: str, pins: int, *, pins_are_falls: bool) -> str:
    if not pins:
        return ""
    whose = f.possessive(name(impact, focus))
    marks = "Numbers and dots" if pins > NUMBERED else "Numbers"
    if pins_are_falls:
        return f"{marks}: other sessions with a move of {whose} at least as far."
    return f"{marks}: other events of the catalogue, coloured by {whose} move that day."


def candle_title(impact: Impact, focus: str, per: int) -> str:
    """The volume of the day, and how long the gap stayed open."""
    r = impact.table.loc[focus]
    if not np.isfinite(r["times_usual"]):
        start = f"{name(impact, focus)} from open to close"
    else:
        traded = f"{r['volume'] / 1e6:,.0f} m shares of {name(impact, focus)} changed hands"
        start = f"{traded}, {f.times(r['times_usual'])} times the usual"
    if not np.isfinite(r["gap"]) or r["gap"] >= -0.005 or per > 1:
        return start
    filled = r["sessions_filled"]
    if not np.isfinite(filled):
        return f"{start}; the gap is still open"
    if filled == 0:
        return f"{start}; the gap was filled the same day"
    return f"{start}; the gap stayed open for {f.plural(int(filled), 'session')}"


def candle_caption(impact: Impact, focus: str, sessions: int, per: int) -> str:
    """What the candles show."""
    each = {1: "", 5: " A candle is five sessions.", 21: " A candle is 21 sessions."}[per]
    gap = "." if per > 1 else "; band: the gap until a trade filled it."
    return (
        f"{name(impact, focus)}, dollars, {f.plural(sessions, 'session')}. Body: open to close, red if it fell; line: "
        f"low to high{gap} Below: volume, million shares; usual: median of the 60 sessions before.{each}"
    )


def session_title(impact: Impact, focus: str, closes: pd.Series) -> str:
    """Where the focus company's day went, by minute."""
    known = closes.dropna()
    low, before = known.idxmin(), impact.table.at[focus, "before"]

    who, first = name(impact, focus), known.index[0]
    if low == first:
        return f"{who} traded lowest at the start, {_against(known.min(), before)} at {low:%H:%M}"
    start = f"{who} traded {_against(known.iloc[0], before)} at {first:%H:%M}"
    return f"{start} and {_against(known.min(), before)} at its low at {low:%H:%M}"


def _against(price: float, before: float) -> str:
    """`8.2% lower`."""
    return f"{f.size_percent(price / before - 1, 1)} {'lower' if price < before else 'higher'}"


def session_caption(impact: Impact, focus: str, show: str) -> str:
    """What the minute chart shows."""
    unit = {
        "rebased": f"close of {f.day(impact.day.baseline)} = 100; grey: the others with minute bars",
        "candles": "dollars, candles of five minutes",
    }.get(show, "dollars")
    return f"{name(impact, focus)} by minute, New York time, {unit}. Shaded: before the open and after the close."


def distance_title(impact: Impact, focus: str) -> str:
    """How much of the year's range the day took, and of the whole history."""
    r = impact.table.loc[focus]
    close = impact.history.frames["close"][focus]
    first, last = impact.span_rows(focus, "year")
    year = close.iloc[first : last + 1].dropna()
    if year.max() == year.min():
        return f"{name(impact, focus)} from near and far"
    share = abs(r["before"] - r["close"]) / (year.max() - year.min())
    years = round((close.dropna().index[-1] - close.dropna().index[0]).days / 365.25)
    what = "fall" if r["day"] < 0 else "rise"
    tail = f", a notch in {years} years" if share < 0.5 and years > 3 else f" in {years} years" if years > 3 else ""
    return f"The same {what} from near and far: {f.rough_percent(share)} of the year\u2019s range{tail}"


def distance_caption(impact: Impact, focus: str, *, minutes: bool) -> str:
    """What the small panels show."""
    first = "first panel by minute, " if minutes else ""
    return (
        f"{name(impact, focus)}, each panel on its own scale; {first}last two logarithmic. Coloured: the move from the "
        "close before. A heading sets the span above."
    )


def gap_title(impact: Impact) -> str:
    """For how many the gap was more than half of the fall (or the rise)."""
    t = impact.table
    down = impact.fell >= impact.rose
    some = (t[t["day"] < 0] if down else t[t["day"] > 0]).dropna(subset=["gap"])
    what = "fell" if down else "rose"
    many = int((some["gap"] / some["day"] > 0.5).sum())
    if len(some) < 2:
        return "The gap at the open and the rest of the day"
    if many == len(some):
        return f"In {f.all_words(len(some)).lower()} that {what} the gap at the open was more than half of it"
    if many * 2 >= len(some):
        return f"In {many} of the {len(some)} that {what} the gap at the open was more than half of it"
    if many == 0:
        return f"For {f.all_words(len(some)).lower()} that {what} more of it came after the open"
    return f"For most of the {len(some)} that {what} more of it came after the open"


def gap_caption(impact: Impact) -> str:
    """What the gap rows show."""
    return (
        f"Pale: from {f.possessive(when_before(impact))} close to the open; strong: from the open to the close; line: "
        "lowest to highest trade of the day."
    )


def zoom_title(impact: Impact, focus: str) -> str:
    """How the other mornings opened."""
    frames = impact.history.frames
    first, last = impact.nearby_rows
    gaps = (
        frames["open"][focus].iloc[first : last + 1] / frames["close"][focus].shift(1).iloc[first : last + 1] - 1
    ).dropna()
    others = gaps.drop(impact.day.session, errors="ignore")
    if others.empty:
        return f"{name(impact, focus)} around the day"
    largest = others.abs().max()
    one = len(others) == 1
    mornings = "The other morning" if one else f"The {f.count_words(len(others))} mornings around it"
    return f"{mornings} opened at most {f.size_percent(largest, 1)} from the close before"


def zoom_caption(impact: Impact, focus: str) -> str:
    """What the eleven candles show."""
    return f"{name(impact, focus)}, dollars. Body: open to close; line: low to high; band: gap at the open."


def table_title(impact: Impact, focus: str) -> str:
    """Who traded most against the usual."""
    times = impact.table["times_usual"].dropna()
    if times.empty:
        return "The prices of the day"
    top = str(times.idxmax())
    start = f"{name(impact, top)} traded {times[top]:.1f} times its usual volume"
    return start if focus == top or focus not in times else f"{start}, {name(impact, focus)} {times[focus]:.1f} times"


def table_caption(impact: Impact) -> str:
    """What the table's columns mean."""
    return (
        f"Prices of {f.day(impact.day.session)} in dollars. Usual: median volume of the 60 sessions before. Filled: "
        f"first trade at {f.possessive(when_before(impact))} close or above; back above: first close."
    )


def source(impact: Impact) -> str:
    """Where the prices come from, and who has not closed at or above the baseline yet."""
    start = "Source: daily open, high, low, close and volume, adjusted for splits; events from the bundled catalogue."
    never = list(impact.table.index[impact.table["sessions_back"].isna()])
    return f"{start} Not back yet: {names(impact, never, 6)}." if never else start
