"""The numbers behind the figures of the drawdowns page; values from tests/data/reference_figures.csv."""

import pandas as pd
import pytest

from aftershock.impact import assess
from components.exports import drawdowns as data


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", ["NVDA", "TSM"])


def test_a_fall_comes_with_its_dates_and_depth(event):
    frame = data.falls(event, event.drawdowns())
    assert frame.columns[:2].tolist() == ["ticker", "company"]
    r = frame.set_index("ticker").loc["NVDA"]
    assert r["company"] == "NVIDIA"
    assert (r["peak"], r["trough"]) == (pd.Timestamp("2025-01-06"), pd.Timestamp("2025-04-04"))
    assert round(r["depth (fraction)"], 4) == -0.3689
    # 118.42 on the day against 149.43 at the peak.
    assert round(r["on the event session (fraction)"], 4) == -0.2075


def test_the_lines_are_the_companies_and_the_benchmark_never_above_their_peak(event):
    frame = data.lines(event, "all").set_index("date")
    assert frame.columns.tolist() == [f"{s} (fraction below its peak)" for s in ("NVDA", "TSM", "^GSPC")]
    assert (frame <= 0).all(axis=None)
    assert round(frame.at[pd.Timestamp("2025-04-04"), "NVDA (fraction below its peak)"], 4) == -0.3689
