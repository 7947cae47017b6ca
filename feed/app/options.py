"""How a run is played: as a user asks for it, and on a broker."""

from dataclasses import dataclass, field
from pathlib import Path

from feed.core.run import Span

__all__ = ["Options", "PlayOptions"]


@dataclass(frozen=True)
class Options:
    """How a run is played on a broker; spans are wall seconds."""

    rate: float = 1.0
    span: Span = field(default_factory=Span)
    paused: bool = False
    start_at: int | None = None
    """the wall time at which it begins, microseconds since 1970; None: at once"""
    max_gap_s: float | None = None
    wait_for: tuple[str, ...] = ()
    wait_s: float | None = None
    """how long to wait for receivers; None: for ever"""
    settle_s: float = 60.0
    """how long to wait at the end for receivers that were waited for at the start"""
    linger_s: float = 0.0
    """how long to go on answering requests for history after the end"""


@dataclass(frozen=True)
class PlayOptions:
    """What a user asks for when a scenario is played, as written."""

    scenario: str = ""
    variables: tuple[str, ...] = ()
    """``name=value``, in place of the defaults of the scenario's variables"""
    arrangements: Path | None = None
    exercise: str | None = None
    as_of: str | None = None
    countries: tuple[str, ...] = ()
    rate: float | None = None
    """None: 1, or with a run that goes on as it was before"""
    start_offset: str | None = None
    until: str | None = None
    paused: bool = False
    start_at: str | None = None
    """the wall time (RFC 3339) at which it begins"""
    max_gap: str | None = None
    wait_for: tuple[str, ...] = ()
    wait_s: float | None = None
    settle_s: float = 60.0
    linger_s: float = 0.0
    faults: Path | None = None
    """a file of faults on purpose, in place of those of the scenario"""
