"""Logs of the verbs that run for a while: structlog, to standard error."""

from feed.clock import SystemClock
from feed.terminal.log import Notes, configure_logs

__all__ = ["logging_to_stderr"]


def logging_to_stderr(*, verbose: bool) -> Notes:
    """Set the logs up; return what a live view asks for the last warning."""
    return configure_logs(verbose=verbose, wall=SystemClock().wall)
