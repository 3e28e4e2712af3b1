"""Sentences of the first page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aftershock import formats as f
from aftershock.findings.common import HARDLY, moved, name, names, noun, subject, when_before
from aftershock.impact import Impact

RANKED = 14  # companies in the ranking
NOTICED = 0.005  # weight of the companies in the benchmark from which on it is spoken of
MAP_TITLE = 58  # characters that stand beside the ranking in one line
SOURCE = "Source: daily prices of the bundled snapshot, share counts from company filings."


def headline(impact: Impact) -> str:
    """The day in one sentence: who lost or gained how much, and the company that moved most."""
    net, many = impact.value.net, noun(impact)
    if np.isnan(net):
        average = impact.table["day"].mean()
        who = many if len(impact.table) > 1 else name(impact, impact.symbols[0])
        average_words = f"{moved(average, 1)} on average" if len(impact.table) > 1 else moved(average)
        return f"{who} {average_words} on {f.day(impact.day.session)}"
    lost = impact.table["lost"].dropna()
    worst = str((lost if net > 0 else -lost).idxmax())
    alone = f"{name(impact, worst)} alone {'lost' if net > 0 else 'gained'} {f.usd(abs(lost[worst]))}"
    if len(impact.table) == 1:
        verb = "lost" if net > 0 else "gained"
        return f"{name(impact, worst)} {verb} {f.usd(abs(net))} of market value on {f.day(impact.day.session)}"
    counted = noun(impact, len(lost))
    if abs(impact.move_of_value) < HARDLY:
        return f"{subject(impact)} hardly moved {counted} together; {alone}"
    if net > 0:
        return f"{subject(impact)} took {f.usd(net)} off {counted} in one session; {alone}"
    return f"{subject(impact)} added {f.usd(-net)} to {counted} in one session; {alone}"


def deck(impact: Impact) -> str:
    """The sentence under the headline: breadth, the basket against the market, and the way back."""
    n = len(impact.table)
    down = impact.fell >= impact.rose
    count = impact.fell if down else impact.rose
    many = f.all_words(n) if count == n else f"{count} of {n}"
    breadth = f"{many} {'fell' if down else 'rose'}." if n > 1 else ""
    market = f"the {impact.benchmark.name} {moved(impact.benchmark_moves['day'])}"
    return " ".join(part for part in (breadth, f"{_basket(impact)} while {market}.", _way_back(impact)) if part)


def _basket(impact: Impact) -> str:
    """What the companies lost or gained together: by value where share counts are known, else on average."""
    n, counted, move = len(impact.table), len(impact.value.by_company), impact.move_of_value
    if np.isnan(move):
        mean = impact.table["day"].mean()
        who = "The basket" if n > 1 else name(impact, impact.symbols[0])
        return f"{who} {_verb(mean)} {f.size_percent(mean, 1)}" + (" on average" if n > 1 else "")
    size = f"{_verb(move)} {f.size_percent(move, 1)}"
    if n == 1:
        return f"{name(impact, impact.symbols[0])} {size} of its value"
    if counted == 1:
        return f"{name(impact, str(impact.value.by_company.index[0]))}, the only one with a share count, {size}"
    if counted < n:
        return f"The {f.count_words(counted)} with a share count {size} of their value"
    return f"The basket {size} of its value"


def _verb(fraction: float) -> str:
    return "lost" if fraction < 0 else "gained"


def _way_back(impact: Impact) -> str:
    if not impact.fell or len(impact.table) == 2:
        return ""
    days = impact.table["sessions_back"].to_numpy(float)
    half = np.sort(np.where(np.isnan(days), np.inf, days))[(len(days) - 1) // 2]
    one, odd = len(days) == 1, len(days) % 2 == 1
    price = f"{f.possessive(when_before(impact))} price again"
    if np.isinf(half):
        who = "It has" if one else "The median stock has" if odd else "At least half of the stocks have"
        return f"{who} not closed above {price}."
    if half < 1:
        return ""
    sessions = f.plural(int(half), "session")
    if one or odd:
        return f"{'It' if one else 'The median stock'} took {sessions} to close above {price}."
    return f"Half of the stocks took at most {sessions} to close above {price}."


def map_title(impact: Impact) -> str:
    """Which groups moved most, by market value."""
    move = impact.value.by_group(impact.table["group"])["move"]
    if len(move) < 2:
        return f"{move.index[0]}: {f.percent(move.iloc[0], 1)} by market value" if len(move) else "No market values"
    down = impact.value.net > 0
    most, least = (move.idxmin(), move.idxmax()) if down else (move.idxmax(), move.idxmin())
    verb = "fell" if down else "rose"
    if np.sign(move[most]) != np.sign(move[least]):
        other = "hardly moved" if abs(move[least]) < HARDLY else "rose" if down else "fell"
        return f"{most} {verb} {f.size_percent(move[most], 1)}; {_lower(str(least))} {other}"
    ratio = move[most] / move[least]
    if ratio >= 1.5:
        exact = f"{ratio:.1f}" if ratio < 9.95 else f.count_words(round(ratio))
        words = "twice" if 1.8 <= ratio < 2.2 else f"{exact} times"
        sentence = f"{most} {verb} {words} as much as {_lower(str(least))}"
        if len(sentence) <= MAP_TITLE:
            return sentence
    return f"{most} {verb} {'hardest' if down else 'most'}, {f.size_percent(move[most], 1)}"


def map_caption(impact: Impact) -> str:
    """What the map shows."""
    return (
        f"Area: market value on {f.day(impact.day.baseline, year=False)}. "
        f"Colour and figure: move on {f.day(impact.day.session)}."
    )


def rank_title(impact: Impact) -> str:
    """How much larger the largest loss (or gain) is than those behind it; by move where no count is known."""
    lost = impact.table["lost"].dropna()
    if lost.empty:
        moves = impact.table["day"]
        most = str(moves.abs().idxmax())
        return (
            f"{name(impact, most)} {moved(moves[most], 1)}, more than any other"
            if len(moves) > 1
            else "The move of the day"
        )
    down = impact.value.net > 0
    order = (lost if down else -lost).sort_values(ascending=False)
    verb = "lost" if down else "gained"
    top = name(impact, str(order.index[0]))
    k = int((order.iloc[1:].clip(lower=0).cumsum() < order.iloc[0]).sum())
    if len(order) < 3 or order.iloc[0] <= 0:
        most = " most," if len(order) > 1 else ""
        return f"{top} {verb}{most} {f.usd(abs(order.iloc[0]))}"
    if k >= len(order) - 1:
        return f"{top} {verb} more than all others together"
    if k >= 2:
        return f"{top} {verb} more than the next {f.count_words(k)} together"
    return f"{top} {verb} most, {f.usd(order.iloc[0])}"


def rank_caption(impact: Impact) -> str:
    """What the ranking shows."""
    if impact.table["lost"].isna().all():
        return f"Move of the share price on {f.day(impact.day.session)}; market values need a share count."
    what = "lost" if impact.value.net > 0 else "gained"
    counted = len(impact.value.by_company)
    most = f" by the {RANKED} that {what} most" if counted > RANKED else ""
    return f"Market value {what} on {f.day(impact.day.session)}{most}, with the move of the share price."


def path_title(impact: Impact, focus: str) -> str:
    """Where the focus company stood at the end of the window, and when its low came."""
    path = impact.paths[focus].dropna()
    after = path.loc[impact.day.session :]
    who, end = name(impact, focus), after.iloc[-1] / 100 - 1
    sessions = int(impact.history.position(after.index[-1]) - impact.day.position)
    if sessions < 1:
        return f"{who} {moved(impact.table.at[focus, 'day'], 1)}; there are no later prices yet"
    where = "where it was before"
    event = impact.day.event
    if event and event.title == "DeepSeek sell-off":
        where += " DeepSeek"
    stood = (
        f"stood {f.rough_percent(end)} {'below' if end < 0 else 'above'} {where}"
        if abs(end) >= 0.005
        else f"stood {where}"
    )
    start = f"After {f.plural(sessions, 'session')} {who} {stood}"
    low = after.idxmin()
    if low == impact.day.session or after.min() >= 100:
        return start
    return f"{start}; the low came on {f.date_words(low)}"


def path_caption(impact: Impact, focus: str) -> str:
    """What the paths show."""
    n = len(impact.table)
    peers = f" red: mean of the {n}; grey: the other companies;" if n > 1 else ""
    return (
        f"Share prices, close of {f.day(impact.day.baseline)} = 100, logarithmic. Bold: {name(impact, focus)};"
        f"{peers} dashed: {impact.benchmark.name}."
    )


def table_title(impact: Impact) -> str:
    """How many fell and who did not."""
    n, fell, rose = len(impact.table), impact.fell, impact.rose
    if n == 1:
        return f"{name(impact, impact.symbols[0])} in figures"
    if fell == n or rose == n:
        return f"{f.all_words(n)} companies {'fell' if fell else 'rose'}"
    down = fell >= rose
    few = impact.table.index[impact.table["day"] > 0 if down else impact.table["day"] < 0]
    start = f"{fell if down else rose} of {n} companies {'fell' if down else 'rose'}"
    if len(few) == 0:
        return start
    verb = "rose" if down else "fell"
    if len(few) <= 3:
        return f"{start}; {'only ' if len(few) < 3 else ''}{names(impact, list(few))} {verb}"
    return f"{start}, {f.count_words(len(few))} {verb}"


def table_caption(impact: Impact) -> str:
    """How the table is sorted, and what a click does."""
    net = impact.value.net
    order = "" if np.isnan(net) else f"Sorted by market value {'lost' if net > 0 else 'gained'}. "
    if len(impact.table) == 1:
        return "Market value in dollars; moves against the close before."
    return f"{order}Every column sorts; choose a row to look at that company everywhere."


def market_line(impact: Impact) -> str:
    """The indices that day."""
    moves = ", ".join(f"{name} {f.percent(move)}" for name, move in impact.index_moves.items())
    return f"The market on {f.day(impact.day.session)}: {moves}." if moves else ""


def rest_line(impact: Impact) -> str:
    """What the benchmark did without the companies, and what is left of their move against that; empty if unknown."""
    rest = impact.rest_of_market
    if rest is None or rest.weight < NOTICED:
        return ""
    n, k = len(impact.table), len(rest.members)
    if n == 1:
        who, them, whose = name(impact, rest.members[0]), "it", "its move"
    else:
        who = "These companies" if k == n else f"{k} of these {n} companies"
        them, m = "them", len(rest.study.estimates)
        whose = f"the mean move of {f'all {n}' if m == n else f'the {m} that can be estimated'}"
    weight = f"made up about {f.size_percent(rest.weight, 1)} of the {impact.benchmark.name}"
    alone = f"{who} {weight}; without {them} the index {moved(rest.move, 1)}."
    left = rest.study.estimates["ar"].mean()
    return alone if f.is_missing(left) else f"{alone} Against that, {whose} beyond the market is {f.percent(left, 1)}."


def focus_record(impact: Impact, focus: str) -> str:
    """The note under the focus company's tile: dollars, and whether that was a record."""
    lost = impact.table.at[focus, "lost"]
    if pd.isna(lost):
        rank = impact.day_rank(focus)
        which = "deepest" if impact.table.at[focus, "day"] < 0 else "highest"
        return f"{_ranked(rank.place)}{which} of {rank.count:,} days" if rank else ""
    rank = impact.loss_rank(focus)
    money = f.usd(-lost, signed=True)
    if rank is None or rank.place > 10:
        return money
    return f"{money}, a record" if rank.place == 1 else f"{money}, {f.ordinal(rank.place)} largest"


