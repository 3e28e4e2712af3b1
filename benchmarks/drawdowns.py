"""All drawdown episodes: against a running maximum alone, and against the libraries that find them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.timing import Rival, report

SIZES = ((1, 25), (500, 10), (5000, 20))
LIMIT = "numpy: running maximum alone (the limit)"


def paths(series: int, years: int) -> np.ndarray:
    """Geometric Brownian motion, series × sessions in one piece of memory (daily mean 0.0004, deviation 0.02)."""
    random = np.random.default_rng(20250127)
    closes = np.empty((series, 252 * years))
    for row in closes:
        row[:] = 100 * np.exp(np.cumsum(random.normal(0.0002, 0.02, len(row))))
    return closes


def frame(closes: np.ndarray) -> pd.DataFrame:
    """Sessions × series; each column lies in one piece of memory."""
    return pd.DataFrame(closes.T, index=pd.bdate_range("2000-01-03", periods=closes.shape[1]), copy=False)


def run() -> None:
    """Prints the comparison."""
    import vectorbt as vbt

    from aftershock.measures.drawdown import drawdown_episodes
    from aftershock.measures.episode_search import search

    for series, years in SIZES:
        closes = paths(series, years)
        wide, rows = frame(closes), pd.DataFrame(np.ascontiguousarray(closes.T), index=frame(closes).index)
        memory = np.empty_like(closes)
        episodes = drawdown_episodes(wide)
        records = vbt.Drawdowns.from_ts(wide).records
        assert len(records) == len(episodes)
        assert (records["valley_idx"].to_numpy() == wide.index.get_indexer(episodes["trough"])).all()
        rivals = [
            Rival(LIMIT, lambda c=closes, m=memory: np.maximum.accumulate(c, axis=1, out=m)),
            Rival("Aftershock: search (positions, as vectorbt's records)", lambda w=wide: search(w.to_numpy(), same)),
            Rival("Aftershock: drawdown_episodes (the whole table)", lambda w=wide: drawdown_episodes(w)),
            Rival("  the same, sessions in one piece of memory", lambda r=rows: drawdown_episodes(r)),
            Rival("vectorbt: Drawdowns.from_ts (records)", lambda w=wide: vbt.Drawdowns.from_ts(w).values),
            Rival("vectorbt: records_readable (table)", lambda w=wide: vbt.Drawdowns.from_ts(w).records_readable),
            *slower(wide),
        ]
        report(f"Drawdowns: {series:,} series × {years} years, {len(episodes):,} episodes", rivals, LIMIT)
        if closes.nbytes > 1e8:
            print(f"  peak memory: {peak_memory():.2f} × the input, the input included")


def same(found: object) -> object:
    """What is found, as it is."""
    return found


def slower(wide: pd.DataFrame) -> list[Rival]:
    """Libraries that go through one series at a time, on as many as they do in some seconds."""
    import ffn
    import pyfolio
    import quantstats

    some = wide.iloc[:, : max(1, min(wide.shape[1], 20))]
    few = wide.iloc[:, : max(1, min(wide.shape[1], 3))]
    returns = few.pct_change()
    share, small = some.shape[1] / wide.shape[1], few.shape[1] / wide.shape[1]

    def by_ffn() -> None:
        for name in some:
            ffn.core.drawdown_details(ffn.core.to_drawdown_series(some[name]))

    def by_quantstats() -> None:
        for name in few:
            quantstats.stats.drawdown_details(quantstats.stats.to_drawdown_series(few[name]))

    def by_pyfolio() -> None:
        for name in returns:
            pyfolio.timeseries.gen_drawdown_table(returns[name], top=10)

    return [
        Rival("ffn: drawdown_details", by_ffn, share),
        Rival("quantstats: drawdown_details", by_quantstats, small),
        Rival("pyfolio: gen_drawdown_table (the ten deepest)", by_pyfolio, small),
    ]


def peak_memory() -> float:
    """Peak of a fresh process that finds the episodes of the largest input, beyond what it had before making it."""
    code = (
        "import resource\n"
        "from aftershock.measures.drawdown import drawdown_episodes\n"
        "from benchmarks.drawdowns import SIZES, frame, paths\n"
        "drawdown_episodes(frame(paths(2, 1)))\n"
        "before = int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize()\n"
        "closes = paths(*SIZES[-1])\n"
        "drawdown_episodes(frame(closes))\n"
        "high = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print((int(high.split()[1]) * 1024 - before) / closes.nbytes)\n"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return float(done.stdout)
