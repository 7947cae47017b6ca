"""The head: how far a country's feed is by the player's word, as it stands on its own topic.

``decode_head`` reads what anybody may have written, and ignores members it does not know.
"""

from pydantic import BaseModel, ConfigDict, Field

from feed.wire.envelope import RUN

__all__ = ["Head", "decode_head"]


class Head(BaseModel):
    """The last number sent to a country in an epoch of a run."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    run: str = Field(pattern=RUN, max_length=64)
    epoch: int = Field(ge=1, le=10**9)
    sequence: int = Field(ge=0, lt=10**18)
    final: bool = False
    """nothing more will be sent in this epoch"""
    followed: bool = False
    """another epoch comes after this one, so the run is not over with it"""
    topic: str | None = Field(default=None, max_length=300)
    """where it stands; in what is signed, so that it stands nowhere else"""


def decode_head(payload: bytes) -> Head:
    """Return a payload as a head; ``ValueError`` if it is none."""
    return Head.model_validate_json(payload)
