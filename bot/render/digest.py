"""A digest, gathered and worded at the moment of sending: as its room may read it then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.i18n import Message, to_json
from bot.model.digest import Digest, Period, blocks, counts
from bot.model.handling import Cleared
from bot.model.incident import Incident, in_a_line
from bot.model.person import LanguageCode, UserId
from bot.render.answers import handled
from bot.render.blocks import Blocks, label
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow


class Digests:
    """Words digests."""

    def __init__(self, services: Services, blocks: Blocks) -> None:
        self._services = services
        self._blocks = blocks

    async def post(self, row: OutboxRow) -> Post:
        """Return the digest that *row* posts."""
        payload = row.payload
        since, until = map(datetime.fromisoformat, payload["period"])
        digest = await self._services.digest.of(
            row.room_id, Period(since, until), datetime.fromisoformat(payload["until"])
        )
        await self._services.digest.showing(row, digest)
        mark = await self._services.incident.aggregate(row.room_id, sorted(map(str, digest.seen)))
        marked = label(self._services, row.room_id, mark)
        languages, reads, zone = await self._readers(row)
        alone = len(languages) == 1
        parts = []
        for language in languages:
            said = await self._said(digest, language, reads)
            parts.append(self._blocks.said([*marked, *said], language, zone, alone=alone))
        record = {
            "kind": "digest", "period": [_utc(since), _utc(until)], "counts": counts(digest.figures), **handled(mark),
        }  # fmt: skip
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, reply_to=row.cause if payload.get("answers") else None)

    async def _readers(self, row: OutboxRow) -> tuple[Sequence[str], Sequence[LanguageCode], str]:
        """Return the languages that it is said in, those that its readers read, and by which clock."""
        person, payload = self._services.person, row.payload
        if "reader" not in payload:
            languages = await person.room_languages(row.room_id)
            return languages, [*map(LanguageCode, languages)], person.zone
        actor = await person.actor(UserId(payload["reader"]), row.room_id)
        named = [*payload.get("languages", ())] or [actor.menus]
        return named, [*map(LanguageCode, named), actor.language, *actor.reads], actor.zone

    async def _said(self, digest: Digest, language: str, reads: Sequence[LanguageCode]) -> list[object]:
        titles = await self._services.incident.titles_in([*digest.seen.values()], LanguageCode(language))

        def shown(cleared: Cleared[Incident]) -> Message:
            return in_a_line(cleared, titles.get(cleared.content.ref), reads)

        said = blocks(digest, shown)
        return [{"lines": to_json(one)} if isinstance(one, tuple) else to_json(one) for one in said]


def _utc(moment: datetime) -> str:
    """Return the moment as records have it: to the minute, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
