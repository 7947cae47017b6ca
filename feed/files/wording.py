"""What the models refuse, in the words of somebody who writes a scenario.

One small function for each type of error; ``tests/files/test_wording.py`` lists every type that our
models can produce and asks for an entry here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feed.model.base import SLUG_LENGTH
from feed.model.common import EventBase
from feed.model.event import EVENT_WORDS, KINDS_OF_EVENTS
from feed.model.language import no_language
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import TIMES, not_a_duration

__all__ = ["KEY_ERRORS", "WORDING", "say"]

Context = Mapping[str, Any]

_TYPOGRAPHIC = re.compile("[\u2018\u2019\u201c\u201d\u00ab\u00bb]")
_ABOUT_WORDS = frozenset({"claims_to_be_real", "control_character"})
_ABOUT_LENGTH = frozenset({"too_short", "string_too_short", "too_long"})
_ABOUT_BOUNDS = frozenset({"greater_than", "greater_than_equal", "less_than_equal"})
KEY_ERRORS = frozenset({"extra_forbidden"})
"""Errors that are about the key, not about its value."""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    return quoted(str(value).lower() if isinstance(value, bool) else value)


def _choice(value: Any, context: Context) -> str:
    if context.get("expected") == "'1'":
        return f"version {_shown(value)} of the format is not known here; write 'feed: 1'"
    # pydantic writes its choices as "'a', 'b' or 'c'".
    words = [word for word in str(context.get("expected", "")).split("'") if word.strip(" ,or")]
    return f"{_shown(value)} is not one of {', '.join(words)}{did_you_mean(value, words)}"


def _bound(phrase: str, name: str) -> Callable[[Any, Context], str]:
    def words(value: Any, context: Context) -> str:
        bound = context[name]
        return (
            f"{_shown(value)} must be {phrase} {bound if isinstance(bound, int) else f'{bound:g}'}"
        )

    return words


_WITH_UNIT = re.compile(r"\s*(-?[\d.]+)\s*[A-Za-z°/]+\s*")


def _number(value: Any, _: Context) -> str:
    with_unit = _WITH_UNIT.fullmatch(value) if isinstance(value, str) else None
    advice = f"; the key says the unit, write {with_unit[1]}" if with_unit else ""
    return f"{_shown(value)} is not a number{advice}"


def _no_text(value: Any, _: Context) -> str:
    advice = ""
    if isinstance(value, dict):
        languages = all(isinstance(key, str) and len(key) == len("en") for key in value)
        advice = "; it has one text for all languages" if languages and value else "; write one"
    return f"{_shown(value)} is not a text{advice}"


def _no_list(value: Any, _: Context) -> str:
    if value is None:
        return "is empty; write [a, b], or entries below it that begin with '- '"
    return f"{_shown(value)} is not a list; write [a, b] or '- ' lines"


def _whole(value: Any, _: Context) -> str:
    return f"{_shown(value)} is not a whole number"


def _fewest(value: Any, context: Context) -> str:
    del value
    if context.get("actual_length") == 0:
        return "is empty; write at least one entry or leave it out"
    return f"has {context.get('actual_length')} entries; it needs {context['min_length']}"


def _country(value: Any, _: Context) -> str:
    return f"{_shown(value)}: not a three-letter country code such as 'KOR' (ISO 3166)"


def _slug(value: Any, context: Context) -> str:
    if len(str(value)) > SLUG_LENGTH:
        return f"{_shown(value)}: longer than {SLUG_LENGTH} letters; find a shorter name"
    like = context.get("like") or "first-light"
    return f"{_shown(value)}: use lower-case letters, digits and '-', as in '{like}'"


def _kind(value: Any, _: Context) -> str:
    offer = f"; an event starts with one of {', '.join(EVENT_WORDS)}"
    if not isinstance(value, dict) or not value:
        return f"{_shown(value)} is not an event{offer}"
    first = next(iter(value))
    return f"{_shown(first)} is not an event kind{did_you_mean(first, EVENT_WORDS) or offer}"


WORDING: dict[str, Callable[[Any, Context], str]] = {
    "bool_parsing": lambda value, _: f"{_shown(value)} is neither true nor false",
    "bool_type": lambda value, _: f"{_shown(value)} is neither true nor false",
    "claims_to_be_real": lambda _, context: (
        f"says that it is not a drill ('{context['phrase']}'); a text that is published may not: "
        "put the wording in 'notes' and publish a paraphrase"
    ),
    "control_character": lambda _, context: (
        f"has a control character (U+{context['code']:04X}); take it out"
    ),
    "country": _country,
    "delay_order": lambda *_: "at_most is shorter than at_least; exchange them",
    "dict_type": lambda value, _: f"{_shown(value)} is not a group of keys; write 'key: value'",
    "duration": lambda value, _: f"{_shown(value)}: {not_a_duration(str(value))}",
    "event_kind": _kind,
    "exercise_length": lambda value, _: (
        f"{_shown(value)} is too long; write at most 64 letters, as in MORNING CALM"
    ),
    "exercise_name": lambda value, _: (
        f"{_shown(value)} has no letters or digits for a topic; name it like MORNING CALM"
    ),
    "extra_forbidden": lambda *_: "is not a key here",
    "finite_number": _number,
    "float_parsing": _number,
    "float_type": _number,
    "greater_than": _bound("greater than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "int_parsing": _whole,
    "int_parsing_size": _whole,
    "int_type": _whole,
    "language": lambda value, _: no_language(str(value)),
    "less_than_equal": _bound("at most", "le"),
    "link_form": lambda *_: (
        "a link has either 'between: [A, B]' or, for a junction inside a country, 'at: A'"
    ),
    "literal_error": _choice,
    "missing": lambda *_: "is missing",
    "model_type": lambda value, _: f"{_shown(value)} is not a group of keys; write 'key: value'",
    "moment": lambda value, _: f"{_shown(value)}: not a time; write {TIMES}",
    "repeat_keys": lambda _, context: (
        f"has {context['given'] or 'none'} of count, until and every; write two of them, the third "
        "follows"
    ),
    "repeat_poisson": lambda *_: "spread: poisson needs 'until'; write the moment at which it ends",
    "sharing": lambda value, _: f"{_shown(value)} has no date; write as-of, or one as 2015-06-01",
    "short_duration": lambda _, context: (
        f"{context['value']} is too short; write {context['least']} or longer"
    ),
    "slug": _slug,
    "start": lambda value, _: (
        f"{_shown(value)}: write date, time and offset, as in 2022-10-04T07:22:00+09:00"
    ),
    "string_too_long": lambda _, context: (
        f"is longer than {context['max_length']} letters; shorten it"
    ),
    "string_too_short": lambda *_: "is empty; write something or leave the key out",
    "string_type": _no_text,
    "string_unicode": lambda *_: "has a half of a letter; save the file as UTF-8",
    "too_long": lambda _, context: (
        f"has {context.get('actual_length')} entries; at most {context['max_length']} fit"
    ),
    "too_short": _fewest,
    "tuple_type": _no_list,
    "zone": lambda value, _: f"{_shown(value)}: not an IANA time zone such as 'Asia/Seoul'",
}


def say(detail: Mapping[str, Any], keys: Sequence[str] = ()) -> str:
    """Return one refusal in an author's words; ``keys`` are those that would be allowed here."""
    kind, value = str(detail["type"]), detail.get("input")
    last = detail["loc"][-1] if detail["loc"] else ""
    name = f"entry {last + 1}" if isinstance(last, int) else quoted(last)
    words = WORDING.get(kind)
    if words is None:
        said = str(detail["msg"])
        return f"{_shown(value)}: {said[:1].lower()}{said[1:]}"
    if isinstance(value, str) and _TYPOGRAPHIC.match(value) and kind not in _ABOUT_WORDS:
        return f"{_shown(value)} has typographic quotes; type straight ones, as in '09:00'"
    if kind == "extra_forbidden":
        return _unknown_key(str(last), detail["loc"], keys)
    text = words(value, detail.get("ctx") or {})
    if kind == "missing":
        text = f"{name} {text}; {_owner(detail['loc'])} needs it"
    elif kind in _ABOUT_LENGTH or kind == "repeat_keys" or text.startswith("is "):
        text = f"{name} {text}"
    elif kind in _ABOUT_BOUNDS:
        text = f"{name} is {text.replace(' must be ', '; it must be ', 1)}"
    elif kind in {"model_type", "dict_type"} and keys and detail["loc"]:
        text = f"{name} has keys: {', '.join(keys)}; {_shown(value)} is none of them"
    return text


