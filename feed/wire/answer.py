"""Answers to a request for missed messages: the messages themselves, then how many there were."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

__all__ = ["Answer", "decode_answer"]

_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_LONGEST = 200


class Answer(BaseModel):
    """The end of an answer, or why there is none."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: Annotated[str, Field(max_length=100)]
    count: Annotated[int, Field(ge=0, le=10**6)] = 0
    error: str | None = None

    @property
    def why(self) -> str:
        """The error, of a length that can be shown."""
        return (self.error or "")[:_LONGEST]


def decode_answer(payload: bytes) -> Answer | None:
    """Return the end of an answer; None for one of its messages.

    ``ValidationError`` if it is neither.
    """
    said = _OBJECT.validate_json(payload)
    return None if "specversion" in said else Answer.model_validate(said)
