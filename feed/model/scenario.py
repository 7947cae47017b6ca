"""A scenario: what happens in the world, who reports it, and when.  Playing it never changes it."""

from pydantic import Field

from feed.model.base import Source
from feed.model.event import AnyEvent
from feed.model.header import ExerciseName, Header, exercise_slug

__all__ = ["ExerciseName", "Header", "Scenario", "Source", "exercise_slug"]


class Scenario(Header):
    """A scenario with its events."""

    events: tuple[AnyEvent, ...] = Field(
        min_length=1, description="what happens, in any order that reads well"
    )
