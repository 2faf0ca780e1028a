"""Attacks on what is a command: cries that look like one."""

from __future__ import annotations

import pytest

from bot.i18n import Catalogues
from bot.model.direct import DirectRoom
from bot.model.person import UserId
from bot.router import Addressee, Router
from commands import COMMANDS

from .fakes import BOT
from .world import World
from .world import world as world

ROUTER = Router(COMMANDS, Catalogues.load())


@pytest.mark.parametrize(
    "cry",
    [
        "!reopen the bridge", "!start the engines", "!close the gate", "!ferme la porte", "!lancer la bouée maintenant",
        "!cerca di lui", "!schließen, sofort alle", "!öffnen Sie das Tor", "!cobre a saída norte", "!başla şimdi hemen",
    ],
)  # fmt: skip
def test_an_order_between_people_is_no_command(cry: str) -> None:
    assert ROUTER.addressed(cry, None, Addressee("@liaison:example.org", "Liaison")) is None


@pytest.mark.parametrize(
    "cry",
    [
        "!I am hit", "!i am hit, send help", "!I shot him", "!task force two is here", "!Task force two moves up",
        "!report armed men at the gate", "!incident at the gate, two down", "!room on fire", "!exercise is over",
        "Liaison report says all clear", "!tarefa cumprida no portão", "!bericht folgt sofort",
        "!release him now", "!mark that car", "!status of the gate?", "!vérifier la voiture", "!about turn",
        "!ceder paso", "!release him until:tomorrow",
    ],
)  # fmt: skip
def test_a_cry_that_begins_as_a_command_does_is_none(cry: str) -> None:
    assert ROUTER.addressed(cry, None, Addressee("@liaison:example.org", "Liaison")) is None


@pytest.mark.parametrize(
    "line",
    [
        "i declare boat", "i note man down", "inc list", "task lsit", "task done 7K3Q0", "task", "i", "report",
        "report spot", "report sitrep BRAVO-7K3Q0", "incident declair boat", "tarefa feito",
        "relatório methane", "incidnet declare x", "mark BRAVO-7K3Q0 TLP:RED", "release BRAVO-7K3Q0 to FRA-PN",
        "ack 7K3Q0", "mark TLP:RED", "ack", "status", "translate off", "translate to French", "say again",
        "language pt",
    ],
)  # fmt: skip
def test_what_goes_on_as_a_command_is_one(line: str) -> None:
    assert ROUTER.addressed(f"!{line}", None, Addressee("@liaison:example.org", "Liaison"))


async def test_a_cry_is_translated_and_its_sender_told_once(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("kate")
    await ana.says("!task force two is here")
    assert ana.hears("!task force two is here (pt to en)", kind="translation")
    assert ana.hears("!task does not know “force”. It knows", kind="reply", error="bad_argument")
    await ana.says("!task force two is gone")
    assert [heard.kind for heard in world.heard].count("reply") == 1
    await ana.says("!report armed men at the gate")
    assert ana.hears("!report does not know “armed”", kind="reply")


async def test_one_that_a_reference_would_follow_is_passed_on_too(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("kate")
    await ana.says("!mark that car")
    assert ana.hears("(pt to en)", kind="translation")
    assert ana.hears("Write it like this: !mark", kind="reply", ok=False)


async def test_who_cries_out_is_told_nothing(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("kate")
    for cry in ("!I am hit", "!report armed men at the gate!"):
        await ana.says(cry)
        assert [heard.kind for heard in world.heard] == ["translation"]
        world.heard.clear()


async def test_in_a_room_of_ones_own_it_is_said_each_time(world: World) -> None:
    world.person("kate")
    ana = world.person("ana", "PRT-GNR")
    direct = "!direct:example.org"
    world.rooms.joined[direct] = [UserId(BOT), ana.user_id]
    async with world.store.transaction():
        await world.store.direct.save(DirectRoom(ana.user_id, direct, world.clock.now()))
    for _time in range(2):
        await ana.says("!task create a list", room=direct)
        assert ana.hears("!task does not know “create”", kind="reply", ok=False)


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("!note the van is armed", "Write it like this: !incident note [REF] [TEXT]"),
        ("!declare boat sinking", "Write it like this: !incident declare [TITLE]"),
        ("!severity high", "Only a lead may use !incident severity."),
        ("!severitty high", "I do not know the command “severitty”."),
        ("!release the hostages now", "Write it like this: !release REF to AGENCY"),
        ("!report armed men at the bridge", "!report does not know “armed”. It knows methane"),
    ],
)
async def test_what_seems_to_be_a_command_is_passed_on_and_advised_once(world: World, line: str, advice: str) -> None:
    kate = world.person("kate")
    world.person("ana", "PRT-GNR")
    await kate.says(line)
    assert kate.hears(f"{line} (en to pt)", kind="translation")
    [told] = [one.post.body for one in world.heard if one.kind == "reply" and one.post]
    assert told.replace("\u2068", "").replace("\u2069", "").startswith(advice) and len(told.splitlines()) == 1
    await kate.says(f"{line} again")
    assert [heard.kind for heard in world.heard].count("reply") == 1
    world.clock.passes(minutes=61)
    await kate.says(line)
    assert [heard.kind for heard in world.heard].count("reply") == 2


@pytest.mark.parametrize("cry", ["!note the van!", "!start the engines", "!reopen the bridge"])
async def test_orders_between_people_are_passed_on_without_a_word(world: World, cry: str) -> None:
    kate = world.person("kate")
    world.person("ana", "PRT-GNR")
    await kate.says(cry)
    assert [heard.kind for heard in world.heard] == ["translation"]
