"""Variables of a scenario file: ``vars`` with defaults, and ``${name}`` wherever a value stands.

A value that is ``${name}`` and nothing else becomes what the variable is, also a list; inside a
text it must be a text.  ``$${`` stands for ``${``.  Nothing is computed: a scenario is data.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from feed.errors import Problem, ScenarioError, UsageError
from feed.files.text import LONGEST, Located, Steps, parse
from feed.model.quoting import did_you_mean, quoted

__all__ = ["assigned", "filled"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_GAP = re.compile(r"\$(\$?)\{([^{}]*)\}?")


def assigned(options: Sequence[str]) -> dict[str, Any]:
    """Return what ``--set name=value`` says; a value in brackets is a list, as in YAML."""
    given: dict[str, Any] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise UsageError(f"--set {quoted(option)}: write name=value, such as site=Sunan")
        given[name] = value
        if value.startswith(("[", "{")):
            try:
                given[name] = parse(value, "--set").data
            except ScenarioError as error:
                raise UsageError(f"--set {quoted(option)}: {error.problems[0].text}") from None
    return given


def filled(located: Located, given: Mapping[str, Any]) -> Located:
    """Return a file with its variables filled in; ``given`` takes the place of defaults.

    UsageError for one that the file does not have; what is wrong in the file joins its problems.
    """
    data = located.data
    if not isinstance(data, Mapping):
        return located
    defaults = data.get("vars")
    if defaults is not None and not isinstance(defaults, Mapping):
        text = "'vars' is a group of names and their defaults; write 'vars: {site: Sunan}'"
        problem = Problem(located.path, *located.place(("vars",)), text)
        located = located._replace(problems=(*located.problems, problem))
    known = dict(defaults) if isinstance(defaults, Mapping) else {}
    for name in given:
        if name not in known:
            offer = did_you_mean(name, known) or (
                f"; it has {', '.join(known)}" if known else "; it has none, see 'vars'"
            )
            raise UsageError(f"--set {name}: {located.path} has no such variable{offer}")
    filling = _Filling(located, known | dict(given))
    filling.check_names(known)
    rest = {key: value for key, value in data.items() if key != "vars"}
    whole = {key: filling.value(value, (key,)) for key, value in rest.items()}
    return located._replace(data=whole, problems=(*located.problems, *filling.problems))


class _Filling:
    """One walk through a file."""

    def __init__(self, located: Located, values: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = []
        self._located = located
        self._values = values
        self._length = 0

    def check_names(self, known: Mapping[str, Any]) -> None:
        for name, value in known.items():
            if not _NAME.fullmatch(name):
                text = f"{quoted(name)} is no name of a variable; use letters, digits, '-' and '_'"
                self._say(("vars", name), text)
            if "${" in str(value):
                self._say(("vars", name), "a default cannot name another variable; write it out")

    def value(self, value: Any, steps: Steps) -> Any:
        if isinstance(value, str):
            return self._text(value, steps) if "${" in value else value
        if isinstance(value, list):
            return [self.value(each, (*steps, n)) for n, each in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.value(each, (*steps, key)) for key, each in value.items()}
        return value

    def _text(self, text: str, steps: Steps) -> Any:
        whole = _GAP.fullmatch(text)
        if whole is not None and not whole[1]:
            return self._grown(self._values[whole[2]]) if self._known(whole, steps) else text
        return self._grown(_GAP.sub(lambda gap: self._inside(gap, steps), text))

    def _inside(self, gap: re.Match[str], steps: Steps) -> str:
        if gap[1]:
            return gap[0][1:]
        if not self._known(gap, steps):
            return gap[0]
        value = self._values[gap[2]]
        if isinstance(value, list | dict):
            text = f"{quoted(gap[0])} is a list or a group of keys; it can only be a whole value"
            self._say(steps, text)
            return ""
        return "" if value is None else str(value)

    def _known(self, gap: re.Match[str], steps: Steps) -> bool:
        if gap[0].endswith("}") and gap[2] in self._values:
            return True
        if not gap[0].endswith("}"):
            text = f"{quoted(gap[0])} is not closed; write '${{name}}', or '$${{' for the letters"
        else:
            offer = did_you_mean(gap[2], self._values) or "; give it a default in 'vars'"
            text = f"no variable is called {quoted(gap[2])}{offer}"
        self._say(steps, text)
        return False

    def _grown(self, value: Any) -> Any:
        """Return a value unless all of them together have become too long."""
        self._length += len(str(value))
        if self._length > LONGEST:
            text = f"with its variables the file is longer than {LONGEST >> 20} MiB; say less"
            raise ScenarioError(
                [Problem(self._located.path, *self._located.place(("vars",)), text)]
            )
        return value

    def _say(self, steps: Steps, text: str) -> None:
        self.problems.append(Problem(self._located.path, *self._located.place(steps), text))
