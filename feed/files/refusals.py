"""From what a model refuses to problems with a place, in the author's words.

The only file that knows how pydantic names a place; ``wording.py`` knows how it names a mistake.
"""

from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from feed.errors import Problem
from feed.files.text import Located, Steps
from feed.files.wording import KEY_ERRORS, say
from feed.model.event import EVENT_WORDS
from feed.model.quoting import near

__all__ = ["allowed_keys", "refusals"]

_POLE = 90
_OF_TEXTS = frozenset({"claims_to_be_real", "control_character", "string_unicode"})
_KEY = "[key]"
"""How pydantic marks that it is the key of a group that is wrong, not its value."""


def refusals(
    error: ValidationError, located: Located, kind: Any, prefix: Steps = ()
) -> list[Problem]:
    """Return every mistake in data under ``prefix`` that a model of type ``kind`` refused."""
    details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    misspelt = _misspelt(details, kind)
    there = {(steps[:-1], key) for steps, key in misspelt.items()}
    problems = list(located.problems)
    for detail in details:
        steps: Steps = detail["loc"]
        if detail["type"] == "missing" and (steps[:-1], steps[-1]) in there:
            continue  # it is there, misspelt, and that is said already
        is_key = detail["type"] in KEY_ERRORS or steps[-1:] == (_KEY,)
        if steps[-1:] == (_KEY,):
            steps = steps[:-1]
        elif detail["type"] == "event_kind" and isinstance(detail["input"], dict):
            steps, is_key = (*steps, *list(detail["input"])[:1]), True
        line, column = located.place((*prefix, *steps), key=is_key)
        if detail["type"] in _OF_TEXTS and not located.has((*prefix, *steps)):
            steps = steps[:-1]  # a plain text is in a language that nobody wrote
        inside = detail["type"] in {"model_type", "dict_type"}
        keys = allowed_keys(kind, detail["loc"] if inside else detail["loc"][:-1])
        meant = misspelt.get(detail["loc"], "") if detail["type"] == "extra_forbidden" else ""
        text = say({**detail, "loc": steps}, keys, _meaning(kind, detail["loc"]), meant)
        text += _exchanged(detail, located, prefix)
        problems.append(Problem(located.path, line, column, text))
    return problems


def _misspelt(details: Sequence[Any], kind: Any) -> dict[Steps, str]:
    """Return the unknown keys that stand for a key which is missing in the same group."""
    missing: dict[Steps, list[str]] = {}
    unknown: dict[Steps, list[Steps]] = {}
    for detail in details:
        steps: Steps = detail["loc"]
        if detail["type"] == "missing":
            missing.setdefault(steps[:-1], []).append(str(steps[-1]))
        elif detail["type"] == "extra_forbidden":
            unknown.setdefault(steps[:-1], []).append(steps)
    found: dict[Steps, str] = {}
    for group, places in unknown.items():
        lacking = missing.get(group, [])
        for steps in places:
            like = near(str(steps[-1]), allowed_keys(kind, group))
            if like in lacking:
                found[steps] = like
            elif len(places) == len(lacking) == 1 and str(steps[-1]) not in EVENT_WORDS:
                found[steps] = lacking[0]
    return found


def _meaning(kind: Any, steps: Steps) -> str:
    """Return what a model says of a key; empty if it says nothing."""
    kinds = [kind]
    for step in steps[:-1]:
        kinds = [inner for each in kinds for inner in _inner(each, step)]
    for model in _models(kinds):
        for name, field in _fields(model):
            if steps and steps[-1] == (field.alias or name):
                return field.description or ""
    return ""


def _exchanged(detail: Any, located: Located, prefix: Steps) -> str:
    """Return what to say of a latitude that only a longitude can have."""
    if detail["type"] not in {"less_than_equal", "greater_than_equal"} or not detail["loc"]:
        return ""
    if detail["loc"][-1] != "lat":
        return ""
    value = located.data
    for step in located.written((*prefix, *detail["loc"][:-1])):
        value = value[step]
    try:
        fits = abs(float(value["lon"])) <= _POLE
    except (KeyError, TypeError, ValueError):
        return ""
    return "; 'lat' and 'lon' seem to be exchanged" if fits else ""


def _is_echo(detail: Any) -> bool:
    # A list whose entries are all refused is also called too short.
    wanted = (detail.get("ctx") or {}).get("min_length", 0)
    value = detail["input"]
    return detail["type"] == "too_short" and isinstance(value, list | dict) and len(value) >= wanted


def allowed_keys(kind: Any, steps: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that a model knows at a place; none if there is no model."""
    kinds = [kind]
    for step in steps:
        kinds = [inner for each in kinds for inner in _inner(each, step)]
    keys = (field.alias or name for model in _models(kinds) for name, field in _fields(model))
    return tuple(dict.fromkeys(keys))


def _inner(kind: Any, step: str | int) -> Iterator[Any]:
    """Yield the types that stand one step inside a type."""
    for plain, tags in _plain(kind):
        if step in tags:
            yield plain
        elif isinstance(plain, type) and issubclass(plain, BaseModel):
            for name, field in _fields(plain):
                if step == (field.alias or name):
                    yield field.annotation
        elif get_origin(plain) is dict:
            yield get_args(plain)[1]
        elif get_origin(plain) in {tuple, list} and isinstance(step, int):
            yield get_args(plain)[0]


def _models(kinds: Sequence[Any]) -> Iterator[type[BaseModel]]:
    for kind in kinds:
        for plain, _ in _plain(kind):
            if isinstance(plain, type) and issubclass(plain, BaseModel):
                yield plain


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    yield from model.model_fields.items()


def _plain(kind: Any, tags: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the members of a type without annotations, each with the tags it goes by."""
    metadata = getattr(kind, "__metadata__", None)
    if metadata is not None:
        tags = (*tags, *(item.tag for item in metadata if isinstance(item, Tag)))
        yield from _plain(kind.__origin__, tags)
    elif isinstance(kind, type) or get_origin(kind) in {dict, tuple, list}:
        yield kind, tags
    else:
        for member in get_args(kind):
            yield from _plain(member, tags)
