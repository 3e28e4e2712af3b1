"""The words above the columns of price files, in the languages in which such files are handed out."""

from __future__ import annotations

import re
import unicodedata

PRICES = ("open", "high", "low", "close", "adj_close")
# What a column may be. Everything in `IGNORED` is known and holds no price of a session.
IGNORED = "ignored"
PERCENT = "percent"

_FIELDS = {
    "date": """date|dates|time|timestamp|datetime|day|trading day|trade date|trading date|session|date time
        |exchange date|dtyyyymmdd|yyyymmdd|datum|tag|zeit|handelstag|fecha|data|dato|dátum|tarih|дата|日期
        |日付|日付け|日付 け|날짜|일자|交易日期|時間|時間|päivämäärä|pvm|ngày|tanggal|ημερομηνία|التاريخ
        |תאריך|วันที่|दिनांक|t|utc time|local time|gmt time|period|datestamp|date and time|jour|dag|день
        |день торгов""",
    "close": """close|closing price|close price|price close|last close|close last|closing|px last|last price|price
        |last|trade close|latest|latest price|close value|closing value|px close|trdprc 1|cls|c|settle
        |settlement|settlement price|mid close|official close|official closing price|price usd|tr priceclose
        |tr closeprice|universal close price|sluitingskoers|nav|nav price|net asset value|value|wert|kurs
        |preis|zuletzt|schluss|schlusskurs|schlußkurs|letzter|letzter kurs|schlusskurs in eur
        |schlusskurs in usd|close eur|close usd|dernier|clôture|cours|cours de clôture|fermeture
        |dernier cours|valeur|prix|último|ultimo|cierre|precio|precio de cierre|último precio|valor
        |cotización|cotizacion|chiusura|prezzo|ultimo prezzo|prezzo di chiusura|fechamento|preço|preco
        |cotação|fecho|laatste|slot|slotkoers|koers|prijs|sluiting|zamknięcie|zamkniecie|zamkniecia
        |kurs zamknięcia|kurs zamkniecia|ostatnio|cena|ostatni|cena zamknięcia|цена|закрытие|закр
        |цена закрытия|последняя|последняя цена|şimdi|simdi|kapanış|kapanis|son|fiyat|senaste|stängning
        |stängningskurs|slutkurs|stängn|seneste|lukkekurs|slutt|siste|viimeisin|päätös|päätöskurssi|závěr
        |zavírací cena|záró|záróár|τιμή|κλείσιμο|τελευταία|終値|종가|收盘|收盘价|收市|收盤|收盤價|现价|giá
        |lần cuối|đóng cửa|giá đóng cửa|terakhir|penutupan|ราคา|ล่าสุด|ปิด|سعر الإغلاق|آخر|الإغلاق|أحدث سعر
        |מחיר|אחרון|סגירה|सम्प्रति|मूल्य|बंद""",
    "open": """open|opening price|open price|price open|opening|px open|trade open|open prc|o|eröffnung|eröffn
        |eröffnungskurs|erster|anfangskurs|ouv|ouverture|apertura|abertura|opening|openingskoers|otwarcie
        |kurs otwarcia|otw|откр|открытие|цена открытия|açılış|acilis|öppen|öppn|öppning|öppningskurs|åben
        |åpning|åpen|avaus|otevření|nyitó|άνοιγμα|始値|시가|开盘|開市|開盤|开盘价|開盤價|mở|mở cửa|pembukaan
        |เปิด|الإفتاح|الافتتاح|فتح|פתיחה|खुला""",
    "high": """high|highest|high price|price high|px high|trade high|high 1|h|day high|hoch|höchst|höchstkurs
        |tageshoch|plus haut|haut|\\+ haut|máximo|maximo|máx|max|massimo|máxima|maxima|hoog|hoogste
        |najwyższy|najwyzszy|najw|kurs maksymalny|maksimum|макс|максимум|максимальная|yüksek|högst|högsta
        |høj|høy|ylin|nejvyšší|legmagasabb|υψηλό|高値|고가|高|最高|最高价|最高價|cao|cao nhất|tertinggi
        |สูงสุด|مرتفع|أعلى|גבוה|उच्च""",
    "low": """low|lowest|low price|price low|px low|trade low|low 1|l|day low|tief|tiefst|tiefstkurs|tagestief
        |plus bas|bas|\\+ bas|mínimo|minimo|mín|min|minima|mínima|laag|laagste|najniższy|najnizszy|najn
        |kurs minimalny|minimum|мин|минимум|минимальная|düşük|lägst|lägsta|lav|alin|nejnižší|legalacsonyabb
        |χαμηλό|安値|저가|低|最低|最低价|最低價|thấp|thấp nhất|terendah|ต่ำสุด|منخفض|أدنى|נמוך|निम्न""",
    "adj_close": """adj close|adjusted close|adjclose|adj closing price
        |adjusted closing price|adj price|adjusted price
        |close adj|close adjusted|adjusted|adj|adj close price|adj last|px last adj|ajustado|cierre ajustado
        |clôture ajustée|bereinigt|bereinigter schlusskurs|adj schlusskurs|schlusskurs bereinigt
        |close adj close|fechamento ajustado|chiusura rettificata|zamknięcie skorygowane|total return
        |total return price|tr close|tot return index gross dvds|adjusted close price|ac""",
    "volume": """volume|vol|volumes|px volume|trade volume|total volume|share volume|shares traded|acvol 1|acvol uns
        |v|volumen|umsatz|stück|volume stück|gehandelte stück|volumen stück|quantité|wolumen|wol|obrót|объём
        |объем|hacim|hac|volym|omsetning|omsättning|volyymi|objem|forgalom|όγκος|出来高|거래량|交易量|成交量
        |成交量 股|kl|khối lượng|kl giao dịch|ปริมาณ|حجم|الحجم|נפח|वॉल्यूम|volume traded|tr volume""",
    "dividend": """dividend|dividends|div|divcash|dividend amount|ex dividend
        |cash dividend|dividende|dividendo|dividendi""",
    "split": """split|splits|stock splits|stock split|split factor|splitfactor
        |split coefficient|split ratio|splitratio""",
    "symbol": """ticker|symbol|tickers|symbols|act symbol|stock symbol|ric|instrument|identifier|security|securities
        |sec|asset|tic|ticker symbol|bloomberg ticker|stock|code|stock code|symbole|símbolo|simbolo|kürzel
        |aktie|wertpapier|walor|тикер|sembol|instrumento|instrument code|titre|valeur code|titolo|wkn|isin
        |figi|permno|sid|underlying|株コード|代码|股票代码|종목|종목코드""",
    "name": """name|company|company name|nazwa|unternehmen|société|empresa|nome|namn|navn
        |naam|название|security name|issuer|名称|stock name""",
    "field": """field|fields|variable|measure|attribute|attributes|item|metric|feld|price type|datatype|data type""",
    PERCENT: """change %|chg %|change percent|changepercent|% change|%change|%chg|% chg|pct change|pct chg
        |change pct|veränderung %|veränderung|\\+/- %|variation %|var %|% var|var|verschil %|zmiana %|изм %
        |fark %|muutos %|ændring %|endring %|変化率 %|변동 %|涨跌幅|升跌 %|升跌（%）|% thay đổi|perubahan%
        |perubahan %|change in %|day change %|return|returns|daily return|daily return %|chg pct 1d|rendite
        |rendement|rendimiento|rendimento|day to day change in %|نسبة التغيير %|% שינוי|परिवर्तन %
        |สัดส่วนการเปลี่ยนแปลง|percent change|perf|performance""",
    IGNORED: """change|chg|net change|net chg|differenz|diff|vwap|vw|n|transactions|trades|number of trades
        |no of trades|numtrades|count|turnover|amount|value traded|openint|open interest|oi|per|currency|ccy
        |währung|waehrung|devise|moneda|exchange|börse|bid|ask|bid price|ask price|label|change over time
        |changeovertime|unadjustedvolume|unadjusted volume|adj open|adj high|adj low|adj volume
        |adjusted open|adjusted high|adjusted low|adjusted volume|adjopen|adjhigh|adjlow|adjvolume
        |average price|avg price|market cap|marketcap|mktcap|capital gains|dividends adj|sector|industry
        |country|source|index|row|id|no|nr|time|<time>|flow|basis|conversion|cvol|fopen|fhigh|flow|fclose
        |fvolume|uopen|uhigh|ulow|uclose|uvolume|changed|updated|last updated|timezone|interval|frequency
        |gvkey|cusip|sedol|comment|comments|note|notes|remarks|weekday|type|status|average|turnover ratio
        |vol 30d|ma|sma|rsi""",
}
# Words with which a home-made table sums up its columns.
SUMMARY = frozenset("total totals sum summe mean average avg median portfolio gesamt somme suma totale".split())
# The first cell of a line above the table that says something about the file as a whole.
PREAMBLE_SYMBOL = frozenset("security ticker symbol instrument ric identifier".split())
# The first cell of a line above the table that names companies, not the file.
NOT_A_HEADER = frozenset(
    [
        *"currency period frequency source interval exchange name company start end from to range description".split(),
        *"units unit downloaded generated country isin cusip adjusted".split(),
        *["start date", "end date", "pricing source", "last updated", "currency code", "time zone", "meta data"],
    ]
)


