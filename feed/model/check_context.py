"""What the checks of a scenario share: what they check against, and how they say what they find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from feed.model.arrangement import Arrangements
from feed.model.message import Message
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import Instant, Moment, rfc3339

if TYPE_CHECKING:  # a header has faults, which know the kinds, which are checked against this
    from feed.model.header import Header

__all__ = ["CheckContext", "Finding", "Findings", "Steps", "participant"]

Steps = tuple[str | int, ...]
_LONGEST_NAME = 64
"""letters that the name of an event, or of a kind, may have"""


class Finding(NamedTuple):
    """One mistake: the steps to the value that is wrong, what is wrong and what to do."""

    steps: Steps
    text: str


Findings = Iterable[Finding]


@dataclass(frozen=True)
class CheckContext:
    """What every event is checked against."""

    header: "Header"
    arrangements: Arrangements
    measure: Callable[[Message], int]
    """how many bytes a message has as it is sent"""
    heard: dict[tuple[Any, ...], bool] = field(default_factory=dict, repr=False, compare=False)
    """whether anybody would hear of an event, by all that this depends on"""

    @cached_property
    def start(self) -> Instant:
        """The moment at which the story begins."""
        return self.header.starts

    @cached_property
    def end(self) -> int | None:
        """The moment at which the story ends, microseconds since 1970; None: with its events.

        An end before the start is a mistake of its own, and no measure of anything else.
        """
        end = None if self.header.ends is None else self.moment(self.header.ends)
        return None if end is None or end < self.start.us else end

    @cached_property
    def recipients(self) -> frozenset[str]:
        """Who is told anything at all."""
        return frozenset(self.header.countries or self.arrangements.participants)

    @cached_property
    def around(self) -> int:
        """The most bytes that stand around a body, whatever it says, if it refers to nothing."""
        name = "x" * _LONGEST_NAME
        message = Message(
            key=f"{name}.xxx.{10**9}",
            event=name,
            kind=name,
            type="all-clear",
            originator="XXX",
            at=0,
            offset_s=0,
            expires=0,
            references=(),
            release="public",
            to=None,
            partial=False,
            data={},
        )
        return max(self.measure(message), self.measure(message._replace(release="arrangement")))

    def moment(self, when: Moment) -> int:
        """Return an author's moment in microseconds since 1970."""
        return when.resolve(self.start).us

    def shown(self, us: int) -> str:
        """Return a moment as a sentence shows it."""
        return rfc3339(us, self.start.offset_s).replace(".000", "")


def participant(context: CheckContext, steps: Steps, country: str) -> Findings:
    """Yield a finding if a country does not take part."""
    known = context.arrangements.participants
    if country not in known:
        offer = did_you_mean(country, known) or f"; they are {', '.join(sorted(known))}"
        yield Finding(steps, f"{quoted(country)} is no participant of the arrangements{offer}")
