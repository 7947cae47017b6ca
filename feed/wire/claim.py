"""What players say on the topic ``player/claim``, on which one of several that begin is found."""

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ClaimSaid", "decode_claim"]

_LARGEST = 1000


class ClaimSaid(BaseModel):
    """The name under which a player claims an exercise, and the run that it would play."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    claim: str = Field(pattern=r"^[a-z0-9]{1,40}$")
    run: str = Field(pattern=r"^[a-z0-9]{1,40}$")
    answer: bool = Field(default=False, description="said to somebody who came later")
    plays: bool = Field(default=False, description="it is known that it plays")


def decode_claim(payload: bytes) -> ClaimSaid:
    """Return what a player says; ``ValueError`` if it cannot be read."""
    if len(payload) > _LARGEST:
        raise ValueError("too large for a claim")
    return ClaimSaid.model_validate_json(payload)
