"""`incident` with the verbs that show: how things stand, and how they came about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.handling import Cleared
from bot.model.incident import (
    Entry,
    EntryKind,
    Incident,
    as_written,
    facts,
    headed,
    heading,
    in_a_line,
    named,
    relations,
    replaced,
    taken_apart,
    title_as_written,
    title_line,
    told,
)
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Ref, Reference
from bot.model.translation import Translation
from bot.model.uncertainty import doubted, labelled
from commands.incident.change import WHICH

MOST_LISTED = 30
MOST_SHOWN = 500
"""Characters that are shown of one text."""
MOST_CHARACTERS = 8_000
"""Characters of all texts that are shown at once: what an event holds, in any script, as text and as HTML."""


async def completed(ctx: Context, ref: Ref | None = None) -> Any:
    """Return the incident's title in the person's language, if that is missing."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to, only=True)
    cleared = await incidents.find(ctx.room, meant)
    if not cleared.full:
        return {}
    return {meant: await incidents.complete(meant, ctx.room, ctx.actor.language, ctx.now, {1})}


async def completed_timeline(ctx: Context, ref: Ref | None = None) -> Any:
    """Return what is missing of what is shown of a timeline in the person's language."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to, only=True)
    cleared = await incidents.find(ctx.room, meant)
    if not cleared.full:
        return {}
    numbers = await ctx.services.relating.latest(ctx.room, cleared.content, MOST_LISTED)
    return {
        one: await incidents.complete(one, ctx.room, ctx.actor.language, ctx.now, shown)
        for one, shown in numbers.items()
    }


@command("incident list", summary=_("List what is open in this room"), changes=False, reads=True)
async def list_open(ctx: Context) -> Reply:
    """Answer `incident list`."""
    found = await ctx.services.incident.list_open(ctx.room)
    if not found:
        return Reply(_("No incident is open in this room."))
    real = [one for one in found if not one.content.exercise]
    played = [one for one in found if one.content.exercise]
    blocks: list[Message | Listing] = []
    if real:
        blocks += [_n("{n} incident is open:", "{n} incidents are open:", len(real)), await _listed(ctx, real)]
    else:
        blocks.append(_("No incident is open in this room."))
    if played:
        count = _n("EXERCISE: {n} incident is open:", "EXERCISE: {n} incidents are open:", len(played))
        blocks += [count, await _listed(ctx, played)]
    shows = [str(one.content.ref) for part in (real, played) for one in part[:MOST_LISTED]]
    return Reply(*blocks, shows=tuple(shows))


async def _listed(ctx: Context, incidents: Sequence[Cleared[Incident]]) -> Listing:
    shown = incidents[:MOST_LISTED]
    titles = await ctx.services.incident.titles_in(shown, ctx.actor.language)
    return Listing(tuple(line(ctx, one, titles.get(one.content.ref)) for one in shown))


def line(ctx: Context, cleared: Cleared[Incident], made: Translation | None) -> Message:
    """Return an incident in one line, its title as it was *made* in the person's language if it was."""
    return in_a_line(cleared, made, (ctx.actor.language, *ctx.actor.reads))


