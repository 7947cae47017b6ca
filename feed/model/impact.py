"""Impacts: where and when an object will come down, or did."""

from typing import Any, Literal

from pydantic import Field

from feed.model.base import Model
from feed.model.kind import MessageKind, Terms, Words, joined

__all__ = ["IMPACT", "ImpactBody"]


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


_TERMS: Terms = {
    "en": {"at": "at {0}"},
    "ja": {"impact": "落下", "predicted": "落下予測", "observed": "落下確認", "at": "{0}"},
    "ko": {"impact": "낙하", "predicted": "낙하 예측", "observed": "낙하 확인", "at": "{0}"},
}
_FAR_M = 10_000
"""From here on a radius is told in whole kilometres."""


def _headline(words: Words) -> str:
    radius = words.inside("area").value("radius_m")
    time, doubt = words.clock("time"), words.value("uncertainty_s")
    within = ""
    if radius is not None:
        within = f"±{radius / 1000:,.0f} km" if radius >= _FAR_M else f"±{radius / 1000:.1f} km"
    about = f"±{doubt:,.0f} s" if doubt else ""
    at = words.term("at", f"{time} {about}".strip()) if time else ""
    state = words.text("state")
    return joined((joined((state and words.term(state), words.place("point"), within), " "), at))


IMPACT = MessageKind("impact", ImpactBody, _headline, _TERMS, lasts_as="launch")
