"""The page of troubles says what the program says."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from feed import cli
from feed.cli import invoke
from tests.commands import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MINE = """\
feed: 1
id: mine
title: Mine
exercise: MORNING CALM
starts: 2023-12-19T09:00:00+09:00
events:
  - alert: warning
    at: 09:10
    issuer: {country: JPN, authority: Agency, channel: Siren}
    text: {jp: 避難してください。}
    areas: [North]
    expires: 00:30:00
"""
REST = "…"


def calls() -> Iterator[tuple[str, str]]:
    """Yield every command of the page, and what it is said to print."""
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for call in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = call.partition("\n")
            yield command, printed


def sentences() -> Iterator[str]:
    """Yield every sentence that stands in the first column of a table, or is quoted in prose."""
    for row in PAGE.splitlines():
        cell = row.split(" | ")[0].removeprefix("| ")
        if row.startswith("| `") and cell.startswith("`") and cell.endswith("`"):
            yield cell.strip("`")
    yield from re.findall(r"\(`([^`]{40,})`\)", PAGE.replace("\n", " "))


@cache
def templates() -> tuple[str, ...]:
    """Return every text in the source, with ``…`` for what is filled in."""
    return tuple(_templates())


def _templates() -> Iterator[str]:
    for path in sorted((ROOT / "feed").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else REST
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize(("command", "printed"), list(calls()), ids=lambda text: text[:50])
def test_a_command_prints_what_the_page_says(
    command: str,
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Word for word, with a code that is not 0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FEED_BROKER", raising=False)
    Path("my.yaml").write_text(MINE, encoding="utf-8")
    program, *arguments = shlex.split(command)

    assert program == "feed"
    assert invoke(arguments) != 0
    said = capsys.readouterr()
    assert said.out + said.err == printed


@pytest.mark.parametrize("sentence", list(sentences()))
def test_a_sentence_is_one_of_the_program(sentence: str) -> None:
    """It stands in the source, apart from what is filled in."""
    assert any(sentence in template for template in templates())


def test_the_page_is_read() -> None:
    """The readers of the page see what stands in it."""
    assert len(list(calls())) > 12
    assert len(list(sentences())) > 12


def test_every_exit_code_is_explained() -> None:
    """The same as the help lists."""
    codes = {*re.findall(r"(\d+) [a-z]", cli._EXITS)}
    table = PAGE.partition("## How it ended")[2]
    assert codes == {code for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
                     for code in row.split(", ")}  # fmt: skip
