"""Pieces of the report's page: what was said by others is escaped here, and nowhere else.

A ``Html`` is text that may stand in a page as it is; a ``str`` is not, and is escaped wherever it
is put in.
"""

from collections.abc import Iterable, Sequence
from html import escape

from feed.wording.text import clean

__all__ = ["Html", "anchor", "cells", "element", "join", "link", "table", "text"]

_LONGEST = 600
"""Letters of one text that are shown."""


class Html(str):
    """Text that is part of a page as it stands."""

    __slots__ = ()


def text(value: object) -> Html:
    """Return a text as part of a page: in one line, not longer than is good, and harmless."""
    if isinstance(value, Html):
        return value
    given = str(value)
    plain = clean(given[: 4 * _LONGEST])
    shown = plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]} …"
    # A space between two parts stands at the edge of one of them.
    before = " " if given[:1].isspace() else ""
    after = " " if shown and given[-1:].isspace() else ""
    return Html(f"{before}{escape(shown, quote=True)}{after}")


def join(parts: Iterable[object], between: str = "") -> Html:
    """Return parts one after the other."""
    return Html(between.join(text(part) for part in parts))


def element(name: str, *parts: object, **attributes: object) -> Html:
    """Return an element with what is in it; ``class_`` is its class."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value not in {None, ""}
    )
    return Html(f"<{name}{given}>{join(parts)}</{name}>")


def anchor(key: str) -> str:
    """Return the name of a message in the page."""
    return "m-" + "".join(
        letter if letter.isascii() and letter.isalnum() else f"_{ord(letter):x}_" for letter in key
    )


def link(key: str, *words: object) -> Html:
    """Return words that lead to the message that they come from."""
    return element("a", *words, href=f"#{anchor(key)}", title=key)


def cells(*values: object) -> Html:
    """Return one row of a table."""
    return element("tr", *(element("td", value) for value in values))


def table(heads: Sequence[str], rows: Iterable[Html], caption: str = "") -> Html:
    """Return a table; nothing to show is said."""
    body = list(rows)
    if not body:
        return element("p", "None.", class_="none")
    return element(
        "table",
        element("caption", caption) if caption else "",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *body),
    )
