"""Scenarios that are played by a Python program: ``feed.play``."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from pathlib import Path
from typing import Any, Literal

from feed.api.playing import AFTER_THE_END_S, Playing, Roles, played
from feed.api.story import LoadedScenario, story_of
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use, named_broker
from feed.app.options import PlayOptions
from feed.app.receive import keep_quiet
from feed.clock import Clock, SystemClock, VirtualClock
from feed.errors import UsageError

__all__ = ["EMBEDDED", "play"]

EMBEDDED = "embedded"
"""As a broker: one of our own, on free ports, for as long as it is played."""
_VIRTUAL = "virtual"


@asynccontextmanager
async def play(
    scenario: LoadedScenario | str | Path,
    *,
    broker: str | None = None,
    time: Literal["real", "virtual"] = "real",
    rate: float | Literal["max"] = 1.0,
    paused: bool = False,
    start_at: str | None = None,
    exercise: str | None = None,
    start_offset: str | None = None,
    until: str | None = None,
    wait_for: Sequence[str] = (),
    credentials: str | Path | None = None,
    variables: Mapping[str, Any] | None = None,
) -> AsyncIterator[Playing]:
    """Play a scenario: ``async with feed.play("over-aomori-2022", rate=60) as playing``.

    The run goes on beside the program until the context is left; what it retains on a broker is
    cleared then.

    Args:
        scenario: what ``feed.load`` returned, or what it takes.
        broker: None: in memory, without MQTT; ``"embedded"``: a broker of its own, on free ports of
            this machine; else an address, such as ``"mqtt://player:password@host:1883"``.
        time: ``"real"``, or ``"virtual"``: time passes as soon as nothing is left to do, so that
            hours take no time; in memory only.
        rate: scenario seconds per second, or ``"max"``: as fast as can be.
        paused: wait for ``play``, ``step`` or another verb.
        start_at: the wall time (RFC 3339) at which to begin, on several machines together.
        exercise: the name to play under; None: the scenario's.
        start_offset: a moment to begin at, such as ``"+10m"``, ``"08:24"``.
        until: a moment after which nothing is sent.
        wait_for: countries whose receivers are waited for at the beginning and at the end.
        credentials: the folder of a secured broker's player; everything is signed then.
        variables: as for ``feed.load``, of a scenario that is not loaded yet.

    Raises:
        ScenarioError, FilesError: as ``feed.load``.
        UsageError: an argument makes no sense, or the exercise is being played already.
        BrokerError: the broker cannot be reached, or refuses.
    """
    keep_quiet()
    story = story_of(scenario, variables)
    if exercise is not None:
        story = story.under(exercise)
    if time == _VIRTUAL and broker is not None:
        raise UsageError("virtual time is for memory; on a broker use rate='max', and the verbs")
    if broker is None and wait_for:
        raise UsageError("'wait_for' has no effect in memory; name a broker")
    if credentials is not None and broker in {None, EMBEDDED}:
        raise UsageError("'credentials' are for a broker that others secured; name its address")
    clock: Clock = VirtualClock(wall=story.starts_us) if time == _VIRTUAL else SystemClock()
    options = PlayOptions(
        scenario=story.id,
        as_of=story.as_of,
        rate=inf if rate == "max" else float(rate),
        start_offset=start_offset,
        until=until,
        paused=paused,
        start_at=start_at,
        wait_for=tuple(country.upper() for country in wait_for),
        linger_s=AFTER_THE_END_S,
    )
    async with AsyncExitStack() as stack:
        roles: Roles | None = None
        if broker is not None:
            folder = None if credentials is None else Path(credentials)
            where = BrokerOptions(
                url=None if broker == EMBEDDED else named_broker(broker, folder),
                port=0,
                websocket_port=0,
            )
            used: BrokerInUse = await stack.enter_async_context(
                broker_in_use(where, countries=story.countries, clock=clock)
            )
            roles = used.role
        yield await stack.enter_async_context(played(story, options, clock, roles=roles))
