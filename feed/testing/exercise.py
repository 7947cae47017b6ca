"""A scenario that a test plays: every verb waits until what it sends is at the broker."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from feed.api.playing import AFTER_THE_END_S, Playing, played
from feed.api.story import LoadedScenario, PlannedMessage, plan, story_of
from feed.app.message import ReceivedMessage
from feed.app.options import PlayOptions
from feed.app.sink import Sink
from feed.clock import SystemClock
from feed.testing.broker import BrokerForTests
from feed.testing.disturbed import DisturbedSink

__all__ = ["ExerciseForTests", "exercise_for_tests"]

_LIMIT_S = 60.0

Clock = dict[str, Any]
Result = TypeVar("Result")


class ExerciseForTests:
    """One exercise on the broker of the tests; made by the fixture ``feed_exercise``.

    It stands still until the test says otherwise, and time is never waited for: after
    ``run_until("+1h")`` an hour of messages is out.  The verbs are those of ``feed.play``, without
    ``await``; what a moment or a target is stands there.  Each raises ``feed.UsageError`` if it is
    refused.

    In an asynchronous test call them in another thread, so that the client goes on meanwhile:
    ``await asyncio.to_thread(exercise.run_until, "+1h")``.
    """

    def __init__(self, playing: Playing, broker: BrokerForTests, disturbed: DisturbedSink) -> None:
        self.broker = broker
        """the broker that it is played on"""
        self.name = playing.exercise
        """the exercise as it stands in topics"""
        self.run = playing.run
        """the id of the run"""
        self._playing = playing
        self._disturbed = disturbed

    def url(self, country: str) -> str:
        """Return the broker's address for a client of a country: ``mqtt://jpn@127.0.0.1:port``."""
        return self.broker.url(country)

    def feed_filter(self, country: str) -> str:
        """Return the one filter by which a client of a country subscribes."""
        return self._playing.feed_filter(country)

    def client_id(self, name: str) -> str:
        """Return a client id that no other test has: brokers keep sessions under it."""
        return f"{name}-{self.run}"

    # -- what a right client has -------------------------------------------------------------------

    def expected(self, country: str, *, epoch: int | None = None) -> list[ReceivedMessage]:
        """Return what a country was sent so far, in order; of one epoch, or of all."""
        return self._call(lambda: self._playing.messages(country, epoch=epoch))

    def active(self, country: str, kind: str | None = None) -> dict[str, dict[str, Any]]:
        """Return what a client of a country should show now: the body of each active event."""
        return self._call(lambda: self._playing.active(country, kind))

    def planned(self, country: str) -> list[PlannedMessage]:
        """Return what a country is to get if nothing else is done."""
        return list(plan(self._playing.story, country=country))

    def clock(self) -> Clock:
        """Return the run's clock: ``state``, ``time``, ``position_s``, ``epoch`` and so on."""
        return self._do("status")

    # -- what the test decides ---------------------------------------------------------------------

    def step(self, count: int = 1) -> Clock:
        """Send the next message, or so many, whoever they are for."""
        return self._do("burst", count=count)

    def run_until(self, moment: str) -> Clock:
        """Send everything up to a moment (``"+10m"``, ``"08:24"``) or the first of an event."""
        return self.broker.background.do(self._playing.run_until(moment), _LIMIT_S)

    def finish(self) -> Clock:
        """Send everything that is left; the run has ended then, and can be sought or reset."""
        self._do("until")
        self._do("play")
        self.broker.background.do(self._playing.finished(), _LIMIT_S)
        return self.clock()

    def seek(self, to: str | None = None, *, by: str | None = None) -> Clock:
        """Go to a moment, or by so much: a new epoch, in which numbers begin again."""
        return self._do("seek", to=to, by=by)

    def reset(self) -> Clock:
        """Go back to the beginning, without everything that was changed."""
        return self._do("reset")

    def inject(self, *events: Mapping[str, Any], at: str | None = None) -> Clock:
        """Add events, as in a scenario file; those without a time are now, or at a moment."""
        return self._do("inject", events=[dict(event) for event in events], at=at)

    def hold(self, target: str) -> Clock:
        """Do not send what is due of a target until it is fired."""
        return self._do("hold", target=target)

    def fire(self, target: str) -> Clock:
        """Send at once what is held of a target, or else its next message."""
        return self._do("fire", target=target)

    def skip(self, target: str) -> Clock:
        """Never send what is due of a target."""
        return self._do("skip", target=target)

    def edit(self, target: str, data: Mapping[str, Any]) -> Clock:
        """Give the next message of a target other members in its body."""
        return self._do("edit", target=target, data=dict(data))

    def fault(self, *faults: Mapping[str, Any]) -> Clock:
        """Let faults on purpose happen to what is sent from now on, as in a file of faults."""
        return self._do("fault", faults=[dict(one) for one in faults])

    def heal(self, *names: str) -> Clock:
        """Let faults on purpose happen no more, by their names; without a name, all of them."""
        return self._do("heal", names=list(names))

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that happen on purpose, each with its name and how many it has hit."""
        return self.broker.background.do(self._playing.faults(), _LIMIT_S)

    def swap(self, country: str, count: int = 2) -> None:
        """Let the next so many messages to a country arrive in reverse order.

        They are kept back until the last of them is sent.
        """
        self._call(lambda: self._disturbed.swap(country.upper(), count))

    def repeat(self, country: str, count: int = 1) -> None:
        """Let each of the next so many messages to a country arrive twice."""
        self._call(lambda: self._disturbed.repeat(country.upper(), count))

    def _do(self, do: str, **members: Any) -> Clock:
        said = {name: value for name, value in members.items() if value is not None}
        answer = self.broker.background.do(self._playing.ask(do, **said), _LIMIT_S)
        return dict(answer["clock"])

    def _call(self, function: Callable[[], Result]) -> Result:
        return self.broker.background.call(function)


@contextmanager
def exercise_for_tests(
    scenario: LoadedScenario | str | Path,
    exercise: str,
    broker: BrokerForTests,
    folder: Path,
    variables: Mapping[str, Any] | None = None,
) -> Iterator[ExerciseForTests]:
    """Play a scenario under the name of an exercise; what is written down goes into a folder."""
    story = story_of(scenario, variables).under(exercise)
    options = PlayOptions(
        scenario=story.id, rate=inf, paused=True, linger_s=AFTER_THE_END_S, as_of=story.as_of
    )
    context = played(story, options, SystemClock(), roles=broker.address, runs=folder)
    with broker.background.entered(context) as playing:
        disturbed = broker.background.call(_disturb, playing)
        yield ExerciseForTests(playing, broker, disturbed)


def _disturb(playing: Playing) -> DisturbedSink:
    made: list[DisturbedSink] = []

    def around(sink: Sink) -> Sink:
        made.append(DisturbedSink(sink))
        return made[0]

    playing.through(around)
    return made[0]
