"""`translate fix` and `translate restore`: a person's words in place of a machine's translation, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Language, Typed, Verbatim, _, _c
from bot.model.correction import APPROVE, SUBJECT, Correction
from bot.model.person import LanguageCode

RESTORE = Typed(("!", _c("noun", "translate"), " ", _c("verb", "restore")))


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to the question whether a correction is right."""
    corrections = ctx.services.correction
    if choice == APPROVE:
        correction = await corrections.approve(ctx.actor, data["correction"], ctx.event, ctx.now)
        return Reply(
            _(
                "Approved. From now on I use this correction in every room, whenever the same is said in {language}.",
                language=Language(correction.source),
            )
        )
    return _restored([await corrections.refuse(ctx.actor, data["correction"], ctx.event, ctx.now)])


def _restored(corrections: Sequence[Correction]) -> Reply:
    """Return that the translations in which *corrections* were made are the machine's again."""
    languages = tuple(Language(one.target) for one in corrections)
    return Reply(
        _("The machine's translation into {languages} stands again, and I have forgotten the correction.",
          languages=languages)
    )  # fmt: skip


async def drafted(ctx: Context, text: str, to: LanguageCode | None = None) -> Any:
    """Return the correction, held against the original."""
    return await ctx.services.correction.draft(ctx.actor, ctx.room, ctx.replied, text, to)


@command(
    SUBJECT,
    summary=_("As a reply to a translation, or to its original: put a better one in its place, under your name"),
    prepare=drafted,
    answered=answered,
)
async def fix(
    ctx: Context,
    text: Annotated[str, Arg(_("The whole translation as it should be"), rest=True)],
    to: Annotated[LanguageCode | None, Option(_("Which translation, if there are several"))] = None,
) -> Reply:
    """Answer `translate fix TEXT [to:LANG]`."""
    draft = ctx.prepared
    asked = await ctx.services.correction.correct(ctx.actor, ctx.room, ctx.event, draft, ctx.now)
    shown = _(
        "The translation shows your words now, under your name. To take them back, reply to it with {command}.",
        command=RESTORE,
    )
    if asked is None:
        label = _("Because of its label, that serves this message alone.")
        return Reply(shown, label)
    here = (
        _("In this room I use them whenever the same is said again.")
        if draft.original.room_id == ctx.room
        else _("Where that message was written, I use them whenever the same is said again.")
    )
    language = Language(draft.translation.target)
    if asked.unfit:
        unfit = _(
            "Others who see that message read {language}, but they belong to no agency, so nobody can approve them for"
            " other rooms.",
            language=language,
        )
        return Reply(shown, here, unfit)
    if not asked.rooms:
        nobody = _(
            "Nobody else who sees that message reads {language}, so nobody can approve them for other rooms.",
            language=language,
        )
        return Reply(shown, here, nobody)
    names = tuple(Verbatim(ctx.services.room.name_of(room, user)) for user, room in asked.rooms.items())
    return Reply(shown, here, _("Other rooms get them once somebody else agrees. I have asked: {names}.", names=names))


@command(
    "translate restore",
    summary=_("As a reply to a corrected translation: show the machine's again"),
)
async def restore(
    ctx: Context,
    to: Annotated[LanguageCode | None, Option(_("Which translation, if there are several"))] = None,
) -> Reply:
    """Answer `translate restore [to:LANG]`."""
    return _restored(await ctx.services.correction.withdraw(ctx.actor, ctx.room, ctx.replied, to, ctx.event, ctx.now))
