"""Drawdowns: the edge cases of other libraries, published series, and a second implementation.

The second implementation walks every series day by day with plain Python lists; it shares no idea
with the vectorised one.
"""

import math
import pathlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.errors import PriceDataError
from aftershock.measures.drawdown import (
    COLUMNS,
    drawdown_episodes,
    drawdown_state,
    episode_at,
    max_drawdown,
    ulcer_index,
    underwater,
)
from aftershock.sessions import sessions_between

NAN = np.nan
SESSIONS = ["sessions_to_trough", "sessions_to_recovery", "sessions"]
DAYS = ["days_to_trough", "days_to_recovery", "days"]


def series(*closes, start="2025-01-20", freq="B"):
    index = pd.date_range(start, periods=len(closes), freq=freq)
    return pd.DataFrame({"X": closes}, index=index, dtype=float)


def day(text):
    return pd.NaT if text is None else pd.Timestamp(text)


def same(found, wanted):
    return (pd.isna(found) and pd.isna(wanted)) or found == wanted


def only(close):
    episodes = drawdown_episodes(close)
    assert len(episodes) == 1
    return episodes.iloc[0]


@pytest.mark.parametrize(
    ("closes", "peak", "first_below", "trough", "recovery", "depth", "status"),
    [
        pytest.param(
            (100, 90, 95, 101),
            *("2025-01-20", "2025-01-21", "2025-01-21", "2025-01-23", -0.10, "recovered"),
            id="A: starts with a loss",
        ),
        pytest.param(
            (100, 105, 105, 105, 100, 105, 105),
            *("2025-01-23", "2025-01-24", "2025-01-24", "2025-01-27", -5 / 105, "recovered"),
            id="B: plateau at the peak",
        ),
        pytest.param(
            (100, 110, 99, 88, 99),
            *("2025-01-21", "2025-01-22", "2025-01-23", None, -0.20, "open"),
            id="C: never recovered",
        ),
        pytest.param(
            (100, 110, NAN, NAN, 99, 111),
            *("2025-01-21", "2025-01-24", "2025-01-24", "2025-01-27", -0.10, "recovered"),
            id="D: missing closes",
        ),
        pytest.param(
            (100, 80, 100),
            *("2025-01-20", "2025-01-21", "2025-01-21", "2025-01-22", -0.20, "recovered"),
            id="G: recovers on the last day",
        ),
        pytest.param(
            (100, 90, 95, 80, 101),
            *("2025-01-20", "2025-01-21", "2025-01-23", "2025-01-24", -0.20, "recovered"),
            id="I: two dips from one peak",
        ),
        pytest.param(
            # -16.97 % as one episode; others lose it or say -4.1 %.
            (142.62, 118.42, 128.99, 123.70, 150),
            *("2025-01-20", "2025-01-21", "2025-01-21", "2025-01-24", -0.169682, "recovered"),
            id="a window that starts at the last close before the event",
        ),
    ],
)
def test_edge_cases_that_other_libraries_get_wrong(closes, peak, first_below, trough, recovery, depth, status):
    # nine series on which well-known libraries differ, with the right answer
    row = only(series(*closes))
    assert row["peak"] == day(peak)
    assert row["first_below"] == day(first_below)
    assert row["trough"] == day(trough)
    assert same(row["recovery"], day(recovery))
    assert row["depth"] == pytest.approx(depth, abs=5e-7)
    assert row["status"] == status
    assert max_drawdown(series(*closes))["X"] == pytest.approx(depth, abs=5e-7)


