"""Where a day ranks."""

import numpy as np
import pandas as pd
import pytest

from aftershock.measures.market_value import value_lost_by_session
from aftershock.measures.records import Rank, days_above, largest, rank_of, usual_volume, z_scores
from aftershock.measures.returns import simple_returns
from aftershock.sessions import sessions_between

NAN = np.nan
DAYS = sessions_between("2025-01-24", "2025-01-31")


def test_returns_rank_from_the_smallest_and_dollars_from_the_largest():
    values = pd.Series([-0.03, -0.17, 0.09, -0.04, 0.01, -0.02], DAYS)
    assert rank_of(values, DAYS[1], largest=False) == Rank(1, 6, DAYS[0])
    assert rank_of(values, DAYS[0], largest=False) == Rank(3, 6, DAYS[0])
    assert rank_of(values, DAYS[2], largest=True) == Rank(1, 6, DAYS[0])
    assert rank_of(values, DAYS[2], largest=False) == Rank(6, 6, DAYS[0])


def test_ties_share_the_smaller_number():
    values = pd.Series([5.0, 9.0, 7.0, 7.0, 7.0, 1.0], DAYS)
    assert [rank_of(values, d, largest=True).place for d in DAYS] == [5, 1, 2, 2, 2, 6]
    assert [rank_of(values, d, largest=False).place for d in DAYS] == [2, 6, 3, 3, 3, 1]


def test_only_days_with_data_are_ranked_and_counted_from_the_first_of_them():
    values = pd.Series([NAN, 3.0, NAN, 4.0, 5.0, NAN], DAYS)
    assert rank_of(values, DAYS[3], largest=True) == Rank(2, 3, DAYS[1])


@pytest.mark.parametrize("day", [DAYS[0], pd.Timestamp("2025-01-25"), pd.Timestamp("2030-01-01")])
def test_a_day_without_data_has_no_rank(day):
    values = pd.Series([NAN, 3.0, 4.0, 4.0, 5.0, 6.0], DAYS)
    assert rank_of(values, day, largest=True) is None


def test_as_known_then_only_the_days_up_to_it_count():
    values = pd.Series([-0.03, -0.17, 0.09, -0.20, NAN, -0.30], DAYS)
    assert rank_of(values, DAYS[1], largest=False) == Rank(3, 5, DAYS[0])
    assert rank_of(values, DAYS[1], largest=False, as_known_then=True) == Rank(1, 2, DAYS[0])


def test_the_share_of_days_as_extreme_is_the_p_value_of_a_placebo():
    values = pd.Series([-3.0, -1.0, 0.0, 2.0], DAYS[:4])
    assert rank_of(values, DAYS[1], largest=False).share == 0.5


def test_the_days_above_a_day_stand_in_their_order_without_its_ties():
    values = pd.Series([5.0, 9.0, 7.0, 7.0, NAN, 8.0], DAYS)
    above = days_above(values, DAYS[2], largest=True)
    assert above.index.tolist() == [DAYS[1], DAYS[5]]
    assert above.tolist() == [9.0, 8.0]
    assert days_above(values, DAYS[2], largest=False).tolist() == [5.0]
    assert days_above(values, DAYS[1], largest=True).empty
    assert days_above(values, DAYS[4], largest=True).empty


def test_the_rank_is_one_more_than_the_days_above(market):
    moves = simple_returns(market[0].close[["NVDA"]])["NVDA"]
    day = pd.Timestamp("2025-01-27")
    above = days_above(moves, day, largest=False)
    assert len(above) + 1 == rank_of(moves, day, largest=False).place == 9
    assert above.index[0] == pd.Timestamp("2004-08-06")


def test_a_move_is_measured_by_the_sessions_before_it():
    # The standard deviation of 1, -1, 1, -1 per cent is sqrt(4/3) per cent; the fifth move is -6 per cent.
    moves = pd.DataFrame({"X": [0.01, -0.01, 0.01, -0.01, -0.06, 0.02]})
    z = z_scores(moves, sessions=4)["X"]
    assert z[4] == pytest.approx(-6 / np.sqrt(4 / 3))
    # Of -1, 1, -1, -6 per cent: mean -1.75, deviations .75, 2.75, .75, -4.25.
    assert z[5] == pytest.approx(2 / np.sqrt((0.75**2 * 2 + 2.75**2 + 4.25**2) / 3))


