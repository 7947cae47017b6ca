"""The page of mistakes: each is made, and what is said of it stands there."""

import itertools
import json
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from feed.errors import Problem
from feed.files.arrangements import load_arrangements
from feed.files.scenario import problems_of
from feed.files.text import parse
from feed.model.arrangement import Arrangements

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
OF_THE_PAGE = Path(__file__).with_name("mistakes.yaml")
WRITTEN = "<!-- written by `make golden` from tests/docs/mistakes.yaml -->"
OF_LIBRARIES = re.compile(
    r"pydantic|input should|value error|type=|expected <|block (mapping|collection)|"
    r"flow (mapping|sequence)|while (parsing|scanning)|could not (find|determine)|None\b|<\w+>"
)
"""words of the readers of YAML and of models, which say nothing to an author"""


class Mistake(NamedTuple):
    """One mistake: what stands in the scenario, and what somebody typed in its place."""

    right: str
    wrong: str


_READ = yaml.safe_load(OF_THE_PAGE.read_text(encoding="utf-8"))
RIGHT: str = _READ["right"]
MISTAKES: dict[str, list[Mistake]] = {
    title: [Mistake(*pair) for pair in pairs] for title, pairs in _READ["mistakes"].items()
}
ALL = [mistake for mistakes in MISTAKES.values() for mistake in mistakes]


@cache
def arrangements() -> Arrangements:
    """Return those of the library."""
    return load_arrangements()


def said(text: str, folder: Path, name: str = "scenario.yaml") -> list[Problem]:
    """Return what is wrong with a scenario."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return problems_of(path, arrangements(), shown=name)


@cache
def found(mistake: Mistake) -> tuple[Problem, ...]:
    """Return what is said of one mistake."""
    with tempfile.TemporaryDirectory() as folder:
        return tuple(said(spoilt(mistake), Path(folder)))


def spoilt(mistake: Mistake) -> str:
    """Return the scenario with one mistake."""
    assert mistake.right in RIGHT, mistake.right
    return RIGHT.replace(mistake.right, mistake.wrong, 1)


def written() -> str:
    """Return the page as it should be."""
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(WRITTEN)
    assert mark, "what a person writes stands above the mark"
    return "\n".join([f"{head}{mark}\n", *itertools.chain.from_iterable(_sections())])


def _sections() -> Iterator[list[str]]:
    for title, mistakes in MISTAKES.items():
        yield [f"## {title}", ""]
        for mistake in mistakes:
            typed = mistake.wrong.strip("\n") or f"# without {mistake.right.strip()}"
            texts = [f"{each.line}:{each.column}: {each.text}" for each in found(mistake)]
            yield ["```text", *_visible(typed), *texts, "```", ""]


def _visible(typed: str) -> list[str]:
    """Return lines in which what nobody sees can be seen."""
    shown = typed.replace("\t", "→").replace("\u00a0", "⍽")
    return [line.removeprefix("    ") for line in shown.split("\n")]


def test_what_the_page_spoils_is_right(tmp_path: Path) -> None:
    """Every mistake is the only one."""
    assert said(RIGHT, tmp_path) == []


@pytest.mark.parametrize("mistake", ALL, ids=[f"{n}" for n in range(len(ALL))])
def test_one_mistake_makes_one_message_that_helps(mistake: Mistake) -> None:
    """In one sentence, without a word of the libraries, and with what to do."""
    (problem,) = found(mistake)

    assert (problem.line, problem.column) != (0, 0)
    assert str(problem).isprintable()
    assert OF_LIBRARIES.search(problem.text) is None
    assert re.search("; |, |did you mean|write|needs|take|use ", problem.text), problem.text


def test_the_page_says_what_is_said(request: pytest.FixtureRequest) -> None:
    """Word for word."""
    page = written()
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page, "make golden writes it anew"


def in_lines(data: dict[str, object]) -> str:
    """Return a scenario as JSON Lines."""
    events = data.pop("events")
    assert isinstance(events, list)
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in (data, *events))


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    """A mistake in an event is the same mistake in a line of its own."""
    compared = 0
    for mistake in ALL[::3]:
        (of_yaml,) = found(mistake)
        if of_yaml.text.startswith("not valid YAML") or "<<" in mistake.wrong:
            continue
        data = parse(spoilt(mistake), "").data
        if not isinstance(data, dict) or not isinstance(data.get("events"), list):
            continue
        if (
            "needs quotes" in of_yaml.text
            or {"vars", "include"} & data.keys()
            or "twice" in of_yaml.text
            or "${" in mistake.wrong
        ):
            continue  # only whole files have them
        data["events"] = sorted(data["events"], key=_begins)
        texts = [each.text for each in said(in_lines(data), tmp_path, "scenario.jsonl")]
        assert texts[:1] == [of_yaml.text], mistake
        compared += 1

    assert compared > len(ALL) / 6


def _begins(event: object) -> str:
    at = event.get("at") if isinstance(event, dict) else None
    return at if isinstance(at, str) else ""
