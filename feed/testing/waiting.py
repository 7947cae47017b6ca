"""Waiting for what a client does by itself."""

import threading
from collections.abc import Callable

__all__ = ["eventually"]

_LOOK_S = 0.01


def eventually(condition: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until a condition holds; AssertionError if it does not within so many seconds.

    A client gets its messages in its own time: ask for what it has got before you ask what it made
    of it.
    """
    never = threading.Event()
    for _ in range(max(1, round(within_s / _LOOK_S))):
        if condition():
            return
        never.wait(_LOOK_S)
    if not condition():
        raise AssertionError(f"still not so after {within_s:g} s")
