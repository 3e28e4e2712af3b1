"""Pins: which sessions are marked, where their circles stand, and their key."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.impact import assess
from components.charts import base, pins
from components.charts.pins import GAP, RADIUS, Pin
from components.theme import LIGHT

PHONE = 250  # pixels of a plot on a phone
EDGES = (RADIUS, PHONE - RADIUS)
PLACES = st.lists(st.floats(0, PHONE), min_size=1, max_size=pins.NUMBERED).map(sorted)


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", ["NVDA", "AMD"])


def pin(x, move=-0.05, label="Tariffs", session="2025-04-03"):
    return Pin(pd.Timestamp(session), x, label, move)


# Where the circles stand


@given(PLACES, st.floats(0, PHONE))
def test_circles_stand_inside_the_plot_in_order_and_apart(places, event):
    moved = pins._solved(places, event)
    assert len(moved) == len(places)
    assert min(moved) >= EDGES[0] - 1e-9
    assert max(moved) <= EDGES[1] + 1e-9
    assert (np.diff(moved) >= GAP - 1e-9).all()


@given(st.lists(st.floats(-2 * PHONE, 3 * PHONE), max_size=pins.NUMBERED).map(sorted))
def test_any_places_are_brought_inside_a_gap_apart(places):
    apart = [place + k * GAP for k, place in enumerate(places)]
    moved = pins._inside(list(apart))
    assert all(EDGES[0] - 1e-9 <= place <= EDGES[1] + 1e-9 for place in moved)
    assert (np.diff(moved) >= GAP - 1e-9).all()


@pytest.mark.parametrize(
    ("places", "event", "moved"),
    [
        ([], 100, []),
        ([50, 100, 200], 150, [50, 100, 200]),  # nothing is in the way
        ([100, 100], 200, [92, 108]),  # each gives way by half of the gap of 16
        ([0], 100, [7.5]),
        ([250], 100, [242.5]),
        ([0, 0, 0], 100, [7.5, 23.5, 39.5]),
        ([250, 250], 100, [226.5, 242.5]),
        ([95], 100, [88.8]),  # 0.7 of a gap off the event's rule, on the side where it was
        ([100], 100, [111.2]),
        ([105], 100, [111.2]),
        ([95, 105], 100, [88.8, 111.2]),
        ([70, 95], 100, [70, 88.8]),  # 18.8 apart
        ([80, 96], 100, [72.8, 88.8]),  # moving the second aside moves the first along
        ([104, 120], 100, [111.2, 127.2]),
    ],
)
def test_circles_are_moved_no_further_than_needed(places, event, moved):
    assert pins._solved(places, event) == pytest.approx(moved)


@given(st.lists(st.floats(30, 90), min_size=1, max_size=2), st.lists(st.floats(160, 220), min_size=1, max_size=2))
def test_with_room_no_circle_stands_on_the_rule_of_the_event(before, after):
    moved = pins._solved(sorted([*before, *after]), 125)
    assert all(abs(place - 125) >= GAP * 0.7 - 1e-9 for place in moved)
    assert sum(place < 125 for place in moved) == len(before)


def test_as_many_pins_as_are_drawn_fit_on_a_phone():
    assert EDGES[1] - EDGES[0] >= (pins.NUMBERED - 1) * GAP


# What is drawn


def test_a_pin_is_a_rule_a_stem_a_circle_and_its_number():
    sheet = base.sheet(LIGHT, 300)
    pins.draw(sheet, LIGHT, [pin(0, -0.05), pin(50, 0.04)], -50, 75)  # two pixels a session: at 100 and at 200
    fig = sheet.figure()
    assert [s.type for s in fig.layout.shapes] == ["line", "line", "circle"] * 2
    assert [a.text for a in fig.layout.annotations] == ["<b>1</b>", "<b>2</b>"]
    first, second = fig.layout.shapes[2], fig.layout.shapes[5]
    assert (first.xanchor, second.xanchor) == (0, 50)
    assert first.fillcolor == LIGHT.move(-0.05)
    assert second.fillcolor == LIGHT.move(0.04)
    # The first lies on the event's own rule and moves 11.2 pixels aside; the second stays over its session.
    assert (first.x0 + first.x1) / 2 == pytest.approx(11.2)
    assert (second.x0 + second.x1) / 2 == pytest.approx(0)
    assert first.x1 - first.x0 == pytest.approx(2 * RADIUS)
    assert first.y1 - first.y0 == pytest.approx(2 * RADIUS)
    assert [a.xshift for a in fig.layout.annotations] == pytest.approx([11.2, 0])
    stem = fig.layout.shapes[1]
    assert (stem.x0, stem.y0) == (0, 0)
    assert (stem.x1, stem.y1) == pytest.approx((11.2, first.y0))


@given(st.lists(st.integers(-30, 60), min_size=1, max_size=12, unique=True).map(sorted))
def test_drawn_circles_stay_inside_a_phones_plot(sessions):
    sheet = base.sheet(LIGHT, 300)
    pins.draw(sheet, LIGHT, [pin(x) for x in sessions], -30, 60)
    scale = PHONE / 90
    for circle in (s for s in sheet.shapes if s["type"] == "circle"):
        at = (circle["xanchor"] + 30) * scale
        assert at + circle["x0"] >= -1e-9
        assert at + circle["x1"] <= PHONE + 1e-9


def test_no_pins_draw_nothing():
    sheet = base.sheet(LIGHT, 300)
    pins.draw(sheet, LIGHT, [], -30, 60)
    assert (sheet.shapes, sheet.annotations) == ([], [])


# The key


def test_the_key_names_label_date_and_move():
    assert pins.key([pin(47, -0.0781), pin(51, 0.1872, "Tariff pause", "2025-04-09")]) == (
        '<div class="pinkey">'
        '<span><b class="dn">1</b>Tariffs, 3 Apr 2025 <i class="dn">\u22127.8%</i></span>'
        '<span><b class="up">2</b>Tariff pause, 9 Apr 2025 <i class="up">+18.7%</i></span>'
        "</div>"
    )


def test_a_pin_without_a_label_has_its_date_alone():
    assert '<b class="dn">1</b>3 Apr 2025 <i' in pins.key([pin(47, label="")])


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("AT&T", "AT&amp;T"),
        ('"quoted"', "&quot;quoted&quot;"),
    ],
)
def test_the_key_escapes_what_would_be_markup(label, shown):
    html = pins.key([pin(47, label=label)])
    assert f"</b>{shown}, 3 Apr" in html
    assert set(re.findall(r"</?(\w+)", html)) == {"div", "span", "b", "i"}


# Which sessions are marked


def test_events_of_a_span_are_those_of_the_catalogue_without_the_picked_one(event):
    found = pins.of_events(event, "NVDA", event.first, event.last)
    assert [(f"{p.session:%Y-%m-%d}", p.label) for p in found] == [
        ("2024-12-13", "Broadcom forecast"),
        ("2025-01-07", "After CES"),
        ("2025-01-22", "Stargate"),
        ("2025-01-28", "Rebound"),
        ("2025-02-27", "NVIDIA results"),
        ("2025-03-03", "First tariffs"),
        ("2025-03-10", "Recession fears"),
        ("2025-04-03", "Tariffs"),
        ("2025-04-09", "Tariff pause"),
        ("2025-04-16", "H20 licence rule"),
    ]
    by_label = {p.label: p for p in found}
    assert by_label["Rebound"].x == 1
    assert by_label["Stargate"].x == -3
    assert round(by_label["Rebound"].move * 100, 2) == 8.93
    assert round(by_label["H20 licence rule"].move * 100, 2) == -6.87


def test_events_carry_the_move_of_the_company_in_focus(event):
    found = {p.label: p.move for p in pins.of_events(event, "AMD", event.first, event.last)}
    assert round(found["Tariff pause"] * 100, 1) == 23.8


def test_an_event_without_a_price_of_the_company_is_not_marked(market):
    # GE Vernova was listed in April 2024; the catalogue begins years before.
    impact = assess(*market, "2025-01-27", ["NVDA", "GEV"])
    first = impact.history.coverage.loc["GEV", "first"]
    found = pins.of_events(impact, "GEV", 0, impact.last_row)
    assert found
    assert all(p.session > first and np.isfinite(p.move) for p in found)
    assert len(found) < len(pins.of_events(impact, "NVDA", 0, impact.last_row))


@pytest.fixture(scope="session")
def tuesday(history_of, counts_of):
    def made(closes):
        history = history_of({"NVDA": closes, "^GSPC": [6000.0] * len(closes)}, start="2025-02-03")
        return assess(history, counts_of(("NONE", 1, "2024-11-01")), "2025-02-04", ["NVDA"])

    return made


@pytest.mark.parametrize(
    ("closes", "marked"),
    [
        ([100, 90, 81, 80, 64, 80], [1, 3]),  # -10 % again, and -20 %; -1.2 % and +25 % are not as far
        ([100, 110, 121, 120, 150, 75], [1, 3]),
        ([100, 90, 95], []),
    ],
)
def test_as_far_means_the_same_way_and_at_least_as_much(tuesday, closes, marked):
    found = pins.of_falls(tuesday(closes), "NVDA", 0, len(closes) - 1)
    assert [p.x for p in found] == marked
    assert {p.label for p in found} <= {""}


def test_only_sessions_of_the_span_are_marked(tuesday):
    made = tuesday([100, 90, 80, 70, 60])
    assert [p.x for p in pins.of_falls(made, "NVDA", 0, 3)] == [1, 2]
    assert [p.x for p in pins.of_falls(made, "NVDA", 3, 4)] == [2, 3]


def test_the_largest_moves_either_way_are_kept_in_order_of_time():
    found = [pin(x, move) for x, move in ((1, 0.01), (2, -0.09), (3, 0.05), (4, -0.02), (5, 0.2))]
    assert [p.x for p in pins.largest(found, 3)] == [2, 3, 5]
    assert pins.largest(found) == found
    assert len(pins.largest([pin(x) for x in range(40)])) == 12
    assert pins.largest([]) == []


def test_beyond_twelve_the_smaller_moves_are_dots_without_a_number():
    day = pd.Timestamp("2025-01-27")
    many = [Pin(day, x, "", 0.01 * (x + 1)) for x in range(14)]
    sheet = base.sheet(LIGHT, 300)
    pins.draw(sheet, LIGHT, many, -20, 40)
    circles = [s for s in sheet.shapes if s["type"] == "circle"]
    assert len(circles) == 14
    assert [a["text"] for a in sheet.annotations] == [f"<b>{k}</b>" for k in range(1, 13)]
    small = [s for s in circles if s["x1"] - s["x0"] < 2 * pins.RADIUS]
    assert [s["xanchor"] for s in small] == [0, 1]  # the two smallest moves, each on its own session
    assert pins.key(many).count("<span>") == 12
