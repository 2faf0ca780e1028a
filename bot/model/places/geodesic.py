"""How far, and which way. Good to some metres in a thousand kilometres; not meant for the other side of the world."""

from __future__ import annotations

from math import asin, atan, atan2, cos, degrees, radians, sin, sqrt, tan

from bot.model.places.mercator import A, F, conformal_latitude
from bot.model.places.place import Place

_COARSER = 10
_CORNER = 0.71
"""From the middle of a square to its corner, in sides."""
_LEAST = 0.01


def distance(one: Place, other: Place) -> float:
    """Return the metres between two places on the ellipsoid, by the formula of Lambert."""
    first, second = (_reduced(place.latitude) for place in (one, other))
    half = sin((second - first) / 2) ** 2
    half += cos(first) * cos(second) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    angle = 2 * asin(min(1.0, sqrt(half)))
    if angle == 0.0 or half >= 1 - 1e-12:
        return A * angle
    middle, apart = (first + second) / 2, (second - first) / 2
    x = (angle - sin(angle)) * (sin(middle) * cos(apart)) ** 2 / (1 - half)
    y = (angle + sin(angle)) * (cos(middle) * sin(apart)) ** 2 / half
    return A * (angle - F / 2 * (x + y))


def same(one: Place, other: Place) -> bool:
    """Return whether two places can be one, said in another notation; to the last digit where the steps are equal.

    What has steps ten times as coarse does not say the same.
    """
    fine, coarse = sorted((one.precision_m, other.precision_m))
    if coarse >= _COARSER * fine:
        return False
    within = fine * _LEAST if fine == coarse else (fine + coarse) * _CORNER
    return distance(one, other) <= within


def bearing(one: Place, other: Place) -> float:
    """Return the true bearing in degrees, from 0 (north) to 360, in which *other* lies from *one*."""
    # On the conformal sphere, which keeps the angles of the ellipsoid: right for short ways too.
    first, second = (conformal_latitude(place.latitude) for place in (one, other))
    away = radians(other.longitude - one.longitude)
    east = sin(away) * cos(second)
    north = cos(first) * sin(second) - sin(first) * cos(second) * cos(away)
    return degrees(atan2(east, north)) % 360


def _reduced(latitude: float) -> float:
    return atan((1 - F) * tan(radians(latitude)))
