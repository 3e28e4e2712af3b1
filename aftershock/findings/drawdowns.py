"""Sentences of the drawdowns page. `falls` is what `Impact.drawdowns` gives."""

from __future__ import annotations

import pandas as pd

from aftershock import formats as f
from aftershock.findings.common import moved, name
from aftershock.impact import PEAK_SESSIONS, Impact


def headline(impact: Impact, focus: str, falls: pd.DataFrame, peaks: str) -> str:
    """Whether the event was the start of the focus company's fall, its low, or neither, and when it was back."""
    who, r = name(impact, focus), falls.loc[focus]
    if pd.isna(r["peak"]):
        return f"{who} {moved(impact.table.at[focus, 'day'], 1)} and closed at its highest {_since(impact, peaks)}"
    later = _sessions_to_low(impact, r)
    month = f"{r['peak']:%B}" + ("" if r["peak"].year == impact.day.session.year else f" {r['peak'].year}")
    fall = f"{who} fell {f.rough_percent(r['depth'])} from its {month} peak"
    back = (
        f"was back after {f.plural(int(r['sessions']), 'session')}" if r["status"] == "recovered" else "is not back yet"
    )
    subject = _short_subject(impact)
    if later > 5 and impact.table.at[focus, "day"] < 0 and _peak_is_near(impact, r):
        return f"{subject} was the start, not the bottom: {fall} and {back}"
    if later > 0:
        return f"{fall}; the low came {f.plural(later, 'session')} after {_day(impact)}, and it {back}"
    if later == 0 and r["status"] == "recovered":
        return f"{subject} was the bottom: {fall} and {back}"
    if later == 0:
        return f"{who} closed {f.rough_percent(r['depth'])} below its {month} peak, its lowest so far"
    return f"{fall}; its low was already past on {_day(impact)}, and it {back}"


def deck(impact: Impact, falls: pd.DataFrame, peaks: str) -> str:
    """How many are back, and who fell furthest."""
    inside = falls[falls["peak"].notna()]
    if inside.empty:
        who = "Every company" if len(falls) > 1 else name(impact, str(falls.index[0]))
        return f"{who} closed at its highest {_since(impact, peaks)}."
    back = int((inside["status"] == "recovered").sum())
    worst = str(inside["depth"].idxmin())
    where = (
        f"Peaks are looked for from {PEAK_SESSIONS} sessions before the event."
        if peaks == "year"
        else "Peaks are looked for in all prices there are."
    )
    below = "" if len(inside) == len(falls) else " that were below a peak"
    count = f.all_words(back) if back == len(inside) else f"{back or 'None'} of {len(inside)}"
    many = (
        f"{count} companies{below} {'has' if back == 1 else 'have'}"
        if len(inside) > 1
        else f"{name(impact, worst)} has{'' if back else ' not'}"
    )
    return (
        f"{many} regained the peak they had before the event; {name(impact, worst)} fell furthest, "
        f"{f.percent(inside['depth'].min(), 0)}{_when_long_ago(impact, inside.loc[worst])}. {where}"
        if len(inside) > 1
        else f"{many} regained the peak it had before the event. {where}"
    )


def _when_long_ago(impact: Impact, fall: pd.Series) -> str:
    """The year of a low that lies years from the event, so that nobody takes it for the event's."""
    low = fall["trough"]
    return f" in {low.year}" if abs((low - impact.day.session).days) > 730 else ""


def lines_title(impact: Impact, focus: str, falls: pd.DataFrame, peaks: str) -> str:
    """How deep the focus company was on the day, and when its low came."""
    r, who = falls.loc[focus], name(impact, focus)
    if pd.isna(r["peak"]):
        return f"{who} closed the day at its highest {_since(impact, peaks)}"
    start = f"On the day itself {who} was {f.rough_percent(r['on_the_day'])} below its peak"
    later = _sessions_to_low(impact, r)
    if later > 0:
        return f"{start}; the low of {f.percent(r['depth'], 1)} came {f.plural(later, 'session')} later"
    if later == 0:
        return f"{start}, the low of that fall{'' if r['status'] == 'recovered' else ' so far'}"
    return f"{start}; the low of {f.percent(r['depth'], 1)} had come {f.plural(-later, 'session')} before"


