"""Who is in a room, as others call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from bot.i18n import AnyOf, Code, Message, Verbatim, _
from bot.model.names import skeleton
from bot.model.person import UserId

_MOST_NEAR = 3
_NEAR = 0.6
_SHORTEST_BEGUN = 3
_PIECES = re.compile(r"[\s._-]+")


@dataclass(frozen=True, slots=True)
class People:
    """The people of a room and their display names, which may be empty."""

    named: tuple[tuple[UserId, str], ...] = ()
    farther: Callable[[], tuple[tuple[UserId, str], ...]] = field(default=tuple, compare=False)
    """Returns those of other rooms who may be meant as well, where a command asks for them."""
    served: Callable[[UserId], bool] = field(default=lambda user: True, compare=False)
    """Returns whether somebody is one of the task force: nobody else is ever proposed."""

    def widened(self) -> People:
        """Return these people and those of other rooms who may be meant as well."""
        return replace(self, named=tuple(dict.fromkeys((*self.named, *self.farther()))))

    def near(self, text: str) -> tuple[UserId, ...]:
        """Return who may be meant by *text*, which nobody here is called, the likeliest first: three at most.

        Their names begin with it, or are nearly it; of an id what stands before the colon counts. Only those can be
        found of whom everybody here can read that they are here.
        """
        word = skeleton(text.removeprefix("@").partition(":")[0])
        if not word:
            return ()
        likely: dict[UserId, float] = {}
        for user, name in self.named:
            found = max(_likeness(word, one) for one in _names(user, name))
            if found and self.served(user):
                likely[user] = max(found, likely.get(user, 0))
        return tuple(sorted(likely, key=lambda user: -likely[user])[:_MOST_NEAR])

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


def unknown(word: Verbatim, near: tuple[UserId, ...]) -> Message | None:
    """Return that nobody is called *word*, with those whose names are *near* it; None if nobody's is."""
    guess = AnyOf(tuple(map(Code, near)))
    return _("“{word}” is not a person I can find. Did you mean {guess}?", word=word, guess=guess) if near else None


def _likeness(word: str, name: str) -> float:
    """Return how near *word* is to *name*: 1 if that begins with it, 0 if it is another word."""
    if len(word) >= _SHORTEST_BEGUN and name.startswith(word):
        return 1
    return OSA.normalized_similarity(word, name, score_cutoff=_NEAR)


def _names(user: UserId, name: str) -> Iterable[str]:
    """Return what somebody may be called: by their id or display name, or by a piece of these."""
    for one in (_part(user), name):
        yield from {skeleton(piece) for piece in (one, *_PIECES.split(one))} - {""}


def _part(user_id: UserId) -> str:
    return user_id[1:].partition(":")[0]
