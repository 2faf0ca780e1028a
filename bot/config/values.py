"""What a key of the configuration may hold: types that check themselves, and say what is wrong."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, SecretStr, Strict
from pyrage import RecipientError, x25519

from bot.config.phrases import is_language

_USER_ID = re.compile(r"@[^\s:@*?]+:[^\s/*?]+")
_MEMBERS = re.compile(r"@[^\s:@]+:[^\s/]+")
_SERVER = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9\-]{0,15}")


_NO_COUNTRIES = frozenset({"EZ", "QO", "XA", "XB", "ZZ"})
"""Codes that Unicode's list of territories has and that are no place: a currency's, tests', "unknown"."""


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"{text!r} is not {what}")
        return text

    return AfterValidator(check)


def _language(code: str) -> str:
    if not is_language(code):
        raise ValueError(f"{code!r} is not a language code such as 'pt'")
    return code


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as 'Europe/Lisbon'")
    return name


def _country(code: str) -> str:
    if not re.fullmatch("[A-Z]{2}", code) or code in _NO_COUNTRIES or code not in Locale("en").territories:
        raise ValueError(f"{code!r} is not an ISO 3166 country code such as 'PT'")
    return code


def some(value: Any) -> Any:
    """Return *value*; raise ValueError if it is empty."""
    if isinstance(value, str | tuple) and not (value.strip() if isinstance(value, str) else value):
        raise ValueError("must not be empty")
    return value


def _path(path: Path) -> Path:
    """Return *path*; raise ValueError if no file can have it."""
    if "\0" in str(path):
        raise ValueError("a path holds no null character")
    return path


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", text):
        raise ValueError(f"{text!r} is not an address such as 'https://matrix.example.org'")
    return text.rstrip("/")


def _server_url(text: str) -> str:
    if "@" in text:
        # Never quoted: it may hold a password.
        raise ValueError("must hold no name and password; a key stands in api_key_file")
    try:
        address = urlsplit(text)
        right = bool(address.hostname) and address.port != 0 and not (address.query or address.fragment)
    except ValueError:
        right = False
    if not right:
        raise ValueError(f"{text!r} is not an address such as 'https://translate.example.org'")
    return _url(text)


def _listen(text: str) -> str:
    found = re.fullmatch(r"(?:\[[0-9a-f:]+\]|[^\s:]+):(\d{1,5})", text)
    if text and not (found and int(found[1]) <= 65535):
        raise ValueError(f"{text!r} is not an address such as '127.0.0.1:9108'")
    return text


def _quiet(text: str) -> str:
    clock = "([01][0-9]|2[0-3]):[0-5][0-9]"
    since, dash, until = text.partition("-")
    if text and not (dash and all(re.fullmatch(clock, part) for part in (since, until)) and since != until):
        raise ValueError(f"{text!r} is not a span such as '22:00-06:00'; empty is none")
    return text


def _minutes(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if len(numbers) != 4 or not all(1 <= one <= 10_080 for one in numbers) or list(numbers) != sorted(numbers):
        raise ValueError(
            "must be four numbers from 1 to 10080, for very high, high, medium and low, none below the last"
        )
    return numbers


def _recipient(text: str) -> str:
    if text.upper().startswith("AGE-SECRET-KEY"):
        # Never quoted: what is refused stands in logs and terminals.
        raise ValueError("holds the private key; give the public one, which begins with age1")
    try:
        if text:
            x25519.Recipient.from_str(text)
    except RecipientError:
        raise ValueError(f"{text!r} is not a public key of age, which begins with age1") from None
    return text


def _witness_key(text: str) -> str:
    """Refuse what is no public key of a witness (C2SP): `NAME+ID+KEY`, where the id is made of the other two."""
    name, _, rest = text.strip().partition("+")
    id, _, key = rest.partition("+")
    try:
        data = base64.b64decode(key, validate=True)
    except ValueError:
        data = b""
    if text.startswith("PRIVATE+"):
        raise ValueError("holds the private key of a witness; `liaison witness --state DIR` prints the public one")
    right = len(name.split()) == 1 and len(data) == 33 and data[0] == 4
    if not right or hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] != id.lower():
        raise ValueError(f"{text!r} is no key of a witness, as `liaison witness --state DIR` prints it")
    return text.strip()


