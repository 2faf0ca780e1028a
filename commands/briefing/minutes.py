"""`briefing minutes`: what was said and decided at a briefing, and what is to be done; once closed, only added to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Range, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.minute import CLOSES, COMMAND, READ, RIGHT, MinuteKind, confirmed, disputed
from bot.model.names import one_line
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from commands.briefing.attend import HELD
from commands.briefing.change import NOTHING, SAVE, SURE, UNCHANGED

if TYPE_CHECKING:
    from bot.model.minute import Minute
    from bot.model.sitting import Sitting

MINUTES = ("!", _c("noun", "briefing"), " ", _c("verb", "minutes"))
STAYS = _("What is not confirmed when the minutes are closed is kept as not confirmed. Nobody is asked any more.")
CLOSE = Typed((*MINUTES, " ", _c("value", "close")))


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer what was asked: whether a decision was taken so, whether somebody has read them, or they are closed."""
    ref = Reference(data["ref"])
    if data["kind"] == CLOSES:
        return await _closed(ctx, data) if choice == SAVE else Reply(NOTHING)
    if data["kind"] == READ:
        await ctx.services.minutes.read(ctx.actor, ctx.told, ref)
        return Reply(_("Noted: you have read the minutes {ref}.", ref=Code(str(ref))), ref=str(ref), shows=())
    right, number = choice == RIGHT, data["number"]
    await ctx.services.minutes.judge(ctx.actor, ctx.told, ref, number, right=right)
    name = Verbatim(ctx.services.room.known_as(ctx.actor.user_id, ctx.room))
    return Reply(confirmed(number, (name,)) if right else disputed(number, (name,)), ref=str(ref), shows=())


