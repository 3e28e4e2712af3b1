"""The stand-in itself: what it answers without yfinance in between, and that it fails and counts as told."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection, IncompleteRead

import pytest

from tests.yahoo_stand_in import StandIn

EVENING = datetime(2025, 1, 27, 21, 30, tzinfo=UTC)
# Midnight in New York: 24 January and 28 January 2025.
RANGE = "period1=1737694800&period2=1738040400&interval=1d"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(now=EVENING) as stand_in:
        yield stand_in


def get(server: StandIn, path: str) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            return response.status, response.read()


def test_a_chart_holds_the_bundled_prices(server: StandIn) -> None:
    status, body = get(server, f"/v8/finance/chart/NVDA?{RANGE}")
    (result,) = json.loads(body)["chart"]["result"]
    assert (status, result["indicators"]["quote"][0]["close"]) == (200, [142.62, 118.42])
    assert result["indicators"]["quote"][0]["open"] == [148.37, 124.8]
    # 14:30 UTC on both days.
    assert result["timestamp"] == [1737729000, 1737988200]
    assert result["meta"]["exchangeTimezoneName"] == "America/New_York"


def test_splits_and_dividends_stand_among_the_events(server: StandIn) -> None:
    _, body = get(server, "/v8/finance/chart/NVDA?period1=1717387200&period2=1719201600")  # June 2024
    events = json.loads(body)["chart"]["result"][0]["events"]
    (split,) = events["splits"].values()
    assert (split["date"], split["numerator"], split["denominator"]) == (1718026200, 10, 1)
    assert [dividend["amount"] for dividend in events["dividends"].values()] == [0.01]


def test_the_last_bar_of_a_running_session_carries_the_time_of_its_last_trade(server: StandIn) -> None:
    server.now = datetime(2025, 1, 27, 16, 0, tzinfo=UTC)
    _, body = get(server, f"/v8/finance/chart/NVDA?{RANGE}")
    assert json.loads(body)["chart"]["result"][0]["timestamp"][-1] == 1737993600 - 2


def test_an_unknown_symbol_is_not_found(server: StandIn) -> None:
    status, body = get(server, f"/v8/finance/chart/NVDAA?{RANGE}")
    assert (status, json.loads(body)["chart"]["error"]["code"]) == (404, "Not Found")


def test_requests_are_told_apart_and_counted(server: StandIn) -> None:
    for path in ("/", "/v1/test/getcrumb", "/v8/finance/chart/%5ESOX?range=1d", f"/v8/finance/chart/NVDA?{RANGE}"):
        get(server, path)
    assert server.requests == [("cookie", ""), ("crumb", ""), ("zone", "^SOX"), ("prices", "NVDA")]
    assert (server.count(), server.count("zone", "prices"), server.count(symbol="NVDA")) == (4, 2, 1)


def test_a_fault_meets_only_its_symbol_its_requests_and_its_times(server: StandIn) -> None:
    server.fault("refusal", "NVDA", at=("prices",), times=1)
    asked = [f"AVGO?{RANGE}", "NVDA?range=1d", f"NVDA?{RANGE}", f"NVDA?{RANGE}"]
    assert [get(server, f"/v8/finance/chart/{path}")[0] for path in asked] == [200, 200, 429, 200]


def test_a_cut_connection_ends_in_the_middle(server: StandIn) -> None:
    server.fault("cut")
    with pytest.raises(IncompleteRead):
        get(server, f"/v8/finance/chart/NVDA?{RANGE}")
    server.mend()
    assert get(server, f"/v8/finance/chart/NVDA?{RANGE}")[0] == 200


def test_a_fault_that_does_not_exist_is_refused(server: StandIn) -> None:
    with pytest.raises(ValueError, match="no such fault: fire"):
        server.fault("fire")
