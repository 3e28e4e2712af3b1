"""The market without some companies: a market that holds them falls with them, and hides a part of their fall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aftershock.companies import Benchmark, members
from aftershock.measures.event_study import EventStudy, event_study
from aftershock.measures.market_value import index_weights, value_history
from aftershock.measures.returns import simple_returns, without_members
from aftershock.measures.windows import ESTIMATION, GAP
from aftershock.prices import PriceHistory
from aftershock.shares import ShareCounts


@dataclass(frozen=True, eq=False)
class RestOfMarket:
    """The benchmark without some companies: who of them is in it, at what weight, and what it did without them.

    `weight` and `move` (of the event session) are fractions; `study` is the companies' event study against that rest.
    """

    members: list[str]
    weight: float
    move: float
    study: EventStudy


def rest_of(
    history: PriceHistory, counts: ShareCounts, benchmark: Benchmark, symbols: Sequence[str], position: int
) -> RestOfMarket | None:
    """The benchmark without some companies on the session at `position`.

    None where the benchmark's members or what they were worth is not known, none of the companies is one, or they would
    be all of it. Their weights are those of whole companies, at the counts in force on that session and the closes
    before each; an index counts free float.
    """
    index = members(benchmark)
    if index is None or index.on not in history.sessions:
        return None
    start = max(0, position - ESTIMATION - GAP - 1)
    rows = slice(start, position + 1)
    session, level = history.sessions[position], history.frames["close"][benchmark.symbol]
    values = value_history(history, counts.in_force(symbols, session), start, position)
    weights = index_weights(values, level.iloc[rows] * (index.value / level[index.on]), index.added)
    held = weights.iloc[-1]
    inside = [s for s in symbols if held.get(s, 0.0) > 0]
    if not inside or weights.sum(axis=1).max() >= 1:
        return None
    returns = simple_returns(history.total_return_close.iloc[rows]).iloc[1:]
    companies = returns[list(symbols)]
    rest = without_members(returns[benchmark.symbol], companies, weights.iloc[1:])
    study = event_study(companies, rest, session, splits=history.splits)
    return RestOfMarket(inside, float(held[inside].sum()), float(rest.iloc[-1]), study)