async def fetched_to_close(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what is missing of the minutes in the languages of those who are to read them, if they are closed."""
    if data["kind"] != CLOSES or choice != SAVE:
        return []
    sitting, services = await ctx.services.attending.find(Reference(data["ref"])), ctx.services.minutes
    wanted = [[language] for language in await services.languages(ctx.room)]
    return [await services.complete(sitting, reads, ctx.now, ctx.room) for reads in wanted]


async def fetched(
    ctx: Context,
    ref: Ref | None = None,
    what: str | None = None,
    text: str | None = None,
    from_: int = 1,
    **_others: Any,
) -> Any:
    """Return what is written in the languages of the room, or what is missing of the minutes for their readers."""
    if text:
        written = one_line(f"{ctx.label} {text}".strip())
        return await ctx.services.minutes.words(written, ctx.told, ctx.actor.user_id)
    sitting = await ctx.services.attending.look(ctx.room, ref, ctx.replies_to, ctx.now)
    if sitting is None:
        return []
    if what == "close":
        return []
    reads = [ctx.actor.language, *ctx.actor.reads]
    return [await ctx.services.minutes.complete(sitting, reads, ctx.now, ctx.room, from_)]


@command(
    COMMAND, summary=_("Show the minutes of a briefing, write them, or close them"), prepare=fetched,
    answered=answered, fetched=fetched_to_close, shows_bare=True,
)  # fmt: skip
async def minutes(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(HELD)] = None,
    what: Annotated[
        Literal["decision", "action", "close"] | None,
        Arg(_("A decision, or an action; close: nothing but additions from then on")),
    ] = None,
    text: Annotated[str | None, Arg(_("What was said or decided, or is to be done"), rest=True)] = None,
    about: Annotated[Ref | None, Option(_("Which incident it is about"))] = None,
    for_: Annotated[UserId | None, Option(_("Who is to do it; whoever takes it if you leave it out"))] = None,
    due: Annotated[datetime | None, Option(_("By when; in quotes if it is several words"))] = None,
    scribe: Annotated[UserId | None, Option(_("Who writes the minutes"))] = None,
    from_: Annotated[int, Range(1, 10_000), Option(_("The first item that is shown"))] = 1,
) -> Reply:  # fmt: skip
    """Answer `briefing minutes [REF] [WHAT] [TEXT] [about:R] [for:@X] [due:T] [scribe:@X] [from:N]`."""
    sitting = await ctx.services.attending.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    if what == "close":
        return await _to_close(ctx, sitting, text)
    said: list[Message] = []
    if scribe is not None:
        sitting = await ctx.services.minutes.name_scribe(ctx.actor, ctx.told, sitting, scribe)
        name = Verbatim(ctx.services.room.known_as(scribe, ctx.room))
        said.append(_("{name} writes the minutes of {ref}.", name=name, ref=Code(str(sitting.briefing))))
    if text:
        kind = MinuteKind(what or "note")
        incident = await ctx.services.incident.meant(ctx.room, about, None) if about else None
        line, asked = await ctx.services.minutes.write(
            ctx.actor, ctx.told, sitting, kind, ctx.prepared, incident, for_, due
        )
        blocks = [*said, *_entered(sitting, line, asked)]
        shows = (str(line.about),) if line.about else ()
        return Reply(*blocks, ref=str(sitting.ref), shows=shows)
    if what is not None or about or for_ or due:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say it in words."))
    if said:
        return Reply(*said, ref=str(sitting.ref), shows=())
    return await _shown(ctx, sitting, from_)


async def _to_close(ctx: Context, sitting: Sitting, text: str | None) -> Reply:
    """Ask whether the minutes are to be closed, with what is still open of them."""
    if text:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("To close the minutes, write {command} alone. A text that begins with that word stands in quotes.",
              command=CLOSE),
        )  # fmt: skip
    count, waiting = await ctx.services.minutes.closing(ctx.actor, ctx.told, sitting)
    blocks: list[Message | Listing] = [
        _n("The minutes {ref}, with {n} line, would be closed.", "The minutes {ref}, with {n} lines, would be closed.",
           count, ref=Code(str(sitting.ref)))
    ]  # fmt: skip
    if waiting:
        blocks += [Listing(tuple(waiting)), STAYS]
    data = {"kind": CLOSES, "ref": str(sitting.ref), "lines": count}
    return Reply(*blocks, UNCHANGED, ref=str(sitting.ref), shows=(), ask=Ask(COMMAND, SURE, data))


async def _closed(ctx: Context, data: Mapping[str, Any]) -> Reply:
    sitting = await ctx.services.attending.find(Reference(data["ref"]))
    for found in ctx.prepared:
        await ctx.services.minutes.keep(sitting, found)
    sitting, count, waiting = await ctx.services.minutes.close(ctx.actor, ctx.told, sitting, data["lines"])
    blocks: list[Message | Listing] = [
        _("The minutes {ref} are closed. From now on they can only be added to.", ref=Code(str(sitting.ref))),
        _("The digest of the record is {digest}.", digest=Code(sitting.digest)),
    ]
    if waiting:
        blocks.append(Listing(tuple(waiting)))
    if count:
        blocks.append(_n("{n} person was not there and is to read them.",
                         "{n} people were not there and are to read them.", count))  # fmt: skip
    return Reply(*blocks, ref=str(sitting.ref), shows=())


def _entered(sitting: Sitting, line: Minute, asked: int) -> list[Message]:
    """Return what became of a line."""
    values = {"number": line.number, "ref": Code(str(sitting.ref))}
    said = [
        _("Line {number} is added to the minutes {ref}, which are closed: it stands below them as an addition.",
          **values)
        if line.kind is MinuteKind.ADDENDUM else _("Line {number} is on the minutes {ref}.", **values)
    ]  # fmt: skip
    if line.task and line.about:
        said.append(_("{ref} is on record as a task of {incident}.",
                      ref=Code(str(line.task)), incident=Code(str(line.about))))  # fmt: skip
    if line.kind is MinuteKind.DECISION:
        said.append(
            _n("I have asked {n} lead of another agency whether it was decided so.",
               "I have asked {n} leads of other agencies whether it was decided so.", asked)
            if asked else _("No lead of another agency is here who could confirm it.")
        )  # fmt: skip
    return said


async def _shown(ctx: Context, sitting: Sitting, first: int) -> Reply:
    for found in ctx.prepared:
        await ctx.services.minutes.keep(sitting, found)
    page = await ctx.services.minutes.page(sitting, ctx.room, [ctx.actor.menus, ctx.actor.language], ctx.now, first)
    blocks = [block if isinstance(block, Message) else Listing(block) for block in page.blocks]
    if page.left:
        example = Typed((*MINUTES, f" {sitting.ref} ", _c("option", "from"), f":{page.following}"))
        blocks.append(_n("{n} more item: {command}", "{n} more items: {command}", page.left, command=example))
    of, *quotes = page.holds
    return Reply(*blocks, ref=str(sitting.ref), shows=tuple(map(str, page.shows)), of=of, quotes=tuple(quotes))
