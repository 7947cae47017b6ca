"""``feed bench`` at the command line."""

import json

import pytest

from feed.cli import invoke


@pytest.mark.slow
def test_a_figure_is_a_row_and_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With the machine before it."""
    assert invoke(["bench", "plan", "--short", "--repeat", "1", "--json"]) == 0
    machine, *rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "Python" in machine
    assert [row["what"] for row in rows] == ["plan a delivery", "encode a delivery by itself"]
    assert rows[0]["figure"] == "plan"

    assert invoke(["bench", "plan", "--short", "--repeat", "1"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[1].split() == ["FIGURE", "WHAT", "OURS", "PEER", "RATIO", "REACH"]
    assert max(map(len, table[1:])) <= 100


def test_an_unknown_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the one that was meant."""
    assert invoke(["bench", "publsh"]) == 2
    assert capsys.readouterr().err == ("feed: 'publsh' is no figure; did you mean 'publish'?\n")