def focus_help(impact: Impact, focus: str) -> str:
    """The explanation behind the focus company's tile: how its figures are made, and their ranks."""
    r = impact.table.loc[focus]
    text = f"Close {f.price(r['close'])} against {f.price(r['before'])} the session before."
    if pd.notna(r["lost"]):
        text += (
            f" {f.shares(r['shares'])} shares (counted on {f.date_short(r['counted_on'])}, public from "
            f"{f.date_short(r['in_force_from'])}) make {f.usd(-r['lost'], signed=True)}."
        )
    by_day, by_loss = impact.day_rank(focus), impact.loss_rank(focus)
    who, down = name(impact, focus), r["day"] < 0
    if by_loss:
        text += (
            f" By dollars the {_ranked(by_loss.place)}largest one-day {'loss' if down else 'gain'} of {who} in "
            f"{by_loss.count:,} sessions since {f.date_short(by_loss.since)}, as far as share counts are known."
        )
    if by_day:
        what = "deepest fall" if down else "highest rise"
        days = f"{by_day.count:,} since {f.date_short(by_day.since)}"
        text += f" In per cent its {_ranked(by_day.place)}{what} of {days}."
    return text


def lost_label(impact: Impact) -> str:
    """`Market value lost`, or gained."""
    if np.isnan(impact.value.net):
        return "Market value"
    return "Market value gained" if impact.value.net < 0 else "Market value lost"


