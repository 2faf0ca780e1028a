"""The recovery key where it is kept: read, made, shown to nobody but who sits at the terminal."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nio import AsyncClient

from bot.config import Config
from bot.matrix.api import Api, HomeserverAway, HomeserverError
from bot.matrix.crosssigning import Identity
from bot.matrix.errors import StartRefused
from bot.matrix.identity import SEEDS, cross_sign
from bot.matrix.recovery import VARIABLE, keep_seeds, recover, recovery_key
from bot.matrix.secretstorage import RecoveryKey
from bot.store import Store

from ..fakes import BOT, KEY, configuration, opened

OURS = Identity.make(BOT)
SHOWN = {f"{name}s": {BOT: key} for name, key in OURS.upload().items()}


class AccountData(Api):
    """A homeserver that keeps account data, and nothing else."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.kept: dict[str, Any] = {}
        self.puts: list[str] = []

    async def request(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        if method == "PUT":
            self.kept[name] = body
            self.puts.append(name)
            return {}
        if name not in self.kept:
            raise HomeserverError(404, "M_NOT_FOUND", "none")
        return dict(self.kept[name])


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "recovery-key"


@pytest.fixture
def config(file: Path) -> Config:
    return configuration(matrix={"homeserver": "http://127.0.0.1:1", "user_id": BOT, "recovery_key_file": str(file)})


async def keep(config: Config, api: Api, folder: Path) -> None:
    async with opened(folder / "data" / "liaison.db") as (database, _):
        await keep_seeds(config, api, Store(database), OURS)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("screen", [Terminal(), io.StringIO()])
async def test_a_new_key_is_written_and_shown_once_to_a_terminal_alone(
    config: Config,
    file: Path,
    tmp_path: Path,
    screen: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stderr", screen)
    api = AccountData()
    await keep(config, api, tmp_path)
    text = file.read_text().strip()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert screen.getvalue().count(text) == int(screen.isatty())
    assert text not in capsys.readouterr().out
    assert api.puts[-1] == "m.secret_storage.default_key"
    assert not any(seed in str(api.kept) for seed in OURS.seeds)
    shown, puts = screen.getvalue(), len(api.puts)
    await keep(config, api, tmp_path)
    assert (screen.getvalue(), len(api.puts)) == (shown, puts)


async def test_what_was_kept_comes_back_by_the_key_of_the_environment_too(
    config: Config, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RecoveryKey.make()
    monkeypatch.setenv(VARIABLE, key.text)
    api = AccountData()
    await keep(config, api, tmp_path)
    assert not file.exists()
    assert recovery_key(config) == key
    assert await recover(config, api, key, SHOWN) == OURS


async def test_a_start_that_was_cut_short_makes_no_second_key(config: Config, file: Path, tmp_path: Path) -> None:
    class Cut(AccountData):
        async def request(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
            if method == "PUT" and len(self.puts) == 2:
                raise HomeserverError(502, "", "away")
            return await super().request(method, path, body, **options)

    api = Cut()
    with pytest.raises(HomeserverError):
        await keep(config, api, tmp_path)
    text, whole = file.read_text(), AccountData()
    whole.kept = api.kept
    await keep(config, whole, tmp_path)
    assert file.read_text() == text
    assert len([name for name in whole.kept if name.startswith("m.secret_storage.key.")]) == 1
    assert await recover(config, whole, RecoveryKey.parse(text), SHOWN) == OURS


async def test_without_a_place_for_the_key_nothing_is_stored(config: Config, tmp_path: Path) -> None:
    api = AccountData()
    matrix = config.matrix.model_copy(update={"recovery_key_file": None})
    await keep(config.model_copy(update={"matrix": matrix}), api, tmp_path)
    assert api.puts == []


async def test_only_the_seeds_that_the_account_shows_are_taken(config: Config, file: Path, tmp_path: Path) -> None:
    api = AccountData()
    await keep(config, api, tmp_path)
    key = recovery_key(config)
    assert key is not None
    for name in SHOWN:
        other = Identity.make(BOT).upload()[name[:-1]]
        with pytest.raises(StartRefused, match="holds another identity"):
            await recover(config, api, key, SHOWN | {name: {BOT: other}})
        with pytest.raises(StartRefused, match="holds another identity"):
            await recover(config, api, key, {n: part for n, part in SHOWN.items() if n != name})
    with pytest.raises(StartRefused, match="does not open"):
        await recover(config, api, RecoveryKey.make(), SHOWN)
    with pytest.raises(StartRefused, match="does not hold"):
        await recover(config, AccountData(), key, SHOWN)


async def test_a_short_seed_is_no_seed(config: Config) -> None:
    api, key = AccountData(), RecoveryKey.make()
    api.kept["m.cross_signing.master"] = {"encrypted": {"a": key.encrypt("m.cross_signing.master", b"AAAA"), "b": 3}}
    with pytest.raises(StartRefused, match="does not open"):
        await recover(config, api, key, SHOWN)


def test_a_file_that_holds_no_recovery_key_is_refused_and_not_quoted(config: Config, file: Path) -> None:
    assert recovery_key(config) is None
    file.parent.mkdir()
    file.write_text("hunter2")
    with pytest.raises(StartRefused, match="recovery_key_file") as refused:
        recovery_key(config)
    assert "hunter2" not in str(refused.value)
    assert KEY not in str(refused.value)


# At the start


DEVICE = {
    "user_id": BOT,
    "device_id": "DEV",
    "algorithms": ["m.megolm.v1.aes-sha2"],
    "keys": {"ed25519:DEV": "Q" * 43, "curve25519:DEV": "A" * 43},
}


class Account(AccountData):
    """A homeserver with our identity and our signed device, which refuses to keep account data."""

    async def request(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        if path.endswith("/keys/query"):
            return {**SHOWN, "device_keys": {BOT: {"DEV": self.device}}}
        assert "signatures" not in path, "signs what is not ours"
        if method == "PUT" and self.refusal:
            raise self.refusal
        return await super().request(method, path, body, **options)

    refusal: HomeserverError | None = None
    device: dict[str, Any] = OURS.sign_device(DEVICE)


async def start(config: Config, api: Api, folder: Path, seeds: tuple[str, ...]) -> str | None:
    """Do what a start does on a database with *seeds*; return the master seed that is kept then."""
    account = SimpleNamespace(identity_keys={"ed25519": "Q" * 43, "curve25519": "A" * 43})
    olm = SimpleNamespace(account=account, sign_json=lambda _keys: "signature")
    nio = SimpleNamespace(device_id="DEV", should_upload_keys=False, olm=olm)
    async with opened(folder / "data" / "liaison.db") as (database, _):
        store = Store(database)
        async with store.transaction():
            await store.account.save(**dict(zip(SEEDS, seeds, strict=False)))
        await cross_sign(config, api, store, cast(AsyncClient, nio))
        return await store.account.find(SEEDS[0])


async def test_a_homeserver_that_keeps_no_secrets_does_not_stop_the_bot(config: Config, tmp_path: Path) -> None:
    api = Account()
    api.refusal = HomeserverError(403, "M_FORBIDDEN", "no account data here")
    assert await start(config, api, tmp_path, OURS.seeds) == OURS.master.seed
    assert api.puts == []


@pytest.mark.parametrize("status", [401, 429, 502])
async def test_but_what_passes_is_tried_again(config: Config, tmp_path: Path, status: int) -> None:
    api = Account()
    api.refusal = HomeserverError(status, "", "for now")
    with pytest.raises(HomeserverError):
        await start(config, api, tmp_path, OURS.seeds)


@pytest.mark.parametrize("seeds", [(), Identity.make(BOT).seeds])
async def test_without_the_right_seeds_nothing_is_kept_but_what_the_recovery_key_opens(
    config: Config, file: Path, tmp_path: Path, seeds: tuple[str, ...]
) -> None:
    api = Account()
    with pytest.raises(StartRefused, match="already has a cross-signing identity") as refused:
        await start(config, api, tmp_path, seeds)
    assert str(file) in str(refused.value)
    assert "liaison restore" in str(refused.value)
    await keep(config, api, tmp_path / "elsewhere")
    assert await start(config, api, tmp_path, seeds) == OURS.master.seed


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        {"keys": {"ed25519:DEV": "B" * 43, "curve25519:DEV": "A" * 43}},
        {"keys": {"ed25519:DEV": "Q" * 43, "curve25519:DEV": "B" * 43}},
        {"keys": {}},
        {"device_id": "OTHER"},
    ],
)
async def test_other_keys_under_our_devices_name_are_never_signed(
    config: Config, tmp_path: Path, change: dict[str, Any], signed: bool
) -> None:
    """Whoever holds them could read and speak as the bot, in every officer's eyes."""
    api, device = Account(), {**DEVICE, **change}
    api.device = OURS.sign_device(device) if signed else device
    with pytest.raises(StartRefused, match="other encryption keys for our device DEV"):
        await start(config, api, tmp_path, OURS.seeds)


class Forgetful(Account):
    """Takes our signature, and shows it only if it `learns`."""

    learns = False

    async def request(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        if path.endswith("/keys/signatures/upload"):
            if self.learns:
                self.device = body[BOT]["DEV"]
            return {}
        return await super().request(method, path, body, **options)


@pytest.mark.parametrize("learns", [True, False])
async def test_the_start_goes_on_once_others_see_our_device_as_signed(
    config: Config, tmp_path: Path, learns: bool
) -> None:
    api = Forgetful()
    api.device, api.learns = DEVICE, learns
    if learns:
        assert await start(config, api, tmp_path, OURS.seeds) == OURS.master.seed
        return
    with pytest.raises(HomeserverAway, match="does not show as signed"):
        await start(config, api, tmp_path, OURS.seeds)
