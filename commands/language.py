"""`language`: which language one reads, and which others need no translation."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Language, Message, Typed, _, _c
from bot.model.person import Actor, LanguageCode

LEARNED = _("I learned that from what you write.")
EXAMPLE = Typed(("!", _c("noun", "language"), " pt ", _c("option", "reads"), ":en,es"))


@command("language", summary=_("Show or set the language that I use for you"), described=True, shows_bare=True)
async def language(
    ctx: Context,
    wanted: Annotated[
        LanguageCode | Literal["auto"] | None,
        Arg(_("A language such as pt, or auto: the one that you write, else your agency's")),
    ] = None,
    reads: Annotated[
        tuple[LanguageCode | Literal["none"], ...] | None,
        Option(_("Languages that you also read, so that I need not translate them for you, or none")),
    ] = None,
) -> Reply:
    """Answer `language [language] [reads:languages]`."""
    person = ctx.services.person
    if wanted is None and reads is None:
        known = await person.find(ctx.actor.user_id)
        return Reply(
            *_settings(ctx.actor.language, known.also_reads),
            *([LEARNED] if known.language is None and known.learned == ctx.actor.language else []),
            _("To change it: {example}", example=EXAMPLE),
        )
    before = await person.find(ctx.actor.user_id)
    chosen = before.language if wanted is None else None if wanted == "auto" else LanguageCode(wanted)
    wished = None if reads is None else tuple(LanguageCode(code) for code in reads if code != "none")
    after = await person.set_language(ctx.actor.user_id, chosen, wished, ctx.now)
    await ctx.services.patrol.relearned(ctx.actor.user_id, ctx.event, ctx.now)
    actor = await person.actor(ctx.actor.user_id, ctx.room)
    return Reply(*_settings(actor.language, after.also_reads), *_missing(ctx, actor))


def _missing(ctx: Context, actor: Actor) -> tuple[Message, ...]:
    """Say what the bot cannot do in the language that a person has chosen."""
    said = []
    if actor.language.base != actor.menus:
        said.append(
            _(
                "I do not speak {language} yet, so I answer you in {menus}.",
                language=Language(actor.language),
                menus=Language(actor.menus),
            )
        )
    if not ctx.services.status.reaches(actor.language.base):
        said.append(
            _("I cannot translate into {language}: no model for it is installed.", language=Language(actor.language))
        )
    return tuple(said)


def _settings(language: str, also: tuple[LanguageCode, ...]) -> tuple[Message, ...]:
    set_to = _("Your language is {language}.", language=Language(language))
    others = tuple(Language(code) for code in also if code.base != LanguageCode(language).base)
    return (set_to, _("You also read: {languages}.", languages=others)) if others else (set_to,)
