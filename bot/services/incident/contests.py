"""Two people who change the same at once: the second one learns of it, and is asked whether it still holds.

But not of what is withheld where they say it: then the first one learns of it, directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _, _c
from bot.model.handling import Handling, Purpose
from bot.model.incident import WAS, Entry, EntryKind, Incident, Severity, Status, Words, marked, packed, worded
from bot.model.incident import told as said
from bot.model.person import Actor, Role, UserId
from bot.model.told import Told
from bot.services.direct import DirectService
from bot.services.incident.clearing import Clearing
from bot.services.notice import NoticeService
from bot.services.question import Asking
from bot.services.room import RoomService
from bot.store import Store

AT_ONCE = timedelta(seconds=30)
"""How soon after somebody else's change one's own is asked about."""
ANSWERED_BY = "incident undo"
"""The command that takes the answers."""
YES = "yes"


@dataclass(frozen=True, slots=True)
class Change:
    """An entry to be made: what it says in codes and values, and in words; `apply` makes the incident of it."""

    kind: EntryKind
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Words | None = None
    happened_at: datetime | None = None
    corrects: int | None = None
    shown: bool = True
    """Whether the card says it."""
    apply: Callable[[Incident], Incident] = lambda incident: incident
    over: int | None = None
    """The last entry of which whoever makes the change knows that it changed the same."""
    handling: Handling | None = None
    """How what is entered is to be handled, beside what its own words say."""


class Contests:
    """Looks whether a change was made without knowing of another one."""

    def __init__(
        self, store: Store, room: RoomService, clearing: Clearing, notice: NoticeService, direct: DirectService
    ) -> None:
        self._store = store
        self._room = room
        self._clearing = clearing
        self._notice = notice
        self._direct = direct

    async def look(
        self, actor: Actor, told: Told, after: Incident, change: Change, was: Mapping[str, Any]
    ) -> list[UserId]:
        """Raise UserError, with a question, if somebody else has just changed what *change* changes: that *was*.

        Return whose changes it takes the place of that are withheld where it is made: nothing is said of them there.
        """
        since = told.now - AT_ONCE
        hidden = (await self._clearing.withheld(told.room_id, [after], Purpose.READING)).get(after.ref, {})
        unseen: list[UserId] = []
        for entry in reversed(await self._store.note.list_since(after.ref, since)):
            touched = {*entry.values.get(WAS, ())} & {*was}
            if not touched or entry.author == actor.user_id:
                continue
            if entry.number in hidden:
                unseen.append(entry.author)
            elif entry.number > (change.over or 0):
                raise self._contested(actor, told, after, change, was, entry)
        return list(dict.fromkeys(unseen))

    async def tell(self, unseen: Sequence[UserId], told: Told, incident: Incident) -> None:
        """Tell those directly who have changed the same just before, by what is withheld where it was changed now."""
        said = marked(
            incident,
            _(
                "What you have just entered in {ref} was changed by somebody who may not read it: see its timeline.",
                ref=Code(str(incident.ref)),
            ),
        )
        for user in unseen:
            if room_id := await self._direct.reach(user, told.now):
                await self._notice.give(
                    room_id, "incident", f"{told.event_id} {user}", [said], told.now,
                    ref=str(incident.ref), shows=incident.ref, reader=user,
                )  # fmt: skip

    def _contested(
        self, actor: Actor, told: Told, after: Incident, change: Change, was: Mapping[str, Any], other: Entry
    ) -> UserError:
        def name_of(user_id: UserId) -> str:
            return self._room.name_of(told.room_id, user_id)

        mine = Entry(
            0, after.ref, change.kind, actor.user_id, actor.agency, told.now, told.now, told.now, told.event_id,
            values=change.values, corrects=change.corrects,
        )  # fmt: skip
        error = UserError(
            ErrorCode.CONFLICT,
            _(
                "{name} has just changed that in {ref} ({theirs}), so I have not done what you asked ({yours}).",
                name=Verbatim(name_of(other.author)),
                ref=Code(str(after.ref)),
                theirs=said(_bare(other), name_of),
                yours=said(_bare(mine), name_of),
            ),
        )
        data = {
            "ref": str(after.ref),
            "kind": change.kind,
            "values": dict(change.values),
            "text": change.words.text if change.words else "",
            "sets": {name: packed(getattr(after, name)) for name in was},
            "lead": actor.may(Role.LEAD),
            "over": other.number,
        }
        choices = ((YES, _c("choice", "Do it")), ("no", _c("choice", "Leave it")))
        question = marked(after, _("{ref}: is your change to be made all the same?", ref=Code(str(after.ref))))
        error.asking = Asking(ANSWERED_BY, choices, data, question, str(after.ref))
        return error


def _bare(entry: Entry) -> Entry:
    """Return the entry without the incident that another is a duplicate of: not everyone here may know of that."""
    return replace(entry, values={name: value for name, value in entry.values.items() if name != "of"})


def already(value: Status | Severity) -> UserError:
    """Return the error that a field has that value already."""
    return UserError(ErrorCode.CONFLICT, _("It is so already: {status}.", status=worded(value)))
