"""`incident place`: where it is; a place that is shared in reply to its card says the same."""

from __future__ import annotations

from typing import Annotated, Any

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Code, _
from bot.model.incident import marked
from bot.model.places import Place, written
from bot.model.reference import Ref
from commands.incident.change import WHICH, worded_text


async def worded_note(ctx: Context, note: str | None = None, **_others: Any) -> Any:
    """Return what the person calls the place, in the languages of the room."""
    return await worded_text(ctx, note)


@command("incident place", summary=_("Say where an incident is"), prepare=worded_note)
async def place(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    at: Annotated[Place | None, Arg(_("A grid reference, latitude and longitude, or a named point"))] = None,
    note: Annotated[str | None, Option(_("What is to be said of it"))] = None,
) -> Reply:
    """Answer `incident place [REF] PLACE [note:TEXT]`."""
    incidents, places = ctx.services.incident, ctx.services.place
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    incident = (await incidents.set_place(ctx.actor, ctx.told, meant, at, ctx.prepared)).content
    said = [] if incident.place is None else [written(incident.place)]
    away = places.from_post(ctx.actor.agency, incident.place)
    entered = marked(incident, _("{ref}: the place is entered.", ref=Code(str(incident.ref))))
    return Reply(entered, *said, *away, ref=str(incident.ref))
