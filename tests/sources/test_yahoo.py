"""Yahoo through the real yfinance client, against a local server that answers and fails like Yahoo."""

import logging
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftershock.errors import (
    BadAnswerError,
    RefusedError,
    SourceError,
    TimedOutError,
    UnknownSymbolError,
    UnreachableError,
)
from aftershock.prices import FIELDS
from aftershock.sources import snapshot
from aftershock.sources.circuit import Circuit, Holds
from aftershock.sources.yahoo import Yahoo, checked_symbol
from tests.yahoo_stand_in import StandIn

FRIDAY, MONDAY = pd.Timestamp("2025-01-24"), pd.Timestamp("2025-01-27")
# Half an hour after the close of the day of the fall, and the same day at eleven in New York.
EVENING, MORNING = datetime(2025, 1, 27, 21, 30, tzinfo=UTC), datetime(2025, 1, 27, 16, 0, tzinfo=UTC)


class Bench:
    """A stand-in, a clock that moves only when told, and `Yahoo` between them; nothing really waits."""

    def __init__(self, stand_in: StandIn, folder: Path) -> None:
        self.server = stand_in
        self.folder = folder
        self.slept: list[float] = []
        self.circuit = Circuit(self.clock, first=60.0, longest=3600.0)
        self.holds = Holds(self.clock, seconds=60.0)
        self.yahoo = self.made()

    def clock(self) -> datetime:
        return self.server.now

    def made(self, **options: Any) -> Yahoo:
        given = {"circuit": self.circuit, "holds": self.holds, **options}
        factory = given.pop("session_factory", self.server.session_factory(cap=3.0))
        return Yahoo(factory, clock=self.clock, cache_folder=self.folder, sleep=self.slept.append, **given)

    def later(self, seconds: float) -> None:
        self.server.now += timedelta(seconds=seconds)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with StandIn(now=EVENING) as stand_in:
        yield Bench(stand_in, tmp_path / "yfinance")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """All lines that were logged by anybody, from information upwards."""
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records]


def truth(symbol: str, first: str, last: str) -> pd.DataFrame:
    prices = snapshot.read_prices()
    own = prices[prices.symbol == symbol].set_index("date")[list(FIELDS)]
    return own.loc[first:last].rename_axis("session")


# What comes back


def test_bars_are_those_that_were_served(bench: Bench) -> None:
    bars = bench.yahoo.history("nvda", date(2024, 6, 3))
    pd.testing.assert_frame_equal(bars.daily, truth("NVDA", "2024-06-03", "2025-01-27"), check_freq=False)
    assert (bars.symbol, bars.source, bars.currency, bars.unfinished) == ("NVDA", "yahoo", "USD", None)
    assert (bars.notes, len(bars.suspect), bars.as_of) == ((), 0, pd.Timestamp(EVENING))
    assert bars.splits.values.tolist() == [[pd.Timestamp("2024-06-10"), 10.0]]
    assert bars.dividends.date.tolist() == [pd.Timestamp(day) for day in ("2024-06-11", "2024-09-12", "2024-12-05")]
    assert set(bars.dividends.amount) == {0.01}
    # By hand: 118.42 / 142.62 − 1.
    assert bars.daily.close[MONDAY] / bars.daily.close[FRIDAY] - 1 == pytest.approx(-0.169682, abs=1e-6)


def test_the_first_question_takes_four_requests_and_the_next_one_each(bench: Bench) -> None:
    bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert [kind for kind, _ in bench.server.requests] == ["cookie", "crumb", "zone", "prices"]
    bench.yahoo.history("NVDA", date(2025, 1, 24))
    bench.yahoo.history("NVDA", date(2025, 1, 23), date(2025, 1, 24))
    assert [kind for kind, _ in bench.server.requests[4:]] == ["prices", "prices"]


def test_only_the_sessions_asked_for_come(bench: Bench) -> None:
    bars = bench.yahoo.history("AVGO", date(2025, 1, 18), date(2025, 1, 24))
    # A weekend and Martin Luther King Jr. Day before, the day of the fall after.
    assert [f"{day:%d}" for day in bars.daily.index] == ["21", "22", "23", "24"]