def _event_word(steps: Sequence[Any]) -> str:
    """Return the kind of the event in which a place is; empty if it is in none."""
    tags = (str(step)[1:-1] for step in steps if str(step)[:1] == "<")
    return next(tags, "")


def _owner(steps: Sequence[Any]) -> str:
    """Return what a key belongs to, in words."""
    inside = [step for step in steps[:-1] if isinstance(step, str) and step[:1] != "<"]
    inside = [step for step in inside if step != "events"]
    word = _event_word(steps)
    if inside:
        return quoted(inside[-1])
    if word:
        return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
    return "the file"


def _unknown_key(key: str, steps: Sequence[Any], keys: Sequence[str]) -> str:
    """Say of a key that it is not known, judged by the kind of event it stands in."""
    word = _event_word(steps)
    direct = word and [*map(str, steps[-2:-1])] == [f"<{word}>"]
    if direct and key in EVENT_WORDS:
        return f"{quoted(key)} begins an event of its own; write '- {key}: ...' for it"
    text = f"{quoted(key)} is not a key of {_owner(steps)}"
    others = [
        kind.word
        for kind in KINDS_OF_EVENTS
        if any(key == (field.alias or name) for name, field in kind.model_fields.items())
    ]
    if direct and others:
        return f"{text}; an event of kind {' or '.join(others[:3])} can have it"
    if offer := did_you_mean(key, keys):
        return f"{quoted(key)} is not a key here{offer}"
    own = [each for each in keys if each not in EventBase.model_fields] if direct else keys
    rest = ", and those of every event" if direct else ""
    return f"{text}; its keys are {', '.join(own)}{rest}" if own else text
