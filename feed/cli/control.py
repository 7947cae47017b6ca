"""``feed control``: ask the player of an exercise to do something."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from feed.cli.options import Broker, Credentials, Exercise, Json

__all__ = ["CONTEXT", "control"]

CONTEXT = {"ignore_unknown_options": True}
"""'seek -1m' is an argument, not an option."""

_SCHEDULED = ("play", "pause")
_WITHOUT = ("status", "toggle", "next", "step", "stop", "reset")


def _verbs(incomplete: str) -> list[str]:
    """Return the verbs for completion."""
    return [verb for verb in _FORMS if verb.startswith(incomplete)]


def control(
    verb: Annotated[
        str,
        typer.Argument(
            help="One of: status, play, pause, toggle, rate N|max, seek TIME|EVENT|+10m|-10m, "
            "next, step, burst N, loop [BEGIN END], until [TIME], stop, reset, hold TARGET, "
            "skip TARGET, fire TARGET, edit TARGET MEMBER=VALUE…, fault KIND MEMBER=VALUE…, "
            "fault FILE, heal NAME…",
            show_default=False,
            metavar="VERB",
            autocompletion=_verbs,
        ),
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="What the verb needs.", show_default=False, metavar="[WHAT…]"),
    ] = None,
    exercise: Exercise = None,
    broker: Broker = None,
    credentials: Credentials = None,
    wall: Annotated[
        str | None,
        typer.Option(
            "--wall",
            help="For play and pause: do it at this wall time (RFC 3339), so that several machines "
            "begin together.",
            metavar="TIME",
        ),
    ] = None,
    json: Json = False,
    metrics: Annotated[
        bool,
        typer.Option("--metrics", help="For status: print it as Prometheus reads it."),
    ] = False,
) -> None:
    """Ask a player to do something, and say how the run stands.

    A TARGET is an event, or the key of one message; what is held is kept back until it is fired.
    A fault happens on purpose to what is sent from then on; 'feed schema faults' has its members.

    Examples: feed control pause;  feed control seek 08:24;  feed control seek -1m;
    feed control hold jalert;  feed control fault drop kinds=track probability=0.1
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.control_command import ask
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.cli.streams import print_json, write_utf8
    from feed.errors import UsageError
    from feed.terminal.controlled import controlled_lines
    from feed.wire.prometheus import exposition

    members = _members(verb, arguments or [])
    if metrics and (verb != "status" or json):
        raise UsageError("--metrics is for 'status', and without --json; leave one of them out")
    if wall is not None:
        if verb not in _SCHEDULED:
            raise UsageError(f"--wall has no effect on '{verb}'; it is for play and pause")
        members["wall"] = wall
    logging_to_stderr(verbose=False)

    async def show() -> int:
        answer = await ask(
            verb, members, exercise=exercise, broker=named_broker(broker, credentials)
        )
        if json:
            print_json(answer)
        elif metrics:
            write_utf8(exposition(answer))
        else:
            print("\n".join(controlled_lines(answer)))
        return 0

    raise typer.Exit(run_until_signal(show))


def _members(verb: str, arguments: list[str]) -> dict[str, Any]:
    """Return the members of a request from what stands on the command line."""
    from feed.errors import UsageError
    from feed.model.quoting import quoted

    least, most = _ARGUMENTS.get(verb, (0, None))
    if verb not in _ARGUMENTS:
        known = ", ".join(sorted(_ARGUMENTS))
        # The one request of the contract that has a command of its own.
        own = "; 'feed inject FILE' adds events" if verb == "inject" else ""
        raise UsageError(f"{quoted(verb)} is not a verb of 'feed control'; there are {known}{own}")
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise UsageError(f"'feed control {verb}' is written {_FORMS[verb]}")
    reader = _READERS.get(verb)
    return {} if reader is None or not arguments else reader(*arguments)


