"""Posts: places or functions that always have somebody who answers for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.model.person import UserId, Zone

LONGEST = 30


class PostName(str):
    """What a post is called, in the one spelling by which it is kept: `post7`, `north gate`."""


def post_name(text: str) -> PostName | None:
    """Return the name that *text* is, whatever its case and blanks; None if it cannot be one."""
    name = " ".join(unicodedata.normalize("NFKC", text[: 4 * LONGEST]).casefold().split())
    if not 1 <= len(name) <= LONGEST or not all(c.isalnum() or c in " -_./" for c in name):
        return None
    return PostName(name)


@dataclass(frozen=True, slots=True)
class DutyPost:
    """A post of the task force: in the room that its watches are handed over in, in an IANA zone of its own.

    `agency` answers for it and edits its roster beside the leads of that agency; None: the task force as a whole.
    """

    name: PostName
    room_id: str
    zone: Zone
    agency: str | None
    added_by: UserId
    added_at: datetime
