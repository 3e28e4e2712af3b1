"""One event, assessed: the figures of the first page, and what happens at the edges of the data.

Figures of 27 January 2025: tests/data/reference_figures.csv (Nasdaq.com screener, Reuters).
"""

from dataclasses import replace
from datetime import date
from statistics import median

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_CHIPS, baskets
from aftershock.errors import AftershockError, NothingToAssessError, OutsideDataError
from aftershock.events import event_day, event_range
from aftershock.impact import assess

NAN = np.nan
CHIPS = baskets()[AI_CHIPS].symbols
BN = 1e9


def per_cent(fraction):
    return round(float(fraction) * 100, 2)


@pytest.fixture(scope="module")
def default(market):
    return assess(*market, "2025-01-27", CHIPS)


@pytest.fixture(scope="session")
def made_up(history_of, counts_of):
    """Assesses made-up closes from 24 January 2025 on, the event being the 27th."""

    def made(closes, counts=(), picked="2025-01-27", benchmark="sp500", **options):
        length = max(len(values) for values in closes.values())
        fields = {k: options.pop(k) for k in ("high", "volume", "adj_close") if k in options}
        history = history_of({**closes, "^GSPC": [6000.0] * length}, **fields)
        rows = [(symbol, shares, "2024-11-01") for symbol, shares in counts]
        table = counts_of(*rows or [("NONE", 1, "2024-11-01")])
        return assess(history, table, picked, list(closes), benchmark=benchmark, **options)

    return made


# The default view


@pytest.mark.parametrize(
    ("symbol", "day", "lost"),
    [
        ("NVDA", -16.97, 592.7),
        ("AVGO", -17.40, 199.5),
        ("TSM", -13.33, 153.4),
        ("MRVL", -19.10, 20.5),
        ("MU", -11.71, 13.5),
        ("ANET", -22.35, 36.4),
        ("AMD", -6.37, 12.7),
        ("ASML", -5.75, 16.6),
        ("TXN", 0.81, -1.4),
    ],
)
def test_the_moves_and_losses_of_the_event(default, symbol, day, lost):
    row = default.table.loc[symbol]
    assert per_cent(row["day"]) == day
    assert round(row["lost"] / BN, 1) == lost


@pytest.mark.parametrize(
    ("key", "move"),
    [
        ("nasdaq", -3.07),
        ("sp500", -1.46),
        ("sox", -9.15),
        ("nasdaq100", -2.97),
        ("dow", 0.65),
        ("smh", -9.83),
        ("soxx", -7.84),
        ("qqq", -2.91),
    ],
)
def test_the_moves_of_the_benchmarks(market, key, move):
    impact = assess(*market, "2025-01-27", ["NVDA"], benchmark=key)
    assert impact.benchmark.key == key
    assert per_cent(impact.benchmark_moves["day"]) == move


def test_the_total_of_the_default_basket(default):
    # The 17 value changes of reference_figures.csv and the values before, price x shares, add up to
    # -1,092.9 of 7,666 bn.
    assert round(default.value.net / BN, 1) == 1092.9
    assert round(default.value.gross / BN, 1) == 1094.3  # without the gain of Texas Instruments
    assert round(default.value.value_before / BN) == 7666
    assert per_cent(default.move_of_value) == -14.26
    assert (default.fell, default.rose) == (16, 1)


def test_the_count_behind_a_figure_is_named(default):
    row = default.table.loc["NVDA"]
    assert row["shares"] == 24_490_000_000
    assert row["filed"] == row["in_force_from"] == pd.Timestamp("2024-11-20")
    assert row["counted_on"] == pd.Timestamp("2024-11-15")
    assert row["count_source"].startswith("10-Q fiscal 2025 Q3")
    # 24.40 bn were filed next, on 26 February: 24.20 x 24.40 = 590.5 bn
    assert row["lost_low"] / BN == pytest.approx(590.48)
    assert row["lost_high"] / BN == pytest.approx(592.658)


def test_the_way_back_by_closes_and_by_trades(default):
    row = default.table.loc["NVDA"]
    assert row["back_above"] == pd.Timestamp("2025-06-09")
    assert row["filled"] == pd.Timestamp("2025-02-18")
    # From 28 January: 4, 19, 21, 21, 21 sessions a month, and five in June up to the 9th, plus one
    assert row["sessions_back"] == 4 + 19 + 21 + 21 + 21 + 6
    assert row["sessions_filled"] == 15


