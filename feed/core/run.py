"""A run as a value: what is due, under which number, and what every action does to it.

Contains no clock, no socket and no ``await``.  The caller says what time it is, in seconds of any
clock that never goes back; it writes an action down before it applies it, and sends what ``due``
hands out whole, because numbers are given at that moment.  A run that was cut off is found again by
folding the recorded actions over the plan; nothing else decides where it stands.
"""

from collections.abc import Generator, Mapping
from typing import NamedTuple

from feed.core.actions import (
    TRANSITIONS,
    Amending,
    Faulting,
    Inject,
    InjectFault,
    Next,
    Reset,
    State,
    Verb,
    checked_rate,
)
from feed.core.amended import amended, settled
from feed.core.cut_off import CutOff
from feed.core.faulted import faulted, settled_faults
from feed.core.faults import Faults
from feed.core.moving import Moving
from feed.core.picture import Picture
from feed.core.place import Place, Places, at_once
from feed.core.plan import Plan
from feed.core.transport import Transport
from feed.model.message import Delivery

__all__ = ["Numbered", "Run", "Span"]

Keys = set[tuple[str, str]]
"""events of a picture, by (kind, event)"""
_AFTER_ALL = 2**62
"""a moment behind everything that is ever due, microseconds since 1970"""


class Span(NamedTuple):
    """The part of a scenario that is played, as moments in microseconds since 1970."""

    begin: int | None = None
    """what is due before it is not sent, it is folded into the first picture"""
    until: int | None = None
    """what is due after it is not sent"""


class Numbered(NamedTuple):
    """A delivery with its number, handed out to be sent."""

    delivery: Delivery
    epoch: int
    sequence: int
    origin: int
    """its place in the plan: how many deliveries come before it"""
    late_s: float
    """wall seconds since it became due"""


