"""What the mark of an originator gives, and what it ends of what was released before.

One lead lets no agency have something for the first time: that takes a release, and two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Typed, Verbatim, _, _c
from bot.model.handling import Audience, Cleared, Mark, Member, Purpose, Record, decide
from bot.model.incident import Incident
from bot.model.reference import Reference
from bot.store import Store


def asking(ref: Reference, agency: str) -> Typed:
    """Return the command that asks for the release of a record to an agency, as it is to be typed."""
    return Typed(("!", _c("noun", "release"), f" {ref} ", _c("value", "to"), f" {agency}"))


class Granting:
    """Refuses what a mark may not give, and ends releases; joins the open transaction."""

    def __init__(self, config: Current, store: Store) -> None:
        self._config = config
        self._store = store

    async def check(self, record: Record[Incident], mark: Mark, now: datetime) -> None:
        """Raise UserError if *mark*, its originator's word, would be the first release ever to an agency."""
        named = [agency.code for user in mark.named or () if (agency := self._config.now.agency(user))]
        given = dict.fromkeys([*(mark.releasable or ()), *named])
        has = {record.originator, *self._readers(record, now)}
        first = [code for code in given if code not in has and not await self._store.mark.released_before(code)]
        if first:
            to = Verbatim(", ".join(first))
            raise UserError(
                ErrorCode.HANDLING,
                _("Nothing was released to {to} before: two leads must agree.", to=to),
                _(
                    "Leave {to} out, or ask for that first: {command}.",
                    to=to,
                    command=asking(record.content.ref, first[0]),
                ),
            )

    def _readers(self, record: Record[Incident], now: datetime) -> set[str]:
        """Return the agencies that have it: of whom somebody may read it where it is, or to which it was let."""
        let = {*(record.marking.owner.releasable or ()), *(one.agency for one in record.releases if one.stands(now))}
        served = [user for user in record.at_home if self._config.now.serves(user)]
        people = [Member(user, agency.code) for user in served if (agency := self._config.now.agency(user))]
        there = [one for one in people if isinstance(decide(record, _alone(one), Purpose.READING, now), Cleared)]
        return let | {one.agency for one in there if one.agency}

    async def beyond(self, incident: Incident, mark: Mark, now: datetime) -> Sequence[str]:
        """Return the agencies that have it by a release which *mark*, its originator's word, does not leave."""
        releases = (await self._store.mark.releases([incident.ref])).get(incident.ref, ())
        standing = [one.agency for one in releases if one.stands(now)]
        return [agency for agency in standing if mark.red or not mark.leaves(agency, own=False)]


def _alone(member: Member) -> Audience:
    """Return a direct room of somebody: whoever may not read something there reads it nowhere."""
    return Audience((member,), direct=True)
