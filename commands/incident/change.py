"""`incident` with the verbs that change one: each is an entry of its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from bot.command import Arg, Ask, Context, ErrorCode, Option, Reply, Role, UserError, command
from bot.i18n import Code, Typed, Verbatim, _, _c, _n
from bot.model.handling import Cleared, label_of
from bot.model.incident import (
    Basis,
    Incident,
    Info,
    Reason,
    Severity,
    Source,
    Status,
    dated,
    entered,
    evaluation,
    marked,
    moment_of,
    of_another_day,
    worded,
)
from bot.model.person import UserId
from bot.model.question import SAID
from bot.model.reference import Ref, Reference
from bot.model.times import Aim

CLOSE = "incident close"
MOST_LEFT = 20
WHICH = _("Its reference; left out in a reply to its card")


async def worded_text(ctx: Context, text: str | None = None, **_others: Any) -> Any:
    """Return what the person wrote in the languages of the room; None if that is nothing."""
    if not text:
        return None
    return await ctx.services.incident.words(text, ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


@command("incident note", summary=_("Enter something into an incident's timeline"), prepare=worded_text)
async def note(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    text: Annotated[str, Arg(_("What is to be entered"), rest=True)] = "",
    time: Annotated[datetime | None, Aim.BEHIND, Option(_("When it happened"))] = None,
    source: Annotated[Source | None, Option(_("How reliable the source is: A is always, X is not known"))] = None,
    info: Annotated[Info | None, Option(_("How accurate it is: 1 is beyond doubt, 4 cannot be borne out"))] = None,
    as_: Annotated[Basis | None, Option(_("Whether it is a fact, or somebody's assessment"))] = None,
) -> Reply:
    """Answer `incident note [REF] TEXT [time:TIME] [source:A|B|C|X] [info:1|2|3|4] [as:fact|assessment]`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to, only=True)
    began = dated(text, ctx.actor.language, ctx.actor.zone, ctx.told.sent_at) if time is None else None
    relied, happened_at = evaluation(source, info, as_), time or moment_of(began)
    noted = await incidents.note(ctx.actor, ctx.told, meant, ctx.prepared, happened_at, relied)
    said = of_another_day(noted.content, time, ctx.actor.zone, ctx.told.sent_at)
    said += entered(noted.content, began, ctx.told.sent_at, "" if time else text)
    return Reply(*said, ref=str(noted.content.ref)) if said else _done(noted)


