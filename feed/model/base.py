"""The ground every model stands on: strictness, names, texts and places.

Models stand at the doors (a scenario comes in, a foreign payload comes in, a schema goes out).
They are frozen and refuse keys they do not know.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, Any, Literal
from unicodedata import category, normalize
from unicodedata import name as name_of

from anyascii import anyascii
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from feed.model.language import LANGUAGES, Language
from feed.model.marking import claims_to_be_real

__all__ = [
    "SLUG_LENGTH",
    "Country",
    "Model",
    "Named",
    "Point",
    "Precision",
    "Release",
    "Site",
    "Slug",
    "Source",
    "Sources",
    "Text",
    "Title",
    "Version",
    "by_language",
    "composed",
    "one_name",
    "slug_of",
]


SLUG_LENGTH = 64
"""Letters that a name for a topic may have."""


class Model(BaseModel):
    """A frozen record that refuses unknown keys."""

    # Built when it is first used: a verb imports all of them and uses few.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed


def composed(text: str) -> str:
    """Return a text in Unicode's composed form (NFC), in which equal names are equal texts."""
    return normalize("NFC", text)


def slug_of(text: str) -> str:
    """Return a text as one topic level: lower-case letters, digits and single hyphens.

    Case, punctuation and the marks of Latin letters do not matter.  Other scripts are written in
    Latin letters, in which several words can look the same, so six digits of a digest of the name
    follow.
    """
    name = composed(text)
    readable = _readable(name)
    if not any(map(_is_foreign, name)):
        return readable
    key = composed("".join(" " if category(each)[0] in "ZPC" else each for each in name.casefold()))
    digest = blake2b(" ".join(key.split()).encode(errors="replace"), digest_size=3).hexdigest()
    room = SLUG_LENGTH - len(digest) - 1
    return f"{readable[:room].strip('-')}-{digest}".strip("-")


def _readable(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")


def _is_foreign(letter: str) -> bool:
    """Tell a letter, digit or symbol that is neither Latin nor ASCII."""
    ours = letter.isascii() or name_of(letter, "").startswith("LATIN ")
    return not ours and category(letter)[0] in "LNS"


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > SLUG_LENGTH:
        raise PydanticCustomError("slug", "{value}", {"value": value, "like": _readable(value)})
    phrase = claims_to_be_real(value)  # an id stands on topics, beside the mark
    if phrase is not None:
        raise PydanticCustomError("claims_to_be_real", "{phrase}", {"phrase": phrase})
    return value


def _country(value: str) -> str:
    if not _COUNTRY.fullmatch(value):
        raise PydanticCustomError("country", "{value}", {"value": value})
    return value


def _published(value: str) -> str:
    # Short texts, such as the names of sources and places, come again and again.
    return _checked(value) if len(value) <= SLUG_LENGTH else _checked.__wrapped__(value)


@lru_cache(maxsize=1024)
def _checked(value: str) -> str:
    control = _CONTROL.search(value)
    if control is not None:
        raise PydanticCustomError("control_character", "{code}", {"code": ord(control.group())})
    phrase = claims_to_be_real(value)
    if phrase is not None:
        raise PydanticCustomError("claims_to_be_real", "{phrase}", {"phrase": phrase})
    return value


def one_name(names: Mapping[str, str]) -> str:
    """Return the English one of a name's languages, else the first."""
    return names.get("en") or next(iter(names.values()))


def by_language(names: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return a name by language; None if it is only in English, which ``one_name`` says."""
    return None if names is None or list(names) == ["en"] else dict(names)


def _languages(value: Any) -> Any:
    if not isinstance(value, str | dict) or value == "":
        raise PydanticCustomError("text_form", "{value}", {"value": str(value)})
    return {"en": value} if isinstance(value, str) else value


def _language_schema(description: str, *examples: str | dict[str, str]) -> WithJsonSchema:
    """Return the schema of what may be plain or by language, as an author may write it."""
    grouped = {
        "type": "object",
        "propertyNames": {"enum": sorted(LANGUAGES)},
        "additionalProperties": {"type": "string"},
    }
    return WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, grouped],
            "description": description,
            "examples": list(examples),
        },
        mode="validation",
    )


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Slug = Annotated[
    str,
    AfterValidator(_slug),
    Field(
        description="lower-case letters, digits and '-'",
        json_schema_extra={"pattern": f"^{_SLUG.pattern}$", "maxLength": SLUG_LENGTH},
    ),
]

Country = Annotated[
    str,
    AfterValidator(_country),
    Field(
        description="ISO 3166-1 alpha-3 country code",
        json_schema_extra={"pattern": "^[A-Z]{3}$", "examples": ["KOR", "JPN", "USA"]},
    ),
]

Title = Annotated[
    str, Field(min_length=1, description="a text that is published"), AfterValidator(_published)
]

_TEXT = "a text that is published, by language; a plain text is English"
Text = Annotated[
    dict[Language, Title],
    BeforeValidator(_languages),
    Field(min_length=1, description=_TEXT),
    _language_schema(_TEXT, {"en": "Take shelter.", "ja": "避難してください。"}),
]

_NAME = "a name that is published, by language; a plain one is English"
Named = Annotated[
    dict[Language, Title],
    BeforeValidator(_languages),
    Field(min_length=1, description=_NAME),
    _language_schema(_NAME, "Sunan", {"en": "Sunan", "ko": "순안"}),
]

Sources = Annotated[
    tuple[Title, ...],
    BeforeValidator(_several, json_schema_input_type=str | tuple[str, ...]),
    Field(description="keys of 'sources'"),
]

Precision = Annotated[
    Literal["exact", "minute", "hour", "half-day", "date"],
    Field(description="how exactly the record knows the time"),
]

Release = Annotated[
    Literal["public", "arrangement"],
    Field(description="public: everybody at once; arrangement: only where one allows it"),
]


Version = Annotated[
    Literal["1"],
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    Field(description="version of the format"),
    WithJsonSchema({"enum": [1, "1"]}, mode="validation"),
]


class Source(Model):
    """A public page or paper that figures come from; never published with the feed."""

    by: str = Field(description="who published it")
    on: str | None = Field(default=None, description="date of publication")
    title: str | None = Field(default=None, description="its title; never published with the feed")
    at: str | None = Field(default=None, description="where it can be found")
    note: str | None = Field(default=None, description="for people who read the file")


class Point(Model):
    """A place on the WGS 84 ellipsoid, in degrees."""

    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="degrees north")
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False, description="degrees east")


class Site(Point):
    """A place with a name."""

    name: Named
    approximate: bool = Field(default=False, description="the position is conventional")
