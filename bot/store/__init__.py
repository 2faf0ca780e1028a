"""The only SQL: one class a noun, over one encrypted database."""

from __future__ import annotations

from bot.store.account import AccountStore
from bot.store.agenda import AgendaStore
from bot.store.attendance import AttendanceStore
from bot.store.audit import AuditStore
from bot.store.briefing import BriefingStore
from bot.store.busy import BusyStore
from bot.store.card import CardStore
from bot.store.checkin import CheckInStore
from bot.store.companion import CompanionStore
from bot.store.copy import CopyStore
from bot.store.correction import CorrectionStore
from bot.store.database import Database
from bot.store.digest import DigestStore
from bot.store.direct import DirectStore
from bot.store.due import DueStore
from bot.store.exercise import ExerciseStore
from bot.store.export import ExportStore
from bot.store.file import FileStore
from bot.store.handover import HandoverStore
from bot.store.hold import HoldStore
from bot.store.identity import IdentityStore
from bot.store.inbox import Inbox
from bot.store.incident import IncidentStore
from bot.store.line_mark import LineMarkStore
from bot.store.mark import MarkStore
from bot.store.memory import MemoryStore
from bot.store.mine import MineStore
from bot.store.minute import MinuteStore
from bot.store.note import NoteStore
from bot.store.notice import NoticeStore
from bot.store.original import OriginalStore
from bot.store.outbox import Outbox
from bot.store.parent import ParentStore
from bot.store.part import PartStore
from bot.store.patrol import PatrolStore
from bot.store.person import PersonStore
from bot.store.pin import PinStore
from bot.store.poll import PollStore
from bot.store.purge import PurgeStore
from bot.store.purpose import PurposeStore
from bot.store.question import QuestionStore
from bot.store.recall import RecallStore
from bot.store.received import ReceivedStore
from bot.store.release import ReleaseStore
from bot.store.reminder import ReminderStore
from bot.store.report import ReportStore
from bot.store.review import ReviewStore
from bot.store.room import RoomStore
from bot.store.rsvp import RsvpStore
from bot.store.sealed import SealedStore
from bot.store.search import SearchStore
from bot.store.shift import ShiftStore
from bot.store.task import TaskStore
from bot.store.term import TermStore
from bot.store.trace import TraceStore
from bot.store.translation import TranslationStore
from bot.store.verifying import VerifyingStore
from bot.store.voice import VoiceStore
from bot.store.wish import WishStore
from bot.store.witness import WitnessStore
from bot.store.wording import WordingStore

__all__ = ["Store"]


class Store:
    """Every table of one database, by its noun. Methods that write need `transaction()` around them."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.transaction = database.transaction
        self.account = AccountStore(database)
        self.audit = AuditStore(database)
        self.briefing = BriefingStore(database)
        self.busy = BusyStore(database)
        self.agenda = AgendaStore(database)
        self.attendance = AttendanceStore(database)
        self.line_mark = LineMarkStore(database)
        self.mine = MineStore(database)
        self.minute = MinuteStore(database)
        self.poll = PollStore(database)
        self.rsvp = RsvpStore(database)
        self.card = CardStore(database)
        self.checkin = CheckInStore(database)
        self.companion = CompanionStore(database)
        self.copy = CopyStore(database)
        self.correction = CorrectionStore(database)
        self.digest = DigestStore(database)
        self.direct = DirectStore(database)
        self.due = DueStore(database)
        self.exercise = ExerciseStore(database)
        self.export = ExportStore(database)
        self.file = FileStore(database)
        self.hold = HoldStore(database)
        self.identity = IdentityStore(database)
        self.inbox = Inbox(database)
        self.handover = HandoverStore(database)
        self.incident = IncidentStore(database)
        self.mark = MarkStore(database)
        self.memory = MemoryStore(database)
        self.note = NoteStore(database)
        self.notice = NoticeStore(database)
        self.original = OriginalStore(database)
        self.outbox = Outbox(database)
        self.parent = ParentStore(database)
        self.part = PartStore(database)
        self.patrol = PatrolStore(database)
        self.person = PersonStore(database)
        self.pin = PinStore(database)
        self.purpose = PurposeStore(database)
        self.purge = PurgeStore(database)
        self.question = QuestionStore(database)
        self.report = ReportStore(database)
        self.recall = RecallStore(database)
        self.received = ReceivedStore(database)
        self.release = ReleaseStore(database)
        self.reminder = ReminderStore(database)
        self.review = ReviewStore(database)
        self.room = RoomStore(database)
        self.search = SearchStore(database)
        self.task = TaskStore(database)
        self.sealed = SealedStore(database)
        self.shift = ShiftStore(database)
        self.term = TermStore(database)
        self.trace = TraceStore(database)
        self.translation = TranslationStore(database)
        self.verifying = VerifyingStore(database)
        self.voice = VoiceStore(database)
        self.wish = WishStore(database)
        self.witness = WitnessStore(database)
        self.wording = WordingStore(database)

    async def scrub(self) -> None:
        """Empty the database's log on the disk, if it holds a text that is kept no longer than sending it took."""
        if not self._db.scrub_due:
            return
        self._db.scrub_due = False
        if await self.translation.passing() or not await self._db.scrub():
            self._db.scrub_due = True
