"""Verdicts as JUnit XML, for what shows the results of builds.

All that is known of the ``junitparser`` library stands here.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from feed.errors import FilesError

__all__ = ["Case", "write_junit"]

_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


class Case(NamedTuple):
    """One thing that was looked at."""

    suite: str
    name: str
    failures: tuple[str, ...] = ()
    """what is wrong, a sentence each; the first may be a sum"""
    skipped: str = ""
    """why it could not be judged"""


def write_junit(path: Path, name: str, cases: Sequence[Case]) -> None:
    """Write cases to a file, as one suite for each name of a suite."""
    xml = JUnitXml(_plain(name))
    suites: dict[str, TestSuite] = {}
    for case in cases:
        suite = suites.setdefault(case.suite, TestSuite(_plain(case.suite)))
        written = TestCase(_plain(case.name), classname=_plain(f"{name}.{case.suite}"))
        if case.failures:
            failure = Failure(_plain(case.failures[0]), "AssertionError")
            failure.text = _plain("\n".join(case.failures))
            written.result = [failure]
        elif case.skipped:
            written.result = [Skipped(_plain(case.skipped))]
        suite.add_testcase(written)
    for suite in suites.values():
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    try:
        xml.write(str(path), pretty=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FilesError(path, f"cannot be written: {reason}; check its folder") from error


def _plain(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
