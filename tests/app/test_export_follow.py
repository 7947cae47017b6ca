"""Exporting while it is told: whole files, whoever ends it, and the same as afterwards."""

import asyncio
import csv
import io
import json
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from feed.app.export_follow import FollowOptions, export_follow
from feed.clock import SystemClock
from feed.core.actions import Seek
from feed.core.plan import Plan
from feed.errors import FilesError, UsageError
from feed.export import FORMATS
from feed.files.capture import read_capture
from feed.model.time import SECOND
from feed.wire.envelope import decode
from tests import make
from tests.app.stage import PATIENCE_S, Stage, eventful, fast, planned, step
from tests.brokers import HOST, free_port


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


@pytest.fixture
def said() -> list[str]:
    """Give a place for what is said."""
    return []


def following(
    stage: Stage, form: str, out: str | Path, said: list[str], *countries: str
) -> "asyncio.Task[int]":
    """Begin to export what is told."""
    options = FollowOptions(
        form, str(out), countries or ("JPN",), stage.broker.url_for("observer"), stage.exercise
    )
    return asyncio.create_task(export_follow(options, said.append))


def long() -> Plan:
    """Return a story that does not end while a test steps through it."""
    repeat = {"count": 2000, "until": make.moment(3600), "spread": "seeded"}
    return make.plan(
        make.alert(at=0, areas=[{"name": "North", "point": {"lat": 43, "lon": 141}}]),
        make.incident(at=1, repeat=repeat),
    )


async def listening(stage: Stage, count: int) -> None:
    """Wait until so many exporters are there."""
    async with stage.client("player", f"{stage.topics.base}/up/+/presence/+") as client:
        await client.until(lambda: len(client.standing) >= count)


def whole(out: Path) -> int:
    """Return how many messages are in an export, which can be read to its end."""
    readers: dict[str, Callable[[], int]] = {
        "cap": lambda: sum(bool(etree.parse(path)) or 1 for path in out.glob("*.xml")),
        "geojson": lambda: len(
            {each["properties"].get("message") for each in json.loads(out.read_text())["features"]}
            - {None}
        ),
        "csv": lambda: len(list(csv.DictReader(io.StringIO((out / "messages.csv").read_text())))),
        "ics": lambda: out.read_text().count("BEGIN:VEVENT"),
        "mcap": lambda: sum(1 for _ in read_capture(out)),
        "czml": lambda: len(json.loads(out.read_text())) - 1,
        "cot": lambda: sum(
            etree.fromstring(line).tag == "event" for line in out.read_bytes().splitlines()
        ),
        "wnm": lambda: sum(bool(json.loads(line)) for line in out.read_bytes().splitlines()),
    }
    return readers[out.suffix[1:]]()


async def test_every_format_is_whole_when_the_run_is_over(
    secured: Stage, tmp_path: Path, said: list[str]
) -> None:
    """What has a place in a format is in it; the exporters end by themselves."""
    plan = eventful()
    names = [form.name for form in FORMATS if form.name not in {"parquet", "cot-protobuf"}]
    tasks = {name: following(secured, name, tmp_path / f"out.{name}", said) for name in names}
    async with asyncio.timeout(PATIENCE_S):
        await listening(secured, len(tasks))
        async with secured.playing(secured.publication(plan)):
            assert await asyncio.gather(*tasks.values()) == [0] * len(tasks)
    kinds = Counter(each.message.kind for each in planned(plan, "JPN"))
    places = kinds["launch"] + kinds["track"] + kinds["impact"]
    found = {name: whole(tmp_path / f"out.{name}") for name in names}
    assert found["mcap"] == found["csv"] == found["wnm"] == kinds.total()
    assert found["cap"] == kinds["alert"] == 2
    assert found["cot"] >= places > 5
    assert found["geojson"] == places
    assert found["ics"] == 1
    assert found["czml"] >= 1
    assert sum(" of EXERCISE " in line for line in said) == len(names)


async def test_an_interrupted_export_is_whole(
    secured: Stage, tmp_path: Path, said: list[str]
) -> None:
    """Files are seen while they grow; Ctrl-C ends them, and no session is left at the broker."""
    publication = secured.publication(long(), fast(paused=True))
    names = ("mcap", "geojson", "csv", "cap")
    tasks = {name: following(secured, name, tmp_path / f"out.{name}", said) for name in names}
    async with asyncio.timeout(PATIENCE_S), secured.playing(publication):
        await listening(secured, len(tasks))
        clock = SystemClock()
        seen = [tmp_path / f"out.{name}" for name in names[:-1]]
        while not all(path.exists() for path in (*seen, tmp_path / "out.cap" / "index.atom")):
            await step(publication)
            await clock.sleep(0.01)
        for task in tasks.values():
            task.cancel()
        ended = await asyncio.gather(*tasks.values(), return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)
    found = {name: whole(tmp_path / f"out.{name}") for name in names}
    assert found["cap"] == 1
    assert min(found.values()) >= 1
    assert len(said) >= len(names)


