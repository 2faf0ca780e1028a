"""`timezone`: in which zone one reads times."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.command import Arg, Context, Reply, command
from bot.i18n import Typed, Verbatim, _, _c
from bot.model.person import Zone

EXAMPLE = Typed(("!", _c("noun", "timezone"), " Europe/Lisbon"))


@command("timezone", summary=_("Show or set the time zone that I use for you"), described=True, shows_bare=True)
async def timezone(
    ctx: Context,
    zone: Annotated[
        Zone | Literal["auto"] | None, Arg(_("A zone such as Europe/Lisbon, or auto for your agency's"))
    ] = None,
) -> Reply:
    """Answer `timezone [zone]`."""
    if zone is None:
        return Reply(
            _(
                "Your time zone is {zone}. To change it: {example}",
                zone=Verbatim(ctx.actor.zone),
                example=EXAMPLE,
            )
        )
    person = ctx.services.person
    await person.set_zone(ctx.actor.user_id, None if zone == "auto" else Zone(zone), ctx.now)
    actor = await person.actor(ctx.actor.user_id, ctx.room)
    return Reply(
        _("From now on I show you times in {zone}. It is now {moment}.", zone=Verbatim(actor.zone), moment=ctx.now)
    )