def test_without_a_first_day_the_whole_history_comes(bench: Bench) -> None:
    bars = bench.yahoo.history("NVDA")
    pd.testing.assert_frame_equal(bars.daily, truth("NVDA", "1999-01-04", "2025-01-27"), check_freq=False)
    assert bars.splits.ratio.tolist() == [2, 2, 2, 1.5, 4, 10]
    assert len(bars.suspect) == 0


@pytest.mark.parametrize("symbol", ["^SOX", "SOXX", "SMCI", "TSM"])
def test_other_kinds_of_symbols_come_whole_and_unsuspected(bench: Bench, symbol: str) -> None:
    bars = bench.yahoo.history(symbol)
    expected = truth(symbol, "1999-01-04", "2025-01-27")
    np.testing.assert_array_equal(bars.daily.close, expected.close)
    np.testing.assert_array_equal(bars.daily.volume, expected.volume)
    assert (len(bars.suspect), bars.notes) == (0, ())


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 1, 9), date(2025, 1, 9)),  # the day of mourning for Jimmy Carter
        (date(2025, 1, 25), date(2025, 1, 26)),  # a weekend
        (date(2025, 1, 28), None),  # tomorrow
        (date(2025, 1, 27), date(2025, 1, 24)),
    ],
)
def test_days_without_a_session_are_answered_without_a_request(bench: Bench, first: date, last: date | None) -> None:
    bars = bench.yahoo.history("NVDA", first, last)
    assert (len(bars.daily), bench.server.requests) == (0, [])
    assert list(bars.daily.columns) == list(FIELDS)
    (note,) = bars.notes
    assert "delisted" not in note


# Odd things in a good answer


def test_a_running_session_is_no_close(bench: Bench) -> None:
    bench.server.now = MORNING
    bench.server.fault("bar", day="2025-01-27", close=124.8, adj_close=124.8)
    bars = bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bars.daily.index.tolist() == [FRIDAY]
    assert bars.unfinished == MONDAY
    assert bars.notes == (
        "The session of 27 Jan 2025 had not ended: 124.8 at 11:00 New York time is no close and is left out.",
    )


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2024, 11, 29, 17, 59, tzinfo=UTC), "2024-11-27"),  # 12:59; the day after Thanksgiving ends at 13:00
        (datetime(2024, 11, 29, 18, 0, tzinfo=UTC), "2024-11-29"),
        (datetime(2025, 1, 27, 20, 59, tzinfo=UTC), "2025-01-24"),
        (datetime(2025, 1, 27, 21, 0, tzinfo=UTC), "2025-01-27"),
        (datetime(2024, 7, 8, 20, 0, tzinfo=UTC), "2024-07-08"),  # 16:00 is 20:00 UTC in summer
    ],
)
def test_a_session_ends_with_its_own_close(bench: Bench, now: datetime, last: str) -> None:
    bench.server.now = now
    bars = bench.yahoo.history("NVDA", date(2024, 7, 1))
    assert bars.daily.index[-1] == pd.Timestamp(last)
    assert (bars.unfinished is None) == (f"{now:%Y-%m-%d}" == last)


def test_before_the_first_price_of_a_running_session_there_is_nothing_to_say_but_that(bench: Bench) -> None:
    bench.server.now = MORNING
    bench.server.fault("no_rows", at=("prices",))
    bars = bench.yahoo.history("NVDA", date(2025, 1, 27))
    assert (len(bars.daily), bars.unfinished) == (0, None)
    assert bars.notes == ("Yahoo has no price of NVDA yet for 27 Jan 2025.",)


def test_a_last_session_that_comes_twice_counts_once(bench: Bench) -> None:
    # The client itself drops one of them in silence.
    bench.server.fault("duplicate", at=("prices",))
    bars = bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bars.daily.close.tolist() == [142.62, 118.42 + 1e-7]
    assert bars.daily.volume[MONDAY] == truth("NVDA", "2025-01-27", "2025-01-27").volume.iloc[0] + 3300
    assert bars.notes == ("1 duplicate row of NVDA dropped, the last delivered is kept: 27 Jan 2025.",)


