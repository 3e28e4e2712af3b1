"""The small tables: companies, splits, events, the whole market, cross-checks."""

from pathlib import Path

import pandas as pd

from aftershock.errors import SnapshotError
from tools.snapshot.checks import DuplicateError
from tools.snapshot.reading import dates, integers, numbers, read_table

GROUPS = [
    "Accelerators",
    "Custom silicon and networking",
    "Foundry and equipment",
    "Memory and analog",
    "Servers and data centre",
    "Power",
    "Cloud and platforms",
    "Devices",
    "Benchmarks",
]
KINDS = {"company", "etf", "index"}
LONGEST_SHORT_NAME = 13
LONGEST_PIN = 22
VALUED = "2025-01-24"  # day of the values of the index members

# Labels for pins on charts, by event date.
PINS = {
    "2022-09-01": "A100 licence rule",
    "2022-10-07": "Chip export controls",
    "2022-11-30": "ChatGPT",
    "2023-05-25": "NVIDIA forecast",
    "2023-09-14": "Arm listing",
    "2023-10-17": "Tighter export rules",
    "2024-02-22": "NVIDIA results",
    "2024-03-08": "Reversal",
    "2024-04-19": "Super Micro slide",
    "2024-05-23": "NVIDIA results, split",
    "2024-06-13": "Broadcom results",
    "2024-06-24": "Three-day slide",
    "2024-07-17": "Taiwan remarks",
    "2024-07-24": "Megacap results",
    "2024-07-31": "AMD forecast",
    "2024-08-05": "Yen unwind",
    "2024-08-29": "NVIDIA results",
    "2024-09-03": "Record value loss",
    "2024-10-15": "ASML orders",
    "2024-12-09": "China inquiry",
    "2024-12-13": "Broadcom forecast",
    "2025-01-07": "After CES",
    "2025-01-22": "Stargate",
    "2025-01-27": "DeepSeek",
    "2025-01-28": "Rebound",
    "2025-02-27": "NVIDIA results",
    "2025-03-03": "First tariffs",
    "2025-03-10": "Recession fears",
    "2025-04-03": "Tariffs",
    "2025-04-09": "Tariff pause",
    "2025-04-16": "H20 licence rule",
    "2025-05-12": "Tariff truce",
    "2025-05-13": "Gulf deals",
    "2025-05-29": "NVIDIA results",
    "2025-07-09": "Four trillion",
    "2025-07-15": "H20 to resume",
    "2025-09-10": "Oracle backlog",
    "2025-10-06": "AMD and OpenAI",
    "2025-10-10": "100% tariff threat",
    "2025-10-29": "Five trillion",
    "2025-11-20": "Results, reversal",
    "2025-12-12": "Broadcom margins",
    "2026-02-06": "Chip rebound",
    "2026-02-26": "NVIDIA results",
    "2026-05-06": "AMD results",
    "2026-06-04": "Broadcom forecast",
    "2026-06-05": "Jobs report",
    "2026-06-23": "Memory slide",
}
# Titles that judged; the neutral wording replaces them.
TITLES = {
    "2024-07-24": "Results of Alphabet and Tesla",
    "2025-03-10": "Remarks on a possible recession",
    "2025-12-12": "Broadcom margin guidance and AI spending",
    "2026-02-06": "Cloud spending plans of Amazon and Alphabet",
}


def load_companies(path: Path, symbols: list[str]) -> pd.DataFrame:
    """Read the companies and check them against the tickers of the price table.

    Returns symbol, name, short, group, kind, price_symbols, full_name, in display order.
    """
    table = read_table(path, ["symbol", "name", "short", "group", "kind", "price_symbols", "full_name"])
    for row in table.itertuples():
        if row.group not in GROUPS or row.kind not in KINDS:
            raise SnapshotError(f"{row.symbol} has the unknown group or kind {row.group}/{row.kind}.")
        if len(row.short) > LONGEST_SHORT_NAME:
            raise SnapshotError(f"The short name {row.short!r} of {row.symbol} is too long.")
    owned = table.price_symbols.str.split().explode()
    if owned.duplicated().any():
        raise DuplicateError(f"{owned[owned.duplicated()].iloc[0]} belongs to two companies.")
    for symbol in sorted(set(symbols) ^ set(owned)):
        missing = "companies" if symbol in symbols else "prices"
        raise SnapshotError(f"{symbol} is missing among the {missing}.")
    order = table.group.map(GROUPS.index)
    return table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def load_splits(path: Path) -> pd.DataFrame:
    """Read the splits: symbol, date, ratio (new shares for one old), sorted."""
    table = read_table(path, ["date", "ticker", "ratio", "basis"])
    label = ["ticker", "date"]
    splits = pd.DataFrame(
        {
            "symbol": table.ticker,
            "date": dates(table, "date", label=label),
            "ratio": numbers(table, "ratio", label=label),
        }
    )
    return splits.sort_values(["symbol", "date"], ignore_index=True)


