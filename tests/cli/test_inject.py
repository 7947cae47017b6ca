"""``feed inject``: events from a file into a run that is being played."""

import json
from pathlib import Path

import pytest

from feed.cli import invoke
from tests.commands import Shell

EVENT = "- {incident: surprise, category: other, originator: KOR}\n"


def test_a_mistake_in_the_file_has_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said before anything is connected, with exit code 1."""
    file = tmp_path / "add.yaml"
    file.write_text(EVENT + "- {incident: x, category: war, originator: KOR}\n", encoding="utf-8")

    assert invoke(["inject", str(file), "--broker", "mqtt://127.0.0.1:9"]) == 1
    assert f"{file}:2:27: category: 'war' is not one of" in capsys.readouterr().err
    assert invoke(["inject", str(tmp_path / "none.yaml")]) == 74


@pytest.mark.broker
@pytest.mark.slow
def test_events_are_added_from_another_terminal(shell: Shell) -> None:
    """From a file or standard input; what is refused names the event."""
    _, address = shell.broker()
    player = shell.start("publish", shell.event_stream, "--paused", "--broker", address)
    player.until("publishing")
    file = shell.folder / "add.yaml"
    file.write_text(EVENT, encoding="utf-8")

    assert shell.run("inject", str(file), "--at", "+1s").returncode == 0
    again = shell.run("inject", str(file))
    assert again.returncode == 2
    assert "event 1, 'surprise', cannot be added (incident): 'surprise' is the id" in again.stderr
    piped = shell.run(
        "inject", "-", "--json", stdin=None, input=EVENT.replace("surprise", "second")
    )
    assert json.loads(piped.stdout)["clock"]["state"] == "loaded"
    shell.run("control", "rate", "max")
    shell.run("control", "play")
    assert player.code() == 0
    assert '"messages": 15' in player.err
