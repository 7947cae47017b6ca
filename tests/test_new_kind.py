"""An event kind is one file and one entry of the union: the proof is to add one to a copy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

QUAKE = '''"""Earthquakes: a kind that the product does not have."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text
from feed.model.check_context import CheckContext, Finding, Findings
from feed.model.common import EventBase, marked_texts
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Instant

State = Literal["felt", "measured", "faded"]


class QuakeBody(Model):
    """The body of a quake message."""

    state: State
    magnitude: float
    text: dict[str, str] | None = None
    reason: str | None = None
    precision: str
    assumed: bool | None = None


_TERMS: Terms = {
    "en": {"strength": "magnitude {0}"},
    "ja": {"quake": "地震", "felt": "有感", "strength": "マグニチュード{0}"},
}


def _headline(words: Words) -> str:
    magnitude, state = words.value("magnitude"), words.text("state")
    strength = "" if magnitude is None else words.term("strength", f"{magnitude:.1f}")
    return reasoned(joined((state and words.term(state), strength, words.text("text"))), words)


QUAKE = MessageKind(
    "quake",
    QuakeBody,
    _headline,
    _TERMS,
    lasts_as="quake",
    over=("faded",),
    changes=frozenset({"reason", "text", "state"}),
)


class Quake(EventBase):
    """The ground shook."""

    word: ClassVar[str] = "quake"
    kinds: ClassVar[tuple[MessageKind, ...]] = (QUAKE,)

    id: Slug = Field(alias="quake")
    by: Country
    magnitude: float = Field(allow_inf_nan=False)
    text: Text | None = None

    def reporter(self) -> str | None:
        return self.originator or self.by

    def own_checks(self, context: CheckContext) -> Findings:
        if self.magnitude > 10:
            yield Finding(("magnitude",), "no quake is that strong; write at most 10")

    def drafts(self, start: Instant) -> Iterator[Draft]:
        yield self.draft(
            start,
            {"state": "felt", "magnitude": self.magnitude, "text": marked_texts(self.text)},
        )
'''

STORY = """\
feed: 1
id: shaken
title: Shaken
exercise: OPEN PAGE
starts: 2024-03-01T09:00:00+09:00
events:
  - {quake: first, at: "09:00", by: JPN, magnitude: 7.25, text: It shook.}
  - {correction: measured, of: first, as: update, at: "09:01", state: measured}
  - {correction: faded, of: first, as: update, at: "09:02", state: faded}
"""

FOLD = """\
import sys
from pathlib import Path
from feed.core.picture import Picture
from feed.core.expand import Messages
from feed.files.arrangements import load_arrangements
from feed.files.scenario import load
from feed.wording.headline import headline, kind_and_act

agreed = load_arrangements()
loaded = load(Path(sys.argv[1]), agreed)
picture = Picture()
for message in Messages(loaded.event_stream, agreed, loaded.header.seed):
    picture.fold(message, message.at)
    print(message.key, *message.references, picture.counts()["quake"])
    for language in ("en", "ja"):
        print(kind_and_act(message.kind, message.type, language), "|", end=" ")
        print(headline(message.kind, message.type, message.data, language))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the program that has one file and one entry more."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "feed", tree / "feed", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "arrangements.yaml", tree / "scenarios")
    (tree / "feed" / "model" / "quake.py").write_text(QUAKE, encoding="utf-8")
    union = tree / "feed" / "model" / "event.py"
    text = union.read_text(encoding="utf-8")
    text = text.replace(
        "from feed.model.statement import", "from feed.model.quake import Quake\n\\g", 1
    ).replace("\\g", "from feed.model.statement import", 1)
    text = text.replace(
        "    | Annotated[LinkChange,", '    | Annotated[Quake, Tag("<quake>")]\n\\g', 1
    )
    text = text.replace("\\g", "    | Annotated[LinkChange,", 1)
    union.write_text(text, encoding="utf-8")
    (tree / "shaken.yaml").write_text(STORY, encoding="utf-8")
    return tree


def python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the copy."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONUTF8": "1", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_it_is_expanded_folded_and_said_in_words(tree: Path) -> None:
    """Its messages refer to each other, stand in the picture until it is over, and have words."""
    done = python(tree, "-c", FOLD, "shaken.yaml")

    assert done.stdout.splitlines() == [
        "first.jpn.1 1",
        "quake alert | felt, magnitude 7.2, It shook.",
        "地震 発表 | 有感, マグニチュード7.2, It shook.",
        "first.jpn.2 first.jpn.1 1",
        "quake update | measured, magnitude 7.2, It shook.",
        "地震 更新 | measured, マグニチュード7.2, It shook.",
        "first.jpn.3 first.jpn.2 0",
        "quake update | faded, magnitude 7.2, It shook.",
        "地震 更新 | faded, マグニチュード7.2, It shook.",
    ], done.stderr


@pytest.mark.slow
def test_it_is_checked_by_its_own_rules_and_by_everybodys(tree: Path) -> None:
    """Its own check, the states it has and the keys it can correct are found at their places."""
    wrong = STORY.replace("7.25", "12").replace("state: measured", "state: mesured")
    wrong = wrong.replace("state: faded", "outcome: It was over.")
    (tree / "wrong.yaml").write_text(wrong, encoding="utf-8")
    right, done = (
        python(tree, "-m", "feed", "check", name) for name in ("shaken.yaml", "wrong.yaml")
    )

    assert right.returncode == 0, right.stderr
    assert done.returncode == 1
    assert [line.split(": ", 1)[1] for line in done.stdout.splitlines()[:3]] == [
        "magnitude: no quake is that strong; write at most 10",
        "state: 'mesured' is not one of felt, measured, faded; did you mean 'measured'?",
        "'outcome' cannot be corrected of an event of kind quake; take it out",
    ]


@pytest.mark.slow
def test_it_has_schemas_and_a_timeline(tree: Path) -> None:
    """Its body has a schema, an author's editor knows it, and the plan shows it."""
    body = json.loads(python(tree, "-m", "feed", "schema", "quake").stdout)
    written = json.loads(python(tree, "-m", "feed", "schema", "scenario").stdout)
    planned = python(tree, "-m", "feed", "plan", "shaken.yaml").stdout

    assert "magnitude" in body["properties"]
    assert "Quake" in written["$defs"]
    assert "felt, magnitude 7.2" in planned
