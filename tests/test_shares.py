"""Share counts: which one was in force when.

The counts of the snapshot that are checked here are those of company filings and of published
figures that they reproduce.
"""

import numpy as np
import pandas as pd
import pytest

from aftershock.sessions import sessions_between


def on(day):
    return pd.Timestamp(day)


@pytest.fixture
def counts(counts_of):
    return counts_of(
        ("X", 100, "2024-02-01"),
        ("X", 110, "2024-05-01"),
        ("X", 90, "2024-08-01"),
        ("Y", 10, "2024-04-01", "A", "Y"),
        ("Y", 20, "2024-04-01", "C", "YC"),
        ("Y", 11, "2024-07-01", "A", "Y"),
        ("Y", 19, "2024-07-01", "C", "YC"),
    )


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2024-02-01", 100),  # the day of the filing counts
        ("2024-04-30", 100),
        ("2024-05-01", 110),
        ("2024-07-31", 110),
        ("2024-08-01", 90),
        ("2030-01-01", 90),  # a count stays in force until the next
    ],
)
def test_the_newest_count_public_on_a_day_is_in_force(counts, day, count):
    assert counts.in_force(["X"], on(day))["shares"].tolist() == [count]


def test_before_the_first_count_there_is_none(counts):
    assert counts.in_force(["X"], on("2024-01-31")).empty


@pytest.mark.parametrize(
    ("day", "count"),
    [("2024-01-31", [100]), ("2024-02-01", [110]), ("2024-05-02", [90]), ("2024-08-01", [])],
)
def test_the_next_filed_is_the_first_public_after_a_day(counts, day, count):
    assert counts.next_filed(["X"], on(day))["shares"].tolist() == count


def test_classes_change_together(counts):
    before, after = (
        counts.in_force(["Y"], on("2024-06-30")),
        counts.in_force(["Y"], on("2024-07-01")),
    )
    assert before[["share_class", "price_symbol", "shares"]].to_numpy().tolist() == [
        ["A", "Y", 10],
        ["C", "YC", 20],
    ]
    assert after["shares"].tolist() == [11, 19]
    assert counts.next_filed(["Y"], on("2024-06-30"))["shares"].tolist() == [11, 19]


def test_companies_come_in_the_order_asked_for_and_unknown_ones_have_no_row(counts):
    assert counts.in_force(["Y", "Z", "X"], on("2024-06-01")).index.tolist() == ["Y", "Y", "X"]
    assert counts.in_force(["X", "Y"], on("2024-06-01")).index.tolist() == ["X", "Y", "Y"]
    assert counts.in_force(["X", "Y"], on("2024-02-15")).index.tolist() == ["X"]


def test_the_order_of_the_table_does_not_matter(counts, counts_of):
    rows = counts.table.sample(frac=1, random_state=1).reset_index(drop=True)
    shuffled = type(counts)(rows)
    for day in ("2024-04-01", "2024-06-30", "2024-12-31"):
        a, b = counts.in_force(["X", "Y"], on(day)), shuffled.in_force(["X", "Y"], on(day))
        assert sorted(zip(a.index, a["share_class"], a["shares"], strict=True)) == sorted(
            zip(b.index, b["share_class"], b["shares"], strict=True)
        )


def test_the_total_sums_the_classes(counts):
    assert counts.total("Y").to_dict() == {on("2024-04-01"): 30, on("2024-07-01"): 30}
    assert counts.total("X").to_dict() == {
        on("2024-02-01"): 100,
        on("2024-05-01"): 110,
        on("2024-08-01"): 90,
    }


def test_by_session_is_the_count_of_each_session(counts):
    sessions = sessions_between("2024-01-30", "2024-05-02")
    table = counts.by_session(["X", "Y", "Z"], sessions)
    assert table.index.equals(sessions)
    assert list(table.columns) == ["X", "Y", "Z"]
    for session, row in table.iterrows():
        x = np.nan if session < on("2024-02-01") else 100 if session < on("2024-05-01") else 110
        y = np.nan if session < on("2024-04-01") else 30
        np.testing.assert_array_equal(row.to_numpy(), [x, y, np.nan])


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]], ids=str)
def test_of_two_counts_for_one_day_the_one_nearer_to_the_count_before_is_used(counts_of, order):
    # 27.30 bn is ignored, and can be named; the next filing is compared with what was used.
    rows = [
        ("NVDA", 24_490_000_000, "2024-11-20"),
        ("NVDA", 24_490_000_000, "2025-01-24"),
        ("NVDA", 27_300_000_000, "2025-01-24"),
        ("NVDA", 24_400_000_000, "2025-02-26"),
    ]
    counts = counts_of(*(rows[k] for k in order))
    for day in ("2025-01-24", "2025-01-27"):
        assert counts.in_force(["NVDA"], on(day))["shares"].tolist() == [24_490_000_000]
    assert counts.total("NVDA").tolist() == [24_490_000_000, 24_490_000_000, 24_400_000_000]
    assert counts.ignored["shares"].tolist() == [27_300_000_000]


