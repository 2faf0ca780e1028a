"""The configuration file: one frozen model, every fault named at once.

`load()` is the only way in. Paths are made absolute against the file's folder; secrets come from
files or the environment, never from the file itself.
"""

from __future__ import annotations

import fnmatch
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    Strict,
    ValidationError,
    create_model,
)
from pyrage import RecipientError, x25519

from bot.config.checklists import own_checklists
from bot.config.gazetteer import named_points
from bot.config.phrases import is_language, own_phrases

_USER_ID = re.compile(r"@[^\s:@*?]+:[^\s/*?]+")
_MEMBERS = re.compile(r"@[^\s:@]+:[^\s/]+")
_SERVER = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9\-]{0,15}")


_NO_COUNTRIES = frozenset({"EZ", "QO", "XA", "XB", "ZZ"})
"""Codes that Unicode's list of territories has and that are no place: a currency's, tests', "unknown"."""


class ConfigError(Exception):
    """The configuration cannot be used; `faults` are sentences, each naming its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


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


def _some(value: Any) -> Any:
    if isinstance(value, str | tuple) and not (value.strip() if isinstance(value, str) else value):
        raise ValueError("must not be empty")
    return value


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
Said = Annotated[str, AfterValidator(_some)]
Minutes = Annotated[tuple[Annotated[int, Strict()], ...], AfterValidator(_minutes)]
Switch = Annotated[bool, Strict()]
StorePath = Annotated[Path, BeforeValidator(_some)]
Recipient = Annotated[str, AfterValidator(_recipient)]
OptionalFile = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
EngineName = Literal["argos", "bergamot", "libretranslate"]
RoleName = Literal["lead", "coordinator", "auditor", "admin"]


class Section(BaseModel):
    """A table of the file: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Matrix(Section):
    """`[matrix]`: the bot's account. Either a password, or an access token with its device id."""

    homeserver: Url
    user_id: UserId
    password_file: OptionalFile = None
    access_token_file: OptionalFile = None
    device_id: str | None = None
    recovery_key_file: OptionalFile = Path("secrets/recovery-key")


class Storage(Section):
    """`[storage]`: where the database, the crypto store, models and keys are."""

    directory: StorePath = Path("data")
    key_file: StorePath = Path("secrets/storage-key")
    backup_recipient: Recipient = ""


class Taskforce(Section):
    """`[taskforce]`: who we are when nothing better is known."""

    code: Code
    name: Said
    language: Language = "en"
    languages: tuple[Language, ...] = ("en",)
    timezone: Zone = "UTC"
    phrases_file: OptionalFile = None
    gazetteer: OptionalFile = None


class Privacy(Section):
    """`[privacy]`: what `privacy` and the notice on joining say."""

    controller: Said
    contact: Said
    retention_days: Annotated[int, Strict(), Field(ge=1, le=36500)] = 365


class Duress(Section):
    """`duress` of an agency: the word that says that somebody is forced, and who learns of it."""

    users: Annotated[tuple[UserId, ...], AfterValidator(_two)]
    word: Annotated[SecretStr, AfterValidator(_duress_word)]


class Agency(Section):
    """`[[agencies]]`: an agency and whose user ids belong to it."""

    code: Code
    country: Country
    language: Language
    timezone: Zone
    members: tuple[Members, ...]
    keeper: NoneOrUserId = ""
    post: str = ""
    contact: str = ""
    duress: Duress | None = None


class Roles(Section):
    """`[roles]`: exact user ids; everyone else who may be in the room is an officer."""

    lead: tuple[UserId, ...] = ()
    coordinator: tuple[UserId, ...] = ()
    auditor: tuple[UserId, ...] = ()
    admin: tuple[UserId, ...] = ()


class Access(Section):
    """`[access]`: who is served and whose devices are trusted."""

    servers: tuple[Server, ...] = ()
    invites_from: tuple[RoleName, ...] = ("lead", "coordinator", "admin")
    require_encryption: Switch = True
    device_trust: Literal["cross-signed", "any"] = "cross-signed"
    describe_commands: Switch = False


class Translation(Section):
    """`[translation]`: engines in order of preference, and the servers of the one that is elsewhere."""

    engines: Annotated[tuple[EngineName, ...], AfterValidator(_some)] = ("argos", "bergamot")
    servers: tuple[ServerUrl, ...] = ()
    api_key_file: OptionalFile = None
    timeout_seconds: Annotated[int, Strict(), Field(ge=1, le=120)] = 10


class Monitor(Section):
    """`[[monitors]]`: a rights monitor and the key that reports to them are sealed with."""

    user_id: UserId
    public_key: Annotated[Recipient, AfterValidator(_some)]


class Health(Section):
    """`[health]`: where /healthz, /readyz and /metrics are served; empty is nowhere."""

    listen: Listen = ""
    token_file: OptionalFile = None

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and port to listen on, or None."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if self.listen else None


