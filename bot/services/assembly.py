"""All services, built from what stands outside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.config import Current
from bot.i18n import Catalogues
from bot.model.checkin import WELFARE
from bot.model.export import BUILD
from bot.model.export import DUE as EXPORT
from bot.model.mine import DUE as MINE
from bot.model.phrase import Phrasebook
from bot.model.places import NOWHERE, Gazetteer
from bot.model.poll import DUE as POLL
from bot.model.purge import BATCH, LEAVES
from bot.model.purge import DUE as PURGE
from bot.model.recall import COMMAND as RECALL
from bot.model.release import DUE as RELEASE
from bot.model.release import ENDS
from bot.model.review import DUE as REVIEW
from bot.model.sequel import SequelKind
from bot.services import Services
from bot.services.audit import AuditService
from bot.services.briefing import DUE as BRIEFING
from bot.services.briefing import END as BRIEFING_END
from bot.services.briefing import PACK, UNREAD
from bot.services.briefing import START as BRIEFING_START
from bot.services.briefing import assemble as assemble_briefings
from bot.services.checkin import CheckInService, DuressService, HearingService, WelfareService
from bot.services.checkin.duress import DUE as CHECKIN
from bot.services.checking import CheckService
from bot.services.checklist import Checklists, ChecklistService
from bot.services.companion import CompanionService
from bot.services.compass import CompassService
from bot.services.correction import CorrectionService, Drafting, Judging
from bot.services.departing import DepartingService
from bot.services.digest import DUE as DIGEST
from bot.services.digest import WITHIN as DIGEST_WITHIN
from bot.services.digest import DigestService, Gathering, StandingDigestService
from bot.services.direct import DirectService
from bot.services.due import DueService, Kind
from bot.services.duty import TASK, UPDATE, DutyService
from bot.services.exercise import ExerciseService
from bot.services.expiring import ExpiringService
from bot.services.export import Building, Choosing, Collecting, ExportService
from bot.services.file import FileService, Media
from bot.services.fresh import DUE as FRESH
from bot.services.fresh import WORDED as TITLES
from bot.services.fresh import FreshService
from bot.services.granting import Granting
from bot.services.handover import assemble as assemble_handovers
from bot.services.hint import HintService
from bot.services.hold import HoldService
from bot.services.identity import Devices, IdentityService
from bot.services.incident import (
    CardService,
    Clearing,
    Contests,
    CopyingService,
    DeclaringService,
    FindingService,
    IncidentService,
    LikenessService,
    NotingService,
    Outputs,
    PinningService,
    RelatingService,
    Ringing,
    UndoingService,
    WithdrawingService,
    Wordings,
)
from bot.services.ladder import WITHIN, LadderService
from bot.services.ladder.people import Rungs
from bot.services.lost import LostService
from bot.services.mark import MarkService
from bot.services.marking import MarkingService
from bot.services.mine import MineService
from bot.services.notice import NoticeService
from bot.services.original import Fetches, OriginalService
from bot.services.part import PartService
from bot.services.patrol import DUE as PATROL
from bot.services.patrol import assemble as assemble_patrols
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.place import PlaceService
from bot.services.pulse import Pulse
from bot.services.purge import PurgeService
from bot.services.purging import PurgingService
from bot.services.purpose import PurposeService
from bot.services.question import QuestionService
from bot.services.recall import CHASE, RecallService
from bot.services.received import Received
from bot.services.relay import RelayService, Translates
from bot.services.release import ReleaseService
from bot.services.reminder import DUE as REMINDER
from bot.services.reminder import ReminderRinging, ReminderService
from bot.services.report import DUE as REPORT
from bot.services.report import KEPT, Alone, Findings, Readings, ReportService
from bot.services.review import ReviewService
from bot.services.room import Rooms, RoomService
from bot.services.sequel import ResumingService, SequelService
from bot.services.shift import (
    AbsenceService,
    CalendarService,
    CoverageService,
    PresenceService,
    RosterRules,
    RosterService,
    ShiftService,
    ShiftTelling,
    ShiftTurns,
    SwapService,
)
from bot.services.shift.card import GrabCardService
from bot.services.shift.clock import CARD, CARD_FOR
from bot.services.shift.log import ShiftLogService
from bot.services.shift.relief import DUE as HANDOVER
from bot.services.shift.swapping import DUE as SWAP
from bot.services.shift.telling import DUE as SHIFT
from bot.services.shift.turns import DUE as EACH_SHIFT
from bot.services.sir import SirService
from bot.services.status import Models, StatusService
from bot.services.switch import SwitchService, Ways
from bot.services.task import TaskService
from bot.services.term import TermService
from bot.services.verifying import VerifyingService
from bot.services.wish import WishService
from bot.services.witness import WitnessService
from bot.store import Store

ALWAYS = timedelta(days=3650)
"""How late it may still be done where it must never be left out."""


class Pairs(Models, Ways, Protocol):
    """What is known of the pairs that can be translated."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What services need of the rest of the program."""

    config: Current
    store: Store
    rooms: Rooms
    catalogues: Catalogues
    devices: Devices
    translator: Translates
    pairs: Pairs
    originals: Fetches
    media: Media
    phrases: Phrasebook
    checklists: Checklists
    pulse: Pulse
    clock: Clock
    gazetteer: Gazetteer = NOWHERE