def test_a_move_needs_half_of_the_sessions_before_it_and_some_movement_in_them():
    few, half = [NAN, NAN, NAN, 0.01, -0.06], [NAN, NAN, 0.02, 0.01, -0.06]
    moves = pd.DataFrame({"FEW": few, "HALF": half, "FLAT": [0.0] * 5})
    z = z_scores(moves, sessions=4).iloc[-1]
    assert np.isnan(z["FEW"])
    assert z["HALF"] == pytest.approx(-0.06 / (0.01 / np.sqrt(2)))
    assert np.isnan(z["FLAT"])
    assert np.isnan(z_scores(moves, sessions=4)["HALF"].iloc[1])  # no move, no score


def test_usual_volume_is_the_median_of_the_sessions_before():
    volume = pd.DataFrame({"X": [9.0, 1.0, 2.0, 500.0, 3.0]})
    assert usual_volume(volume, 4, sessions=3)["X"] == 2.0  # neither the day nor the first, and no matter the 500
    assert usual_volume(volume, 3, sessions=3)["X"] == 2.0
    assert usual_volume(volume, 2, sessions=3)["X"] == 5.0


def test_usual_volume_needs_half_of_its_sessions():
    volume = pd.DataFrame({"HALF": [NAN, NAN, 4.0, 6.0, 1.0], "FEW": [NAN, NAN, NAN, 6.0, 1.0]})
    usual = usual_volume(volume, 4, sessions=4)
    assert usual["HALF"] == 5.0
    assert np.isnan(usual["FEW"])
    assert np.isnan(usual_volume(volume, 1, sessions=4)["HALF"])


def test_the_largest_are_listed_from_the_top_across_companies():
    losses = pd.DataFrame({"X": [NAN, 5.0, -1.0], "Y": [2.0, 9.0, NAN]}, DAYS[:3])
    top = largest(losses, 3)
    assert top["lost"].tolist() == [9.0, 5.0, 2.0]
    assert top["company"].tolist() == ["Y", "X", "Y"]
    assert top["session"].tolist() == [DAYS[1], DAYS[1], DAYS[0]]
    assert len(largest(losses, 100)) == 4
    assert largest(losses * NAN, 5).empty


@pytest.mark.parametrize(
    ("place", "day", "change"),
    [
        # reference_figures.csv: the largest one-day falls of NVIDIA since its listing in 1999
        (1, "2004-08-06", -35.23),
        (2, "2002-07-31", -31.75),
        (3, "2008-07-03", -30.73),
        (4, "2000-03-14", -26.21),
        (5, "2002-11-08", -21.92),
        (6, "2003-08-08", -19.69),
        (7, "2018-11-16", -18.76),
        (8, "2020-03-16", -18.45),
        (9, "2025-01-27", -16.97),
        (10, "2008-02-14", -16.32),
        (11, "2000-11-30", -16.06),
        (12, "2002-06-19", -15.66),
    ],
)
def test_the_event_was_not_nvidias_largest_fall_in_per_cent(market, place, day, change):
    moves = simple_returns(market[0].close[["NVDA"]])["NVDA"]
    rank = rank_of(moves, pd.Timestamp(day), largest=False)
    assert rank == Rank(place, 6870, pd.Timestamp("1999-01-25"))
    assert round(moves[pd.Timestamp(day)] * 100, 2) == change


def test_the_event_was_the_largest_loss_of_value_of_any_company(market):
    # true for dollars of one company in one day, until the data end
    history, counts = market
    symbols = sorted(set(counts.table["symbol"]))
    losses = value_lost_by_session(history, counts, symbols)
    first = largest(losses, 1).iloc[0]
    assert (first["company"], first["session"]) == ("NVDA", pd.Timestamp("2025-01-27"))
    assert round(first["lost"] / 1e9, 1) == 592.7


@pytest.mark.parametrize(
    ("symbol", "day", "loss"),
    [
        # widely reported figures, USD bn
        ("META", "2018-07-26", 119.4),
        ("AAPL", "2020-09-03", 179.9),
        ("AMZN", "2022-04-29", 206.7),
        ("AAPL", "2022-09-13", 154.1),
        ("TSLA", "2021-11-09", 140.0),
        ("MSFT", "2020-03-16", 178.1),
        # (18.3575 - 16.08929) x 939,058,000 x 28, the 10-Q filed on the day itself; an older note says
        # 59.7, which is the count of the evening before, 940,692,000.
        ("AAPL", "2013-01-24", 59.64),
        ("NVDA", "2018-11-16", 23.2),
        ("META", "2022-02-03", 232.0),  # with the 10-K filed on the day itself
    ],
)
def test_losses_of_other_days(market, symbol, day, loss):
    history, counts = market
    losses = value_lost_by_session(history, counts, [symbol])
    assert losses.at[pd.Timestamp(day), symbol] / 1e9 == pytest.approx(loss, abs=0.05)
