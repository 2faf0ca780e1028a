"""`review`: what became of a closed incident and what is to be done differently: a draft until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from bot.command import Arg, Ask, Context, Listing, Option, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.incident import Entry, EntryKind, as_written, marked, taken_apart, told
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from bot.model.review import figures
from bot.model.task import line
from bot.model.uncertainty import labelled
from commands.briefing.change import NOTHING, SAVE, SURE, UNCHANGED
from commands.fitting import fitting
from commands.incident.change import WHICH, worded_text

if TYPE_CHECKING:
    from bot.services.review import Reviewed

PUBLISH = "review publish"
MOST_SHOWN = 400
"""Characters that are shown of what somebody wrote."""


async def completed(ctx: Context, ref: Ref | None = None) -> Any:
    """Return what is missing of the incident's texts in the person's language."""
    meant = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to)
    found = await ctx.services.review.of(ctx.room, meant)
    numbers = {*(one.number for one in (*found.brief, *found.comments)), *(one.number for one in found.actions)}
    return await ctx.services.incident.complete(meant, ctx.room, ctx.actor.language, ctx.now, numbers)


@command("review", summary=_("Show the review of a closed incident"), prepare=completed, changes=False, reads=True)
async def review(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `review [REF]`."""
    meant = await _meant(ctx, ref)
    found = await ctx.services.review.of(ctx.room, meant)
    await ctx.services.incident.keep(meant, ctx.prepared)
    incident = found.incident
    blocks: list[Message | Listing] = [marked(incident, _head(found)), Listing(figures(found.facts))]
    parts = [
        (_("In brief:"), [await _entry(ctx, one) for one in found.brief]),
        (_("Comments:"), [await _comment(ctx, one) for one in found.comments]),
        (_("Actions:"), await _actions(ctx, found)),
    ]
    for title, lines in parts:
        if lines:
            shown = fitting(lines)
            more = [_n("and {n} more", "and {n} more", len(lines) - shown)] if shown < len(lines) else []
            blocks += [title, Listing((*lines[:shown], *more))]
    return Reply(*blocks, ref=str(meant))


def _head(found: Reviewed) -> Message:
    ref = Code(str(found.incident.ref))
    if found.published is None:
        return _("Review of {ref}: a draft", ref=ref)
    digest = Code(found.published.digest[:16])
    return _(
        "Review of {ref}, published {moment} (SHA-256 {digest})", ref=ref, moment=found.published.at, digest=digest
    )


async def _entry(ctx: Context, entry: Entry) -> Message:
    """Return a line of the timeline in brief: by its agency, never by a person."""
    agency = Verbatim(entry.agency or "-")
    what = _("declared") if entry.kind is EntryKind.DECLARED else told(entry, lambda _user: str(entry.agency or "-"))
    moment = entry.happened_at or entry.entered_at
    if not entry.text:
        return _("{moment} {name}: {what}", moment=moment, name=agency, what=what)
    return _("{moment} {name}: {what}: {text}", moment=moment, name=agency, what=what, text=await _text(ctx, entry))


async def _comment(ctx: Context, entry: Entry) -> Message:
    agency = Verbatim(entry.agency or "-")
    text = await _text(ctx, entry) if entry.text else _("taken back")
    return _("{field}: {value}", field=agency, value=text)


async def _text(ctx: Context, entry: Entry) -> Message:
    """Return the words of an entry as the reader reads them: translated and labelled, or as they were written.

    Of a decision it is what was decided: whose authority it was, and who dissented, names persons.
    """
    reads = (ctx.actor.language, *ctx.actor.reads)
    if entry.language and entry.language.base not in {one.base for one in reads}:
        made = await ctx.services.incident.text_in(entry.ref, entry.number, ctx.actor.language)
        if made is not None and (text := _decided(entry, made.text)) is not None:
            return labelled("", replace(made, text=text))
    text = _decided(entry, entry.text)
    return as_written((text or "")[:MOST_SHOWN].replace("\n", " "), entry.language, reads)


def _decided(entry: Entry, text: str) -> str | None:
    """Return the decision alone in *text*, or all of what is none; None if it cannot be told from its parts."""
    names = entry.values.get("parts")
    if not names:
        return text
    apart = taken_apart(text, names)
    return apart[0] if apart else None


async def _actions(ctx: Context, found: Reviewed) -> list[Message]:
    lines = []
    for task in found.actions:
        made = await ctx.services.task.text_in(task, ctx.actor.language)
        text = labelled(task.text, made) if made else _("{text}", text=task.said)
        lines.append(line(task, text, lambda user: ctx.services.room.known_as(user, ctx.room), ctx.now))
    return lines


@command("review comment", summary=_("Add a comment to the review of a closed incident"), prepare=worded_text)
async def comment(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    text: Annotated[str, Arg(_("What is to be entered"), rest=True)] = "",
) -> Reply:
    """Answer `review comment [REF] TEXT`."""
    meant = await _meant(ctx, ref)
    cleared = await ctx.services.review.comment(ctx.actor, ctx.told, meant, ctx.prepared)
    said = _("{ref}: your comment is in the review.", ref=Code(str(meant)))
    return Reply(marked(cleared.content, said), ref=str(meant))


@command("review action", summary=_("Add what somebody is to do after a review, as a task"), prepare=worded_text)
async def action(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    text: Annotated[str, Arg(_("What is to be done"), rest=True)] = "",
    *,
    for_: Annotated[UserId, Option(_("Who is to do it"), ends=True)],
    due: Annotated[datetime | None, Option(_("By when; in quotes if it is several words"))] = None,
) -> Reply:
    """Answer `review action [REF] TEXT for:@PERSON [due:TIME]`."""
    meant = await _meant(ctx, ref)
    task = await ctx.services.review.act(ctx.actor, ctx.told, meant, ctx.prepared, for_, due)
    said = _("{ref} is on record as a task of {incident}.", ref=Code(str(task.ref)), incident=Code(str(meant)))
    return Reply(marked(await ctx.services.incident.read(ctx.room, meant), said), ref=str(task.ref))


async def published(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Publish the review, now that whoever asked for that is sure."""
    if choice != SAVE:
        return Reply(NOTHING, ref=data["ref"])
    meant = Reference(data["ref"])
    done = await ctx.services.review.publish(ctx.actor, ctx.told, meant)
    incident = await ctx.services.incident.read(ctx.room, meant)
    said = _("The review of {ref} is published (SHA-256 {digest}).", ref=Code(str(meant)), digest=Code(done.digest))
    return Reply(marked(incident, said), ref=str(meant))


@command(PUBLISH, summary=_("Publish the review of a closed incident: it does not change any more"), answered=published)
async def publish(ctx: Context, ref: Annotated[Ref, Arg(WHICH)]) -> Reply:
    """Answer `review publish REF`: nothing takes that back, so it is asked first."""
    meant = await _meant(ctx, ref)
    incident = await ctx.services.review.publishable(ctx.actor, ctx.told, meant)
    said = _("The review of {ref} would be published. It cannot be changed any more then.", ref=Code(str(meant)))
    ask = Ask(PUBLISH, SURE, {"ref": str(meant)})
    return Reply(marked(incident, said), UNCHANGED, ref=str(meant), ask=ask)


async def _meant(ctx: Context, ref: Ref | None) -> Reference:
    return await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to)
