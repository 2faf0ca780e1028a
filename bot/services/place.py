"""Places: the task force's named points, the posts of its agencies, and what is said of where something is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.config import Config, ConfigError, Current
from bot.config.gazetteer import named_points, size_of
from bot.config.lines import Line, map_lines
from bot.i18n import Message, to_json
from bot.model.digest import squares
from bot.model.incoming import Incoming
from bot.model.places import Gazetteer, NotPlace, Place, PlaceFault, Point, PointKind, away, read, written
from bot.store import Store


def gazetteer(config: Config) -> Gazetteer:
    """Return the task force's named points; raise ConfigError for a faulty file, or posts that are no places."""
    file = config.taskforce.gazetteer
    found, faults = named_points(file) if file else ((), [])
    points = Gazetteer(
        Point(
            one.name,
            Place(
                float(one.latitude), float(one.longitude), size_of(one.latitude, one.longitude), one.name, one.name
            ),
            PointKind(one.kind) if one.kind else None,
            one.aliases,
        )
        for one in found
    )  # fmt: skip
    faults = [f"taskforce.gazetteer: {fault}" for fault in faults]
    if faults := [*faults, *_faults_of_posts(config, points)]:
        raise ConfigError(faults)
    return points


def lines(config: Config) -> tuple[Line, ...]:
    """Return the lines that the task force's maps show; raise ConfigError for a faulty file."""
    found, faults = map_lines(config.taskforce.map_lines) if config.taskforce.map_lines else ((), [])
    if faults:
        raise ConfigError([f"taskforce.map_lines: {fault}" for fault in faults])
    return found


def _faults_of_posts(config: Config, points: Gazetteer) -> Iterator[str]:
    for number, agency in enumerate(config.agencies, 1):
        found = points.read(agency.post, language=agency.language) if agency.post else None
        if isinstance(found, NotPlace):
            what = "is no place on earth" if found.fault is PlaceFault.IMPOSSIBLE else "is no place that I can read"
            yield f"agencies.{number}.post: “{agency.post}” {what}; write a named point, a grid reference or degrees"


class PlaceService:
    """Knows named points and posts, and answers places that somebody shares."""

    def __init__(self, config: Current, store: Store, gazetteer: Gazetteer) -> None:
        self._config = config
        self._store = store
        self.gazetteer = gazetteer
        self.lines = lines(config.now)
        """What maps show beside the named points; read once, at the start."""

    @cached_property
    def squares(self) -> Mapping[str, str]:
        """What areas are called in which a named point lies, by their squares."""
        return squares(self.gazetteer.points)

    def post_of(self, agency: str | None) -> Place | None:
        """Return where the agency of that code sits, or None if that is not said."""
        found = next((one for one in self._config.now.agencies if one.code == agency and one.post), None)
        place = self.gazetteer.read(found.post, language=found.language) if found else None
        return place if isinstance(place, Place) else None

    def from_post(self, agency: str | None, place: Place | None) -> list[Message]:
        """Return how far *place* is from the post of a reader's *agency*; nothing if either is not known."""
        post = self.post_of(agency)
        return [away(place, post)] if post and place else []

    async def answer(self, incoming: Incoming, now: datetime) -> None:
        """Answer a place that somebody shares in both systems of coordinates; joins the open transaction.

        The answer goes when the place is taken back.
        """
        place = read(incoming.geo) if incoming.geo else None
        if not isinstance(place, Place):
            return
        payload: dict[str, Any] = {"of": "place", "blocks": [to_json(written(place))], "answers": True}
        payload["languages"] = [self._config.now.taskforce.language]  # numbers alone: they need no second one
        room_id, event_id = incoming.room_id, incoming.event_id
        await self._store.outbox.add(room_id, "notice", event_id, payload, now, holds=[event_id])
