"""The link: every view survives it, and nothing in it can break a page."""

import re
from dataclasses import asdict, fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.companies import BENCHMARKS, baskets, canonical, companies
from components.link import (
    COUNTS,
    LOST_WINDOWS,
    MOST_AFTER,
    MOST_BEFORE,
    PEAKS,
    SHOWS,
    SPANS,
    View,
    choose,
    format_query,
    parse,
    same_view,
)

DEFAULT = View()
SYMBOLS = [c.symbol for c in companies()]
FIRST, LAST = date(1999, 1, 25), date(2026, 5, 15)


def asked(**query):
    """What a query means; each value is one text or a list of texts."""
    return parse({k: [v] if isinstance(v, str) else v for k, v in query.items()}, FIRST, LAST)


def reopened(view):
    return parse({name: [value] for name, value in format_query(view).items()})


def test_the_defaults_of_version_1_are_frozen():
    # Links sent long ago rely on these. A new field adds a line here; a line never changes.
    assert asdict(DEFAULT) == {
        "event": date(2025, 1, 27),
        "before": 30,
        "after": 60,
        "basket": "ai-chips",
        "tickers": None,
        "benchmark": "sp500",
        "company": "",
        "show": "rebased",
        "span": "window",
        "window": "close",
        "count": "net",
        "peaks": "all",
    }


def test_the_choices_of_version_1_stay_open():
    # A value that was ever written into a link must be understood for ever.
    assert {"ai-chips", "ai-build-out", "all"} <= set(baskets())
    assert {
        *("sp500", "nasdaq", "nasdaq100", "sox", "dow", "smh", "soxx", "qqq", "spy"),
    } <= set(BENCHMARKS)
    assert {"rebased", "price", "log", "candles"} <= set(SHOWS)
    assert {"session", "month", "window", "year", "5y", "all"} <= set(SPANS)
    assert {"open", "close", "3", "5", "20", "worst", "date"} <= set(LOST_WINDOWS)
    assert {"net", "gross"} <= set(COUNTS)
    assert {"all", "year"} <= set(PEAKS)
    assert MOST_BEFORE >= 250
    assert MOST_AFTER >= 500


@pytest.mark.parametrize("query", [{}, {"v": ["1"]}, {"embed": ["true"]}], ids=str)
def test_a_link_without_choices_is_the_default_view(query):
    assert parse(query) == (DEFAULT, ())


def test_a_link_that_was_sent_in_version_1_opens_what_its_sender_saw():
    view, problems = asked(
        v="1",
        event="2024-08-05",
        before="5",
        after="250",
        tickers="NVDA,TSM,GOOGL",
        benchmark="sox",
        company="TSM",
        show="log",
        span="5y",
        window="worst",
        count="gross",
        peaks="year",
    )
    assert problems == ()
    assert view == View(
        event=date(2024, 8, 5),
        before=5,
        after=250,
        tickers=("NVDA", "TSM", "GOOGL"),
        benchmark="sox",
        company="TSM",
        show="log",
        span="5y",
        window="worst",
        count="gross",
        peaks="year",
    )
    assert view.symbols == ("NVDA", "TSM", "GOOGL")


CHOSEN = st.lists(st.sampled_from(SYMBOLS), unique=True).map(tuple)
VIEWS = st.builds(
    View,
    event=st.dates(),
    before=st.integers(1, MOST_BEFORE),
    after=st.integers(1, MOST_AFTER),
    basket=st.sampled_from(list(baskets())),
    tickers=st.none(),
    benchmark=st.sampled_from(list(BENCHMARKS)),
    company=st.sampled_from(["", *SYMBOLS]),
    show=st.sampled_from(SHOWS),
    span=st.sampled_from(SPANS),
    window=st.sampled_from(LOST_WINDOWS),
    count=st.sampled_from(COUNTS),
    peaks=st.sampled_from(PEAKS),
)


@given(VIEWS)
def test_every_view_of_a_basket_survives_its_link(view):
    assert reopened(view) == (view, ())


