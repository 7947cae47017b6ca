"""A receiver as a value: what is shown, in which order, what is asked for again, when it is over.

Contains no clock, no socket and no ``await``: messages, heads, clocks and manifests go in, messages
to show, requests and acknowledgements come out.  One run is followed at a time.  Another one is
believed only when manifest and clock agree on it; a head of a run that is not followed, or of an
epoch that nothing else tells of, is kept until it can be believed.  A new epoch begins with an
empty picture.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import inf
from typing import Generic, NamedTuple, TypeVar

from feed.core.leftovers import Leftovers
from feed.core.picture import Picture
from feed.core.repair import Asking, Gap, Repair
from feed.core.tally import Tally
from feed.core.told_heads import ToldHead, ToldHeads, Unseen
from feed.model.message import Message

__all__ = ["Acknowledgement", "Incoming", "Reception", "Todo"]

_MOST_GAPS_TOLD = 300
"""Gaps in one acknowledgement: what fits into the 8 KiB that a country may write."""

Item = TypeVar("Item")


class Incoming(NamedTuple, Generic[Item]):
    """A message as it came; ``item`` is whatever the caller wants back when it is shown."""

    run: str
    epoch: int
    sequence: int
    report: Message
    due: int
    """scenario time at which it was due, microseconds since 1970"""
    item: Item


class Acknowledgement(NamedTuple):
    """How far a receiver is: all up to ``sequence`` but ``missing``."""

    run: str
    epoch: int
    sequence: int
    missing: list[tuple[int, int]]
    final: bool
    """it knows that nothing will follow"""


class Todo(NamedTuple, Generic[Item]):
    """What a look at the time has shown to be done."""

    requests: list[Asking]
    shown: list[Incoming[Item]]
    given_up: tuple[int, int] | None = None
    """numbers, from first to last, that nobody can give"""


class Reception(Generic[Item]):
    """What one receiver knows of the run that it follows.

    ``trusting``: neither clock nor manifest can be read, so messages alone are believed.
    ``remembers``: what an earlier life of the receiver wrote down is to be recalled before an epoch
    begins, see ``to_recall``.
    ``known``: everything is signed, so what is not of now was sent again by somebody; tells of a
    run whether it was followed before, so that its messages are awaited all the same.
    ``asks``: the player can be asked for what is missing.
    """

    def __init__(
        self,
        client: str,
        *,
        trusting: bool = False,
        remembers: bool = False,
        known: Callable[[str], bool] | None = None,
        asks: bool = True,
    ) -> None:
        self._new_repair = partial(Repair, client, asks=asks)
        self._remembers = remembers
        self._known = known
        self.trusting = trusting
        self.run: str | None = None
        """the run that is followed"""
        self.picture = Picture()
        self.duplicates = 0
        self.replayed = 0
        """signed messages and heads of another run or epoch than can be awaited"""
        self.given_up = 0
        """messages that nobody could give again"""
        self._tallies: dict[int, Tally[Incoming[Item]]] = {}
        self._waiting: dict[int, list[Incoming[Item]]] = {}
        """what came of epochs that are to be recalled first"""
        self._heads = ToldHeads()
        self._clock: tuple[str, int] | None = None
        self._manifest: str | None = None
        self._leftovers: Leftovers[Incoming[Item]] = Leftovers()
        self._repair = self._new_repair()
        self._followed: set[str] = set()

    # -- what stands -------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """The newest epoch of the run that is followed; 0 if nothing is known of any."""
        return max(self._tallies, default=0)

    @property
    def tally(self) -> Tally[Incoming[Item]] | None:
        """The account of the newest epoch."""
        return self._tallies.get(self.epoch)

    @property
    def complete(self) -> bool:
        """Whether everything that is known to have been sent is here."""
        return bool(self._tallies) and all(tally.complete for tally in self._tallies.values())

    @property
    def finished(self) -> bool:
        """Whether nothing will follow, and nothing is waited for: it is here, or given up."""
        head = self._heads.get(self.epoch)
        if head is None or not head.final or head.followed or self._waiting:
            return False
        if self._clock is not None and self._clock[0] == self.run and self._clock[1] > self.epoch:
            return False  # the player is in an epoch of which nothing has come yet
        return all(tally.settled for tally in self._tallies.values())

    @property
    def unseen(self) -> Unseen:
        """What was given up that a head alone told of: no message shows that it was ever sent."""
        found = Unseen(0, 0, 0)
        for tally in self._tallies.values():
            count = sum(last - first + 1 for first, last in tally.given_up if first > tally.highest)
            if count:
                found = Unseen(found.messages + count, tally.head, tally.highest)
        return found

    def acknowledgement(self) -> Acknowledgement | None:
        """Return how far the newest epoch is here; None if there is none."""
        tally, head = self.tally, self._heads.get(self.epoch)
        if tally is None or self.run is None or self.epoch in self._waiting:
            return None
        gaps, sequence = tally.gaps(), tally.highest
        if len(gaps) > _MOST_GAPS_TOLD:
            # What is behind the last gap that is told cannot be acknowledged yet.
            sequence = gaps[_MOST_GAPS_TOLD][0] - 1
            gaps = gaps[:_MOST_GAPS_TOLD]
        final = head is not None and head.final
        return Acknowledgement(self.run, self.epoch, sequence, gaps, final)

    # -- what comes in -----------------------------------------------------------------------------

    def take(self, one: Incoming[Item], now: float) -> list[Incoming[Item]]:
        """Take a message in; return what can be shown now, in order."""
        if self._believes(one.run):
            self._follow(one.run)
        if one.run != self.run:
            return self._awaited(self._leftovers.take(one.run, (one.epoch, one.sequence), one, now))
        if self._is_replayed(one.epoch):
            self.replayed += 1
            return []
        tally = self._tallies.get(one.epoch) or self._begin(one.epoch)
        if one.epoch in self._waiting:
            self._waiting[one.epoch].append(one)
            return []
        before = tally.duplicates
        shown = tally.push(one.sequence, one)
        self.duplicates += tally.duplicates - before
        for each in shown:
            self._fold(each)
        return shown

    @property
    def to_recall(self) -> int | None:
        """The epoch that is to be recalled before anything of it can be shown; None: none is."""
        return min(self._waiting, default=None)

    def recall_there(self, epoch: int, there: Iterable[tuple[int, int]]) -> None:
        """Begin to recall an epoch: the numbers that are written down, as (first, last)."""
        spans = list(there)
        # What stands behind a gap is held back again, so that everything is shown in order.
        self._tallies[epoch] = Tally(spans[:1] if spans and spans[0][0] == 1 else ())

    def recall(self, epoch: int, items: Iterable[Incoming[Item]]) -> Iterator[Incoming[Item]]:
        """Recall messages that are written down, in order; yield those that were shown before."""
        tally = self._tallies[epoch]
        for one in items:
            if tally.recalled(one.sequence):
                self._fold(one)
                yield one
            else:
                tally.push(one.sequence, one)

    def recalled(self, epoch: int, now: float) -> list[Incoming[Item]]:
        """End recalling an epoch; return what can be shown now of what came meanwhile."""
        waiting, shown = self._waiting.pop(epoch), list[Incoming[Item]]()
        if self._tallies[epoch].highest:
            self._repair.hurry()
        head = self._heads.get(epoch)
        if head is not None:
            self._tallies[epoch].know_head(head.sequence)
        for one in waiting:
            shown += self.take(one, now)
        return shown

    def head(
        self, run: str, epoch: int, sequence: int, *, final: bool, followed: bool = False
    ) -> None:
        """Take in the last number that was sent, by the player's word."""
        head = ToldHead(epoch, sequence, final, followed)
        if run == self.run and self._is_replayed(epoch):
            self.replayed += 1
            return
        if run == self.run and (epoch <= self.epoch or self._clock == (run, epoch)):
            self._believe(head)
            return
        self._heads.keep(run, head)

    def clock(self, run: str, epoch: int, time: int) -> list[Incoming[Item]]:
        """Take in the clock; ``time`` is scenario time now.

        Returns what is held of a run that is followed from now on: to be taken in.
        """
        self._clock = (run, epoch)
        if run == self.run:
            self._believe_ahead()
            for _ in self.picture.expire(time):
                pass
        return self._agree()

    def manifest(self, run: str) -> list[Incoming[Item]]:
        """Take in which run is being played; returns the same as ``clock``."""
        self._manifest = run
        return self._agree()

    def answered(self, request: str, count: int) -> list[Asking]:
        """Take in the end of an answer to a request; return what to ask for next."""
        return self._repair.answered(request, count, self._last_told)

    def look(self, now: float, *, heard: float) -> Todo[Item]:
        """Return what is to be done by now; ``heard`` is when the player was last heard."""
        shown = self._awaited(self._leftovers.release(now))
        gaps = self._gaps()
        requests, lost = self._repair.mind(gaps, now=now, heard=heard, over=self._is_over)
        if lost is None:
            return Todo(requests, shown)
        tally = self._tallies[lost]
        held = tally.give_up()
        first, last = tally.given_up[-1]
        self.given_up += last - first + 1
        for each in held:
            self._fold(each)
        return Todo(requests, [*shown, *held], (first, last))

    @property
    def in_a_hurry(self) -> bool:
        """Whether something is missing that no broker sends again, so that ``look`` asks now."""
        return self._repair.at_once and bool(self._gaps())

    def _gaps(self) -> list[Gap]:
        return [
            Gap(epoch, first, last, first > tally.highest)
            for epoch, tally in sorted(self._tallies.items())
            if epoch not in self._waiting
            for first, last in tally.missing()
        ]

    # -- which run, which epoch --------------------------------------------------------------------

    def _believes(self, run: str) -> bool:
        """Tell whether a message alone is reason enough to follow its run from now on."""
        if self.run is None:
            return self._known is None or self._known(run)
        return self.trusting and run > self.run

    def _is_replayed(self, epoch: int) -> bool:
        """Tell whether something of an epoch can only have been sent again: it is over."""
        return self._known is not None and epoch < self.epoch and epoch not in self._tallies

    def _awaited(self, others: list[Incoming[Item]]) -> list[Incoming[Item]]:
        """Return of the messages of other runs those that can be left from when it was played."""
        if self._known is None:
            return others
        known = [one for one in others if one.run in self._followed or self._known(one.run)]
        self.replayed += len(others) - len(known)
        return known

    def _agree(self) -> list[Incoming[Item]]:
        """Follow the run that clock and manifest agree on."""
        run = self._manifest
        if run is None or run == self.run or self._clock is None or self._clock[0] != run:
            return []
        self._follow(run)
        return self._leftovers.claim(run)

    def _follow(self, run: str) -> None:
        if self.run is not None:
            self._leftovers.leave(self.run)
            self._followed.add(self.run)
        self.run = run
        self.picture = Picture()
        self._tallies = {}
        self._waiting = {}
        self._heads.begin_anew()
        self._repair = self._new_repair()
        self._believe_ahead()

    def _begin(self, epoch: int) -> Tally[Incoming[Item]]:
        """Begin an epoch; a newer one has a picture of its own."""
        if epoch > self.epoch:
            self.picture = Picture()
        tally: Tally[Incoming[Item]] = Tally()
        self._tallies[epoch] = tally
        if self._remembers:
            self._waiting[epoch] = []
        self._believe_ahead()
        return tally

    def _believe_ahead(self) -> None:
        """Take in a head that was kept, if there is reason to believe it now."""
        head = self._heads.kept(self.run)
        if head is not None and (head.epoch <= self.epoch or self._clock == (self.run, head.epoch)):
            self._heads.forget(self.run)
            self._believe(head)

    def _believe(self, head: ToldHead) -> None:
        tally = self._tallies.get(head.epoch) or self._begin(head.epoch)
        self._heads.believe(head)
        tally.know_head(head.sequence)

    def _fold(self, one: Incoming[Item]) -> None:
        if one.epoch == self.epoch:
            self.picture.fold(one.report, one.due)

    def _is_over(self, epoch: int) -> bool:
        """Tell whether nothing more is sent; a run that was only broken off may go on."""
        head = self._heads.get(epoch)
        return epoch < self.epoch or (head is not None and head.final)

    def _last_told(self, epoch: int) -> float:
        """Return up to which number nothing is sent any more that was not, by the player's word."""
        head = self._heads.get(epoch)
        told = 0 if head is None else head.sequence
        return inf if self._is_over(epoch) else told

    def __repr__(self) -> str:
        return f"Reception(run={self.run!r}, epoch={self.epoch}, complete={self.complete})"
