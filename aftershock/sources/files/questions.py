"""What only the person who brings a file can know."""

from __future__ import annotations

from dataclasses import dataclass

TICKER = "ticker"
DATE_ORDER = "date_order"
DECIMAL = "decimal"
CLOSE = "close"


@dataclass(frozen=True)
class Question:
    """A question about a file: its `key` in `answers`, a sentence, and the possible answers (none: any text).

    The sentence may quote the file: it is plain text, whatever markup it holds.
    """

    key: str
    sentence: str
    answers: tuple[str, ...] = ()
