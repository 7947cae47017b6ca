"""Who may read and write each topic of the contract, by the rights of the roles."""

from collections.abc import Mapping, Sequence
from typing import Protocol

__all__ = ["RoleRights", "allowed", "who"]


class RoleRights(Protocol):
    """What one role may do, as topic filters; what ``but_…`` names is taken away again."""

    @property
    def read(self) -> Sequence[str]:
        """What it may subscribe to."""

    @property
    def write(self) -> Sequence[str]:
        """What it may publish to."""

    @property
    def but_read(self) -> Sequence[str]:
        """What it may not subscribe to all the same."""

    @property
    def but_write(self) -> Sequence[str]:
        """What it may not publish to all the same."""


def who(role: str, countries: Sequence[str]) -> str:
    """Return in words who has a role, and under which name."""
    if role.upper() in countries:
        return f"A receiver of {role.upper()}: user name {role}."
    return f"The role {role}." if role != "observer" else "An observer: no user name."


def allowed(
    address: str, countries: Sequence[str], roles: Mapping[str, RoleRights], *, reads: bool
) -> list[str]:
    """Return the roles that may read, or write, a topic; a country's own for its country."""
    found = []
    for role, may in roles.items():
        granted, refused = (may.read, may.but_read) if reads else (may.write, may.but_write)
        own = role if role.upper() in countries else countries[0].lower()
        topic = address.replace("{country}", own)
        if any(_fits(each, topic) for each in granted) and not any(
            _fits(each, topic) for each in refused
        ):
            found.append(role)
    return found


def _fits(topic_filter: str, topic: str) -> bool:
    """Tell whether an MQTT topic filter has a topic."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(
        each in {"+", level} for each, level in zip(wanted, levels, strict=True)
    )
