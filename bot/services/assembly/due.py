"""Who does what falls due, and how late it may still be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.model.checkin import WELFARE
from bot.model.export import BUILD
from bot.model.export import DUE as EXPORT
from bot.model.mine import DUE as MINE
from bot.model.poll import DUE as POLL
from bot.model.purge import BATCH, LEAVES
from bot.model.purge import DUE as PURGE
from bot.model.recall import COMMAND as RECALL
from bot.model.release import DUE as RELEASE
from bot.model.release import ENDS
from bot.model.review import DUE as REVIEW
from bot.services.assembly.house import House
from bot.services.briefing import DUE as BRIEFING
from bot.services.briefing import END as BRIEFING_END
from bot.services.briefing import PACK, UNREAD
from bot.services.briefing import START as BRIEFING_START
from bot.services.checkin.duress import DUE as CHECKIN
from bot.services.digest import DUE as DIGEST
from bot.services.digest import WITHIN as DIGEST_WITHIN
from bot.services.due import Kind
from bot.services.duty import TASK, UPDATE
from bot.services.fresh import DUE as FRESH
from bot.services.fresh import WORDED as TITLES
from bot.services.ladder import WITHIN
from bot.services.patrol import DUE as PATROL
from bot.services.recall import CHASE
from bot.services.reminder import DUE as REMINDER
from bot.services.report import DUE as REPORT
from bot.services.report import KEPT
from bot.services.shift.clock import CARD, CARD_FOR
from bot.services.shift.relief import DUE as HANDOVER
from bot.services.shift.swapping import DUE as SWAP
from bot.services.shift.telling import DUE as SHIFT
from bot.services.shift.turns import DUE as EACH_SHIFT

ALWAYS = timedelta(days=3650)
"""How late it may still be done where it must never be left out."""


def kinds(house: House) -> Mapping[str, Kind]:
    """Return who does each kind of what falls due."""
    incidents, duties, sharing, keeping = house.incidents, house.duties, house.sharing, house.keeping
    shifts, briefings, safety, unasked = house.shifts, house.briefings, house.safety, house.unasked
    asks = Kind(duties.ladder.climb, WITHIN, duties.ladder.begin_anew)
    lateness = house.handovers.lateness
    return {
        UPDATE: asks,
        TASK: asks,
        HANDOVER: Kind(lateness.climb, WITHIN, lateness.begin_anew),
        REPORT: Kind(incidents.report.abandon, KEPT, incidents.report.abandon),
        RELEASE: Kind(sharing.release.expire, ALWAYS),
        ENDS: Kind(sharing.release.ended, ALWAYS),
        EXPORT: Kind(sharing.export.expire, ALWAYS),
        BUILD: Kind(sharing.building.post, ALWAYS, prepare=sharing.building.prepare),
        SWAP: Kind(shifts.swap.pursue, ALWAYS),
        CARD: Kind(shifts.grab_card.begin, ALWAYS),
        CARD_FOR: Kind(shifts.grab_card.send, ALWAYS),
        WELFARE: Kind(safety.welfare.climb, WITHIN, safety.welfare.begin_anew),
        CHECKIN: Kind(safety.duress.act, ALWAYS),
        SHIFT: Kind(shifts.telling.remind, ALWAYS),
        PATROL: Kind(house.patrols.watching.remind, ALWAYS),
        FRESH: Kind(unasked.fresh.wake, ALWAYS),
        TITLES: Kind(unasked.fresh.say_titles, ALWAYS, prepare=unasked.fresh.prepare_titles),
        PACK: Kind(briefings.pack.post, ALWAYS, prepare=briefings.pack.prepare),
        BRIEFING_START: Kind(briefings.sittings.begin, ALWAYS),
        BRIEFING_END: Kind(briefings.sittings.end, ALWAYS),
        UNREAD: Kind(briefings.catching.nudge, ALWAYS),
        POLL: Kind(briefings.polling.wake, ALWAYS),
        BRIEFING: Kind(briefings.reminding.remind, ALWAYS),
        REMINDER: Kind(unasked.ringing.ring, ALWAYS),
        RECALL: Kind(sharing.recall.send, ALWAYS, prepare=sharing.recall.prepare),
        REVIEW: Kind(duties.review.remind, ALWAYS),
        CHASE: Kind(sharing.recall.chase, ALWAYS),
        PURGE: Kind(keeping.purging.act, ALWAYS, prepare=keeping.purging.prepare),
        LEAVES: Kind(keeping.departing.act, ALWAYS),
        MINE: Kind(keeping.mine.send, ALWAYS),
        BATCH: Kind(keeping.expiring.look_again, ALWAYS),
        DIGEST: Kind(unasked.standing.send, DIGEST_WITHIN, unasked.standing.missed),
        EACH_SHIFT: Kind(unasked.standing.send_shifts, ALWAYS),
    }
