"""Bytes to text: byte-order marks, UTF-16 without one, and the code pages of the countries files come from."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from aftershock.sources.files.cells import Unreadable, quoted
from aftershock.sources.files.words import known_words

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A price file is digits and a few header words, too little for a guess by frequencies: the encoding in which the most
# header words are known is the right one, and the first of these if it makes no difference.
_CODE_PAGES = (
    *("cp1252", "cp1250", "cp1251", "cp1254", "gb18030", "shift_jis", "euc_kr", "big5", "cp1253", "cp1257", "cp1255"),
    *("cp1256", "cp874", "cp1258", "mac_roman", "cp852", "koi8_r"),
)
_HEAD = 4096


@dataclass(frozen=True)
class Text:
    """The text of a file with plain line ends, and what had to be done for it."""

    text: str
    notes: tuple[str, ...] = ()


def decode(content: bytes) -> Text:
    """The text of a file.

    Raises:
        Unreadable: the bytes are no text.
    """
    encoding, body = _encoding(content)
    text = body.decode(encoding, errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\ufeff")
    head = text[:_HEAD]
    odd = sum(1 for c in head if (ord(c) < 32 and c not in "\n\t\x0b\x0c") or c == "\ufffd")
    if odd > max(2, len(head) // 50):
        raise Unreadable(f"The file holds no price table: it is not text. It begins with {quoted(head, 40)}.")
    notes = () if encoding == "utf-8" else (f"The text was read as {_name(encoding)}.",)
    return Text(text, notes)


def _name(encoding: str) -> str:
    if encoding.startswith("cp"):
        return f"Windows code page {encoding[2:]}"
    return encoding.upper().replace("_", "-").removesuffix("-LE").removesuffix("-BE")


def _encoding(content: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, content[len(mark) :]
    head = content[:_HEAD]
    if len(head) >= 4:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > len(head) * 0.3 and even < len(head) * 0.05:
            return "utf-16-le", content
        if even > len(head) * 0.3 and odd < len(head) * 0.05:
            return "utf-16-be", content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # One broken letter far into a UTF-8 file is damage, not another encoding.
        before = content[: error.start]
        if len(before) > _HEAD and not before.isascii():
            return "utf-8", content
        return _code_page(content), content
    return "utf-8", content


def _code_page(content: bytes) -> str:
    # Lines with letters beyond ASCII, wherever they stand: a header in the first line, names further down.
    lines = [line for line in re.split(rb"[\r\n]+", content[:200_000])[:50] if line]
    sample = b"\n".join(lines)[:_HEAD]
    best, most = "cp1252", -1
    for encoding in _CODE_PAGES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 4:
                continue
            text = sample.decode(encoding, errors="ignore")
        words = known_words(text)
        if words > most:
            best, most = encoding, words
    return best
