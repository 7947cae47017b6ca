"""What the models refuse, in the words of somebody who writes a scenario.

One small function for each type of error; ``tests/files/test_wording.py`` lists every type that our
models can produce and asks for an entry here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feed.model.base import SLUG_LENGTH
from feed.model.event import EVENT_WORDS
from feed.model.language import no_language
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import TIMES, not_a_duration

__all__ = ["KEY_ERRORS", "WORDING", "say"]

Context = Mapping[str, Any]

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


def _number(value: Any, _: Context) -> str:
    return f"{_shown(value)} is not a number"


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
    "sharing": lambda value, _: f"{_shown(value)} has no date; write as-of, or one as 2015-06-01",
    "slug": _slug,
    "start": lambda value, _: (
        f"{_shown(value)}: write date, time and offset, as in 2022-10-04T07:22:00+09:00"
    ),
    "string_too_short": lambda *_: "is empty; write something or leave the key out",
    "string_type": lambda value, _: f"{_shown(value)} is not a text",
    "string_unicode": lambda *_: "has a half of a letter; save the file as UTF-8",
    "too_long": lambda _, context: (
        f"has {context.get('actual_length')} entries; at most {context['max_length']} fit"
    ),
    "too_short": _fewest,
    "tuple_type": lambda value, _: f"{_shown(value)} is not a list; write [a, b] or '- ' lines",
    "zone": lambda value, _: f"{_shown(value)}: not an IANA time zone such as 'Asia/Seoul'",
}


def say(detail: Mapping[str, Any], keys: Sequence[str] = ()) -> str:
    """Return one refusal in an author's words; ``keys`` are those that would be allowed here."""
    kind = str(detail["type"])
    last = detail["loc"][-1] if detail["loc"] else ""
    name = f"entry {last + 1}" if isinstance(last, int) else quoted(last)
    words = WORDING.get(kind)
    if words is None:
        said = str(detail["msg"])
        return f"{_shown(detail.get('input'))}: {said[:1].lower()}{said[1:]}"
    text = words(detail.get("input"), detail.get("ctx") or {})
    if kind == "extra_forbidden":
        return f"{name} {text}{did_you_mean(last, keys)}"
    if kind in {"missing", "too_short", "string_too_short", "too_long"}:
        return f"{name} {text}"
    return text
