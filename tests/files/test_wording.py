"""Tests of the wording: nothing that the models can refuse is said in the library's words."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import feed.model
from feed.files.wording import WORDING, say
from feed.model.arrangement import Arrangements
from feed.model.fault import FaultsFile
from feed.model.scenario import Scenario

# What each kind of core schema refuses, given what a file can hold: texts, lists, groups, nothing,
# and from the fast reader of JSON Lines true and false.
ERRORS: dict[str, tuple[str, ...]] = {
    "any": (),
    "bool": ("bool_type", "bool_parsing"),
    "default": (),
    "definition-ref": (),
    "definitions": (),
    "dict": ("dict_type",),
    "float": ("float_type", "float_parsing"),
    "function-after": (),
    "function-before": (),
    "function-plain": (),
    "int": ("int_type", "int_parsing", "int_parsing_size"),
    "literal": ("literal_error",),
    "model": ("model_type",),
    "model-fields": ("missing", "extra_forbidden"),
    "named-tuple": (),  # only ever given what our own validators made
    "nullable": (),
    "str": ("string_type", "string_unicode"),
    "tagged-union": (),  # each has an error of its own
    "tuple": ("tuple_type", "missing", "too_long"),
    "union": (),
}
BOUNDS: dict[tuple[str, str], str] = {
    ("dict", "min_length"): "too_short",
    ("float", "allow_inf_nan"): "finite_number",
    ("float", "ge"): "greater_than_equal",
    ("float", "gt"): "greater_than",
    ("float", "le"): "less_than_equal",
    ("int", "gt"): "greater_than",
    ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal",
    ("str", "min_length"): "string_too_short",
    ("tagged-union", "custom_error_type"): "event_kind",
    ("str", "max_length"): "string_too_long",
    ("tuple", "max_length"): "too_long",
    ("tuple", "min_length"): "too_short",
}
KNOWN_KEYS = {
    "choices", "cls", "config", "custom_error_message", "default", "default_factory",
    "default_factory_takes_data", "definitions", "discriminator", "expected", "fields", "function",
    "items_schema", "json_schema_input_schema", "keys_schema", "metadata", "ref", "root_model",
    "schema", "schema_ref", "serialization", "type", "values_schema", "variadic_item_index",
    "computed_fields", "custom_init", "model_name",
}  # fmt: skip
PARTS = {"no-info", "model-field", "named-tuple-field"}
NOT_READ = {"metadata", "serialization", "json_schema_input_schema", "config", "cls"}


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in a core schema that data from a file can reach."""
    if isinstance(value, dict):
        kind = value.get("type")
        if isinstance(kind, str) and kind not in PARTS:
            yield value
        if kind == "named-tuple":
            return
        for key, member in value.items():
            if key not in NOT_READ:
                yield from schemas(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from schemas(member)


def possible() -> set[str]:
    """Return every error that our models can produce."""
    found: set[str] = set()
    for model in (Scenario, Arrangements, FaultsFile):
        for schema in schemas(model.__pydantic_core_schema__):
            kind = schema["type"]
            found.update(ERRORS[kind])
            for key in schema.keys() - KNOWN_KEYS:
                found.add(BOUNDS[kind, key])
    return found | set(custom())


def custom() -> Iterator[str]:
    """Yield the names of the errors that the models raise themselves."""
    for path in Path(feed.model.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PydanticCustomError":
                assert isinstance(node.args[0], ast.Constant), "an error without a plain name"
                yield str(node.args[0].value)


def test_every_error_has_words_and_no_words_are_idle() -> None:
    """The table has an entry for each error that can occur, and none for others."""
    assert set(WORDING) == possible()


CASES: list[tuple[str, object, dict[str, Any], str]] = [
    ("bool_parsing", "maybe", {}, "'maybe' is neither true nor false; write one of them"),
    ("bool_type", ["x"], {}, "a list is neither true nor false; write one of them"),
    (
        "claims_to_be_real",
        "This is not a drill",
        {"phrase": "not a drill"},
        (
            "says that it is not a drill ('not a drill'); a text that is published may not: "
            "put the wording in 'notes' and publish a paraphrase"
        ),
    ),
    (
        "control_character",
        "a\x1bb",
        {"code": 27},
        "has a control character (U+001B); take it out",
    ),
    (
        "country",
        "kor",
        {},
        "'kor': not a three-letter country code such as 'KOR' (ISO 3166); did you mean 'KOR'?",
    ),
    ("delay_order", {}, {"low": 2.0}, "at_most is shorter than at_least; exchange them"),
    ("dict_type", "x", {}, "'key' has keys: keys; 'x' is none of them"),
    (
        "repeat_keys",
        {},
        {"given": "count"},
        "'key' has only count of count, until and every; write two of them, the third follows",
    ),
    (
        "repeat_poisson",
        "poisson",
        {},
        "spread: poisson needs 'until'; write the moment at which it ends",
    ),
    ("string_too_long", "x", {"max_length": 5}, "'key' is longer than 5 letters; shorten it"),
    ("sharing", "07:22", {}, "'07:22' has no date; write as-of, or one as 2015-06-01"),
    (
        "duration",
        "00:01:30",
        {},
        "'00:01:30': a clock time, not a duration; write +00:01:30 if that is how long",
    ),
    ("duration", "90", {}, "'90': a number without a unit; write 90s, 90m or 90h"),
    ("event_kind", {"lunch": "x"}, {}, "'lunch' is not an event kind; did you mean 'launch'?"),
    (
        "event_kind",
        {"zzz": "x"},
        {},
        (
            "'zzz' is not an event kind; an event starts with one of launch, alert, correction, "
            "meeting, agreement, incident, statement, link"
        ),
    ),
    (
        "event_kind",
        None,
        {},
        (
            "nothing is not an event; an event starts with one of launch, alert, correction, "
            "meeting, agreement, incident, statement, link"
        ),
    ),
    (
        "exercise_length",
        "A" * 65,
        {},
        f"'{'A' * 57}...' is too long; write at most 64 letters, as in MORNING CALM",
    ),
    (
        "exercise_name",
        "!!",
        {},
        "'!!' has no letters or digits for a topic; name it like MORNING CALM",
    ),
    ("extra_forbidden", "x", {}, "'key' is not a key here; did you mean 'keys'?"),
    ("finite_number", "nan", {}, "'nan' is not a number; write digits, such as 12 or 0.5"),
    ("float_parsing", "x", {}, "'x' is not a number; write digits, such as 12 or 0.5"),
    ("float_type", None, {}, "'key' is empty; write a number, or leave the key out"),
    ("greater_than", "0", {"gt": 0.0}, "'key' is '0'; it must be greater than 0"),
    ("greater_than_equal", "-91", {"ge": -90.0}, "'key' is '-91'; it must be at least -90"),
    ("int_parsing", "1.5", {}, "'1.5' is not a whole number; write digits, such as 7"),
    (
        "int_parsing_size",
        "9" * 99,
        {},
        f"'{'9' * 57}...' is not a whole number; write digits, such as 7",
    ),
    ("int_type", {"a": "b"}, {}, "a group of keys is not a whole number; write digits, such as 7"),
    (
        "less_than_equal",
        "9" * 20,
        {"le": 2**63 - 1},
        "'key' is '99999999999999999999'; it must be at most 9223372036854775807",
    ),
    (
        "link_form",
        {},
        {},
        "a link has either 'between: [A, B]' or, for a junction inside a country, 'at: A'",
    ),
    (
        "literal_error",
        "cancle",
        {"expected": "'update', 'cancel' or 'all-clear'"},
        "'cancle' is not one of update, cancel, all-clear; did you mean 'cancel'?",
    ),
    (
        "literal_error",
        "2",
        {"expected": "'1'"},
        "version '2' of the format is not known here; write 'feed: 1'",
    ),
    ("missing", {}, {}, "'key' is missing; the file needs it"),
    ("model_type", "x", {}, "'key' has keys: keys; 'x' is none of them"),
    (
        "moment",
        "soon",
        {},
        "'soon': not a time; write 07:22, +PT90S, 2022-10-04 or 2022-10-04T07:22:00+09:00",
    ),
    ("slug", "A b", {"like": "a-b"}, "'A b': use lower-case letters, digits and '-', as in 'a-b'"),
    (
        "slug",
        "愛",
        {"like": ""},
        "'愛': use lower-case letters, digits and '-', as in 'first-light'",
    ),
    (
        "slug",
        "a" * 65,
        {"like": "a" * 65},
        f"'{'a' * 57}...': longer than 64 letters; find a shorter name",
    ),
    (
        "start",
        "07:22",
        {},
        "'07:22': write date, time and offset, as in 2022-10-04T07:22:00+09:00",
    ),
    ("language", "jp", {}, "'jp' is no language; did you mean 'ja'?"),
    ("string_too_short", "", {}, "'key' is empty; write something or leave the key out"),
    (
        "short_duration",
        "PT0S",
        {"value": "0:00:00", "least": "PT0.1S"},
        "'PT0S' is too short; write PT0.1S or longer",
    ),
    (
        "string_type",
        {"en": "x"},
        {},
        "a group of keys is not a text; it has one text for all languages",
    ),
    ("float_parsing", "420 km", {}, "'420 km' is not a number; the key says the unit, write 420"),
    (
        "moment",
        "“09:00”",
        {},
        "'“09:00”' has typographic quotes; type straight ones, as in '09:00'",
    ),
    ("string_type", ["x"], {}, "a list is not a text; write one"),
    ("string_type", True, {}, "'true' is not a text; write one"),
    ("string_unicode", "x", {}, "has a half of a letter; save the file as UTF-8"),
    (
        "too_long",
        [1, 2, 3],
        {"actual_length": 3, "max_length": 2},
        "'key' has 3 entries; at most 2 fit",
    ),
    (
        "too_short",
        [],
        {"actual_length": 0, "min_length": 1},
        "'key' is empty; write at least one entry or leave it out",
    ),
    (
        "text_form",
        [],
        {},
        "a list is not a text; write one, or one for each language: {en: …, ja: …}",
    ),
    ("text_form", "", {}, "'key' is empty; write a text, or leave the key out"),
    ("too_short", ["x"], {"actual_length": 1, "min_length": 2}, "'key' has 1 entries; it needs 2"),
    ("tuple_type", "x", {}, "'x' is not a list; write [x] or '- ' lines"),
    ("zone", "Asia/Atlantis", {}, "'Asia/Atlantis': not an IANA time zone such as 'Asia/Seoul'"),
]


@pytest.mark.parametrize(
    ("kind", "value", "context", "sentence"),
    CASES,
    ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)],
)
def test_the_words(kind: str, value: object, context: dict[str, Any], sentence: str) -> None:
    """Each refusal is one sentence that says what to do."""
    detail = {"type": kind, "loc": ("key",), "input": value, "ctx": context, "msg": "library's"}
    said = say(detail, ["keys"])
    assert "key" in said
    assert said.removeprefix("key: ") == sentence


def test_every_entry_is_shown_above() -> None:
    """No wording is without an example."""
    assert {case[0] for case in CASES} == set(WORDING)


def test_an_entry_of_a_list_is_counted() -> None:
    """A person counts entries from one."""
    detail = {"type": "missing", "loc": ("between", 1), "input": ["KOR"], "msg": "library's"}
    assert say(detail) == "entry 2 is missing; 'between' needs it"


def test_an_unknown_error_still_has_a_sentence() -> None:
    """Should the library invent an error, its own words are better than none."""
    detail = {"type": "new", "loc": (), "input": "x", "msg": "Input should be good"}
    assert say(detail) == "'x': input should be good"
