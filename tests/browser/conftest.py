"""Fixtures for tests in a real Chromium against the running app.

A test takes `page` and `server`, goes to an address and waits with `settled`:

    def test_title(page, server, settled):
        page.goto(f"{server}/drawdowns?event=2025-01-27")
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()

`open_page` opens further pages of any size and colour scheme, each with its own empty browser
profile; `cold_server` starts a fresh server process, for what only its first visitor meets. A page
that logs an error, throws, or asks any other host for anything fails its test; so does a server
that prints a traceback.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tools import chromium

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAUNCH_ARGS = [
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers often have a small /dev/shm
    # Chromium calls home on its own at every start otherwise.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Browsers ask for an icon; on an inner page Streamlit's client first looks for its server below it.
HARMLESS = re.compile(r"favicon|/\w+/_stcore/(health|host-config)$")
START_SECONDS = 60
STOP_SECONDS = 15
# With two cores shared by browser and server, Playwright's 5 seconds are short for the first paint.
expect.set_options(timeout=20_000)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Marks the tests of this folder and moves them behind all others.

    Playwright's synchronous interface keeps an event loop running in the main thread as long as it
    lives, and a test that calls asyncio.run() after it would fail.
    """
    here = pathlib.Path(__file__).parent
    browser_items = [item for item in items if here in item.path.parents]
    for item in browser_items:
        item.add_marker("browser")
    items[:] = [item for item in items if item not in set(browser_items)] + browser_items


class Server:
    """One process of `streamlit run asgi.py` with a home directory of its own."""

    def __init__(self, folder: pathlib.Path, environment: dict[str, str]):
        home = folder / "home"
        home.mkdir()
        self.log = folder / "server.log"
        self.read_to = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # Neither the settings nor the caches of whoever runs the tests matter.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STREAMLIT_", "XDG_", "AFTERSHOCK_"))
        }
        command = [sys.executable, "-m", "streamlit", "run", "asgi.py"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
        command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
        command += ["--server.fileWatcherType", "none"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**inherited, "HOME": str(home), "PYTHONUNBUFFERED": "1", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Returns when the server is healthy; other answers than "ok" are the app page itself."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with opener.open(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.05)
        self.stop()
        pytest.fail(f"the server did not come up; its log:\n{self.tail()}", pytrace=False)

    def stop(self) -> None:
        """Ends the process and returns when it is gone."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"the server ignored SIGTERM for {STOP_SECONDS} s", pytrace=False)

    def check(self) -> None:
        """Fails if the server has ended, or has printed a traceback since the last look."""
        if self.process.poll() is not None:
            code = self.process.returncode
            pytest.fail(f"the server ended by itself ({code}):\n{self.tail()}", pytrace=False)
        self.check_log()

    def check_log(self) -> None:
        """Fails if the server has printed a traceback since the last look."""
        with self.log.open("rb") as log:
            log.seek(self.read_to)
            news = log.read().decode(errors="replace")
            self.read_to = log.tell()
        if "Traceback" in news:
            pytest.fail(f"the server printed a traceback:\n{news}", pytrace=False)

    def tail(self) -> str:
        """Returns the end of the log."""
        return self.log.read_text(errors="replace")[-4000:]


class Visit:
    """The pages and servers of one test, and what went wrong on them."""

    def __init__(self) -> None:
        self.servers: list[Server] = []
        self.contexts: list = []
        self.problems: list[str] = []
        self.expected: list[str] = []

    def watch(self, context) -> None:
        """Notes every error and every foreign request on any page or popup of a browser profile."""
        self.contexts.append(context)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"uncaught error: {error.error}"))
        context.on("request", lambda request: self._address(request.url))
        context.on("page", lambda page: page.on("websocket", lambda ws: self._address(ws.url)))

    def close(self) -> None:
        """Closes all pages, before the servers go away under them."""
        while self.contexts:
            self.contexts.pop().close()

    def _console(self, message) -> None:
        if message.type == "error" and not HARMLESS.search(message.location.get("url", "")):
            self._note(f"console error: {message.text} ({message.location.get('url')})")

    def _address(self, url: str) -> None:
        own = {urlsplit(server.url).netloc for server in self.servers}
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in own:
            self._note(f"request to another host: {url}")

    def _note(self, problem: str) -> None:
        if not any(re.search(pattern, problem) for pattern in self.expected):
            self.problems.append(problem)


@pytest.fixture(scope="session")
def chromium_path():
    """The browser to drive; without one every test here fails rather than vanishes."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.NOT_FOUND, pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path, tmp_path_factory):
    """One Chromium for all tests; each test gets an empty profile in it."""
    environment = {**os.environ, "HOME": str(tmp_path_factory.mktemp("chromium"))}
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium_path, args=LAUNCH_ARGS, env=environment)
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def server_environment() -> dict[str, str]:
    """Environment variables for the server; a test module may override it for what it needs."""
    return {}


@pytest.fixture(scope="session")
def warm_server(tmp_path_factory, server_environment):
    """The server that all tests share."""
    started = Server(tmp_path_factory.mktemp("server"), server_environment)
    started.wait()
    yield started
    started.stop()
    started.check_log()


@pytest.fixture
def visit():
    """Gathers what goes wrong on the pages of this test and fails it for that."""
    gathered = Visit()
    yield gathered
    gathered.close()
    if gathered.problems:
        pytest.fail("\n".join(dict.fromkeys(gathered.problems)), pytrace=False)


@pytest.fixture
def expected_errors(visit) -> list[str]:
    """A list to which a test appends patterns of the problems that it causes on purpose."""
    return visit.expected


@pytest.fixture
def server(warm_server, visit):
    """The base URL of the shared server."""
    visit.servers.append(warm_server)
    yield warm_server.url
    warm_server.check()


@pytest.fixture
def cold_server(visit, tmp_path_factory, server_environment):
    """Starts a fresh server process at each call and returns its base URL."""
    started = []

    def start(**environment: str) -> str:
        fresh = Server(tmp_path_factory.mktemp("cold"), {**server_environment, **environment})
        fresh.wait()
        started.append(fresh)
        visit.servers.append(fresh)
        return fresh.url

    yield start
    visit.close()
    try:
        for fresh in started:
            fresh.check()
    finally:
        for fresh in started:
            fresh.stop()
    for fresh in started:
        fresh.check_log()


@pytest.fixture
def open_page(browser, visit):
    """Opens a page in an empty profile; further options are Playwright's for a new context."""

    def opened(width: int = 1440, height: int = 900, dark: bool = False, **options):
        # Fixed, so that no test depends on where it runs.
        settings = {
            "locale": "en-US",
            "timezone_id": "America/New_York",
            "reduced_motion": "reduce",
        }
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **{**settings, **options},
        )
        context.set_default_timeout(20_000)
        context.set_default_navigation_timeout(30_000)
        visit.watch(context)
        return context.new_page()

    return opened


