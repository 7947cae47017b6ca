"""``feed control``: an operator's requests from a shell."""

import json
from pathlib import Path

import pytest

from feed.cli import invoke
from feed.cli.control import _ARGUMENTS, _FORMS, _READERS, _members
from feed.core.actions import VERBS
from tests.commands import Shell


def test_every_verb_of_a_run_can_be_asked_for() -> None:
    """All but the one that has a file, which is a verb of its own."""
    assert set(_ARGUMENTS) == {*VERBS, "status", "toggle"} - {"inject"}
    assert set(_FORMS) == set(_ARGUMENTS)
    assert set(_READERS) <= set(_ARGUMENTS)


@pytest.mark.parametrize(
    ("words", "members"),
    [
        ("pause", {}),
        ("rate max", {"rate": "max"}),
        ("rate 0.5", {"rate": 0.5}),
        ("burst 20", {"count": 20}),
        ("seek 08:24", {"to": "08:24"}),
        ("seek jalert", {"to": "jalert"}),
        ("seek -1m", {"by": "-1m"}),
        ("seek +PT5M", {"by": "+PT5M"}),
        ("until", {}),
        ("until +5m", {"to": "+5m"}),
        ("loop", {}),
        ("loop 08:00", {"begin": "08:00"}),
        ("loop 08:00 jalert", {"begin": "08:00", "end": "jalert"}),
        ("hold jalert", {"target": "jalert"}),
        ("edit a.jpn.1 count=3 place=North x={}", {"target": "a.jpn.1", "data": {
            "count": 3, "place": "North", "x": {}}}),
        ("fault drop country=JPN probability=0.1", {"faults": [
            {"fault": "drop", "country": "JPN", "probability": 0.1}]}),
        ("fault cut country=JPN,KOR sequence=3,17 until=07:30", {"faults": [
            {"fault": "cut", "country": ["JPN", "KOR"], "sequence": [3, 17], "until": "07:30"}]}),
        ("heal", {}),
        ("heal storm drop", {"names": ["storm", "drop"]}),
    ],
)  # fmt: skip
def test_what_is_written_becomes_a_request(words: str, members: dict[str, object]) -> None:
    """A number is a number, JSON is JSON, and everything else a text."""
    verb, *arguments = words.split()

    assert _members(verb, arguments) == members


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("explode", "'explode' is not a verb of 'feed control'; there are burst, edit"),
        ("inject", "'feed inject FILE' adds events"),
        ("pause now", "'feed control pause' is written 'pause'"),
        ("rate", "'feed control rate' is written 'rate N' or 'rate max'"),
        ("rate fast", "'fast' is not a number; 'feed control rate' is written"),
        ("rate nan", "'nan' is not a number"),
        ("burst inf", "'inf' is not a number; 'feed control burst' is written 'burst N'"),
        ("seek", "'feed control seek' is written 'seek TIME', 'seek EVENT' or 'seek +10m'"),
        ("loop a b c", "'feed control loop' is written"),
        ("hold", "'feed control hold' is written 'hold TARGET'"),
        ("edit jalert", "'feed control edit' is written 'edit TARGET MEMBER=VALUE'"),
        ("edit jalert =3", "'=3' is no MEMBER=VALUE; write count=3 or 'place=North'"),
        ("fault", "'feed control fault' is written 'fault drop kinds=track', or 'fault FILE'"),
        ("fault rain", "'rain' is no fault; there are drop, cut, duplicate"),
        ("fault rain.yaml", "rain.yaml"),
        ("fault drop JPN", "'JPN' is no MEMBER=VALUE; write count=3 or 'place=North'"),
        ("step --wall 2030-01-01T00:00:00Z", "--wall has no effect on 'step'; it is for play"),
    ],
)
def test_a_wrong_line_is_said_before_anything_is_asked(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With how it is written, and exit code 2; 74 if it is a file that cannot be read."""
    code = 74 if ".yaml" in words else 2
    assert invoke(["control", *words.split(), "--broker", "mqtt://127.0.0.1:9"]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


def test_without_a_broker_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 3."""
    assert invoke(["control", "pause", "--broker", "mqtt://127.0.0.1:9"]) == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.broker
@pytest.mark.slow
def test_a_run_is_controlled_from_another_terminal(shell: Shell) -> None:
    """With nothing to name but what is wanted: the broker and its password are known here."""
    _, address = shell.broker()
    player = shell.start("publish", shell.event_stream, "--paused", "--broker", address)
    player.until("publishing")

    status = shell.run("control", "status")
    assert status.returncode == 0, status.stderr
    assert status.stdout.startswith("EXERCISE SMALL STEPS: A small story (run ")
    assert "loaded ×1 at 2023-12-19T09:00:00" in status.stdout
    assert "next warning.jpn.1" in status.stdout
    held = shell.run("control", "hold", "warning", "--json")
    assert json.loads(held.stdout)["clock"]["state"] == "loaded"
    wrong = shell.run("control", "seek", "nowhere")
    assert wrong.returncode == 2
    assert "'nowhere' is neither a time nor an event" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert shell.run("control", "rate", "max").returncode == 0
    assert shell.run("control", "play").returncode == 0
    assert player.code() == 0
    assert '"messages": 3' in player.err


def test_a_file_of_faults_becomes_a_request(tmp_path: Path) -> None:
    """As it is written, but for the names, by which they are healed."""
    file = tmp_path / "faults.yaml"
    file.write_text(
        "feed: 1\nfaults:\n  - {fault: cut, from: 07:25, until: +9m}\n  - {fault: drop, name: d}\n",
        encoding="utf-8",
    )
    assert _members("fault", [str(file)]) == {
        "faults": [
            {"name": "cut", "fault": "cut", "from": "07:25", "until": "+9m"},
            {"name": "d", "fault": "drop"},
        ]
    }
