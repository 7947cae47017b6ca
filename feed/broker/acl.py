"""What another broker has to grant, printed from the roles that the embedded broker enforces.

mosquitto knows ``read``, ``write`` and ``deny``, which takes away both directions.  the
first ``user`` are for clients without a name, which are observers.
"""

from collections.abc import Sequence

from feed.broker.engines.mosquitto import rights_lines
from feed.broker.roles import OBSERVER, PLAYER, rights

__all__ = ["KINDS", "mosquitto_acl", "printed"]

KINDS = ("mosquitto",)
"""the brokers whose access lists can be printed"""

_HEAD = """\
# Access list for mosquitto 2.0 or later: 'acl_file' in mosquitto.conf names this file.
#
# mosquitto.conf needs beside it:
#   max_queued_messages 0     else it drops silently what waits for a slow client
#   persistence true          else a restart costs what waited for receivers that were away
#   password_file FILE        mosquitto_passwd -b FILE USER PASSWORD, for each user below
#   allow_anonymous true      observers need no name; with false there are none
#   clientid_prefixes feed-   optional, and then every client needs such an id, other programs' too:
#                             who knows the id of another client can end its connection
#
# mosquitto grants every subscription and serves those that are not listed with nothing; it hangs
# up on an MQTT 3.1.1 client that publishes where it may not. 'feed doctor --user USER' says which
# right is missing.
"""
_PLAYER_NOTE = "# (mosquitto cannot withhold writing alone, so nothing is denied to the player)"
_LEAST = """\
# A receiver needs at least its feed:        topic read exercise/v1/+/feed/<country>/#
# With that alone nobody waits for it, nothing it misses can be repaired, and it does not hear of
# the end of a run; 'mosquitto_sub' and the like need no more."""


def printed(kind: str, countries: Sequence[str]) -> str:
    """Return the rights of every role in the words of another broker; KeyError for another kind."""
    return {"mosquitto": mosquitto_acl}[kind](countries)


def mosquitto_acl(countries: Sequence[str]) -> str:
    """Return the access list of a mosquitto for some countries."""
    roles = rights([country.lower() for country in countries])
    parts = [
        _HEAD,
        "# observers: clients without a user name",
        *rights_lines(roles.pop(OBSERVER)),
    ]
    # Its clients read and remove everything of an exercise, so the player needs all of it.
    roles[PLAYER] = roles[PLAYER]._replace(but_write=())
    first = countries[0].lower() if countries else ""
    notes = {PLAYER: [_PLAYER_NOTE], first: [_LEAST.replace("<country>", first)]}
    for role, allowed in roles.items():
        parts += ["", f"user {role}", *notes.get(role, ()), *rights_lines(allowed)]
    return "\n".join(parts) + "\n"
