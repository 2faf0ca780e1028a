"""`remind`: what somebody, or everyone in a room, is to be told again, until it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.incident import Words
from bot.model.names import one_line
from bot.model.reference import Ref, Reference
from bot.model.reminder import PUT_OFF, Reminder, State, Whom, parted, weekdays
from bot.model.shift.repeating import rule_for
from bot.model.times import Cause, Fault, Note, NotRead, Understood
from bot.model.times.telling import note, unread
from bot.model.translation import Translation
from bot.model.uncertainty import for_each

WHAT = _("When, then what I am to remind of")
HOW_OFTEN = _("How often again: day, week, weekdays, weekend, or days of the week")
WHICH = _("Its reference; left out in a reply to what I have said of it")
MOST_LISTED = 30
Rule = Literal["day", "week", "weekdays", "weekend"] | str | None


@dataclass(frozen=True, slots=True)
class Said:
    """When, and what, somebody is to be told again."""

    when: Understood
    text: str


async def worded(ctx: Context, text: str, **_others: Any) -> Words:
    """Return what is to be said, for the person alone."""
    return await ctx.services.reminder.words(ctx.actor, ctx.told, Whom.ME, _said(ctx, text).text)


async def worded_for_all(ctx: Context, text: str, **_others: Any) -> Words:
    """Return what is to be said, in the languages of the room."""
    return await ctx.services.reminder.words(ctx.actor, ctx.told, Whom.ROOM, _said(ctx, text).text)


async def completed(ctx: Context) -> Any:
    """Return what is missing of what the room is reminded of in the person's language."""
    return await ctx.services.reminder.complete(ctx.actor, ctx.told)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a reminder was seen, or is to ring later."""
    reminder = await ctx.services.reminder.meant(ctx.actor, ctx.room, data["ref"], None)
    if choice in PUT_OFF:
        return await _put_off(ctx, reminder, ctx.now + PUT_OFF[choice])
    return await seen(ctx, reminder)


@command("remind me", summary=_("Be reminded of something, alone"), prepare=worded, answered=answered)
async def me(
    ctx: Context,
    text: Annotated[str, Arg(WHAT, metavar="TIME TEXT", rest=True)],
    every: Annotated[Rule, Option(HOW_OFTEN, metavar="RULE", rest=True)] = None,
) -> Reply:
    """Answer `remind me TIME TEXT [every:RULE]`."""
    return await _set(ctx, Whom.ME, text, every)


@command("remind room", summary=_("Let everyone in this room be reminded of something"), prepare=worded_for_all)
async def room(
    ctx: Context,
    text: Annotated[str, Arg(WHAT, metavar="TIME TEXT", rest=True)],
    every: Annotated[Rule, Option(HOW_OFTEN, metavar="RULE", rest=True)] = None,
) -> Reply:
    """Answer `remind room TIME TEXT [every:RULE]`."""
    return await _set(ctx, Whom.ROOM, text, every)


@command("remind list", summary=_("List your reminders, and those of this room"), prepare=completed, changes=False)
async def list_reminders(ctx: Context) -> Reply:
    """Answer `remind list`."""
    await ctx.services.reminder.keep(ctx.prepared)
    found = await ctx.services.reminder.list_of(ctx.actor, ctx.room)
    shown = found.reminders[:MOST_LISTED]
    blocks: list[Message | Listing] = []
    if shown:
        lines = [_line(one, found.made.get(one.ref)) for one in shown]
        if (left := len(found.reminders) - len(shown)) > 0:
            lines.append(_n("and {n} more", "and {n} more", left))
        blocks.append(Listing(tuple(lines)))
    else:
        blocks.append(_("No reminder waits here."))
    if found.elsewhere:
        blocks.append(
            _n("{n} more that you have set elsewhere: ask me in our direct room.",
               "{n} more that you have set elsewhere: ask me in our direct room.", found.elsewhere)
        )  # fmt: skip
    return Reply(*blocks, quotes=tuple(str(one.ref) for one in shown))


@command("remind snooze", summary=_("Put a reminder off, by 10 minutes if you say nothing else"))
async def snooze(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    until: Annotated[timedelta | datetime | None, Arg(_("For how long, or until when"))] = None,
) -> Reply:
    """Answer `remind snooze [REF] [LENGTH|TIME]`."""
    reminder = await ctx.services.reminder.meant(ctx.actor, ctx.room, ref, ctx.replies_to)
    length = PUT_OFF["soon"] if until is None else until
    return await _put_off(ctx, reminder, length if isinstance(length, datetime) else _in(ctx, length))


@command("remind cancel", summary=_("Take a reminder back"))
async def cancel(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `remind cancel [REF]`."""
    reminder = await ctx.services.reminder.meant(ctx.actor, ctx.room, ref, ctx.replies_to)
    await ctx.services.reminder.cancel(ctx.actor, ctx.told, reminder)
    return Reply(_("Reminder {ref} is cancelled.", ref=_code(reminder.ref)), ref=str(reminder.ref), shows=())


