"""The powered leg: from rest at a site to a height and a downrange angle, in a set time.

Kinematic, not propulsion: height grows as a power of time, and so does the angle along a great
circle.  It takes the time a boost takes, joins the next leg without a jump in position or velocity,
and says nothing about any engine.
"""

from dataclasses import dataclass

import numpy as np

from feed.flight.earth import Array, surface_radius, surface_radius_rate
from feed.flight.trajectory import Phase, Phases

__all__ = ["PoweredLeg", "site_frame"]


@dataclass(frozen=True, eq=False)
class PoweredLeg:
    """The rise from a site.

    ``origin`` and ``heading`` are unit vectors (3,): from the centre to the site, and across it in
    the direction of flight.  At ``duration_s`` the object is ``angle_rad`` downrange at
    ``height_m``.  With ``level_off`` it arrives there without vertical speed.
    """

    origin: Array
    heading: Array
    angle_rad: float
    height_m: float
    duration_s: float
    angle_power: float = 3.0
    height_power: float = 2.5
    level_off: bool = False

    def motion(self, seconds: Array) -> tuple[Array, Array, Phases]:
        """Return Earth-fixed positions (n, 3) m, velocities (n, 3) m/s, and phases (n,)."""
        part = seconds / self.duration_s
        angle = self.angle_rad * part**self.angle_power
        angle_rate = (
            self.angle_rad * self.angle_power / self.duration_s * part ** (self.angle_power - 1)
        )
        if self.level_off:
            height = self.height_m * part**2 * (3 - 2 * part)
            height_rate = self.height_m * 6 * part * (1 - part) / self.duration_s
        else:
            height = self.height_m * part**self.height_power
            height_rate = (
                self.height_m
                * self.height_power
                / self.duration_s
                * part ** (self.height_power - 1)
            )
        cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
        direction = cosine * self.origin + sine * self.heading
        turning = (cosine * self.heading - sine * self.origin) * angle_rate[:, None]
        radius = surface_radius(direction) + height
        radius_rate = surface_radius_rate(direction, turning) + height_rate
        position = radius[:, None] * direction
        velocity = radius_rate[:, None] * direction + radius[:, None] * turning
        return position, velocity, np.full(seconds.size, Phase.BOOST, dtype=np.int8)


def site_frame(position: Array) -> tuple[Array, Array, Array]:
    """Return the unit vectors outward, east and north of a place, seen from the centre."""
    origin = position / np.linalg.norm(position)
    east = np.array([-origin[1], origin[0], 0.0])
    east /= np.linalg.norm(east)
    return origin, east, np.cross(origin, east)
