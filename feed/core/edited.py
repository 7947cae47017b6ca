"""A body that an operator edits: it stays a body of its kind, marked as an exercise, not too large.

What an author writes in a file is marked when it is read; what is edited never was in a file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from feed.core.actions import TransportError
from feed.core.parts import body_size
from feed.model.event import MESSAGE_KINDS
from feed.model.language import is_language
from feed.model.marking import BANNER, claims_to_be_real, marked
from feed.model.message import LARGEST, LARGEST_ENVELOPE, Message
from feed.model.quoting import quoted

__all__ = ["edited_members"]

_ENGLISH = "en"
_TEXTS = dict[str, str]
"""what a text for people is in a body: by language"""
_DEEPEST = 20


def edited_members(message: Message, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that take the place of those of a message's body.

    A text is given by language, or as it is in English.  TransportError if the body would be none
    of its kind any more, would be too large, or would claim to be real.
    """
    planned = message.data
    for text in _texts(members, message.key, _DEEPEST):
        phrase = claims_to_be_real(text)
        if phrase is not None:
            raise TransportError(
                f"{quoted(message.key)} would say {quoted(phrase)}; everything here is an exercise"
            )
    kind = MESSAGE_KINDS[message.kind].body
    changed = {name: _marked(_by_language(value, kind, name)) for name, value in members.items()}
    body = {**planned, **changed}
    try:
        kind.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        said = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
            said = f"its members are {', '.join(kind.model_fields)}"
        raise TransportError(
            f"{quoted(message.key)} would be no {message.kind} ({quoted(where)}: {said})"
        ) from None
    size, most = body_size(body), LARGEST - LARGEST_ENVELOPE
    if size > most:
        raise TransportError(
            f"{quoted(message.key)} would have a body of {size} bytes, {most} are the most"
        )
    return changed


def _texts(value: Any, key: str, deeper: int) -> Iterator[str]:
    """Yield every text in a value; TransportError if it is nested too deeply."""
    if not deeper:
        raise TransportError(f"what {quoted(key)} is edited to is nested too deeply")
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each, key, deeper - 1)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, key, deeper - 1)


def _by_language(value: Any, kind: type[BaseModel], name: str) -> Any:
    field = kind.model_fields.get(name)
    texts = field is not None and field.annotation in {_TEXTS, _TEXTS | None}
    return {_ENGLISH: value} if texts and isinstance(value, str) else value


def _is_text(value: Any) -> bool:
    """Tell whether a value is a text for people, by language."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(is_language(name) and isinstance(text, str) for name, text in value.items())
    )


def _marked(value: Any) -> Any:
    """Return a value with every text for people under the exercise banner."""
    if _is_text(value):
        return {
            name: text if text.startswith(BANNER) else marked(text) for name, text in value.items()
        }
    if isinstance(value, Mapping):
        return {name: _marked(each) for name, each in value.items()}
    return [_marked(each) for each in value] if isinstance(value, list) else value
