"""`briefing busy`: the hours that one blocks for meetings; nobody is told whose they are, or why."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.command import Arg, Context, Listing, Reply, command
from bot.i18n import Message, Verbatim, _, locale_of
from bot.model.busy import Busy


@command(
    "briefing busy", summary=_("Block hours for meetings; only in a direct room with me"), shows_bare=True, cites=False
)  # fmt: skip
async def busy(
    ctx: Context,
    hours: Annotated[
        Literal["list", "off"] | str,
        Arg(_("From when to when by your clock, and on which days; off: none"), rest=True, metavar="HOURS"),
    ] = "list",
) -> Reply:
    """Answer `briefing busy [HOURS|list|off]`."""
    ctx.services.busy.alone(ctx.actor, ctx.room)
    if hours == "off":
        await ctx.services.busy.forget(ctx.actor.user_id)
    elif hours != "list":
        await ctx.services.busy.block(ctx.actor, hours)
    found = await ctx.services.busy.list_of(ctx.actor.user_id)
    if not found:
        return Reply(_("You have blocked no hours."))
    said = _("You have blocked these hours, by the clock of {zone}. I tell nobody whose they are.",
             zone=Verbatim(ctx.actor.zone))  # fmt: skip
    return Reply(said, Listing(tuple(_line(one, ctx.actor.menus) for one in found)))


def _line(one: Busy, language: str) -> Message:
    if len(one.days) == 7:
        return _("{hours}, every day", hours=Verbatim(one.hours))
    names = locale_of(language).days["format"]["abbreviated"]
    days = tuple(Verbatim(names[day]) for day in one.days)
    return _("{hours}: {days}", hours=Verbatim(one.hours), days=days)
