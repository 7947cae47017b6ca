"""The Earth: WGS 84, its rotation, and the frames a flight is told in.

Two frames.  *Earth-fixed* turns with the ground (x to 0 N 0 E, z to the north pole).  *Inertial*
does not turn and coincides with it at a moment that the caller chooses.  Arrays of vectors have
shape (n, 3); metres, seconds, and degrees wherever a person reads them.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "GRAVITY_M3_S2",
    "MEAN_RADIUS_M",
    "ROTATION_RAD_S",
    "Array",
    "east_north_up",
    "fixed_to_inertial",
    "inertial_to_fixed",
    "surface_normal",
    "surface_radius",
    "surface_radius_rate",
    "to_earth_fixed",
    "to_geodetic",
    "wrap_degrees",
]

Array = NDArray[np.float64]

GRAVITY_M3_S2: Final = 3.986004418e14
ROTATION_RAD_S: Final = 7.2921159e-5
MEAN_RADIUS_M: Final = 6_371_008.8
SEMI_MAJOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
SEMI_MINOR_M: Final = SEMI_MAJOR_M * (1 - FLATTENING)
ECCENTRICITY_SQUARED: Final = FLATTENING * (2 - FLATTENING)
SECOND_ECCENTRICITY_SQUARED: Final = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED)

INVERSE_SQUARES: Final = np.array([SEMI_MAJOR_M, SEMI_MAJOR_M, SEMI_MINOR_M]) ** -2.0
SPIN: Final = np.array([0.0, 0.0, ROTATION_RAD_S])


def wrap_degrees(longitude_deg: Array) -> Array:
    """Return longitudes in [-180, 180)."""
    return np.asarray((longitude_deg + 180.0) % 360.0 - 180.0, dtype=np.float64)


def to_earth_fixed(lon_deg: ArrayLike, lat_deg: ArrayLike, altitude_m: ArrayLike) -> Array:
    """Return Earth-fixed positions, shape (..., 3) metres, of WGS 84 coordinates."""
    longitude = np.radians(np.asarray(lon_deg, dtype=np.float64))
    latitude = np.radians(np.asarray(lat_deg, dtype=np.float64))
    altitude = np.asarray(altitude_m, dtype=np.float64)
    sine, cosine = np.sin(latitude), np.cos(latitude)
    across = SEMI_MAJOR_M / np.sqrt(1 - ECCENTRICITY_SQUARED * sine**2)
    flat = (across + altitude) * cosine
    return np.stack(
        [
            flat * np.cos(longitude),
            flat * np.sin(longitude),
            (across * (1 - ECCENTRICITY_SQUARED) + altitude) * sine,
        ],
        axis=-1,
    )


def to_geodetic(position: Array) -> tuple[Array, Array, Array]:
    """Return longitude and latitude in degrees and altitude in metres of Earth-fixed positions.

    Bowring's iteration from the reduced latitude: below a micrometre after three rounds, at every
    altitude a flight can have.
    """
    east, north, polar = position[..., 0], position[..., 1], position[..., 2]
    flat = np.hypot(east, north)
    latitude = np.arctan2(polar, flat * (1 - ECCENTRICITY_SQUARED))
    for _ in range(3):
        reduced = np.arctan2((1 - FLATTENING) * np.sin(latitude), np.cos(latitude))
        latitude = np.arctan2(
            polar + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_M * np.sin(reduced) ** 3,
            flat - ECCENTRICITY_SQUARED * SEMI_MAJOR_M * np.cos(reduced) ** 3,
        )
    sine = np.sin(latitude)
    altitude = (
        flat * np.cos(latitude)
        + polar * sine
        - SEMI_MAJOR_M * np.sqrt(1 - ECCENTRICITY_SQUARED * sine**2)
    )
    longitude = wrap_degrees(np.degrees(np.arctan2(north, east)))
    return longitude, np.degrees(latitude), altitude


def east_north_up(lon_deg: ArrayLike, lat_deg: ArrayLike) -> Array:
    """Return the local unit vectors, shape (..., 3, 3): row 0 east, row 1 north, row 2 up."""
    longitude = np.radians(np.asarray(lon_deg, dtype=np.float64))
    latitude = np.radians(np.asarray(lat_deg, dtype=np.float64))
    sin_lon, cos_lon = np.sin(longitude), np.cos(longitude)
    sin_lat, cos_lat = np.sin(latitude), np.cos(latitude)
    east = np.stack([-sin_lon, cos_lon, np.zeros_like(sin_lon)], axis=-1)
    north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat], axis=-1)
    up = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat], axis=-1)
    return np.stack([east, north, up], axis=-2)


def surface_radius(direction: Array) -> Array:
    """Return the distance in metres from the centre to the ellipsoid along unit vectors."""
    squares = np.sum(direction**2 * INVERSE_SQUARES, axis=-1)
    return np.asarray(squares**-0.5, dtype=np.float64)


def surface_radius_rate(direction: Array, rate: Array) -> Array:
    """Return how fast ``surface_radius`` changes, m/s, as a direction turns at a rate (1/s)."""
    slope = np.sum(direction * rate * INVERSE_SQUARES, axis=-1)
    return np.asarray(-(surface_radius(direction) ** 3) * slope, dtype=np.float64)


def surface_normal(surface: Array, rate: Array) -> tuple[Array, Array]:
    """Return outward unit normals at points of the ellipsoid, and their rates for point rates."""
    gradient = surface * INVERSE_SQUARES
    length = np.linalg.norm(gradient, axis=-1, keepdims=True)
    normal = gradient / length
    change = rate * INVERSE_SQUARES
    change = (change - normal * np.sum(normal * change, axis=-1, keepdims=True)) / length
    return normal, change


def inertial_to_fixed(position: Array, velocity: Array, seconds: ArrayLike) -> tuple[Array, Array]:
    """Return Earth-fixed positions and velocities, ``seconds`` after the frames coincided."""
    angle = -ROTATION_RAD_S * np.asarray(seconds, dtype=np.float64)
    turned = _turn(position, angle)
    return turned, _turn(velocity, angle) - np.cross(SPIN, turned)


def fixed_to_inertial(position: Array, velocity: Array) -> Array:
    """Return the inertial velocities at the moment the frames coincide (positions are the same)."""
    return velocity + np.cross(SPIN, position)


def _turn(vectors: Array, angle: Array) -> Array:
    """Turn vectors about the axis of the Earth."""
    cosine, sine = np.cos(angle), np.sin(angle)
    east, north = vectors[..., 0], vectors[..., 1]
    return np.stack(
        [cosine * east - sine * north, sine * east + cosine * north, vectors[..., 2]], axis=-1
    )
