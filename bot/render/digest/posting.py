"""A digest, gathered and worded at the moment of sending: as its room may read it then.

Its text, pictures and files are rows of their own, one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from bot.i18n import Catalogues, Message, from_json, to_json
from bot.model.digest import Digest, Period, blocks, counts
from bot.model.file import File
from bot.model.handling import Cleared, Mark
from bot.model.incident import Incident, in_a_line
from bot.model.person import LanguageCode, UserId
from bot.render.answers import handled
from bot.render.blocks import Blocks, label
from bot.render.digest.page import MEDIA_TYPE, Pages, file_name
from bot.render.digest.picture import MEDIA_TYPE as PNG
from bot.render.digest.picture import picture
from bot.render.digest.view import Reader, Views
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A digest, and how all of it is handled."""

    digest: Digest
    mark: Mark


class Digests:
    """Words digests."""

    def __init__(self, catalogues: Catalogues, services: Services, blocks: Blocks) -> None:
        self._catalogues = catalogues
        self._services = services
        self._blocks = blocks
        self._views = Views(catalogues)

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* posts of a digest: its text, or its picture or file in a language; None if it may not."""
        found = await self._gathered(row)
        if not await self._services.digest.showing(row, found.digest):
            return None
        match row.payload.get("form"):
            case "picture":
                return await self._picture(row, found)
            case "file":
                return await self._file(row, found)
        return await self._text(row, found)

    async def _text(self, row: OutboxRow, found: _Gathered) -> Post:
        marked = label(self._services, row.room_id, found.mark)
        languages, reads, zone = await self._readers(row)
        alone = len(languages) == 1
        parts = []
        for language in languages:
            said = await self._said(found.digest, language, reads, _also(row, reads))
            parts.append(self._blocks.said([*marked, *said], language, zone, alone=alone))
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, _record(row, found), reply_to=_answered(row))

    async def _picture(self, row: OutboxRow, found: _Gathered) -> Post:
        reader = await self._reader(row)
        view = self._views.of(found.digest, reader, self._services.digest.taskforce, self._labels(row, found))
        drawn = await picture(view)
        about = {"mimetype": PNG, "size": len(drawn.data), "w": drawn.width, "h": drawn.height}
        # What it says stands in the body, which clients read to who does not see it; with a name beside it they would
        # show it below the picture.
        file = File(self._name(found, reader.language, "png"), PNG, drawn.data)
        record = {**_record(row, found), "form": "picture"}
        return Post(view.said, "", record, _answered(row), "m.image", file={"info": about}, enclosed=file)

    async def _file(self, row: OutboxRow, found: _Gathered) -> Post:
        reader = await self._reader(row, [*found.digest.seen.values()])
        view = await asyncio.to_thread(
            self._views.of, found.digest, reader, self._services.digest.taskforce, self._labels(row, found), whole=True
        )
        name = self._name(found, reader.language, "html")
        file = await asyncio.to_thread(self._pages.file, view, name)
        about = {"mimetype": MEDIA_TYPE, "size": len(file.data)}
        record = {**_record(row, found), "form": "file"}
        shown = {"filename": name, "info": about}
        return Post(name, "", record, _answered(row), "m.file", file=shown, enclosed=file)

    @cached_property
    def _pages(self) -> Pages:
        place = self._services.place
        return Pages(self._catalogues, place.gazetteer.points, [(line.name, line.points) for line in place.lines])

    def _name(self, found: _Gathered, language: str, ending: str) -> str:
        digest = self._services.digest
        return file_name(found.digest, digest.zone, language, ending, digest.code)

    async def _gathered(self, row: OutboxRow) -> _Gathered:
        """Return what the room may read of the while of *row* now."""
        since, until = map(datetime.fromisoformat, row.payload["period"])
        asked = (row.room_id, Period(since, until), datetime.fromisoformat(row.payload["until"]))
        digest = await self._services.digest.of(*asked)
        digest = replace(digest, posts=tuple(row.payload.get("posts", ())))
        if row.payload.get("last"):
            self._services.digest.said(*asked)
        return _Gathered(digest, await self._services.incident.aggregate(row.room_id, sorted(map(str, digest.seen))))

    def _labels(self, row: OutboxRow, found: _Gathered) -> list[Message]:
        return [from_json(one) for one in label(self._services, row.room_id, found.mark)]

    async def _readers(self, row: OutboxRow) -> tuple[Sequence[str], Sequence[LanguageCode], str]:
        """Return the languages that it is said in, those that its readers read, and by which clock."""
        person, payload = self._services.person, row.payload
        if "reader" not in payload:
            languages = payload.get("languages") or await person.room_languages(row.room_id)
            return languages, [*map(LanguageCode, languages)], person.zone
        actor = await person.actor(UserId(payload["reader"]), row.room_id)
        named = [*payload.get("languages", ())] or [actor.menus]
        return named, [*map(LanguageCode, named), actor.language, *actor.reads], actor.zone

    async def _reader(self, row: OutboxRow, named: Sequence[Cleared[Incident]] = ()) -> Reader:
        """Return for whom a picture or file is; with translated titles of those that are *named* in it."""
        _languages, reads, zone = await self._readers(row)
        language = str(row.payload["language"])
        titles = await self._services.incident.titles_in(named, LanguageCode(language), _also(row, reads))
        return Reader(self._catalogues.choose(language), zone, reads, titles)

    async def _said(
        self, digest: Digest, language: str, reads: Sequence[LanguageCode], also: Sequence[LanguageCode]
    ) -> list[object]:
        titles = await self._services.incident.titles_in([*digest.seen.values()], LanguageCode(language), also)

        def shown(cleared: Cleared[Incident]) -> Message:
            return in_a_line(cleared, titles.get(cleared.content.ref), reads)

        said = blocks(digest, shown)
        return [{"lines": to_json(one)} if isinstance(one, tuple) else to_json(one) for one in said]


def _also(row: OutboxRow, reads: Sequence[LanguageCode]) -> Sequence[LanguageCode]:
    """Return in which languages titles are said as well: those of a person, for of many each reads one of them."""
    return reads if "reader" in row.payload else ()


def _record(row: OutboxRow, found: _Gathered) -> dict[str, object]:
    since, until = map(datetime.fromisoformat, row.payload["period"])
    figures = counts(found.digest.figures)
    of = {"posts": [*found.digest.posts]} if found.digest.posts else {}
    return {"kind": "digest", "period": [_utc(since), _utc(until)], **of, "counts": figures, **handled(found.mark)}


def _answered(row: OutboxRow) -> str | None:
    return row.cause if row.payload.get("answers") else None


def _utc(moment: datetime) -> str:
    """Return the moment as records have it: to the minute, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
