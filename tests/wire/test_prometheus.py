"""Tests of ``feed.wire.prometheus``: every number once, under a name that can be read back."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feed.wire.prometheus import exposition

LINE = re.compile(r'(feed_[a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (\S+)')


def answer(exercise: str = "SNOW GOOSE", rate: object = 60.0) -> dict[str, Any]:
    """Return what a player answers to ``status``."""
    return {
        "clock": {
            "state": "playing",
            "rate": rate,
            "position_s": 348.5,
            "duration_s": 121080.0,
            "epoch": 2,
            "late_ms": 5,
        },
        "status": {
            "run": "01m8c4fz2fs7xq9me0v63c8mje",
            "exercise": exercise,
            "scenario": "over-aomori-2022",
            "sent": 412,
            "sequences": {"JPN": 116, "KOR": 121},
            "planned": {"JPN": 657, "KOR": 657},
            "latest_ms": 11,
            "receivers": [
                {"country": "JPN", "client": "jpn", "online": True, "behind": 18, "missing": 0}
            ],
            "faults": [{"name": "fog", "hit": 3}],
        },
    }


def read(text: str) -> dict[tuple[str, str], float]:
    """Return the samples of a text by name and labels; every line is one, or a comment."""
    found = {}
    for line in text.removesuffix("\n").split("\n"):
        if not line.startswith("# "):
            sample = LINE.fullmatch(line)
            assert sample is not None, line
            assert (sample[1], sample[2]) not in found
            found[sample[1], sample[2]] = float(sample[3])
    return found


def test_what_status_says_is_there() -> None:
    """Counts, times in seconds, and one state that is 1."""
    found = read(exposition(answer()))
    here = 'exercise="SNOW GOOSE"'

    assert found["feed_sent_total", here] == 412
    assert found["feed_late_seconds", here] == 0.005
    assert found["feed_sequence", f'{here},country="KOR"'] == 121
    assert found["feed_receiver_behind", f'{here},country="JPN",client="jpn"'] == 18
    assert found["feed_fault_hits_total", f'{here},fault="fog"'] == 3
    assert [
        labels for (name, labels), value in found.items() if name == "feed_state" and value
    ] == [f'{here},state="playing"']


def test_as_fast_as_can_be_is_infinite() -> None:
    """As the format writes it."""
    assert 'feed_rate{exercise="SNOW GOOSE"} +Inf' in exposition(answer(rate="max"))


@given(st.text())
def test_no_name_breaks_a_line(exercise: str) -> None:
    """Quotes, backslashes and line ends are escaped."""
    text = exposition(answer(exercise))

    assert len(read(text)) == len(read(exposition(answer())))
    assert text.startswith("# EXERCISE")