def test_of_a_session_that_comes_twice_inside_the_last_delivered_is_kept(bench: Bench) -> None:
    bench.server.fault("duplicate", at=("prices",), day="2024-06-10")
    bars = bench.yahoo.history("NVDA", date(2024, 6, 3), date(2024, 6, 14))
    expected = truth("NVDA", "2024-06-03", "2024-06-14").close
    expected[pd.Timestamp("2024-06-10")] += 1e-7
    np.testing.assert_array_equal(bars.daily.close, expected)
    # The split of that day is still there, once.
    assert bars.splits.values.tolist() == [[pd.Timestamp("2024-06-10"), 10.0]]


def test_null_rows_are_missing_values(bench: Bench) -> None:
    bench.server.fault("nulls", at=("prices",), days=["2025-01-22", "2025-01-24"])
    bars = bench.yahoo.history("NVDA", date(2025, 1, 21))
    expected = truth("NVDA", "2025-01-21", "2025-01-27")
    expected.loc[[pd.Timestamp("2025-01-22"), FRIDAY]] = np.nan
    # The client would call the volume 0.
    pd.testing.assert_frame_equal(bars.daily, expected, check_freq=False)


def test_a_row_on_a_day_without_a_session_is_dropped_and_named(bench: Bench) -> None:
    bench.server.fault("stray", at=("prices",), day="2025-01-20")
    bars = bench.yahoo.history("NVDA", date(2025, 1, 17), date(2025, 1, 21))
    assert [f"{day:%d}" for day in bars.daily.index] == ["17", "21"]
    assert bars.notes == (
        "1 row of NVDA on days without a session of the New York Stock Exchange left out: 20 Jan 2025.",
    )


def test_another_currency_is_said(bench: Bench) -> None:
    bench.server.fault("currency", code="GBp")
    bars = bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bars.currency == "GBp"
    assert bars.notes == ("The prices of NVDA are in GBp (pence), not in US dollars.",)


def test_a_currency_that_is_not_named_is_said(bench: Bench) -> None:
    bench.server.fault("currency", code=None)
    bars = bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bars.currency == ""
    assert bars.notes == ("The prices of NVDA are in a currency that Yahoo does not name, not in US dollars.",)


def test_a_split_that_was_not_applied_to_older_prices_is_applied_and_said(bench: Bench) -> None:
    bench.server.fault("unadjusted", at=("prices",), day="2024-06-10")
    bars = bench.yahoo.history("NVDA", date(2024, 6, 3), date(2024, 6, 14))
    np.testing.assert_allclose(bars.daily.close, truth("NVDA", "2024-06-03", "2024-06-14").close, rtol=1e-12)
    assert bars.notes == (
        "The prices of NVDA before 10 Jun 2024 came without the split of 10 Jun 2024 (ratio 10); they were divided by "
        "it, and their volumes are left out.",
    )


def test_a_step_like_a_split_without_one_on_record_is_not_used(bench: Bench) -> None:
    bench.server.fault("unadjusted", at=("prices",), day="2024-06-10", recorded=False)
    bars = bench.yahoo.history("NVDA", date(2024, 6, 3), date(2024, 6, 11))
    assert bars.daily.close.notna().tolist() == [True] * 5 + [False] * 2
    why = bars.suspect[bars.suspect.field == "close"].why.tolist()
    # By hand: 121.79 / 1208.88.
    assert all("ratio 0.1007 on 10 Jun 2024, with no split on record" in sentence for sentence in why)


def test_a_unit_that_changes_is_flagged_and_never_shown_as_a_fall(bench: Bench) -> None:
    bench.server.fault("hundredfold", at=("prices",), first="2025-01-24")
    bars = bench.yahoo.history("AVGO", date(2025, 1, 13))
    assert bars.daily.close.pct_change(fill_method=None).min() > -0.2
    assert bars.daily.close[:FRIDAY][:-1].notna().all()
    assert bars.daily.close[FRIDAY:].isna().all()
    assert set(bars.suspect.session) == {FRIDAY, MONDAY}


