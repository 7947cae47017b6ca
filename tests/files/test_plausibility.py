"""A warning stands at its line and column, in YAML and in JSON Lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from feed.errors import Problem
from feed.files.arrangements import load_arrangements
from feed.files.plausibility import unlikely
from feed.files.scenario import load

HEADER = {
    "feed": 1, "id": "odd", "title": "Odd", "exercise": "ODD",
    "starts": "2023-12-19T09:00:00+09:00",
}  # fmt: skip
ALERT: dict[str, Any] = {
    "alert": "warning", "at": "09:01", "areas": ["North"], "text": {"en": "Take cover."},
    "issuer": {"country": "JPN", "authority": "Agency", "channel": "Siren"},
}  # fmt: skip
FINE = {**ALERT, "alert": "fine", "expires": "PT1H"}


def problems(path: Path, text: str) -> list[Problem]:
    """Return the warnings of a file."""
    path.write_text(text, encoding="utf-8")
    return unlikely(path, load(path, load_arrangements()))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("odd.yaml", json.dumps({**HEADER, "events": [FINE, ALERT]}, indent=1)),
        ("odd.jsonl", "\n\n".join(map(json.dumps, (HEADER, FINE, ALERT)))),
    ],
)
def test_a_warning_has_its_place(tmp_path: Path, name: str, text: str) -> None:
    """Blank lines are counted, and the event before it is not blamed."""
    (problem,) = problems(tmp_path / name, text)

    assert problem.path == str(tmp_path / name)
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith('"warning"')
    assert problem.text.endswith("(no-end)")
