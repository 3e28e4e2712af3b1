"""That the pages fit: phone and desk, light and dark, nothing sideways, nothing cut off."""

from itertools import pairwise

import pytest

PAGES = ("", "prices", "drawdowns", "lost")
BACKGROUND = {False: "rgb(252, 251, 249)", True: "rgb(19, 23, 29)"}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1440, 1920])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_scrolls_sideways_and_the_theme_is_the_readers(open_page, server, settled, name, width, dark):
    page = open_page(width, 900, dark)
    page.goto(f"{server}/{name}")
    settled(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("m => m.scrollWidth <= m.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_test_id("stApp").evaluate("a => getComputedStyle(a).backgroundColor") == BACKGROUND[dark]
    assert page.locator(".js-plotly-plot").count() >= 2


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_level_at_a_time(page, server, settled, name):
    page.goto(f"{server}/{name}")
    settled(page)
    levels = page.get_by_test_id("stMain").evaluate(
        "m => [...m.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_button_has_a_name(page, server, settled, name):
    page.goto(f"{server}/{name}")
    settled(page)
    nameless = page.get_by_test_id("stMainBlockContainer").evaluate(
        """m => [...m.querySelectorAll('button')].filter(
            b => !b.getAttribute('aria-label') && !b.title && !b.getAttribute('aria-labelledby')
                && ![...b.querySelectorAll('p')].some(words => words.textContent.trim())
        ).map(b => b.outerHTML.slice(0, 300))"""
    )
    assert nameless == []


@pytest.mark.parametrize("width", [390, 1440])
def test_the_first_screen_holds_the_answer(open_page, server, settled, width):
    page = open_page(width, 900)
    page.goto(server)
    settled(page)
    assert page.get_by_role("heading", level=1).bounding_box()["y"] < 200
    last = page.get_by_test_id("stMetric").last.bounding_box()
    assert last["y"] < 900


def test_the_dateline_stays_in_view(page, server, settled):
    page.goto(server)
    settled(page)
    page.get_by_test_id("stMain").evaluate("m => m.scrollTo(0, 1500)")
    page.wait_for_timeout(300)
    assert page.locator(".st-key-dateline").bounding_box()["y"] < 60


def test_on_a_phone_the_dateline_never_covers_the_mark(open_page, server, settled):
    page = open_page(390, 844, is_mobile=True, has_touch=True)
    page.goto(server)
    settled(page)
    for scrolled in (0, 900):
        page.get_by_test_id("stMain").evaluate("(m, y) => m.scrollTo(0, y)", scrolled)
        page.wait_for_timeout(300)
        mark = page.get_by_test_id("stHeaderLogo").bounding_box()
        assert page.locator(".st-key-dateline").bounding_box()["y"] >= mark["y"] + mark["height"] - 4


def test_on_a_phone_the_sidebar_closes_behind_the_page_chosen_in_it(open_page, server, settled):
    page = open_page(390, 844, is_mobile=True, has_touch=True)
    page.goto(server)
    settled(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Drawdowns").click()
    settled(page)
    page.wait_for_timeout(600)
    assert page.get_by_test_id("stExpandSidebarButton").is_visible()
    assert page.get_by_role("heading", level=1).bounding_box()["x"] < 60


def test_the_hover_of_candles_names_the_day_and_its_prices(page, server, settled):
    page.goto(f"{server}/prices?v=1&show=candles&span=month")
    settled(page)
    plot = page.locator(".st-key-chart-main .nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + plot["width"] * 0.48, plot["y"] + plot["height"] / 2)
    box = page.locator(".st-key-chart-main .hoverlayer")
    page.wait_for_timeout(400)
    text = box.text_content()
    assert "session" in text
    assert "open $" in text
