"""Strangers that read files: every story of the library, unchanged, in other people's readers.

What they are given is written once.  Each is given something broken as well, and has to notice.
"""

import asyncio
import io
import json
import shutil
import subprocess
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import pytest
from lxml import etree
from mcap.reader import make_reader

from feed.app.contract import contract
from feed.app.export import message_schemas
from feed.app.export_source import SourceOptions, export_source
from feed.export import FORMATS
from feed.export.cap_index import INDEX
from feed.export.record import ExportContext, Exported
from feed.files.library import entries
from tests.npm import node, with_packages
from tests.strangers.packages import OVERRIDES, PACKAGES

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says which of its extras are not installed
    import pytak

HERE = Path(__file__).parent
COUNTRY = "JPN"
STORIES = [entry.name for entry in entries()]
FILES = {
    "geojson": "jpn.geojson",
    "cot": "jpn.cot",
    "cot-protobuf": "jpn.tak",
    "czml": "jpn.czml",
    "mcap": "jpn.mcap",
    "ics": "jpn.ics",
}
BROKEN = {
    "messages.jsonl": b'{"specversion": "1.0", "type": "exercise.alert.alert.v1"}\n',
    "jpn.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature"}]}',
    "jpn.cot": b'<event uid="x" opex="e-X"><detail><contact callsign="x"/></detail></event>\n',
    "jpn.tak": b"\xbf\x02\x0a\x00",
    "jpn.czml": b'[{"id": "document", "name": "EXERCISE", "version": "1.0"}, {"id": "x", '
    b'"name": "EXERCISE", "position": {"cartographicDegrees": [1]}}]',
}


class Told(NamedTuple):
    """What one story was written as."""

    folder: Path
    kinds: Counter[str]
    """how many messages of each kind there are"""
    payloads: list[bytes]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Give every story in every format that a stranger reads."""
    root = tmp_path_factory.mktemp("library")
    return {name: written(root / name, name) for name in STORIES}


def written(folder: Path, name: str) -> Told:
    """Write a story as one country is told it."""
    folder.mkdir()
    options = SourceOptions(name, (COUNTRY,))
    with export_source(options, message_schemas()) as source:
        records = list(source.records())
        context = source.context
    kinds = Counter(record.delivery.message.kind for record in records)
    payloads = [record.payload for record in records]
    (folder / "messages.jsonl").write_bytes(b"".join(each + b"\n" for each in payloads))
    for form, file in (*FILES.items(), ("cap", "")):
        write(form, folder / file, records, replace(context))
    return Told(folder, kinds, payloads)


def write(form: str, out: Path, records: list[Exported], context: ExportContext) -> None:
    """Write one format; what has nothing to say in it is not written."""
    wanted = next(each for each in FORMATS if each.name == form)
    fitting = [
        each for each in records if not wanted.kinds or each.delivery.message.kind in wanted.kinds
    ]
    if not fitting:
        return
    for part in wanted.write(fitting, context):
        path = out / part.file if part.file else out
        with path.open("wb" if part.whole else "ab") as file:
            file.write(part.data)


def test_the_schemas_of_cap(told: dict[str, Told], cap_schemas: list[etree.XMLSchema]) -> None:
    """OASIS's and the stricter one accept every alert; Google's rules hold."""
    documents = []
    for story in told.values():
        paths = [path for path in story.folder.glob("*.xml") if path.name != INDEX]
        assert len(paths) == story.kinds["alert"]
        for path in paths:
            document = etree.parse(path)
            for schema in cap_schemas:
                schema.assertValid(document)
            _follows_google(document.getroot())
            documents.append(document)
    assert len(documents) > 50
    status = documents[-1].getroot().find("{*}status")
    assert status is not None
    status.text = "Maybe"
    assert not any(schema.validate(documents[-1]) for schema in cap_schemas)


def _follows_google(alert: etree._Element) -> None:
    """Assert what Google's public rules ask of every alert beyond the schema."""
    kind, references = alert.findtext("{*}msgType"), alert.findtext("{*}references") or ""
    assert kind in {"Alert", "Update", "Cancel"}
    assert bool(references) == (kind != "Alert")
    assert all(each.count(",") == 2 for each in references.split())
    infos = alert.findall("{*}info")
    assert infos
    assert len({info.findtext("{*}language") for info in infos}) == len(infos)
    for info in infos:
        assert len(info.findtext("{*}event") or "") < 35
        assert info.findtext("{*}description")
        assert info.find("{*}area/{*}areaDesc") is not None


