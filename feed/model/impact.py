"""Impacts: where and when an object will come down, or did."""

from typing import Any, Literal

from pydantic import Field

from feed.model.base import Model

__all__ = ["ImpactBody"]


class ImpactArea(Model):
    """A circle that holds the impact."""

    radius_m: int


class ImpactBody(Model):
    """The body of an impact message.  Illustrative geometry, not capability."""

    object: str = Field(description="the event of the object")
    track_number: str
    state: Literal["predicted", "observed"]
    point: dict[str, Any] = Field(description="GeoJSON Point, longitude first, WGS 84")
    area: ImpactArea
    time: str = Field(description="RFC 3339: when it comes or came down")
    uncertainty_s: float
    basis: str | None = Field(
        default=None, description="message key of the track that it is reckoned from"
    )