@given(VIEWS, CHOSEN)
def test_every_view_of_chosen_companies_survives_its_link(view, tickers):
    view = replace(view, basket=DEFAULT.basket, tickers=tickers)
    assert reopened(view) == (view, ())
    assert reopened(view)[0].symbols == tickers


@given(VIEWS, CHOSEN)
def test_companies_chosen_from_any_basket_make_a_view_that_survives_its_link(view, tickers):
    chosen = choose(view, tickers)
    assert reopened(chosen) == (chosen, ())


@given(VIEWS)
def test_a_link_that_is_sent_names_its_version_and_event(view):
    query = format_query(view, explicit=True)
    assert query["v"] == "1"
    assert query["event"] == view.event.isoformat()
    assert parse({name: [value] for name, value in query.items()}) == (view, ())


@given(VIEWS)
def test_a_link_holds_only_what_differs_from_the_defaults(view):
    default = asdict(DEFAULT)
    differing = {f.name for f in fields(View) if getattr(view, f.name) != default[f.name]}
    assert set(format_query(view)) == (differing | {"v"} if differing else set())
    assert format_query(DEFAULT) == {}


@given(VIEWS)
def test_links_need_no_escaping(view):
    for name, value in format_query(replace(view, tickers=("NVDA", "TSM"))).items():
        assert re.fullmatch(r"[A-Za-z0-9,.^-]+", value), (name, value)


# nonsense in the link. Always a valid view; what was not understood is named.


def test_an_unknown_ticker_is_named_and_the_others_are_shown():
    view, problems = asked(tickers="NVDA,FOO,TSM")
    assert view.tickers == ("NVDA", "TSM")
    assert [p.field for p in problems] == ["tickers"]
    assert "FOO" in problems[0].sentence


def test_unknown_tickers_alone_leave_the_basket():
    view, problems = asked(tickers="FOO")
    assert view == DEFAULT
    assert "FOO" in problems[0].sentence
    assert "basket" in problems[0].sentence


@pytest.mark.parametrize("value", ["", " ", ",", ",,", "none"])
def test_an_empty_list_of_tickers_is_no_company_and_no_failure(value):
    view, problems = asked(tickers=value)
    assert view == replace(DEFAULT, tickers=())
    assert view.symbols == ()
    assert problems == ()


@pytest.mark.parametrize(
    "value",
    [
        "NVDA,,TSM,NVDA",
        "nvda, tsm",
        "NVDA,TSM,",
        ["NVDA", "TSM"],  # repeated keys are joined
        ["NVDA,TSM", "NVDA"],
    ],
    ids=str,
)
def test_doubles_blanks_and_small_letters_do_no_harm(value):
    view, problems = asked(tickers=value)
    assert view.tickers == ("NVDA", "TSM")
    assert problems == ()


@pytest.mark.parametrize("value", ["GOOG", "goog", "GOOGL", "GOOGL,GOOG", "GOOG,GOOGL"])
def test_both_classes_of_alphabet_are_one_company(value):
    assert asked(tickers=value) == (replace(DEFAULT, tickers=("GOOGL",)), ())


def test_the_company_in_focus_is_found_by_either_class():
    assert asked(company="goog") == (replace(DEFAULT, company="GOOGL"), ())


@pytest.mark.parametrize(
    "value",
    ["2025-13-45", "27.01.2025", "2025-02-30", "", "yesterday", "1738000000", "2025-1-27", "\x00"],
    ids=repr,
)
def test_a_date_that_is_none_falls_back_to_the_default_with_one_notice(value):
    view, problems = asked(event=value)
    assert view == DEFAULT
    assert [p.field for p in problems] == ["event"]


@pytest.mark.parametrize(
    ("value", "nearest"),
    [("1900-01-01", FIRST), ("1999-01-24", FIRST), ("2030-01-01", LAST), ("2026-05-16", LAST)],
)
def test_a_date_outside_the_prices_is_moved_to_the_nearest_and_told(value, nearest):
    view, problems = asked(event=value)
    assert view.event == nearest
    assert [p.field for p in problems] == ["event"]
    assert value in problems[0].sentence
    assert nearest.isoformat() in problems[0].sentence


