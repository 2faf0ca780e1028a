"""What is said of somebody who is checked in."""

from __future__ import annotations

from bot.i18n import Message, Verbatim, _, _n
from bot.model.checkin import CheckIn, Patrol, worded


def lines(one: CheckIn) -> tuple[Message, ...]:
    """Return where somebody is, as far as they have said: a line each."""
    found = [_("Post: {post}, since {since}", post=Verbatim(one.post), since=one.at), _last(one)]
    if one.vehicle:
        found.append(_("Vehicle: {vehicle}", vehicle=Verbatim(one.vehicle)))
    if one.persons > 1:
        found.append(_n("{n} person", "{n} persons", one.persons))
    found.append(_("Last heard of: {moment}", moment=one.last_at))
    return tuple(found)


def called(one: CheckIn) -> tuple[Message, ...]:
    """Return where whoever calls for help by keys in doubt said to be, if they did: their word alone."""
    call = one.doubted
    if call is None or not call.place:
        return ()
    values = {"status": worded(Patrol.HELP), "moment": call.at, "place": Verbatim(call.place)}
    return (_("{status}, {moment}: “{place}”", **values),)


def _last(one: CheckIn) -> Message:
    moment = one.status_at or one.at
    if one.place:
        return _("{status}, {moment}: “{place}”", status=worded(one.status), moment=moment, place=Verbatim(one.place))
    return _("{status}, {moment}", status=worded(one.status), moment=moment)
