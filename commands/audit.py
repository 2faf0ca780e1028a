"""`audit`: how long the log is and what was signed of it, so that each nation can keep that for itself."""

from __future__ import annotations

from bot.command import Context, Reply, Role, command
from bot.i18n import Code, Message, _, _n
from bot.model.checkpoint import Cut
from bot.model.file import File


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
    return Reply(counted, _told(last) if last else NONE_YET)


@command(
    "audit checkpoint",
    summary=_("Get the last signed checkpoint of the log, to keep where I cannot change it"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    changes=False,
)
async def checkpoint(ctx: Context) -> Reply:
    """Answer `audit checkpoint`: with the signed note as text, and as a file that holds just that."""
    last = await ctx.services.audit.last()
    if last is None:
        return Reply(NONE_YET)
    file = File(f"checkpoint-{last.size}.txt", "text/plain", last.note.encode())
    keep = _(
        "Keep the file where I cannot reach it. {command} with this file shows whether anybody has changed one of these"
        " entries, or taken one away.",
        command=Code("liaison audit verify --checkpoint"),
    )
    return Reply(_told(last), Message("{note}", {"note": Code(last.note.rstrip("\n"))}), keep, file=file)


NONE_YET = _("I have signed no checkpoint yet. I sign one every ten minutes if there are new entries.")


def _told(last: Cut) -> Message:
    return _n(
        "I signed the last checkpoint on {moment}: {n} entry, head {head}.",
        "I signed the last checkpoint on {moment}: {n} entries, head {head}.",
        last.size,
        moment=last.cut_at,
        head=Code(last.head),
    )
