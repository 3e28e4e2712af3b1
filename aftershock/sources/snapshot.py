"""The bundled snapshot: prices, splits, share counts, companies, events, minute bars, the market.

Every reader checks the file against the SHA-256 in manifest.json before using it, so a damaged
or half-written file is refused instead of giving wrong numbers. Where the numbers come from and
what was mended in them is told in aftershock/data/SOURCES.md.
"""

import hashlib
import io
import json
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from aftershock.errors import SnapshotError

NEW_YORK: Final = "America/New_York"
SESSIONS: Final = ["pre", "regular", "post"]

Floats = npt.NDArray[np.float64]

_POWERS: Final = np.array([float(f"1e{k}") for k in range(16)])
_BOUNDS: Final = np.array([float(f"1e{k}") for k in range(-8, 8)])


def read_prices() -> pd.DataFrame:
    """Daily prices of all tickers, sorted by symbol and date.

    Columns: symbol (categorical of str); date (datetime64[s], naive midnight of the session);
    open, high, low, close (float64, USD or index points, adjusted for splits, not for dividends);
    adj_close (float64, close adjusted for splits and dividends; NaN for indices and where the
    source's adjustment is wrong); volume (float64, shares on today's split basis; NaN where the
    source has none).
    """
    return decode_prices(_parquet("prices.parquet"))


def read_intraday() -> pd.DataFrame:
    """One-minute bars of 25 stocks, 2025-01-23 to 2025-01-31, sorted by symbol and time.

    Columns: timestamp (datetime64[s, America/New_York], start of the minute); symbol
    (categorical); open, high, low, close (float64, USD as traded); volume (int64, shares);
    session (categorical: pre, regular, post). A minute without a trade has no row.
    """
    return decode_bars(_parquet("intraday.parquet"))


def read_intraday_hourly() -> pd.DataFrame:
    """Hourly bars of SPY and QQQ for the same days, regular session only; columns as above."""
    return decode_bars(_parquet("intraday_60m.parquet"))


def read_splits() -> pd.DataFrame:
    """Splits that the prices are adjusted for, sorted: symbol (str), date (datetime64[s]),
    ratio (float64, new shares for one old).
    """
    return _csv("splits.csv", dates=["date"])


def read_sp500() -> pd.DataFrame:
    """Members of the S&P 500, sorted by symbol.

    Columns: symbol (str); added (datetime64[s], first day in the index); value_usd (float64, market value of the whole
    company at the close of 2025-01-24; NaN where no count is known, another of its listings stands for the company, or
    it was added later). Members that have left the index since are not there.
    """
    table = _csv("sp500.csv", dates=["added"])
    return table.assign(value_usd=pd.to_numeric(table["value_usd"]))


def read_shares() -> pd.DataFrame:
    """Share counts over time, sorted by symbol, in_force_from and share_class.

    Columns: symbol (str, the company); share_class ("all", or "A", "B", "C"); price_symbol (whose
    close multiplies the count); shares (int64, on the split basis of `close`, receipts for TSM);
    as_of (datetime64[s], day counted); in_force_from (datetime64[s]; in force until the company's
    next in_force_from); filed (datetime64[s], NaT where the filing was not read); as_filed (int64,
    on the basis of its own day, ordinary shares for TSM); source, confidence (high, medium, low),
    note (str, empty where there is nothing to say). All rows of a company with the same
    in_force_from together are its count.
    """
    return _csv("shares.csv", dates=["as_of", "in_force_from", "filed"])


def read_companies() -> pd.DataFrame:
    """Companies and benchmarks in display order, all str: symbol, name, short (at most 13
    characters), group, kind (company, etf, index), price_symbols (separated by spaces), full_name.
    """
    return _csv("companies.csv")


def read_events() -> pd.DataFrame:
    """Events, oldest first.

    Columns: date (datetime64[s], event session); title; short (pin label, at most 22 characters);
    kind (policy, product, earnings, selloff, rally); description; symbols and moves_pct (the
    tickers that moved most, separated by spaces); nvda_pct, sox_pct (float64, percent);
    baseline_close_date, last_day_of_move (datetime64[s]); moves_from; source; confidence.
    """
    return _csv("events.csv", dates=["date", "baseline_close_date", "last_day_of_move"])


