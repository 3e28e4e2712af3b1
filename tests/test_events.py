"""The catalogue of events."""

import pandas as pd
import pytest

from aftershock.events import DEEPSEEK, PRESETS, catalogue, event_on
from aftershock.sessions import all_sessions


def test_the_catalogue_is_in_order_of_time_with_one_event_a_session():
    sessions = [event.session for event in catalogue()]
    assert sessions == sorted(set(sessions))
    assert len(sessions) == 48


def test_every_event_lies_on_a_session():
    assert [e.title for e in catalogue() if e.session not in all_sessions()] == []


def test_the_deepseek_sell_off_is_an_event_that_can_be_the_subject_of_a_sentence():
    event = event_on(DEEPSEEK)
    assert pd.Timestamp("2025-01-27") == DEEPSEEK
    assert event is not None
    assert event.title == "DeepSeek sell-off"
    assert event.kind == "selloff"
    assert event.subject == "The DeepSeek sell-off"


def test_the_yen_carry_trade_unwind_is_on_5_august_2024():
    event = event_on(pd.Timestamp("2024-08-05"))
    assert event is not None
    assert event.subject == "The yen carry-trade unwind"


def test_an_event_whose_title_is_no_subject_has_none():
    event = event_on(pd.Timestamp("2025-02-27"))
    assert event is not None
    assert event.subject is None


@pytest.mark.parametrize("day", ["2025-01-24", "2025-01-26", "2025-02-04"])
def test_an_ordinary_day_has_no_event(day):
    assert event_on(pd.Timestamp(day)) is None


@pytest.mark.parametrize("session", PRESETS, ids=str)
def test_every_preset_is_in_the_catalogue(session):
    assert event_on(session) is not None


def test_events_can_be_labelled_and_told():
    for event in catalogue():
        assert event.kind in ("policy", "product", "earnings", "selloff", "rally")
        assert 0 < len(event.short) <= 22
        assert event.title.strip() == event.title != ""
        assert event.description.endswith(".")
