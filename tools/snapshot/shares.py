"""One table of share counts from the counts before and after autumn 2022.

Both source tables are joined at the last count of the older one; what is known to be wrong in
them is named in the lists below, each with its reason.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from aftershock.errors import SnapshotError
from tools.snapshot.checks import DuplicateError
from tools.snapshot.reading import dates, integers, read_table

COLUMNS = ("symbol share_class price_symbol shares as_of in_force_from filed as_filed source confidence note").split()
ALPHABET = "GOOGL"
CLASS_PRICES = {"A": "GOOGL", "B": "GOOGL", "C": "GOOG"}

# (symbol, in_force_from) of counts of the newer table that are not used.
LEFT_OUT = {
    ("ASML", "2022-12-02"): "issued, not outstanding shares",
    ("ASML", "2023-01-26"): "issued, not outstanding shares",
    ("ASML", "2023-06-02"): "issued, not outstanding shares",
    ("AMD", "2022-12-01"): "count of February 2022, older than the 10-Q of 2022-11-02",
    ("AMZN", "2022-12-01"): "count of January 2022, older than the 10-Q of 2022-10-28",
    ("CEG", "2023-06-06"): "count of June 2022 again for two months",
    ("GEV", "2025-10-28"): "the count before the one in force again for five weeks",
    ("GEV", "2025-12-05"): "the count in force since 2025-10-25 again",
    ("VRT", "2025-10-28"): "the count before the one in force again for five weeks",
    ("VRT", "2025-12-05"): "the count in force since 2025-10-25 again",
}
# (symbol, as_of) of counts without a filing date in the older table whose filing day is known.
FILED = {("META", "2022-02-05"): "2022-02-03"}  # 10-K for 2021, on the day of the 26% fall
# (symbol, in_force_from) whose `filed` belongs to a later filing.
WRONG_FILING_DATE = {("SMCI", "2024-05-10")}
# Counts follow these ratios where the split table has the price ratio, or nothing.
COUNT_RATIOS = {
    ("GOOGL", "2014-04-03"): 2.0,  # Class A + B doubled when Class C was issued
    ("COHR", "2011-06-27"): 2.0,  # II-VI; before the first split that the price source lists
}
RECEIPTS = {"TSM": 5}  # ordinary shares per receipt
# (symbol, in_force_from): factor from the filed count to the count used, where the splits differ.
KNOWN_BASIS = {
    ("LRCX", "2024-10-02"): 1.0,  # shown after the split one day before it
    ("KLAC", "2026-08-11"): 0.1,  # split of June 2026, after the last price
}
# Prices before a spin-off are scaled down for it like for a split, and so are counts up; on the
# day itself the scaling ends while the same count stays in force.
SPIN_OFFS = {"DELL": ("2021-11-02", "VMware")}
# (symbol, in_force_from) of real steps by more than a half or two, or near a split ratio.
KNOWN_STEPS = {("DELL", "2021-11-02"): "end of the scaling for the VMware spin-off"}


# What is kept of the source columns: the kind of row, the form and its accession number.
OLDER_WORDS = [
    (r"[;,] [\w.-]+/[\w.-]+@\w+( data/\S+?\.csv| keystats\.csv)?", ""),
    (r" \((XBRL company facts|vendor not named)\)", ""),
    (r" \(= cover date .*?\)", ""),
    (r"20-F, cover fact (\d+)(\d{3})(\d{3})(\d{3}) .*", r"20-F cover, \1,\2,\3,\4 ordinary shares"),
    (r"cover fact", "cover"),
]
NEWER_WORDS = [
    (r"latest 10-Q or 10-K then on file; form not read", "10-Q or 10-K then on file"),
    (r"latest annual report \(20-F/10-K\); form not read", "annual report then on file"),
    (r"F-1/424B4 at IPO", "listing prospectus (F-1, 424B4)"),
    (r"fiscal (\d+) FY accession", r"fiscal \1, accession"),
    (r"fiscal (\d+ Q\d) accession", r"fiscal \1, accession"),
    (r": ([\d,]+) ordinary.*", r", \1 ordinary shares"),
    (r" \((cover date|cover facts|Class A|\d+,\d+,\d+ before).*", ""),
    (r"; (still|count is).*|, filed 20.*", ""),
]
CLASS_WORDS = [
    (r"common( \(ordinary\))?(; |$)", ""),
    (r"; do not add to the class rows", ""),
    (r"cover states the count rounded \(0\.01bn or 0\.1bn\)", "rounded to 10m or 100m"),
    (r"filed value", "filed count"),
]
ROUNDED = {"1000": 1_000, "0.1m": 100_000, "1m": 1_000_000}


class CountError(SnapshotError):
    """A share count that cannot be on the basis of the prices."""


def load_shares(history: Path, outstanding: Path, splits: pd.DataFrame) -> pd.DataFrame:
    """Join, mend and check the counts.

    Returns the columns COLUMNS: `shares` to be multiplied by the close of `price_symbol`,
    `as_filed` on the basis of its own day; sorted by symbol, in_force_from, share_class.
    """
    older = _older(history)
    newer, classes = _newer(outstanding)
    table = _end_scaling(_splice(older, newer))
    check_counts(table, splits)
    table = _alphabet_by_class(table, classes)
    return table.sort_values(["symbol", "in_force_from", "share_class"], ignore_index=True)


def _older(path: Path) -> pd.DataFrame:
    """Counts up to autumn 2022; in force from the filing, else from the first day seen."""
    columns = ("ticker as_of filed shares_as_filed shares_on_2026_05_15_basis source confidence crosscheck").split()
    text = read_table(path, columns)
    label = ["ticker", "as_of"]
    known = pd.Series([FILED.get(key, "") for key in zip(text.ticker, text.as_of, strict=True)])
    text["filed"] = text.filed.where(known == "", known)
    text["as_of"] = text.as_of.where(known == "", known)  # seen later than it was filed
    as_of, filed = dates(text, "as_of", label=label), dates(text, "filed", label=label)
    note = pd.Series(np.where(filed.isna(), "in force from the first day seen", ""))
    note = note.mask(known != "", "first seen two days after the filing")
    scale = text.crosscheck.str.contains("scale error")
    note = note.mask(scale, "the filed XBRL figure was a thousand or a million times too large")
    table = pd.DataFrame(
        {
            "symbol": text.ticker.str.replace("GOOGL_ALL", ALPHABET),
            "shares": integers(text, "shares_on_2026_05_15_basis", label=label),
            "as_of": as_of,
            "in_force_from": filed.fillna(as_of),
            "filed": filed,
            "as_filed": integers(text, "shares_as_filed", label=label),
            "source": _reword(text.source, OLDER_WORDS),
            "confidence": text.confidence,
            "note": note,
        }
    )
    return table.sort_values(["symbol", "in_force_from", "as_of"], ignore_index=True)


def _newer(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts after autumn 2022: those of whole companies, and those of Alphabet's classes."""
    columns = (
        "ticker as_of shares_outstanding ratio share_class_note source confidence as_of_basis "
        "in_force_from in_force_to as_filed_value in_force_2025_01_24 filed"
    ).split()
    text = read_table(path, columns)
    label = ["ticker", "in_force_from"]
    table = pd.DataFrame(
        {
            "symbol": text.ticker,
            "shares": integers(text, "shares_outstanding", label=label),
            "as_of": dates(text, "as_of", label=label),
            "in_force_from": dates(text, "in_force_from", label=label),
            "filed": dates(text, "filed", label=label),
            "as_filed": integers(text, "as_filed_value", label=label),
            "source": _reword(text.source, NEWER_WORDS),
            "confidence": text.confidence,
            "note": _newer_note(text),
        }
    )
    key = list(zip(text.ticker, text.in_force_from, strict=True))
    table.loc[[k in WRONG_FILING_DATE for k in key], "filed"] = pd.NaT
    table = table[[k not in LEFT_OUT for k in key]]
    ordinary = table.source.str.extract(r"([\d,]+) ordinary")[0].str.replace(",", "").astype("float64")
    per_receipt = table.symbol.map(RECEIPTS).fillna(1).astype("int64")
    table["as_filed"] = ordinary.fillna(table.as_filed * per_receipt).astype("int64")
    part = table.symbol.isin(["GOOGL", "GOOG", "GOOGL_B"])
    classes = table[part]
    whole = table[~part].assign(symbol=lambda t: t.symbol.str.replace("GOOGL_ALL", ALPHABET))
    return whole.sort_values(["symbol", "in_force_from"], ignore_index=True), classes


