"""What the models refuse, in the words of somebody who writes a scenario.

One small function for each type of error; ``tests/files/test_wording.py`` lists every type that our
models can produce and asks for an entry here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feed.files.countries import country_advice
from feed.model.base import SLUG_LENGTH
from feed.model.common import EventBase
from feed.model.event import EVENT_WORDS, KINDS_OF_EVENTS
from feed.model.language import no_language
from feed.model.not_a_time import not_a_duration, not_a_moment
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import TIMES

__all__ = ["KEY_ERRORS", "WORDING", "keyed", "say"]

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


def _truth(value: Any, _: Context) -> str:
    if value is None:
        return "is empty; write true or false"
    return f"{_shown(value)} is neither true nor false; write one of them"


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


_WITH_UNIT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[A-Za-z°/]+\s*")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[,' _]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"(-?\d+),(\d+)")
_MINUTES = re.compile(r"\s*(\d+)\s*°\s*(\d+)\s*['′].*")
_COMPASS = {"north": 0, "northeast": 45, "east": 90, "southeast": 135, "south": 180,
            "southwest": 225, "west": 270, "northwest": 315}  # fmt: skip


def _number(value: Any, _: Context) -> str:
    if value is None:
        return "is empty; write a number, or leave the key out"
    return f"{_shown(value)} is not a number{_number_meant(str(value).strip())}"


def _number_meant(text: str) -> str:
    """Return the number that somebody probably meant, as advice; empty if there is none."""
    if with_unit := _WITH_UNIT.fullmatch(text):
        return f"; the key says the unit, write {with_unit[1]}"
    if _THOUSANDS.fullmatch(text):
        return f"; write {re.sub('[^0-9.-]', '', text)}, without a sign between the thousands"
    if comma := _DECIMAL_COMMA.fullmatch(text):
        return f"; write {comma[1]}.{comma[2]}, with a point"
    if minutes := _MINUTES.fullmatch(text):
        return f"; write degrees as a decimal, {int(minutes[1]) + int(minutes[2]) / 60:.2f}"
    return _share_or_direction(text) or "; write digits, such as 12 or 0.5"


def _share_or_direction(text: str) -> str:
    """Return what to write for a percentage or a point of the compass; empty if it is none."""
    if percent := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", text):
        return f"; write the share of one, {float(percent[1]) / 100:g}"
    direction = re.sub("[^a-z]", "", text.lower())
    if direction in _COMPASS:
        return f"; write degrees from north, clockwise: {direction} is {_COMPASS[direction]}"
    return ""


def _no_text(value: Any, _: Context) -> str:
    if value is None:
        return "is empty; write a text, or leave the key out"
    advice = "; write one"
    if isinstance(value, dict):
        languages = all(isinstance(key, str) and len(key) == len("en") for key in value)
        advice = "; it has one text for all languages" if languages and value else advice
    return f"{_shown(value)} is not a text{advice}"


def _no_texts(value: Any, _: Context) -> str:
    if value is None or value == "":
        return "is empty; write a text, or leave the key out"
    return f"{_shown(value)} is not a text; write one, or one for each language: {{en: …, ja: …}}"


def _no_list(value: Any, _: Context) -> str:
    if value is None:
        return "is empty; write [a, b], or entries below it that begin with '- '"
    one = f"[{quoted(value)[1:-1]}]" if isinstance(value, str) else "[a, b]"
    return f"{_shown(value)} is not a list; write {one} or '- ' lines"


def _whole(value: Any, _: Context) -> str:
    return f"{_shown(value)} is not a whole number; write digits, such as 7"


def _fewest(value: Any, context: Context) -> str:
    del value
    if context.get("actual_length") == 0:
        return "is empty; write at least one entry or leave it out"
    return f"has {context.get('actual_length')} entries; it needs {context['min_length']}"


def _country(value: Any, _: Context) -> str:
    advice = country_advice(str(value))
    return f"{_shown(value)}: not a three-letter country code such as 'KOR' (ISO 3166){advice}"


def _slug(value: Any, context: Context) -> str:
    if len(str(value)) > SLUG_LENGTH:
        return f"{_shown(value)}: longer than {SLUG_LENGTH} letters; find a shorter name"
    like = context.get("like") or "first-light"
    return f"{_shown(value)}: use lower-case letters, digits and '-', as in '{like}'"


def _repeat(_: Any, context: Context) -> str:
    given = str(context["given"] or "none")
    if given.count(",") == 2:  # noqa: PLR2004 - all three
        return "has count, until and every; take one out, it follows from the others"
    has = "has none" if given == "none" else f"has only {given}"
    return f"{has} of count, until and every; write two of them, the third follows"


def _kind(value: Any, _: Context) -> str:
    offer = f"; an event starts with one of {', '.join(EVENT_WORDS)}"
    if not isinstance(value, dict) or not value:
        return f"{_shown(value)} is not an event{offer}"
    first = next(iter(value))
    return f"{_shown(first)} is not an event kind{did_you_mean(first, EVENT_WORDS) or offer}"


WORDING: dict[str, Callable[[Any, Context], str]] = {
    "bool_parsing": _truth,
    "bool_type": _truth,
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
    "moment": lambda value, _: (
        f"is empty; write {TIMES}"
        if value is None
        else f"{_shown(value)}: {not_a_moment(str(value))}"
    ),
    "repeat_keys": _repeat,
    "repeat_poisson": lambda *_: "spread: poisson needs 'until'; write the moment at which it ends",
    "sharing": lambda value, _: f"{_shown(value)} has no date; write as-of, or one as 2015-06-01",
    "short_duration": lambda value, context: (
        f"{_shown(value)} is too short; write {context['least']} or longer"
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
    "text_form": _no_texts,
    "too_long": lambda _, context: (
        f"has {context.get('actual_length')} entries; at most {context['max_length']} fit"
    ),
    "too_short": _fewest,
    "tuple_type": _no_list,
    "zone": lambda value, _: f"{_shown(value)}: not an IANA time zone such as 'Asia/Seoul'",
}


_UNITS = {"_km": " km", "_deg": " degrees", "_m": " m", "lat": " degrees", "lon": " degrees"}
"""By the end of a key: the unit that its numbers are in."""


def say(
    detail: Mapping[str, Any], keys: Sequence[str] = (), meaning: str = "", meant: str = ""
) -> str:
    """Return one refusal in an author's words.

    ``keys`` are those that would be allowed here, ``meaning`` is what the model says of the key,
    ``meant`` the key that is missing where an unknown one stands.
    """
    kind, value, steps = str(detail["type"]), detail.get("input"), detail["loc"]
    if kind == "extra_forbidden":
        return _unknown_key(str(steps[-1]), steps, keys, meant)
    if isinstance(value, str) and _TYPOGRAPHIC.match(value) and kind not in _ABOUT_WORDS:
        text = f"{_shown(value)} has typographic quotes; type straight ones, as in '09:00'"
        return keyed(steps, text)
    text = _refusal(kind, value, detail)
    if kind == "string_type" and steps[-1:] and steps[-1] in EVENT_WORDS:
        return f"{quoted(steps[-1])} stands before the id of the event; write '{steps[-1]}: my-id'"
    if kind == "missing":
        explained = f" ({meaning})" if meaning else ""
        lacking = f"entry {steps[-1] + 1}" if isinstance(steps[-1], int) else quoted(steps[-1])
        return f"{lacking} {text}; {_owner(steps)} needs it{explained}"
    if kind in {"model_type", "dict_type"} and keys and steps:
        return f"{_named(steps)} has keys: {', '.join(keys)}; {_shown(value)} is none of them"
    return _about(kind, text, steps)


def _refusal(kind: str, value: Any, detail: Mapping[str, Any]) -> str:
    words = WORDING.get(kind)
    if words is not None:
        return words(value, detail.get("ctx") or {})
    said = str(detail["msg"])
    return f"{_shown(value)}: {said[:1].lower()}{said[1:]}"


def _about(kind: str, text: str, steps: Sequence[Any]) -> str:
    """Return a refusal with what it is about."""
    if kind in _ABOUT_BOUNDS:
        unit = next((unit for end, unit in _UNITS.items() if str(steps[-1]).endswith(end)), "")
        return f"{_named(steps)} is {text.replace(' must be ', '; it must be ', 1)}{unit}"
    if kind in _ABOUT_LENGTH or kind == "repeat_keys" or text.startswith("is "):
        return f"{_named(steps)} {text}"
    return keyed(steps, text)


def _named(steps: Sequence[Any]) -> str:
    """Return what a place is called in a sentence."""
    last = steps[-1] if steps else ""
    if not isinstance(last, int):
        return quoted(_path(steps))
    return f"entry {last + 1} of {quoted(_path(steps))}" if _path(steps) else f"entry {last + 1}"


def _path(steps: Sequence[Any]) -> str:
    """Return the keys that lead to a place, from its event or from the top of the file."""
    path = [each for each in steps if isinstance(each, str) and each[:1] + each[-1:] != "<>"]
    return ".".join(path[1:] if len(steps) > 1 and path[:1] == ["events"] else path)


def keyed(steps: Sequence[Any], text: str) -> str:
    """Return what is wrong at a place with the keys that lead there, unless it names the key."""
    path = _path(steps)
    last = path.rpartition(".")[2]
    if not path or last in EVENT_WORDS or f"'{last}'" in text:
        return text
    return f"{path}: {text}"


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


def _unknown_key(key: str, steps: Sequence[Any], keys: Sequence[str], meant: str) -> str:
    """Say of a key that it is not known, judged by the kind of event it stands in."""
    if key == "events":
        meant = "in JSON Lines each event is a line of its own"
    elif key.isdecimal():
        meant = "a decimal number has a point, as in 39.2"
    elif meant:
        meant = f"did you mean '{meant}'?"
    if meant:
        return f"{quoted(key)} is not a key here; {meant}"
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
