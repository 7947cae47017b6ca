"""Topics: where each thing of an exercise stands.

``exercise`` is the first level of every topic, so that a wildcard subscriber cannot miss it.  Every
level is lower-case letters, digits and hyphens; a country is its ISO 3166-1 alpha-3 code.
"""

import hmac
import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "LEVEL",
    "ROOT",
    "SIGNED",
    "FeedTopic",
    "Topics",
    "client_id",
    "exercise_of",
    "own_end",
    "parse_feed_topic",
]

ROOT = "exercise/v1"
SIGNED = frozenset({"feed", "state", "head", "clock", "manifest"})
"""the levels below an exercise on which a player with a key signs everything"""
LEVEL = re.compile(r"[a-z0-9-]+")
_COUNTRY = re.compile(r"[a-z]{3}")
_PARTS = 7
_END = 12
"""hexadecimal digits: as many as nobody tries out"""


class FeedTopic(NamedTuple):
    """The parts of a topic of a country's feed."""

    exercise: str
    country: str
    kind: str
    event: str


@dataclass(frozen=True)
class Topics:
    """The topics of one exercise, by its slug."""

    exercise: str

    @property
    def base(self) -> str:
        """The levels that every topic of the exercise starts with."""
        return f"{ROOT}/{self.exercise}"

    def feed(self, country: str, kind: str, event: str) -> str:
        """Return the topic of one event on a country's feed."""
        return f"{ROOT}/{self.exercise}/feed/{country.lower()}/{kind}/{event}"

    def feed_filter(self, country: str) -> str:
        """Return the one filter by which a country's feed is subscribed."""
        return f"{self.base}/feed/{country.lower()}/#"

    def head(self, country: str) -> str:
        """Return the topic of the last number sent to a country."""
        return f"{self.base}/head/{country.lower()}"

    def state(self, country: str, kind: str, event: str) -> str:
        """Return the topic of the present picture of one event for a country."""
        return f"{self.base}/state/{country.lower()}/{kind}/{event}"

    def nothing(self, country: str) -> str:
        """Return the topic that says outright that nothing is active."""
        return f"{self.base}/state/{country.lower()}/none"

    def geo(self, country: str, event: str) -> str:
        """Return the topic of one event as a GeoJSON Feature."""
        return f"{self.base}/geo/{country.lower()}/{event}"

    def metrics(self, country: str) -> str:
        """Return the topic of a country's numbers."""
        return f"{self.base}/metrics/{country.lower()}"

    @property
    def clock(self) -> str:
        """The topic of the run's clock."""
        return f"{self.base}/clock"

    @property
    def manifest(self) -> str:
        """The topic that says what is being played."""
        return f"{self.base}/manifest"

    @property
    def control(self) -> str:
        """The topic on which operators ask something of the player."""
        return f"{self.base}/control"

    def control_answer(self, client: str) -> str:
        """Return the topic of the answers to one operator's client."""
        return f"{self.base}/control/{client}"

    @property
    def staff(self) -> str:
        """The topic of the notes to the control staff; below ``control``, for operators alone."""
        return f"{self.base}/control/staff/notes"

    @property
    def player_presence(self) -> str:
        """The topic that says whether a player is there."""
        return f"{self.base}/player/presence"

    @property
    def claim(self) -> str:
        """The topic on which one of several players that begin at once is found."""
        return f"{self.base}/player/claim"

    @property
    def probe(self) -> str:
        """The topic on which a player reads back what it wrote, before it plays."""
        return f"{self.base}/player/probe"

    def acknowledgement(self, country: str, client: str) -> str:
        """Return the topic on which a receiver says how far it is."""
        return f"{self.base}/up/{country.lower()}/ack/{client}"

    def history(self, country: str, client: str) -> str:
        """Return the topic on which a receiver asks for what it missed."""
        return f"{self.base}/up/{country.lower()}/history/{client}"

    def presence(self, country: str, client: str) -> str:
        """Return the topic that says whether a receiver is there."""
        return f"{self.base}/up/{country.lower()}/presence/{client}"

    def down(self, country: str, client: str) -> str:
        """Return the topic of the answers to one client."""
        return f"{self.base}/down/{country.lower()}/{client}"


def client_id(role: str, exercise: str, name: str, key: str = "") -> str:
    """Return the fixed client id of a member of an exercise: letters a-z, digits, hyphens.

    With the ``key`` of a home nobody else can reckon it.
    """
    text = f"feed-{role}-{exercise}-{name}"
    text = f"{text}-{own_end(key, text)}" if key else text
    assert LEVEL.fullmatch(text), f"not a client id: {text}"
    return text


def own_end(key: str, name: str) -> str:
    """Return the end of a name that only who has the ``key`` of a home can reckon.

    Each name has its own: who is told one of them, as in a line to paste, knows no other.
    """
    return hmac.digest(key.encode(), name.encode(), "sha256").hex()[:_END]


def exercise_of(topic: str) -> str | None:
    """Return the exercise a topic belongs to; None if it is no topic of the feed."""
    levels = topic.split("/")
    if len(levels) < 4 or "/".join(levels[:2]) != ROOT:  # noqa: PLR2004 - root, exercise, one more
        return None
    return levels[2] if LEVEL.fullmatch(levels[2]) else None


def parse_feed_topic(topic: str) -> FeedTopic | None:
    """Return the parts of a feed topic; None for any other topic."""
    levels = topic.split("/")
    if len(levels) != _PARTS or levels[3] != "feed" or exercise_of(topic) is None:
        return None
    if not _COUNTRY.fullmatch(levels[4]) or not all(map(LEVEL.fullmatch, levels[5:])):
        return None
    return FeedTopic(levels[2], levels[4].upper(), levels[5], levels[6])
