"""The Client-Server API calls that we make ourselves: one request, one JSON object or one error."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

REQUEST_SECONDS = 30.0
BACKOFF_SECONDS = (0.25, 0.5, 1.0, 2.0)
"""Waits after failures in a row; the last one stays, so that we are back within seconds of the homeserver."""
LONGEST_SECONDS = 300.0
"""The longest wait that a homeserver may ask for; after it we try again, whatever was asked."""

_OF_THE_ACCOUNT = ("M_USER_LOCKED", "M_USER_SUSPENDED", "M_USER_DEACTIVATED")
"""Refusals that are about our account and not about the request: an administrator may take them back."""


class HomeserverError(Exception):
    """The homeserver refused: HTTP status, Matrix error code, and how long to wait before the next try."""

    def __init__(
        self,
        status: int,
        errcode: str,
        text: str,
        retry_after: float | None = None,
        session: str | None = None,
    ) -> None:
        super().__init__(f"{status} {errcode}: {text}")
        self.status = status
        self.errcode = errcode
        self.retry_after = retry_after
        self.session = session
        """The id of the interactive authentication that is asked for, if one is."""

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status >= 500 or self.status in (408, 429) or self.errcode in _OF_THE_ACCOUNT

    @property
    def ends_session(self) -> bool:
        """Whether our access token is no longer known."""
        return self.errcode in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")


class TooLarge(Exception):
    """What the homeserver answers is longer than it may be."""


class HomeserverAway(Exception):
    """No answer, or none that a homeserver gives: the network, a proxy, a restart."""


def backoff(failures: int, asked: float | None) -> float:
    """Return how many seconds to wait after so many *failures*, at least what the homeserver *asked* for.

    A quarter is left to chance, so that many clients do not come back in step.
    """
    usual = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
    return max(asked or 0.0, usual * random.uniform(0.75, 1.0))


def path(*parts: str) -> str:
    """Return the Client-Server path of *parts*, each escaped."""
    return "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in parts)


class Api:
    """One homeserver, one account."""

    def __init__(self, homeserver: str) -> None:
        self.homeserver = homeserver
        self.token: str | None = None
        self.on_answer: Callable[[str | None, float], None] = lambda date, seconds: None
        """Told the `Date` of each answer, and how many seconds it was under way with its request."""
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End the connections."""
        if self._session:
            await self._session.close()

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        seconds: float = REQUEST_SECONDS,
        needs: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return the JSON object that the homeserver answers within *seconds*; *needs* are texts that it must hold.

        Raises HomeserverError for a refusal, HomeserverAway for no usable answer.
        """
        limit = aiohttp.ClientTimeout(total=seconds)
        async with self._asked(method, path, query=query, json=body, timeout=limit) as response:
            text = await response.text()
        return _object(response.status, text, needs)

    async def upload(self, path: str, data: bytes, *, seconds: float) -> dict[str, Any]:
        """Post *data* within *seconds*; return the answer, whose `content_uri` is a text. Raises as `request` does."""
        limit = aiohttp.ClientTimeout(total=seconds)
        kind = {"Content-Type": "application/octet-stream"}
        async with self._asked("POST", path, data=data, headers=kind, timeout=limit) as response:
            text = await response.text()
        return _object(response.status, text, ["content_uri"])

    async def download(self, path: str, *, most: int, seconds: float) -> bytes:
        """Return the bytes at *path*, got within *seconds*; raises TooLarge beyond *most*, and as `request` does."""
        limit = aiohttp.ClientTimeout(total=seconds)
        data = bytearray()
        async with self._asked("GET", path, timeout=limit) as response:
            # Of a refusal, too, no more is read than may be.
            async for chunk in response.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > most:
                    raise TooLarge(f"more than {most} bytes")
        if response.status >= 300:
            _object(response.status, data.decode("utf-8", "replace"), ())
        return bytes(data)

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask the homeserver, and tell when it answered; raises HomeserverAway, also for what fails while reading."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = self.homeserver + path + (f"?{urlencode(query)}" if query else "")
        clock = asyncio.get_running_loop().time
        asked = clock()
        try:
            # Redirections are not followed: nothing goes to another address than the configured one.
            async with self._session.request(
                method, url, headers={**own, **(headers or {})}, allow_redirects=False, **options
            ) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
            raise HomeserverAway(f"{type(error).__name__}: {error}") from error
        self.on_answer(response.headers.get("Date"), clock() - asked)
        if 300 <= response.status < 400:
            to = response.headers.get("Location", "")[:200]
            raise HomeserverAway(f"{response.status}: matrix.homeserver redirects to {to or 'nowhere'}")


def _object(status: int, text: str, needs: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object *text*; raise HomeserverError if it is a refusal, HomeserverAway if it is none."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HomeserverAway(f"{status}: the answer is not JSON") from error
    if status >= 300:
        raise _refusal(status, answer if isinstance(answer, dict) else {})
    if not isinstance(answer, dict):
        raise HomeserverAway(f"{status}: the answer is not a JSON object")
    if missing := [name for name in needs if not isinstance(answer.get(name), str)]:
        raise HomeserverAway(f"{status}: the answer lacks {', '.join(missing)}")
    return answer


def _refusal(status: int, answer: Mapping[str, Any]) -> HomeserverError:
    return HomeserverError(
        status,
        str(answer.get("errcode", "")),
        str(answer.get("error", ""))[:200],
        _seconds(answer.get("retry_after_ms")),
        answer.get("session"),
    )


def _seconds(milliseconds: Any) -> float | None:
    """Return how long a homeserver asks us to wait, or None; it may ask for anything, not a number included."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)) or not milliseconds >= 0:
        return None
    return min(milliseconds, LONGEST_SECONDS * 1000) / 1000
