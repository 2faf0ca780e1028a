"""Polls, votes and blocked hours, as they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model.busy import Busy
from bot.model.poll import Cast, PollState
from bot.model.reference import Reference
from bot.model.slot import Answer

from ..fakes import opened
from ..model.test_poll import ANA, BO, POLL, START


async def test_a_poll_is_kept_as_it_was_asked(tmp_path: Path) -> None:
    other = replace(POLL, ref=Reference("BRAVO-0000X"), need=("PRT",), closes_at=POLL.closes_at - timedelta(hours=1))
    async with opened(tmp_path / "liaison.db") as (_database, store):
        async with store.transaction():
            await store.poll.add(POLL, "$said")
            await store.poll.add(other, "$other")
        assert await store.poll.find(POLL.ref) == POLL and await store.poll.find(other.ref) == other
        assert await store.poll.list_open(POLL.room_id) == [other, POLL], "the first to end first"
        assert await store.poll.said_by("$said") == [POLL] and await store.poll.origin(other.ref) == "$other"
        assert await store.incident.taken(POLL.ref)
        async with store.transaction():
            await store.poll.end(other.ref, PollState.FAILED, START)
            await store.poll.unname(other.ref)
        assert await store.poll.list_open(POLL.room_id) == [POLL]
        ended = await store.poll.find(other.ref)
        assert ended == replace(other, title="", state=PollState.FAILED, ended_at=START)


async def test_the_last_answer_of_each_to_a_time_counts_and_goes_with_the_poll(tmp_path: Path) -> None:
    async with opened(tmp_path / "liaison.db") as (database, store):
        async with store.transaction():
            await store.poll.add(POLL, "$said")
            for answer in (Answer.YES, Answer.NO):
                await store.poll.save_cast(POLL.ref, Cast(ANA, 1, answer), START)
            await store.poll.save_cast(POLL.ref, Cast(BO, 1, Answer.IF_NEED_BE), START)
        assert await store.poll.cast(POLL.ref) == [Cast(ANA, 1, Answer.NO), Cast(BO, 1, Answer.IF_NEED_BE)]
        async with store.transaction():
            assert await store.poll.purge(START + timedelta(days=900)) == 0, "it is open"
            await store.poll.end(POLL.ref, PollState.CANCELLED, START)
            assert await store.poll.purge(START) == 0
            assert await store.poll.purge(START + timedelta(seconds=1)) == 3
        assert await database.rows("SELECT * FROM vote") == [] and await store.poll.find(POLL.ref) is None


async def test_blocked_hours_are_each_persons_own(tmp_path: Path) -> None:
    async with opened(tmp_path / "liaison.db") as (_database, store):
        async with store.transaction():
            for busy in (Busy(1320, 420), Busy(540, 600, (0,)), Busy(540, 600, (0,))):
                await store.busy.add(ANA, busy)
            await store.busy.add(BO, Busy(0, 60))
        assert await store.busy.list_of([ANA]) == {ANA: [Busy(540, 600, (0,)), Busy(1320, 420)]}
        async with store.transaction():
            await store.busy.forget(ANA)
        assert await store.busy.list_of([ANA, BO]) == {BO: [Busy(0, 60)]}
