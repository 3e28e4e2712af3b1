"""What a visitor brought, as long as the session lasts."""

import pandas as pd
import pytest

from aftershock.prices import FIELDS
from aftershock.sources.bars import Bars
from components import own


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own for each test."""
    state = {}
    monkeypatch.setattr(own.st, "session_state", state)
    return state


def bars(symbol, source="file"):
    return Bars(symbol, pd.DataFrame(columns=FIELDS, dtype=float), source, pd.Timestamp("2025-02-03", tz="UTC"))


def test_bars_are_used_in_the_order_they_were_brought_and_replaced_by_symbol():
    own.put([bars("AAA"), bars("BBB")])
    own.put([bars("AAA", "a second file")])
    assert own.symbols() == ("AAA", "BBB")
    assert [b.source for b in own.bars()] == ["a second file", "file"]


def test_a_symbol_is_known_while_its_bars_are_used():
    assert own.known("aaa") is None
    own.put([bars("AAA")])
    assert own.known(" aaa ") == "AAA"
    assert own.known("goog") == "GOOGL"
    own.forget("AAA")
    assert own.known("AAA") is None
    assert own.bars() == ()


def test_what_was_made_is_kept_until_the_bars_change():
    made = []

    def make():
        made.append(1)
        return len(made)

    assert [own.kept("key", make), own.kept("key", make), own.kept("other", make)] == [1, 1, 2]
    own.put([bars("AAA")])
    assert own.kept("key", make) == 3
    own.forget("AAA")
    assert own.kept("key", make) == 4


def test_only_so_much_is_kept_and_the_oldest_go_first(monkeypatch):
    monkeypatch.setattr(own, "MOST_KEPT", 2)
    for key in "abc":
        own.kept(key, lambda key=key: key.upper())
    assert own.kept("c", lambda: "made anew") == "C"
    assert own.kept("a", lambda: "made anew") == "made anew"