def _newer_note(text: pd.DataFrame) -> pd.Series:
    """Share classes and what is uncertain about the dates, in few words."""
    what = _reword(text.share_class_note, CLASS_WORDS)
    unit = what.str.extract(r"rounded to ([\d.]+m?)")[0].map(ROUNDED).fillna(1)
    rounded = text.as_filed_value.astype("int64") % unit.astype("int64") == 0
    what = what.where(rounded, what.str.replace(r"(; )?rounded to [\d.]+m?", "", regex=True))
    basis = text.as_of_basis
    when = pd.Series("", index=text.index)
    first_seen = "in force from the first day seen in the Nasdaq screener"
    when = when.mask(basis.str.startswith("date first seen"), first_seen)
    when = when.mask(basis.str.contains("recalled"), "cover date may be off by a few days")
    when = when.mask(basis.str.contains("stale count"), when + "; an old count by January 2025")
    return (what + "; " + when).str.strip("; ")


def _reword(column: pd.Series, words: list[tuple[str, str]]) -> pd.Series:
    """Apply regular expressions and their replacements one after the other."""
    for pattern, replacement in words:
        column = column.str.replace(pattern, replacement, regex=True)
    return column.str.strip()


def _splice(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Older counts up to their last one, newer counts after it, each filing once."""
    last = older.groupby("symbol").in_force_from.max()
    start = newer.symbol.map(last)
    newer = newer[start.isna() | (newer.in_force_from > start)]
    table = pd.concat([older, newer], ignore_index=True)
    table = table.sort_values(["symbol", "in_force_from", "as_of"], ignore_index=True)
    before = table.groupby("symbol").shift()
    # Single precision moved some older counts by up to 128 shares.
    equal = (table.shares - before.shares).abs() <= 256
    seen_again = equal & (table.filed.isna() | (table.as_of == before.as_of))
    table = table[~seen_again].reset_index(drop=True)
    table.insert(1, "share_class", "all")
    table.insert(2, "price_symbol", table.symbol)
    return table[COLUMNS]


def _end_scaling(table: pd.DataFrame) -> pd.DataFrame:
    """Add the unscaled count from the day of each spin-off until the next filing."""
    for symbol, (date, what) in SPIN_OFFS.items():
        before = table[(table.symbol == symbol) & (table.in_force_from < date)]
        if before.empty:
            continue
        row = before.iloc[[-1]].assign(
            shares=before.as_filed.iloc[-1],
            in_force_from=pd.Timestamp(date).as_unit("s"),
            note=f"the same count; earlier prices and counts are scaled for the {what} spin-off",
        )
        table = pd.concat([table, row], ignore_index=True)
    return table.sort_values(["symbol", "in_force_from"], ignore_index=True)


def _alphabet_by_class(table: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Replace a count of all classes by A, B and C where the same filing gives them.

    Class B is what remains of all classes; it is not listed and converts into A.
    """
    for day, part in classes.groupby("in_force_from"):
        count = part.set_index("symbol").shares
        whole = table[(table.symbol == ALPHABET) & (table.in_force_from == day)]
        if whole.empty or not {"GOOGL", "GOOG"} <= set(count.index):
            continue
        total = int(whole.shares.iloc[0])
        rest = total - int(count["GOOGL"]) - int(count["GOOG"])
        if rest <= 0 or count.get("GOOGL_B", rest) != rest:
            raise CountError(f"GOOGL in force from {day:%Y-%m-%d}: the classes do not add up to {total:,}.")
        rows = pd.concat([part[part.symbol == "GOOGL"]] * 3, ignore_index=True)
        rows["share_class"] = list(CLASS_PRICES)
        rows["price_symbol"] = list(CLASS_PRICES.values())
        rows["shares"] = rows["as_filed"] = [int(count["GOOGL"]), rest, int(count["GOOG"])]
        rows["symbol"] = ALPHABET
        rows["note"] = ["listed as GOOGL", "not listed; all classes less A and C", "listed as GOOG"]
        rows["note"] += "; rounded to 1m"
        table = pd.concat([table.drop(whole.index), rows[COLUMNS]], ignore_index=True)
    return table


def check_counts(table: pd.DataFrame, splits: pd.DataFrame) -> None:
    """Refuse counts out of order or not on the split basis of the prices (all-class rows)."""
    for row in table.itertuples():
        where = f"{row.symbol} in force from {row.in_force_from:%Y-%m-%d}"
        if not row.shares > 0 or not row.as_filed > 0:
            raise CountError(f"{where}: the count is {row.shares:,}.")
        if row.as_of > row.in_force_from:
            raise CountError(f"{where}: counted later, on {row.as_of:%Y-%m-%d}.")
        if row.filed > row.in_force_from:
            raise CountError(f"{where}: filed later, on {row.filed:%Y-%m-%d}.")
        if row.confidence not in {"high", "medium", "low"}:
            raise CountError(f"{where}: the confidence is {row.confidence!r}.")
        # A filing after a split may restate a count from before it.
        expected = [row.as_filed * _factor(row, day, splits) for day in (row.as_of, row.in_force_from)]
        if min(abs(row.shares / value - 1) for value in expected) > 1e-3:
            raise CountError(
                f"{where}: {row.as_filed:,} as filed is {expected[0]:,.0f} on the split basis of "
                f"the prices, but the table says {row.shares:,}."
            )
    for symbol, own in table.groupby("symbol"):
        _check_order(str(symbol), own)
        _check_steps(str(symbol), own, splits)


def _factor(row: pd.Series, day: pd.Timestamp, splits: pd.DataFrame) -> float:
    """Factor from a count on the basis of `day` to one on the split basis of the prices."""
    key = (row.symbol, f"{row.in_force_from:%Y-%m-%d}")
    if key in KNOWN_BASIS:
        return KNOWN_BASIS[key]
    ratios = {(s.symbol, f"{s.date:%Y-%m-%d}"): s.ratio for s in splits[splits.symbol == row.symbol].itertuples()}
    ratios |= {k: v for k, v in COUNT_RATIOS.items() if k[0] == row.symbol}
    factor = 1.0 / RECEIPTS.get(row.symbol, 1)
    for (_, date), ratio in ratios.items():
        factor *= ratio if pd.Timestamp(date) > day else 1.0
    return factor


def _check_order(symbol: str, own: pd.DataFrame) -> None:
    """One count a day, no way back to an older one."""
    twice = own.duplicated("in_force_from")
    if twice.any():
        day = own.in_force_from[twice].iloc[0]
        raise DuplicateError(f"{symbol} has two share counts in force from {day:%Y-%m-%d}.")
    back = own.as_of < own.as_of.cummax()
    if back.any():
        row = own[back].iloc[0]
        raise CountError(
            f"{symbol} in force from {row.in_force_from:%Y-%m-%d} goes back to the older count of {row.as_of:%Y-%m-%d}."
        )
    again = own.shares.duplicated() & (own.shares != own.shares.shift()) & (own.shares % 1000 != 0)
    if again.any():
        row = own[again].iloc[0]
        raise CountError(
            f"{symbol} in force from {row.in_force_from:%Y-%m-%d} goes back to the older count {row.shares:,}."
        )


def _check_steps(symbol: str, own: pd.DataFrame, splits: pd.DataFrame) -> None:
    """No step by a split's ratio or by more than a half or two between neighbours."""
    ratios = splits[splits.symbol == symbol].ratio.to_numpy()
    ratios = ratios[np.maximum(ratios, 1 / ratios) > 1.25]
    step = own.shares / own.shares.shift()
    for row, size in zip(own.itertuples(), step, strict=True):
        key = (symbol, f"{row.in_force_from:%Y-%m-%d}")
        if np.isnan(size) or key in KNOWN_STEPS:
            continue
        near = np.minimum(abs(size / ratios - 1), abs(size * ratios - 1)) < 0.02
        if near.any() or not 0.5 <= size <= 2:
            raise CountError(
                f"{symbol} in force from {key[1]}: {row.shares:,} is {size:.3f} times the count "
                "before, like a split that was forgotten or applied twice."
            )
