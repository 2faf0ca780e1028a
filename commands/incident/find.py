"""`incident find`: incidents by words in any language, by what they are, and by where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Option, Range, Reply, command
from bot.i18n import Message, _, _n
from bot.model.incident import Hit, Severity, Status, Type, Wanted
from bot.model.places import Place
from bot.model.reference import Reference
from bot.model.times import Aim
from bot.model.translation import Translation
from bot.model.uncertainty import labelled
from commands.incident.show import cut, line

MOST_FOUND = 10
MOST_QUOTED = 160
"""Characters that are shown of a text that was found."""
FAR = 100
"""Kilometres that a search around a place goes."""


async def completed(ctx: Context, **given: Any) -> Any:
    """Return what is missing in the person's language of what is shown of the incidents that are found."""
    hits, _more = await _found(ctx, **given)
    incidents, language = ctx.services.incident, ctx.actor.language
    return {
        hit.incident.ref: await incidents.complete(hit.incident.ref, ctx.room, language, ctx.now, {1, hit.number or 1})
        for hit in hits
    }


async def _found(
    ctx: Context, text: str | None = None, type: Type | None = None, status: Status | None = None,
    severity: Severity | None = None, since: datetime | None = None, agency: str | None = None,
    near: Place | None = None, within: int = 5,
) -> tuple[list[Hit], bool]:  # fmt: skip
    finding = ctx.services.finding
    words, code = finding.words(text), finding.agency(agency)
    wanted = Wanted(words, type, status, severity, since, code, near, within * 1_000.0)
    found: tuple[list[Hit], bool] = await finding.find(ctx.room, wanted, MOST_FOUND)
    return found


@command(
    "incident find", summary=_("Find incidents by their words, or by what and where they are"), prepare=completed,
    changes=False, reads=True,
)  # fmt: skip
async def find(
    ctx: Context,
    text: Annotated[str | None, Arg(_("Words of the title or the timeline, in any language"), rest=True)] = None,
    type: Annotated[Type | None, Option(_("What kind of incident it is"))] = None,
    status: Annotated[Status | None, Option(_("How things stand"))] = None,
    severity: Annotated[Severity | None, Option(_("How bad it is"))] = None,
    since: Annotated[datetime | None, Aim.BEHIND, Option(_("Declared at that time or later"))] = None,
    agency: Annotated[str | None, Option(_("The code of the agency that declared it"))] = None,
    near: Annotated[Place | None, Option(_("Around which place"))] = None,
    within: Annotated[int, Range(1, FAR), Option(_("How many kilometres from there"))] = 5,
) -> Reply:
    """Answer `incident find [TEXT] [OPTIONS]`."""
    hits, more = await _found(ctx, text, type, status, severity, since, agency, near, within)
    for ref, made in ctx.prepared.items():
        await ctx.services.incident.keep(ref, made)
    if not hits:
        return Reply(_("I have found no such incident here."))
    lines, shows = Listing(await _lines(ctx, hits)), tuple(str(hit.incident.ref) for hit in hits)
    if more:
        return Reply(_("The first {n} that I have found. Say more to find fewer:", n=len(hits)), lines, shows=shows)
    return Reply(_n("I have found {n} incident:", "I have found {n} incidents:", len(hits)), lines, shows=shows)


async def _lines(ctx: Context, hits: list[Hit]) -> tuple[Message, ...]:
    incidents, language = [hit.cleared for hit in hits], ctx.actor.language
    titles = await ctx.services.incident.titles_in(incidents, language)
    texts = await ctx.services.finding.texts(hits, language)
    return tuple(_line(hit, line(ctx, hit.cleared, titles.get(hit.incident.ref)), texts) for hit in hits)


def _line(hit: Hit, said: Message, texts: Mapping[Reference, tuple[str, Translation | None]]) -> Message:
    """Return what *said* of an incident, how far away it is, and the text by which it was found."""
    if hit.metres is not None:
        said = _("{incident}, {kilometres} km away", incident=said, kilometres=round(hit.metres / 1_000, 1))
    if found := texts.get(hit.incident.ref):
        text, made = found
        quoted = cut(text, MOST_QUOTED)
        words = labelled(quoted, replace(made, text=quoted) if made else None)
        said = _("{incident}: “{text}”", incident=said, text=words)
    return said
