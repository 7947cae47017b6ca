"""The list of attacks in docs/security.md names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(
    r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    """Under that name, in that file."""
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_the_list_is_not_empty() -> None:
    """It is found where it stands."""
    assert len(NAMED) > 40
