"""The first session back at the level before the event."""

import numpy as np
import pandas as pd
import pytest

from aftershock.measures.rebound import first_at_or_above
from aftershock.sessions import sessions_between

NAN = np.nan
DAYS = sessions_between("2025-01-24", "2025-01-31")


def back(values, level, position=1):
    frame = pd.DataFrame({"X": values}, DAYS[: len(values)], dtype=float)
    return first_at_or_above(frame, pd.Series({"X": level}, dtype=float), position).loc["X"]


@pytest.mark.parametrize(
    ("values", "sessions"),
    [
        ([100, 83, 90, 99.99, 100, 105], 3),  # equality counts
        ([100, 83, 90, 99.99, 100.01, 105], 3),
        ([100, 101, 90, 80, 70, 60], 0),  # the session itself
        ([100, 83, 120, 80, 130, 60], 1),  # the first, though it did not last
        ([100, 83, NAN, NAN, 100, NAN], 3),  # sessions are counted along the index
    ],
)
def test_the_first_session_at_or_above_the_level(values, sessions):
    found = back(values, 100)
    assert found["sessions"] == sessions
    assert found["session"] == DAYS[1 + sessions]


def test_values_are_compared_as_stored():
    # A cent below is below; the next number after 100 that a computer knows is above.
    assert np.isnan(back([100, 99.99], 100)["sessions"])
    assert np.isnan(back([100, np.nextafter(100, 0)], 100)["sessions"])
    assert back([100, np.nextafter(100, 200)], 100)["sessions"] == 0


@pytest.mark.parametrize(
    ("values", "level"),
    [([100, 83, 90, 95], 100), ([100, NAN, NAN], 100), ([100, 120, 130], NAN)],
    ids=["never reached", "no prices", "no level"],
)
def test_never_is_missing(values, level):
    found = back(values, level)
    assert pd.isna(found["session"])
    assert np.isnan(found["sessions"])


def test_what_lies_before_the_position_does_not_count():
    assert back([200, 300, 83, 90, 100, 105], 100, position=2)["sessions"] == 2


def test_each_column_has_its_own_level():
    frame = pd.DataFrame({"X": [10.0, 9, 10, 11], "Y": [10.0, 9, 10, 11]}, DAYS[:4])
    found = first_at_or_above(frame, pd.Series({"Y": 11.0, "X": 10.0}), 1)
    assert found["sessions"].to_dict() == {"X": 1, "Y": 2}


def test_with_no_session_left_nothing_is_reached():
    found = back([100, 83], 100, position=2)
    assert pd.isna(found["session"])
    assert np.isnan(found["sessions"])


def test_nvidia_was_back_by_one_cent_on_9_june_2025(market):
    # first close above 142.62 on 2025-06-09 at 142.63; first high above 2025-02-18
    history, _ = market
    position = history.position(pd.Timestamp("2025-01-27"))
    level = pd.Series({"NVDA": 142.62})
    close = first_at_or_above(history.close[["NVDA"]], level, position).loc["NVDA"]
    assert close["session"] == pd.Timestamp("2025-06-09")
    assert history.close.at[close["session"], "NVDA"] == 142.63
    high = first_at_or_above(history.high[["NVDA"]], level, position).loc["NVDA"]
    assert high["session"] == pd.Timestamp("2025-02-18")
