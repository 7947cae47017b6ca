"""A run written down as a story, and such a story as a plan: the amendments of a header.

The two directions stand beside each other so that they agree: what ``recording`` writes of a run's
actions, ``amended_by`` makes the run's plan of again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from feed.core.actions import Amending, Edit, Fire, Hold, Inject, Reset, Skip, Verb
from feed.core.amend import with_events
from feed.core.amended import amended
from feed.core.event_stream import stream_of
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.core.sharing import Sharing
from feed.model.amendment import AMENDING, Amendment
from feed.model.common import EventBase
from feed.model.event import id_in
from feed.model.header import Header
from feed.model.quoting import quoted
from feed.model.time import Instant

__all__ = ["StoryChanges", "amended_by", "mistakes", "recording"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_Steps = tuple[str | int, ...]
_VERBS: dict[str, type[Hold | Skip | Fire]] = {"hold": Hold, "skip": Skip, "fire": Fire}


class StoryChanges(NamedTuple):
    """What a run adds to the file of its scenario, as it stands in YAML."""

    events: list[dict[str, Any]]
    amendments: list[dict[str, Any]]


def recording(actions: Iterable[Verb], start: Instant) -> StoryChanges:
    """Return what was changed in a story by everything that was done to a run, in order."""
    kept: list[Amending] = []
    for action in actions:
        if isinstance(action, Reset):
            kept = []
        elif isinstance(action, Amending):
            kept.append(action)
    events: list[dict[str, Any]] = []
    amendments: list[dict[str, Any]] = []
    for action in kept:
        assert action.at is not None, "it was settled before it was written down"
        at = _text(action.at, start)
        if isinstance(action, Inject):
            events += [dict(event) for event in action.events]
            if amendments:
                # Nothing before concerned these events, so it has to be known that they came later.
                amendments.append({"inject": [id_in(one) for one in action.events], "at": at})
        else:
            data = {"data": action.data} if isinstance(action, Edit) else {}
            amendments.append({action.do: action.target, "at": at, **data})
    return StoryChanges(events, amendments)


def amended_by(plan: Plan, written: Sequence[EventBase], header: Header) -> Plan:
    """Return a plan with the amendments of its header; ``written`` are its events as in the file.

    TransportError if there is nothing that an amendment could act on.
    """
    late = {name for one in header.amendments for name in one.inject or ()}
    if late:
        stream = stream_of(header, [event for event in written if event.id not in late])
        before = plan.sharing
        sharing = Sharing(
            before.arrangements,
            stream.gathered,
            seed=header.seed,
            recipients=before.recipients,
            as_of=before.as_of,
        )
        plan = Plan(stream, sharing)
    for amendment in header.amendments:
        at = amendment.at.resolve(header.starts).us
        if amendment.inject is not None:
            plan = with_events(plan, [each for each in written if each.id in amendment.inject])
        else:
            plan = at_once(amended(plan, _action(amendment, at)))
    return plan


def _action(amendment: Amendment, at: int) -> Amending:
    if amendment.edit is not None:
        return Edit(target=amendment.edit, data=amendment.data or {}, at=at)
    verb = next(verb for verb in _VERBS if getattr(amendment, verb) is not None)
    return _VERBS[verb](target=getattr(amendment, verb), at=at)


def mistakes(header: Header) -> Iterator[tuple[_Steps, str]]:
    """Yield what is wrong with amendments: where, and what to do."""
    for n, amendment in enumerate(header.amendments):
        verbs = [verb for verb in AMENDING if getattr(amendment, verb) is not None]
        if len(verbs) != 1:
            text = f"an amendment does one thing; give it one of {', '.join(AMENDING)}"
            yield (n,), text
        elif (verbs == ["edit"]) is not (amendment.data is not None):
            yield (n,), "'data' is what an edit puts in; an edit needs it, and nothing else has it"
        elif verbs != ["inject"]:
            target = getattr(amendment, verbs[0])
            if len(target.split(".")) not in {1, 3}:
                text = f"{quoted(target)} is no event and no message; write event.originator.n"
                yield (n, verbs[0]), text


def _text(us: int, start: Instant) -> str:
    zone = dt.timezone(dt.timedelta(seconds=start.offset_s))
    moment = (_EPOCH + dt.timedelta(microseconds=us)).astimezone(zone)
    return moment.isoformat(timespec="microseconds")
