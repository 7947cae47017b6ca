"""Which fault happens to which message on its way to whom: pure, seeded, independent of order.

    faults = Faults(rules, seed, start)
    effect = faults.effect(delivery, sequence)     # PASS for most
    payload = altered(payload, effect)             # the same bytes unless corrupt or stale

An effect is decided when a message has its number.  It says what the sender does: send ``copies``
(none of what is dropped or cut), ``delay_us`` microseconds of scenario time later, or after the
``behind`` next messages of the same recipient, at the latest at the end of the epoch.  The draw
belongs to (seed, name of the fault, message, recipient): it is the same in every epoch and run, and
does not change when other faults are added.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from feed.core.draw import uniform
from feed.model.fault import CORRUPTIONS, Corruption, Fault, FaultKind
from feed.model.message import Delivery
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import Instant, instant_of, rfc3339

__all__ = ["PASS", "Effect", "Faults", "altered", "mistakes"]

_MEMBERS = ("sequence", "run", "type", "due", "data", "subject")
"""Any of these may be gone from a damaged message; never what marks it as an exercise."""


class Effect(NamedTuple):
    """What happens to one message on its way to one recipient."""

    fault: FaultKind | Literal["pass"]
    name: str = ""
    """the fault's own name"""
    copies: int = 1
    """how often it is sent; 0: not at all"""
    delay_us: int = 0
    """how much later it is sent, in scenario time"""
    behind: int = 0
    """how many of the recipient's next messages are sent before it"""
    how: Corruption | Literal[""] = ""
    """in which way its payload is damaged"""
    older_us: int = 0
    """how much older the times in it are"""
    repair: bool = False
    """whether history may give the message as it was to be"""
    at: float = 0.0
    """in [0, 1): where it is damaged"""


PASS = Effect("pass")
"""Nothing happens."""


class _Rule(NamedTuple):
    """A fault with its moments resolved, ready to be asked."""

    fault: Fault
    name: str
    since: int | None
    until: int | None

    def fits(self, delivery: Delivery, sequence: int) -> bool:
        fault, message = self.fault, delivery.message
        return (
            (not fault.country or delivery.recipient in fault.country)
            and (not fault.kinds or message.kind in fault.kinds)
            and (not fault.events or message.event in fault.events)
            and (not fault.messages or message.key in fault.messages)
            and (not fault.sequence or sequence in fault.sequence)
            and (self.since is None or delivery.due >= self.since)
            and (self.until is None or delivery.due < self.until)
        )


