"""What all figures share: labels that do not collide, ticks, and names of sessions."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sessions import sessions_between
from components.charts import base

NAN = math.nan


@pytest.mark.parametrize(
    ("values", "moved"),
    [
        ([], []),
        ([3.0], [3.0]),
        ([0, 10, 5], [0, 10, 5]),  # far enough apart: nothing moves
        ([0, 1, 2], [0, 1, 2]),  # exactly the gap is enough
        ([0, 0], [-0.5, 0.5]),  # each gives way by half
        ([0, 0, 0], [-1, 0, 1]),
        ([0, 0.5], [-0.25, 0.75]),
        ([0.5, 0], [0.75, -0.25]),  # in the order of the input
        ([0, 0.2, 10], [-0.4, 0.6, 10]),  # who is far stays where he is
        # 1 pushes 0.9 down, which then stands on 0: means of value less rank, all in one group
        ([0, 0.9, 1], [-1.1 / 3, 1.9 / 3, 4.9 / 3]),
        ([0, NAN, 0], [-0.5, NAN, 0.5]),  # what is missing takes no room
        ([NAN], [NAN]),
        ([math.inf, 1], [NAN, 1]),
    ],
)
def test_labels_are_moved_apart_as_little_as_possible(values, moved):
    np.testing.assert_allclose(base.spread(values, 1.0), moved, atol=1e-12)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=25), st.floats(0.1, 10))
def test_labels_keep_their_order_their_distance_and_the_least_squares(values, gap):
    moved = base.spread(values, gap)
    order = sorted(range(len(values)), key=lambda k: (values[k], k))
    old, new = np.array([values[k] for k in order]), np.array([moved[k] for k in order])
    slack = np.diff(new) - gap
    assert (slack >= -1e-9).all()
    # Least squares under these constraints is optimal just where the running sum of the moves is
    # never positive, and zero at the end and wherever two neighbours do not touch (Kuhn-Tucker).
    running = np.cumsum(new - old)
    assert (running <= 1e-7).all()
    assert abs(running[-1]) <= 1e-7
    assert np.abs(running[:-1][slack > 1e-6]).max(initial=0) <= 1e-7


@given(st.lists(st.integers(-20, 20), max_size=12), st.floats(0.1, 10), st.integers(-50, 50))
def test_moving_all_labels_moves_the_result(values, gap, by):
    np.testing.assert_allclose(
        base.spread([v + by for v in values], gap),
        [v + by for v in base.spread(values, gap)],
        atol=1e-6,
    )


def test_end_labels_drop_what_a_log_axis_cannot_show():
    # zero and negative values have no place on a log axis.
    fig = go.Figure()
    ends = [("A", 100.0, "red"), ("B", 0.0, "red"), ("C", -5.0, "red"), ("D", NAN, "red")]
    base.end_labels(fig, 60, ends, 0.05, log=True)
    assert [a.text for a in fig.layout.annotations] == ["A"]
    assert fig.layout.annotations[0].y == pytest.approx(2)  # decades
    base.end_labels(fig, 60, ends, 0.05, log=False)
    assert [a.text for a in fig.layout.annotations] == ["A", "A", "B", "C"]


def test_sessions_are_named_by_day_and_distance():
    # The 29th session after the event: 4 in January, 19 in February, 6 up to 10 March
    days = pd.DatetimeIndex(["2025-01-24", "2025-01-27", "2025-03-10"])
    assert base.session_names(days, [-1, 0, 29]) == [
        "Fri 24 Jan 2025, session \u22121",
        "Mon 27 Jan 2025, session 0",
        "Mon 10 Mar 2025, session +29",
    ]


def test_ticks_of_a_few_weeks_are_days():
    days = sessions_between("2025-01-21", "2025-01-31")  # nine sessions, every second one
    at, text = base.time_ticks(days, 6)
    assert at == [0, 2, 4, 6, 8]
    assert text == ["21 Jan", "23 Jan", "27 Jan", "29 Jan", "31 Jan"]


def test_ticks_of_a_few_months_are_months_and_name_a_new_year():
    days = sessions_between("2024-11-15", "2025-04-15")
    at, text = base.time_ticks(days, 6)
    assert [f"{days[k]:%Y-%m-%d}" for k in at] == [
        "2024-12-02",
        "2025-01-02",
        "2025-02-03",
        "2025-03-03",
        "2025-04-01",
    ]
    assert text == ["Dec<br>2024", "Jan<br>2025", "Feb", "Mar", "Apr"]


def test_ticks_of_many_years_are_years():
    days = sessions_between("1999-01-04", "2026-05-15")
    at, text = base.time_ticks(days, 6)
    assert text == ["2000", "2005", "2010", "2015", "2020", "2025"]
    assert [days[k].year for k in at] == [2000, 2005, 2010, 2015, 2020, 2025]
    assert all(days[k - 1].year == days[k].year - 1 for k in at)  # the first session of the year


@given(st.integers(0, 6000), st.integers(2, 6900), st.integers(4, 9))
def test_a_time_axis_has_at_most_so_many_ticks_in_order(start, length, most):
    days = sessions_between("1999-01-04", "2026-05-15")[start : start + length]
    at, text = base.time_ticks(days, most)
    assert len(at) == len(text) <= most
    assert at == sorted(set(at))
    assert all(0 <= k < len(days) for k in at)
    assert all(text)
    if len(days) > 70:  # long enough to hold a first session of some unit
        assert len(at) >= 2


@pytest.mark.parametrize("years", [2, 3, 4])
def test_a_time_axis_with_room_for_three_ticks_has_three(years):
    days = sessions_between("2021-06-01", f"{2021 + years}-05-28")
    assert 1 <= len(base.time_ticks(days, 3)[0]) <= 3


@pytest.mark.parametrize(("length", "text"), [(0, []), (1, ["27 Jan"])])
def test_ticks_of_hardly_any_session(length, text):
    days = sessions_between("2025-01-27", "2025-01-28")[:length]
    assert base.time_ticks(days) == (list(range(length)), text)


def test_the_ticks_of_a_time_axis_stand_at_its_session_numbers():
    days = sessions_between("2025-01-21", "2025-01-31")
    fig = go.Figure()
    base.time_axis(fig, days, np.arange(-4, 5), most=6)
    assert list(fig.layout.xaxis.tickvals) == [-4, -2, 0, 2, 4]
    assert fig.layout.xaxis.ticktext[2] == "27 Jan"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (50, 200, [50, 60, 80, 100, 125, 160, 200]),
        (90, 110, [100]),
        (0.05, 500, [0.1, 1, 10, 100]),
    ],
)
def test_log_ticks_are_round_numbers(low, high, ticks):
    assert base.log_ticks(low, high, most=7) == pytest.approx(ticks)


@given(st.floats(0.01, 1000), st.floats(1.01, 1e5), st.integers(6, 9))
def test_log_ticks_lie_inside_and_are_few(low, ratio, most):
    ticks = base.log_ticks(low, low * ratio, most)
    assert all(low <= t <= low * ratio for t in ticks)
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= most


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 600, 6, [0, 100, 200, 300, 400, 500, 600]),
        (0, 593, 3, [0, 200, 400]),
        (-20, 10, 6, [-20, -15, -10, -5, 0, 5, 10]),
        (90, 110, 4, [90, 95, 100, 105, 110]),
    ],
)
def test_linear_ticks_are_round_numbers_from_end_to_end(low, high, most, ticks):
    assert base.linear_ticks(low, high, most) == pytest.approx(ticks, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 9))
def test_linear_ticks_lie_inside_at_one_distance(low, width, most):
    ticks = base.linear_ticks(low, low + width, most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * width <= t <= low + width + 1e-6 * width for t in ticks)
    if len(ticks) > 2:
        np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-4)


@pytest.mark.parametrize(
    ("value", "plain", "dollars"),
    [
        (0.3, "0.3", "$0.30"),
        (0.1 + 0.2, "0.3", "$0.30"),
        (125, "125", "$125"),
        (1000, "1,000", "$1,000"),
        (2.5, "2.5", "$2.50"),
    ],
)
def test_ticks_are_written_without_needless_decimals(value, plain, dollars):
    assert base.plain(value) == plain
    assert base.dollars(value) == dollars


def test_the_event_is_a_labelled_rule():
    from components.theme import LIGHT

    sheet = base.sheet(LIGHT, 300)
    base.event_rule(sheet, LIGHT, "DeepSeek", x=0)
    base.event_rule(sheet, LIGHT, "DeepSeek", x=0, room_right=False)
    fig = sheet.figure()
    rule = fig.layout.shapes[0]
    assert (rule.x0, rule.x1, rule.y0, rule.y1) == (0, 0, 0, 1)
    assert fig.layout.annotations[0].text == "DeepSeek"
    assert fig.layout.annotations[0].xanchor == "left"
    assert fig.layout.annotations[1].xanchor == "right"


def test_a_line_shows_gaps_as_gaps():
    fig = go.Figure()
    base.line(fig, [0, 1, 2], [1.0, NAN, 2.0], "red", 1)
    assert fig.data[0].connectgaps is False
    assert fig.data[0].hoverinfo == "skip"  # without a template it is silent