def plain(text: str) -> str:
    """A header as it is looked up: small letters, no accents in Latin, no brackets, one space between words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = text.replace("ł", "l").replace("ø", "o").replace("ı", "i").replace("đ", "d").replace("ß", "ss")
    text = re.sub(r"^\s*\d+\.\s+", "", text)  # Alpha Vantage: `4. close`
    text = re.sub(r"[<>\[\](){}\"'*_.:,;/\\|#$€£¥-]+", " ", text)
    return " ".join(text.split())


def _table() -> dict[str, str]:
    known: dict[str, str] = {}
    for field, words in _FIELDS.items():
        for word in words.split("|"):
            known.setdefault(plain(word), field)
    known.pop("", None)
    return known


KNOWN = _table()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# A header may carry its unit, or say the same at length: `Close (USD)`, `Close Close price adjusted for splits.`
_UNIT = re.compile(
    r"(?<=.)\b(?:usd|eur|gbp|chf|jpy|us|in|pln|inr|cad|shares|stk|local|currency|mm|m|mln|mio|raw|daily)\b"
)
_ENGLISH_WORDS = frozenset(
    """date dates close open high low price last volume vol adj close adjusted time timestamp symbol ticker change %
    change day dividends stock splits split dividend value""".split()
)
# Words of one language only; English and the ones many languages share do not decide where a file comes from.
_ASCII_FOREIGN = frozenset(
    """datum fecha data dato tarih zuletzt schluss schlusskurs kurs dernier ultimo cierre apertura chiusura abertura
    zamkniecie otwarcie wolumen hoch tief laatste slot ostatnio simdi senaste kapanis""".split()
)


def field_of(header: str) -> str | None:
    """What a column with this header is: a field, `percent`, `ignored`; None if the words are not known."""
    word = plain(header)
    if not word:
        return None
    for candidate in (word, plain(_CAMEL.sub(" ", header)), re.sub(r"\s\d+$", "", word)):
        if candidate in KNOWN:
            return KNOWN[candidate]
    if word.startswith(("adj close adjusted ", "adj close price ", "adjusted close price ")):
        return "adj_close"
    if "%" in word or "percent" in word or "pct" in word:
        return PERCENT
    without_unit = " ".join(_UNIT.sub(" ", word).split())
    if without_unit in KNOWN:
        return KNOWN[without_unit]
    for start in ("close", "open", "high", "low", "volume"):  # the site explains its words in the header
        if word.startswith((f"{start} {start} ", f"{start} price ")):
            return start
    return None


def speaks_other_than_english(headers: list[str]) -> bool:
    """Whether some header is a known word of another language: their dates do not put the month first."""
    words = [plain(h) for h in headers]
    return any((w in KNOWN and not w.isascii()) or w in _ASCII_FOREIGN for w in words) or any(
        w in KNOWN and plain(h) != " ".join(h.casefold().split()) and any(ord(c) > 127 for c in h)
        for w, h in zip(words, headers, strict=True)
    )


def known_words(text: str) -> int:
    """How many known header words stand in the first lines of a text: tells encodings apart."""
    cells = re.split(r"[,;\t|\n\r]", text[:2000])
    return sum(1 for cell in cells if field_of(cell) is not None)
