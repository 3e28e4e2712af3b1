"""The search for falls from a peak, against one that walks through every series close by close.

The walk is plain Python and knows nothing of stretches, blocks and threads. The series are made to meet
the edges of those: peaks and missing closes on both sides of a stretch's end, blocks of one series and
of many, and closes so near to each other that only their last bit differs.
"""

import math
import threading
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.measures import episode_search
from aftershock.measures.drawdown import COLUMNS, drawdown_episodes
from aftershock.measures.episode_search import STRETCH, Episodes, in_parallel, search
from aftershock.sessions import sessions_between

NAN = np.nan
LESS, MORE = np.nextafter(2.0, 0), np.nextafter(2.0, 3)  # the numbers next to 2 that a computer knows
# one and two closes, and around the ends of the first, the second and the third stretch
LENGTHS = (1, 2, *(k * STRETCH + around for k in (1, 2, 3) for around in (-2, -1, 0, 1, 2)))
SERIES = 24
CALENDAR = sessions_between("2024-12-16", "2025-12-31")


def walked(closes):
    """The episodes of one series: carry the highest close along, note each fall from it, wait for it again."""
    episodes, peak, below, last = [], None, [], None

    def note(stop, recovered):
        trough = below[0]
        for k in below:
            if closes[k] < closes[trough]:
                trough = k
        episodes.append((peak, below[0], trough, stop, recovered, closes[trough], closes[peak]))

    for k, close in enumerate(closes):
        if math.isnan(close):
            continue
        last = k
        if peak is None or close >= closes[peak]:
            if below:
                note(k, recovered=True)
            peak, below = k, []
        else:
            below.append(k)
    if below:
        note(last, recovered=False)
    return episodes


def all_walked(values):
    return [(column, *row) for column in range(values.shape[1]) for row in walked(values[:, column].tolist())]


