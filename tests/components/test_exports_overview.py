"""The numbers behind the figures of the first page; values from tests/data/reference_figures.csv."""

import pytest

from aftershock.impact import assess
from components.exports import overview as data


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", ["MU", "TSM", "NVDA"])


def test_values_are_sorted_by_loss_and_their_shares_make_one(event):
    frame = data.values(event)
    assert frame["ticker"].tolist() == ["NVDA", "TSM", "MU"]
    assert [round(v / 1e9, 1) for v in frame["market value lost (USD)"]] == [592.7, 153.4, 13.5]
    assert [round(v, 4) for v in frame["move (fraction)"]] == [-0.1697, -0.1333, -0.1171]
    assert frame["share of net total (fraction)"].sum() == pytest.approx(1)


def test_paths_carry_mean_and_benchmark_from_the_same_baseline(event):
    frame = data.paths(event).set_index("session from event")
    assert frame.columns.tolist() == ["date", "MU", "TSM", "NVDA", "mean", "S&P 500"]
    assert (frame.loc[-1].drop("date") == 100).all()
    # (88.29 + 86.67 + 83.03) / 3
    assert round(frame.at[0, "mean"], 2) == pytest.approx(86.00, abs=0.01)
    assert round(frame.at[0, "S&P 500"], 2) == 98.54
