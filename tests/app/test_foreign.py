"""A capture played on real brokers: what others hear, what stands, what operators do."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from feed.app.controls import control
from feed.app.foreign import ForeignOptions, play
from feed.errors import UsageError
from feed.wire.manifest import decode_manifest
from tests.app.stage import PATIENCE_S, Client, Stage
from tests.app.test_foreign_capture import line

pytestmark = pytest.mark.slow

LINES = (
    line(0, "site/gate", qos=1, payload="open"),
    line(2, "site/cam", payload=None, payload_base64="/9j/AA=="),
    line(2, "site/mode", qos=2, retain=1, payload="night"),
    line(4, "weather/wind", qos=1, payload='{"ms": 3}'),
)
HEARD = [
    ("site/gate", b"open"),
    ("site/cam", b"\xff\xd8\xff\x00"),
    ("site/mode", b"night"),
    ("weather/wind", b'{"ms": 3}'),
]


def capture(folder: Path, *lines: str) -> Path:
    """Write a capture."""
    path = folder / "site.jsonl"
    path.write_text("".join(f"{each}\n" for each in lines or LINES), encoding="utf-8")
    return path


async def playing(stage: Stage, **options: Any) -> int:
    """Play the capture under the exercise of a test."""
    asked = ForeignOptions(
        file=capture(stage.folder),
        broker=stage.broker.url_for("player"),
        exercise=stage.exercise,
        **{"rate": float("inf"), **options},
    )
    async with asyncio.timeout(PATIENCE_S):
        return await play(asked)


def heard(client: Client, stage: Stage) -> list[tuple[str, bytes]]:
    """Return what came on foreign topics, by its topic in the capture; not what was taken away."""
    base = f"{stage.topics.base}/foreign/"
    return [
        (topic.removeprefix(base), raw)
        for topic, raw in client.heard
        if raw and topic.startswith(base)
    ]


async def test_everything_is_heard_as_it_was(stage: Stage) -> None:
    """Byte by byte, in order, below the exercise alone; in the end nothing of it stands."""
    async with stage.client("player", f"{stage.topics.base}/foreign/#") as client:
        assert await playing(stage) == 0
        await client.until(lambda: len(heard(client, stage)) == len(HEARD))

        # Quality of service 2 has a longer way, so its order to the others is the broker's.
        assert sorted(heard(client, stage)) == sorted(HEARD)
    assert await stage.retained() == {}


async def test_what_is_played_is_marked_as_an_exercise(stage: Stage) -> None:
    """Clock and manifest stand as long as it plays; nobody else plays under that name."""
    topics = stage.topics
    async with stage.client("player", topics.clock, topics.manifest) as client:
        task = asyncio.create_task(playing(stage, paused=True))
        await client.until(lambda: client.said(topics.clock).get("state") == "loaded")
        await client.until(lambda: client.said(topics.manifest))
        manifest = client.said(topics.manifest)
        assert manifest["status"] == "Exercise"
        assert manifest["exercise"] == f"EXERCISE {stage.exercise}"
        assert decode_manifest(client.standing[topics.manifest]).title.endswith("site.jsonl")
        with pytest.raises(UsageError, match="is being played already"):
            await playing(stage)
        async with control(stage.exercise, broker=stage.broker.url_for("operator")) as controls:
            await controls.stop()
        assert await task == 0


async def test_operators_control_it(stage: Stage) -> None:
    """Step, seek backwards and forwards, play at another rate: by the requests of any run."""
    async with (
        stage.client("player", f"{stage.topics.base}/foreign/#", stage.topics.clock) as client,
        control(stage.exercise, broker=stage.broker.url_for("operator")) as controls,
    ):
        task = asyncio.create_task(playing(stage, paused=True, rate=1.0))
        await client.until(lambda: client.said(stage.topics.clock).get("state") == "loaded")
        assert (await controls.status())["sent"] == 0
        assert (await controls.step())["state"] == "paused"
        await client.until(lambda: heard(client, stage) == HEARD[:1])
        with pytest.raises(UsageError, match="played as it is, without 'hold'"):
            await controls.hold("site")
        assert (await controls.seek("+3s"))["position_s"] == 3
        await controls.step()
        await client.until(lambda: heard(client, stage) == [HEARD[0], HEARD[3]])
        clock = await controls.seek(by="-4s")
        assert (clock["position_s"], clock["epoch"]) == (0, 3)
        await controls.rate("max")
        await controls.play()
        assert await task == 0
        await client.until(lambda: len(heard(client, stage)) == 6)


async def test_a_part_is_filtered_and_renamed(stage: Stage) -> None:
    """By options, before anything is connected."""
    async with stage.client("player", f"{stage.topics.base}/foreign/#") as client:
        await playing(
            stage, filters=("site/+",), maps=("site=port/north",), start_offset="+1s", until="+3s"
        )
        await client.until(lambda: len(heard(client, stage)) == 2)

        assert sorted(heard(client, stage)) == [
            ("port/north/cam", HEARD[1][1]),
            ("port/north/mode", b"night"),
        ]


async def test_a_loop_goes_on_until_it_is_ended(stage: Stage) -> None:
    """Round after round, each in an epoch of its own."""
    async with stage.client("player", f"{stage.topics.base}/foreign/site/gate") as client:
        task = asyncio.create_task(playing(stage, loop=True))
        await client.until(lambda: len(client.heard) >= 3)
        async with control(stage.exercise, broker=stage.broker.url_for("operator")) as controls:
            assert (await controls.stop())["epoch"] >= 3
        assert await task == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"filters": ("a/#/b",)}, "--filter 'a/#/b'"),
        ({"maps": ("a",)}, "--map 'a' is not OLD=NEW"),
        ({"maps": ("a=b/#",)}, "is not OLD=NEW"),
        ({"start_offset": "+1h"}, "nothing is left in the part"),
        ({"until": "soon"}, "--until 'soon' is not a time"),
        ({"exercise": "!"}, "has no letters or digits"),
    ],
)
async def test_what_is_wrong_is_said_before_anything_is_connected(
    tmp_path: Path, options: dict[str, Any], why: str
) -> None:
    """One sentence, whatever broker there is."""
    asked = ForeignOptions(file=capture(tmp_path), broker="mqtt://127.0.0.1:9", **options)

    with pytest.raises(UsageError) as refused:
        await play(asked)

    assert why in str(refused.value)
