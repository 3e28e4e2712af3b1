"""The CSV behind each block."""

import csv as csv_module
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.downloads import csv


def read(frame):
    """Rows and cells as a spreadsheet finds them: outside quotes any line break ends a row."""
    return list(csv_module.reader(io.StringIO(csv(frame).decode("utf-8"), newline="")))


def cells(values, **options):
    """The cells of one column after the header, as a spreadsheet would read them."""
    return [row[0] for row in read(pd.DataFrame({"x": pd.Series(values, **options), "y": 1}))[1:]]


def test_header_with_units_numbers_and_dates_in_order():
    frame = pd.DataFrame(
        {
            "session": pd.to_datetime(["2025-01-24", "2025-01-27"]),
            "company": ["NVIDIA", "Texas Instruments"],
            "move (fraction)": [-0.169682, 0.0081],
            "market value lost (USD)": [592_658_000_000.0, -1_377_447_159.14],
            "sessions": [92, 0],
        },
        index=[7, 9],
    )
    assert csv(frame) == (
        b"session,company,move (fraction),market value lost (USD),sessions\r\n"
        b"2025-01-24,NVIDIA,-0.169682,592658000000.0,92\r\n"
        b"2025-01-27,Texas Instruments,0.0081,-1377447159.14,0\r\n"
    )


def test_a_fraction_stays_a_fraction_under_a_header_with_its_unit():
    # -0.169682 in the export, not -16.97 and not text
    assert read(pd.DataFrame({"day move (fraction)": [-0.169682]})) == [
        ["day move (fraction)"],
        ["-0.169682"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil","x")',
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "=cmd|' /C calc'!A0",
    ],
    ids=repr,
)
def test_text_that_a_spreadsheet_would_run_is_defused(text):
    (cell,) = cells([text])
    assert cell == "'" + text


@pytest.mark.parametrize("text", ["NVIDIA", "S&P 500", "a=b", "\u221216.97%", "", "NA", "'quoted'"])
def test_other_text_stays_as_it_is(text):
    assert cells([text]) == [text]


@given(st.lists(st.text("=+-@\t\r\n \"',;ab1"), min_size=1))
def test_no_text_starts_a_formula_or_breaks_its_row(texts):
    rows = read(pd.DataFrame({"x": pd.Series(texts, dtype=object), "y": 1}))[1:]
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row in ([text, "1"], ["'" + text, "1"])
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_written_so_that_they_read_back_exactly(values):
    assert [float(c) for c in cells(values, dtype=float)] == values


def test_negative_numbers_are_numbers_not_defused_text():
    assert cells([-5, 3]) == ["-5", "3"]
    assert cells([-0.5, np.nan]) == ["-0.5", ""]
    assert cells([-5, "x"], dtype=object) == ["-5", "x"]


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([pd.Timestamp("2025-01-27"), pd.NaT], ["2025-01-27", ""]),
        ([date(2025, 1, 27), None], ["2025-01-27", ""]),
        ([None, "x"], ["", "x"]),
        ([True, False], ["True", "False"]),
    ],
    ids=["stamps", "dates", "nothing", "yes and no"],
)
def test_dates_are_iso_dates_and_nothing_is_empty(values, written):
    assert cells(values) == written


def test_categories_are_text():
    assert cells(["=1", "NVDA"], dtype="category") == ["'=1", "NVDA"]


def test_the_frame_itself_is_left_alone():
    frame = pd.DataFrame({"x": ["=1"], "when": pd.to_datetime(["2025-01-27"])})
    before = frame.copy()
    csv(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_letters_beyond_ascii_are_utf_8():
    assert csv(pd.DataFrame({"company": ["Société Générale"]})).decode("utf-8") == ("company\r\nSociété Générale\r\n")