@pytest.fixture
def page(open_page):
    """A page of 1440 by 900, light."""
    return open_page()


# Streamlit's own attributes (1.67): the script runs, the socket is not up yet, an element is left
# over from the last run, or the code that draws it is still being loaded.
BUSY = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return !app
        || app.dataset.testScriptState !== 'notRunning'
        || app.dataset.testConnectionState !== 'CONNECTED'
        || document.querySelector(
            '[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]'
        ) !== null;
}"""


@pytest.fixture(scope="session")
def settled():
    """Waits until the app has shown nothing unfinished for a moment.

    The moment is what makes it usable right after a click: the run that it causes starts up to
    0.1 s later.
    """

    def wait(page, timeout: float = 30, quiet: float = 0.4) -> None:
        deadline = time.monotonic() + timeout
        calm_since = None
        while time.monotonic() < deadline:
            try:
                busy = page.evaluate(BUSY)
            except Error as error:  # the page went somewhere else meanwhile
                if "context was destroyed" not in str(error):
                    raise
                busy = True
            now = time.monotonic()
            calm_since = None if busy else calm_since or now
            if calm_since is not None and now - calm_since >= quiet:
                return
            page.wait_for_timeout(40)
        pytest.fail(f"the page was still not settled after {timeout} s", pytrace=False)

    return wait


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds what the page showed and what the server said to the report of a failed test."""
    report = yield
    visit = item.funcargs.get("visit") if hasattr(item, "funcargs") else None
    if report.when == "call" and report.failed and visit:
        for number, page in enumerate(page for context in visit.contexts for page in context.pages):
            try:
                text = page.inner_text("body", timeout=2_000)
            except Error as error:
                text = f"(not to be had: {error})"
            report.sections.append((f"page {number + 1} at {page.url}", text[:4000]))
        for problem in visit.problems:
            report.sections.append(("page problem", problem))
        for server in visit.servers:
            report.sections.append((f"log of the server at {server.url}", server.tail()))
    return report
