"""The classes of vehicles, as data: how each kind flies when nothing else is known.

Every number belongs to a class, never to one flight, and none is a performance of any missile.
``boost_s`` is a *timing device*: a round duration for which modelled flight times agree with the
announced ones.  ``mean_speed_m_s`` is *assumed*: it only fills the gap when a scenario gives no
flight time to a flight whose time does not follow from its height.
"""

import difflib
from enum import StrEnum
from typing import Final, NamedTuple

from feed.errors import UsageError

__all__ = ["VEHICLE_CLASSES", "Profile", "VehicleClass", "vehicle_class"]


class Profile(StrEnum):
    """The shape of a flight."""

    BALLISTIC = "ballistic"
    QUASI_BALLISTIC = "quasi-ballistic"
    GLIDE = "glide"
    LEVEL = "level"
    ORBIT = "orbit"


class VehicleClass(NamedTuple):
    """One class: its profile, its boost in seconds, its assumed mean speed over ground in m/s."""

    name: str
    profile: Profile
    boost_s: float
    mean_speed_m_s: float
    meaning: str


VEHICLE_CLASSES: Final = (
    VehicleClass("srbm", Profile.BALLISTIC, 75, 1300, "short-range ballistic missile"),
    VehicleClass("mrbm", Profile.BALLISTIC, 110, 2000, "medium-range ballistic missile"),
    VehicleClass("slbm", Profile.BALLISTIC, 110, 1300, "submarine-launched ballistic missile"),
    VehicleClass("irbm", Profile.BALLISTIC, 160, 3000, "intermediate-range ballistic missile"),
    VehicleClass("icbm-solid", Profile.BALLISTIC, 200, 4000, "intercontinental, solid fuel"),
    VehicleClass("icbm", Profile.BALLISTIC, 250, 4000, "intercontinental, fuel not known"),
    VehicleClass("icbm-liquid", Profile.BALLISTIC, 300, 4000, "intercontinental, liquid fuel"),
    VehicleClass("hgv", Profile.GLIDE, 110, 2000, "glide vehicle on a ballistic booster"),
    VehicleClass("cruise", Profile.LEVEL, 15, 220, "cruise missile"),
    VehicleClass("slv", Profile.ORBIT, 700, 3000, "space launch vehicle"),
)

_BY_NAME: Final = {kind.name: kind for kind in VEHICLE_CLASSES}


def vehicle_class(name: str) -> VehicleClass:
    """Return the class with a name; UsageError names the nearest one."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    advice = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(_BY_NAME)}"
    raise UsageError(f"'{name}' is not a vehicle class; {advice}")
