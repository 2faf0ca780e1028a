"""What was lost comes back, by the recovery key alone or by a backup, and nobody else has to do anything."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.backup import make_key
from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer
from bot.matrix.secretstorage import RecoveryKey
from bot.store import Store
from bot.store.database import Database

from .conftest import PASSWORD, JsOfficerFactory, LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, of_kind, record, translation


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


# A backup


class Vault:
    """A key pair whose private half is not on the bot's machine, and the backups made with it."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "vault" / "private"
        self.public = make_key(self.key)
        self.file = folder / "vault" / "bot.age"

    async def takes(self, bot: Liaison) -> None:
        code, output = await bot.command("backup", "--config", str(bot.config), str(self.file))
        assert code == 0, output

    async def restores(self, bot: Liaison) -> str:
        code, output = await bot.command("restore", "--config", str(bot.config), str(self.file), "--key", str(self.key))
        assert code == 0, output
        return output


def lose(bot: Liaison) -> None:
    """Lose all that the bot itself wrote; the operator still has the configuration and the password."""
    shutil.rmtree(bot.folder / "data")
    for name in ("storage-key", "recovery-key"):
        (bot.folder / "secrets" / name).unlink()


async def test_a_backup_of_the_running_bot_comes_back_as_a_new_device_that_everyone_trusts(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory, tmp_path: Path
) -> None:
    vault = Vault(tmp_path)
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]}, storage={"backup_recipient": vault.public})
    room = await border_north(ana, bot, kate)
    asked = [await kate.say(room, "!language en reads:es")]
    await kate.hears(lambda h: record(h).get("to") == asked[0])
    asked.append(await ana.say(room, "!timezone Europe/Madrid"))
    await ana.hears(lambda h: record(h).get("to") == asked[1])
    said = [await ana.say(room, "Não dispare.")]
    await kate.hears(lambda h: record(h).get("source") == said[0])
    before = await kate.devices(bot.user_id)

    await vault.takes(bot)
    # After the backup, and answered: not in it.
    asked.append(await kate.say(room, "!about"))
    await kate.hears(lambda h: record(h).get("to") == asked[2])
    await bot.kill()
    # Answered by nobody: the gap.
    lost = [await kate.say(room, "!status"), await ana.say(room, "Estamos na ponte.")]
    lose(bot)
    output = await vault.restores(bot)
    assert "is not in it, and is not answered any more" in output
    # Answered by nobody either: there is no device yet that it could be encrypted for.
    lost.append(await ana.say(room, "!status"))
    # From now on it asks for nothing but the password; no key or text of anyone is told.
    await bot.start()

    for restart in (False, True):
        if restart:
            await bot.stop()
            await bot.start()
        asked.append(await kate.say(room, "!language"))
        heard = await kate.hears(lambda h: record(h).get("to") == asked[-1] and h.error is None)
        assert record(heard)["ok"] is True
        assert heard.trust == "none"
        assert "Spanish" in heard.body
        asked.append(await ana.say(room, "!timezone"))
        heard = await ana.hears(lambda h: record(h).get("to") == asked[-1])
        assert heard.trust == "cross-signed-tofu"
        assert "Madrid" in heard.body
        said.append(await kate.say(room, "The road to the bridge is closed."))
        assert record(await translation(ana, said[-1]))["texts"]["pt"]
        said.append(await ana.say(room, "O camião está perto do rio."))
        heard = await kate.hears(lambda h: record(h).get("source") == said[-1] and h.error is None)
        assert heard.trust == "none"

    await translation(ana, said[-1])  # Kate heard it; Ana's client may be a moment behind
    after = await kate.devices(bot.user_id)
    assert set(before) < set(after)
    assert all(after.values())
    assert [record(h)["to"] for h in of_kind(ana, "reply")] == asked
    assert [record(h)["source"] for h in of_kind(ana, "translation")] == said
    assert not {record(h).get("to") or record(h).get("source") for h in ana.heard if record(h)} & set(lost)
    # Everyone was told once, and so was the program's log, whatever was started again.
    for who in (ana, kate):
        [told] = [h for h in of_kind(who, "notice") if "I was restored from a backup of" in h.body]
        assert "please enter it again" in told.body
    assert bot.log.count('"event": "restored.gap"') == 1
    # Another restore over what lives is refused.
    code, output = await bot.command("restore", "--config", str(bot.config), str(vault.file), "--key", str(vault.key))
    assert code == 2
    assert "another Liaison runs" in output


