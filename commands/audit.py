"""`audit`: how long the log is and what was signed of it, so that each nation can keep that for itself."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Option, Range, Reply, Role, command
from bot.i18n import Code, Message, _, _n
from bot.model.file import File
from bot.model.signed import cosigned_by, told


@command(
    "audit status",
    summary=_("Show how many entries the log has, and its last signed checkpoint"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    changes=False,
)
async def status(ctx: Context) -> Reply:
    """Answer `audit status`."""
    size = await ctx.services.audit.size()
    counted = _n("The log has {n} entry.", "The log has {n} entries.", size)
    last = await ctx.services.audit.last()
    cosigned = await ctx.services.witness.cosigned()
    said = [counted, told(last) if last else NONE_YET, *([cosigned_by(cosigned)] if cosigned else [])]
    return Reply(*said)


@command(
    "audit checkpoint",
    summary=_("Get the last signed checkpoint of the log, to keep where I cannot change it"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    changes=False,
)
async def checkpoint(
    ctx: Context,
    since: Annotated[
        int | None, Range(least=1), Option(_("How many entries the last checkpoint that you have has")),
    ] = None,
) -> Reply:  # fmt: skip
    """Answer `audit checkpoint`: with the signed note as text, and as a file that holds just that."""
    last = await ctx.services.audit.last()
    if last is None:
        return Reply(NONE_YET)
    witness = ctx.services.witness
    text = await witness.noted(last) if since is None else await witness.since(since)
    file = File(f"checkpoint-{last.size}.txt", "text/plain", text.encode())
    keep = _(
        "Keep the file where I cannot reach it. {command} with this file shows whether anybody has changed one of these"
        " entries, or taken one away.",
        command=Code("liaison audit verify --checkpoint"),
    )
    return Reply(told(last), Message("{note}", {"note": Code(text.rstrip("\n"))}), keep, file=file)


@command(
    "audit cosign",
    summary=_("Hand in a checkpoint that a witness has cosigned"),
    role=Role.AUDITOR,
    or_role=Role.KEEPER,
)
async def cosign(
    ctx: Context, note: Annotated[str, Arg(_("All that the witness has printed"), rest=True, metavar="TEXT")]
) -> Reply:
    """Answer `audit cosign TEXT`."""
    return Reply(cosigned_by(await ctx.services.witness.cosign(note)))


NONE_YET = _("I have signed no checkpoint yet. I sign one every ten minutes if there are new entries.")