@pytest.mark.parametrize(
    ("closes", "sessions", "days"),
    [
        pytest.param((100, 90, 95, 101), (1, 2, 3), (1, 2, 3), id="A: starts with a loss"),
        pytest.param((100, 105, 105, 105, 100, 105, 105), (1, 1, 2), (1, 3, 4), id="B: over a weekend"),
        # R's PerformanceAnalytics says 4 for these three sessions
        pytest.param((100, 110, 99, 88, 99), (2, NAN, 3), (2, NAN, 3), id="C: never recovered"),
        pytest.param((100, 110, NAN, NAN, 99, 111), (3, 1, 4), (3, 3, 6), id="D: missing closes, over a weekend"),
        pytest.param((100, 80, 100), (1, 1, 2), (1, 1, 2), id="G: recovers on the last day"),
        pytest.param((100, 90, 95, 80, 101), (3, 1, 4), (3, 1, 4), id="I: two dips from one peak"),
    ],
)
def test_lengths_of_the_edge_cases_counted_on_a_calendar(closes, sessions, days):
    row = only(series(*closes))  # from Monday, 20 January 2025
    np.testing.assert_array_equal(row[SESSIONS].astype(float), sessions)
    np.testing.assert_array_equal(row[DAYS].astype(float), days)


@pytest.mark.parametrize(
    "closes",
    [
        pytest.param((100,), id="E: a single point"),
        pytest.param((100, 101, 102, 103), id="F: all rising"),
        pytest.param((100, 100, 100), id="H: flat"),
        pytest.param((NAN, 100, NAN, 100, 101), id="rising with gaps"),
    ],
)
def test_a_series_that_never_fell_has_no_episode_and_a_depth_of_zero(closes):
    # Other libraries raise, answer None, or invent a row of 0 %.
    episodes = drawdown_episodes(series(*closes))
    assert episodes.empty
    assert list(episodes.columns) == COLUMNS
    assert max_drawdown(series(*closes))["X"] == 0


@pytest.mark.parametrize("closes", [(), (NAN,), (NAN, NAN, NAN)], ids=["none", "one", "three"])
def test_a_series_without_a_close_has_no_episode_and_no_depth(closes):
    close = series(*closes)
    assert drawdown_episodes(close).empty
    assert np.isnan(max_drawdown(close)["X"])
    assert np.isnan(ulcer_index(close)["X"])


def test_no_company_has_no_episodes():
    episodes = drawdown_episodes(series(100, 90)[[]])
    assert episodes.empty
    assert list(episodes.columns) == COLUMNS


def test_days_that_do_not_rise_are_refused():
    # Newest first, as some downloads are, every fall would be a rise.
    close = series(100, 90, 95)
    for order in ([2, 1, 0], [0, 2, 1]):
        with pytest.raises(PriceDataError, match="do not rise"):
            drawdown_episodes(close.iloc[order])


def test_the_first_series_of_pyfolios_tests():
    # pyfolio's own test: peak 2000-01-04, trough 2000-01-07, recovery 2000-01-09, depth -0.416667;
    # by the PerformanceAnalytics rule 3 periods to the trough, 2 to recover, 5 in all.
    close = series(1.00, 1.20, 1.00, 0.80, 0.70, 1.10, 1.80, 1.50, start="2000-01-03", freq="D")
    episodes = drawdown_episodes(close)
    assert episodes["depth"].tolist() == pytest.approx([-0.416667, -0.166667], abs=5e-7)
    deep, last = episodes.iloc[0], episodes.iloc[1]
    assert deep["peak"] == day("2000-01-04")
    assert deep["first_below"] == day("2000-01-05")  # where ffn starts
    assert deep["trough"] == day("2000-01-07")
    assert deep["recovery"] == day("2000-01-09")
    assert deep[SESSIONS].tolist() == [3, 2, 5]
    assert deep[DAYS].tolist() == [3, 2, 5]  # every day is a session here
    # pyfolio counts the business days, both ends among them; ffn the days from its start
    assert len(pd.bdate_range(deep["peak"], deep["recovery"])) == 4
    assert (deep["recovery"] - deep["first_below"]).days == 4
    assert [last[c] for c in ("peak", "first_below", "trough")] == [
        day("2000-01-09"),
        day("2000-01-10"),
        day("2000-01-10"),
    ]
    assert pd.isna(last["recovery"])
    assert last["status"] == "open"
    assert last["days"] == 1  # ffn says 0, from its first day below to the same as the last


