"""Sentences of the market-value page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aftershock import formats as f
from aftershock.findings.common import name, names
from aftershock.impact import Impact
from aftershock.measures.market_value import CLOSE, OPEN, TO_DATE, WORST, MarketValueLost

MOSTLY = 0.75  # share of what moved one way that must be left after netting for shares of the net to make sense


def span_words(value: MarketValueLost) -> str:
    """The window as the end of a sentence: `in one session`, `by the worst close, 4 Apr 2025`."""
    if value.window == CLOSE:
        return "in one session"
    if value.window == OPEN:
        return "at the open"
    if value.window == WORST:
        return f"by the worst close, {f.date_short(value.session)}"
    if value.window == TO_DATE:
        return f"by {f.date_short(value.session)}"
    return f"in {f.count_words(int(value.window))} sessions" if value.window.isdigit() else "at the lows of the day"


def total(value: MarketValueLost, *, gross: bool) -> float:
    """The total shown, in dollars: net, or the fallers alone."""
    return value.gross if gross else value.net


def headline(impact: Impact, value: MarketValueLost, *, gross: bool) -> str:
    """The total, and how few companies make half or more of it."""
    amount = total(value, gross=gross)
    if np.isnan(amount):
        return f"There is no market value for {f.day(impact.day.session)}"
    if amount == 0 and value.gross:
        return f"Falls and rises of {f.usd(value.gross)} each cancel out {span_words(value)}"
    if amount == 0:
        return f"No company lost market value {span_words(value)}"
    verb = "went" if amount > 0 else "was added"
    order = _movers(value, amount)
    start = f"{f.usd(abs(amount))} {verb} {span_words(value)}"
    if len(order) < 3:
        return start
    share = order.cumsum() / abs(amount)
    few = int((share < 0.5).sum()) + 1
    # Where falls and rises nearly cancel, shares of what is left would mislead.
    if abs(amount) < MOSTLY * order.sum() or share.iloc[few - 1] > 1:
        most = f"{name(impact, str(order.index[0]))} alone {'lost' if amount > 0 else 'gained'} {f.usd(order.iloc[0])}"
        return f"{start} once falls and rises are netted; {most}"
    if few == 1:
        return f"{start}, and {name(impact, str(order.index[0]))} was {share.iloc[0] * 100:.0f}% of it"
    return f"{start}, and {f.count_words(few)} companies were {share.iloc[few - 1] * 100:.0f}% of it"


def _movers(value: MarketValueLost, amount: float) -> pd.Series:
    """What the companies lost (or gained) that moved the way the total did, as positive dollars, the largest first."""
    lost = value.by_company["lost"] * np.sign(amount)
    return lost[lost > 0].sort_values(ascending=False)


def deck(impact: Impact, value: MarketValueLost, *, gross: bool) -> str:
    """What is netted or left aside, and how far the total depends on the choice of share count."""
    if np.isnan(value.net):
        return "No share count was public yet, or the prices end before the window does."
    lost = value.by_company["lost"]
    rose, fell = int((lost < 0).sum()), int((lost > 0).sum())
    gained = value.gross - value.net
    parts = []
    if gross and rose:
        parts.append(f"Fallers only; {_counted(rose, 'riser')} left aside ({f.usd(gained)}).")
    elif not gross and rose and value.net > 0:
        parts.append(f"Net of {_counted(rose, 'riser')} ({f.usd(gained)}).")
    elif not gross and fell and value.net < 0:
        parts.append(f"Net of {_counted(fell, 'faller')} ({f.usd(value.gross)}).")
    low, high = value.share_range(gross=gross)
    if high - low >= 1e9:
        if low < 0 < high:
            total_lies = f"between a gain of {f.usd(-low)} and a loss of {f.usd(high)}"
        else:
            near, far = sorted((abs(low) / 1e9, abs(high) / 1e9))
            total_lies = f"between ${near:,.0f}{f.NBSP}bn and ${far:,.0f}{f.NBSP}bn"
        parts.append(f"With the share counts filed next instead of those in force, the total lies {total_lies}.")
    return " ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{f.count_words(number)} {what}{'s' if number != 1 else ''}"


def waterfall_title(value: MarketValueLost, *, gross: bool) -> str:
    """How many companies it took to a round sum."""
    amount = total(value, gross=gross)
    order = _movers(value, amount).cumsum()
    for step, words in ((1e12, "trillion"), (1e11, "hundred billion"), (1e10, "ten billion")):
        if abs(amount) >= step and len(order):
            k = int((order < step).sum()) + 1
            if k > 1:
                return f"How {f.usd(abs(amount))} adds up: the first {words} needed {f.count_words(k)} companies"
            break
    return f"How {f.usd(abs(amount))} adds up"


def waterfall_caption(impact: Impact, value: MarketValueLost, *, gross: bool) -> str:
    """What the waterfall shows."""
    end = {OPEN: "the opening prices of "}.get(value.window, "the close of ")
    start = f"Market value at the close of {f.day(impact.day.baseline)}"
    alone = "; rises are left aside, so the last bar is not the value after" if gross else ""
    where = f"{end}{f.day(value.session)}{alone}"
    return f"{start}, and company by company to {where}. The axis is cut where the end bars are."


def range_title(value: MarketValueLost, *, gross: bool) -> str:
    """How far the total moves with the share count: in per cent of it, or in dollars where falls and rises cancel."""
    low, high = value.share_range(gross=gross)
    width, amount = abs(high - low), total(value, gross=gross)
    if not width or np.isnan(width):
        return "The next filed share counts make no difference"
    if not amount or abs(amount) < MOSTLY * _movers(value, amount).sum():
        return f"The choice of share count moves the total by {f.usd(width)}"
    share = width / abs(amount)
    size = f.size_percent(share, 1) if share >= 0.0005 else f.rough_percent(share)
    return f"The choice of share count moves the total by {size}"


def range_caption(value: MarketValueLost) -> str:
    """What the dots show."""
    what = "Risers: gain" if value.net < 0 else "Fallers: loss"
    return f"{what} with the count in force (dot) and with the next one filed (line to it), logarithmic."


def league_title(impact: Impact) -> str:
    """Where the event stands among the largest one-day losses of the companies shown."""
    rows = impact.largest_losses
    if rows.empty or rows["lost"].iloc[0] <= 0:
        return "No share counts, no league of losses"
    here = rows.index[rows["session"] == impact.day.session]
    if len(here) == 0:
        top = rows.iloc[0]
        whose = f"{f.possessive(name(impact, top['company']))} {f.usd(top['lost'])}"
        return f"The largest loss in one day was {whose} on {f.date_short(top['session'])}"
    place = int(here[0]) + 1
    if place > 1:
        r = rows.loc[here[0]]
        whose = f"{f.possessive(name(impact, r['company']))} {f.usd(r['lost'])}"
        return f"{whose} is the {f.ordinal(place)} largest one-day loss"
    if len(rows) < 2:
        return f"{f.possessive(name(impact, rows['company'].iloc[0]))} loss is the only one"
    r, second = rows.iloc[0], rows.iloc[1]
    ahead = (
        "No other one-day loss comes near" if second["lost"] < 0.7 * r["lost"] else "It was the largest one-day loss"
    )
    month = f"{second['session']:%B %Y}"
    return f"{ahead}: the next, {name(impact, second['company'])} in {month}, was {f.usd(second['lost'])}"


def league_caption(impact: Impact) -> str:
    """What the league holds, and since when."""
    rows = impact.largest_losses
    counts = impact.counts.table
    since = counts.loc[counts["symbol"].isin(impact.symbols), "in_force_from"].min()
    most = rows["company"].value_counts()
    tail = ""
    if len(most) and len(rows) > 3:
        tail = f"; {most.iloc[0]} of {len(rows)} are {f.possessive(name(impact, str(most.index[0])))}"
    start = f", as far as share counts are known (the first from {since:%Y})" if pd.notna(since) else ""
    if len(impact.table) == 1:
        return (
            f"The largest one-day losses of {name(impact, impact.symbols[0])}, each with the count of its day{start}."
        )
    return f"Largest one-day losses of the {len(impact.table)} companies, each with the count of its day{start}{tail}."


def table_caption(impact: Impact, value: MarketValueLost) -> str:
    """What the table's columns mean."""
    what = "opening price" if value.window == OPEN else f"close of {f.date_short(value.session)}"
    return (
        f"Close of {f.date_short(impact.day.baseline)} less {what}, times the share count in force on "
        f"{f.date_short(impact.day.session)}. Counted on: the day the shares were counted; public from: the day that "
        "count was known."
    )


def source(impact: Impact) -> str:
    """Where the counts come from, with the special cases among the companies shown."""
    notes = {
        "TSM": "TSMC in ADR equivalents (ordinary \u00f7 5)",
        "GOOGL": "Alphabet with all classes, B at the price of A",
        "DELL": "Dell all classes",
        "META": "Meta both classes",
    }
    special = [text for symbol, text in notes.items() if symbol in impact.table.index]
    return "Source: split-adjusted closes \u00d7 newest share count public on or before the session." + (
        f" {'; '.join(special)}." if special else ""
    )


def not_filled(impact: Impact, value: MarketValueLost) -> str:
    """Why a window has no figure, and what to do."""
    if value.session is None:
        sessions = f.plural(impact.last_row - impact.day.position + 1, "session")
        return f"The prices hold only {sessions} from the event on, so this window is not full. Choose a shorter one."
    return f"No share count of {names(impact, list(value.left_out), 4)} was public on {f.day(impact.day.session)}."
