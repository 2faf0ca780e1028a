"""`shift post` and `shift oncall`: posts, and who answers for them."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Listing, Option, Reply, Role, command
from bot.i18n import Message, Verbatim, _
from bot.model.person import Zone
from bot.model.shift import OnCall

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
    return Reply(Listing(tuple([_said(ctx, await ctx.services.shift.on_call(one, ctx.now)) for one in posts])))


def _said(ctx: Context, found: OnCall) -> Message:
    def named(user_id: str | None) -> Verbatim:
        return Verbatim(ctx.services.room.name_of(ctx.room, user_id) if user_id else "–")

    values = {
        "post": Verbatim(found.post.name), "name": named(found.watch.person), "since": found.watch.since,
    }  # fmt: skip
    if found.next is None:
        return _("{post}: {name} answers for it since {since}; no shift comes after.", **values)
    return _(
        "{post}: {name} answers for it since {since}; then {next}, {from_} to {until}.",
        **values, next=named(found.next.person), from_=found.next.span.since, until=found.next.span.until,
    )  # fmt: skip
