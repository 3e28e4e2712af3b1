"""Where the estimation and the event window lie."""

import pandas as pd
import pytest

from aftershock.errors import EstimationOverlapError
from aftershock.measures.windows import Windows, aligned, least_returns, row_of


def test_the_default_windows_end_eleven_sessions_before_the_event():
    windows = Windows.around(300, 400, 250, 10, (0, 20))
    assert (windows.estimation[0], windows.estimation[-1]) == (300 - 260, 300 - 11)
    assert (windows.window[0], windows.window[-1]) == (300, 320)
    assert windows.filled


@pytest.mark.parametrize(
    ("event", "window", "estimation", "rows", "filled"),
    [
        (100, (0, 0), range(90), range(100, 101), True),  # the history begins within the estimation window
        (5, (0, 0), range(0), range(5, 6), True),  # and here after it: nothing wraps around
        (399, (0, 2), range(139, 389), range(399, 400), False),
        (3, (-5, 0), range(0), range(4), False),
    ],
)
def test_windows_are_cut_where_the_history_ends(event, window, estimation, rows, filled):
    windows = Windows.around(event, 400, 250, 10, window)
    assert (windows.estimation, windows.window, windows.filled) == (estimation, rows, filled)


def test_an_overlap_says_how_far_apart_the_windows_must_be():
    with pytest.raises(EstimationOverlapError, match=r"begins 12 sessions before the event .* gap to at least 12"):
        Windows.around(300, 400, 250, 10, (-12, 0))


@pytest.mark.parametrize(("minimum", "estimation", "least"), [(120, 250, 120), (120, 60, 60), (120, 2, 3), (0, 250, 3)])
def test_a_company_needs_the_minimum_or_all_of_a_shorter_window(minimum, estimation, least):
    assert least_returns(minimum, estimation) == least


def test_an_index_of_numbers_is_its_own_label():
    assert row_of(pd.RangeIndex(10, 20), 13) == 3


def test_the_market_is_put_on_the_sessions_of_the_companies():
    market = pd.Series([3.0, 1.0], [2, 0])
    assert aligned(market, pd.DataFrame({"X": [0.0] * 3})).fillna(-1).tolist() == [1, -1, 3]
