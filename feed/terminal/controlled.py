"""What a player answered to an operator, in lines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from feed.wording.text import clean

__all__ = ["controlled_lines"]


def controlled_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield how a run stands by an answer of its player."""
    yield from map(clean, _lines(answer))


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    clock, status = answer.get("clock") or {}, answer.get("status")
    if status:
        title = f"{status.get('exercise')}: {status.get('title')}"
        yield f"EXERCISE {title} (run {status.get('run')}, scenario {status.get('scenario')})"
    rate = clock.get("rate")
    pace = rate if isinstance(rate, str) else f"×{rate:g}" if rate is not None else "?"
    yield (
        f"{clock.get('state')} {pace} at {clock.get('time')}, epoch {clock.get('epoch')}, "
        f"{clock.get('late_ms', 0)} ms late"
    )
    if status:
        yield from _details(status, jumped=clock.get("epoch", 1) > 1)


def _details(status: Mapping[str, Any], *, jumped: bool) -> Iterator[str]:
    planned = status.get("planned")
    of = f" of {sum(planned.values()):,}" if planned else ""
    if jumped:  # what was planned says nothing of what is sent twice, or jumped over
        since = sum((status.get("sequences") or {}).values())
        of = f" in all, {since:,} since the last jump"
    # Whether a run that plays is paused or has ended, the clock has said.
    phase = status.get("phase")
    yield f"sent {status.get('sent'):,}{of}" + ("" if phase == "playing" else f"; {phase}")
    following = status.get("next")
    if following:
        yield f"next {following['message']} for {following['country']}, due {following['due']}"
    if status.get("held"):
        yield f"held: {', '.join(map(str, status['held']))}; 'feed control fire' sends it"
    yield from _faults(status.get("faults") or [])
    yield from _notes(status.get("staff") or {})
    for one in status.get("scheduled") or []:
        yield f"{one['do']} at {one['wall']} (wall clock)"
    if status.get("until"):
        yield f"pauses at {status['until']}"
    part = status.get("loop")
    if part is not None:
        begin, end = part.get("begin", "the start"), part.get("end", "the end")
        yield f"plays from {begin} to {end} again and again; 'feed control loop' alone ends that"
    listeners = status.get("receivers") or []
    if not listeners:
        yield "nobody listens who says so"
    for one in listeners:
        there = "online" if one["online"] else "away"
        behind = f"{one['behind']:,} behind" if one["behind"] else "has everything"
        missing = f", {one['missing']:,} missing" if one["missing"] else ""
        yield f"{one['country']} {one['client']}: {there}, {behind}{missing}"
    if status.get("receivers_left_out"):
        yield f"and {status['receivers_left_out']:,} more"


def _faults(faults: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the faults on purpose, each as 'feed control fault' is told of it."""
    for one in faults:
        said = " ".join(
            f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in one.items()
            if name not in {"name", "fault", "hit"}
        )
        yield f"fault {one['name']}: {one['fault']} {said}".rstrip() + f"; {one['hit']:,} hit"
    if faults:
        yield "'feed control heal NAME' ends a fault"


def _notes(staff: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the control staff is reminded of, and of what next."""
    for one in staff.get("notes") or []:
        yield f"note {one['at']}: {one['note']}"
    following = staff.get("next")
    if following:
        yield f"next note {following['at']}: {following['note']}"
