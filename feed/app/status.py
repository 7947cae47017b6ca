"""What ``feed control status`` tells: what plays, who listens, who is behind, what was changed."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from feed.app.listener import Listener
from feed.app.player import PlayerProgress
from feed.app.run_description import RunDescription
from feed.core.amend import AmendedPlan
from feed.core.faulted import told_faults
from feed.core.run import Run
from feed.core.staff import StaffNotes
from feed.model.time import rfc3339

__all__ = ["status"]

_MOST_RECEIVERS = 50


def status(
    run: Run,
    description: RunDescription,
    progress: PlayerProgress,
    listeners: Iterable[Listener],
    phase: str,
    *,
    position: int,
    hits: Mapping[str, int] | None = None,
    lost: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return how a run stands, JSON-able; bounded, however many receivers there are.

    ``position`` is scenario time; ``hits`` is how many messages of this epoch each fault on
    purpose has hit, by its name; ``lost`` is the numbers that a country lacks by them.
    """
    epoch = run.epoch
    told = [
        {
            "country": one.country,
            "client": one.client,
            "online": one.online,
            "behind": one.lacks(epoch, run.sequences[one.country], lost.get(one.country, ())),
            "missing": sum(last - first + 1 for first, last in one.missing),
            **({} if one.refused is None else {"refused": one.refused}),
        }
        for one in listeners
        if one.country in run.sequences
    ]
    # Who is there and furthest behind comes first: that is what somebody asks for.
    told.sort(key=lambda one: (not one["online"], -int(str(one["behind"]))))
    following = run.next_delivery
    said: dict[str, Any] = {
        "run": description.run,
        "exercise": description.exercise,
        "scenario": description.scenario,
        "title": description.title,
        "phase": phase,
        "sent": run.sent,
        "sequences": dict(run.sequences),
        "planned": progress.planned,
        "latest_ms": progress.latest_ms,
        "receivers": told[:_MOST_RECEIVERS],
        "receivers_left_out": max(0, len(told) - _MOST_RECEIVERS),
        "faults": [
            {**one, "hit": (hits or {}).get(one["name"], 0)}
            for one in told_faults(run.faults.rules)
        ],
        "held": [],
        "skipped": [],
        "fired": [],
    }
    if isinstance(run.plan, AmendedPlan):
        made = run.plan.amendments
        said |= {
            "held": list(made.held()),
            "skipped": list(made.skipped()),
            "fired": list(made.fired()),
        }
    notes = StaffNotes(run.plan.event_stream.header)
    if notes:
        said["staff"] = notes.told(position)
    if following is not None:
        said["next"] = {
            "due": rfc3339(following.due, description.offset_s),
            "country": following.recipient,
            "message": following.message.key,
        }
    if run.transport.until is not None:
        said["until"] = rfc3339(run.transport.until, description.offset_s)
    if run.transport.loop is not None:
        part = run.transport.loop.model_dump(exclude={"do"}, exclude_none=True)
        said["loop"] = {name: rfc3339(at, description.offset_s) for name, at in part.items()}
    return said
