"""The numbers behind the figures of the prices page; closes from tests/data/reference_figures.csv."""

import pandas as pd
import pytest

from aftershock.impact import assess
from components.exports import prices as data


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", ["NVDA", "TSM"], after=2)


def test_the_numbers_around_the_day_are_of_the_sessions_drawn(event):
    frame = data.around(event, "NVDA")
    assert [f"{d:%m-%d}" for d in frame["date"]] == [
        "01-17",
        "01-21",
        "01-22",
        "01-23",
        "01-24",
        "01-27",
        "01-28",
        "01-29",
    ]
    assert frame.columns[1:5].tolist() == ["NVDA open (USD)", "NVDA high (USD)", "NVDA low (USD)", "NVDA close (USD)"]
    closes = frame.set_index("date")["NVDA close (USD)"].round(2)
    assert closes[pd.Timestamp("2025-01-24")] == 142.62
    assert closes[pd.Timestamp("2025-01-27")] == 118.42


def test_daily_numbers_carry_every_line_with_the_baseline_as_100(event):
    frame = data.daily(event, "NVDA", event.first, event.last).set_index("date")
    lines = [c for c in frame if c.endswith("(baseline = 100)")]
    assert lines == ["NVDA (baseline = 100)", "TSM (baseline = 100)", "^GSPC (baseline = 100)"]
    assert (frame.loc["2025-01-24", lines] == 100).all()
    # Falls of 16.97%, 13.33% and 1.46%.
    assert frame.loc["2025-01-27", lines].astype(float).round(2).tolist() == [83.03, 86.67, 98.54]
