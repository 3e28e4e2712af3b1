"""Dates in a column."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sessions import all_sessions
from aftershock.sources.files.dates import (
    DAY_FIRST,
    MONTH_FIRST,
    closed_days,
    looks_like_date,
    numeric_kind,
    read_dates,
)

TODAY = date(2025, 3, 31)


def days(cells, **more):
    return read_dates(cells, today=TODAY, **more).days.astype(str).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-27",
        "27.1.2025",
        "Jan 27, 2025",
        "27-Jan-25",
        "20250127",
        "2025年1月27日",
        "Mon 27 January 2025",
        "27 stycznia 2025",
    ],
)
def test_written_dates_are_recognised(text):
    assert looks_like_date(text)


@pytest.mark.parametrize(
    "text", ["142.62", "1,234.56", "NVDA", "45684", "12345678901", "2025", "", "Vol. 12", "0.01 Dividend"]
)
def test_what_is_no_date_is_not_taken_for_one(text):
    assert not looks_like_date(text)


def test_one_order_holds_for_the_whole_column():
    assert days(["05/02/2025", "31/01/2025"]) == ["2025-02-05", "2025-01-31"]
    assert days(["02/05/2025", "01/31/2025"]) == ["2025-02-05", "2025-01-31"]


def test_the_order_of_the_rows_decides_where_the_calendar_does_not():
    # Day first they fall from February to January; month first they jump to and fro.
    rising = ["04/02/2025", "05/02/2025", "03/03/2025", "04/03/2025"]
    assert days(rising)[0] == "2025-02-04"


def test_days_to_come_are_no_reading():
    assert days(["04/02/2025"]) == ["2025-02-04"]  # 2 April has not come


def test_nothing_is_read_where_nothing_decides():
    dates = read_dates(["03/04/2024", "04/03/2024"], today=TODAY)
    assert dates.question == (DAY_FIRST, MONTH_FIRST)
    assert np.isnat(dates.days).all()
    assert days(["03/04/2024"], answer=MONTH_FIRST) == ["2024-03-04"]


def test_a_format_that_is_known_and_a_language_decide_last():
    assert days(["03/04/2024"], month_first=True) == ["2024-03-04"]
    assert days(["03/04/2024"], foreign=True) == ["2024-04-03"]
    assert days(["03.04.2024"]) == ["2024-04-03"]


def test_orders_that_contradict_each_other_are_told_with_an_example_of_each():
    assert read_dates(["24/01/2025", "01/27/2025"], today=TODAY).contradiction == ("24/01/2025", "01/27/2025")


def test_dates_a_spreadsheet_took_for_its_own_are_turned_back():
    # An American spreadsheet reads 05/02 as 2 May, and leaves 24/01 as text.
    assert days([datetime(2025, 5, 2), datetime(2025, 4, 2), "24/01/2025"]) == [
        "2025-02-05",
        "2025-02-04",
        "2025-01-24",
    ]


def test_years_of_two_digits_may_stand_first():
    assert days(["25-01-24", "25-01-27", "25-01-28"]) == ["2025-01-24", "2025-01-27", "2025-01-28"]
    assert days(["01/24/99"]) == ["1999-01-24"]


def test_kinds_of_bare_numbers_do_not_overlap():
    assert numeric_kind(np.array([45681.0, 45684.0])) == "excel"
    assert numeric_kind(np.array([20250124.0])) == "compact"
    assert numeric_kind(np.array([1737954000.0])) == "s"
    assert numeric_kind(np.array([1737954000000.0])) == "ms"
    assert numeric_kind(np.array([142.62])) is None
    assert numeric_kind(np.array([np.nan])) is None


def test_closed_days_are_weekends_holidays_and_days_to_come():
    which = np.array(["2025-01-24", "2025-01-25", "2025-01-20", "2025-04-01", "NaT", "1990-01-06"], "datetime64[D]")
    assert closed_days(which, TODAY).tolist() == [False, True, True, True, False, True]


SESSIONS = all_sessions()


@given(
    st.integers(0, len(SESSIONS) - 700),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m-%d-%Y"]),
    st.booleans(),
)
def test_twenty_sessions_in_a_row_are_always_decided(start, form, backwards):
    written = SESSIONS[start : start + 20]
    written = written[::-1] if backwards else written
    dates = read_dates([f"{d:{form}}" for d in written], today=date(2027, 1, 1))
    assert dates.days.tolist() == [d.date() for d in written]


@given(st.lists(st.text(max_size=30) | st.floats() | st.none() | st.datetimes(), max_size=8))
def test_any_cells_are_days_or_none(cells):
    assert len(read_dates(cells, today=TODAY).days) == len(cells)
