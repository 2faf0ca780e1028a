"""How a record is marked: by its originator, and by others until the originator has decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.model.handling.values import TLP, Handling, strictest
from bot.model.person import UserId


@dataclass(frozen=True, slots=True)
class Mark:
    """Labels, and whom they leave: agencies by their codes, of RED the persons by name. None: it was not said.

    Without agencies, AMBER+STRICT, H2 and H3 (RED apart) leave the originator's alone; what is not marked so, every
    agency that is there.
    """

    handling: Handling | None = None
    releasable: tuple[str, ...] | None = None
    named: tuple[UserId, ...] | None = None

    @classmethod
    def of(cls, handling: Handling | None, whom: tuple[str, ...] | None) -> Mark:
        """Return the mark with these labels for *whom*: agencies by their codes, persons by their ids."""
        people = tuple(one for one in whom or () if isinstance(one, UserId))
        agencies = tuple(sorted({one.upper() for one in whom or () if not isinstance(one, UserId)}))
        return cls(handling, agencies or None, people or None)

    @property
    def marked(self) -> bool:
        """Whether it says anything."""
        return self.handling is not None or self.releasable is not None

    @property
    def red(self) -> bool:
        """Whether it leaves nobody but persons who are named."""
        return self.handling is not None and self.handling.tlp is TLP.RED

    @property
    def agencies(self) -> frozenset[str] | None:
        """Which agencies it leaves beside the originator's; None for all."""
        if self.releasable is not None:
            return frozenset(self.releasable)
        strict = (
            self.handling is not None
            and not self.red
            and (self.handling.tlp is TLP.AMBER_STRICT or not {"H2", "H3"}.isdisjoint(self.handling.codes))
        )
        return frozenset() if strict else None

    def leaves(self, agency: str, *, own: bool) -> bool:
        """Return whether it leaves an agency, its originator's *own* or not."""
        return own or self.agencies is None or agency in self.agencies

    def __str__(self) -> str:
        """Return it as it is typed."""
        whom = [*(self.releasable or ()), *(self.named or ())]
        return " ".join(
            [*([str(self.handling)] if self.handling else []), *([f"rel:{','.join(whom)}"] if whom else [])]
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as the store and the log keep it."""
        return {"handling": str(self.handling or ""), "rel": self.releasable, "named": self.named}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Mark:
        """Return what `to_json` has made."""
        rel, named = kept["rel"], kept["named"]
        people = tuple(map(UserId, named)) if named is not None else None
        return cls(Handling.of(kept["handling"]), tuple(rel) if rel is not None else None, people)


NO_MARK = Mark()


def combined(marks: Iterable[Mark]) -> Mark:
    """Return the mark of what is made of all of these: the strictest colour, all codes, whom each of them leaves."""
    found = list(marks)
    left = [one.agencies for one in found if one.agencies is not None]
    named = [frozenset(one.named or ()) for one in found if one.red]
    return Mark(
        strictest(one.handling for one in found),
        tuple(sorted(frozenset.intersection(*left))) if left else None,
        tuple(sorted(frozenset.intersection(*named))) if named else None,
    )


@dataclass(frozen=True, slots=True)
class Release:
    """That a record's originator lets an agency have it, for ever or `until` a moment (UTC).

    `ended`: that moment was reached, wherever the clock stands now.
    """

    agency: str
    until: datetime | None = None
    ended: bool = False

    def stands(self, now: datetime) -> bool:
        """Return whether it counts at *now*."""
        return not self.ended and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Marking:
    """How a record is marked by its originator, and beyond that by others; `decided`: the originator has decided."""

    owner: Mark = field(default_factory=Mark)
    others: Mark = field(default_factory=Mark)
    decided: bool = False

    @property
    def whole(self) -> Mark:
        """What both come to."""
        return combined([self.owner, self.others]) if self.marked else NO_MARK

    @property
    def marked(self) -> bool:
        """Whether anybody has marked it."""
        return self.owner.marked or self.others.marked

    @property
    def handling(self) -> Handling | None:
        """The labels that it comes to."""
        return strictest([self.owner.handling, self.others.handling])

    @property
    def digest(self) -> str:
        """What tells it from any other."""
        kept = [self.owner.to_json(), self.others.to_json(), self.decided]
        return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()

    def ruled(self, mark: Mark) -> Marking:
        """Return how it is marked once its originator has decided."""
        return Marking(mark, NO_MARK, decided=True)

    def restricted(self, mark: Mark) -> Marking | None:
        """Return how it is marked once anybody has restricted it; None if they may not, or would relax it."""
        if self.decided:
            return None
        further = combined([self.whole, mark])
        return None if further == self.whole else self.held(mark)

    def held(self, mark: Mark) -> Marking:
        """Return how it is marked with something in it that is marked so."""
        return replace(self, others=combined([self.others, mark]))

    def released(self, agency: str) -> Marking:
        """Return it once its originator lets an agency have it: what others have said of that one is decided."""
        if self.others.agencies is None:
            return self
        return replace(self, others=replace(self.others, releasable=tuple(sorted({*self.others.agencies, agency}))))