def read_market() -> pd.DataFrame:
    """The Nasdaq.com screener around 2025-01-27, one row per listing, flaws kept.

    Columns: exchange, symbol, industry, sector, country (str, empty where unknown);
    close_2025_01_24, close_2025_01_27, close_2025_01_28 (float64, USD, NaN missing);
    pct_2025_01_27 (float64, percent); implied_shares (int64, market value / price);
    value_change_2025_01_27_usd (int64); counted_in_totals (bool).
    """
    return decode_market(_parquet("market.parquet"))


def read_crosscheck() -> pd.DataFrame:
    """Comparisons of the daily prices with other sources, one row per symbol, field and source.

    Columns: symbol, field, compared_with, verdict, note (str); date_from, date_to, max_diff_date
    (datetime64[s]); n_days, days_over_1pct, n_days_2025_01_24_to_31 (int64); basis_factor,
    median_abs_rel_diff, max_abs_rel_diff (float64, parts of one);
    max_abs_rel_diff_2025_01_24_to_31 (float64, NaN where the source ends before those days).
    """
    table = _csv("crosscheck.csv", dates=["date_from", "date_to", "max_diff_date"])
    late = "max_abs_rel_diff_2025_01_24_to_31"
    return table.assign(**{late: pd.to_numeric(table[late], errors="coerce")})


def manifest() -> dict[str, Any]:
    """Bytes, rows and SHA-256 of every bundled file, and the range of the prices."""
    try:
        content: dict[str, Any] = json.loads(_bytes("manifest.json"))
    except ValueError as error:
        raise SnapshotError("The bundled manifest.json is damaged.") from error
    return content


def decode_prices(table: pa.Table) -> pd.DataFrame:
    """Daily prices from their encoding (described in tools/snapshot/encode.py)."""
    bars = _decode_ohlc(table)
    digits, power = seven_digits(bars.pop("exact") * _numpy(table, "factor"))
    return pd.DataFrame(
        {
            "symbol": _category(table["symbol"]),
            "date": _times(table, "datetime64[D]"),
            **bars,
            "adj_close": (digits + _numpy(table, "nudge")) / power,
            "volume": _numpy(table, "volume") * _numpy(table, "lot"),
        },
        copy=False,
    )


def decode_bars(table: pa.Table) -> pd.DataFrame:
    """Intraday bars from their encoding (described in tools/snapshot/encode.py)."""
    bars = _decode_ohlc(table)
    del bars["exact"]
    time = pd.Series(_times(table, "datetime64[m]")).dt.tz_localize("UTC").dt.tz_convert(NEW_YORK)
    minute = time.dt.hour * 60 + time.dt.minute
    session = pd.cut(minute, [0, 9 * 60 + 30, 16 * 60, 24 * 60], right=False, labels=SESSIONS)
    volume = _numpy(table, "volume").astype(np.int64)
    symbol = _category(table["symbol"])
    return pd.DataFrame(
        {"timestamp": time, "symbol": symbol, **bars, "volume": volume, "session": session},
        copy=False,
    )


def decode_market(table: pa.Table) -> pd.DataFrame:
    """The whole-market table from its encoding (described in tools/snapshot/encode.py)."""
    friday, move = _numpy(table, "friday"), _signed(table, "monday")
    shares = _numpy(table, "implied_shares")
    closes = [friday / 1e4, (friday + move) / 1e4, (friday + move + _numpy(table, "tuesday")) / 1e4]
    frame: pd.DataFrame = table.select(["exchange", "symbol", "industry", "sector", "country"]).to_pandas()
    for day, close in zip((24, 27, 28), closes, strict=True):
        frame[f"close_2025_01_{day}"] = close
    frame["pct_2025_01_27"] = np.round((closes[1] / closes[0] - 1) * 100, 3)
    frame["implied_shares"] = shares
    frame["value_change_2025_01_27_usd"] = value_change(move, shares) + _numpy(table, "off")
    frame["counted_in_totals"] = _numpy(table, "counted_in_totals")
    return frame


