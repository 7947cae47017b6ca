"""What a receiver says to the player: how far it is, and what it asks for again.

Both come from other people's clients; members that nobody knows are ignored.
"""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HistoryRequest", "Receipts", "id_of"]

_LARGEST = 8192
_LAST_EPOCH = 10**9


class Receipts(BaseModel):
    """How far a receiver has an epoch: all up to ``sequence`` but ``missing``."""

    model_config = ConfigDict(extra="ignore", strict=True)

    run: str
    epoch: Annotated[int, Field(ge=1, le=_LAST_EPOCH)]
    sequence: Annotated[int, Field(ge=0, lt=2**63)]
    missing: list[tuple[int, int]] = Field(default_factory=list, max_length=1000)
    final: bool | None = None
    """whether it knows that nothing will follow; None: it does not say"""
    refused: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    """how much it was sent that is not the player's; None: it cannot tell"""


class HistoryRequest(BaseModel):
    """A request for missed messages."""

    model_config = ConfigDict(extra="ignore", strict=True, populate_by_name=True)

    id: Annotated[str, Field(max_length=100)]
    client: str
    epoch: Annotated[int, Field(ge=1, le=_LAST_EPOCH)]
    first: Annotated[int, Field(alias="from", ge=1, lt=2**63)]
    last: Annotated[int, Field(alias="to", ge=1, lt=2**63)]


def id_of(payload: bytes) -> str:
    """Return the id of a request that cannot be read, as well as it can be found."""
    try:
        value = json.loads(payload[:_LARGEST])
    except (ValueError, RecursionError):
        return ""
    found = value.get("id") if isinstance(value, dict) else None
    # JSON can name half a surrogate pair, which no answer could be written with.
    return found[:100] if isinstance(found, str) and found.isprintable() else ""
