"""Messages of runs that are not followed: what a session held of a run before, or a stranger's.

A run that was never met may be the next one, whose manifest and clock are still on their way; its
messages are held for a moment.  What turns out to belong to another run is shown, once, and never
becomes part of a picture.  Only a few runs are told apart, so that invented ones cost nothing.
"""

from typing import Generic, TypeVar

__all__ = ["Leftovers"]

_HOLD_S = 3.0
"""A clock beats once a second; after this a run that it does not tell of is not being played."""
_MOST_RUNS = 4
_MOST_HELD = 2000
_MOST_REMEMBERED = 10_000

Item = TypeVar("Item")


class Leftovers(Generic[Item]):
    """The messages of other runs, by run."""

    def __init__(self) -> None:
        self.dropped = 0
        """messages of more runs, or more of them, than are told apart"""
        self._held: dict[str, tuple[float, dict[tuple[int, int], Item]]] = {}
        self._past: dict[str, dict[tuple[int, int], None]] = {}
        """the numbers that were shown of runs that are not being played"""

    def take(self, run: str, number: tuple[int, int], item: Item, now: float) -> list[Item]:
        """Take a message in; return it if it can be shown now."""
        if run in self._past:
            return [item] if self._remember(run, number) else []
        if run not in self._held and len(self._held) >= _MOST_RUNS:
            self.dropped += 1
            return []
        _, held = self._held.setdefault(run, (now, {}))
        if len(held) >= _MOST_HELD:
            self.dropped += 1
        else:
            held[number] = item
        return self.release(now)

    def claim(self, run: str) -> list[Item]:
        """Return what is held of a run that is followed from now on."""
        self._past.pop(run, None)
        _, held = self._held.pop(run, (0.0, {}))
        return list(held.values())

    def leave(self, run: str) -> None:
        """Note a run that is not followed any longer."""
        self._past.setdefault(run, {})
        if len(self._past) > _MOST_RUNS:
            del self._past[next(iter(self._past))]

    def release(self, now: float) -> list[Item]:
        """Return what was held for long enough: its run is not being played."""
        shown: list[Item] = []
        for run, (since, held) in list(self._held.items()):
            if now - since >= _HOLD_S:
                del self._held[run]
                self.leave(run)
                self._past[run] |= dict.fromkeys(held)
                shown += held.values()
        return shown

    def _remember(self, run: str, number: tuple[int, int]) -> bool:
        """Note a number; False if it was shown already."""
        numbers = self._past[run]
        if number in numbers:
            return False
        numbers[number] = None
        if len(numbers) > _MOST_REMEMBERED:
            del numbers[next(iter(numbers))]
        return True
