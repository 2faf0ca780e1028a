"""The grab card: what an officer needs on a shift when bot, server and network are away, in one encrypted file.

It goes to the direct room of whoever's shift begins. Who has none yet gets one opened, and the card once they are
there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Current
from bot.i18n import Catalogues, Language, Verbatim, _, _n
from bot.model.due import Woken
from bot.model.handling import Cleared, Purpose
from bot.model.incident import Incident, facts, heading
from bot.model.person import Actor, UserId
from bot.model.phrase import Phrasebook
from bot.model.shift import DutyPost, PostName, Span
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.incident import IncidentService
from bot.services.paper import Paper, file_name
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.services.shift.clock import CARD, CARD_FOR, CardClock
from bot.services.shift.service import ShiftService
from bot.store import Store

AGAIN = timedelta(minutes=2)
"""When it is looked again for somebody who has no direct room yet."""
UNPLANNED = timedelta(hours=12)
"""How long a card that was asked for is worth sending where no shift is planned."""
MOST_INCIDENTS = 100
MOST_LANGUAGES = 4
"""Languages beside the officer's own that phrases are printed in."""


class GrabCardService:
    """Puts cards together and sends them; all of it joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, person: PersonService, room: RoomService,
        direct: DirectService, incident: IncidentService, shift: ShiftService, phrases: Phrasebook,
        catalogues: Catalogues,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._person = person
        self._room = room
        self._direct = direct
        self._incident = incident
        self._shift = shift
        self._phrases = phrases
        self._catalogues = catalogues
        self._clock = CardClock(store)

    async def begin(self, woken: Woken) -> None:
        """Let everyone have a card whose shift at a post has begun, each once, and plan the next."""
        name = PostName(woken.due.ref)
        done = datetime.fromisoformat(woken.due.payload["done"])
        roster = await self._store.shift.roster(done, woken.now, [name])
        for shift in roster.shifts(done, woken.now + timedelta(microseconds=1), name):
            if shift.person and done < shift.span.since <= woken.now:
                await self._plan(shift.person, name, shift.span, woken.now)
        await self._clock.plan(name, woken.now)

    async def ask(self, actor: Actor, told: Told, post: DutyPost) -> bool:
        """Let *actor* have a card now; return whether they have a room for it already."""
        roster = await self._shift.roster([post.name], told.now, told.now)
        shift = roster.at(post.name, told.now)
        span = shift.span if shift and shift.person == actor.user_id else Span(told.now, told.now + UNPLANNED)
        await self._plan(actor.user_id, post.name, span, told.now)
        room_id = await self._direct.find(actor.user_id)
        return room_id is not None and actor.user_id in self._room.members(room_id)

    async def send(self, woken: Woken) -> None:
        """Send one person their card; if they have no room for it yet, open one and look again until the shift ends."""
        person, payload = UserId(woken.due.ref), woken.due.payload
        span = Span(datetime.fromisoformat(payload["since"]), datetime.fromisoformat(payload["until"]))
        post = await self._store.shift.find_post(PostName(payload["post"]))
        if post is None or woken.now >= span.until or not self._config.now.serves(person):
            return
        room_id = await self._direct.reach(person, woken.now)
        if room_id is None or person not in self._room.members(room_id):
            if room_id == person and not await self._store.outbox.next(person):
                await self._store.outbox.add(person, "open", woken.cause, {}, woken.now)
            await self._store.due.plan(CARD_FOR, person, woken.now + AGAIN, payload)
            return
        await self._post(person, room_id, post, span, woken)

    async def _plan(self, person: UserId, post: PostName, span: Span, now: datetime) -> None:
        payload = {"post": post, "since": span.since.isoformat(), "until": span.until.isoformat()}
        await self._store.due.plan(CARD_FOR, person, now, payload)

    async def _post(self, person: UserId, room_id: str, post: DutyPost, span: Span, woken: Woken) -> None:
        actor = await self._person.actor(person, room_id)
        cleared = (await self._incident.list_open(room_id))[:MOST_INCIDENTS]
        file = (await self._printed(actor, room_id, post, span, cleared, woken.now)).file(
            file_name("card", post.name, f"{span.since:%Y-%m-%d}")
        )
        shows = [str(one.content.ref) for one in cleared]
        cut = [str(one.content.ref) for one in cleared if not one.full]
        await self._incident.showing(None, room_id, shows, Purpose.READING, woken.cause, woken.now)
        payload = {
            "to": person, "of": "card", "name": file.name, "media_type": file.media_type, "size": len(file.data),
            "shows": shows, "cut": cut,
        }  # fmt: skip
        row = await self._store.outbox.add(room_id, "file", woken.cause, payload, woken.now, holds=shows)
        await self._store.file.add(row, file)
        content = {"post": post.name, "person": person, "incidents": len(cleared)}
        await self._audit.append("shift.card", None, None, content, woken.now)

    async def _printed(
        self, actor: Actor, room_id: str, post: DutyPost, span: Span, cleared: list[Cleared[Incident]], now: datetime
    ) -> Paper:
        paper = Paper(self._catalogues, actor.menus, actor.zone)
        paper.title(_("Card for the shift at {post}", post=Verbatim(post.name)))
        watch = await self._shift.watch(post.name)
        answers = Verbatim(self._room.known_as(watch.person, post.room_id))
        paper.lines(
            [
                _("From {since} to {until}", since=span.since, until=span.until),
                _("As of {moment}. Whatever has changed since is not in it.", moment=now),
                _("{name} answers for the post.", name=answers),
            ]
        )
        await self._incidents(paper, actor, room_id, cleared)
        self._channels(paper, actor)
        self._contacts(paper)
        self._printed_phrases(paper, actor)
        return paper

    async def _incidents(self, paper: Paper, actor: Actor, room_id: str, cleared: list[Cleared[Incident]]) -> None:
        def name_of(user_id: UserId) -> str:
            return self._room.known_as(user_id, room_id)

        paper.heading(_n("{n} incident is open", "{n} incidents are open", len(cleared)))
        titles = await self._incident.titles_in(cleared, actor.language)
        for one in cleared:
            made = titles.get(one.content.ref)
            title = [Verbatim(made.text if made else one.content.title)] if one.full else []
            paper.lines([heading(one), *title, *facts(one, name_of)])

    def _channels(self, paper: Paper, actor: Actor) -> None:
        paper.heading(_("Channels"))
        rooms = [room for room in self._room.of(actor.user_id) if self._room.crowded(room)]
        paper.lines(self._room.title(room) for room in rooms)

    def _contacts(self, paper: Paper) -> None:
        paper.heading(_("Contacts"))
        paper.lines(
            _("{agency}: {contact}", agency=Verbatim(one.code), contact=Verbatim(one.contact or "–"))
            for one in self._config.now.agencies
        )

    def _printed_phrases(self, paper: Paper, actor: Actor) -> None:
        own = actor.language.base
        wanted = dict.fromkeys(code.partition("-")[0] for code in self._config.now.taskforce.languages)
        others = [code for code in wanted if code != own][:MOST_LANGUAGES]
        for topic in self._phrases.topics:
            paper.heading(_("Phrases: {topic}", topic=Verbatim(topic.name(own))))
            head = [Language(code) for code in (own, *others)]
            paper.table(head, [[Verbatim(one.wording(code)) for code in (own, *others)] for one in topic.phrases])


__all__ = ["CARD", "CARD_FOR", "GrabCardService"]
