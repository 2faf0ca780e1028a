"""`sir`: a serious-incident report to the rights monitors, past everyone else."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Reply, command
from bot.i18n import Code, _, _n
from bot.model.sealed import Sealed


async def sealed(ctx: Context, text: str) -> Sealed:
    """Return the report sealed: from here on nothing of ours can read it."""
    return await ctx.services.sir.seal(ctx.actor, ctx.told, text)


@command(
    "sir",
    summary=_("Report a serious incident to the rights monitors alone; only in a direct room with me"),
    prepare=sealed,
    sealed=True,
)
async def sir(
    ctx: Context, text: Annotated[str, Arg(_("What has happened, where and when, and who has seen it"), rest=True)]
) -> Reply:
    """Answer `sir TEXT`."""
    made: Sealed = ctx.prepared
    await ctx.services.sir.hand_over(ctx.actor, ctx.told, made)
    return Reply(
        _n(
            "Your report is sealed and goes to {n} rights monitor. Nobody else can open it, nor can I.",
            "Your report is sealed and goes to {n} rights monitors. Nobody else can open it, nor can I.",
            len(made.readers),
        ),
        _("Its reference: {ref}", ref=Code(str(made.ref))),
        _("SHA-256 of the sealed file: {hash}", hash=Code(made.digest)),
        _(
            "Keep both: they show that you reported, and when. Your own message above still holds the report: delete it"
            " if somebody may look at your phone."
        ),
        ref=str(made.ref),
        shows=(),
        forgotten=True,
    )
