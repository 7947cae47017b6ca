"""Which exercises a broker holds: those being played, and what killed players have left."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from feed.app.presence import look_for_player
from feed.app.retained import retained
from feed.clock import Clock
from feed.errors import UsageError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import ROOT, Topics, client_id, exercise_of

__all__ = ["Standing", "clean", "exercises", "only_exercise"]


@dataclass
class Standing:
    """What stands on a broker of one exercise."""

    slug: str
    manifest: dict[str, Any] = field(default_factory=dict)
    clock: dict[str, Any] = field(default_factory=dict)

    @property
    def playing(self) -> bool:
        """Whether it says that it is being played, or will be."""
        return self.clock.get("state") in {"loaded", "playing", "paused"}


async def exercises(address: BrokerAddress, clock: Clock) -> list[Standing]:
    """Return the exercises whose clock or manifest stands on a broker, by their slug."""
    found: dict[str, Standing] = {}
    filters = [(f"{ROOT}/+/clock", 1), (f"{ROOT}/+/manifest", 1)]
    async for topic, payload in retained(address, filters, clock):
        slug = exercise_of(topic)
        said = _json(payload)
        if slug is None or said is None:
            continue
        standing = found.setdefault(slug, Standing(slug))
        if topic.endswith("/clock"):
            standing.clock = said
        else:
            standing.manifest = said
    return [found[slug] for slug in sorted(found)]


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
    names = [topic async for topic, _ in retained(address, [(f"{topics.base}/#", 1)], clock)]
    name = f"clean-{secrets.token_hex(4)}"
    async with Subscriber(address, client_id("player", exercise, name), [], clock=clock) as client:
        for topic in names:
            await client.publish(topic, b"", retain=True)
    return len(names)


def _json(payload: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(payload)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
