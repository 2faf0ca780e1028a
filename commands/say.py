"""`say`: an approved phrase in every language of the room, which no machine has translated."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Reply, UserError, command
from bot.i18n import Code, Language, Message, Typed, Verbatim, _, _c
from bot.model.names import one_line
from bot.model.phrase import Phrase, Topic

NOUN = _c("noun", "say")
EXAMPLE = Typed(("!", NOUN, " halt.vehicle"))
LONGEST_CITED = 60


@command("say", summary=_("Say an approved phrase in every language of the room"), described=True, shows_bare=True)
async def say(
    ctx: Context,
    phrase: Annotated[
        str | Literal["list"] | None,
        Arg(_("The code of a phrase such as halt.vehicle, or list for all of them"), rest=True),
    ] = None,
) -> Reply:
    """Answer `say [PHRASE|list]`."""
    if phrase is None or phrase == "list":
        return _listed(ctx)
    found = ctx.services.phrase.phrases.find(phrase)
    if found is None:
        raise _unknown(ctx, phrase)
    spoken = await ctx.services.phrase.spoken(found, ctx.room, ctx.actor)
    missing = tuple(Language(code) for code in spoken.missing)
    said = (_("There is no approved wording in {languages}.", languages=missing),) if missing else ()
    return Reply(*said, texts=spoken.texts)


def _listed(ctx: Context) -> Reply:
    how = _("These are the approved phrases. To say one in the languages of the room: {example}", example=EXAMPLE)
    blocks: list[Message | Listing] = [how]
    for topic in ctx.services.phrase.phrases.topics:
        blocks += [_name(ctx, topic), Listing(tuple(_shown(ctx, phrase) for phrase in topic.phrases))]
    return Reply(*blocks)


def _name(ctx: Context, topic: Topic) -> Message:
    # A name alone, which no catalogue can word.
    return Message("{topic}", {"topic": Verbatim(topic.name(ctx.actor.language, ctx.actor.menus))})


def _shown(ctx: Context, phrase: Phrase, before: str = "") -> Message:
    wording = Verbatim(phrase.wording(ctx.actor.language, ctx.actor.menus))
    return _("{command}: {what}", command=Code(before + phrase.code), what=wording)


def _unknown(ctx: Context, typed: str) -> UserError:
    """Return the error that says which phrases may be meant, or where all of them are listed."""
    word = Verbatim(one_line(typed)[:LONGEST_CITED])
    guesses = ctx.services.phrase.phrases.near(typed, ctx.actor.language, ctx.actor.menus)
    if not guesses:
        return UserError(
            ErrorCode.NOT_FOUND,
            _("I know no phrase “{word}”. {command} lists all of them.", word=word, command=Typed(("!", NOUN))),
        )
    return UserError(
        ErrorCode.NOT_FOUND,
        _("I know no phrase “{word}”. Did you mean one of these?", word=word),
        *(_shown(ctx, phrase) for phrase in guesses),
    )
