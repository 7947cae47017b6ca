"""Builds the recorded streams of ``feed conform``: messages of stories, then made unkind by hand.

``make golden`` writes them; what a person expects at the end of each
stands in ``ENDS``, beside the point that it makes.
"""

import json
from collections.abc import Sequence
from typing import Any

from feed.app.conform import OwnReceiver
from feed.model.common import EventBase
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests import make

__all__ = ["ENDS", "STREAMS", "recorded"]

Sent = dict[str, Any]
Marked = tuple[Sent, str]
"""A message, and what it is there for."""
RUN, LATER = "01jfm0conform", "01jfm9conform"
AREAS = ["North", "South"]
FLIGHT = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}


def told(*events: EventBase, epoch: int = 1, run: str = RUN) -> list[Sent]:
    """Return what JPN is sent of a story, numbered in order."""
    played = Played(run, epoch, "CONFORM", "conform")
    deliveries = [each for each in make.plan(*events).deliveries() if each.recipient == "JPN"]
    return numbered(
        [json.loads(encode(each, played, 1, each.due)) for each in deliveries], epoch, run
    )


def numbered(messages: Sequence[Sent], epoch: int = 1, run: str = RUN) -> list[Sent]:
    """Return messages under the numbers of their order."""
    return [
        each
        | {
            "id": f"{run}.{epoch}.jpn.{n}",
            "sequence": f"{n:08}",
            "epoch": epoch,
            "run": run,
        }
        for n, each in enumerate(messages, 1)
    ]


def plain(messages: Sequence[Sent], **marks: str) -> list[Marked]:
    """Return messages with what those are for that are marked, as ``n3="…"``, counted from 1."""
    return [(each, marks.get(f"n{n}", "")) for n, each in enumerate(messages, 1)]


def _in_order() -> list[Marked]:
    return plain(
        told(
            make.alert(areas=AREAS),
            make.launch(at=4, seen=["JPN"], flight=FLIGHT, track={"every": "PT10S"}),
            make.correction(as_="all-clear", at=90, reason="threat-ended"),
        )
    )


def _duplicates() -> list[Marked]:
    alert, clear = told(
        make.alert(), make.correction(as_="all-clear", at=60, reason="threat-ended")
    )
    return [
        (alert, ""),
        (alert, "the same message twice: it is shown once"),
        (clear, ""),
        (alert, "the alert again, after its all-clear: it stays over"),
        (clear, "the all-clear again"),
    ]


def _reordered() -> list[Marked]:
    one, two, three = told(
        make.alert(),
        make.alert("siren", at=10, country="KOR"),
        make.correction(as_="cancel", at=60, reason="issued-in-error"),
    )
    return [
        (three, "number 3 comes first: it waits for 1 and 2"),
        (one, "number 1 can be shown, 3 still waits"),
        (two, "with number 2 all three can be shown, in order"),
    ]


def _unknown() -> list[Marked]:
    first, last = told(make.alert(), make.alert("siren", at=10, country="KOR"))
    weather = first | {"type": "exercise.weather.alert.v1", "subject": "wind", "data": {"x": 1}}
    member = last | {"later": {"a": [1]}, "data": {**last["data"], "later": True}}
    return plain(
        numbered([first, weather, member]),
        n2="a kind of a later version: it has its number, and nothing stands of it",
        n3="members of a later version are no reason to refuse a message",
    )


def _unmatched() -> list[Marked]:
    alert, siren, clear = told(
        make.alert(),
        make.alert("siren", at=10, country="KOR"),
        make.correction("siren", "all-clear", at=60, reason="threat-ended"),
    )
    unheard = clear | {"subject": "unheard", "references": "unheard.kor.1"}
    other = clear | {"subject": "warning", "references": "siren.kor.1"}
    named = clear | {"subject": "warning", "references": "warning.jpn.1"}
    return plain(
        numbered([alert, siren, unheard, other, named, clear]),
        n3="it ends what this country was never told of",
        n4="somebody else's all-clear that does not name the alert: it goes on",
        n5="somebody else may end what its message names",
    )


def _late() -> list[Marked]:
    first, update, end = told(
        make.alert(),
        make.correction(as_="update", at=30, text="Stay inside."),
        make.correction(as_="all-clear", at=60, reason="threat-ended"),
    )
    siren = told(make.alert("siren", at=70, country="KOR"))[0]
    held_up = update | {"due": end["due"], "late": True}
    return plain(
        numbered([first, end, held_up, siren, first | {"due": siren["due"], "late": True}]),
        n3="an update that was made before the all-clear and came after it: it stays over",
        n5="a first report that was held up on its way: no reason to warn again",
    )


