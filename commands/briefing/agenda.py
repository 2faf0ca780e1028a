"""`briefing agenda`: what a briefing is about, by the heads of IIMARCH, as everybody proposes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, _
from bot.model.agenda import Head, held_as
from bot.model.reference import Ref
from commands.briefing.show import WHICH


async def fetched(
    ctx: Context, ref: Ref | None = None, add: str | None = None, under: Head = Head.INFORMATION,
    for_: timedelta | None = None, which: str = "one", remove: int | None = None,
) -> Any:  # fmt: skip
    """Return what is added in the languages of the room, or what is missing of the agenda in the person's own."""
    if add is not None:
        text = f"{ctx.label} {add}".strip()
        return await ctx.services.incident.words(text, ctx.room, ctx.actor.user_id, ctx.told.said, ctx.now)
    meant = await ctx.services.briefing.meant(ctx.room, ref, ctx.replies_to)
    planned = await ctx.services.briefing.planned(await ctx.services.briefing.find(ctx.room, meant), ctx.now)
    if planned.next is None:
        return {}
    items = await ctx.services.agenda.items(planned, planned.next)
    reads = [ctx.actor.language, *ctx.actor.reads]
    return await ctx.services.agenda.complete(planned.briefing, items, reads, ctx.now)


@command(
    "briefing agenda", summary=_("Show what a briefing is about, or propose an item"), prepare=fetched, shows_bare=True
)  # fmt: skip
async def agenda(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    add: Annotated[str | None, Option(_("What to put on the agenda"), rest=True)] = None,
    under: Annotated[Head, Option(_("Under which head of IIMARCH"))] = Head.INFORMATION,
    for_: Annotated[timedelta | None, Option(_("How long it may take"))] = None,
    which: Annotated[Literal["one", "all"], Option(_("Whether that is so for that one only, or for all"))] = "one",
    remove: Annotated[int | None, Option(_("The number of the item to remove"))] = None,
) -> Reply:
    """Answer `briefing agenda [REF] [add:TEXT] [under:HEAD] [for:LENGTH] [which:one|all] [remove:N]`."""
    if add is not None and remove is not None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Add an item or remove one, not both at once."))
    meant = await ctx.services.briefing.meant(ctx.room, ref, ctx.replies_to)
    planned = await ctx.services.answering.still(ctx.room, meant, ctx.now)
    briefing, said = planned.briefing, []
    if add is not None:
        item = await ctx.services.agenda.add(
            ctx.actor, ctx.told, briefing, ctx.prepared, under, for_, each=which == "all"
        )
        said.append(_("Item {number} is on the agenda of {ref}.", number=item.number, ref=Code(str(briefing.ref))))
        one = ctx.services.briefing.single(planned, None, ctx.now, ctx.actor.language)
    elif remove is not None:
        await ctx.services.agenda.remove(ctx.actor, ctx.told, briefing, remove)
        said.append(_("Item {number} is removed.", number=remove))
        one = planned.next or ctx.services.briefing.single(planned, None, ctx.now, ctx.actor.language)
    else:
        await ctx.services.agenda.keep(briefing, ctx.prepared)
        one = planned.next or ctx.services.briefing.single(planned, None, ctx.now, ctx.actor.language)
    named = await ctx.services.briefing.named(briefing, [ctx.actor.menus])
    blocks: list[Message | Listing] = [
        *said, _("{briefing}: {from_} to {until}.", briefing=named, from_=one.begins, until=one.ends)
    ]  # fmt: skip
    found = await ctx.services.agenda.lines(planned, one, [ctx.actor.menus, ctx.actor.language])
    more, shows = await ctx.services.agenda.automatic(ctx.room, ctx.actor.language)
    blocks += [block if isinstance(block, Message) else Listing(block) for block in [*found, *more]]
    ref_of = str(briefing.ref)
    return Reply(*blocks, ref=ref_of, shows=tuple(map(str, shows)), of=ref_of, quotes=(held_as(briefing.ref),))
