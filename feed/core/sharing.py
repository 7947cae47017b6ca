"""Who may know what, by which arrangement, over which path, and how late.

The default is that nothing is shared.  For each message and recipient the earliest arrival over the
arrangements in force at that moment decides; a country's own reports and what is public arrive at
once.  A decision remembers why, so that it can be explained, also when the answer is no.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from feed.core.draw import uniform
from feed.core.event_stream import Gathered
from feed.model.arrangement import Arrangement, Arrangements, Delay, Link
from feed.model.message import OWN, PUBLIC, WARNING_DATA, Hop, Message

__all__ = ["Candidate", "Decision", "Path", "Sharing"]

# The reports of one event ask for the same few draws again and again.
_drawn = lru_cache(maxsize=4096)(uniform)


class Path(NamedTuple):
    """The countries that a report passes, and the links that it uses, in order."""

    nodes: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    """(link, sender, receiver); a junction has the same sender and receiver"""


class Candidate(NamedTuple):
    """One arrangement, and what became of a message under it."""

    arrangement: str
    path: Path | None
    hops: tuple[Hop, ...]
    arrives: int | None
    """microseconds since 1970; None: never"""
    left: int | None
    """when a person had let it go; None: it never came to that"""
    why: str
    """what stood in the way, or what made it possible, in words"""


class Decision(NamedTuple):
    """What one recipient gets of one message, and why."""

    recipient: str
    due: int | None
    """None: withheld"""
    arrangement: str
    path: tuple[str, ...]
    hops: tuple[Hop, ...]
    late: bool
    why: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class _Timeline:
    """A yes or no that changes at known moments."""

    moments: tuple[int, ...]
    values: tuple[bool, ...]
    before: bool

    def at(self, moment: int) -> bool:
        """Return the value that holds at a moment; a change holds from its own moment on."""
        place = bisect_right(self.moments, moment)
        return self.values[place - 1] if place else self.before

    def next_true(self, moment: int) -> int | None:
        """Return the first moment, not before this one, at which it is true."""
        if self.at(moment):
            return moment
        for when, value in zip(self.moments, self.values, strict=True):
            if when > moment and value:
                return when
        return None


def _timeline(changes: Sequence[tuple[int, bool]], *, before: bool) -> _Timeline:
    # Of several changes at one moment the last that was written holds.
    ordered = sorted(dict(changes).items())
    return _Timeline(
        tuple(when for when, _ in ordered), tuple(value for _, value in ordered), before
    )


class Sharing:
    """The arrangements as they stand during one story.

    ``as_of`` (microseconds since 1970) fixes them as they stood at another moment; without it they
    change at the moments that the arrangements file and the story name.
    """

    def __init__(
        self,
        arrangements: Arrangements,
        gathered: Gathered,
        *,
        seed: int,
        recipients: Sequence[str],
        as_of: int | None = None,
    ) -> None:
        self.arrangements = arrangements
        self.recipients = tuple(sorted(recipients))
        self.as_of = as_of
        self._seed = seed
        self._routes: dict[tuple[str, str, str], tuple[tuple[Arrangement, Path | None], ...]] = {}
        cuts: dict[str, list[tuple[int, bool]]] = {}
        for when, name, state in gathered.links:
            cuts.setdefault(name, []).append((when, state == "up"))
        self._links = {
            link.id: (link, _timeline(cuts.get(link.id, ()), before=True))
            for link in arrangements.links
        }
        standing = {
            arrangement.id: [
                (state.instant().us, state.state == "in-force") for state in arrangement.standing
            ]
            for arrangement in arrangements.arrangements
        }
        if as_of is None:
            for when, name, in_force in gathered.changes:
                standing.setdefault(name, []).append((when, in_force))
        self._standing = {
            name: _timeline(changes, before=False) for name, changes in standing.items()
        }

    def in_force(self, arrangement: str, at: int) -> bool:
        """Tell whether an arrangement is in force for a report made at a moment."""
        return self._standing[arrangement].at(at if self.as_of is None else self.as_of)

    def decide(self, message: Message, recipient: str) -> Decision:
        """Decide what a recipient gets of a message, in the cheapest words."""
        return self._decide(message, recipient, explain=False)

    def explain(self, message: Message, recipient: str) -> Decision:
        """Decide the same, and say of every arrangement why, or why not."""
        return self._decide(message, recipient, explain=True)

    def _decide(self, message: Message, recipient: str, *, explain: bool) -> Decision:
        if message.originator == recipient:
            return _at_once(message, recipient, OWN, "its own report")
        if message.to is not None and recipient not in message.to:
            return _withheld(recipient, f"addressed to {', '.join(message.to)} only")
        if message.release == "public":
            return _at_once(message, recipient, PUBLIC, "public")
        candidates: list[Candidate] = []
        best: Candidate | None = None
        for arrangement, path in self._candidates(message, recipient):
            if not self.in_force(arrangement.id, message.at):
                if explain:
                    candidates.append(self._not_in_force(arrangement, path))
                continue
            if path is None:
                candidates.append(_blocked(arrangement.id, None, "its links do not join the two"))
                continue
            candidate = self._travel(message, recipient, arrangement, path)
            candidates.append(candidate)
            if candidate.arrives is not None and (
                best is None or best.arrives is None or candidate.arrives < best.arrives
            ):
                best = candidate
        if best is None or best.arrives is None or best.path is None:
            return _withheld(recipient, self._why_not(message, candidates), tuple(candidates))
        return Decision(
            recipient=recipient,
            due=best.arrives,
            arrangement=best.arrangement,
            path=best.path.nodes,
            hops=best.hops,
            late=any(hop.waited for hop in best.hops),
            why=best.why,
            candidates=tuple(candidates),
        )

    def _why_not(self, message: Message, candidates: list[Candidate]) -> str:
        stuck = [candidate for candidate in candidates if candidate.left is not None]
        if stuck:
            return f"{stuck[0].arrangement} allows it, but {stuck[0].why}"
        return (
            f"no arrangement in force covers {message.kind} data "
            f"from {message.originator}; it is not shared"
        )

    def _candidates(
        self, message: Message, recipient: str
    ) -> tuple[tuple[Arrangement, Path | None], ...]:
        key = (message.kind, message.originator, recipient)
        found = self._routes.get(key)
        if found is None:
            # A report that is no warning data but was marked for arrangements goes by any of them.
            kind = message.kind if message.kind in WARNING_DATA else "launch"
            found = tuple(
                (arrangement, self.path(arrangement, message.originator, recipient))
                for arrangement in self.arrangements.arrangements
                if arrangement.covers(kind, message.originator, recipient)
            )
            self._routes[key] = found
        return found

    def path(self, arrangement: Arrangement, originator: str, recipient: str) -> Path | None:
        """Return the path over an arrangement's links that passes the fewest countries, if any.

        Only members lie on it, and unless the arrangement allows handing on, nobody lies between.
        """
        links = [self._links[name][0] for name in arrangement.links]
        reached: dict[str, Path] = {originator: Path((originator,), ())}
        frontier = [originator]
        while frontier and recipient not in reached:
            following: list[str] = []
            for node in frontier:
                if node != originator and not arrangement.third_party:
                    continue
                for link in links:
                    other = _other_end(link, node)
                    if other is None or other in reached or other not in arrangement.members:
                        continue
                    before = reached[node]
                    through = tuple(
                        (junction.id, node, node)
                        for junction in links
                        if junction.at == node and node != originator
                    )
                    reached[other] = Path(
                        (*before.nodes, other), (*before.steps, *through, (link.id, node, other))
                    )
                    following.append(other)
            frontier = following
        return reached.get(recipient)

    def _travel(
        self, message: Message, recipient: str, arrangement: Arrangement, path: Path
    ) -> Candidate:
        # Keyed by the event, not by the message: what a person let go once stays let go, and two
        # reports of one event cannot overtake each other on one path.
        key = (message.event, message.originator, recipient, arrangement.id)
        now = left = message.at + self._delay(arrangement.delay, *key)
        hops: list[Hop] = []
        for name, sender, receiver in path.steps:
            link, up = self._links[name]
            leaves = up.next_true(now)
            if leaves is None:
                why = f"the link {name} is down at {sender} and is not restored"
                return Candidate(arrangement.id, path, tuple(hops), None, left, why)
            arrives = leaves + self._delay(link.delay, *key, name)
            hops.append(Hop(name, sender, receiver, leaves, arrives, leaves > now))
            now = arrives
        why = {
            "nothing": "shared without anybody's hand",
            "consent": f"passed on with {message.originator}'s consent",
            "request": f"given on {recipient}'s request, after the fact",
        }[arrangement.needs]
        return Candidate(arrangement.id, path, tuple(hops), now, left, why)

    def _delay(self, delay: Delay, *key: object) -> int:
        spread = delay.at_most - delay.at_least
        if not spread:
            return delay.at_least
        return delay.at_least + int(spread * _drawn(self._seed, *key))

    def _not_in_force(self, arrangement: Arrangement, path: Path | None) -> Candidate:
        return _blocked(arrangement.id, path, "not in force at that moment")


def _other_end(link: Link, node: str) -> str | None:
    if link.between is None or node not in link.between:
        return None
    first, second = link.between
    return second if node == first else first


def _blocked(arrangement: str, path: Path | None, why: str) -> Candidate:
    return Candidate(arrangement, path, (), None, None, why)


def _at_once(message: Message, recipient: str, arrangement: str, why: str) -> Decision:
    path = (recipient,) if arrangement == OWN else (message.originator, recipient)
    return Decision(recipient, message.at, arrangement, path, (), False, why, ())  # noqa: FBT003


def _withheld(recipient: str, why: str, candidates: tuple[Candidate, ...] = ()) -> Decision:
    return Decision(recipient, None, "", (), (), False, why, candidates)  # noqa: FBT003
