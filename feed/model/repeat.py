"""The same event again and again: how often, until when, how spread, and what differs each time."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from feed.model.base import Model
from feed.model.time import Duration, Moment, When

__all__ = ["MOST_REPETITIONS", "Repeat", "Vary", "later"]

MOST_REPETITIONS = 10_000_000
_ENOUGH = 2
"""Of count, until and every, two say the third."""


class Vary(Model):
    """How far each repetition of a launch may differ from the figures of its flight."""

    azimuth_deg: float | None = Field(
        default=None, gt=0, le=90, allow_inf_nan=False, description="degrees"
    )
    range_km: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="kilometres"
    )
    apogee_km: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="kilometres"
    )

    def widths(self) -> Mapping[str, float]:
        """Return the most by which each figure differs, either way."""
        figures = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: width for name, width in figures.items() if width is not None}


class Repeat(Model):
    """The same event again and again, each with a number behind its id."""

    count: int | None = Field(
        default=None, ge=2, le=MOST_REPETITIONS, description="how often it happens"
    )
    until: When | None = Field(default=None, description="no repetition is later than this")
    every: Duration | None = Field(
        default=None, gt=0, description="from one to the next; with 'poisson' on average"
    )
    spread: Literal["even", "seeded", "poisson"] = Field(
        default="even",
        description="seeded: each falls at a drawn moment of its own equal share; poisson: at any "
        "moment, whatever the others do",
    )
    vary: Vary | None = Field(
        default=None,
        description="of a launch: how far the figures of each flight differ, either way, drawn",
    )

    @model_validator(mode="after")
    def _determined(self) -> Self:
        given = [name for name in ("count", "until", "every") if getattr(self, name) is not None]
        if len(given) != _ENOUGH:
            raise PydanticCustomError("repeat_keys", "{given}", {"given": ", ".join(given)})
        if self.spread == "poisson" and self.until is None:
            raise PydanticCustomError("repeat_poisson", "{spread}", {"spread": self.spread})
        return self

    def last(self, first: Moment) -> Moment:
        """Return the moment after which there is no repetition of what first happens then."""
        if self.until is not None:
            return self.until
        assert self.every is not None, "two of three are given"
        assert self.count is not None, "two of three are given"
        return later(first, self.every * (self.count - (self.spread == "even")))


def later(moment: Moment, us: int) -> Moment:
    """Return a moment so many microseconds after another, in the same form."""
    return moment._replace(us=moment.us + us)
