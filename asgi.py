"""The app as an ASGI application: the same script, with what a hosted link needs around it.

`streamlit run asgi.py` and `uvicorn asgi:app` both serve it.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from aftershock.errors import AftershockError
from components.stage import warm


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any] | None]:
    """Load prices, calendar and charts before the first visitor comes, not while one waits."""
    try:
        warm()
    except AftershockError:
        logging.getLogger("aftershock").exception("The bundled data cannot be used; every page will say so")
    yield None


app = st.App("app.py", lifespan=lifespan)
