"""`shift post` and `shift oncall`: posts, and who answers for them."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Listing, Option, Reply, Role, command
from bot.i18n import Message, Verbatim, _, _n
from bot.model.handover import not_there
from bot.model.person import Zone
from bot.model.shift import OnCall, Shift

MOST = 20
"""Posts that one answer shows."""
POST = _("The post; left out where the room has only one")


@command("shift post", summary=_("Set up a post that somebody always answers for"), role=Role.LEAD)
async def add_post(
    ctx: Context,
    name: Annotated[str, Arg(_("What the post is called"), rest=True)],
    zone: Annotated[Zone | None, Option(_("The time zone of its roster"))] = None,
    agency: Annotated[str | None, Option(_("The agency whose post it is"))] = None,
) -> Reply:
    """Answer `shift post NAME [zone:ZONE] [agency:AGENCY]`."""
    post = await ctx.services.shift.add_post(ctx.actor, ctx.told, name, zone, agency)
    return Reply(
        _(
            "The post {post} is set up. You answer for it until somebody else has accepted it.",
            post=Verbatim(post.name),
        )
    )


@command("shift oncall", summary=_("Say who answers for a post, and whose shift is next"), changes=False)
async def on_call(
    ctx: Context, post: Annotated[str | None, Arg(POST, rest=True)] = None
) -> Reply:  # fmt: skip
    """Answer `shift oncall [POST]`: without one, of all posts of the room."""
    posts = await ctx.services.shift.posts(ctx.room) if post is None else []
    if not posts:
        posts = [await ctx.services.shift.post(ctx.room, post)]
    found = [await ctx.services.shift.on_call(one, ctx.now) for one in posts[:MOST]]
    blocks = [block for one in found for block in _said(ctx, one)]
    if (left := len(posts) - MOST) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    return Reply(*blocks)


def _said(ctx: Context, found: OnCall) -> tuple[Message | Listing, ...]:
    answers = _(
        "{post}: {name} answers for it since {since}.",
        post=Verbatim(found.post.name), name=_named(ctx, found.watch.person), since=found.watch.since,
    )  # fmt: skip
    gone = found.watch.person not in ctx.services.room.audience(found.post.room_id)
    hint = (not_there([found.post], _named(ctx, found.watch.person)),) if gone else ()
    return answers, *hint, Listing((_now(ctx, found.now), _next(ctx, found.next)))


def _now(ctx: Context, shift: Shift | None) -> Message:
    if shift is None or shift.person is None:
        return _("Nobody is planned there now.")
    return _("Planned now: {name}, until {until}", name=_named(ctx, shift.person), until=shift.span.until)


def _next(ctx: Context, shift: Shift | None) -> Message:
    if shift is None:
        return _("No shift comes after.")
    span = {"from_": shift.span.since, "until": shift.span.until}
    if shift.person is None:
        return _("Next: nobody, {from_} to {until}", **span)
    return _("Next: {name}, {from_} to {until}", name=_named(ctx, shift.person), **span)


def _named(ctx: Context, user_id: str) -> Verbatim:
    return Verbatim(ctx.services.room.known_as(user_id, ctx.room))
