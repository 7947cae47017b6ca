"""How a run is played on a broker."""

from dataclasses import dataclass, field

from feed.core.run import Span

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """How a run is played on a broker; spans are wall seconds."""

    rate: float = 1.0
    span: Span = field(default_factory=Span)
    paused: bool = False
    max_gap_s: float | None = None
    wait_for: tuple[str, ...] = ()
    wait_s: float | None = None
    """how long to wait for receivers; None: for ever"""
    settle_s: float = 60.0
    """how long to wait at the end for receivers that were waited for at the start"""
    linger_s: float = 0.0
    """how long to go on answering requests for history after the end"""
