"""Which country somebody means who writes its name, or the code of another standard."""

import re

__all__ = ["country_advice"]


def country_advice(text: str) -> str:
    """Return what to write instead of a text that is no three-letter code (ISO 3166-1 alpha-3).

    It begins with a semicolon, and names the code that was probably meant.
    """
    if re.fullmatch("[A-Za-z]{3}", text):
        return f"; did you mean '{text.upper()}'?"
    # Names and codes of all countries take 30 ms to load.
    import pycountry  # noqa: PLC0415

    try:
        code = pycountry.countries.lookup(text.strip()).alpha_3
    except LookupError:
        return "; write its three letters"
    return f"; did you mean '{code}'?"
