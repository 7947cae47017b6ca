"""Tracks: where one object is, how it moves, and how well that is known."""

from typing import Any, Literal

from pydantic import Field

from feed.model.base import Model

__all__ = ["Phase", "TrackBody"]

Phase = Literal["boost", "midcourse", "re-entry", "level", "orbit"]


class Velocity(Model):
    """Velocity in the local east, north, up frame, metres per second."""

    east_m_s: float
    north_m_s: float
    up_m_s: float


class Quality(Model):
    """How well a position is known, and by which class of sensor."""

    error_m: float
    sensor_class: str


class TrackBody(Model):
    """The body of a track message.  Illustrative geometry, not capability."""

    object: str = Field(description="the event of the object")
    track_number: str = Field(description="the originator's own number for the object")
    time: str = Field(description="RFC 3339: the moment of the position")
    position: dict[str, Any] = Field(description="GeoJSON Point, longitude first, WGS 84")
    altitude_m: int = Field(description="above the WGS 84 ellipsoid")
    velocity: Velocity
    phase: Phase
    quality: Quality
