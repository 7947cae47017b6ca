"""The page that goes through a workshop: every command of it, in its order, on two machines.

Each machine is a home of its own; whoever was handed a folder has nothing else.
"""

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.cli import invoke
from tests.commands import ROOT, Command, Shell

pytestmark = [pytest.mark.slow, pytest.mark.broker]

PAGE = (ROOT / "docs" / "workshop.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]
STAY = {"broker": r"try: ", "receive": "subscribed", "publish": "publishing", "dashboard": "http:"}
"""the verbs that stay, and what tells that they are there"""


class Room:
    """The machine of who runs it, and one of who was handed a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.folder = folder
        self.host, self.guest = Shell(folder / "host"), Shell(folder / "guest")
        self.staying: dict[str, Command] = {}
        self.run = ""

    def type(self, line: str) -> None:
        """Do what a line says, where it is to be done."""
        verb, *words = shlex.split(line)[1:]
        shell = self.guest if any(word.startswith("for-") for word in words) else self.host
        if verb == "credentials":
            shell = self.host
        arguments = [verb, *(self._as_here(word) for word in words)]
        if verb == "broker":
            arguments += ["--port", "0", "--websocket-port", "0"]
        if verb == "dashboard":
            arguments += ["--port", "0"]
        if verb in STAY:
            command = self.staying[line] = shell.start(*arguments)
            command.until(STAY[verb])
            if verb == "dashboard":
                command.end()  # it was seen; they need not stay side by side here
            return
        # In this process, which has loaded already what each of them would load anew.
        self._monkeypatch.setenv("FEED_HOME", str(shell.home))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = invoke(arguments)
        assert code == 0, (line, said.getvalue())
        if verb == "runs":
            self.run = said.getvalue().split()[0]

    def _as_here(self, word: str) -> str:
        """Return a word with the names of this machine in place of the page's."""
        if word == "broker.example":
            return "localhost"
        if word == "RUN":
            return self.run
        name, equals, file = word.rpartition("=")
        if re.match(r"workshop|for-|received|report\.", file):
            return f"{name}{equals}{self.folder / file}"
        return word

    def close(self) -> None:
        """End everything."""
        self.guest.close()
        self.host.close()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Give two machines."""
    for name in ("host", "guest"):
        (tmp_path / name).mkdir()
    room = Room(tmp_path, monkeypatch)
    yield room
    room.close()


def test_every_command_does_what_the_page_says(room: Room) -> None:
    """From the broker to the report; the others' receivers are as the page has Japan's."""
    receive = next(line for line in COMMANDS if line.startswith("feed receive"))
    others = {
        "KOR": receive.replace("JPN", "KOR").replace("for-japan", "for-korea"),
        "USA": receive.replace("JPN", "USA").replace("for-japan", "for-usa"),
    }
    for line in COMMANDS:
        if line.startswith("feed publish"):
            for other, same in others.items():
                room.type(same.replace("received.jsonl", f"received-{other}.jsonl"))
        room.type(line)
        if "rate max" in line:
            for stays in [
                each for each in room.staying if each.split()[1] in {"publish", "receive"}
            ]:
                assert room.staying[stays].code() == 0, room.staying[stays].err
    report = (room.folder / "report.html").read_text(encoding="utf-8")
    assert "SNOW GOOSE" in report
    assert len((room.folder / "received.jsonl").read_text(encoding="utf-8").splitlines()) > 300
