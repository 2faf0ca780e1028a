"""`translate on|off|pause|status`: whether a room, or a person, is translated for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Reply, Role, UserError, command
from bot.i18n import Code, Language, Message, Typed, Verbatim, _, _c, _n
from bot.model.incoming import GLOBE
from bot.model.rights import only_a_lead
from bot.model.room import Mode, Translated
from bot.model.status import Status

MODES = {
    Mode.REPLY: _c("value", "reply"),
    Mode.THREAD: _c("value", "thread"),
    Mode.COMPANION: _c("value", "companion"),
    Mode.DM: _c("value", "dm"),
}
VERBS = {"on": _c("verb", "on"), "off": _c("verb", "off")}
NOUN = _c("noun", "translate")
ROOM = _c("value", "room")
LONGEST = timedelta(days=1)
Whom = Literal["me", "room"]
WHOM = Arg(_("me, which is meant without a word, or room for everybody in this room"))
ONLY_LEADS = _(
    "Only a lead may switch translation for the whole room. For yourself alone, write {command}.",
)


@command("translate on", summary=_("Translate for me again, or for this room"))
async def on(ctx: Context, whom: Annotated[Whom, WHOM] = "me") -> Reply:
    """Answer `translate on [me|room]`."""
    if whom == "room":
        return await _turn(ctx, on=True)
    if await ctx.services.person.set_translated(ctx.actor.user_id, True, ctx.now):
        return Reply(_("I translate for you again, in every room."))
    return Reply(_("I translate for you already."), *_for_the_room(ctx, "on"))


@command("translate off", summary=_("Do not translate for me, or in this room"))
async def off(ctx: Context, whom: Annotated[Whom, WHOM] = "me") -> Reply:
    """Answer `translate off [me|room]`."""
    if whom == "room":
        return await _turn(ctx, on=False)
    await ctx.services.person.set_translated(ctx.actor.user_id, False, ctx.now)
    return Reply(
        _(
            "I translate nothing for you any more, in any room. What others need I still post. If you want a"
            " single message, react to it with {globe}; {command} brings back the rest.",
            globe=Verbatim(GLOBE),
            command=_typed("on"),
        ),
        *_for_the_room(ctx, "off"),
    )


@command("translate pause", summary=_("Pause translation in this room for a while"), role=Role.LEAD)
async def pause(
    ctx: Context, length: Annotated[timedelta, Arg(_("How long, such as 30m or 2h, a day at most"))]
) -> Reply:
    """Answer `translate pause LENGTH` by the announcement to the room."""
    if not timedelta() < length <= LONGEST:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _(
                "A pause is a day at most. For longer, switch translation off: {command}",
                command=_typed("off", "room"),
            ),
        )
    if await ctx.services.switch.pause(ctx.room, ctx.actor, ctx.event, length, ctx.now):
        return Reply()
    raise UserError(
        ErrorCode.CONFLICT,
        _("Translation is off in this room, so there is nothing to pause. {command} switches it on.",
          command=_typed("on", "room")),
    )  # fmt: skip


@command("translate status", summary=_("Say what I translate in this room"), changes=False)
async def status(ctx: Context) -> Reply:
    """Answer `translate status`."""
    found = await ctx.services.switch.translated(ctx.room, ctx.now)
    return Reply(
        _state(found, ctx),
        Listing((
            _("Where translations appear: {mode}", mode=Typed((MODES[found.settings.mode],))),
            *_needs(found),
            *_ways(found),
            *_queue(await ctx.services.status.status()),
        )),
    )  # fmt: skip


async def _turn(ctx: Context, *, on: bool) -> Reply:
    """Switch the room; the announcement is answer enough."""
    if not ctx.actor.may(Role.LEAD):
        command = _typed("on" if on else "off")
        raise only_a_lead(ctx.actor, Message(ONLY_LEADS.text, {"command": command}))
    if await ctx.services.switch.turn(ctx.room, ctx.actor, ctx.event, ctx.now, on=on):
        return Reply()
    if on:
        return Reply(_("Translation is on in this room already."))
    return Reply(_("Translation is off in this room already."))


def _for_the_room(ctx: Context, verb: str) -> Iterator[Message]:
    """Yield, to a lead, how to switch the whole room: it may be what was meant."""
    if ctx.actor.may(Role.LEAD):
        yield _("For the whole room: {command}", command=_typed(verb, "room"))


def _typed(verb: str, whom: str | None = None) -> Typed:
    return Typed(("!", NOUN, " ", VERBS[verb], *((" ", ROOM) if whom else ())))


def _state(found: Translated, ctx: Context) -> Message:
    settings = found.settings
    if not settings.on:
        return _("Translation is off in this room. React to a message with {globe} to have it in your language.",
                 globe=Verbatim(GLOBE))  # fmt: skip
    if not settings.translates(ctx.now) and settings.paused_until:
        return _("Translation is paused in this room until {moment}.", moment=settings.paused_until)
    return _("Translation is on in this room.")


def _needs(found: Translated) -> Iterator[Message]:
    for language, people in found.needs:
        yield _n(
            "{language}: {n} person needs it", "{language}: {n} people need it", people, language=Language(language)
        )
    if not found.needs:
        yield _("Nobody here needs a translation")
    if found.out:
        yield _n("{n} person wants no translation", "{n} people want no translation", found.out)
    if found.invited:
        yield _n(
            "{n} person has not yet accepted my invitation to a direct room",
            "{n} people have not yet accepted my invitation to a direct room",
            found.invited,
        )


def _ways(found: Translated) -> Iterator[Message]:
    """Yield which pairs are there, with the languages passed through, and which are not."""
    if found.there:
        ways = tuple(Code(" → ".join(route)) for route in found.there)
        yield _("I can translate: {ways}", ways=ways)
    if found.missing:
        ways = tuple(Code(" → ".join(pair)) for pair in found.missing)
        yield _("No model is installed for: {ways}", ways=ways)


def _queue(now: Status) -> Iterator[Message]:
    # The command that asks is itself still being processed.
    yield _n("{n} item to process", "{n} items to process", max(0, now.to_process - 1))
    yield _n("{n} message to send", "{n} messages to send", now.to_send)
