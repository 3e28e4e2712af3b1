"""One event, assessed: the measures of every company joined for a session, ready to be shown or exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from aftershock.companies import BENCHMARKS, Benchmark, Company, canonical, directory
from aftershock.errors import NothingToAssessError, OutsideDataError
from aftershock.events import Event, event_on
from aftershock.formats import day
from aftershock.measures import event_study, records
from aftershock.measures.drawdown import drawdown_episodes, drawdown_state, episode_at, underwater
from aftershock.measures.market_value import (
    CLOSE,
    MarketValueLost,
    market_value_lost,
    value_history,
)
from aftershock.measures.rebound import first_at_or_above
from aftershock.measures.returns import day_moves, rebased, simple_returns, usual_volume
from aftershock.prices import PriceHistory
from aftershock.sessions import snap
from aftershock.shares import ShareCounts

BEFORE, AFTER = 30, 60
PEAK_SESSIONS = 250


@dataclass(frozen=True)
class EventDay:
    """The session an event is assessed on.

    `asked` is the day picked, `moved_because` says why `session` is another one (None if it is not); `position` is
    the session's row in the price history, `baseline` the session before it.
    """

    asked: pd.Timestamp
    session: pd.Timestamp
    baseline: pd.Timestamp
    position: int
    moved_because: str | None
    event: Event | None


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
    beta, sigma, n` (market model); `back_above, sessions_back` (first close at or above the baseline); `filled,
    sessions_filled` (first trade at or above it); `usual_volume, times_usual`. `left_out` says for every other company
    why it is not there.
    `first` and `last` are the rows of the event window that the data fill.
    """

    day: EventDay
    table: pd.DataFrame
    left_out: dict[str, str]
    benchmark: Benchmark
    benchmark_moves: pd.Series
    basket_abnormal: pd.Series
    history: PriceHistory
    counts: ShareCounts
    first: int
    last: int
    after: int

    @property
    def symbols(self) -> list[str]:
        """The companies assessed."""
        return list(self.table.index)

    @property
    def companies(self) -> dict[str, Company]:
        """The companies assessed, by symbol."""
        return {s: directory()[s] for s in self.symbols}

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
    def value(self) -> MarketValueLost:
        """Market value lost at the close of the event session."""
        return self.value_lost(CLOSE)

    def value_lost(self, window: str) -> MarketValueLost:
        """Market value lost over a window (see `market_value_lost`)."""
        return market_value_lost(self.history, self.counts, self.symbols, self.day.position, window, after=self.after)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Market value from the window's first session to the last close there is, at the counts of the event.

        Sessions × companies, dollars, the baseline included. A missing close carries the value before it (a sum must
        not jump because one price is missing); companies without a value on the baseline are left out.
        """
        close = self.history.frames["close"][self.symbols]
        end = int(close.notna().any(axis=1).to_numpy().nonzero()[0][-1])
        counted = self.counts.in_force(self.symbols, self.day.session)
        start = min(self.first, self.day.position - 1)
        values = value_history(self.history, counted, start, end).ffill()
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

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Closes over the event window, baseline = 100 (sessions × companies)."""
        position = self.day.position
        return rebased(self.history.frames["close"][self.symbols], position - 1, self.first, self.last)

    @cached_property
    def benchmark_path(self) -> pd.Series:
        """The benchmark's closes over the event window, baseline = 100."""
        close = self.history.frames["close"][[self.benchmark.symbol]]
        return rebased(close, self.day.position - 1, self.first, self.last)[self.benchmark.symbol]

    @property
    def offsets(self) -> np.ndarray:
        """Session numbers of the event window, the event being 0."""
        return np.arange(self.first, self.last + 1) - self.day.position

    @cached_property
    def abnormal_rank(self) -> records.Rank | None:
        """Rank of the basket's abnormal return among all sessions with a complete estimation window."""
        series = self.basket_abnormal
        falls = bool(series.get(self.day.session, 0.0) < 0)
        return records.rank_of(series, self.day.session, largest=not falls)

    def day_rank(self, symbol: str) -> records.Rank | None:
        """Rank of the company's move that day among all its sessions, from the deepest fall (or highest rise)."""
        moves = simple_returns(self.history.frames["close"][[symbol]])[symbol]
        return records.rank_of(moves, self.day.session, largest=bool(moves[self.day.session] > 0))

    def loss_rank(self, symbol: str) -> records.Rank | None:
        """Rank of the company's loss (or gain) of market value among all its sessions with a share count."""
        close = self.history.frames["close"][[symbol]]
        loss = records.losses_by_session(close, self.counts.by_session([symbol], self.history.sessions))[symbol]
        return records.rank_of(loss, self.day.session, largest=bool(self.table.loc[symbol, "day"] < 0))

    @cached_property
    def largest_losses(self) -> pd.DataFrame:
        """The fifteen largest one-day losses of market value among the companies: `session, company, lost, day`."""
        close = self.history.frames["close"][self.symbols]
        counts = self.counts.by_session(self.symbols, self.history.sessions)
        top = records.largest(records.losses_by_session(close, counts), 15)
        moves = simple_returns(close)
        return top.assign(day=[moves.at[r.session, r.company] for r in top.itertuples()])

    def closes_from(self, peaks: str) -> pd.DataFrame:
        """Closes in which peaks are looked for: `all`, or `year` (from 250 sessions before the event on)."""
        start = max(0, self.day.position - PEAK_SESSIONS) if peaks == "year" else 0
        return self.history.frames["close"][[*self.symbols, self.benchmark.symbol]].iloc[start:]

    def episodes(self, symbol: str, peaks: str = "all") -> pd.DataFrame:
        """Every fall of one company: the rows of `drawdown_episodes`."""
        return drawdown_episodes(self.closes_from(peaks)[[symbol]])

    def drawdowns(self, peaks: str = "all") -> pd.DataFrame:
        """The fall each company was in on the event session, a row each.

        The columns of `drawdown_episodes`, with `on_the_day` (drawdown on the event session) and `now` (on the last
        close).
        A company at its peak that day has no episode: its dates are missing and its depth is zero.
        """
        close = self.closes_from(peaks)[self.symbols]
        session = self.day.session
        current = episode_at(drawdown_episodes(close), session).reindex(self.symbols)
        last = underwater(close).ffill().iloc[-1]
        state = drawdown_state(close, session)
        # On the session that regains the peak a company is at its peak, yet no episode contains it.
        return current.assign(
            depth=current["depth"].fillna(0.0),
            status=current["status"].fillna("at its peak"),
            on_the_day=state["depth"],
            now=last,
        )


