"""`patrol …`: who goes out together and when, and whether they understand each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, _, _n
from bot.model.patrol import AGREE, COMMAND, Draft, Outcome, Patrol
from bot.model.person import UserId
from bot.model.question import SAID
from bot.model.reference import Ref, Reference
from bot.model.shift import Edited, Span
from commands.shift.change import FROM, LONG, UNTIL
from commands.shift.roster import INSIST, NOTHING, against
from commands.shift.spans import span

WHICH = _("Its reference; left out in a reply about it, or where the room has only one")
MOST_LISTED = 30


# Planning


async def planned(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a patrol is planned although something speaks against it: the words are the reason."""
    if choice != SAID:
        return Reply(NOTHING)
    meant = Span(datetime.fromisoformat(data["since"]), datetime.fromisoformat(data["until"]))
    people, interpreters = (tuple(map(UserId, data[key])) for key in ("people", "interpreters"))
    draft = Draft(data["name"], meant, people, interpreters, data["vehicle"], data["area"])
    return await _plan(ctx, draft, data[SAID], data.get("source", ""))


@command("patrol plan", summary=_("Plan a patrol of people who understand each other"), answered=planned)
async def plan(
    ctx: Context,
    name: Annotated[str, Arg(_("What the patrol is called"), rest=True)],
    from_: Annotated[str | None, Option(FROM, metavar="TIME", rest=True)] = None,
    until: Annotated[str | None, Option(UNTIL, metavar="TIME", rest=True)] = None,
    for_: Annotated[timedelta | None, Option(LONG)] = None,
    *,
    people: Annotated[
        tuple[UserId, ...],
        Option(_("Who goes; about people of another agency, a lead of theirs is asked"), rest=True),
    ],
    interpreter: Annotated[
        tuple[UserId, ...] | None, Option(_("Who of them, or beside them, interprets between the others"), rest=True)
    ] = None,
    vehicle: Annotated[str | None, Option(_("The vehicle"), rest=True)] = None,
    area: Annotated[str | None, Option(_("Where it goes"), rest=True)] = None,
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `patrol plan NAME [from:TIME] for:LENGTH people:@A,@B [interpreter:@C] [vehicle:V] [area:A]`."""
    meant, notes = span(ctx, from_, until, for_)
    draft = Draft(name, meant, people, interpreter or (), vehicle or "", area or "")
    reply = await _plan(ctx, draft, insist)
    return Reply(*reply.blocks, *notes, ref=reply.ref, ask=reply.ask, shows=(), quotes=reply.quotes)


async def _plan(ctx: Context, draft: Draft, insisted: str | None, source: str = "") -> Reply:
    done = await ctx.services.patrol.plan(ctx.actor, ctx.told, draft, insisted, source)
    if done.against:
        data = {
            "name": draft.name, "since": draft.span.since.isoformat(), "until": draft.span.until.isoformat(),
            "people": list(draft.people), "interpreters": list(draft.interpreters), "vehicle": draft.vehicle,
            "area": draft.area, "source": ctx.told.said,
        }  # fmt: skip
        return against(Edited(against=done.against), "patrol plan", data)
    said = _("Patrol {ref} is planned: {patrol}.", **_values(done.patrol))
    return await _changed(ctx, done, said)


# Crews


async def crewed(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a crew is changed although something speaks against it: the words are the reason."""
    if choice != SAID:
        return Reply(NOTHING)
    add, remove = (tuple(map(UserId, data[key])) for key in ("add", "remove"))
    return await _crew(ctx, Reference(data["patrol"]), add, remove, data[SAID])


@command("patrol crew", summary=_("Change who goes on a patrol"), answered=crewed)
async def crew(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    add: Annotated[tuple[UserId, ...] | None, Option(_("Who goes as well"), rest=True)] = None,
    remove: Annotated[tuple[UserId, ...] | None, Option(_("Who does not go any more"), rest=True)] = None,
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `patrol crew [REF] [add:@A,@B] [remove:@C]`; with both, some go in place of others."""
    if not add and not remove:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say who goes as well, or who does not go any more."))
    meant = await ctx.services.patrol.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    return await _crew(ctx, meant.ref, add or (), remove or (), insist)


async def _crew(
    ctx: Context, ref: Reference, add: tuple[UserId, ...], remove: tuple[UserId, ...], insisted: str | None
) -> Reply:
    done = await ctx.services.patrol.crew(ctx.actor, ctx.told, ref, add, remove, insisted)
    if done.against:
        data = {"patrol": str(ref), "add": list(add), "remove": list(remove)}
        return against(Edited(against=done.against), "patrol crew", data)
    return await _changed(ctx, done, _("The crew of patrol {ref}, {patrol}, is changed.", **_values(done.patrol)))


async def interpreted(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether somebody interprets although something speaks against it: the words are the reason."""
    if choice != SAID:
        return Reply(NOTHING)
    return await _interpret(ctx, Reference(data["patrol"]), UserId(data["who"]), data[SAID])


@command("patrol interpreter", summary=_("Say who interprets for the crew of a patrol"), answered=interpreted)
async def interpreter(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    who: Annotated[UserId | Literal["nobody"], Arg(_("Who goes along and interprets; nobody: not needed any more"))],
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `patrol interpreter [REF] @PERSON|nobody`."""
    meant = await ctx.services.patrol.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    return await _interpret(ctx, meant.ref, None if who == "nobody" else UserId(who), insist)


async def _interpret(ctx: Context, ref: Reference, who: UserId | None, insisted: str | None) -> Reply:
    done = await ctx.services.patrol.interpret(ctx.actor, ctx.told, ref, who, insisted)
    if done.against:
        return against(Edited(against=done.against), "patrol interpreter", {"patrol": str(ref), "who": who})
    return await _changed(ctx, done, _("The crew of patrol {ref}, {patrol}, is changed.", **_values(done.patrol)))


async def agreed(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of a lead who was asked whether their people may go."""
    return await _agreed(ctx, Reference(data["patrol"]), choice)


@command(COMMAND, summary=_("Agree that people of your agency go on a patrol of another one"), answered=agreed)
async def agree(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `patrol agree [REF]`."""
    meant = await ctx.services.patrol.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    return await _agreed(ctx, meant.ref)


async def _agreed(ctx: Context, ref: Reference, choice: str = AGREE) -> Reply:
    patrol = await ctx.services.patrol.agree(ctx.actor, ctx.told, ref, choice)
    said = _("Noted. The crew of patrol {ref}, {patrol}, is this now:", **_values(patrol))
    code = str(patrol.ref)
    return Reply(said, Listing(await ctx.services.patrol.lines(patrol)), ref=code, shows=(), quotes=(code,))


@command("patrol cancel", summary=_("Cancel a patrol; its crew is told"))
async def cancel(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `patrol cancel [REF]`."""
    meant = await ctx.services.patrol.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    done = await ctx.services.patrol.cancel(ctx.actor, ctx.told, meant.ref)
    said = _("Patrol {ref}, {patrol}, is cancelled.", **_values(done.patrol))
    return Reply(said, *_told(done), ref=str(meant.ref), shows=(), quotes=(str(meant.ref),))


# Showing


@command("patrol list", summary=_("List the patrols that are to come"), changes=False, reads=True)
async def list_patrols(ctx: Context) -> Reply:
    """Answer `patrol list`."""
    found = await ctx.services.patrol.coming(ctx.room, ctx.now)
    if not found:
        return Reply(_("No patrol is planned in this room."))
    blocks: list[Message | Listing] = [
        _n("{n} patrol is to come:", "{n} patrols are to come:", len(found)),
        Listing(tuple(map(_line, found[:MOST_LISTED]))),
    ]
    if (left := len(found) - MOST_LISTED) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    return Reply(*blocks, quotes=tuple(str(one.ref) for one in found[:MOST_LISTED]))


def _line(patrol: Patrol) -> Message:
    line = _n(
        "{ref}, {patrol}: {from_} to {until}, {n} person", "{ref}, {patrol}: {from_} to {until}, {n} people",
        len(patrol.crew), from_=patrol.span.since, until=patrol.span.until, **_values(patrol),
    )  # fmt: skip
    return _("{patrol}, WITHOUT a language in common", patrol=line) if patrol.warned else line


@command("patrol show", summary=_("Show a patrol, its crew and their language"), changes=False, reads=True)
async def show(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `patrol show [REF]`."""
    patrol = await ctx.services.patrol.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    said = _("Patrol {ref}: {patrol}", **_values(patrol))
    if patrol.cancelled_at:
        said = _("Patrol {ref}, cancelled: {patrol}", **_values(patrol))
    elif not patrol.comes(ctx.now):
        said = _("Patrol {ref}, over: {patrol}", **_values(patrol))
    code = str(patrol.ref)
    return Reply(said, Listing(await ctx.services.patrol.lines(patrol)), ref=code, shows=(), quotes=(code,))


# Answers


async def _changed(ctx: Context, done: Outcome, said: Message) -> Reply:
    blocks: list[Message | Listing] = [said, Listing(await ctx.services.patrol.lines(done.patrol))]
    if done.asked:
        blocks.append(
            _n("{n} of them goes along once a lead of their agency agrees. I have asked.",
               "{n} of them go along once a lead of their agency agrees. I have asked.", len(done.asked))
        )  # fmt: skip
    ref = str(done.patrol.ref)
    return Reply(*blocks, *_told(done), ref=ref, shows=(), quotes=(ref,))


def _told(done: Outcome) -> tuple[Message, ...]:
    if not done.told:
        return ()
    return (_n("{n} person of the crew was told.", "{n} people of the crew were told.", done.told),)


def _values(patrol: Patrol) -> dict[str, Any]:
    return {"ref": Code(str(patrol.ref)), "patrol": patrol.called}
