"""Files that are named as scenarios and are something else: one sentence says what."""

import json
from pathlib import Path

import pytest

from feed.errors import ScenarioError
from feed.files.scenario import load
from tests import make

MESSAGE = {"specversion": "1.0", "id": "01m.1.jpn.1", "subject": "x", "exercise": "EXERCISE X"}
AGREED = make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"]))
POINT = {"type": "Point", "coordinates": [1, 2]}


@pytest.mark.parametrize("suffix", ["json", "yaml", "jsonl"])
@pytest.mark.parametrize(
    ("first", "words"),
    [
        (MESSAGE, "it holds messages as they were received; name the scenario or the run"),
        ({"topic": "a", "payload": "b"}, "it is captured traffic, which 'feed play' plays"),
        ({"type": "FeatureCollection", "features": []}, "it is GeoJSON; 'feed import points'"),
        ({"type": "Feature", "geometry": POINT}, "it is GeoJSON"),
        ({"feed": 1, "faults": [{"fault": "drop"}]}, "it holds faults, which go with a scenario"),
        ({"feed": 1, "participants": {}, "arrangements": {}}, "it holds arrangements"),
        ({"name": "x", "version": "1.0"}, "it has no key of a scenario; it begins with 'feed: 1'"),
    ],
)
def test_what_is_something_else_is_named(
    tmp_path: Path, first: dict[str, object], words: str, suffix: str
) -> None:
    """Once, whatever else is wrong with it, in every form that a file can have."""
    path = tmp_path / f"it.{suffix}"
    path.write_text("\n".join([json.dumps(first)] * (3 if suffix == "jsonl" else 1)))
    with pytest.raises(ScenarioError) as caught:
        load(path, AGREED)
    (problem,) = caught.value.problems
    assert problem.text.startswith(f"this is no scenario: {words}")
    assert (problem.line, problem.column) == (1, 1)


@pytest.mark.parametrize(
    "text", ["tilte: x\nstart: 2024-01-01", "title: x", "feed: 1\nfaults: []\nevents: []"]
)
def test_who_misspells_a_key_meant_a_scenario(tmp_path: Path, text: str) -> None:
    """Then each mistake has its own sentence."""
    path = tmp_path / "it.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(path, AGREED)
    assert not any("no scenario" in problem.text for problem in caught.value.problems)