def event_day(history: PriceHistory, symbols: Sequence[str], picked: date | str) -> EventDay:
    """The session a picked day stands for, within what the prices of some companies cover.

    Raises:
        OutsideDataError: the session lies outside the data; the message says which range there is.
    """
    first, last = event_range(history, symbols)
    try:
        snapped = snap(picked)
    except ValueError:
        snapped = None
    if snapped is None or not first <= snapped.session <= last:
        asked = pd.Timestamp(picked)
        raise OutsideDataError(
            f"There are prices of the companies chosen for events from {day(first)} to {day(last)}; {day(asked)} lies "
            "outside.",
            (first if asked < first else last).date(),
        )
    position = history.position(snapped.session)
    return EventDay(
        snapped.asked,
        snapped.session,
        history.sessions[position - 1],
        position,
        snapped.reason,
        event_on(snapped.session),
    )


def event_range(history: PriceHistory, symbols: Sequence[str]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last session that can be an event: some company has a close on it and on the session before."""
    close = history.frames["close"]
    known = close[[s for s in symbols if s in close.columns]].notna()
    usable = (known & known.shift(1, fill_value=False)).any(axis=1).to_numpy().nonzero()[0]
    if not len(usable):
        raise NothingToAssessError("None of the companies chosen has prices.")
    return history.sessions[usable[0]], history.sessions[usable[-1]]


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
    model = event_study.market_model(returns[priced], returns[market.symbol], when.position)
    basket = returns[priced].mean(axis=1)
    table = _table(history, counts, moves.loc[priced], model, when)
    return Impact(
        day=when,
        table=table,
        left_out=left_out,
        benchmark=market,
        benchmark_moves=day_moves(history, when.position).loc[market.symbol],
        basket_abnormal=event_study.rolling_abnormal(basket, returns[market.symbol]),
        history=history,
        counts=counts,
        first=first,
        last=last,
        after=after,
    )


def _window(history: PriceHistory, symbols: list[str], position: int, before: int, after: int) -> tuple[int, int]:
    known = history.frames["close"][symbols].notna().any(axis=1).to_numpy().nonzero()[0]
    return max(position - before, int(known[0])), min(position + after, int(known[-1]))


def _table(
    history: PriceHistory, counts: ShareCounts, moves: pd.DataFrame, model: pd.DataFrame, when: EventDay
) -> pd.DataFrame:
    symbols = list(moves.index)
    known = [directory()[s] for s in symbols]
    lost = market_value_lost(history, counts, symbols, when.position).by_company
    in_force = counts.in_force(symbols, when.session)
    total = in_force.groupby(level=0)["shares"].sum()
    filing = in_force.groupby(level=0).first().rename(columns={"as_of": "counted_on", "source": "count_source"})
    close, high = history.frames["close"][symbols], history.frames["high"][symbols]
    back = first_at_or_above(close, moves["before"], when.position)
    filled = first_at_or_above(high, moves["before"], when.position)
    usual = usual_volume(history.frames["volume"][symbols], when.position)
    net = lost["lost"].sum(min_count=1)
    return (
        moves.assign(
            name=[c.name for c in known], short=[c.short for c in known], group=[c.group for c in known], shares=total
        )
        .join(lost[["value_before", "lost", "lost_low", "lost_high"]])
        .join(filing[["counted_on", "in_force_from", "filed", "count_source", "confidence"]])
        .join(model)
        .assign(
            share_of_total=lost["lost"] / net,
            back_above=back["session"],
            sessions_back=back["sessions"],
            filled=filled["session"],
            sessions_filled=filled["sessions"],
            usual_volume=usual,
            times_usual=moves["volume"] / usual,
        )
    )


def _why_left_out(history: PriceHistory, symbol: str, when: EventDay) -> str:
    name = directory()[symbol].name if symbol in directory() else symbol
    if symbol not in history.symbols:
        return f"{name} has no prices here."
    reach = history.coverage.loc[symbol]
    if reach["first"] >= when.session:
        return f"There are prices of {name} from {day(reach['first'])} on."
    if reach["last"] < when.session:
        return f"There are prices of {name} only to {day(reach['last'])}."
    return f"{name} has no price on {day(when.session)} or the session before."
