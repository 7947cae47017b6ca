"""Text with places: YAML and JSON read so that every value knows its line and column.

Every scalar stays text and the models decide what it is, so ``NO`` is no boolean and ``1:30`` no
number.  Texts are composed (NFC), so that equal names are equal.  Nothing in a file is ever run.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import yaml

from feed.errors import FilesError, Problem, ScenarioError
from feed.files.syntax import explained
from feed.model.base import composed
from feed.model.quoting import near, quoted

__all__ = ["LONGEST", "Located", "Steps", "decode", "opened", "parse", "read_bytes"]

LONGEST = 8 * 1024 * 1024
"""Bytes that a file read as a whole may have."""
_DEEPEST = 50
_MOST = 300_000
_MERGE = "<<"
"""The key that takes in the keys of another group."""
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)
"""A letter as JSON may write it, in two halves, which YAML does not know."""

Steps = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Located(NamedTuple):
    """Data, and where each value of it stands in the file (line and column from 1)."""

    path: str
    data: Any
    places: dict[Steps, tuple[int, int]]
    keys: dict[Steps, tuple[int, int]]
    """where the key of a member stands"""
    problems: tuple[Problem, ...] = ()
    """keys that are no words, or are there twice; the first of each holds"""

    def written(self, path: Steps) -> Steps:
        """Return the steps of a path that somebody wrote."""
        written: Steps = ()
        for step in path:
            longer = (*written, step)
            if longer in self.places:
                written = longer
        return written

    def has(self, path: Steps) -> bool:
        """Tell whether the last step of a path was written."""
        return self.written(path)[-1:] == tuple(path)[-1:]

    def place(self, path: Steps, *, key: bool = False) -> tuple[int, int]:
        """Return where a path was written, or the nearest parent that was.

        Steps that nobody wrote are skipped: pydantic names the member of a union in its paths.
        """
        written = self.written(path)
        if key and written in self.keys and written == tuple(path)[-len(written) :]:
            return self.keys[written]
        if key:
            return self.keys.get(written, self.places.get(written, (1, 1)))
        return self.places.get(written, (1, 1))


@contextmanager
def opened(path: Path, shown: str) -> Iterator[BinaryIO]:
    """Open a file for reading; FilesError with what to do if that cannot be."""
    try:
        file = path.open("rb")
    except IsADirectoryError as error:
        raise FilesError(shown, "is a folder; name a scenario file in it") from error
    except FileNotFoundError as error:
        raise FilesError(shown, f"no such file{_near(path)}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FilesError(shown, _why(error)) from error
    with file:
        try:
            yield file
        except OSError as error:
            raise FilesError(shown, _why(error)) from error


def _why(error: Exception) -> str:
    return f"cannot be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"


def read_bytes(path: Path, shown: str) -> bytes:
    """Return the bytes of a file; ScenarioError if there are too many."""
    with opened(path, shown) as file:
        raw = file.read(LONGEST + 1)
    if len(raw) > LONGEST:
        text = f"longer than {LONGEST >> 20} MiB; write long scenarios as JSON Lines (.jsonl)"
        raise ScenarioError([Problem(shown, 1, 1, text)])
    return raw


def decode(raw: bytes, shown: str, *, first_line: int = 1) -> str:
    """Return bytes as text; ScenarioError if they are none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + first_line
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        text = "not UTF-8 text; save the file as UTF-8"
        raise ScenarioError([Problem(shown, line, column, text)]) from error


