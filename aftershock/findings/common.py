"""Turns of phrase that several pages share."""

from __future__ import annotations

from aftershock import formats as f
from aftershock.companies import baskets
from aftershock.impact import Impact

HARDLY = 0.002


def noun(impact: Impact, number: int | None = None) -> str:
    """What the companies are together: `17 AI chip stocks`, `24 AI stocks`, else `5 stocks`.

    `number` takes the place of the number of companies, where fewer of them are meant.
    """
    many = len(impact.table) if number is None else number
    return f"{many} {kind(impact) if many > 1 else 'stock'}"


def kind(impact: Impact) -> str:
    """The noun of `noun` without its number; one company is a stock, whatever basket it is from."""
    chosen = set(impact.symbols) | set(impact.left_out)
    for basket in baskets().values():
        if chosen == set(basket.symbols):
            return basket.noun
    return "stock" if len(impact.table) == 1 else "stocks"


def subject(impact: Impact) -> str:
    """The session as the subject of a sentence: `The DeepSeek sell-off`, else `Thu 27 Feb 2025`."""
    event = impact.day.event
    return (event.subject if event else None) or f.day(impact.day.session)


def when_before(impact: Impact) -> str:
    """The baseline by its weekday where that is clear (within a week), else by its date: `Friday`."""
    base, session = impact.day.baseline, impact.day.session
    return f.weekday_words(base) if (session - base).days < 7 else f.day(base)


def weekday_close(impact: Impact) -> str:
    """`Friday’s close`, or `the close of Mon 10 Sep 2001` where the weekday would not be clear."""
    base = impact.day.baseline
    near = (impact.day.session - base).days < 7
    return f"{f.possessive(f.weekday_words(base))} close" if near else f"the close of {f.day(base)}"


def name(impact: Impact, symbol: str) -> str:
    """A company's name in a sentence."""
    return str(impact.table.at[symbol, "name"])


def names(impact: Impact, symbols: list[str], most: int = 3) -> str:
    """Several names in a sentence, the rest counted."""
    return f.listing([name(impact, s) for s in symbols], most)


def moved(fraction: float, digits: int = 2) -> str:
    """`fell 1.46%`, `rose 0.92%`, `hardly moved`."""
    if f.is_missing(fraction):
        return "has no price that day"
    if abs(fraction) < HARDLY / 4:
        return "hardly moved"
    return f"{'fell' if fraction < 0 else 'rose'} {f.size_percent(fraction, digits)}"


def fraction_words(share: float) -> str:
    """A share as a fraction where it is within 3 points of one, else in per cent: `Three quarters`, `58%`."""
    near = {0.25: "A quarter", 1 / 3: "A third", 0.5: "Half", 2 / 3: "Two thirds", 0.75: "Three quarters"}
    value, words = min(near.items(), key=lambda pair: abs(pair[0] - share))
    return words if abs(value - share) < 0.03 else f"{share * 100:.0f}%"
