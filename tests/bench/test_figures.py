"""The list of figures."""

import re

from feed.bench.figures import FIGURES
from feed.cli.bench import bench


def test_names_are_those_of_the_help() -> None:
    """Each once, and each told of."""
    names = [figure.name for figure in FIGURES]
    argument = bench.__annotations__["figures"].__metadata__[0]

    assert len(set(names)) == len(names)
    assert re.findall(r"[a-z-]+", argument.help.split(":")[1].split(";")[0]) == names