def test_the_parts_of_the_total_add_up(default):
    assert default.table["share_of_total"].sum() == pytest.approx(1)
    assert default.table.at["NVDA", "share_of_total"] == pytest.approx(592.658 / 1092.9, abs=1e-4)
    assert default.table.at["TXN", "share_of_total"] < 0


def test_the_table_keeps_the_order_asked_for(default, market):
    assert default.symbols == list(CHIPS)
    assert list(default.companies) == list(CHIPS)
    assert assess(*market, "2025-01-27", CHIPS[::-1]).symbols == list(CHIPS[::-1])


def test_the_ranks_of_the_event(default):
    # reference_figures.csv: ninth by per cent since 1999, first by dollars
    day, loss = default.day_rank("NVDA"), default.loss_rank("NVDA")
    assert (day.place, day.count, day.since) == (9, 6870, pd.Timestamp("1999-01-25"))
    assert loss.place == 1
    top = default.largest_losses
    assert len(top) == 15
    assert top["lost"].is_monotonic_decreasing
    assert top.iloc[0][["session", "company"]].tolist() == [pd.Timestamp("2025-01-27"), "NVDA"]
    assert per_cent(top.iloc[0]["day"]) == -16.97


def test_a_gain_ranks_among_the_gains(market):
    # reference_figures.csv: 439.9 bn on 9 April 2025 is NVIDIA's largest gain in the file.
    impact = assess(*market, "2025-04-09", ["NVDA"])
    assert impact.loss_rank("NVDA").place == 1
    assert impact.day_rank("NVDA").place > 1
    assert impact.table.at["NVDA", "lost"] / BN == pytest.approx(-439.9, abs=0.05)


def test_a_rise_ranks_among_the_rises_in_per_cent(made_up):
    # +10 %, then -10 %, +20 % and +5 %
    rank = made_up({"NVDA": [100, 110, 99, 118.8, 124.74]}).day_rank("NVDA")
    assert (rank.place, rank.count) == (2, 4)


def test_the_drawdown_the_event_fell_into(default):
    # closes of the exchange; on the day itself 118.42 / 149.43 - 1
    row = default.drawdowns().loc["NVDA"]
    assert row["peak"] == pd.Timestamp("2025-01-06")
    assert row["trough"] == pd.Timestamp("2025-04-04")
    assert row["recovery"] == pd.Timestamp("2025-06-25")
    assert per_cent(row["depth"]) == -36.89
    assert per_cent(row["on_the_day"]) == -20.75
    assert row["status"] == "recovered"


def test_peaks_of_the_last_year_ignore_what_lies_before(market):
    # INTC's all-time peak is of the year 2000; within 250 sessions before the event it is another.
    impact = assess(*market, "2025-01-27", ["INTC"])
    assert impact.drawdowns("all").at["INTC", "peak"].year == 2000
    year = impact.drawdowns("year").at["INTC", "peak"]
    assert pd.Timestamp("2024-01-01") < year < pd.Timestamp("2025-01-27")


# The day


@pytest.mark.parametrize(
    ("picked", "session", "baseline", "reason"),
    [
        ("2025-01-09", "2025-01-10", "2025-01-08", "the day of mourning for Jimmy Carter"),
        ("2025-01-20", "2025-01-21", "2025-01-17", "Martin Luther King Jr. Day"),
        ("2025-01-25", "2025-01-27", "2025-01-24", "a Saturday"),
        ("2025-01-26", "2025-01-27", "2025-01-24", "a Sunday"),
        ("2025-01-27", "2025-01-27", "2025-01-24", None),
        ("2012-10-29", "2012-10-31", "2012-10-26", "Hurricane Sandy"),
    ],
)
def test_a_closed_day_stands_for_the_next_session(market, picked, session, baseline, reason):
    day = assess(*market, picked, ["NVDA", "INTC"]).day
    assert day.asked == pd.Timestamp(picked)
    assert day.session == pd.Timestamp(session)
    assert day.baseline == pd.Timestamp(baseline)
    assert day.moved_because == reason
    assert market[0].sessions[day.position] == day.session


