"""Logs: JSON for programs, words for people, and never across a live view."""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import structlog

from feed.terminal.log import Notes, configure_logs, forward_logs, log_forwarded
from tests.make import START


class Terminal(io.StringIO):
    """A text that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the logs of other tests alone."""
    root, ours = logging.getLogger(), logging.getLogger("feed")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level, ours.level = before
    structlog.reset_defaults()


def configured(stream: io.StringIO, *, verbose: bool = False, json: bool | None = None) -> Notes:
    """Send logs to a stream, at the moment at which made stories begin."""
    return configure_logs(wall=lambda: START, verbose=verbose, json=json, stream=stream)


def test_elsewhere_than_on_a_terminal_a_log_is_a_line_of_json() -> None:
    """Time, level and event come first, then the fields; other letters stay letters."""
    out = io.StringIO()
    configured(out)
    structlog.get_logger().info("published", to="JPN", count=3, title="訓練")

    assert out.getvalue() == (
        '{"time": "2023-12-19T00:00:00.000+00:00", "level": "info", "event": "published", '
        '"to": "JPN", "count": 3, "title": "訓練"}\n'
    )


def test_on_a_terminal_a_log_is_for_people() -> None:
    """Words with the time in front; JSON can be asked for all the same."""
    out, asked = Terminal(), Terminal()
    configured(out)
    structlog.get_logger().warning("the broker went away", address="127.0.0.1:1883")
    configured(asked, json=True)
    structlog.get_logger().info("published")

    assert out.getvalue().startswith("2023-12-19T00:00:00.000+00:00 [warning  ] the broker went")
    assert "address=127.0.0.1:1883" in out.getvalue()
    assert json.loads(asked.getvalue())["event"] == "published"


def test_details_are_logged_only_when_asked_for() -> None:
    """Debug lines, and what other libraries say below a warning, need verbose."""
    quiet, verbose = io.StringIO(), io.StringIO()
    for out, wanted in ((quiet, False), (verbose, True)):
        configured(out, verbose=wanted)
        structlog.get_logger().debug("detail")
        logging.getLogger("other").info("chatter")
        logging.getLogger("other").warning("trouble with %s", "it")

    assert [json.loads(line)["event"] for line in quiet.getvalue().splitlines()] == [
        "trouble with it"
    ]
    assert [json.loads(line)["event"] for line in verbose.getvalue().splitlines()] == [
        "detail",
        "chatter",
        "trouble with it",
    ]


def test_the_last_warning_is_noted() -> None:
    """A view can show the last warning or error, of anybody, in one line."""
    notes = configured(io.StringIO())
    log = structlog.get_logger()
    assert notes.last() == ""

    log.warning("left out a payload", why="no JSON")
    log.info("published")
    assert notes.last() == "left out a payload why=no JSON"

    logging.getLogger("other").error("gone")
    assert notes.last() == "gone"


def test_while_a_view_is_shown_logs_go_through_it() -> None:
    """On the same terminal lines go to the view; a file gets them as ever."""
    screen, file = Terminal(), io.StringIO()
    above: list[str] = []
    for out in (screen, file):
        notes = configured(out, json=True)
        notes.above = above.append
        structlog.get_logger().warning("gone")

    assert len(above) == 1
    assert screen.getvalue() == ""
    assert json.loads(file.getvalue())["event"] == "gone"


def test_a_payload_in_a_log_cannot_speak_to_the_terminal() -> None:
    """Control characters of others are taken out of every field."""
    out = Terminal()
    configured(out)
    structlog.get_logger().warning("left out", topic="a\x1b[2Jb\nc")
    logging.getLogger("other").warning("a\x1b[2Jb\nc")

    assert "\x1b" not in out.getvalue()
    assert out.getvalue().count("\n") == 2


def test_to_configure_again_does_not_log_twice() -> None:
    """The last configuration holds alone."""
    first, second = io.StringIO(), io.StringIO()
    configured(first)
    configured(second)
    structlog.get_logger().info("published")

    assert first.getvalue() == ""
    assert second.getvalue().count("\n") == 1


def test_a_log_that_cannot_be_written_harms_nobody() -> None:
    """A closed stream loses the line and nothing else."""
    out = io.StringIO()
    configured(out)
    out.close()

    structlog.get_logger().info("published")


def test_the_default_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Logs never mix with what a verb prints."""
    configure_logs(wall=lambda: START)
    structlog.get_logger().info("published")

    printed = capsys.readouterr()
    assert printed.out == ""
    assert json.loads(printed.err)["event"] == "published"


def test_an_error_with_its_trace_stays_one_line_of_json() -> None:
    """The trace of a bug is a field, so that a line is still a record."""
    out = io.StringIO()
    configured(out)
    try:
        int("a bug")
    except ValueError:
        structlog.get_logger().exception("failed")

    (line,) = out.getvalue().splitlines()
    assert "ValueError: invalid literal" in json.loads(line)["exception"]


def test_what_another_process_logs_is_logged_as_its_own() -> None:
    """With level and fields, a library's with its name; what is not wanted is not sent."""
    sent: list[tuple[int, str, Mapping[str, object], str | None]] = []
    forward_logs(lambda *said: sent.append(said))
    structlog.get_logger().warning("left out", topic="a\ud800", at=Path("x"), count=3)
    structlog.get_logger().debug("too much")
    logging.getLogger("a-library").warning("lost %s", "it")
    logging.getLogger("a-library").info("too much")
    logging.getLogger().handlers[:] = []
    out = io.StringIO()
    notes = configured(out, json=True)
    for said in sent:
        log_forwarded(*said)
    ours, theirs = map(json.loads, out.getvalue().splitlines())

    assert ours.items() >= {"event": "left out", "topic": "a?", "at": "x", "count": 3}.items()
    assert (ours["level"], theirs["event"], theirs["level"]) == ("warning", "lost it", "warning")
    assert notes.last() == "lost it"