def test_the_first_series_of_pyfolios_tests_without_its_recovery():
    # with 0.80, 0.90, 0.90 as the last three prices there is no recovery.
    close = series(1.00, 1.20, 1.00, 0.80, 0.70, 0.80, 0.90, 0.90, start="2000-01-03", freq="D")
    row = only(close)
    assert row["depth"] == pytest.approx(-0.416667, abs=5e-7)
    assert row["peak"] == day("2000-01-04")
    assert row["first_below"] == day("2000-01-05")
    assert row["trough"] == day("2000-01-07")
    assert row["sessions_to_trough"] == row["days_to_trough"] == 3
    assert pd.isna(row["recovery"])
    assert pd.isna(row["sessions_to_recovery"])
    assert pd.isna(row["days_to_recovery"])
    assert row["status"] == "open"
    assert row["sessions"] == row["days"] == 6  # from the peak to the last close; ffn: 5, from its start


def test_the_second_series_of_pyfolios_tests():
    up = (30, 40, 50, 60, 80, 90, 100, 65, 60)
    close = series(10, 11, 12, 15, 18, 20, 10, 12, 16, 18, 20, *up, start="2000-01-03", freq="D")
    episodes = drawdown_episodes(close)
    assert episodes["depth"].tolist() == pytest.approx([-0.5, -0.4])
    assert episodes["peak"].tolist() == [day("2000-01-08"), day("2000-01-20")]
    assert episodes["trough"].tolist() == [day("2000-01-09"), day("2000-01-22")]
    assert episodes["recovery"].iloc[0] == day("2000-01-13")  # 20 again: equality counts
    assert pd.isna(episodes["recovery"].iloc[1])
    np.testing.assert_array_equal(episodes[SESSIONS], [[1, 4, 5], [2, NAN, 2]])
    np.testing.assert_array_equal(episodes[DAYS], [[1, 4, 5], [2, NAN, 2]])


def test_the_deepest_falls_of_a_hedge_fund_index():
    # The table of drawdowns that the manual of R's PerformanceAnalytics 0.9.7.1 prints: From, Trough, To, Depth,
    # Length, To Trough, Recovery. Its From is our first day below, and its lengths count From as one.
    table = [
        ("2001-02-28", "2002-09-30", "2003-08-31", -0.10746342, 31, 20, 11),
        ("1998-07-31", "1998-08-31", "1998-11-30", -0.05576688, 5, 2, 3),
        ("2006-05-31", "2006-07-31", "2006-11-30", -0.03385062, 7, 3, 4),
        ("2000-04-30", "2000-05-31", "2000-06-30", -0.02960503, 3, 2, 1),
        ("2004-04-30", "2004-08-31", "2004-11-30", -0.02839620, 8, 5, 3),
    ]
    path = pathlib.Path(__file__).parents[1] / "data" / "edhec_long_short_equity.csv"
    returns = pd.read_csv(path, comment="#", index_col="month", parse_dates=True)["return"]
    level = pd.concat([pd.Series([1.0], [day("1996-12-31")]), (1 + returns).cumprod()])
    episodes = drawdown_episodes(level.to_frame("index")).nsmallest(5, "depth")
    columns = ["first_below", "trough", "recovery", "depth", "sessions", "sessions_to_trough", "sessions_to_recovery"]
    assert [
        (*(f"{when:%Y-%m-%d}" for when in row[:3]), round(row[3], 8), *row[4:])
        for row in episodes[columns].itertuples(index=False, name=None)
    ] == table


def test_a_rise_a_fall_and_a_rise_of_a_tenth():
    # empyrical: returns of 10 %, -10 % and 10 % after a start of 100 give -0.10.
    close = (1 + series(0, 0.10, -0.10, 0.10)).cumprod() * 100
    assert max_drawdown(close)["X"] == pytest.approx(-0.10)
    row = only(close)
    assert row["depth"] == pytest.approx(-0.10)
    assert (row["peak"], row["trough"], row["status"]) == (day("2025-01-21"), day("2025-01-22"), "open")