def test_a_closed_day_has_the_figures_of_its_session(market):
    sunday = assess(*market, "2025-01-26", ["NVDA", "AVGO"]).table
    pd.testing.assert_frame_equal(sunday, assess(*market, "2025-01-27", ["NVDA", "AVGO"]).table)


def test_the_catalogued_event_comes_along(market):
    assert assess(*market, "2025-01-26", ["NVDA"]).day.event.title == "DeepSeek sell-off"
    assert assess(*market, "2025-02-04", ["NVDA"]).day.event is None


@pytest.mark.parametrize("picked", ["1900-01-01", "1998-01-01", "1999-01-22", "2026-05-16", "2026-07-01", "2100-01-01"])
def test_a_day_outside_the_prices_is_refused_with_the_range(market, picked):
    # The closes of NVIDIA run from 22 January 1999, with none before, to 15 May 2026.
    with pytest.raises(OutsideDataError) as caught:
        assess(*market, picked, ["NVDA"])
    assert "from Mon 25 Jan 1999 to Fri 15 May 2026" in str(caught.value)
    nearest = date(1999, 1, 25) if picked < "2000" else date(2026, 5, 15)
    assert caught.value.nearest == nearest


def test_the_range_is_that_of_the_companies_chosen(market):
    history, _ = market
    assert event_range(history, ["GEV"]) == (
        pd.Timestamp("2024-03-28"),  # the day after the first close
        pd.Timestamp("2026-05-15"),
    )
    assert event_range(history, ["GEV", "NVDA"])[0] == pd.Timestamp("1999-01-25")
    with pytest.raises(OutsideDataError, match="Thu 28 Mar 2024"):
        event_day(history, ["GEV"], "2024-03-27")


def test_a_range_needs_a_company_with_prices(market):
    with pytest.raises(NothingToAssessError, match="None of the companies chosen has prices"):
        event_range(market[0], ["FOO"])


# The companies


def test_no_company_is_nothing_to_assess(market):
    with pytest.raises(NothingToAssessError, match="No company is chosen"):
        assess(*market, "2025-01-27", [])


def test_no_company_with_a_price_on_the_day_is_nothing_to_assess(made_up):
    closes = {"NVDA": [100, 90, NAN, 80, 85], "AMD": [50, 49, NAN, 48, 47]}
    with pytest.raises(NothingToAssessError, match="has prices for Wed 29 Jan 2025"):
        made_up(closes, picked="2025-01-29")


def test_every_reason_to_stop_is_an_error_that_can_be_shown(market):
    for picked, symbols in (("2025-01-27", []), ("2100-01-01", ["NVDA"]), ("2025-01-27", ["FOO"])):
        with pytest.raises(AftershockError) as caught:
            assess(*market, picked, symbols)
        assert str(caught.value).endswith(".")


def test_a_company_not_yet_listed_is_named(market):
    impact = assess(*market, "2020-03-16", ["NVDA", "ARM", "CEG"])
    assert impact.symbols == ["NVDA"]
    assert impact.left_out == {
        "ARM": "There are prices of Arm from Thu 14 Sep 2023 on.",
        "CEG": "There are prices of Constellation Energy from Wed 19 Jan 2022 on.",
    }


def test_the_first_day_of_a_company_is_too_early(market):
    impact = assess(*market, "2023-09-14", ["NVDA", "ARM"])
    assert list(impact.left_out) == ["ARM"]
    assert assess(*market, "2023-09-15", ["NVDA", "ARM"]).symbols == ["NVDA", "ARM"]


def test_a_company_that_left_or_has_a_gap_is_named(made_up):
    closes = {
        "NVDA": [100, 90, 95, 96],
        "AMD": [50, NAN, NAN, NAN],
        "MU": [90, NAN, 95, 96],
        "INTC": [NAN, 20, 21, 22],
    }
    assert made_up(closes).left_out == {
        "AMD": "There are prices of AMD only to Fri 24 Jan 2025.",
        "MU": "Micron has no price on Mon 27 Jan 2025 or the session before.",
        "INTC": "There are prices of Intel from Mon 27 Jan 2025 on.",
    }


