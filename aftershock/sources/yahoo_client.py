"""The real yfinance client, one question at a time, with all it keeps between questions under control.

The client has one session, one token and one cache of answers for the whole process; a bad answer stays in it until it
is restarted. Here each question starts with an empty cache of answers, and after a failure everything starts anew.

Heavy to import (yfinance): import it where it is used.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import stat
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import peewee
import platformdirs
import yfinance
import yfinance.cache
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFRateLimitError

from aftershock.errors import BadAnswerError, SourceError
from aftershock.sources.circuit import Refusal
from aftershock.sources.yahoo_session import SessionFactory, YahooSession, network_error

# The client's singletons serve one question at a time; so does everybody's patience with Yahoo.
_LOCK = threading.RLock()
_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, YFException)

Answer = TypeVar("Answer")

# The client lets these be shown on purpose; they are its own to heed, and many a question.
warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning, module="yfinance")


def one_at_a_time() -> threading.RLock:
    """Held (`with`) while something is asked: what has to be looked at first is looked at behind it."""
    return _LOCK


class Client:
    """Asks yfinance; every failure is a `SourceError`, and leaves nothing behind."""

    def __init__(self, session_factory: SessionFactory = YahooSession, cache_folder: Path | None = None) -> None:
        self._new_session = session_factory
        self._folder = cache_folder
        self._session: YahooSession | None = None

    def ask(self, symbol: str, question: Callable[[Any, YahooSession], Answer]) -> Answer:
        """Put a question to the client's `Ticker` of a symbol (and the session that carries it).

        Raises:
            SourceError: of the class that says what happened; a `Refusal` if Yahoo refused.
        """
        with _LOCK:
            answered = False
            try:
                session = self._prepared()
                session.begin(symbol)
                answer = question(yfinance.Ticker(symbol, session=session), session)
                answered = True
                return answer
            except SourceError:
                raise
            except YFRateLimitError as error:
                raise Refusal(f"Yahoo refuses to answer for {symbol}.") from error
            except OSError as error:
                raise network_error(symbol, error) from error
            except (peewee.PeeweeException, pickle.UnpicklingError) as error:
                self._folder = _use_folder(_temporary_folder())
                raise BadAnswerError(f"What Yahoo's client keeps on disk could not be read for {symbol}.") from error
            except _NONSENSE as error:
                raise BadAnswerError(f"Yahoo's answer for {symbol} cannot be understood.") from error
            finally:
                if not answered:
                    self._forget()

    def _prepared(self) -> YahooSession:
        # Our own log says what went wrong, once; the client says it several times, and as "possibly delisted".
        logging.getLogger("yfinance").setLevel(logging.CRITICAL)
        yfinance.config.debug.hide_exceptions = False
        yfinance.config.network.retries = 0
        if self._folder is None or _folder_in_use != self._folder:
            self._folder = _use_folder(self._folder)
        session = self._session = self._session or self._new_session()
        data = YfData(session=session)
        if getattr(data, "_carrier", None) is not session:
            _fresh(data)
            data._carrier = session

            def cookies_had() -> None:
                """Tells the client that it has its cookies."""
                data._cookie = True  # or the client asks for them before each request

            session.cookies_had = cookies_had
        YfData.cache_get.cache_clear()
        return session

    def _forget(self) -> None:
        YfData.cache_get.cache_clear()
        with contextlib.suppress(OSError, peewee.PeeweeException):
            yfinance.cache.get_cookie_cache().store("curlCffi", None)
        if self._session is not None:
            with contextlib.suppress(OSError):
                self._session.close()
        self._session = None


def _fresh(data: Any) -> None:
    """The client's singleton as it is at first, but with the session it has now."""
    data._crumb = data._cookie = None
    data._cookie_strategy = "basic"
    data.fundamentals_use_chunked = False


_folder_in_use: Path | None = None


def _use_folder(wanted: Path | None) -> Path:
    """Let the client keep time zones and cookies in a folder that nobody else can read or write."""
    global _folder_in_use
    folder = private_folder(wanted or Path(platformdirs.user_cache_dir("aftershock")) / "yfinance")
    if folder != _folder_in_use:
        yfinance.set_tz_cache_location(str(folder))
        # Caches that are open already stay with the old folder unless they are made anew.
        yfinance.cache._TzCacheManager._tz_cache = None
        yfinance.cache._CookieCacheManager._Cookie_cache = None
        yfinance.cache._ISINCacheManager._isin_cache = None
        _folder_in_use = folder
    return folder


def private_folder(folder: Path) -> Path:
    """The folder, made private to this user; a temporary one if that cannot be (cookies are unpickled from it)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
        own = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
        if stat.S_ISDIR(facts.st_mode) and own:
            folder.chmod(0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    except OSError:
        pass
    return _temporary_folder()


def _temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="aftershock-yfinance-"))
