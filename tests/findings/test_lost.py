"""The sentences of the market-value page, for the event itself and for days made up for each condition.

27 January 2025, from reference_figures.csv: 17 companies lost 1,092.9 bn net and 1,094.3 bn gross (Texas Instruments
gained 1.4 bn); NVIDIA lost 592.7 bn, 54 % of the net.
"""

import re

import numpy as np
import pytest

from aftershock.companies import AI_CHIPS, baskets
from aftershock.findings import lost as say
from aftershock.impact import assess

BN = 1_000_000_000
NBSP, MINUS = "\u00a0", "\u2212"
NET, GROSS = {"gross": False}, {"gross": True}


@pytest.fixture(scope="module")
def event(market):
    return assess(*market, "2025-01-27", baskets()[AI_CHIPS].symbols)


@pytest.fixture(scope="session")
def tuesday(history_of, counts_of):
    """Assesses made-up changes in bn dollars: every company has a bn shares at $1,000, and the event is the Tuesday.

    A change may be a list, a session each. `later` are counts in bn filed after the event.
    """
    names = ["NVDA", "AMD", "TSM", "AVGO", "MU"]

    def made(changes, *, later=None, counted=None, fields=None, **options):
        paths = [change if isinstance(change, list) else [change] for change in changes]
        closes = {s: [1000.0, *(1000.0 + np.cumsum(path))] for s, path in zip(names, paths, strict=False)}
        length = max(map(len, closes.values()))
        history = history_of({**closes, "^GSPC": [6000.0] * length}, start="2025-02-03", **(fields or {}))
        rows = [(s, BN, "2024-11-01") for s in (closes if counted is None else counted)]
        rows += [(s, n * BN, "2025-02-20") for s, n in (later or {}).items()]
        return assess(history, counts_of(*rows or [("NONE", 1, "2024-11-01")]), "2025-02-04", list(closes), **options)

    return made


def headline(impact, window="close", gross=False):
    return say.headline(impact, impact.value_lost(window), gross=gross)


def deck(impact, window="close", gross=False):
    return say.deck(impact, impact.value_lost(window), gross=gross)


# Headline


def test_headline_of_the_event(event):
    assert headline(event) == f"$1.09{NBSP}tn went in one session, and NVIDIA was 54% of it"


@pytest.mark.parametrize(
    ("changes", "gross", "text"),
    [
        ([-100], False, f"$100{NBSP}bn went in one session"),  # one company: no shares
        ([-100, -50], False, f"$150{NBSP}bn went in one session"),  # two: none either
        ([100, 50], False, f"$150{NBSP}bn was added in one session"),
        ([-60, -30, -10], False, f"$100{NBSP}bn went in one session, and NVIDIA was 60% of it"),
        ([-10, -30, -60], False, f"$100{NBSP}bn went in one session, and TSMC was 60% of it"),
        ([-40, -35, -25], False, f"$100{NBSP}bn went in one session, and two companies were 75% of it"),
        ([-20] * 5, False, f"$100{NBSP}bn went in one session, and three companies were 60% of it"),
        ([-50, -30, -20], False, f"$100{NBSP}bn went in one session, and NVIDIA was 50% of it"),
        ([60, 30, 10], False, f"$100{NBSP}bn was added in one session, and NVIDIA was 60% of it"),
        # 80 of 100 are left after netting, more than three quarters
        ([-60, -30, -10, 20], False, f"$80.0{NBSP}bn went in one session, and NVIDIA was 75% of it"),
        # 60 of 100 are left
        (
            [-60, -30, -10, 40],
            False,
            f"$60.0{NBSP}bn went in one session once falls and rises are netted; NVIDIA alone lost $60.0{NBSP}bn",
        ),
        (
            [60, 30, 10, -40],
            False,
            f"$60.0{NBSP}bn was added in one session once falls and rises are netted; "
            f"NVIDIA alone gained $60.0{NBSP}bn",
        ),
        # gross leaves the risers aside
        ([-60, -30, -10, 40], True, f"$100{NBSP}bn went in one session, and NVIDIA was 60% of it"),
        ([10, 20, 30], True, "No company lost market value in one session"),
        ([0, 0], False, "No company lost market value in one session"),
    ],
)
def test_headline_of_a_day(tuesday, changes, gross, text):
    assert headline(tuesday(changes), gross=gross) == text


@pytest.mark.parametrize("gross", [False, True])
def test_without_a_share_count_there_is_no_market_value(tuesday, gross):
    made = tuesday([-60, -30], counted=[])
    assert headline(made, gross=gross) == "There is no market value for Tue 4 Feb 2025"
    assert deck(made, gross=gross) == "No share count was public yet, or the prices end before the window does."