def test_an_unknown_symbol_is_named_and_the_others_are_assessed(market):
    # statistics of two, not of three
    impact = assess(*market, "2025-01-27", ["NVDA", "AVGO", "NVDAA"])
    assert impact.symbols == ["NVDA", "AVGO"]
    assert list(impact.left_out) == ["NVDAA"]
    assert "NVDAA" in impact.left_out["NVDAA"]


def test_a_repeated_company_counts_once(market):
    impact = assess(*market, "2025-01-27", ["NVDA", "AVGO", "NVDA", "NVDA"])
    assert impact.symbols == ["NVDA", "AVGO"]
    assert round(impact.value.net / BN, 1) == 792.2  # 592.66 + 199.54


def test_alphabet_counts_once_by_class(market):
    # Class A 200.21 to 191.81, C 201.90 to 193.77 (Nasdaq.com screener); A 5.843, B 0.861 at the
    # price of A, C 5.537 bn shares (10-Q of October 2024)
    impact = assess(*market, "2025-01-27", ["GOOGL"])
    expected = (5.843 + 0.861) * (200.21 - 191.81) + 5.537 * (201.90 - 193.77)
    assert impact.value.net / BN == pytest.approx(expected)
    assert impact.table.at["GOOGL", "shares"] == 12_241_000_000


def test_both_alphabet_tickers_count_the_company_once(market):
    # "With both tickers selected the total counts the company once"
    both = assess(*market, "2025-01-27", ["GOOGL", "GOOG"])
    assert both.symbols == ["GOOGL"]
    assert both.value.net / BN == pytest.approx(101.33, abs=0.005)


def test_a_company_without_a_public_count_is_assessed_without_market_value(market):
    # The first count of GOOGL is of 19 August 2004; NVIDIA's counts start on 14 December 2003.
    impact = assess(*market, "2002-07-31", ["NVDA", "AAPL"])
    assert per_cent(impact.table.at["NVDA", "day"]) == -31.75
    assert np.isnan(impact.table.at["NVDA", "lost"])
    assert impact.value.left_out == {"NVDA": "no share count was public yet"}
    assert impact.value.by_company.index.tolist() == ["AAPL"]
    assert impact.loss_rank("NVDA") is None


@pytest.mark.parametrize(
    ("symbols", "counts", "focus"),
    [
        (["AVGO", "NVDA"], [("AVGO", 9), ("NVDA", 1)], "NVDA"),
        (["AVGO", "AMD"], [("AVGO", 1), ("AMD", 9)], "AMD"),
        (["AVGO", "AMD"], [("AVGO", 1)], "AVGO"),
    ],
)
def test_the_focus_is_nvidia_or_what_moved_most_value(made_up, symbols, counts, focus):
    impact = made_up({s: [100, 90] for s in symbols}, counts)
    assert impact.focus == focus


# The window


def test_the_window_is_30_sessions_before_and_60_after(default):
    assert default.offsets[[0, -1]].tolist() == [-30, 60]
    assert len(default.paths) == len(default.benchmark_path) == 91
    assert default.paths.index[-1] == pd.Timestamp("2025-04-23")
    assert (default.paths.loc["2025-01-24"] == 100).all()
    assert default.benchmark_path["2025-01-24"] == 100
    assert round(default.paths.at[pd.Timestamp("2025-01-27"), "NVDA"], 2) == 83.03


def test_the_data_cut_the_window_at_their_end(market):
    impact = assess(*market, "2026-05-14", ["NVDA"])
    assert impact.offsets[[0, -1]].tolist() == [-30, 1]
    assert impact.value_lost("3").session is None
    assert np.isnan(impact.value_lost("3").net)
    assert impact.value_lost("date").session == pd.Timestamp("2026-05-15")


def test_the_data_cut_the_window_at_their_start(market):
    impact = assess(*market, "1999-01-26", ["NVDA"])
    assert impact.offsets[[0, -1]].tolist() == [-2, 60]


def test_benchmarks_that_end_later_do_not_lengthen_the_window(market):
    # The S&P 500 runs to 20 August 2026, the companies to 15 May.
    impact = assess(*market, "2026-05-01", ["NVDA"])
    assert impact.paths.index[-1] == impact.values.index[-1] == pd.Timestamp("2026-05-15")


