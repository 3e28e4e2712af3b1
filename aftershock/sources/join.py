"""Prices from all sources as one history, and which source each company's come from.

The bundled snapshot is the base. What another source gave of a company is joined to it behind its last session, once
their common sessions prove that both stand on one split basis; if they differ by a constant factor, a split has come
in between, and the older prices, their volumes and the share counts are put on the newer basis. What does not agree is
not mixed: the source with the later prices is taken whole, and a notice says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aftershock.formats import day
from aftershock.prices import FIELDS, PriceHistory
from aftershock.sessions import sessions_between
from aftershock.shares import ShareCounts
from aftershock.sources import snapshot
from aftershock.sources.bars import Bars
from aftershock.sources.basis import basis_factor

ORIGINS = ["source", "as_of", "first", "last", "sessions", "gaps"]


@dataclass(frozen=True, eq=False)
class Market:
    """What the product knows: prices, share counts, and where the prices come from.

    `origins` has a row per symbol: `source` (`snapshot`, or the sources joined, as `snapshot + yahoo`), `as_of` (when
    the newest of them was had, UTC; NaT for the snapshot alone), `first` and `last` session with a close, `sessions`
    that have one, and `gaps`, those between that have none. `notices` are sentences on what could not be joined as it
    is.
    """

    history: PriceHistory
    counts: ShareCounts
    origins: pd.DataFrame
    notices: tuple[str, ...] = ()


def load() -> tuple[PriceHistory, ShareCounts]:
    """Prices of all companies and benchmarks, and the share counts of the companies, of the bundled snapshot.

    Raises:
        SnapshotError: a bundled file is missing or damaged.
    """
    history = PriceHistory.from_long(snapshot.read_prices(), snapshot.read_splits())
    return history, ShareCounts(snapshot.read_shares())


def join(history: PriceHistory, counts: ShareCounts, more: Sequence[Bars]) -> Market:
    """A history with what other sources gave, company by company; the later of two for one symbol is joined last.

    Args:
        history: the base, usually the snapshot.
        counts: share counts on the split basis of `history`.
        more: daily bars of other sources. Sessions outside the exchange calendar are left out.

    Returns:
        The joined market. `history` itself stays as it is.
    """
    own = {str(s): _of(history, str(s)) for s in history.symbols}
    sources, as_of = dict.fromkeys(own, "snapshot"), dict.fromkeys(own, pd.NaT)
    splits, notices = [history.splits], list[str]()
    factors: dict[str, float] = {}
    for bars in more:
        symbol = bars.symbol
        if bars.daily["close"].notna().sum() == 0:
            continue
        base = own.get(symbol)
        factor = None if base is None else basis_factor(base["close"], bars.daily["close"])
        if base is None or factor is None:
            if base is not None and _last(base) >= _last(bars.daily):
                continue
            if base is not None:
                apart = f"The prices of {symbol} from {bars.source} do not agree with the bundled ones"
                notices.append(f"{apart}; they are shown alone, from {day(_first(bars.daily))} on.")
            own[symbol], sources[symbol] = bars.daily, bars.source
        else:
            own[symbol] = _continued(_rebased(base, factor), bars.daily)
            factors[symbol] = factors.get(symbol, 1.0) * factor
            sources[symbol] = f"{sources[symbol]} + {bars.source}"
        as_of[symbol] = bars.as_of
        splits.append(bars.splits.assign(symbol=symbol)[["symbol", "date", "ratio"]])
    joined = _history(own, splits)
    return Market(joined, _recounted(counts, factors), _origins(joined, sources, as_of), tuple(notices))


def _of(history: PriceHistory, symbol: str) -> pd.DataFrame:
    frame = pd.DataFrame({f: history.frames[f][symbol] for f in FIELDS})
    return frame[frame["close"].notna()]


def _first(daily: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(daily["close"].first_valid_index())


def _last(daily: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(daily["close"].last_valid_index())


def _rebased(daily: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Prices divided by a split that the newer source knows, volumes multiplied."""
    if factor == 1:
        return daily
    prices = [f for f in FIELDS if f != "volume"]
    return daily.assign(**{f: daily[f] / factor for f in prices}, volume=daily["volume"] * factor)


def _continued(base: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """The base with the sessions behind its last; its dividend-adjusted closes are put on the newer adjustment."""
    common = pd.concat([base["adj_close"], newer["adj_close"]], axis=1, join="inner").dropna()
    if len(common):
        ratio = float(common.iloc[-1, 1] / common.iloc[-1, 0])
        base = base.assign(adj_close=base["adj_close"] * ratio)
    return pd.concat([base, newer[newer.index > base.index[-1]]])


def _history(own: dict[str, pd.DataFrame], splits: Sequence[pd.DataFrame]) -> PriceHistory:
    first = min(daily.index[0] for daily in own.values())
    last = max(daily.index[-1] for daily in own.values())
    index = sessions_between(first, last).rename("session")
    symbols = pd.Index(list(own), name="symbol")
    frames = {}
    for name in FIELDS:
        grid = np.column_stack([daily[name].reindex(index).to_numpy(float) for daily in own.values()])
        frames[name] = pd.DataFrame(grid, index, symbols)
    known = pd.concat([s for s in splits if len(s)] or splits[:1], ignore_index=True)
    return PriceHistory(frames, known.drop_duplicates(["symbol", "date"], ignore_index=True))


def _recounted(counts: ShareCounts, factors: dict[str, float]) -> ShareCounts:
    """Counts on the basis of the prices: a split that halves a price doubles the count that multiplies it."""
    changed = {symbol: factor for symbol, factor in factors.items() if factor != 1}
    if not changed:
        return counts
    scale = counts.table["price_symbol"].map(changed).fillna(1.0)
    return ShareCounts(counts.table.assign(shares=counts.table["shares"] * scale))


def _origins(history: PriceHistory, sources: dict[str, str], as_of: dict[str, pd.Timestamp]) -> pd.DataFrame:
    reach = history.coverage
    between = [
        history.sessions.searchsorted(r["last"]) - history.sessions.searchsorted(r["first"]) + 1
        for _, r in reach.iterrows()
    ]
    table = reach.assign(
        source=pd.Series(sources), as_of=pd.Series(as_of), gaps=np.array(between) - reach["sessions"].to_numpy(int)
    )
    return table[ORIGINS]
