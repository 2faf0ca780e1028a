"""`purpose`: for what one reads records that are sensitive, as one has stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.command import Context, Listing, Reply, command
from bot.i18n import Code, _, _c
from bot.model.purpose import CHOICES, COMMAND

LABELS = {**dict(CHOICES), "words": _c("choice", "In your own words")}


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whoever states a purpose for what is done already."""
    await ctx.services.purpose.state(ctx.actor, ctx.told, data["refs"], choice)
    return Reply(_("Noted. Ask for it again to read it."))


@command(
    COMMAND,
    summary=_("Show for what purpose you read sensitive records, as you have stated"),
    changes=False,
    answered=answered,
)
async def purpose(ctx: Context) -> Reply:
    """Answer `purpose`."""
    found = await ctx.services.purpose.list_of(ctx.actor, ctx.now)
    if not found:
        return Reply(_("You have stated no purpose of late. I ask for one where it is needed."))
    lines = [_("{ref}: {purpose}, {moment}", ref=Code(str(one.ref)), purpose=LABELS[one.code], moment=one.at)
             for one in found]  # fmt: skip
    return Reply(Listing(tuple(lines)))
