"""Links that fail: a link between participants goes down or comes up again."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Slug
from feed.model.common import EventBase
from feed.model.message import Draft
from feed.model.time import Instant

__all__ = ["LinkChange"]


class LinkChange(EventBase):
    """A link goes down or comes up; it makes no message, it decides how others travel."""

    word: ClassVar[str] = "link"

    id: Slug = Field(alias="link", description="a link of the arrangements file")
    state: Literal["down", "up"] = Field(description="from this moment on")

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield nothing."""
        del start
        return iter(())