class Incidents(Section):
    """`[incident]`: when somebody is asked how one stands. The first of four numbers is for very high severity."""

    cadence_minutes: Minutes = (30, 120, 480, 1440)
    answer_minutes: Minutes = (5, 10, 30, 60)
    quiet: Annotated[str, AfterValidator(_quiet)] = "22:00-06:00"
    checklists_file: OptionalFile = None

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When nobody is asked what can wait: from the first time of day to the second; None: never."""
        since, _dash, until = self.quiet.partition("-")
        return (time.fromisoformat(since), time.fromisoformat(until)) if self.quiet else None


def _gate(names: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()).casefold() for name in names)
    if never := [name for name in names if name in NEVER_GATED or name.split(" ")[0] in NEVER_GATED]:
        raise ValueError(f"names {never[0]!r}, which never waits")
    return names


NEVER_GATED = frozenset(
    {"incident close", "incident duplicate", "release", "mark", "handover", "shift", "checkin", "sir", "lost", "ack"}
)
"""Commands that wait for no handover: closing and releasing, whatever hands over itself, and cries for help."""


class Shifts(Section):
    """`[shift]`: commands that wait until a post is taken over, and how often who is checked in is asked how they are.

    With `welfare_minutes` 0 nobody is asked who does not wish it.
    """

    gate: Annotated[tuple[str, ...], AfterValidator(_gate)] = ()
    welfare_minutes: Annotated[int, Strict(), AfterValidator(_welfare)] = 60


class Limits(Section):
    """`[limits]`: how much is taken in a minute before the rest is left undone."""

    commands_per_person: Annotated[int, Field(ge=1)] = 30
    commands_per_room: Annotated[int, Field(ge=1)] = 120
    messages_per_person: Annotated[int, Field(ge=1)] = 120
    messages_per_room: Annotated[int, Field(ge=1)] = 600


class Config(Section):
    """The whole file."""

    matrix: Matrix
    storage: Storage = Storage()
    taskforce: Taskforce
    privacy: Privacy
    agencies: tuple[Agency, ...] = ()
    roles: Roles = Roles()
    access: Access = Access()
    translation: Translation = Translation()
    monitors: tuple[Monitor, ...] = ()
    health: Health = Health()
    limits: Limits = Limits()
    incident: Incidents = Incidents()
    shift: Shifts = Shifts()

    def agency(self, user_id: str) -> Agency | None:
        """Return the first agency with a member glob that *user_id* matches, or None."""
        for agency in self.agencies:
            if any(fnmatch.fnmatchcase(user_id, glob) for glob in agency.members):
                return agency
        return None

    def serves(self, user_id: str) -> bool:
        """Return whether the person's homeserver is listed in `access.servers`, or the person is a rights monitor."""
        listed = user_id.partition(":")[2] in self.access.servers
        return listed or any(user_id == monitor.user_id for monitor in self.monitors)


def load(path: Path) -> Config:
    """Read the configuration at *path*.

    Raises ConfigError with every fault at once, each beginning with the key that it is about.
    """
    table = _table(path)
    folder = path.resolve().parent
    try:
        config, broken = Config.model_validate(table), list[Any]()
    except ValidationError as error:
        broken = error.errors()
        config = _sound(table, {fault["loc"] for fault in broken})
    config = _anchored(config, folder)
    faulty = {_key(fault) for fault in broken}

    def right(*keys: str) -> bool:
        return not any(_within(one, key) or _within(key, one) for one in faulty for key in keys)

    if faults := [*map(_worded, broken), *_faults(config, right)]:
        raise ConfigError(faults)
    return config


def secret(file: Path | None, variable: str) -> str | None:
    """Return the secret in the environment's *variable*, else the first line of *file*, else None."""
    if value := os.environ.get(variable):
        return value
    if file is None or not file.is_file():
        return None
    return file.read_text(encoding="utf-8").partition("\n")[0].strip() or None


def keep_secret(file: Path, text: str) -> None:
    """Write a secret to *file*, which nobody else may read and which must not exist; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text + "\n")
        new.flush()
        os.fsync(new.fileno())


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file; start from config.example.toml"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not a text file (UTF-8)"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from error


# What is said of a fault


_KINDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that Liaison knows",
    "string_type": "must be a text in quotes",
    "path_type": "must be a text in quotes",
    "tuple_type": "must be a list in square brackets",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "model_type": "must be a table of keys",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be {expected}",
}
"""What to say of each kind of fault that pydantic finds."""


def _key(fault: Any) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])


def _worded(fault: Any) -> str:
    context = fault.get("ctx", {})
    said = _KINDS.get(fault["type"])
    return f"{_key(fault)}: {said.format(**context) if said else context.get('error') or fault['msg']}"


def _within(key: str, other: str) -> bool:
    """Return whether *key* is *other* or a part of it, as `a.b.1` is of `a.b`."""
    return f"{key}.".startswith(f"{other}.")


# What is right of a file with faults


def _sound(table: dict[str, Any], broken: set[tuple[Any, ...]]) -> Config:
    """Return the configuration without the attributes that are *broken*; those with a default have it."""
    right: dict[str, Any] = {}
    for name in Config.model_fields.keys() & table.keys():
        faults = {loc[1:] for loc in broken if loc[0] == name}
        if () in faults:
            continue
        kind, value = Config.model_fields[name].annotation, table[name]
        if isinstance(value, list):
            right[name] = tuple(_sound_section(get_args(kind)[0], *one) for one in _each(value, faults))
        else:
            right[name] = _sound_section(kind, value, {loc[0] for loc in faults})
    return Config.model_construct(**right)


def _each(tables: list[Any], faults: set[tuple[Any, ...]]) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Yield those of the *tables* that are tables, each with its faulty keys."""
    for place, table in enumerate(tables):
        if (place,) not in faults:
            yield table, {loc[1] for loc in faults if loc[0] == place}


