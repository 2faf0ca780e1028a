"""What people do. A service reads and writes the store in the transaction that its caller has open."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.audit import AuditService
from bot.services.briefing import (
    AgendaService,
    AnsweringService,
    Asker,
    AttendingService,
    BriefingCalendarService,
    BriefingService,
    BusyService,
    Inviting,
    MinutesService,
    PollService,
    Remarking,
)
from bot.services.checkin import CheckInService, DuressService, HearingService, WelfareService
from bot.services.checking import CheckService
from bot.services.checklist import ChecklistService
from bot.services.companion import CompanionService
from bot.services.compass import CompassService
from bot.services.correction import CorrectionService
from bot.services.departing import DepartingService
from bot.services.digest import DigestService, StandingDigestService
from bot.services.direct import DirectService
from bot.services.due import DueService
from bot.services.duty import DutyService
from bot.services.exercise import ExerciseService
from bot.services.expiring import ExpiringService
from bot.services.export import ExportService
from bot.services.file import FileService
from bot.services.fresh import FreshService
from bot.services.handover import GateService, HandoverService, LatenessService, ReadingService
from bot.services.hint import HintService
from bot.services.hold import HoldService
from bot.services.identity import IdentityService
from bot.services.incident import (
    CardService,
    CopyingService,
    DeclaringService,
    FindingService,
    IncidentService,
    LikenessService,
    NotingService,
    PinningService,
    RelatingService,
    UndoingService,
    WithdrawingService,
)
from bot.services.ladder import LadderService
from bot.services.lost import LostService
from bot.services.mark import MarkService
from bot.services.mine import MineService
from bot.services.notice import NoticeService
from bot.services.original import OriginalService
from bot.services.part import PartService
from bot.services.patrol import PatrolService
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.place import PlaceService
from bot.services.purge import PurgeService
from bot.services.purpose import PurposeService
from bot.services.question import QuestionService
from bot.services.recall import RecallService
from bot.services.relay import RelayService
from bot.services.release import ReleaseService
from bot.services.reminder import ReminderService
from bot.services.report import ReportService
from bot.services.review import ReviewService
from bot.services.room import RoomService
from bot.services.sequel import ResumingService
from bot.services.shift import (
    AbsenceService,
    CalendarService,
    CoverageService,
    PresenceService,
    RosterService,
    ShiftService,
    ShiftTurns,
    SwapService,
)
from bot.services.shift.card import GrabCardService
from bot.services.shift.log import ShiftLogService
from bot.services.sir import SirService
from bot.services.status import StatusService
from bot.services.switch import SwitchService
from bot.services.task import TaskService
from bot.services.term import TermService
from bot.services.verifying import VerifyingService
from bot.services.wish import WishService
from bot.services.witness import WitnessService

__all__ = [
    "AbsenceService",
    "AgendaService",
    "AnsweringService",
    "Asker",
    "AttendingService",
    "AuditService",
    "BriefingCalendarService",
    "BriefingService",
    "BusyService",
    "CalendarService",
    "CardService",
    "CheckInService",
    "CheckService",
    "ChecklistService",
    "CompanionService",
    "CompassService",
    "CopyingService",
    "CorrectionService",
    "CoverageService",
    "DeclaringService",
    "DepartingService",
    "DigestService",
    "DirectService",
    "DueService",
    "DuressService",
    "DutyService",
    "ExerciseService",
    "ExpiringService",
    "ExportService",
    "FileService",
    "FindingService",
    "FreshService",
    "GateService",
    "GrabCardService",
    "HandoverService",
    "HearingService",
    "HintService",
    "HoldService",
    "IdentityService",
    "IncidentService",
    "Inviting",
    "LadderService",
    "LatenessService",
    "LikenessService",
    "LostService",
    "MarkService",
    "MineService",
    "MinutesService",
    "NoticeService",
    "NotingService",
    "OriginalService",
    "PartService",
    "PatrolService",
    "PersonService",
    "PhraseService",
    "PinningService",
    "PlaceService",
    "PollService",
    "PresenceService",
    "PurgeService",
    "PurposeService",
    "QuestionService",
    "ReadingService",
    "RecallService",
    "RelatingService",
    "RelayService",
    "ReleaseService",
    "Remarking",
    "ReminderService",
    "ReportService",
    "ResumingService",
    "ReviewService",
    "RoomService",
    "RosterService",
    "Services",
    "ShiftLogService",
    "ShiftService",
    "ShiftTurns",
    "SirService",
    "StandingDigestService",
    "StatusService",
    "SwapService",
    "SwitchService",
    "TaskService",
    "TermService",
    "UndoingService",
    "VerifyingService",
    "WelfareService",
    "WishService",
    "WithdrawingService",
    "WitnessService",
]


@dataclass(frozen=True, slots=True)
class Services:
    """All services, as a handler finds them on its Context."""

    absence: AbsenceService
    agenda: AgendaService
    answering: AnsweringService
    asker: Asker
    attending: AttendingService
    audit: AuditService
    briefing: BriefingService
    briefing_calendar: BriefingCalendarService
    busy: BusyService
    calendar: CalendarService
    card: CardService
    check: CheckService
    checkin: CheckInService
    checklist: ChecklistService
    companion: CompanionService
    compass: CompassService
    correction: CorrectionService
    coverage: CoverageService
    declaring: DeclaringService
    departing: DepartingService
    digest: DigestService
    standing_digest: StandingDigestService
    shift_turns: ShiftTurns
    direct: DirectService
    due: DueService
    duress: DuressService
    duty: DutyService
    exercise: ExerciseService
    expiring: ExpiringService
    export: ExportService
    file: FileService
    finding: FindingService
    fresh: FreshService
    gate: GateService
    grab_card: GrabCardService
    handover: HandoverService
    hint: HintService
    hold: HoldService
    identity: IdentityService
    hearing: HearingService
    incident: IncidentService
    inviting: Inviting
    ladder: LadderService
    lateness: LatenessService
    likeness: LikenessService
    lost: LostService
    mark: MarkService
    mine: MineService
    minutes: MinutesService
    remarking: Remarking
    notice: NoticeService
    noting: NotingService
    original: OriginalService
    patrol: PatrolService
    person: PersonService
    phrase: PhraseService
    place: PlaceService
    part: PartService
    pinning: PinningService
    polling: PollService
    copying: CopyingService
    purpose: PurposeService
    purge: PurgeService
    question: QuestionService
    reading: ReadingService
    relating: RelatingService
    relay: RelayService
    reminder: ReminderService
    recall: RecallService
    report: ReportService
    release: ReleaseService
    resuming: ResumingService
    review: ReviewService
    presence: PresenceService
    room: RoomService
    roster: RosterService
    shift: ShiftService
    shift_log: ShiftLogService
    sir: SirService
    status: StatusService
    swap: SwapService
    switch: SwitchService
    task: TaskService
    term: TermService
    undoing: UndoingService
    verifying: VerifyingService
    welfare: WelfareService
    wish: WishService
    witness: WitnessService
    withdrawing: WithdrawingService
