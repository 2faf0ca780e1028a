"""`incident` with the verbs that show: how things stand, and how they came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.incident import Entry, Incident, facts, headed, heading, marked, taken_apart, told, worded
from bot.model.person import UserId
from bot.model.reference import Ref
from bot.model.translation import Translation
from commands.incident.change import WHICH

MOST_LISTED = 30
MOST_SHOWN = 500
"""Characters that are shown of one text."""
MOST_CHARACTERS = 8_000
"""Characters of all texts that are shown at once: what an event holds, in any script, as text and as HTML."""


async def completed(ctx: Context, ref: Ref | None = None) -> Any:
    """Return what is missing of an incident's texts in the person's language."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    incident = await incidents.find(ctx.room, meant)
    return await incidents.complete(incident.ref, ctx.room, ctx.actor.language, ctx.now)


@command("incident list", summary=_("List what is open in this room"), changes=False)
async def list_open(ctx: Context) -> Reply:
    """Answer `incident list`."""
    found = await ctx.services.incident.list_open(ctx.room)
    if not found:
        return Reply(_("No incident is open in this room."))
    real = [incident for incident in found if not incident.exercise]
    played = [incident for incident in found if incident.exercise]
    blocks: list[Message | Listing] = []
    if real:
        blocks += [_n("{n} incident is open:", "{n} incidents are open:", len(real)), await _listed(ctx, real)]
    else:
        blocks.append(_("No incident is open in this room."))
    if played:
        count = _n("EXERCISE: {n} incident is open:", "EXERCISE: {n} incidents are open:", len(played))
        blocks += [count, await _listed(ctx, played)]
    return Reply(*blocks)


async def _listed(ctx: Context, incidents: Sequence[Incident]) -> Listing:
    return Listing(tuple([marked(one, await _line(ctx, one)) for one in incidents[:MOST_LISTED]]))


async def _line(ctx: Context, incident: Incident) -> Message:
    made = await ctx.services.incident.title_in(incident, ctx.actor.language)
    title, ref = Verbatim(made.text if made else incident.title), Code(str(incident.ref))
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
    incident = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to))
    await incidents.keep(incident.ref, ctx.prepared)
    made = await incidents.title_in(incident, ctx.actor.language)

    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    title = _titled(incident.title, made)
    return Reply(heading(incident), title, Listing(facts(incident, name_of)), ref=str(incident.ref))


@command("incident timeline", summary=_("Show what has happened in an incident"), prepare=completed, changes=False)
async def timeline(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident timeline [REF]`."""
    incidents = ctx.services.incident
    incident = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to))
    await incidents.keep(incident.ref, ctx.prepared)
    made = await incidents.texts_in(incident.ref, ctx.actor.language)
    entries = await incidents.timeline(incident.ref)
    lines = [line for entry in _latest(entries) for line in _entry(ctx, entry, made.get(entry.number))]
    return Reply(heading(incident), Listing(tuple(lines)), ref=str(incident.ref))


def _latest(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the last entries, as many as one message holds."""
    shown, left = 0, MOST_CHARACTERS
    for entry in reversed(entries[-MOST_LISTED:]):
        left -= min(len(entry.text), MOST_SHOWN * (1 + len(entry.values.get("parts", ()))))
        if left < 0 and shown:
            break
        shown += 1
    return entries[len(entries) - shown :]


def _entry(ctx: Context, entry: Entry, made: Translation | None) -> list[Message]:
    """Return the lines of an entry: one, and one for each part of a decision."""
    names = entry.values.get("parts")
    if not names:
        return [_line_of(ctx, entry, made.text if made else entry.text, made)]
    # What a translation has not left in its lines is shown as it was written.
    translated = taken_apart(made.text, names) if made else None
    apart = translated or taken_apart(entry.text, names)
    if apart is None:
        return [_line_of(ctx, entry, entry.text, None)]
    decision, parts = apart
    return [
        _line_of(ctx, entry, decision, made if translated else None),
        *(headed(part, _cut(text)) for part, text in parts),
    ]


def _line_of(ctx: Context, entry: Entry, words: str, made: Translation | None) -> Message:
    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    said = {"moment": entry.happened_at or entry.sent_at, "what": told(entry, name_of)}
    author = name_of(entry.author)
    named = Verbatim(f"{author} ({entry.agency})" if entry.agency else author)
    if not entry.text:
        return _("{moment} {name}: {what}", name=named, **said)
    text = Verbatim(_cut(words))
    if made:
        return _("{moment} {name}: {what}: {text} (machine translation)", name=named, text=text, **said)
    return _("{moment} {name}: {what}: {text}", name=named, text=text, **said)


def _titled(title: str, made: Translation | None) -> Message:
    if made:
        return _("{text} (machine translation)", text=Verbatim(made.text))
    return _("{text}", text=Verbatim(title))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN].rstrip()} …"
