"""What is to be posted for a message, and where."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.handling import read_label
from bot.model.incoming import Incoming
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.room import Mode
from bot.model.voice import Recording
from bot.services.identity import IdentityService
from bot.services.relay.crossing import Crossings
from bot.services.relay.destinations import Destination
from bot.services.relay.outgoing import Posting
from bot.services.relay.pages import Json, posts
from bot.services.relay.translating import Relayed
from bot.services.relay.written import written_in


class Postings:
    """Puts together what is to be posted."""

    def __init__(self, identity: IdentityService, crossings: Crossings) -> None:
        self._identity = identity
        self._crossings = crossings

    async def of(
        self,
        incoming: Incoming,
        source: str,
        relayed: Relayed,
        destinations: Sequence[Destination],
        heard: Recording | None = None,
        original: Original | None = None,
    ) -> list[Posting]:
        """Return what is to be posted for the message *source*, which *incoming* is or makes of it, and where.

        *heard* is the voice message that it writes down, *original* what is kept of it, if it was said before.
        """
        doubt = await self.doubt(incoming)
        label = _label_of(incoming, original)
        said: Json = {"sender": incoming.sender, "doubt": doubt, **label}
        if heard:
            said["heard"] = {"voice": heard.event_id, "sender": heard.sender}
        made = {t.target: t for t in relayed.translations}
        written = written_in(incoming, relayed.hint)
        found: list[Posting] = []
        for to in destinations:
            if to.crosses:
                one = made.get(to.languages[0])
                payloads = await self._crossings.payloads(incoming, source, written, one, to, doubt)
                found += [Posting(to.room_id, "relay", {**payload, **label}) for payload in payloads]
            else:
                shown = [made[language] for language in to.languages]
                thread: Json = {"thread": incoming.thread or source} if to.mode is Mode.THREAD else {}
                asked = to.languages[0] if to.wished else None
                found += [
                    Posting(to.room_id, "translation", {**said, "parts": parts, **thread}, asked)
                    for parts in posts(shown)
                ]
        return found

    async def doubt(self, incoming: Incoming) -> str | None:
        """Return why it is not certain who wrote a message: its `device`, or the sender's `identity`."""
        return await self.doubt_about(incoming.sender, trusted=incoming.trusted)

    async def doubt_about(self, sender: UserId, *, trusted: bool) -> str | None:
        """Return why it is not certain that *sender* wrote what they did from a device that is *trusted* or not."""
        if not trusted:
            return "device"
        return "identity" if await self._identity.changed(sender) else None


def _label_of(incoming: Incoming, original: Original | None) -> Json:
    """Return what posts have to say of a message's label: that it was given afterwards, or how a mistyped one is read.

    *original* is what is kept of the message, if it was said before.
    """
    if original and original.label:
        return {"label": original.label}
    label = read_label(incoming.words)
    return {"handled": str(label.handling)} if label and label.unclear else {}
