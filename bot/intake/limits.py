"""How much one person, and one room, may ask for in a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Limits as Allowed

SECONDS = 60.0
MOST_STRANDED = 5
MOST_KNOWN = 10_000


@dataclass(slots=True)
class _Bucket:
    """What is left of an allowance, and when that was so."""

    left: float
    at: float
    told: bool = False


class Limits:
    """Token buckets: an allowance of a minute, refilled steadily."""

    def __init__(self, allowed: Allowed, clock: Callable[[], float]) -> None:
        self._allowed = allowed
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def allows(self, user_id: str, room_id: str, *, trusted: bool) -> bool:
        """Take one command of the person and of the room; return whether both had one left.

        What comes from a device that is not trusted, whoever it is, takes nothing away from the person.
        """
        most = self._allowed.commands_per_person
        if not trusted:
            return self._take("unverified", user_id, most)
        return self._take("person", user_id, most) and self._take("room", room_id, self._allowed.commands_per_room)

    def answers(self, user_id: str) -> bool:
        """Take one answer to a question of the person; return whether one was left."""
        return self._take("answers", user_id, self._allowed.commands_per_person)

    def tells_stranded(self, user_id: str) -> bool:
        """Return whether to tell the person once more of a message that could not be read."""
        return self._take("stranded", user_id, MOST_STRANDED)

    def allows_message(self, user_id: str) -> bool:
        """Take one message to translate of the person; return whether one was left."""
        return self._take("messages", user_id, self._allowed.messages_per_person)

    def tell(self, user_id: str, room_id: str) -> bool:
        """Return whether to say that a command was too much: once until there is something left again."""
        kinds = (("person", user_id), ("unverified", user_id), ("answers", user_id), ("room", room_id))
        for bucket in map(self._buckets.get, kinds):
            if bucket and bucket.left < 1:
                told, bucket.told = bucket.told, True
                return not told
        return True

    def tell_message(self, user_id: str) -> bool:
        """Return whether to say that messages were too many: once until there is something left again."""
        bucket = self._buckets[("messages", user_id)]
        told, bucket.told = bucket.told, True
        return not told

    def _take(self, what: str, whose: str, most: int) -> bool:
        now = self._clock()
        bucket = self._buckets.get((what, whose))
        if bucket is None:
            if len(self._buckets) >= MOST_KNOWN:
                self._forget(now)
            bucket = self._buckets[(what, whose)] = _Bucket(most, now)
        # A clock that was put back says nothing of the time between: the benefit is the person's.
        passed = now - bucket.at if now >= bucket.at else SECONDS
        bucket.left = min(most, bucket.left + passed * most / SECONDS)
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        bucket.told = False
        return True

    def _forget(self, now: float) -> None:
        """Forget those who are full again: they are as good as new."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket.at < SECONDS}