def _gate(names: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()).casefold() for name in names)
    if never := [name for name in names if name in NEVER_GATED or name.split(" ")[0] in NEVER_GATED]:
        raise ValueError(f"names {never[0]!r}, which never waits")
    return names


NEVER_GATED = frozenset(
    {"incident close", "incident duplicate", "release", "mark", "handover", "shift", "checkin", "sir", "lost", "ack"}
)
"""Commands that wait for no handover: closing and releasing, whatever hands over itself, and cries for help."""


def _welfare(minutes: int) -> int:
    if minutes and not 5 <= minutes <= 720:
        raise ValueError("must be from 5 to 720; 0 is never")
    return minutes


def _two(users: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(users)) < 2:
        raise ValueError("must name two people or more: who is forced is never told")
    return users


def _duress_word(word: SecretStr) -> SecretStr:
    # Never quoted: whoever reads a log must not learn it.
    if not re.fullmatch(r"[^\W\d_]{4,30}", word.get_secret_value()):
        raise ValueError("must be one word of 4 to 30 letters")
    return word


_A_USER_ID = "an exact user id such as '@ana:example.org'"
UserId = Annotated[str, _matching(_USER_ID, _A_USER_ID)]
NoneOrUserId = Annotated[str, _matching(re.compile(f"|{_USER_ID.pattern}"), _A_USER_ID)]
Members = Annotated[str, _matching(_MEMBERS, "a glob on user ids such as '@*:gnr.example'")]
Server = Annotated[str, _matching(_SERVER, "a server name such as 'example.org'")]
Code = Annotated[str, _matching(_CODE, "a code of capital letters, digits and hyphens, 16 at the most")]
Language = Annotated[str, AfterValidator(_language)]
Country = Annotated[str, AfterValidator(_country)]
Zone = Annotated[str, AfterValidator(_zone)]
Url = Annotated[str, AfterValidator(_url)]
ServerUrl = Annotated[str, AfterValidator(_server_url)]
Listen = Annotated[str, AfterValidator(_listen)]
Said = Annotated[str, AfterValidator(some)]
Minutes = Annotated[tuple[Annotated[int, Strict()], ...], AfterValidator(_minutes)]
Welfare = Annotated[int, Strict(), AfterValidator(_welfare)]
TwoUserIds = Annotated[tuple[UserId, ...], AfterValidator(_two)]
DuressWord = Annotated[SecretStr, AfterValidator(_duress_word)]
Gate = Annotated[tuple[str, ...], AfterValidator(_gate)]
Switch = Annotated[bool, Strict()]
_Path = Annotated[Path, AfterValidator(_path)]
StorePath = Annotated[_Path, BeforeValidator(some)]
Recipient = Annotated[str, AfterValidator(_recipient)]
WitnessKey = Annotated[str, AfterValidator(_witness_key)]
OptionalFile = Annotated[_Path | None, BeforeValidator(lambda value: value or None)]
CREDENTIAL = "credential"
"""The mark of a path to a secret: a credential of that name, handed over by the service manager, goes before it."""
SecretFile = Annotated[OptionalFile, CREDENTIAL]
KeyFile = Annotated[StorePath, CREDENTIAL]
Quiet = Annotated[str, AfterValidator(_quiet)]
EngineName = Literal["argos", "bergamot", "libretranslate"]
SensitiveClass = Literal["TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED", "H0", "H1", "H2", "H3"]
ReviewFrom = Literal["", "low", "medium", "high", "very_high"]
RoleName = Literal["lead", "coordinator", "auditor", "admin"]
ReaderName = Literal["officer", "lead", "coordinator", "auditor", "admin"]
