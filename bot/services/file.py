"""Files that people have posted: fetched for the command that needs one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, _
from bot.model.file import Enclosed, File, enclosed
from bot.model.incoming import Incoming
from bot.services.original import OriginalService

MOST_BYTES = 10 * 1024 * 1024
"""How large a file may be that is read."""


class Unfetched(UserError):
    """A file that cannot be had, and why."""

    @classmethod
    def too_large(cls, most: int) -> Unfetched:
        """Return that it is larger than *most* bytes."""
        return cls(
            ErrorCode.BAD_ARGUMENT,
            _("That file is larger than {most} MB, which is the most that I read.", most=max(1, most // 1_000_000)),
        )

    @classmethod
    def broken(cls) -> Unfetched:
        """Return that it is not the file that was posted."""
        return cls(
            ErrorCode.BAD_ARGUMENT,
            _("That file is damaged: it is not what its message says. Nothing was read. Please post it again."),
        )

    @classmethod
    def away(cls) -> Unfetched:
        """Return that the homeserver does not give it."""
        return cls(
            ErrorCode.UNAVAILABLE,
            _("The homeserver does not give me that file. Please try again later, or post the file again."),
        )


class Media(Protocol):
    """What fetches files (`bot.matrix.media`)."""

    async def fetch(self, file: Enclosed, most: int) -> bytes:
        """Return the decrypted bytes of *file*, *most* at the most; raises Unfetched."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """What was found in a message, and who posted it: a file, or the text of the message itself."""

    incoming: Incoming
    file: File


NO_MESSAGE = _("I cannot read the message that you replied to. Please post the file again, then reply to it.")
UNTRUSTED = _(
    "The message that you replied to came from a device that its owner has not verified. I take no file from there."
)


class FileService:
    """Fetches what commands reply to."""

    def __init__(self, original: OriginalService, media: Media) -> None:
        self._original = original
        self._media = media

    async def fetch(self, room_id: str, event_id: str, most: int = MOST_BYTES) -> Posted:
        """Return the file in the message *event_id*, or its text as a file (slow, outside any transaction).

        Raises UserError where there is none that may be read.
        """
        incoming = await self._original.fetch(room_id, event_id)
        if incoming is None:
            raise UserError(ErrorCode.NOT_FOUND, NO_MESSAGE)
        if not incoming.trusted:
            raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
        found = enclosed(incoming.content)
        if found is not None:
            return Posted(incoming, File(found.name, "", await self._media.fetch(found, most)))
        if incoming.msgtype not in ("m.text", "m.notice"):
            raise Unfetched(ErrorCode.BAD_ARGUMENT, _nothing())
        return Posted(incoming, File("", "text/plain", incoming.said.encode()))


def _nothing() -> Message:
    return _("There is no encrypted file in the message that you replied to.")