def test_classes_of_one_day_are_not_two_counts(counts):
    assert counts.ignored.empty
    assert len(counts.table) == 7


@pytest.mark.parametrize(
    ("symbol", "day", "count"),
    [
        # 25.0 bn on 22 February 2024, filed the evening before; before that 24.7.
        ("NVDA", "2024-02-20", 24_700_000_000),
        ("NVDA", "2024-02-21", 25_000_000_000),
        ("NVDA", "2024-02-22", 25_000_000_000),
        # reference_figures.csv: 24.53 bn at the record before, 24.49 bn on the day itself
        ("NVDA", "2024-09-03", 24_530_000_000),
        ("NVDA", "2025-01-27", 24_490_000_000),
        ("NVDA", "2025-02-25", 24_490_000_000),
        ("NVDA", "2025-02-27", 24_400_000_000),
        ("NVDA", "2025-10-10", 24_300_000_000),
        # reference_figures.csv, "shares …" of 27 January 2025
        ("AVGO", "2025-01-27", 4_687_356_156),
        ("TSM", "2025-01-27", 5_186_414_198),  # ADRs: a fifth of the ordinary shares
        ("MRVL", "2025-01-27", 865_300_000),
        ("ASML", "2025-01-27", 393_421_721),
        ("ARM", "2025-01-27", 1_040_330_497),
        ("GEV", "2025-01-27", 275_652_970),
        ("AAPL", "2025-01-27", 15_115_823_000),
        ("AMZN", "2025-01-27", 10_515_011_008),
        ("META", "2025-01-27", 2_524_488_533),
        # the newer filing wins over the first row of the market-data route.
        ("AMZN", "2022-12-01", 10_201_654_176),
        ("AMD", "2022-12-01", 1_612_356_162),
        # LRCX split 10:1 on 3 October 2024; both days stand on the basis after it.
        ("LRCX", "2025-01-27", 1_286_685_000),
    ],
)
def test_the_count_in_force_is_the_one_of_the_filing(market, symbol, day, count):
    assert market[1].in_force([symbol], on(day))["shares"].tolist() == [count]


def test_lam_research_stays_on_one_basis_over_its_split(market):
    over = market[1].by_session(["LRCX"], sessions_between("2024-09-03", "2024-11-29"))["LRCX"]
    assert over.between(1.27e9, 1.32e9).all()


def test_alphabet_is_counted_by_class_around_the_event(market):
    # reference_figures.csv: 12,241,000,000 shares in all; the classes as on the 10-Q before
    rows = market[1].in_force(["GOOGL"], on("2025-01-27")).set_index("share_class")
    assert rows["shares"].to_dict() == {"A": 5.843e9, "B": 0.861e9, "C": 5.537e9}
    assert rows["price_symbol"].to_dict() == {"A": "GOOGL", "B": "GOOGL", "C": "GOOG"}
    assert rows["shares"].sum() == 12_241_000_000
    assert market[1].total("GOOGL")[on("2024-11-02")] == 12_241_000_000


def test_alphabet_is_one_count_where_classes_are_not_known(market):
    rows = market[1].in_force(["GOOGL"], on("2023-06-01"))
    assert rows["share_class"].tolist() == ["all"]


def test_every_company_class_and_day_has_one_count(market):
    table = market[1].table
    assert not table.duplicated(["symbol", "share_class", "in_force_from"]).any()
    assert (table["shares"] > 0).all()
    # Nobody can know a count before it was filed.
    filed = table[table["filed"].notna()]
    assert (filed["in_force_from"] >= filed["filed"]).all()
