"""Which exercises a broker holds: those being played, and what killed players have left.

What stands there may be anybody's.  What is no manifest or clock is counted, and left out.
"""

import secrets
from dataclasses import dataclass, field

import structlog

from feed.app.presence import look_for_player
from feed.app.retained import retained
from feed.app.trust import verifier_of
from feed.clock import Clock
from feed.errors import BrokerError, UsageError
from feed.model.quoting import quoted
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber
from feed.wire.clock import RunClock, decode_clock
from feed.wire.manifest import Manifest, decode_manifest
from feed.wire.topics import ROOT, Topics, client_id, exercise_of

__all__ = ["Exercise", "clean", "exercises", "only_exercise", "sweep"]

_AT_ONCE = 500
_MOST_ROUNDS = 1000

log = structlog.get_logger()


@dataclass
class Exercise:
    """What stands on a broker of one exercise."""

    slug: str
    manifest: Manifest = field(default_factory=Manifest)
    clock: RunClock | None = None

    @property
    def state(self) -> str | None:
        """What its clock says; None if there is no clock."""
        return None if self.clock is None else self.clock.state

    @property
    def playing(self) -> bool:
        """Whether it says that it is being played, or will be."""
        return self.clock is not None and self.clock.playing


async def exercises(address: BrokerAddress, clock: Clock) -> list[Exercise]:
    """Return the exercises whose clock or manifest stands on a broker, by their slug.

    With the player's public key, only of what the player has signed for that very topic.
    """
    found: dict[str, Exercise] = {}
    filters = [(f"{ROOT}/+/clock", 1), (f"{ROOT}/+/manifest", 1)]
    left_out: list[str] = []
    verifier = verifier_of(address)
    async for topic, payload in retained(address, filters, clock):
        slug = exercise_of(topic)
        signed = verifier is None or verifier.flaw(payload) is None
        if slug is None or not signed or not _take(found, slug, topic, payload):
            left_out.append(topic)
    if left_out:
        log.warning(
            "left out what is no manifest or clock of a player",
            count=len(left_out),
            first=quoted(left_out[0]),
            remedy="'feed clean EXERCISE' takes it away",
        )
    return [found[slug] for slug in sorted(found)]


def _take(found: dict[str, Exercise], slug: str, topic: str, payload: bytes) -> bool:
    """Take in what stands on a topic; False if it cannot be read."""
    try:
        if topic.endswith("/clock"):
            clock = decode_clock(payload)
            if clock.topic not in {None, topic}:
                return False
            found.setdefault(slug, Exercise(slug)).clock = clock
        else:
            manifest = decode_manifest(payload)
            if manifest.topic not in {None, topic}:
                return False
            found.setdefault(slug, Exercise(slug)).manifest = manifest
    except ValueError:
        return False
    return True


async def only_exercise(address: BrokerAddress, clock: Clock) -> str:
    """Return the slug of the only exercise that is playing; UsageError lists them otherwise."""
    playing = [standing for standing in await exercises(address, clock) if standing.playing]
    if len(playing) == 1:
        return playing[0].slug
    if not playing:
        raise UsageError(
            f"no exercise is being played on {address.shown}; "
            "name one with --exercise to wait for it, or start one with 'feed publish'"
        )
    names = ", ".join(standing.slug for standing in playing)
    raise UsageError(f"several exercises are being played: {names}; name one with --exercise")


async def clean(address: BrokerAddress, exercise: str, clock: Clock) -> int:
    """Take away everything retained of an exercise; return how many messages that were.

    Refused, with a UsageError, while a player answers.
    """
    topics = Topics(exercise)
    player = await look_for_player(address, topics, clock)
    if player.run is not None:
        raise UsageError(
            f"exercise '{exercise}' is being played (run {player.run}); stop its player first"
        )
    return await sweep(address, topics, f"{topics.base}/#", clock)


async def sweep(address: BrokerAddress, topics: Topics, below: str, clock: Clock) -> int:
    """Take away what stands on a filter of an exercise; return how many messages that were."""
    exercise, count = topics.exercise, 0
    for _ in range(_MOST_ROUNDS):
        names = await _some(address, below, clock)
        if not names:
            break
        await _take_away(address, exercise, names, clock)
        count += len(names)
    return count


async def _some(address: BrokerAddress, below: str, clock: Clock) -> list[str]:
    """Return topics on which something stands, not too many at once.

    A broker hangs up on whoever is slow to take much, so each round has to get somewhere.
    """
    names: list[str] = []
    filters = [(below, 1)]
    try:
        async for topic, _ in retained(address, filters, clock):
            names.append(topic)
            if len(names) >= _AT_ONCE:
                break
    except BrokerError:
        if not names:
            raise
    return names


async def _take_away(address: BrokerAddress, exercise: str, names: list[str], clock: Clock) -> None:
    name = f"clean-{secrets.token_hex(4)}"
    async with Subscriber(address, client_id("player", exercise, name), [], clock=clock) as client:
        for topic in names:
            if not await client.publish(topic, b"", retain=True):
                raise BrokerError(
                    address.shown,
                    f"it did not let {quoted(topic)} be taken away; give a user who may write "
                    f"{ROOT}/{exercise}/#, such as the player",
                )
