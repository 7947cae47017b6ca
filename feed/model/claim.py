"""Who said what about an event, and when.  Claims that differ stand side by side, unmended."""

from typing import Any

from pydantic import Field

from feed.model.base import Country, Model, Sources, Text, Title
from feed.model.time import Duration, Instant, When, rfc3339

__all__ = ["Claim", "ClaimBody", "claim_body"]


class Claim(Model):
    """One authority's figures or words about an event, as a scenario file writes them."""

    country: Country
    by: Title = Field(description="the authority, such as JCS or MOD")
    said: When | None = Field(
        default=None, description="when it was said in public; then it is a message of its own"
    )
    text: Text | None = Field(default=None, description="what was said, in short")
    launched: When | None = Field(
        default=None, description="when it was launched, as this claim has it"
    )
    fell: When | None = Field(default=None, description="when it came down")
    range_km: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="over the ground"
    )
    apogee_km: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="greatest height"
    )
    flight_time: Duration | None = Field(default=None, description="from launch to impact")
    count: int | None = Field(default=None, ge=0, description="how many")
    vehicle: Title | None = Field(default=None, description="the vehicle as this claim names it")
    approximate: bool = Field(default=False, description="reported as about, or more than")
    disputed: bool = Field(
        default=False, description="on record as it stands, though it cannot be right"
    )
    source: Sources = ()


class ClaimBody(Model):
    """One authority's figures or words about an event, as it stands in a message."""

    country: Country
    by: str
    said: str | None = Field(default=None, description="RFC 3339")
    text: dict[str, str] | None = None
    launched: str | None = Field(default=None, description="RFC 3339")
    fell: str | None = Field(default=None, description="RFC 3339")
    range_km: float | None = None
    apogee_km: float | None = None
    flight_time_s: float | None = None
    count: int | None = None
    vehicle: str | None = None
    approximate: bool | None = None
    source: list[str] | None = None


def claim_body(claim: Claim, start: Instant, text: dict[str, str] | None) -> dict[str, Any]:
    """Return a claim as it stands in a message; ``text`` is already under the banner."""

    def when(moment: Any) -> str | None:
        return None if moment is None else rfc3339(*moment.resolve(start))

    body = {
        "country": claim.country,
        "by": claim.by,
        "said": when(claim.said),
        "text": text,
        "launched": when(claim.launched),
        "fell": when(claim.fell),
        "range_km": claim.range_km,
        "apogee_km": claim.apogee_km,
        "flight_time_s": None if claim.flight_time is None else claim.flight_time / 1e6,
        "count": claim.count,
        "vehicle": claim.vehicle,
        "approximate": claim.approximate or None,
        "source": list(claim.source) or None,
    }
    return {name: value for name, value in body.items() if value is not None}