def test_a_stray_bar_is_flagged_with_what_was_delivered(bench: Bench) -> None:
    bench.server.fault("spike", at=("prices",), day="2025-01-23", factor=100)
    bars = bench.yahoo.history("NVDA", date(2025, 1, 21))
    row = bars.suspect[bars.suspect.field == "close"].iloc[0]
    assert (row.session, row.value) == (pd.Timestamp("2025-01-23"), pytest.approx(14_722.0))
    assert bars.daily.close.isna().tolist() == [False, False, True, False, False]


def test_a_newly_applied_split_shows_as_a_factor_against_the_stored_closes(bench: Bench) -> None:
    from aftershock.sources.basis import basis_factor

    stored = truth("NVDA", "2025-01-13", "2025-01-24")
    assert basis_factor(stored["close"], bench.yahoo.history("NVDA", date(2025, 1, 21)).daily["close"]) == 1.0
    bench.server.fault("new_split", at=("prices",), day="2025-01-27", ratio=4)
    bars = bench.yahoo.history("NVDA", date(2025, 1, 21))
    assert basis_factor(stored["close"], bars.daily["close"]) == pytest.approx(4)
    assert bars.splits.values.tolist() == [[MONDAY, 4.0]]
    assert len(bars.suspect) == 0


def test_no_adjusted_closes_are_none_and_not_the_closes(bench: Bench) -> None:
    bench.server.fault("lacking", at=("prices",), name="adjclose")
    bars = bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bars.daily.close.tolist() == [142.62, 118.42]
    assert bars.daily.adj_close.isna().all()
    assert bars.notes == ("The answer has no closes of NVDA adjusted for dividends.",)


def test_a_session_that_is_late_is_named(bench: Bench) -> None:
    bench.server.now = datetime(2026, 5, 20, 21, 0, tzinfo=UTC)  # the bundled prices of NVIDIA end on 15 May
    bars = bench.yahoo.history("NVDA", date(2026, 5, 14))
    assert bars.notes == ("Yahoo has no price of NVDA yet for 20 May 2026; the newest is 15 May 2026.",)


# Faults: one class, one sentence, one log line, few requests

FAULTS = [
    # fault, options, class, part of the sentence, requests at which they count
    ("timeout", {}, TimedOutError, "did not answer in time for NVDA"),
    ("drip", {}, TimedOutError, "did not answer in time for NVDA"),
    ("cut", {}, UnreachableError, "cannot be reached for NVDA: the connection was cut"),
    ("html", {}, BadAnswerError, "with a web page instead of data for NVDA"),
    ("truncated", {}, BadAnswerError, "with data that are cut off or damaged for NVDA"),
    ("error", {"status": 503}, BadAnswerError, "with error 503 for NVDA"),
    ("error", {"status": 404}, BadAnswerError, "with error 404 for NVDA"),
    ("html", {"status": 502}, BadAnswerError, "with error 502 for NVDA"),
    ("empty", {}, BadAnswerError, "answer for NVDA is empty"),
]


@pytest.mark.parametrize("at", ["zone", "prices"])
@pytest.mark.parametrize(("fault", "options", "kind", "sentence"), FAULTS)
def test_a_lasting_fault_is_one_error_after_one_retry(
    bench: Bench, log: Any, at: str, fault: str, options: dict[str, Any], kind: type[SourceError], sentence: str
) -> None:
    if kind is TimedOutError:
        bench.yahoo = bench.made(session_factory=bench.server.session_factory(cap=0.5))
    bench.server.fault(fault, at=(at,), **options)
    with pytest.raises(SourceError, match=sentence) as caught:
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert type(caught.value) is kind
    assert "delisted" not in str(caught.value)
    assert log() == [str(caught.value)]
    assert bench.server.count(at) == 2
    assert bench.server.count("zone", "prices", "shares", "other") <= 4
    assert len(bench.slept) == 1
    assert 1 <= bench.slept[0] <= 2


