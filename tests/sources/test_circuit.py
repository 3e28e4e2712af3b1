"""The circuit and the holds: who is let through when, on a clock that moves only when told."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.errors import BadAnswerError, RefusedError, TimedOutError, UnknownSymbolError
from aftershock.sources.circuit import Circuit, Holds, Refusal, seconds_asked

NOON = datetime(2025, 1, 27, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(clock, first=60, longest=300)


def refuse(circuit: Circuit, retry_after: str | None = None) -> None:
    with pytest.raises(RefusedError, match="refuses to answer for a while"), circuit.request("prices of NVDA"):
        raise Refusal("no", retry_after)


def passes(circuit: Circuit) -> bool:
    try:
        circuit.check("prices of NVDA")
    except RefusedError:
        return False
    return True


def waits(circuit: Circuit) -> float | None:
    return None if circuit.until is None else (circuit.until - NOON).total_seconds()


def test_nothing_stands_in_the_way_at_first(circuit: Circuit) -> None:
    with circuit.request("prices of NVDA"):
        pass
    assert (passes(circuit), circuit.until) == (True, None)


def test_a_refusal_closes_the_way_for_a_minute_and_says_so(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    with pytest.raises(RefusedError, match="prices of AVGO is not asked for before 12:01 UTC on Mon 27 Jan 2025"):
        circuit.check("prices of AVGO")
    clock.later(59.9)
    assert not passes(circuit)
    clock.later(0.1)
    assert passes(circuit)


def test_each_refusal_in_a_row_doubles_the_wait_up_to_the_longest(circuit: Circuit, clock: Clock) -> None:
    found = []
    for _ in range(5):
        refuse(circuit)
        assert circuit.until is not None
        found.append((circuit.until - clock.now).total_seconds())
        clock.now = circuit.until
    assert found == [60, 120, 240, 300, 300]


def test_an_answer_ends_the_row(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    clock.later(60)
    refuse(circuit)
    clock.later(120)
    with circuit.request("prices of NVDA"):
        pass
    clock.now = NOON
    refuse(circuit)
    assert waits(circuit) == 60


def test_that_a_symbol_is_unknown_is_an_answer(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    clock.later(60)
    with pytest.raises(UnknownSymbolError), circuit.request("prices of NVDAA"):
        raise UnknownSymbolError("none")
    refuse(circuit)
    assert waits(circuit) == 120  # the first wait again, counted from 12:01


@pytest.mark.parametrize("fault", [TimedOutError, BadAnswerError, KeyboardInterrupt])
def test_another_failure_of_the_one_request_says_nothing_about_refusals(
    circuit: Circuit, clock: Clock, fault: type[BaseException]
) -> None:
    refuse(circuit)
    clock.later(60)
    with pytest.raises(fault), circuit.request("prices of NVDA"):
        raise fault
    assert passes(circuit)
    refuse(circuit)
    assert waits(circuit) == 60 + 120


def test_while_one_request_tries_nobody_else_asks(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    clock.later(60)
    with circuit.request("prices of NVDA"), pytest.raises(RefusedError, match="just being tried again"):
        circuit.check("prices of AVGO")
    assert passes(circuit)


def test_of_many_threads_one_is_let_through(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    clock.later(60)
    start, end = threading.Barrier(8), threading.Barrier(8)
    let = []

    def visit() -> None:
        start.wait(10)
        try:
            with circuit.request("prices of NVDA"):
                let.append(1)
                end.wait(10)
        except RefusedError:
            end.wait(10)

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let) == 1


def test_refusals_of_requests_that_were_under_way_together_count_once(circuit: Circuit) -> None:
    def two() -> None:
        with circuit.request("prices of NVDA"):
            refuse(circuit)
            raise Refusal("no")

    with pytest.raises(RefusedError):
        two()
    assert waits(circuit) == 60


def test_a_late_answer_does_not_take_a_refusal_back(circuit: Circuit) -> None:
    with circuit.request("prices of NVDA"):
        refuse(circuit)
    assert waits(circuit) == 60


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("600", 600),
        ("Mon, 27 Jan 2025 12:10:00 GMT", 600),
        ("5", 60),  # never shorter than the own wait
        ("1e9", 86_400),  # at most a day
        ("nan", 60),
        ("-1", 60),
        ("soon", 60),
        ("Mon, 27 Jan 2025 11:00:00 GMT", 60),
    ],
)
def test_the_source_may_ask_for_more_patience(circuit: Circuit, header: str, seconds: float) -> None:
    refuse(circuit, header)
    assert waits(circuit) == seconds


def test_a_clock_that_is_set_back_keeps_nobody_out_for_long(circuit: Circuit, clock: Clock) -> None:
    refuse(circuit)
    clock.later(-86_400)
    assert passes(circuit)


@given(st.lists(st.tuples(st.sampled_from(["refused", "answered", "failed"]), st.floats(0, 10_000)), max_size=40))
def test_requests_are_never_closer_than_the_waits_allow(steps: list[tuple[str, float]]) -> None:
    clock = Clock()
    circuit = Circuit(clock, first=60, longest=3600)
    barred_until, row = NOON, 0
    for outcome, pause in steps:
        clock.later(pause)
        if clock.now < barred_until:
            assert not passes(circuit)
            continue
        assert passes(circuit)
        try:
            with circuit.request("prices of NVDA"):
                if outcome == "refused":
                    raise Refusal("no")
                if outcome == "failed":
                    raise TimedOutError("late")
            row = 0
        except RefusedError:
            row += 1
            barred_until = clock.now + timedelta(seconds=min(60 * 2 ** (row - 1), 3600))
        except TimedOutError:
            pass


@given(st.text(max_size=30))
def test_no_header_breaks_anything(header: str) -> None:
    seconds = seconds_asked(header, NOON)
    assert seconds is None or seconds > 0


# Holds


def test_a_failure_stands_for_its_minute_and_no_longer(clock: Clock) -> None:
    holds = Holds(clock, seconds=60)
    holds.failed("prices of NVDA", TimedOutError("Yahoo did not answer in time for NVDA."))
    clock.later(59)
    message = r"did not answer in time for NVDA\. The next try is after 12:01 UTC"
    with pytest.raises(TimedOutError, match=message):
        holds.check("prices of NVDA")
    holds.check("prices of AVGO")
    clock.later(1)
    holds.check("prices of NVDA")


def test_a_second_look_at_a_held_failure_says_the_same(clock: Clock) -> None:
    holds = Holds(clock, seconds=60)
    holds.failed("prices of NVDA", BadAnswerError("Empty."))
    said = set()
    for _ in range(3):
        with pytest.raises(BadAnswerError) as caught:
            holds.check("prices of NVDA")
        said.add(str(caught.value))
    assert said == {"Empty. The next try is after 12:01 UTC on Mon 27 Jan 2025."}


def test_holds_can_be_dropped(clock: Clock) -> None:
    holds = Holds(clock, seconds=60)
    holds.failed("prices of NVDA", BadAnswerError("Empty."))
    holds.forget()
    holds.check("prices of NVDA")
