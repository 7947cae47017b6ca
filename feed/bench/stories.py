"""Stories that are made for measuring, through the same doors as anybody's."""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feed.app.prepare import Prepared, prepare
from feed.files.arrangements import load_arrangements

__all__ = ["countries_file", "folder", "incidents", "launches", "lines", "prepared", "story"]

_STARTS = "2024-05-30T06:00:00+09:00"


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="feed-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _header(name: str) -> dict[str, Any]:
    return {
        "feed": 1, "id": name, "title": "Made for measuring", "exercise": f"BENCH {name}",
        "starts": _STARTS, "sources": {"made": {"by": "nobody"}},
    }  # fmt: skip


def incidents(at: Path, count: int, seconds: float = 3600, *, agreed: Path | None = None) -> Path:
    """Write a story of so many public incidents in a time, evenly, each told to every country."""
    event = {
        "incident": "shots", "at": _STARTS, "originator": _first_country(agreed),
        "category": "artillery",
        "repeat": {"count": count, "until": f"+PT{seconds:.3f}S", "spread": "even"},
    }  # fmt: skip
    return story(at / "incidents.json", "incidents", [event])


def launches(at: Path, count: int, every: str = "PT5S") -> Path:
    """Write a story of so many launches at once."""
    events = [
        {
            "launch": f"rocket-{n}", "at": f"+{n}s",
            "site": {"name": "Place", "lat": 39.2, "lon": 125.7}, "vehicle": {"class": "srbm"},
            "flight": {"azimuth_deg": 60, "range_km": 350, "apogee_km": 100},
            "track": {"every": every}, "source": "made",
        }
        for n in range(count)
    ]  # fmt: skip
    return story(at / "launches.json", "launches", events)


def story(path: Path, name: str, events: list[dict[str, Any]]) -> Path:
    """Write a story of some events."""
    path.write_text(json.dumps({**_header(name), "events": events}), encoding="utf-8")
    return path


def lines(at: Path, count: int) -> Path:
    """Write a story of so many incidents as JSON Lines."""
    path, originator = at / "lines.jsonl", _first_country()
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(_header("lines")) + "\n")
        for n in range(count):
            event = {
                "incident": f"shots-of-{n}", "at": f"+{n}s", "originator": originator,
                "category": "artillery", "source": ["made"],
            }  # fmt: skip
            file.write(json.dumps(event) + "\n")
    return path


def countries_file(at: Path, count: int) -> Path:
    """Write arrangements with so many participants."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [f"X{letters[n // 26]}{letters[n % 26]}" for n in range(count)]
    path = at / f"countries-{count}.json"
    people = {code: {"name": f"Country {code}", "zone": "UTC"} for code in codes}
    path.write_text(json.dumps({"participants": people}), encoding="utf-8")
    return path


def prepared(path: Path, arrangements: Path | None = None) -> Prepared:
    """Return a story that is read and checked."""
    return prepare(str(path), arrangements=arrangements)


def _first_country(agreed: Path | None = None) -> str:
    return load_arrangements(agreed).countries()[0]