@pytest.mark.parametrize("at", ["zone", "prices"])
@pytest.mark.parametrize(("fault", "options"), [(fault, options) for fault, options, *_ in FAULTS])
def test_a_fault_that_passes_is_not_noticed(
    bench: Bench, log: Any, at: str, fault: str, options: dict[str, Any]
) -> None:
    if fault in ("timeout", "drip"):
        bench.yahoo = bench.made(session_factory=bench.server.session_factory(cap=0.5))
    bench.server.fault(fault, at=(at,), times=1, **options)
    assert bench.yahoo.history("NVDA", date(2025, 1, 24)).daily.close.tolist() == [142.62, 118.42]
    assert (log(), len(bench.slept)) == ([], 1)


@pytest.mark.parametrize(
    ("fault", "options", "sentence"),
    [
        ("no_rows", {}, "answer for NVDA has no prices in it"),
        ("lacking", {"name": "close"}, "lacks fields of a price history"),
        ("lacking", {"name": "quote"}, "lacks fields of a price history"),
        ("lacking", {"name": "currency"}, "cannot be understood"),
        ("lacking", {"name": "meta"}, "does not say where it is traded"),
        ("lacking", {"name": "chart"}, "is no price history"),
        ("other_symbol", {}, "with the prices of another symbol"),
    ],
)
def test_an_answer_without_what_makes_a_price_history_is_a_bad_one(
    bench: Bench, log: Any, fault: str, options: dict[str, Any], sentence: str
) -> None:
    bench.server.fault(fault, at=("prices",), **options)
    with pytest.raises(SourceError, match=sentence) as caught:
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert type(caught.value) is BadAnswerError
    assert log() == [str(caught.value)]
    assert bench.server.count("prices") == 2


def test_a_symbol_that_yahoo_does_not_know_is_asked_for_once(bench: Bench, log: Any) -> None:
    with pytest.raises(UnknownSymbolError, match="no prices under the symbol NVDAA; it may be misspelt") as caught:
        bench.yahoo.history("NVDAA", date(2025, 1, 24))
    assert log() == [str(caught.value)]
    assert (bench.server.count(symbol="NVDAA"), bench.slept) == (1, [])
    # Others are not held up by it.
    assert len(bench.yahoo.history("AVGO", date(2025, 1, 24)).daily) == 2


def test_no_network_at_all(bench: Bench, log: Any) -> None:
    with StandIn(now=EVENING) as gone:
        nowhere = gone.session_factory()
    with pytest.raises(UnreachableError, match="cannot be reached for NVDA: the connection failed") as caught:
        bench.made(session_factory=nowhere).history("NVDA", date(2025, 1, 24))
    assert log() == [str(caught.value)]


def test_cookies_and_tokens_that_fail_do_not_stop_prices(bench: Bench, log: Any) -> None:
    for fault in ("refusal", "html", "error", "cut"):
        bench.server.mend()
        bench.server.fault(fault, at=("cookie", "crumb"))
        bars = bench.made().history("NVDA", date(2025, 1, 24))
        assert bars.daily.close.tolist() == [142.62, 118.42]
    assert log() == []


def test_a_token_that_is_stale_is_renewed_by_the_client(bench: Bench, log: Any) -> None:
    bench.server.fault("error", at=("prices",), times=1, status=401)
    assert len(bench.yahoo.history("NVDA", date(2025, 1, 24)).daily) == 2
    assert (bench.slept, bench.server.count("prices"), log()) == ([], 2, [])


def test_a_token_that_is_never_good_enough_is_a_bad_answer(bench: Bench, log: Any) -> None:
    bench.server.fault("error", at=("prices",), status=401)
    with pytest.raises(BadAnswerError, match="with error 401 for NVDA") as caught:
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert (log(), bench.server.count("prices")) == ([str(caught.value)], 4)


