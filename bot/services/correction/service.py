"""Corrections: shown at once as their author's, for their room; for every room once a second person agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import Language, _
from bot.model import translation
from bot.model.correction import ENDED, Correction
from bot.model.handling import Handling
from bot.model.person import Actor, LanguageCode, Role
from bot.model.rights import only_a_lead
from bot.model.translation import Flag, Translation
from bot.services.correction.drafting import Draft, Drafting
from bot.services.correction.judging import Asked, Judging
from bot.services.relay import Cause, RelayService
from bot.store import Store

NOT_THEIRS = _("Only its author, the person who approved it, a lead or a coordinator may take a correction back.")
MOST_POSTS = 1_000
"""More than how many posts change with one translation: those of the next one count from there."""


class CorrectionService:
    """Takes, approves and withdraws corrections; what writes joins the open transaction."""

    def __init__(
        self,
        store: Store,
        relay: RelayService,
        drafting: Drafting,
        judging: Judging,
    ) -> None:
        self._store = store
        self._relay = relay
        self._drafting = drafting
        self._judging = judging
        self.draft = drafting.draft

    async def correct(self, actor: Actor, room_id: str, event_id: str, draft: Draft, now: datetime) -> Asked | None:
        """Record *draft* as *actor*'s, and let the posts say it; raise UserError if the message has changed.

        *event_id* in *room_id* asks for it. Return who is asked to approve it; None if it serves that message alone.
        """
        original = await self._store.original.find(draft.original.room_id, draft.original.event_id)
        if original is None or original.revision != draft.original.revision:
            raise UserError(ErrorCode.CONFLICT)
        made, cause, replaced = (
            await self._made(original.revision, draft.translation.target),
            Cause(event_id, now),
            None,
        )
        for earlier in await self._store.correction.list_of(original.revision):
            if earlier.target == made.target:
                if earlier.approved_by and not _may_withdraw(actor, earlier):
                    raise only_a_lead(actor, NOT_THEIRS)
                await self._end(cause, earlier)
                replaced = earlier
        key = draft.key if _remembered(original.handling) else ""
        correction = Correction(
            0, key, original.room_id, original.revision, event_id, made.source, made.target, draft.wording,
            actor.user_id, actor.agency,
        )  # fmt: skip
        correction = replace(correction, id=await self._store.correction.add(correction, now))
        posts = await self._relay.show(cause, original, _corrected(made, draft.text, actor))
        if replaced:
            await self._relay.renew_repeats(cause, replaced)
        if not posts:
            raise UserError(ErrorCode.CONFLICT)  # it was taken back meanwhile
        if not key:
            return None
        return await self._judging.ask(cause, room_id, correction, original, posts)

    async def _made(self, revision: str, target: str) -> Translation:
        """Return the translation as it is now; raise UserError if it is gone, or kept no longer than sending takes."""
        for made in await self._store.translation.list_of(revision):
            if made.target == target and not made.digest:
                return made
        raise UserError(ErrorCode.CONFLICT)

    async def approve(self, actor: Actor, id: int, event_id: str, now: datetime) -> Correction:
        """Record that *actor* agrees, so that the correction serves every room; raise UserError if that is not so."""
        correction = await self._judged(actor, id)
        await self._judging.end(Cause(event_id, now), id)
        await self._store.correction.approve(id, actor.user_id)
        return correction

    async def refuse(self, actor: Actor, id: int, event_id: str, now: datetime) -> Correction:
        """Record that *actor* does not agree: the machine's translation is shown again."""
        correction = await self._judged(actor, id)
        await self._restore(Cause(event_id, now), correction)
        return correction

    async def withdraw(
        self,
        actor: Actor,
        room_id: str,
        replied: str | None,
        wanted: LanguageCode | None,
        event_id: str,
        now: datetime,
    ) -> list[Correction]:
        """Take the corrections of a translation back, and return them: the author or who approved it may.

        A lead or a coordinator may as well, if they are among those who may judge it: they read its language.
        """
        original = await self._drafting.find(room_id, replied)
        found = await self._store.correction.list_of(original.revision)
        if wanted:
            found = [one for one in found if LanguageCode(one.target).base == wanted.base]
        if not found:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("Nobody has corrected that translation. If it repeats an earlier correction, reply to that one."),
            )
        own = [one for one in found if _may_withdraw(actor, one)]
        if not own:
            raise only_a_lead(actor, NOT_THEIRS)
        fit = [one for one in own if _own(actor, one) or actor.user_id in await self._judging.judges(one)]
        if not fit:
            await self._may_judge(actor, own[0])
        for turn, correction in enumerate(fit):
            await self._restore(Cause(event_id, now), correction, turn * MOST_POSTS)
            if correction.approved_by != actor.user_id:
                await self._relay.forgotten(Cause(event_id, now), correction)
        return fit

    async def follow(self, cause: Cause, event_id: str) -> None:
        """Take back what the redacted command *event_id* had corrected."""
        asked = await self._store.correction.list_asked(event_id)
        for correction in asked:
            await self._restore(cause, correction)
            await self._relay.forgotten(cause, correction)
        if not asked:  # it may have ended before, with an edit of its message
            await self._relay.unsay(cause, event_id)

    async def _judged(self, actor: Actor, id: int) -> Correction:
        """Return the correction if *actor* may judge it now; raise UserError otherwise."""
        correction = await self._store.correction.find(id)
        if correction is None or correction.approved_by or not correction.key:
            raise UserError(ErrorCode.CONFLICT, ENDED)
        if actor.user_id == correction.author:
            raise UserError(
                ErrorCode.NOT_ALLOWED, _("Nobody can approve their own correction. A colleague has to agree.")
            )
        await self._may_judge(actor, correction)
        return correction

    async def _may_judge(self, actor: Actor, correction: Correction) -> None:
        """Raise UserError unless *actor* is among those who may say whether the correction is right."""
        if actor.user_id not in await self._judging.judges(correction):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _(
                    "This correction needs the word of somebody who reads {language}, of another agency than its"
                    " author's if there is one in the room.",
                    language=Language(correction.target),
                ),
            )

    async def _restore(self, cause: Cause, correction: Correction, index: int = 0) -> None:
        """Let the machine's translation stand where it was corrected, and the correction be gone."""
        await self._end(cause, correction)
        original = await self._store.original.find_revision(correction.room_id, correction.event_id)
        made = await self._store.translation.list_of(correction.event_id)
        corrected = [one for one in made if one.target == correction.target and one.reworded]
        if original and corrected:
            before = await self._before(correction, corrected[0])
            await self._relay.uncorrect(cause, original, correction, before, index)
        await self._relay.renew_repeats(cause, correction)

    async def _before(self, correction: Correction, made: Translation) -> Translation:
        """Return a translation as it was before the *correction*: the machine's, or as the same words were corrected.

        Where neither is left, as one that is unavailable.
        """
        before = made.corrected
        known = before and (before.machine or Flag.UNAVAILABLE in before.flags) and not before.over
        earlier = None if known else await self._relay.recalled(correction.room_id, correction.key, made)
        return earlier or made.uncorrected

    async def _end(self, cause: Cause, correction: Correction) -> None:
        await self._judging.end(cause, correction.id)
        await self._store.correction.forget(correction.id)


def _corrected(made: Translation, text: str, actor: Actor) -> Translation:
    """Return the translation with *actor*'s *text* in place of the machine's, which is kept beside it."""
    before = made.corrected if made.reworded else None
    by = translation.Corrected(
        actor.user_id,
        actor.agency,
        machine=before.machine if before else made.text,
        html=before.html if before else made.html,
        flags=before.flags if before else made.flags,
        differs=before.differs if before else made.differs,
        over=before is not None and (before.repeats > 0 or before.over),
    )
    return replace(made, text=text, html="", flags=(), differs=(), corrected=by)


def _remembered(handling: Handling | None) -> bool:
    """Return whether a message that is handled so may be remembered."""
    return handling is None or handling.remembered


def _own(actor: Actor, correction: Correction) -> bool:
    return actor.user_id in (correction.author, correction.approved_by)


def _may_withdraw(actor: Actor, correction: Correction) -> bool:
    return _own(actor, correction) or actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)
