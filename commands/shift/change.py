"""`shift override`, `shift absent` and `shift take`: single stretches of a roster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, ErrorCode, Option, Range, Reply, UserError, command
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.person import UserId
from bot.model.question import SAID
from bot.model.shift import DutyPost, Span
from commands.shift.post import POST
from commands.shift.roster import INSIST, NOTHING, against, told
from commands.shift.spans import EITHER, span

FROM = _("When it begins; now if you leave it out")
UNTIL = _("When it ends")
ABSENT = Typed(
    ("!", _c("noun", "shift"), " ", _c("verb", "absent"), " ", _c("option", "from"), ":2026-12-24 ",
     _c("option", "until"), ":2026-12-26")
)  # fmt: skip
LONG = _("How long it lasts, instead of when it ends")


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether an override is made although something speaks against it: the words are the reason."""
    if choice != SAID:
        return Reply(NOTHING)
    post = await ctx.services.shift.post(ctx.room, data["post"])
    meant = Span(datetime.fromisoformat(data["since"]), datetime.fromisoformat(data["until"]))
    return await _override(ctx, post, UserId(data["person"]), meant, data[SAID])


@command("shift override", summary=_("Let somebody else be at a post for a while"), answered=answered)
async def override(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    who: Annotated[UserId | Literal["nobody"] | None, Option(_("Who is there then; nobody: the post is shut"))] = None,
    from_: Annotated[str | None, Option(FROM, metavar="TIME", rest=True)] = None,
    until: Annotated[str | None, Option(UNTIL, metavar="TIME", rest=True)] = None,
    for_: Annotated[timedelta | None, Option(LONG)] = None,
    remove: Annotated[int | None, Range(1), Option(_("The number of an override to take back"))] = None,
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `shift override [POST] who:@PERSON [from:TIME] until:TIME`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    if remove is not None:
        done = await ctx.services.roster.put_back(ctx.actor, ctx.told, meant, remove)
        return Reply(_("Number {number} is taken back.", number=remove), *told(done))
    if who is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say who is to be there: a person, or nobody."))
    stretch, notes = span(ctx, from_, until, for_)
    person = UserId(who) if who != "nobody" else None
    reply = await _override(ctx, meant, person, stretch, insist)
    return Reply(*reply.blocks, *notes, ask=reply.ask)


async def _override(ctx: Context, post: DutyPost, person: UserId | None, meant: Span, insisted: str | None) -> Reply:
    done = await ctx.services.roster.override(ctx.actor, ctx.told, post, person, meant, insisted)
    if done.against:
        data = {
            "post": post.name, "person": person, "since": meant.since.isoformat(), "until": meant.until.isoformat(),
        }  # fmt: skip
        return against(done, "shift override", data)
    values = {
        "post": Verbatim(post.name), "from_": meant.since, "until": meant.until, "number": done.number,
    }  # fmt: skip
    if person is None:
        return Reply(_("{post} is shut, {from_} to {until} (number {number}).", **values), *told(done))
    said = _("{name} is at {post}, {from_} to {until} (number {number}).", name=_named(ctx, person), **values)
    return Reply(said, *told(done))


@command("shift absent", summary=_("Say that you, or somebody of your agency, cannot be there"))
async def absent(
    ctx: Context,
    who: Annotated[UserId | None, Arg(_("Who cannot be there; you if you leave it out"))] = None,
    from_: Annotated[str | None, Option(FROM, metavar="TIME", rest=True)] = None,
    until: Annotated[str | None, Option(UNTIL, metavar="TIME", rest=True)] = None,
    for_: Annotated[timedelta | None, Option(LONG)] = None,
    remove: Annotated[int | None, Range(1), Option(_("The number of an absence to take back"))] = None,
) -> Reply:
    """Answer `shift absent [@PERSON] [from:TIME] until:TIME`."""
    if remove is not None:
        done = await ctx.services.absence.back(ctx.actor, ctx.told, remove)
        return Reply(_("Number {number} is taken back.", number=remove), *told(done))
    if (from_, until, for_) == (None, None, None):
        raise UserError(ErrorCode.BAD_ARGUMENT, EITHER, _("{text}", text=ABSENT))
    meant, notes = span(ctx, from_, until, for_)
    person = who or ctx.actor.user_id
    done = await ctx.services.absence.absent(ctx.actor, ctx.told, person, meant)
    said = _(
        "{name} is absent, {from_} to {until} (number {number}).",
        name=_named(ctx, person), from_=meant.since, until=meant.until, number=done.number,
    )  # fmt: skip
    return Reply(said, *notes, *told(done))


@command("shift take", summary=_("Take a shift that nobody has"))
async def take(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    from_: Annotated[str | None, Option(FROM, metavar="TIME", rest=True)] = None,
    until: Annotated[str | None, Option(UNTIL, metavar="TIME", rest=True)] = None,
    for_: Annotated[timedelta | None, Option(LONG)] = None,
) -> Reply:
    """Answer `shift take [POST] [from:TIME until:TIME]`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    wanted: Span | None = None
    notes: tuple[Message, ...] = ()
    if (from_, until, for_) != (None, None, None):
        wanted, notes = span(ctx, from_, until, for_)
    taken = await ctx.services.roster.take(ctx.actor, ctx.told, meant, wanted)
    said = _("You are at {post}, {from_} to {until}. Thank you.",
             post=Verbatim(meant.name), from_=taken.since, until=taken.until)  # fmt: skip
    return Reply(said, *notes)


def _named(ctx: Context, user_id: UserId) -> Verbatim:
    return Verbatim(ctx.services.room.known_as(user_id, ctx.room))
