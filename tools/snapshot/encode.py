"""Small, exact encodings of daily and intraday bars; `aftershock.sources.snapshot` decodes them.

Prices are counted in a unit in which they are whole numbers: US cents before the splits, mostly.
Most old prices are such cents divided by the later splits and rounded to seven digits, so the
count of cents recovers them exactly and is far shorter. Each row carries its unit (runs of equal
ones cost nothing). From one row to the next only the gap from the last close to the open, the
body from open to close, and the wicks above and below are kept. The adjusted close is the close
times a factor that changes at dividends, plus a few units of the seventh digit. Volumes are
counted in lots. Every table is decoded again after encoding and compared bit by bit.

Daily table, 220,718 rows, in MB (all but the first in one row group):
7.19 Parquet as pandas writes it; 6.08 and 5.70 float64 split by bytes, with zstd 22 and brotli 11;
5.33 and 4.70 float64 as dictionaries; 2.97 float32 split by bytes (rounding to seven digits gives
back every price, but 18% of the volumes are lost); 3.00 whole numbers in each ticker's own
decimals, split by bytes; 3.24 the same as packed deltas; 2.58 their differences; 1.66 and 1.57 as
here, with zstd 22 and brotli 11. Reading the last takes 45 ms, of which 25 ms are decoding.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from aftershock.errors import SnapshotError
from aftershock.sources import snapshot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

OHLC = ["open", "high", "low", "close"]
# Parts of a dollar before splits: cents, sixty-fourths together with cents, finer decimals.
PARTS = [100.0, 200.0, 6400.0, 1e3, 1e4, 1e5]
# Parts of a dollar as the price stands; the last resort for any decimal of seven digits.
DECIMALS = [10.0**k for k in range(2, 11)]
LOTS = [10.0**k for k in range(7)]
LARGEST = 2.0**31 - 1
# Bits that a change of unit may cost, about: the value in its run and the jump in the counts.
SWITCH = 40.0
# Units of the seventh digit by which an adjusted close may miss close x factor.
NUDGE = 8.0


class EncodingError(SnapshotError):
    """A value that the encoding would not give back bit by bit."""


def encode_prices(prices: pd.DataFrame, splits: pd.DataFrame) -> pa.Table:
    """Encode daily prices (sorted by symbol and date) as returned by `load_prices`."""
    basis = split_basis(prices, splits)
    unit = _by_symbol(prices, lambda own: price_units(own[OHLC].to_numpy(), basis[own.index]))
    lot = _by_symbol(prices, lambda own: volume_lots(own.volume.to_numpy(), basis[own.index]))
    exact = np.rint(prices.close.to_numpy() * unit) / unit
    adjusted = prices.adj_close.to_numpy()
    factor = _by_symbol(prices, lambda own: dividend_factors(exact[own.index], adjusted[own.index]))
    digits, power = snapshot.seven_digits(exact * factor)
    table = pa.table(
        {
            "symbol": prices.symbol,
            "step": _steps(prices.date, "datetime64[D]"),
            "unit": unit,
            **_counts(prices, unit),
            "factor": factor,
            "nudge": pa.array(np.nan_to_num(np.rint(adjusted * power) - digits), pa.int8()),
            "lot": lot,
            "volume": pa.array((prices.volume / lot).to_numpy(), pa.int64(), from_pandas=True),
        }
    )
    _compare(prices, snapshot.decode_prices(table))
    return table


def encode_bars(bars: pd.DataFrame) -> pa.Table:
    """Encode intraday bars (sorted by symbol and timestamp) as returned by `load_intraday`."""
    ones = np.ones(len(bars))
    unit = _by_symbol(bars, lambda own: price_units(own[OHLC].to_numpy(), ones[own.index]))
    minute = bars.timestamp.dt.tz_convert("UTC").dt.tz_localize(None)
    table = pa.table(
        {
            "symbol": bars.symbol,
            "step": _steps(minute, "datetime64[m]"),
            "unit": unit,
            **_counts(bars, unit),
            "volume": pa.array(bars.volume, pa.int32()),
        }
    )
    _compare(bars, snapshot.decode_bars(table))
    return table


def encode_market(market: pd.DataFrame) -> pa.Table:
    """Encode the whole-market table as returned by `load_market`.

    Closes are counted in hundredths of a cent; what follows from them is computed on reading.
    """
    friday, monday, tuesday = (np.rint(market[f"close_2025_01_{day}"].to_numpy() * 1e4) for day in (24, 27, 28))
    move = (monday - friday).astype(np.int64)
    change = snapshot.value_change(move, market.implied_shares.to_numpy())
    table = pa.table(
        {
            **{c: market[c] for c in ["exchange", "symbol", "industry", "sector", "country"]},
            "friday": pa.array(friday, pa.int64()),
            "monday": zigzag(move),
            "tuesday": pa.array(tuesday - monday, pa.int64(), from_pandas=True),
            "implied_shares": pa.array(market.implied_shares, pa.int64()),
            "off": pa.array(market.value_change_2025_01_27_usd - change, pa.int8()),
            "counted_in_totals": market.counted_in_totals,
        }
    )
    _compare(market, snapshot.decode_market(table))
    return table


def split_basis(prices: pd.DataFrame, splits: pd.DataFrame) -> Floats:
    """Product of all splits after each row's date: shares of today for one share of that day."""
    basis = np.ones(len(prices))
    for split in splits.itertuples():
        before = (prices.symbol == split.symbol) & (prices.date < split.date)
        basis[before.to_numpy()] *= split.ratio
    return basis


