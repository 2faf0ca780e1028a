"""The configuration file: every fault at once, secrets from elsewhere, and an example that is complete."""

from __future__ import annotations

import re
import stat
import tomllib
import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined
from pyrage.x25519 import Identity

from bot.config import Agency, Config, ConfigError, Health, Monitor, Section, Witness, keep_secret, load, secret
from bot.model.checkpoint import LogKey
from bot.model.cosignature import WitnessKey

from .fakes import configuration

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
LEAST = """
[matrix]
homeserver = "http://127.0.0.1:8008/"
user_id = "@liaison:example.org"
password_file = "secrets/password"
[taskforce]
code = "BRAVO"
name = "Joint Task Force Bravo"
[privacy]
controller = "Joint Operations Centre"
contact = "privacy@example.org"
[access]
servers = ["example.org"]
"""


@pytest.fixture(autouse=True)
def _no_secrets_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "LIAISON_MATRIX_PASSWORD",
        "LIAISON_MATRIX_ACCESS_TOKEN",
        "LIAISON_STORAGE_KEY",
        "LIAISON_RECOVERY_KEY",
        "LIAISON_TRANSLATION_API_KEY",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "password").write_text("hunter2\n")
    return tmp_path


def read(folder: Path, text: str) -> Config:
    path = folder / "liaison.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(folder, text)
    return refused.value.faults


def test_the_least_that_is_needed_loads_with_the_defaults(folder: Path) -> None:
    config = read(folder, LEAST)
    assert config.matrix.homeserver == "http://127.0.0.1:8008"
    assert (config.taskforce.language, config.taskforce.timezone) == ("en", "UTC")
    assert config.privacy.retention_days == 365
    assert config.access.device_trust == "cross-signed"
    assert config.access.require_encryption is True
    assert config.health.address is None


def test_relative_paths_are_taken_from_the_files_folder_and_absolute_ones_stand(folder: Path) -> None:
    config = read(folder, LEAST + '[storage]\ndirectory = "/var/lib/liaison"\n')
    assert config.matrix.password_file == folder / "secrets" / "password"
    assert config.storage.key_file == folder / "secrets" / "storage-key"
    assert config.matrix.recovery_key_file == folder / "secrets" / "recovery-key"
    assert config.storage.directory == Path("/var/lib/liaison")


