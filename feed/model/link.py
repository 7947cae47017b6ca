"""Links that fail: a link between participants goes down or comes up again."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Slug
from feed.model.check_context import CheckContext, Finding, Findings
from feed.model.common import EventBase
from feed.model.message import Draft
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import Instant

__all__ = ["LinkChange"]


class LinkChange(EventBase):
    """A link goes down or comes up; it makes no message, it decides how others travel."""

    word: ClassVar[str] = "link"
    reporter_key: ClassVar[str] = ""

    id: Slug = Field(alias="link", description="a link of the arrangements file")
    state: Literal["down", "up"] = Field(description="from this moment on")

    def own_checks(self, context: CheckContext) -> Findings:
        """Find a link that the arrangements file does not have, and one that repeats."""
        links = [link.id for link in context.arrangements.links]
        if self.id not in links:
            offer = did_you_mean(self.id, links) or f"; they are {', '.join(links)}"
            yield Finding(("link",), f"{quoted(self.id)} is no link of the arrangements{offer}")
        if self.repeat is not None:
            yield Finding(("repeat",), "a link cannot repeat; write each change")

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield nothing."""
        del start
        return iter(())
