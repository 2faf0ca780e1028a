"""`briefing schedule`: shown by everybody's clock, and planned once a digit has confirmed that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, Verbatim, _, _c, _n
from bot.model import times
from bot.model.briefing import Briefing, often, proposed_as
from bot.model.names import one_line
from bot.model.person import LanguageCode, Zone
from bot.model.reference import Reference
from bot.model.shift.repeating import rule_for
from bot.model.times import Cause, Fault, Note, NotRead, Understood
from bot.model.times.telling import note, unread
from commands.briefing.ending import EXAMPLE, parted

SCHEDULE = "briefing schedule"
SAVE = "save"
CHOICES = ((SAVE, _c("choice", "Plan it")), ("leave", _c("choice", "Leave it")))
LENGTH = timedelta(minutes=30)
NOTHING = _("Nothing is planned.")
OPENING, CLOSING = '"“«„', '"”»“'


class Titled(NamedTuple):
    """What a briefing is called, when it begins, and how long and how often it is, where that was said with it."""

    title: str
    begins: Understood
    length: timedelta | None
    rule: str | None


async def fetched(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what the briefing is called, in the languages of everybody in the room: each is told of it in theirs."""
    if choice != SAVE:
        return None
    said = data["said"]
    return await ctx.services.incident.words(data["title"], ctx.room, ctx.actor.user_id, said, ctx.now, each=True)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a briefing is planned as it was shown."""
    if choice != SAVE:
        return Reply(NOTHING)
    briefing = _of(ctx, data)
    first, count = await ctx.services.briefing.schedule(ctx.actor, ctx.told, briefing, ctx.prepared, data["said"])
    said = _("{ref} is planned. It begins {moment}.", ref=Code(str(briefing.ref)), moment=first.begins)
    return Reply(said, *told(count), ref=str(briefing.ref), shows=())


@command(
    SCHEDULE, summary=_("Plan a briefing; everybody's time is shown before it counts"), answered=answered,
    fetched=fetched, aliases=("br",),
)  # fmt: skip
async def schedule(
    ctx: Context,
    text: Annotated[
        str,
        Arg(
            _("What it is called, and when it begins; in quotes if it ends with a time"),
            rest=True,
            metavar="TITLE TIME",
        ),
    ],
    for_: Annotated[timedelta | None, Option(_("How long it lasts, 30 minutes if left out"))] = None,
    every: Annotated[
        Literal["day", "week", "weekdays", "weekend"] | str | None,
        Option(_("How often: day, week, weekdays, weekend, days of the week, or a rule"), metavar="RULE", rest=True),
    ] = None,
    zone: Annotated[
        Zone | None, Option(_("By which clock it is; yours, or the one that you name with the time"))
    ] = None,
) -> Reply:
    """Answer `briefing schedule TITLE TIME [for:LENGTH] [every:RULE] [zone:ZONE]`."""
    said = titled(ctx, text, zone)
    zone = zone or said.begins.zone
    wall = said.begins.utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    title = one_line(f"{ctx.label} {said.title}")
    rule = rule_for(every, ctx.actor.language) if every else said.rule
    length = for_ or said.length or LENGTH
    briefing, first = await ctx.services.briefing.propose(ctx.actor, ctx.told, title, wall, zone, length, rule)
    lines = await ctx.services.briefing.echo(ctx.room, briefing, (), first)
    # What waits to be posted is no place for a marked text.
    named = Code(str(briefing.ref)) if briefing.handling else Verbatim(title)
    blocks: list[Message | Listing] = [
        _("{briefing}, by the clock of {zone}:", briefing=named, zone=Verbatim(zone)), Listing(tuple(lines)),
    ]  # fmt: skip
    if briefing.rule:
        blocks.append(again(briefing))
    blocks += notes(said.begins)
    blocks.append(_("Is that right? Nothing is planned yet."))
    data = _json(briefing) | {"said": ctx.told.said}
    return Reply(*blocks, ask=Ask(SCHEDULE, CHOICES, data), quotes=(proposed_as(ctx.room, ctx.told.said),))


def titled(ctx: Context, text: str, zone: str | None) -> Titled:
    """Return what is called how, and when it begins; raise UserError where that is not plain.

    The time is the longest time phrase at the end, unless what stands before it is in quotes. How long and
    how often may stand behind it as words (`ending.parted`).
    """
    text, length, rule = parted(ctx, text)
    here: dict[str, Any] = {
        "now": ctx.now, "zone": zone or ctx.actor.zone, "language": ctx.actor.language, "sent": ctx.sent_at,
    }  # fmt: skip
    if text[:1] in OPENING and (end := closing(text)) > 0:
        title, typed = text[1:end].strip(), text[end + 1 :].strip()
        if not typed:
            raise _when(ctx)
        return Titled(title, _understood(ctx, typed, times.read(typed, **here)), length, rule)
    words = text.split()
    tail = times.longest_tail(words, **here)
    if tail is None:
        raise _when(ctx)
    typed = " ".join(words[-tail.count :])
    return Titled(" ".join(words[: -tail.count]), _understood(ctx, typed, tail.outcome), length, rule)


def closing(text: str) -> int:
    """Return where the quotes close that *text* opens with; 0 where they do not."""
    return next((at for at, character in enumerate(text) if at and character in CLOSING), 0)


def _when(ctx: Context) -> UserError:
    example = Code(f"{ctx.now + timedelta(days=1):%Y-%m-%d} 14:30")
    return UserError(
        ErrorCode.BAD_ARGUMENT, _("Say at the end when it begins, such as {example}.", example=example),
        _("How long it lasts, and how often it comes, stands behind the time: {example}", example=EXAMPLE),
    )  # fmt: skip


def _understood(ctx: Context, typed: str, found: times.Outcome) -> Understood:
    if isinstance(found, Understood) and found.note is Note.WHOLE_DAY:
        found = NotRead(Fault.NOT_UNDERSTOOD, cause=Cause.HOUR)
    if isinstance(found, NotRead):
        raise UserError(ErrorCode.BAD_ARGUMENT, unread(Verbatim(one_line(typed)), found, ctx.now))
    return found


def notes(found: Understood) -> tuple[Message, ...]:
    """Return what the clocks did to a time that was typed."""
    said = note(found) if found.note in (Note.MISSING, Note.DOUBLED) else None
    return (said,) if said else ()


def again(briefing: Briefing) -> Message:
    """Return how often a briefing that repeats comes."""
    return _("Again and again, by the clock of {zone}: {rule}", zone=Verbatim(briefing.zone), rule=often(briefing))


def told(count: int) -> tuple[Message, ...]:
    """Return that others were told, if any were."""
    if not count:
        return ()
    return (_n("{n} person was told, in their language and by their clock.",
               "{n} people were told, each in their language and by their clock.", count),)  # fmt: skip


def _json(briefing: Briefing) -> dict[str, Any]:
    return {
        "ref": str(briefing.ref), "title": briefing.title, "begins": briefing.begins.isoformat(),
        "zone": briefing.zone, "minutes": briefing.length // timedelta(minutes=1), "rule": briefing.rule,
        "handling": briefing.handling,
    }  # fmt: skip


def _of(ctx: Context, data: Mapping[str, Any]) -> Briefing:
    return Briefing(
        Reference(data["ref"]), data["title"], LanguageCode(ctx.actor.language), ctx.room, ctx.actor.user_id,
        ctx.actor.agency, datetime.fromisoformat(data["begins"]), Zone(data["zone"]),
        timedelta(minutes=data["minutes"]), data["rule"], ctx.now, handling=data["handling"],
    )  # fmt: skip
