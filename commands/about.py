"""`about`: what the bot is and which languages it can serve."""

from __future__ import annotations

from bot.command import Context, Listing, Reply, command
from bot.i18n import Language, Message, Typed, Verbatim, _, _c
from bot.model.status import LanguageSupport

HELP = Typed(("!", _c("noun", "help")))


@command("about", summary=_("Say what I am and which languages I can serve"), changes=False, described=True)
async def about(ctx: Context) -> Reply:
    """Answer `about`."""
    status, privacy = await ctx.services.status.status(), ctx.services.status.privacy()
    lines = tuple(_support(support) for support in ctx.services.status.languages())
    return Reply(
        _(
            "I am Liaison {version} ({taskforce}). I translate the messages of this room and answer commands; see"
            " {help}.",
            version=Verbatim(status.version),
            taskforce=Verbatim(privacy.taskforce),
            help=HELP,
        ),
        _("Working languages:"),
        Listing(lines),
        _("I am not for classified information."),
    )


def _support(support: LanguageSupport) -> Message:
    language = Language(support.code)
    to = tuple(Language(code) for code in support.translated_to)
    source = tuple(Language(code) for code in support.translated_from)
    if support.menus:
        return _(
            "{language}: I answer in it; translated from: {sources}; translated into: {targets}",
            language=language,
            sources=source,
            targets=to,
        )
    return _(
        "{language}: I do not answer in it yet; translated from: {sources}; translated into: {targets}",
        language=language,
        sources=source,
        targets=to,
    )