@pytest.mark.parametrize("day", [FIRST, LAST, date(2025, 1, 25)])
def test_a_date_inside_the_prices_is_kept_even_if_nothing_was_traded(day):
    assert asked(event=day.isoformat()) == (replace(DEFAULT, event=day), ())


def test_a_saved_date_outside_a_small_range_is_moved_into_it():
    # data from 2024-01-02 to 2025-03-31, a saved state of 2023-12-29
    view, problems = parse({"event": ["2023-12-29"]}, date(2024, 1, 2), date(2025, 3, 31))
    assert view.event == date(2024, 1, 2)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("first", "last", "event"),
    [
        (date(2025, 2, 3), date(2025, 3, 31), date(2025, 2, 3)),
        (date(2023, 1, 3), date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_the_default_date_too_lies_within_the_data(first, last, event):
    # an app whose default lay outside its own range died on New Year.
    assert parse({}, first, last)[0].event == event
    assert parse({"event": ["2025-13-45"]}, first, last)[0].event == event


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("before", "0"),
        ("before", "251"),
        ("before", "-5"),
        ("before", "1e2"),
        ("before", "5.0"),
        ("before", "+5"),
        ("before", "999999999999"),
        ("before", "\u0665"),  # a digit, but not one of ours
        ("after", "501"),
        ("after", ""),
        ("basket", "ai"),
        ("basket", "AI-CHIPS "),
        ("benchmark", "^GSPC"),
        ("company", "FOO"),
        ("company", ""),
        ("show", "pie"),
        ("span", "decade"),
        ("window", "4"),
        ("window", "low"),
        ("count", "both"),
        ("peaks", "none"),
    ],
)
def test_any_other_value_that_is_not_allowed_keeps_its_default_and_is_told(name, value):
    view, problems = asked(**{name: value})
    assert view == DEFAULT
    assert [p.field for p in problems] == [name]


def test_one_bad_part_leaves_the_others_standing():
    view, problems = asked(event="2025-13-45", before="10", show="pie", peaks="year")
    assert view == replace(DEFAULT, before=10, peaks="year")
    assert {p.field for p in problems} == {"event", "show"}


def test_of_a_repeated_scalar_the_last_counts():
    view, problems = asked(
        before=["10", "20"],
        event=["2025-01-21", "2025-01-28"],
        benchmark=["sox", "dow"],
        company=["NVDA", "AMD"],
        show=["pie", "log"],
    )
    assert view == View(before=20, event=date(2025, 1, 28), benchmark="dow", company="AMD", show="log")
    assert problems == ()


def test_a_part_the_site_does_not_know_is_named_without_its_value():
    view, problems = asked(page="../../etc")
    assert view == DEFAULT
    assert [p.field for p in problems] == ["page"]
    assert "page" in problems[0].sentence
    assert "etc" not in problems[0].sentence


@pytest.mark.parametrize("name", ["embed", "embed_options", "utm_source", "utm_campaign", "fbclid", "gclid", "ref"])
def test_parts_that_other_sites_add_are_ignored_in_silence(name):
    assert asked(**{name: "chat"}) == (DEFAULT, ())


def test_a_link_of_another_version_is_read_and_told():
    view, problems = asked(v="2", before="10")
    assert view.before == 10
    assert [p.field for p in problems] == ["v"]


@pytest.mark.parametrize("name", [f.name for f in fields(View)])
def test_ten_thousand_characters_are_refused_in_a_short_sentence(name):
    view, problems = asked(**{name: "A" * 10_000})
    assert view == DEFAULT
    assert len(problems) == 1
    assert len(problems[0].sentence) < 300


def test_a_list_of_too_many_tickers_is_refused():
    view, problems = asked(tickers=",".join(["NVDA"] * 41))
    assert view == DEFAULT
    assert "40" in problems[0].sentence
    assert asked(tickers=",".join(SYMBOLS)) == (replace(DEFAULT, tickers=tuple(SYMBOLS)), ())


MARKUP = ["<script>alert(1)</script>", "[x](http://evil)", "**b**", "`x`", "$x$", "\x00", "a\nb"]