def price_units(values: Floats, basis: Floats) -> Floats:
    """Choose a unit for each row of one symbol.

    `values` (rows, 4) are open, high, low, close; `basis` (rows,) as from `split_basis`.
    """
    units = np.array([part * basis for part in PARTS] + [np.full(len(basis), k) for k in DECIMALS])
    cost = np.empty(units.shape)
    for row, unit in enumerate(units):
        count = np.rint(values * unit[:, None])
        exact = snapshot.round_seven(count / unit[:, None]) == values
        fits = (exact & (count <= LARGEST)).all(axis=1)
        cost[row] = np.where(fits, 4 * np.log2(unit), np.inf)
    # A row that no unit fits is caught by the comparison, which can name it.
    cost[0] = np.minimum(cost[0], 1e6)
    return _cheapest(units, cost)


def volume_lots(volume: Floats, basis: Floats) -> Floats:
    """Choose a lot for each row of one symbol, by which its volume divides without rest."""
    whole = np.rint(basis)
    lots = np.array([lot * each for each in (np.ones(len(whole)), whole) for lot in LOTS])
    cost = np.where(np.nan_to_num(volume) % lots == 0, -np.log2(lots), np.inf)
    return _cheapest(lots, cost - cost[np.isfinite(cost)].min(initial=0.0))


def _cheapest(choices: Floats, cost: Floats) -> Floats:
    """Pick one choice a row so that all costs and SWITCH for each change are least.

    `choices` and `cost` are (choices, rows), cost infinite where a choice is impossible.
    """
    count, rows = cost.shape
    best = cost[:, 0].copy()
    back = np.empty((rows, count), dtype=np.int64)
    for row in range(1, rows):
        other = int(best.argmin())
        stay = best <= best[other] + SWITCH
        back[row] = np.where(stay, np.arange(count), other)
        best = np.where(stay, best, best[other] + SWITCH) + cost[:, row]
    path = np.empty(rows, dtype=np.int64)
    path[-1] = best.argmin()
    for row in range(rows - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return np.asarray(choices[path, np.arange(rows)])


def dividend_factors(close: Floats, adjusted: Floats) -> Floats:
    """Find the factor from close to adjusted close of each row of one symbol, in long runs.

    NaN where there is no adjusted close. A run ends where no single factor meets all its rows
    to NUDGE units of the seventh digit.
    """
    digits, power = snapshot.seven_digits(adjusted)
    known = np.isfinite(adjusted)
    low = np.where(known, (digits - NUDGE) / power / close, np.inf)
    high = np.where(known, (digits + NUDGE) / power / close, -np.inf)
    factor = np.full(len(close), np.nan)
    start = 0
    while start < len(close):
        end, floor, ceiling = start, -np.inf, np.inf
        while end < len(close) and max(floor, low[end]) <= min(ceiling, high[end]):
            floor, ceiling = max(floor, low[end]), min(ceiling, high[end])
            end += 1
        if end == start:  # no adjusted close
            end = start + 1
        else:
            part = slice(start, end)
            options = np.quantile(adjusted[part] / close[part], np.linspace(0.2, 0.8, 13))
            options = np.append(options[(options >= floor) & (options <= ceiling)], [floor, 1.0])
            miss = [_miss(close[part] * f, digits[part], power[part]) for f in options]
            factor[part] = options[int(np.argmin(miss))]
        start = end
    return factor


def _miss(values: Floats, digits: Floats, power: Floats) -> float:
    """Sum of misses in units of the seventh digit."""
    return float(np.abs(np.rint(values * power) - digits).sum())


def zigzag(values: Integers) -> pa.Array:
    """Small numbers of either sign as small numbers without sign: 0, -1, 1, -2 as 0, 1, 2, 3."""
    return pa.array((values << 1) ^ (values >> 63), pa.int64()).cast(pa.int32())


def _counts(bars: pd.DataFrame, unit: Floats) -> dict[str, pa.Array]:
    first, high, low, last = (np.rint(bars[c].to_numpy() * unit).astype(np.int64) for c in OHLC)
    before = np.concatenate([[0], last[:-1]])
    return {
        "gap": zigzag(first - before),
        "body": zigzag(last - first),
        "above": pa.array(high - np.maximum(first, last), pa.int32()),
        "below": pa.array(np.minimum(first, last) - low, pa.int32()),
    }


def _steps(times: pd.Series, unit: str) -> pa.Array:
    """Days or minutes from each row to the next, from 1970 to the first."""
    return zigzag(np.diff(times.to_numpy().astype(unit).astype(np.int64), prepend=0))


def _by_symbol(table: pd.DataFrame, choose: Callable[[pd.DataFrame], Floats]) -> Floats:
    """Apply `choose` to the rows of each symbol; one float64 a row."""
    result = np.empty(len(table))
    for _, own in table.groupby("symbol", sort=False):
        result[own.index] = choose(own)
    return result


def _compare(given: pd.DataFrame, decoded: pd.DataFrame) -> None:
    """Refuse an encoding that does not give back every value bit by bit."""
    for column in given.columns:
        a, b = given[column].to_numpy(), decoded[column].to_numpy()
        equal = (a == b) | (pd.isna(a) & pd.isna(b))
        if not equal.all():
            row = given[~equal].iloc[0]
            raise EncodingError(
                f"{' '.join(str(cell) for cell in row.iloc[:2])}: {column} {row[column]} comes "
                f"back as {decoded[column][~equal].iloc[0]}."
            )
