"""Three sites over lines of their own, in short; ``make sites`` cuts the line for a minute."""

from pathlib import Path

import pytest

from tests.lines.command import Story, sites
from tests.workshop.machines import why_not


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.timeout(280)
def test_a_site_whose_line_is_cut_keeps_its_picture_and_ends_complete(tmp_path: Path) -> None:
    """Nobody is told that the plug is pulled; afterwards the line is slow, and then lossy."""
    why = why_not(lines=True)
    if why:
        pytest.skip(why)
    story = Story(rate=30, until="+11m", before_s=4.0, cut_s=12.0, slow_s=3.0, lossy_s=3.0)

    found = sites(tmp_path, story, page=False)

    assert found.complete, found
    assert found.troubles == []
    assert found.after - found.before < 20 < found.messages - found.after
