"""How much somebody may do: an amount at once, and then only as fast as it grows again.  Pure."""

__all__ = ["Allowance"]


class Allowance:
    """A budget of each of several, by name; nobody's costs another's.

    ``most`` is what there is at first, and never more; ``per_s`` is what it grows by in a second.
    """

    def __init__(self, *, most: float, per_s: float) -> None:
        self._most = most
        self._per_s = per_s
        self._kept: dict[str, tuple[float, float]] = {}
        """what there was of each, and when, in seconds"""

    def left(self, name: str, now: float) -> float:
        """Return how much there is now; less than nothing if too much was spent."""
        had, when = self._kept.get(name, (self._most, now))
        return min(self._most, had + (now - when) * self._per_s)

    def spend(self, name: str, amount: float, now: float) -> float:
        """Take an amount, whether there is as much or not; return what is left."""
        left = self.left(name, now) - amount
        self._kept[name] = (left, now)
        return left

    def exhaust(self, name: str, now: float) -> None:
        """Let there be nothing, neither to spend nor owed."""
        self._kept[name] = (0.0, now)
