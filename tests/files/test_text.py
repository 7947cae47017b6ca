"""Tests of text with places: every value knows where it stands, and nothing hostile gets far."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError, ScenarioError
from feed.files.text import Located, decode, opened, parse, read_bytes
from feed.model.base import composed

EXAMPLE = """\
feed: 1   # a comment
events:
  - launch: a
    at: 07:22
    site: {name: Mupyong-ni, lat: 40.611}
  - alert: "b"
    areas:
      - Hokkaido
      - Tokyo islands
"""


def said(text: str, shown: str = "a.yaml") -> list[str]:
    """Return the problems with which a text is refused."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, shown)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ((), (1, 1)),
        (("feed",), (1, 7)),
        (("events",), (3, 3)),
        (("events", 0), (3, 5)),
        (("events", 0, "launch"), (3, 13)),
        (("events", 0, "site", "lat"), (5, 35)),
        (("events", 1, "alert"), (6, 12)),
        (("events", 1, "areas", 1), (9, 9)),
    ],
)
def test_every_value_knows_its_place(steps: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """Lines and columns count from one, as editors do."""
    assert parse(EXAMPLE, "a.yaml").place(steps) == place


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        (("events", 0, "<launch>", "site", "lat"), (5, 35)),
        (("events", 0, "<launch>", "vehicle", "class"), (3, 5)),
        (("events", 9), (3, 3)),
        (("nothing",), (1, 1)),
    ],
)
def test_what_nobody_wrote_is_placed_at_what_it_would_be_in(
    steps: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    """A step that is not in the file is skipped, and a missing value stands at its parent."""
    assert parse(EXAMPLE, "a.yaml").place(steps) == place


def test_a_key_has_a_place_of_its_own() -> None:
    """A mistake in a key is shown at the key, not at its value."""
    located = parse(EXAMPLE, "a.yaml")
    assert located.place(("events", 0, "site"), key=True) == (5, 5)
    assert located.place(("events", 0, "<launch>", "site", "lat"), key=True) == (5, 30)


def test_every_scalar_is_text() -> None:
    """YAML's own guesses are not made."""
    written = "[NO, 1:30, on, 010, 2024-01-01, 1e3, .inf, 0x10, 'null']"
    assert parse(written, "a.yaml").data == [
        "NO", "1:30", "on", "010", "2024-01-01", "1e3", ".inf", "0x10", "null",
    ]  # fmt: skip


@pytest.mark.parametrize("nothing", ["~", "null", ""])
def test_nothing_is_nothing(nothing: str) -> None:
    """A key without a value has none."""
    assert parse(f"a: {nothing}", "a.yaml").data == {"a": None}


def test_tags_run_nothing(tmp_path: Path) -> None:
    """A file from a stranger is data, whatever its tags ask for."""
    victim = tmp_path / "victim"
    text = f"a: !!python/object/apply:os.mkdir ['{victim}']"
    assert parse(text, "a.yaml").data == {"a": [str(victim)]}
    assert not victim.exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1, 2", "a.yaml:1:4: not valid YAML: '[' is not closed; write ',' between entries"),
        ("a: b: c", 'a.yaml:1:4: not valid YAML: a text with a colon needs quotes: a: "b: c"'),
        ("a: *b", "a.yaml:1:4: not valid YAML: '*b' repeats what is marked '&b' above"),
        ("\ta: 1", "a.yaml:1:1: not valid YAML: a tab indents this line; type spaces"),
        (
            "a: 1\n---\nb: 2",
            "a.yaml:2:1: not valid YAML: a file is one scenario; take out '---' here",
        ),
        ("a: \x00", "a.yaml:1:4: not valid YAML: control characters are not allowed"),
        ("", "a.yaml:1:1: the file is empty; see 'feed schema scenario'"),
        ("# only a comment\n", "a.yaml:1:1: the file is empty; see 'feed schema scenario'"),
    ],
    ids=repr,
)
def test_what_is_no_yaml_is_said_in_one_line(text: str, problem: str) -> None:
    """A slip of the keyboard has a place and a sentence."""
    (only,) = said(text)
    assert problem in only
    assert "\n" not in only


def test_what_is_no_json_is_called_json() -> None:
    """Nobody who writes JSON is told about YAML."""
    (only,) = said('{"a": [1', "a.json")
    assert "not valid JSON" in only


def test_a_key_that_is_there_twice_leaves_the_rest_readable() -> None:
    """The first holds, and the second is a problem with a place."""
    located = parse("a: 1\nb: 2\na: 3\n? [x]\n: 4\n", "a.yaml")
    assert located.data == {"a": "1", "b": "2"}
    assert [str(problem) for problem in located.problems] == [
        "a.yaml:3:1: 'a' is here twice; the first is in line 1",
        "a.yaml:4:3: a key must be a word",
    ]


