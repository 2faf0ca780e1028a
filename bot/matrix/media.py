"""Files in encrypted rooms: fetched and decrypted, encrypted and uploaded. The homeserver can read none of them.

Source: Matrix specification, "Content repository" and "Sending encrypted attachments".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from bot.matrix.api import Api, HomeserverAway, HomeserverError, TooLarge
from bot.model.file import Enclosed
from bot.services.file import Unfetched

log = structlog.get_logger(__name__)

SECONDS = 60.0
"""How long one file may take, either way."""
_MXC = "mxc://"
_UPLOAD = "/_matrix/media/v3/upload"


class Media:
    """The files of one homeserver (the protocol `bot.services.file.Media`)."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, file: Enclosed, most: int) -> bytes:
        """Return the decrypted bytes of *file*, *most* at the most.

        Raises Unfetched: too large, gone, not in time, or not the file that its sender meant.
        """
        server, _, media = file.url.removeprefix(_MXC).partition("/")
        if not file.url.startswith(_MXC) or not server or not media:
            raise Unfetched.broken()
        where = f"/_matrix/client/v1/media/download/{quote(server, safe=':[]')}/{quote(media, safe='')}"
        try:
            data = await self._api.download(where, most=most, seconds=SECONDS)
        except TooLarge as error:
            raise Unfetched.too_large(most) from error
        except (HomeserverError, HomeserverAway) as error:
            log.info("file.not_fetched", error=str(error))
            raise Unfetched.away() from error
        return await asyncio.to_thread(_decrypted, file, data)

    async def upload(self, data: bytes) -> Mapping[str, Any]:
        """Encrypt *data* with a key of its own and upload it; return the `file` that an event encloses it as.

        Raises HomeserverError and HomeserverAway.
        """
        encrypted, file = await asyncio.to_thread(encrypt_attachment, data)
        answer = await self._api.upload(_UPLOAD, encrypted, seconds=SECONDS)
        return {**file, "url": answer["content_uri"]}


def _decrypted(file: Enclosed, data: bytes) -> bytes:
    """Return *data* decrypted; raise Unfetched unless its SHA-256 is the one that the event says."""
    try:
        found: bytes = decrypt_attachment(data, file.key, file.sha256, file.iv)
    # What an event says of key, start value and hash may be anything; nio lets most errors of its parts pass.
    except (EncryptionError, ValueError, TypeError, OverflowError) as error:
        log.warning("file.not_decrypted", error=type(error).__name__, bytes=len(data))
        raise Unfetched.broken() from error
    return found
