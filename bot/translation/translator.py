"""The translation layer's one door: detect, protect, translate, along the pairs of engines and servers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import structlog

from bot.config import Config, secret
from bot.model.handling import unlabelled
from bot.model.rich import read
from bot.model.translation import Aids, Flag, Translation
from bot.translation import detect, trial
from bot.translation.detect import Detected
from bot.translation.document import Document, has_letters
from bot.translation.engine import ENGINES, LIBRETRANSLATE, Pair
from bot.translation.leg import Carried, Leg
from bot.translation.libretranslate import Server
from bot.translation.models import Fault
from bot.translation.pool import Pool, Unavailable
from bot.translation.rich import RichDocument
from bot.translation.route import Routes, base
from bot.translation.servers import Servers
from bot.translation.sources import Sources
from bot.translation.trial import Trial
from bot.translation.wording import Wording
from bot.translation.words import words

log = structlog.get_logger()

MAX_CHARACTERS = 20_000
"""Characters of a text that is still translated."""

NO_AIDS = Aids()

_FIRST_SIGN = 0x2E80  # from here on one sign can be a word: 停, 行
_WORTH = 2000  # a longer message is always worth it, and not scanned twice
_NOTHING = words(
    "ok okay okey oki okk okie k kk kkk lol haha hahaha jaja jajaja rs rsrs hm hmm hmmm mm mhm ah oh eh uh uhm um xd"
)


class Translator:
    """Translates texts by the models in a folder, in a process of its own, and by *servers*."""

    def __init__(
        self,
        models: Path,
        engines: Sequence[str] = ENGINES,
        *,
        timeout: float = 10.0,
        servers: Servers | None = None,
    ) -> None:
        self._engines = tuple(engines)
        self._pool = Pool(models, [engine for engine in engines if engine != LIBRETRANSLATE], timeout)
        self._servers = servers or Servers()
        self._sources = Sources(self._pool, self._servers)
        self._routes_of = (self._sources.pairs, Routes((), ()))

    @classmethod
    def configured(cls, config: Config) -> Translator:
        """Return the translator of *config*: only with the engine `libretranslate` has it servers."""
        wanted = config.translation
        servers = Servers()
        if LIBRETRANSLATE in wanted.engines:
            key = secret(wanted.api_key_file, "LIAISON_TRANSLATION_API_KEY")
            servers = Servers(wanted.servers, key, wanted.timeout_seconds)
        return cls(config.storage.directory / "models", wanted.engines, servers=servers)

    async def start(self) -> None:
        """Start the worker, ask the servers, and learn their pairs; what is broken is logged, never raised."""
        await asyncio.gather(self._pool.start(), self._servers.start())

    async def close(self) -> None:
        """Stop the worker and leave the servers; texts still under way come back as originals."""
        await asyncio.gather(self._pool.close(), self._servers.close())

    async def ready(self, pairs: Iterable[tuple[str, str]] | None = None) -> dict[str, str]:
        """Load the models of *pairs* (source, target; None: all); return pair → why it cannot be used.

        Servers are sent nothing: whether they serve is seen when they do.
        """
        wanted = None if pairs is None else {(base(source), base(target)) for source, target in pairs}
        chosen = [p for p in self._pool.pairs if wanted is None or (p.source, p.target) in wanted]
        reasons = await asyncio.gather(*(self._load(pair) for pair in chosen))
        return {pair.key: reason for pair, reason in zip(chosen, reasons, strict=True) if reason}

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The installed pairs, engines in order of preference, then those that servers have now."""
        return self._pool.pairs + self._servers.pairs

    @property
    def works(self) -> bool:
        """Whether the worker has started at least once, so that `pairs` is what is installed."""
        return self._pool.greeted

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The models that were found and cannot be used."""
        return self._pool.faults

    @property
    def pool(self) -> Pool:
        """The worker and its queue, for metrics."""
        return self._pool

    @property
    def servers(self) -> tuple[Server, ...]:
        """The translation servers, and what is known of each."""
        return self._servers.servers

    async def trial(self, pair: Pair) -> Trial:
        """Return which masks survive *pair*; raises LookupError without sentences to try, and Unavailable."""
        return await trial.run(self._sources, self._sources.caller(), pair)

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, both included, or None."""
        return self._routes().find(source, target)

    def lacks(self, source: str, target: str) -> bool:
        """Return whether there is no way from *source* to *target*, and none is to come back by itself.

        While the worker has not started, or a server does not answer, nobody knows.
        """
        if self.route(source, target) or base(source) == base(target):
            return False
        return self.works and all(server.breaker.admits for server in self.servers)

    def worth(self, text: str) -> bool:
        """Return whether *text* needs translation at all; "ok", emoji, digits and tokens do not."""
        if len(text) > _WORTH:
            return True
        text = unlabelled(text)
        said = (word.strip(".,;:!?()").casefold() for word in detect.words(text).split())
        return any(has_letters(word) and word not in _NOTHING and not _lone(word) for word in said)

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> Detected:
        """Return the language of *text* among *candidates*; *fallback* (the sender's) where unsure."""
        sample = detect.words(unlabelled(text)[: detect.SAMPLE])
        possible = detect.narrow(sample, candidates)
        if fallback not in possible and len(possible) == 1:  # Greek letters among Greek and Latin languages
            return Detected(possible[0], True)
        if not possible or not detect.enough(sample):
            return Detected(fallback if fallback in possible or not possible else possible[0], False)
        if possible == [fallback]:  # whatever a detector says, there is nothing to choose
            return Detected(fallback, True)
        try:
            return detect.decide(await self._pool.rank(sample), possible, fallback)
        except Unavailable as reason:
            log.warning("translation.detection_unavailable", reason=str(reason), characters=len(text))
            return Detected(fallback, False)

    async def translate(
        self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS
    ) -> dict[str, Translation]:
        """Return *text* in each of *targets*, by the target's code as given. Never raises for content.

        What cannot be translated comes back as the original with the flag UNAVAILABLE; into its own language a text
        comes back as it is.
        """
        if len(text) > MAX_CHARACTERS:
            log.warning("translation.too_long", characters=len(text))
            return {target: _original(text, source, target, Flag.UNAVAILABLE) for target in targets}
        journey = _Journey(self._sources, self._routes(), text, source, aids)
        made = await asyncio.gather(*(journey.to(target) for target in targets))
        return dict(zip(targets, made, strict=True))

    def _routes(self) -> Routes:
        """Return the graph of all pairs; servers have thousands, so it is made anew only when they change."""
        pairs = self._sources.pairs
        if pairs != self._routes_of[0]:
            self._routes_of = (pairs, Routes([*pairs[0], *pairs[1]], self._engines))
        return self._routes_of[1]

    async def _load(self, pair: Pair) -> str:
        try:
            await self._pool.translate(self._pool.caller(), pair, "1")
        except Unavailable as reason:
            return str(reason)
        return ""