def load_events(path: Path) -> pd.DataFrame:
    """Read the events, oldest first, and give each its pin label.

    Returns date, title, short, kind, description, symbols, moves_pct, nvda_pct, sox_pct,
    baseline_close_date, last_day_of_move, moves_from, source, confidence.
    """
    columns = (
        "date title kind description tickers_most_affected moves_pct nvda_pct sox_pct "
        "baseline_close_date last_day_of_move moves_from source confidence"
    ).split()
    table = read_table(path, columns).rename(columns={"tickers_most_affected": "symbols"})
    if table.date.duplicated().any():
        raise DuplicateError(f"Two events on {table.date[table.date.duplicated()].iloc[0]}.")
    without = table[~table.date.isin(list(PINS))]
    if len(without):
        raise SnapshotError(f"The event of {without.date.iloc[0]} has no pin label.")
    for column in ("date", "baseline_close_date", "last_day_of_move"):
        dates(table, column, label=["date", "title"])
    wrong = (table.baseline_close_date >= table.date) | (table.last_day_of_move < table.date)
    if wrong.any():
        raise SnapshotError(f"The event of {table.date[wrong].iloc[0]} has its days out of order.")
    title = table.date.map(TITLES).fillna(table.title)
    table.insert(2, "short", table.date.map(PINS))
    # One spelling with the company table.
    table["title"] = title.str.replace("Nvidia", "NVIDIA")
    table["description"] = table.description.str.replace("Nvidia", "NVIDIA")
    table["moves_from"] = table.moves_from.replace({"price panel": "daily prices"})
    table["source"] = (
        table.source.str.replace("recalled", "general knowledge")
        .str.replace("price panel", "daily prices")
        .str.replace("stored page ", "")
    )
    return table.sort_values("date", ignore_index=True)


def check_events(events: pd.DataFrame, prices: pd.DataFrame) -> None:
    """Refuse events whose stated moves are not those of the prices (where these cover them)."""
    closes = prices.pivot(index="date", columns="symbol", values="close")
    for event in events.itertuples():
        span = [pd.Timestamp(event.baseline_close_date), pd.Timestamp(event.last_day_of_move)]
        for symbol, stated in (("NVDA", event.nvda_pct), ("^SOX", event.sox_pct)):
            if symbol not in closes or not set(span) <= set(closes[symbol].dropna().index):
                continue
            before, after = closes.loc[span, symbol]
            move = (after / before - 1) * 100
            if abs(move - float(stated)) > 0.0051:
                raise SnapshotError(f"The event of {event.date} says {symbol} {stated}%, the prices say {move:.2f}%.")


def load_market(path: Path) -> pd.DataFrame:
    """Read the whole-market table of 2025-01-27: one row per listing, typed."""
    columns = (
        "exchange symbol industry sector country close_2025_01_24 close_2025_01_27 "
        "close_2025_01_28 pct_2025_01_27 implied_shares value_change_2025_01_27_usd "
        "counted_in_totals"
    ).split()
    table = read_table(path, columns)
    label = ["exchange", "symbol"]
    twice = table.duplicated("symbol")
    if twice.any():
        raise DuplicateError(f"{table.symbol[twice].iloc[0]} is twice in {path.name}.")
    for column in columns[5:9]:
        optional = column == "close_2025_01_28"
        table[column] = numbers(table, column, label=label, optional=optional)
    for column in ("implied_shares", "value_change_2025_01_27_usd"):
        table[column] = integers(table, column, label=label)
    odd = ~table.counted_in_totals.isin(["yes", "no"])
    if odd.any():
        row = table[odd].iloc[0]
        raise SnapshotError(f"{row.symbol}: counted_in_totals is {row.counted_in_totals!r}.")
    table["counted_in_totals"] = table.counted_in_totals == "yes"
    return table


def load_index_members(path: Path, market: pd.DataFrame) -> pd.DataFrame:
    """Read the members of the S&P 500, sorted: symbol, added (date), value_usd on 2025-01-24 (Int64).

    The value is close times shares of the whole-market table. It is empty for a member that this lacks, or whose
    company another listing stands for, and for one that was added later.
    """
    columns = ["ticker", "name", "sector", "sub_industry", "date_added"]
    table = read_table(path, columns)
    if table.ticker.duplicated().any():
        raise DuplicateError(f"{table.ticker[table.ticker.duplicated()].iloc[0]} is twice in {path.name}.")
    counted = market[market.counted_in_totals]
    values = (counted.close_2025_01_24 * counted.implied_shares).round().set_axis(counted.symbol)
    members = pd.DataFrame({"symbol": table.ticker, "added": dates(table, "date_added", label=["ticker"])})
    if members.added.isna().any():
        raise SnapshotError(f"{members.symbol[members.added.isna()].iloc[0]} has no day on which it was added.")
    then = members.added <= pd.Timestamp(VALUED)
    members["value_usd"] = members.symbol.map(values).where(then).astype("Int64")
    return members.sort_values("symbol", ignore_index=True)


def load_crosscheck(path: Path) -> pd.DataFrame:
    """Read the comparisons with other sources, without the names of repositories."""
    columns = (
        "ticker field date_from date_to source_a source_b vendor_b n_days basis_factor "
        "median_abs_rel_diff max_abs_rel_diff max_diff_date days_over_1pct "
        "n_days_2025_01_24_to_31 max_abs_rel_diff_2025_01_24_to_31 verdict note"
    ).split()
    table = read_table(path, columns)
    return table.drop(columns=["source_a", "source_b"]).rename(
        columns={"ticker": "symbol", "vendor_b": "compared_with"}
    )
