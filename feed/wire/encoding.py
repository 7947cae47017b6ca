"""Making what the player publishes: messages with their envelope, and the picture of an event.

What it looks like stands in ``feed/wire/envelope.py``, which reads it.
"""

import json
from typing import Any, NamedTuple

from feed.core.picture import Shown
from feed.model.message import LARGEST, Delivery, Message
from feed.model.time import rfc3339
from feed.wire.canonical import canonical
from feed.wire.envelope import Played
from feed.wire.signature import SIGNATURE, SIGNATURE_BYTES, Signer

__all__ = ["Encoder", "encode", "encode_state"]

_DIGITS = 8
_MOST_SHARED = 256
"""Messages whose shared members are kept: those that are on their way at one time."""


class Encoder:
    """Makes the payloads of one epoch of a run; what several recipients share is made once.

    The members that all deliveries of a message have in common, and its body, are kept as text for
    the last messages; a delivery's own members are put in between.
    """

    def __init__(self, played: Played, signer: Signer | None = None) -> None:
        self._played = played
        self._exercise = _text(f"EXERCISE {played.exercise}")
        self._signer = signer
        self._shared: dict[str, tuple[Message, _Shared]] = {}

    def encode(self, delivery: Delivery, sequence: int, sent: str) -> bytes:
        """Return the payload of a delivery; ``sent`` is wall time as RFC 3339."""
        message = delivery.message
        kept = self._shared.get(message.key)
        # The same key with another content: a body without what this recipient may not know of.
        if kept is None or kept[0] is not message:
            kept = (message, self._share(message, delivery.releasable))
            self._shared.pop(message.key, None)
            self._shared[message.key] = kept
            if len(self._shared) > _MOST_SHARED:
                del self._shared[next(iter(self._shared))]
        shared, played, recipient = kept[1], self._played, delivery.recipient
        late = ',"late":true' if delivery.late else ""
        references = ""
        if delivery.references:
            references = f',"references":{_text(" ".join(delivery.references))}'
        due = rfc3339(delivery.due, message.offset_s)
        arrangement, path = _text(delivery.arrangement), ">".join(delivery.path)
        identity = f"{played.run}.{played.epoch}.{recipient.lower()}.{sequence}"
        number = f"{sequence:0{_DIGITS}}"
        text = (
            f'{{"specversion":"1.0","id":"{identity}"{shared.before_due}"{due}","sent":"{sent}"'
            f'{shared.before_sequence}"{number}","recipient":"{recipient}"'
            f'{shared.released},"arrangement":{arrangement},"path":"{path}"'
            f'{late}{references},"data":{shared.data}'
        )
        if self._signer is None:
            return f"{text}}}".encode()
        own = _Own(
            arrangement=arrangement,
            due=f'"{due}"',
            id=f'"{identity}"',
            path=f'"{path}"',
            recipient=f'"{recipient}"',
            sent=f'"{sent}"',
            sequence=f'"{number}"',
        )
        form = shared.canonical | own._asdict()
        if delivery.late:
            form["late"] = "true"
        if delivery.references:
            form["references"] = _text(" ".join(delivery.references))
        joined = ",".join([f'"{name}":{form[name]}' for name in sorted(form)])
        signature = self._signer.signature(f"{{{joined}}}")
        return f'{text},"{SIGNATURE}":"{signature}"}}'.encode()

    def _share(self, message: Message, releasable: tuple[str, ...]) -> "_Shared":
        played, kind = self._played, message.kind
        at = rfc3339(message.at, message.offset_s)
        expires = ""
        if message.expires is not None:
            expires = f',"expires":"{rfc3339(message.expires, message.offset_s)}"'
        data = _json(message.data)
        # Spelt out, in the order of ``_members``: to render them there costs five times as much.
        return _Shared(
            before_due=f',"message":{_text(message.key)},"source":"/exercise/{played.slug}/'
            f'{message.originator.lower()}","type":"exercise.{kind}.{message.type}.v1",'
            f'"subject":{_text(message.event)},"time":"{at}","due":',
            before_sequence=f'{expires},"datacontenttype":"application/json",'
            f'"dataschema":"urn:feed:schema:{kind}:1","status":"Exercise",'
            f'"exercise":{self._exercise},"run":{_text(played.run)},"epoch":{played.epoch},'
            '"sequence":',
            released=f',"releasableto":{_text(", ".join(releasable))}' if releasable else "",
            data=data,
            canonical={} if self._signer is None else self._canonical(message, releasable, data),
        )

    def _canonical(
        self, message: Message, releasable: tuple[str, ...], data: str
    ) -> dict[str, str]:
        """Return what all deliveries have in common, each value in the form that is signed."""
        members = _members(message, self._played, "", 0, "")
        everybodys = {name: members[name] for name in members if name not in _Own._fields}
        if releasable:
            everybodys["releasableto"] = ", ".join(releasable)
        everybodys["data"] = json.loads(data)
        return {name: canonical(value) for name, value in everybodys.items()}


