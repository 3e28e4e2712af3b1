"""A file that a person brings."""

import io
import json
import random
import struct
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.sessions import all_sessions, sessions_between
from aftershock.sources.files.questions import CLOSE, DATE_ORDER, DECIMAL, TICKER
from aftershock.sources.upload import MOST_BYTES, UNKNOWN, read_upload

UPLOADS = Path(__file__).parents[1] / "data" / "uploads"
FILES = sorted(UPLOADS.glob("*/input*"))
DAYS = ["2025-01-24", "2025-01-27", "2025-01-28"]
CLOSES = [142.62, 118.42, 128.99]


def read(text, name="NVDA.csv", encoding="utf-8", **more):
    return read_upload(name, text.encode(encoding), **more)


def closes(upload, symbol="NVDA"):
    frame = upload.series[symbol]
    return dict(zip(frame.index.strftime("%Y-%m-%d"), frame["close"], strict=True))


def said(upload):
    return " ".join(upload.notes)


def workbook(*sheets, epoch=None):
    """An xlsx file of (title, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if epoch:
        book.epoch = epoch
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}/{p.name}" for p in FILES])
def test_files_from_life_give_exactly_what_is_expected(path):
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    upload = read_upload(expected["name_as_uploaded"], path.read_bytes())
    assert upload.outcome == expected["outcome"]
    assert set(upload.series) == set(expected.get("series", {}))
    for symbol, rows in expected.get("series", {}).items():
        frame = upload.series[symbol]
        assert frame.index.strftime("%Y-%m-%d").tolist() == [row["date"] for row in rows]
        for column in set(rows[0]) - {"date"}:
            wanted = [row[column] for row in rows]
            assert frame[column].tolist() == pytest.approx(wanted, abs=expected.get("tolerance", 1e-9), rel=0)
    for day, volume in expected.get("volume_check", {}).items():
        got = upload.series["NVDA"].loc[day, "volume"]
        assert np.isnan(got) if volume is None else got == volume
    for fragment in expected.get("warnings_must_mention", []):
        assert fragment.casefold() in said(upload).casefold()
    for fragment in expected.get("question_must_mention", []):
        assert fragment.casefold() in " ".join(q.sentence for q in upload.questions).casefold()
    for fragment in expected.get("error_must_mention", []):
        assert fragment.casefold() in upload.error.casefold()


def test_there_are_files_from_life():
    assert len(FILES) == 20


# What a column holds, by its header.

INVESTING = {
    "german": ("Datum,Zuletzt,Eröffn.,Hoch,Tief,Vol.,+/- %", "%d.%m.%Y", ","),
    "french": ("Date,Dernier,Ouv., Plus Haut,Plus Bas,Vol.,Variation %", "%d/%m/%Y", ","),
    "spanish": ("Fecha,Último,Apertura,Máximo,Mínimo,Vol.,% var.", "%d.%m.%Y", ","),
    "italian": ("Data,Ultimo,Apertura,Massimo,Minimo,Vol.,Var. %", "%d.%m.%Y", ","),
    "portuguese": ("Data,Último,Abertura,Máxima,Mínima,Vol.,Var%", "%d.%m.%Y", ","),
    "dutch": ("Datum,Laatste,Open,Hoog,Laag,Vol.,Verschil %", "%d-%m-%Y", ","),
    "polish": ("Data,Ostatnio,Otwarcie,Max.,Min.,Wol.,Zmiana %", "%d.%m.%Y", ","),
    "russian": ("Дата,Цена,Откр.,Макс.,Мин.,Объём,Изм. %", "%d.%m.%Y", ","),
    "turkish": ("Tarih,Şimdi,Açılış,Yüksek,Düşük,Hac.,Fark %", "%d.%m.%Y", ","),
    "swedish": ("Datum,Senaste,Öppen,Högst,Lägst,Vol.,+/- %", "%Y-%m-%d", ","),
    "japanese": ("日付け,終値,始値,高値,安値,出来高,変化率 %", "%Y年%m月%d日", "."),
    "korean": ("날짜,종가,시가,고가,저가,거래량,변동 %", "%Y- %m- %d", "."),
    "chinese": ("日期,收盘,开盘,高,低,交易量,涨跌幅", "%Y-%m-%d", "."),
}


@pytest.mark.parametrize("language", INVESTING)
def test_investing_com_in_many_languages(language):
    headers, dates, decimal = INVESTING[language]
    lines = [",".join(f'"{h}"' for h in headers.split(","))]
    for day, close in zip(DAYS[::-1], CLOSES[::-1], strict=True):
        cells = [f"{close:.2f}", f"{close - 1:.2f}", f"{close + 2:.2f}", f"{close - 3:.2f}", "579.67M", "-16.97%"]
        cells = [c.replace(".", decimal) for c in cells]
        lines.append(",".join(f'"{c}"' for c in [pd.Timestamp(day).strftime(dates), *cells]))
    upload = read("\n".join(lines), "NVDA Historical Data.csv")
    assert upload.outcome == "accept"
    assert closes(upload) == dict(zip(DAYS, CLOSES, strict=True))
    frame = upload.series["NVDA"]
    assert list(frame) == ["open", "high", "low", "close", "volume"]
    assert frame["high"].iloc[0] == pytest.approx(144.62)
    assert frame["low"].iloc[0] == pytest.approx(139.62)
    assert frame["volume"].iloc[0] == 579_670_000


GRIDS = {
    "yfinance, two header rows": ",Close,Close,Open,Open\n,AVGO,NVDA,AVGO,NVDA\n{0},202.13,118.42,1,2\n",
    "yfinance, fields first": "Price,Close,Close,Open\nTicker,AVGO,NVDA,NVDA\nDate,,,\n{0},202.13,118.42,1\n",
    "yfinance, tickers first": "Ticker,NVDA,NVDA,AVGO\nPrice,Open,Close,Close\nDate,,,\n{0},1,118.42,202.13\n",
    "yfinance, read and saved again": "Price,Close,Close.1\nTicker,AVGO,NVDA\n{0},202.13,118.42\n",
    "pairs in one header": "Date,\"('Close', 'NVDA')\",\"('Open', 'NVDA')\",\"('Close', 'AVGO')\"\n"
    "{0},118.42,1,202.13\n",
    "joined in one header": "Date,NVDA_Close,NVDA_Volume,AVGO_Close\n{0},118.42,5,202.13\n",
    "joined with blanks": "Date,Adj Close NVDA,Close NVDA,Close AVGO\n{0},1,118.42,202.13\n",
    "quantmod": '"","NVDA.Open","NVDA.Close","NVDA.Adjusted","AVGO.Close"\n{0},1,118.42,3,202.13\n',
    "merged cells": ",NVDA,,AVGO,\nDate,Close,Volume,Close,Volume\n{0},118.42,1,202.13,2\n",
    "Bloomberg": ",NVDA US Equity,AVGO UW Equity\nDates,PX_LAST,PX_LAST\n{0},118.42,202.13\n",
    "Bloomberg, two fields": ",NVDA US Equity,,AVGO US Equity,\n"
    "Dates,PX_LAST,PX_VOLUME,PX_LAST,PX_VOLUME\n{0},118.42,1,202.13,2\n",
    "Bloomberg, with a head": "Start Date,1/2/2025\nEnd Date,1/28/2025\n\n"
    ",NVDA US Equity,AVGO US Equity\nDates,PX_LAST,PX_LAST\n"
    "{0},118.42,202.13\n",
    "Bloomberg, side by side": "NVDA US Equity,,,AVGO US Equity,\nDate,PX_LAST,,Date,PX_LAST\n{0},118.42,,{0},202.13\n",
    "Google Finance, side by side": "NVDA,,AVGO,\nDate,Close,Date,Close\n{0} 16:00:00,118.42,{0} 16:00:00,202.13\n",
    "Refinitiv, wide": "RIC,NVDA.O,AVGO.OQ\nField,Trade Close,Trade Close\n{0},118.42,202.13\n",
    "Refinitiv, long": "Instrument,Date,Price Close\nNVDA.O,{0}T00:00:00Z,118.42\nAVGO.O,{0}T00:00:00Z,202.13\n",
    "Stooq, bulk": "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
    "NVDA.US,D,20250127,000000,1,130,1,118.42,5,0\nAVGO.US,D,20250127,000000,1,300,1,202.13,5,0\n",
    "long": "Ticker;Date;Price\nNVDA;{0};118,42\nAVGO;{0};202,13\n",
    "long, symbol last": "date,open,high,low,close,volume,Name\n{0},118,119,117,118.42,1,NVDA\n"
    "{0},202,203,201,202.13,1,AVGO\n",
    "melted": "Date,Ticker,variable,value\n{0},NVDA,Close,118.42\n{0},NVDA,Volume,9\n{0},AVGO,Close,202.13\n",
    "wide": "Date\tNVDA\tAVGO\n{0}\t118.42\t202.13\n",
    "wide, small letters": "date|nvda|avgo\n{0}|118.42|202.13\n",
    "an index column": ",Date,NVDA,AVGO\n0,{0},118.42,202.13\n",
    "prefixed by exchange": "Date,NASDAQ:NVDA,NASDAQ:AVGO\n{0},118.42,202.13\n",
}


@pytest.mark.parametrize("layout", GRIDS)
def test_several_companies_in_one_table(layout):
    upload = read(GRIDS[layout].replace("{0}", "2025-01-27"), "download.csv")
    assert upload.outcome == "accept", upload
    assert {s: f["close"].tolist() for s, f in upload.series.items()} == {"NVDA": [118.42], "AVGO": [202.13]}
    assert all(f.index.equals(pd.DatetimeIndex(["2025-01-27"])) for f in upload.series.values())


def test_dates_side_by_side_are_turned():
    upload = read("Ticker,2025-01-24,2025-01-27,2025-01-28\nNVDA,142.62,118.42,128.99\nAVGO,244.7,,207.36\n", "b.csv")
    assert closes(upload) == dict(zip(DAYS, CLOSES, strict=True))
    assert closes(upload, "AVGO") == {"2025-01-24": 244.7, "2025-01-28": 207.36}
    assert "AVGO: 1 row without prices left out: 2025-01-27." in upload.notes


def test_symbols_that_are_words_of_a_header_are_symbols_in_a_wide_table():
    upload = read("Date,LOW,OPEN,ON,TRUE,NA,MA\n2025-01-27,1,2,3,4,5,6\n", "basket.csv")
    assert list(upload.series) == ["LOW", "OPEN", "ON", "TRUE", "NA", "MA"]


def test_closes_are_asked_for_where_the_headers_are_in_an_unknown_language():
    text = "Kuupaev,Avamine,Sulgemine\n2025-01-24,141,142.62\n2025-01-27,119,118.42\n2025-01-28,120,128.99\n"
    asked = read(text)
    assert (asked.outcome, asked.questions[0].key) == ("ask", CLOSE)
    assert asked.questions[0].answers == ("Avamine", "Sulgemine")
    assert "Kuupaev" in asked.questions[0].sentence
    assert closes(read(text, answers={CLOSE: "Sulgemine"})) == dict(zip(DAYS, CLOSES, strict=True))


def test_a_table_without_headers_is_read_only_if_it_can_mean_one_thing():
    one = read("2025-01-24,142.62\n2025-01-27,118.42\n")
    assert closes(one) == {"2025-01-24": 142.62, "2025-01-27": 118.42}
    four = "2025-01-24,141,143,140,142.62,9\n2025-01-27,119,120,117,118.42,9\n2025-01-28,119,129,117,128.42,9\n"
    assert read(four).series["NVDA"]["close"].tolist() == [142.62, 118.42, 128.42]
    assert read("2025-01-24,141,142.62\n2025-01-27,119,118.42\n").questions[0].key == CLOSE


def test_a_table_with_opens_but_no_closes_is_refused():
    upload = read("Date,Open,High,Low\n2025-01-24,1,2,1\n")
    assert upload.outcome == "reject"
    assert "no column holds closing prices" in upload.error


# Whose prices they are.


def test_the_ticker_is_asked_for_where_nothing_says_it_and_the_answer_is_used():
    text = "Date,Close\n2025-01-24,142.62\n2025-01-27,118.42\n"
    asked = read(text, "HistoricalData_1738195200000.csv")
    assert (asked.outcome, list(asked.series), asked.questions[0].key) == ("ask", [UNKNOWN], TICKER)
    assert list(read(text, "prices.csv", answers={TICKER: "nvda"}).series) == ["NVDA"]
    assert list(read(text, "prices.csv", ticker="NVDA").series) == ["NVDA"]
    assert read(text, "prices.csv", ticker="<b>").outcome == "ask"


def test_names_of_companies_are_asked_for_one_by_one():
    text = "Date,Nvidia,Broadcom\n2025-01-24,142.62,244.7\n2025-01-27,118.42,202.13\n"
    asked = read(text, "basket.csv")
    assert [q.key for q in asked.questions] == ["ticker:Nvidia", "ticker:Broadcom"]
    told = read(text, "basket.csv", answers={"ticker:Nvidia": "NVDA", "ticker:Broadcom": "AVGO"})
    assert (told.outcome, list(told.series)) == ("accept", ["NVDA", "AVGO"])


def test_what_the_person_says_stands_above_what_the_file_says():
    upload = read("Date,Ticker,Close\n2025-01-24,NVDA,142.62\n", ticker="NVD.DE")
    assert list(upload.series) == ["NVD.DE"]
    assert "“NVDA”" in said(upload)


def test_a_symbol_column_full_of_markup_is_refused_as_text():
    upload = read('Date,Ticker,Close\n2025-01-24,"=cmd|x",1\n2025-01-24,@SUM,1\n')
    assert upload.outcome == "reject"
    assert "“=cmd|x”" in upload.error


# Which day a date means.


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["02/01/2025", "03/01/2025", "06/01/2025"], "day first"),  # 1 February was a Saturday
        (["01/02/2025", "01/03/2025", "01/06/2025"], "month first"),
        (["02.03.2026", "03.03.2026"], "day first"),  # 3 February 2026 was a Tuesday: the points decide
        (["12/01/2026", "12/02/2026"], "day first"),  # December 2026 has not come
    ],
)
def test_the_calendar_decides_which_number_is_the_day(dates, order):
    upload = read("Date,Close\n" + "".join(f"{d},{100 + i}\n" for i, d in enumerate(dates)))
    assert upload.outcome == "accept"
    assert order in said(upload)


def test_where_nothing_decides_the_order_is_asked_for_and_the_answer_used():
    text = "Date,Close\n03/04/2025,118.42\n"  # a Tuesday in March, a Thursday in April
    asked = read(text)
    assert (asked.outcome, asked.questions[0].key, dict(asked.series)) == ("ask", DATE_ORDER, {})
    assert asked.questions[0].answers == ("day first", "month first")
    assert closes(read(text, answers={DATE_ORDER: "day first"})) == {"2025-04-03": 118.42}
    assert closes(read(text, answers={DATE_ORDER: "month first"})) == {"2025-03-04": 118.42}


def test_words_of_another_language_decide_for_the_day():
    assert closes(read("Datum;Schluss\n03/04/2025;118,42\n")) == {"2025-04-03": 118.42}


def test_no_one_rule_for_a_column_is_a_reason_to_refuse():
    dates = read("Date,Close\n24/01/2025,1\n01/27/2025,1\n")
    assert (dates.outcome, "“24/01/2025”" in dates.error, "“01/27/2025”" in dates.error) == ("reject", True, True)
    marks = read("Date;Close\n2025-01-24;142,62\n2025-01-27;118.42\n")
    assert (marks.outcome, "“142,62”" in marks.error, "“118.42”" in marks.error) == ("reject", True, True)


def test_a_date_that_does_not_exist_is_left_out_and_quoted():
    rows = "".join(f"{d:%d/%m/%Y},100\n" for d in sessions_between("2025-01-02", "2025-02-10"))
    upload = read("Date,Close\n" + rows + "31/02/2025,100\n")
    assert "“31/02/2025”" in said(upload)
    assert len(upload.series["NVDA"]) == len(sessions_between("2025-01-02", "2025-02-10"))


@pytest.mark.parametrize(
    "dates",
    [
        ["1737954000", "1738040400"],  # midnights in New York
        ["1737936000", "1738022400"],  # midnights in Greenwich
        ["1737988200000", "1738074600000"],  # openings, in milliseconds
        ["2025-01-27T00:00:00.000Z", "2025-01-28T00:00:00.000Z"],
        ["2025-01-27 05:00:00+00:00", "2025-01-28 05:00:00+00:00"],
        ["2025-01-27 21:00:00+00:00", "2025-01-28 21:00:00+00:00"],
        ["2025-01-27 00:00:00-05:00", "2025-01-28 00:00:00-05:00"],
        ["2025-01-27T00:00:00+0000", "2025-01-28T00:00:00+0000"],
        ["20250127", "20250128"],
        ["45684", "45685"],
        ["45684.66667", "45685.66667"],
        ["1/27/2025 16:00:00", "1/28/2025 4:00:00 PM"],
        ["Mon, Jan 27, 2025", "Jan 28, 2025"],
        ["27-Jan-25", "28-Jan-25"],
        ["27. Januar 2025", "28. Januar 2025"],
        ["27 de enero de 2025", "28 de enero de 2025"],
        ["27 янв. 2025", "28 янв. 2025"],
        ["Mon Jan 27 2025 00:00:00 GMT-0500 (Eastern Standard Time)", "Tue Jan 28 2025 00:00:00 GMT-0500 (EST)"],
    ],
    ids=lambda dates: dates[0],
)
def test_a_session_is_the_day_in_new_york_however_it_is_written(dates):
    upload = read("".join(["Date\tClose\n", *(f"{d}\t{c}\n" for d, c in zip(dates, CLOSES, strict=False))]))
    assert closes(upload) == {"2025-01-27": 142.62, "2025-01-28": 118.42}


def test_excels_other_calendar_is_recognised_by_its_weekends():
    upload = read("Date,Close\n44219,142.62\n44222,118.42\n44223,128.99\n")  # 44219 would be a Saturday
    assert closes(upload) == dict(zip(DAYS, CLOSES, strict=True))
    assert "1904" in said(upload)


# Which number a text means.


def test_a_decimal_mark_that_nothing_decides_is_asked_for_and_the_answer_used():
    text = "Date;Close\n2025-01-24;142,620\n2025-01-27;118,420\n"
    asked = read(text)
    assert (asked.outcome, asked.questions[0].key, asked.questions[0].answers) == ("ask", DECIMAL, ("point", "comma"))
    assert closes(read(text, answers={DECIMAL: "comma"}))["2025-01-24"] == 142.62
    assert closes(read(text, answers={DECIMAL: "point"}))["2025-01-24"] == 142_620


def test_other_columns_and_the_course_of_prices_decide_about_a_decimal_mark():
    by_volume = read("Date;Close;Volume\n2025-01-24;142,620;1.234.567\n")
    assert closes(by_volume) == {"2025-01-24": 142.62}
    by_course = read("Date;Close\n2025-01-24;998\n2025-01-27;1,002\n")
    assert closes(by_course) == {"2025-01-24": 998, "2025-01-27": 1002}


def test_numbers_cut_in_two_by_their_own_comma_are_refused():
    upload = read("Date,Close,Volume\n2025-01-24,142,62,1000\n2025-01-27,118,42,1000\n")
    assert upload.outcome == "reject"
    assert upload.error.startswith("Line 2 ")


def test_percent_columns_are_no_prices():
    upload = read("Date,NVDA,AVGO\n2025-01-24,-3.12%,-2%\n2025-01-27,-16.97%,-17.4%\n", "returns.csv")
    assert upload.outcome == "reject"
    assert "percent" in upload.error


def test_formulas_are_text_and_text_is_no_price():
    rows = "".join(f"{d:%Y-%m-%d},100\n" for d in sessions_between("2025-02-03", "2025-02-14"))
    upload = read(
        'Date,Close\n2025-01-27,=1+1\n2025-01-28,"=HYPERLINK(""http://x"",""1"")"\n2025-01-29,@SUM(1)\n' + rows
    )
    assert upload.series["NVDA"].index[0] == pd.Timestamp("2025-02-03")
    assert "“=1+1”" in said(upload)
    assert read("Date,Close\n2025-01-27,=1+1\n").outcome == "reject"


# What is done to rows, and said.


def test_the_last_of_several_rows_of_a_day_stays():
    upload = read("Date,Close\n2025-01-24,142.62\n2025-01-27,118.42\n2025-01-27,118.4200001\n")
    assert closes(upload)["2025-01-27"] == 118.4200001
    assert "1 duplicate row dropped" in said(upload)
    conflict = read("Date,Close\n2025-01-24,142.62\n2025-01-27,118.42\n2025-01-27,120.42\n")
    assert "Conflicting duplicates: 2025-01-27 has the closes 118.42, 120.42." in said(conflict)


def test_companies_below_each_other_without_a_name_are_refused():
    rows = "".join(f"{d},{c}\n" for c in (100, 200) for d in DAYS)
    assert "several companies" in read("Date,Close\n" + rows).error


def test_rows_of_dividends_and_splits_in_yahoos_table_are_no_prices():
    text = "Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close\tVolume\n"
    text += "Jun 11, 2024\t121.77\t122.87\t118.74\t120.91\t120.87\t222,551,200\nJun 11, 2024\t0.01 Dividend\n"
    text += "Jun 10, 2024\t120.37\t123.10\t117.01\t121.79\t121.75\t314,162,700\nJun 10, 2024\t10:1 Stock Splits\n"
    upload = read(text)
    assert closes(upload) == {"2024-06-10": 121.79, "2024-06-11": 120.91}
    assert "2 rows with a dividend or split" in said(upload)


def test_splits_are_applied_once_and_only_to_prices_that_need_it():
    already = read("Date,Close,Stock Splits\n2024-06-07,120.89,0\n2024-06-10,121.80,10\n")
    assert closes(already)["2024-06-07"] == 120.89
    traded = read(
        "date,close,volume,adjClose,splitFactor\n2024-06-07,1208.88,5,120.87,1\n2024-06-10,121.79,60,121.77,10\n"
    )
    frame = traded.series["NVDA"]
    assert frame["close"].tolist() == pytest.approx([120.888, 121.79])
    assert frame["close_as_traded"].tolist() == [1208.88, 121.79]
    assert frame["volume"].tolist() == [50, 60]


@pytest.mark.parametrize(
    ("rows", "fragment"),
    [
        (["2025-01-23,610", "2025-01-24,5.85"], "hundredfold on 2025-01-24 (ratio 0.00959"),
        (["2024-06-07,1208.90", "2024-06-10,121.80"], "Possible unadjusted split on 2024-06-10 (ratio 0.1008"),
        (["2025-01-24,142.62", "2025-01-27,0"], "zero close price: 2025-01-27"),
        (["2025-01-24,142.62", "2025-01-27,-3"], "zero or negative close price: 2025-01-27"),
        (["2025-01-24,142.62", "2025-01-25,142.62"], "without trading in New York (weekend or holiday): 2025-01-25"),
        (["2025-01-24,142.62", "2090-01-05,142.62"], "future: 2090-01-05"),
    ],
)
def test_what_looks_wrong_is_said_and_left_as_it_is(rows, fragment):
    upload = read("Date,Close\n" + "\n".join(rows) + "\n")
    assert upload.outcome == "accept"
    assert fragment in said(upload)
    assert upload.series["NVDA"]["close"].tolist() == [float(r.split(",")[1]) for r in rows]


def test_a_high_below_the_low_and_adjusted_closes_alone_are_said():
    assert "High below low: 2025-01-27." in said(read("Date,Open,High,Low,Close\n2025-01-27,2,1,3,2\n"))
    only = read("Date,Adj Close\n2025-01-27,2\n")
    assert "adjusted closes only" in said(only)
    assert only.series["NVDA"][["close", "adj_close"]].to_numpy().tolist() == [[2, 2]]


# What is no price table.


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "empty"),
        ("\n\n  \n", "empty"),
        ("No data", "error message"),
        ("Przekroczony dzienny limit wywolan", "limit message"),
        ('{"Note": "Thank you for using Alpha Vantage! Our standard API call frequency is 5"}', "limit message"),
        ('{"chart":{"result":null,"error":{"code":"Not Found"}}}', "error message"),
        ("<!DOCTYPE html><html><title>Will be right back...</title></html>", "web page (HTML)"),
        ("Date,Close\n", "no row has a date and a number"),
        ("Dear all,\nplease find the prices below.\n", "no row has a date and a number"),
        ("%PDF-1.7 ...", "a PDF"),
    ],
)
def test_what_is_no_price_table_is_refused_with_its_beginning(text, fragment):
    upload = read(text)
    assert (upload.outcome, dict(upload.series)) == ("reject", {})
    assert "no price table" in upload.error
    assert fragment in upload.error
    assert text.strip()[:5] in upload.error or text.startswith("%PDF")


def test_limits_are_held_before_memory_is_spent():
    assert "limit is 20 MB" in read_upload("NVDA.csv", b"1" * (MOST_BYTES + 1)).error
    assert "more than 2,000,000 rows" in read_upload("NVDA.csv", b"1,2\n" * 2_002_000).error
    many = "Date," + ",".join(f"A{i:03}" for i in range(201))
    row = "2025-01-27," + ",".join(["1.5"] * 201)
    assert "201 companies" in read(f"{many}\n{row}\n").error
    long = "Date,Symbol,Close\n" + "".join(f"2025-01-27,A{i:03},1.5\n" for i in range(201))
    assert "201 companies" in read(long).error


# Excel.


def test_a_workbook_with_real_dates_is_read():
    rows = [["Date", "Close", "Volume"]]
    rows += [[pd.Timestamp(d).to_pydatetime(), c, 5] for d, c in zip(DAYS, CLOSES, strict=True)]
    upload = read_upload("NVDA.xlsx", workbook(("Sheet1", rows)))
    assert (upload.outcome, closes(upload)) == ("accept", dict(zip(DAYS, CLOSES, strict=True)))


def test_a_workbook_with_excels_other_calendar_is_read():
    rows = [["Date", "Close"], *([pd.Timestamp(d).to_pydatetime(), c] for d, c in zip(DAYS, CLOSES, strict=True))]
    content = workbook(("Sheet1", rows), epoch=datetime(1904, 1, 1))
    assert closes(read_upload("NVDA.xlsx", content)) == dict(zip(DAYS, CLOSES, strict=True))


def test_a_sheet_a_company_is_read_and_other_sheets_are_named():
    nvda = [["Date", "Close"], [date(2025, 1, 27), 118.42]]
    avgo = [["Date", "Close"], [date(2025, 1, 27), 202.13]]
    upload = read_upload("book.xlsx", workbook(("NVDA", nvda), ("AVGO", avgo), ("Notes", [["nothing here"]])))
    assert {s: f["close"].tolist() for s, f in upload.series.items()} == {"NVDA": [118.42], "AVGO": [202.13]}
    assert "“Notes”" in said(upload)


def test_a_boolean_cell_is_the_symbol_it_was_typed_as():
    rows = [["Date", "Symbol", "Close"], [date(2025, 1, 27), True, 3.0], [date(2025, 1, 27), "NA", 9.0]]
    assert list(read_upload("b.xlsx", workbook(("Sheet1", rows))).series) == ["TRUE", "NA"]


def test_sheets_and_columns_of_numbers_named_like_symbols_are_asked_for():
    asked = read("Date,2330,NVDA\n2025-01-27,1080,118.42\n", "basket.csv")
    assert [q.key for q in asked.questions] == ["ticker:2330"]
    told = read("Date,2330,NVDA\n2025-01-27,1080,118.42\n", "basket.csv", answers={"ticker:2330": "2330.TW"})
    assert list(told.series) == ["2330.TW", "NVDA"]


def test_rows_of_companies_by_name_are_asked_for_one_by_one():
    text = "Company,Date,Close\nNvidia,2025-01-27,118.42\nBroadcom,2025-01-27,202.13\n"
    assert [q.key for q in read(text, "b.csv").questions] == ["ticker:Nvidia", "ticker:Broadcom"]


def test_returns_are_no_prices_and_missing_sessions_are_said():
    assert "not prices" in read("Date,Return\n2025-01-27,-0.1697\n").error
    days = [d for d in sessions_between("2025-01-02", "2025-02-10") if f"{d:%m-%d}" != "01-28"]
    upload = read("Date,Close\n" + "".join(f"{d:%Y-%m-%d},100\n" for d in days))
    assert upload.notes == ("1 session between the first and the last row missing: 2025-01-28.",)


def test_a_formula_in_a_workbook_does_nothing():
    rows = [["Date", "Close"], [date(2025, 1, 24), 142.62], [date(2025, 1, 27), "=1+1"]]
    upload = read_upload("NVDA.xlsx", workbook(("Sheet1", rows)))
    assert closes(upload) == {"2025-01-24": 142.62}


def test_a_workbook_that_would_unpack_to_too_much_is_refused_at_once():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (200 * 2**20))
    started = time.perf_counter()
    upload = read_upload("bomb.xlsx", out.getvalue())
    assert "would unpack to" in upload.error
    assert time.perf_counter() - started < 1


def test_a_workbook_that_lies_about_what_it_unpacks_to_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (50 * 2**20))
    content = out.getvalue().replace(struct.pack("<I", 50 * 2**20), struct.pack("<I", 100))
    assert read_upload("bomb.xlsx", content).outcome == "reject"


def test_a_workbook_that_defines_entities_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>')
    assert "entities" in read_upload("NVDA.xlsx", out.getvalue()).error


def test_other_packed_files_are_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("NVDA.csv", "Date,Close\n2025-01-27,1\n")
    assert "zip" in read_upload("NVDA.zip", out.getvalue()).error
    assert "gzip" in read_upload("NVDA.csv.gz", b"\x1f\x8b\x08").error


# Any dialect, any bytes.

HEADERS = {
    "en": ["Date", "Open", "High", "Low", "Close", "Volume"],
    "de": ["Datum", "Erster", "Hoch", "Tief", "Schlusskurs", "Volumen"],
    "fr": ["Date", "Ouverture", "Plus haut", "Plus bas", "Clôture", "Volume"],
    "pl": ["Data", "Otwarcie", "Najwyzszy", "Najnizszy", "Zamkniecie", "Wolumen"],
    "es": ["Fecha", "Apertura", "Máximo", "Mínimo", "Cierre", "Volumen"],
    "ru": ["Дата", "Откр.", "Макс.", "Мин.", "Цена", "Объём"],
}
FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%b %d, %Y", "%Y%m%d", "%d-%b-%y", "%Y/%m/%d", "%d/%m/%y"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]
SESSIONS = all_sessions()
PAST = SESSIONS[(SESSIONS >= "2000-01-01") & (SESSIONS < "2026-01-01")]


@st.composite
def written_histories(draw):
    """A history, and a file that holds it in one of the dialects that people have."""
    start = draw(st.integers(0, len(PAST) - 60))
    days = PAST[start : start + draw(st.integers(25, 60))]
    seed = draw(st.integers(0, 2**32 - 1))
    random_numbers = np.random.default_rng(seed)
    close = np.round(
        draw(st.sampled_from([0.9, 12.0, 140.0, 3200.0])) * np.cumprod(1 + random_numbers.normal(0, 0.02, len(days))), 2
    )
    frame = pd.DataFrame({"open": close, "high": close + 0.05, "low": close - 0.05, "close": close}, index=days).round(
        2
    )
    frame["volume"] = random_numbers.integers(1_000, 900_000_000, len(days)).astype(float)
    language = draw(st.sampled_from(sorted(HEADERS)))
    encoding = draw(st.sampled_from(ENCODINGS if language != "ru" else ["utf-8", "utf-16", "cp1251"]))
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","]))
    thousands = draw(
        st.sampled_from(["", "'", "\u00a0" if encoding != "cp1251" else " ", "." if decimal == "," else ","])
    )
    dates = draw(st.sampled_from(FORMATS if language == "en" else [f for f in FORMATS if not f.startswith("%m")]))
    money = draw(st.sampled_from(["{}", "${}", "{} $", "USD {}"]))
    newest_first = draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n"]))

    def number(value, digits):
        text = f"{value:,.{digits}f}"
        return text.replace(",", "\x00").replace(".", decimal).replace("\x00", thousands)

    def cell(text):
        return f'"{text}"' if separator in text else text

    lines = [separator.join(cell(h) for h in HEADERS[language])]
    if draw(st.booleans()):
        lines.insert(0, f"sep={separator}")
    for day, row in (frame[::-1] if newest_first else frame).iterrows():
        cells = [
            day.strftime(dates),
            *(money.format(number(row[f], 2)) for f in list(frame)[:4]),
            number(row["volume"], 0),
        ]
        lines.append(separator.join(cell(c) for c in cells))
    return frame, (end.join(lines) + end).encode(encoding)


@settings(max_examples=150)
@given(written_histories())
def test_a_history_written_in_any_dialect_is_read_back(written):
    frame, content = written
    upload = read_upload("NVDA.csv", content)
    assert upload.outcome == "accept", (upload, content[:300])
    got = upload.series["NVDA"]
    assert got.index.equals(frame.index)
    assert got[list(frame)].to_numpy() == pytest.approx(frame.to_numpy(), abs=1e-9, rel=0)


@st.composite
def written_baskets(draw):
    """Several companies, and a file that holds them in one of the shapes that baskets have."""
    symbols = draw(
        st.lists(st.sampled_from("NVDA AVGO ON NA TRUE LOW ALL MA V BRK-B 2330.TW".split()), min_size=2, unique=True)
    )
    start = draw(st.integers(0, len(PAST) - 40))
    days = PAST[start : start + draw(st.integers(8, 40))]
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    closes = np.round(100 * np.cumprod(1 + numbers.normal(0, 0.02, (len(days), len(symbols))), axis=0), 2)
    frame = pd.DataFrame(closes, index=days, columns=symbols)
    for i, symbol in enumerate(symbols):
        frame.loc[days[: draw(st.integers(0, len(days) - 2))], symbol] = np.nan if i else frame[symbol]
    separator = draw(st.sampled_from([",", ";", "\t"]))
    missing = draw(st.sampled_from(["", "#N/A N/A", "null", "-"]))
    text = frame.map(lambda x: missing if np.isnan(x) else f"{x:.2f}")
    text.index = [
        d.strftime(draw(st.shared(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"]), key="f"))) for d in days
    ]
    shape = draw(st.sampled_from(["wide", "long", "bloomberg", "yfinance"]))
    if shape == "wide":
        lines = [["Date", *symbols], *([d, *row] for d, row in zip(text.index, text.to_numpy(), strict=True))]
    elif shape == "long":
        order = draw(st.permutations([(d, s) for d in range(len(days)) for s in symbols]))
        lines = [["Date", "Symbol", "Close"], *([text.index[d], s, text[s].iloc[d]] for d, s in order)]
    elif shape == "bloomberg":
        codes = [s.replace(".TW", " TT") if ".TW" in s else f"{s.replace('-', '/')} US" for s in symbols]
        lines = [["", *(f"{c} Equity" for c in codes)], ["Dates", *["PX_LAST"] * len(symbols)]]
        lines += [[d, *row] for d, row in zip(text.index, text.to_numpy(), strict=True)]
    else:
        lines = [["Price", *["Close"] * len(symbols)], ["Ticker", *symbols], ["Date", *[""] * len(symbols)]]
        lines += [[d, *row] for d, row in zip(text.index, text.to_numpy(), strict=True)]
    return frame, "\n".join(separator.join(line) for line in lines).encode()


@settings(max_examples=100)
@given(written_baskets())
def test_a_basket_written_in_any_shape_is_read_back(written):
    frame, content = written
    upload = read_upload("basket.csv", content)
    assert upload.outcome == "accept", (upload, content[:300])
    assert set(upload.series) == set(frame)
    for symbol in frame:
        wanted = frame[symbol].dropna()
        assert upload.series[symbol].index.equals(wanted.index)
        assert upload.series[symbol]["close"].tolist() == wanted.tolist()


def is_sound(upload):
    assert upload.outcome in ("accept", "ask", "reject")
    assert bool(upload.questions) == (upload.outcome == "ask")
    assert bool(upload.error) == (upload.outcome == "reject")
    assert bool(upload.series) or upload.outcome != "accept"
    for frame in upload.series.values():
        assert frame.index.is_monotonic_increasing
        assert frame.index.is_unique
        assert frame.index.tz is None
        assert frame["close"].notna().all()
    return True


@settings(max_examples=200)
@given(st.binary(max_size=2000), st.text(max_size=30), st.none() | st.text(max_size=8))
def test_any_bytes_end_in_an_answer(content, name, ticker):
    assert is_sound(read_upload(name, content, ticker=ticker))


@settings(max_examples=150)
@given(st.text(alphabet="0123456789.,;:\t\n\r\"'-/ $%()=+@KMabDateClosNVDA年é", max_size=600))
def test_any_text_of_the_letters_of_price_files_ends_in_an_answer(text):
    assert is_sound(read(text))


WHOLE = [p.read_bytes() for p in FILES]
WHOLE.append(workbook(("Sheet1", [["Date", "Close"], *([pd.Timestamp(d).to_pydatetime(), 1.5] for d in DAYS)])))


@settings(max_examples=200)
@given(st.sampled_from(WHOLE), st.integers(0, 2**32 - 1))
def test_a_damaged_file_ends_in_an_answer(content, seed):
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(damaged) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            damaged[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del damaged[at : at + chance.randint(1, 40)]
        elif kind == 2:
            damaged[at:at] = damaged[at : at + chance.randint(1, 60)]
        else:
            damaged[at:at] = chance.choice(
                [b"\n", b",", b'"', b"\x00", b"\xff", b"=", b";", b"null", b"1e309", b"9" * 30]
            )
    assert is_sound(read_upload("NVDA.csv", bytes(damaged)))


@pytest.mark.parametrize(
    "content",
    [
        b"," * 3_000_000,
        b"1," * 1_500_000,
        b'"' * 3_000_000,
        b"\n" * 1_900_000,
        b"9" * 3_000_000,
        b"1,234" * 600_000,
        b"Jan " * 700_000,
        (b"Date,Close\n" + b"2025-01-27," + b"1" * 2_000_000),
        b"2025-01-27,1\n" * 200_000,
        b"<a>" * 900_000,
        b"0.0.0.0-" * 300_000 + b"\n",
        ("年" * 900_000).encode(),
        (b"Date,Close\n" + b"01/02/2025 " * 5 + b",1\n") * 20_000,
    ],
    ids=lambda c: repr(c[:12]),
)
def test_large_nonsense_ends_soon(content):
    started = time.perf_counter()
    assert is_sound(read_upload("NVDA.csv", content))
    assert time.perf_counter() - started < 10