def test_a_loss_on_the_first_observation_counts():
    # -25.00 %, not -16.67 %, whether from levels or from prices
    assert max_drawdown(series(1.0, 0.90, 0.75, 0.75))["X"] == pytest.approx(-0.25)
    assert max_drawdown(series(100, 90, 75, 75))["X"] == pytest.approx(-0.25)
    row = only((1 + series(0, -0.10, -0.1666666667, 0.00)).cumprod())
    assert row["depth"] == pytest.approx(-0.25)
    assert row["peak"] == day("2025-01-20")
    assert row["trough"] == day("2025-01-22")


def test_start_trough_and_end_conventions():
    close = series(100, 102, 84, 90, 102, 101, start="2025-01-23")
    deep, second = (row for _, row in drawdown_episodes(close).iterrows())
    assert deep["peak"] == day("2025-01-24")
    assert deep["trough"] == day("2025-01-27")
    assert deep["recovery"] == day("2025-01-29")  # equality counts
    assert deep["depth"] == pytest.approx(-0.1765, abs=5e-5)
    assert deep["sessions_to_trough"] == 1
    assert (deep["sessions"], deep["days"]) == (3, 5)
    assert (deep["days_to_trough"], deep["days_to_recovery"]) == (3, 2)
    assert second["peak"] == day("2025-01-29")
    assert second["trough"] == day("2025-01-30")
    assert second["depth"] == pytest.approx(-0.0098, abs=5e-5)
    assert second["status"] == "open"
    assert pd.isna(second["recovery"])


def test_a_gap_is_bridged_and_never_a_price_of_zero():
    close = series(150, NAN, 160, 132, NAN, 140, start="2025-01-22")
    below = underwater(close)["X"]
    assert max_drawdown(close)["X"] == pytest.approx(-0.175)
    assert below.iloc[-1] == pytest.approx(-0.125)
    assert below.isna().tolist() == [False, True, False, False, True, False]
    row = only(close)
    assert row["peak"] == day("2025-01-24")
    assert row["trough"] == day("2025-01-27")
    assert row["sessions"] == 3  # along the index: the missing session is counted
    state = drawdown_state(close, day("2025-01-29")).loc["X"]
    assert state["depth"] == pytest.approx(-0.125)
    assert (state["closes"], state["missing"]) == (4, 2)


def test_prices_below_one_are_prices():
    # no guess from the size of the numbers
    assert max_drawdown(series(0.90, 0.45, 0.60))["X"] == pytest.approx(-0.5)
    assert max_drawdown(series(2.0, 4.4))["X"] == 0


def test_a_cent_below_the_peak_is_below_it():
    # one cent decides NVIDIA's recovery, so nothing is compared with a tolerance.
    close = series(1000, 999.99, 1000, 999, 999.99)
    episodes = drawdown_episodes(close)
    assert episodes["first_below"].tolist() == [day("2025-01-21"), day("2025-01-23")]
    assert episodes["depth"].tolist() == pytest.approx([-0.00001, -0.001])
    assert episodes["status"].tolist() == ["recovered", "open"]


def test_the_ulcer_index_is_the_root_mean_square():
    # ffn: 100, 90, 100 gives sqrt(100 / 3) in per cent.
    assert ulcer_index(series(100, 90, 100))["X"] * 100 == pytest.approx(math.sqrt(100 / 3))
    assert ulcer_index(series(100, NAN, 90, NAN, 100))["X"] * 100 == pytest.approx(math.sqrt(100 / 3))
    assert ulcer_index(series(100, 100, 101))["X"] == 0


def test_nvidias_fall_around_the_event(market):
    # peak 149.43, trough 94.31 (-36.89 %), recovered 25 June 2025
    close = market[0].close[["NVDA"]]
    row = episode_at(drawdown_episodes(close), day("2025-01-27")).loc["NVDA"]
    assert row["peak"] == day("2025-01-06")
    assert close.at[row["peak"], "NVDA"] == 149.43
    assert row["trough"] == day("2025-04-04")
    assert close.at[row["trough"], "NVDA"] == 94.31
    assert row["recovery"] == day("2025-06-25")
    assert round(row["depth"] * 100, 2) == -36.89
    assert row["status"] == "recovered"
    # Counted on a calendar: 64 weekdays down less 9 and 20 January and 17 February, on which New York was closed,
    # and 58 back less 18 April, 26 May and 19 June.
    assert row[SESSIONS].tolist() == [61, 55, 116]
    assert row[DAYS].tolist() == [88, 82, 170]
    # From the last close before the event the fall is -33.87 %.
    assert round(underwater(close.loc["2025-01-24":"2025-06-01"]).min()["NVDA"] * 100, 2) == -33.87


