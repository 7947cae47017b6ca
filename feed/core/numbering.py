"""What was said of one event, and the keys and references of what is said next.

A report replaces or ends what stands; a cancel or all-clear silences those whose reports it ends.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.core.parts import divided, grouped
from feed.model.common import EventBase
from feed.model.event import LASTING, MESSAGE_KINDS
from feed.model.kind import MessageKind
from feed.model.message import Draft, Kind, Message

__all__ = ["Known", "Present", "first_numbered", "is_withdrawn", "numbered"]

_ALONE = frozenset(
    name for name, kind in MESSAGE_KINDS.items() if name not in LASTING and not kind.parts
)
"""The kinds whose reports refer to nothing and are one message, unless they are corrected."""


class _Slot(NamedTuple):
    """What a report replaces when it is made again."""

    event: str
    kind: Kind
    originator: str
    slot: str


@dataclass
class Present:
    """What is now said of an event that will be corrected."""

    kind: MessageKind
    event: EventBase
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    """by originator; the last to speak stands last"""
    outstanding: list[dict[str, Any]] | None = None
    """the parts, such as areas of an alert, that have not ended"""

    def copy(self) -> "Present":
        """Return one that changes apart from this."""
        areas = None if self.outstanding is None else list(self.outstanding)
        return Present(self.kind, self.event, dict(self.data), areas)


@dataclass
class Known:
    """What was reported of one event of the story (and of the pieces it came apart into)."""

    left: int
    """who may still report: the event itself, and each of its corrections"""
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    """how many reports were made, by (event, originator)"""
    standing: dict[_Slot, tuple[str, ...]] = field(default_factory=dict)
    """the messages of each report that nothing has replaced or ended"""
    ended: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """by (event, originator): the messages that ended what it reported"""
    present: Present | None = None

    def copy(self) -> "Known":
        """Return one that changes apart from this."""
        present = None if self.present is None else self.present.copy()
        ended = dict(self.ended)
        return Known(self.left, dict(self.counts), dict(self.standing), ended, present)


def is_withdrawn(draft: Draft, known: Known) -> bool:
    """Tell whether a correction already ended what the originator of a report has to say.

    A sensor goes on to see what its country has called an error; its country says no more of it.
    """
    return draft.kind in LASTING and (draft.event, draft.originator) in known.ended


def numbered(draft: Draft, known: Known) -> list[Message]:
    """Return a draft as a message with its key (as several if it is too large), and note it."""
    if known.present is None and draft.kind in _ALONE:
        return [_message(draft, _key(draft, known), ())]
    slot = _Slot(draft.event, draft.kind, draft.originator, draft.slot)
    if draft.kind == "impact":
        # Which report a prediction is reckoned from is known only now that reports have keys.
        track = known.standing.get(slot._replace(kind="track"))
        data = {name: value for name, value in draft.data.items() if name != "basis"}
        draft = draft._replace(data=data if track is None else {**data, "basis": track[-1]})
    present = known.present
    if present is not None and (present.kind.name, present.event.id) != (draft.kind, draft.event):
        present = None  # a piece of a launch is an event of its own
    refers = present is not None or draft.kind in LASTING
    references, silent = _refer(draft, slot, known) if refers else ((), [])
    if present is not None:
        _remember(draft, present)
    name = MESSAGE_KINDS[draft.kind].parts
    parts = divided(draft, name, references)
    keys = [_key(draft, known) for _ in parts or (draft,)]
    drafts = list(grouped(draft, name, parts, keys[0])) or [draft]
    if refers and draft.type in {"alert", "update"}:
        known.standing[slot] = tuple(keys)
    for originator in silent:
        known.ended.pop((slot.event, originator), None)
        known.ended[slot.event, originator] = tuple(keys)
    return [_message(each, key, references) for each, key in zip(drafts, keys, strict=True)]


def first_numbered(draft: Draft) -> list[Message]:
    """Return a draft as ``numbered`` does if nothing was reported of its event before."""
    if draft.kind in _ALONE:
        return [_message(draft, f"{draft.event}.{draft.originator.lower()}.1", ())]
    return numbered(draft, Known(left=1))


def _key(draft: Draft, known: Known) -> str:
    """Return the key of an originator's next message about an event."""
    place = (draft.event, draft.originator)
    n = known.counts[place] = known.counts.get(place, 0) + 1
    return f"{draft.event}.{draft.originator.lower()}.{n}"


def _message(draft: Draft, key: str, references: tuple[str, ...]) -> Message:
    return Message(
        key=key,
        event=draft.event,
        kind=draft.kind,
        type=draft.type,
        originator=draft.originator,
        at=draft.at,
        offset_s=draft.offset_s,
        expires=draft.expires,
        references=references,
        release=draft.release,
        to=draft.to,
        partial=draft.partial,
        data=draft.data,
    )


def _refer(draft: Draft, slot: _Slot, known: Known) -> tuple[tuple[str, ...], list[str]]:
    """Return the messages that a report replaces or ends, and who says no more of the event.

    A first report refers to nothing.  An update replaces the originator's last report of the kind
    (or, if somebody else is corrected, all that stand); a cancel or all-clear ends all reports of
    the originator about the event, or everybody's if it made none.  If all was ended by somebody
    else, it refers to that end.
    """
    standing, present = known.standing, known.present
    if draft.type == "alert":
        return (), []
    of_event = [other for other in standing if other.event == slot.event]
    if draft.type == "update":
        of_kind = [other for other in of_event if other.kind == slot.kind]
        own = [other for other in of_kind if other.originator == slot.originator]
        replaced = [slot] if slot in standing else own or of_kind
        return tuple(key for other in replaced for key in standing.pop(other)), []
    own = [other for other in of_event if other.originator == slot.originator]
    ended = own or of_event
    goes_on = any(other.kind == slot.kind for other in of_event if other not in ended)
    if present is not None and not draft.partial and not goes_on:
        ended = of_event  # with the last report of the event what is left of it ends too
    references = tuple(key for other in ended for key in standing[other])
    if not ended:
        ends = [keys for (event, _), keys in known.ended.items() if event == slot.event]
        references = ends[-1] if ends else ()
    if draft.partial:
        return references, []
    for other in ended:
        del standing[other]
    if present is None:  # only what is corrected can be withdrawn
        return references, []
    silent = [other.originator for other in ended] if goes_on else list(present.data)
    return references, [*silent, slot.originator]


def _remember(draft: Draft, present: Present) -> None:
    """Note what is now said of an event."""
    if draft.partial:
        # The rest goes on as it was said, not in the words that ended a part.
        present.outstanding = list(draft.data["remaining"])
        for originator, data in present.data.items():
            present.data[originator] = {**data, present.kind.parts: present.outstanding}
        return
    present.data.pop(draft.originator, None)
    present.data[draft.originator] = draft.data
    if present.kind.parts:
        over = draft.type in {"cancel", "all-clear"}
        present.outstanding = [] if over else list(draft.data[present.kind.parts])
