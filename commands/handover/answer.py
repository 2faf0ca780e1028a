"""`handover item`, `accept` and `refuse`: what the incoming person does."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, ErrorCode, Reply, UserError, command
from bot.i18n import Code, Verbatim, _, _n
from bot.model.handover import Answer, State
from bot.model.reference import Ref
from commands.handover.start import WHICH, left, meant, worded

ANSWERS = {"ok": Answer.OK, "ask": Answer.ASKED, "refuse": Answer.REFUSED}
MOST_NUMBERS = 500
_PART = re.compile(r"(\d{1,4})(?:[-–](\d{1,4}))?")


@command("handover item", summary=_("Take an item over, ask about it, or refuse it"), prepare=worded)
async def item(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    number: Annotated[str, Arg(_("The item, or several: 3, 5-8"))],
    answer: Annotated[Literal["ok", "ask", "refuse"], Arg(_("What you say to it"))],
    text: Annotated[str | None, Arg(_("What you ask, or why you refuse it"), rest=True)] = None,
) -> Reply:
    """Answer `handover item [REF] N ok|ask|refuse [REASON]`."""
    found = await meant(ctx, ref)
    numbers = _numbers(number)
    sheet = await ctx.services.handover.answer(ctx.actor, ctx.told, found, numbers, ANSWERS[answer], ctx.prepared.text)
    return Reply(left(sheet), ref=str(found), shows=())


@command("handover accept", summary=_("Take the post over: from then on you answer for it"))
async def accept(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `handover accept [REF]`."""
    sheet = await ctx.services.handover.accept(ctx.actor, ctx.told, await meant(ctx, ref))
    handover = sheet.handover
    if handover.state is not State.ACCEPTED:
        said = _("Something has come since, so it is not accepted yet. Please look at the card.")
        return Reply(said, left(sheet), ref=str(handover.ref), shows=())
    blocks = [
        _("You answer for {post} from now on.", post=Verbatim(handover.post)),
        _("{ref} is on record, with the digest {digest}.",
          ref=Code(str(handover.ref)), digest=Code(handover.digest[:16])),
    ]  # fmt: skip
    kept = Counter(item.stays_with or handover.outgoing for item in sheet.refused)
    for person, count in kept.items():
        name = Verbatim(ctx.services.room.name_of(ctx.room, person))
        blocks.insert(1, _n("{n} item stays with {name}.", "{n} items stay with {name}.", count, name=name))
    return Reply(*blocks, ref=str(handover.ref), shows=())


async def refusing(ctx: Context, text: str, ref: Ref | None = None) -> Any:
    """Return why the person does not take over, in the languages of the room and of the outgoing person."""
    return await ctx.services.reading.words(ctx.actor, ctx.told, await meant(ctx, ref), text)


@command("handover refuse", summary=_("Do not take the post over, and say why"), prepare=refusing)
async def refuse(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    text: Annotated[str, Arg(_("Why you do not take it over"), rest=True)],
) -> Reply:
    """Answer `handover refuse [REF] REASON`."""
    handover = await ctx.services.handover.refuse(ctx.actor, ctx.told, await meant(ctx, ref), ctx.prepared)
    name = Verbatim(ctx.services.room.name_of(ctx.room, handover.outgoing))
    said = _("{ref} is refused. {name} answers for the post as before.", ref=Code(str(handover.ref)), name=name)
    return Reply(said, ref=str(handover.ref), shows=())


def _numbers(typed: str) -> list[int]:
    """Return the numbers that somebody typed, such as `3`, `3,5` or `5-8`; raise UserError."""
    found: list[int] = []
    for part in filter(None, typed.split(",")):
        read = _PART.fullmatch(part.strip())
        if read is None:
            break
        first, last = int(read[1]), int(read[2] or read[1])
        found += range(first, min(last, first + MOST_NUMBERS) + 1)
    else:
        if found:
            return found[:MOST_NUMBERS]
    raise UserError(
        ErrorCode.BAD_ARGUMENT,
        _("Say the number of an item, or several: {example}.", example=Code("3, 5-8")),
    )
