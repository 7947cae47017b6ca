"""What is written down of a run that was cut off: enough to find again where it stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from feed.core.actions import Verb

__all__ = ["CutOff", "Recorded"]


class Recorded(NamedTuple):
    """An action as it was written down before it took effect."""

    action: Verb
    position: int
    cursor: int
    """how many deliveries of the plan came before the next one"""
    into: int
    """the epoch that followed"""


@dataclass(frozen=True)
class CutOff:
    """What was written down of a run that was cut off."""

    actions: tuple[Recorded, ...] = ()
    cursor: int | None = None
    """where the deliveries of the last epoch end; None: there are none"""
    heads: Mapping[str, int] = field(default_factory=dict)
    """the last numbers of that epoch"""
    last_due: int = 0
    """when the last of them was due"""
    sent: int = 0
    """how many there are in all epochs"""
