"""What is to be done about incidents, and who is asked when it is not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import ChecklistService, LadderService, ReviewService, TaskService, UndoingService
from bot.services.assembly.ground import Ground
from bot.services.assembly.incidents import Incidents
from bot.services.assembly.outside import Outside
from bot.services.ladder.people import Rungs


@dataclass(frozen=True, slots=True)
class Duties:
    """The services of what is to be done about incidents."""

    checklist: ChecklistService
    ladder: LadderService
    review: ReviewService
    rungs: Rungs
    task: TaskService
    undoing: UndoingService


def assemble_duties(outside: Outside, ground: Ground, incidents: Incidents) -> Duties:
    """Return the services of what is to be done about incidents."""
    config, store, incident, duty = outside.config, outside.store, incidents.incident, incidents.duty
    notice, person, room = ground.notice, ground.person, ground.room
    rungs = Rungs(config, person, room)
    task = TaskService(config, store, incident, duty, notice, room)
    return Duties(
        checklist=ChecklistService(config, store, incident, incidents.wordings, outside.checklists),
        ladder=LadderService(config, store, incident, duty, person, rungs, room, notice, ground.question),
        review=ReviewService(config, store, ground.audit, incident, task, duty, room, notice),
        rungs=rungs,
        task=task,
        undoing=UndoingService(store, incident, incidents.pinning, incidents.relating, room, task),
    )