def test_a_line_that_starts_after_the_baseline_is_not_drawn(made_up):
    impact = made_up({"NVDA": [100, 90, 95], "INTC": [NAN, 20, 21]})
    assert list(impact.paths.columns) == ["NVDA"]
    assert impact.paths["NVDA"].tolist() == [100, 90, 95]


def test_a_window_of_a_few_sessions(market):
    impact = assess(*market, "2025-01-27", ["NVDA"], before=1, after=1)
    assert [f"{s:%m-%d}" for s in impact.paths.index] == ["01-24", "01-27", "01-28"]
    # The worst close of that window is the event's own.
    assert impact.value_lost("worst").session == pd.Timestamp("2025-01-27")


@pytest.mark.parametrize(
    ("symbol", "span", "first", "last"),
    [
        ("NVDA", "window", "2024-12-10", "2025-04-23"),  # 9 and 20 January, 25 December and 1 January closed
        ("NVDA", "session", "2024-12-10", "2025-04-23"),
        ("NVDA", "month", "2025-01-10", "2025-02-11"),  # 10 sessions before, 11 after; closed on 20 January
        ("ARM", "all", "2023-09-14", "2026-05-15"),  # from its first day of trading on
        ("ARM", "5y", "2023-09-14", "2026-05-15"),
    ],
)
def test_a_span_reaches_as_far_as_the_company_has_prices(default, symbol, span, first, last):
    rows = list(default.span_rows(symbol, span))
    assert [f"{when:%Y-%m-%d}" for when in default.history.sessions[rows]] == [first, last]


@pytest.mark.parametrize(("after", "last"), [(60, "2025-02-03"), (2, "2025-01-29")])
def test_the_sessions_next_to_the_event_are_five_on_either_side_within_the_window(market, after, last):
    impact = assess(*market, "2025-01-27", ["NVDA"], after=after)
    rows = list(impact.nearby_rows)
    assert [f"{when:%Y-%m-%d}" for when in impact.history.sessions[rows]] == ["2025-01-17", last]


def test_the_sessions_next_to_the_event_all_have_one_before(made_up):
    assert made_up({"NVDA": [100, 90, 95]}).nearby_rows == (1, 2)


# Value over time


def test_the_basket_is_back_when_its_value_is(made_up):
    # Together 300 before; 270, 290, 299, 300. NVIDIA alone is never back, AMD at once.
    impact = made_up(
        {"NVDA": [100, 70, 80, 85, 85], "AMD": [100, 100, 105, 107, 107.5]},
        [("NVDA", 1), ("AMD", 2)],
    )
    assert impact.value_path.tolist() == [300, 270, 290, 299, 300]
    assert impact.value_back.sessions == 3
    assert impact.value_back.session == pd.Timestamp("2025-01-30")


def test_a_basket_that_is_not_back_yet_has_no_recovery(made_up):
    assert made_up({"NVDA": [100, 70, 80]}, [("NVDA", 1)]).value_back is None


def test_a_missing_close_carries_the_value_before_it(made_up):
    impact = made_up({"NVDA": [100, 70, 80, 100], "AMD": [50, 40, NAN, 50]}, [("NVDA", 1), ("AMD", 1)])
    assert impact.value_path.tolist() == [150, 110, 120, 150]
    assert impact.value_back.sessions == 2


def test_the_value_path_leaves_out_what_has_no_count(made_up):
    impact = made_up({"NVDA": [100, 70], "AMD": [50, 40]}, [("NVDA", 2)])
    assert impact.value_path.tolist() == [200, 140]
    nothing = made_up({"AMD": [50, 40]})
    assert nothing.value_path.empty
    assert nothing.value_back is None
    assert np.isnan(nothing.move_of_value)


def test_moves_up_and_down_are_counted_and_no_move_is_neither(made_up):
    impact = made_up({"NVDA": [100, 90], "AMD": [50, 51], "MU": [10, 10]})
    assert (impact.fell, impact.rose) == (1, 1)


