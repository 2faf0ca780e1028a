"""The small tables: what we are, people's settings, translations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import structlog

from bot.config import Current
from bot.model.person import LanguageCode, Person, UserId, Zone
from bot.model.question import LATE
from bot.model.room import Mode, RoomSettings
from bot.model.translation import Flag, Translation
from bot.services.audit import AuditService
from bot.services.pulse import Pulse
from bot.services.retention import RetentionService
from bot.store import Store

from ..fakes import NOON, configuration

ANA = UserId("@ana:gnr.example")


async def test_values_of_the_account_are_set_and_replaced_by_name(store: Store) -> None:
    async with store.transaction():
        await store.account.save(sync_token="s1", device_id="DEV")
        await store.account.save(sync_token="s2")
    found = [await store.account.find(key) for key in ("sync_token", "device_id", "access_token")]
    assert found == ["s2", "DEV", None]


async def test_a_person_who_never_set_anything_has_all_defaults(store: Store) -> None:
    assert await store.person.find(ANA) == Person(ANA)


@pytest.mark.parametrize(
    "person",
    [
        Person(ANA, LanguageCode("pt-BR"), Zone("Europe/Lisbon"), (LanguageCode("en"), LanguageCode("es"))),
        Person(ANA, None, Zone("UTC"), ()),
        Person(ANA),
    ],
)
async def test_a_persons_settings_come_back_as_they_were_saved(store: Store, person: Person) -> None:
    async with store.transaction():
        await store.person.save(Person(ANA, LanguageCode("xx")), NOON)
        await store.person.save(person, NOON)
    assert await store.person.find(ANA) == person


async def test_what_is_kept_of_people_follows_what_is_on_the_disk(store: Store) -> None:
    english, spanish = Person(ANA, LanguageCode("en")), Person(ANA, LanguageCode("es"))
    async with store.transaction():
        await store.person.save(english, NOON)
    assert [(await store.person.find(ANA)).language for _ in range(2)] == ["en", "en"]
    saved, seen = asyncio.Event(), asyncio.Event()

    async def changes() -> None:
        async with store.transaction():
            await store.person.save(spanish, NOON)
            assert await store.person.find(ANA) == spanish, "one's own change is seen at once"
            saved.set()
            await seen.wait()

    changing = asyncio.create_task(changes())
    await saved.wait()
    assert await store.person.find(ANA) == english, "and by others only once it is on the disk"
    seen.set()
    await changing
    assert await store.person.find(ANA) == spanish
    with pytest.raises(RuntimeError):
        async with store.transaction():
            await store.person.save(english, NOON)
            raise RuntimeError
    assert await store.person.find(ANA) == spanish, "what was taken back was never so"


def into(target: str, text: str = "Cuidado") -> Translation:
    flags = (Flag.NUMBER, Flag.LENGTH)
    return Translation(text, "en", target, ("en", target), "argos", flags, ("⟦1⟧", "38T NN"), ("12", "km"))


async def test_the_translations_of_an_event_come_back_whole_by_target(store: Store) -> None:
    async with store.transaction():
        await store.translation.add("$a", [into("pt"), into("es")], NOON)
        await store.translation.add("$b", [into("pt")], NOON)
    assert await store.translation.list_of("$a") == [into("es"), into("pt")]
    assert await store.translation.list_of("$none") == []


async def test_a_translation_made_again_takes_the_place_of_the_first(store: Store) -> None:
    async with store.transaction():
        await store.translation.add("$a", [into("pt")], NOON)
        await store.translation.add("$a", [into("pt", "Atenção")], NOON)
    assert [t.text for t in await store.translation.list_of("$a")] == ["Atenção"]


async def test_a_text_with_half_a_character_is_kept_without_it(store: Store) -> None:
    async with store.transaction():
        await store.translation.add("$a", [into("pt", "Olá \ud83d!")], NOON)
    assert [t.text for t in await store.translation.list_of("$a")] == ["Olá ?!"]


class ForgottenKeys:
    """Notes which room keys are to be forgotten."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def forget(self, session_ids: Sequence[str]) -> None:
        """Note them."""
        self.forgotten += session_ids


def right(now: datetime) -> Pulse:
    """Return the pulse of a bot whose clock was just found right."""
    return Pulse(NOON, synced_at=now, skew=0.0)


