"""Whatever stands retained on an open broker: every verb that reads it goes on, and it can go."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.app.connect import ConnectOptions, connect
from feed.app.doctor import examine
from feed.app.exercises import clean, exercises
from feed.app.finding import DoctorOptions
from feed.app.watch import WatchOptions, watch
from feed.clock import SystemClock
from tests.app.stage import Stage

CLOCK = SystemClock()
PAYLOADS = [
    b"x",
    b"\xff\xfe",
    b"null",
    b"5",
    b"[]",
    b"[" * 30_000,
    b'{"a":' * 6_000,
    b'{"countries":5,"title":7}',
    b'{"countries":null}',
    b'{"countries":["NOR"],"title":"\\u001b[2J\\u202e`touch x`\\n$(touch x)"}',
    b'{"countries":["$(touch x)"],"title":"\\u001b]0;owned\\u0007"}',
    b'{"state":[]}',
    b'{"state":{"a":1}}',
    b'{"state":"playing","run":5}',
    b'{"state":"\\u001b[2J"}',
    b'{"state":"playing","rate":1e999,"position_s":-1}',
    b'{"run":"zzzz","epoch":999999999999999999999,"sequence":1e400,"final":true}',
    b'{"specversion":"1.0","due":"9999-12-31T23:59:59.999+23:59","time":5,"data":null}',
    b'{"specversion":"1.0","sequence":"1' + b"0" * 5000 + b'"}',
    b"1" * 5000,
    b"\x1b[31mred\x07",
]
LEVELS = [
    *("clock", "manifest", "head/jpn", "state/jpn/none", "state/jpn/launch/a", "geo/jpn/a"),
    *(
        "metrics/jpn",
        "player/presence",
        "up/jpn/presence/a",
        "up/x/y/z/deep/er",
        "feed/jpn/alert/a",
    ),
    *(
        "clock/deeper",
        "manifest/x",
        "UPPER",
        "日本",
        "$x",
        "with space",
        "a.b",
        "a//b/",
        "l" * 3000,
    ),
]


def left(stage: Stage) -> Iterator[tuple[str, bytes]]:
    """Yield what stands: each payload on each kind of topic, in exercises of their own."""
    for number, payload in enumerate(PAYLOADS):
        for level in ("clock", "manifest"):
            yield f"exercise/v1/{stage.exercise}-{number}/{level}", payload
    for level, payload in zip(LEVELS, itertools.cycle(reversed(PAYLOADS)), strict=False):
        yield f"{stage.topics.base}/{level}", payload


@pytest.mark.slow
async def test_every_verb_reads_on_and_all_of_it_can_be_taken_away(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """No payload is an error of ours, none speaks to a terminal, and none outlives a cleaning."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    url = stage.broker.url_for("player")
    standing = []
    async with stage.client("player") as client:
        for topic, payload in left(stage):
            if stage.broker.name == "embedded" and " " in topic:
                continue  # It hangs up on such a topic.
            await client.say(topic, payload, retain=True)
            standing.append(topic)

    shown = [await connect(ConnectOptions(url, country="JPN"))]
    for asked in (DoctorOptions(url), DoctorOptions(url, filter="exercise/v1/#", user="player")):
        shown += [f"{each.what} {each.advice}" async for each in examine(asked)]
    assert await watch(WatchOptions(broker=url, role="player", most=len(standing))) == 0
    output = capfdbinary.readouterr().out.decode()

    for text in (*shown, output):
        assert all(letter.isprintable() or letter == "\n" for letter in text)
    # Unless one is named the lines are for the first country of the first exercise.
    shown.append(await connect(ConnectOptions(url)))
    lines = [line for text in (shown[0], shown[-1]) for line in text.splitlines()]
    pasted = [line for line in lines if not line.startswith("#")]
    assert not any("touch" in line for line in pasted), "what stands may be run"

    # Of the numbered ones a few will do: each cleaning first waits for an answer of a player.
    slugs = [stage.exercise, f"{stage.exercise}-0", f"{stage.exercise}-5"]
    for slug in slugs:
        count = len([topic for topic in standing if topic.split("/")[2] == slug])
        assert await clean(stage.address("player"), slug, CLOCK) == count
    found = await exercises(stage.address("observer"), CLOCK)
    assert not {each.slug for each in found}.intersection(slugs)
    async with stage.client("player") as client:
        for topic in standing:
            await client.say(topic, b"", retain=True)
