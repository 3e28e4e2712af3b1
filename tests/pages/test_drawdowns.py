"""The drawdowns page against the published episode of NVIDIA."""

import pytest


def test_the_fall_of_nvidia(open_app, words):
    text = words(open_app("drawdowns"))
    # Peak 149.43 on 6 Jan, low 94.31 on 4 Apr, back on 25 Jun 2025 (closes of the exchange).
    assert (
        "DeepSeek was the start, not the bottom: NVIDIA fell 37% from its January peak and was back after 116 sessions"
        in text
    )
    assert "the low of \u221236.9% came 48 sessions later" in text


def test_the_table_of_the_companies_falls(open_app):
    table = open_app("drawdowns").dataframe[0].value.set_index("Company")
    row = table.loc["NVIDIA"]
    assert [f"{row[k]:%Y-%m-%d}" for k in ("Peak", "Low", "Back")] == ["2025-01-06", "2025-04-04", "2025-06-25"]
    assert row["Depth"] == pytest.approx(94.31 / 149.43 - 1, abs=1e-12)
    assert row["Status"] == "Recovered"
    assert row["Days in all"] == 170  # 6 January to 25 June


def test_an_open_episode_is_called_open(open_app):
    table = open_app("drawdowns", tickers="SMCI,NVDA").dataframe[0].value.set_index("Company")
    assert table.at["Super Micro", "Status"] == "Open"
    assert str(table.at["Super Micro", "Back"]) == "NaT"


def test_every_episode_of_the_company_in_focus(open_app):
    table = open_app("drawdowns").dataframe[1].value
    assert len(table) == 20
    assert table["Depth"].is_monotonic_increasing
    deepest = table.iloc[0]
    assert f"{deepest['Peak']:%Y-%m-%d}" == "2002-01-03"


def test_peaks_of_the_year_before_alone(open_app, words):
    text = words(open_app("drawdowns", tickers="INTC", peaks="year"))
    # Intel's highest close within 250 sessions before the event was on 7 March 2024; ever, in August 2000.
    assert "from its March 2024 peak" in text
    assert "from its August 2000 peak" in words(open_app("drawdowns", tickers="INTC"))


def test_a_company_at_its_peak_is_said_to_be_there(open_app, words):
    assert "NVIDIA rose 16.4% and closed at its highest so far" in words(open_app("drawdowns", event="2024-02-22"))
