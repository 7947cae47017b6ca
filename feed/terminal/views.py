"""What the live view and the lines are drawn from: plain values, filled in by whoever has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feed.core.situation import Situation

__all__ = ["CountryView", "LiveState", "MessageView", "Recent"]


@dataclass(frozen=True)
class MessageView:
    """One message that a country got, in words."""

    sequence: int
    kind: str
    act: str
    event: str
    originator: str
    headline: str
    """one line, in the language that is wanted"""
    time_us: int
    """scenario time at the originator"""
    due_us: int
    """scenario time at the recipient"""
    arrangement: str
    path: str
    """countries joined by ``>``"""
    delay_s: float
    """how long after the event"""
    offset_s: int | None = None
    """seconds east of UTC that its times are written in; None: not known"""
    reason: str = ""
    """why something said before is changed, in words"""
    text: str = ""
    """the line without the reason; empty if there is none"""
    epoch: int = 1


@dataclass(frozen=True)
class CountryView:
    """What one country has got so far."""

    country: str
    name: str
    planned: int | None
    sent: int
    received: int
    duplicates: int
    missing: int
    connected: bool
    latency_ms: float | None
    """the median from publishing to receiving"""
    recent: Sequence[MessageView] = ()
    """oldest first"""
    active: Mapping[str, int] = field(default_factory=dict)
    """how many events of each lasting kind are going on"""
    rank: int = 0
    """its place among the participants, which gives it its colour and shape"""


@dataclass(frozen=True)
class LiveState:
    """A run as it is at one moment."""

    exercise: str
    title: str
    run: str
    state: str
    """of the transport: loaded, playing, paused or ended"""
    phase: str
    """of the run: connecting, waiting for receivers, playing, settling, lingering"""
    rate: float
    """scenario seconds per second; ``inf`` is as fast as can be"""
    position_us: int
    starts_us: int
    ends_us: int
    offset_s: int
    wall_us: int
    late_ms: int
    latest_ms: int
    sent: int
    planned: int | None
    countries: Sequence[CountryView]
    addresses: Sequence[str] = ()
    page: str = ""
    """where a browser shows it; empty: no page is served beside the run"""
    arrangements_us: int | None = None
    """the moment whose arrangements hold throughout; None: as they stand at each moment"""
    skipped_us: int = 0
    restarts: int = 0
    looked: int = 0
    """how many messages a search for a place has looked at; 0: there is none"""
    faults: Sequence[str] = ()
    """the names of the faults that happen on purpose"""
    reminders: Sequence[tuple[int, str]] = ()
    """what the control staff is reminded of: moments, and words"""
    note: str = ""
    """the last warning or error"""
    keys: bool = False
    """whether keys are listened to"""
    situation: Situation | None = None
    """what a person has to know at this moment; None: it is not known yet"""
    epoch: int = 1
    """grows at every jump; numbers begin again then"""
    behind: bool = False
    """whether the situation is that of an earlier moment, because it is still being reckoned"""

    @property
    def doing(self) -> str:
        """What the run is doing: its state while it plays, else its phase, ended at the end."""
        if self.phase == "playing":
            return self.state
        after = {"settling", "lingering"}
        return self.state if self.state == "ended" and self.phase not in after else self.phase

    @property
    def progress(self) -> float:
        """How much of the scenario's time has passed, from 0 to 1."""
        length = self.ends_us - self.starts_us
        if length <= 0:
            return 1.0 if self.state == "ended" else 0.0
        return min(1.0, max(0.0, (self.position_us - self.starts_us) / length))


class Recent:
    """The last messages of a country, with the updates of one object's path as one: the newest.

    Dozens of track updates would otherwise push the alert off the screen that they are about.
    """

    def __init__(self, most: int = 50) -> None:
        self._most = most
        self._rows: dict[tuple[str, int], MessageView] = {}
        self._seen = 0
        self._epoch = 0

    def add(self, messages: Sequence[MessageView]) -> None:
        """Take in what is new among the last messages of a country."""
        for message in messages:
            self.begin(message.epoch)
            if message.epoch == self._epoch and message.sequence > self._seen:
                self._seen = message.sequence
                self._add(message)

    def begin(self, epoch: int) -> None:
        """Forget what was told before a jump: it may be of a moment that is still to come."""
        if epoch > self._epoch:
            self._epoch, self._seen = epoch, 0
            self._rows.clear()

    def rows(self) -> tuple[MessageView, ...]:
        """Return what is to be shown, oldest first."""
        return tuple(self._rows.values())

    def _add(self, message: MessageView) -> None:
        folds = message.act == "update" and message.kind in {"track", "impact"}
        key = (message.event, 0 if folds else message.sequence)
        self._rows.pop(key, None)
        self._rows[key] = message
        while len(self._rows) > self._most:
            del self._rows[next(iter(self._rows))]
