"""Sessions over which the sentences of a page are read."""

import pandas as pd
import pytest

from aftershock.events import event_range


@pytest.fixture(scope="session")
def days_of_every_year(market):
    """Picks sixty sessions with a generator (`2001-09-17`): 57 of any year, the first and the last two."""
    first, last = event_range(market[0], ["INTC"])
    sessions = market[0].sessions
    sessions = sessions[(sessions >= first) & (sessions <= last)].to_numpy()

    def picked(rng):
        days = [*rng.choice(sessions[1:-2], 57, replace=False), *sessions[[0, -2, -1]]]
        return [f"{pd.Timestamp(day):%Y-%m-%d}" for day in days]

    return picked
