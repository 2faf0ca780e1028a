"""`shift roster`: who is to be where, and rotations set up and taken out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Range, Reply, UserError, command
from bot.i18n import Code, Message, Verbatim, _, _c, _n
from bot.model.person import UserId, Zone
from bot.model.question import SAID
from bot.model.shift import DutyPost, Edited, Plan, Planned, Rotation
from bot.model.shift.repeating import DAY, rule_for
from commands.shift.post import POST
from commands.shift.spans import moment, notes

DAYS = 7
MOST_LINES = 40
"""Of shifts, of all posts together."""
MOST_POSTS = 10
NAMED = 8
LEAVE = (("leave", _c("choice", "Leave it as it was")),)
INSIST = _("The reason why it has to be, although it is against the rules")
NOTHING = _("Nothing was changed.")


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a rotation is set up although something speaks against it: the words are the reason."""
    if choice != SAID:
        return Reply(NOTHING)
    plan = Plan(
        tuple(map(UserId, data["people"])), datetime.fromisoformat(data["start"]), Zone(data["zone"]),
        timedelta(minutes=data["minutes"]), data["rule"], data["turn"],
    )  # fmt: skip
    post = await ctx.services.shift.post(ctx.room, data["post"])
    return await _set_up(ctx, post, plan, data[SAID])


@command("shift roster", summary=_("Show who is to be where, or set a rotation up"), answered=answered, shows_bare=True)
async def roster(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    people: Annotated[tuple[UserId, ...] | None, Option(_("Who follow each other, with commas"), rest=True)] = None,
    from_: Annotated[
        str | None, Option(_("When the first shift begins, by the post's clock"), metavar="TIME", rest=True)
    ] = None,
    for_: Annotated[timedelta | None, Option(_("How long a shift lasts, 8 hours if left out"))] = None,
    every: Annotated[
        Literal["day", "week", "weekdays", "weekend"] | str | None,
        Option(_("How often: day, week, weekdays, weekend, days of the week, or a rule"), metavar="RULE", rest=True),
    ] = None,
    turn: Annotated[int, Range(1, 60), Option(_("After how many shifts the next person follows"))] = 1,
    zone: Annotated[Zone | None, Option(_("The time zone of the rotation; the post's if left out"))] = None,
    remove: Annotated[int | None, Range(1), Option(_("The number of a rotation to take out"))] = None,
    days: Annotated[int, Range(1, 60), Option(_("How many days to show"))] = DAYS,
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `shift roster [POST]`, and with options set a rotation up or take it out."""
    if remove is not None:
        meant = await ctx.services.shift.post(ctx.room, post)
        done = await ctx.services.roster.stop(ctx.actor, ctx.told, meant, remove)
        return Reply(
            _("Rotation {number} ends now. Shifts that have begun run to their end.", number=remove), *told(done)
        )
    if people is not None or from_ is not None:
        meant = await ctx.services.shift.post(ctx.room, post)
        return await _rotation(ctx, meant, people, from_, for_, every, turn, zone, insist)
    posts = await ctx.services.shift.posts(ctx.room) if post is None else []
    posts = posts or [await ctx.services.shift.post(ctx.room, post)]
    shown = posts[:MOST_POSTS]
    blocks = [block for one in shown for block in await _shown(ctx, one, days, MOST_LINES // len(shown))]
    if (left := len(posts) - len(shown)) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    return Reply(*blocks)


async def _rotation(
    ctx: Context, post: DutyPost, people: tuple[UserId, ...] | None, from_: str | None, length: timedelta | None,
    every: str | None, turn: int, zone: Zone | None, insisted: str | None,
) -> Reply:  # fmt: skip
    if not people or not from_:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("A rotation needs people and when its first shift begins."))
    zone = zone or post.zone
    start = moment(ctx, from_, zone)
    wall = start.utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    rule = rule_for(every or DAY, ctx.actor.language)
    reply = await _set_up(ctx, post, Plan(people, wall, zone, length or timedelta(hours=8), rule, turn), insisted)
    return Reply(*reply.blocks, *notes(start), ask=reply.ask)


async def _set_up(ctx: Context, post: DutyPost, plan: Plan, insisted: str | None) -> Reply:
    done = await ctx.services.roster.rotate(ctx.actor, ctx.told, post, plan, insisted)
    if done.against:
        data = {
            "post": post.name, "people": list(plan.people), "start": plan.start.isoformat(), "zone": plan.zone,
            "minutes": plan.length // timedelta(minutes=1), "rule": plan.rule, "turn": plan.turn,
        }  # fmt: skip
        return against(done, "shift roster", data)
    found = dict(await ctx.services.roster.rotations(post, ctx.now))[done.number]
    return Reply(_line(ctx, done.number, found), *told(done))


def against(done: Edited, of: str, data: Mapping[str, Any]) -> Reply:
    """Return what speaks against a change, and ask for the reason why it is to be made all the same."""
    return Reply(
        Listing(done.against),
        _("If it has to be so, answer with the reason: it goes on record."),
        ask=Ask(of, LEAVE, data, free=True),
    )


def told(done: Edited) -> tuple[Message, ...]:
    """Return that people were told, if any were."""
    if not done.told:
        return ()
    return (_n("{n} person was told that their shifts have changed.",
               "{n} people were told that their shifts have changed.", done.told),)  # fmt: skip


async def _shown(ctx: Context, post: DutyPost, days: int, most: int) -> list[Message | Listing]:
    """Return the next *days* of a post in *most* lines, then its rotations in as many."""
    found = await ctx.services.roster.planned(post, ctx.now, timedelta(days=days))
    lines = [_planned(ctx, one) for one in found]
    blocks: list[Message | Listing] = [
        _n("{post}, the next 24 hours:", "{post}, the next {n} days:", days, post=Verbatim(post.name)),
        Listing(tuple(lines[:most])),
    ]
    if (left := len(lines) - most) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    rotations = await ctx.services.roster.rotations(post, ctx.now)
    if rotations:
        blocks.append(Listing(tuple(_line(ctx, number, one) for number, one in rotations[:most])))
    if (left := len(rotations) - most) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    return blocks


def _planned(ctx: Context, one: Planned) -> Message:
    span = {"from_": one.span.since, "until": one.span.until}
    if one.person is None:
        if one.absent:
            return _("{from_} to {until}: NOBODY, {name} is absent", **span, name=_named(ctx, one.absent))
        if one.shut:
            return _("{from_} to {until}: the post is shut", **span)
        return _("{from_} to {until}: NOBODY", **span)
    name = _named(ctx, one.person)
    if one.twice:
        return _("{from_} to {until}: {name}, who is to be at {other} then as well",
                 **span, name=name, other=Verbatim(one.twice))  # fmt: skip
    return _("{from_} to {until}: {name}", **span, name=name)


def _line(ctx: Context, number: int, one: Rotation) -> Message:
    names = tuple(_named(ctx, user) for user in one.people[:NAMED])
    return _(
        "Rotation {number}: {names}; {rule}, from {start} by the clock of {zone}, {hours} hours, {turn} at a time",
        number=number, names=(*names, *([Verbatim("…")] if len(one.people) > NAMED else [])), rule=Code(one.rule),
        start=Verbatim(f"{one.start:%Y-%m-%d %H:%M}"), zone=Verbatim(one.zone),
        hours=round(one.length / timedelta(hours=1), 2), turn=one.turn,
    )  # fmt: skip


def _named(ctx: Context, user_id: UserId) -> Verbatim:
    return Verbatim(ctx.services.room.known_as(user_id, ctx.room))
