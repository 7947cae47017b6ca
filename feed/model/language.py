"""Languages of texts: the two letters of ISO 639-1, which are not those of countries."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from feed.model.quoting import quoted

__all__ = ["LANGUAGES", "Language", "is_language", "no_language"]

# fmt: off
LANGUAGES = frozenset((
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de",
    "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy",
    "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia",
    "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk",
    "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo",
    "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd",
    "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl",
    "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl",
    "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk",
    "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa",
    "wo", "xh", "yi", "yo", "za", "zh", "zu",
))
# fmt: on
"""ISO 639-1"""
_COUNTRIES = {
    "cn": "zh", "cz": "cs", "dk": "da", "gb": "en", "gr": "el", "jp": "ja", "kp": "ko", "ua": "uk",
    "us": "en", "vn": "vi",
}  # fmt: skip
"""What people write who take a country's letters for those of its language."""


def is_language(text: str) -> bool:
    """Tell if a text is the two letters of a language."""
    return text in LANGUAGES


def no_language(text: str) -> str:
    """Return what to say of a text that is no language, and what was probably meant."""
    word = text.strip().lower()
    start = word[:2]
    meant = _COUNTRIES.get(start, start)
    if meant not in LANGUAGES or not word.isascii():
        return f"{quoted(text)} is no language; write two letters such as en, ja or ko (ISO 639-1)"
    return f"{quoted(text)} is no language; did you mean '{meant}'?"


def _language(value: str) -> str:
    if not is_language(value):
        raise PydanticCustomError("language", "{value}", {"value": value})
    return value


Language = Annotated[
    str,
    AfterValidator(_language),
    Field(
        description="two letters, such as ja (ISO 639-1)",
        json_schema_extra={"enum": sorted(LANGUAGES)},
    ),
]
