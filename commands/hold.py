"""`hold`: nothing of an incident is deleted until it is lifted; what was taken back meanwhile auditors can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, Listing, Option, Range, Reply, Role, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.hold import COMMAND, LIFT, LIST, SHOW, YES, Hold, Kept, keeping, stays, why
from bot.model.incident import Incident, marked, told
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from bot.model.report import field_of, short
from bot.model.told import Told
from commands.fitting import fitting
from commands.mark import TYPED

LEAVE = (("leave", _c("choice", "Leave it as it was")),)
PLACE = ((YES, _c("choice", "Yes, put it under hold")), *LEAVE)
END = ((YES, _c("choice", "Yes, lift the hold")), *LEAVE)
NOTHING = _("Nothing was changed.")


async def placed(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of whoever wanted a hold."""
    ref = Reference(data["ref"])
    if choice != YES:
        return Reply(NOTHING, ref=str(ref))
    await ctx.services.hold.place(ctx.actor, _told(ctx, data), ref, data["reason"])
    said = _("{ref} is under hold. Nothing of it is deleted until the hold is lifted.", ref=Code(str(ref)))
    return Reply(await _marked(ctx, ref, said), *why(data["reason"]), ref=str(ref), quotes=(data["said"],))


@command(
    COMMAND,
    summary=_("Put an incident under legal hold: nothing of it is deleted until the hold is lifted"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    answered=placed,
)
async def hold(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    reason: Annotated[str, Arg(_("Why it is held"), rest=True)] = "",
) -> Reply:
    """Answer `hold REF [REASON]` with a question."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    reason = _labelled(ctx, reason)
    incident = await ctx.services.hold.placeable(ctx.actor, ctx.room, meant, reason)
    question = _("Put {ref} under hold?", ref=Code(str(meant)))
    return _asking(ctx, incident, question, Ask(COMMAND, PLACE, _data(ctx, meant, reason)))


@command(
    LIST,
    summary=_("Show what is under hold, since when, by whom and why"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    changes=False,
    reads=True,
)
async def list_holds(ctx: Context) -> Reply:
    """Answer `hold list`."""
    await ctx.services.hold.admit(ctx.actor, ctx.room)
    found = await ctx.services.hold.list_seen(ctx.room)
    if not found:
        return Reply(_("Nothing is under hold here."))
    lines = [marked(incident, _line(ctx, hold)) for hold, incident in found]
    shown = fitting(lines)
    more = [_n("{n} more is under hold.", "{n} more are under hold.", len(lines) - shown)] if shown < len(lines) else []
    holds = [hold for hold, _incident in found[:shown]]
    return Reply(
        Listing(tuple(lines[:shown])),
        *more,
        shows=tuple(dict.fromkeys(str(one.ref) for one in holds)),
        quotes=tuple(one.said for one in holds if one.reason),
    )


def _line(ctx: Context, one: Hold) -> Message:
    name = _named(ctx)(one.by)
    values = {
        "ref": Code(str(one.ref)),
        "moment": one.at,
        "name": Verbatim(f"{name} ({one.agency})" if one.agency else name),
    }
    if not one.reason:
        return _("{ref}: under hold since {moment}, by {name}.", **values)
    return _("{ref}: under hold since {moment}, by {name}. Why: {reason}", **values, reason=Verbatim(one.reason))


async def lifted(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of whoever wanted a hold to end."""
    ref = Reference(data["ref"])
    if choice != YES:
        return Reply(NOTHING, ref=str(ref))
    last = await ctx.services.hold.lift(ctx.actor, _told(ctx, data), ref, data["reason"], data.get("holds"))
    gone = _("The hold on {ref} is lifted. What was taken back meanwhile is deleted.", ref=Code(str(ref)))
    said = await _marked(ctx, ref, gone if last else stays(ref))
    return Reply(said, *why(data["reason"]), ref=str(ref), quotes=(data["said"],))


@command(
    LIFT,
    summary=_("Lift a hold: what was taken back meanwhile is deleted then"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    answered=lifted,
)
async def lift(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    reason: Annotated[str, Arg(_("Why it is lifted"), rest=True)],
) -> Reply:
    """Answer `hold lift REF REASON` with a question."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    reason = _labelled(ctx, reason)
    found = await ctx.services.hold.liftable(ctx.actor, ctx.room, meant, reason)
    question = (
        _("Lift your hold on {ref}? It stays under the hold of another agency.", ref=Code(str(meant)))
        if found.more
        else _("Lift the hold on {ref}? What was taken back meanwhile is deleted for good.", ref=Code(str(meant)))
    )
    return _asking(ctx, found.incident, question, Ask(LIFT, END, {**_data(ctx, meant, reason), "holds": found.shown}))


@command(
    SHOW,
    summary=_("Show what was taken back of an incident while it is under hold; every reading is recorded"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    changes=False,
    reads=True,
)
async def show(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    from_: Annotated[int, Range(1), Option(_("From which line on"))] = 1,
) -> Reply:
    """Answer `hold show REF [from:NUMBER]`."""
    await ctx.services.hold.admit(ctx.actor, ctx.room)
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    kept = await ctx.services.hold.kept(ctx.room, meant)
    lines = [(one, line) for one in kept for line in _lines(ctx, one)][from_ - 1 :]
    shown = lines[: fitting([line for _one, line in lines])]
    incident = (await ctx.services.incident.find(ctx.room, meant)).content
    if not shown:
        said = _("I can show nothing here that was taken back since {ref} is under hold.", ref=Code(str(meant)))
        return Reply(marked(incident, said), ref=str(meant))
    await ctx.services.hold.showing(ctx.actor, ctx.told, meant, [one for one, _line in shown])
    said = _("Taken back while {ref} is under hold:", ref=Code(str(meant)))
    label = [_("Handling: {label}", label=Verbatim(str(incident.handling)))] if incident.handling else []
    more = []
    if left := len(lines) - len(shown):
        following = Typed(
            ("!", _c("noun", "hold"), " ", _c("verb", "show"), f" {meant} ", _c("option", "from"),
             f":{from_ + len(shown)}")
        )  # fmt: skip
        more.append(_n("{n} more line: {command}", "{n} more lines: {command}", left, command=following))
    return Reply(
        marked(incident, said),
        *label,
        Listing(tuple(line for _one, line in shown)),
        *more,
        ref=str(meant),
        quotes=(keeping(meant),),
    )


def _lines(ctx: Context, kept: Kept) -> list[Message]:
    """Return what was taken back: a line for an entry, one for each text of a report."""
    entry, report = kept.entry, kept.report
    name = _named(ctx)(entry.author)
    said = {
        "number": entry.number,
        "moment": entry.happened_at or entry.sent_at,
        "name": Verbatim(f"{name} ({entry.agency})" if entry.agency else name),
        "what": told(entry, _named(ctx)),
    }
    if report is None:
        return [_("{number}. {moment} {name}: {what}: {text}", text=Verbatim(entry.text), **said)]
    fields = {code: short(report.template, field_of(report.template, code)) for code in report.values}
    texts = [
        _("{field}: {value}", field=field, value=Verbatim(report.values[code].meant)) for code, field in fields.items()
    ]
    return [_("{number}. {moment} {name}: {what}: {text}", text=text, **said) for text in texts]


def _asking(ctx: Context, incident: Incident, question: Message, ask: Ask) -> Reply:
    return Reply(marked(incident, question), ref=str(incident.ref), ask=ask)


def _labelled(ctx: Context, reason: str) -> str:
    """Return the reason behind the label that stands before the command."""
    return f"{ctx.label} {reason}".strip() if reason else reason


def _data(ctx: Context, ref: Reference, reason: str) -> Mapping[str, Any]:
    """Return what the answer needs: also which message has given the reason, which goes with it."""
    return {"ref": str(ref), "tail": ref.tail, "reason": reason, "said": ctx.told.said}


def _told(ctx: Context, data: Mapping[str, Any]) -> Told:
    return replace(ctx.told, source=data["said"])


async def _marked(ctx: Context, ref: Reference, said: Message) -> Message:
    return marked((await ctx.services.incident.find(ctx.room, ref)).content, said)


def _named(ctx: Context) -> Callable[[UserId], str]:
    return lambda user_id: ctx.services.room.known_as(user_id, ctx.room)
