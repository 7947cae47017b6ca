"""The page for authors: its blocks make one scenario, and its table is what there is."""

import re
from pathlib import Path

import pytest

from feed.app.prepare import prepare
from feed.app.scenarios_table import COLUMNS
from feed.cli import invoke
from feed.files.arrangements import load_arrangements
from feed.files.scenario import problems_of
from feed.model.common import EventBase
from feed.model.event import KINDS_OF_EVENTS
from feed.model.plausibility import WARNINGS

PATH = Path(__file__).parents[2] / "docs" / "write-a-scenario.md"
BEGIN = "<!-- keys: written by `make golden` from the models -->\n"
END = "<!-- end of keys -->"


def text() -> str:
    """Return the page."""
    return PATH.read_text(encoding="utf-8")


def steps() -> list[str]:
    """Return the YAML of each step."""
    return re.findall(r"```yaml\n(.*?)```", text(), re.DOTALL)


@pytest.mark.parametrize("step", range(2, len(steps()) + 1))
def test_after_every_step_the_file_is_right(step: int, tmp_path: Path) -> None:
    """A reader who stops after any step has a scenario that can be played."""
    path = tmp_path / "my-scenario.yaml"
    path.write_text("\n".join(steps()[:step]), encoding="utf-8")

    assert problems_of(path, load_arrangements(), shown=path.name) == []
    if step == len(steps()):
        assert invoke(["check", "--strict", str(path)]) == 0
    assert {each.recipient for each in prepare(str(path)).plan().deliveries()} == {
        "JPN", "KOR", "USA"
    }  # fmt: skip


def test_the_mistake_that_is_shown_is_the_one_that_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves out the text of the alert reads of the line on the page."""
    monkeypatch.chdir(tmp_path)
    scenario = "".join(steps()[:2])
    without = re.sub(r"    text:\n      en: .*\n      ja: .*\n", "", scenario)
    assert without != scenario
    Path("my-scenario.yaml").write_text(without, encoding="utf-8")

    assert invoke(["check", "my-scenario.yaml"]) == 1
    place, _, words = capsys.readouterr().out.splitlines()[0].partition(": ")
    assert f"\n{place}: '" in text()
    assert words.startswith("'text'")


def test_the_table_of_keys_is_current(request: pytest.FixtureRequest) -> None:
    """Every kind, every key, and which of them must be there."""
    before, begin, rest = text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert (begin, end) == (BEGIN, END)
    written = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if request.config.getoption("--update-golden"):
        PATH.write_text(written, encoding="utf-8")

    assert text() == written, "make golden writes it anew"


def test_the_columns_of_a_table_are_those_that_are_read() -> None:
    """None is left out, and none is told of that is not known."""
    section = text().partition("## From a table")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section, re.MULTILINE)
    told = [name for row in rows for cell in row for name in re.findall("`(.*?)`", cell)]

    assert sorted(told) == sorted(
        [*COLUMNS, *(other for each in COLUMNS.values() for other in each)]
    )


def test_the_warnings_on_the_page_are_those_there_are() -> None:
    """Each with what it is about."""
    section = text().partition("## What is probably not meant")[2].partition("\n## ")[0]
    assert dict(re.findall(r"^\| `(.*?)` \| (.*?) \|$", section, re.MULTILINE)) == WARNINGS


def table() -> str:
    """Return the table of keys."""
    rows = ["| kind | must have | can have |", "| --- | --- | --- |", row("*any*", EventBase, ())]
    rows += [row(f"`{kind.word}`", kind, tuple(EventBase.model_fields)) for kind in KINDS_OF_EVENTS]
    return "\n".join((*rows, ""))


def row(name: str, model: type[EventBase], left_out: tuple[str, ...]) -> str:
    """Return the keys of one kind that are not those of every kind."""
    must: list[str] = []
    can: list[str] = []
    for key, field in model.model_fields.items():
        if key not in left_out and key != "id":
            told = f"`{field.alias or key}`"
            (must if field.is_required() else can).append(told)
    return f"| {name} | {' '.join(must) or '–'} | {' '.join(can) or '–'} |"
