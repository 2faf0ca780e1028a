"""Who may see a record, in the words of the protocol and of the contract: what tests hold decisions against."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.handling import TLP, Audience, Member, Record


def leaves(record: Record[Any], member: Member, now: datetime, *, owner: bool) -> bool:
    """Return, in the words of the protocol, whether one of the marks leaves *member*."""
    mark = record.marking.owner if owner else record.marking.others
    own = member.agency == record.originator
    released = owner and any(one.agency == member.agency and one.stands(now) for one in record.releases)
    colour, codes = (mark.handling.tlp, mark.handling.codes) if mark.handling else (None, ())
    if colour is TLP.RED:
        if member.user_id not in (mark.named or ()) and (owner or not own):
            return False
        return own or mark.releasable is None or member.agency in mark.releasable
    if own or released:
        return True
    if mark.releasable is not None:
        return member.agency in mark.releasable
    return colour is not TLP.AMBER_STRICT and "H2" not in codes and "H3" not in codes


def may_see(record: Record[Any], audience: Audience, now: datetime) -> bool:
    """Return whether everyone of the *audience* may see something of the record there, for reading."""
    marking = record.marking
    granted = {*(marking.owner.releasable or ()), *(one.agency for one in record.releases if one.stands(now))}
    for member in audience.members:
        if not marking.marked and not member.served:
            continue  # gets no keys
        if not member.served or (marking.marked and (member.agency is None or not _marks_leave(record, member, now))):
            return False
        away = member.agency is None or (
            member.agency not in granted and not (member.agency == record.originator and granted)
        )
        if marking.owner.red:
            away = member.user_id not in (marking.owner.named or ())
        if member.user_id not in record.at_home and away:
            return False
    red = marking.owner.red or marking.others.red
    return bool(audience.members) and (audience.direct or not red)


def _marks_leave(record: Record[Any], member: Member, now: datetime) -> bool:
    return leaves(record, member, now, owner=True) and leaves(record, member, now, owner=False)
