"""The parts of which all services are, each built on those before it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.assembly.duties import Duties, assemble_duties
from bot.services.assembly.ground import Ground, assemble_ground
from bot.services.assembly.incidents import Incidents, assemble_incidents
from bot.services.assembly.keeping import Keeping, assemble_keeping
from bot.services.assembly.languages import Languages, assemble_languages
from bot.services.assembly.outside import Outside
from bot.services.assembly.safety import Safety, assemble_safety
from bot.services.assembly.sharing import Sharing, assemble_sharing
from bot.services.assembly.unasked import Unasked, assemble_unasked
from bot.services.briefing import Briefings
from bot.services.briefing import assemble as assemble_briefings
from bot.services.handover import Handovers
from bot.services.handover import assemble as assemble_handovers
from bot.services.patrol import Patrols
from bot.services.patrol import assemble as assemble_patrols
from bot.services.shift import Shifts
from bot.services.shift import assemble as assemble_shifts


@dataclass(frozen=True, slots=True)
class House:
    """All parts. No service is given a part: each is given the services that it needs."""

    ground: Ground
    languages: Languages
    incidents: Incidents
    duties: Duties
    sharing: Sharing
    shifts: Shifts
    handovers: Handovers
    patrols: Patrols
    briefings: Briefings
    safety: Safety
    keeping: Keeping
    unasked: Unasked


def assemble_house(outside: Outside) -> House:
    """Return all parts."""
    config, store, catalogues = outside.config, outside.store, outside.catalogues
    ground = assemble_ground(outside)
    languages = assemble_languages(outside, ground)
    incidents = assemble_incidents(outside, ground, languages)
    duties = assemble_duties(outside, ground, incidents)
    audit, direct, notice = ground.audit, ground.direct, ground.notice
    person, question, room = ground.person, ground.question, ground.room
    incident, duty, relating, wordings = incidents.incident, incidents.duty, incidents.relating, incidents.wordings
    term, task = languages.term, duties.task
    shifts = assemble_shifts(
        config, store, audit, incident, relating, person, room, direct, notice, question, outside.phrases, catalogues
    )
    shift, rules, turns = shifts.shift, shifts.rules, shifts.turns
    handovers = assemble_handovers(
        config, store, audit, incident, duty, person, room, notice, question, wordings, shift, outside.gazetteer
    )
    handover = handovers.handover
    briefings = assemble_briefings(
        config, store, audit, incident, person, room, notice, question, wordings, handover, term, task, direct,
        catalogues, shift, rules,
    )  # fmt: skip
    patrols = assemble_patrols(
        config, store, audit, incident, person, room, notice, question, shift, rules, shifts.telling
    )
    unasked = assemble_unasked(outside, ground, incidents, turns, handover, briefings.briefing)
    withdraws = (unasked.reminder, briefings.agenda, briefings.polling, briefings.briefing, patrols.patrol)
    return House(
        ground=ground,
        languages=languages,
        incidents=incidents,
        duties=duties,
        sharing=assemble_sharing(outside, ground, languages, incidents),
        shifts=shifts,
        handovers=handovers,
        patrols=patrols,
        briefings=briefings,
        safety=assemble_safety(outside, ground, duties, shift),
        keeping=assemble_keeping(outside, ground, incidents, shifts.absence, withdraws),
        unasked=unasked,
    )