async def test_a_jump_in_time_begins_new_files(
    secured: Stage, tmp_path: Path, said: list[str]
) -> None:
    """Numbers begin again, and what stood does not stand any longer."""
    publication = secured.publication(long(), fast(paused=True))
    task = following(secured, "mcap", tmp_path / "out.mcap", said)
    async with asyncio.timeout(PATIENCE_S), secured.playing(publication):
        await listening(secured, 1)
        await step(publication)
        clock = SystemClock()
        while not (tmp_path / "out.mcap").exists():
            await step(publication)
            await clock.sleep(0.01)
        await publication.player.do(Seek(to=publication.run.plan.starts + SECOND))
        while not (tmp_path / "out.2.mcap").exists():
            await step(publication)
            await clock.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for epoch, name in ((1, "out.mcap"), (2, "out.2.mcap")):
        envelopes = [decode(each.payload) for each in read_capture(tmp_path / name)]
        assert {each.epoch for each in envelopes} == {epoch}
        assert [each.number for each in envelopes] == list(range(1, len(envelopes) + 1))


async def test_a_program_on_this_machine_gets_each_event_as_it_comes(
    secured: Stage, said: list[str]
) -> None:
    """Over UDP, one datagram each, and over TCP, in one stream."""
    events: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        events.append(await reader.read(-1))
        writer.close()

    server = await asyncio.start_server(take, HOST, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mesh:
        mesh.bind((HOST, 0))
        mesh.settimeout(PATIENCE_S)
        stream_to = f"tcp://{HOST}:{server.sockets[0].getsockname()[1]}"
        tasks = [
            following(secured, "cot", stream_to, said),
            following(secured, "cot-protobuf", f"udp://{HOST}:{mesh.getsockname()[1]}", said),
        ]
        async with asyncio.timeout(PATIENCE_S):
            await listening(secured, len(tasks))
            async with secured.playing(secured.publication(make.plan(make.launch(seen=["JPN"])))):
                assert await asyncio.gather(*tasks) == [0, 0]
        first = mesh.recv(65535)
    server.close()
    await server.wait_closed()
    assert first.startswith(b"\xbf\x01\xbf")
    (stream,) = events
    assert etree.fromstring(stream.splitlines()[0]).get("type") == "b-d-l"


async def test_several_countries_are_one_table(
    secured: Stage, tmp_path: Path, said: list[str]
) -> None:
    """Where a format has a column for it."""
    plan = eventful()
    task = following(secured, "csv", tmp_path / "out.csv", said, "JPN", "KOR")
    async with asyncio.timeout(PATIENCE_S):
        await listening(secured, 2)
        async with secured.playing(secured.publication(plan)):
            assert await task == 0
    expected = sum(len(planned(plan, country)) for country in ("JPN", "KOR"))
    assert whole(tmp_path / "out.csv") == expected


async def test_a_run_without_anything_to_write_leaves_no_file(
    secured: Stage, tmp_path: Path, said: list[str]
) -> None:
    """It ends with the sentence that an export afterwards has, and no empty folder."""
    task = following(secured, "cap", tmp_path / "out.cap", said)
    async with asyncio.timeout(PATIENCE_S):
        await listening(secured, 1)
        async with secured.playing(secured.publication(make.plan(make.meeting()))):
            with pytest.raises(UsageError, match="the run has no alert for JPN, and cap has"):
                await task
    assert not (tmp_path / "out.cap").exists()


@pytest.mark.parametrize(
    ("form", "out", "countries", "why"),
    [
        ("cot", "x.cot", (), "say which with --country"),
        ("cap", "cap", ("JPN", "KOR"), "name one --country"),
        ("cap", "-", ("JPN",), "is several files; name a new folder"),
        ("geojson", "tcp://127.0.0.1:1", ("JPN",), "is a file as a whole; .*: cot, cot-protobuf"),
        ("kap", "x", ("JPN",), "is no format"),
        ("mcap", "x", ("JPN",), "leave --lang out"),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_begun(
    form: str, out: str, countries: tuple[str, ...], why: str, said: list[str]
) -> None:
    """Nobody listens at that broker, and nobody notices."""
    options = FollowOptions(form, out, countries, "mqtt://127.0.0.1:1", language="ja")
    with pytest.raises(UsageError, match=why):
        await export_follow(options, said.append)
    assert said == []


async def test_a_program_that_is_not_there_ends_it_with_a_sentence(
    secured: Stage, said: list[str]
) -> None:
    """Nothing is waited for in vain."""
    task = following(secured, "cot", f"tcp://{HOST}:{free_port()}", said)
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(FilesError, match="start the program that is to get it"):
            await task
