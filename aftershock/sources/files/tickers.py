"""Symbols: how terminals and sites write them, and which one a file name carries."""

from __future__ import annotations

import re
from functools import cache

from aftershock.errors import SnapshotError

_SYMBOL = re.compile(r"\^?[A-Z0-9]{1,10}(?:[.=-][A-Z0-9]{1,4})?")
# Bloomberg's exchange codes, as the suffix the rest of the product uses; American ones have none.
_BLOOMBERG = {
    **dict.fromkeys("US UN UW UQ UA UP UR UV UF".split(), ""),
    "TT": ".TW",
    "JP": ".T",
    "JT": ".T",
    "GY": ".DE",
    "GR": ".DE",
    "LN": ".L",
    "HK": ".HK",
    "KS": ".KS",
    "KP": ".KS",
    "NA": ".AS",
    "FP": ".PA",
    "SW": ".SW",
    "SE": ".SW",
    "IM": ".MI",
    "SM": ".MC",
    "SS": ".ST",
    "DC": ".CO",
    "FH": ".HE",
    "CN": ".TO",
    "CT": ".TO",
    "AU": ".AX",
    "AT": ".AX",
    "SP": ".SI",
    "IN": ".NS",
    "IB": ".BO",
    "BB": ".BR",
    "NO": ".OL",
    "CH": ".SS",
    "CG": ".SS",
    "CS": ".SZ",
    "PW": ".WA",
    "AV": ".VI",
    "TI": ".IS",
    "BZ": ".SA",
    "MM": ".MX",
    "IT": ".TA",
}
_YELLOW = re.compile(r"(\S+ [A-Z]{2}(?= Equity)|\S+(?= [ICic])) (Equity|Index|Comdty|Curncy)", re.IGNORECASE)
_PLACES = {"TPE": ".TW", "TYO": ".T", "LON": ".L", "ETR": ".DE", "FRA": ".F", "HKG": ".HK", "KRX": ".KS", "AMS": ".AS"}
_PLACES |= {
    "EPA": ".PA",
    "TSE": ".TO",
    "ASX": ".AX",
    "NSE": ".NS",
    "BOM": ".BO",
    "SWX": ".SW",
    "WSE": ".WA",
    "TWSE": ".TW",
}
_SUFFIXES = frozenset([*_BLOOMBERG.values(), *_PLACES.values()]) - {""}
_AMERICAN = frozenset("NASDAQ NYSE NYSEARCA NYSEAMERICAN AMEX BATS CBOE ARCA XNAS XNYS INDEXSP INDEXNASDAQ US".split())
_STOOQ = {"us": "", "uk": ".L", "de": ".DE", "jp": ".T", "hk": ".HK", "hu": ".BD", "pl": ".WA"}
_RIC_AMERICAN = re.compile(r"([A-Z]{1,5})([a-z])?\.(?:O|OQ|N|K|A|PK|P)")

# Words that file names carry beside the symbol.
_NOISE = frozenset(
    """historical history historic hist data daily day days price prices quote quotes stock stocks share shares
    equity download downloaded export exported exports chart table sheet adjusted adj unadjusted close closes
    closing ohlc ohlcv eod series time timeseries yahoo yfinance finance stooq nasdaq nyse google investing com
    alphavantage alpha vantage tiingo bloomberg bbg refinitiv reuters eikon lseg macrotrends marketwatch wsj
    barchart tradingview polygon file files input output copy of kopie final new old full max the my us usd d w
    m q raw clean results result file csv xlsx xls txt tsv from to until since and for kurse kurs historische
    historisch daten cours historique donnees cotizaciones historicos notowania dati storici dane historyczne
    xnas xnys bats amex arca last latest weekly monthly intraday test sample example v1 v2 1d 1w 1m 1y 2y 5y 10y
    20y api query get function split splits div dividends with without no""".split()
)
_GENERIC = frozenset(
    """book mappe classeur libro cartel arkusz workbook untitled unbenannt basket portfolio watchlist list long
    wide grid panel merged combined all companies tickers symbols market markets index indices universe chips
    semis tech holdings depot tmp temp report backup main base dump upload document dokument values value open
    high low volume""".split()
)
_DATE_PART = re.compile(r"(?:19|20)\d{2}[-_.]?\d{2}[-_.]?\d{2}|\d{1,2}[-_.]\d{1,2}[-_.](?:19|20)?\d{2}|\d{4}Q[1-4]")
_TRADINGVIEW = re.compile(r"([A-Z]+)_([A-Z0-9.]+), ?\w+.*")
_KNOWN_NAMES = """apple intel tesla amazon google alphabet micron oracle cisco samsung sony nokia disney boeing
    pfizer netflix microsoft facebook nvidia broadcom visa nike ford exxon chevron walmart target amgen merck abbvie
    adobe uber     airbnb bitcoin ether gold silver oil dow siemens arm holdings taiwan semi""".split()


def clean_symbol(written: str) -> str | None:
    """The symbol behind what a file writes (`NVDA US Equity`, `NASDAQ:NVDA`, `NVDA.O`, `nvda.us`), or None."""
    text = " ".join(written.split()).strip("\"'")
    yellow = _YELLOW.fullmatch(text)
    if yellow:
        name, _, place = yellow.group(1).partition(" ")
        index = "^" if yellow.group(2).casefold() == "index" and not place else ""
        text = index + name.replace("/", "-") + (_BLOOMBERG.get(place.upper(), f".{place}") if place else "")
    elif ":" in text:
        place, _, name = text.partition(":")
        if place.strip().upper() in _AMERICAN:
            text = name.strip()
        elif place.strip().upper() in _PLACES:
            text = name.strip() + _PLACES[place.strip().upper()]
    elif re.fullmatch(r"[A-Z0-9/]{1,6} [A-Z]{2}", text) and text[-2:] in _BLOOMBERG:
        text = text[:-3].replace("/", "-") + _BLOOMBERG[text[-2:]]
    elif match := _RIC_AMERICAN.fullmatch(text):
        if not text.endswith((".A", ".P")):
            text = match.group(1) + (f"-{match.group(2).upper()}" if match.group(2) else "")
    elif text.casefold().endswith(".us"):
        text = text[:-3]
    text = text.upper()
    return text if _SYMBOL.fullmatch(text) else None


