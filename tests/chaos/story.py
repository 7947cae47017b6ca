"""A long story for the chaos: incidents, and alerts that are updated and then over.

Every message is public, so that each country has to get every one of them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feed.app.prepare import prepare

__all__ = ["COUNTRIES", "EXERCISE", "SPAN_S", "planned", "write_story"]

COUNTRIES = ("KOR", "JPN", "USA")
EXERCISE = "CHAOS"
SPAN_S = 1000.0
"""how long the story lasts, in seconds of its own"""

_CYCLE = 10
_STARTS = "2023-12-19T09:00:00+09:00"


def write_story(path: Path, messages: int) -> None:
    """Write a story of so many messages as JSON Lines."""
    header = {
        "feed": "1",
        "id": "chaos",
        "title": "Many incidents and alerts",
        "exercise": EXERCISE,
        "starts": _STARTS,
        "seed": 7,
        "countries": list(COUNTRIES),
    }
    with path.open("w", encoding="utf-8") as file:
        for line in (header, *_events(messages)):
            file.write(json.dumps(line) + "\n")


def planned(path: Path) -> dict[str, list[str]]:
    """Return the keys of the messages that each country has to get, in order."""
    keys: dict[str, list[str]] = {country: [] for country in COUNTRIES}
    for delivery in prepare(str(path)).plan().deliveries():
        keys[delivery.recipient].append(delivery.message.key)
    return keys


def _events(messages: int) -> Iterator[dict[str, Any]]:
    for number in range(messages):
        country = COUNTRIES[number // _CYCLE % len(COUNTRIES)]
        at = f"+PT{SPAN_S * number / messages:.3f}S"
        alert = f"alert-{number // _CYCLE}"
        match number % _CYCLE:
            case 1:
                issuer = {"country": country, "authority": "Agency", "channel": "Siren"}
                text = {"text": "Take shelter.", "areas": ["North", "South"]}
                yield {"alert": alert, "at": at, "issuer": issuer, **text}
            case 4:
                update = {"correction": f"{alert}-update", "of": alert, "as": "update"}
                yield {**update, "at": at, "text": "Stay in shelter.", "reason": "superseded-data"}
            case 8:
                over = {"correction": f"{alert}-over", "of": alert, "as": "all-clear"}
                yield {**over, "at": at, "reason": "threat-passed"}
            case _:
                incident = {"incident": f"shots-{number}", "originator": country}
                yield {**incident, "at": at, "category": "artillery", "synthetic": True}