@pytest.mark.parametrize("status", [403, 429, 999])
def test_every_way_to_refuse_is_a_refusal(bench: Bench, status: int) -> None:
    bench.server.fault("error", status=status)
    with pytest.raises(RefusedError):
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bench.server.count("zone", "prices") == 1


def test_a_failure_leaves_nothing_behind(bench: Bench) -> None:
    # The client keeps a bad answer to the request for the time zone until the process ends.
    bench.server.fault("error", at=("zone",))
    with pytest.raises(BadAnswerError):
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    bench.server.mend()
    bench.later(61)
    assert len(bench.yahoo.history("NVDA", date(2025, 1, 24)).daily) == 2


def test_a_failure_stands_for_a_minute_however_often_a_page_reruns(bench: Bench, log: Any) -> None:
    bench.server.fault("empty", at=("prices",))
    for _ in range(20):
        with pytest.raises(BadAnswerError, match="answer for NVDA is empty"):
            bench.yahoo.history("NVDA", date(2025, 1, 24))
        bench.later(0.5)
    assert (bench.server.count("prices"), len(log())) == (2, 1)
    bench.server.mend()
    bench.later(61)
    assert len(bench.yahoo.history("NVDA", date(2025, 1, 24)).daily) == 2


JUNK = [None, "", "x", [], {}, 0, -1, 1e300, 1.5, True, [None], [0], {"a": 1}, 2**70]


@given(st.integers(0, 2**32))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_breaks_anything(bench: Bench, seed: int) -> None:
    """One part of a good answer, at any depth, becomes something else: the bars are possible, or a `SourceError`."""
    dice = random.Random(seed)  # the answer is spoilt in the server's thread, where hypothesis cannot draw

    def spoilt(part: Any, depth: int = 0) -> Any:
        if not part or not isinstance(part, dict | list) or (depth > 2 and dice.random() < 0.2):
            return dice.choice(JUNK)
        copy = part.copy()
        key = dice.choice(list(part) if isinstance(part, dict) else range(len(part)))
        copy[key] = spoilt(part[key], depth + 1)
        return copy

    bench.server.mend()
    bench.holds.forget()
    bench.server.fault("instead", at=("zone", "prices"), times=3, body=spoilt)
    try:
        bars = bench.yahoo.history("NVDA", date(2025, 1, 21))
    except (BadAnswerError, UnknownSymbolError):
        return
    prices = bars.daily[list(FIELDS[:5])]
    assert (prices.isna() | ((prices > 0) & np.isfinite(prices))).all(axis=None)
    assert bars.daily.index.is_unique
    assert bars.daily.index.is_monotonic_increasing


# Refusals


def test_a_refusal_is_not_retried_and_holds_for_all(bench: Bench, log: Any) -> None:
    bench.server.fault("refusal")
    with pytest.raises(RefusedError) as caught:
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert str(caught.value) == (
        "Yahoo refuses to answer for a while (too many requests; asked for prices of NVDA); the next try is after "
        "21:31 UTC on Mon 27 Jan 2025."
    )
    assert (type(caught.value), bench.slept) == (RefusedError, [])
    another_visitor = bench.made()
    for symbol in ("NVDA", "AVGO", "TSM"):
        with pytest.raises(RefusedError, match=f"{symbol} is not asked for before 21:31 UTC"):
            another_visitor.history(symbol, date(2025, 1, 24))
    assert (bench.server.count("zone", "prices"), len(log())) == (1, 1)


def test_refusals_without_end_cost_few_requests(bench: Bench) -> None:
    bench.server.fault("refusal")
    for _ in range(10):
        for symbol in ("NVDA", "AVGO", "TSM"):
            with pytest.raises(RefusedError):
                bench.yahoo.history(symbol, date(2025, 1, 24))
        bench.later(6)
    # The one at the start; a minute is not over yet.
    assert bench.server.count("zone", "prices") == 1


def test_after_a_refusal_that_passes_prices_come_again(bench: Bench) -> None:
    bench.server.fault("refusal", times=1)
    with pytest.raises(RefusedError):
        bench.yahoo.history("NVDA", date(2025, 1, 24))
    bench.later(61)
    assert len(bench.yahoo.history("AVGO", date(2025, 1, 24)).daily) == 2
    assert bench.circuit.until is None


