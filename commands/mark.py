"""`mark`: how a record is handled, and whom it is for."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.command import Arg, Context, ErrorCode, Option, Reply, UserError, command
from bot.i18n import Code, Verbatim, _
from bot.model.handling import NO_MARK, Handling, Mark, mark_of
from bot.model.handling.sentences import LABELS, unknown
from bot.model.person import UserId
from bot.model.reference import Ref

TYPED = _("Its reference: that is always typed")


@command("mark", summary=_("Say how a record is handled, and which agencies may have it"))
async def mark(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    labels: Annotated[
        Literal["none"] | str | None, Arg(_("TLP and H codes; none takes its mark away"), rest=True, metavar="LABELS")
    ] = None,
    rel: Annotated[
        tuple[UserId | str, ...] | None, Option(_("Whom it is for: agencies; of TLP:RED, persons"), metavar="AGENCIES")
    ] = None,
) -> Reply:
    """Answer `mark REF [LABELS] [rel:AGENCIES]`."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    done = await ctx.services.mark.mark(ctx.actor, ctx.told, meant, _mark(labels, rel))
    await ctx.services.release.marked(ctx.actor, ctx.told, done.incident)
    code, label = Code(str(meant)), Verbatim(str(done.mark))
    said = [_("{ref} is marked {label} now.", ref=code, label=label) if done.mark.marked
            else _("{ref} is not marked any more.", ref=code)]  # fmt: skip
    if not done.decided and done.incident.agency:
        said.append(_("That holds until a lead of {agency} decides.", agency=Verbatim(done.incident.agency)))
    if done.ended:
        said.append(_("That ends the release to {agencies}.", agencies=Verbatim(", ".join(done.ended))))
    if done.mark.red:
        said.append(_("I say it in no room any more. Who is named can read it in a direct room with me."))
    elif not done.sees:
        said.append(_("Not everyone here may read it now, so I have taken back what I had posted of it here."))
        said.append(_("Whoever may read it can go on with it in a direct room with me."))
    return Reply(*said, ref=str(meant), shows=())


def _mark(labels: str | None, rel: tuple[UserId | str, ...] | None) -> Mark:
    """Return the mark that is meant, or raise UserError."""
    if labels is None and rel is None:
        raise UserError(
            ErrorCode.BAD_ARGUMENT, _("Say how it is to be handled. The labels are {labels}.", labels=LABELS)
        )
    if labels == "none":
        return NO_MARK
    handling: Handling | None = None
    if labels is not None:
        label = mark_of(labels)
        if label is None or label.unclear:
            raise UserError(ErrorCode.BAD_ARGUMENT, unknown(labels))
        handling = label.handling
    return Mark.of(handling, rel)