@command("incident show", summary=_("Show how an incident stands"), prepare=completed, changes=False, reads=True)
async def show(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident show [REF]`."""
    incidents = ctx.services.incident
    cleared = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to, only=True))
    incident = cleared.content
    await _keep(ctx)
    made = await incidents.title_in(cleared, ctx.actor.language)

    def name_of(user_id: UserId) -> str:
        return ctx.services.room.known_as(user_id, ctx.room)

    if not cleared.full:
        return Reply(heading(cleared), Listing(facts(cleared, name_of)), ref=str(incident.ref))
    title = _titled(ctx, incident, made)
    away = ctx.services.place.from_post(ctx.actor.agency, incident.place)
    related = await ctx.services.relating.of(ctx.room, incident)
    written = [title_as_written(incident)] if made else []
    known = facts(cleared, name_of, unvalidated=incidents.says_unvalidated(ctx.room))
    lines = (*written, *relations(related), *known, *away)
    shows = (str(incident.ref), *map(str, related.refs))
    return Reply(heading(cleared), title, Listing(lines), ref=str(incident.ref), shows=shows)


@command(
    "incident timeline",
    summary=_("Show what has happened in an incident"),
    prepare=completed_timeline,
    changes=False,
    reads=True,
)
async def timeline(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `incident timeline [REF]`."""
    incidents, relating = ctx.services.incident, ctx.services.relating
    cleared = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to, only=True))
    incident = cleared.content
    await _keep(ctx)
    whole = await relating.timeline(ctx.room, cleared)
    fates = _Fates.of(whole)
    entries = _latest(whole)
    await incidents.showing_files(ctx.actor, ctx.told, incident.ref, entries)
    made = {**_prepared(ctx), **await relating.texts_in(entries, ctx.actor.language)}
    said = tuple(
        line if entry.ref == incident.ref else _("{ref}: {entry}", ref=Code(str(entry.ref)), entry=line)
        for entry in entries
        for line in _entry(ctx, entry, made.get((entry.ref, entry.number)), fates)
    )
    related = replace(await relating.of(ctx.room, incident), linked=(), parent=None, parts=())
    shows = {
        str(incident.ref),
        *map(str, related.refs),
        *(str(entry.ref) for entry in entries),
        *(ref for entry in entries for ref in named(entry)),
    }
    return Reply(
        heading(cleared), *relations(related), Listing(said), ref=str(incident.ref), shows=tuple(sorted(shows))
    )


def _prepared(ctx: Context) -> dict[tuple[Reference, int], Translation]:
    """Return the translations that were made for this answer: what is TLP:RED has no others."""
    return {
        (ref, number): words.made[0]
        for ref, found in ctx.prepared.items()
        for number, words in found.items()
        if words.made
    }


async def _keep(ctx: Context) -> None:
    for ref, found in ctx.prepared.items():
        await ctx.services.incident.keep(ref, found)


def _latest(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the last entries, as many as one message holds."""
    shown, left = 0, MOST_CHARACTERS
    for entry in reversed(entries[-MOST_LISTED:]):
        left -= min(len(entry.text), MOST_SHOWN * (1 + len(entry.values.get("parts", ()))))
        if left < 0 and shown:
            break
        shown += 1
    return entries[len(entries) - shown :]


@dataclass(frozen=True, slots=True)
class _Fates:
    """Which entries do not stand any more: they were undone, or another one has taken their place."""

    undone: Collection[tuple[Reference, int | None]]
    replaced: Mapping[tuple[Reference, int], int]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> _Fates:
        undone = {(one.ref, one.corrects) for one in entries if one.kind in (EntryKind.UNDONE, EntryKind.UNPINNED)}
        return cls(undone, replaced(entries))

    def mark(self, entry: Entry, said: Message) -> Message:
        """Return what is *said* of an entry; of one that does not stand any more, that first."""
        key = entry.ref, entry.number
        if key in self.undone:
            return _("Undone: {entry}", entry=said)
        if by := self.replaced.get(key):
            return _("Replaced by {number}: {entry}", number=by, entry=said)
        return said


def _entry(ctx: Context, entry: Entry, made: Translation | None, fates: _Fates) -> list[Message]:
    """Return the lines of an entry: one, and one for each part of a decision; what became of it stands first."""
    first, *more = _lines_of(ctx, entry, made)
    return [fates.mark(entry, first), *more]


def _lines_of(ctx: Context, entry: Entry, made: Translation | None) -> list[Message]:
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
        *(headed(part, _part(ctx, entry, cut(text), made if translated else None)) for part, text in parts),
    ]


def _part(ctx: Context, entry: Entry, words: str, made: Translation | None) -> Message:
    return labelled("", replace(made, text=words)) if made else _original(ctx, words, entry.language)


def _line_of(ctx: Context, entry: Entry, words: str, made: Translation | None) -> Message:
    def name_of(user_id: UserId) -> str:
        return ctx.services.room.known_as(user_id, ctx.room)

    said = {"number": entry.number, "moment": entry.happened_at or entry.sent_at, "what": told(entry, name_of)}
    withheld = entry.kind is EntryKind.WITHHELD
    author = (entry.agency or "-") if withheld else name_of(entry.author)
    named = Verbatim(f"{author} ({entry.agency})" if entry.agency and not withheld else author)
    if entry.number < 0:
        return _("{moment} {name}: {what}", moment=said["moment"], name=named, what=said["what"])
    if not entry.text:
        return _("{number}. {moment} {name}: {what}", name=named, **said)
    if by := _worded_by(entry, ctx.actor.language):
        said |= {"text": Verbatim(cut(by[0])), "author": Verbatim(name_of(UserId(by[1])))}
        return _("{number}. {moment} {name}: {what}: {text} (translation by {author})", name=named, **said)
    text = doubted(cut(words), made) if made else _original(ctx, cut(words), entry.language)
    if made and not made.flags:
        return _("{number}. {moment} {name}: {what}: {text} (machine translation)", name=named, text=text, **said)
    return _("{number}. {moment} {name}: {what}: {text}", name=named, text=text, **said)


def _worded_by(entry: Entry, language: LanguageCode) -> tuple[str, str] | None:
    """Return what a person made of a pinned message in *language*, and who; None if nobody did."""
    kept = entry.values.get("translations", {}).get(language.base, {})
    return (kept["text"], kept["corrected_by"]) if "corrected_by" in kept else None


def _titled(ctx: Context, incident: Incident, made: Translation | None) -> Message:
    return title_line(incident, made, (ctx.actor.language, *ctx.actor.reads))


def _original(ctx: Context, words: str, language: LanguageCode | None) -> Message:
    return as_written(words, language, (ctx.actor.language, *ctx.actor.reads))


def cut(text: str, most: int = MOST_SHOWN) -> str:
    """Return *text*, or its beginning."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"
