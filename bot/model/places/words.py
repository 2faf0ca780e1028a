"""Where a place is, in sentences: both systems of coordinates, and how far away from somewhere."""

from __future__ import annotations

from bot.i18n import AnyOf, Code, Message, Verbatim, _, _c
from bot.model.places.gazetteer import Point, PointKind, UnknownName
from bot.model.places.geodesic import bearing, distance
from bot.model.places.grid import grid
from bot.model.places.place import NotPlace, Place, PlaceFault
from bot.model.places.printing import decimal, sexagesimal

EXAMPLES = AnyOf((Code("29T NF 12345 67890"), Code("41.1496, -8.6110")))
KINDS = {
    PointKind.POST: _c("point", "post"),
    PointKind.CROSSING: _c("point", "border crossing"),
    PointKind.BRIDGE: _c("point", "bridge"),
    PointKind.PORT: _c("point", "port"),
    PointKind.AIRFIELD: _c("point", "airfield"),
    PointKind.BEACH: _c("point", "beach"),
    PointKind.LANDMARK: _c("point", "landmark"),
}
_WAYS = (
    _c("direction", "north"),
    _c("direction", "north-east"),
    _c("direction", "east"),
    _c("direction", "south-east"),
    _c("direction", "south"),
    _c("direction", "south-west"),
    _c("direction", "west"),
    _c("direction", "north-west"),
)


def written(place: Place) -> Message:
    """Return *place* in both systems, after its name if it has one."""
    coordinates = {"grid": Code(grid(place) or sexagesimal(place)), "degrees": Code(decimal(place))}
    if place.name:
        return _("{name}, {grid} ({degrees})", name=Verbatim(place.name), **coordinates)
    return _("{grid} ({degrees})", **coordinates)


def away(place: Place, post: Place) -> Message:
    """Return how far *place* is from a *post*, and in which direction (true bearing)."""
    metres, degrees = distance(post, place), bearing(post, place)
    # No finer than either of them is known.
    step = max(post.precision_m, place.precision_m, 10.0)
    said = {
        "post": Verbatim(post.name or post.text),
        "direction": _WAYS[round(degrees / 45) % 8],
        "bearing": Verbatim(f"{round(degrees) % 360:03}°"),
    }
    if metres < max(step, 50.0):
        return _("That is at {post}.", post=said["post"])
    if metres < 1_000:
        return _("From {post}: {metres} m, bearing {bearing} ({direction})", metres=round(metres / 10) * 10, **said)
    shown = round(metres / 1_000, 1) if metres < 100_000 else round(metres / 1_000)
    return _("From {post}: {kilometres} km, bearing {bearing} ({direction})", kilometres=shown, **said)


def kind_of(point: Point) -> Message | None:
    """Return what kind of place *point* is, or None if that is not told."""
    return KINDS[point.kind] if point.kind else None


def unread(word: Verbatim, why: NotPlace) -> Message:
    """Return why *word* is no place, and what to write instead."""
    if why.fault is PlaceFault.IMPOSSIBLE:
        return _("There is no such place as “{word}”.", word=word)
    if why.fault is PlaceFault.AMBIGUOUS:
        return _(
            "“{word}” can be read in more than one way. Write it like this: {examples}.", word=word, examples=EXAMPLES
        )
    if isinstance(why, UnknownName):
        return _("I know no place called “{word}”. Did you mean {guess}?", word=word, guess=Verbatim(why.near))
    return _("I do not understand “{word}” as a place. Write it like this: {examples}.", word=word, examples=EXAMPLES)