def test_a_credential_of_the_service_manager_goes_before_the_file_of_that_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "credentials"
    given.mkdir()
    for name in ("password", "storage-key", "data"):
        (given / name).write_text(f"the {name} that was handed over\n", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    config = read(folder, LEAST)
    assert config.matrix.password_file == given / "password"
    assert config.storage.key_file == given / "storage-key"
    # What was not handed over, and what is no secret, is where the configuration says.
    assert config.matrix.recovery_key_file == folder / "secrets" / "recovery-key"
    assert config.storage.directory == folder / "data"


def test_every_fault_is_told_at_once_and_names_its_key(folder: Path) -> None:
    found = faults(
        folder,
        """
        [matrix]
        homeserver = "matrix.example.org"
        user_id = "liaison"
        password = "hunter2"
        [taskforce]
        code = "bravo"
        languages = ["pt"]
        timezone = "Europe/Lissabon"
        [privacy]
        controller = ""
        contact = "x"
        retention_days = 0
        [[agencies]]
        code = "PRT-GNR"
        country = "Portugal"
        language = "xx-YY"
        timezone = "UTC"
        members = []
        keeper = "nobody"
        [roles]
        lead = ["@*:gnr.example"]
        chief = []
        [access]
        servers = ["exa mple"]
        device_trust = "all"
        [translation]
        engines = ["babelfish"]
        [[monitors]]
        user_id = "@monitor:rights.example"
        [health]
        listen = "9108"
        [surprise]
        """,
    )
    assert sorted(fault.partition(": ")[0] for fault in found) == [
        "access.device_trust",
        "access.servers.1",
        "agencies.1.country",
        "agencies.1.keeper",
        "agencies.1.language",
        "health.listen",
        "matrix.homeserver",
        "matrix.password",
        "matrix.password_file",
        "matrix.user_id",
        "monitors.1.public_key",
        "privacy.controller",
        "privacy.retention_days",
        "roles.chief",
        "roles.lead.1",
        "surprise",
        "taskforce.code",
        "taskforce.language",
        "taskforce.name",
        "taskforce.timezone",
        "translation.engines.1",
    ]
    assert all(len(fault.partition(": ")[2]) > 8 for fault in found)


def test_faults_that_no_single_key_can_know_come_with_the_others(folder: Path) -> None:
    found = faults(
        folder,
        """
        [matrix]
        homeserver = "http://127.0.0.1:8008"
        user_id = "@liaison:example.org"
        password_file = "secrets/missing"
        [taskforce]
        code = "BRAVO"
        name = "Bravo"
        language = "pt"
        [privacy]
        controller = "JOC"
        contact = "x"
        colour = "blue"
        [health]
        listen = "127.0.0.1:9108"
        token_file = "secrets/token"
        [[agencies]]
        code = "A"
        country = "PT"
        language = "pt"
        timezone = "UTC"
        members = []
        [[agencies]]
        code = "A"
        country = "ES"
        language = "es"
        timezone = "UTC"
        members = []
        """,
    )
    assert [fault.partition(": ")[0] for fault in found] == [
        "privacy.colour",
        "matrix.password_file",
        "agencies",
        "health.token_file",
        "access.servers",
        "taskforce.language",
    ]


@pytest.mark.parametrize(
    ("matrix", "key"),
    [
        ('password_file = "secrets/password"\naccess_token_file = "secrets/password"', "matrix"),
        ('access_token_file = "secrets/password"', "matrix"),
        ('access_token_file = "secrets/empty"\ndevice_id = "DEV"', "matrix.access_token_file"),
        ('password_file = "secrets/empty"', "matrix.password_file"),
        ('password_file = ""', "matrix.password_file"),
        ("", "matrix.password_file"),
    ],
)
def test_there_is_exactly_one_way_in(folder: Path, matrix: str, key: str) -> None:
    (folder / "secrets" / "empty").write_text("\n")
    [fault] = faults(folder, LEAST.replace('password_file = "secrets/password"', matrix))
    assert fault.startswith(f"{key}: ")


def test_a_token_with_its_device_is_a_way_in(folder: Path) -> None:
    matrix = 'access_token_file = "secrets/password"\ndevice_id = "DEV"'
    assert read(folder, LEAST.replace('password_file = "secrets/password"', matrix)).matrix.device_id == "DEV"


def test_a_metrics_token_that_is_empty_is_a_fault_and_not_an_open_door(folder: Path) -> None:
    (folder / "secrets" / "token").write_text("  \n")
    [fault] = faults(folder, LEAST + '[health]\ntoken_file = "secrets/token"\n')
    assert fault.startswith("health.token_file: ")


def test_no_metrics_token_is_asked_for_when_the_file_name_is_empty(folder: Path) -> None:
    assert read(folder, LEAST + '[health]\ntoken_file = ""\n').health.token_file is None


@pytest.mark.parametrize("listen", ["9108", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:9108"])
def test_an_address_that_cannot_be_listened_on_is_a_fault(folder: Path, listen: str) -> None:
    [fault] = faults(folder, LEAST + f'[health]\nlisten = "{listen}"\n')
    assert fault.startswith("health.listen: ")


def test_the_address_to_listen_on_is_host_and_port() -> None:
    assert Health(listen="127.0.0.1:9108").address == ("127.0.0.1", 9108)
    assert Health(listen="[::1]:9108").address == ("::1", 9108)


@pytest.mark.parametrize(
    ("text", "said"),
    [("x = " + "9" * 5000, "a key or a number has more than"), ("x = " + "[" * 5000, "brackets within each other")],
)
def test_what_breaks_the_reader_of_toml_is_a_fault_like_any_other(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "liaison.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path)


@pytest.mark.parametrize(("text", "said"), [(None, "there is no such file"), ("a = = b", "is not TOML")])
def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "liaison.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load(path)
    [fault] = refused.value.faults
    assert said in fault


def test_a_file_in_another_encoding_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "liaison.toml"
    path.write_bytes('name = "Força"'.encode("latin-1"))
    with pytest.raises(ConfigError) as refused:
        load(path)
    assert refused.value.faults == [f"{path}: is not a text file (UTF-8)"]


def test_a_secret_in_another_encoding_is_one_fault(folder: Path) -> None:
    (folder / "secrets" / "password").write_bytes("força".encode("latin-1"))
    [fault] = faults(folder, LEAST)
    assert fault == f"matrix.password_file: {folder / 'secrets' / 'password'} is not a text file (UTF-8)"


def with_line(line: str, section: str) -> str:
    """Return LEAST with *line* in *section*, in place of what stands there for its key."""
    text = re.sub(rf"^{line.partition(' = ')[0]} = .*\n", "", LEAST, flags=re.M)
    head = f"[{section}]\n"
    return text.replace(head, head + line + "\n") if head in text else text + head + line


AN_AGENCY = """
[[agencies]]
code = "A"
country = "PT"
language = "pt"
timezone = "UTC"
members = []
"""


@pytest.mark.parametrize(
    ("section", "line", "fault"),
    [
        ("roles", 'lead = ["@*:gnr.example"]', "roles.lead.1: '@*:gnr.example' is not an exact user id such as"),
        ("roles", 'admin = ["@a:b", "@ana:gnr.exampl?"]', "roles.admin.2: '@ana:gnr.exampl?' is not an exact user id"),
        ("roles", 'lead = "@ana:gnr.example"', "roles.lead: must be a list in square brackets"),
        ("taskforce", 'name = ""', "taskforce.name: must not be empty"),
        ("taskforce", 'name = " "', "taskforce.name: must not be empty"),
        ("taskforce", "name = 3", "taskforce.name: must be a text in quotes"),
        ("privacy", 'contact = ""', "privacy.contact: must not be empty"),
        ("privacy", 'retention_days = "365"', "privacy.retention_days: must be a whole number, without quotes"),
        ("privacy", "retention_days = true", "privacy.retention_days: must be a whole number, without quotes"),
        ("privacy", "retention_days = 0", "privacy.retention_days: must be 1 or more"),
        ("privacy", "retention_days = 36501", "privacy.retention_days: must be 36500 or less"),
        ("retention", "incident = 0", "retention.incident: must be 1 or more"),
        ("retention", "minuets = 30", "retention.minuets: "),
        (
            "retention",
            'agencies = { "SWE-P" = { incident = 30 } }',
            "retention.agencies.SWE-P: is no agency of this file",
        ),
        (
            "retention",
            'agencies = { "PRT-GNR" = { incident = 0 } }',
            "retention.agencies.PRT-GNR.incident: must be 1 or more",
        ),
        ("incident", "cadence_minutes = [30, 120]", "incident.cadence_minutes: must be four numbers from 1 to 10080"),
        ("incident", "cadence_minutes = [30, 20, 40, 50]", "incident.cadence_minutes: must be four numbers"),
        ("incident", "answer_minutes = [0, 1, 2, 3]", "incident.answer_minutes: must be four numbers"),
        ("incident", "answer_minutes = [1, 2, 3, 10081]", "incident.answer_minutes: must be four numbers"),
        ("incident", "answer_minutes = 5", "incident.answer_minutes: must be a list in square brackets"),
        ("incident", 'answer_minutes = [1, 2, 3, "4"]', "incident.answer_minutes.4: must be a whole number"),
        ("incident", 'quiet = "22-06"', "incident.quiet: '22-06' is not a span such as '22:00-06:00'"),
        ("incident", 'quiet = "22:00-22:00"', "incident.quiet: '22:00-22:00' is not a span"),
        ("incident", 'quiet = "24:00-06:00"', "incident.quiet: '24:00-06:00' is not a span"),
        ("incident", 'checklists_file = "none.toml"', "incident.checklists_file: "),
        ("translation", "engines = []", "translation.engines: must not be empty"),
        (
            "translation",
            'engines = ["babelfish"]',
            "translation.engines.1: must be 'argos', 'bergamot' or 'libretranslate'",
        ),
        ("translation", 'engines = ["libretranslate"]', "translation.servers: names no server, which the engine"),
        ("translation", "timeout_seconds = 0", "translation.timeout_seconds: must be 1 or more"),
        ("translation", 'api_key_file = "none"', "translation.api_key_file: "),
        ("access", 'require_encryption = "yes"', "access.require_encryption: must be true or false, without quotes"),
        ("access", "require_encryption = 1", "access.require_encryption: must be true or false, without quotes"),
        ("storage", "directory = 3", "storage.directory: must be a text in quotes"),
        ("storage", 'directory = ""', "storage.directory: must not be empty"),
        ("storage", 'directory = "a\\u0000b"', "storage.directory: a path holds no null character"),
        ("storage", 'key_file = "a\\u0000b"', "storage.key_file: a path holds no null character"),
        ("taskforce", 'phrases_file = "a\\u0000b"', "taskforce.phrases_file: a path holds no null character"),
        ("matrix", "password_file = [1]", "matrix.password_file: must be a text in quotes"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_for_a_person(folder: Path, section: str, line: str, fault: str) -> None:
    [found] = faults(folder, with_line(line, section))
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ('"https://a.example"', "translation.servers: must be a list in square brackets"),
        ('["a.example"]', "translation.servers.1: 'a.example' is not an address such as"),
        ('["https://[a.example"]', "translation.servers.1: 'https://[a.example' is not an address such as"),
        ('["https://a.example:99999"]', "translation.servers.1: 'https://a.example:99999' is not an address such as"),
        ('["ftp://a.example"]', "translation.servers.1: 'ftp://a.example' is not an address such as"),
        ('["https://a.example", "https://a.example?q"]', "translation.servers.2: 'https://a.example?q' is not an"),
    ],
)
def test_what_is_wrong_with_a_server_is_said(folder: Path, value: str, fault: str) -> None:
    [found] = faults(folder, LEAST + f"[translation]\nservers = {value}\n")
    assert found.startswith(fault)


def test_a_password_in_the_address_of_a_server_is_refused_and_not_repeated(folder: Path) -> None:
    [fault] = faults(folder, LEAST + '[translation]\nservers = ["https://ana:hunter3@a.example"]\n')
    assert fault.startswith("translation.servers.1: must hold no name") and "hunter3" not in fault


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('country = "QQ"', "agencies.1.country: 'QQ' is not an ISO 3166 country code"),
        ('country = "UK"', "agencies.1.country: 'UK' is not an ISO 3166 country code"),
        ('country = "ZZ"', "agencies.1.country: 'ZZ' is not an ISO 3166 country code"),
        ('country = "pt"', "agencies.1.country: 'pt' is not an ISO 3166 country code"),
        ('members = ["gnr.example"]', "agencies.1.members.1: 'gnr.example' is not a glob on user ids"),
        ('members = ["@a:b", "*:b"]', "agencies.1.members.2: '*:b' is not a glob on user ids"),
        ('members = ["@*"]', "agencies.1.members.1: '@*' is not a glob on user ids"),
        ('members = "@*:b"', "agencies.1.members: must be a list in square brackets"),
    ],
)
def test_what_is_wrong_with_an_agency_is_said(folder: Path, line: str, fault: str) -> None:
    key = line.partition(" = ")[0]
    [found] = faults(folder, LEAST + re.sub(rf"^{key} = .*", line, AN_AGENCY, flags=re.M))
    assert found.startswith(fault)


@pytest.mark.parametrize("country", ["PT", "XK", "EU"])
def test_countries_and_the_unions_agencies_are_taken(folder: Path, country: str) -> None:
    assert read(folder, LEAST + AN_AGENCY.replace('"PT"', f'"{country}"')).agencies[0].country == country


def test_a_section_that_is_no_table_and_an_agency_that_is_none_are_told(folder: Path) -> None:
    assert faults(folder, "agencies = [3]\nhealth = 1\n" + LEAST) == [
        "agencies.1: must be a table of keys",
        "health: must be a table of keys",
    ]


def test_a_fault_hides_no_other_not_even_of_its_own_section(folder: Path) -> None:
    text = """
        [matrix]
        homeserver = "matrix.example.org"
        user_id = "@liaison:example.org"
        access_token_file = "secrets/password"
        [taskforce]
        code = "BRAVO"
        name = ""
        language = "pt"
        [privacy]
        controller = "JOC"
        contact = "x"
        [access]
        servers = []
        device_trust = "all"
        [health]
        listen = "9108"
        token_file = "secrets/token"
    """
    twice = AN_AGENCY.replace("code", 'keeper = "x"\ncode') + AN_AGENCY
    assert [fault.partition(": ")[0] for fault in faults(folder, text + twice)] == [
        "matrix.homeserver",
        "taskforce.name",
        "agencies.1.keeper",
        "access.device_trust",
        "health.listen",
        "matrix",
        "agencies",
        "health.token_file",
        "access.servers",
        "taskforce.language",
    ]


def test_what_follows_from_a_fault_is_not_told_as_another(folder: Path) -> None:
    text = LEAST.replace('["example.org"]', "3").replace('"secrets/password"', "3")
    text = text.replace('name = "Joint', 'language = "pt"\nlanguages = "pt"\nname = "Joint')
    found = [fault.partition(": ")[0] for fault in faults(folder, text)]
    assert found == ["matrix.password_file", "taskforce.languages", "access.servers"]


def test_a_secret_comes_from_the_environment_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "secrets" / "password"
    assert secret(file, "LIAISON_MATRIX_PASSWORD") == "hunter2"
    monkeypatch.setenv("LIAISON_MATRIX_PASSWORD", "from outside")
    assert secret(file, "LIAISON_MATRIX_PASSWORD") == "from outside"
    assert secret(None, "LIAISON_MATRIX_PASSWORD") == "from outside"


def test_a_secret_that_is_nowhere_or_empty_is_none(folder: Path) -> None:
    empty = folder / "secrets" / "empty"
    empty.write_text(" \n")
    assert secret(None, "LIAISON_MATRIX_PASSWORD") is None
    assert secret(folder / "secrets" / "missing", "LIAISON_MATRIX_PASSWORD") is None
    assert secret(empty, "LIAISON_MATRIX_PASSWORD") is None


def test_a_secret_is_the_files_first_line(folder: Path) -> None:
    file = folder / "secrets" / "password"
    file.write_text("hunter2\nold password\n")
    assert secret(file, "LIAISON_MATRIX_PASSWORD") == "hunter2"


@pytest.mark.parametrize("recipient", ["age1x", "ssh-ed25519 AAAA", "ana@gnr.example"])
def test_a_recipient_that_nothing_can_be_encrypted_to_is_a_fault(folder: Path, recipient: str) -> None:
    [fault] = faults(folder, LEAST + f'[storage]\nbackup_recipient = "{recipient}"\n')
    assert fault == f"storage.backup_recipient: '{recipient}' is not a public key of age, which begins with age1"


def test_the_key_of_a_witness_is_a_public_one_for_cosignatures(folder: Path) -> None:
    def witness(key: str) -> str:
        return LEAST + f'[[witnesses]]\nkey = "{key}"\n'

    right = WitnessKey("gnr-witness", bytes(32))
    assert read(folder, witness(right.cosigner.text)).witnesses[0].key == right.cosigner.text
    twice = witness(right.cosigner.text) + f'[[witnesses]]\nkey = "{WitnessKey.make("gnr-witness").cosigner.text}"\n'
    assert faults(folder, twice) == ["witnesses: the name gnr-witness is used more than once"]
    log = LogKey("BRAVO", bytes(32)).verifier.text
    other = right.cosigner.text.replace("gnr", "pn")
    for wrong in ("", "gnr-witness", log, other, right.cosigner.text[:-4]):
        [fault] = faults(folder, witness(wrong))
        assert fault == f"witnesses.1.key: '{wrong}' is no key of a witness, as `liaison witness --state DIR` prints it"
    private = "PRIVATE+KEY+" + right.cosigner.text
    [fault] = faults(folder, witness(private))
    assert fault.startswith("witnesses.1.key: holds the private key") and private[20:40] not in fault


def monitor(key: str) -> str:
    return LEAST + f'[[monitors]]\nuser_id = "@monitor:rights.example"\npublic_key = "{key}"\n'


def test_the_key_of_a_monitor_is_one_that_reports_can_be_sealed_with(folder: Path) -> None:
    right = str(Identity.generate().to_public())
    assert read(folder, monitor(right)).monitors[0].public_key == right
    [fault] = faults(folder, monitor("age1..."))
    assert fault == "monitors.1.public_key: 'age1...' is not a public key of age, which begins with age1"
    assert faults(folder, monitor("")) == ["monitors.1.public_key: must not be empty"]
    private = str(Identity.generate())
    [fault] = faults(folder, monitor(private))
    assert fault.startswith("monitors.1.public_key: holds the private key")
    assert private[20:40] not in fault


def duress(word: str, users: str = '"@ana:gnr.example", "@rui:gnr.example"') -> str:
    agency = (
        'code = "PRT-GNR"\ncountry = "PT"\nlanguage = "pt"\ntimezone = "Europe/Lisbon"\nmembers = ["@*:gnr.example"]'
    )
    return LEAST + f'[[agencies]]\n{agency}\nduress = {{ users = [{users}], word = "{word}" }}\n'


def test_a_duress_word_is_one_of_letters_and_stands_in_no_fault_and_no_printed_configuration(folder: Path) -> None:
    config = read(folder, duress("Falcão"))
    [agency] = config.agencies
    assert agency.duress and agency.duress.word.get_secret_value() == "Falcão" and "Falc" not in repr(config)
    for word in ("two words", "abc", "falcon7", "x" * 31):
        [fault] = faults(folder, duress(word))
        assert fault == "agencies.1.duress.word: must be one word of 4 to 30 letters"


@pytest.mark.parametrize("users", ["", '"@ana:gnr.example"', '"@ana:gnr.example", "@ana:gnr.example"'])
def test_who_is_forced_is_not_the_only_one_who_learns_of_it(folder: Path, users: str) -> None:
    [fault] = faults(folder, duress("falcon", users))
    assert fault.startswith("agencies.1.duress.users: must name two people or more")


@pytest.mark.parametrize(
    ("minutes", "right"), [(0, True), (5, True), (720, True), (4, False), (721, False), (-1, False)]
)
def test_how_often_it_is_asked_whether_somebody_is_well(folder: Path, minutes: int, right: bool) -> None:
    text = LEAST + f"[shift]\nwelfare_minutes = {minutes}\n"
    if right:
        assert read(folder, text).shift.welfare_minutes == minutes
    else:
        assert faults(folder, text) == ["shift.welfare_minutes: must be from 5 to 720; 0 is never"]


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_a_private_key_in_the_place_of_the_public_one_is_refused_and_not_quoted(folder: Path, spell: Any) -> None:
    private = spell(str(Identity.generate()))
    [fault] = faults(folder, LEAST + f'[storage]\nbackup_recipient = "{private}"\n')
    assert fault.startswith("storage.backup_recipient: holds the private key")
    assert private[20:40] not in fault


def test_a_secret_is_written_for_its_owner_alone_and_over_nothing(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret"
    keep_secret(file, "hunter2")
    assert secret(file, "") == "hunter2"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    with pytest.raises(FileExistsError):
        keep_secret(file, "another")
    assert secret(file, "") == "hunter2"


def test_the_first_agency_whose_glob_matches_has_the_person() -> None:
    def agency(code: str, *members: str) -> dict[str, Any]:
        return {"code": code, "country": "PT", "language": "pt", "timezone": "UTC", "members": members}

    config = configuration(agencies=[agency("A", "@*-gnr:example.org", "@*:gnr.example"), agency("B", "@*:*")])
    found = {
        user: getattr(config.agency(user), "code", None)
        for user in ("@rui-gnr:example.org", "@ana:gnr.example", "@ANA-GNR:example.org", "@x:elsewhere.net")
    }
    assert list(found.values()) == ["A", "A", "B", "B"]
    assert configuration(agencies=[agency("A", "@ana:*")]).agency("@rui:example.org") is None


@pytest.mark.parametrize(
    ("user", "served"),
    [
        ("@ana:example.org", True),
        ("@ana:gnr.example", True),
        ("@ana:evil.example.org", False),
        ("@ana:example.org.evil", False),
        ("@ana:example.org:8448", False),
        ("@ana", False),
    ],
)
def test_only_people_of_listed_homeservers_are_served(user: str, served: bool) -> None:
    assert configuration().serves(user) is served


def test_a_monitor_is_served_wherever_they_are_and_nobody_else_of_that_server() -> None:
    key = str(Identity.generate().to_public())
    config = configuration(monitors=[{"user_id": "@monitor:rights.example", "public_key": key}])
    assert config.serves("@monitor:rights.example") and not config.serves("@other:rights.example")


# The example file


def sections() -> dict[str, type[Section]]:
    """Return the model of each table of the file, by its name."""
    inner = {"agencies": Agency, "monitors": Monitor, "witnesses": Witness}
    return {
        name: inner.get(name) or typing.cast(type[Section], field.annotation)
        for name, field in Config.model_fields.items()
    }


def example(*, uncommented: bool) -> dict[str, Any]:
    text = EXAMPLE.read_text(encoding="utf-8")
    if uncommented:
        text = re.sub(r"^# (?=\[\[|\w+ = )", "", text, flags=re.M)
    return tomllib.loads(text)


def test_the_example_file_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_MATRIX_PASSWORD", "hunter2")
    config = load(EXAMPLE)
    assert config.agency("@ana:gnr.example") is not None


def test_the_example_file_holds_every_key_and_no_other() -> None:
    table = example(uncommented=True)
    written = {name: set((value[0] if isinstance(value, list) else value).keys()) for name, value in table.items()}
    assert written == {name: set(model.model_fields) for name, model in sections().items()}


EXAMPLES = {"taskforce.languages", "taskforce.timezone"}
"""Keys that have a default and yet show an example: English alone in UTC is no task force."""


def test_the_example_file_shows_each_default_that_says_something() -> None:
    table = example(uncommented=True)
    shown = {}
    defaults = {}
    for name, model in sections().items():
        for key, field in model.model_fields.items():
            default = field.default
            if default in (PydanticUndefined, None, "", ()) or f"{name}.{key}" in EXAMPLES:
                continue
            defaults[f"{name}.{key}"] = (
                list(default) if isinstance(default, tuple) else str(default) if isinstance(default, Path) else default
            )
            shown[f"{name}.{key}"] = table[name][key]
    assert shown == defaults


def test_each_key_of_the_example_file_has_a_comment() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if re.match(r"(# )?\w+ = ", line)]
    plain = [line for line in lines if not re.search(r"\s{2,}# \w", line)]
    # The three roles that explain themselves once their table is explained, and servers of a kind.
    assert {line.split(" =")[0].removeprefix("# ") for line in plain} <= {"lead", "coordinator", "auditor", "admin"}


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "liaison.toml"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(ConfigError, match="is larger than 1048576 bytes"):
        load(path)
