"""``feed report``: the page, JSON, a table; and what is refused."""

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from feed.cli.report import report
from feed.errors import FilesError, UsageError
from tests.app.played import RUN, leave_run
from tests.scenarios import library


@pytest.fixture(autouse=True)
def played(home: Path) -> None:
    """Leave a run behind."""
    del home
    leave_run()


def run(*arguments: str) -> Result:
    """Run the verb in this process."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(report)
    return CliRunner().invoke(app, arguments)


def test_the_page_is_written_and_the_verdict_said(tmp_path: Path) -> None:
    """What came of it stands on the terminal, too."""
    path = tmp_path / "report.html"
    result = run(RUN, "--out", str(path), "--tz", "UTC")
    page = path.read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].endswith("and nothing was lost.")
    assert result.stdout.splitlines()[1] == f"written: {path}"
    assert page.startswith("<!DOCTYPE html>")
    assert "2022-10-03 22:23:1" in page


def test_the_figures_are_printed_as_json(tmp_path: Path) -> None:
    """JSON alone on standard output, also when a page is written."""
    path = tmp_path / "report.html"
    told = json.loads(run("01jf", "--json", "--out", str(path)).stdout)

    assert (told["run"], told["lost"]) == (RUN, 0)
    assert "SNOW GOOSE: 1,971 messages" in told["verdict"]
    assert path.exists()


def test_every_message_is_a_row_of_the_table() -> None:
    """A head, then everything that was sent."""
    rows = list(csv.DictReader(io.StringIO(run(RUN, "--csv").stdout)))

    assert len(rows) == len(library.deliveries("over-aomori-2022"))
    assert rows[0]["recipient"] == "JPN"
    assert rows[0]["latency_ms"] == "2.000"


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    """One sentence each: no output named, two at once, no such run, no such folder."""
    for arguments, words in (
        ((RUN,), "--out report.html"),
        ((RUN, "--json", "--csv"), "not both"),
        (("nothing", "--csv"), "nothing"),
    ):
        result = run(*arguments)
        assert isinstance(result.exception, UsageError), arguments
        assert words in str(result.exception)
    result = run(RUN, "--out", str(tmp_path / "no" / "report.html"))
    assert isinstance(result.exception, FilesError)
