"""`incident checklist`: what is to be thought of, ticked off by digits or by numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.checklist import Item
from bot.model.incident import Entry, marked
from bot.model.reference import Ref, Reference
from commands.incident.change import WHICH

NAME = "incident checklist"
CHECKLIST = ("!", _c("noun", "incident"), " ", _c("verb", "checklist"))
BY_DIGIT = 5
"""How many items are offered behind digits at once, which are their numbers: the person's other questions have some."""


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
    """Return the whole list, each item once and with one number, and ask what of it is done."""
    incident = await ctx.services.incident.read(ctx.room, ref)
    items = [*enumerate(await ctx.services.checklist.items(ctx.room, ref), 1)]
    done = tuple(_done(ctx, number, item, entry, words) for number, (item, entry) in items if entry)
    left = {str(number): item for number, (item, entry) in items if entry is None}
    if not left:
        said = marked(incident, _("Checklist of {ref}: all of it is done.", ref=Code(str(ref))))
        return Reply(said, Listing(done), ref=str(ref))
    data = {"ref": str(ref), "words": dict(words)}
    free = await ctx.services.question.free(ctx.room, ctx.actor.user_id, NAME, data)
    digits = tuple(number for number in left if number in free)[:BY_DIGIT]
    more = {number: item for number, item in left.items() if number not in digits}
    blocks = [Listing(done)] if done else []
    heading = marked(incident, _("Checklist of {ref}: what is done?", ref=Code(str(ref))))
    choices = tuple((left[digit].key, left[digit].worded(words.get(left[digit].key))) for digit in digits)
    ask = Ask(NAME, choices, data, digits=digits) if digits else None
    return Reply(heading, *blocks, *(_more(ref, more, words) if more else ()), ref=str(ref), ask=ask)


def _more(ref: Reference, more: Mapping[str, Item], words: Mapping[str, str]) -> tuple[Message, Listing]:
    """Return how what has no digit of its own is ticked off, and what that is."""
    example = Typed((*CHECKLIST, f" {ref} ", _c("option", "item"), f":{next(iter(more))}"))
    lines = (_("{number} ☐ {item}", number=one, item=more[one].worded(words.get(more[one].key))) for one in more)
    said = _n("{n} more item: {command}", "{n} more items: {command}", len(more), command=example)
    return said, Listing(tuple(lines))


def _done(ctx: Context, number: int, item: Item, entry: Entry, words: Mapping[str, str]) -> Message:
    name, said = Verbatim(ctx.services.room.name_of(ctx.room, entry.author)), item.worded(words.get(item.key))
    return _("{number} ☑ {item} ({name}, {moment})", number=number, item=said, name=name, moment=entry.entered_at)
