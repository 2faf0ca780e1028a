"""Which incident is meant, and what a room may see of it: all reading goes through here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import (
    Incident,
    Status,
)
from bot.model.reference import Reference, Slip, read
from bot.services.incident.clearing import Clearing
from bot.services.reference import referred
from bot.store import Store

GONE = _("I know no such incident here.")
CLOSED_TO = _("Its originator shows no more of it here.")


class Seeing:
    """Finds incidents as a room may read of them."""

    def __init__(self, config: Current, store: Store, clearing: Clearing) -> None:
        self._config = config
        self._store = store
        self._clearing = clearing

    async def find(self, room_id: str, ref: Reference) -> Cleared[Incident]:
        """Return the incident as the room may read of it now; raise UserError, as if there were none, if it may not."""
        found = await self._clearing.find(room_id, ref, Purpose.READING)
        if isinstance(found, Hidden):
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def read(self, room_id: str, ref: Reference) -> Incident:
        """Return the incident if the room may read all of it; raise UserError as find does, or if it is cut."""
        found = await self.find(room_id, ref)
        if not found.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        return found.content

    async def seen(self, room_id: str, refs: Sequence[Reference]) -> list[Cleared[Incident]]:
        """Return those of the incidents that the room may find, in the order of *refs*."""
        found = await self._store.incident.list_of(refs)
        return await self._clearing.passing(room_id, [found[ref] for ref in refs if ref in found])

    async def list_open(self, room_id: str) -> list[Cleared[Incident]]:
        """Return what is not closed and the room may see, the worst first, then the newest."""
        found = await self._clearing.listed(room_id, [Status.OPEN, Status.CONTAINED])
        return sorted(found, key=lambda one: one.content.severity.rank if one.content.severity else 0)

    async def list_all(self, room_id: str) -> list[Cleared[Incident]]:
        """Return everything that the room may see, closed or not, the newest first."""
        return await self._clearing.listed(room_id, [*Status])

    async def redirected(self, room_id: str, duplicate: Incident) -> UserError:
        """Return the error for what is to be done with a duplicate: it says which incident to use."""
        ref = Code(str(duplicate.ref))
        if duplicate.of is None or not await self.seen(room_id, [duplicate.of]):
            return UserError(ErrorCode.CONFLICT, _("{ref} is closed as a duplicate.", ref=ref))
        main = Code(str(duplicate.of))
        return UserError(ErrorCode.CONFLICT, _("{ref} is a duplicate of {main}. Use {main}.", ref=ref, main=main))

    async def meant(self, room_id: str, typed: str | None, replied: str | None, *, only: bool = False) -> Reference:
        """Return the incident that is meant: by its reference, or by the post that is replied to. Raise UserError.

        *only*: where nothing is said of it, the one that is open in the room, if there is no other.
        """
        if typed is not None:
            return self._reference(typed)
        if only and replied is None and len(seen := await self.list_open(room_id)) == 1:
            return seen[0].content.ref
        found = await self.posted(room_id, replied)
        if found is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say which incident you mean: reply to its card, or write its reference."),
            )
        return found

    async def posted(self, room_id: str, event_id: str | None) -> Reference | None:
        """Return the incident that our post *event_id* is about, or None."""
        return await self._store.incident.find_posted(room_id, event_id) if event_id else None

    async def concerned(self, room_id: str, error: UserError, typed: Sequence[str], replied: str | None) -> list[str]:
        """Return the incidents of which the sentences of *error* may say something, and which the room may read.

        Those that were *typed*, by their own reference or that of a task or report, or *replied* to, or that the
        sentences name. What the room may not read is not among them, and takes the same steps as what is not there.
        """
        code, found = self._config.now.taskforce.code, await self.posted(room_id, replied)
        named = [value.text for said in error.messages for value in said.values.values() if isinstance(value, Code)]
        refs = [one for one in (read(text, code) for text in (*typed, *named)) if isinstance(one, Reference)]
        about = [await self._store.incident.find_whose(ref) or ref for ref in ([found] if found else []) + refs]
        seen = [await self._clearing.find(room_id, ref, Purpose.READING) for ref in dict.fromkeys(about)]
        return [str(one.content.ref) for one in seen if isinstance(one, Cleared)]

    def _reference(self, typed: str) -> Reference:
        return referred(typed, self._config.now.taskforce.code, GONE)

    def refers(self, typed: str) -> bool:
        """Return whether *typed* can only be meant as a reference."""
        return read(typed, self._config.now.taskforce.code) is not Slip.NONE
