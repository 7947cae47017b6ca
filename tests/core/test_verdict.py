"""The words of a verdict."""

import typing

import pytest

from feed.core.verdict import (
    EXPLAINED_BY,
    KINDS,
    DeliveryKey,
    Deviation,
    FindingKind,
    Stream,
    Verdict,
)


def test_every_kind_of_finding_can_be_explained() -> None:
    """The table of what explains what is about the kinds there are."""
    assert typing.get_args(FindingKind) == KINDS
    assert set(EXPLAINED_BY) == set(KINDS)
    assert all(EXPLAINED_BY.values())


def test_a_finding_is_about_some_messages() -> None:
    """About one if it names none."""
    assert Deviation("missing", "JPN", 1, 3, 5, None, "").size == 3
    assert Deviation("unexpected", "", 0, 0, 0, 7, "").size == 1


def test_a_message_belongs_to_a_stream() -> None:
    """Of its recipient, in its epoch."""
    assert DeliveryKey("JPN", 2, 7).stream == Stream("JPN", 2)


@pytest.mark.parametrize(("wrong", "clean"), [({"missing": 0}, True), ({"double": 1}, False)])
def test_clean_is_what_has_nothing_wrong(wrong: typing.Any, *, clean: bool) -> None:
    """What faults explain does not count."""
    verdict = Verdict(("JPN",), 1, 1, 1, wrong, {"missing": 5}, (), 0, None)

    assert verdict.clean is clean
