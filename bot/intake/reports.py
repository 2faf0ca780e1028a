"""The reaction that asks for a report in one's own language."""

from __future__ import annotations

from bot.clock import Clock
from bot.command import Listing, Reply
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.model.incoming import Incoming
from bot.model.person import Actor, UserId
from bot.model.report import Report, heading, lines
from bot.model.told import Told
from bot.services import Services
from bot.store import Store

COMMAND = "report show"


class Reports:
    """Shows a report to who reacts to a post with it, once for each person and revision."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, reactions: Reactions, clock: Clock) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._reactions = reactions
        self._clock = clock

    async def follow(self, reaction: Incoming, of: str) -> bool:
        """Answer the reaction if it is to a report; return whether it is."""
        room_id, sender = reaction.room_id, reaction.sender
        report = await self._services.report.posted(room_id, of)
        if report is None:
            return False
        reader = await self._reactions.reader(reaction)
        if reader is None:
            return True
        now = self._clock.now()
        told = Told(room_id, reaction.event_id, reaction.sent_at, reaction.received_at, now)
        made = await self._services.report.complete([report], reader, told)
        async with self._store.transaction():
            # Its message may have been taken back meanwhile, or the room may not read it any more.
            report = await self._services.report.posted(room_id, of)
            if report is None:
                await self._store.inbox.done(reaction.event_id, "gone")
                return True
            await self._services.report.keep(made, [report])
            subject = f"{report.ref} {report.revision} {sender}"
            if await self._services.notice.first(room_id, "report", subject, now):
                payload = reply_payload(await self._reply(report, reader, room_id), sender, COMMAND, None)
                shows = [str(report.incident)] if report.incident else []
                payload |= {"about": of, "shows": shows}
                holds = shows or [report.event_id]
                await self._store.outbox.add(room_id, "reply", reaction.event_id, payload, now, holds=holds)
            await self._store.inbox.done(reaction.event_id, "shown")
        self._ledger.on_done(room_id)
        return True

    async def _reply(self, report: Report, reader: Actor, room_id: str) -> Reply:
        reports = self._services.report

        def named(user_id: UserId) -> str:
            return self._services.room.name_of(room_id, user_id)

        made = await reports.texts_in(report.ref, reader.language)
        told = lines(report, await reports.before(report), made, reader.language)
        return Reply(await reports.marked(report, heading(report, named)), Listing(tuple(told)), ref=str(report.ref))
