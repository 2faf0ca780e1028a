"""Transverse Mercator on WGS 84, by the series of Krüger in the form of Karney (2011).

Accurate to less than a millimetre within a UTM zone. Source of the coefficients: C. F. F. Karney, “Transverse
Mercator with an accuracy of a few nanometers”, Journal of Geodesy 85 (2011), equations 35 and 36, to the fourth order.
"""

from __future__ import annotations

from math import asinh, atan, atan2, atanh, cos, cosh, degrees, hypot, pi, radians, sin, sinh, sqrt, tan

A = 6_378_137.0
"""Semi-major axis in metres."""

F = 1 / 298.257223563
"""Flattening."""

_N = F / (2 - F)
_E = sqrt(F * (2 - F))
_RADIUS = A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_SCALE = 0.9996
_FALSE_EASTING = 500_000.0


def forward(latitude: float, longitude: float) -> tuple[float, float]:
    """Return UTM easting and northing in metres; *longitude* is from the central meridian, south is negative."""
    t, away = _conformal(tan(radians(latitude))), radians(longitude)
    xi, eta = atan2(t, cos(away)), asinh(sin(away) / hypot(t, cos(away)))
    north = xi + sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in enumerate(_ALPHA, 1))
    east = eta + sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in enumerate(_ALPHA, 1))
    return _FALSE_EASTING + _SCALE * _RADIUS * east, _SCALE * _RADIUS * north


def inverse(easting: float, northing: float) -> tuple[float, float]:
    """Return latitude and longitude from the central meridian, in degrees, of what `forward` returns."""
    north, east = northing / (_SCALE * _RADIUS), (easting - _FALSE_EASTING) / (_SCALE * _RADIUS)
    xi = north - sum(b * sin(2 * j * north) * cosh(2 * j * east) for j, b in enumerate(_BETA, 1))
    eta = east - sum(b * cos(2 * j * north) * sinh(2 * j * east) for j, b in enumerate(_BETA, 1))
    t = sin(xi) / hypot(sinh(eta), cos(xi))
    return degrees(atan(_geographic(t))), degrees(atan2(sinh(eta), cos(xi)))


def conformal_latitude(latitude: float) -> float:
    """Return in radians the latitude on the sphere that keeps the angles of the ellipsoid."""
    return atan(_conformal(tan(radians(latitude)))) if abs(latitude) < 90 else radians(latitude) or pi / 2


def _conformal(tau: float) -> float:
    sigma = sinh(_E * atanh(_E * tau / hypot(1, tau)))
    return tau * hypot(1, sigma) - sigma * hypot(1, tau)


def _geographic(wanted: float) -> float:
    """Return the tangent of the latitude whose conformal one has the tangent *wanted*, by Newton's method."""
    tau = wanted / (1 - _E**2)
    for _ in range(5):
        found = _conformal(tau)
        slope = (1 + (1 - _E**2) * tau**2) / ((1 - _E**2) * hypot(1, found) * hypot(1, tau))
        tau += (wanted - found) * slope
    return tau
