"""What is wrong with a topic filter, by its text and by what stands on the broker."""

from feed.app.exercises import Exercise
from feed.app.finding import Diagnosis
from feed.app.watch import filter_mistakes
from feed.wire.topics import ROOT, Topics, exercise_of

__all__ = ["of_filter"]

_FEWEST = 4
"""levels of the shortest topic: clock and manifest of an exercise"""
_LEVELS = {"feed": 7, "state": 6, "geo": 6, "head": 5, "metrics": 5, "up": 7, "down": 6}
"""levels of the shortest topic below each part of an exercise"""


def of_filter(name: str, qos: int, found: list[Exercise]) -> list[Diagnosis]:
    """Return what is wrong with a topic filter, by its text alone."""
    findings = []
    levels = name.split("/")
    if name.startswith("/"):
        findings.append(
            Diagnosis("wrong", "the filter begins with '/'", f"topics here begin with {ROOT}")
        )
    elif not _covers(levels, ROOT.split("/")):
        findings.append(
            Diagnosis(
                "wrong", f"the filter does not begin with {ROOT}", "nothing else is published"
            )
        )
    findings += [Diagnosis("wrong", *mistake) for mistake in filter_mistakes(name)]
    if name != name.lower():
        findings.append(
            Diagnosis("wrong", "the filter has capital letters", "every level is lower case here")
        )
    exercise = exercise_of(f"{name}/x")
    slugs = [each.slug for each in found]
    if exercise is not None and slugs and exercise not in slugs:
        findings.append(
            Diagnosis(
                "wrong",
                f"no exercise is called '{exercise}' here",
                f"there is {', '.join(slugs)}; '+' in its place takes any",
            )
        )
    if qos == 0:
        findings.append(
            Diagnosis(
                "note",
                "a subscription of QoS 0 receives everything at QoS 0 and may lose messages",
                "subscribe with QoS 1 (mosquitto_sub -q 1)",
            )
        )
    if _too_short(levels):
        findings.append(
            Diagnosis(
                "wrong",
                f"the filter matches the topic {name!r} alone, on which nothing is published",
                f"write {name.rstrip('/')}/# for everything below it",
            )
        )
    narrow = exercise is not None and len(levels) > 5 and levels[3:4] == ["feed"]  # noqa: PLR2004
    if narrow and levels[5] not in {"#", "+"}:
        findings.append(
            Diagnosis(
                "note",
                "with this filter gaps in 'sequence' mean nothing",
                f"subscribe to {Topics(exercise or '+').base}/feed/{levels[4]}/# to see losses",
            )
        )
    return findings


def _too_short(levels: list[str]) -> bool:
    """Tell whether a filter ends above every topic that is published."""
    if "#" in levels or levels[:2] != ROOT.split("/"):
        return False
    room = levels[3] if len(levels) > 3 else ""  # noqa: PLR2004 - root, exercise, room
    return len(levels) < _LEVELS.get(room, _FEWEST)


def _covers(levels: list[str], root: list[str]) -> bool:
    """Tell whether a filter can match topics below a root."""
    for wanted, level in zip(levels, root, strict=False):
        if wanted == "#":
            return True
        if wanted not in {"+", level}:
            return False
    return len(levels) > len(root)
