"""Who is in a room, as others call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.model.names import skeleton
from bot.model.person import UserId


@dataclass(frozen=True, slots=True)
class People:
    """The people of a room and their display names, which may be empty."""

    named: tuple[tuple[UserId, str], ...] = ()
    farther: Callable[[], tuple[tuple[UserId, str], ...]] = field(default=tuple, compare=False)
    """Returns those of other rooms who may be meant as well, where a command asks for them."""

    def widened(self) -> People:
        """Return these people and those of other rooms who may be meant as well."""
        return People(tuple(dict.fromkeys((*self.named, *self.farther()))))

    def called(self, text: str) -> tuple[UserId, ...]:
        """Return whoever may be meant: by an id, by its part before the colon, or by a display name.

        Behind an @ an id or its part counts before display names. Names that look alike are the same name; only if
        nobody has the whole of it, it may be the first words of one.
        """
        word = skeleton(text.removeprefix("@"))
        if not word:
            return ()
        ids = [user for user, _name in self.named if skeleton(_part(user)) == word]
        if ids and text.startswith("@"):
            return tuple(dict.fromkeys(ids))
        whole = [user for user, name in self.named if user in ids or skeleton(name) == word]
        begun = [user for user, name in self.named if skeleton(name).startswith(f"{word} ")]
        return tuple(dict.fromkeys(whole or begun))  # somebody may have a name of their own in each room


NOBODY = People()


def _part(user_id: UserId) -> str:
    return user_id[1:].partition(":")[0]