def _epochs() -> list[Marked]:
    first = told(make.alert(), make.alert("siren", at=10, country="KOR"))
    second = told(make.meeting(), make.alert("siren", at=10, country="KOR"), epoch=2)
    return [
        *plain(first),
        (second[0], "a new epoch begins with an empty picture, and its numbers with 1"),
        (first[1], "what is left of the old epoch changes nothing"),
        (second[1], ""),
    ]


def _runs() -> list[Marked]:
    old = told(make.alert(), make.alert("siren", at=10, country="KOR"))
    new = told(make.meeting(), run=LATER)
    return [
        (old[0], ""),
        (new[0], "a new run begins anew"),
        (old[1], "what is left of the old run changes nothing"),
    ]


def _parts() -> list[Marked]:
    return plain(
        told(
            make.alert(areas=AREAS),
            make.correction(
                as_="all-clear", at=30, areas=["North"], reason="threat-passed", name="north"
            ),
            make.correction(
                as_="all-clear", at=60, areas=["South"], reason="threat-passed", name="south"
            ),
        ),
        n2="over in one of two areas: the alert goes on",
        n3="over in the last one",
    )


def _expiry() -> list[Marked]:
    return plain(
        told(
            make.alert(expires="PT30S"),
            make.alert("siren", at=20, country="KOR"),
            make.alert("other", at=40, country="KOR"),
        ),
        n3="by now the first one has expired, though nobody said so",
    )


def _states() -> list[Marked]:
    return plain(
        told(
            make.meeting(),
            make.agreement(at=10, state="in-force"),
            make.correction("talks", "update", at=50, state="held"),
            make.meeting("others", at=60),
            make.correction("others", "update", at=70, state="cancelled"),
            make.correction("accord", "update", at=80, state="ended"),
        ),
        n3="a meeting that was held stands no longer",
        n5="nor does one that was called off",
        n6="nor an agreement that ended",
    )


def _strangers() -> list[Marked]:
    one, two = told(make.alert(), make.alert("siren", at=10, country="KOR"))
    return [
        (two | {"status": "Actual"}, "not marked as an exercise: no message of the feed"),
        (one, ""),
        ({"hello": "world"}, "something else altogether"),
        (two, "the message that is marked has its number still"),
    ]


STREAMS = {
    "in-order": ("An alert, a flight and an all-clear, as they are sent", _in_order),
    "duplicates": ("MQTT delivers at least once", _duplicates),
    "reordered": ("Messages are shown in the order of their numbers", _reordered),
    "unknown-kinds": ("Within a version kinds and members are only added", _unknown),
    "unmatched-cancels": ("Who may end what", _unmatched),
    "late-reports": ("What was held up on its way does not come back", _late),
    "epochs": ("Time jumped: the player begins a new epoch", _epochs),
    "runs": ("Another run of the same exercise", _runs),
    "part-by-part": ("An alert that is over area by area", _parts),
    "expiry": ("An alert that ends by itself", _expiry),
    "states": ("Meetings and agreements end by their state", _states),
    "strangers": ("What is no message of an exercise", _strangers),
}
ENDS = {
    "in-order": [],
    "duplicates": [],
    "reordered": ["alert/siren"],
    "unknown-kinds": ["alert/siren", "alert/warning"],
    "unmatched-cancels": [],
    "late-reports": ["alert/siren"],
    "epochs": ["alert/siren", "meeting/talks"],
    "runs": ["meeting/talks"],
    "part-by-part": [],
    "expiry": ["alert/other", "alert/siren"],
    "states": [],
    "strangers": ["alert/siren", "alert/warning"],
}


def recorded(name: str) -> str:
    """Return a stream as its file has it."""
    about, made = STREAMS[name]
    receiver = OwnReceiver()
    receiver.answer({"stream": name})
    lines: list[Sent] = [{"stream": name, "country": "JPN", "about": about}]
    for payload, why in made():
        kind = payload.get("type", "exercise.alert").split(".")[1]
        topic = f"exercise/v1/conform/feed/jpn/{kind}/{payload.get('subject', 'x')}"
        expected = receiver.answer({"topic": topic, "payload": payload})
        said = {"why": why} if why else {}
        lines.append({"topic": topic, **expected, **said, "payload": payload})
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