def test_lines_may_begin_elsewhere() -> None:
    """A line of a long file is placed by its own number."""
    located = parse('{"a": 1, "a": 2}', "a.jsonl", first_line=41)
    assert located.place(("a",)) == (41, 7)
    assert located.problems[0].line == 41


def test_json_may_write_a_letter_in_two_halves() -> None:
    """A surrogate pair is one letter, as JSON has it."""
    written = json.dumps({"a": "😀", "b": "back\\slash \\ud83d"})
    assert parse(written, "a.json").data == {"a": "😀", "b": "back\\slash \\ud83d"}


@pytest.mark.parametrize("half", [r'"\ud83d"', r'"\ude00\ud83d"'])
def test_half_a_letter_is_refused(half: str) -> None:
    """A lone surrogate is no text."""
    assert "not valid" in said(half)[0]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.slow
def test_an_alias_bomb_is_stopped() -> None:
    """A small file that unfolds to a billion values ends in a sentence."""
    assert "too many values" in said(BOMB)[0]


@pytest.mark.parametrize(
    "text",
    [
        "&a [*a]",
        "&a {b: *a}",
        "[" * 60 + "]" * 60,
        "[" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "{a: " * 100_000,
    ],
    ids=["loop", "loop-of-keys", "deep", "lists", "dashes", "questions", "groups"],
)
def test_deep_nesting_is_stopped(text: str) -> None:
    """No depth and no loop reaches the interpreter's stack."""
    (only,) = said(text)
    assert "deep" in only or "depth" in only


@pytest.mark.parametrize("text", ["[" * 5_000, "&a [*a]"])
def test_without_the_fast_library_it_is_the_same(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyYAML's own reader, in Python, gives the same places and the same refusals."""
    fast = parse(EXAMPLE, "a.yaml")
    monkeypatch.setattr("feed.files.text._Loader", yaml.BaseLoader)
    assert parse(EXAMPLE, "a.yaml") == fast
    assert "deep" in said(text)[0]


@given(st.text(max_size=200) | st.text("[]{}:,-?&*!|>'\"%@`#\n \tab", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever a file holds, the answer is data or our own error."""
    try:
        located = parse(text, "a.yaml")
    except ScenarioError:
        return
    assert isinstance(located, Located)


TEXT = st.text(max_size=100).map(composed)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(JSON)
def test_json_is_read_as_json_reads_it(value: Any) -> None:
    """Texts that are composed, lists and groups come through as they are."""
    assert parse(json.dumps({"a": value}), "a.json").data == {"a": value}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"a: 1\nb: \xff", "a.yaml:2:4: not UTF-8 text; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "a.yaml:1:1: not UTF-8 text; save the file as UTF-8"),
    ],
    ids=["latin", "utf-16"],
)
def test_what_is_no_text_is_said_where(raw: bytes, problem: str) -> None:
    """The first byte that is no UTF-8 has a place."""
    with pytest.raises(ScenarioError) as caught:
        decode(raw, "a.yaml")
    assert [str(each) for each in caught.value.problems] == [problem]


def test_a_byte_order_mark_is_no_text() -> None:
    """Files from Windows are read as well."""
    assert decode(b"\xef\xbb\xbfa: 1", "a.yaml") == "a: 1"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A slip in the name is recognised."""
    (tmp_path / "over-aomori.yaml").touch()
    missing = tmp_path / "over-aomory.yaml"
    with pytest.raises(
        FilesError, match=r"no such file; did you mean '.*over-aomori.yaml'"
    ) as caught:
        read_bytes(missing, "over-aomory.yaml")
    assert caught.value.exit_code == 74


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000], ids=["folder", "nul", "long"])
def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path, name: str) -> None:
    """A folder, a name that cannot be, a name that is too long: no traceback."""
    with pytest.raises(FilesError) as caught, opened(tmp_path / name, "shown"):
        pass
    assert str(caught.value).startswith("shown: ")
    assert "\n" not in str(caught.value)


def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """There is nothing near to offer, and that is no reason to stumble."""
    with pytest.raises(FilesError, match=r"no such file$"):
        read_bytes(tmp_path / "no" / "a.yaml", "no/a.yaml")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails")
def test_a_file_that_fails_while_it_is_read() -> None:
    """An error of the disk is one sentence too."""
    with pytest.raises(FilesError, match="shown: cannot be read: input/output error"):
        read_bytes(Path("/proc/self/mem"), "shown")


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    """A file that would not fit in memory is refused before it is read."""
    path = tmp_path / "long.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(ScenarioError, match="write long scenarios as JSON Lines"):
        read_bytes(path, "long.yaml")
