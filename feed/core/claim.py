"""Who plays an exercise, when several players begin at the same moment: decided without a clock.

Everybody says a name of its own on one topic to which all listen.  The first name that is heard
plays.  Whoever plays, or may, answers those that come later; a name that stands retained may be
that of somebody who died, so it counts only if it is heard again.  A broker that gives all of them
one order lets exactly one play; where two have heard themselves first, they hear each other's
answer, and the lower name plays on.
"""

__all__ = ["PlayerClaim"]


class PlayerClaim:
    """The claim of one player, under a name that nobody else has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.holder: str | None = None
        """who plays; None: that is not known yet"""
        self._said = False
        self._doubted = False

    @property
    def holds(self) -> bool:
        """Whether it is this player who plays."""
        return self.holder == self.name

    def hear(
        self, name: str, *, answer: bool = False, plays: bool = False, retained: bool = False
    ) -> bool:
        """Take in a name that was heard; return whether ours is to be said as an answer.

        ``answer``: it was said as one, by somebody who came before those whom it answers;
        ``plays``: and who knows that it plays.
        """
        if name == self.name:
            self._said = self._said or not retained
            if self._said and not self._doubted and self.holder is None:
                self.holder = name
            return False
        if self.holds and plays and name < self.name:
            self.holder = name
        if self.holder is not None:
            return self.holds
        if retained:
            self._doubted = True
            return False
        if answer or not self._said:
            self.holder = name
            return False
        return True

    def nobody_answered(self) -> None:
        """Note that whoever stood there has had its time to answer."""
        if self.holder is None:
            self.holder = self.name
