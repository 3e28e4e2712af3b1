"""The server: answers like Yahoo, fails as told, and counts who asked for what."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd

from tests.yahoo_stand_in import answers

PAGE = "<!DOCTYPE html><html lang='en'><body>Will be back soon.</body></html>"


@dataclass
class Fault:
    """One thing that goes wrong: what, for which symbol (None: any), at which requests, how often (None: always)."""

    kind: str
    symbol: str | None = None
    at: tuple[str, ...] = ("zone", "prices")
    times: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


class StandIn:
    """`with StandIn(now=...) as yahoo:` serves the bundled prices up to `now` on `yahoo.port`.

    Requests are told apart as `cookie`, `crumb`, `consent`, `zone` (the chart of one day, for its time
    zone), `prices`, `shares` and `other`. `fault("refusal", times=1)` switches a fault on, `mend()` all off.

    Kinds, with their options: refusal (retry_after), timeout, cut, drip, html (status), truncated, error (status),
    empty, no_rows, unknown, lacking (name), other_symbol, instead (body); and those that only change what is
    delivered: duplicate (day), nulls (days), new_split (day, ratio), unadjusted (day, recorded), hundredfold (first,
    last), spike (day, factor), currency (code), bar (day and values), stray (day).
    """

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.requests: list[tuple[str, str]] = []
        self.share_rows: dict[str, list[tuple[pd.Timestamp, int]]] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def __enter__(self) -> "StandIn":
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def fault(
        self,
        kind: str,
        symbol: str | None = None,
        *,
        at: tuple[str, ...] = ("zone", "prices"),
        times: int | None = None,
        **options: Any,
    ) -> None:
        if kind not in _FAILURES | _CHANGES:
            raise ValueError(f"no such fault: {kind}")
        with self._lock:
            self._faults.append(Fault(kind, symbol, at, times, options))

    def mend(self) -> None:
        with self._lock:
            self._faults.clear()

    def count(self, *kinds: str, symbol: str | None = None) -> int:
        """How many requests of some kinds (all, if none is named) came for a symbol (any, if none is named)."""
        with self._lock:
            return sum((not kinds or k in kinds) and symbol in (None, s) for k, s in self.requests)

    def session_factory(self, *, cap: float = 5.0, budget: float = 12.0) -> Callable[[], Any]:
        """Makes sessions for `Yahoo(session_factory=...)` whose requests all come here."""
        from aftershock.sources.yahoo_session import YahooSession

        port = self.port

        class Here(YahooSession):
            def address(self, url: str) -> str:
                parts = urlsplit(url)
                return f"http://127.0.0.1:{port}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")

        return lambda: Here(cap=cap, budget=budget)

    def faults_for(self, kind: str, symbol: str) -> list[Fault]:
        """The faults that this request meets; each of a limited number is used up by it."""
        with self._lock:
            met = [f for f in self._faults if kind in f.at and f.symbol in (None, symbol) and f.times != 0]
            for fault in met:
                if fault.times is not None:
                    fault.times -= 1
            return met

    def note(self, kind: str, symbol: str) -> None:
        with self._lock:
            self.requests.append((kind, symbol))

    def body(self, kind: str, symbol: str, query: dict[str, str], faults: list[Fault]) -> tuple[int, Any]:
        """Status and JSON body of an answer, changed by the faults that only change what is delivered."""
        if kind == "shares":
            rows = self.share_rows.get(symbol, answers.counts(symbol))
            first, last = int(query["period1"]), int(query["period2"])
            return 200, answers.share_counts(symbol, [r for r in rows if first <= answers.epoch(r[0], "12:00") <= last])
        bars = answers.bundled(symbol)
        if bars.empty:
            return 404, answers.not_found()
        if kind == "zone":
            bars = answers.between(bars, 0, 2**40, self.now).iloc[-1:]
        else:
            bars = answers.between(bars, int(query["period1"]), int(query["period2"]), self.now)
        given: dict[str, Any] = {}
        for fault in faults:
            if fault.kind in _CHANGES:
                bars = _CHANGES[fault.kind](bars.copy(), symbol, given, **fault.options)
        return 200, answers.chart(symbol, bars, self.now, **given)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is what these tests are about."""


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes; the second would wait 40 ms

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            kind, symbol = _told_apart(unquote(parts.path), query)
            stand_in.note(kind, symbol)
            faults = stand_in.faults_for(kind, symbol)
            failure = next((fault for fault in faults if fault.kind in _FAILURES), None)
            if kind in ("zone", "prices", "shares"):
                status, body = stand_in.body(kind, symbol, query, faults)
                text = json.dumps(body)
            else:
                status, text = 200, {"crumb": "a.token", "cookie": ""}.get(kind, PAGE)
            if failure is None:
                self.send(status, text)
            else:
                _FAILURES[failure.kind](self, stand_in, text, **failure.options)

        do_POST = do_GET  # noqa: N815

        def send(self, status: int, text: str, *, as_type: str = "application/json", **headers: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", as_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Set-Cookie", "A3=made-up; Max-Age=31557600; Path=/")
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _told_apart(path: str, query: dict[str, str]) -> tuple[str, str]:
    last = path.rsplit("/", 1)[-1]
    if path.startswith("/v8/finance/chart/"):
        return ("prices" if "period1" in query else "zone"), last
    if path.startswith("/ws/fundamentals-timeseries/"):
        return "shares", last
    return {"/": "cookie", "/v1/test/getcrumb": "crumb", "/consent": "consent"}.get(path, "other"), ""


