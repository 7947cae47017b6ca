"""What can be done to a run: a class for each verb, and what each does in each state.

Actions are data, frozen and JSON-able: keys, ``feed control``, MQTT, Python and a run that goes on
after it was cut off all hand the same values to ``Run.apply``.  Moments are scenario time in
microseconds since 1970.

To add a verb: write its class here, add it to ``Verb`` and to each row of ``TRANSITIONS``, and say
what it does in ``Transport``, in ``amended`` if it changes the plan, or in ``faulted`` if it
changes what happens to messages on their way.
"""

from enum import StrEnum
from math import inf, isfinite
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter

from feed.model.base import Model

__all__ = [
    "ACTION",
    "TRANSITIONS",
    "VERBS",
    "Action",
    "Amending",
    "Burst",
    "Edit",
    "Faulting",
    "Fire",
    "Heal",
    "Hold",
    "Inject",
    "InjectFault",
    "Loop",
    "Next",
    "Pause",
    "Play",
    "Rate",
    "Reset",
    "Seek",
    "Skip",
    "State",
    "Step",
    "Stop",
    "Transition",
    "TransportError",
    "Until",
    "checked_rate",
]


class State(StrEnum):
    """The state of a run's transport."""

    LOADED = "loaded"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"


class TransportError(ValueError):
    """A request that the present state refuses; the text says why, in one sentence."""


_FASTEST = 1e9
_SLOWEST = 1e-6
MOST_AT_ONCE = 100_000
"""messages of one burst"""
MOST_FAULTS = 100
"""faults on purpose that happen at one time"""


def checked_rate(rate: float) -> float:
    """Return a rate; TransportError if it is none."""
    # Beyond these bounds the products of rate and time would no longer be microseconds.
    if rate == inf or _SLOWEST <= rate <= _FASTEST:
        return rate
    raise TransportError(
        f"a rate is a number from {_SLOWEST:g} to {_FASTEST:g} or max, not {rate:g}"
    )


def _rate_read(value: object) -> object:
    return inf if value == "max" else value


def _rate_written(rate: float) -> float | str:
    return rate if isfinite(rate) else "max"


RateValue = Annotated[
    float, BeforeValidator(_rate_read), PlainSerializer(_rate_written), Field(ge=_SLOWEST)
]
"""Scenario seconds per wall second; ``max`` in JSON is as fast as can be."""

Position = Annotated[int, Field(ge=-(2**62), le=2**62)]
"""Scenario time in microseconds since 1970."""


Target = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z]{3}\.[0-9]+)?$", max_length=200)]
"""The key of a message (event.originator.n), or the id of an event."""

FaultName = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=64)]
"""What a fault is called: its name, or the word of its kind."""


class Play(Model):
    """Start, or go on."""

    do: Literal["play"] = "play"


class Pause(Model):
    """Hold the scenario's time; nothing more is sent."""

    do: Literal["pause"] = "pause"
    at: Position | None = Field(default=None, description="stand at this moment; None: now")


class Rate(Model):
    """Go on at another rate."""

    do: Literal["rate"] = "rate"
    rate: RateValue


class Step(Model):
    """Send the next message, and stand still at its moment."""

    do: Literal["step"] = "step"


class Burst(Model):
    """Send the next messages at once, and stand still at the moment of the last."""

    do: Literal["burst"] = "burst"
    count: int = Field(ge=1, le=MOST_AT_ONCE)


class Next(Model):
    """Move to the next first report of an event; what lies between is sent at once."""

    do: Literal["next"] = "next"
    to: Position | None = Field(default=None, description="where that is; None: to be found")


class Seek(Model):
    """Go to a moment, forwards or backwards; what lies before it is in the picture."""

    do: Literal["seek"] = "seek"
    to: Position


class Loop(Model):
    """Play from ``begin`` to before ``end`` again and again; without both, no more."""

    do: Literal["loop"] = "loop"
    begin: Position | None = None
    end: Position | None = None


class Until(Model):
    """Pause by itself at a moment; None: no more."""

    do: Literal["until"] = "until"
    to: Position | None = None


class Stop(Model):
    """End the run; what was not sent never will be, unless somebody seeks or resets."""

    do: Literal["stop"] = "stop"
    over: bool = Field(default=False, description="by itself, because nothing is left to send")


class Reset(Model):
    """Back to how the run was begun: its first moment, without loop, until and amendments."""

    do: Literal["reset"] = "reset"


class Inject(Model):
    """Add events to the story from now on; what is said of them now goes out at once."""

    do: Literal["inject"] = "inject"
    events: tuple[dict[str, Any], ...] = Field(
        min_length=1, max_length=1000, description="as in a scenario file; without 'at': now"
    )
    at: Position | None = Field(default=None, description="when that is; None: to be found")