async def reasoned(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return the reason for a change of severity that was asked for."""
    return await worded_text(ctx, data[SAID])


async def changed_after_all(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Change the severity, now that it is said why."""
    meant, new = Reference(data["ref"]), Severity(data["severity"])
    return _done(await ctx.services.incident.set_severity(ctx.actor, ctx.told, meant, new, ctx.prepared))


@command(
    "incident severity",
    summary=_("Say how bad an incident is"),
    role=Role.LEAD,
    prepare=worded_text,
    answered=changed_after_all,
    fetched=reasoned,
)
async def severity(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    severity: Annotated[Severity, Arg(_("How bad it is"))],
    text: Annotated[str | None, Arg(_("Why that has changed"), rest=True)] = None,
) -> Reply:
    """Answer `incident severity [REF] SEVERITY [WHY]`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    if ctx.prepared is None and await incidents.differs(ctx.room, meant, severity):
        incident = (await incidents.find(ctx.room, meant)).content
        asked = _("Why has the severity of {ref} changed? Reply with the reason.", ref=Code(str(meant)))
        data = {"ref": str(meant), "severity": severity}
        ask = Ask("incident severity", (), data, free=True)
        return Reply(marked(incident, asked), ref=str(meant), ask=ask)
    return _done(await incidents.set_severity(ctx.actor, ctx.told, meant, severity, ctx.prepared))


@command("incident status", summary=_("Say that an incident is contained, or open again"), role=Role.LEAD)
async def status(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    status: Annotated[Literal["open", "contained"], Arg(_("How things stand"))],
) -> Reply:
    """Answer `incident status [REF] open|contained`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    return _done(await incidents.set_status(ctx.actor, ctx.told, meant, Status(status)))


@command("incident lead", summary=_("Say who leads an incident"), role=Role.LEAD)
async def lead(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    who: Annotated[UserId | None, Arg(_("Who is to lead it; left out, I say who leads it now"))] = None,
) -> Reply:
    """Answer `incident lead [REF] [@PERSON]`; without a person, say who leads it."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    if who is None:
        return _led(ctx, await incidents.directed(ctx.room, meant))
    name = ctx.services.room.present(ctx.room, ctx.actor.user_id, who)
    incident = (await incidents.set_lead(ctx.actor, ctx.told, meant, who)).content
    said = _("{name} leads {ref}.", name=name, ref=Code(str(incident.ref)))
    return Reply(marked(incident, said), ref=str(incident.ref))


def _led(ctx: Context, incident: Incident) -> Reply:
    """Return who leads an incident, and how the asker takes that over: nobody becomes its lead by asking."""
    ref = Code(str(incident.ref))
    if incident.lead is None:
        said = _("Nobody leads {ref} yet.", ref=ref)
    else:
        said = _("{name} leads {ref}.", name=Verbatim(ctx.services.room.name_of(ctx.room, incident.lead)), ref=ref)
    if incident.lead == ctx.actor.user_id:
        return Reply(marked(incident, said), ref=str(incident.ref))
    take = Typed(("!", _c("noun", "incident"), " ", _c("verb", "lead"), f" {incident.ref} {ctx.actor.user_id}"))
    return Reply(
        marked(incident, said), _("To lead {ref} yourself: {command}", ref=ref, command=take), ref=str(incident.ref)
    )


@command("incident validate", summary=_("Confirm that an incident is what it says"), role=Role.LEAD)
async def validate(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident validate [REF]`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    return _done(await incidents.validate(ctx.actor, ctx.told, meant))


async def closing(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what was said of an incident when it was to be closed."""
    return await worded_text(ctx, data["text"])


async def closed_so(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Close the incident, now that it is said why."""
    meant = Reference(data["ref"])
    closed = await ctx.services.incident.set_status(
        ctx.actor, ctx.told, meant, Status.CLOSED, Reason(choice), ctx.prepared
    )
    return await with_left(ctx, meant, _done(closed))


@command(
    CLOSE, summary=_("Close an incident"), role=Role.LEAD, prepare=worded_text, answered=closed_so, fetched=closing
)
async def close(
    ctx: Context,
    ref: Annotated[Ref, Arg(_("Its reference: that is always typed"))],
    word: Annotated[Literal["resolved", "cancelled"] | None, Arg(_("Why it is closed"))] = None,
    reason: Annotated[Literal["resolved", "cancelled"] | None, Option(_("Why it is closed"))] = None,
    text: Annotated[str | None, Arg(_("What came of it"), rest=True)] = None,
) -> Reply:
    """Answer `incident close REF [REASON] [reason:REASON] [TEXT]`; without a reason, ask for it."""
    if word and reason and word != reason:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("You gave two reasons, {one} and {other}. Say one.",
              one=worded(Reason(word)), other=worded(Reason(reason))),
        )  # fmt: skip
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, None)
    given = word or reason
    if given is None:
        return await _asked_why(ctx, meant, text or "")
    why = Reason(given)
    closed = await incidents.set_status(ctx.actor, ctx.told, meant, Status.CLOSED, why, ctx.prepared)
    return await with_left(ctx, meant, _done(closed))


@command("incident reopen", summary=_("Open a closed incident again"), role=Role.LEAD, prepare=worded_text)
async def reopen(
    ctx: Context,
    ref: Annotated[Ref, Arg(_("Its reference: that is always typed"))],
    text: Annotated[str, Arg(_("Why it is opened again"), rest=True)],
) -> Reply:
    """Answer `incident reopen REF WHY`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, None)
    return _done(await incidents.set_status(ctx.actor, ctx.told, meant, Status.OPEN, None, ctx.prepared))


async def _asked_why(ctx: Context, ref: Reference, text: str) -> Reply:
    """Return the question why the incident is closed: a *text* alone does not say it (“not resolved, handed over”)."""
    incidents = ctx.services.incident
    incidents.holds(label_of(text))
    incident = await incidents.closable(ctx.room, ref, text)
    if text:
        asked = _("Is {ref} resolved or cancelled? I keep your words with the answer.", ref=Code(str(ref)))
    else:
        asked = _("Is {ref} resolved or cancelled?", ref=Code(str(ref)))
    choices = tuple((str(one), worded(one)) for one in (Reason.RESOLVED, Reason.CANCELLED))
    return Reply(marked(incident, asked), ref=str(ref), ask=Ask(CLOSE, choices, {"ref": str(ref), "text": text}))


async def with_left(ctx: Context, ref: Reference, said: Reply) -> Reply:
    """Return what was *said* of a closed incident, and what is still to be done about it: that stays open."""
    left = await ctx.services.task.left(ref)
    if not left:
        return said
    refs = Verbatim(", ".join(map(str, left[:MOST_LEFT])) + (" …" if len(left) > MOST_LEFT else ""))
    still = _n("{n} task of it is still open: {refs}.", "{n} tasks of it are still open: {refs}.", len(left), refs=refs)
    return Reply(*said.blocks, still, ref=said.ref, shows=said.shows)


def _done(cleared: Cleared[Incident]) -> Reply:
    incident = cleared.content
    said = _("{ref}: entered. It is {status}.", ref=Code(str(incident.ref)), status=worded(incident.status))
    return Reply(marked(incident, said), ref=str(incident.ref))
