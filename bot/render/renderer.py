"""From an outbox row to what is posted: which part words it, and whether it may still be said."""

from __future__ import annotations

from bot.i18n import Catalogues, Plain, from_json
from bot.model.person import UserId
from bot.render.answers import Answers
from bot.render.ballot import Ballots
from bot.render.blocks import Blocks, shown
from bot.render.briefing import BriefingCards
from bot.render.digest import Digests
from bot.render.handover import HandoverCards
from bot.render.incident import Cards
from bot.render.post import Post
from bot.render.recall import RecallPosts
from bot.render.relay import Relays
from bot.render.report import Reports
from bot.render.task import TaskCards
from bot.render.translations import Translations
from bot.services import Services
from bot.store.outbox import OutboxRow

_ABOUT = ("question", "notice", "alert", "report", "file")
"""Kinds of posts of which nothing is posted where not everyone may see what they say; answers say it is not there."""


class Renderer:
    """Words outbox rows for their readers, at the moment of sending."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services
        self._reports = Reports(catalogues, services)
        self._relays = Relays(catalogues, services)
        self._cards = Cards(catalogues, services)
        self._tasks = TaskCards(catalogues, services)
        self._handovers = HandoverCards(catalogues, services)
        self._ballots = Ballots(catalogues, services)
        self._briefings = BriefingCards(catalogues, services)
        blocks = Blocks(catalogues, services)
        self._answers = Answers(catalogues, services, blocks)
        self._translations = Translations(catalogues, services)
        self._recalls = RecallPosts(services, blocks)
        self._digests = Digests(catalogues, services, blocks)

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* says to its room; None if what it was to translate is not there any more.

        Raises Elsewhere if it may not be said in that room any more, and is to be said in another.
        """
        if row.kind in _ABOUT and not await shown(self._services, row):
            return None
        match row.kind:
            case "reply":
                return await self._answers.reply(row)
            case "question":
                return await self._answers.question(row)
            case "settled":
                return await self._answers.settled(row)
            case "translation":
                return await self._translations.translation(row)
            case "relay":
                return await self._relays.post(row)
            case "catchup":
                return await self._translations.catchup(row)
            case "card":
                return await self._card(row)
            case "report":
                return await self._reports.post(row)
            case "digest":
                return await self._digests.post(row)
            case "recall":
                return await self._recalls.post(row)
            case "file":
                return _file(row)
            case "poll":
                return await self._ballots.start(row)
            case "poll end":
                return await self._ballots.end(row)
            case "voice":
                return await self._answers.voice(row)
            case "notice" | "farewell":
                return await self._answers.notice(row)
            case "checkpoint":
                return await self._answers.checkpoint(row)
            case "alert":
                return await self._answers.alert(row)
        raise ValueError(f"nothing renders an outbox row of kind {row.kind}")

    async def _card(self, row: OutboxRow) -> Post | None:
        match row.payload["of"]:
            case "task":
                return await self._tasks.post(row)
            case "handover":
                return await self._handovers.post(row)
            case "briefing":
                return await self._briefings.post(row)
        return await self._cards.post(row)

    async def reason(self, row: OutboxRow) -> str | None:
        """Return why the bot leaves a room or declines to come, in the language of whom it tells; None without one."""
        if "reason" not in row.payload:
            return None
        actor = await self._services.person.actor(UserId(row.payload["to"]), row.room_id)
        plain = Plain(actor.menus, alone=True)
        return plain.aligned(self._catalogues.text(from_json(row.payload["reason"]), actor.menus, markup=plain))


def _file(row: OutboxRow) -> Post:
    """Return a file's post: its name. The sender encloses the file itself."""
    name = str(row.payload["name"])
    if "of" in row.payload:
        return Post(name, "", {"kind": "file", "of": row.payload["of"], "name": name}, msgtype="m.file")
    if "ref" in row.payload:
        # It answers nothing that stands in this room.
        return Post(name, "", {"kind": "file", "ref": row.payload["ref"], "name": name}, msgtype="m.file")
    return Post(name, "", {"kind": "file", "to": row.cause, "name": name}, reply_to=row.cause, msgtype="m.file")
