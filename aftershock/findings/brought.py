"""Sentences of the page on which a person brings prices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aftershock import formats as f
from aftershock.findings.common import moved, weekday_close
from aftershock.impact import Impact

DECK = "A file becomes a company on every page, for your visit only: it is not stored, and nobody else sees it."
KNOWN = (
    "CSV, text or Excel, up to 20 MB, 200 companies, 2 million rows. Exports of Yahoo, Nasdaq.com, Stooq, "
    "Investing.com, Alpha Vantage, Tiingo, Bloomberg and Refinitiv are known, and tables of your own with a date and a "
    "close."
)
_SAID = {
    "accept": ("is ready", "are ready"),
    "ask": ("needs an answer", "need an answer"),
    "reject": ("holds no prices", "hold no prices"),
}


def title(outcomes: Sequence[str]) -> str:
    """What became of the files: `Of three files one is ready, one needs an answer, one holds no prices`."""
    if not outcomes:
        return "Bring your own prices"
    if len(outcomes) == 1:
        return f"Your file {_SAID[outcomes[0]][0]}"
    if len(set(outcomes)) == 1:
        return f"{f.all_words(len(outcomes))} files {_SAID[outcomes[0]][1]}"
    counted = [(outcomes.count(state), words) for state, words in _SAID.items() if state in outcomes]
    parts = [f"{f.count_words(n)} {words[0] if n == 1 else words[1]}" for n, words in counted]
    return f"Of {f.count_words(len(outcomes))} files {', '.join(parts)}"


def ready_title(impact: Impact, symbol: str) -> str:
    """The company's move on the event session, against NVIDIA's."""
    own = impact.table.at[symbol, "day"]
    said = f"{symbol} {moved(own)} that day"
    nvidia = impact.table["day"].get("NVDA", np.nan)
    if symbol == "NVDA" or f.is_missing(nvidia) or np.sign(own) != np.sign(nvidia) or own == nvidia:
        return said
    return f"{said}, {'more' if abs(own) > abs(nvidia) else 'less'} than NVIDIA"


def ready_caption(impact: Impact, symbol: str, name: str, closes: pd.Series) -> str:
    """The file, its reach, and how to read the chart."""
    lines = f"Bold: {symbol}; " + ("" if symbol == "NVDA" else "grey: NVIDIA; ") + f"dashed: {impact.benchmark.name}."
    return f"{reach(name, closes)} {weekday_close(impact).capitalize()} = 100, logarithmic. {lines}"


def reach(name: str, closes: pd.Series) -> str:
    """`siemens.csv: 164 closes, 1 Nov 2024 to 30 Jun 2025.`"""
    known = closes.dropna()
    if known.empty:
        return f"{name}: no closes on sessions of New York."
    first, last = known.index[0], known.index[-1]
    return f"{name}: {f.plural(len(known), 'close')}, {f.date_short(first)} to {f.date_short(last)}."


def outside(symbol: str, session: pd.Timestamp) -> str:
    """The file does not reach the event that is shown."""
    return f"{symbol} has no close on {f.day(session)} or the session before, so it is left out of that event"


def used(symbols: Sequence[str]) -> str:
    """What is in use now."""
    return f"On every page: {f.listing(list(symbols), 8)}."
