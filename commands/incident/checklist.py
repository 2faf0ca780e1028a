"""`incident checklist`: what is to be thought of, ticked off by digits or by numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, Verbatim, _
from bot.model.checklist import Item
from bot.model.incident import Entry, marked
from bot.model.reference import Ref, Reference
from commands.incident.change import WHICH

NAME = "incident checklist"
BY_DIGIT = 5
"""How many items are offered behind digits at once: the digits of a person's other open questions are not used."""


async def completed(ctx: Context, ref: Ref | None = None, **_others: Any) -> Any:
    """Return what is missing of the task force's own items in the person's language."""
    meant = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to)
    items = [item for item, _entry in await ctx.services.checklist.items(ctx.room, meant)]
    return await ctx.services.checklist.translated(items, ctx.room, ctx.actor.language, ctx.event, ctx.now)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the digit of what is done."""
    ref = Reference(data["ref"])
    await ctx.services.checklist.tick(ctx.actor, ctx.told, ref, choice)
    return await _shown(ctx, ref, data["words"])


@command(
    NAME,
    summary=_("Show what is to be thought of in an incident, and tick it off"),
    prepare=completed,
    answered=answered,
)
async def checklist(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    item: Annotated[int | None, Option(_("The number of what is done"))] = None,
) -> Reply:
    """Answer `incident checklist [REF] [item:NUMBER]`."""
    meant = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to)
    if item is not None:
        items = await ctx.services.checklist.items(ctx.room, meant)
        if not 1 <= item <= len(items):
            raise UserError(ErrorCode.BAD_ARGUMENT, _("The checklist has numbers from 1 to {most}.", most=len(items)))
        await ctx.services.checklist.tick(ctx.actor, ctx.told, meant, items[item - 1][0].key)
    return await _shown(ctx, meant, ctx.prepared)


async def _shown(ctx: Context, ref: Reference, words: Mapping[str, str]) -> Reply:
    """Return the whole list, and ask what of it is done."""
    incident = await ctx.services.incident.read(ctx.room, ref)
    items = await ctx.services.checklist.items(ctx.room, ref)
    lines = tuple(_line(ctx, number, item, entry, words) for number, (item, entry) in enumerate(items, 1))
    left = [item for item, entry in items if entry is None]
    if not left:
        said = marked(incident, _("Checklist of {ref}: all of it is done.", ref=Code(str(ref))))
        return Reply(said, Listing(lines), ref=str(ref))
    choices = tuple((item.key, item.worded(words.get(item.key))) for item in left[:BY_DIGIT])
    heading = marked(incident, _("Checklist of {ref}: what is done?", ref=Code(str(ref))))
    return Reply(heading, Listing(lines), ref=str(ref), ask=Ask(NAME, choices, {"ref": str(ref), "words": dict(words)}))


def _line(ctx: Context, number: int, item: Item, entry: Entry | None, words: Mapping[str, str]) -> Message:
    said = item.worded(words.get(item.key))
    if entry is None:
        return _("{number} ☐ {item}", number=number, item=said)
    name = Verbatim(ctx.services.room.name_of(ctx.room, entry.author))
    return _("{number} ☑ {item} ({name}, {moment})", number=number, item=said, name=name, moment=entry.entered_at)
