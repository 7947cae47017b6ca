"""What is no YAML, in the words of somebody who writes a scenario.

The reader of YAML names what it expected; an author wants to know what was typed and what to type.
Each function looks for one mistake and is asked in turn.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import yaml

from feed.model.quoting import quoted

__all__ = ["explained"]

_ODD_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]")
_KEY = re.compile(r"^\s*(?:- +)?([\w-]+): +(?![\"'\[{|>&*!])(.*)$")
_LONGEST = 300
"""Letters of a sentence; what is typed into it can be as long as its line."""
_CLOSES = {"[": "]", "{": "}", '"': '"', "'": "'"}


class _Mistake(NamedTuple):
    """What the reader of YAML says, and the lines around; lines and columns count from 0."""

    words: str
    lines: list[str]
    line: int
    column: int
    begun: tuple[int, int] | None
    """where that begins which is not as it should be"""

    def at(self, line: int) -> str:
        """Return a line; empty if there is none."""
        return self.lines[line] if 0 <= line < len(self.lines) else ""


Place = tuple[int, int, str]


def explained(error: yaml.MarkedYAMLError, text: str) -> Place | None:
    """Return line and column (from 0) of a mistake, and what to type instead; None if unknown."""
    mark, begun = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return None
    mistake = _Mistake(
        f"{error.context or ''} {error.problem or ''}",
        text.split("\n"),
        mark.line,
        mark.column,
        None if begun is None else (begun.line, begun.column),
    )
    found = next(filter(None, (each(mistake) for each in _MISTAKES)), None)
    if found is None or len(found[2]) <= _LONGEST:
        return found
    line, column, text = found
    return line, column, f"{text[:_LONGEST]}..."


def _tab(mistake: _Mistake) -> Place | None:
    for line in (mistake.line, mistake.line - 1):
        indent = re.match(r"\s*", mistake.at(line))
        if indent is not None and "\t" in indent[0]:
            column = indent[0].index("\t")
            return line, column, "a tab indents this line; type spaces in its place"
    return None


def _odd_space(mistake: _Mistake) -> Place | None:
    for line in (mistake.line, mistake.line - 1):
        odd = _ODD_SPACE.search(mistake.at(line))
        if odd is not None and not mistake.at(line)[: odd.start()].strip(" -"):
            code = f"U+{ord(odd[0]):04X}"
            return line, odd.start(), f"an unusual space ({code}) indents this line; type spaces"
    return None


def _never_closed(mistake: _Mistake) -> Place | None:
    if mistake.begun is None or not re.search("flow (?!level)|quoted", mistake.words):
        return None
    if "escape" in mistake.words:
        return None
    line, column = mistake.begun
    opened = mistake.at(line)[column : column + 1]
    if opened not in _CLOSES:
        return None
    if "quoted" in mistake.words:
        return line, column, f"the quote that opens here ({opened}) is never closed; close it"
    return (
        line,
        column,
        f"'{opened}' is not closed; write ',' between entries, '{_CLOSES[opened]}' at the end",
    )


def _escape(mistake: _Mistake) -> Place | None:
    if "escape" not in mistake.words:
        return None
    column = max(0, mistake.at(mistake.line).rfind("\\", 0, mistake.column + 1))
    shown = mistake.at(mistake.line)[column : column + 2]
    text = f"{quoted(shown)} means nothing in double quotes; write '\\\\' for a backslash"
    return mistake.line, column, text


def _variable(mistake: _Mistake) -> Place | None:
    if "flow mapping" not in mistake.words and "flow sequence" not in mistake.words:
        return None
    for line in (mistake.line, mistake.line - 1):
        found = re.search(r"""(?<!["'\w])\$\{[\w-]+\}""", mistake.at(line))
        if found is not None:
            text = f'in braces and brackets a variable needs quotes; write "{found[0]}"'
            return line, found.start(), text
    return None


def _behind_a_quote(mistake: _Mistake) -> Place | None:
    if "block mapping" not in mistake.words and "block collection" not in mistake.words:
        return None
    line = mistake.at(mistake.line)
    before = line[: mistake.column].rstrip()
    if not before.endswith(("'", '"')) or not line[mistake.column :].strip():
        return None
    text = "text stands behind the quote that closes before it; in single quotes an apostrophe is "
    return mistake.line, mistake.column, text + "written twice (''), or put all in double quotes"


def _second_document(mistake: _Mistake) -> Place | None:
    for line in range(mistake.line, len(mistake.lines)):
        if mistake.at(line).startswith(("---", "...")) and "document" in mistake.words:
            return line, 0, "a file is one scenario; take out '---' here"
    return None


def _list_mark(mistake: _Mistake) -> Place | None:
    for line in (mistake.line, mistake.line - 1):
        found = re.match(r"\s*-(?=[^\s-])", mistake.at(line))
        if found is not None:
            text = "'-' begins an entry only with a space behind it; write '- '"
            return line, found.end() - 1, text
    return None


def _colon_in_text(mistake: _Mistake) -> Place | None:
    found = _KEY.match(mistake.at(mistake.line))
    if "mapping values" not in mistake.words or found is None or ":" not in found[2]:
        return None
    if mistake.column < found.start(2):  # the key itself cannot stand here
        return None
    text = found[2].strip().replace('"', "'")
    return mistake.line, found.start(2), f'a text with a colon needs quotes: {found[1]}: "{text}"'


def _below_a_text(mistake: _Mistake) -> Place | None:
    if "mapping values" not in mistake.words or not _KEY.match(mistake.at(mistake.line - 1)):
        return None
    column = len(mistake.at(mistake.line)) - len(mistake.at(mistake.line).lstrip())
    text = "the key above has a text already, so no key can stand inside it; indent "
    text += "both alike, or begin an entry of a list with '- '"
    return mistake.line, column, text


def _no_colon(mistake: _Mistake) -> Place | None:
    if "expected ':'" not in mistake.words or mistake.begun is None:
        return None
    line, column = mistake.begun
    text = mistake.at(line).strip()
    return line, column, f"{quoted(text)} has no ':' behind its key; write 'key: value'"


def _first_letter(mistake: _Mistake) -> Place | None:
    if "cannot start any token" not in mistake.words:
        return None
    letter = mistake.at(mistake.line)[mistake.column : mistake.column + 1]
    return mistake.line, mistake.column, f"no text begins with {quoted(letter)}; put it in quotes"


def _alias(mistake: _Mistake) -> Place | None:
    if "scanning an alias" in mistake.words and mistake.begun is not None:
        return (*mistake.begun, "a text that begins with '*' needs quotes")
    if "undefined alias" not in mistake.words:
        return None
    name = re.match(r"\*\S*", mistake.at(mistake.line)[mistake.column :])
    shown = name[0] if name else "*"
    anchor = shown.replace("*", "&")
    text = f"{quoted(shown)} repeats what is marked '{anchor}' above, and nothing is; a text that "
    return mistake.line, mistake.column, f"{text}begins with '*' needs quotes"


def _indentation(mistake: _Mistake) -> Place | None:
    if "expected" not in mistake.words or mistake.begun is None:
        return None
    line = mistake.at(mistake.line)
    here = len(line) - len(line.lstrip(" "))
    above = next((other for other in reversed(mistake.lines[: mistake.line]) if other.strip()), "")
    there = len(above) - len(above.lstrip(" "))
    if not line.strip() or here == there:
        return None
    text = f"indented by {here}, the line above by {there}; keys of one thing are indented alike"
    return mistake.line, here, text


_MISTAKES: tuple[Callable[[_Mistake], Place | None], ...] = (
    _tab,
    _odd_space,
    _escape,
    _variable,
    _never_closed,
    _behind_a_quote,
    _second_document,
    _list_mark,
    _colon_in_text,
    _below_a_text,
    _no_colon,
    _first_letter,
    _alias,
    _indentation,
)