def test_a_refusal_of_one_symbol_is_one_of_all(bench: Bench) -> None:
    bench.server.fault("refusal", "AVGO")
    assert len(bench.yahoo.history("NVDA", date(2025, 1, 24)).daily) == 2
    with pytest.raises(RefusedError):
        bench.yahoo.history("AVGO", date(2025, 1, 24))
    with pytest.raises(RefusedError):
        bench.yahoo.history("NVDA", date(2025, 1, 24))


@pytest.mark.parametrize("asked", ["600", "Mon, 27 Jan 2025 21:40:00 GMT"])
def test_yahoo_may_say_for_how_long_it_refuses(bench: Bench, asked: str) -> None:
    bench.server.fault("refusal", retry_after=asked)
    with pytest.raises(RefusedError, match="21:40 UTC on Mon 27 Jan 2025"):
        bench.yahoo.history("NVDA", date(2025, 1, 24))


def test_visitors_who_ask_at_once_share_one_refusal(bench: Bench) -> None:
    bench.server.fault("refusal")
    errors: list[str] = []

    def visit(symbol: str) -> None:
        try:
            bench.made().history(symbol, date(2025, 1, 24))
        except RefusedError as error:
            errors.append(str(error))

    visitors = [threading.Thread(target=visit, args=(symbol,)) for symbol in ["NVDA", "AVGO", "TSM", "AMD"] * 3]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    assert (len(errors), bench.server.count("zone", "prices")) == (12, 1)


def test_visitors_who_ask_at_once_get_what_they_asked_for(bench: Bench) -> None:
    found: dict[str, float] = {}

    def visit(symbol: str) -> None:
        found[symbol] = bench.made().history(symbol, date(2025, 1, 24)).daily.close.iloc[-1]

    symbols = ["NVDA", "AVGO", "TSM", "AMD", "MU", "INTC"]
    visitors = [threading.Thread(target=visit, args=(symbol,)) for symbol in symbols]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    assert found == {symbol: truth(symbol, "2025-01-27", "2025-01-27").close.iloc[0] for symbol in symbols}


# Symbols and imports


def test_the_client_is_imported_only_when_it_is_asked() -> None:
    code = "import sys, aftershock.sources.yahoo; print({'yfinance', 'curl_cffi', 'tenacity'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [(" nvda ", "NVDA"), ("^gspc", "^GSPC"), ("BRK-B", "BRK-B"), ("0700.HK", "0700.HK"), ("EURUSD=X", "EURUSD=X")],
)
def test_symbols_are_written_as_yahoo_does(typed: str, symbol: str) -> None:
    assert checked_symbol(typed) == symbol


@pytest.mark.parametrize(
    "text", ["", "NV DA", "../A", "A/B", "<b>X</b>", "A?x=1", "A&b", "A" * 40, "NVDA\n", "ＮＶＤＡ"]
)
def test_what_cannot_be_a_symbol_is_refused_without_a_request_and_not_echoed(bench: Bench, text: str) -> None:
    if text == "NVDA\n":
        assert checked_symbol(text) == "NVDA"
        return
    with pytest.raises(UnknownSymbolError, match=r"^[A-Za-z0-9?^.= -]+ cannot be a symbol of Yahoo\.$"):
        bench.yahoo.history(text)
    assert bench.server.requests == []


def test_an_isin_is_refused_because_the_client_would_search_for_it(bench: Bench) -> None:
    with pytest.raises(UnknownSymbolError, match="US67066G1040 is an ISIN"):
        bench.yahoo.history("US67066G1040")
    assert bench.server.requests == []


# The client's folder


def test_what_the_client_keeps_lies_in_a_private_folder(bench: Bench) -> None:
    bench.yahoo.history("NVDA", date(2025, 1, 24))
    assert bench.folder.stat().st_mode & 0o777 == 0o700
    assert (bench.folder / "tkr-tz.db").exists()


