"""Every error is one sentence with an exit code."""

import errno
import pickle

import pytest

from feed import errors
from feed.errors import (
    BrokerError,
    FeedError,
    FilesError,
    IncompleteError,
    Problem,
    ScenarioError,
    UsageError,
)

PROBLEM = Problem("over.yaml", 14, 12, "'apoge_km' is not a key here; did you mean 'apogee_km'?")

SENTENCES = [
    (ScenarioError([PROBLEM]), 1, f"over.yaml:14:12: {PROBLEM.text}"),
    (UsageError("rate: give a number or max"), 2, "rate: give a number or max"),
    (
        BrokerError("127.0.0.1:1883", "connection refused; start one with 'feed broker'"),
        3,
        "broker 127.0.0.1:1883: connection refused; start one with 'feed broker'",
    ),
    (IncompleteError("3 of 120 did not arrive"), 4, "3 of 120 did not arrive"),
    (FilesError("run.db", "is not a ledger"), 74, "run.db: is not a ledger"),
]


@pytest.mark.parametrize(("error", "code", "text"), SENTENCES, ids=lambda value: str(value)[:12])
def test_an_error_says_its_sentence_and_its_exit_code(
    error: FeedError, code: int, text: str
) -> None:
    """Each class builds its sentence from its parts and knows its exit code."""
    assert str(error) == text
    assert error.exit_code == code


@pytest.mark.parametrize(("error", "code", "text"), SENTENCES, ids=lambda value: str(value)[:12])
def test_an_error_survives_pickling(error: FeedError, code: int, text: str) -> None:
    """An error that crosses a process says the same there."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in the line itself

    assert type(copy) is type(error)
    assert str(copy) == text
    assert copy.exit_code == code


def test_every_public_class_is_an_error_of_feed() -> None:
    """All but Problem descend from FeedError; each has its own exit code."""
    names = [name for name in errors.__all__ if name[0].isupper() and name != "Problem"]
    classes = [getattr(errors, name) for name in names]

    assert all(issubclass(each, FeedError) for each in classes)
    assert len({each.exit_code for each in classes}) == len(classes)
    assert FeedError.exit_code == 70


def test_problems_are_reported_in_the_order_of_the_files() -> None:
    """However they were found, problems stand by path, line and column, one a line."""
    late = Problem("b.yaml", 2, 1, "second")
    early = Problem("a.yaml", 10, 1, "first")
    error = ScenarioError([late, early])

    assert error.problems == (early, late)
    assert str(error) == "a.yaml:10:1: first\nb.yaml:2:1: second"


def test_a_full_disk_is_said_whatever_else_would_be() -> None:
    """Rights and names are no remedy there."""
    full, denied = OSError(errno.ENOSPC, "no"), OSError(errno.EACCES, "no")

    assert errors.is_no_room(full)
    assert not errors.is_no_room(denied)
    assert errors.unless_full(full, "x").startswith("the disk is full; make room")
    assert errors.unless_full(denied, "x") == "x"
