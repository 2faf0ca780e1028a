"""`incident` with the verbs that show: how things stand, and how they came about."""

from __future__ import annotations

from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.handling import Cleared
from bot.model.incident import Entry, Incident, facts, heading, told, worded
from bot.model.person import UserId
from bot.model.reference import Ref
from bot.model.translation import Translation
from commands.incident.change import WHICH

MOST_LISTED = 30
MOST_SHOWN = 500
"""Characters that are shown of one text."""


async def completed(ctx: Context, ref: Ref | None = None) -> Any:
    """Return what is missing of an incident's texts in the person's language."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    cleared = await incidents.find(ctx.room, meant)
    return await incidents.complete(cleared.content.ref, ctx.room, ctx.actor.language, ctx.now)


@command("incident list", summary=_("List what is open in this room"), changes=False)
async def list_open(ctx: Context) -> Reply:
    """Answer `incident list`."""
    found = await ctx.services.incident.list_open(ctx.room)
    if not found:
        return Reply(_("No incident is open in this room."))
    listed = found[:MOST_LISTED]
    lines = tuple([await _line(ctx, cleared) for cleared in listed])
    shows = tuple(str(cleared.content.ref) for cleared in listed)
    return Reply(_n("{n} incident is open:", "{n} incidents are open:", len(found)), Listing(lines), shows=shows)


async def _line(ctx: Context, cleared: Cleared[Incident]) -> Message:
    incident, made = cleared.content, await ctx.services.incident.title_in(cleared, ctx.actor.language)
    title, ref = Verbatim(made.text if made else incident.title), Code(str(incident.ref))
    if not cleared.full:
        return _("{ref} ({status})", ref=ref, status=worded(incident.status))
    if incident.severity is None:
        return _("{ref} ({status}): {title}", ref=ref, status=worded(incident.status), title=title)
    return _(
        "{ref} ({status}, {severity}): {title}",
        ref=ref,
        status=worded(incident.status),
        severity=worded(incident.severity),
        title=title,
    )


@command("incident show", summary=_("Show how an incident stands"), prepare=completed, changes=False)
async def show(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident show [REF]`."""
    incidents = ctx.services.incident
    cleared = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to))
    incident = cleared.content
    await incidents.keep(incident.ref, ctx.prepared)
    made = await incidents.title_in(cleared, ctx.actor.language)

    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    title = (_titled(incident.title, made),) if cleared.full else ()
    return Reply(heading(cleared), *title, Listing(facts(cleared, name_of)), ref=str(incident.ref))


@command("incident timeline", summary=_("Show what has happened in an incident"), prepare=completed, changes=False)
async def timeline(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident timeline [REF]`."""
    incidents = ctx.services.incident
    cleared = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to))
    incident = cleared.content
    await incidents.keep(incident.ref, ctx.prepared)
    made = await incidents.texts_in(cleared, ctx.actor.language)
    entries = await incidents.timeline(cleared)
    lines = tuple(_entry(ctx, entry, made.get(entry.number)) for entry in entries[-MOST_LISTED:])
    return Reply(heading(cleared), Listing(lines), ref=str(incident.ref))


def _entry(ctx: Context, entry: Entry, made: Translation | None) -> Message:
    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    said = {"moment": entry.happened_at or entry.sent_at, "what": told(entry, name_of)}
    author = name_of(entry.author)
    named = Verbatim(f"{author} ({entry.agency})" if entry.agency else author)
    if not entry.text:
        return _("{moment} {name}: {what}", name=named, **said)
    text = Verbatim(_cut(made.text if made else entry.text))
    if made:
        return _("{moment} {name}: {what}: {text} (machine translation)", name=named, text=text, **said)
    return _("{moment} {name}: {what}: {text}", name=named, text=text, **said)


def _titled(title: str, made: Translation | None) -> Message:
    if made:
        return _("{text} (machine translation)", text=Verbatim(made.text))
    return _("{text}", text=Verbatim(title))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN].rstrip()} …"
