"""WIS2 notification messages: as WNM asks for them, read by its own tools, marked in every line.

The schema of WNM is in no package of an index; ``pywis-pubsub schema sync`` fetches it, and where
it is, it is used.  Its rules, as far as they touch what is written here, are restated below, and
the executable test suite of pywis-pubsub (the standard's annex A) is run on a story.
"""

import base64
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from feed.export.record import Exported
from feed.export.wnm import LARGEST_CONTENT, WNM
from feed.model.marking import BANNER
from tests import make
from tests.export.told import FEW, hostile, library, one, told

UTC = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$"
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
POINT = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"const": "Point"},
        "coordinates": {"type": "array", "minItems": 2, "items": {"type": "number"}},
    },
}
RULES = {
    "type": "object",
    "required": ["id", "conformsTo", "type", "geometry", "properties", "links"],
    "properties": {
        "id": {"pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
        "conformsTo": {"contains": {"const": "http://wis.wmo.int/spec/wnm/1/conf/core"}},
        "type": {"const": "Feature"},
        "geometry": {"oneOf": [{"type": "null"}, POINT]},
        "properties": {
            "required": ["pubtime", "datetime", "data_id", "metadata_id"],
            "properties": {
                "pubtime": {"type": "string", "pattern": UTC},
                "datetime": {"type": "string", "pattern": UTC},
                "data_id": TEXT,
                "metadata_id": TEXT,
                "producer": TEXT,
                "cache": {"type": "boolean"},
                "integrity": {
                    "required": ["method", "value"],
                    "properties": {"method": {"const": "sha512"}, "value": TEXT},
                },
                "content": {
                    "required": ["encoding", "size", "value"],
                    "properties": {
                        "encoding": {"enum": ["utf-8", "base64", "gzip"]},
                        "size": {"type": "integer", "maximum": LARGEST_CONTENT},
                        "value": {"type": "string", "maxLength": LARGEST_CONTENT},
                    },
                },
            },
        },
        "links": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["rel", "href"],
                "properties": {
                    "rel": {"enum": ["canonical", "update", "deletion"]},
                    "href": {"type": "string", "pattern": "^https://"},
                    "length": {"type": "integer"},
                },
            },
        },
    },
}


ANNEX_A = """
import json, os, sys
from pathlib import Path
import pywis_pubsub
suite = sys.modules["pywis_pubsub.ets"]
if not suite.MESSAGE_SCHEMA.is_file():
    suite.MESSAGE_SCHEMA = Path(sys.argv[1])
for line in sys.stdin:
    report = suite.WNMTestSuite(json.loads(line)).run_tests(fail_on_schema_validation=True)
    print(json.dumps(report["ets-report"]["summary"]))
"""
"""in a process of its own: pywis-pubsub makes folders when it is imported"""


def annex_a(data: bytes, folder: Path) -> list[dict[str, int]]:
    """Return what the executable test suite says of each line."""
    rules = folder / "rules.json"
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ANNEX_A, str(rules)],
        input=data,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    return [json.loads(line) for line in said.splitlines()]


def notifications(data: bytes) -> list[dict[str, Any]]:
    """Return the notifications of an export: each passes, and is marked."""
    found = [json.loads(line) for line in data.splitlines()]
    for each in found:
        jsonschema.Draft202012Validator(RULES).validate(each)
        properties, (link,) = each["properties"], each["links"]
        assert properties["status"] == "Exercise"
        assert properties["exercise"].startswith("EXERCISE ")
        assert properties["data_id"].startswith("exercise/")
        assert ".exercise.invalid/" in link["href"]
        assert link["title"].startswith(BANNER)
    return found


def embedded(notification: dict[str, Any]) -> bytes:
    """Return the data in a notification, whose checksum is right."""
    content = notification["properties"]["content"]
    data: bytes = content["value"].encode()
    if content["encoding"] == "gzip":
        data = gzip.decompress(base64.b64decode(content["value"]))
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    assert notification["properties"]["integrity"]["value"] == digest
    return data


def test_the_test_suite_of_the_standard_accepts_it(tmp_path: Path) -> None:
    """Every line of a story; one without a link is refused, so that it does look."""
    data = one(WNM, library("week-of-2023-11"))
    said = annex_a(data, tmp_path)
    assert len(said) == len(data.splitlines())
    assert {each["FAILED"] for each in said} == {0}
    wrong = json.loads(data.splitlines()[0])
    wrong["links"][0]["href"] = "urn:nowhere"
    with pytest.raises(subprocess.CalledProcessError):
        annex_a(json.dumps(wrong).encode(), tmp_path)


@pytest.mark.parametrize("story", ["over-aomori-2022", "week-of-2023-11"])
def test_every_message_of_a_story_is_a_notification(story: str) -> None:
    """Each has an id of its own, and the bytes of the message in it."""
    records = list(library(story))
    found = notifications(one(WNM, records))
    assert [embedded(each) for each in found] == [record.payload for record in records]
    assert len({each["id"] for each in found}) == len(found)
    assert any(each["geometry"] for each in found)
    assert [each["id"] for each in notifications(one(WNM, records))] == [
        each["id"] for each in found
    ]


def test_a_cancel_withdraws_and_an_update_replaces() -> None:
    """The relation of the link says which."""
    records = told(
        make.alert(),
        make.correction(as_="update", at=30, reason="superseded-data", text="More."),
        make.correction(as_="cancel", at=60, reason="issued-in-error"),
    )
    found = notifications(one(WNM, records))
    assert [each["links"][0]["rel"] for each in found] == ["canonical", "update", "deletion"]


def test_a_long_message_is_compressed_and_one_that_does_not_fit_is_left_out() -> None:
    """A notification is there all the same, with the checksum of what it is about."""
    (record,) = told(make.alert())
    long = b'{"status":"Exercise","x":"' + b"y" * LARGEST_CONTENT + b'"}'
    noise = b"".join(hashlib.sha512(bytes([n])).digest() for n in range(200)).hex().encode()
    (packed,) = notifications(one(WNM, [record._replace(payload=long)]))
    assert packed["properties"]["content"]["encoding"] == "gzip"
    assert embedded(packed) == long
    (bare,) = notifications(one(WNM, [record._replace(payload=noise)]))
    assert "content" not in bare["properties"]
    assert bare["links"][0]["length"] == len(noise)


@given(records=hostile())
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, each line is one notification."""
    assert len(notifications(one(WNM, records))) == len(records)
