"""Who may read and write what: the roles of the contract as rights over topic filters.

A right is an MQTT topic filter.  What no right names is refused; a ``but`` takes away from a right
that is wider.  Countries are data: each is a role of its own, named by its lower-case code.
"""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["OBSERVER", "OPERATOR", "PLAYER", "READY", "SECRET", "Rights", "rights"]

PLAYER = "player"
OPERATOR = "operator"
OBSERVER = "observer"

READY = "feed-ready"
"""Who asks a secured broker whether it lets anybody in; it may do nothing else."""

SECRET = (PLAYER, OPERATOR)
"""the roles that need a password on loopback too"""

_EXERCISE = "exercise/v1/+"
_ALL = ("exercise/#",)
_PRIVATE = tuple(f"{_EXERCISE}/{level}/#" for level in ("control", "up", "down"))


class Rights(NamedTuple):
    """What one role may do, as topic filters."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    but_read: tuple[str, ...] = ()
    but_write: tuple[str, ...] = ()


def rights(countries: Sequence[str]) -> dict[str, Rights]:
    """Return the rights of every role, by its name."""
    return {
        # ``control`` alone: what stands below it are the player's own answers.
        PLAYER: Rights(_ALL, _ALL, but_write=(f"{_EXERCISE}/control",)),
        OPERATOR: Rights(_ALL, (f"{_EXERCISE}/control", f"{_EXERCISE}/operator/presence/#")),
        OBSERVER: Rights(_ALL, (), but_read=_PRIVATE),
        **{country: _of_country(country) for country in countries},
    }


def _of_country(country: str) -> Rights:
    own = ("feed", "head", "state", "geo", "metrics", "down")
    shared = ("clock", "manifest")
    return Rights(
        (
            *(f"{_EXERCISE}/{level}/{country}/#" for level in own),
            *(f"{_EXERCISE}/{level}/#" for level in shared),
        ),
        (f"{_EXERCISE}/up/{country}/#",),
    )
