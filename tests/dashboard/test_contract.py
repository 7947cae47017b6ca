"""The page's types are those of the contract, and its words those of the feed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.dashboard.contract import terms, typescript

SOURCE = ROOT / "dashboard" / "src"


@pytest.mark.parametrize(
    ("file", "made"),
    [(SOURCE / "contract.ts", typescript), (SOURCE / "words" / "terms.ts", terms)],
)
def test_what_is_made_for_the_page_is_as_it_is_made(
    file: Path, made: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    """A difference is a change of the contract or of a word: ``make golden`` writes them anew."""
    if request.config.getoption("--update-golden"):
        file.write_text(made(), encoding="utf-8")

    assert file.read_text(encoding="utf-8") == made()
