"""The translation layer's one door: detect, protect, translate, along the pairs of engines and servers."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from bot.config import Config, secret
from bot.model.handling import unlabelled
from bot.model.translation import Aids, Failure, Translation
from bot.translation import detect, mixture, trial
from bot.translation.detect import Detected
from bot.translation.document import has_letters
from bot.translation.engine import ENGINES, LIBRETRANSLATE, Pair
from bot.translation.journey import MAX_CHARACTERS, Journey, unavailable
from bot.translation.libretranslate import Server
from bot.translation.load import Load, ServerLoad
from bot.translation.measured import Measured
from bot.translation.models import Fault
from bot.translation.pool import Pool, Unavailable
from bot.translation.route import Routes, base
from bot.translation.servers import Servers
from bot.translation.sources import Sources
from bot.translation.trial import Trial
from bot.translation.words import words

log = structlog.get_logger()

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
        self._directory = models
        self._retried = 0
        self._measured = Measured(models, self._servers, self._sources)
        self._routes_of = (self._sources.pairs, Routes((), ()))

    @classmethod
    def configured(cls, config: Config) -> Translator:
        """Return the translator of *config*: only with the engine `libretranslate` has it servers."""
        return cls(config.storage.directory / "models", config.translation.engines, servers=servers_of(config))

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

    @property
    def load(self) -> Load:
        """How much waits, and how the servers fare."""
        servers = (ServerLoad(one.url, one.requests, one.failures, not one.breaker.admits) for one in self.servers)
        return Load(self._pool.waiting + self._servers.waiting, self._retried, tuple(servers))

    async def trial(self, pair: Pair) -> Trial:
        """Return which masks survive *pair*; raises LookupError without sentences to try, and Unavailable."""
        return await trial.run(self._sources, self._sources.caller(), pair)

    def remember(self, pair: Pair, style: str) -> None:
        """Use the mask *style* for *pair* from now on; of an installed one from the worker's next start on."""
        if pair.engine == LIBRETRANSLATE:
            self._measured.remember(pair, style)
        else:
            trial.remember(self._directory, pair, style)

    async def measure(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Find out which mask survives those of *pairs* (source, target) that servers have, if that is not known.

        It goes through the same queue as what people write, each in turn.
        """
        wanted = {(base(source), base(target)) for source, target in pairs}
        for pair in self._servers.pairs:
            if (pair.source, pair.target) in wanted:
                await self._measured.measure(pair)

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, both included, or None."""
        return self._routes().find(source, target)

    def ways(self, pairs: Iterable[tuple[str, str]], without: Collection[str] = ()) -> dict[str, str]:
        """Return how each of *pairs* (source, target) is translated now: its way, as `es-en-pt` → `argos+bergamot`.

        What cannot be is there as `es-el` → "". *without* are the keys of models that cannot be used.
        """
        found = {}
        for source, target in ((base(a), base(b)) for a, b in pairs if base(a) != base(b)):
            way = self.route(source, target) or ()
            legs = self._routes().legs(way)
            engines = [next((pair.engine for pair in leg if pair.key not in without), "") for leg in legs]
            served = all(engines) and bool(way)
            found["-".join(way if served else (source, target))] = "+".join(dict.fromkeys(engines)) if served else ""
        return found

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
        """Return the language of *text*: one of *candidates* or, if it is clearly another, that one.

        Where it cannot be told, *fallback* (the sender's).
        """
        sample = detect.words(unlabelled(text)[: detect.SAMPLE])
        only = detect.alone_in_script(sample)
        if only and len(mixture.pieces(sample)) == 0:
            return Detected(only, True)
        possible = [only] if only else detect.narrow(sample, candidates)
        if detect.script_of(sample) is None or (possible and not detect.enough(sample)):
            return _guessed(possible, fallback)
        try:
            return await self._detected(sample, possible, candidates, fallback)
        except Unavailable as reason:
            log.warning("translation.detection_unavailable", reason=str(reason), characters=len(text))
            return replace(_guessed(possible, fallback), doubtful=True)

    async def _detected(
        self, sample: str, possible: Sequence[str], candidates: Sequence[str], fallback: str
    ) -> Detected:
        """Return what the detector makes of *sample*, in one of *possible* or another language of its script."""
        pieces = mixture.pieces(sample)
        among = {base(code) for code in (*possible, *candidates, fallback)}
        whole, *each = await asyncio.gather(*(self._pool.rank(text, among) for text in (sample, *pieces)))
        of_script = set(detect.narrow(sample, [code for code, _value in whole.ranks]))
        ranks = [rank for rank in whole.ranks if rank[0] in of_script]
        familiar = {*detect.FAMILIAR, *(pair.source for pairs in self._sources.pairs for pair in pairs)}
        found = detect.decide(ranks, possible, fallback, familiar)
        if not detect.enough(sample):  # in a script that is nobody's here
            found = replace(found, certain=False, doubtful=True)
        spoken = list(dict.fromkeys((*candidates, found.language)))
        told = ((piece, one.ranks) for piece, one in zip(pieces, each, strict=True))
        if main := mixture.mixed(sample, told, spoken):
            return Detected(main, False, doubtful=True)
        turns = whole.turn is not None and base(found.language) in whole.turn
        return replace(found, certain=False, doubtful=True) if turns else found

    async def translate(
        self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS
    ) -> dict[str, Translation]:
        """Return *text* in each of *targets*, by the target's code as given. Never raises for content.

        What cannot be translated comes back as the original with the flag UNAVAILABLE; into its own language a text
        comes back as it is.
        """
        if len(text) > MAX_CHARACTERS:
            log.warning("translation.too_long", characters=len(text))
            return {target: unavailable(text, source, target, Failure.TOO_LONG) for target in targets}
        journey = Journey(self._sources, self._routes(), text, source, aids)
        made = await asyncio.gather(*(journey.to(target) for target in targets))
        self._retried += journey.retried
        return dict(zip(targets, made, strict=True))

    def keys(self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS) -> frozenset[str]:
        """Return under which keys translations of *text*'s segments would be remembered: no engine is asked."""
        if len(text) > MAX_CHARACTERS:
            return frozenset()
        journey = Journey(self._sources, self._routes(), text, source, aids)
        return frozenset(key for target in targets for key in journey.keys(target))

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


def servers_of(config: Config) -> Servers:
    """Return the servers of *config*: none without the engine `libretranslate`."""
    wanted = config.translation
    if LIBRETRANSLATE not in wanted.engines:
        return Servers()
    key = secret(wanted.api_key_file, "LIAISON_TRANSLATION_API_KEY")
    return Servers(wanted.servers, key, wanted.timeout_seconds)


def _guessed(possible: Sequence[str], fallback: str) -> Detected:
    """Return *fallback* if it is *possible* or nothing is, else what is: for sure if it is the only one."""
    if fallback in possible or not possible:
        return Detected(fallback, False)
    return Detected(possible[0], len(possible) == 1)


def _lone(word: str) -> bool:
    """Return whether *word* is one letter of an alphabet: an answer to a list, a slip, never a message."""
    return len(word) == 1 and ord(word) < _FIRST_SIGN
