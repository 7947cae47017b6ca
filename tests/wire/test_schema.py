"""Tests of the schemas: valid in themselves, true to the models, equal to the packaged files."""

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from feed.app.prepare import prepare
from feed.core.event_stream import event_stream_of
from feed.core.expand import Messages
from feed.model.arrangement import Arrangements
from feed.model.event import EVENT_WORDS, KINDS, KINDS_OF_EVENTS
from feed.model.scenario import Scenario
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.schema import BODIES, NAMES, Form, rendered, schema_of
from tests import make

LIBRARY = Path(__file__).parents[2] / "scenarios"
EVENT = {
    "alert": "warning",
    "at": "07:27",
    "issuer": {"country": "JPN", "authority": "A", "channel": "B"},
    "areas": ["Hokkaido", {"name": "Aomori", "point": {"lat": 40.8, "lon": 140.7}}],
    "text": {"en": "Take shelter.", "ja": "避難。"},
    "source": "a",
}
FORMS: tuple[Form, ...] = ("strict", "reader")
GOOD: dict[str, Any] = {
    "feed": 1,
    "id": "first-light",
    "title": "First light",
    "exercise": "MORNING CALM",
    "starts": "2022-10-04T07:22:00+09:00",
    "sources": {"a": {"by": "A"}},
    "events": [EVENT],
}


CORE_SCHEMA = (
    ("null", r"null|~|"),
    ("bool", r"true|false"),
    ("int", r"[-+]?[0-9]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
)


def mistakes(name: str, value: object) -> list[str]:
    """Return what a schema finds wrong with a value."""
    validator = jsonschema.Draft202012Validator(schema_of(name))
    return [error.json_path for error in validator.iter_errors(value)]


def untyped(text: str) -> Any:
    """Return YAML as an editor reads it: numbers and truth have types, times are text."""

    class Loader(yaml.SafeLoader):
        """YAML 1.2's core schema: no dates, no base sixty, and "on" is a word."""

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern in CORE_SCHEMA:
        Loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})$"), None
        )
    return yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader with less in it


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_schema(name: str) -> None:
    """Each is valid JSON Schema 2020-12, has a name of its own, and allows no null."""
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:feed:schema:{name}:1"
    assert schema["title"]
    assert '"null"' not in rendered(name)


@pytest.mark.parametrize("name", ["scenario", "arrangements", "faults"])
def test_the_packaged_schema_is_the_present_one(name: str) -> None:
    """Editors get what the models say (made anew: feed schema NAME > feed/schemas/NAME.json)."""
    packaged = importlib.resources.files("feed") / "schemas" / f"{name}.json"
    assert packaged.read_text(encoding="utf-8") == rendered(name)


def test_a_good_scenario_is_accepted() -> None:
    """Schema and model agree on what is right."""
    assert mistakes("scenario", GOOD) == []
    assert Scenario.model_validate(GOOD).id == "first-light"


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ((), {"titel": "x"}),
        ((), {"events": []}),
        ((), {"feed": 2}),
        ((), {"id": "First Light"}),
        ((), {"seed": -1}),
        (("events", 0), {"urgency": "now"}),
        (("events", 0), {"area": ["x"]}),
        (("events", 0), {"areas": []}),
        (("events", 0), {"originator": "kor"}),
        (("events", 0), {"text": {"eng": "x"}}),
        (("events", 0, "issuer"), {"contry": "JPN"}),
        (("events", 0, "areas", 1, "point"), {"lat": 91}),
    ],
    ids=repr,
)
def test_a_bad_scenario_is_refused(where: tuple[str | int, ...], wrong: dict[str, Any]) -> None:
    """What the model refuses an editor underlines."""
    bad = json.loads(json.dumps(GOOD))
    group = bad
    for step in where:
        group = group[step]
    group.update(wrong)
    assert mistakes("scenario", bad)
    with pytest.raises(ValueError, match="validation error"):
        Scenario.model_validate(bad)


