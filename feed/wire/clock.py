"""The clock: how a run stands, as it is retained on its own topic.

``decode_clock`` reads what anybody may have written, and ignores members it does not know.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from feed.core.actions import State
from feed.wire.envelope import RUN, moment_of

__all__ = ["Clock", "decode_clock"]

_LONG = 10**12
"""seconds that no scenario lasts"""

Seconds = Annotated[float, Field(ge=-_LONG, le=_LONG)]


class Clock(BaseModel):
    """Where a run is, how fast it goes, and in which state."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    run: str = Field(pattern=RUN, max_length=64)
    epoch: int = Field(strict=True, ge=1, le=10**9)
    state: State
    rate: Annotated[float, Field(gt=0)] | Literal["max"] = Field(
        description="scenario seconds in each second"
    )
    position_s: Seconds = Field(description="scenario seconds since the start")
    duration_s: Seconds = Field(default=0.0, description="scenario seconds from start to end")
    time: str = Field(max_length=40, description="RFC 3339: scenario time now")
    wall: str = Field(max_length=40, description="RFC 3339: wall time of this message")
    late_ms: int = Field(default=0, ge=0, le=10**15)
    skipped_s: Seconds | None = Field(default=None, description="silence that was shortened")
    error: str | None = Field(default=None, description="why the last request was refused")

    @field_validator("time", "wall")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        moment_of(value)
        return value

    @property
    def time_us(self) -> int:
        """Scenario time in microseconds since 1970."""
        return moment_of(self.time)


def decode_clock(payload: bytes) -> Clock:
    """Return a payload as a clock; ``ValueError`` if it is none."""
    return Clock.model_validate_json(payload)