def _lone(word: str) -> bool:
    """Return whether *word* is one letter of an alphabet: an answer to a list, a slip, never a message."""
    return len(word) == 1 and ord(word) < _FIRST_SIGN


class _Journey:
    """One text on its way to several languages; legs that they share are gone once."""

    def __init__(self, sources: Sources, routes: Routes, text: str, source: str, aids: Aids) -> None:
        self._sources = sources
        self._routes = routes
        self._text = text
        self._source = source
        rich = read(aids.html) if aids.html else None
        fits = rich is not None and len(rich.text) <= MAX_CHARACTERS
        formatted = RichDocument(rich, base(source), _kept(rich.text, base(source), aids)) if rich and fits else None
        self._rich = formatted if formatted and not formatted.cut else None
        self._plain = Document.parse("" if self._rich else text, base(source), aids)
        self._document = self._rich or self._plain
        self._wording = Wording(aids.glossary, len(self._document.tokens))
        self._caller = sources.caller()
        self._legs: dict[tuple[str, ...], asyncio.Task[list[Carried]]] = {}

    async def to(self, target: str) -> Translation:
        """Return the text in *target*."""
        if base(target) == base(self._source):
            return _original(self._text, self._source, target)
        route = self._routes.find(self._source, target)
        if route is None:
            return _original(self._text, self._source, target, Flag.UNAVAILABLE)
        try:
            carried = await self._worded(route, await self._along(route))
        except Unavailable as reason:
            log.warning("translation.unavailable", reason=str(reason), route=route, characters=len(self._text))
            return _original(self._text, self._source, target, Flag.UNAVAILABLE)
        made = [segment.text for segment in carried]
        # What is only looked for in the sentences is no part of the text, and its faults are none.
        carried = carried[: self._rich.sentences] if self._rich else carried
        raised = frozenset[Flag]().union(*(segment.flags for segment in carried))
        if carried and all(segment.kept for segment in carried):
            left = (flag for flag in Flag if flag in raised | {Flag.UNAVAILABLE})
            return _original(self._text, self._source, target, *left)
        engines = dict.fromkeys(e for segment in carried for e in segment.engine.split("+") if e)
        text, html = self._assembled(made, target)
        return Translation(
            text=text,
            source=self._source,
            target=target,
            route=route,
            engine="+".join(engines),
            flags=tuple(flag for flag in Flag if flag in raised),
            protected=self._rich.tokens if self._rich else self._plain.protected,
            differs=tuple(dict.fromkeys(word for segment in carried for word in segment.differs)),
            html=html,
        )

    def _assembled(self, segments: Sequence[str], target: str) -> tuple[str, str]:
        """Return the whole text in *target* and its HTML, which is empty where there is no need for it."""
        if self._rich:
            return self._rich.assemble(segments, target)
        return self._plain.assemble(segments), ""

    async def _along(self, route: tuple[str, ...]) -> list[Carried]:
        if len(route) == 1:
            return self._as_it_is()
        if route not in self._legs:
            self._legs[route] = asyncio.ensure_future(self._leg(route))
        return await self._legs[route]

    def _as_it_is(self) -> list[Carried]:
        carried = [Carried(segment, "") for segment in self._document.segments]
        if self._document.cut:
            log.warning("translation.cut", characters=len(self._text))
            carried[-1] = replace(carried[-1], flags=frozenset({Flag.PLACEHOLDER}), kept=True)
        return carried

    async def _worded(self, route: tuple[str, ...], carried: list[Carried]) -> list[Carried]:
        """Return *carried*, the segments in the last language of *route*, in the words of the glossary."""

        async def again(segment: str) -> Carried:
            made = Carried(segment, "")
            for pair in pairwise(route):
                (pairs,) = self._routes.legs(pair)
                made = await _carry(Leg(self._sources, self._caller, pairs), segment, made)
            return made

        both = zip(self._document.segments, carried, strict=True)
        return await asyncio.gather(*(self._wording.settle(said, made, route, again) for said, made in both))

    async def _leg(self, route: tuple[str, ...]) -> list[Carried]:
        before = await self._along(route[:-1])
        (pairs,) = self._routes.legs(route[-2:])
        leg = Leg(self._sources, self._caller, pairs)
        pairs_of = zip(self._document.segments, before, strict=True)
        return await asyncio.gather(*(_carry(leg, original, segment) for original, segment in pairs_of))


async def _carry(leg: Leg, original: str, segment: Carried) -> Carried:
    """Return *segment* on the other side of *leg*; what cannot go on goes back to the *original*, not half way."""
    if segment.kept:
        return segment
    after = await leg.carry(segment.text)
    engines = "+".join(dict.fromkeys(name for name in (*segment.engine.split("+"), after.engine) if name))
    text = original if after.kept else after.text
    return Carried(text, engines, segment.flags | after.flags, after.kept, segment.differs + after.differs)


def _original(text: str, source: str, target: str, *flags: Flag) -> Translation:
    route = () if flags else (source,)
    return Translation(text, source, target, route, "", flags)


def _kept(text: str, source: str, aids: Aids) -> tuple[str, ...]:
    """Return the words of *text*, in the language *source*, that no engine may touch: names, and terms that stay."""
    return (*aids.names, *(text[found.start : found.end] for found in aids.glossary.kept(text, source)))