def _sound_section(kind: Any, table: dict[str, Any], faulty: set[str]) -> Any:
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in kind.model_fields.items() if name not in faulty
    }
    part = create_model(kind.__name__, __base__=Section, **fields)
    right = part.model_validate({name: value for name, value in table.items() if name in fields})
    return kind.model_construct(**dict(right))


def _anchored(config: Config, folder: Path) -> Config:
    """Return *config* with its relative paths taken from *folder*."""

    def anchor(section: Section) -> Section:
        paths = {name: folder / value for name, value in section if isinstance(value, Path) and not value.is_absolute()}
        return section.model_copy(update=paths)

    sections = {name: anchor(value) for name, value in config if isinstance(value, Section)}
    return config.model_copy(update=sections)


# What no single key can know


def _faults(config: Config, right: Callable[..., bool]) -> Iterator[str]:
    """Yield what only several keys or a file can tell, where the keys are *right* by themselves."""
    if right("matrix.password_file", "matrix.access_token_file", "matrix.device_id"):
        yield from _no_way_in(config.matrix)
    codes = [agency.code for agency in config.agencies if "code" in agency.model_fields_set]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"agencies: the code {code} is used more than once"
    if right("health.token_file") and config.health.token_file:
        yield from _no_secret("health.token_file", config.health.token_file, "")
    if right("translation.engines", "translation.servers"):
        yield from _no_server(config.translation)
    if right("translation.api_key_file") and config.translation.api_key_file:
        yield from _no_secret(
            "translation.api_key_file", config.translation.api_key_file, "LIAISON_TRANSLATION_API_KEY"
        )
    if right("access.servers") and not config.access.servers:
        yield "access.servers: names no server, so nobody would be served"
    if right("taskforce.language", "taskforce.languages"):
        yield from _not_a_working_language(config.taskforce)
    if right("taskforce.phrases_file", "taskforce.languages") and config.taskforce.phrases_file:
        for fault in own_phrases(config.taskforce.phrases_file, config.taskforce.languages)[1]:
            yield f"taskforce.phrases_file: {fault}"
    if right("taskforce.gazetteer") and config.taskforce.gazetteer:
        for fault in named_points(config.taskforce.gazetteer)[1]:
            yield f"taskforce.gazetteer: {fault}"
    if right("incident.checklists_file") and config.incident.checklists_file:
        for fault in own_checklists(config.incident.checklists_file)[1]:
            yield f"incident.checklists_file: {fault}"


def _not_a_working_language(taskforce: Taskforce) -> Iterator[str]:
    if taskforce.language not in taskforce.languages:
        yield f"taskforce.language: {taskforce.language} is not among taskforce.languages"


def _no_server(translation: Translation) -> Iterator[str]:
    if "libretranslate" in translation.engines and not translation.servers:
        yield "translation.servers: names no server, which the engine libretranslate needs"


def _no_way_in(matrix: Matrix) -> Iterator[str]:
    if matrix.password_file and matrix.access_token_file:
        yield "matrix: give password_file or access_token_file, not both"
    elif matrix.access_token_file:
        if not matrix.device_id:
            yield "matrix: access_token_file needs device_id, the device that the token belongs to"
        yield from _no_secret("matrix.access_token_file", matrix.access_token_file, "LIAISON_MATRIX_ACCESS_TOKEN")
    elif matrix.password_file:
        yield from _no_secret("matrix.password_file", matrix.password_file, "LIAISON_MATRIX_PASSWORD")
    elif not secret(None, "LIAISON_MATRIX_PASSWORD"):
        yield "matrix.password_file: is not given, nor LIAISON_MATRIX_PASSWORD: the bot cannot log in"


def _no_secret(key: str, file: Path, variable: str) -> Iterator[str]:
    """Yield why the secret in *file*, or in the environment's *variable*, is not to be had."""
    try:
        if secret(file, variable) is None:
            yield f"{key}: {file} does not exist or is empty"
    except UnicodeDecodeError:
        yield f"{key}: {file} is not a text file (UTF-8)"
    except OSError as error:
        yield f"{key}: {file} cannot be read: {error.strerror}"
