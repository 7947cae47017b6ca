"""Logs of the verbs go to standard error."""

import json

import pytest
import structlog

from feed.cli.logs import logging_to_stderr


def test_logs_are_lines_of_json_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays the verb's own; details are for those who ask."""
    notes = logging_to_stderr(verbose=False)
    structlog.get_logger().debug("unasked")
    structlog.get_logger().warning("slow", late_ms=5)
    printed = capsys.readouterr()

    assert printed.out == ""
    (line,) = printed.err.splitlines()
    said = json.loads(line)
    assert (said["level"], said["event"], said["late_ms"]) == ("warning", "slow", 5)
    assert said["time"].endswith("+00:00")
    assert notes.last() == "slow late_ms=5"


def test_more_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """``--verbose`` has the details too."""
    logging_to_stderr(verbose=True)
    structlog.get_logger().debug("asked for")

    assert "asked for" in capsys.readouterr().err
