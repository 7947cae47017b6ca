"""One country's feed, put in order, and what its country has to take as true.  No MQTT in here.

Copy this file beside ``receive_paho.py`` or ``receive_aiomqtt.py``.
"""

from datetime import datetime
from typing import Any

Message = dict[str, Any]

LASTING = {"launch", "track", "impact", "alert", "meeting", "agreement"}
OVER = {"held", "cancelled", "not-held", "ended"}
when = datetime.fromisoformat


class Feed:
    """Messages come twice, late or out of order; ``show`` gets each once, in order."""

    def __init__(self) -> None:
        self.stream = ("", 0)  # run and epoch: the later stream is the greater pair
        self.next, self.held, self.picture = 1, dict[int, Message](), Picture()

    def take(self, message: Message) -> None:
        """Take in one message of the feed."""
        if message["status"] == "Exercise" and self._follows(message):
            number = int(message["sequence"])
            if number >= self.next:  # else it came before
                self.held[number] = message
            while self.next in self.held:
                one = self.held.pop(self.next)
                note = self.picture.take(one)
                print(f"EXERCISE {one['epoch']}.{self.next} {one['type']} {one['subject']}{note}")
                self.next += 1

    def missing(self, head: Message) -> tuple[int, int] | None:
        """Take in how far the player is; return what has to be asked for, first to last."""
        if not self._follows(head):
            return None
        if self.next <= head["sequence"]:
            return self.next, min([head["sequence"] + 1, *self.held]) - 1
        if head["final"]:
            active = sorted({event for event, _, _ in self.picture.active})
            print(f"EXERCISE {head['epoch']} complete: {head['sequence']}, active: {active}")
        return None

    def _follows(self, said: Message) -> bool:
        """Begin anew with a new run or epoch: time has jumped, and nothing stands any longer."""
        stream = (said["run"], said["epoch"])
        if stream > self.stream:
            self.stream, self.next, self.held, self.picture = stream, 1, {}, Picture()
        return stream == self.stream


class Picture:
    """What stands, by event, originator and kind."""

    def __init__(self) -> None:
        self.active: dict[tuple[str, str, str], Message] = {}
        self.ended: dict[tuple[str, str], datetime] = {}

    def take(self, message: Message) -> str:
        """Fold a message in; return what is strange about it."""
        kind, act = message["type"].split(".")[1:3]
        event, source, data = message["subject"], message["source"], message["data"]
        key, time, due = (event, source, kind), when(message["time"]), when(message["due"])
        for old, known in list(self.active.items()):
            if "expires" in known and when(known["expires"]) <= due:
                del self.active[old]
        if kind not in LASTING:
            return ""  # over when it is reported, or of a kind that is newer than this program
        if act in {"cancel", "all-clear"}:
            return self._end(message, time)
        if time < self.ended.get((event, source), time):
            return " LATE: it is over"
        if key in self.active and time < when(self.active[key]["time"]):
            return " LATE: something newer stands"
        self.active.pop(key, None)
        if data.get("state") not in OVER:
            self.active[key] = message
        return ""

    def _end(self, message: Message, time: datetime) -> str:
        """End what a cancel or all-clear is about; where areas remain, the rest goes on."""
        event, source, data = message["subject"], message["source"], message["data"]
        named = message.get("references", "").split()
        over = [
            key
            for key, known in self.active.items()
            if key[0] == event and (key[1] == source or known["message"] in named)
        ]
        for key in over:
            known = self.active.pop(key)
            if "remaining" in data:
                rest = {**known["data"], "areas": data["remaining"]}
                self.active[key] = {**known, "data": rest}
        if "remaining" not in data:
            self.ended |= {(event, each): time for each in {source, *(key[1] for key in over)}}
        return "" if over else " UNMATCHED: it ends nothing that is known"
