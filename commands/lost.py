"""`lost`: somebody's device is in other hands; nothing of theirs counts until two people have lifted that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, Listing, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.identity import fingerprint
from bot.model.person import UserId

LIFT = "lost lift"
YES = "yes"
CHOICES = (
    (YES, _c("choice", "Yes, every character is the same")),
    ("leave", _c("choice", "No, or I have not compared them in person")),
)


@command("lost", summary=_("Say that somebody's device is lost or stolen: at once nothing of theirs counts any more"))
async def lost(
    ctx: Context,
    person: Annotated[UserId, Arg(_("Whose device is lost"), anywhere=True)],
) -> Reply:
    """Answer `lost PERSON`."""
    return Reply(await ctx.services.lost.report(ctx.actor, ctx.told, person))


async def lifted(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of the second of two who want it lifted."""
    if choice != YES:
        return Reply(_("Nothing was changed."))
    return Reply(await ctx.services.lost.lift(ctx.actor, ctx.told, data))


@command(
    LIFT,
    summary=_("Serve somebody again whose device was lost, as one of two people who have compared their new keys"),
    answered=lifted,
)
async def lift_lost(
    ctx: Context,
    person: Annotated[UserId, Arg(_("Whose keys you have compared"), anywhere=True)],
) -> Reply:
    """Answer `lost lift PERSON`: ask the second of two, with the keys that would count."""
    lifting = await ctx.services.lost.word(ctx.actor, ctx.told, person)
    if not lifting.second:
        said = _(
            "One more colleague has to say the same within a day: a lead of the agency of {user} or an administrator"
            " has to be one of you two.",
            user=Verbatim(person),
        )
        return Reply(said, *await _keys(ctx, person))
    ask = Ask(
        LIFT,
        CHOICES,
        {
            "person": person,
            "tail": lifting.lost.tail,
            "master": lifting.master,
            "keys": [one.key for one in lifting.devices],
        },
        _("Are the keys above the same as on the device, compared in person?"),
    )
    said = _("{user} uses these keys now. Compare them with the ones on the device.", user=Verbatim(person))
    return Reply(said, *await _keys(ctx, person), ask=ask)


async def _keys(ctx: Context, person: UserId) -> tuple[Message | Listing, ...]:
    """Return the keys that would count: of the identity, and of each device that was not lost."""
    master = await ctx.services.identity.present(person)
    lines = [_("Identity: {key}", key=Code(fingerprint(master)))] if master else []
    for device in ctx.services.identity.devices(person):
        lines.append(_("Session {device}: {key}", device=Verbatim(device.device_id), key=Code(fingerprint(device.key))))
    return (Listing(tuple(lines)),) if lines else ()
