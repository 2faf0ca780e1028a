"""`checkin`: on duty from a post, how one is, and off duty again.

None of these is kept to be done later: a check-in counts when it is made, and what it says is written down nowhere
else. So none of them *changes* anything in the sense of a command that is asked about when it came too late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Option, Range, Reply, command
from bot.i18n import Message, Typed, Verbatim, _, _c, _n
from bot.model.checkin import ALARM, CALLED, MOST_PERSONS, OVERDUE, CheckIn, Patrol, calls, worded
from bot.model.person import UserId
from bot.model.question import SAID
from commands.fitting import fitting

HELP = Typed(("!", _c("noun", "checkin"), " ", _c("verb", "status"), " ", _c("value", "help")))


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to whether somebody is well."""
    checkin = ctx.services.checkin
    match data.get("kind"), choice:
        case (kind, "seen") if kind == ALARM:
            await ctx.services.duress.seen(ctx.told, data["id"])
            return Reply(_("You see to it. I alert nobody else."))
        case (kind, "seen") if kind == OVERDUE:
            await ctx.services.welfare.seen(ctx.actor, ctx.told, UserId(data["person"]))
            return Reply(_("You see to it. I ask again in half an hour if they were not heard of by then."))
        case (kind, _other) if kind == OVERDUE:
            one = await checkin.vouch(ctx.actor, ctx.told, UserId(data["person"]))
            return Reply(_("Noted. I ask nobody else about {name}.", name=_name(ctx, one)))
        case _kind, _choice if calls(choice, data):
            return _heard(await checkin.say(ctx.actor, ctx.told, Patrol.HELP))
    reply = _heard(await checkin.well(ctx.actor, ctx.told))
    return Reply(*reply.blocks, _("If you need help, write {command}.", command=HELP)) if choice == SAID else reply


@command(
    "checkin", summary=_("Say that you are on duty from a post; I ask from time to time whether you are well"),
    answered=answered, changes=False, cites=False,
)  # fmt: skip
async def check_in(
    ctx: Context,
    words: Annotated[
        str | None, Arg(_("The post; left out where the room has only one. Then the vehicle"), rest=True)
    ] = None,
    vehicle: Annotated[str | None, Option(_("The vehicle"))] = None,
    persons: Annotated[int, Range(1, MOST_PERSONS), Option(_("How many you are"))] = 1,
    every: Annotated[timedelta | None, Option(_("How often I ask whether you are well"))] = None,
) -> Reply:
    """Answer `checkin [POST] [VEHICLE] [vehicle:NAME] [persons:N] [every:LENGTH]`."""
    post, named = await ctx.services.checkin.meant(ctx.room, words)
    made = await ctx.services.checkin.begin(ctx.actor, ctx.told, post, vehicle or named, persons, every)
    said = _("You are checked in at {post}.", post=Verbatim(made.post))
    return Reply(said, _next(made))


@command("checkin status", summary=_("Say what you are doing, and where you are"), changes=False, cites=False)
async def say(
    ctx: Context,
    status: Annotated[Patrol, Arg(_("What you are doing"))],
    place: Annotated[str | None, Arg(_("Where you are"), rest=True)] = None,
) -> Reply:
    """Answer `checkin status STATUS [PLACE]`."""
    # A label that stands before the command is that of what is said in it.
    where = f"{ctx.label} {place}".strip() if place else ""
    return _heard(await ctx.services.checkin.say(ctx.actor, ctx.told, status, where))


@command("checkin end", summary=_("Say that you are off duty"), changes=False, cites=False)
async def check_out(
    ctx: Context,
    person: Annotated[UserId | None, Arg(_("Somebody else, if you are a lead; you if you leave it out"))] = None,
) -> Reply:
    """Answer `checkin end [@PERSON]`."""
    one = await ctx.services.checkin.end(ctx.actor, ctx.told, person)
    if one.person != ctx.actor.user_id:
        return Reply(_("{name} is checked out of {post}.", name=_name(ctx, one), post=Verbatim(one.post)))
    return Reply(_("You are checked out of {post}.", post=Verbatim(one.post)))


@command("checkin list", summary=_("Show who is checked in here"), changes=False, cites=False)
async def list_in(
    ctx: Context,
    post: Annotated[str | None, Arg(_("The post; all of the room if you leave it out"), rest=True)] = None,
) -> Reply:
    """Answer `checkin list [POST]`."""
    checkin = ctx.services.checkin
    name = (await checkin.meant(ctx.room, post))[0].name if post else None
    found = [one for one in await checkin.listed(ctx.room) if name in (None, one.post)]
    if not found:
        return Reply(_("Nobody is checked in here."))
    count = _n("{n} is checked in:", "{n} are checked in:", len(found))
    lines = [_line(ctx, one) for one in found]
    held = lines[: fitting(lines)]
    if left := len(lines) - len(held):
        held.append(_n("and {n} more", "and {n} more", left))
    return Reply(count, Listing(tuple(held)))


def _line(ctx: Context, one: CheckIn) -> Message:
    name = _name(ctx, one)
    values = {
        "name": Verbatim(f"{name.text} ({one.agency})") if one.agency else name, "post": Verbatim(one.post),
        "status": worded(one.status), "moment": one.last_at,
    }  # fmt: skip
    said = _("{name}, {post}: {status}; heard of {moment}", **values)
    if one.vehicle:
        vehicle = Verbatim(one.vehicle)
        said = _("{name}, {post}, {vehicle}: {status}; heard of {moment}", vehicle=vehicle, **values)
    if one.persons == 1:
        return said
    return _("{item} · {mark}", item=said, mark=_n("{n} person", "{n} persons", one.persons))


def _name(ctx: Context, one: CheckIn) -> Verbatim:
    return Verbatim(ctx.services.room.name_of(ctx.room, one.person))


def _heard(one: CheckIn) -> Reply:
    if one.status is Patrol.HELP:
        return Reply(CALLED)
    return Reply(_("Noted: {status}.", status=worded(one.status)), _next(one))


def _next(one: CheckIn) -> Message:
    if one.every is None:
        return _("I do not ask whether you are well.")
    return _("If I hear nothing of you, I ask at {moment} whether you are well.", moment=one.heard_at + one.every)
