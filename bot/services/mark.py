"""Marks: how a record is handled and whom it is for, by its originator's word or until that one has decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _, _n
from bot.model.handling import TLP, Handling, Mark, Marking, combined, label_of
from bot.model.incident import EntryKind, Incident
from bot.model.incident import marked as exercised
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.direct import DirectService
from bot.services.granting import Granting
from bot.services.incident import Change, IncidentService
from bot.services.marking import MarkingService
from bot.services.notice import NoticeService
from bot.services.relay import Cause, RelayService
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Marked:
    """What came of a mark: `decided` by its originator, and whether the room `sees` the record still.

    `ended` are the agencies that it was released to until now.
    """

    incident: Incident
    mark: Mark
    decided: bool
    sees: bool
    ended: tuple[str, ...] = ()


class MarkService:
    """Marks records and undoes what their marks forbid; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, relay: RelayService, granting: Granting,
        direct: DirectService, notice: NoticeService, marking: MarkingService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._relay = relay
        self._granting = granting
        self._direct = direct
        self._notice = notice
        self._marking = marking

    def decides(self, actor: Actor, incident: Incident) -> bool:
        """Return whether *actor* speaks for the originator: a lead of that agency.

        For what somebody of no agency has declared, a coordinator of any.
        """
        return speaks_for(actor, incident.agency)

    async def mark(self, actor: Actor, told: Told, ref: Reference, mark: Mark) -> Marked:
        """Mark a record; raise UserError where that is not theirs to do, or means nothing."""
        incident = await self._incident.whole(await self._incident.find(told.room_id, ref))
        before = await self._incident.marking(incident)
        mark = self._checked(mark, actor)
        if decides := self.decides(actor, incident):
            after = before.ruled(mark)
            await self._not_below(incident, mark)
            [record] = await self._incident.records([incident])
            await self._granting.check(record, mark, told.now)
        else:
            after = self._restricted(incident, before, mark)
        ended = await self._granting.beyond(incident, mark, told.now) if decides else ()
        owners = await self._owners(incident)
        if after == before and not ended:
            raise UserError(ErrorCode.CONFLICT, _("It is marked so already."))
        marked = await self._marking.keep(incident, after, told.now, ended)
        sees = await self._take_back(marked, after, told)
        values: dict[str, Any] = {"mark": after.whole.to_json(), "decided": decides}
        marked = await self._incident.put(actor, told, marked, Change(EntryKind.MARKED, values))
        for agency in ended:
            change = Change(EntryKind.RELEASE_ENDED, {"agency": agency}, shown=False)
            await self._incident.put(actor, told, marked, change)
        for owner, tasks in owners.items():
            if owner != actor.user_id and not await self._incident.lets(owner, marked):
                await self._tell(owner, marked, tasks, told)
        return Marked(marked, after.whole, decides, sees, tuple(ended))

    async def _owners(self, incident: Incident) -> Counter[UserId]:
        """Return who has how many open tasks of what they may read."""
        owners = Counter(task.owner for task in await self._store.task.list_open([incident.ref]) if task.owner)
        return Counter({owner: n for owner, n in owners.items() if await self._incident.lets(owner, incident)})

    async def _tell(self, owner: UserId, incident: Incident, tasks: int, told: Told) -> None:
        """Tell somebody that tasks of theirs are gone, without a word of them."""
        said = _n(
            "A task of yours is withdrawn: its incident is marked now so that you may not read it.",
            "{n} tasks of yours are withdrawn: their incident is marked now so that you may not read it.",
            tasks,
        )
        if room_id := await self._direct.reach(owner, told.now):
            cause = f"{told.event_id} {owner}"
            await self._notice.give(room_id, "task", cause, [exercised(incident, said)], told.now, reader=owner)

    def _checked(self, mark: Mark, actor: Actor) -> Mark:
        """Return the mark with who makes it among those whom it names; raise UserError if it cannot be meant so."""
        config = self._config.now
        known = [agency.code for agency in config.agencies]
        for code in mark.releasable or ():
            if code not in known:
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _("I know no agency {code}. The agencies are {known}.",
                      code=Verbatim(one_line(code)), known=Verbatim(", ".join(known))),
                )  # fmt: skip
        if not mark.red:
            if mark.named:
                raise UserError(ErrorCode.BAD_ARGUMENT, _("Persons are named for TLP:RED alone. Name agencies."))
            return mark
        if mark.releasable or not mark.named:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("TLP:RED is for persons, not for agencies. Name them, such as {example}.",
                  example=Code("rel:@ana:example.org")),
            )  # fmt: skip
        for person in mark.named:
            if config.agency(person) is None or not config.serves(person):
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _("{user} is of no agency, and reads nothing that is marked.", user=Verbatim(one_line(person))),
                )
        return replace(mark, named=tuple(sorted({*mark.named, actor.user_id})))

    def _restricted(self, incident: Incident, before: Marking, mark: Mark) -> Marking:
        """Return how it is marked once somebody else has restricted it; raise UserError if they may not."""
        agency = Verbatim(incident.agency or "")
        if before.whole == mark:
            return before
        if before.decided:
            raise UserError(
                ErrorCode.HANDLING, _("{agency} has decided how this is marked, and only a lead of theirs changes it.",
                                      agency=agency),
            )  # fmt: skip
        after = before.restricted(mark)
        if after is None:
            raise UserError(
                ErrorCode.HANDLING, _("That would relax its mark, which only a lead of {agency} may do.", agency=agency)
            )
        if incident.agency is None and (after.whole.red or after.whole.agencies == frozenset()):
            raise UserError(
                ErrorCode.HANDLING,
                _("This was declared by somebody of no agency, so nobody could read it then. Name agencies with {rel}.",
                  rel=Code("rel:")),
            )  # fmt: skip
        return after

    async def _not_below(self, incident: Incident, mark: Mark) -> None:
        """Raise UserError if *mark* is less than what those of other agencies have labelled in it."""
        for entry in await self._store.incident.entries(incident.ref):
            label = label_of(entry.text) if entry.agency != incident.agency else None
            if label and combined([mark, Mark(label)]).handling != mark.handling:
                raise UserError(
                    ErrorCode.HANDLING,
                    _("There is a part of {agency} in it that is labelled {label}, which only they could relax.",
                      agency=Verbatim(entry.agency or "-"), label=Verbatim(str(label))),
                )  # fmt: skip

    async def _take_back(self, incident: Incident, after: Marking, told: Told) -> bool:
        """Withdraw what the mark forbids from every room and from the memory; return whether this room sees it."""
        ref = incident.ref
        posted = [post.room_id for post in await self._store.outbox.list_holding(str(ref))]
        hidden = [
            room_id
            for room_id in dict.fromkeys([told.room_id, *posted, *await self._store.card.list_of(ref)])
            if await self._incident.withdraw(ref, room_id, told.event_id, told.now)
        ]
        await self._confine(incident, _of_messages(after.whole), told)
        return told.room_id not in hidden

    async def _confine(self, incident: Incident, handling: Handling | None, told: Told) -> None:
        """Let the messages that stand in the record be handled so: they leave the memory and other rooms."""
        if handling is None:
            return
        for entry in await self._store.incident.entries(incident.ref):
            for event_id in {entry.event_id, str(entry.values.get("event") or entry.values.get("from", ""))}:
                original = await self._store.original.find(incident.room_id, event_id)
                ruled = original and original.marked(handling, own=False)
                if original and ruled:
                    await self._relay.restrict(original, *ruled, Cause(f"{told.event_id} {event_id}", told.now))


def speaks_for(actor: Actor, agency: str | None) -> bool:
    """Return whether *actor* speaks for an agency: a lead of it; for people of none, a coordinator of any."""
    if agency is None:
        return actor.may(Role.COORDINATOR) and actor.agency is not None
    return actor.may(Role.LEAD) and actor.agency == agency


def _of_messages(mark: Mark) -> Handling | None:
    """Return how the messages of what is marked so are handled: what is for some agencies leaves its room for none."""
    if mark.agencies is None or (mark.handling and not mark.handling.travels):
        return mark.handling
    return Handling(TLP.AMBER)
