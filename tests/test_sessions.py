"""The exchange calendar. Closures and the sessions of a year are public facts."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sessions import all_sessions, closed_because, missed, sessions_between, snap


def test_january_2025_has_twenty_sessions():
    january = sessions_between("2025-01-01", "2025-01-31")
    assert len(january) == 20
    closed = {f"2025-01-{day:02}" for day in (1, 4, 5, 9, 11, 12, 18, 19, 20, 25, 26)}
    assert closed == {f"{day:%Y-%m-%d}" for day in pd.date_range("2025-01-01", "2025-01-31").difference(january)}


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (2001, 248),  # four days closed after 11 September
        (2004, 252),
        (2012, 250),  # two days closed by Hurricane Sandy
        (2020, 253),
        (2023, 250),
        (2024, 252),
        (2025, 250),
    ],
)
def test_sessions_of_a_year(year, count):
    assert len(sessions_between(f"{year}-01-01", f"{year}-12-31")) == count


def test_sessions_are_rising_unique_midnights_without_a_zone():
    days = all_sessions()
    assert days.tz is None
    assert days.is_monotonic_increasing
    assert days.is_unique
    assert (days == days.normalize()).all()
    assert days[0] == pd.Timestamp("1999-01-04")


def test_offset_of_8_january_from_the_event_skips_both_closed_days():
    days = all_sessions()
    event, day = days.get_loc(pd.Timestamp("2025-01-27")), days.get_loc(pd.Timestamp("2025-01-08"))
    assert day - event == -11


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2025-01-09", "the day of mourning for Jimmy Carter"),
        ("2025-01-20", "Martin Luther King Jr. Day"),
        ("2025-01-25", "a Saturday"),
        ("2025-01-26", "a Sunday"),
        ("2025-07-04", "Independence Day"),
        ("2021-07-05", "Independence Day"),  # observed on the Monday
        ("2020-07-03", "Independence Day"),  # observed on the Friday
        ("2023-06-19", "Juneteenth"),
        ("2024-03-29", "Good Friday"),
        ("2022-12-26", "Christmas"),  # observed
        ("2025-01-01", "New Year\u2019s Day"),
        ("2025-02-17", "Presidents\u2019 Day"),
        ("2025-05-26", "Memorial Day"),
        ("2025-09-01", "Labor Day"),
        ("2025-11-27", "Thanksgiving"),
        ("2012-10-29", "Hurricane Sandy"),
        ("2012-10-30", "Hurricane Sandy"),
        ("2018-12-05", "the day of mourning for George H. W. Bush"),
        ("2007-01-02", "the day of mourning for Gerald Ford"),
        ("2004-06-11", "the day of mourning for Ronald Reagan"),
        ("2001-09-11", "the attacks of 11 September 2001"),
        ("2001-09-14", "the attacks of 11 September 2001"),
    ],
)
def test_a_closed_day_is_named(day, reason):
    assert pd.Timestamp(day) not in all_sessions()
    assert closed_because(day) == reason


def test_every_weekday_without_trading_since_1999_has_a_name_of_its_own():
    weekdays = pd.bdate_range("1999-01-04", "2026-12-31")
    closed = weekdays.difference(all_sessions())
    # Nine holidays a year, Juneteenth from 2022 on, ten days by decree, fewer where the New Year
    # falls on a Saturday (it is not observed then).
    assert len(closed) > 250
    assert [d for d in closed if closed_because(d) == "an exchange holiday"] == []


@pytest.mark.parametrize(
    ("picked", "session"),
    [
        ("2025-01-20", "2025-01-21"),  # a holiday
        ("2025-01-26", "2025-01-27"),  # a Sunday
        ("2025-01-25", "2025-01-27"),
        ("2025-01-09", "2025-01-10"),
        ("2001-09-11", "2001-09-17"),
        ("2012-10-27", "2012-10-31"),  # a Saturday before two days of Hurricane Sandy
    ],
)
def test_a_day_without_trading_stands_for_the_next_session(picked, session):
    snapped = snap(picked)
    assert snapped.asked == pd.Timestamp(picked)
    assert snapped.session == pd.Timestamp(session)
    assert snapped.reason == closed_because(picked)


@pytest.mark.parametrize(
    "picked",
    [
        "2025-01-27",
        date(2025, 1, 27),
        datetime(2025, 1, 27, 16, 0),
        pd.Timestamp("2025-01-27 09:30"),
    ],
    ids=repr,
)
def test_a_session_stands_for_itself_however_it_is_given(picked):
    snapped = snap(picked)
    assert snapped.asked == snapped.session == pd.Timestamp("2025-01-27")
    assert snapped.reason is None


@given(st.dates(date(1999, 1, 4), date(2026, 12, 31)))
def test_snapping_finds_the_first_session_from_a_day_on(day):
    snapped = snap(day)
    assert sessions_between(day, snapped.session).tolist() == [snapped.session]
    assert (snapped.reason is None) == (snapped.session.date() == day)
    assert snapped.session.date() - day <= timedelta(days=6)  # the longest closure, September 2001


@pytest.mark.parametrize("day", ["1998-12-31", "1900-01-01", "2100-01-01"])
def test_a_day_outside_the_calendar_is_refused_instead_of_moved(day):
    with pytest.raises(ValueError, match=day):
        snap(day)


@pytest.mark.parametrize(("first", "last"), [("2025-01-25", "2025-01-26"), ("2025-01-09", "2025-01-09")])
def test_a_range_of_closed_days_holds_no_session(first, last):
    assert len(sessions_between(first, last)) == 0


def test_both_ends_of_a_range_are_included():
    days = sessions_between("2025-01-24", "2025-01-28")
    assert [f"{d:%Y-%m-%d}" for d in days] == ["2025-01-24", "2025-01-27", "2025-01-28"]


@pytest.mark.parametrize(
    ("last", "now", "number"),
    [
        ("2025-01-24", "2025-01-24 22:00", 0),
        ("2025-01-24", "2025-01-26 12:00", 0),  # a Sunday
        ("2025-01-24", "2025-01-27 15:00", 0),  # Monday's session is not over
        ("2025-01-24", "2025-01-27 21:00", 1),  # 16:00 in New York
        ("2025-01-24", "2025-02-03 22:00", 6),
        ("2025-07-02", "2025-07-03 16:59", 0),
        ("2025-07-02", "2025-07-03 17:00", 1),  # 13:00 in New York, the day before Independence Day
        ("2025-01-08", "2025-01-09 23:00", 0),  # the day of mourning for Jimmy Carter
        ("2025-01-27", "2025-01-20 12:00", 0),  # a clock that is wrong
    ],
)
def test_a_session_is_missed_once_it_has_ended(last, now, number):
    assert missed(pd.Timestamp(last), pd.Timestamp(now, tz="UTC")) == number
