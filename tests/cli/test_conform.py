"""``feed conform`` as it is called."""

import json
import sys

import pytest

from feed.cli import invoke

SLOW = "import sys\nfor line in sys.stdin: print('{}', flush=True)"
DEAF = "import sys\nsys.stdin.readline()"
LOUD = "import sys\nfor line in sys.stdin: print('hello', flush=True)"


def test_our_own_receiver_conforms(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a program it is feed's own that is tried."""
    assert invoke(["conform"]) == 0
    assert "12 of 12 streams as expected" in capsys.readouterr().out


def test_what_differs_is_named_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """And why that message is there; the code is that of what is incomplete."""
    assert invoke(["conform", "--only", "epochs", "--", sys.executable, "-c", SLOW]) == 4
    said = capsys.readouterr().out
    assert "epochs: 5 messages, differs" in said
    assert "line 4: active None, not ['meeting/talks'] (a new epoch begins with an empty" in said

    assert invoke(["conform", "--json", "--", sys.executable, "-c", SLOW]) == 4
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 12
    assert told[0]["differences"][0]["line"] == 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ([sys.executable, "-c", DEAF], "ended before the streams did"),
        ([sys.executable, "-c", LOUD], "answered 'hello'; write a line such as"),
        (["no-such-program"], "no-such-program: cannot be started: no such file"),
    ],
)
def test_what_is_no_receiver_is_said(
    command: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, never as a difference."""
    assert invoke(["conform", "--", *command]) == 74
    assert sentence in capsys.readouterr().err


def test_a_stream_that_is_not_there_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """By what is near."""
    assert invoke(["conform", "--only", "epoch"]) == 2
    assert "no stream is called 'epoch'; did you mean 'epochs'?" in capsys.readouterr().err
