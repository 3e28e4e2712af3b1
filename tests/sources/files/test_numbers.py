"""Numbers in a column of text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sources.files.numbers import COMMA, POINT, evidence, is_number, read_numbers


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("142.62", POINT, 142.62),
        ("142,62", COMMA, 142.62),
        ("1,234,567.5", POINT, 1234567.5),
        ("1.234.567,5", COMMA, 1234567.5),
        ("1'234.50", POINT, 1234.5),
        ("1\u2019234.50", POINT, 1234.5),
        ("1\u00a0234,50", COMMA, 1234.5),
        ("1\u202f234,50 €", COMMA, 1234.5),
        ("12,34,567.00", POINT, 1234567.0),
        ("$142.62", POINT, 142.62),
        ("US$ 142.62", POINT, 142.62),
        ("142.62 USD", POINT, 142.62),
        ("(142.62)", POINT, -142.62),
        ("\u2212142.62", POINT, -142.62),
        ("+1.5", POINT, 1.5),
        (".5", POINT, 0.5),
        ("1.2E+08", POINT, 1.2e8),
        ("579.67M", POINT, 579_670_000),
        ("1.2B", POINT, 1_200_000_000),
        ("467,12 mln", COMMA, 467_120_000),
        ("3K", POINT, 3000),
        ("1.5亿", POINT, 150_000_000),
        ("\uff11\uff12\uff0e\uff15", POINT, 12.5),
    ],
)
def test_a_number_is_read_as_people_write_it(text, decimal, value):
    assert read_numbers([text], decimal).numbers[0] == value


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(1)", "+1+1", "-1+2", "abc", "1.2.3,4", "12 34", "1,23,4", "1e999", "--5"]
)
def test_what_is_no_number_is_named_by_its_row(text):
    values = read_numbers(["1", text])
    assert values.unreadable == [1]
    assert np.isnan(values.numbers[1])


@pytest.mark.parametrize(
    "text", ["", "null", "N/A", "-", "—", "#N/A N/A", "#N/A Requesting Data...", "NaN", "k.A.", "n.a."]
)
def test_what_stands_for_a_missing_value_is_missing(text):
    values = read_numbers(["1", text])
    assert values.unreadable == []
    assert np.isnan(values.numbers[1])


def test_percent_signs_are_counted():
    values = read_numbers(["-3.12%", "8.93 %", "1"])
    assert values.percents == 2
    assert values.numbers.tolist() == [-3.12, 8.93, 1.0]


def test_evidence_names_a_cell_for_each_reading():
    assert evidence(["142.62"]).point == "142.62"
    assert evidence(["142,62"]).comma == "142,62"
    assert evidence(["1.234.567"]).comma == "1.234.567"
    assert evidence(["0.123"]).point == "0.123"
    assert evidence(["1234.567"]).point == "1234.567"
    ambiguous = evidence(["1.234", "998"])
    assert (ambiguous.point, ambiguous.comma, ambiguous.either) == (None, None, "1.234")
    assert evidence(["998", "12", 4.5]) == evidence([])


@given(st.floats(0.01, 1e9), st.sampled_from([POINT, COMMA]), st.sampled_from(["", "'", "\u00a0", "group"]))
def test_a_number_written_by_a_rule_is_read_by_it(value, decimal, thousands):
    group = {POINT: ",", COMMA: "."}[decimal] if thousands == "group" else thousands
    text = f"{value:,.2f}".replace(",", "\x00").replace(".", decimal).replace("\x00", group)
    assert read_numbers([text], decimal).numbers[0] == float(f"{value:.2f}")
    assert is_number(text)


@given(st.text(max_size=90))
def test_any_text_is_a_number_missing_or_named(text):
    for decimal in (POINT, COMMA):
        values = read_numbers([text], decimal)
        assert np.isfinite(values.numbers[0]) or values.unreadable in ([], [0])
