"""What the reader must know before the figures, a sentence a cause; each is empty where there is nothing to say."""

from __future__ import annotations

from aftershock import formats as f
from aftershock.companies import company
from aftershock.impact import Impact

FOOTER = (
    "Closing prices adjusted for splits, not for dividends, unless a chart says otherwise. Share counts from the "
    "newest filing public on or before the session. For information, not investment advice."
)
NO_MINUTES = (
    "There are minute bars only for 23 to 31 January 2025, and not for every company; the window is shown instead."
)


def moved_day(impact: Impact) -> str:
    """The picked day was none of trading."""
    if not impact.day.moved_because:
        return ""
    closed = f"The exchange was closed on {f.day(impact.day.asked)} ({impact.day.moved_because})."
    return f"{closed} Shown is the next session, {f.day(impact.day.session)}."


def left_out(impact: Impact) -> str:
    """Companies without prices that day."""
    out, n = impact.left_out, len(impact.table)
    if not out:
        return ""
    shown = f"Only {impact.table['name'].iloc[0]} is shown." if n == 1 else f"The other {n} are shown."
    if len(out) <= 3:
        return f"{' '.join(out.values())} {shown}"
    many = f"{f.count_words(len(out), start=True)} companies have no prices for {f.day(impact.day.session)}"
    return f"{many}: {f.listing([company(s).name for s in out], 6)}. {shown}"


def uncounted(impact: Impact) -> str:
    """Companies without a share count, which the market values leave out."""
    out = impact.value.left_out
    if not out:
        return ""
    reasons = set(out.values())
    why = reasons.pop() if len(reasons) == 1 else "a price or a share count is missing"
    names = f.listing([company(s).name for s in out], 6)
    return f"Left out of the market values: {names}. {why[0].upper()}{why[1:]}."


def not_estimated(impact: Impact) -> str:
    """Companies without an abnormal return, and why."""
    out = impact.study.left_out
    if not out:
        return ""
    reasons = sorted(set(out.values()), key=list(out.values()).index)
    by_reason = {r: f.listing([company(s).name for s, why in out.items() if why == r], 6) for r in reasons}
    return "No abnormal return: " + "; ".join(f"{names} ({reason})" for reason, names in by_reason.items()) + "."


def cut_window(impact: Impact, before: int, after: int) -> str:
    """The data end before the window does."""
    have_before, have_after = impact.day.position - impact.first, impact.last - impact.day.position
    missing = [f"{f.plural(have_before, 'session')} before"] if have_before < before else []
    if have_after == 0 and have_before >= before:
        return "There are no later prices; the charts end on the event."
    if have_after < after:
        missing.append(f"{f.plural(have_after, 'session')} after")
    if not missing:
        return ""
    where = "begin and end" if len(missing) == 2 else "begin" if have_before < before else "end"
    return f"The prices hold only {' and '.join(missing)} the event; the charts {where} there."


def data_status(last: str, series: int, missed: int) -> str:
    """What the figures rest on, and how many sessions have ended since."""
    since = f"{f.plural(missed, 'session')} ago" if missed else "the last session"
    return f"Prices to {last} ({since}), from the bundled snapshot: {series} series, no network needed."