@pytest.mark.parametrize(
    ("window", "words", "amount"),
    [
        ("close", "in one session", 100),
        ("open", "at the open", 40),
        ("low", "at the lows of the day", 120),
        ("3", "in three sessions", 70),
        ("5", "in five sessions", 150),
        ("worst", "by the worst close, 7 Feb 2025", 200),
        ("date", "by 11 Feb 2025", 90),
    ],
)
def test_the_window_ends_the_headline(tuesday, window, words, amount):
    # Closes: 1000, then 900, 950, 930, 800, 850, 910 from the event on Tuesday 4 to Tuesday 11 February
    fields = {
        "open": {"NVDA": [1000, 960, 950, 930, 800, 850, 910]},
        "high": {"NVDA": [1000, 960, 950, 930, 800, 850, 910]},
        "low": {"NVDA": [1000, 880, 950, 930, 800, 850, 910]},
    }
    made = tuesday([[-100, 50, -20, -130, 50, 60]], fields=fields, after=5)
    assert say.span_words(made.value_lost(window)) == words
    unit = f"${amount}{NBSP}bn" if amount >= 100 else f"${amount}.0{NBSP}bn"
    assert headline(made, window) == f"{unit} went {words}"


def test_the_total_is_net_or_of_the_fallers_alone(tuesday):
    value = tuesday([-60, -30, 40]).value
    assert say.total(value, **NET) == pytest.approx(50 * BN)
    assert say.total(value, **GROSS) == pytest.approx(90 * BN)


# The sentence under it


def test_deck_of_the_event(event):
    assert deck(event).startswith(f"Net of one riser ($1.4{NBSP}bn). With the share counts filed next ")
    assert deck(event, gross=True).startswith(f"Fallers only; one riser left aside ($1.4{NBSP}bn). With ")
    assert f"the total lies between $1,091{NBSP}bn and $1,094{NBSP}bn." in deck(event)  # 1,090.6 and 1,093.7


@pytest.mark.parametrize(
    ("changes", "gross", "text"),
    [
        ([-60, -30], False, ""),
        ([-60, -30], True, ""),
        ([-60, 40], False, f"Net of one riser ($40.0{NBSP}bn)."),
        ([-90, 40, 10], False, f"Net of two risers ($50.0{NBSP}bn)."),
        ([90, -40], False, f"Net of one faller ($40.0{NBSP}bn)."),
        ([90, -40, -10], False, f"Net of two fallers ($50.0{NBSP}bn)."),
        ([-60, 40], True, f"Fallers only; one riser left aside ($40.0{NBSP}bn)."),
        ([90, 30, -10], True, f"Fallers only; two risers left aside ($120{NBSP}bn)."),
        ([90, 30], False, ""),
    ],
)
def test_deck_says_what_was_netted_or_left_aside(tuesday, changes, gross, text):
    assert deck(tuesday(changes), gross=gross) == text


@pytest.mark.parametrize(
    ("later", "text"),
    [
        ({"NVDA": 1.1}, f"between $100{NBSP}bn and $110{NBSP}bn."),
        ({"NVDA": 0.8}, f"between $80{NBSP}bn and $100{NBSP}bn."),
        ({"NVDA": 1.005}, ""),  # half a billion is not worth a sentence
        ({"NVDA": 1}, ""),
    ],
)
def test_deck_says_how_far_the_count_matters(tuesday, later, text):
    sentence = "With the share counts filed next instead of those in force, the total lies "
    assert deck(tuesday([-100], later=later)) == (sentence + text if text else "")


def test_deck_gives_the_range_of_a_gain_from_the_smaller_end(tuesday):
    assert deck(tuesday([100, -20], later={"NVDA": 1.1})) == (
        f"Net of one faller ($20.0{NBSP}bn). With the share counts filed next instead of those in force, "
        f"the total lies between $80{NBSP}bn and $90{NBSP}bn."
    )


# The waterfall


def test_waterfall_title_of_the_event(event):
    # NVIDIA 592.7, Broadcom 199.5, TSMC, ASML and Marvell: the fifth company takes the sum over a trillion.
    assert say.waterfall_title(event.value, **NET) == (
        f"How $1.09{NBSP}tn adds up: the first trillion needed five companies"
    )


