"""Hands items from an event loop to a thread that reads them as an iterator.

What is given is taken one batch at a time, and whoever gives waits until the reader is done with
it: so nothing piles up, and what was given is safe when the call returns.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

__all__ = ["Handoff"]

Item = TypeVar("Item")


class Handoff(Generic[Item]):
    """One reader, any number of givers; both may leave at any time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: Sequence[Item] | None = None
        self._ended = False
        self._left = False

    def give(self, items: Sequence[Item]) -> bool:
        """Give items, and wait until the reader has done with them; False if it has left."""
        with self._changed:
            self._changed.wait_for(lambda: self._items is None or self._left)
            if self._left:
                return False
            self._items = items
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._items is not items or self._left)
            return not self._left

    def end(self) -> None:
        """Let the reader come to its end once it has done with what was given."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def leave(self) -> None:
        """Let nobody wait for the reader any longer."""
        with self._changed:
            self._left = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """Yield what is given, until the end."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items is not None or self._ended)
                items = self._items
            if items is None:
                return
            yield from items
            with self._changed:
                self._items = None
                self._changed.notify_all()