def assemble(outside: Outside) -> Services:
    """Return all services."""
    config, store, rooms = outside.config, outside.store, outside.rooms
    person = PersonService(config, store, rooms, outside.catalogues)
    original = OriginalService(store, rooms, outside.originals)
    direct = DirectService(config, store, rooms)
    term = TermService(config, store, rooms)
    question = QuestionService(store)
    audit = AuditService(config, store)
    identity = IdentityService(config, store, outside.devices, audit)
    clearing = Clearing(config, store, rooms, outside.clock)
    purpose = PurposeService(config, store, audit)
    outputs = Outputs(store, audit, clearing, purpose)
    notice = NoticeService(config, store, rooms, outputs)
    relay = RelayService(config, store, person, identity, rooms, outside.translator, term, direct, question)
    room = RoomService(config, store, rooms)
    drafting = Drafting(store, original, outside.translator)
    judging = Judging(config, store, person, rooms, relay, question)
    place = PlaceService(config, store, outside.gazetteer)
    duty = DutyService(config, store)
    wordings = Wordings(store, person, relay)
    card = CardService(config, store, room, clearing, outputs)
    ringing = Ringing(config, store, notice, room)
    contests = Contests(store, room, clearing, notice, direct)
    sequel = SequelService(config, store, rooms)
    marking = MarkingService(store, audit, sequel)
    received = Received(config, store, rooms)
    incident = IncidentService(
        config, store, audit, wordings, contests, card, duty, clearing, outputs, ringing, marking, received
    )
    mark = MarkService(config, store, incident, relay, Granting(config, store), direct, notice, marking)
    release = ReleaseService(config, store, incident, mark, person, notice, question, room, direct, marking, received)
    collecting = Collecting(store, audit, incident, original, person, room, term)
    finding = FindingService(config, store, incident)
    choosing = Choosing(incident, finding)
    export = ExportService(store, incident, release, notice, question, collecting, choosing)
    building = Building(config, store, incident, outside.catalogues, collecting, export)
    task = TaskService(config, store, incident, duty, notice, room)
    rungs = Rungs(config, person, room)
    ladder = LadderService(config, store, incident, duty, person, rungs, room, notice, question)
    asks = Kind(ladder.climb, WITHIN, ladder.begin_anew)
    wish = WishService(config, store, original, relay)
    pinning = PinningService(store, incident, original, wish, person, wordings, outside.media)
    readings = Readings(store, outside.catalogues, wordings, place)
    findings = Findings(config, store, incident, wordings)
    report = ReportService(store, incident, audit, notice, person, room, readings, findings, received)
    shift = ShiftService(config, store, audit, room)
    turns = ShiftTurns(config, store, room)
    telling = ShiftTelling(config, store, room, direct, notice, shift, turns)
    rules = RosterRules(config, room)
    roster = RosterService(store, audit, rules, shift, telling)
    swap = SwapService(config, store, audit, room, person, notice, question, incident, shift, rules, roster, telling)
    handovers = assemble_handovers(
        config, store, audit, incident, duty, person, room, notice, question, wordings, shift, outside.gazetteer
    )
    patrols = assemble_patrols(config, store, audit, incident, person, room, notice, question, shift, rules, telling)
    briefings = assemble_briefings(
        config,
        store,
        audit,
        incident,
        person,
        room,
        notice,
        question,
        wordings,
        handovers.handover,
        term,
        task,
        direct,
        outside.catalogues,
        shift,
        rules,
    )
    fresh = FreshService(config, store, person, room, incident, card, handovers.handover, briefings.briefing)
    relating = RelatingService(store, incident)
    grab_card = GrabCardService(
        config, store, audit, person, room, direct, incident, shift, outside.phrases, outside.catalogues
    )
    duress = DuressService(config, store, room, direct, notice, question)
    welfare = WelfareService(store, audit, rungs, room, notice, question)
    ringing_again = ReminderRinging(config, store, audit, person, room, direct, notice, question)
    hold = HoldService(config, store, audit, incident, room, direct, notice, sequel)
    lost = LostService(config, store, audit, identity, room, direct, notice, question, sequel)
    verifying = VerifyingService(config, store, identity, person, room, direct, notice, question, sequel)
    gathering = Gathering(config, store, incident, duty, turns, place)
    digest = DigestService(config, store, incident, person, gathering, outside.clock)
    standing = StandingDigestService(config, store, audit, incident, identity, notice, room, turns, digest)
    review = ReviewService(config, store, audit, incident, task, duty, room, notice)
    recall = RecallService(config, store, audit, incident, person, room, rooms, direct, notice, question, received)
    purging = PurgingService(config, store, audit, person, room, notice, sequel, outside.pulse)
    again = {
        SequelKind.HOLD_PLACED: hold.place_again,
        SequelKind.HOLD_LIFTED: hold.lift_again,
        SequelKind.MARKED: marking.keep_again,
        SequelKind.LOST: lost.lose_again,
        SequelKind.FOUND: lost.lift_again,
        SequelKind.DOUBTED: verifying.doubt_again,
        SequelKind.PURGED: purging.purge_again,
    }
    expiring = ExpiringService(config, store, incident, room, notice, question, purging)
    mine = MineService(config, store, audit, incident, room, direct, findings, notice)
    absence = AbsenceService(store, notice, rules, roster)
    departing = DepartingService(config, store, audit, incident, person, room, notice, question, purging, mine, absence)
    return Services(
        absence=absence,
        departing=departing,
        agenda=briefings.agenda,
        answering=briefings.answering,
        attending=briefings.attending,
        asker=briefings.asker,
        audit=audit,
        briefing=briefings.briefing,
        briefing_calendar=briefings.calendar,
        busy=briefings.busy,
        calendar=CalendarService(config, store, audit, room, shift, rules, roster),
        card=card,
        check=CheckService(store, rooms, original, drafting, outside.translator, term),
        checkin=CheckInService(config, store, audit, room, question, duress, shift, notice),
        hearing=HearingService(store, identity),
        checklist=ChecklistService(config, store, incident, wordings, outside.checklists),
        companion=CompanionService(config, store, person, notice, question, room),
        compass=CompassService(config, store, original, person, place),
        coverage=CoverageService(shift, rules),
        correction=CorrectionService(store, relay, drafting, judging),
        declaring=DeclaringService(config, store, original, wish, person, wordings),
        digest=digest,
        standing_digest=standing,
        shift_turns=turns,
        direct=direct,
        duress=duress,
        duty=duty,
        due=DueService(
            store,
            {
                UPDATE: asks,
                TASK: asks,
                HANDOVER: Kind(handovers.lateness.climb, WITHIN, handovers.lateness.begin_anew),
                REPORT: Kind(report.abandon, KEPT, report.abandon),
                RELEASE: Kind(release.expire, ALWAYS),
                ENDS: Kind(release.ended, ALWAYS),
                EXPORT: Kind(export.expire, ALWAYS),
                BUILD: Kind(building.post, ALWAYS, prepare=building.prepare),
                SWAP: Kind(swap.pursue, ALWAYS),
                CARD: Kind(grab_card.begin, ALWAYS),
                CARD_FOR: Kind(grab_card.send, ALWAYS),
                WELFARE: Kind(welfare.climb, WITHIN, welfare.begin_anew),
                CHECKIN: Kind(duress.act, ALWAYS),
                SHIFT: Kind(telling.remind, ALWAYS),
                PATROL: Kind(patrols.watching.remind, ALWAYS),
                FRESH: Kind(fresh.wake, ALWAYS),
                TITLES: Kind(fresh.say_titles, ALWAYS, prepare=fresh.prepare_titles),
                PACK: Kind(briefings.pack.post, ALWAYS, prepare=briefings.pack.prepare),
                BRIEFING_START: Kind(briefings.sittings.begin, ALWAYS),
                BRIEFING_END: Kind(briefings.sittings.end, ALWAYS),
                UNREAD: Kind(briefings.catching.nudge, ALWAYS),
                POLL: Kind(briefings.polling.wake, ALWAYS),
                BRIEFING: Kind(briefings.reminding.remind, ALWAYS),
                REMINDER: Kind(ringing_again.ring, ALWAYS),
                RECALL: Kind(recall.send, ALWAYS, prepare=recall.prepare),
                REVIEW: Kind(review.remind, ALWAYS),
                CHASE: Kind(recall.chase, ALWAYS),
                PURGE: Kind(purging.act, ALWAYS, prepare=purging.prepare),
                LEAVES: Kind(departing.act, ALWAYS),
                MINE: Kind(mine.send, ALWAYS),
                BATCH: Kind(expiring.look_again, ALWAYS),
                DIGEST: Kind(standing.send, DIGEST_WITHIN, standing.missed),
                EACH_SHIFT: Kind(standing.send_shifts, ALWAYS),
            },
        ),
        exercise=ExerciseService(config, store, audit, notice, rooms, incident),
        expiring=expiring,
        export=export,
        file=FileService(original, outside.media),
        finding=finding,
        fresh=fresh,
        gate=handovers.gate,
        grab_card=grab_card,
        handover=handovers.handover,
        reading=handovers.reading,
        hint=HintService(notice, room),
        hold=hold,
        identity=identity,
        incident=incident,
        inviting=briefings.inviting,
        ladder=ladder,
        likeness=LikenessService(store, incident),
        lateness=handovers.lateness,
        lost=lost,
        mark=mark,
        mine=mine,
        minutes=briefings.minutes,
        remarking=briefings.remarking,
        notice=notice,
        noting=NotingService(store, incident, person, identity),
        original=original,
        patrol=patrols.patrol,
        person=person,
        phrase=PhraseService(outside.phrases, person),
        place=place,
        part=PartService(store, incident, person, identity, Alone(store, audit, findings)),
        pinning=pinning,
        purpose=purpose,
        polling=briefings.polling,
        copying=CopyingService(store, incident, original, outside.media, audit),
        purge=PurgeService(config, store, incident, report, room, direct, notice, question),
        question=question,
        relating=relating,
        relay=relay,
        reminder=ReminderService(config, store, audit, incident, wordings, direct, notice, question, ringing_again),
        report=report,
        recall=recall,
        release=release,
        resuming=ResumingService(config, store, outside.rooms, audit, notice, again),
        presence=PresenceService(store, audit, room, notice, shift),
        review=review,
        room=room,
        roster=roster,
        shift=shift,
        shift_log=ShiftLogService(config, store, audit, room, incident, relating, shift, outside.catalogues),
        sir=SirService(config, store, audit, direct),
        status=StatusService(config, store, outside.pairs, outside.catalogues, outside.pulse),
        swap=swap,
        switch=SwitchService(config, store, person, notice, rooms, outside.pairs, direct),
        task=task,
        term=term,
        verifying=verifying,
        undoing=UndoingService(store, incident, pinning, relating, room, task),
        welfare=welfare,
        wish=wish,
        witness=WitnessService(config, store, rooms, direct),
        withdrawing=WithdrawingService(store, incident, person, audit),
    )
