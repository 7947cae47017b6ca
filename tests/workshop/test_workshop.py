"""A short workshop on machines of its own; ``make workshop`` holds a longer one, with an enemy."""

from pathlib import Path

import pytest

from tests.workshop.command import COUNTRIES, workshop
from tests.workshop.machines import why_not


@pytest.mark.slow
@pytest.mark.broker
def test_a_secured_workshop_is_complete(tmp_path: Path) -> None:
    """Broker, receivers and a browser on six machines, each with the folder that it was handed."""
    why = why_not()
    if why:
        pytest.skip(why)
    found = workshop(tmp_path, rate="max", hostile=False)

    assert found.complete, found
    assert found.messages == 1971
    assert found.refused == {country: {} for country in COUNTRIES}
    assert found.browser["troubles"] == []
    assert {"Intermediate-range ballistic missile", *COUNTRIES} <= {*found.browser["shown"]}
    assert found.page is None or found.page == dict.fromkeys(COUNTRIES, 657)