def is_security(written: str) -> bool:
    """Whether a text is written as terminals write a security, which no word of a header is."""
    text = " ".join(written.split())
    return bool(_YELLOW.fullmatch(text)) or (
        clean_symbol(text) is not None and (":" in text or _RIC_AMERICAN.fullmatch(text) is not None)
    )


def looks_like_symbol(written: str) -> bool:
    """Whether a header names a symbol and not a company: `NVDA`, `2330.TW`, `nvda`; not `Nvidia`, not `12`."""
    text = " ".join(written.split())
    if is_security(text):
        return True
    symbol = clean_symbol(text)
    if symbol is None or (text != text.upper() and text != text.lower() and not text.casefold().endswith(".us")):
        return False
    if symbol.isdigit():
        return False
    if symbol in known_symbols():
        return True
    return text.casefold() not in company_names() and (text == text.upper() or len(text) <= 5)


def from_file_name(name: str) -> tuple[str | None, str | None]:
    """The symbol that a file name carries for certain, and one that it may carry."""
    stem = re.split(r"[/\\]", name)[-1][-200:]
    stem = re.sub(r"(\.(csv|tsv|txt|xlsx|xlsm|xls|tab|dat|prn|text))+$", "", stem, flags=re.IGNORECASE)
    if match := re.fullmatch(r"(\^?[\w.-]+?)_([a-z]{2})_[dwmqy](?: ?\(\d+\))?", stem, re.IGNORECASE):
        suffix = _STOOQ.get(match.group(2).casefold(), f".{match.group(2).upper()}")
        return clean_symbol(match.group(1) + suffix), None
    if match := re.fullmatch(r"(\^?[a-z0-9]+)_[dwmqy](?: ?\(\d+\))?", stem):
        return clean_symbol(match.group(1)), None
    if (match := _TRADINGVIEW.fullmatch(stem)) and clean_symbol(match.group(2)):
        return clean_symbol(match.group(2)), None
    stem = _DATE_PART.sub(" ", stem)
    stem = re.sub(r"\(\d+\)|\s-\s", " ", stem)
    parts = [p for p in re.split(r"[\s_,;+()\[\]&@#]+|(?<=[A-Za-z])-(?=[A-Za-z]{3,})", stem) if p.strip("-.")]
    left = []
    for part in parts:
        part = part.strip("-.")
        words = [w for w in re.split(r"[-.]", part.casefold()) if w]
        if all(w in _NOISE for w in words) and not (len(parts) == 1 and part.isupper()):
            continue
        left.append(part)
    if len(left) > 1:  # running numbers and periods beside the symbol
        left = [p for p in left if not re.fullmatch(r"\d+[a-z]?|v\d+|[0-9a-f]{5,}", p)]
    if len(left) > 1:  # words of a language that is not known here stand beside it
        capitals = [p for p in left if p.isupper() and clean_symbol(p) in known_symbols()]
        others = [p for p in left if p not in capitals]
        left = capitals if not any(p.isupper() and clean_symbol(p) for p in others) else []
    if len(left) != 1 or re.fullmatch(r"[QH]\d|FY\d+", left[0]):
        return None, None
    return _certain(left[0])


def _certain(part: str) -> tuple[str | None, str | None]:
    symbol = clean_symbol(part)
    letters = re.sub(r"[^A-Za-z]", "", part)
    if symbol is None or not letters or (re.fullmatch(r"[a-z]+\d+", part, re.IGNORECASE) and part != part.upper()):
        return None, None
    base = re.split(r"[.-]", symbol.lstrip("^"))[0]
    if part.casefold() in _GENERIC or part.casefold().rstrip("0123456789") in _GENERIC:
        return None, None
    if part == part.upper() or part == part.lower():
        if symbol in known_symbols():
            return symbol, None
        foreign = "." in symbol and symbol[symbol.rindex(".") :] in _SUFFIXES
        if part == part.upper() and (len(base) <= 6 or foreign) and part.casefold() not in company_names():
            return symbol, None
    return None, (symbol if 2 <= len(base) <= 5 and part.casefold() not in company_names() else None)


@cache
def known_symbols() -> frozenset[str]:
    """Symbols the product knows: its companies, and the members of the S&P 500."""
    from aftershock.sources import snapshot

    try:
        return frozenset(snapshot.read_companies()["symbol"]) | frozenset(snapshot.read_sp500()["symbol"])
    except SnapshotError:
        return frozenset()


@cache
def company_names() -> frozenset[str]:
    """First words of companies' names, in small letters, that are no symbols: `nvidia`, `apple`."""
    from aftershock.sources import snapshot

    names = set(_KNOWN_NAMES)
    try:
        table = snapshot.read_companies()
    except SnapshotError:
        return frozenset(names)
    for column in ("name", "full_name"):
        names |= {re.split(r"\W", str(name))[0].casefold() for name in table[column]}
    return frozenset(names - {s.casefold() for s in known_symbols()} - {""})
