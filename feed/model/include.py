"""An include: the events of another scenario, moved in time and renamed, as part of this one."""

from typing import Any

from pydantic import Field

from feed.model.base import Model, Slug
from feed.model.time import When

__all__ = ["Include"]


class Include(Model):
    """One other scenario of which the events are taken in."""

    scenario: str = Field(
        min_length=1, description="a name from 'feed scenarios', or a file beside this one"
    )
    at: When | None = Field(
        default=None, description="when it begins here; left out: at its own dates"
    )
    prefix: Slug | None = Field(
        default=None, description="what its ids begin with here, such as north: north-warning"
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description="its variables, in place of their defaults"
    )