def test_volume_is_compared_with_the_sessions_before(market):
    # reference: 818,830,900 shares of NVIDIA traded that day (prices_daily, Yahoo)
    row = assess(*market, "2025-01-27", ["NVDA"]).table.loc["NVDA"]
    history, _ = market
    at = history.position(pd.Timestamp("2025-01-27"))
    before = [history.volume["NVDA"].iloc[k] for k in range(at - 60, at)]
    assert row["volume"] == 818_830_900
    assert row["times_usual"] == pytest.approx(818_830_900 / median(before))


# Abnormal returns and drawdowns


def test_abnormal_returns_of_the_event_use_total_returns(market):
    # 24 names on the S&P 500
    impact = assess(*market, "2025-01-27", baskets()["ai-build-out"].symbols)
    assert per_cent(impact.table["ar"].mean()) == -10.47
    assert (impact.table["n"].drop("GEV") == 250).all()
    assert 120 <= impact.table.at["GEV", "n"] < 250  # listed in March 2024


def test_abnormal_returns_are_dividend_adjusted_and_day_moves_are_not(made_up, history_of, counts_of):
    # The total return is twice the market's on every day; on the event it is -17 %, the market's
    # -3 %. A special dividend on that day takes the traded price down by a further tenth.
    market = np.tile([0.01, -0.01, 0.02, -0.02], 75)
    market[-1] = -0.03
    stock = 2 * market
    stock[-1] = -0.17
    index = 6000 * np.cumprod([1, *1 + market])
    total = 100 * np.cumprod([1, *1 + stock])
    traded = [*total[:-1], total[-1] * 0.9]
    history = history_of({"NVDA": traded, "^GSPC": index}, start="2023-11-15", adj_close={"NVDA": total})
    counts = counts_of(("NVDA", 1, "2023-01-02"))
    row = assess(history, counts, history.sessions[-1].date(), ["NVDA"]).table.loc["NVDA"]
    assert row["beta"] == pytest.approx(2)
    assert row["ar"] == pytest.approx(-0.17 + 2 * 0.03)
    assert row["day"] == pytest.approx(0.83 * 0.9 - 1)


@pytest.mark.parametrize(("abnormal", "place"), [([-0.05, -0.06, 0.2], 2), ([0.05, 0.2, 0.06, -0.3], 3)])
def test_an_abnormal_return_ranks_among_the_falls_or_among_the_rises(made_up, abnormal, place):
    impact = made_up({"NVDA": [100, 90, 95, 96, 97]})
    days = impact.history.sessions[1 : 1 + len(abnormal)]
    rank = replace(impact, placebo=pd.DataFrame({"aar": abnormal}, index=days)).abnormal_rank
    assert (rank.place, rank.count, rank.since) == (place, len(abnormal), days[0])


def test_a_company_with_too_short_a_history_has_no_abnormal_return(made_up):
    impact = made_up({"NVDA": [100, 90, 95]})
    assert np.isnan(impact.table.at["NVDA", "ar"])
    assert impact.abnormal_rank is None


def test_a_company_at_its_peak_has_no_episode_and_a_depth_of_zero(made_up):
    falls = made_up({"NVDA": [100, 110, 90, 95], "AMD": [100, 90, 80, 110]}).drawdowns()
    top = falls.loc["NVDA"]
    assert (top["depth"], top["on_the_day"], top["status"]) == (0, 0, "at its peak")
    assert pd.isna(top["peak"])
    assert top["now"] == pytest.approx(95 / 110 - 1)
    low = falls.loc["AMD"]
    assert low["depth"] == pytest.approx(-0.20)
    assert low["on_the_day"] == pytest.approx(-0.10)
    assert low["recovery"] == pd.Timestamp("2025-01-29")
    assert low["now"] == 0


def test_a_company_that_is_not_in_the_directory_is_assessed_like_any_other(history_of, counts_of):
    history = history_of({"PLTR": [80, 72, 76], "NVDA": [100, 90, 95], "^GSPC": [6000, 5900, 5950]})
    impact = assess(history, counts_of(("NVDA", 10**9, "2024-11-01")), "2025-01-27", ["PLTR", "NVDA"])
    row = impact.table.loc["PLTR"]
    assert (row["name"], row["group"]) == ("PLTR", "Added")
    assert row["day"] == pytest.approx(-0.10)
    assert impact.value.left_out == {"PLTR": "no share count was public yet"}
