"""The table of companies of one assessed event: their moves, losses, counts, abnormal returns and way back."""

from __future__ import annotations

import pandas as pd

from aftershock.companies import company
from aftershock.events import EventDay
from aftershock.measures import records
from aftershock.measures.event_study import EventStudy
from aftershock.measures.market_value import MarketValueLost
from aftershock.measures.rebound import first_at_or_above
from aftershock.prices import PriceHistory
from aftershock.shares import ShareCounts


def company_table(
    history: PriceHistory,
    counts: ShareCounts,
    moves: pd.DataFrame,
    value: MarketValueLost,
    study: EventStudy,
    when: EventDay,
) -> pd.DataFrame:
    """A row per company of `moves` (see `day_moves`), with the columns that `Impact.table` names.

    What a company lacks (a count, an estimate, a price since) is missing in its row.
    """
    symbols = list(moves.index)
    known = [company(s) for s in symbols]
    lost = value.by_company
    in_force = counts.in_force(symbols, when.session)
    total = in_force.groupby(level=0)["shares"].sum()
    filing = in_force.groupby(level=0).first().rename(columns={"as_of": "counted_on", "source": "count_source"})
    close, high = history.frames["close"][symbols], history.frames["high"][symbols]
    back = first_at_or_above(close, moves["before"], when.position)
    filled = first_at_or_above(high, moves["before"], when.position)
    usual = records.usual_volume(history.frames["volume"][symbols], when.position)
    return (
        moves.assign(
            name=[c.name for c in known], short=[c.short for c in known], group=[c.group for c in known], shares=total
        )
        .join(lost[["value_before", "lost", "lost_low", "lost_high"]])
        .join(filing[["counted_on", "in_force_from", "filed", "count_source", "confidence"]])
        .join(study.estimates)
        .assign(
            share_of_total=value.share_of_total(),
            back_above=back["session"],
            sessions_back=back["sessions"],
            filled=filled["session"],
            sessions_filled=filled["sessions"],
            usual_volume=usual,
            times_usual=moves["volume"] / usual,
        )
    )