@pytest.mark.parametrize(
    ("changes", "gross", "text"),
    [
        ([-600, -400, -100], False, f"$1.10{NBSP}tn adds up: the first trillion needed two companies"),
        ([-600, -399, -101], False, f"$1.10{NBSP}tn adds up: the first trillion needed three companies"),
        ([-60, -30, -20], False, f"$110{NBSP}bn adds up: the first hundred billion needed three companies"),
        ([60, 30, 20], False, f"$110{NBSP}bn adds up: the first hundred billion needed three companies"),
        ([-6, -5], False, f"$11.0{NBSP}bn adds up: the first ten billion needed two companies"),
        ([-150, -20], False, f"$170{NBSP}bn adds up"),  # one company alone
        ([-5, -4], False, f"$9.0{NBSP}bn adds up"),
        ([-60, -50, 40], False, f"$70.0{NBSP}bn adds up"),
        ([-60, -50, 40], True, f"$110{NBSP}bn adds up: the first hundred billion needed two companies"),
    ],
)
def test_waterfall_title(tuesday, changes, gross, text):
    assert say.waterfall_title(tuesday(changes).value, gross=gross) == f"How {text}"


@pytest.mark.parametrize(
    ("window", "gross", "text"),
    [
        ("close", False, "the close of Tue 4 Feb 2025"),
        (
            "close",
            True,
            "the close of Tue 4 Feb 2025; rises are left aside, so the last bar is not the value after",
        ),
        ("open", False, "the opening prices of Tue 4 Feb 2025"),
        ("3", False, "the close of Thu 6 Feb 2025"),
    ],
)
def test_waterfall_caption(tuesday, window, gross, text):
    made = tuesday([[-60, 10, 10], [-30, 0, 0]])
    assert say.waterfall_caption(made, made.value_lost(window), gross=gross) == (
        "Market value at the close of Mon 3 Feb 2025, and company by company to "
        f"{text}. The axis is cut where the end bars are."
    )


# The range by share count


@pytest.mark.parametrize(
    ("changes", "later", "gross", "text"),
    [
        ([-100], {"NVDA": 1.1}, False, "The choice of share count moves the total by 10.0%"),
        ([-100], {"NVDA": 0.9}, False, "The choice of share count moves the total by 10.0%"),
        ([100], {"NVDA": 1.1}, False, "The choice of share count moves the total by 10.0%"),
        ([-100], {}, False, "The next filed share counts make no difference"),
        ([-100], {"NVDA": 1}, False, "The next filed share counts make no difference"),
        # 20 of 100 are left after netting: per cent of that would mislead
        ([-100, 80], {"NVDA": 1.1}, False, f"The choice of share count moves the total by $10.0{NBSP}bn"),
        ([-100, 80], {"NVDA": 1.1}, True, "The choice of share count moves the total by 10.0%"),
        ([-100, 20], {"NVDA": 1.1}, False, "The choice of share count moves the total by 12.5%"),  # 10 of 80
    ],
)
def test_range_title(tuesday, changes, later, gross, text):
    assert say.range_title(tuesday(changes, later=later).value, gross=gross) == text


@pytest.mark.parametrize(
    ("changes", "what"), [([-60, 10], "Fallers: loss"), ([60, -10], "Risers: gain"), ([0], "Fallers: loss")]
)
def test_range_caption(tuesday, changes, what):
    assert say.range_caption(tuesday(changes).value) == (
        f"{what} with the count in force (dot) and with the next one filed (line to it), logarithmic."
    )


# The league of losses


def test_league_title_of_the_event(event):
    # The record before was 279 bn on 3 September 2024.
    assert say.league_title(event) == (
        f"No other one-day loss comes near: the next, NVIDIA in September 2024, was $279{NBSP}bn"
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([[-100, -69]], f"No other one-day loss comes near: the next, NVIDIA in February 2025, was $69.0{NBSP}bn"),
        ([[-100, -71]], f"It was the largest one-day loss: the next, NVIDIA in February 2025, was $71.0{NBSP}bn"),
        ([-100, -80], f"It was the largest one-day loss: the next, AMD in February 2025, was $80.0{NBSP}bn"),
        ([[-100, -120]], f"NVIDIA’s $100{NBSP}bn is the 2nd largest one-day loss"),
        ([[-50, -120], [-100, -110]], f"AMD’s $100{NBSP}bn is the 3rd largest one-day loss"),
        ([-100], "NVIDIA’s loss is the only one"),
        ([100], "No share counts, no league of losses"),  # nothing was lost
        (
            [[-1, *[-(20 + k) for k in range(15)]]],
            f"The largest loss in one day was NVIDIA’s $34.0{NBSP}bn on 26 Feb 2025",
        ),
    ],
)
def test_league_title(tuesday, changes, text):
    assert say.league_title(tuesday(changes)) == text