def test_an_event_is_one_of_the_kinds_by_its_first_key() -> None:
    """Each kind asks for its own key, so that no event is two of them."""
    schema = schema_of("scenario")
    kinds = [
        entry["$ref"].rpartition("/")[2]
        for entry in schema["properties"]["events"]["items"]["anyOf"]
    ]
    assert kinds == [kind.__name__ for kind in KINDS_OF_EVENTS]
    for kind, word in zip(kinds, EVENT_WORDS, strict=True):
        assert word in schema["$defs"][kind]["required"]


@pytest.mark.parametrize("name", ["scenario", "arrangements", "faults"])
def test_every_key_is_explained(name: str) -> None:
    """Whoever hovers over a key in an editor is told what it is."""
    schema = schema_of(name)
    for group in (schema, *schema["$defs"].values()):
        for key, member in group.get("properties", {}).items():
            assert "description" in member or "$ref" in member, key


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_library_is_right_in_an_editor_too(path: Path) -> None:
    """No file of the library has a line that an editor would underline."""
    name = "arrangements" if path.name == "arrangements.yaml" else "scenario"
    assert mistakes(name, untyped(path.read_text(encoding="utf-8"))) == []


def test_a_delay_has_two_forms() -> None:
    """What the model accepts in short form the schema accepts as well."""
    link = {"id": "a", "title": "A", "between": ["KOR", "JPN"]}
    for delay in ("PT1S", {"at_least": "PT1S", "at_most": "PT2S"}):
        value = {
            "participants": {"KOR": {"name": "K", "zone": "UTC"}},
            "links": [{**link, "delay": delay}],
        }
        assert mistakes("arrangements", value) == []
        Arrangements.model_validate(value)


def test_there_is_a_body_for_every_kind() -> None:
    """No kind of message is without a schema."""
    assert tuple(BODIES) == KINDS


def test_what_is_sent_fits_its_schema() -> None:
    """Every report of a story of all kinds is what the schema of its kind promises."""
    flight = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}
    event_stream = event_stream_of(
        make.scenario(
            make.launch(flight=flight, claims=[make.claim(), make.claim("JPN", said=9)]),
            make.correction("rocket", "update", at=40, reason="superseded-data", text="More."),
            make.alert(about="rocket", areas=EVENT["areas"]),
            make.correction("warning", "cancel", at=60, areas=["Aomori"], reason="wrong-area"),
            make.meeting(),
            make.agreement(changes="accord"),
            make.incident(),
            make.statement(),
        )
    )
    seen = set()
    for message in Messages(event_stream, make.arrangements(), seed=7):
        assert mistakes(message.kind, message.data) == [], message.kind
        seen.add(message.kind)
    assert seen >= set(KINDS) - {"impact"}


@pytest.mark.parametrize("name", [*KINDS, "message"])
def test_what_clients_read_may_have_more(name: str) -> None:
    """Members are added within a version, so the schemas of what is read are open."""
    assert '"additionalProperties": false' not in rendered(name)


def test_an_unknown_name_has_a_sentence() -> None:
    """A near name is offered, or all of them."""
    with pytest.raises(
        ValueError, match=r"^nothing called 'trak' has a schema; did you mean 'track'"
    ):
        schema_of("trak")
    with pytest.raises(ValueError, match=r"there are scenario, arrangements, faults, message"):
        schema_of("zzz")


def test_a_strict_reader_notices_what_an_open_one_ignores() -> None:
    """What the player sends is valid by both; a member that nobody has named by one alone."""
    played = Played("01jfm0", 1, "CALM", "calm")
    for name in ("over-aomori-2022", "week-of-2023-11"):
        kinds = set()
        for delivery in prepare(name).plan().deliveries():
            kind = delivery.message.kind
            if kind in kinds:
                continue
            kinds.add(kind)
            message = json.loads(encode(delivery, played, 1, delivery.due))
            for form in FORMS:
                validator = jsonschema.Draft202012Validator(schema_of(f"message-{kind}", form))
                validator.validate(message)
                inside = {**message["data"], "later": 1}
                later = [message | {"later": 1}, message | {"data": inside}]
                assert [validator.is_valid(each) for each in later] == [form == "reader"] * 2
        assert len(kinds) > 3
