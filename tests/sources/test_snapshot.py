"""The bundled data, read by its readers, against facts that can be checked by hand."""

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aftershock.errors import SnapshotError
from aftershock.sources import snapshot

DAY = pd.Timestamp("2025-01-27")


@pytest.fixture(scope="module")
def prices() -> pd.DataFrame:
    return snapshot.read_prices()


@pytest.fixture(scope="module")
def closes(prices: pd.DataFrame) -> pd.DataFrame:
    return prices.pivot(index="date", columns="symbol", values="close")


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    return snapshot.read_shares()


def in_force(shares: pd.DataFrame, symbol: str, day: str) -> dict[str, int]:
    """Count of each share class in force on a day."""
    own = shares[(shares.symbol == symbol) & (shares.in_force_from <= day)]
    newest = own[own.in_force_from == own.in_force_from.max()]
    return dict(zip(newest.share_class, newest.shares, strict=True))


# Daily prices


def test_prices_have_their_shape(prices: pd.DataFrame) -> None:
    columns = ["symbol", "date", "open", "high", "low", "close", "adj_close", "volume"]
    assert list(prices.columns) == columns
    assert prices.shape == (220_718, 8)
    assert isinstance(prices.symbol.dtype, pd.CategoricalDtype)
    assert prices.date.dtype == "datetime64[s]"
    assert {str(prices[column].dtype) for column in columns[2:]} == {"float64"}
    assert list(prices.symbol.cat.categories) == sorted(prices.symbol.unique())
    assert not prices.duplicated(["symbol", "date"]).any()
    assert prices.equals(prices.sort_values(["symbol", "date"], kind="stable"))


@pytest.mark.parametrize(
    ("symbol", "day", "bar"),
    [
        ("NVDA", "2025-01-24", (148.37, 148.97, 141.88, 142.62)),
        ("NVDA", "2025-01-27", (124.8, 128.4, 116.7, 118.42)),
        ("AVGO", "2025-01-27", (213.4, 218.43, 196.23, 202.13)),
        ("AAPL", "2000-01-03", (0.936384, 1.004464, 0.907924, 0.999442)),
        ("NVDA", "1999-03-01", (0.046875, 0.0479167, 0.04375, 0.0459635)),
        ("GOOG", "2010-05-03", (13.11335, 13.27325, 13.07798, 13.21546)),
        ("SPY", "2010-05-03", (119.3799, 120.6799, 119.1999, 120.3499)),
        ("DELL", "2020-03-02", (20.63862, 21.53573, 19.96959, 21.48505)),
        ("^GSPC", "2010-05-03", (1188.58, 1205.13, 1188.58, 1202.26)),
    ],
)
def test_bars_are_exact(prices: pd.DataFrame, symbol: str, day: str, bar: tuple[float, ...]) -> None:
    row = prices[(prices.symbol == symbol) & (prices.date == day)]
    assert tuple(row[["open", "high", "low", "close"]].iloc[0]) == bar


@pytest.mark.parametrize(
    ("symbol", "day", "adj_close", "volume"),
    [
        ("AAPL", "2000-01-03", 0.8377242, 535_796_800),
        ("MSFT", "2000-03-01", 27.67352, 106_889_800),
        ("NVDA", "1999-03-03", 0.03891559, 61_392_000),
        ("SOXX", "2012-03-02", 16.24667, 474_600),
    ],
)
def test_adjusted_closes_and_volumes_are_exact(
    prices: pd.DataFrame, symbol: str, day: str, adj_close: float, volume: float
) -> None:
    row = prices[(prices.symbol == symbol) & (prices.date == day)].iloc[0]
    assert (row.adj_close, row.volume) == (adj_close, volume)


def test_falls_of_the_day(closes: pd.DataFrame) -> None:
    moves = closes.pct_change(fill_method=None).loc[DAY] * 100
    expected = {"NVDA": -16.97, "AVGO": -17.40, "TSM": -13.33, "^IXIC": -3.07, "^SOX": -9.15}
    assert moves[list(expected)].round(2).to_dict() == expected


def test_every_price_has_at_most_seven_digits(prices: pd.DataFrame) -> None:
    for column in ("open", "high", "low", "close", "adj_close"):
        values = prices[column].dropna().to_numpy()
        assert np.array_equal(values, [float(f"{value:.7g}") for value in values])


def test_bars_are_possible(prices: pd.DataFrame) -> None:
    assert (prices.low > 0).all()
    assert (prices.high >= prices[["open", "close", "low"]].max(axis=1)).all()
    assert (prices.low <= prices[["open", "close"]].min(axis=1)).all()


