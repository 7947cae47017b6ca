"""Finds what a user named: a scenario, or a run of this machine."""

import os

from feed.errors import UsageError
from feed.files.library import find
from feed.files.runs import RunFolder, find_run, runs_folder
from feed.model.quoting import quoted

__all__ = ["run_named"]


def run_named(what: str, kinds: str = "no scenario and no run") -> RunFolder | None:
    """Return the run that a user means by an id or its beginning; None if it is a scenario.

    What is neither is refused as being ``kinds``.
    """
    try:
        find(what)
    except UsageError as no_scenario:
        try:
            return find_run(runs_folder(os.environ), what)
        except UsageError as no_run:
            if "fits several" in str(no_run):
                raise
            text = f"{quoted(what)} is {kinds}; see 'feed scenarios' and 'feed runs'"
            raise UsageError(text) from no_scenario
    return None
