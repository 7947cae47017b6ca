"""An amendment: what an operator changed in a story while it was played, as it is written down."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from feed.model.base import Model, Slug
from feed.model.quoting import quoted
from feed.model.time import When

__all__ = ["AMENDING", "Amendment", "amendment_mistakes"]

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


def amendment_mistakes(
    amendments: Sequence[Amendment],
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with amendments: where, and what to do."""
    for n, amendment in enumerate(amendments):
        verbs = [verb for verb in AMENDING if getattr(amendment, verb) is not None]
        if len(verbs) != 1:
            text = f"an amendment does one thing; give it one of {', '.join(AMENDING)}"
            yield (n,), text
        elif (verbs == ["edit"]) is not (amendment.data is not None):
            yield (n,), "'data' is what an edit puts in; an edit needs it, and nothing else has it"
        elif verbs != ["inject"]:
            target = getattr(amendment, verbs[0])
            if len(target.split(".")) not in {1, 3}:
                text = f"{quoted(target)} is no event and no message; write event.originator.n"
                yield (n, verbs[0]), text
