"""Verification by emoji with another implementation, matrix-js-sdk: the bot proves itself only on a person's word."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.demo.heard import Heard
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

from .conftest import JsOfficerFactory, LiaisonFactory, OfficerFactory
from .js_officer import JsOfficer
from .rooms import asks, joined, record


@dataclass
class Scene:
    """Ana, whose app is matrix-js-sdk, Kate, who leads, and the bot; each of the two in a direct room with it."""

    bot: Liaison
    ana: JsOfficer
    kate: Officer
    room: str
    leads: str

    async def device(self) -> str:
        """Return the bot's device, as Ana's app knows it."""
        [device] = (await self.ana.devices(self.bot.user_id)).keys()
        return device

    async def asked(self, after: int = 0) -> Heard:
        """Return the question whether the emoji match, which Kate hears."""
        return await self.kate.hears(lambda heard: self.kate.heard.index(heard) >= after and _asks(heard))

    async def shown(self) -> str:
        """Return what Kate is shown, above the question."""
        asked = await self.asked()
        return (await self.kate.hears(lambda heard: heard.event_id == asked.replies_to)).body

    async def answers(self, choice: str, after: int = 0) -> Heard:
        """Let Kate answer it; return what she is answered."""
        asked = await self.asked(after)
        digit = next(digit for digit, name in record(asked)["choices"].items() if name == choice)
        return await asks(self.kate, self.leads, digit, reply_to=asked.event_id)

    async def trusted(self) -> None:
        """Wait until Ana's app shows the bot as verified."""
        async with asyncio.timeout(20):
            while not await self.ana.trusts(self.bot.user_id):
                await asyncio.sleep(0.1)

    async def confirmed(self) -> None:
        """Wait until the bot says to both that Kate has confirmed Ana's keys."""
        for reader in (self.ana, self.kate):
            await reader.hears(
                lambda heard: (
                    record(heard).get("of") == "verification"
                    and self.ana.user_id in heard.body
                    and self.kate.user_id in heard.body
                )
            )

    async def both_see_the_same(self) -> None:
        """Hold what Ana's app shows against what Kate is shown."""
        emoji, numbers = await self.ana.emoji()
        shown = await self.shown()
        lines = [line[2:] for line in shown.splitlines() if line[:2] == "• "]
        assert [f"{sign} {name}" for sign, name in emoji] == lines
        assert " ".join(map(str, numbers)) in shown

    async def phase(self, wanted: str) -> dict[str, str]:
        """Wait until the verification in Ana's app stands so; return all that the app says of it."""
        async with asyncio.timeout(40):
            while (found := await self.ana.verification())["phase"] != wanted:
                await asyncio.sleep(0.1)
        return found


def _asks(heard: Heard) -> bool:
    return record(heard).get("of") == "identity confirm" and "choices" in record(heard)


async def scene(liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory, **access: str) -> Scene:
    ana, kate = await js_officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [kate.user_id]}, access=access)
    room = await ana.create_room("", [bot.user_id], direct=True)
    leads = await kate.create_room("", [bot.user_id], direct=True)
    await joined(kate, leads, bot.user_id)
    async with asyncio.timeout(20):
        while bot.user_id not in await ana.members(room):
            await asyncio.sleep(0.1)
    said = await ana.say(room, "!status")
    await ana.hears(lambda heard: record(heard).get("to") == said)
    await asks(kate, leads, "!status")
    return Scene(bot, ana, kate, room, leads)


async def test_from_device_to_device(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    await a.ana.verify(a.bot.user_id, device_id=await a.device())
    await a.both_see_the_same()
    await a.ana.judge(matches=True)
    await a.answers("confirm")
    await a.phase("done")
    await a.trusted()
    await a.confirmed()


async def test_in_the_direct_room(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    await a.ana.verify(a.bot.user_id, room_id=a.room)
    await a.both_see_the_same()
    await a.answers("confirm")
    await a.ana.judge(matches=True)
    await a.phase("done")
    await a.trusted()
    await a.confirmed()


async def test_emoji_that_differ_end_it_and_freeze_the_keys(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    await a.ana.verify(a.bot.user_id, room_id=a.room)
    await a.ana.emoji()
    await a.answers("refuse")
    ended = await a.phase("cancelled")
    assert (ended["code"], ended["by"]) == ("m.mismatched_sas", a.bot.user_id)
    said = await a.ana.say(a.room, "!timezone Europe/Athens")
    refused = await a.ana.hears(lambda heard: record(heard).get("to") == said)
    assert record(refused)["error"] == "not_allowed"
    assert not await a.ana.trusts(a.bot.user_id)


async def test_a_restart_ends_it_and_another_one_works_where_the_app_waits(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    await a.ana.verify(a.bot.user_id, room_id=a.room)
    await a.ana.emoji()
    await a.answers("confirm")
    await a.bot.kill()
    await a.bot.start()
    ended = await a.phase("cancelled")
    assert (ended["code"], ended["by"]) == ("m.unknown_transaction", a.bot.user_id)
    before = len(a.kate.heard)
    await a.ana.verify(a.bot.user_id, room_id=a.room, begins=False)
    await a.phase("started")
    await a.ana.emoji()
    await a.asked(before)
    await a.ana.judge(matches=True)
    await a.answers("confirm", before)
    await a.phase("done")
    await a.trusted()


async def test_strangers_are_refused(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    eve = await js_officer("eve")
    room = await a.kate.create_room("Border North", [a.bot.user_id, eve.user_id])
    await eve.join(room)
    await joined(a.kate, room, a.bot.user_id)
    await eve.say(room, "Bom dia")
    await eve.verify(a.bot.user_id, device_id=next(iter(await eve.devices(a.bot.user_id))))
    b = Scene(a.bot, eve, a.kate, "", "")
    assert (await b.phase("cancelled"))["code"] == "m.user"


async def test_where_only_verified_people_count(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    a = await scene(liaison, officer, js_officer)
    await a.ana.verify(a.bot.user_id, room_id=a.room)
    await a.ana.emoji()
    await a.ana.judge(matches=True)
    await a.answers("confirm")
    await a.confirmed()
    await a.bot.stop()
    text = a.bot.config.read_text("utf-8")
    a.bot.config.write_text(text.replace("[access]", '[access]\ndevice_trust = "verified"'), "utf-8")
    await a.bot.start()
    refused = await asks(a.kate, a.leads, "!timezone Europe/Athens")
    assert record(refused)["error"] == "not_allowed"
    said = await a.ana.say(a.room, "!timezone Europe/Athens")
    assert record(await a.ana.hears(lambda heard: record(heard).get("to") == said))["ok"] is True
