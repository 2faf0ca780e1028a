"""One text on its way to several languages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

import structlog

from bot import __version__
from bot.model import scripts
from bot.model.rich import read
from bot.model.translation import Aids, Failure, Flag, Provenance, Translation
from bot.translation.document import Document
from bot.translation.leg import Carried, Leg, step
from bot.translation.pool import TooMuch, Unavailable
from bot.translation.remembering import Neutral
from bot.translation.rich import RichDocument
from bot.translation.route import Routes, base
from bot.translation.sources import Sources
from bot.translation.wording import Wording

log = structlog.get_logger()

MAX_CHARACTERS = 20_000
"""Characters of a text that is still translated."""
PIPELINE = f"liaison {__version__}"
"""What masks, splits and checks: two releases may do that differently."""


class Journey:
    """One text on its way to several languages; what they share of a route is gone once."""

    def __init__(self, sources: Sources, routes: Routes, text: str, source: str, aids: Aids) -> None:
        self._sources = sources
        self._routes = routes
        self._text = text
        self._source = source
        self._aids = aids
        self._rich = _rich(aids, base(source))
        self._plain = Document.parse("" if self._rich else text, base(source), aids)
        self._document = self._rich or self._plain
        self._wording = Wording(aids.glossary, len(self._document.tokens))
        self._neutral = tuple(map(Neutral.of, self._document.segments))
        self._caller = sources.caller()
        self.retried = 0
        """How often tokens had to be masked again."""
        self._carried: dict[tuple[tuple[str, ...], int], asyncio.Task[Carried]] = {}

    def keys(self, target: str) -> tuple[str, ...]:
        """Return what the translations of the text's segments into *target* are remembered under."""
        route = self._routes.find(self._source, target)
        if route is None:
            return ()
        setting = self._expected(route).setting
        return tuple(neutral.key(setting) for neutral in self._neutral)

    async def to(self, target: str) -> Translation:
        """Return the text in *target*."""
        if base(target) == base(self._source):
            return original(self._text, self._source, target)
        route = self._routes.find(self._source, target)
        if route is None:
            return unavailable(self._text, self._source, target, Failure.NO_ROUTE)
        try:
            carried = await self._along(route)
        except Unavailable as reason:
            log.warning("translation.unavailable", reason=str(reason), route=route, characters=len(self._text))
            failed = Failure.TOO_MUCH if isinstance(reason, TooMuch) else Failure.NO_ANSWER
            return unavailable(self._text, self._source, target, failed)
        made = [segment.text for segment in carried]
        # What is only looked for in the sentences is no part of the text, and its faults are none.
        carried = carried[: self._rich.sentences] if self._rich else carried
        mixed = tuple(dict.fromkeys(filter(scripts.mixed, self._document.tokens)))
        raised = frozenset[Flag]().union(*(segment.flags for segment in carried))
        if carried and all(segment.kept for segment in carried):
            left = (flag for flag in Flag if flag in raised | {Flag.UNAVAILABLE})
            return original(self._text, self._source, target, *left)
        raised |= {Flag.SCRIPT} if mixed else set()
        engines = dict.fromkeys(e for segment in carried for e in segment.engine.split("+") if e)
        learned, recalled = self._memory(route, carried)
        text, html = self._assembled(made, target)
        return Translation(
            text=text,
            source=self._source,
            target=target,
            route=route,
            engine="+".join(engines),
            flags=tuple(flag for flag in Flag if flag in raised),
            protected=self._rich.tokens if self._rich else self._plain.protected,
            differs=tuple(dict.fromkeys((*mixed, *(word for segment in carried for word in segment.differs)))),
            html=html,
            provenance=self._provenance(route, carried),
            learned=learned,
            recalled=recalled,
        )

    def _assembled(self, segments: Sequence[str], target: str) -> tuple[str, str]:
        """Return the whole text in *target* and its HTML, which is empty where there is no need for it."""
        if self._rich:
            return self._rich.assemble(segments, target)
        return self._plain.assemble(segments), ""

    async def _along(self, route: tuple[str, ...]) -> list[Carried]:
        return await asyncio.gather(*(self._settled(route, index) for index in range(len(self._neutral))))

    async def _settled(self, route: tuple[str, ...], index: int) -> Carried:
        """Return one segment at the end of *route*, in the words of the glossary: remembered, or translated."""
        if (recalled := self._recalled(route, index)) is not None:
            return recalled

        async def again(segment: str) -> Carried:
            made = Carried(segment, "")
            for pair in pairwise(route):
                made = await _carry(self._leg(pair), segment, made)
            return made

        made = await self._segment(route, index)
        return await self._wording.settle(self._document.segments[index], made, route, again)

    def _segment(self, route: tuple[str, ...], index: int) -> asyncio.Task[Carried]:
        if (route, index) not in self._carried:
            self._carried[route, index] = asyncio.ensure_future(self._carry(route, index))
        return self._carried[route, index]

    async def _carry(self, route: tuple[str, ...], index: int) -> Carried:
        """Return one segment at the end of *route*, as the engines make it."""
        if len(route) == 1:
            return self._as_it_is(index)
        before = await self._segment(route[:-1], index)
        carried = await _carry(self._leg(route[-2:]), self._document.segments[index], before)
        self.retried += carried.retried
        return carried

    def _leg(self, pair: tuple[str, ...]) -> Leg:
        (pairs,) = self._routes.legs(pair)
        return Leg(self._sources, self._caller, pairs)

    def _as_it_is(self, index: int) -> Carried:
        segment = Carried(self._document.segments[index], "")
        if not self._document.cut or index < len(self._neutral) - 1:
            return segment
        log.warning("translation.cut", characters=len(self._text))
        return replace(segment, flags=frozenset({Flag.PLACEHOLDER}), kept=True)

    # What is remembered

    def _recalled(self, route: tuple[str, ...], index: int) -> Carried | None:
        """Return a segment as it is remembered, or None."""
        if not self._aids.remembered:
            return None
        neutral, expected = self._neutral[index], self._expected(route)
        remembered = self._aids.remembered.get(neutral.key(expected.setting))
        text = None if remembered is None else neutral.given(remembered)
        if text is None:
            return None
        engine = "+".join(dict.fromkeys(step.engine for step in expected.steps))
        return Carried(text, engine, steps=expected.steps)

    def _memory(
        self, route: tuple[str, ...], carried: Sequence[Carried]
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return what may be remembered of the segments at the end of *route*, and the keys of what was remembered.

        Only what is beyond doubt, and came by the way that is expected: by another it would not be found again.
        """
        expected = self._expected(route)
        setting = expected.setting
        learned: dict[str, str] = {}
        recalled: list[str] = []
        for neutral, segment in zip(self._neutral, carried, strict=False):  # phrases that are looked for follow
            key = neutral.key(setting)
            if key in self._aids.remembered:
                recalled.append(key)
            elif segment.steps == expected.steps and not segment.flags and not segment.kept:
                learned[key] = neutral.taken(segment.text)
        return tuple(learned.items()), tuple(dict.fromkeys(recalled))

    # How it came about

    def _expected(self, route: tuple[str, ...]) -> Provenance:
        """Return how a segment comes along *route* as long as every engine works."""
        steps = tuple(step(pairs[0]) for pairs in self._routes.legs(route))
        return Provenance(steps, PIPELINE, self._aids.glossary.hash(route[0], route[-1]))

    def _provenance(self, route: tuple[str, ...], carried: Sequence[Carried]) -> Provenance:
        """Return how these segments came about along *route*, together."""
        legs = zip_longest(*(segment.steps for segment in carried))
        steps = tuple(dict.fromkeys(one for leg in legs for one in leg if one))
        names = tuple(name for name in self._aids.names if _stands_in(name, self._document.tokens))
        return Provenance(steps, PIPELINE, self._aids.glossary.hash(route[0], route[-1]), names)


def _rich(aids: Aids, source: str) -> RichDocument | None:
    """Return the text as its sender formatted it, taken apart; None where it has no form, or is too long for it."""
    rich = read(aids.html) if aids.html else None
    if rich is None or len(rich.text) > MAX_CHARACTERS:
        return None
    kept = (rich.text[found.start : found.end] for found in aids.glossary.kept(rich.text, source))
    document = RichDocument(rich, source, (*aids.names, *kept))
    return None if document.cut else document


async def _carry(leg: Leg, original: str, segment: Carried) -> Carried:
    """Return *segment* on the other side of *leg*; what cannot go on goes back to the *original*, not half way."""
    if segment.kept:
        return segment
    after = await leg.carry(segment.text)
    engines = "+".join(dict.fromkeys(name for name in (*segment.engine.split("+"), after.engine) if name))
    text = original if after.kept else after.text
    steps, differs = segment.steps + after.steps, segment.differs + after.differs
    return Carried(text, engines, segment.flags | after.flags, after.kept, differs, steps, after.retried)


def _stands_in(name: str, tokens: Sequence[str]) -> bool:
    """Return whether a word of *name* is one of *tokens*."""
    words = set(name.casefold().split())
    return any(not words.isdisjoint(token.casefold().split()) for token in tokens)


def original(text: str, source: str, target: str, *flags: Flag) -> Translation:
    """Return that *text* stays as it is, because of *flags*; without any because it is in *target* already."""
    route = () if flags else (source,)
    return Translation(text, source, target, route, "", flags)


def unavailable(text: str, source: str, target: str, failed: Failure) -> Translation:
    """Return that *text* stays as it is, because there is no translation, and why."""
    return replace(original(text, source, target, Flag.UNAVAILABLE), provenance=Provenance(failed=failed))
