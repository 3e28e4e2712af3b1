"""Companies, their groups, the baskets that can be chosen, and the benchmarks they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from aftershock.sources import snapshot

AI_CHIPS = "ai-chips"
AI_BUILD_OUT = "ai-build-out"
EVERYTHING = "all"
ADDED = "Added"  # group of companies that are not in the directory

_CHIP_GROUPS = ("Accelerators", "Custom silicon and networking", "Foundry and equipment", "Memory and analog")
_BUILD_OUT_GROUPS = (*_CHIP_GROUPS, "Servers and data centre", "Power")


@dataclass(frozen=True)
class Company:
    """A company, or a benchmark.

    `symbol` is its key everywhere; `price_symbols` the listings whose prices enter its market value (two for
    Alphabet, one for everybody else); `name` is written in sentences, `short` on axes.
    """

    symbol: str
    name: str
    short: str
    group: str
    kind: str
    price_symbols: tuple[str, ...]
    full_name: str


@dataclass(frozen=True)
class Basket:
    """A named choice of companies; `noun` completes `24 …` in a sentence, `label` on a button."""

    key: str
    title: str
    noun: str
    label: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Benchmark:
    """An index or fund that stands for the market; `short` labels its line, `label` a button."""

    key: str
    symbol: str
    name: str
    short: str

    @property
    def label(self) -> str:
        """The name without what is in brackets, and without `index`."""
        return self.name.split(" (")[0].removesuffix(" index")


@dataclass(frozen=True, eq=False)
class Members:
    """The members of an index: since when each (`added`, by symbol), and what all were worth on one day (dollars)."""

    added: pd.Series
    value: float
    on: pd.Timestamp


BENCHMARKS: dict[str, Benchmark] = {
    b.key: b
    for b in (
        Benchmark("sp500", "^GSPC", "S&P 500", "S&P"),
        Benchmark("nasdaq", "^IXIC", "Nasdaq Composite", "Nasdaq"),
        Benchmark("nasdaq100", "^NDX", "Nasdaq-100", "NDX"),
        Benchmark("sox", "^SOX", "PHLX Semiconductor index", "SOX"),
        Benchmark("dow", "^DJI", "Dow Jones", "Dow"),
        Benchmark("smh", "SMH", "SMH (chip fund)", "SMH"),
        Benchmark("soxx", "SOXX", "SOXX (chip fund)", "SOXX"),
        Benchmark("qqq", "QQQ", "QQQ (Nasdaq-100 fund)", "QQQ"),
        Benchmark("spy", "SPY", "SPY (S&P 500 fund)", "SPY"),
    )
}


@cache
def directory() -> dict[str, Company]:
    """Every company and benchmark by symbol, in the order of the groups."""
    rows = snapshot.read_companies().itertuples(index=False)
    return {
        r.symbol: Company(r.symbol, r.name, r.short, r.group, r.kind, tuple(r.price_symbols.split()), r.full_name)
        for r in rows
    }


def company(symbol: str) -> Company:
    """The company or benchmark of a symbol; one that is not in the directory goes by its symbol, in group `ADDED`."""
    return directory().get(symbol) or Company(symbol, symbol, symbol, ADDED, "company", (symbol,), symbol)


@cache
def companies() -> tuple[Company, ...]:
    """The companies proper, without indices and funds."""
    return tuple(c for c in directory().values() if c.kind == "company")


@cache
def members(benchmark: Benchmark) -> Members | None:
    """The members of a benchmark; None where they are not known."""
    if benchmark.key != "sp500":
        return None
    table = snapshot.read_sp500().set_index("symbol")
    return Members(table["added"], float(table["value_usd"].sum()), pd.Timestamp("2025-01-24"))


@cache
def groups() -> tuple[str, ...]:
    """Group names in their order of display."""
    return tuple(dict.fromkeys(c.group for c in companies()))


@cache
def baskets() -> dict[str, Basket]:
    """The baskets by key; the first is the default."""
    return {
        b.key: b
        for b in (
            Basket(AI_CHIPS, "AI chips", "AI chip stocks", "AI chips", _members(_CHIP_GROUPS)),
            Basket(AI_BUILD_OUT, "AI build-out", "AI stocks", "AI stocks", _members(_BUILD_OUT_GROUPS)),
            Basket(EVERYTHING, "Everything with shares", "stocks", "stocks", _members(groups())),
        )
    }


def _members(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c.symbol for c in companies() if c.group in names)


def canonical(symbol: str) -> str | None:
    """The company a typed symbol stands for: case and class do not matter (`goog` is `GOOGL`); None if unknown."""
    wanted = symbol.strip().upper()
    for company in companies():
        if wanted == company.symbol or wanted in company.price_symbols:
            return company.symbol
    return None
