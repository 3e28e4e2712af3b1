# ruff: noqa: E501 - the tables are as wide as they are
"""The builder on a small valid folder, and on the same folder with one fault planted at a time."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.errors import SnapshotError
from aftershock.sources import snapshot
from tools.build_snapshot import build, main
from tools.snapshot import checks, encode, shares
from tools.snapshot.checks import BarError, DuplicateError, SessionError, SplitError
from tools.snapshot.encode import EncodingError
from tools.snapshot.reading import ColumnError, ValueFault
from tools.snapshot.shares import CountError

COMPANIES = """\
symbol,name,short,group,kind,price_symbols,full_name
^SOX,PHLX Semiconductor,PHLX Semi.,Benchmarks,index,^SOX,PHLX Semiconductor Sector Index
NVDA,NVIDIA,NVIDIA,Accelerators,company,NVDA,NVIDIA Corporation
GOOGL,Alphabet,Alphabet,Cloud and platforms,company,GOOGL GOOG,Alphabet Inc.
"""
# NVDA is split on 2024-06-10; GOOG has no adjusted close on the first day; the index no volume.
PRICES = """\
date,ticker,open,high,low,close,adj_close,volume
2024-06-06,NVDA,124.048,125.587,118.32,120.998,120.9635,664696000
2024-06-07,NVDA,119.77,121.692,118.022,120.888,120.8535,412386000
2024-06-10,NVDA,120.37,123.1,117.01,121.79,121.7552,314162700
2024-06-11,NVDA,121.77,122.87,118.74,120.91,120.8854,222551200
2024-06-12,NVDA,123.06,126.88,122.57,125.2,125.1746,299595000
2024-06-13,NVDA,129.39,129.8,127.16,129.61,129.5837,260704500
2024-06-06,GOOG,177.43,178.71,177.21,178.35,,14255800
2024-06-07,GOOG,178.46,179.42,175.785,175.95,175.1486,14716300
2024-06-10,GOOG,176.45,178.47,174.38,176.63,176.0258,17122100
2024-06-11,GOOG,177.7,178.3625,176.45,178.18,177.5705,14036900
2024-06-12,GOOG,179.75,180.41,176.11,179.56,178.9458,18133100
2024-06-06,GOOGL,175.81,177.12,175.6,176.73,176.1264,20301800
2024-06-07,GOOGL,176.82,177.785,174.0,174.46,173.8642,19661300
2024-06-10,GOOGL,174.83,176.94,172.87,175.01,174.6137,24665100
2024-06-11,GOOGL,176.1,176.63,174.9,176.62,176.2201,20042200
2024-06-12,GOOGL,178.25,178.89,174.38,177.79,177.3874,25913600
2024-06-06,^SOX,5344.83,5351.79,5229.06,5268.16,,
2024-06-07,^SOX,5249.72,5299.43,5211.57,5240.36,,
2024-06-10,^SOX,5221.61,5344.47,5186.08,5314.39,,
2024-06-11,^SOX,5293.6,5328.89,5247.62,5321.43,,
2024-06-12,^SOX,5403.26,5509.48,5391.09,5475.92,,
2024-06-13,^SOX,5574.66,5600.14,5509.4,5557.11,,
"""
SPLITS = "date,ticker,ratio,basis\n2024-06-10,NVDA,10.0,source columns\n"
HISTORY = """\
ticker,as_of,filed,shares_as_filed,shares_on_2026_05_15_basis,source,confidence,crosscheck
NVDA,2022-08-19,2022-08-31,2490000000,24900000000,"10-Q cover fact (XBRL company facts), accession 1-22-1, some-one/facts@ab12",high,
NVDA,2022-11-11,2022-11-18,2460000000,24600000000,"10-Q cover fact (XBRL company facts), accession 1-22-2, some-one/facts@ab12",high,
GOOGL_ALL,2022-09-30,,12971000123,12971000123,"market value / close, first day of the step; some-one/caps@cd34 data/mktcap.csv (vendor not named)",medium,
"""
# The first row repeats the last count above; the second Alphabet filing states its classes.
OUTSTANDING = """\
ticker,as_of,shares_outstanding,ratio,share_class_note,source,confidence,as_of_basis,in_force_from,in_force_to,as_filed_value,in_force_2025_01_24,filed
NVDA,2022-11-11,24600000000,1,common,10-Q fiscal 2023 Q3 accession 1-22-2,high,cover fact,2022-11-18,,2460000000,,2022-11-18
NVDA,2024-02-16,25000000000,1,common,10-K fiscal 2024 FY accession 1-24-1,high,cover fact,2024-02-21,,2500000000,,2024-02-21
NVDA,2024-08-23,24530000000,1,common,10-Q fiscal 2025 Q2 accession 1-24-2,high,cover fact,2024-08-28,,24530000000,,2024-08-28
GOOGL_ALL,2023-02-07,12807000000,1,Class A + B + C together,latest 10-Q or 10-K then on file; form not read,medium,date first seen in the Nasdaq screener,2023-02-07,,12807000000,,
GOOGL_ALL,2024-11-02,12241000000,1,Class A + B + C together,latest 10-Q or 10-K then on file; form not read,high,sum of classes,2024-11-02,,12241000000,,
GOOGL_ALL,2025-05-01,12135000000,1,Class A + B + C together,latest 10-Q or 10-K then on file; form not read,medium,date first seen in the Nasdaq screener,2025-05-01,,12135000000,,
GOOGL,2024-10-22,5843000000,1,Class A (listed),10-Q for quarter ended 2024-09-30,high,sum of classes,2024-11-02,,5843000000,,
GOOG,2024-10-22,5537000000,1,Class C (listed),10-Q for quarter ended 2024-09-30,high,sum of classes,2024-11-02,,5537000000,,
"""
EVENTS = """\
date,title,kind,description,tickers_most_affected,moves_pct,nvda_pct,sox_pct,baseline_close_date,last_day_of_move,moves_from,source,confidence
2024-06-13,Broadcom results,earnings,"Broadcom rose, Nvidia too.",AVGO,AVGO +12.3,3.52,1.48,2024-06-12,2024-06-13,price panel,recalled,medium
"""
MINUTES = """\
timestamp,ticker,open,high,low,close,volume,session
2025-01-27T09:29:00-05:00,NVDA,125.1,125.2,125.05,125.2,1200,pre
2025-01-27T09:30:00-05:00,NVDA,124.8,124.99,124.0,124.01,99000,regular
2025-01-27T09:30:00-05:00,GOOG,193.5,193.5101,193.0,193.2,700,regular
2025-01-27T16:00:00-05:00,NVDA,118.42,118.58,118.4,118.5,5,post
"""
HOURS = """\
timestamp,ticker,open,high,low,close,volume,session
2025-01-27T09:30:00-05:00,GOOG,193.5,194.0,193.0,193.2,70000,regular
"""
MARKET = """\
exchange,symbol,industry,sector,country,close_2025_01_24,close_2025_01_27,close_2025_01_28,pct_2025_01_27,implied_shares,value_change_2025_01_27_usd,counted_in_totals
nasdaq,NVDA,Semiconductors,Technology,United States,142.62,118.42,128.99,-16.968,24490000000,-592658000000,yes
nasdaq,NA,,,,2.15,1.95,,-9.302,31861436,-6372287,no
"""
MEMBERS = """\
ticker,name,sector,sub_industry,date_added
NVDA,Nvidia,Information Technology,Semiconductors,2001-11-30
NA,A late one,Financials,Banks,2025-03-24
LOST,Not in the screener,Financials,Banks,1999-01-04
"""
CROSSCHECK = """\
ticker,field,date_from,date_to,source_a,source_b,vendor_b,n_days,basis_factor,median_abs_rel_diff,max_abs_rel_diff,max_diff_date,days_over_1pct,n_days_2025_01_24_to_31,max_abs_rel_diff_2025_01_24_to_31,verdict,note
NVDA,close,2024-06-06,2024-06-13,some-one/prices,any-one/quotes,Nasdaq.com,6,1.0,1.00e-08,2.00e-08,2024-06-10,0,0,,agree,
"""
TABLES = {
    "prices_daily.csv.gz": PRICES,
    "splits.csv": SPLITS,
    "shares_history.csv": HISTORY,
    "shares_outstanding.csv": OUTSTANDING,
    "events.csv": EVENTS,
    "intraday_2025-01-27.csv.gz": MINUTES,
    "intraday_60m_2025-01-27.csv.gz": HOURS,
    "screener_2025-01-24_to_28.csv": MARKET,
    "world/sp500_sectors.csv": MEMBERS,
    "crosscheck.csv": CROSSCHECK,
    "companies.csv": COMPANIES,
}


@dataclass
class Source:
    """A folder of source tables that can be edited as text and built."""

    folder: Path
    out: Path

    def write(self, name: str, text: str) -> None:
        """Write one table, gzipped where its name says so."""
        content = text.encode()
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace one passage that must be there once."""
        assert TABLES[name].count(old) == 1, (name, old)
        self.write(name, TABLES[name].replace(old, new))

    def build(self) -> dict[str, object]:
        """Build to `out` with the folder's own companies."""
        return build(self.folder, self.out, self.folder / "companies.csv")

    def table(self, name: str) -> pd.DataFrame:
        """One bundled CSV table as text."""
        return pd.read_csv(self.out / name, dtype=str, keep_default_na=False)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A valid folder."""
    made = Source(tmp_path / "source", tmp_path / "out")
    made.folder.mkdir()
    for name, text in TABLES.items():
        made.write(name, text)
    return made


def test_valid_folder_gives_every_file_and_a_true_manifest(source: Source) -> None:
    manifest = source.build()
    assert json.loads((source.out / "manifest.json").read_text()) == manifest
    assert manifest["prices"] == {"first": "2024-06-06", "last": "2024-06-13", "symbols": 4}
    rows = {name: facts["rows"] for name, facts in manifest["files"].items()}
    assert rows == {
        "companies.csv": 3,
        "crosscheck.csv": 1,
        "events.csv": 1,
        "intraday.parquet": 4,
        "intraday_60m.parquet": 1,
        "market.parquet": 2,
        "prices.parquet": 22,
        "shares.csv": 10,
        "sp500.csv": 3,
        "splits.csv": 1,
    }


def test_index_members_have_the_value_of_the_whole_market_table(source: Source) -> None:
    # 142.62 x 24,490,000,000; a member that came later and one that is not in that table have none.
    source.build()
    table = source.table("sp500.csv")
    assert table["symbol"].tolist() == ["LOST", "NA", "NVDA"]
    assert table["value_usd"].tolist() == ["", "", "3492763800000"]
    assert table["added"].tolist() == ["1999-01-04", "2025-03-24", "2001-11-30"]


def test_prices_come_back_as_given(source: Source) -> None:
    source.build()
    prices = snapshot.decode_prices(pq.read_table(source.out / "prices.parquet"))
    lines = sorted(PRICES.splitlines()[1:], key=lambda line: (line.split(",")[1], line))
    for line, row in zip(lines, prices.itertuples(index=False), strict=True):
        date, symbol, *cells = line.split(",")
        assert (symbol, date) == (row.symbol, f"{row.date:%Y-%m-%d}")
        for text, value in zip(cells, row[2:], strict=True):
            assert value == float(text) if text else np.isnan(value)


def test_same_tables_give_same_bytes(source: Source, tmp_path: Path) -> None:
    source.build()
    again = Source(source.folder, tmp_path / "again")
    again.build()
    names = sorted(path.name for path in source.out.iterdir())
    assert names == sorted(path.name for path in again.out.iterdir())
    for name in names:
        assert (source.out / name).read_bytes() == (again.out / name).read_bytes(), name


def test_order_of_rows_does_not_matter(source: Source) -> None:
    first = source.build()
    head, *lines = PRICES.splitlines(keepends=True)
    source.write("prices_daily.csv.gz", head + "".join(reversed(lines)))
    assert source.build() == first


def test_command_line_builds_and_says_sizes(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(source.folder), "--out", str(source.out)]
    assert main([*arguments, "--companies", str(source.folder / "companies.csv")]) == 0
    assert "prices.parquet" in capsys.readouterr().out


def test_a_fault_leaves_the_bundled_files_alone(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    source.build()
    before = {path.name: path.read_bytes() for path in source.out.iterdir()}
    source.edit("prices_daily.csv.gz", "129.39,129.8,127.16", "129.39,129.5,127.16")
    arguments = [str(source.folder), "--out", str(source.out)]
    assert main([*arguments, "--companies", str(source.folder / "companies.csv")]) == 1
    assert "NVDA on 2024-06-13" in capsys.readouterr().err
    assert before == {path.name: path.read_bytes() for path in source.out.iterdir()}


def test_hourly_bars_are_optional(source: Source) -> None:
    (source.folder / "intraday_60m_2025-01-27.csv.gz").unlink()
    assert "intraday_60m.parquet" not in source.build()["files"]


def test_companies_are_in_display_order(source: Source) -> None:
    source.build()
    assert list(source.table("companies.csv").symbol) == ["NVDA", "GOOGL", "^SOX"]


def test_share_counts_are_joined(source: Source) -> None:
    source.build()
    table = source.table("shares.csv")
    nvidia = table[table.symbol == "NVDA"]
    assert list(nvidia.in_force_from) == ["2022-08-31", "2022-11-18", "2024-02-21", "2024-08-28"]
    assert list(nvidia.shares) == ["24900000000", "24600000000", "25000000000", "24530000000"]
    assert nvidia.source.iloc[0] == "10-Q cover, accession 1-22-1"
    alphabet = table[table.symbol == "GOOGL"]
    assert list(alphabet.share_class) == ["all", "all", "A", "B", "C", "all"]
    assert list(alphabet.price_symbol) == ["GOOGL", "GOOGL", "GOOGL", "GOOGL", "GOOG", "GOOGL"]
    classes = alphabet[alphabet.in_force_from == "2024-11-02"]
    assert list(classes.shares) == ["5843000000", "861000000", "5537000000"]
    assert not table.source.str.contains("@").any()


def test_a_spin_off_ends_the_scaling_of_the_count() -> None:
    counts = pd.DataFrame(
        {
            "symbol": ["DELL"],
            "shares": [1_509_573_932],
            "as_of": [pd.Timestamp("2021-09-08")],
            "in_force_from": [pd.Timestamp("2021-09-08")],
            "as_filed": [765_116_032],
            "note": [""],
        }
    )
    table = shares._end_scaling(counts)
    assert list(table.in_force_from.dt.strftime("%Y-%m-%d")) == ["2021-09-08", "2021-11-02"]
    assert list(table.shares) == [1_509_573_932, 765_116_032]


def test_event_gets_its_pin_and_one_spelling(source: Source) -> None:
    source.build()
    event = source.table("events.csv").iloc[0]
    assert event.short == "Broadcom results"
    assert event.description == "Broadcom rose, NVIDIA too."
    assert (event.moves_from, event.source) == ("daily prices", "general knowledge")


def test_a_known_gap_passes(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    source.edit(
        "prices_daily.csv.gz",
        "2024-06-11,GOOG,177.7,178.3625,176.45,178.18,177.5705,14036900\n",
        "",
    )
    monkeypatch.setitem(checks.KNOWN_GAPS, ("GOOG", "2024-06-11"), "a gap for this test")
    assert source.build()["files"]["prices.parquet"]["rows"] == 21


P, S, H, N, E, M, W, X, C = (
    "prices_daily.csv.gz",
    "splits.csv",
    "shares_history.csv",
    "shares_outstanding.csv",
    "events.csv",
    "intraday_2025-01-27.csv.gz",
    "screener_2025-01-24_to_28.csv",
    "world/sp500_sectors.csv",
    "companies.csv",
)
NVDA_11 = "2024-06-11,NVDA,121.77,122.87,118.74,120.91,120.8854,222551200"
MAY = (
    ",1,Class A + B + C together,latest 10-Q or 10-K then on file; form not read,medium,"
    "date first seen in the Nasdaq screener,2025-05-01,,"
)
AUGUST = "NVDA,2024-08-23,24530000000"
FAULTS = {
    "an index member is there twice": (X, "NA,A late one", "NVDA,A late one", DuplicateError, "NVDA is twice"),
    "a member without its day": (X, "Banks,1999-01-04", "Banks,", SnapshotError, "LOST has no day"),
    "a column is missing": (P, "adj_close,volume", "volume", ColumnError, "prices_daily.*columns"),
    "a column has another name": (S, "ratio", "factor", ColumnError, "splits.csv.*factor"),
    "a day is there twice": (
        P,
        NVDA_11,
        f"{NVDA_11}\n{NVDA_11}",
        DuplicateError,
        "NVDA.*2024-06-11",
    ),
    "a session is missing": (P, f"{NVDA_11}\n", "", SessionError, "NVDA.*2024-06-11"),
    "a Saturday": (P, "2024-06-13,^SOX", "2024-06-15,^SOX", SessionError, r"\^SOX.*2024-06-15"),
    "not a date": (P, "2024-06-13,^SOX", "13.06.2024,^SOX", ValueFault, r"\^SOX 13.06.2024"),
    "high below close": (
        P,
        "122.87,118.74,120.91",
        "120.9,118.74,120.91",
        BarError,
        "NVDA on 2024-06-11.*120.9",
    ),
    "low above open": (
        P,
        "121.77,122.87,118.74",
        "121.77,122.87,121.78",
        BarError,
        "NVDA on 2024-06-11.*121.78",
    ),
    "a price of zero": (P, "118.74", "0", BarError, "NVDA on 2024-06-11.*low is 0"),
    "a negative volume": (P, "222551200", "-222551200", BarError, "NVDA on 2024-06-11.*volume"),
    "a close that is empty": (P, "118.74,120.91", "118.74,", ValueFault, "NVDA 2024-06-11.*close"),
    "a close that is text": (P, "118.74,120.91", "118.74,n/a", ValueFault, "NVDA 2024-06-11.*n/a"),
    "an infinite close": (P, "118.74,120.91", "118.74,inf", ValueFault, "NVDA 2024-06-11.*inf"),
    "a hundredfold tick": (
        P,
        "121.77,122.87,118.74,120.91",
        "12177,12287,11874,12091",
        BarError,
        "NVDA.*2024-06-11.*12091",
    ),
    "too many digits": (
        P,
        "118.74,120.91",
        "118.74,120.9123456",
        EncodingError,
        "NVDA.*2024-06-11",
    ),
    "a split of an unknown ticker": (S, "NVDA", "NVDX", SplitError, "NVDX.*2024-06-10"),
    "a split without a price": (S, "2024-06-10", "2024-06-09", SplitError, "NVDA.*2024-06-09"),
    "a split of zero": (S, "10.0", "0", SplitError, "NVDA.*2024-06-10.*0"),
    "a split twice": (
        S,
        "2024-06-10,NVDA,10.0,source columns\n",
        "2024-06-10,NVDA,10,a\n2024-06-10,NVDA,10,b\n",
        DuplicateError,
        "NVDA.*2024-06-10",
    ),
    "a count on another basis": (
        N,
        AUGUST,
        "NVDA,2024-08-23,2453000000",
        CountError,
        "NVDA.*2024-08-28.*2,453,000,000",
    ),
    "a count split twice": (
        N,
        "24530000000,1,common,10-Q fiscal 2025 Q2 accession 1-24-2,high,cover fact,2024-08-28,,24530000000",
        "245300000000,1,common,10-Q fiscal 2025 Q2 accession 1-24-2,high,cover fact,2024-08-28,,245300000000",
        CountError,
        "NVDA.*2024-08-28.*9.8",
    ),
    "a count thrice the one before": (
        N,
        f"12135000000{MAY}12135000000",
        f"42135000000{MAY}42135000000",
        CountError,
        "GOOGL.*2025-05-01.*3.44",
    ),
    "a count that is broken": (
        N,
        AUGUST,
        "NVDA,2024-08-23,24530000000.5",
        ValueFault,
        "NVDA 2024-08-28.*24530000000.5",
    ),
    "a count of zero": (H, "2490000000,24900000000", "0,0", CountError, "NVDA.*2022-08-31"),
    "counted after it is in force": (
        N,
        AUGUST,
        "NVDA,2024-08-29,24530000000",
        CountError,
        "NVDA.*2024-08-28.*2024-08-29",
    ),
    "filed after it is in force": (
        N,
        ",2024-08-28\n",
        ",2024-08-30\n",
        CountError,
        "NVDA.*2024-08-28.*2024-08-30",
    ),
    "an unknown confidence": (
        N,
        "accession 1-24-2,high",
        "accession 1-24-2,sure",
        CountError,
        "NVDA.*2024-08-28.*sure",
    ),
    "back to an older day": (
        N,
        AUGUST,
        "NVDA,2024-01-23,24530000000",
        CountError,
        "NVDA.*2024-08-28.*",
    ),
    "two counts on one day": (
        N,
        "2024-08-28,,24530000000,,2024-08-28",
        "2024-02-21,,24530000000,,",
        CountError,
        "NVDA.*2024-02-21",
    ),
    "back to an older count": (
        N,
        f"12135000000{MAY}12135000000",
        f"12971000123{MAY}12971000123",
        CountError,
        "GOOGL.*2025-05-01.*12,971,000,123",
    ),
    "classes that do not add up": (
        N,
        "GOOG,2024-10-22,5537000000,1",
        "GOOG,2024-10-22,9537000000,1",
        CountError,
        "GOOGL.*2024-11-02.*add up",
    ),
    "an event without a pin": (
        E,
        "2024-06-13,Broadcom",
        "2024-06-12,Broadcom",
        SnapshotError,
        "2024-06-12.*pin",
    ),
    "an event whose days are mixed up": (
        E,
        "2024-06-12,2024-06-13",
        "2024-06-13,2024-06-13",
        SnapshotError,
        "2024-06-13.*order",
    ),
    "an event that the prices contradict": (
        E,
        "3.52",
        "3.25",
        SnapshotError,
        "2024-06-13.*NVDA 3.25%.*3.52%",
    ),
    "a bar outside its range": (
        M,
        "124.8,124.99",
        "124.8,124.7",
        BarError,
        "NVDA at 2025-01-27 09:30",
    ),
    "a bar twice": (M, "09:29:00", "09:30:00", DuplicateError, "NVDA.*2025-01-27 09:30"),
    "a bar without a time": (
        M,
        "2025-01-27T09:29:00-05:00",
        "early",
        SnapshotError,
        "intraday_2025.*time",
    ),
    "a bar in an unknown session": (
        M,
        "1200,pre",
        "1200,night",
        SnapshotError,
        "intraday_2025.*session",
    ),
    "a bar in the wrong session": (M, "1200,pre", "1200,post", EncodingError, "NVDA.*post"),
    "a listing twice": (W, "nasdaq,NA", "nasdaq,NVDA", DuplicateError, "NVDA"),
    "a listing neither in nor out": (
        W,
        "-6372287,no",
        "-6372287,maybe",
        SnapshotError,
        "NA.*maybe",
    ),
    "a listing that fell otherwise": (W, "-9.302", "-9.203", EncodingError, "NA.*pct"),
    "a ticker without a company": (
        C,
        "GOOGL GOOG",
        "GOOGL",
        SnapshotError,
        "GOOG is missing among the companies",
    ),
    "a company without prices": (
        C,
        "GOOGL GOOG",
        "GOOGL GOOG MSFT",
        SnapshotError,
        "MSFT is missing among the prices",
    ),
    "a ticker of two companies": (
        C,
        "GOOGL GOOG",
        "GOOGL GOOG NVDA",
        DuplicateError,
        "NVDA.*two companies",
    ),
    "an unknown group": (C, "Accelerators", "Rockets", SnapshotError, "NVDA.*Rockets"),
    "a short name that is long": (
        C,
        "PHLX Semi.",
        "PHLX Semiconductor",
        SnapshotError,
        "PHLX Semiconductor.*too long",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named(source: Source, fault: str) -> None:
    name, old, new, kind, words = FAULTS[fault]
    source.edit(name, old, new)
    with pytest.raises(kind, match=words):
        source.build()
    assert not source.out.exists()


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"intraday_60m_2025-01-27.csv.gz"}))
def test_missing_table_is_named(source: Source, name: str) -> None:
    (source.folder / name).unlink()
    with pytest.raises(SnapshotError, match=Path(name).name):
        source.build()


def test_unadjusted_prices_are_refused(source: Source) -> None:
    """A split of 2:1 halves the close, which is too little to look like a bad tick."""
    source.edit(S, "10.0", "2.0")
    text = PRICES
    for row in ("124.048,125.587,118.32,120.998", "119.77,121.692,118.022,120.888"):
        doubled = ",".join(f"{2 * float(cell):.6g}" for cell in row.split(","))
        text = text.replace(row, doubled)
    source.write(P, text)
    with pytest.raises(SplitError, match=r"NVDA.*241.776 to 121.79 on 2024-06-10.*2:1"):
        source.build()


@st.composite
def bars(draw: st.DrawFn) -> list[tuple[float, float, float, float]]:
    """Open, high, low, close of up to 30 days, each a decimal of seven significant digits."""
    exponent = draw(st.integers(-3, 5))
    digits = st.integers(2_000_000, 4_000_000)
    days = draw(st.lists(st.tuples(digits, digits, digits, digits), min_size=1, max_size=30))
    made = []
    for day in days:
        first, last = day[:2]
        text = [first, max(day), min(day), last]
        made.append(tuple(float(f"{digit}e{exponent - 6}") for digit in text))
    return made


def _frame(values: list[tuple[float, float, float, float]], change: Callable[[float], float]) -> pd.DataFrame:
    count = len(values)
    frame = pd.DataFrame(values, columns=["open", "high", "low", "close"])
    frame.insert(0, "symbol", "NVDA")
    frame.insert(1, "date", pd.bdate_range("2024-05-20", periods=count).astype("datetime64[s]"))
    frame["adj_close"] = [float(f"{change(close):.7g}") for close in frame.close]
    frame["volume"] = [float(100 * (row + 1)) if row % 3 else np.nan for row in range(count)]
    return frame


@given(values=bars(), factor=st.floats(0.3, 1.0), ratio=st.sampled_from([1.5, 1.973, 2.0, 3.0, 10.0]))
def test_any_seven_digits_come_back_bit_by_bit(
    values: list[tuple[float, float, float, float]], factor: float, ratio: float
) -> None:
    given_prices = _frame(values, lambda close: close * factor)
    splits = pd.DataFrame({"symbol": ["NVDA"], "date": [pd.Timestamp("2024-06-10")], "ratio": [ratio]})
    decoded = snapshot.decode_prices(encode.encode_prices(given_prices, splits))
    for column in ("open", "high", "low", "close", "adj_close", "volume"):
        np.testing.assert_array_equal(decoded[column], given_prices[column], strict=True)


@given(st.integers(1_000_000, 9_999_999), st.integers(-8, 0))
def test_rounding_to_seven_digits_is_that_of_the_decimal(digits: int, exponent: int) -> None:
    value = float(f"{digits}e{exponent}")
    nearby = np.array([value, np.nextafter(value, 0), np.nextafter(value, np.inf)])
    assert snapshot.round_seven(nearby).tolist() == [value] * 3
