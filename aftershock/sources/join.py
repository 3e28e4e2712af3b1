"""What the product knows, from all its sources: today the bundled snapshot, which needs no network."""

from __future__ import annotations

from aftershock.prices import PriceHistory
from aftershock.shares import ShareCounts
from aftershock.sources import snapshot


def load() -> tuple[PriceHistory, ShareCounts]:
    """Prices of all companies and benchmarks, and the share counts of the companies.

    Raises:
        SnapshotError: a bundled file is missing or damaged.
    """
    history = PriceHistory.from_long(snapshot.read_prices(), snapshot.read_splits())
    return history, ShareCounts(snapshot.read_shares())
