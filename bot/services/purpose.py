"""Asks for what purpose somebody reads what is sensitive, before anything of it is shown, and keeps that in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handling import Mark
from bot.model.names import one_line
from bot.model.person import Actor
from bot.model.purpose import CHOICES, CODES, COMMAND, LONGEST, SHORTEST, WORDS, Stated, sensitive
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.labelled import recordable
from bot.services.question import Asking
from bot.store import Store

ASKED = _("For what purpose do you read this? Your answer is kept in the log with the reading, and holds for a while.")


class PurposeNeeded(UserError):
    """Nothing is shown of the records *refs* before the person has stated for what purpose they read them."""

    def __init__(self, refs: Sequence[Reference]) -> None:
        super().__init__(ErrorCode.HANDLING, ASKED)
        self.asking = Asking(COMMAND, CHOICES, {"refs": [*map(str, refs)]}, ASKED)


class PurposeService:
    """Asks and records; what writes joins the open transaction."""

    def __init__(self, config: Current, store: Store, audit: AuditService) -> None:
        self._config = config
        self._store = store
        self._audit = audit

    @property
    def asked(self) -> bool:
        """Whether any class of records asks for a purpose."""
        return bool(self._config.now.handling.purpose_for)

    def sensitive(self, mark: Mark) -> bool:
        """Return whether a purpose is to be stated before anybody reads what is handled so."""
        return sensitive(mark, self._config.now.handling.purpose_for)

    def since(self, now: datetime) -> datetime:
        """Return how old what was stated may be to hold still."""
        return now - timedelta(hours=self._config.now.handling.purpose_hours)

    async def of(
        self, actor: Actor, refs: Iterable[Reference], cause: str, now: datetime
    ) -> Mapping[Reference, Stated]:  # fmt: skip
        """Return for what somebody reads each of these sensitive records; raise PurposeNeeded if they have not said.

        What the message *cause* states in words holds for all of them.
        """
        wanted = [*refs]
        if not wanted:
            return {}
        said = await self._store.purpose.said_by(cause)
        if said is not None:
            for ref in wanted:
                await self._store.purpose.save(Stated(actor.user_id, ref, WORDS, said, now))
        found = await self._store.purpose.list_of(actor.user_id, wanted, self.since(now))
        if missing := [ref for ref in wanted if ref not in found]:
            raise PurposeNeeded(missing)
        return found

    async def say(self, actor: Actor, told: Told, words: str | None) -> None:
        """Record the purpose that a command states in words, for all that it shows; raise UserError if it is none."""
        if words is None or not self.asked:
            return
        text = one_line(words).strip()
        if not SHORTEST <= len(text) <= LONGEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say your purpose in {least} to {most} characters.", least=SHORTEST, most=LONGEST),
            )
        recordable(text)
        content = {"purpose": WORDS, "event": told.event_id}
        index = await self._audit.append("purpose.stated", actor, None, content | {"text": text}, told.now)
        self._audit.said(index, told, content)
        await self._store.purpose.say(told.event_id, index, told.now)

    async def state(self, actor: Actor, told: Told, refs: Sequence[str], code: str) -> None:
        """Record that somebody reads these records for the purpose *code*."""
        if code not in CODES:
            raise UserError(ErrorCode.BAD_ARGUMENT)
        content = {"purpose": code, "refs": [*refs], "event": told.event_id}
        index = await self._audit.append(
            "purpose.stated", actor, refs[0] if len(refs) == 1 else None, content, told.now
        )
        for ref in refs:
            await self._store.purpose.save(Stated(actor.user_id, Reference(ref), code, index, told.now))

    async def list_of(self, actor: Actor, now: datetime) -> list[Stated]:
        """Return what somebody has stated that holds still, the last first."""
        return await self._store.purpose.list_all(actor.user_id, self.since(now))
