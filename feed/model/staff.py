"""A note to the control staff: what whoever leads an exercise is reminded of at a moment."""

from pydantic import Field

from feed.model.base import Model
from feed.model.time import When

__all__ = ["StaffNote"]


class StaffNote(Model):
    """A reminder; it is for operators, and no country ever gets it."""

    at: When = Field(description="scenario time from which on it is shown")
    note: str = Field(min_length=1, max_length=500, description="what to remember, or to do")