def lost_share(impact: Impact) -> str:
    """The note under the total: its share of the value before."""
    if np.isnan(impact.value.net):
        return "no share count was public yet"
    return f"{f.percent(impact.move_of_value, 1)} of {f.usd(impact.value.value_before)}"


def lost_help(impact: Impact) -> str:
    """The explanation behind the total."""
    counted = noun(impact, len(impact.value.by_company))
    return (
        f"(Close before minus close) times shares, summed over {counted}; risers counted against fallers. Fallers "
        f"alone: {f.usd(impact.value.gross)}. Line: market value over the window."
    )


def abnormal_help(impact: Impact) -> str:
    """The explanation behind the abnormal return."""
    return (
        f"The companies’ mean move less what their usual tie to the {impact.benchmark.name} explains (market model "
        "over 250 sessions ending 11 before the event). Rank among all sessions with such an estimate, with "
        "today’s companies. Line: cumulative over the window."
    )


def back_value(impact: Impact) -> str:
    """The way back of the companies' value, as the figure of a tile."""
    back = impact.value_back
    if impact.value_path.empty:
        return f.MISSING
    if back is None:
        return "not yet"
    return "the same day" if back.sessions == 0 else f.plural(back.sessions, "session")


def back_note(impact: Impact) -> str:
    """The note under the way back."""
    back = impact.value_back
    if impact.value_path.empty:
        return "no share count was public yet"
    if back is None:
        return f"below {f.possessive(when_before(impact))} value"
    return "no loss at the close" if back.sessions == 0 else f"on {f.date_short(back.session)}"


def back_help(impact: Impact) -> str:
    """The explanation behind the way back."""
    return (
        f"First close at which the companies together were worth at least as much as on {f.day(impact.day.baseline)}, "
        "at the share counts of the event."
    )


def abnormal_record(impact: Impact) -> str:
    """The note under the abnormal return: its rank among all days."""
    rank = impact.abnormal_rank
    if rank is None:
        return "no estimate: too few sessions before"
    falls = impact.basket_abnormal[impact.day.session] < 0
    return f"{_ranked(rank.place)}{'worst' if falls else 'best'} of {rank.count:,} days"


def _ranked(place: int) -> str:
    """What stands before a superlative: nothing for the first, else `4th `."""
    return "" if place == 1 else f"{f.ordinal(place)} "


def _lower(group: str) -> str:
    return group[0].lower() + group[1:]
