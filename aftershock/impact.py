"""One event, assessed: the measures of every company joined for a session, ready to be shown or exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from aftershock.companies import BENCHMARKS, Benchmark, Company, canonical, company
from aftershock.company_table import company_table
from aftershock.errors import NothingToAssessError
from aftershock.events import EventDay, event_day
from aftershock.formats import day
from aftershock.measures import records
from aftershock.measures.drawdown import drawdown_episodes, drawdown_state, episode_at, underwater
from aftershock.measures.event_study import EventStudy, event_study
from aftershock.measures.market_value import (
    CLOSE,
    MarketValueLost,
    market_value_lost,
    value_history,
    value_lost_by_session,
)
from aftershock.measures.placebo import placebo
from aftershock.measures.returns import day_moves, rebased, simple_returns
from aftershock.measures.windows import ESTIMATION, GAP
from aftershock.prices import PriceHistory
from aftershock.rest_of_market import RestOfMarket, rest_of
from aftershock.shares import ShareCounts

BEFORE, AFTER = 30, 60
PEAK_SESSIONS = 250
UNDERWATER = (60, 330)  # sessions before and after the event over which drawdowns are followed
NEARBY = 5  # sessions on either side of the event that are looked at one by one
SPANS = {"month": (10, 11), "year": (126, 126), "5y": (630, 630)}  # sessions before and after the event

T = TypeVar("T")


@dataclass(frozen=True)
class Recovery:
    """The first close at or above the baseline: its session and the number of sessions, 0 being the event itself."""

    session: pd.Timestamp
    sessions: int


@dataclass(frozen=True, eq=False)
class Impact:
    """What one session did to a choice of companies.

    `table` has a row per company that has a price on the event session and the one before (in the order asked for):
    the columns of `day_moves`, with `name, short, group`; `value_before, lost, lost_low, lost_high` (dollars) and
    `share_of_total` (of the net); `shares, counted_on, in_force_from, filed, count_source, confidence`; `ar, alpha,
    beta, sigma, n` (market model; missing for who is left out of `study`); `back_above, sessions_back` (first close
    at or above the baseline); `filled, sessions_filled` (first trade at or above it); `usual_volume, times_usual`.
    `left_out` says for every other company why it is not there.
    `study` is the event study of those companies against the benchmark, `placebo` the basket's statistics on every
    session. `first` and `last` are the rows of the event window that the data fill.
    """

    day: EventDay
    table: pd.DataFrame
    left_out: dict[str, str]
    benchmark: Benchmark
    benchmark_moves: pd.Series
    study: EventStudy
    placebo: pd.DataFrame
    history: PriceHistory
    counts: ShareCounts
    first: int
    last: int
    after: int
    _memo: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def symbols(self) -> list[str]:
        """The companies assessed."""
        return list(self.table.index)

    @property
    def companies(self) -> dict[str, Company]:
        """The companies assessed, by symbol."""
        return {s: company(s) for s in self.symbols}

    @property
    def focus(self) -> str:
        """The company looked at first: NVIDIA if it is there, else the one that moved most value."""
        if "NVDA" in self.table.index:
            return "NVDA"
        moved = self.table["lost"].abs().fillna(-1)
        return str(moved.idxmax())

    @property
    def fell(self) -> int:
        """Number of companies that closed lower than the session before."""
        return int((self.table["day"] < 0).sum())

    @property
    def rose(self) -> int:
        """Number of companies that closed higher."""
        return int((self.table["day"] > 0).sum())

    @property
    def move_of_value(self) -> float:
        """The basket's move by market value, as a fraction; NaN without counts."""
        return -self.value.net / self.value.value_before

    @cached_property
    def index_moves(self) -> pd.Series:
        """The moves of the indices that day, as fractions by name; one without a price that day is left out."""
        moves = day_moves(self.history, self.day.position)["day"]
        indices = [b for b in BENCHMARKS.values() if b.symbol.startswith("^")]
        return pd.Series({b.name: moves[b.symbol] for b in indices}).dropna()

    @cached_property
    def value(self) -> MarketValueLost:
        """Market value lost at the close of the event session."""
        return self.value_lost(CLOSE)

    def value_lost(self, window: str) -> MarketValueLost:
        """Market value lost over a window (see `market_value_lost`)."""
        return self._once(
            ("lost", window),
            lambda: market_value_lost(
                self.history, self.counts, self.symbols, self.day.position, window, after=self.after
            ),
        )

    @property
    def last_row(self) -> int:
        """Row of the last close of any of the companies."""
        return self.history.reach(self.symbols)[1]

    @cached_property
    def values(self) -> pd.DataFrame:
        """Market value from the window's first session to the last close there is, at the counts of the event.

        Sessions × companies, dollars, the baseline included. A missing close carries the value before it (a sum must
        not jump because one price is missing); companies without a value on the baseline are left out.
        """
        counted = self.counts.in_force(self.symbols, self.day.session)
        start = min(self.first, self.day.position - 1)
        values = value_history(self.history, counted, start, self.last_row).ffill()
        return values.loc[:, values.loc[self.day.baseline].notna()]

    @cached_property
    def value_path(self) -> pd.Series:
        """The basket's market value over `values`, by session; from the first session on which all have one."""
        return self.values.dropna().sum(axis=1) if self.values.size else pd.Series(dtype=float)

    @cached_property
    def value_back(self) -> Recovery | None:
        """When the companies together were worth as much again as at the baseline; None if not yet, or unknown."""
        path = self.value_path
        if path.empty:
            return None
        after = path.loc[self.day.session :]
        back = after[after >= path[self.day.baseline]]
        return None if back.empty else Recovery(back.index[0], int(after.index.get_loc(back.index[0])))

    def path(self, first: int, last: int) -> pd.DataFrame:
        """Closes from one row to another, baseline = 100 (sessions × companies, the benchmark in the last column)."""
        close = self.history.frames["close"][[*self.symbols, self.benchmark.symbol]]
        return rebased(close, self.day.position - 1, first, last)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Closes over the event window, baseline = 100 (sessions × companies)."""
        return self.path(self.first, self.last)[self.symbols]

    @cached_property
    def benchmark_path(self) -> pd.Series:
        """The benchmark's closes over the event window, baseline = 100."""
        return self.path(self.first, self.last)[self.benchmark.symbol]

    def span_rows(self, symbol: str, span: str) -> tuple[int, int]:
        """First and last row of a span around the event, as far as the company has prices.

        `window` (and `session`, which lies in it) is the event window, whatever the company has; `month`, `year` and
        `5y` are fixed numbers of sessions; `all` is every price.
        """
        if span in ("window", "session"):
            return self.first, self.last
        first, last = self.history.reach([symbol])
        before, after = SPANS.get(span, (len(self.history.sessions),) * 2)
        return max(self.day.position - before, first), min(self.day.position + after, last)

    @property
    def nearby_rows(self) -> tuple[int, int]:
        """First and last row of the sessions next to the event; each has a session before it."""
        return max(self.day.position - NEARBY, 1), min(self.day.position + NEARBY, self.last)

    @property
    def offsets(self) -> np.ndarray:
        """Session numbers of the event window, the event being 0."""
        return np.arange(self.first, self.last + 1) - self.day.position

    @cached_property
    def rest_of_market(self) -> RestOfMarket | None:
        """The benchmark without these companies (see `rest_of_market.rest_of`)."""
        return rest_of(self.history, self.counts, self.benchmark, self.symbols, self.day.position)

    @property
    def basket_abnormal(self) -> pd.Series:
        """The companies' mean abnormal return of every session with an estimation window, as a fraction."""
        return self.placebo["aar"].dropna()

    @cached_property
    def abnormal_rank(self) -> records.Rank | None:
        """Rank of the basket's abnormal return among all sessions with a complete estimation window."""
        series = self.basket_abnormal
        falls = bool(series.get(self.day.session, 0.0) < 0)
        return records.rank_of(series, self.day.session, largest=not falls)

    def moves(self, symbol: str) -> pd.Series:
        """The company's day moves on all sessions, as fractions."""
        return self._once(("moves", symbol), lambda: simple_returns(self.history.frames["close"][[symbol]])[symbol])

    def day_rank(self, symbol: str) -> records.Rank | None:
        """Rank of the company's move that day among all its sessions, from the deepest fall (or highest rise)."""
        moves = self.moves(symbol)
        return records.rank_of(moves, self.day.session, largest=bool(moves[self.day.session] > 0))

    def loss_rank(self, symbol: str) -> records.Rank | None:
        """Rank of the company's loss (or gain) of market value among all its sessions with a share count."""
        return self._once(("loss rank", symbol), lambda: self._loss_rank(symbol))

    def _loss_rank(self, symbol: str) -> records.Rank | None:
        loss = value_lost_by_session(self.history, self.counts, [symbol])[symbol]
        return records.rank_of(loss, self.day.session, largest=bool(self.table.loc[symbol, "day"] < 0))

    @cached_property
    def largest_losses(self) -> pd.DataFrame:
        """The fifteen largest one-day losses of market value among the companies: `session, company, lost, day`."""
        losses = value_lost_by_session(self.history, self.counts, self.symbols)
        top = records.largest(losses.where(losses > 0), 15)
        return top.assign(day=[self.moves(r.company)[r.session] for r in top.itertuples()])

    def closes_from(self, peaks: str) -> pd.DataFrame:
        """Closes in which peaks are looked for: `all`, or `year` (from 250 sessions before the event on)."""
        start = max(0, self.day.position - PEAK_SESSIONS) if peaks == "year" else 0
        return self.history.frames["close"][[*self.symbols, self.benchmark.symbol]].iloc[start:]

    def underwater(self, peaks: str = "all") -> pd.DataFrame:
        """Distance from the highest close so far around the event, fractions ≤ 0 (sessions × companies, benchmark)."""
        before, after = UNDERWATER
        index, at = self.history.sessions, self.day.position
        around = slice(index[max(0, at - before)], index[min(at + after, self.last_row)])
        return underwater(self.closes_from(peaks)).loc[around]

    def episodes(self, symbol: str, peaks: str = "all") -> pd.DataFrame:
        """Every fall of one company: the rows of `drawdown_episodes`."""
        return drawdown_episodes(self.closes_from(peaks)[[symbol]])

    def drawdowns(self, peaks: str = "all") -> pd.DataFrame:
        """The fall each company was in on the event session, a row each.

        The columns of `drawdown_episodes`, with `on_the_day` (drawdown on the event session) and `now` (on the last
        close). A company at its peak that day has no episode: its dates are missing and its depth is zero.
        """
        return self._once(("drawdowns", peaks), lambda: self._drawdowns(peaks))

    def _drawdowns(self, peaks: str) -> pd.DataFrame:
        close = self.closes_from(peaks)[self.symbols]
        session = self.day.session
        current = episode_at(drawdown_episodes(close), session).reindex(self.symbols)
        # On the session that regains the peak a company is at its peak, yet no episode contains it.
        return current.assign(
            depth=current["depth"].fillna(0.0),
            status=current["status"].fillna("at its peak"),
            on_the_day=drawdown_state(close, session)["depth"],
            now=underwater(close).ffill().iloc[-1],
        )

    def _once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """A result kept for all who ask again; nothing it rests on can change."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]  # type: ignore[no-any-return]


def assess(
    history: PriceHistory,
    counts: ShareCounts,
    picked: date | str,
    symbols: Sequence[str],
    *,
    before: int = BEFORE,
    after: int = AFTER,
    benchmark: str = "sp500",
) -> Impact:
    """What the session of a picked day did to some companies.

    Args:
        history: prices of the companies and the benchmark.
        counts: share counts of the companies.
        picked: a day; a day without trading stands for the next session.
        symbols: companies; repeated ones, and two listings of one company, count once.
        before, after: sessions of the event window on either side; where the data end earlier it is shorter.
        benchmark: key of a benchmark.

    Raises:
        NothingToAssessError: no company is given, or none has prices on the session and the one before.
        OutsideDataError: the day lies outside the data.
    """
    symbols = list(dict.fromkeys(canonical(s) or s for s in symbols))
    if not symbols:
        raise NothingToAssessError("No company is chosen. Choose companies above, or start from a basket.")
    when = event_day(history, symbols, picked)
    moves = day_moves(history, when.position).reindex(symbols)
    priced = [s for s in symbols if np.isfinite(moves.at[s, "day"])]
    left_out = {s: _why_left_out(history, s, when) for s in symbols if s not in priced}
    if not priced:
        raise NothingToAssessError(f"None of the companies chosen has prices for {day(when.session)}.")
    first, last = _window(history, priced, when.position, before, after)
    market = BENCHMARKS[benchmark]
    returns = simple_returns(history.total_return_close)
    value = market_value_lost(history, counts, priced, when.position)
    study = _study(history, returns, market, priced, when, value)
    table = company_table(history, counts, moves.loc[priced], value, study, when)
    return Impact(
        day=when,
        table=table,
        left_out=left_out,
        benchmark=market,
        benchmark_moves=day_moves(history, when.position).loc[market.symbol],
        study=study,
        placebo=placebo(returns[priced], returns[market.symbol]),
        history=history,
        counts=counts,
        first=first,
        last=last,
        after=after,
    )


def _study(
    history: PriceHistory,
    returns: pd.DataFrame,
    market: Benchmark,
    symbols: list[str],
    when: EventDay,
    value: MarketValueLost,
) -> EventStudy:
    # Only the sessions that a study uses: it is kept as long as what is assessed here.
    used = returns.iloc[max(0, when.position - ESTIMATION - GAP) : when.position + 1]
    weights = value.by_company["value_before"]
    return event_study(used[symbols], used[market.symbol], when.session, weights=weights, splits=history.splits)


def _window(history: PriceHistory, symbols: list[str], position: int, before: int, after: int) -> tuple[int, int]:
    first, last = history.reach(symbols)
    return max(position - before, first), min(position + after, last)


def _why_left_out(history: PriceHistory, symbol: str, when: EventDay) -> str:
    name = company(symbol).name
    if symbol not in history.symbols:
        return f"{name} has no prices here."
    reach = history.coverage.loc[symbol]
    if reach["first"] >= when.session:
        return f"There are prices of {name} from {day(reach['first'])} on."
    if reach["last"] < when.session:
        return f"There are prices of {name} only to {day(reach['last'])}."
    return f"{name} has no price on {day(when.session)} or the session before."