def lines_caption(impact: Impact, focus: str, falls: pd.DataFrame) -> str:
    """What the lines show."""
    worst = str(falls["depth"].idxmin())
    red = f" red: {name(impact, worst)}, the deepest;" if worst != focus else ""
    grey = " grey: the others;" if len(falls) > 2 else ""
    return (
        f"Closing price against the highest close so far. Bold: {name(impact, focus)};{red}{grey} "
        f"dashed: {impact.benchmark.name}."
    )


def timeline_title(impact: Impact, falls: pd.DataFrame) -> str:
    """Who took longest from peak to peak."""
    done = falls[falls["status"] == "recovered"]
    still = falls[falls["status"] == "open"]
    if len(still) and len(done):
        who = f.listing([name(impact, s) for s in still.index], 3)
        return (
            f"From peak to low to peak again: {len(done)} came back, {who} {'has' if len(still) == 1 else 'have'} not"
        )
    if len(falls) == 1:
        return "From its peak to its low" + (" and back" if len(done) else ": it has not come back yet")
    if len(still):
        return "From peak to low: none has come back to its peak yet"
    if done.empty:
        return "No company was below its peak"
    last = str(done["recovery"].idxmax())
    return (
        f"From peak to low to peak again: {name(impact, last)} was back last, on {f.date_short(done['recovery'].max())}"
    )


SOURCE = "Source: daily closes, split-adjusted; a plateau’s peak is its last day at the maximum."
TIMELINE_CAPTION = (
    "One bar a company: red while falling to the low, blue while climbing back, dotted where the peak has not been "
    "reached. "
    "Arrow: the peak lies further back. Figure: depth at the low."
)


def table_title(falls: pd.DataFrame) -> str:
    """The table of the falls the companies were in."""
    return (
        f"The fall each of the {f.count_words(len(falls))} companies was in, with its dates"
        if len(falls) > 1
        else "The fall, with its dates"
    )


def table_caption(impact: Impact) -> str:
    """What the table's columns mean."""
    return (
        f"The episode each company was in on {f.day(impact.day.session)}: a peak is the last close at the maximum, "
        "back the first close at or above it. Now: distance from the highest close on the last day."
    )


def episodes_title(impact: Impact, focus: str, episodes: pd.DataFrame, peaks: str) -> str:
    """Where the event's fall ranks among all falls of the focus company."""
    deep = episodes.sort_values("depth").reset_index(drop=True)
    here = deep[(deep["peak"] < impact.day.session) & ~(deep["recovery"] <= impact.day.session)]
    who = name(impact, focus)
    start = f.date_short(_start(impact, focus, peaks))
    if here.empty:
        return f"{who} has fallen from a peak {f.plural(len(deep), 'time')} since {start}"
    place = int(here.index[0]) + 1
    rank = "deepest" if place == 1 else f"{f.ordinal(place)} deepest"
    since = f" since {start}" if peaks == "year" else ""
    return f"The fall around the event is the {rank} of {len(deep):,} that {who} has been through{since}"


def episodes_caption(impact: Impact, focus: str, peaks: str) -> str:
    """What the table of episodes holds."""
    since = f.date_short(_start(impact, focus, peaks))
    return f"The twenty deepest falls of {name(impact, focus)} since {since}, in sessions and calendar days."


def _start(impact: Impact, focus: str, peaks: str) -> pd.Timestamp:
    """The first close in which peaks of a company are looked for."""
    return pd.Timestamp(impact.closes_from(peaks)[focus].first_valid_index())


def _since(impact: Impact, peaks: str) -> str:
    """`so far`, or since when, where peaks are not looked for in all prices."""
    return f"since {f.date_short(impact.closes_from(peaks).index[0])}" if peaks == "year" else "so far"


def _sessions_to_low(impact: Impact, fall: pd.Series) -> int:
    return int(impact.history.position(fall["trough"]) - impact.day.position)


def _peak_is_near(impact: Impact, fall: pd.Series) -> bool:
    """The fall began within a month before the event, so the event can be called its start."""
    return impact.day.position - int(impact.history.position(fall["peak"])) <= 21


def _day(impact: Impact) -> str:
    return f.day(impact.day.session, year=False)


def _short_subject(impact: Impact) -> str:
    event = impact.day.event
    if event and event.title == "DeepSeek sell-off":
        return "DeepSeek"
    return (event.subject if event else None) or f.day(impact.day.session)