async def seen(ctx: Context, reminder: Reminder) -> Reply:
    """Answer that somebody has seen what they were reminded of."""
    reminder = await ctx.services.reminder.acknowledge(ctx.actor, ctx.told, reminder)
    ref = _code(reminder.ref)
    if reminder.state is State.WAITING:
        said = _("{ref} is seen. I remind of it again {moment}.", ref=ref, moment=reminder.at)
    else:
        said = _("{ref} is seen. I do not remind anybody of it any more.", ref=ref)
    return Reply(said, ref=str(reminder.ref), shows=())


async def _set(ctx: Context, whom: Whom, text: str, every: str | None) -> Reply:
    said = _said(ctx, text)
    rule = rule_for(every, ctx.actor.language) if every is not None else None
    reminder = await ctx.services.reminder.add(ctx.actor, ctx.told, whom, ctx.prepared, said.when, rule)
    values = {"ref": _code(reminder.ref), "moment": reminder.at}
    if whom is Whom.ME:
        blocks = [_("I remind you {moment} ({ref}).", **values)]
    else:
        blocks = [_("I remind this room {moment} ({ref}).", **values)]
    if reminder.rule:
        blocks.append(_again(reminder))
    if said.when.note and (more := note(said.when)):
        blocks.append(more)
    return Reply(*blocks, ref=str(reminder.ref), shows=())


async def _put_off(ctx: Context, reminder: Reminder, until: datetime) -> Reply:
    reminder = await ctx.services.reminder.put_off(ctx.actor, ctx.told, reminder, until)
    said = _("{ref} comes again {moment}.", ref=_code(reminder.ref), moment=reminder.at)
    return Reply(said, ref=str(reminder.ref), shows=())


def _said(ctx: Context, text: str) -> Said:
    """Return when, and what, *text* says; raise UserError where there is no moment in it.

    Labels that stood before the command stay before the text.
    """
    label = f"{ctx.label} " if ctx.label and text.startswith(f"{ctx.label} ") else ""
    actor = ctx.actor
    found = parted(
        text.removeprefix(label), now=ctx.now, zone=actor.zone, language=actor.language, sent=ctx.sent_at
    )  # fmt: skip
    if found is None:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("I find no time in that. Write it first, in quotes if I do not see where it ends: {example}",
              example=Typed((*_ME, f' "{ctx.now + timedelta(days=1):%Y-%m-%d} 14:30" …'))),
        )  # fmt: skip
    when = found.outcome
    if isinstance(when, Understood) and when.note is Note.WHOLE_DAY:
        when = NotRead(Fault.NOT_UNDERSTOOD, cause=Cause.HOUR)
    if isinstance(when, NotRead):
        raise UserError(ErrorCode.BAD_ARGUMENT, unread(Verbatim(one_line(found.phrase)), when, ctx.now))
    return Said(when, one_line(f"{label}{found.text}" if found.text else ""))


def _in(ctx: Context, length: timedelta) -> datetime:
    try:
        return ctx.now + length
    except OverflowError as error:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("That is too long.")) from error


def _line(reminder: Reminder, made: Translation | None) -> Message:
    own = reminder.whom is Whom.ME
    text = for_each(reminder.text, reminder.language, [made] if made else [])
    values = {
        "ref": _code(reminder.ref), "moment": reminder.at, "text": Verbatim(reminder.text) if own else text,
    }  # fmt: skip
    if reminder.state is State.RUNG:
        return _("{ref}, reminded {moment} and not seen yet: {text}", **values)
    if reminder.rule is None:
        return _("{ref}, {moment}: {text}", **values)
    if len(weekdays(reminder.rule, reminder.begins)) == _WEEK:
        return _("{ref}, {moment}, then every day: {text}", **values)
    return _("{ref}, {moment}, then again by days of the week: {text}", **values)


def _again(reminder: Reminder) -> Message:
    days = len(weekdays(reminder.rule or "", reminder.begins))
    if days == _WEEK:
        return _("Then every day at that time, until you cancel it.")
    return _n(
        "Then at that time on {n} day of each week, until you cancel it.",
        "Then at that time on {n} days of each week, until you cancel it.",
        days,
    )


def _code(ref: Reference) -> Code:
    return Code(str(ref))


_WEEK = 7
_ME = ("!", _c("noun", "remind"), " ", _c("verb", "me"))
