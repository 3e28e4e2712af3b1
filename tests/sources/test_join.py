"""The snapshot and what other sources gave, joined company by company."""

import numpy as np
import pandas as pd
import pytest

from aftershock.prices import FIELDS
from aftershock.sessions import sessions_between
from aftershock.sources.bars import Bars
from aftershock.sources.join import join

NAN = np.nan
NOW = pd.Timestamp("2025-02-03 22:00", tz="UTC")


def bars(symbol, closes, start, *, splits=(), **fields):
    """Bars of made-up closes; open, high, low and adj_close are the close, volume is missing."""
    index = sessions_between(start, "2026-12-31")[: len(closes)]
    close = pd.Series(closes, index, dtype=float)
    daily = pd.DataFrame({f: fields.get(f, close if f != "volume" else close * NAN) for f in FIELDS}, index=index)
    known = pd.DataFrame({"date": pd.DatetimeIndex([d for d, _ in splits]), "ratio": [float(r) for _, r in splits]})
    return Bars(symbol, daily, "yahoo", NOW, known)


@pytest.fixture
def base(history_of, counts_of):
    """NVDA and AMD from Friday 24 to Thursday 30 January 2025; NVDA has 10 shares."""
    history = history_of({"NVDA": [140, 120, 130, 125, 126], "AMD": [10, 11, 12, 13, 14]}, volume={"NVDA": [5] * 5})
    return history, counts_of(("NVDA", 10, "2024-11-01"), ("AMD", 3, "2024-11-01"))


def test_nothing_to_join_changes_nothing(market):
    history, counts = market
    joined = join(history, counts, [])
    for name in FIELDS:
        pd.testing.assert_frame_equal(joined.history.frames[name], history.frames[name])
    assert joined.counts is counts
    assert joined.notices == ()
    assert set(joined.origins["source"]) == {"snapshot"}
    nvidia = joined.origins.loc["NVDA"]
    assert (nvidia["first"], nvidia["last"]) == (pd.Timestamp("1999-01-22"), pd.Timestamp("2026-05-15"))
    assert nvidia["gaps"] == 0


def test_later_sessions_follow_the_last_bundled_one(base):
    joined = join(*base, [bars("NVDA", [130, 125, 126, 127, 128], "2025-01-28")])
    close = joined.history.close
    assert close["NVDA"].tolist() == [140, 120, 130, 125, 126, 127, 128]
    assert close["AMD"].dropna().tolist() == [10, 11, 12, 13, 14]  # and the others end where they did
    assert joined.history.sessions[-1] == pd.Timestamp("2025-02-03")
    row = joined.origins.loc["NVDA"]
    assert (row["source"], row["as_of"], row["last"]) == ("snapshot + yahoo", NOW, pd.Timestamp("2025-02-03"))
    assert joined.origins.at["AMD", "source"] == "snapshot"


def test_bundled_sessions_keep_their_bundled_prices(base):
    # Agreeing to a tenth of a per mille is agreeing; the bundled ones have been checked.
    joined = join(*base, [bars("NVDA", [130.001, 125.001, 126.001, 127], "2025-01-28")])
    assert joined.history.close["NVDA"].tolist() == [140, 120, 130, 125, 126, 127]


def test_a_split_since_the_snapshot_puts_older_prices_and_counts_on_the_new_basis(base):
    # Ten for one on 31 January: 126 is 12.6, five shares traded are fifty, and ten outstanding a hundred.
    joined = join(*base, [bars("NVDA", [13, 12.5, 12.6, 12.7], "2025-01-28", splits=[("2025-01-31", 10)])])
    assert joined.history.close["NVDA"].tolist() == pytest.approx([14, 12, 13, 12.5, 12.6, 12.7])
    assert joined.history.volume["NVDA"].tolist()[:5] == pytest.approx([50] * 5)
    table = joined.counts.table.set_index("symbol")["shares"]
    assert table.to_dict() == {"NVDA": pytest.approx(100), "AMD": 3}
    split = joined.history.splits.iloc[-1]
    assert (split["symbol"], split["date"], split["ratio"]) == ("NVDA", pd.Timestamp("2025-01-31"), 10)


def test_a_dividend_since_the_snapshot_moves_the_adjusted_closes_only(base):
    # Adjusted closes of the common sessions are now 1 % lower.
    adjusted = pd.Series([128.7, 123.75, 124.74, 127], sessions_between("2025-01-28", "2025-01-31"))
    joined = join(*base, [bars("NVDA", [130, 125, 126, 127], "2025-01-28", adj_close=adjusted)])
    assert joined.history.close["NVDA"].tolist() == [140, 120, 130, 125, 126, 127]
    assert joined.history.adj_close["NVDA"].tolist() == pytest.approx([138.6, 118.8, 128.7, 123.75, 124.74, 127])


def test_prices_that_do_not_agree_are_not_mixed(base):
    joined = join(*base, [bars("NVDA", [300, 20, 77, 127, 128], "2025-01-28")])
    assert joined.history.close["NVDA"].dropna().tolist() == [300, 20, 77, 127, 128]
    assert joined.origins.at["NVDA", "source"] == "yahoo"
    assert joined.notices == (
        "The prices of NVDA from yahoo do not agree with the bundled ones; they are shown alone, "
        "from Tue 28 Jan 2025 on.",
    )


def test_prices_that_do_not_agree_and_end_earlier_are_left(base):
    joined = join(*base, [bars("NVDA", [300, 20, 77], "2025-01-24")])
    assert joined.history.close["NVDA"].tolist() == [140, 120, 130, 125, 126]
    assert joined.origins.at["NVDA", "source"] == "snapshot"


def test_a_symbol_that_is_not_bundled_is_added(base):
    joined = join(*base, [bars("NEW", [1, 2, 3], "2025-01-30")])
    assert joined.history.symbols == ("NVDA", "AMD", "NEW")
    assert joined.history.close["NEW"].dropna().tolist() == [1, 2, 3]
    assert joined.origins.at["NEW", "sessions"] == 3


def test_sources_are_joined_one_after_the_other(base):
    first = bars("NVDA", [130, 125, 126, 127, 128], "2025-01-28")
    second = bars("NVDA", [126, 127, 128, 129], "2025-01-30")
    joined = join(*base, [first, second])
    assert joined.history.close["NVDA"].tolist() == [140, 120, 130, 125, 126, 127, 128, 129]


def test_gaps_are_counted_and_nothing_is_filled(base):
    joined = join(*base, [bars("NVDA", [130, 125, 126, NAN, 128], "2025-01-28")])
    assert np.isnan(joined.history.close.at[pd.Timestamp("2025-01-31"), "NVDA"])
    assert joined.origins.at["NVDA", "gaps"] == 1


def test_bars_without_a_close_are_nothing(base):
    assert join(*base, [bars("NEW", [NAN, NAN], "2025-01-30")]).history.symbols == ("NVDA", "AMD")