def test_a_folder_that_cannot_be_had_is_no_obstacle(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    bench.folder = tmp_path / "file" / "yfinance"
    assert len(bench.made().history("NVDA", date(2025, 1, 24)).daily) == 2


def test_a_damaged_folder_is_left_for_a_new_one(bench: Bench) -> None:
    bench.folder.mkdir()
    (bench.folder / "tkr-tz.db").write_bytes(b"no database" * 100)
    assert len(bench.yahoo.history("NVDA", date(2025, 1, 24)).daily) == 2


# Share counts


def test_share_counts_come_with_their_day_and_mark(bench: Bench) -> None:
    shares = bench.yahoo.shares("NVDA", date(2024, 8, 1))
    assert shares.counts.values.tolist() == [
        [pd.Timestamp("2024-08-23"), 24_530_000_000],
        [pd.Timestamp("2024-11-15"), 24_490_000_000],
    ]
    assert (shares.source, shares.notes, len(shares.ignored)) == ("Yahoo, not filed", (), 0)


def test_of_two_counts_for_a_day_the_one_nearer_to_the_count_before_is_kept(bench: Bench) -> None:
    day = pd.Timestamp("2025-01-24")
    rows = [(pd.Timestamp("2024-11-20"), 24_490_000_000), (day, 27_300_000_000), (day, 24_490_000_000)]
    bench.server.share_rows["NVDA"] = rows
    shares = bench.yahoo.shares("NVDA", date(2024, 8, 1))
    assert shares.counts["count"].tolist() == [24_490_000_000, 24_490_000_000]
    assert shares.ignored.values.tolist() == [[day, 27_300_000_000]]
    assert shares.notes == (
        "Yahoo gives NVDA two share counts for 24 Jan 2025: 24.490\xa0bn is used (nearer to the one before), "
        "27.300\xa0bn is not.",
    )


def test_a_count_that_fits_the_market_value_is_kept(bench: Bench) -> None:
    # 24.49 bn × 142.62 = 3 492.8 bn
    shares = bench.yahoo.shares("NVDA", date(2024, 8, 1), price=142.62, market_value=3.5e12)
    assert len(shares.counts) == 2


@pytest.mark.parametrize(
    ("symbol", "count", "price", "value", "reason"),
    [
        # TSMC: five ordinary shares make one receipt. 25.93 bn × 222 = 5.757 tn against 1.151 tn.
        ("TSM", 25_930_000_000, 222.0, 1.151e12, "5 times the market value .*ordinary shares"),
        # Alphabet: class A alone. 5.84 bn × 200 = 1.168 tn against 2.4 tn.
        ("GOOGL", 5_840_000_000, 200.0, 2.4e12, "0.487 times the market value .*one of several share classes"),
    ],
)
def test_a_count_of_something_else_is_refused(
    bench: Bench, log: Any, symbol: str, count: int, price: float, value: float, reason: str
) -> None:
    bench.server.share_rows[symbol] = [(pd.Timestamp("2025-01-20"), count)]
    with pytest.raises(BadAnswerError, match=reason) as caught:
        bench.yahoo.shares(symbol, date(2024, 8, 1), price=price, market_value=value)
    assert log() == [str(caught.value)]


def test_no_counts_are_an_empty_table_and_a_note(bench: Bench) -> None:
    shares = bench.yahoo.shares("^SOX")
    assert (len(shares.counts), shares.notes) == (0, ("Yahoo has no share counts of ^SOX.",))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("html", BadAnswerError), ("error", BadAnswerError), ("cut", UnreachableError), ("refusal", RefusedError)],
)
def test_share_counts_fail_in_the_same_classes(bench: Bench, log: Any, fault: str, kind: type[SourceError]) -> None:
    bench.server.fault(fault, at=("shares",))
    with pytest.raises(SourceError) as caught:
        bench.yahoo.shares("NVDA")
    assert type(caught.value) is kind
    assert (log(), bench.server.count("shares")) == ([str(caught.value)], 1 if fault == "refusal" else 2)