def test_where_each_company_stood_on_a_day():
    close = pd.DataFrame(
        {"DOWN": [100.0, 120, 90, 60], "TOP": [1.0, 2, 2, 3], "NEW": [NAN, NAN, NAN, 5]},
        index=pd.bdate_range("2025-01-23", periods=4),
    )
    state = drawdown_state(close, day("2025-01-27"))
    assert state.loc["DOWN"].tolist() == [pytest.approx(-0.25), day("2025-01-24"), 120, 3, 0]
    assert state.loc["TOP"].tolist() == [0, day("2025-01-27"), 2, 3, 0]  # the last day at the maximum
    new = state.loc["NEW"]
    assert new[["depth", "peak", "peak_close"]].isna().all()
    assert (new["closes"], new["missing"]) == (0, 0)  # nothing is missing before a first close
    assert drawdown_state(close, day("2025-01-28")).at["NEW", "closes"] == 1


def test_where_a_company_stood_on_a_day_without_its_close_is_missing():
    close = series(100, 90, NAN, 80, start="2025-01-23")
    state = drawdown_state(close, day("2025-01-27")).loc["X"]
    assert np.isnan(state["depth"])
    assert state["peak"] == day("2025-01-23")
    assert np.isnan(drawdown_state(close, day("2025-01-25")).at["X", "depth"])  # no session
    assert np.isnan(drawdown_state(close, day("2024-01-25")).at["X", "depth"])  # before the data


def test_a_company_at_its_peak_is_in_no_episode():
    episodes = drawdown_episodes(series(100, 90, 100, 95, start="2025-01-23"))
    inside = {f"{d:%d}": len(episode_at(episodes, d)) for d in pd.bdate_range("2025-01-23", periods=5)}
    # 23 peak, 24 below, 27 recovered and the peak of the next, 28 below and open ever since
    assert inside == {"23": 0, "24": 1, "27": 0, "28": 1, "29": 1}


def naive_drawdowns(closes):
    """Drawdown of each day: O(n²), every day looks for its own highest close so far."""
    result = []
    for k, close in enumerate(closes):
        so_far = [c for c in closes[: k + 1] if not math.isnan(c)]
        result.append(NAN if math.isnan(close) else close / max(so_far) - 1)
    return result


def naive_episodes(company, dates, closes):
    """Episodes as one reads a chart: remember the peak, note the fall, wait for the peak again."""
    rows, peak, fall = [], None, None
    last = max((k for k, c in enumerate(closes) if not math.isnan(c)), default=None)

    def noted(end, recovered):
        trough = min(fall, key=lambda k: (closes[k], k))
        to_recovery = (end - trough, (dates[end] - dates[trough]).days) if recovered else (None, None)
        rows.append(
            {
                "company": company,
                "peak": dates[peak],
                "first_below": dates[fall[0]],
                "trough": dates[trough],
                "recovery": dates[end] if recovered else pd.NaT,
                "depth": closes[trough] / closes[peak] - 1,
                "status": "recovered" if recovered else "open",
                "sessions_to_trough": trough - peak,
                "sessions_to_recovery": to_recovery[0],
                "sessions": end - peak,
                "days_to_trough": (dates[trough] - dates[peak]).days,
                "days_to_recovery": to_recovery[1],
                "days": (dates[end] - dates[peak]).days,
            }
        )

    for k, close in enumerate(closes):
        if math.isnan(close):
            continue
        if peak is None or close >= closes[peak]:
            if fall:
                noted(k, recovered=True)
            peak, fall = k, None
        else:
            fall = [*(fall or []), k]
    if fall:
        noted(last, recovered=False)
    return rows


