"""The page's types are those of the contract."""

import pytest

from tests.commands import ROOT
from tests.dashboard.contract import typescript

FILE = ROOT / "dashboard" / "src" / "contract.ts"


def test_the_types_of_the_page_are_those_of_the_contract(request: pytest.FixtureRequest) -> None:
    """A difference is a change of the contract: ``make golden`` writes them anew."""
    if request.config.getoption("--update-golden"):
        FILE.write_text(typescript(), encoding="utf-8")

    assert FILE.read_text(encoding="utf-8") == typescript()