def test_what_is_missing_is_what_should_be(prices: pd.DataFrame) -> None:
    missing = prices[["adj_close", "volume"]].isna().groupby(prices.symbol, observed=True).sum()
    without = missing.adj_close[missing.adj_close > 0]
    assert set(without.index) == {"ASML", *(s for s in missing.index if s.startswith("^"))}
    assert without["ASML"] == 3247
    no_volume = prices[prices.volume.isna()]
    assert set(no_volume.symbol) == {"^NDX", "^SOX", "^VIX"}
    assert not prices[["open", "high", "low", "close"]].isna().any().any()


@pytest.mark.parametrize(
    ("symbol", "first", "last", "days"),
    [
        ("NVDA", "1999-01-22", "2026-05-15", 6871),
        ("GOOG", "2004-08-19", "2026-04-24", 5455),
        ("GEV", "2024-03-27", "2026-05-15", 536),
        ("^SOX", "1999-01-04", "2026-08-20", 6950),
        ("^NDX", "1999-01-04", "2026-07-13", 6922),
    ],
)
def test_coverage(prices: pd.DataFrame, symbol: str, first: str, last: str, days: int) -> None:
    own = prices[prices.symbol == symbol].date
    assert (own.min(), own.max(), len(own)) == (pd.Timestamp(first), pd.Timestamp(last), days)


# Splits, companies, events


def test_splits_are_sorted_and_typed() -> None:
    splits = snapshot.read_splits()
    assert len(splits) == 38
    assert splits.date.dtype == "datetime64[s]"
    nvidia = splits[splits.symbol == "NVDA"]
    assert list(nvidia.ratio) == [2, 2, 2, 1.5, 4, 10]
    assert nvidia.date.is_monotonic_increasing


