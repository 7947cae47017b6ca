"""What each action that changes the faults on purpose makes of them: pure.

Faults that are added while a run is played come before those that there are, because the first that
happens counts: what an operator asks for now happens.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feed.core.actions import MOST_FAULTS, Faulting, InjectFault, TransportError
from feed.core.faults import Faults, mistakes
from feed.model.fault import Fault
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import Instant, rfc3339

__all__ = ["faulted", "settled_faults", "told_faults"]

_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)
_NAMES = tuple(field.alias or name for name, field in Fault.model_fields.items())


def faulted(faults: Faults, action: Faulting, countries: Sequence[str]) -> Faults:
    """Return the faults as an action leaves them.

    TransportError with one sentence if it adds what is no fault, or takes away what is not there.
    """
    if isinstance(action, InjectFault):
        added = _read(action.faults, faults.start, countries)
        if len(added) + len(faults.rules) > MOST_FAULTS:
            raise TransportError(f"there are more than {MOST_FAULTS} faults then; heal some first")
        return faults.of((*added, *faults.rules))
    for name in action.names:
        if name not in faults.names:
            there = ", ".join(dict.fromkeys(faults.names)) or "none"
            raise TransportError(f"there is no fault {quoted(name)}; there are: {there}")
    named = zip(faults.names, faults.rules, strict=True)
    left = [rule for name, rule in named if action.names and name not in action.names]
    return faults.of(left)


def settled_faults(action: InjectFault, position: int, start: Instant) -> InjectFault:
    """Return an action in which a cut that does not say since when is from a position on."""
    now = rfc3339(position, start.offset_s)
    filled = [
        {"from": now, **one} if one.get("fault") == "cut" and one.get("until") else one
        for one in action.faults
    ]
    return action.model_copy(update={"faults": tuple(filled)})


def told_faults(rules: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return faults as they stand in a file, each with its name; JSON-able."""
    options: dict[str, Any] = {"mode": "json", "by_alias": True, "exclude_defaults": True}
    return [
        {"name": rule.name or rule.fault, **_FAULT.dump_python(rule, **options)} for rule in rules
    ]


def _read(
    said: Sequence[Mapping[str, Any]], start: Instant, countries: Sequence[str]
) -> tuple[Fault, ...]:
    rules = tuple(_fault(number, one) for number, one in enumerate(said, 1))
    try:
        found = next(mistakes(rules, start, countries), None)
    except (ValueError, OverflowError):
        raise TransportError("a fault is at a moment that no clock shows") from None
    if found is not None:
        (number, *steps), text = found
        raise TransportError(_sentence(int(number) + 1, steps, text))
    return rules


def _fault(number: int, said: Mapping[str, Any]) -> Fault:
    try:
        return _FAULT.validate_python(dict(said), by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        steps = [step for step in first["loc"] if not str(step).startswith(("<", "function-"))]
        if first["type"] == "extra_forbidden":
            unknown = str(steps[-1])
            text = f"is not a member of a fault{did_you_mean(unknown, _NAMES)}"
        else:
            text = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        raise TransportError(_sentence(number, steps, text)) from None


def _sentence(number: int, steps: Sequence[str | int], text: str) -> str:
    where = f" ({quoted('.'.join(map(str, steps)))})" if steps else ""
    return f"fault {number}{where}: {text}"