async def test_nothing_is_kept_longer_than_was_promised(store: Store) -> None:
    config = Current(configuration(privacy={"controller": "JOC", "contact": "x", "retention_days": 30}))
    async with store.transaction():
        await store.translation.add("$old", [into("pt"), into("es")], NOON)
        await store.translation.add("$young", [into("pt")], NOON + timedelta(days=2))
        await store.inbox.add("!room", "$old", {}, NOON)
        await store.inbox.done("$old", "relayed")
        id = await store.outbox.add("!room", "translation", "$old", {}, NOON, holds=["$old"])
        await store.outbox.sent(id, "$event", NOON)
        await store.original.add("!room", "$old", UserId("@ana:gnr.example"), NOON, trusted=True)
        await store.inbox.claim("curve", "s1", 0, "$old")
    keys = ForgottenKeys()
    for days, rows in ((29, 0), (31, 5)):
        now = NOON + timedelta(days=days)
        assert await RetentionService(config, store, keys, right(now), AuditService(config, store)).purge(now) == rows
    assert keys.forgotten == ["s1"]
    assert await store.translation.list_of("$old") == []
    assert len(await store.translation.list_of("$young")) == 1
    assert await store.original.find("!room", "$old") is None
    assert await store.outbox.list_held(id) == []


@pytest.mark.parametrize(
    ("skew", "compared"),
    [
        (-40 * 86_400.0, timedelta()),
        (3601.0, timedelta()),
        (None, timedelta()),
        (0.0, None),
        (0.0, timedelta(days=40)),
    ],
    ids=["ahead", "behind", "unknown", "never compared", "jumped since"],
)
async def test_by_a_clock_that_may_be_wrong_nothing_is_deleted(
    store: Store, skew: float | None, compared: timedelta | None
) -> None:
    async with store.transaction():
        await store.translation.add("$new", [into("pt")], NOON)
        await store.inbox.add("!room", "$new", {}, NOON)
        await store.inbox.done("$new", "relayed")
        await store.inbox.claim("curve", "s1", 0, "$new")
    now = NOON + timedelta(days=40)
    pulse = Pulse(NOON, synced_at=None if compared is None else now - compared, skew=skew)
    keys = ForgottenKeys()
    config = Current(configuration(privacy={"controller": "JOC", "contact": "x", "retention_days": 30}))
    service = RetentionService(config, store, keys, pulse, AuditService(config, store))
    with structlog.testing.capture_logs() as logs:
        assert [await service.purge(now), await service.purge(now)] == [None, None]
    assert [entry["event"] for entry in logs] == ["retention.skipped"]
    assert keys.forgotten == []
    assert len(await store.translation.list_of("$new")) == 1
    pulse.skew, pulse.synced_at = 30.0, now
    assert await service.purge(now) == 2, "the clock is right after all"


async def test_a_late_command_that_nobody_answers_for_is_forgotten_after_a_day(store: Store) -> None:
    ana = UserId("@ana:gnr.example")
    async with store.transaction():
        for post, subject in (("p1", LATE), ("p2", "identity confirm")):
            await store.question.add("!room", ana, subject, post, {"1": "run"}, {"text": "timezone Asia/Tokyo"}, NOON)
    for hours, left in ((23, 2), (25, 1)):
        now = NOON + timedelta(hours=hours)
        config = Current(configuration())
        audit = AuditService(config, store)
        await RetentionService(config, store, ForgottenKeys(), right(now), audit).purge(now)
        assert len(await store.question.list_open(ana)) == left
    [still] = await store.question.list_open(ana)
    assert still.subject == "identity confirm"
    late = await store.question.find(1)
    assert late is not None
    assert (late.outcome, late.data) == ("expired", {})


async def test_a_room_that_has_chosen_nothing_is_translated_for_by_replies(store: Store) -> None:
    assert await store.room.find("!room:x") == RoomSettings(Mode.REPLY, True, None)


async def test_what_a_room_has_chosen_is_kept_and_replaced(store: Store) -> None:
    chosen = RoomSettings(Mode.THREAD, False, NOON + timedelta(minutes=30))
    for settings in (RoomSettings(Mode.DM), chosen):
        async with store.transaction():
            await store.room.save("!room:x", settings, NOON)
    assert await store.room.find("!room:x") == chosen
    assert await store.room.find("!other:x") == RoomSettings()
