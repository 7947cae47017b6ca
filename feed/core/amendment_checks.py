"""What is wrong with the amendments that a header lists, without looking at the story."""

from collections.abc import Iterator

from feed.model.amendment import AMENDING
from feed.model.header import Header
from feed.model.quoting import quoted

__all__ = ["mistakes"]

_Steps = tuple[str | int, ...]


def mistakes(header: Header) -> Iterator[tuple[_Steps, str]]:
    """Yield what is wrong with amendments: where, and what to do."""
    for n, amendment in enumerate(header.amendments):
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
