"""`translate check`: what readers read, translated back for whoever asks."""

from __future__ import annotations

from typing import Any

from bot.command import Context, ErrorCode, Listing, Reply, UserError, command
from bot.i18n import Language, Message, Verbatim, _

MOST_SHOWN = 1000
"""Characters that are shown of one text: a reply is one message."""


async def checked(ctx: Context) -> Any:
    """Return the translations, translated back."""
    return await ctx.services.check.check(ctx.actor, ctx.room, ctx.replied)


@command(
    "translate check",
    summary=_("As a reply to your message: show what the others read, translated back into your language"),
    prepare=checked,
    changes=False,
)
async def check(ctx: Context) -> Reply:
    """Answer `translate check`."""
    original = ctx.prepared[0].original
    if not await ctx.services.check.stands(original):
        raise UserError(ErrorCode.CONFLICT)
    blocks: list[Message | Listing] = []
    for one in ctx.prepared:
        said = one.text if len(one.text) <= MOST_SHOWN else f"{one.text[:MOST_SHOWN]} …"
        blocks.append(
            _(
                "Readers in {language} read this, translated back by machine: {text}",
                language=Language(one.language),
                text=Verbatim(said),
            )
        )
        blocks.append(Listing(tuple(_remarks(one))))
    note = _("The way back is by machine too: what looks wrong here need not be wrong in the translation.")
    return Reply(*blocks, note, of=original.event_id)


def _remarks(one: Any) -> list[Message]:
    """Return how what readers read differs from the original."""
    if not one.compared:
        return [_("I could not read the original again, so I have compared nothing.")]
    said = []
    if one.missing:
        said.append(_("⚠ Only in the original: {words}.", words=tuple(map(Verbatim, one.missing))))
    if one.added:
        said.append(_("⚠ Not in the original: {words}.", words=tuple(map(Verbatim, one.added))))
    if one.negation:
        said.append(_("⚠ A “not” may be missing or too many."))
    return said or [_("Numbers, units and “not” are as in the original.")]