def _rate(rate: str) -> dict[str, Any]:
    return {"rate": rate if rate == "max" else _number(rate, "rate")}


def _burst(count: str) -> dict[str, Any]:
    number = _number(count, "burst")
    return {"count": int(number) if number.is_integer() else number}


def _seek(to: str) -> dict[str, Any]:
    return {"by": to} if to[:1] in "+-" else {"to": to}


def _loop(begin: str, end: str | None = None) -> dict[str, Any]:
    return {"begin": begin} if end is None else {"begin": begin, "end": end}


def _edit(target: str, *changes: str) -> dict[str, Any]:
    return {"target": target, "data": dict(map(_member, changes))}


def _fault(kind: str, *changes: str) -> dict[str, Any]:
    """Return a fault that is written out, or those of a file."""
    from pathlib import Path

    from feed.app.control_command import faults_in
    from feed.errors import UsageError
    from feed.model.fault import FAULTS
    from feed.model.quoting import quoted

    if kind in FAULTS:
        return {"faults": [{"fault": kind, **dict(map(_listed_member, changes))}]}
    if not changes and (kind == "-" or "." in kind or "/" in kind):
        return {"faults": faults_in(Path(kind))}
    kinds = ", ".join(FAULTS)
    raise UsageError(f"{quoted(kind)} is no fault; there are {kinds}, or a file of faults")


def _target(target: str) -> dict[str, Any]:
    return {"target": target}


_READERS: dict[str, Callable[..., dict[str, Any]]] = {
    "rate": _rate,
    "burst": _burst,
    "seek": _seek,
    "until": lambda to: {"to": to},
    "loop": _loop,
    "hold": _target,
    "skip": _target,
    "fire": _target,
    "edit": _edit,
    "fault": _fault,
    "heal": lambda *names: {"names": list(names)},
}
_ARGUMENTS: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys((*_WITHOUT, *_SCHEDULED), (0, 0)),
    **dict.fromkeys(("rate", "burst", "seek", "hold", "skip", "fire"), (1, 1)),
    "until": (0, 1),
    "loop": (0, 2),
    "edit": (2, None),
    "fault": (1, None),
    "heal": (0, None),
}
_FORMS = {
    **{verb: f"'{verb}'" for verb in (*_WITHOUT, *_SCHEDULED)},
    **{verb: f"'{verb} TARGET'" for verb in ("hold", "skip", "fire")},
    "rate": "'rate N' or 'rate max'",
    "burst": "'burst N'",
    "seek": "'seek TIME', 'seek EVENT' or 'seek +10m'",
    "until": "'until TIME', or 'until' to end that",
    "loop": "'loop BEGIN END', or 'loop' to end that",
    "edit": "'edit TARGET MEMBER=VALUE'",
    "fault": "'fault drop kinds=track', or 'fault FILE'",
    "heal": "'heal NAME', or 'heal' to end all faults",
}


def _number(text: str, verb: str) -> float:
    from math import isfinite, nan

    from feed.errors import UsageError
    from feed.model.quoting import quoted

    try:
        number = float(text)
    except ValueError:
        number = nan
    if isfinite(number):
        return number
    raise UsageError(
        f"{quoted(text)} is not a number; 'feed control {verb}' is written {_FORMS[verb]}"
    )


def _member(text: str) -> tuple[str, Any]:
    """Return a member and its value: JSON where it is that, else a text."""
    from json import loads

    from feed.errors import UsageError
    from feed.model.quoting import quoted

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{quoted(text)} is no MEMBER=VALUE; write count=3 or 'place=North'")
    try:
        return name, loads(value)
    except (ValueError, RecursionError):
        return name, value


def _listed_member(text: str) -> tuple[str, Any]:
    """Return a member and its value, a list where there are commas."""
    name, value = _member(text)
    if isinstance(value, str) and "," in value:
        return name, [_member(f"_={each}")[1] for each in value.split(",")]
    return name, value
