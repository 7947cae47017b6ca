"""What a file is that was named as a scenario and is none: one sentence instead of a hundred."""

from typing import Any

from feed.errors import Problem
from feed.files.text import Located
from feed.model.quoting import near
from feed.model.scenario import Scenario

__all__ = ["no_scenario"]

_TELLING = (
    (
        {"specversion", "subject"},
        "holds messages as they were received; name the scenario or the run that they are of",
    ),
    (
        {"topic", "payload"},
        "is captured traffic, which 'feed play' plays; name the scenario that it is of",
    ),
    ({"type", "features"}, "is GeoJSON; 'feed import points' makes a scenario of points"),
    ({"type", "geometry"}, "is GeoJSON; 'feed import points' makes a scenario of points"),
    ({"faults"}, "holds faults, which go with a scenario: --faults FILE"),
    ({"participants", "arrangements"}, "holds arrangements, which go with --arrangements FILE"),
)
_OWN = {"title", "starts", "events"}
_KEYS = tuple(field.alias or name for name, field in Scenario.model_fields.items())
_OTHERWISE = "has no key of a scenario; it begins with 'feed: 1', and 'feed new' writes one"


def no_scenario(located: Located) -> Problem | None:
    """Return that a file is something else, if its first part has nothing of a scenario."""
    data: Any = located.data
    if not isinstance(data, dict) or not data or _OWN & data.keys():
        return None
    told = next((text for keys, text in _TELLING if keys <= data.keys()), None)
    if told is None and any(near(key, _KEYS) for key in data):
        return None  # whoever misspelt some keys meant a scenario
    text = f"this is no scenario: it {told or _OTHERWISE}"
    return Problem(located.path, *located.place(()), text)
