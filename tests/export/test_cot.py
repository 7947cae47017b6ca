"""Cursor on Target: read back by pytak from a socket, marked in every event."""

import asyncio
import warnings
from typing import Any

from hypothesis import given
from lxml import etree

from feed.export.cot import COT, UNKNOWN
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.brokers import HOST
from tests.export.told import FEW, files, hostile, library, one, told

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says which of its extras are not installed
    import pytak
    import takproto


class Reader(pytak.RXWorker):  # type: ignore[misc]
    """A client of pytak, which takes events from a stream."""

    async def handle_data(self, data: bytes) -> None:
        """Do nothing: the test reads the queue."""


def events(records: list[Exported]) -> list[etree._Element]:
    """Return the events of an export; each is marked in three places."""
    found = [
        etree.fromstring(line)
        for data in files(COT, records).values()
        for line in data.splitlines()
    ]
    for event in found:
        assert event.tag == "event"
        assert event.get("opex") == "e-MORNING CALM"
        assert event.get("how") == "m-s"
        assert text(event, "detail/contact", "callsign").startswith("EXERCISE ")
        assert (event.findtext("detail/remarks") or "").startswith(BANNER)
        start, stale = event.get("start"), event.get("stale")
        assert start is not None
        assert stale is not None
        assert start <= stale
        assert abs(float(text(event, "point", "lat"))) <= 90
        assert abs(float(text(event, "point", "lon"))) <= 180
    return found


def text(event: etree._Element, path: str, name: str) -> str:
    """Return an attribute of an element."""
    element = event.find(path)
    assert element is not None
    return element.get(name) or ""


async def test_pytak_reads_it_from_a_socket() -> None:
    """As a TAK client would: one event after the other, each understood by its protobuf too."""
    records = list(library("over-aomori-2022"))
    data = one(COT, records)

    async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(send, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(HOST, port)
    worker = Reader(asyncio.Queue(), {}, reader)
    read: list[Any] = []
    while (event := await worker.readcot()) is not None:
        read.append(takproto.parse_proto(takproto.xml2proto(event.strip())).cotEvent)
    writer.close()
    server.close()
    await server.wait_closed()

    lines = data.splitlines()
    assert len(read) == len(lines) > 500
    for event, line in zip(read, lines, strict=True):
        assert event.opex == "e-MORNING CALM"
        assert event.detail.contact.callsign.startswith("EXERCISE ")
        assert event.uid == etree.fromstring(line).get("uid")


def test_an_object_keeps_its_uid_and_moves() -> None:
    """Each position with its error, its course and its speed."""
    found = [
        each
        for each in events(list(library("over-aomori-2022")))
        if "-A-W-M" in each.get("type", "")
    ]
    mine = [each for each in found if ".USA." in each.get("uid", "")]
    assert len({each.get("uid") for each in mine}) == 1
    assert len({text(each, "point", "lon") for each in mine}) > 50
    assert text(mine[0], "point", "ce") == "5000"
    assert 45 < float(text(mine[5], "detail/track", "course")) < 135


def test_the_end_of_a_launch_ends_what_was_derived_of_it() -> None:
    """Its site, its position and its impact point: none is left on a map."""
    flight = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}
    found = events(
        told(make.launch(seen=["JPN"], flight=flight), make.correction("rocket", "cancel", at=20))
    )
    begun = {each.get("uid") for each in found if each.get("type") != "b-l-o-can"}
    over = {each.get("uid") for each in found if each.get("type") == "b-l-o-can"}
    assert len(begun) >= 2
    assert over == begun


def test_what_nobody_knows_has_the_number_for_it() -> None:
    """A launch site has no error on record."""
    (event,) = events(told(make.launch(seen=["JPN"])))[:1]
    assert text(event, "point", "ce") == f"{UNKNOWN:.0f}"
    assert event.get("type") == "b-d-l"


@given(records=hostile(COT.kinds))
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, each line is one event."""
    events(records)
