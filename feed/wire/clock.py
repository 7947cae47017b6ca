"""The clock of a run, as it stands on its topic.

``decode_clock`` reads what anybody may have written.  It keeps what is used of it, and ignores
members it does not know.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from feed.wire.envelope import RUN, moment_of
from feed.wire.manifest import LARGEST_STANDING

__all__ = ["RunClock", "decode_clock"]

Seconds = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class RunClock(BaseModel):
    """Where a run is, and how fast it goes on."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    state: str = Field(pattern="^[a-z][a-z-]{0,39}$")
    """``loaded``, ``playing``, ``paused``, ``ended``; a later contract may have others"""
    run: str | None = Field(default=None, pattern=RUN, max_length=64)
    epoch: int | None = Field(default=None, ge=1, le=10**9)
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | Literal["max"] | None = None
    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    time: str | None = Field(default=None, max_length=40)
    wall: str | None = Field(default=None, max_length=40)
    topic: str | None = Field(default=None, max_length=300)
    """where it stands; in what is signed, so that it stands nowhere else"""

    @field_validator("time", "wall")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value is not None:
            moment_of(value)
        return value

    @property
    def playing(self) -> bool:
        """Whether it says that the run is being played, or will be."""
        return self.state in {"loaded", "playing", "paused"}


def decode_clock(payload: bytes) -> RunClock:
    """Return a payload as a clock; ``ValueError`` if it is none."""
    if len(payload) > LARGEST_STANDING:
        raise ValueError(len(payload))
    return RunClock.model_validate_json(payload)
