"""What a market did without the companies that are measured against it."""

import numpy as np
import pandas as pd
import pytest

from aftershock.companies import AI_BUILD_OUT, AI_CHIPS, baskets, members
from aftershock.impact import assess
from aftershock.sources import snapshot


def test_without_nvidia_the_index_fell_by_a_quarter_of_what_it_fell(market):
    # NVIDIA at 142.62 x 24.49 bn among members worth 53.199 tn: 6.565 %. It fell 16.968 %, the index 1.458 %:
    # (-1.45806 + 0.0656546 x 16.9682) / (1 - 0.0656546) = -0.3682 %.
    rest = assess(*market, "2025-01-27", ["NVDA"]).rest_of_market
    assert rest.members == ["NVDA"]
    assert round(rest.weight * 100, 3) == 6.565
    assert round(rest.move * 100, 3) == -0.368


def test_the_abnormal_return_against_the_rest_by_another_route(market):
    # NVIDIA's weight session by session, the index without it, and a straight line through 250 of them.
    history, _ = market
    event = history.position(pd.Timestamp("2025-01-27"))
    close, level = (history.close[s].to_numpy() for s in ("NVDA", "^GSPC"))
    total = history.total_return_close["NVDA"].to_numpy()
    worth = snapshot.read_sp500()["value_usd"].sum() / level[event - 1]
    own, rest = [], []
    for t in [*range(event - 260, event - 10), event]:
        weight = 24_490_000_000 * close[t - 1] / (worth * level[t - 1])
        own.append(total[t] / total[t - 1] - 1)
        rest.append((level[t] / level[t - 1] - 1 - weight * own[-1]) / (1 - weight))
    beta, alpha = np.polyfit(rest[:-1], own[:-1], 1)
    row = assess(*market, "2025-01-27", ["NVDA"]).rest_of_market.study.companies.loc["NVDA"]
    assert row["beta"] == pytest.approx(beta, rel=1e-9)
    assert row["ar"] == pytest.approx(own[-1] - alpha - beta * rest[-1], rel=1e-9)
    assert round(row["ar"] * 100, 2) == -16.45


def test_without_the_companies_the_index_rose_that_day(market):
    # A second way: what the members lost by the whole-market table, less what those of the basket lost.
    impact = assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)
    table = snapshot.read_market().set_index("symbol")
    listed = [s for s in members(impact.benchmark).added.index if s in table.index and table.at[s, "counted_in_totals"]]
    value = (table["close_2025_01_24"] * table["implied_shares"])[listed]
    change = table["value_change_2025_01_27_usd"][listed]
    others = ~value.index.isin(impact.rest_of_market.members)
    assert change.sum() / value.sum() < -0.014
    by_hand = change[others].sum() / value[others].sum()
    assert by_hand > 0
    # The index, which counts free float, fell by 0.07 points less than its members by that table.
    assert impact.rest_of_market.move == pytest.approx(by_hand, abs=0.0015)


def test_measured_against_the_rest_more_is_left_beyond_the_market(market):
    impact = assess(*market, "2025-01-27", baskets()[AI_BUILD_OUT].symbols)
    assert len(impact.rest_of_market.members) == 17
    assert impact.rest_of_market.study.estimates["ar"].mean() < impact.table["ar"].mean() < 0


def test_there_is_no_rest_of_a_market_whose_members_are_not_known_or_not_among_the_companies(market):
    assert assess(*market, "2025-01-27", ["NVDA"], benchmark="nasdaq").rest_of_market is None
    assert assess(*market, "2025-01-27", ["TSM"]).rest_of_market is None  # a company from Taiwan
    assert assess(*market, "2024-03-15", ["SMCI"]).rest_of_market is None  # added on the next session
    assert assess(*market, "2024-03-18", ["SMCI"]).rest_of_market.members == ["SMCI"]


def test_the_rest_needs_the_day_on_which_its_members_were_valued(history_of, counts_of):
    closes, counts = {"NVDA": [100, 90], "^GSPC": [6000, 5900]}, counts_of(("NVDA", 24_490_000_000, "2024-11-20"))
    with_it = assess(history_of(closes), counts, "2025-01-27", ["NVDA"])
    assert with_it.rest_of_market.weight == pytest.approx(100 * 24.49e9 / members(with_it.benchmark).value)
    assert assess(history_of(closes, start="2025-02-03"), counts, "2025-02-04", ["NVDA"]).rest_of_market is None


def test_companies_that_would_be_all_of_the_market_leave_no_rest(history_of, counts_of):
    closes, counts = {"NVDA": [100, 90], "^GSPC": [6000, 5900]}, counts_of(("NVDA", 10**12, "2024-11-20"))
    assert assess(history_of(closes), counts, "2025-01-27", ["NVDA"]).rest_of_market is None
