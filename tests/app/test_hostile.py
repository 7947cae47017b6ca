"""Whatever stands retained on an open broker: every verb that reads it goes on, and it can go."""

import itertools
import json
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
_SOUND = {
    "specversion": "1.0", "id": "01a.1.jpn.1", "message": "a.jpn.1", "source": "/exercise/a/jpn",
    "type": "exercise.launch.alert.v1", "subject": "a", "time": "2023-12-19T09:00:00.000+09:00",
    "due": "2023-12-19T09:00:00.000+09:00", "sent": "2023-12-19T09:00:00.000+09:00",
    "status": "Exercise", "exercise": "EXERCISE A", "run": "01a", "epoch": 1,
    "sequence": "00000001", "recipient": "JPN", "data": {},
}  # fmt: skip
PAYLOADS += [
    json.dumps({**_SOUND, **strange}).encode()
    for strange in (
        {},
        {"due": "0001-01-01T00:00:00+14:00"},
        {"time": "9999-12-31T23:59:59-14:00", "expires": "9999-12-31T23:59:59-14:00"},
        {"data": {"site": {"point": {"type": "Point", "coordinates": [10**400, 0]}}}},
        {"data": {"time": "9999-12-31T23:59:59-14:00", "class": "\x1b[2J", "distance_km": 1e308}},
        {"epoch": 10**9, "sequence": "9" * 18, "arrangement": "a\nb", "path": "\u202e>KOR"},
    )
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
        yield f"{stage.topics.base}/feed/jpn/launch/a{number}", payload
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
