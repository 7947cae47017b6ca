"""How large a message is on the wire, before anything is played."""

import json
from collections.abc import Callable

from feed.model.arrangement import Arrangements
from feed.model.header import Header, exercise_slug
from feed.model.message import OWN, PUBLIC, Delivery, Message
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.signature import SIGNATURE_BYTES

__all__ = ["measure_of"]

_RUN = "0" * 26
"""as long as the ids that are given to runs"""
_EPOCH = 999
_SEQUENCE = 99_999_999


def measure_of(
    header: Header, arrangements: Arrangements, exercise: str | None = None
) -> Callable[[Message], int]:
    """Return what measures messages: signed, as the recipient gets them whose are the longest.

    ``exercise`` is played under in place of the name that the header gives.
    """
    name = exercise or header.exercise
    played = Played(_RUN, _EPOCH, name, exercise_slug(name))
    everybody = tuple(header.countries or arrangements.participants)
    countries = tuple(arrangements.participants) or everybody
    ids = (OWN, PUBLIC, *(each.id for each in arrangements.arrangements))
    longest = max(ids, key=len)

    def envelope(message: Message) -> int:
        shared = message.release != "public"
        delivery = Delivery(
            due=message.at,
            recipient=everybody[0],
            number=0,
            message=message._replace(data={}),
            arrangement=longest if shared else PUBLIC,
            path=countries if shared else (message.originator, everybody[0]),
            late=shared,
            releasable=everybody,
            references=message.references,
        )
        encoded = encode(delivery, played, _SEQUENCE, message.at)
        return len(encoded) - len(_NOTHING) + SIGNATURE_BYTES

    known: dict[_Lengths, int] = {}

    def measure(message: Message) -> int:
        lengths = _lengths(message)
        around = known.get(lengths)
        if around is None:
            around = known[lengths] = envelope(message)
        return around + len(_json(message.data).encode())

    return measure


_NOTHING = b"{}"
_Lengths = tuple[str, str, str, bool, bool, int, int, int]
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _lengths(message: Message) -> _Lengths:
    """Return what the length of everything but the body depends on.

    A long story has few of these, and to encode an envelope costs more than all other checks of an
    event together.  Keys and names of events are ASCII, and every time is of one length.
    """
    return (
        message.kind,
        message.type,
        message.originator,
        message.release == "public",
        message.expires is None,
        len(message.event),
        len(message.key),
        sum(map(len, message.references)) + len(message.references) if message.references else 0,
    )