class Run(Moving):
    """One playing of a plan.  Starts ``loaded``, at the beginning of its span.

    ``rate`` is scenario seconds per wall second, ``inf`` as fast as can be.  ``max_gap_s`` (wall
    seconds) shortens every longer silence.  With ``cut_off`` it goes on where that ended; one that
    was playing is ``loaded`` then, and goes on when it is told to.
    """

    def __init__(
        self,
        plan: Plan,
        span: Span | None = None,
        *,
        rate: float = 1.0,
        max_gap_s: float | None = None,
        faults: Faults | None = None,
        cut_off: CutOff | None = None,
    ) -> None:
        span, header = span or Span(), plan.event_stream.header
        self.plan = plan
        """what is played, with everything that was changed in it"""
        self.faults = faults or Faults((), header.seed, header.starts)
        """what happens on purpose to what is handed out from now on"""
        self._begun = plan, self.faults
        self.epoch = 1
        self.sequences: dict[str, int] = dict.fromkeys(plan.sharing.recipients, 0)
        """the last number given out to each recipient in this epoch"""
        self.sent = 0
        """how many deliveries were handed out, in all epochs"""
        starts = plan.starts if span.begin is None else max(plan.starts, span.begin)
        self._until = span.until
        super().__init__(
            Transport(
                earliest=plan.starts,
                starts=starts,
                ends=max(starts, plan.last(span.until)),
                rate=checked_rate(rate),
                max_gap_s=max_gap_s,
            )
        )
        self._places = Places(plan, self.sequences, span.until)
        self._prepared: tuple[int, Place] | None = None  # where a jump will go
        self._amended: tuple[Verb, Plan, Places, Place] | None = None  # what a change will make
        self._last_due = plan.starts - 1  # of what was handed out in this epoch
        self._changed: dict[str, Keys] = {country: set() for country in self.sequences}
        self._place = self._found(starts) if cut_off is None else self._resume(cut_off)

    def _resume(self, cut_off: CutOff) -> Place:
        """Fold what was done to a run before it was cut off; return where it stood then."""
        transport, head = self.transport, self.transport.head
        before, cursor = 0, cut_off.cursor
        for recorded in cut_off.actions:
            jumps = transport.landing(recorded.action) is not None
            if cut_off.cursor is None:
                # What was late when it was cut off is before its position, and yet to be sent.
                cursor = None if jumps else recorded.cursor
            head.move(0.0, recorded.position)
            went = max(0, recorded.cursor - before)
            transport.granted = max(0, transport.granted - went)
            transport.change(recorded.action, 0.0)
            self.epoch, before = recorded.into, recorded.cursor
            if isinstance(recorded.action, Amending):
                self.plan = at_once(amended(self.plan, recorded.action))
            elif isinstance(recorded.action, Faulting):
                self.faults = faulted(self.faults, recorded.action, tuple(self.sequences))
            elif isinstance(recorded.action, Reset):
                self.plan, self.faults = self._begun
        self._places = self._places.of(self.plan, None)
        transport.lasts_until(self.plan.last(self._until))
        position = head.position(0.0)
        if cut_off.cursor is not None:
            self._last_due = cut_off.last_due
            went = max(0, cut_off.cursor - before)
            transport.granted = max(0, transport.granted - went)
            position = max(position, cut_off.last_due)
        transport.lasts_until(position)
        head.move(0.0, position)
        head.hold(0.0)
        self.sequences |= cut_off.heads
        self.sent = cut_off.sent
        if transport.playing:
            transport.state = State.LOADED
        return self._found(position, cursor)

    # -- what stands -------------------------------------------------------------------------------

    @property
    def pictures(self) -> dict[str, Picture]:
        """What each recipient has to take as true: the fold of the plan up to now."""
        return self._place.pictures

    @property
    def cursor(self) -> int:
        """How many deliveries of the plan come before the next one."""
        return self._place.cursor

    @property
    def next_delivery(self) -> Delivery | None:
        """The delivery that is handed out next."""
        return self._place.following

    @property
    def ends(self) -> int:
        """The latest moment that is known of; a plan may turn out to last longer."""
        return self.transport.ends

    def take_changes(self) -> dict[str, Keys]:
        """Return the events whose picture changed since this was last asked, by recipient."""
        changed = self._changed
        self._changed = {country: set() for country in changed}
        return changed

    def expire(self, now: float) -> None:
        """Drop from the pictures what must not be shown as current any longer."""
        position = self.position(now)
        for country, picture in self.pictures.items():
            self._changed[country].update(picture.expire(position))

    @property
    def _next_due(self) -> int | None:
        following = self._place.following
        return None if following is None else following.due

    # -- what is due -------------------------------------------------------------------------------

    def due(self, now: float, most: int) -> list[Numbered]:
        """Hand out, once, at most so many deliveries whose moment has come, numbered, in order.

        Whatever is handed out has to be sent: its numbers are given out.
        """
        handed: list[Numbered] = []
        place, transport, epoch = self._place, self.transport, self.epoch
        sequences, pictures = self.sequences, place.pictures
        origin, playing = place.cursor, transport.playing
        moment, late_s = None, 0.0
        while len(handed) < most and (delivery := place.following) is not None:
            due, recipient = delivery.due, delivery.recipient
            # While time moves, what is due at one moment goes out together.
            if due != moment or not playing:
                if not transport.may_go(due, now, ahead=len(handed)):
                    break
                moment, late_s = due, transport.head.lateness(due, now)
            sequences[recipient] = sequence = sequences[recipient] + 1
            handed.append(Numbered(delivery, epoch, sequence, origin + len(handed), late_s))
            key = pictures[recipient].take(delivery)
            if key is not None:
                self._changed[recipient].add(key)
            self._places.move_on(place, due)
        if handed:
            self._went(handed[-1].delivery.due, len(handed))
            transport.shorten(now, self._next_due)
        return handed

    def _went(self, due: int, count: int) -> None:
        """Note that so many deliveries were handed out, the last of them due at a moment."""
        self.sent += count
        self._last_due = due
        self.transport.went(due, count)
        following = self._place.following
        self.transport.lasts_until(due if following is None else following.due)

    # -- what is done to it ------------------------------------------------------------------------

    def allow(self, action: Verb, now: float) -> bool:
        """Tell whether an action would do anything; TransportError if it is refused now."""
        would = self.transport.allow(action, self.position(now))
        if isinstance(action, Faulting):
            return faulted(self.faults, action, tuple(self.sequences)).rules != self.faults.rules
        return would

    def into(self, action: Verb) -> int:
        """Return the epoch that follows an action."""
        jumps = TRANSITIONS[self.state][action.do].epoch
        return self.epoch + (jumps and any(self.sequences.values()))

    def look_ahead(self) -> Generator[int, None, Place]:
        """Read the plan to its end in slices: every later seek finds a checkpoint nearby."""
        return self._places.find(_AFTER_ALL)

    def prepare(self, action: Verb, now: float) -> Generator[int, None, Verb]:
        """Do in slices what an action would do at once; yield how many deliveries were looked at.

        Returns the action with everything it needs, for which ``apply`` is short then.  The run may
        go on in between.
        """
        landing = self.transport.landing(action)
        if landing is not None:
            place = yield from self._places.find(landing)
            self._prepared = (landing, place)
        elif isinstance(action, Amending):
            last = max(self.position(now), self._last_due)
            action = yield from settled(action, self.plan, last)
            plan = yield from amended(self.plan, action)
            # What was added may be referred to by nothing yet, so all has to be read anew.
            places = self._places.of(plan, None if isinstance(action, Inject) else self.cursor)
            place = yield from places.find(0, self.cursor)
            self._amended = (action, plan, places, place)
        elif isinstance(action, InjectFault):
            return settled_faults(action, self.position(now), self.faults.start)
        elif isinstance(action, Next) and action.to is None:
            found = yield from self._places.next_first_report(self._place, self.position(now))
            return Next(to=self.ends if found is None else found)
        return action

    def apply(self, action: Verb, now: float) -> bool:
        """Do something to the run; False if it was so already.

        Raises TransportError, and changes nothing, if the present state refuses it.
        """
        if not self.allow(action, now):
            return False
        if (isinstance(action, Next) and action.to is None) or (
            isinstance(action, Amending) and not self._is_amended(action)
        ):
            action = at_once(self.prepare(action, now))
        landing, into = self.transport.landing(action), self.into(action)
        self.transport.change(action, now)
        if isinstance(action, Amending):
            assert self._amended is not None, "it is prepared before"
            _, self.plan, self._places, self._place = self._amended
            self._amended = None
            for picture in self.pictures.values():
                list(picture.expire(self.position(now)))
            self.transport.lasts_until(self.plan.last(self._until))
        if isinstance(action, Faulting):
            self.faults = faulted(self.faults, action, tuple(self.sequences))
        if landing is not None:
            if isinstance(action, Reset):
                self._go_back_to_the_begun()
            before = self.pictures
            self._place = self._found(landing)
            self._note_jump(before)
            self.sequences = dict.fromkeys(self.sequences, 0)
            self._last_due = landing - 1
        self.epoch = into
        self.transport.shorten(now, self._next_due)
        return True

    def _go_back_to_the_begun(self) -> None:
        plan, self.faults = self._begun
        if self.plan is not plan:
            self.plan, self._prepared = plan, None
            self._places = self._places.of(plan, None)

    def _is_amended(self, action: Amending) -> bool:
        """Tell whether a change was prepared for exactly this place."""
        made = self._amended
        return made is not None and made[0] == action and made[3].cursor == self.cursor

    def _found(self, position: int, cursor: int | None = None) -> Place:
        """Return the place of a moment, or behind so many deliveries."""
        if cursor is None and self._prepared is not None and self._prepared[0] == position:
            place = self._prepared[1]
        else:
            place = at_once(self._places.find(position, cursor))
        self._prepared = None
        for picture in place.pictures.values():
            for _ in picture.expire(position):
                pass
        if place.following is not None:
            self.transport.lasts_until(place.following.due)
        return place

    def _note_jump(self, before: Mapping[str, Picture]) -> None:
        """Note what stood before a jump and what stands after it: all of it is of the new epoch."""
        for country, picture in self.pictures.items():
            self._changed[country].update({*before[country].shown, *picture.shown})
