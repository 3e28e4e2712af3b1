"""Market value lost: share price change times shares outstanding, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.formats import usd
from aftershock.measures.market_value import (
    WINDOWS,
    class_prices,
    class_values,
    index_weights,
    market_value_lost,
    peak_to_trough,
    value_history,
    value_lost_by_session,
    window_end,
    worst_close,
)
from aftershock.measures.returns import day_moves

NAN = np.nan
EVENT = 1  # the row of the event session in the made-up histories, 27 January 2025
BN = 1e9


@pytest.fixture(scope="session")
def two(history_of, counts_of):
    """Two companies over six sessions; X has 2 bn shares (1.9 bn filed next), Y 1 bn."""
    history = history_of(
        {"X": [100, 90, 80, 85, 95, 110], "Y": [50, 55, 52, 40, 45, 60]},
        open={"X": [100, 88, 80, 85, 95, 110], "Y": [50, 56, 52, 40, 45, 60]},
        low={"X": [100, 79, 80, 85, 95, 110], "Y": [50, 49, 52, 40, 45, 60]},
        high={"X": [100, 95, 80, 85, 95, 110], "Y": [50, 57, 52, 40, 45, 60]},
    )
    counts = counts_of(
        ("X", 2_000_000_000, "2024-11-01"),
        ("X", 1_900_000_000, "2025-01-28"),
        ("Y", 1_000_000_000, "2024-11-01"),
    )
    return history, counts


def lost(market, window, **more):
    return market_value_lost(*market, ["X", "Y"], EVENT, window, **{"after": 4, **more})


@pytest.mark.parametrize(
    ("window", "session", "x", "y"),
    [
        # X: (100 - price) x 2 bn, Y: (50 - price) x 1 bn
        ("open", "2025-01-27", 24, -6),
        ("close", "2025-01-27", 20, -5),
        ("low", "2025-01-27", 42, 1),
        ("3", "2025-01-29", 30, 10),  # three sessions: the event is the first
        ("5", "2025-01-31", -20, -10),
        ("date", "2025-01-31", -20, -10),
        ("worst", "2025-01-29", 30, 10),  # together 205 bn, against 212 bn the day before
    ],
)
def test_a_window_runs_from_the_close_before_to_its_last_session(two, window, session, x, y):
    made = lost(two, window)
    assert made.session == pd.Timestamp(session)
    assert made.by_company["lost"].to_dict() == pytest.approx({"X": x * BN, "Y": y * BN})
    assert made.net == pytest.approx((x + y) * BN)
    assert made.gross == pytest.approx((max(x, 0) + max(y, 0)) * BN)
    assert made.value_before == pytest.approx(250 * BN)
    assert made.left_out == {}


def test_the_default_window_is_the_close_of_the_event(two):
    assert market_value_lost(*two, ["X", "Y"], EVENT).net == pytest.approx(15 * BN)


def test_prices_and_values_of_both_ends_are_shown(two):
    x = lost(two, "close").by_company.loc["X"]
    assert (x["before"], x["after"]) == (100, 90)
    assert (x["value_before"], x["value_after"]) == pytest.approx((200 * BN, 180 * BN))


def test_the_range_is_the_count_in_force_and_the_next_filed(two):
    made = lost(two, "close")
    assert made.by_company.loc["X", ["lost_low", "lost_high"]].tolist() == [19 * BN, 20 * BN]
    assert made.by_company.loc["Y", ["lost_low", "lost_high"]].tolist() == [-5 * BN, -5 * BN]
    assert made.share_range() == pytest.approx((14 * BN, 15 * BN))


def test_a_gain_has_its_range_the_other_way_round(two):
    x = lost(two, "5").by_company.loc["X"]
    assert (x["lost_low"], x["lost_high"]) == pytest.approx((-20 * BN, -19 * BN))


def test_a_window_the_data_do_not_fill_is_missing_not_shortened(two):
    made = lost(two, "20")
    assert made.session is None
    assert made.by_company.empty
    assert np.isnan(made.net)
    assert np.isnan(made.gross)
    assert np.isnan(made.value_before)
    assert set(made.left_out) == {"X", "Y"}


@pytest.mark.parametrize("sessions", ["3", "5", "20"])
def test_a_window_of_n_sessions_is_filled_by_exactly_n(history_of, counts_of, sessions):
    n, counts = int(sessions), counts_of(("X", 1, "2024-11-01"))
    closes = [100.0, *np.linspace(99, 80, n)]
    filled = market_value_lost(history_of({"X": closes}), counts, ["X"], EVENT, sessions)
    assert filled.net == pytest.approx(20)
    short = market_value_lost(history_of({"X": closes[:-1]}), counts, ["X"], EVENT, sessions)
    assert short.session is None
    assert np.isnan(short.net)


def test_the_event_window_bounds_the_search_for_the_worst_close(two):
    assert lost(two, "worst", after=1).session == pd.Timestamp("2025-01-28")
    assert lost(two, "worst", after=1).net == pytest.approx(38 * BN)
    assert lost(two, "worst", after=0).session == pd.Timestamp("2025-01-27")


def test_the_worst_close_is_the_baskets_and_not_each_companys_own(two):
    # X alone was lowest on 28 January (80), Y on 29 January (40).
    alone = market_value_lost(*two, ["X"], EVENT, "worst", after=4)
    assert alone.session == pd.Timestamp("2025-01-28")
    assert alone.net == pytest.approx(40 * BN)
    assert lost(two, "worst").by_company.at["X", "lost"] == pytest.approx(30 * BN)


def test_a_missing_close_in_the_window_does_not_remove_a_company_from_the_worst_close(history_of, counts_of):
    # X and Y have the same count. Together they are lowest on 29 January (70 + 20), whether the
    # missing close of Y is bridged (95 + 45) or its session passed over. X alone is lowest on 31.
    history = history_of({"X": [100, 98, 95, 70, 90, 60], "Y": [50, 45, NAN, 20, 50, 55]})
    counts = counts_of(("X", 1_000_000_000, "2024-11-01"), ("Y", 1_000_000_000, "2024-11-01"))
    made = market_value_lost(history, counts, ["X", "Y"], EVENT, "worst", after=4)
    assert made.session == pd.Timestamp("2025-01-29")
    assert made.net == pytest.approx(60 * BN)


def test_worst_close_of_a_table():
    values = pd.DataFrame({"X": [5.0, 1.0, 4.0], "Y": [5.0, 8.0, 3.0], "NEW": [NAN, 0.1, 0.1]})
    assert worst_close(values) == 2
    assert worst_close(values[["X"]]) == 1
    assert worst_close(values[["NEW"]]) is None
    assert worst_close(values[[]]) is None


def test_only_price_changes_enter_not_buybacks_during_the_window(two):
    # 1.9 bn X shares were filed on 28 January; all windows keep the 2.0 bn of the event.
    assert lost(two, "5").by_company.at["X", "lost"] == pytest.approx(-20 * BN)


def test_several_share_classes_count_once_at_their_own_prices(history_of, counts_of):
    # 50.00 + 55.55 + 8.50 = 114.05 bn, the unlisted class B at the price of class A
    history = history_of({"GOOGL": [200.0, 190.0], "GOOG": [202.0, 191.9]})
    counts = counts_of(
        ("GOOGL", 5_000_000_000, "2024-11-01", "A", "GOOGL"),
        ("GOOGL", 850_000_000, "2024-11-01", "B", "GOOGL"),
        ("GOOGL", 5_500_000_000, "2024-11-01", "C", "GOOG"),
    )
    made = market_value_lost(history, counts, ["GOOGL"], EVENT)
    assert made.by_company["lost"].to_dict() == pytest.approx({"GOOGL": 114.05 * BN})
    assert made.value_before == pytest.approx((200 * 5.85 + 202 * 5.5) * BN)
    assert made.by_company.loc["GOOGL", ["before", "after"]].tolist() == [200, 190]


@pytest.mark.parametrize("missing", [[202.0, NAN], [NAN, 191.9]], ids=["after", "before"])
def test_a_class_without_a_price_on_one_end_moves_with_the_first_class(history_of, counts_of, missing):
    history = history_of({"GOOGL": [200.0, 190.0], "GOOG": missing})
    counts = counts_of(
        ("GOOGL", 5_000_000_000, "2024-11-01", "A", "GOOGL"),
        ("GOOGL", 5_500_000_000, "2024-11-01", "C", "GOOG"),
    )
    made = market_value_lost(history, counts, ["GOOGL"], EVENT)
    # 202 x 190 / 200 = 191.90 is the price that is missing, as is 191.90 x 200 / 190 = 202.
    assert made.net == pytest.approx((5 * 10 + 5.5 * 10.1) * BN)
    assert made.value_before == pytest.approx((5 * 200 + 5.5 * 202) * BN)


def test_a_second_class_that_is_not_in_the_prices_at_all_is_valued_at_the_first(history_of, counts_of):
    counts = counts_of(
        ("GOOGL", 5_000_000_000, "2024-11-01", "A", "GOOGL"),
        ("GOOGL", 5_500_000_000, "2024-11-01", "C", "GOOG"),
    )
    made = market_value_lost(history_of({"GOOGL": [200.0, 190.0]}), counts, ["GOOGL"], EVENT)
    assert made.net == pytest.approx(105 * BN)


def test_two_counts_filed_on_one_day_are_never_added(history_of, counts_of):
    # 24.49 bn agrees with the count before and is used; 27.30 bn (660.66 bn lost) is not,
    # and neither is their mean (626.66 bn) nor their sum (1,253.3 bn).
    history = history_of({"NVDA": [142.62, 118.42]})
    counts = counts_of(
        ("NVDA", 24_490_000_000, "2024-11-20"),
        ("NVDA", 24_490_000_000, "2025-01-24"),
        ("NVDA", 27_300_000_000, "2025-01-24"),
    )
    made = market_value_lost(history, counts, ["NVDA"], EVENT)
    assert made.net == pytest.approx(592.658 * BN)


@pytest.mark.parametrize(("close", "value"), [(118.42, 592.658), (118.58, 588.740)])
def test_the_number_in_the_news_depends_on_the_closing_print(history_of, counts_of, close, value):
    # 24.49 bn shares x 24.20; many articles use the first print at 16:00, 118.58.
    counts = counts_of(("NVDA", 24_490_000_000, "2024-11-20"))
    made = market_value_lost(history_of({"NVDA": [142.62, close]}), counts, ["NVDA"], EVENT)
    assert made.net == pytest.approx(value * BN, abs=5e5)
    assert usd(made.net) == f"${value:.0f}\u00a0bn"
    assert made.net / made.value_before == pytest.approx(1 - close / 142.62)


def test_traded_and_not_dividend_adjusted_closes_are_used(history_of, counts_of):

    history = history_of({"X": [200.0, 170.0]}, adj_close={"X": [198.0, 168.3]})
    made = market_value_lost(history, counts_of(("X", 1_000_000_000, "2024-11-01")), ["X"], EVENT)
    assert made.net == pytest.approx(30 * BN)
    assert day_moves(history, EVENT).at["X", "day"] == pytest.approx(-0.15)


def test_companies_without_a_figure_are_named_with_the_reason(history_of, counts_of):
    history = history_of({"X": [100, 90], "NEW": [NAN, 40], "BARE": [10, 9], "LATE": [10, 9]})
    counts = counts_of(
        ("X", 1_000_000_000, "2024-11-01"),
        ("NEW", 1_000_000_000, "2024-11-01"),
        ("LATE", 1_000_000_000, "2025-01-28"),
    )
    made = market_value_lost(history, counts, ["X", "NEW", "BARE", "LATE"], EVENT)
    assert made.by_company.index.tolist() == ["X"]
    assert made.net == made.gross == pytest.approx(10 * BN)  # never silently zero
    assert made.value_before == pytest.approx(100 * BN)
    assert made.left_out == {
        "NEW": "it has no price on both days",
        "BARE": "no share count was public yet",
        "LATE": "no share count was public yet",
    }


def test_where_nothing_can_be_computed_the_totals_are_missing_not_zero(history_of, counts_of):
    made = market_value_lost(history_of({"BARE": [10, 9]}), counts_of(("X", 1, "2024-11-01")), ["BARE"], EVENT)
    assert np.isnan([made.net, made.gross, made.value_before, *made.share_range()]).all()
    assert list(made.left_out) == ["BARE"]


def test_gross_is_zero_where_everything_rose(history_of, counts_of):
    made = market_value_lost(history_of({"X": [10, 11]}), counts_of(("X", 1_000_000_000, "2024-11-01")), ["X"], EVENT)
    assert made.net == pytest.approx(-1 * BN)
    assert made.gross == 0


@pytest.mark.parametrize("position", [0, -1, 6])
@pytest.mark.parametrize("window", ["close", "worst"])
def test_positions_do_not_wrap_around_at_either_end(two, position, window):
    # otherwise the last close of the data would be taken for the one before the first.
    with pytest.raises(IndexError):
        market_value_lost(*two, ["X", "Y"], position, window)


@pytest.mark.parametrize(
    ("window", "position", "end"),
    [("open", 1, 1), ("close", 1, 1), ("low", 1, 1), ("3", 1, 3), ("5", 1, 5), ("5", 2, None)],
)
def test_the_last_session_of_a_window_counts_the_event_as_the_first(two, window, position, end):
    assert window_end(two[0], ["X", "Y"], position, window) == end


def test_to_date_ends_with_the_last_close_of_the_companies(history_of):
    history = history_of({"X": [100, 90, 80, NAN, NAN], "^GSPC": [6101, 6012, 6067, 6039, 6071]})
    assert window_end(history, ["X"], EVENT, "date") == 2
    assert window_end(history, ["X"], EVENT, "3") is None
    assert window_end(history, ["X", "^GSPC"], EVENT, "date") == 4


def test_values_of_a_company_are_the_sum_of_its_classes(counts_of):
    prices = pd.DataFrame({"Y": [10.0, 9.0], "YC": [20.0, 21.0], "X": [1.0, NAN]})
    counts = counts_of(("Y", 3, "2024-11-01", "A", "Y"), ("Y", 2, "2024-11-01", "C", "YC"), ("X", 7, "2024-11-01"))
    values = class_values(prices, counts.in_force(["X", "Y"], pd.Timestamp("2025-01-27")))
    assert values["Y"].tolist() == [70.0, 69.0]
    np.testing.assert_array_equal(values["X"], [7.0, NAN])


def test_value_history_runs_over_both_sessions_given(two):
    history, counts = two
    values = value_history(history, counts.in_force(["X", "Y"], history.sessions[EVENT]), 1, 3)
    assert values.index.equals(history.sessions[1:4])
    assert (values["X"] / BN).tolist() == pytest.approx([180, 160, 170])
    assert (values["Y"] / BN).tolist() == pytest.approx([55, 52, 40])


SYMBOLS = ["A", "B", "C", "D"]
CENTS = st.integers(100, 100_000).map(lambda cents: cents / 100)
FULL = st.lists(st.lists(CENTS, min_size=4, max_size=4), min_size=4, max_size=4)
WITH_GAPS = st.lists(st.lists(st.one_of(CENTS, st.just(NAN)), min_size=4, max_size=4), min_size=4, max_size=4).filter(
    lambda columns: not np.isnan(columns).all()
)
COUNTS = st.lists(st.integers(1, 10**10), min_size=4, max_size=4)
FEW = settings(max_examples=30)  # each example measures several whole markets
WINDOW = st.sampled_from(["close", "3", "date", "worst", "low", "open"])


@pytest.fixture(scope="session")
def assessed(history_of, counts_of):
    """Market value lost by four companies over four sessions each, made up."""

    def made(prices, shares, window, order=SYMBOLS, known=SYMBOLS):
        history = history_of(dict(zip(SYMBOLS, prices, strict=True)))
        rows = [(s, n, "2024-11-01") for s, n in zip(SYMBOLS, shares, strict=True) if s in known]
        return market_value_lost(history, counts_of(*rows), order, EVENT, window, after=2)

    return made


@given(WITH_GAPS, COUNTS, WINDOW)
def test_net_is_the_sum_and_gross_is_never_less(assessed, prices, shares, window):
    made = assessed(prices, shares, window)
    values = made.by_company["lost"]
    assert set(values.index) | set(made.left_out) == set(SYMBOLS)
    assert set(values.index).isdisjoint(made.left_out)
    if values.empty:
        assert np.isnan(made.net)
        assert np.isnan(made.gross)
        return
    assert made.net == pytest.approx(sum(values.tolist()), rel=1e-9, abs=1)
    assert made.gross == pytest.approx(sum(v for v in values if v > 0), rel=1e-9, abs=1)
    assert made.gross >= max(0, made.net) * (1 - 1e-9)
    low, high = made.share_range()
    assert low <= made.net + 1 <= high + 2


@FEW
@given(FULL, COUNTS, WINDOW, st.permutations(SYMBOLS))
def test_the_order_of_the_companies_does_not_matter(assessed, prices, shares, window, order):
    straight, other = assessed(prices, shares, window), assessed(prices, shares, window, order)
    assert other.by_company.index.tolist() == order
    pd.testing.assert_frame_equal(other.by_company.loc[SYMBOLS], straight.by_company)
    assert other.session == straight.session


@FEW
@given(
    FULL,
    st.lists(st.integers(1, 10**9), min_size=4, max_size=4),
    st.sampled_from(["close", "3", "date", "low"]),
    st.sampled_from([2, 4, 8]),
)
def test_losses_grow_with_prices_and_with_counts(assessed, prices, shares, window, factor):
    plain = assessed(prices, shares, window)
    dearer = assessed([[p * factor for p in row] for row in prices], shares, window)
    larger = assessed(prices, [n * factor for n in shares], window)
    for scaled in (dearer, larger):
        assert scaled.net == pytest.approx(plain.net * factor, rel=1e-9, abs=1e-3)
        assert scaled.gross == pytest.approx(plain.gross * factor, rel=1e-9, abs=1e-3)


@FEW
@given(FULL, COUNTS, st.sets(st.sampled_from(SYMBOLS)))
def test_a_company_without_a_count_takes_nothing_from_the_others(assessed, prices, shares, known):
    full, part = assessed(prices, shares, "close"), assessed(prices, shares, "close", known=known)
    assert set(part.by_company.index) == known
    assert set(part.left_out) == set(SYMBOLS) - known
    assert part.by_company["lost"].equals(full.by_company["lost"][part.by_company.index])


@pytest.mark.parametrize("window", ["", "0", "-3", "1.5", "week", "Close"])
def test_an_unknown_window_is_refused_and_not_taken_for_the_close(two, window):
    with pytest.raises(ValueError, match="There is no window"):
        lost(two, window)
    with pytest.raises(ValueError, match="There is no window"):
        window_end(two[0], ["X", "Y"], EVENT, window)


def test_every_window_a_reader_can_choose_is_measured(market):
    history, counts = market
    position = history.position(pd.Timestamp("2025-01-27"))
    for window in WINDOWS:
        made = market_value_lost(history, counts, ["NVDA", "AVGO", "TXN"], position, window)
        assert made.by_company.index.tolist() == ["NVDA", "AVGO", "TXN"], window


@pytest.mark.parametrize(
    ("symbol", "day", "value"),
    [
        # market values from count in force x close, USD bn
        ("NVDA", "2020-12-31", 323.2),
        ("AAPL", "2020-12-31", 2256),
        ("MSFT", "2020-12-31", 1682),
        ("AMZN", "2020-12-31", 1634),
        ("TSLA", "2020-12-31", 669),
        ("GOOGL", "2020-12-31", 1188),  # class C at the price of class A
        ("TSM", "2020-12-31", 565),
        ("AVGO", "2020-12-31", 178),
        ("META", "2021-12-31", 936),
        ("MSFT", "2009-12-31", 270.6),
        ("AAPL", "2012-09-19", 658),
        ("NVDA", "2007-10-17", 21.7),
        ("DELL", "2021-10-29", 84.2),
    ],
)
def test_market_values_over_time(market, symbol, day, value):
    history, counts = market
    position = history.position(pd.Timestamp(day))
    in_force = counts.in_force([symbol], pd.Timestamp(day))
    found = value_history(history, in_force, position, position).iloc[0][symbol] / BN
    assert found == pytest.approx(value, abs=0.5 if value == int(value) else 0.05)


@pytest.mark.parametrize(("low", "whole"), [(116.7, -634.8)])
def test_the_loss_at_the_low_of_the_event(market, low, whole):
    # reference_figures.csv: "value change at the low: -634.8 USD bn"
    history, counts = market
    position = history.position(pd.Timestamp("2025-01-27"))
    made = market_value_lost(history, counts, ["NVDA"], position, "low")
    assert made.by_company.at["NVDA", "after"] == low
    assert made.net / BN == pytest.approx(-whole, abs=0.05)


def test_losses_by_session_use_the_count_of_their_own_day(history_of, counts_of):
    # 24, 27, 28, 29, 30, 31 January: 100 shares, from the 28th 200, from the 31st 300.
    history = history_of({"X": [10, 8, 9, NAN, 7, 5]})
    counts = counts_of(("X", 100, "2025-01-02"), ("X", 200, "2025-01-28"), ("X", 300, "2025-01-31"))
    losses = value_lost_by_session(history, counts, ["X"])["X"]
    np.testing.assert_array_equal(losses, [NAN, 200.0, -200.0, NAN, NAN, 600.0])


def test_a_day_without_a_count_has_no_loss_by_session(history_of, counts_of):
    losses = value_lost_by_session(history_of({"X": [10, 8]}), counts_of(("Y", 100, "2025-01-02")), ["X"])
    assert losses["X"].isna().all()


def test_losses_by_session_value_each_class_at_its_own_price(history_of, counts_of):
    # A and B fall by 10, C by 11: 5 + 1 shares x 10 + 4 x 11; before the classes were filed all 10 at A's price.
    history = history_of({"A": [100, 90, 80], "C": [101, 91, 80]})
    counts = counts_of(
        ("A", 10, "2025-01-02"),
        ("A", 5, "2025-01-28", "A", "A"),
        ("A", 1, "2025-01-28", "B", "A"),
        ("A", 4, "2025-01-28", "C", "C"),
    )
    losses = value_lost_by_session(history, counts, ["A"])["A"]
    np.testing.assert_array_equal(losses, [NAN, 100.0, 6 * 10 + 4 * 11])


def test_a_class_whose_prices_end_moves_with_the_first_class():
    prices = pd.DataFrame({"A": [100.0, 110.0, 99.0], "C": [102.0, NAN, NAN]})
    made = class_prices(prices, "A", ["A", "A", "C"])
    np.testing.assert_allclose(made.iloc[:, 2], [102.0, 102.0 * 1.1, 102.0 * 0.99])


def test_a_class_before_its_first_price_moves_back_with_the_first_class():
    prices = pd.DataFrame({"A": [100.0, 110.0, NAN], "C": [NAN, 109.0, 108.0]})
    np.testing.assert_allclose(class_prices(prices, "A", ["C"]).iloc[:, 0], [109.0 / 1.1, 109.0, NAN])


def test_shares_of_the_net_total_are_missing_where_falls_and_rises_cancel(history_of, counts_of):
    counts = counts_of(("X", 1_000, "2025-01-02"), ("Y", 1_000, "2025-01-02"))
    plain = market_value_lost(history_of({"X": [100, 70], "Y": [100, 110]}), counts, ["X", "Y"], 1)
    assert plain.share_of_total().to_dict() == {"X": pytest.approx(1.5), "Y": pytest.approx(-0.5)}
    level = market_value_lost(history_of({"X": [100, 70], "Y": [100, 120]}), counts, ["X", "Y"], 1)
    assert level.share_of_total().isna().all()  # net 10 of 30


def test_groups_are_summed_by_value(history_of, counts_of):
    counts = counts_of(("X", 1_000, "2025-01-02"), ("Y", 3_000, "2025-01-02"))
    made = market_value_lost(history_of({"X": [100, 90], "Y": [100, 80]}), counts, ["X", "Y"], 1)
    group = made.by_group(pd.Series({"X": "one", "Y": "one"})).loc["one"]
    assert (group["value_before"], group["lost"]) == (400_000, 70_000)
    assert group["move"] == pytest.approx(-0.175)


def test_a_worst_close_is_missing_where_the_prices_do_not_fill_the_window(two):
    assert lost(two, "worst", after=5).session is None
    assert lost(two, "worst", after=5).left_out == dict.fromkeys("XY", "the prices end before this window does")


def test_groups_sum_to_the_companies_and_the_companies_to_the_total(market):
    # A rule of accounting, on the real day, with risers and fallers.
    history, counts = market
    symbols = sorted(set(counts.table["symbol"]))
    for window in WINDOWS:
        made = market_value_lost(history, counts, symbols, history.position(pd.Timestamp("2025-01-27")), window)
        letters = pd.Series({s: s[0] for s in made.by_company.index})
        groups = made.by_group(letters)
        assert groups["lost"].sum() == pytest.approx(made.net, rel=1e-12)
        assert groups["gross"].sum() == pytest.approx(made.gross, rel=1e-12)
        assert groups["value_before"].sum() == pytest.approx(made.value_before, rel=1e-12)
        assert made.by_company["lost"].sum() == pytest.approx(made.net, rel=1e-12)
        assert made.gross >= made.net


def test_a_group_has_its_net_and_its_gross(two):
    # X lost 20 bn of 200, Y gained 5 bn on 50.
    group = lost(two, "close").by_group(pd.Series({"X": "one", "Y": "one"})).loc["one"]
    assert (group["lost"], group["gross"]) == (15 * BN, 20 * BN)
    assert group["move"] == pytest.approx(-15 / 250)


def test_diluted_counts_add_to_the_loss_where_they_are_known(two):
    # 2 % more shares of X lose 2 % more; nobody knows Y's.
    more = lost(two, "close").with_diluted(pd.Series({"X": 2.00e9, "Y": 1e9}), pd.Series({"X": 2.04e9}))
    assert more.index.tolist() == ["X"]
    assert more.loc["X"].tolist() == pytest.approx([20.4 * BN, 0.4 * BN])


def test_nvidias_diluted_count_adds_about_a_hundredth(market):
    # About 24.77 bn diluted against 24.49 bn basic: 1.1 per cent more.
    history, counts = market
    made = market_value_lost(history, counts, ["NVDA"], history.position(pd.Timestamp("2025-01-27")))
    more = made.with_diluted(pd.Series({"NVDA": 24.49e9}), pd.Series({"NVDA": 24.77e9})).loc["NVDA"]
    assert more["lost"] == pytest.approx(24.77e9 * (142.62 - 118.42))
    assert more["added"] / made.net == pytest.approx(0.28 / 24.49)


def test_from_peak_to_trough_at_one_count():
    # X: 120 before, 60 after, back at 120; Y stands at its peak; Z has no value that day, and W none at all.
    days = pd.bdate_range("2025-01-23", periods=7)
    values = pd.DataFrame(
        {
            "X": [100.0, 120, 90, 60, 80, 120, 130],
            "Y": [1.0, 2, 3, 2, 1, 1, 1],
            "Z": [5.0, 4, NAN, 3, 3, 3, 3],
            "W": [NAN] * 7,
        },
        index=days,
    )
    fall = peak_to_trough(values, days[2])
    x = fall.loc["X"]
    assert [x["peak"], x["trough"], x["recovery"]] == [days[1], days[3], days[5]]
    assert x[["value_before", "value_after", "lost"]].tolist() == [120, 60, 60]
    assert x["move"] == -0.5
    y = fall.loc["Y"]
    assert pd.isna(y[["peak", "trough", "recovery"]]).all()
    assert y[["value_before", "value_after", "lost", "move"]].tolist() == [3, 3, 0, 0]
    z = fall.loc["Z"]  # a gap in a fall ends nothing
    assert (z["peak"], z["trough"], z["lost"]) == (days[0], days[3], 2)
    assert pd.isna(z["recovery"])
    assert fall.loc["W"].isna().all()


def test_the_weight_in_an_index_is_that_of_the_close_before():
    # X is a member throughout, Y from the third session on, Z never.
    days = pd.bdate_range("2025-01-23", periods=4)
    values = pd.DataFrame({"X": [10.0, 20, NAN, 30], "Y": [5.0, 5, 5, 5], "Z": [9.0] * 4}, index=days)
    total = pd.Series([100.0, 200, 100, 100], days)
    added = pd.Series({"X": pd.Timestamp("2001-11-30"), "Y": days[2]})
    weights = index_weights(values, total, added)
    assert weights["X"].tolist() == [pytest.approx(NAN, nan_ok=True), 0.10, 0.10, pytest.approx(NAN, nan_ok=True)]
    assert weights["Y"].tolist() == [0, 0, 0.025, 0.05]
    assert weights["Z"].tolist() == [0, 0, 0, 0]


def test_a_basket_falls_from_its_own_peak_not_from_its_members():
    days = pd.bdate_range("2025-01-23", periods=5)
    values = pd.DataFrame({"X": [10.0, 20, 10, 10, 10], "Y": [30.0, 10, 10, 10, 5]}, index=days)
    basket = peak_to_trough(values.sum(axis=1).to_frame("basket"), days[2]).loc["basket"]
    assert (basket["peak"], basket["trough"], basket["lost"]) == (days[0], days[4], 25)
    assert peak_to_trough(values, days[2])["lost"].sum() == 10 + 25


def test_nvidias_fall_from_january_to_april(market):
    # 149.43 on 6 January to 94.31 on 4 April 2025 (-36.89 %), at the 24.49 bn shares of the event.
    history, counts = market
    event = pd.Timestamp("2025-01-27")
    start = history.position(event) - 250
    values = value_history(history, counts.in_force(["NVDA"], event), start, len(history.sessions) - 1)
    fall = peak_to_trough(values, event).loc["NVDA"]
    assert [fall["peak"], fall["trough"], fall["recovery"]] == [
        pd.Timestamp(day) for day in ("2025-01-06", "2025-04-04", "2025-06-25")
    ]
    assert fall["lost"] == pytest.approx(24.49e9 * (149.43 - 94.31), rel=1e-9)
    assert round(fall["move"] * 100, 2) == -36.89
