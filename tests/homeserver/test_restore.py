"""What was lost comes back, by the recovery key alone or by a backup, and nobody else has to do anything."""

from __future__ import annotations

import shutil
import stat
from typing import Any

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.matrix.secretstorage import RecoveryKey

from .conftest import PASSWORD, JsOfficerFactory, LiaisonFactory, OfficerFactory
from .rooms import border_north, record, translation


def recovery_key(bot: Liaison) -> str:
    return (bot.folder / "secrets" / "recovery-key").read_text().strip()


async def account_data(homeserver: Homeserver, bot: Liaison, kind: str, content: Any = None) -> dict[str, Any]:
    """Return the bot's account data of that kind, or set it, as another client of its account would."""
    session = await homeserver.login(bot.user_id.partition(":")[0][1:], PASSWORD)
    path = f"/_matrix/client/v3/user/{bot.user_id}/account_data/{kind}"
    method = "GET" if content is None else "PUT"
    return dict(await homeserver.request(method, path, token=session.access_token, body=content))


async def test_another_client_of_the_account_takes_over_its_identity_by_the_recovery_key(
    liaison: LiaisonFactory, js_officer: JsOfficerFactory
) -> None:
    bot = await liaison()
    file = bot.folder / "secrets" / "recovery-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = recovery_key(bot)
    # No terminal, so it was shown nowhere; and never in the log.
    assert key not in bot.log
    assert key.replace(" ", "") not in bot.log
    other = await js_officer("keeper", user_id=bot.user_id, recovery_key=key)
    devices = await other.devices(bot.user_id)
    assert len(devices) == 2
    assert all(devices.values())


async def test_the_recovery_key_alone_brings_the_identity_back(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    asked = await kate.say(room, "!about")
    await kate.hears(lambda h: record(h).get("to") == asked)
    before = await kate.devices(bot.user_id)

    await bot.kill()
    shutil.rmtree(bot.folder / "data")
    (bot.folder / "secrets" / "storage-key").unlink()
    await bot.start()

    asked = await kate.say(room, "!about")
    heard = await kate.hears(lambda h: record(h).get("to") == asked and h.error is None)
    assert heard.trust == "none"
    said = await kate.say(room, "The road to the bridge is closed.")
    assert record(await translation(ana, said))["texts"]["pt"]
    after = await kate.devices(bot.user_id)
    assert set(before) < set(after)
    assert all(after.values())


async def test_a_wrong_recovery_key_and_none_are_refused_and_harm_nothing(liaison: LiaisonFactory) -> None:
    bot = await liaison()
    await bot.kill()
    shutil.rmtree(bot.folder / "data")
    file = bot.folder / "secrets" / "recovery-key"
    right = file.read_text()

    file.unlink()
    await bot.launch()
    assert await bot.ends(30) == 2
    assert "already has a cross-signing identity" in bot.log
    assert str(file) in bot.log

    file.write_text(RecoveryKey.make().text)
    await bot.launch()
    assert await bot.ends(30) == 2
    assert "the recovery key does not open the secret storage" in bot.log

    file.write_text(right[:-4] + "oops")
    await bot.launch()
    assert await bot.ends(30) == 2
    assert "not a recovery key" in bot.log
    assert right[:-4] not in bot.log

    file.write_text(right)
    await bot.start()


async def test_an_identity_that_another_put_into_secret_storage_is_refused(
    liaison: LiaisonFactory, homeserver: Homeserver
) -> None:
    bot = await liaison()
    await bot.kill()
    shutil.rmtree(bot.folder / "data")
    key = RecoveryKey.parse(recovery_key(bot))
    kind = "m.cross_signing.self_signing"
    kept = await account_data(homeserver, bot, kind)
    other = {"encrypted": {key.id: key.encrypt(kind, b"A" * 43)}}
    await account_data(homeserver, bot, kind, other)
    await bot.launch()
    assert await bot.ends(30) == 2
    assert "holds another identity" in bot.log
    await account_data(homeserver, bot, kind, kept)
    await bot.start()


async def test_a_bot_of_before_gets_its_secret_storage_beside_what_is_there(
    liaison: LiaisonFactory, homeserver: Homeserver
) -> None:
    bot = await liaison(start=False)
    others = {"key": "theirs"}
    await account_data(homeserver, bot, "m.secret_storage.default_key", others)
    entry = {"iv": "AAAA", "ciphertext": "AAAA", "mac": "AAAA"}
    await account_data(homeserver, bot, "m.cross_signing.master", {"encrypted": {"theirs": entry}})
    # No place for the key: it runs, says so, and does it at its next start.
    (bot.folder / "secrets" / "recovery-key").mkdir()
    await bot.start()
    await bot.stop()
    assert "secret_storage.recovery_key_not_written" in bot.log
    assert list((await account_data(homeserver, bot, "m.cross_signing.master"))["encrypted"]) == ["theirs"]
    (bot.folder / "secrets" / "recovery-key").rmdir()
    await bot.start()
    await bot.kill()
    assert await account_data(homeserver, bot, "m.secret_storage.default_key") == others
    stored = (await account_data(homeserver, bot, "m.cross_signing.master"))["encrypted"]
    assert stored["theirs"] == entry
    assert len(stored) == 2
    assert "secret_storage.other_default" in bot.log
    shutil.rmtree(bot.folder / "data")
    await bot.start()
