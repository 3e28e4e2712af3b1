"""Bringing prices up to date: what is asked for, what is kept, and when an update ends early."""

import logging

import numpy as np
import pandas as pd
import pytest

from aftershock.errors import (
    BadAnswerError,
    OtherBasisError,
    RefusedError,
    TimedOutError,
    UnknownSymbolError,
    UnreachableError,
)
from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources.bars import Bars
from aftershock.sources.update import Report, update

NAN = np.nan
EVENING = pd.Timestamp("2025-01-31 22:00", tz="UTC")  # a Friday, after the close
KNOWN = sessions_between("2025-01-02", "2025-01-28")


class Yahoo:
    """Gives closes of 100 and more, one dollar a session, or raises what it was told to; counts what it was asked."""

    def __init__(self, faults=None, divided=None, shift=None):
        self.faults, self.divided, self.shift = faults or {}, divided or {}, shift or {}
        self.asked = []

    def history(self, symbol, first=None):
        self.asked.append((symbol, None if first is None else f"{first:%Y-%m-%d}"))
        if symbol in self.faults:
            raise self.faults[symbol]
        index = sessions_between("2025-01-02" if first is None else first, "2025-01-31")
        close = closes(index) / self.divided.get(symbol, 1) + self.shift.get(symbol, 0) * np.arange(len(index))
        return Bars(symbol, pd.DataFrame(dict.fromkeys(FIELDS, close), index), "yahoo", EVENING)


class Store:
    """Remembers what it was given."""

    def __init__(self):
        self.written = []

    def write(self, bars, *, replace=False):
        self.written.append((bars.symbol, f"{bars.daily.index[0]:%Y-%m-%d}", replace))


def closes(index):
    return pd.Series(100.0 + sessions_between("2025-01-02", "2025-12-31").get_indexer(index), index)


def known(*symbols):
    return pd.DataFrame({s: closes(KNOWN) for s in symbols})


def run(symbols, yahoo, *, have=None, now=EVENING, **options):
    store = Store()
    return update(symbols, known(*symbols) if have is None else have, yahoo, store, now, **options), store


def test_only_what_is_missing_is_asked_for_with_ten_sessions_before_it():
    # Known to Tuesday 28 January; ten sessions before it lie the 9th (a day of mourning) and the 20th (a holiday).
    yahoo = Yahoo()
    report, store = run(["NVDA"], yahoo)
    assert yahoo.asked == [("NVDA", "2025-01-13")]
    assert store.written == [("NVDA", "2025-01-13", False)]
    assert report == Report(updated=("NVDA",))


def test_nothing_is_asked_where_no_session_has_ended_since():
    yahoo = Yahoo()
    report, store = run(["NVDA", "AMD"], yahoo, now=pd.Timestamp("2025-01-29 15:00", tz="UTC"))
    assert yahoo.asked == []
    assert store.written == []
    assert report == Report(current=("NVDA", "AMD"))


def test_another_split_basis_brings_the_whole_history_anew():
    yahoo = Yahoo(divided={"NVDA": 10})
    report, store = run(["NVDA"], yahoo)
    assert yahoo.asked == [("NVDA", "2025-01-13"), ("NVDA", None)]
    assert store.written == [("NVDA", "2025-01-02", True)]
    assert report.updated == ("NVDA",)


def test_prices_that_do_not_agree_bring_the_whole_history_anew():
    yahoo = Yahoo(shift={"NVDA": 5})
    _, store = run(["NVDA"], yahoo)
    assert store.written == [("NVDA", "2025-01-02", True)]


@pytest.mark.parametrize("have", [known("AMD"), known("NVDA") * NAN], ids=["not there", "without a close"])
def test_a_symbol_without_prices_is_asked_for_as_a_whole(have):
    yahoo = Yahoo()
    report, store = run(["NVDA"], yahoo, have=have)
    assert yahoo.asked == [("NVDA", None)]
    assert store.written == [("NVDA", "2025-01-02", True)]
    assert report.updated == ("NVDA",)


def test_an_answer_without_a_newer_session_is_kept_and_counts_as_current():
    class Stale(Yahoo):
        def history(self, symbol, first=None):
            bars = super().history(symbol, first)
            return Bars(symbol, bars.daily.loc[:"2025-01-28"], "yahoo", EVENING)

    report, store = run(["NVDA"], Stale())
    assert report == Report(current=("NVDA",))
    assert len(store.written) == 1


def test_a_refusal_ends_the_update_at_once(caplog):
    yahoo = Yahoo({"AMD": RefusedError("Yahoo refuses requests for a while.")})
    with caplog.at_level(logging.WARNING):
        report, _ = run(["NVDA", "AMD", "MU", "INTC"], yahoo)
    assert [symbol for symbol, _ in yahoo.asked] == ["NVDA", "AMD"]
    assert report == Report(
        updated=("NVDA",),
        failed={"AMD": "Yahoo refuses requests for a while."},
        unasked=("MU", "INTC"),
        ended="Yahoo refuses requests for a while.",
    )
    assert len(caplog.records) == 1  # one line a failure


@pytest.mark.parametrize("fault", [UnreachableError("There is no network."), TimedOutError("No answer in 5 s.")])
def test_a_network_that_is_away_twice_in_a_row_ends_the_update(fault):
    yahoo = Yahoo({"NVDA": fault, "AMD": fault})
    report, _ = run(["NVDA", "AMD", "MU"], yahoo)
    assert len(yahoo.asked) == 2
    assert (set(report.failed), report.unasked, report.ended) == ({"NVDA", "AMD"}, ("MU",), str(fault))


def test_a_network_that_is_away_now_and_then_does_not():
    away = UnreachableError("There is no network.")
    report, _ = run(["NVDA", "AMD", "MU", "INTC"], Yahoo({"NVDA": away, "MU": away}))
    assert (report.updated, set(report.failed), report.ended) == (("AMD", "INTC"), {"NVDA", "MU"}, None)


@pytest.mark.parametrize("fault", [UnknownSymbolError("Yahoo knows no NVDA."), BadAnswerError("That is no history.")])
def test_one_company_that_fails_leaves_the_others(fault):
    report, store = run(["NVDA", "AMD"], Yahoo({"NVDA": fault}))
    assert report == Report(updated=("AMD",), failed={"NVDA": str(fault)})
    assert [symbol for symbol, *_ in store.written] == ["AMD"]


def test_an_update_can_be_stopped_between_companies():
    yahoo = Yahoo()
    report, _ = run(["NVDA", "AMD", "MU"], yahoo, stopped=lambda: len(yahoo.asked) == 1)
    assert report == Report(updated=("NVDA",), unasked=("AMD", "MU"), ended="it was stopped")


def test_each_step_is_announced_before_it_is_taken():
    steps = []
    run(["NVDA", "AMD"], Yahoo(), on_step=lambda *step: steps.append(step))
    assert steps == [("NVDA", 0, 2), ("AMD", 1, 2)]


def test_nothing_to_update_is_an_empty_report():
    assert run([], Yahoo())[0] == Report()


def test_a_store_that_stands_on_another_basis_is_replaced_by_the_whole_history():
    class Other(Store):
        def write(self, bars, *, replace=False):
            if not replace:
                raise OtherBasisError("NVDA is kept on another split basis.")
            super().write(bars, replace=replace)

    yahoo, store = Yahoo(), Other()
    report = update(["NVDA"], known("NVDA"), yahoo, store, EVENING)
    assert yahoo.asked == [("NVDA", "2025-01-13"), ("NVDA", None)]
    assert store.written == [("NVDA", "2025-01-02", True)]
    assert report == Report(updated=("NVDA",))
