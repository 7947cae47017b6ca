"""Files of events to be added: what they look like, and every mistake with its place."""

import json
from pathlib import Path

import pytest

from feed.core.added import events_of
from feed.errors import FilesError, ScenarioError
from feed.files.events import MOST, load_events

EVENT = "- incident: surprise\n  category: other\n  originator: KOR\n"
SAME = [{"incident": "surprise", "category": "other", "originator": "KOR"}]


def problems(path: Path, text: str) -> list[str]:
    """Return what is wrong with a file, without its name."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_events(path)
    return [str(problem).removeprefix(f"{path}:") for problem in refused.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        EVENT,
        "events:\n" + EVENT,
        "incident: surprise\ncategory: other\noriginator: KOR\n",
        json.dumps(SAME),
        json.dumps({"events": SAME}),
        json.dumps(SAME[0]),
    ],
)
def test_a_list_a_mapping_and_one_event_are_the_same(tmp_path: Path, text: str) -> None:
    """In YAML and in JSON; a time may be left out."""
    path = tmp_path / "add.yaml"
    path.write_text(text, encoding="utf-8")

    assert load_events(path) == SAME
    assert events_of([{**SAME[0], "at": "+PT1S"}])[0].id == "surprise"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EVENT + "  colour: red\n", "4:3: 'colour'"),
        ("events:\n" + EVENT + "- alert: a\n  at: soon\n", "6:7: at: 'soon': not a time"),
        ("- surprise: 1\n", "1:3: "),
        ("- 5\n", "1:3: "),
        ("id: x\nevents:\n" + EVENT, "1:1: 'id' stands beside 'events'; only events are added"),
        ("[]\n", "1:1: there is no event; write a list of events"),
        ("events: {}\n", "1:1: no events; write a list of events"),
        ("hello\n", "1:1: no events; write a list of events"),
        ("", "1:1: the file is empty"),
        ("- {incident: x\n", "1:3: not valid YAML"),
        (EVENT + "  incident: again\n", "4:3: 'incident' is here twice"),
        (EVENT * (MOST + 1), "1:1: 101 events are more than 100; add them in several parts"),
    ],
)
def test_every_mistake_has_its_place(tmp_path: Path, text: str, said: str) -> None:
    """And says what to do."""
    found = problems(tmp_path / "add.yaml", text)

    assert any(one.startswith(said) for one in found), found


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """In a sentence."""
    with pytest.raises(FilesError, match="no such file"):
        load_events(tmp_path / "nothing.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"- incident: caf\xe9\n")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load_events(tmp_path / "latin.yaml")
