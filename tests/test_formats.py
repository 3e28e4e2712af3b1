"""How numbers are written. The wanted spellings are those of the house style."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock import formats as f

NBSP, MINUS, DASH, APOSTROPHE = "\u00a0", "\u2212", "\u2013", "\u2019"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (592_658_000_000, "$593_bn"),  # NVIDIA on 27 January 2025, as the design writes it
        (70_818_925_920, "$70.8_bn"),
        (1_260_000_000_000, "$1.26_tn"),
        (12_000_000, "$12_m"),
        (0, "$0_m"),
    ],
)
def test_money_has_the_size_of_a_headline(dollars, text):
    assert f.usd(dollars) == text.replace("_", NBSP)


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (99_400_000, "$99_m"),
        (99_500_000, "$0.1_bn"),
        (99_940_000_000, "$99.9_bn"),
        (99_950_000_000, "$100_bn"),
        (999_400_000_000, "$999_bn"),
        (999_500_000_000, "$1.00_tn"),
    ],
)
def test_money_changes_its_unit_where_rounding_would_print_one_figure_more(dollars, text):
    assert f.usd(dollars) == text.replace("_", NBSP)
    assert f.usd(-dollars) == MINUS + text.replace("_", NBSP)


UNITS = {"m": 1e6, "bn": 1e9, "tn": 1e12}


@given(st.floats(1e6, 9.99e14))
def test_money_prints_at_most_three_figures_before_the_point_and_rounds_correctly(dollars):
    found = re.fullmatch(rf"\$(\d{{1,3}}(?:\.(\d+))?){NBSP}(m|bn|tn)", f.usd(dollars))
    assert found
    unit = UNITS[found[3]]
    half_a_step = 0.5 * 10 ** -len(found[2] or "") * unit
    assert abs(float(found[1]) * unit - dollars) <= half_a_step * (1 + 1e-9)


def test_a_gain_carries_a_plus_only_where_asked():
    assert f.usd(439.9e9) == f"$440{NBSP}bn"
    assert f.usd(439.9e9, signed=True) == f"+$440{NBSP}bn"
    assert f.usd(-439.9e9, signed=True) == f"{MINUS}$440{NBSP}bn"
    assert f.usd(0.0, signed=True) == f"$0{NBSP}m"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(142.62, "$142.62"), (1208.9, "$1,208.90"), (0.1, "$0.100"), (0.0412, "$0.0412")],
)
def test_a_price_has_cents_and_below_a_dollar_more(dollars, text):
    assert f.price(dollars) == text


@pytest.mark.parametrize(
    ("fraction", "digits", "text"),
    [
        (-0.169682, 2, "_16.97%"),
        (0.0243, 2, "+2.43%"),
        (-0.169682, 0, "_17%"),
        (12.5, 2, "+1,250.00%"),
        (1.2, 2, "+120.00%"),  # no guess from the size of the number
        (0.0, 2, "0.00%"),
        (-0.00004, 2, "0.00%"),
        (0.00004, 2, "0.00%"),
        (-0.00006, 2, "_0.01%"),
        (-0.004, 0, "0%"),
    ],
)
def test_per_cent_carries_its_sign_unless_it_rounds_to_zero(fraction, digits, text):
    assert f.percent(fraction, digits) == text.replace("_", MINUS)


def test_per_cent_without_a_wanted_sign_keeps_the_minus():
    assert f.percent(0.05, 1, signed=False) == "5.0%"
    assert f.percent(-0.05, 1, signed=False) == f"{MINUS}5.0%"


@given(st.floats(-0.999, 50), st.integers(0, 4))
def test_no_figure_ever_shows_a_hyphen_for_a_minus(fraction, digits):
    for text in (f.percent(fraction, digits), f.usd(fraction * 1e11), f.usd(fraction, signed=True)):
        assert "-" not in text


def test_the_size_of_a_move_has_no_sign():
    assert f.size_percent(-0.169682) == "16.97%"
    assert f.size_percent(0.0092, 1) == "0.9%"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (24_490_000_000, "24.490_bn"),
        (865_300_000, "0.865_bn"),
        (100_000_000, "0.100_bn"),
        (99_900_000, "99.9_m"),
    ],
)
def test_share_counts_are_in_billions_or_below_a_tenth_of_one_in_millions(count, text):
    assert f.shares(count) == text.replace("_", NBSP)


def test_volumes_ratios_and_counts():
    assert f.volume(818_830_900) == f"818.8{NBSP}m"
    assert f.volume(1_234_560_000) == f"1,234.6{NBSP}m"
    assert f.times(3.8246) == "3.8"
    assert f.whole(6871) == "6,871"


def test_dates():
    when = date(2025, 1, 27)
    assert f.day(when) == "Mon 27 Jan 2025"
    assert f.day(when, year=False) == "Mon 27 Jan"
    assert f.day(pd.Timestamp("2025-06-09")) == "Mon 9 Jun 2025"  # no leading zero
    assert f.date_short(pd.Timestamp("2025-06-09")) == "9 Jun 2025"
    assert f.date_words(date(2025, 4, 4)) == "4 April"
    assert f.weekday_words(date(2025, 1, 24)) == "Friday"


@pytest.mark.parametrize(
    "write",
    [f.usd, f.price, f.percent, f.size_percent, f.shares, f.volume, f.times, f.whole],
    ids=lambda write: write.__name__,
)
@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA], ids=repr)
def test_a_missing_number_is_an_en_dash(write, nothing):
    assert write(nothing) == DASH


@pytest.mark.parametrize("write", [f.day, f.date_short], ids=lambda write: write.__name__)
@pytest.mark.parametrize("nothing", [None, pd.NaT], ids=repr)
def test_a_missing_date_is_an_en_dash(write, nothing):
    assert write(nothing) == DASH


@pytest.mark.parametrize(("sessions", "text"), [(-30, "_30"), (0, "0"), (60, "+60")])
def test_offsets_carry_their_sign(sessions, text):
    assert f.offset(sessions) == text.replace("_", MINUS)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "no"), (1, "one"), (7, "seven"), (12, "twelve"), (13, "13"), (1234, "1,234")],
)
def test_numbers_up_to_twelve_are_words(number, text):
    assert f.count_words(number) == text
    assert f.count_words(number, start=True) == text[0].upper() + text[1:]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (9, "9th"),
        (10, "10th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (101, "101st"),
        (111, "111th"),
        (112, "112th"),
        (113, "113th"),
        (1011, "1,011th"),
        (1022, "1,022nd"),
    ],
)
def test_ordinals(number, text):
    assert f.ordinal(number) == text


def test_plurals():
    assert f.plural(1, "session") == "1 session"
    assert f.plural(95, "session") == "95 sessions"
    assert f.plural(0, "session") == "0 sessions"
    assert f.plural(1200, "company", "companies") == "1,200 companies"
    assert f.plural(1, "company", "companies") == "1 company"


def test_possessives():
    assert f.possessive("NVIDIA") == f"NVIDIA{APOSTROPHE}s"
    assert f.possessive("Texas Instruments") == f"Texas Instruments{APOSTROPHE}"


@pytest.mark.parametrize(
    ("count", "most", "text"),
    [
        (0, 4, ""),
        (1, 4, "A"),
        (2, 4, "A and B"),
        (3, 4, "A, B and C"),
        (4, 4, "A, B, C and D"),
        (5, 4, "A, B, C and 2 others"),
        (8, 4, "A, B, C and 5 others"),
        (4, 3, "A, B and 2 others"),
    ],
)
def test_listings_count_what_they_do_not_name(count, most, text):
    assert f.listing("ABCDEFGH"[:count], most) == text
    assert f.listing(list("ABCDEFGH"[:count]), most) == text


@pytest.mark.parametrize(
    ("move", "written"),
    [(-0.2798, "28%"), (0.0095, "1%"), (-0.0094, "0.9%"), (0.0005, "0.1%"), (-0.0004, "under 0.1%"), (None, "\u2013")],
)
def test_a_rough_size_never_reads_zero_per_cent(move, written):
    assert f.rough_percent(move) == written
