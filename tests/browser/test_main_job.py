"""What a person does: opens the page, reads, picks another day, sends a link, goes back."""

import re

import pytest
from playwright.sync_api import expect

DEFAULT_TITLE = "The DeepSeek sell-off took $1.09 tn off 17 AI chip stocks in one session; NVIDIA alone lost $593 bn"


def headline(page):
    return page.get_by_role("heading", level=1).inner_text().replace("\xa0", " ")


def texts_of(page, chart):
    """All text drawn in a figure."""
    return " ".join(page.locator(f".st-key-chart-{chart} svg text").all_text_contents()).replace("\xa0", " ")


def day_button(page):
    """The button in the dateline that shows the day and opens the picker."""
    return page.locator(".st-key-dl-date").get_by_test_id("stPopoverButton")


def type_day(page, year, month, day):
    """Types a date into the picker; leaving the field takes it over."""
    day_button(page).click()
    page.get_by_test_id("stDateInput").get_by_role("spinbutton", name=re.compile("year")).click()
    for part in (year, month, day):
        page.keyboard.type(part)
    page.mouse.click(900, 700)


def test_a_cold_start_shows_the_published_numbers(cold_server, open_page, settled):
    page = open_page()
    page.goto(cold_server())
    settled(page)
    assert headline(page) == DEFAULT_TITLE
    tiles = [t.inner_text().replace("\xa0", " ") for t in page.get_by_test_id("stMetric").all()]
    assert "\u221216.97%" in tiles[1]
    assert "\u2212$593 bn, a record" in tiles[1]
    # Reported: NVIDIA −17.0%, 593 bn (LSEG); Broadcom −17.4%, about 200 bn; TSMC 153 bn; Marvell −19%; Micron −11.7%.
    ranked = texts_of(page, "rank")
    for text in ("$593 bn", "$200 bn", "$153 bn", "\u221217.4%", "\u221213.3%", "\u221219.1%", "\u221211.7%"):
        assert text in ranked
    assert "NVIDIA" in texts_of(page, "map")


