"""Who has too many connections or sessions on a broker, and which of them are to end.  Pure.

Of each user only so many are kept; what is beyond is its newest connections and its oldest sessions
that nobody uses, so that who is there stays there.  One user's never cost another's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

__all__ = ["EACH", "Connected", "Crowd", "TooMany"]

EACH = 20
"""Subscriptions, as the server counts them, that each connection may have on average.

A receiver of ours has 12.  Each that is acknowledged takes about 100 KB of the server's memory.
"""


class Connected(NamedTuple):
    """A connection to a broker, or one that was."""

    number: int
    """larger than that of any earlier one"""
    user: str
    client: str
    subscriptions: int


class TooMany(NamedTuple):
    """What is to end."""

    connections: list[Connected]
    sessions: list[Connected]
    """that nobody uses at present"""


class Crowd:
    """What the users of a broker have; ``most`` connections of each, and as many sessions.

    A user that is not in ``most`` may have any number.
    """

    def __init__(self, most: Mapping[str, int]) -> None:
        self._most = most
        self._left: dict[str, Connected] = {}
        """by client: who has gone and may have left a session, the last at the end"""

    @property
    def left(self) -> Iterable[Connected]:
        """Who has gone and may have left a session."""
        return self._left.values()

    def look(self, here: Iterable[Connected], gone: Iterable[Connected]) -> TooMany:
        """Return what is to end, now that some are ``here`` and some have ``gone``."""
        present: defaultdict[str, list[Connected]] = defaultdict(list)
        left: defaultdict[str, list[Connected]] = defaultdict(list)
        for one in sorted(gone):
            # A client has one session, of whoever used it last; that is the last to be seen.
            self._left.pop(one.client, None)
            if one.user in self._most:
                self._left[one.client] = one
        for one in sorted(here):
            self._left.pop(one.client, None)
            present[one.user].append(one)
        for one in self._left.values():
            left[one.user].append(one)
        found = TooMany([], [])
        for user, most in self._most.items():
            found.connections.extend(_beyond(most, present[user]))
            found.sessions.extend(_beyond(most, left[user][::-1]))
        for session in found.sessions:
            del self._left[session.client]
        return found


def _beyond(most: int, ones: Iterable[Connected]) -> Iterable[Connected]:
    """Yield those for which there is no room beside the ones before them."""
    subscriptions = most * EACH
    for one in ones:
        if most > 0 and one.subscriptions <= subscriptions:
            most -= 1
            subscriptions -= one.subscriptions
        else:
            yield one