def assert_equals_the_naive_episodes(close):
    wanted = [
        row for company in close.columns for row in naive_episodes(company, list(close.index), close[company].tolist())
    ]
    found = drawdown_episodes(close)
    assert list(found.columns) == COLUMNS
    assert len(found) == len(wanted)
    for have, want in zip(found.to_dict("records"), wanted, strict=True):
        for column in COLUMNS:
            assert same(have[column], pd.NaT if want[column] is None else want[column]), (
                column,
                have,
                want,
            )


CALENDAR = sessions_between("2024-12-16", "2025-12-31")  # with holidays and weekends in between


@st.composite
def tables(draw):
    """Closes with plateaus, repeated lows, missing values, late starts and early ends."""
    length = draw(st.integers(0, 14))
    close = st.one_of(st.integers(1, 6).map(float), st.just(NAN))
    columns = draw(st.lists(st.lists(close, min_size=length, max_size=length), min_size=1, max_size=4))
    return pd.DataFrame({f"C{k}": values for k, values in enumerate(columns)}, index=CALENDAR[:length], dtype=float)


@given(tables())
def test_episodes_equal_those_of_the_second_implementation(close):
    assert_equals_the_naive_episodes(close)


@given(tables())
def test_drawdowns_equal_those_of_the_second_implementation(close):
    below = underwater(close)
    for company in close.columns:
        np.testing.assert_array_equal(below[company].to_numpy(), naive_drawdowns(close[company].tolist()))


@given(tables())
def test_every_summary_agrees_with_the_episodes(close):
    episodes = drawdown_episodes(close)
    deepest = episodes.groupby("company")["depth"].min()
    for company, depth in max_drawdown(close).items():
        if close[company].isna().all():
            assert np.isnan(depth)
        else:
            assert depth == deepest.get(company, 0.0)


@given(tables(), st.data())
def test_state_and_episode_of_a_day_agree_with_the_drawdowns(close, data):
    if close.empty:
        return
    on = data.draw(st.sampled_from(list(close.index)))
    state = drawdown_state(close, on)
    inside = episode_at(drawdown_episodes(close), on)
    for company in close.columns:
        upto = close[company].loc[:on].tolist()
        depth = naive_drawdowns(upto)[-1]
        assert same(state.at[company, "depth"], depth)
        if not math.isnan(depth):
            highest = max(c for c in upto if not math.isnan(c))
            assert state.at[company, "peak_close"] == highest
            assert state.at[company, "peak"] == close.index[max(k for k, c in enumerate(upto) if c == highest)]
            assert (company in inside.index) == (depth < 0)


@given(tables(), st.sampled_from([0.25, 2.0, 1024.0]))
def test_drawdowns_do_not_depend_on_the_unit_of_the_price(close, factor):
    pd.testing.assert_frame_equal(drawdown_episodes(close * factor), drawdown_episodes(close))


@given(tables())
def test_a_company_has_the_same_episodes_alone_and_beside_others(close):
    together = drawdown_episodes(close)
    for company in close.columns:
        alone = drawdown_episodes(close[[company]])
        pd.testing.assert_frame_equal(
            together[together["company"] == company].reset_index(drop=True),
            alone,
            check_dtype=False,
        )


@pytest.mark.parametrize("seed", range(3))
def test_many_long_columns_equal_the_second_implementation(seed):
    rng = np.random.default_rng(seed)
    walk = np.exp(np.cumsum(rng.normal(0, 0.02, (250, 12)), axis=0)).round(2)  # rounding makes ties
    walk[rng.random(walk.shape) < 0.1] = NAN
    for column, start in enumerate(rng.integers(0, 200, 12)):
        walk[:start, column] = NAN
    walk[:, 3] = NAN
    close = pd.DataFrame(walk, index=CALENDAR[:250], columns=[f"C{k}" for k in range(12)])
    assert_equals_the_naive_episodes(close)