@pytest.mark.parametrize("name", ["prices", "drawdowns", "lost"])
def test_a_link_to_an_inner_page_works_as_the_first_visit_of_a_cold_server(cold_server, open_page, settled, name):
    page = open_page()
    page.goto(f"{cold_server()}/{name}?v=1&event=2024-09-03&tickers=NVDA,TSM&after=20")
    settled(page)
    expect(day_button(page)).to_contain_text("Tue 3 Sep 2024")
    expect(page.get_by_role("button", name="2 stocks")).to_be_visible()
    expect(page.get_by_role("button", name="\u221230 to +20")).to_be_visible()
    expect(page.get_by_role("link", name="What happened")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_picking_another_day(page, server, settled):
    page.goto(server)
    settled(page)
    type_day(page, "2024", "09", "03")
    expect(page).to_have_url(re.compile("event=2024-09-03"))
    settled(page)
    # 24.53 bn shares × 11.37 dollars; 279 bn (Bloomberg).
    assert "NVIDIA alone lost $279 bn" in headline(page)


def test_picking_a_closed_day_moves_to_the_next_session(page, server, settled):
    page.goto(server)
    settled(page)
    day_button(page).click()
    page.get_by_test_id("stDateInput").get_by_role("spinbutton", name=re.compile("day")).click()
    page.get_by_role("button", name=re.compile("January 20, 2025")).click()
    closed = "The exchange was closed on Mon 20 Jan 2025 (Martin Luther King Jr. Day)."
    notice = f"{closed} Shown is the next session, Tue 21 Jan 2025."
    expect(page.get_by_text(notice)).to_be_visible()


def test_a_preset_is_one_click_and_steps_go_by_session(page, server, settled):
    page.goto(server)
    settled(page)
    page.get_by_role("button", name="Previous session").click()
    expect(day_button(page)).to_contain_text("Fri 24 Jan 2025")
    settled(page)
    day_button(page).click()
    page.get_by_text("Yen unwind, 5 Aug 2024").click()
    expect(page).to_have_url(re.compile("event=2024-08-05"))


def test_the_link_opens_the_same_view_in_a_fresh_browser(open_page, server, settled):
    page = open_page()
    page.goto(server)
    settled(page)
    page.get_by_role("link", name="Market value lost").click()
    settled(page)
    page.get_by_role("button", name="Next session").click()
    expect(page).to_have_url(re.compile("event=2025-01-28"))
    settled(page)
    page.locator(".st-key-window").get_by_text("20", exact=True).click()
    expect(page).to_have_url(re.compile("window=20"))
    settled(page)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    other = open_page()
    other.goto(link)
    settled(other)
    assert headline(other) == headline(page)
    assert other.get_by_test_id("stMain").inner_text().count("Wed") == page.get_by_test_id("stMain").inner_text().count(
        "Wed"
    )
    expect(other.get_by_role("radio", name="20", exact=True)).to_be_checked()


def test_back_and_forward_step_through_every_change(page, server, settled):
    page.goto(server)
    settled(page)
    seen = [headline(page)]
    page.get_by_role("button", name="Next session").click()
    expect(page).to_have_url(re.compile("event=2025-01-28"))
    settled(page)
    seen.append(headline(page))
    page.get_by_role("link", name="Prices").click()
    expect(page).to_have_url(re.compile("/prices.*event=2025-01-28"))
    settled(page)
    seen.append(headline(page))
    page.locator(".st-key-show").get_by_text("Candles", exact=True).click()
    expect(page).to_have_url(re.compile("show=candles"))
    settled(page)
    assert len(set(seen)) == 3
    page.go_back()
    settled(page)
    assert "show=candles" not in page.url
    assert headline(page) == seen[2]
    page.go_back()
    settled(page)
    assert headline(page) == seen[1]
    page.go_back()
    settled(page)
    assert headline(page) == seen[0]
    page.go_forward()
    settled(page)
    assert headline(page) == seen[1]


def test_back_gets_past_a_link_that_had_to_be_mended(page, server, settled):
    page.goto(f"{server}/?event=2024-09-03")
    settled(page)
    first = headline(page)
    page.goto(f"{server}/?event=2025-13-45&tickers=FOO")
    settled(page)
    expect(page.get_by_text("A ticker is not among the companies here: FOO.")).to_be_visible()
    page.go_back()
    settled(page)
    page.go_back()
    settled(page)
    assert headline(page) == first


def test_garbage_in_the_link_neither_runs_nor_loads_anything(page, server, settled):
    page.goto(
        f"{server}/prices?tickers=%3Cimg%20src=http://127.0.0.9/x%20onerror=alert(1)%3E&event=![x](http://127.0.0.9/y)&zz=%00"
    )
    settled(page)
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("NVIDIA")
    # The page fixture fails on any request to another host.


def test_a_click_on_a_row_puts_its_company_in_focus(page, server, settled):
    page.goto(server)
    settled(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 32 * 2.5)  # second row: Broadcom
    expect(page).to_have_url(re.compile("company=AVGO"))
    expect(page.get_by_text("Broadcom\u2019s day")).to_be_visible()


def test_the_numbers_of_a_chart_as_table_and_csv(page, server, settled):
    page.goto(server)
    settled(page)
    page.locator(".st-key-data-map").get_by_role("button", name="The numbers").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download CSV").click()
    saved = waiting.value
    assert saved.suggested_filename == "aftershock-2025-01-27-map.csv"
    lines = saved.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("ticker,company,group,market value before (USD)")
    assert lines[1].startswith("NVDA,NVIDIA,Accelerators,3492763800000")  # 24.49 bn × 142.62
    assert len(lines) == 18


def test_the_dateline_works_by_keyboard(page, server, settled):
    page.goto(server)
    settled(page)
    page.get_by_role("button", name="Next session").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("event=2025-01-28"))
    settled(page)
    page.get_by_role("button", name="17 AI chips").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("AI build-out (24)")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("AI build-out (24)")).to_be_hidden()
