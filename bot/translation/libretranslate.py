"""One server that speaks LibreTranslate's API: which pairs it has, and lists of texts translated.

Nothing goes to another address than the configured one: neither redirections nor proxies are followed. No text, and no
word that the server says, is ever in an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.translation.breaker import Breaker
from bot.translation.models import LANGUAGE
from bot.translation.route import base

Way = tuple[str, str]
"""The languages that a text comes from and goes to."""

ASK_SECONDS = 5.0
"""How long a server may take to say which pairs it has."""

MAX_BYTES = 1024 * 1024
"""The longest answer that is read."""

MAX_LANGUAGES = 120
"""More than any server has: each of them may go into each."""

REFUSED_SECONDS = 300.0
"""How long a server is left alone that does not take our key, and the longest that it may ask for itself."""

REFUSAL = 0.25
"""How much of a failure it is that a request is refused: the text may be the cause, but not a dozen times in a row.

A server that asks for a key and got none answers so.
"""

_PIECE = 64 * 1024


class _Language(BaseModel):
    model_config = ConfigDict(strict=True)
    code: str
    targets: list[str] | None = None


class _Made(BaseModel):
    model_config = ConfigDict(strict=True)
    texts: list[str] = Field(alias="translatedText")


_LANGUAGES = TypeAdapter(list[_Language])


class Failed(Exception):
    """The server has not answered as it should: why, in English.

    `weight` says how much that is held against the server, `apart` whether one of several texts may be the cause;
    `pause` is how many seconds it is to be left alone at once: 0 if it does not say how many.
    """

    def __init__(self, reason: str, *, weight: float = 1.0, apart: bool = False, pause: float | None = None) -> None:
        super().__init__(reason)
        self.weight = weight
        self.apart = apart
        self.pause = pause


class Server:
    """One server, how it fares, and how much it has to do."""

    def __init__(self, url: str, key: str | None, timeout: float) -> None:
        self.url = url
        self._key = key
        self._timeout = timeout
        self.breaker = Breaker()
        self.busy = 0
        """Requests for translations that are under way."""
        self.requests = self.failures = 0
        """Requests since the start, and those that came to nothing."""
        self.ways: Mapping[Way, Way] = {}
        """The pairs that it has, each with its own codes for them."""
        self.trouble = "not asked yet"
        """Why it could not say which pairs it has when it was last asked; empty if it could."""

    async def learn(self, session: aiohttp.ClientSession) -> None:
        """Ask which pairs it has; raises Failed, and then knows what it knew."""
        try:
            self.ways = _ways(await self._request(session, "GET", "/languages", ASK_SECONDS))
        except Failed as error:
            self.trouble = str(error)
            raise
        self.trouble = ""

    async def translate(self, session: aiohttp.ClientSession, way: Way, texts: Sequence[str]) -> list[str]:
        """Return *texts* translated, in one request; raises Failed."""
        source, target = self.ways.get(way, way)
        body = {"q": list(texts), "source": source, "target": target, "format": "text"}
        if self._key:
            body["api_key"] = self._key
        answer = await self._request(session, "POST", "/translate", self._timeout, body)
        try:
            made = _Made.model_validate_json(answer).texts
        except ValidationError:
            raise Failed("no translations in the answer", apart=True) from None
        if len(made) != len(texts):
            raise Failed(f"{len(made)} translations of {len(texts)} texts", apart=True)
        return made

    async def _request(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        seconds: float,
        body: Mapping[str, Any] | None = None,
    ) -> bytes:
        limit = aiohttp.ClientTimeout(total=seconds)
        self.requests += 1
        try:
            async with session.request(
                method, self.url + path, json=body, timeout=limit, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise _refusal(response.status, response.headers.get("Retry-After", ""))
                return await _read(response)
        except TimeoutError:
            raise Failed(f"no answer in {seconds:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Its words are not kept: they may quote what was sent.
            raise Failed(type(error).__name__) from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > MAX_BYTES:
            raise Failed(f"more than {MAX_BYTES} bytes", apart=True)
    return bytes(body)


def _refusal(status: int, retry_after: str) -> Failed:
    if status in (401, 403):
        return Failed(f"status {status}: it does not take our key", pause=REFUSED_SECONDS)
    if status == 429:
        asked = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        return Failed("status 429: too many requests", pause=min(asked, REFUSED_SECONDS))
    if 400 <= status < 500:
        return Failed(f"status {status}", weight=REFUSAL, apart=True)
    return Failed(f"status {status}", apart=status >= 500)


def _ways(answer: bytes) -> dict[Way, Way]:
    """Return the pairs in an *answer* to /languages, each with the server's own codes; raises Failed."""
    try:
        languages = _LANGUAGES.validate_json(answer)
    except ValidationError:
        raise Failed("no list of languages in the answer") from None
    codes = [one.code for one in languages]
    ways: dict[Way, Way] = {}
    if len(codes) > MAX_LANGUAGES:
        raise Failed(f"{len(codes)} languages")
    for one in sorted(languages, key=_plainest):
        for target in sorted(codes if one.targets is None else set(one.targets) & set(codes), key=len):
            way = base(one.code), base(target)
            if way[0] != way[1] and all(map(LANGUAGE.fullmatch, way)):
                ways.setdefault(way, (one.code, target))
    return ways


def _plainest(language: _Language) -> int:
    """Return what puts `pt` before `pt-BR`: where a server has both, the plain one is meant."""
    return len(language.code)
