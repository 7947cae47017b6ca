"""The classes of sensors there are; without arithmetic, for whoever only checks a name."""

from typing import Final, NamedTuple

__all__ = ["SENSOR_CLASSES", "SensorClass"]


class SensorClass(NamedTuple):
    """How a class looks: across its horizon, or from above at burning engines over the clouds."""

    name: str
    overhead: bool = False
    above_m: float = 0.0


SENSOR_CLASSES: Final = (
    SensorClass("early-warning-satellite", overhead=True, above_m=11_000.0),
    SensorClass("land-radar"),
    SensorClass("x-band-radar"),
    SensorClass("ship-radar"),
    SensorClass("airborne-radar"),
)
