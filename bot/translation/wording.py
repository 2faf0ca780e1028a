"""The words of the glossary in a translation: looked for, and put there where the engine chose others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from bot.model.term import Found, Glossary, Said, Term
from bot.model.translation import Flag
from bot.translation import mask
from bot.translation.leg import Carried
from bot.translation.pool import Unavailable

log = structlog.get_logger()

Again = Callable[[str], Awaitable[Carried]]
"""Carries a segment all the way once more; raises Unavailable."""


class Wording:
    """Settles the wording of segments; slots from the index *first* on are free for terms."""

    def __init__(self, glossary: Glossary, first: int) -> None:
        self._glossary = glossary
        self._first = first

    async def settle(self, segment: str, made: Carried, route: Sequence[str], again: Again) -> Carried:
        """Return *made*, what *segment* became along *route*, with its terms worded as they should be.

        Where the engine chose other words, it gets the segment *again* with the terms in slots. If that is no better,
        the translation stays as it was made, flagged, with the words that should have been there.
        """
        if made.kept or len(route) < 2:
            return made
        found = self._glossary.find(segment, route[0], route[-1])
        wrong = amiss(found, made.text, route[-1])
        if not wrong:
            return made
        hidden = [one for one in found if one.term in wrong and one.term.target]
        better = await self._with_slots(segment, hidden, again) if hidden else None
        if better and not better.flags - made.flags and not amiss(found, better.text, route[-1]):
            return better
        words = tuple(term.target or "/".join(term.forbidden) for term in wrong)
        return replace(made, flags=made.flags | {Flag.TERM}, differs=made.differs + words)

    async def _with_slots(self, segment: str, hidden: Sequence[Found], again: Again) -> Carried | None:
        """Return *segment* with what is *hidden* from the engine worded as the terms want it; None if that fails."""
        if self._first + len(hidden) > mask.MAX_SLOTS:
            return None
        parts, at = [], 0
        for i, one in enumerate(hidden):
            parts += [segment[at : one.start], mask.slot(self._first + i)]
            at = one.end
        try:
            made = await again("".join([*parts, segment[at:]]))
        except Unavailable as reason:
            log.warning("translation.unavailable", reason=str(reason), characters=len(segment))
            return None
        if made.kept:
            return None
        text = mask.fill_from(made.text, self._first, [one.term.target or "" for one in hidden])
        return replace(made, text=text[:1].upper() + text[1:] if segment[:1].isupper() else text)


def amiss(found: Sequence[Found], text: str, target: str) -> tuple[Term, ...]:
    """Return those of the terms *found* that *text*, in the language *target*, does not say, or says otherwise."""
    if not found:
        return ()
    said = Said(text, target)
    wanted = Counter(one.term for one in found)
    return tuple(
        term
        for term, times in wanted.items()
        if (term.target and said.count(term.target) < times) or any(map(said.count, term.forbidden))
    )