def test_icalendar(told: dict[str, Told]) -> None:
    """Each calendar has its meetings, once, with a zone, a status and a number."""
    count = 0
    for story in told.values():
        path = story.folder / FILES["ics"]
        assert path.exists() == bool(story.kinds["meeting"])
        if not path.exists():
            continue
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
        events = [each for each in calendar.walk("VEVENT") if not each.errors]
        subjects = {
            json.loads(each)["subject"] for each in story.payloads if b"exercise.meeting." in each
        }
        assert len({str(each["UID"]) for each in events}) == len(events) == len(subjects)
        for event in events:
            assert str(event["SUMMARY"]).startswith("EXERCISE")
            assert str(event["STATUS"]) in {"TENTATIVE", "CONFIRMED", "CANCELLED"}
            assert int(str(event["SEQUENCE"])) >= 0
        count += len(events)
    assert count > 5
    with pytest.raises(ValueError, match=r"."):
        icalendar.Calendar.from_ical(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")


def test_the_reader_of_mcap(told: dict[str, Told]) -> None:
    """Every message comes out as the bytes that went in, with its schema."""
    for story in told.values():
        with (story.folder / FILES["mcap"]).open("rb") as file:
            found = list(make_reader(file, validate_crcs=True).iter_messages())
        assert [message.data for _, _, message in found] == story.payloads
        assert all(schema is not None and schema.encoding == "jsonschema" for schema, _, _ in found)
        assert all(channel.topic.startswith("exercise/v1/") for _, channel, _ in found)
    data = bytearray((told["over-aomori-2022"].folder / FILES["mcap"]).read_bytes())
    data[len(data) // 4] ^= 0xFF
    with pytest.raises(Exception, match=r"."):
        list(make_reader(io.BytesIO(data), validate_crcs=True).iter_messages())


class CotReader(pytak.RXWorker):  # type: ignore[misc]
    """A client of pytak, which takes events from a stream."""

    async def handle_data(self, data: bytes) -> None:
        """Do nothing: the test reads by itself."""


async def test_pytak(told: dict[str, Told]) -> None:
    """Every event of every story, one after the other, from a stream; half of one is none."""

    async def read(data: bytes) -> list[bytes]:
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        worker = CotReader(asyncio.Queue(), {}, stream)
        found: list[bytes] = []
        while (event := await worker.readcot()) is not None:
            found.append(event.strip())
        return found

    whole = b""
    for story in told.values():
        path = story.folder / FILES["cot"]
        if path.exists():
            whole = path.read_bytes()
            assert await read(whole) == whole.splitlines()
    assert len(await read(whole[:-20])) == whole.count(b"\n") - 1


@pytest.fixture(scope="module")
def javascript(
    told: dict[str, Told], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what the strangers of npm say, of the library and of what is broken."""
    library = next(iter(told.values())).folder.parent
    broken = tmp_path_factory.mktemp("broken")
    (broken / "story").mkdir()
    for name, data in BROKEN.items():
        (broken / "story" / name).write_bytes(data)
    document = contract()
    (library / "asyncapi.json").write_text(document, encoding="utf-8")
    (broken / "asyncapi.json").write_text(document, encoding="utf-8")
    work = with_packages(tmp_path_factory.mktemp("check"), PACKAGES, OVERRIDES)
    shutil.copy(HERE / "check.mjs", work)
    said = []
    for folder in (library, broken):
        ended = subprocess.run(
            [node(), "check.mjs", str(folder)], cwd=work, check=True, stdout=subprocess.PIPE
        )
        said.append(json.loads(ended.stdout.splitlines()[-1]))
    return said[0], said[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "stranger",
    ["cloudevents", "ajv", "geojsonhint", "node-cot", "node-cot protobuf", "cesium", "asyncapi"],
)
def test_the_strangers_of_npm(
    javascript: tuple[dict[str, Any], dict[str, Any]], told: dict[str, Told], stranger: str
) -> None:
    """Each takes all of the library, and notices what is broken."""
    good, bad = javascript
    messages = sum(len(story.payloads) for story in told.values())
    events = sum(
        (story.folder / FILES["cot"]).read_bytes().count(b"\n")
        for story in told.values()
        if (story.folder / FILES["cot"]).exists()
    )
    charts = {
        file: sum((story.folder / file).exists() for story in told.values())
        for file in ("jpn.geojson", "jpn.czml")
    }
    expected = {
        "cloudevents": messages,
        "ajv": messages,
        "geojsonhint": charts["jpn.geojson"],
        "node-cot": events,
        "node-cot protobuf": events,
        "cesium": charts["jpn.czml"],
        "asyncapi": 1,
    }
    assert good[stranger]["complaints"] == []
    assert good[stranger]["taken"] == expected[stranger] > 0
    if stranger != "asyncapi":  # tests/app/test_contract.py has it look at a document of its own
        assert bad[stranger]["complaints"]
        assert bad[stranger]["taken"] == 0
