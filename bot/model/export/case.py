"""All that an export is made of: what was cleared for its agency and purpose, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from bot.model.export.request import Use
from bot.model.handling import Cleared
from bot.model.incident import Entry, EntryKind, Incident
from bot.model.inclusion import Inclusion
from bot.model.person import LanguageCode, UserId
from bot.model.report import Report, digest
from bot.model.term import Term
from bot.model.translation import Translation


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it may be read; `logged` is its index in the audit log, None where it is withheld."""

    entry: Entry
    logged: int | None

    @property
    def withheld(self) -> bool:
        """Whether only that it is there is shown."""
        return self.entry.kind is EntryKind.WITHHELD


@dataclass(frozen=True, slots=True)
class Original:
    """A message or file that an entry pins: its SHA-256 as pinned, and its bytes where they could be had."""

    number: int
    kind: str
    event_id: str
    sha256: str
    data: bytes | None = None

    @property
    def whole(self) -> bool:
        """Whether the bytes are those that were pinned."""
        return self.data is not None and sha256(self.data).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class Custody:
    """That the record or a file of it was shown, to which agencies, and by which entry of the log."""

    index: int
    kind: str
    at: str
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unpinned:
    """A message near those that were pinned, which was not: no word of it."""

    event_id: str
    sender: UserId
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A revision of a report: the `number` of the entry that tells of it, and where the log holds what it says.

    `before` is the revision before; `made` are translations of its texts, by their digests.
    """

    report: Report
    number: int
    logged: int
    before: Report | None = None
    made: Mapping[str, Sequence[Translation]] = field(default_factory=dict)

    def texts(self, code: str) -> Mapping[str, Translation]:
        """Return the translations of a field's text, by their languages."""
        value = self.report.values[code]
        return {one.target: one for one in self.made.get(digest(code, str(value.meant)), ())} if value.language else {}

    def into(self, language: str) -> Mapping[str, Translation]:
        """Return its texts in a language, by their digests."""
        return {key: one for key, made in self.made.items() for one in made if one.target == language}


@dataclass(frozen=True, slots=True)
class Consistent:
    """The proof that the log of the pack's checkpoint begins with the `size` entries of an earlier one."""

    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is given to an agency; `language` and `zone` are the reader's.

    Who has asked for it is called `asker`, who has agreed `approver`.

    `translations` are by the number of the entry, `originals` in the order of the timeline. `hidden` counts messages
    that were not pinned and whose label keeps even that they are there from the agency.
    """

    cleared: Cleared[Incident]
    agency: str
    use: Use
    asker: str
    made_at: datetime
    language: LanguageCode
    zone: str
    lines: tuple[Line, ...]
    translations: Mapping[int, Sequence[Translation]] = field(default_factory=dict)
    corrections: Sequence[tuple[int, Translation]] = ()
    originals: Sequence[Original] = ()
    custody: Sequence[Custody] = ()
    unpinned: Sequence[Unpinned] = ()
    hidden: int = 0
    terms: Sequence[Term] = ()
    names: Mapping[UserId, str] = field(default_factory=dict)
    log: Inclusion | None = None
    consistent: Sequence[Consistent] = ()
    reports: Sequence[Reported] = ()
    approver: str = ""
    alerts: Sequence[datetime] = ()
    """When the agency was given alerts of it before."""

    @property
    def incident(self) -> Incident:
        """The incident, without what may not be read of it."""
        return self.cleared.content

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the entries that are shown."""
        return tuple(one.entry.number for one in self.lines if not one.withheld)

    @property
    def withheld(self) -> tuple[int, ...]:
        """The numbers of the entries of which only that they are there is shown."""
        return tuple(one.entry.number for one in self.lines if one.withheld)

    @property
    def last(self) -> int:
        """The number of the last entry."""
        return max((one.entry.number for one in self.lines), default=0)

    def name_of(self, user_id: UserId) -> str:
        """Return what a person is called."""
        return self.names.get(user_id, user_id)

    def texts(self, number: int) -> Mapping[str, Translation]:
        """Return the translations of an entry's text, by their languages."""
        return {one.target: one for one in self.translations.get(number, ())}
