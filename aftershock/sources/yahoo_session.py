"""The network side of Yahoo's client: every answer is judged where it arrives, before the client can misread it.

The client takes a time-out, a web page, an error of the server and an unknown symbol alike for "possibly delisted", and
answers some of them by asking more. So its session, which it lets us provide, raises the one right error itself.

Heavy to import (curl_cffi): import it where it is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import curl_cffi.requests as curl
from curl_cffi.requests import exceptions as failures

from aftershock.errors import BadAnswerError, SourceError, TimedOutError, UnknownSymbolError, UnreachableError
from aftershock.sources.circuit import Refusal

CHART: Final = "/v8/finance/chart/"
SHARES: Final = "/ws/fundamentals-timeseries/"
_CRUMB: Final = "/v1/test/getcrumb"
# Yahoo's own number for "too many requests" beside the usual ones.
_REFUSALS: Final = (403, 429, 999)


class NoPricesError(BadAnswerError):
    """A well-formed answer for a symbol that Yahoo knows, without a single row."""


class NoCrumbError(OSError):
    """No token: the client goes on without it, which prices allow."""


class YahooSession(curl.Session[curl.Response]):
    """A browser-like session whose every request ends within `cap` seconds, and each question within `budget`.

    `begin` is called before each question. `chart` then holds the price answer as it was delivered. `cookies_had` is
    called when the page that gives cookies has answered.
    """

    def __init__(self, *, cap: float = 5.0, budget: float = 12.0) -> None:
        super().__init__(impersonate="chrome")
        self.cap, self.budget = cap, budget
        self.chart: dict[str, Any] = {}
        self.cookies_had: Callable[[], None] = lambda: None
        self._symbol = ""
        self._deadline = time.monotonic() + budget
        self._cookies_failed = False
        self._asked_again = False

    def begin(self, symbol: str) -> None:
        """Start the clock for one question about a symbol."""
        self._symbol, self.chart = symbol, {}
        self._deadline = time.monotonic() + self.budget
        self._cookies_failed = self._asked_again = False

    def address(self, url: str) -> str:
        """Where a request really goes; a test sends it elsewhere."""
        return url

    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> curl.Response:
        """One request of the client; raises a `SourceError` if the answer to a question is none."""
        path = urlsplit(url).path
        left = self._deadline - time.monotonic()
        if path.startswith((CHART, SHARES)):
            if left <= 0:
                raise TimedOutError(f"Yahoo did not answer in time for {self._symbol}.")
            kwargs["timeout"] = min(self.cap, left)
            try:
                response = super().request(method, self.address(url), *args, **kwargs)
            except OSError as error:
                raise network_error(self._symbol, error) from error
            self._judge(response, path, kwargs.get("params") or {})
            return response
        # Cookies and tokens: helpful, not needed. What fails here once is not waited for again.
        if self._cookies_failed or left <= 0:
            raise NoCrumbError("No cookies from Yahoo just now.")
        kwargs["timeout"] = min(self.cap / 2, left)
        try:
            response = super().request(method, self.address(url), *args, **kwargs)
        except OSError:
            self._cookies_failed = True
            raise
        if path == _CRUMB and (response.status_code != 200 or not 0 < len(response.text) <= 64 or "<" in response.text):
            self._cookies_failed = True
            raise NoCrumbError(f"No token from Yahoo (status {response.status_code}).")
        if path in ("", "/"):
            self.cookies_had()
        return response

    def _judge(self, response: curl.Response, path: str, params: dict[str, Any]) -> None:
        symbol, status = self._symbol, response.status_code
        text = response.text[:400]
        if status in _REFUSALS or "too many requests" in text.lower():
            raise Refusal(f"Yahoo refuses to answer for {symbol}.", response.headers.get("Retry-After"))
        if status == 401 and not self._asked_again:
            self._asked_again = True  # a stale token: the client fetches a new one and asks once more
            return
        if str(urlsplit(response.url).hostname).endswith("consent.yahoo.com"):
            return  # the client knows how to agree
        body = _body(symbol, response)
        if path.startswith(CHART):
            self._judge_chart(body, status, wants_prices="period1" in params)
        elif status >= 400:
            raise BadAnswerError(f"Yahoo answered with error {status} instead of share counts of {symbol}.")

    def _judge_chart(self, body: dict[str, Any], status: int, *, wants_prices: bool) -> None:
        symbol = self._symbol
        chart = body.get("chart") or body.get("finance")
        if not isinstance(chart, dict):
            raise BadAnswerError(f"Yahoo's answer for {symbol} is no price history.")
        error = chart.get("error")
        if error:
            code, why = (
                (str(error.get(key)) for key in ("code", "description")) if isinstance(error, dict) else ("", "")
            )
            if code == "Not Found":
                raise UnknownSymbolError(
                    f"Yahoo has no prices under the symbol {symbol}; it may be misspelt or no longer be listed."
                )
            if why.startswith("Data doesn't exist"):
                raise NoPricesError(f"Yahoo has no prices of {symbol} for the days asked for.")
            raise BadAnswerError(f"Yahoo answered with an error (status {status}) instead of prices of {symbol}.")
        if status >= 400:
            raise BadAnswerError(f"Yahoo answered with error {status} instead of prices of {symbol}.")
        results = chart.get("result")
        if not isinstance(results, list) or not results or not isinstance(results[0], dict):
            raise BadAnswerError(f"Yahoo's answer for {symbol} is empty.")
        meta = results[0].get("meta")
        if not isinstance(meta, dict) or not isinstance(meta.get("exchangeTimezoneName"), str):
            raise BadAnswerError(f"Yahoo's answer for {symbol} does not say where it is traded.")
        if str(meta.get("symbol", symbol)).upper() != symbol:
            raise BadAnswerError(f"Yahoo answered for {symbol} with the prices of another symbol.")
        if wants_prices:
            self._judge_prices(results[0])
            self.chart = results[0]

    def _judge_prices(self, result: dict[str, Any]) -> None:
        try:
            stamps, quote = result.get("timestamp"), result["indicators"]["quote"][0]
            if not stamps or not quote:
                raise NoPricesError(f"Yahoo's answer for {self._symbol} has no prices in it.")
            whole = all(len(quote[name]) == len(stamps) for name in ("open", "high", "low", "close", "volume"))
        except (LookupError, TypeError) as error:
            raise BadAnswerError(f"Yahoo's answer for {self._symbol} lacks fields of a price history.") from error
        if not whole:
            raise BadAnswerError(f"Yahoo's answer for {self._symbol} does not have a price for each of its days.")


SessionFactory = Callable[[], YahooSession]


def network_error(symbol: str, error: OSError) -> SourceError:
    """The one class for a failure on the way to Yahoo, with its sentence."""
    if isinstance(error, (failures.Timeout, TimeoutError)):
        return TimedOutError(f"Yahoo did not answer in time for {symbol}.")
    if isinstance(error, (failures.ContentDecodingError, failures.TooManyRedirects, failures.InvalidJSONError)):
        return BadAnswerError(f"Yahoo's answer for {symbol} cannot be read.")
    if isinstance(error, failures.DNSError):
        what = "its address was not found (no network?)"
    elif isinstance(error, failures.SSLError):
        what = "no safe connection could be made"
    elif isinstance(error, failures.ConnectionError) and not isinstance(error, failures.IncompleteRead):
        what = "the connection failed"
    else:
        what = "the connection was cut"
    return UnreachableError(f"Yahoo cannot be reached for {symbol}: {what}.")


def _body(symbol: str, response: curl.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        if response.status_code >= 400:
            raise BadAnswerError(f"Yahoo answered with error {response.status_code} for {symbol}.") from error
        page = response.text.lstrip().startswith("<")
        what = "with a web page instead of data" if page else "with data that are cut off or damaged"
        raise BadAnswerError(f"Yahoo answered {what} for {symbol}.") from error
    if not isinstance(body, dict):
        raise BadAnswerError(f"Yahoo's answer for {symbol} is no price history.")
    return body
