"""Bytes to text."""

import pytest

from aftershock.sources.files.cells import Unreadable
from aftershock.sources.files.decoding import decode

TEXT = "Date;Clôture\n2025-01-24;1\u00a0142,62\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_western_text_is_read_in_every_encoding(encoding):
    assert decode(TEXT.encode(encoding)).text == TEXT


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("Дата;Цена;Объём", "cp1251"),
        ("Data;Zamknięcie;Najwyższy", "cp1250"),
        ("Tarih;Kapanış;Düşük", "cp1254"),
        ("日付,終値,始値", "shift_jis"),
        ("日期,收盘,开盘", "gb18030"),
        ("날짜,종가,시가", "euc_kr"),
    ],
)
def test_the_code_page_is_the_one_in_which_the_headers_are_words(header, encoding):
    assert decode((header + "\n2025-01-24;1;2\n").encode(encoding)).text.startswith(header)


def test_line_ends_become_one_kind():
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


def test_what_is_no_text_is_refused():
    with pytest.raises(Unreadable, match="not text"):
        decode(bytes(range(256)) * 20)
