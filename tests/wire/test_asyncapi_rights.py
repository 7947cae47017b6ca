"""Who may is read from the filters of a role, and what is taken away again counts."""

from typing import NamedTuple

import pytest

from feed.wire.asyncapi_rights import allowed, who


class Rights(NamedTuple):
    """The rights of a role, as the broker has them."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    but_read: tuple[str, ...] = ()
    but_write: tuple[str, ...] = ()


ROLES = {
    "kor": Rights(read=("x/feed/kor/#",), write=("x/up/kor/+/ack",)),
    "observer": Rights(read=("x/#",), but_read=("x/down/#",)),
}


@pytest.mark.parametrize(
    ("address", "readers", "writers"),
    [
        ("x/feed/{country}/launch/{event}", ["kor", "observer"], []),
        ("x/feed/{country}", ["kor", "observer"], []),
        ("x/up/{country}/{client}/ack", ["observer"], ["kor"]),
        ("x/up/{country}/{client}/ack/more", ["observer"], []),
        ("x/down/{country}/{client}", [], []),
        ("y/feed/{country}", [], []),
    ],
)
def test_who_may(address: str, readers: list[str], writers: list[str]) -> None:
    """A country reads its own feed and writes its own acknowledgements."""
    assert allowed(address, ("KOR",), ROLES, reads=True) == readers
    assert allowed(address, ("KOR",), ROLES, reads=False) == writers


def test_a_role_is_told_in_words() -> None:
    """With the name under which it connects."""
    assert who("kor", ("KOR",)) == "A receiver of KOR: user name kor."
    assert who("observer", ("KOR",)) == "An observer: no user name."
    assert who("operator", ("KOR",)) == "The role operator."
