"""A language as a person names it: by code, or by name in English, in their language or in itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.localedata import locale_identifiers

from bot.arguments.folding import LONGEST_COMPARED, key
from bot.arguments.names import Index
from bot.i18n import locale_of

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?")

# What languages call themselves, as Babel has it (a test compares): reading it from Babel takes 5 ms each,
# while people wait. Official languages of Europe and its neighbours, and the most spoken further away.
OWN_NAMES = {
    "am": "አማርኛ", "ar": "العربية", "az": "azərbaycan", "be": "беларуская", "bg": "български",
    "bn": "বাংলা", "bs": "bosanski", "ca": "català", "cs": "čeština", "cy": "Cymraeg",
    "da": "dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "español",
    "et": "eesti", "eu": "euskara", "fa": "فارسی", "fi": "suomi", "fr": "français",
    "ga": "Gaeilge", "gl": "galego", "ha": "Hausa", "he": "עברית", "hi": "हिन्दी",
    "hr": "hrvatski", "hu": "magyar", "hy": "հայերեն", "id": "Indonesia", "is": "íslenska",
    "it": "italiano", "ja": "日本語", "ka": "ქართული", "kk": "қазақ тілі", "ko": "한국어",
    "ku": "kurdî (kurmancî)", "ky": "кыргызча", "lb": "Lëtzebuergesch", "lt": "lietuvių",
    "lv": "latviešu", "mk": "македонски", "mn": "монгол", "ms": "Melayu", "mt": "Malti",
    "my": "မြန်မာ", "nb": "norsk bokmål", "ne": "नेपाली", "nl": "Nederlands",
    "nn": "norsk nynorsk", "no": "norsk", "pa": "ਪੰਜਾਬੀ", "pl": "polski", "ps": "پښتو",
    "pt": "português", "ro": "română", "ru": "русский", "si": "සිංහල", "sk": "slovenčina",
    "sl": "slovenščina", "so": "Soomaali", "sq": "shqip", "sr": "српски", "sv": "svenska",
    "sw": "Kiswahili", "ta": "தமிழ்", "tg": "тоҷикӣ", "th": "ไทย", "ti": "ትግርኛ",
    "tk": "türkmen dili", "tr": "Türkçe", "uk": "українська", "ur": "اردو", "uz": "o‘zbek",
    "vi": "Tiếng Việt", "wo": "Wolof", "yo": "Èdè Yorùbá", "zh": "中文", "zu": "isiZulu",
}  # fmt: skip

# What Babel does not have, and those who speak it say.
OTHER_NAMES = {"castellano": "es", "castelhano": "es", "Castilian": "es"}


def by_code(text: str) -> str | None:
    """Return the BCP 47 code that *text* is, as it is written (`pt-BR`), or None."""
    code = key(text) if len(text) <= LONGEST_COMPARED else ""
    if not _CODE.fullmatch(code):
        return None
    code = code if code in _codes() else get_global("language_aliases").get(code, code)  # `eng`, `iw`
    try:
        language, territory, script = parse_locale(code.replace("_", "-"), sep="-")[:3]
        Locale.parse(code.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None
    if (
        language not in Locale("en").languages
        or language not in _codes()
        or (territory or "001") not in Locale("en").territories
    ):
        return None
    return "-".join(part for part in (language, script, territory) if part)


def by_name(text: str, *spoken: str) -> str | None:
    """Return the code of the language called *text* in one of *spoken*, in English or in itself, or None."""
    return next(filter(None, (index.find(text) for index in _indexes(spoken))), None)


def nearest(text: str, *spoken: str) -> str | None:
    """Return the code of the language whose name is nearest to *text*, or None."""
    return next(filter(None, (index.guess(text) for index in _indexes(spoken))), None)


def _indexes(spoken: Iterable[str]) -> Iterator[Index[str]]:
    yield from (_names(language) for language in dict.fromkeys((*spoken, "en")))
    yield _own_names()


@cache
def _codes() -> frozenset[str]:
    """Return the languages that can be shown to a reader: those that Babel has the data of."""
    return frozenset(code.replace("_", "-") for code in locale_identifiers()) - {"root"}


@lru_cache(maxsize=16)
def _names(language: str) -> Index[str]:
    """Return the names of languages in *language*, as its readers here call them and as others do."""
    try:
        locales = [locale_of(language), Locale.parse(language, sep="-")]
    except (ValueError, UnknownLocaleError):
        locales = [Locale("en")]
    named = ((name, code.replace("_", "-")) for locale in locales for code, name in locale.languages.items())
    return _index((name, code) for name, code in named if code in _codes())


@cache
def _own_names() -> Index[str]:
    return _index([*((name, code) for code, name in OWN_NAMES.items()), *OTHER_NAMES.items()])


def _index(named: Iterable[tuple[str, str]]) -> Index[str]:
    first: dict[str, tuple[str, str]] = {}
    for name, code in named:
        first.setdefault(key(name), (name, code))
    return Index(first.values())
