"""``feed export``: other people's formats, from the command line."""

import re
import shlex
from pathlib import Path

import pytest
from lxml import etree

from feed.cli import invoke
from tests.brokers import pause
from tests.commands import Shell

DOCS = Path(__file__).parents[2] / "docs"
LINES = sorted(
    {
        line
        for page in ("export.md", "consumers.md")
        for line in re.findall(
            r"(?:^|`)(feed export .*?)(?=$|`)",
            (DOCS / page).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
)


def test_a_story_becomes_files(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The alert and its end, for one country."""
    out = tmp_path / "cap"
    options = ["--format", "cap", "--country", "jpn", "--out", str(out)]
    assert invoke(["export", small, *options]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "00000001-warning.xml",
        "00000002-warning.xml",
        "index.atom",
    ]
    assert capsys.readouterr().out == (
        f"{out}: 2 messages of EXERCISE SMALL STEPS as cap\nno place in cap for: meeting 1\n"
    )


def test_what_cannot_be_is_a_sentence(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a country there is no picture to show."""
    assert invoke(["export", small, "--format", "cap", "--out", "x"]) == 2
    assert capsys.readouterr().err == (
        "feed: --format cap shows what one country knows; say which with --country: JPN, KOR, USA\n"
    )


@pytest.mark.parametrize("line", [line for line in LINES if "--follow" not in line])
def test_the_lines_of_the_docs_work(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pastes one has what the page says."""
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line)[1:]
    assert invoke(arguments) == 0
    out = tmp_path / arguments[-1]
    made = [out] if out.is_file() else list(out.iterdir())
    assert made
    assert all(path.stat().st_size for path in made)


@pytest.mark.parametrize("line", [line for line in LINES if "--follow" in line])
def test_the_live_lines_of_the_docs_lack_nothing_but_a_broker(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever pastes one while something is played has what the page says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEED_BROKER", "mqtt://127.0.0.1:1")
    assert invoke(shlex.split(line, comments=True)[1:]) == 3
    assert "connection refused" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.broker
def test_ctrl_c_ends_a_live_export_whole(shell: Shell) -> None:
    """The exit code is that of an interrupt; what was written can be read, and is counted."""
    _, address = shell.broker()
    out = shell.folder / "cap"
    live = ["export", "--follow", "-f", "cap", "--country", "JPN", "-o", str(out)]
    exporter = shell.start(*live, "--exercise", "small-steps", "--broker", address)
    exporter.until("waiting for messages")
    shell.start("publish", shell.event_stream, "--broker", address)
    while not (out / "index.atom").exists():
        assert exporter.process.poll() is None, exporter.err
        pause()

    assert exporter.end() == 130
    assert re.search(r"cap: [12] messages? of EXERCISE SMALL STEPS as cap\n", exporter.out)
    assert etree.parse(out / "00000001-warning.xml").getroot().tag.endswith("}alert")
    assert etree.parse(out / "index.atom").getroot().tag.endswith("}feed")
    assert "Traceback" not in exporter.err


def test_standard_output_has_the_file_alone(
    small: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What was written is said elsewhere."""
    assert invoke(["export", small, "-f", "ics", "--country", "JPN", "-o", "-"]) == 0
    said = capfdbinary.readouterr()
    assert said.out.startswith(b"BEGIN:VCALENDAR")
    assert said.err.startswith(b"standard output: 1 message of EXERCISE SMALL STEPS as ics")
