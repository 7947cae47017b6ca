"""Tracks: where one object is, how it moves, and how well that is known."""

import math
from typing import Any, Literal

from pydantic import Field

from feed.model.base import Model
from feed.model.kind import MessageKind, Terms, Words, joined

__all__ = ["TRACK", "Phase", "TrackBody"]

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


_TERMS: Terms = {
    "en": {"re-entry": "re-entry", "up": "{0} km up"},
    "ja": {
        "track": "航跡",
        "up": "高度{0} km",
        "boost": "上昇中",
        "midcourse": "中間段階",
        "re-entry": "再突入",
        "level": "水平飛翔",
        "orbit": "軌道上",
    },
    "ko": {
        "track": "항적",
        "up": "고도 {0} km",
        "boost": "상승",
        "midcourse": "중간 단계",
        "re-entry": "재진입",
        "level": "수평 비행",
        "orbit": "궤도",
    },
}


def _headline(words: Words) -> str:
    height = words.value("altitude_m")
    velocity = words.inside("velocity")
    speeds = [velocity.value(f"{way}_m_s") for way in ("east", "north", "up")]
    known = [speed for speed in speeds if speed is not None]
    speed = math.hypot(*known) if len(known) == len(speeds) else math.inf
    phase = words.text("phase")
    return joined(
        (
            words.place("position"),
            "" if height is None else words.term("up", f"{height / 1000:,.1f}"),
            f"{speed / 1000:.2f} km/s" if math.isfinite(speed) else "",
            phase and words.term(phase),
        )
    )


TRACK = MessageKind("track", TrackBody, _headline, _TERMS, lasts_as="launch")
