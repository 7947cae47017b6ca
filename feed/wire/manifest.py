"""The manifest: what is being played, as it is retained on its own topic.

``decode_manifest`` reads what anybody may have written, and ignores members it does not know.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from feed.wire.envelope import RUN

__all__ = ["Manifest", "decode_manifest"]

Code = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Manifest(BaseModel):
    """What a run plays, and for whom."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    run: str = Field(pattern=RUN, max_length=64)
    scenario: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=1000)
    countries: tuple[Code, ...] = Field(default=(), max_length=300)
    planned: dict[Code, Annotated[int, Field(ge=0)]] | None = None


def decode_manifest(payload: bytes) -> Manifest:
    """Return a payload as a manifest; ``ValueError`` if it is none."""
    return Manifest.model_validate_json(payload)