class Faults:
    """Faults of one run."""

    def __init__(self, rules: Sequence[Fault], seed: int, start: Instant) -> None:
        """Take the rules in their order; ``start`` is what times such as 07:25 are counted from."""
        self.rules = tuple(rules)
        self.start = start
        self._seed = seed
        self._rules = [
            _Rule(
                fault,
                fault.name or fault.fault,
                None if fault.from_ is None else fault.from_.resolve(start).us,
                None if fault.until is None else fault.until.resolve(start).us,
            )
            for fault in rules
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """What the rules are called, in their order; several may have one name."""
        return tuple(rule.name for rule in self._rules)

    def of(self, rules: Sequence[Fault]) -> "Faults":
        """Return other rules for the same run."""
        return Faults(rules, self._seed, self.start)

    def effect(self, delivery: Delivery, sequence: int) -> Effect:
        """Return what happens to a delivery that has this number; the first rule that hits."""
        for rule in self._rules:
            if rule.fits(delivery, sequence):
                key = ("fault", rule.name, delivery.message.key, delivery.recipient)
                if uniform(self._seed, *key) < rule.fault.probability:
                    return _effect(rule, uniform(self._seed, *key, "at"))
        return PASS


def _effect(rule: _Rule, at: float) -> Effect:
    fault = rule.fault
    effect = Effect(fault.fault, rule.name, repair=fault.repair, at=at)
    match fault.fault:
        case "drop" | "cut":
            return effect._replace(copies=0)
        case "duplicate":
            return effect._replace(copies=fault.copies or 2)
        case "delay":
            return effect._replace(delay_us=fault.by or 0)
        case "reorder":
            return effect._replace(behind=fault.behind or 1)
        case "corrupt":
            return effect._replace(how=fault.how or CORRUPTIONS[int(at * len(CORRUPTIONS))])
        case "stale":
            return effect._replace(older_us=fault.by or 0)


# -- payloads --------------------------------------------------------------------------------------


def altered(payload: bytes, effect: Effect) -> bytes:
    """Return a payload as the effect lets it arrive; the same unless it is corrupt or stale."""
    if effect.how and payload:
        return _CORRUPT[effect.how](payload, effect.at)
    if effect.older_us:
        return _older(payload, effect.older_us)
    return payload


def _truncate(payload: bytes, at: float) -> bytes:
    return payload[: int(at * len(payload))]


def _garble(payload: bytes, at: float) -> bytes:
    place = int(at * len(payload))
    # 0x1f keeps ASCII within ASCII: the text is another one, and still a text.
    return payload[:place] + bytes([payload[place] ^ 0x1F]) + payload[place + 1 :]


def _not_utf8(payload: bytes, at: float) -> bytes:
    place = int(at * len(payload))
    # Neither byte stands anywhere in UTF-8.
    other = b"\xff" if payload[place] != 0xFF else b"\xfe"  # noqa: PLR2004 - that byte
    return payload[:place] + other + payload[place + 1 :]


def _no_json(payload: bytes, at: float) -> bytes:
    del at
    return payload[:-1] + (b")" if payload[-1:] != b")" else b"(")


def _member(payload: bytes, at: float) -> bytes:
    members = _members(payload)
    there = [name for name in _MEMBERS if members and name in members]
    if members is None or not there:
        return _truncate(payload, at)
    del members[there[int(at * len(there))]]
    return _rendered(members)


_CORRUPT: Mapping[Corruption, Callable[[bytes, float], bytes]] = {
    "truncate": _truncate,
    "garble": _garble,
    "not-utf8": _not_utf8,
    "no-json": _no_json,
    "member": _member,
}


def _older(payload: bytes, older_us: int) -> bytes:
    """Return a message that says it is about an earlier moment than it is."""
    members = _members(payload)
    if members is None:
        return payload
    for holder, names in ((members, ("time", "expires")), (members.get("data"), ("time",))):
        for name in names:
            if isinstance(holder, dict) and name in holder:
                holder[name] = _earlier(holder[name], older_us)
    return _rendered(members)


def _earlier(text: Any, older_us: int) -> Any:
    try:
        moment = dt.datetime.fromisoformat(text)
        at = instant_of(moment)
        return rfc3339(at.us - older_us, at.offset_s)
    except (TypeError, ValueError, AssertionError, OverflowError):
        return text


def _members(payload: bytes) -> dict[str, Any] | None:
    try:
        members = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return members if isinstance(members, dict) else None


def _rendered(members: dict[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


# -- what is wrong with rules ----------------------------------------------------------------------

_Steps = tuple[str | int, ...]
_PARAMETERS: Mapping[str, tuple[FaultKind, ...]] = {
    "copies": ("duplicate",),
    "by": ("delay", "stale"),
    "behind": ("reorder",),
    "how": ("corrupt",),
}


def mistakes(
    rules: Sequence[Fault], start: Instant | None = None, countries: Sequence[str] | None = None
) -> Iterator[tuple[_Steps, str]]:
    """Yield where a rule is wrong and what to do, for what a model alone cannot see.

    With ``start`` moments are compared, with ``countries`` those that are named.
    """
    for n, fault in enumerate(rules):
        yield from (((n, *steps), text) for steps, text in _of_parameters(fault))
        yield from (((n, *steps), text) for steps, text in _of_moments(fault, start))
        if countries is not None:
            yield from (((n, *steps), text) for steps, text in _of_countries(fault, countries))


def _of_parameters(fault: Fault) -> Iterator[tuple[_Steps, str]]:
    for name, kinds in _PARAMETERS.items():
        if getattr(fault, name) is not None and fault.fault not in kinds:
            text = f"'{name}' says nothing of a {fault.fault}; it is for {' and '.join(kinds)}"
            yield (name,), text
    if fault.fault in _PARAMETERS["by"] and not fault.by:
        yield ("fault",), f"a {fault.fault} needs 'by', longer than nothing, as in by: PT10S"


def _of_moments(fault: Fault, start: Instant | None) -> Iterator[tuple[_Steps, str]]:
    if fault.fault == "cut":
        if fault.from_ is None or fault.until is None:
            yield ("fault",), "a cut needs 'from' and 'until'; to let nothing pass use a drop"
        if fault.probability != 1:
            yield ("probability",), "a cut lets nothing pass; for some of the messages use a drop"
    if start is None or fault.from_ is None or fault.until is None:
        return
    if fault.until.resolve(start).us <= fault.from_.resolve(start).us:
        yield ("until",), f"{quoted(fault.until.text)} is not after 'from'; let it end later"


def _of_countries(fault: Fault, countries: Sequence[str]) -> Iterator[tuple[_Steps, str]]:
    for n, country in enumerate(fault.country):
        if country not in countries:
            offer = did_you_mean(country, countries) or f"; they are {', '.join(countries)}"
            yield ("country", n), f"{quoted(country)} is no recipient{offer}"
