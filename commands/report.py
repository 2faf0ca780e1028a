"""`report`: a report by a template, given at once or field by field, and shown in one's own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Command, Context, Listing, Option, Range, Reply, command
from bot.i18n import Code, Message, _
from bot.model.person import UserId
from bot.model.question import SAID
from bot.model.reference import Ref
from bot.model.report import Report, Template, Unchanged, asked, heading, lines, same_as, title_of

WHICH = _("Of its incident, or of the report that it revises; left out in a reply to either, or where it stands alone")
MOST_SHOWN = 6
"""How many reports of an incident are shown at once."""


async def fetched(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what an answer in words says of its field."""
    if choice != SAID:
        return None
    return await ctx.services.report.heard(ctx.actor, ctx.told, data, data[SAID])


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to the question for a field."""
    named = None if choice == SAID else choice
    return await _next(ctx, await ctx.services.report.answer(ctx.actor, ctx.told, data, named, ctx.prepared))


def _declared(template: Template, summary: Message) -> Command:
    """Return the command that gives a report by *template*."""

    async def prepare(ctx: Context, ref: Ref | None = None, text: str | None = None) -> Any:
        return await ctx.services.report.read(ctx.actor, ctx.told, template, text or ctx.label)

    @command(f"report {template}", summary=summary, prepare=prepare, answered=answered, fetched=fetched)
    async def give(
        ctx: Context,
        ref: Annotated[Ref | None, Arg(WHICH)] = None,
        text: Annotated[
            str | None, Arg(_("Its fields, each behind its name and a colon; left out, they are asked"), rest=True)
        ] = None,
    ) -> Reply:
        """Answer `report TEMPLATE [REF] [TEXT]`."""
        reports = ctx.services.report
        return await _next(ctx, await reports.begin(ctx.actor, ctx.told, template, ref, ctx.replies_to, ctx.prepared))

    return give


methane = _declared(Template.METHANE, _("Report an emergency: METHANE"))
salute = _declared(Template.SALUTE, _("Report an observation: SALUTE"))
sitrep = _declared(Template.SITREP, _("Report the situation of a period: SITREP"))
can = _declared(Template.CAN, _("Report conditions, actions and needs: CAN"))
nine_line = _declared(Template.NINE_LINE, _("Ask for a medical evacuation: 9-line MEDEVAC"))
spot = _declared(Template.SPOT, _("Report in short what you see: SPOT"))


async def completed(ctx: Context, ref: Ref | None = None, revision: int | None = None) -> Any:
    """Return what is missing of the reports' texts in the person's language."""
    found = await ctx.services.report.list_meant(ctx.room, ref, ctx.replies_to, revision)
    return await ctx.services.report.complete(found[:MOST_SHOWN], ctx.actor, ctx.told)


@command("report show", summary=_("Show a report in your language"), prepare=completed, changes=False, reads=True)
async def show(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(_("Of the report or its incident; left out in a reply to either"))] = None,
    revision: Annotated[int | None, Range(1, 10_000), Option(_("Which revision; the last if you leave it out"))] = None,
) -> Reply:
    """Answer `report show [REF] [revision:N]`."""
    found = await ctx.services.report.list_meant(ctx.room, ref, ctx.replies_to, revision)
    await ctx.services.report.keep(ctx.prepared, found)
    blocks: list[Message | Listing] = []
    for report in found[:MOST_SHOWN]:
        blocks += await _shown(ctx, report)
    of = found[0].event_id if found[0].incident is None else None
    return Reply(*blocks, ref=str(found[0].ref), of=of)


async def _shown(ctx: Context, report: Report) -> tuple[Message, Listing]:
    reports = ctx.services.report

    def named(user_id: UserId) -> str:
        return ctx.services.room.known_as(user_id, ctx.room)

    made = await reports.texts_in(report.ref, ctx.actor.language)
    told = lines(report, await reports.before(report), made, ctx.actor.language)
    return await reports.marked(report, heading(report, named)), Listing(tuple(told))


async def _next(ctx: Context, found: Any) -> Reply:
    """Return that the report is on record, or the question for the next field."""
    if isinstance(found, Report):
        said = _("{report} {ref}: revision {revision} is on record.", report=title_of(found),
                 ref=Code(str(found.ref)), revision=found.revision)  # fmt: skip
        return Reply(await ctx.services.report.marked(found, said), ref=str(found.ref))
    if isinstance(found, Unchanged):
        return Reply(same_as(found.report), ref=str(found.report.ref))
    draft = found.draft
    question = asked(draft.template, draft.ref, found.field, optional=found.optional, again=found.again)
    if found.taken_up:
        question = (_("I go on where you stopped."), *question)
    choices = ctx.services.report.choices(found)
    data = {"draft": draft.id, "field": found.field.code}
    return Reply(*question, ref=str(draft.ref), ask=Ask(f"report {draft.template}", choices, data, free=True))