def value_change(move: npt.NDArray[np.int64], shares: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Change of market value in whole dollars from a move in hundredths of a cent."""
    whole, rest = np.divmod(move * shares, 10_000)
    return np.asarray(whole + (rest >= 5_000))


def _times(table: pa.Table, unit: str) -> npt.NDArray[np.datetime64]:
    """Times as datetime64[s] from the steps between rows, in days or minutes."""
    return np.cumsum(_signed(table, "step")).astype(unit).astype("datetime64[s]")


def _decode_ohlc(table: pa.Table) -> dict[str, Floats]:
    """Open, high, low, close (rows,), and `exact`, the close before rounding to seven digits."""
    gap, body = _signed(table, "gap"), _signed(table, "body")
    last = np.cumsum(gap + body)
    first = last - body
    high = np.maximum(first, last) + _numpy(table, "above")
    low = np.minimum(first, last) - _numpy(table, "below")
    unit = _numpy(table, "unit")
    bars = {"open": first, "high": high, "low": low, "close": last}
    return {name: round_seven(count / unit) for name, count in bars.items()} | {"exact": last / unit}


def seven_digits(values: Floats) -> tuple[Floats, Floats]:
    """Seven significant digits of positive values as whole numbers, and the powers of ten below.

    digits / power is the float64 nearest to the rounded decimal. Only operations that IEEE 754
    defines to the last bit are used, so every machine gets the same result.
    """
    exponent = np.clip(15 - np.searchsorted(_BOUNDS, values, side="right"), 0, 15)
    power = _POWERS[exponent]
    return np.rint(values * power), power


def round_seven(values: Floats) -> Floats:
    """Round positive values to seven significant digits (whole numbers from 10^7 on)."""
    digits, power = seven_digits(values)
    return digits / power


def _signed(table: pa.Table, column: str) -> npt.NDArray[np.int64]:
    """Undo the zigzag: 0, 1, 2, 3 are 0, -1, 1, -2."""
    coded = _numpy(table, column).astype(np.int64)
    return (coded >> 1) ^ -(coded & 1)


def _numpy(table: pa.Table, column: str) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = table[column].to_numpy()
    return values


def _category(column: pa.ChunkedArray) -> "pd.Categorical[str]":
    """Text as a categorical whose categories are sorted."""
    coded = column.combine_chunks().dictionary_encode()
    names: list[str] = coded.dictionary.to_pylist()
    order = sorted(names)
    place = np.array([order.index(name) for name in names])
    codes: npt.NDArray[np.int64] = place[coded.indices.to_numpy()]
    return pd.Categorical.from_codes(codes, pd.Index(order))


def _csv(name: str, dates: list[str] | None = None) -> pd.DataFrame:
    """Read a bundled CSV table; text cells stay text ("NA" is a ticker), dates become dates."""
    content = io.BytesIO(_checked(name))
    table = pd.read_csv(content, keep_default_na=False, na_values={})
    for column in dates or []:
        table[column] = pd.to_datetime(table[column].replace("", None)).astype("datetime64[s]")
    return table


def _parquet(name: str) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(_checked(name)))
    except (pa.ArrowException, OSError) as error:
        raise SnapshotError(f"The bundled {name} cannot be read: {error}.") from error


def _checked(name: str) -> bytes:
    """Content of a bundled file, if it is the one that manifest.json describes."""
    content = _bytes(name)
    expected = manifest().get("files", {}).get(name, {}).get("sha256")
    if hashlib.sha256(content).hexdigest() != expected:
        raise SnapshotError(f"The bundled {name} is damaged: it does not match manifest.json.")
    return content


def _bytes(name: str) -> bytes:
    try:
        return (files("aftershock") / "data" / name).read_bytes()
    except (OSError, ModuleNotFoundError) as error:
        raise SnapshotError(f"The bundled {name} is missing.") from error
