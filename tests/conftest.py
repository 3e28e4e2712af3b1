"""What holds for every test: hypothesis neither times nor surprises."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

# No deadline: a busy machine is no failure. Derandomised: the same tree gives the same result
# everywhere; to search further: make test PYTEST_ARGS="--hypothesis-profile=explore"
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def market():
    """The bundled snapshot: `PriceHistory` and `ShareCounts`; nobody may change them."""
    from aftershock.sources.join import load

    return load()


@pytest.fixture(scope="session")
def history_of():
    """Makes a `PriceHistory` of made-up closes, {symbol: closes}, one value a session.

    The first close stands on `start`. Other fields may be given the same way; open, high, low and
    adj_close are the close where they are not, and volume is missing.
    """
    from aftershock.prices import FIELDS, PriceHistory
    from aftershock.sessions import sessions_between

    def made(closes, *, start="2025-01-24", **fields):
        length = max(len(values) for values in closes.values())
        index = sessions_between(start, "2026-12-31")[:length].rename("session")
        close = pd.DataFrame(closes, index=index, dtype=float)
        close.columns = pd.Index(close.columns, name="symbol")
        frames = {field: close.copy() for field in FIELDS}
        frames["volume"] = close * np.nan
        for field, columns in fields.items():
            for symbol, values in columns.items():
                frames[field][symbol] = np.asarray(values, dtype=float)
        return PriceHistory(frames)

    return made


@pytest.fixture(scope="session")
def counts_of():
    """Makes `ShareCounts` of rows (symbol, shares, in force from[, class, price symbol])."""
    from aftershock.shares import COLUMNS, ShareCounts

    def made(*rows):
        table = []
        for symbol, shares, since, *rest in rows:
            share_class, price_symbol = rest or ("all", symbol)
            when = pd.Timestamp(since).as_unit("s")
            table.append((symbol, share_class, price_symbol, shares, when, when, pd.NaT, "made up", "high"))
        frame = pd.DataFrame(table, columns=list(COLUMNS))
        stamps = ["as_of", "in_force_from", "filed"]
        return ShareCounts(frame.astype(dict.fromkeys(stamps, "datetime64[s]")))

    return made