# Failures: the answer does not come, or is none.


def _refusal(handler: Any, stand_in: StandIn, text: str, *, retry_after: str | None = None) -> None:
    more = {} if retry_after is None else {"Retry_After": retry_after}
    handler.send(429, "Too Many Requests\r\n", as_type="text/plain", **more)


def _timeout(handler: Any, stand_in: StandIn, text: str) -> None:
    stand_in._closing.wait(10)
    handler.close_connection = True


def _cut(handler: Any, stand_in: StandIn, text: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text.encode())))
    handler.end_headers()
    handler.wfile.write(text.encode()[: len(text) // 2])
    handler.close_connection = True


def _drip(handler: Any, stand_in: StandIn, text: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text.encode())))
    handler.end_headers()
    for byte in text.encode():
        handler.wfile.write(bytes([byte]))
        if stand_in._closing.wait(0.02):
            break
    handler.close_connection = True


def _html(handler: Any, stand_in: StandIn, text: str, *, status: int = 200) -> None:
    handler.send(status, PAGE, as_type="text/html")


def _truncated(handler: Any, stand_in: StandIn, text: str) -> None:
    handler.send(200, text[: len(text) // 2])


def _error(handler: Any, stand_in: StandIn, text: str, *, status: int = 503) -> None:
    handler.send(status, "Service unavailable", as_type="text/plain")


def _empty(handler: Any, stand_in: StandIn, text: str) -> None:
    handler.send(200, json.dumps({"chart": {"result": [], "error": None}}))


def _unknown(handler: Any, stand_in: StandIn, text: str) -> None:
    handler.send(404, json.dumps(answers.not_found()))


def _no_rows(handler: Any, stand_in: StandIn, text: str) -> None:
    body = json.loads(text)
    body["chart"]["result"][0] |= {"timestamp": [], "indicators": {"quote": [{}], "adjclose": [{}]}}
    handler.send(200, json.dumps(body))


def _lacking(handler: Any, stand_in: StandIn, text: str, *, name: str) -> None:
    """The answer without one part, at whatever depth it stands."""

    def without(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: without(value) for key, value in part.items() if key != name}
        return [without(value) for value in part] if isinstance(part, list) else part

    handler.send(200, json.dumps(without(json.loads(text))))


def _instead(handler: Any, stand_in: StandIn, text: str, *, body: Callable[[Any], Any]) -> None:
    """Whatever a function makes of the right answer."""
    handler.send(200, json.dumps(body(json.loads(text))))


def _other_symbol(handler: Any, stand_in: StandIn, text: str) -> None:
    body = json.loads(text)
    body["chart"]["result"][0]["meta"]["symbol"] = "XYZ"
    handler.send(200, json.dumps(body))


_FAILURES: dict[str, Callable[..., None]] = {
    "refusal": _refusal,
    "timeout": _timeout,
    "cut": _cut,
    "drip": _drip,
    "html": _html,
    "truncated": _truncated,
    "error": _error,
    "empty": _empty,
    "unknown": _unknown,
    "no_rows": _no_rows,
    "lacking": _lacking,
    "instead": _instead,
    "other_symbol": _other_symbol,
}

# Changes: a well-formed answer with something odd in it.

Bars = pd.DataFrame
_PRICES = ["open", "high", "low", "close", "adj_close"]


def _duplicate(bars: Bars, symbol: str, given: dict[str, Any], *, day: str | None = None) -> Bars:
    """A day (the last) once more, its close another in the ninth digit and its volume a little larger."""
    when = pd.Timestamp(day) if day else bars.index[-1]
    again = bars.loc[[when]].assign(close=lambda row: row.close + 1e-7, volume=lambda row: row.volume + 3300)
    return pd.concat([bars, again]).sort_index(kind="stable")


def _nulls(bars: Bars, symbol: str, given: dict[str, Any], *, days: list[str]) -> Bars:
    bars.loc[pd.DatetimeIndex(days)] = float("nan")
    return bars


def _new_split(bars: Bars, symbol: str, given: dict[str, Any], *, day: str, ratio: float) -> Bars:
    """Yahoo has just put everything on the basis after a split that the bundled prices do not know."""
    bars[_PRICES] /= ratio
    bars["volume"] *= ratio
    given["split_events"] = answers.splits(symbol) | {pd.Timestamp(day): ratio}
    return bars


def _unadjusted(bars: Bars, symbol: str, given: dict[str, Any], *, day: str, recorded: bool = True) -> Bars:
    """The split of a day was not applied to older prices."""
    ratio = answers.splits(symbol)[pd.Timestamp(day)]
    bars.loc[bars.index < day, _PRICES] *= ratio
    bars.loc[bars.index < day, "volume"] /= ratio
    if not recorded:
        given["split_events"] = {}
    return bars


def _hundredfold(bars: Bars, symbol: str, given: dict[str, Any], *, first: str, last: str | None = None) -> Bars:
    bars.loc[first:last, _PRICES] /= 100
    return bars


def _spike(bars: Bars, symbol: str, given: dict[str, Any], *, day: str, factor: float) -> Bars:
    bars.loc[day, _PRICES] *= factor
    return bars


def _bar(bars: Bars, symbol: str, given: dict[str, Any], *, day: str, **values: float) -> Bars:
    bars.loc[day, list(values)] = list(values.values())
    return bars


def _stray(bars: Bars, symbol: str, given: dict[str, Any], *, day: str) -> Bars:
    """A row on a day on which nothing was traded, the one before once more."""
    when = pd.Timestamp(day)
    row = bars[bars.index < when].iloc[[-1]].set_axis(pd.DatetimeIndex([when]).as_unit("s"))
    return pd.concat([bars, row]).sort_index()


def _currency(bars: Bars, symbol: str, given: dict[str, Any], *, code: str | None) -> Bars:
    given["currency"] = code
    return bars


_CHANGES: dict[str, Callable[..., Bars]] = {
    "duplicate": _duplicate,
    "nulls": _nulls,
    "new_split": _new_split,
    "unadjusted": _unadjusted,
    "hundredfold": _hundredfold,
    "spike": _spike,
    "bar": _bar,
    "stray": _stray,
    "currency": _currency,
}
