"""How much one person, and one room, may ask for in a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.config import Current

SECONDS = 60.0
MOST_STRANDED = 5
MOST_WISHES = 10
"""For how many translations one person may ask by reactions."""
MOST_REPORTS = 5
"""How many reports to the rights monitors one person may send at once; one more in each minute after that."""
MOST_VERIFICATIONS = 3
"""How many verifications one person may ask for at once; one more in each minute after that."""
MOST_KNOWN = 10_000
LATE_MINUTES = 10
"""Minutes' allowances of messages that may come late at once: an outage is no flood, but a flood may be backdated."""


class Excess(Enum):
    """Whose allowance of messages is used up."""

    PERSON = "person"
    ROOM = "room"


@dataclass(slots=True)
class _Bucket:
    """What is left of an allowance, and when that was so; or since when it is shut."""

    left: float
    at: float
    shut: float | None = None
    told: bool = False

    def is_shut(self, now: float) -> bool:
        """Return whether it is shut; a clock that was set back opens it."""
        return self.shut is not None and 0 <= now - self.shut < SECONDS


class Limits:
    """Token buckets: an allowance of a minute, refilled steadily.

    One that is exceeded is shut for a minute, as people are told: nobody could foresee which of what they send
    meanwhile would be done.
    """

    def __init__(self, config: Current, clock: Callable[[], float]) -> None:
        self._config = config
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def allows(self, user_id: str, room_id: str, *, trusted: bool) -> bool:
        """Take one command of the person and of the room; return whether both had one left.

        What comes from a device that is not trusted, whoever it is, takes nothing away from the person.
        """
        limits = self._config.now.limits
        if not trusted:
            return self._take("unverified", user_id, limits.commands_per_person)
        person = self._take("person", user_id, limits.commands_per_person)
        return person and self._take("room", room_id, limits.commands_per_room)

    def answers(self, user_id: str, *, trusted: bool) -> bool:
        """Take one answer to a question of the person; return whether one was left."""
        return self._take("answers" if trusted else "unverified", user_id, self._config.now.limits.commands_per_person)

    def allows_report(self, user_id: str) -> bool:
        """Take one sealed report of the person; return whether one was left."""
        return self._take("reports", user_id, MOST_REPORTS, 1)

    def allows_verification(self, user_id: str) -> bool:
        """Take one verification of the person; return whether one was left."""
        return self._take("verifications", user_id, MOST_VERIFICATIONS, 1)

    def tells_stranded(self, user_id: str) -> bool:
        """Return whether to tell the person once more of a message that could not be read."""
        return self._take("stranded", user_id, MOST_STRANDED)

    def exceeded(self, user_id: str, room_id: str, *, trusted: bool, late: bool = False) -> Excess | None:
        """Take one message to translate of the person and of the room; return whose allowance is used up, or None.

        Who can make devices for somebody could else silence them. What comes late has an allowance of its own.
        """
        limits = self._config.now.limits
        stock = LATE_MINUTES if late else 1
        person = limits.messages_per_person
        if not self._take(_messages(trusted, late), user_id, person * stock, person):
            return Excess.PERSON
        room = limits.messages_per_room
        if trusted and not self._take(_IN_ROOM[late], room_id, room * stock, room):
            return Excess.ROOM
        return None

    def allows_wish(self, user_id: str) -> bool:
        """Take one reaction that asks for a translation; return whether one was left.

        An allowance of its own: the homeserver could make reactions for somebody, and take their commands away.
        """
        return self._take("wishes", user_id, MOST_WISHES)

    def tell_wish(self, user_id: str) -> bool:
        """Return whether to say that there were too many of them: once until the minute is over."""
        bucket = self._buckets[("wishes", user_id)]
        told, bucket.told = bucket.told, True
        return not told

    def tell(self, user_id: str, room_id: str) -> bool:
        """Return whether to say that a command was too much: once until the minute is over."""
        kinds = (("person", user_id), ("unverified", user_id), ("answers", user_id), ("room", room_id))
        for bucket in map(self._buckets.get, kinds):
            if bucket and bucket.is_shut(self._clock()):
                told, bucket.told = bucket.told, True
                return not told
        return True

    def tell_message(self, excess: Excess, user_id: str, room_id: str, *, trusted: bool, late: bool = False) -> bool:
        """Return whether to say that messages were too many: once until the minute is over."""
        key = (_messages(trusted, late), user_id) if excess is Excess.PERSON else (_IN_ROOM[late], room_id)
        bucket = self._buckets[key]
        told, bucket.told = bucket.told, True
        return not told

    def _take(self, what: str, whose: str, most: int, refill: int | None = None) -> bool:
        """Take one of at most *most*, of which *refill* come back in a minute: all of them if it is not said."""
        now = self._clock()
        bucket = self._buckets.get((what, whose))
        if bucket is None:
            if len(self._buckets) >= MOST_KNOWN:
                self._forget(now)
            bucket = self._buckets[(what, whose)] = _Bucket(most, now)
        if bucket.is_shut(now):
            return False
        # A clock that was put back says nothing of the time between: the benefit is the person's.
        passed = now - bucket.at if now >= bucket.at else SECONDS
        bucket.left = min(most, bucket.left + passed * (refill or most) / SECONDS)
        bucket.at = now
        if bucket.left < 1:
            bucket.shut, bucket.told = now, False
            return False
        bucket.left -= 1
        return True

    def _forget(self, now: float) -> None:
        """Forget those who are full again: they are as good as new."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket.at < SECONDS}


_IN_ROOM = {False: "room messages", True: "late room messages"}


def _messages(trusted: bool, late: bool) -> str:
    return ("late " if late else "") + ("messages" if trusted else "unverified messages")
