"""The manifest: what is being played, as it stands on its topic.

``decode_manifest`` reads what anybody may have written.  It keeps what is used of it, and ignores
members it does not know.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from feed.wire.envelope import RUN

__all__ = ["LARGEST_STANDING", "Manifest", "decode_manifest"]

LARGEST_STANDING = 65_536
"""Bytes of a manifest or clock that are looked at; ours are far smaller."""
_MOST_COUNTRIES = 300


class Manifest(BaseModel):
    """What a player says of the run that it plays."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    run: str | None = Field(default=None, pattern=RUN, max_length=64)
    exercise: str = Field(default="", max_length=200)
    scenario: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=1000)
    titles: dict[Annotated[str, Field(max_length=35)], Annotated[str, Field(max_length=1000)]] = (
        Field(default={}, max_length=200)
    )
    """the title by language, if it has one in others than English"""
    countries: list[Annotated[str, Field(pattern="^[A-Z]{3}$")]] = Field(
        default=[], max_length=_MOST_COUNTRIES
    )
    topic: str | None = Field(default=None, max_length=300)
    """where it stands; in what is signed, so that it stands nowhere else"""


def decode_manifest(payload: bytes) -> Manifest:
    """Return a payload as a manifest; ``ValueError`` if it is none."""
    if len(payload) > LARGEST_STANDING:
        raise ValueError(len(payload))
    return Manifest.model_validate_json(payload)