def test_league_without_share_counts(tuesday):
    made = tuesday([-100], counted=[])
    assert say.league_title(made) == "No share counts, no league of losses"
    assert say.league_caption(made) == "The largest one-day losses of NVIDIA, each with the count of its day."


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            [[-60, -50]],
            "The largest one-day losses of NVIDIA, each with the count of its day, "
            "as far as share counts are known (the first from 2024).",
        ),
        (  # of three entries no share is told
            [-60, -50, -40],
            "Largest one-day losses of the 3 companies, each with the count of its day, "
            "as far as share counts are known (the first from 2024).",
        ),
        (
            [[-60, -50, -40], [-30, 0, 0]],
            "Largest one-day losses of the 2 companies, each with the count of its day, "
            "as far as share counts are known (the first from 2024); 3 of 4 are NVIDIA’s.",
        ),
    ],
)
def test_league_caption(tuesday, changes, text):
    assert say.league_caption(tuesday(changes)) == text


# Table and source


@pytest.mark.parametrize(
    ("window", "end"), [("close", "close of 4 Feb 2025"), ("open", "opening price"), ("3", "close of 6 Feb 2025")]
)
def test_table_caption(tuesday, window, end):
    made = tuesday([[-60, 10, 10]])
    assert say.table_caption(made, made.value_lost(window)) == (
        f"Close of 3 Feb 2025 less {end}, times the share count in force on 4 Feb 2025. Counted on: the day the shares "
        "were counted; public from: the day that count was known."
    )


def test_source_names_the_special_cases_that_are_shown(market, tuesday):
    start = "Source: split-adjusted closes × newest share count public on or before the session."
    assert say.source(tuesday([-60, -30])) == start
    assert say.source(tuesday([-60, -30, -10])) == f"{start} TSMC in ADR equivalents (ordinary ÷ 5)."
    every = assess(*market, "2025-01-27", ["NVDA", "META", "DELL", "GOOGL"])
    assert say.source(every) == f"{start} Alphabet with all classes, B at the price of A; Dell all classes; " \
        "Meta both classes."  # fmt: skip


@pytest.mark.parametrize(("path", "sessions"), [([-60], "1 session"), ([-60, 5, 5], "3 sessions")])
def test_a_window_that_is_not_full_says_how_many_sessions_there_are(tuesday, path, sessions):
    made = tuesday([path])
    value = made.value_lost("20")
    assert value.session is None
    assert say.not_filled(made, value) == (
        f"The prices hold only {sessions} from the event on, so this window is not full. Choose a shorter one."
    )
    assert headline(made, "20") == "There is no market value for Tue 4 Feb 2025"


@pytest.mark.parametrize(
    ("many", "who"),
    [
        (1, "NVIDIA"),
        (2, "NVIDIA and AMD"),
        (4, "NVIDIA, AMD, TSMC and Broadcom"),
        (5, "NVIDIA, AMD, TSMC and 2 others"),
    ],
)
def test_companies_without_a_count_are_named(tuesday, many, who):
    made = tuesday([-10] * many, counted=[])
    assert say.not_filled(made, made.value) == f"No share count of {who} was public on Tue 4 Feb 2025."


# All of them, over sessions of every year

ODD = re.compile(r" {2}|\bnan\b|NaT|None of 0|All no |\b1 sessions| ,|All 1 |\bone (companies|risers|fallers)|-\$|-\d")


def test_every_sentence_of_many_sessions_is_whole(market, days_of_every_year):
    rounds = [*(b.symbols for b in baskets().values()), ("NVDA",), ("TSM", "AMD"), ()]
    looked_at = 0
    for k, day in enumerate(days_of_every_year(np.random.default_rng(592))):
        impact = assess(*market, day, ("INTC", *rounds[k % len(rounds)]))
        for window in ("open", "close", "5", "worst", "date"):
            value = impact.value_lost(window)
            for gross in (False, True):
                titles = [say.headline(impact, value, gross=gross), say.league_title(impact)]
                texts = [say.league_caption(impact), say.source(impact)]
                below = say.deck(impact, value, gross=gross)
                texts += [below] if below else []
                if value.by_company.empty:
                    texts.append(say.not_filled(impact, value))
                else:
                    titles += [say.waterfall_title(value, gross=gross), say.range_title(value, gross=gross)]
                    texts.append(say.waterfall_caption(impact, value, gross=gross))
                    texts += [say.range_caption(value), say.table_caption(impact, value)]
                for text in titles:
                    assert re.search(r"[\w%]$", text), (day, window, text)
                for text in texts:
                    assert re.search(r"[\w)]\.$", text), (day, window, text)
                for text in [*titles, *texts]:
                    assert not ODD.search(text), (day, window, text)
                looked_at += 1
    assert looked_at == 600
