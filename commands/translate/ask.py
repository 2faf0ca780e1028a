"""`translate LANG [text]`: a text, or the message replied to, in a language."""

from __future__ import annotations

from typing import Annotated, Any

from bot.command import Arg, Context, ErrorCode, Reply, UserError, command
from bot.i18n import Typed, Verbatim, _, _c
from bot.model.incoming import GLOBE
from bot.model.person import LanguageCode
from bot.model.wish import Wish

NOUN = _c("noun", "translate")
EXAMPLE = Typed(("!", NOUN, " es Where is the truck?"))
HERE = _("That message is here in that language already: look below it.")


async def prepare(ctx: Context, language: LanguageCode | None = None, text: str | None = None) -> Any:
    """Return what is asked for and what it comes to, before anything is recorded."""
    target = (language or ctx.actor.language).base
    if text is not None:
        wish = Wish(ctx.room, ctx.event, target, ctx.actor.user_id, ctx.event)
        return await ctx.services.wish.fulfil_text(text, wish, ctx.now)
    if ctx.replied is None:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _(
                "What shall I translate? Write this as a reply to a message, react to the message with {globe}, or put"
                " the text behind the language: {example}",
                globe=Verbatim(GLOBE),
                example=EXAMPLE,
            ),
        )
    source = await ctx.services.wish.source_of(ctx.room, ctx.replied)
    wish = Wish(ctx.room, source, target, ctx.actor.user_id, ctx.event)
    return await ctx.services.wish.fulfil(wish)


@command(
    "translate",
    summary=_("Translate a text, or the message that you reply to, into a language"),
    prepare=prepare,
    aliases=("tr",),
    changes=False,
)
async def translate(
    ctx: Context,
    language: Annotated[
        LanguageCode | None, Arg(_("The language, by its name or its code; your own if left out"))
    ] = None,
    text: Annotated[str | None, Arg(_("The text; left out in a reply to a message"), rest=True)] = None,
) -> Reply:
    """Answer `translate [LANG] [TEXT]` by a translation, which needs no word beside it."""
    return Reply() if await ctx.services.wish.record(ctx.prepared, ctx.now) else Reply(HERE)
