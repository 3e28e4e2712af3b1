"""Build the bundled data from a folder of source tables.

    python tools/build_snapshot.py SOURCE_FOLDER [--out aftershock/data]

The same tables give the same bytes. Anything that cannot be right stops the build with one
sentence (`SnapshotError`) and leaves the bundled files as they were.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from aftershock.errors import SnapshotError  # noqa: E402
from tools.snapshot import checks, encode, prices, shares, tables, writing  # noqa: E402

OUT = ROOT / "aftershock" / "data"
COMPANIES = ROOT / "tools" / "companies.csv"
HOURLY = "intraday_60m_2025-01-27.csv.gz"


def build(source: Path, out: Path = OUT, companies: Path = COMPANIES) -> dict[str, object]:
    """Check the tables in `source`, write the bundled files to `out`, return the manifest."""
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        daily = prices.load_prices(source / "prices_daily.csv.gz")
        splits = tables.load_splits(source / "splits.csv")
        checks.check_prices(daily)
        checks.check_splits(splits, daily)
        small = {
            "companies.csv": tables.load_companies(companies, sorted(daily.symbol.unique())),
            "splits.csv": splits,
            "shares.csv": shares.load_shares(source / "shares_history.csv", source / "shares_outstanding.csv", splits),
            "events.csv": tables.load_events(source / "events.csv"),
            "crosscheck.csv": tables.load_crosscheck(source / "crosscheck.csv"),
        }
        tables.check_events(small["events.csv"], daily)
        market = tables.load_market(source / "screener_2025-01-24_to_28.csv")
        small["sp500.csv"] = tables.load_index_members(source / "world" / "sp500_sectors.csv", market)
        for file, table in small.items():
            writing.write_csv(table, folder / file)
            rows[file] = len(table)
        writing.write_parquet(encode.encode_prices(daily, splits), folder / "prices.parquet")
        rows["prices.parquet"] = len(daily)
        rows |= _write_intraday(source, folder)
        writing.write_parquet(encode.encode_market(market), folder / "market.parquet")
        rows["market.parquet"] = len(market)
        manifest = writing.write_manifest(folder, rows, _about(daily))
        out.mkdir(parents=True, exist_ok=True)
        for file in [*sorted(rows), "manifest.json"]:
            shutil.copyfile(folder / file, out / file)
    return manifest


def _write_intraday(source: Path, folder: Path) -> dict[str, int]:
    """Write the minute bars and, if the folder has them, the hourly ones."""
    files = {"intraday.parquet": "intraday_2025-01-27.csv.gz"}
    if (source / HOURLY).exists():
        files["intraday_60m.parquet"] = HOURLY
    rows = {}
    for file, table in files.items():
        bars = prices.load_intraday(source / table)
        writing.write_parquet(encode.encode_bars(bars), folder / file)
        rows[file] = len(bars)
    return rows


def _about(daily: pd.DataFrame) -> dict[str, object]:
    return {
        "prices": {
            "first": f"{daily.date.min():%Y-%m-%d}",
            "last": f"{daily.date.max():%Y-%m-%d}",
            "symbols": int(daily.symbol.nunique()),
        }
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the bundled data.")
    parser.add_argument("source", type=Path, help="folder with the source tables")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for the bundled files")
    parser.add_argument("--companies", type=Path, default=COMPANIES, help="table of companies")
    options = parser.parse_args(arguments)
    try:
        manifest = build(options.source, options.out, options.companies)
    except SnapshotError as error:
        print(f"Not built: {error}", file=sys.stderr)
        return 1
    for file, facts in manifest["files"].items():  # type: ignore[attr-defined]
        print(f"{file:22} {facts['bytes']:>9,} bytes {facts['rows']:>8,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