def test_companies_cover_every_ticker(prices: pd.DataFrame) -> None:
    companies = snapshot.read_companies()
    assert len(companies) == 40
    assert (companies.kind == "company").sum() == 30
    assert list(companies.group.unique()) == [
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
    assert set(companies.price_symbols.str.split().explode()) == set(prices.symbol)
    alphabet = companies[companies.symbol == "GOOGL"].iloc[0]
    assert (alphabet["name"], alphabet.price_symbols) == ("Alphabet", "GOOGL GOOG")
    assert companies.short.str.len().max() <= 13
    assert not companies.short.duplicated().any()


def test_events_are_typed_and_labelled() -> None:
    events = snapshot.read_events()
    assert len(events) == 48
    assert events.date.is_monotonic_increasing
    assert events.short.str.len().between(1, 22).all()
    day = events[events.date == DAY].iloc[0]
    assert (day.short, day.nvda_pct, day.sox_pct) == ("DeepSeek", -16.97, -9.15)
    assert day.baseline_close_date == pd.Timestamp("2025-01-24")
    assert set(events.kind) == {"policy", "product", "earnings", "selloff", "rally"}
    for column in ("date", "baseline_close_date", "last_day_of_move"):
        assert events[column].dtype == "datetime64[s]"


# Share counts


def test_shares_are_typed(shares: pd.DataFrame) -> None:
    assert {str(shares[c].dtype) for c in ("shares", "as_filed")} == {"int64"}
    for column in ("as_of", "in_force_from", "filed"):
        assert shares[column].dtype == "datetime64[s]"
    assert shares.in_force_from.notna().all()
    assert (shares.as_of <= shares.in_force_from).all()
    assert not (shares.filed > shares.in_force_from).any()
    assert not shares.duplicated(["symbol", "share_class", "in_force_from"]).any()
    assert set(shares.confidence) == {"high", "medium", "low"}
    companies = snapshot.read_companies()
    assert set(shares.symbol) == set(companies.symbol[companies.kind == "company"])
    assert not shares[["source", "note"]].isna().any().any()


@pytest.mark.parametrize(
    ("symbol", "day", "count"),
    [
        ("NVDA", "2025-01-27", 24_490_000_000),
        ("AVGO", "2025-01-27", 4_687_356_156),
        ("TSM", "2025-01-27", 5_186_414_198),
        ("MRVL", "2025-01-27", 865_300_000),
        ("MU", "2025-01-27", 1_114_171_932),
        ("ASML", "2025-01-27", 393_421_721),
        ("AMD", "2025-01-27", 1_622_807_346),
        ("INTC", "2025-01-27", 4_313_000_000),
        ("ORCL", "2025-01-27", 2_796_956_000),
        # Filed the evening before; the older count gives 273 instead of 277 USD bn.
        ("NVDA", "2024-02-22", 25_000_000_000),
        ("NVDA", "2024-09-03", 24_530_000_000),
        # The annual report came out on the day of the fall.
        ("META", "2022-02-02", 2_781_760_000),
        ("META", "2022-02-03", 2_721_939_968),
        # Issued shares (403.1m) are never used.
        ("ASML", "2022-12-15", 402_601_613),
        ("ASML", "2023-06-15", 394_589_411),
        # Stale counts of late 2022 do not come back.
        ("AMZN", "2022-12-15", 10_201_654_176),
        ("AMD", "2022-12-15", 1_612_356_162),
        ("CEG", "2023-07-03", 327_536_696),
        ("GEV", "2025-11-20", 271_320_459),
        ("VRT", "2025-11-20", 382_338_313),
        ("TSM", "2022-12-15", 5_186_076_092),
        # Already after the split one day before it.
        ("LRCX", "2024-10-02", 1_296_114_720),
        # The scaling for the VMware spin-off ends on its day, not with the next filing.
        ("DELL", "2021-11-01", 1_509_573_931),
        ("DELL", "2021-11-02", 765_116_032),
    ],
)
def test_count_in_force(shares: pd.DataFrame, symbol: str, day: str, count: int) -> None:
    assert in_force(shares, symbol, day) == {"all": count}


def test_alphabet_by_class_only_where_the_filing_says_so(shares: pd.DataFrame) -> None:
    assert in_force(shares, "GOOGL", "2024-11-01") == {"all": 12_310_000_000}
    assert in_force(shares, "GOOGL", "2025-01-27") == {
        "A": 5_843_000_000,
        "B": 861_000_000,
        "C": 5_537_000_000,
    }
    assert in_force(shares, "GOOGL", "2025-05-01") == {"all": 12_135_000_000}
    priced = shares[shares.symbol == "GOOGL"].groupby("share_class").price_symbol.unique()
    assert {k: list(v) for k, v in priced.items()} == {
        "all": ["GOOGL"],
        "A": ["GOOGL"],
        "B": ["GOOGL"],
        "C": ["GOOG"],
    }


@pytest.mark.parametrize(
    ("symbol", "day", "billions"),
    [
        ("NVDA", "2025-01-27", -592.7),
        ("NVDA", "2024-02-22", 276.6),
        ("NVDA", "2024-09-03", -278.9),
        ("NVDA", "2025-03-03", -265.0),
        ("AVGO", "2025-01-27", -199.5),
        ("META", "2018-07-26", -119.4),
        ("META", "2022-02-03", -232.0),
        ("AAPL", "2020-09-03", -179.9),
        ("MSFT", "2020-03-16", -178.1),
    ],
)
def test_one_day_changes_of_market_value(
    shares: pd.DataFrame, closes: pd.DataFrame, symbol: str, day: str, billions: float
) -> None:
    move = closes[symbol].diff().loc[day]
    change = move * in_force(shares, symbol, day)["all"] / 1e9
    assert change == pytest.approx(billions, abs=0.06)


# Intraday and the whole market


def test_minutes_are_typed_and_exact() -> None:
    bars = snapshot.read_intraday()
    assert bars.shape == (111_959, 8)
    assert str(bars.timestamp.dtype) == "datetime64[s, America/New_York]"
    assert bars.volume.dtype == "int64"
    assert bars.symbol.nunique() == 25
    assert bars.session.value_counts().to_dict() == {
        "regular": 67_122,
        "pre": 30_222,
        "post": 14_615,
    }
    first = bars.iloc[0]
    assert first.timestamp == pd.Timestamp("2025-01-23 04:00", tz="America/New_York")
    assert tuple(first[["symbol", "open", "high", "low", "close", "volume", "session"]]) == (
        *("AAPL", 223.52, 223.52, 222.66, 222.81, 3935),
        "pre",
    )
    assert {day.date().isoformat() for day in bars.timestamp.dt.normalize().unique()} == {
        f"2025-01-{day}" for day in (23, 24, 27, 28, 29, 30, 31)
    }
    own = bars[(bars.symbol == "NVDA") & (bars.session == "regular")].set_index("timestamp")
    assert own.close.loc["2025-01-27"].iloc[-1] == 118.52  # the auction follows at 16:00


def test_hours_are_exact() -> None:
    bars = snapshot.read_intraday_hourly()
    assert bars.shape == (98, 8)
    assert set(bars.session) == {"regular"}
    assert tuple(bars.iloc[0][["symbol", "open", "high", "low", "close", "volume"]]) == (
        *("QQQ", 528.51, 529.7, 528.45, 529.3041),
        5_228_132,
    )


def test_market_is_typed_and_keeps_a_ticker_called_na() -> None:
    market = snapshot.read_market()
    assert market.shape == (5978, 12)
    assert {"NA", "NAN", "TRUE"} <= set(market.symbol)
    assert market.counted_in_totals.dtype == bool
    assert (~market.counted_in_totals).sum() == 14
    nvidia = market[market.symbol == "NVDA"].iloc[0]
    assert (nvidia.close_2025_01_24, nvidia.close_2025_01_27) == (142.62, 118.42)
    assert nvidia.pct_2025_01_27 == -16.968
    listing = market[market.symbol == "MELI"].iloc[0]
    assert (listing.implied_shares, listing.value_change_2025_01_27_usd) == (
        50_697_375,
        129_278_306,
    )
    assert market.close_2025_01_28.isna().sum() == 15
    counted = market[market.counted_in_totals]
    assert round(counted.value_change_2025_01_27_usd.sum() / 1e9) == -1105


def test_crosscheck_agrees_everywhere() -> None:
    table = snapshot.read_crosscheck()
    assert len(table) == 260
    assert set(table.verdict) == {"agree"}
    assert table.max_abs_rel_diff_2025_01_24_to_31.dtype == "float64"


def test_the_members_of_the_sp500() -> None:
    # S&P's own total was about $53 tn; NVIDIA joined on 30 November 2001.
    table = snapshot.read_sp500()
    assert len(table) == 499
    assert 52e12 < table.value_usd.sum() < 55e12
    nvidia = table.set_index("symbol").loc["NVDA"]
    assert nvidia.added == pd.Timestamp("2001-11-30")
    assert nvidia.value_usd == pytest.approx(142.62 * 24.49e9, rel=1e-6)
    assert np.isnan(table.set_index("symbol").at["GOOG", "value_usd"])  # GOOGL stands for Alphabet
    assert table.value_usd[table.added > "2025-01-24"].isna().all()


# The files themselves


def test_manifest_describes_every_file() -> None:
    folder = files("aftershock") / "data"
    manifest = snapshot.manifest()
    names = {f.name for f in folder.iterdir()} - {"manifest.json", "SOURCES.md"}
    assert set(manifest["files"]) == names
    for name, facts in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == facts["sha256"]
        assert len(content) == facts["bytes"]
    assert manifest["files"]["prices.parquet"]["rows"] == 220_718
    assert manifest["prices"] == {"first": "1999-01-04", "last": "2026-08-20", "symbols": 41}


READERS = {
    "prices.parquet": snapshot.read_prices,
    "splits.csv": snapshot.read_splits,
    "shares.csv": snapshot.read_shares,
    "sp500.csv": snapshot.read_sp500,
    "companies.csv": snapshot.read_companies,
    "events.csv": snapshot.read_events,
    "intraday.parquet": snapshot.read_intraday,
    "intraday_60m.parquet": snapshot.read_intraday_hourly,
    "market.parquet": snapshot.read_market,
    "crosscheck.csv": snapshot.read_crosscheck,
}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled data that may be damaged."""
    shutil.copytree(str(files("aftershock") / "data"), tmp_path / "data")
    monkeypatch.setattr(snapshot, "files", lambda package: tmp_path)
    return tmp_path / "data"


@pytest.mark.parametrize("name", READERS)
def test_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(SnapshotError, match=f"{name} is missing"):
        READERS[name]()


@pytest.mark.parametrize("name", READERS)
def test_one_changed_byte_is_noticed(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(SnapshotError, match=f"{name} is damaged"):
        READERS[name]()


def test_file_that_is_no_parquet_is_named(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    (copied / "market.parquet").write_bytes(b"not a table")
    digest = hashlib.sha256(b"not a table").hexdigest()
    manifest["files"]["market.parquet"]["sha256"] = digest
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match=r"market\.parquet cannot be read"):
        snapshot.read_market()


def test_damaged_manifest_is_named(copied: Path) -> None:
    (copied / "manifest.json").write_text("{")
    with pytest.raises(SnapshotError, match=r"manifest\.json is damaged"):
        snapshot.read_splits()