class Hold(Model):
    """Do not send what is due of a message or an event from now on, until it is fired."""

    do: Literal["hold"] = "hold"
    target: Target
    at: Position | None = None


class Skip(Model):
    """Never send what is due of a message or an event from now on."""

    do: Literal["skip"] = "skip"
    target: Target
    at: Position | None = None


class Fire(Model):
    """Send at once what is held of a message or an event, or else its next message."""

    do: Literal["fire"] = "fire"
    target: Target
    at: Position | None = None


class Edit(Model):
    """Give a planned message other members in its body."""

    do: Literal["edit"] = "edit"
    target: Target
    data: dict[str, Any] = Field(min_length=1)
    at: Position | None = None


class InjectFault(Model):
    """Let faults on purpose happen to what is sent from now on, before those that there are."""

    do: Literal["fault"] = "fault"
    faults: tuple[dict[str, Any], ...] = Field(
        min_length=1, max_length=MOST_FAULTS, description="as in a file of faults"
    )


class Heal(Model):
    """Let faults on purpose happen no more to what is sent from now on."""

    do: Literal["heal"] = "heal"
    names: tuple[FaultName, ...] = Field(
        default=(), max_length=MOST_FAULTS, description="of the faults; none: all of them"
    )


Transporting = Play | Pause | Rate | Step | Burst | Next | Seek | Loop | Until | Stop | Reset
Amending = Inject | Hold | Skip | Fire | Edit
"""What changes the plan; ``at`` is the moment from which on, and is found when it is None."""
Faulting = InjectFault | Heal
"""What changes which faults happen on purpose, and nothing else."""
Verb = Transporting | Amending | Faulting
Action = Annotated[Verb, Field(discriminator="do")]
ACTION: TypeAdapter[Verb] = TypeAdapter(Action)
"""Reads and writes any action as JSON."""

VERBS: tuple[str, ...] = tuple(kind.model_fields["do"].default for kind in get_args(Verb))


class Transition(NamedTuple):
    """What a verb does in a state."""

    to: State | None = None
    """the state that follows; None: what is asked for is so already, and nothing is done"""
    refused: str = ""
    """why it is refused; empty: it is not"""
    epoch: bool = False
    """a new epoch begins, if anything was sent in the present one"""


_AT_THE_END = "the run has ended; seek or reset it first"
_DONE = Transition()
_LOADED, _PLAYING, _PAUSED, _ENDED = (Transition(state) for state in State)
_OVER = Transition(refused=_AT_THE_END)


def _jump(state: State) -> Transition:
    return Transition(state, epoch=True)


_MOVING = Transition(refused="it is playing; pause it to step")

_IN_PLACE = ("inject", "hold", "skip", "fire", "edit", "fault", "heal")
"""What changes neither state nor time."""

TRANSITIONS: dict[State, dict[str, Transition]] = {
    State.LOADED: {
        "play": _PLAYING,
        "pause": _DONE,
        "rate": _LOADED,
        "step": _PAUSED,
        "burst": _PAUSED,
        "next": _PAUSED,
        "seek": _jump(State.LOADED),
        "loop": _LOADED,
        "until": _LOADED,
        "stop": _ENDED,
        "reset": _jump(State.LOADED),
        **dict.fromkeys(_IN_PLACE, _LOADED),
    },
    State.PLAYING: {
        "play": _DONE,
        "pause": _PAUSED,
        "rate": _PLAYING,
        "step": _MOVING,
        "burst": _MOVING,
        "next": _PLAYING,
        "seek": _jump(State.PLAYING),
        "loop": _PLAYING,
        "until": _PLAYING,
        "stop": _ENDED,
        "reset": _jump(State.LOADED),
        **dict.fromkeys(_IN_PLACE, _PLAYING),
    },
    State.PAUSED: {
        "play": _PLAYING,
        "pause": _DONE,
        "rate": _PAUSED,
        "step": _PAUSED,
        "burst": _PAUSED,
        "next": _PAUSED,
        "seek": _jump(State.PAUSED),
        "loop": _PAUSED,
        "until": _PAUSED,
        "stop": _ENDED,
        "reset": _jump(State.LOADED),
        **dict.fromkeys(_IN_PLACE, _PAUSED),
    },
    State.ENDED: {
        "play": _OVER,
        "pause": _OVER,
        "rate": _OVER,
        "step": _OVER,
        "burst": _OVER,
        "next": _OVER,
        "seek": _jump(State.PAUSED),
        "loop": _OVER,
        "until": _OVER,
        "stop": _DONE,
        "reset": _jump(State.LOADED),
        **dict.fromkeys(_IN_PLACE, _OVER),
    },
}
"""What each verb does in each state; the docs print it, the tests walk it."""