def searched(values, **constants):
    """The episodes as the search gives them, a tuple each, with some of the module's constants changed."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in constants.items():
            patch.setattr(episode_search, name, value)
        parts = search(values, lambda found: found)
    # Read only now: what one block found must outlast the blocks after it.
    return [row for part in parts for row in zip(*(field.tolist() for field in part), strict=True)]


def cut(values, columns, workers):
    """Constants that make a search take so many columns at a time, on so many threads."""
    return {"BLOCK": max(columns * len(values), 1), "THREADED": 0, "WORKERS": workers}


def shape_of(rng, length):
    """Closes of one made-up series without a gap."""
    ticks = rng.integers(1, 4, length).astype(float)
    peaks = np.ones(length)
    edges = rng.integers(0, length // STRETCH + 1, 4) * STRETCH + rng.integers(-1, 2, 4)
    peaks[edges.clip(0, length - 1)] = rng.choice([LESS, 2.0, MORE], 4)
    return [
        ticks,  # ties at every peak and every trough
        np.sort(ticks),  # plateaus, never a fall
        np.sort(ticks)[::-1],  # never a recovery
        1 + rng.integers(0, 4, length) * np.finfo(float).eps,  # neighbours that differ in their last bit
        np.exp(np.cumsum(rng.normal(0, 0.02, length))).round(2),  # a stock; rounding makes ties
        np.exp(np.cumsum(rng.normal(-0.01, 0.02, length))),  # a falling one: most stretches hold no peak
        peaks,  # flat but for peaks beside the ends of stretches
    ][rng.integers(7)]


def with_gaps(rng, closes):
    """The same with missing closes, a late start, an early end, a single close left, or nothing at all."""
    closes, length = closes.copy(), len(closes)
    closes[rng.random(length) < rng.choice([0, 0, 0.1, 0.6, 0.97])] = NAN
    if rng.random() < 0.3:
        closes[: rng.integers(0, length + 1)] = NAN
    if rng.random() < 0.3:
        closes[rng.integers(0, length + 1) :] = NAN
    if rng.random() < 0.05:
        closes[np.arange(length) != rng.integers(length)] = NAN
    return closes


def market(seed, length, series=SERIES):
    rng = np.random.default_rng(seed)
    return np.column_stack([with_gaps(rng, shape_of(rng, length)) for _ in range(series)])


markets = st.builds(market, st.integers(0, 2**32 - 1), st.sampled_from(LENGTHS))


@st.composite
def small_tables(draw):
    """Tables that shrink well; stretches are cut to fit them."""
    length, series = draw(st.integers(0, 20)), draw(st.integers(0, 5))
    closes = st.lists(st.sampled_from([1.0, LESS, 2.0, MORE, 3.0, NAN]), min_size=length, max_size=length)
    columns = [draw(closes) for _ in range(series)]
    return np.array(columns, float).reshape(series, length).T


@given(markets)
def test_episodes_are_those_of_the_walk(values):
    assert searched(values) == all_walked(values)


@given(markets, st.integers(1, SERIES), st.integers(1, 3))
def test_episodes_are_those_of_the_walk_in_blocks_of_any_size_on_any_number_of_threads(values, columns, workers):
    assert searched(values, **cut(values, columns, workers)) == all_walked(values)


@given(small_tables(), st.sampled_from([2, 4, 8]), st.integers(1, 5), st.integers(1, 2))
def test_episodes_are_those_of_the_walk_with_stretches_of_any_length(values, stretch, columns, workers):
    assert searched(values, STRETCH=stretch, **cut(values, columns, workers)) == all_walked(values)


@pytest.mark.parametrize("again", [LESS, 2.0, MORE], ids=["a bit lower", "as high", "a bit higher"])
def test_a_second_peak_anywhere_about_the_ends_of_stretches(again):
    # A peak of 2 in one column for every pair of places, and a second one. Equality recovers, the last bit
    # less does not, however many stretches lie between.
    places = [k * STRETCH + around for k in (0, 1, 2, 3) for around in (-1, 0, 1) if k or around >= 0]
    pairs = [(p, q) for p in places for q in places if p < q]
    values = np.ones((3 * STRETCH + 2, len(pairs)))
    for column, (p, q) in enumerate(pairs):
        values[p, column], values[q, column] = 2, again
    found = searched(values)
    assert found == all_walked(values)
    first = [row for row in found if row[-1] == 2 and row[1] == pairs[row[0]][0]]
    assert {recovered for _, p, below, *_, recovered, _, _ in first if below == p + 1} == {again >= 2}


@pytest.mark.parametrize("peak", [1.0, 1.5, LESS, 149.43, 1e-300, 1e300])
def test_a_close_one_bit_below_the_peak_is_below_it(peak):
    below, above = np.nextafter(peak, 0), np.nextafter(peak, math.inf)
    values = np.array([[peak, below, below, peak, above, peak]]).T
    assert searched(values) == [(0, 0, 1, 1, 3, True, below, peak), (0, 4, 5, 5, 5, False, peak, above)]
    close = pd.DataFrame(values, CALENDAR[:6], ["X"])
    assert (drawdown_episodes(close)["depth"] < 0).all()  # the division does not round it away


def test_of_equal_lows_the_first_is_the_trough():
    closes = [3, 2, 1, 2, 1, 1, 3, 1, 1]
    assert [row[3] for row in searched(np.array([closes], float).T)] == [2, 7]
    # lows in different stretches, and one before the peak that must not be taken for it
    values = np.full((3 * STRETCH, 1), 2.0)
    values[[0, STRETCH, 2 * STRETCH, -1]], values[1] = 1, 3
    assert searched(values) == [(0, 1, 2, STRETCH, 3 * STRETCH - 1, False, 1, 3)]


@given(markets)
def test_every_episode_falls_before_it_recovers_and_none_overlaps_the_next(values):
    rows = searched(values)
    for column, peak, below, trough, stop, recovered, low, high in rows:
        assert peak < below <= trough <= stop
        assert low < high
        assert (low, high) == (values[trough, column], values[peak, column])
        inside = values[peak + 1 : stop + 1 - recovered, column]
        assert np.nanmax(inside) < high
        assert np.nanmin(inside) == low
        assert recovered == (values[stop, column] >= high)
        assert np.isnan(values[peak + 1 : below, column]).all()
        assert recovered or np.isnan(values[stop + 1 :, column]).all()
    for (column, *_, stop, recovered, _, _), (following, peak, *_) in pairwise(rows):
        assert column < following or (recovered and stop <= peak)


@pytest.mark.parametrize("length", [*LENGTHS, 511, 512, 513, 1025])
def test_closes_lie_in_memory_in_any_order(length):
    # A frame may hold its closes by session or by company, may be a part of another, or run backwards.
    values = market(length, length, series=8)
    wide = np.full((length, 16), -1.0)
    wide[:, ::2] = values
    layouts = {
        "by session": np.ascontiguousarray(values),
        "by company": np.asfortranarray(values),
        "every second column": wide[:, ::2],
        "columns backwards": np.ascontiguousarray(values[:, ::-1])[:, ::-1],
        "sessions backwards": np.ascontiguousarray(values[::-1])[::-1],
    }
    wanted = all_walked(values)
    for layout, closes in layouts.items():
        closes.setflags(write=False)  # and a search that wrote to them would raise
        assert searched(closes) == wanted, layout
        assert searched(closes, **cut(values, 3, 2)) == wanted, layout


@given(markets, st.sampled_from([2.0**-30, 0.5, 4.0, 2.0**40]))
def test_a_power_of_two_as_the_unit_of_the_price_changes_nothing(values, factor):
    scaled = [(*row[:-2], row[-2] * factor, row[-1] * factor) for row in searched(values)]
    assert searched(values * factor) == scaled


@given(markets)
def test_a_series_has_the_same_episodes_alone_and_beside_others(values):
    alone = [(k, *row[1:]) for k in range(SERIES) for row in searched(values[:, [k]])]
    assert alone == searched(values)


@given(markets, st.integers(1, SERIES))
def test_the_table_gives_the_same_episodes_as_dates_and_lengths(values, columns):
    length, names = len(values), [f"C{k}" for k in range(SERIES)]
    days = CALENDAR[:length]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cut(values, columns, 2).items():
            patch.setattr(episode_search, name, value)
        table = drawdown_episodes(pd.DataFrame(values, days, names))
    assert list(table.columns) == COLUMNS
    for have, want in zip(table.itertuples(), all_walked(values), strict=True):
        column, peak, below, trough, stop, recovered, low, high = want
        assert have.company == names[column]
        assert (have.peak, have.first_below, have.trough) == (days[peak], days[below], days[trough])
        assert have.depth == low / high - 1
        assert have.depth < 0
        assert (have.sessions_to_trough, have.sessions) == (trough - peak, stop - peak)
        assert (have.days_to_trough, have.days) == ((days[trough] - days[peak]).days, (days[stop] - days[peak]).days)
        if recovered:
            assert (have.status, have.recovery) == ("recovered", days[stop])
            assert have.sessions_to_recovery == stop - trough
            assert have.days_to_recovery == (days[stop] - days[trough]).days
        else:
            assert have.status == "open"
            assert pd.isna([have.recovery, have.sessions_to_recovery, have.days_to_recovery]).all()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (5, 0)], ids=str)
def test_a_table_without_a_cell_has_no_block(shape):
    assert search(np.empty(shape), lambda found: pytest.fail("there is nothing to give")) == []


@pytest.mark.parametrize("length", LENGTHS)
def test_series_without_a_close_have_no_episode(length):
    values = np.full((length, 3), NAN)
    assert searched(values) == []
    assert searched(values, **cut(values, 1, 2)) == []
    values[length // 2, 1] = 7  # a single close is no fall either
    assert searched(values) == []


@pytest.mark.parametrize("closes", [[], [NAN] * 3, [1.0, 2, 3]], ids=["no row", "no close", "no fall"])
def test_a_table_of_no_episodes_has_the_types_of_one_with_some(closes):
    # so that tables may be joined, and a filter need not ask first
    none = pd.DataFrame({"A": closes, "B": closes}, CALENDAR[: len(closes)], dtype=float)
    some = pd.DataFrame({"A": [3.0, 1, 3]}, CALENDAR[:3])
    assert drawdown_episodes(none).empty
    pd.testing.assert_series_equal(drawdown_episodes(none).dtypes, drawdown_episodes(some).dtypes)


@pytest.mark.parametrize("kind", ["int64", "int8", "float32", "Float64", "object"])
def test_closes_of_another_type_are_taken_as_the_numbers_they_are(kind):
    close = pd.DataFrame({"X": [100, 90, 80, 100, 99]}, CALENDAR[:5])
    wanted = drawdown_episodes(close.astype(float))
    assert wanted["depth"].tolist() == [80 / 100 - 1, 99 / 100 - 1]
    pd.testing.assert_frame_equal(drawdown_episodes(close.astype(kind)), wanted)


def test_companies_of_the_same_name_keep_a_row_each():
    close = pd.DataFrame([[4.0, 4.0], [3.0, 1.0]], CALENDAR[:2], ["A", "A"])
    episodes = drawdown_episodes(close)
    assert episodes["company"].tolist() == ["A", "A"]
    assert episodes["depth"].tolist() == [-0.25, -0.75]


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("series", [1, 2, 3, 7, 8, 9])
def test_blocks_come_back_in_order_whichever_thread_took_them(monkeypatch, series, workers):
    values = np.tile([[2.0], [1.0]], series)
    for name, value in cut(values, 1, workers).items():
        monkeypatch.setattr(episode_search, name, value)
    parts = search(values, lambda found: (found.column.tolist(), threading.get_ident()))
    assert [column for columns, _ in parts for column in columns] == list(range(series))
    here = [thread == threading.get_ident() for _, thread in parts]
    assert here == [k % workers == 0 for k in range(len(parts))]
    assert len(parts) == series  # one each, as `BLOCK` asked for


def test_as_many_closes_as_are_searched_on_two_threads():
    # the module's own constants: a few hundred copies of one table, so that the walk has little to do
    values = market(1, LENGTHS[-1])
    copies = episode_search.THREADED // values.size + 1
    wanted = all_walked(values)
    rows = searched(np.tile(values, copies))
    assert rows == [(row[0] + k * SERIES, *row[1:]) for k in range(copies) for row in wanted]


def test_few_closes_stay_on_the_thread_they_came_on(monkeypatch):
    monkeypatch.setattr(episode_search, "BLOCK", 2)
    monkeypatch.setattr(episode_search, "WORKERS", 2)
    values = np.tile([[2.0], [1.0]], 4)
    assert set(search(values, lambda found: threading.get_ident())) == {threading.get_ident()}


@pytest.mark.parametrize("bad", [0, 1])
def test_an_error_on_either_thread_reaches_the_caller(monkeypatch, bad):
    values = np.tile([[2.0], [1.0]], 2)
    for name, value in cut(values, 1, 2).items():
        monkeypatch.setattr(episode_search, name, value)

    def then(found: Episodes):
        if bad in found.column:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search(values, then)


def test_tasks_side_by_side_answer_in_the_order_of_their_parts():
    together = threading.Barrier(3, timeout=60)  # opens when all three are at it, so none waits for another

    def task(part):
        together.wait()
        return part * 10

    assert in_parallel(task, [1, 2, 3]) == [10, 20, 30]
