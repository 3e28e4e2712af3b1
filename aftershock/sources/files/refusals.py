"""Answers that were saved as if they were prices: limit messages, error pages, files of another kind."""

from __future__ import annotations

import re

from aftershock.sources.files.cells import quoted

_LIMIT = re.compile(
    r"limit|quota|too many|rate.?limit|thank you for using|call frequency|premium|subscri|exceeded|przekrocz"
    r"|throttl|\b429\b|requests? per|try again later|upgrade your plan|kontingent|límite|limite",
    re.IGNORECASE,
)
_NO_DATA = re.compile(
    r"no data|brak danych|not found|\b404\b|no results|keine daten|unknown symbol|invalid"
    r"|delisted|symbol.*not|missing|timezone|bad request"
    r"|unauthorized|forbidden|access denied|crumb|\b40[13]\b|api ?key",
    re.IGNORECASE,
)
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (rar)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"SQLite format 3", "a database"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "a Feather file"),
)


def other_kind(content: bytes) -> str | None:
    """What a file is that is neither text nor a spreadsheet, by its first bytes."""
    return next((kind for start, kind in _KINDS if content.startswith(start)), None)


def explain(text: str, reason: str = "") -> str:
    """Why a text without a price table was refused: what it looks like, and how it begins."""
    begin = text.strip()
    head = begin[:3000]
    if not begin:
        return "The file holds no price table: it is empty."
    quote = f"It begins with {quoted(begin)}."
    page = re.search(r"<!doctype html|<html|<head|<body|<title|<script|<table", head, re.IGNORECASE)
    if page:
        title = re.search(r"<title[^>]*>(.*?)</title", head, re.IGNORECASE | re.DOTALL)
        limit = _LIMIT.search(re.sub(r"<[^>]*>", " ", head))
        kind = "a web page (HTML), not a CSV file" + (", with a limit message of the provider" if limit else "")
        named = f" titled {quoted(title.group(1))}" if title and title.group(1).strip() else ""
        return f"The file holds no price table; it looks like {kind}{named}. {quote}"
    if head.startswith(("{", "[", "<")):
        kind = "JSON" if head[0] in "{[" else "XML"
        if _LIMIT.search(head):
            return f"The file holds no price table; it looks like a limit message of the provider ({kind}). {quote}"
        if _NO_DATA.search(head) or "error" in head.casefold():
            return f"The file holds no price table; it looks like an error message of the provider ({kind}). {quote}"
        return f"The file holds no price table; it looks like {kind}, not a table. {quote}"
    few = begin.count("\n") < 15
    if few and _LIMIT.search(head):
        return f"The file holds no price table; it looks like a limit message of the provider. {quote}"
    if few and _NO_DATA.search(head):
        return f"The file holds no price table; it looks like an error message of the provider. {quote}"
    return f"The file holds no price table{': ' + reason if reason else ''}. {quote}"