@pytest.mark.parametrize("value", MARKUP, ids=repr)
@pytest.mark.parametrize("name", [*(f.name for f in fields(View)), "unknown"])
def test_markup_in_a_value_is_never_repeated(name, value):
    view, problems = asked(**{name: value})
    assert view == DEFAULT
    assert [p.field for p in problems] == [name]
    assert not re.search(r"[<>`*$\[\]\x00\n]|evil|alert", problems[0].sentence)


@pytest.mark.parametrize("name", MARKUP, ids=repr)
def test_markup_in_a_name_is_never_repeated(name):
    view, problems = parse({name: ["1"]})
    assert view == DEFAULT
    assert not re.search(r"[<>`*$\[\]\x00\n]|evil|alert", problems[0].sentence)


@given(
    st.dictionaries(
        st.one_of(st.sampled_from([f.name for f in fields(View)]), st.text(max_size=30)),
        st.lists(st.text(max_size=60), min_size=1, max_size=3),
        max_size=6,
    )
)
def test_any_query_gives_a_valid_view(query):
    view, problems = parse(query, FIRST, LAST)
    assert FIRST <= view.event <= LAST
    assert 1 <= view.before <= MOST_BEFORE
    assert 1 <= view.after <= MOST_AFTER
    assert view.basket in baskets()
    assert set(view.symbols) <= set(SYMBOLS)
    assert view.benchmark in BENCHMARKS
    assert view.company in ("", *SYMBOLS)
    assert view.show in SHOWS
    assert view.span in SPANS
    assert view.window in LOST_WINDOWS
    assert view.count in COUNTS
    assert view.peaks in PEAKS
    assert all(p.sentence.endswith(".") and not re.search("[<>]", p.sentence) for p in problems)
    assert reopened(view)[0] == replace(view, basket=DEFAULT.basket if view.tickers is not None else view.basket)


# Comparing and choosing


@pytest.mark.parametrize(
    "query",
    [
        {"before": ["10"], "v": ["1"]},
        {"before": ["10"]},
        {"before": ["010"], "event": ["2025-01-27"], "basket": ["ai-chips"]},
        {"before": ["20", "10"], "utm_source": ["chat"]},
    ],
    ids=str,
)
def test_an_address_means_the_same_view_however_it_is_written(query):
    assert same_view(query, replace(DEFAULT, before=10))
    assert not same_view(query, DEFAULT)


def test_an_address_with_a_fault_is_not_the_view_it_fell_back_to():
    assert same_view({}, DEFAULT)
    assert not same_view({"before": ["many"]}, DEFAULT)


@pytest.mark.parametrize("basket", list(baskets()))
def test_choosing_exactly_a_basket_is_that_basket_in_any_order(basket):
    view = choose(replace(DEFAULT, tickers=("NVDA",)), reversed(baskets()[basket].symbols))
    assert view == replace(DEFAULT, basket=basket, tickers=None)


def test_choosing_keeps_the_order_and_drops_doubles():
    assert choose(DEFAULT, ["TSM", "NVDA", "TSM"]).tickers == ("TSM", "NVDA")
    assert choose(DEFAULT, []).tickers == ()
    assert choose(DEFAULT, SYMBOLS[:-1]).tickers == tuple(SYMBOLS[:-1])


def test_a_company_that_only_this_visitor_has_is_known_where_that_is_said():
    def known(symbol):
        return "ZZTOP" if symbol.upper() == "ZZTOP" else canonical(symbol)

    query = {"tickers": ["zztop,nvda"], "company": ["zztop"]}
    view, problems = parse(query, known=known)
    assert (view.tickers, view.company, problems) == (("ZZTOP", "NVDA"), "ZZTOP", ())
    assert same_view({"tickers": ["ZZTOP,NVDA"], "company": ["ZZTOP"]}, view, known)
    elsewhere, problems = parse(query)
    assert (elsewhere.tickers, elsewhere.company) == (("NVDA",), "")
    assert [p.field for p in problems] == ["tickers", "company"]
