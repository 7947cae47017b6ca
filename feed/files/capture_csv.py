"""Recordings of mqtt-recorder: CSV of topic, payload, QoS, retain flag, time, time since the last.

Payloads are taken as the text they are; what it wrote with ``--encode_b64`` is not told apart.
"""

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO

from feed.errors import Problem, ScenarioError
from feed.files.captured import Captured
from feed.model.time import SECOND

__all__ = ["read_csv"]

_COLUMNS = 6
_LATEST = 10**11
"""seconds since 1970: the far end of every calendar"""


def read_csv(file: BinaryIO, shown: str) -> Iterator[Captured]:
    """Yield the rows of a recording, each with the line in which it ends."""
    rows = csv.reader(codecs.getreader("utf-8")(file), strict=True)
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            if row:
                yield _captured(row, rows.line_num)
        except UnicodeDecodeError as error:
            text = "not UTF-8 text; record binary payloads with 'feed capture'"
            raise _problem(shown, rows.line_num + 1, text) from error
        except (csv.Error, ValueError) as error:
            raise _problem(shown, rows.line_num, str(error)) from error


def _captured(row: list[str], line: int) -> Captured:
    if len(row) != _COLUMNS:
        raise ValueError(f"{len(row)} columns; a row of mqtt-recorder has {_COLUMNS}")
    topic, payload, qos, retain, when, _ = row
    if not topic or any(each in topic for each in "#+\0"):
        raise ValueError("its topic is none; a topic is a text without '#' and '+'")
    if qos not in {"0", "1", "2"}:
        raise ValueError("its qos is not 0, 1 or 2")
    if retain not in {"0", "1", "True", "False"}:
        raise ValueError("its retain flag is none; it is True or False")
    try:
        seconds = float(when)
    except ValueError:
        raise ValueError("its time is no number of seconds") from None
    if not 0 <= seconds < _LATEST:
        raise ValueError("its time is no number of seconds since 1970")
    return Captured(
        line=line,
        wall=round(seconds * SECOND),
        topic=topic,
        payload=payload.encode(errors="surrogatepass"),
        qos=int(qos),
        retain=retain in {"1", "True"},
    )


def _problem(shown: str, line: int, text: str) -> ScenarioError:
    return ScenarioError([Problem(shown, max(line, 1), 1, text)])
