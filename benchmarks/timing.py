"""Times rivals in turn, so that whatever else the machine does meets all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5
WHILE = 0.25  # seconds


@dataclass(frozen=True)
class Rival:
    """Something to time. `share` of the work is done, and the time scaled up to all of it."""

    name: str
    run: Callable[[], object]
    share: float = 1.0


def in_turn(rivals: list[Rival]) -> dict[str, float]:
    """Median seconds of each rival over some rounds, in each of which it runs for a while; the first is not counted."""
    times: dict[str, list[float]] = {rival.name: [] for rival in rivals}
    for counted in range(ROUNDS + 1):
        for rival in rivals:
            seen = runs(rival)
            times[rival.name] = times[rival.name] + seen if counted > 1 else seen
    return {name: statistics.median(seen) for name, seen in times.items()}


def runs(rival: Rival) -> list[float]:
    """Seconds of run after run until `WHILE` has passed, each scaled to the whole work."""
    gc.collect()
    seen: list[float] = []
    while sum(seen) * rival.share < WHILE:
        start = time.perf_counter()
        rival.run()
        seen.append((time.perf_counter() - start) / rival.share)
    return seen


def report(title: str, rivals: list[Rival], base: str) -> dict[str, float]:
    """Times the rivals and prints a line for each: milliseconds, and how many times the time of `base`."""
    times = in_turn(rivals)
    print(f"\n{title}")
    for rival in rivals:
        seconds = times[rival.name]
        scaled = "" if rival.share == 1 else f"   (measured on {rival.share:.2%} of it)"
        print(f"  {rival.name:<52}{seconds * 1e3:>14,.3f} ms{seconds / times[base]:>14,.2f} ×{scaled}", flush=True)
    return times
