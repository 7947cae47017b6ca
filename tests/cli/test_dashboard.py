"""``feed dashboard``: as a user starts it."""

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from feed.cli import invoke
from feed.web.page import FOLDER
from tests.brokers import lacking
from tests.commands import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Give a place to start commands from."""
    if not (FOLDER / "index.html").is_file():
        lacking(f"the page is not built in {FOLDER}")
    shell = Shell(tmp_path)
    yield shell
    shell.close()


def test_it_prints_an_address_that_works(shell: Shell) -> None:
    """And ends when it is told to."""
    command = shell.start("dashboard", "--port", "0", "--lang", "ja")
    address = command.until(r"EXERCISE dashboard: (http://127\.0\.0\.1:\d+/\?lang=ja)\n").group(1)
    with urllib.request.urlopen(address) as page:  # noqa: S310 - our own
        assert b"<title>EXERCISE</title>" in page.read()

    assert command.end(signal.SIGINT) == 130
    assert "Traceback" not in command.err


@pytest.mark.broker
@pytest.mark.parametrize("verb", ["run", "publish", "broker"])
def test_beside_a_run_or_a_broker_it_prints_an_address_too(shell: Shell, verb: str) -> None:
    """Which works for as long as that goes on, and says where the broker is."""
    if verb == "publish":
        _, address = shell.broker()
        ports = ["--broker", address]
    else:
        ports = ["--port", "0", "--websocket-port", "0"]
    played = [] if verb == "broker" else [shell.event_stream, "--paused"]
    command = shell.start(verb, *played, *ports, "--dashboard-port", "0")
    found = command.until(r"EXERCISE dashboard: (\S+)|\"dashboard\", \"address\": \"(\S+)\"")
    page = found.group(1) or found.group(2)
    assert ("?exercise=small-steps" in page) == (verb == "publish")
    with urllib.request.urlopen(urljoin(page, "broker.json")) as told:  # noqa: S310 - our own
        assert json.load(told) == {"broker": "/mqtt"}

    assert command.end(signal.SIGINT) == 130
    assert "Traceback" not in command.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--operator", "--country", "JPN"], "take one of them"),
        (["--operator"], "password is not known here"),
        (["--country", "Japan"], "not a three-letter country code"),
        (["--broker", "ftp://a"], "not a way to reach a broker"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the exit code of a wrong command line."""
    assert invoke(["dashboard", *arguments]) == 2
    said = capsys.readouterr().err
    assert text in said
    assert said.count("\n") == 1