async def test_what_was_under_way_at_the_backup_is_told_and_not_done_again(
    liaison: LiaisonFactory, officer: OfficerFactory, tmp_path: Path
) -> None:
    vault = Vault(tmp_path)
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]}, storage={"backup_recipient": vault.public})
    room = await border_north(ana, bot)
    first = await asks(ana, room, "!status")
    await bot.stop()
    key = (bot.folder / "secrets" / "storage-key").read_text().strip()
    async with Database.open(bot.folder / "data" / "liaison.db", key) as database:
        store = Store(database)
        async with store.transaction():
            payload = {"to": ana.user_id, "blocks": [], "command": None, "ok": True}
            await store.outbox.add(room, "reply", "$cause", payload, datetime.now(UTC))
            # As if the kill had come between receipt and answer.
            await database.execute(
                "UPDATE inbox SET state = 'new', raw = ? WHERE event_id = ?",
                json.dumps(next(h.raw for h in ana.heard if h.event_id == first.replies_to)),
                first.replies_to,
            )
    await vault.takes(bot)
    lose(bot)
    output = await vault.restores(bot)
    assert "Not processed when the backup was made, and closed: events " in output
    [line] = [line for line in output.splitlines() if line.startswith("  !")]
    assert line.split()[:2] == [room, "reply"]
    await bot.start()
    again = await asks(ana, room, "!status")
    assert [h.event_id for h in of_kind(ana, "reply")] == [first.event_id, again.event_id]


async def answered(officer: Officer, room: str, question: Heard, ref: str) -> Heard:
    """Say yes to what the bot asked *officer*, with the reference's end, and return its answer."""
    digit = next(digit for digit, name in record(question)["choices"].items() if name == "yes")
    return await asks(officer, room, f"{digit} {ref[-2:]}", reply_to=question.event_id)


async def test_what_was_held_and_redacted_after_the_backup_is_so_after_the_restore(
    liaison: LiaisonFactory, officer: OfficerFactory, tmp_path: Path
) -> None:
    vault = Vault(tmp_path)
    ana, vera = await officer("ana", "PRT-GNR"), await officer("vera", "PRT-GNR")
    roles = {"lead": [ana.user_id], "auditor": [vera.user_id]}
    bot = await liaison(roles=roles, storage={"backup_recipient": vault.public})
    room = await border_north(ana, bot, vera)
    asked = await asks(vera, room, "!room use audit")
    digit = next(digit for digit, name in record(asked)["choices"].items() if name == "yes")
    assert record(await asks(vera, room, digit, reply_to=asked.event_id))["ok"]
    ref = record(await asks(ana, room, "!incident declare Barco type:vessel severity:low"))["ref"]
    notes = [await ana.say(room, f"!incident note {ref} {words}") for words in ("Três homens armados", "Uma lancha")]
    for note in notes:
        await ana.hears(lambda h, note=note: record(h).get("to") == note)
    await vault.takes(bot)
    held = await answered(vera, room, await asks(vera, room, f"!hold {ref} Inquérito"), ref)
    assert record(held)["ok"], held.body
    await ana.redact(room, notes[0])
    shown = await asks(vera, room, f"!hold show {ref}")
    assert "armados" in shown.body
    await bot.kill()
    await ana.redact(room, notes[1])
    lose(bot)
    await vault.restores(bot)
    await bot.start()
    listed = await asks(vera, room, "!hold list")
    assert ref in listed.body
    assert '"event": "restored.resumed"' in bot.log and '"missing": 0' in bot.log
    shown = await asks(vera, room, f"!hold show {ref}")
    assert "armados" in shown.body and "lancha" in shown.body
    timeline = (await asks(ana, room, f"!incident timeline {ref}")).body
    assert "armados" not in timeline and "lancha" not in timeline
    await bot.stop()
    code, output = await bot.command("audit", "verify", "--config", str(bot.config))
    assert code == 0, output
    await bot.start()
    assert bot.log.count('"event": "restored.resumed"') == 1
