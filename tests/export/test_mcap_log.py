"""MCAP: read back by its own reader, equal to what was sent."""

import io
import json
from typing import Any

import jsonschema
import pytest
from mcap.reader import make_reader

from feed.app.export_source import SourceOptions, export_source
from feed.export import mcap_log
from feed.export.mcap_log import MCAP
from feed.export.record import Exported
from feed.wire.schema import BODIES, message_schema
from tests import make
from tests.export.told import CONTEXT, library, one, told


def read(records: list[Exported]) -> list[tuple[Any, Any, Any]]:
    """Return schema, channel and message of each entry, as the library's reader gives them."""
    reader = make_reader(io.BytesIO(one(MCAP, records)), validate_crcs=True)
    (metadata,) = reader.iter_metadata()
    assert metadata.metadata["status"] == "Exercise"
    assert metadata.metadata["exercise"].startswith("EXERCISE ")
    return list(reader.iter_messages(log_time_order=False))


def test_what_is_read_is_what_was_sent() -> None:
    """Byte by byte, on its topic, at its two times, with its number."""
    records = list(library("over-aomori-2022", "JPN", "KOR"))
    entries = read(records)
    assert len(entries) == len(records) > 1000
    for record, (_, channel, message) in zip(records, entries, strict=True):
        assert channel.topic == record.topic
        assert channel.topic.startswith("exercise/v1/snow-goose/feed/")
        assert channel.message_encoding == "json"
        assert message.data == record.payload
        assert message.log_time == record.delivery.due * 1000
        assert message.publish_time == record.sent * 1000
        assert message.sequence == record.sequence


def test_due_and_sent_are_two_times() -> None:
    """What was sent late says so."""
    ((_, _, message),) = read(told(make.alert()))
    assert message.publish_time - message.log_time == 10**9


def test_each_channel_has_the_schema_of_its_messages() -> None:
    """A JSON Schema that the payloads fulfil."""
    schemas = {kind: json.dumps(message_schema(kind)).encode() for kind in BODIES}
    with export_source(SourceOptions("week-of-2023-11", ("JPN",)), schemas) as source:
        data = b"".join(part.data for part in MCAP.write(source.records(), source.context))
    kinds = set()
    for schema, _, message in make_reader(io.BytesIO(data)).iter_messages():
        assert schema is not None
        assert schema.encoding == "jsonschema"
        kinds.add(schema.name)
        jsonschema.Draft202012Validator(json.loads(schema.data)).validate(json.loads(message.data))
    assert kinds == {"feed.meeting", "feed.statement", "feed.agreement", "feed.incident"}


def test_it_comes_in_pieces() -> None:
    """A long run is written as it is read, not held in memory."""
    parts = list(MCAP.write(library("over-aomori-2022", "JPN", "KOR", "USA"), CONTEXT))
    assert len(parts) > 2


def test_more_topics_than_channels_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a story with a million events no reader could list the channels; nothing is lost."""
    monkeypatch.setattr(mcap_log, "_MOST_CHANNELS", 2)
    records = told(*(make.incident(f"shots-{n}", at=n) for n in range(5)))
    entries = read(records)
    base = "exercise/v1/morning-calm/feed/jpn/incident"
    topics = [channel.topic for _, channel, _ in entries]
    assert topics == [f"{base}/shots-0", f"{base}/shots-1", base, base, base]
    assert [message.sequence for _, _, message in entries] == [1, 2, 3, 4, 5]