def _near(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    match = near(path.name, names)
    return f"; did you mean '{path.with_name(match)}'?" if match else ""


def parse(text: str, shown: str, *, first_line: int = 1) -> Located:
    """Return YAML or JSON text as data with places; ScenarioError if it is neither.

    Mistakes that leave the rest readable stand in ``problems``, for the caller to say.
    """
    text = _PAIR.sub(_joined, text)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        line, column, words = _syntax(error, text)
        language = "JSON" if shown.endswith((".json", ".jsonl", ".geojson")) else "YAML"
        problem = Problem(shown, line + first_line, column + 1, f"not valid {language}: {words}")
        raise ScenarioError([problem]) from error
    except RecursionError as error:
        raise ScenarioError([Problem(shown, first_line, 1, "nested too deeply")]) from error
    if root is None:
        raise ScenarioError(
            [Problem(shown, first_line, 1, "the file is empty; see 'feed schema scenario'")]
        )
    return _Walk(shown, first_line).located(root)


def _joined(match: re.Match[str]) -> str:
    letter = bytes.fromhex(match[2] + match[3]).decode("utf-16-be")
    return f"{match[1]}\\U{ord(letter):08X}"


def _syntax(error: yaml.YAMLError, text: str) -> tuple[int, int, str]:
    """Return the line and the column (from 0) of what is no YAML, and what is wrong there."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        return before.count("\n"), len(before) - before.rfind("\n") - 1, error.reason
    assert isinstance(error, yaml.MarkedYAMLError), "an error of a third kind"
    if (mistake := explained(error, text)) is not None:
        return mistake
    words = str(error.problem or error.context)
    if words.startswith(("but ", "did not ")) and error.context:
        words = f"{error.context}, {words}"
    # Where something begins that is never closed says more than the end of the file.
    ends = len(text.rstrip())
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
    inside = next((mark for mark in marks if mark.index < ends), None)
    if inside is None:
        before = text[: max(0, ends - 1)]
        return before.count("\n"), len(before) - before.rfind("\n") - 1, words
    return inside.line, inside.column, words


class _Walk:
    """One walk over the nodes of a file."""

    def __init__(self, shown: str, first_line: int) -> None:
        self._shown = shown
        self._first_line = first_line
        self._places: dict[Steps, tuple[int, int]] = {}
        self._keys: dict[Steps, tuple[int, int]] = {}
        self._problems: list[Problem] = []
        self._count = 0

    def located(self, root: yaml.Node) -> Located:
        data = self._value(root, ())
        problems = tuple(self._problems)
        return Located(self._shown, data, self._places, self._keys, problems)

    def _mark(self, node: yaml.Node) -> tuple[int, int]:
        mark = node.start_mark
        return mark.line + self._first_line, mark.column + 1

    def _say(self, node: yaml.Node, text: str) -> None:
        self._problems.append(Problem(self._shown, *self._mark(node), text))

    def _value(self, node: yaml.Node, path: Steps) -> Any:
        self._count += 1
        if self._count > _MOST:
            # An alias bomb is a small file that says a lot.
            text = "too many values; write long scenarios as JSON Lines (.jsonl)"
            raise ScenarioError([Problem(self._shown, *self._mark(node), text)])
        if len(path) > _DEEPEST:
            text = f"nested more than {_DEEPEST} levels deep"
            raise ScenarioError([Problem(self._shown, *self._mark(node), text)])
        self._places[path] = self._mark(node)
        if isinstance(node, yaml.ScalarNode):
            if node.tag.startswith("!") and node.tag != "!":
                self._say(node, f"a text that begins with {quoted(node.tag)} needs quotes")
            plain_null = not node.style and node.value in {"", "~", "null"}
            return None if plain_null else composed(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, n)) for n, item in enumerate(node.value)]
        assert isinstance(node, yaml.MappingNode), "a node of a fourth kind"
        return dict(self._members(node, path))

    def _members(
        self, node: yaml.MappingNode, path: Steps, within: tuple[yaml.MappingNode, ...] = ()
    ) -> Iterator[tuple[str, Any]]:
        """Yield what is written in a group of keys, then what it takes in with ``<<``."""
        seen: dict[str, tuple[int, int]] = {}
        merged: list[yaml.MappingNode] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._say(key_node, "a key must be a word")
                continue
            key = composed(key_node.value)
            if key == _MERGE and not key_node.style:
                merged += self._to_merge(value_node, (*within, node))
                continue
            if key in seen:
                line, _ = seen[key]
                self._say(key_node, f"{quoted(key)} is here twice; the first is in line {line}")
                continue
            seen[key] = self._mark(key_node)
            if (*path, key) in self._keys and within:
                continue  # what is taken in never stands in for what is written
            self._keys[(*path, key)] = self._mark(key_node)
            yield key, self._value(value_node, (*path, key))
        for group in merged:
            yield from self._members(group, path, (*within, node))

    def _to_merge(
        self, node: yaml.Node, within: tuple[yaml.MappingNode, ...]
    ) -> list[yaml.MappingNode]:
        """Return the groups of keys that ``<<`` names."""
        self._count += 1
        groups = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = [each for each in groups if isinstance(each, yaml.MappingNode)]
        if len(found) < len(groups):
            text = "'<<' takes in groups of keys; write '<<: *name' or '<<: [*one, *other]'"
            self._say(node, text)
        elif len(within) > _DEEPEST or any(each in within for each in found):
            self._say(node, "'<<' takes in the group that it stands in; name another one")
            return []
        return found
