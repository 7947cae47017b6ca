"""Cursor on Target as protobuf: what the XML says, in the framing that TAK clients expect."""

import io
import warnings
from dataclasses import replace
from typing import Any

from hypothesis import given
from lxml import etree

from feed.export.cot import COT
from feed.export.cot_protobuf import COT_PROTOBUF
from feed.export.record import Exported
from feed.model.marking import BANNER
from feed.model.time import SECOND
from tests.export.told import CONTEXT, FEW, hostile, library, one

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import takproto
    from takproto.delimited_protobuf import read as read_delimited


def messages(data: bytes) -> list[Any]:
    """Return the messages of a stream, each behind its header."""
    stream, found = io.BytesIO(data), []
    while header := stream.read(1):
        assert header == b"\xbf"
        found.append(read_delimited(stream, takproto.proto.TakMessage).cotEvent)
    return found


def test_a_stream_says_what_the_xml_says() -> None:
    """The same events, with the same places, times and marks."""
    records = list(library("over-aomori-2022"))
    lines = one(COT, records).splitlines()
    found = messages(one(COT_PROTOBUF, records))
    assert len(found) == len(lines) > 500
    for event, line in zip(found, map(etree.fromstring, lines), strict=True):
        point = line.find("point")
        assert point is not None
        assert (event.uid, event.type, event.opex) == tuple(
            line.get(name) for name in ("uid", "type", "opex")
        )
        assert (event.lat, event.lon) == (float(point.get("lat", "")), float(point.get("lon", "")))
        assert event.detail.contact.callsign.startswith("EXERCISE ")
        assert f"<remarks>{BANNER}" in event.detail.xmlDetail


def test_a_datagram_has_the_header_of_the_mesh() -> None:
    """One message each."""
    records = [
        each for each in library("over-aomori-2022") if each.delivery.message.kind == "launch"
    ]
    parts = list(COT_PROTOBUF.write(records, replace(CONTEXT, datagrams=True)))
    assert parts
    for part in parts:
        assert part.data.startswith(b"\xbf\x01\xbf")
        assert takproto.parse_proto(bytearray(part.data)).cotEvent.type.startswith("b-")


def test_live_it_is_dated_now_and_says_the_time_of_the_story() -> None:
    """So that a client, which compares with its own clock, does not take it for stale."""
    wall = 1_795_000_000 * SECOND
    records = [each._replace(sent=wall) for each in library("over-aomori-2022")][:5]
    live = replace(CONTEXT, live=True)
    for part in COT.write(records, live):
        event = etree.fromstring(part.data)
        assert (event.get("time") or "").startswith("2026-11-18T11:06:")
        assert (event.get("stale") or "") >= "2026-11-18T11:06:40"
        assert "scenario time 2022-10-04T07:" in (event.findtext("detail/remarks") or "")


@given(records=hostile(COT.kinds))
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, the stream can be read to its end."""
    data = b"".join(part.data for part in COT_PROTOBUF.write(records, CONTEXT))
    assert len(messages(data)) == sum(1 for _ in COT.write(records, CONTEXT))
