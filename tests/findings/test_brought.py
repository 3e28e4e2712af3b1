"""Sentences of the page for files: each condition alone."""

import numpy as np
import pandas as pd
import pytest

from aftershock.findings import brought as say
from aftershock.impact import assess

NAN = np.nan


@pytest.mark.parametrize(
    ("outcomes", "title"),
    [
        ([], "Bring your own prices"),
        (["accept"], "Your file is ready"),
        (["ask"], "Your file needs an answer"),
        (["reject"], "Your file holds no prices"),
        (["accept", "accept"], "Both files are ready"),
        (["reject"] * 3, "All three files hold no prices"),
        (["accept", "ask", "reject"], "Of three files one is ready, one needs an answer, one holds no prices"),
        (["ask", "accept", "ask"], "Of three files one is ready, two need an answer"),
    ],
)
def test_the_title_counts_the_files_by_what_became_of_them(outcomes, title):
    assert say.title(outcomes) == title


@pytest.fixture
def beside(history_of, counts_of):
    """ENR at 100 before the event, beside NVIDIA at 100 and 83."""

    def made(own, nvidia=83.0):
        closes = {"ENR": [100, own, own], "NVDA": [100, nvidia, nvidia], "^GSPC": [6000, 5900, 5900]}
        return assess(history_of(closes), counts_of(("NVDA", 1, "2024-11-01")), "2025-01-27", ["ENR", "NVDA"])

    return made


@pytest.mark.parametrize(
    ("own", "title"),
    [
        (80, "ENR fell 20.00% that day, more than NVIDIA"),
        (90, "ENR fell 10.00% that day, less than NVIDIA"),
        (83, "ENR fell 17.00% that day"),
        (110, "ENR rose 10.00% that day"),
        (100, "ENR hardly moved that day"),
    ],
)
def test_the_title_of_a_file_compares_it_with_nvidia(beside, own, title):
    assert say.ready_title(beside(own), "ENR") == title


def test_nvidia_itself_is_compared_with_nobody(beside):
    assert say.ready_title(beside(80), "NVDA") == "NVDA fell 17.00% that day"


def test_the_caption_says_what_the_file_holds_and_how_to_read_the_chart(beside):
    closes = pd.Series([1.0, NAN, 2.0], pd.to_datetime(["2024-11-01", "2024-11-04", "2025-06-30"]))
    assert say.ready_caption(beside(80), "ENR", "siemens.csv", closes) == (
        "siemens.csv: 2 closes, 1 Nov 2024 to 30 Jun 2025. Friday\u2019s close = 100, logarithmic. "
        "Bold: ENR; grey: NVIDIA; dashed: S&P 500."
    )


def test_a_file_without_a_session_and_one_that_does_not_reach_the_event(beside):
    empty = pd.Series([NAN], pd.to_datetime(["2024-11-01"]))
    assert say.reach("x.csv", empty) == "x.csv: no closes on sessions of New York."
    assert say.outside("ENR", pd.Timestamp("2025-01-27")) == (
        "ENR has no close on Mon 27 Jan 2025 or the session before, so it is left out of that event"
    )


def test_what_is_in_use_is_listed():
    assert say.used(["ENR"]) == "On every page: ENR."
    assert say.used(["ENR", "ETN"]) == "On every page: ENR and ETN."
