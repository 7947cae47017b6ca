"""What ``feed check`` warns of: what can be played, but is probably not what was meant.

An author who means it says so in the ``accept`` of the event.
"""

from typing import Final, Literal, NamedTuple

from feed.model.check_context import Steps

__all__ = ["WARNINGS", "Unlikely", "WarningCode"]

WarningCode = Literal[
    "early-all-clear",
    "far-area",
    "flight-of-class",
    "impact-on-land",
    "language",
    "mixed-scripts",
    "no-end",
]

WARNINGS: Final[dict[WarningCode, str]] = {
    "early-all-clear": "an all-clear before the object has come down, or has passed the areas",
    "far-area": "an area of an alert that is far from the flight which the alert is about",
    "flight-of-class": "an apogee and a range that no flight of the class has",
    "impact-on-land": "an impact on land where the texts say sea",
    "language": "a text in the letters of another language than the one it is said to be in",
    "mixed-scripts": "a word with letters of more than one script, which look alike",
    "no-end": "an alert that nothing ends: no expiry, no cancel and no all-clear",
}
"""Each warning, and what it is about."""


class Unlikely(NamedTuple):
    """One warning: the steps to what it is about, which it is, why, and what to do."""

    steps: Steps
    code: WarningCode
    text: str
