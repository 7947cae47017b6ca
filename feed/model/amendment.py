"""An amendment: what an operator changed in a story while it was played, as it is written down."""

from typing import Any

from pydantic import Field

from feed.model.base import Model, Slug
from feed.model.time import When

__all__ = ["AMENDING", "Amendment"]

AMENDING = ("hold", "skip", "fire", "edit", "inject")
"""What an amendment does; each has exactly one of these."""


class Amendment(Model):
    """One change; it acts on what is due after its moment, and on the changes before it."""

    hold: str | None = Field(
        default=None,
        description="a message (event.originator.n) or an event: what is due of it is held back",
    )
    skip: str | None = Field(default=None, description="what is due of it is never sent")
    fire: str | None = Field(
        default=None, description="what is held of it is sent at this moment, or its next message"
    )
    edit: str | None = Field(default=None, description="a message whose body is another: data")
    inject: tuple[Slug, ...] | None = Field(
        default=None,
        min_length=1,
        description="events of the file that joined the story only now: no change before this "
        "one concerned them",
    )
    at: When = Field(description="scenario time at which it was done")
    data: dict[str, Any] | None = Field(
        default=None, min_length=1, description="edit: the members that take the place of others"
    )
