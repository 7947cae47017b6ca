"""What the README promises is there: every command, every link, every number."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from feed import cli, errors
from feed.cli import VERBS, build
from feed.errors import FeedError
from feed.files.library import entries
from tests.commands import ROOT, Shell

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`]+)`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_FEED = re.compile(r"(?:^|\s)(?:\.venv/bin/)?feed ([a-z].*)", re.DOTALL)


@pytest.fixture
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Give what starts commands as processes; none is left behind."""
    opened = Shell(tmp_path_factory.mktemp("shell"))
    yield opened
    opened.close()


def commands(page: Path) -> Iterator[str]:
    """Yield everything after ``feed`` of the commands that a page shows."""
    text = page.read_text(encoding="utf-8")
    for language, block in _FENCED.findall(text):
        for line in block.splitlines() if language in {"", "sh", "bash", "console"} else ():
            found = re.match(r"(?:\$ )?(?:\.venv/bin/)?feed ([a-z].*)", line)
            if found:
                yield found.group(1)
    for code in _INLINE.findall(_FENCED.sub("", text)):
        found = re.fullmatch(r"feed ([a-z].*)", " ".join(code.split()))
        if found:
            yield found.group(1)


COMMANDS = sorted(
    (page.name, command)
    for page in PAGES
    if page.name != "troubleshooting.md"  # there they are wrong on purpose, and have their own test
    for command in set(commands(page))
)


@cache
def verbs() -> Any:
    """Return the command line as typer parses it."""
    return typer.main.get_command(build())


def parsed(command: str) -> tuple[str, dict[str, Any]]:
    """Return verb and parameters of a command; a wrong one raises what typer says."""
    verb, *arguments = shlex.split(command, comments=True)
    group = verbs()
    # Dots stand for arguments that go without saying.
    short = "…" in arguments
    arguments = [argument.rstrip("…") for argument in arguments if argument != "…"]
    context = group.commands[verb].make_context(verb, arguments, resilient_parsing=short)
    if short:
        known = {name for each in group.commands[verb].params for name in each.opts}
        assert {each for each in arguments if each.startswith("-")} <= known
    return verb, dict(context.params)


def block(language: str, word: str) -> str:
    """Return the fenced block of a language that has a word in it."""
    blocks: list[tuple[str, str]] = _FENCED.findall(TEXT)
    return next(text for kind, text in blocks if kind == language and word in text)


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=lambda value: value)
def test_every_command_can_be_given(page: str, command: str) -> None:
    """The verb is there, its options are, and scenarios that are named are in the library."""
    if re.fullmatch(r"[a-z]+", command):
        assert command in VERBS
        return
    verb, parameters = parsed(command)

    scenario = parameters.get("scenario") or ""
    assert verb in VERBS, page
    if re.fullmatch(r"[a-z][a-z0-9-]*", scenario):
        assert scenario in [entry.name for entry in entries()], page


def test_every_verb_is_in_the_table() -> None:
    """A verb that the README does not name is a secret."""
    table = TEXT.partition("## Verbs")[2].partition("## ")[0]

    assert [verb for verb in VERBS if not re.search(rf"`feed {verb}\b", table)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Pages and pictures that are named lie where they are said to lie."""
    text = page.read_text(encoding="utf-8")
    here = [link for link in _LINK.findall(text) if "://" not in link]

    assert [link for link in here if not (page.parent / link).exists()] == []


def test_the_exit_codes_are_all_there_are() -> None:
    """The list in the README, the list in the help, and the errors are the same."""
    public = [getattr(errors, name) for name in errors.__all__]
    kinds = [each for each in public if isinstance(each, type) and issubclass(each, FeedError)]
    own = {kind.exit_code for kind in kinds}
    known = own | {0, cli.INTERRUPTED, cli.UNHEARD, 143}
    told = " ".join(TEXT.partition("Exit codes:")[2].partition("\n\n")[0].split())

    assert {int(code) for code in re.findall(r"(?:^|, )(\d+) ", told)} == known
    assert f"Exit codes: {told}" == cli._EXITS


def test_the_tree_is_the_one_there_is() -> None:
    """Every room of the package has its line, and no line is of a room that is gone."""
    tree = block("", "  errors.py")
    lines = re.findall(r"^  (\w+)(?:/|\.py) ", tree, re.MULTILINE)
    package = ROOT / "feed"
    rooms = {path.parent.name for path in package.glob("*/*.py")}
    files = {path.stem for path in package.glob("*.py") if not path.stem.startswith("_")}

    assert set(lines) == rooms | files


def test_every_target_of_make_exists() -> None:
    """What is to be typed after ``make`` is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make (\w+)", TEXT, re.MULTILINE))

    assert targets >= {"run", "test"}
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


def test_the_example_of_a_scenario_is_sound(tmp_path: Path, shell: Shell) -> None:
    """It passes ``feed check``, and can be planned."""
    path = tmp_path / "my.yaml"
    path.write_text(block("yaml", "feed: 1"), encoding="utf-8")
    checked = shell.run("check", str(path))
    planned = shell.run("plan", str(path))

    assert (checked.returncode, checked.stdout) == (0, "1 file, no mistake\n"), checked.stdout
    assert planned.returncode == 0
    assert "jalert" in planned.stdout


@pytest.mark.parametrize(
    "command", ["scenarios", "schema scenario", "plan over-aomori-2022", "runs"]
)
def test_what_needs_no_broker_works(command: str, shell: Shell) -> None:
    """Something is printed, and nothing is complained of."""
    ended = shell.run(*command.split())

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout


@pytest.mark.broker
def test_the_python_example_works(shell: Shell) -> None:
    """Pasted into a file it prints every message of the run, in order, and ends with it."""
    code = block("python", "feed.receive").replace("morning-calm", "small-steps")
    _, address = shell.broker()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**shell.environment, "FEED_BROKER": address},
    ) as program:
        player = shell.run(
            "publish", shell.event_stream, "--wait-for", "JPN", "--rate", "max", "--broker", address
        )
        out, err = program.communicate(timeout=20)

    assert (player.returncode, program.returncode) == (0, 0), err
    assert err == ""
    assert [line.split()[0] for line in out.splitlines()] == ["1", "2", "3"]
    assert out.splitlines()[0] == "1 alert alert warning"