class _Own(NamedTuple):
    """What each delivery of a message has of its own, as JSON."""

    arrangement: str
    due: str
    id: str
    path: str
    recipient: str
    sent: str
    sequence: str


class _Shared(NamedTuple):
    """What all deliveries of a message have in common, as JSON."""

    before_due: str
    before_sequence: str
    released: str
    data: str
    canonical: dict[str, str]
    """the same, each value in the form that is signed; empty if nothing is"""


def encode(delivery: Delivery, played: Played, sequence: int, sent: int) -> bytes:
    """Return the payload of a delivery; ``sent`` is wall time in microseconds since 1970."""
    return Encoder(played).encode(delivery, sequence, rfc3339(sent))


def encode_state(
    shown: Shown,
    played: Played,
    recipient: str,
    sequence: int,
    sent: int,
    *,
    signer: Signer | None = None,
) -> bytes:
    """Return the payload of the present picture of one event: its last message, reports joined."""
    last = shown.last
    members = _members(last.message, played, recipient, sequence, rfc3339(sent))
    members["id"] = f"{played.run}.{played.epoch}.{recipient.lower()}.state.{shown.event}"
    members["type"] = f"exercise.{shown.kind}.{shown.act}.v1"
    members["dataschema"] = f"urn:feed:schema:{shown.kind}:1"
    members["due"] = rfc3339(last.due, last.message.offset_s)
    if shown.own is None:
        # Only a track or an impact is known: that is no whole body of the kind.
        del members["dataschema"]
    members["heard"] = [
        {
            "originator": originator,
            "since": rfc3339(first.due, last.message.offset_s),
            **_newest(shown, originator),
            "path": ">".join(first.path),
            "arrangement": first.arrangement,
            **({"releasableto": ", ".join(first.releasable)} if first.releasable else {}),
        }
        for originator, first in shown.heard.items()
    ]
    members["data"] = {}
    members["data"] = shown.body(LARGEST - SIGNATURE_BYTES - len(_rendered(members)))
    return _rendered(members if signer is None else signer.signed(members))


def _newest(shown: Shown, originator: str) -> dict[str, str]:
    """Return of which moment an originator's newest word is, if one of its reports stands."""
    said = [r.message for (whose, _), r in shown.reports.items() if whose == originator]
    newest = max(said, key=lambda message: message.at, default=None)
    return {"time": rfc3339(newest.at, newest.offset_s)} if newest else {}


def _members(
    message: Message, played: Played, recipient: str, sequence: int, sent: str
) -> dict[str, Any]:
    """Return the members that a message and the picture of its event have in common, in order."""
    country = recipient.lower()
    members: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{played.run}.{played.epoch}.{country}.{sequence}",
        "message": message.key,
        "source": f"/exercise/{played.slug}/{message.originator.lower()}",
        "type": f"exercise.{message.kind}.{message.type}.v1",
        "subject": message.event,
        "time": rfc3339(message.at, message.offset_s),
        "due": "",
        "sent": sent,
    }
    if message.expires is not None:
        members["expires"] = rfc3339(message.expires, message.offset_s)
    members |= {
        "datacontenttype": "application/json",
        "dataschema": f"urn:feed:schema:{message.kind}:1",
        "status": "Exercise",
        "exercise": f"EXERCISE {played.exercise}",
        "run": played.run,
        "epoch": played.epoch,
        "sequence": f"{sequence:0{_DIGITS}}",
        "recipient": recipient,
    }
    return members


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_text = json.encoder.encode_basestring


def _rendered(members: dict[str, Any]) -> bytes:
    return _json(members).encode()
