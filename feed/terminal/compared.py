"""What countries knew under different arrangements, as tables and as JSON.

A table has a column for each date (or country) and a line for each number, so that it can be read
on 80 columns and nothing has to be cut off.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from feed.core.compare import ELEMENTS, Compared, ComparedAnswer, Subject, Warned
from feed.flight.trajectory import End
from feed.model.base import one_name
from feed.model.scenario import Header
from feed.model.time import SECOND, rfc3339
from feed.wording.moments import clock, full, since_launch, span
from feed.wording.times import Times

__all__ = [
    "LEGEND",
    "Column",
    "answer_json",
    "answer_table",
    "changes",
    "compared_json",
    "compared_tables",
    "flight_json",
    "flight_words",
    "mark_json",
]

LEGEND = (
    "T+ counts from the launch. First warning: the first report of the launch, a track or an "
    "impact. Known: at how much of the flight a position is known. What is left is negative if it "
    "came after the impact."
)
_LABELS = 24
_NARROWEST = 13
_WIDEST = 25
_NOTHING = "-"


class Column(NamedTuple):
    """One date at which the arrangements are looked at."""

    label: str
    """as it was asked for"""
    as_of: int | None
    """microseconds since 1970; None: as they stood at each moment"""


def compared_tables(
    compared: Sequence[Compared], columns: Sequence[Column], times: Times, width: int
) -> Iterator[RenderableType]:
    """Yield a heading for each launch, and below it a table for each country."""
    labels = [column.label for column in columns]
    fit = max(1, (width - _LABELS + 1) // (_column(labels) + 1))
    for each in compared:
        yield Text(f"\n{each.subject.event}", style="bold")
        yield flight_words(each.subject, times)
        for one in changes(each):
            yield Text(one, style="bold")
        for answers in zip(*each.answers, strict=True):
            for first in range(0, len(labels), fit):
                part = slice(first, first + fit)
                yield Text()
                yield answer_table(each.subject, answers[0].country, labels[part], answers[part])


def changes(compared: Compared) -> Iterator[str]:
    """Yield a sentence for each country: what the last arrangements are worth beside the first."""
    if len(compared.answers) < 2:  # noqa: PLR2004 - a first and a last
        return
    for first, last in zip(compared.answers[0], compared.answers[-1], strict=True):
        words = [_earlier(first.first, last.first)]
        moments = compared.subject.moments
        before, after = (
            each.ever if each.before_impact is None else each.before_impact
            for each in (first, last)
        )
        if moments and before != after:
            words.append(f"{before / moments:.0%} → {after / moments:.0%} of the flight known")
        told = "; ".join(filter(None, words)) or "nothing is different"
        yield f"{first.country}: {told}"


def _earlier(first: Warned | None, last: Warned | None) -> str:
    if first is None or last is None:
        return "" if first is last else "warned only then" if first is None else "never warned then"
    gained = first.due - last.due
    if gained == 0:
        return ""
    return f"warned {span(abs(gained))} {'earlier' if gained > 0 else 'later'}"


def flight_words(subject: Subject, times: Times) -> Text:
    """Return one line on a launch: when, from where, how long, and how it ends."""
    launch = subject.launch
    words = [f"launched {full(subject.launched, times)}", one_name(launch.site.name)]
    words.append(launch.vehicle.name or launch.vehicle.class_)
    if subject.ends is None or subject.end is None:
        words.append("no flight is given")
    else:
        how = {
            End.IMPACT: "comes down",
            End.LOST: "is lost from view",
            End.BROKE_UP: "breaks up",
            End.ORBIT: "is in orbit, shown until",
        }[subject.end]
        words.append(f"{how} {_moment(subject.ends, subject, times)}")
        if subject.impact is not None and subject.impact != subject.ends:
            words.append(f"what is left comes down {_moment(subject.impact, subject, times)}")
        words.append(f"{subject.moments} moments of track, every {span(subject.every)}")
    return Text("; ".join(words))


def _moment(us: int, subject: Subject, times: Times) -> str:
    return f"{clock(us, subject.launched, times)} ({since_launch(us - subject.launched)})"


def answer_table(
    subject: Subject,
    title: str,
    labels: Sequence[str],
    answers: Sequence[ComparedAnswer],
    more: Sequence[tuple[str, Sequence[str]]] = (),
) -> Table:
    """Return a table of answers, side by side; ``more`` lines stand above those of the flight."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(title, overflow="fold", width=_LABELS - 1, header_style="bold")
    for label in labels:
        table.add_column(label, overflow="fold", width=_column(labels), header_style="bold")
    lines = [_lines(subject, answer) for answer in answers]
    for index, (label, _) in enumerate(lines[0]):
        if label == "flight known":
            for words, values in more:
                table.add_row(words, *values)
        table.add_row(label, *(line[index][1] for line in lines))
    return table


def _column(labels: Sequence[str]) -> int:
    return min(_WIDEST, max(_NARROWEST, *(len(label) for label in labels)))


def _lines(subject: Subject, answer: ComparedAnswer) -> list[tuple[str, str]]:
    """Return the numbers of one answer, each under its label."""
    first, predicted = answer.first, answer.elements.get("impact")
    lines = [("first warning", _since(subject, first))]
    lines += [
        ("  by", _by(first)),
        ("  from", _NOTHING if first is None else first.originator),
        ("  report", _NOTHING if first is None else _short(first.message, subject)),
        ("  contained", ", ".join(_words(answer)) or _NOTHING),
    ]
    for kind, label in ELEMENTS.items():
        known = answer.elements.get(kind)
        lines += [(label, _since(subject, known)), ("  by", _by(known))]
    lines += [
        ("flight known", ""),
        ("  by own reports", _share(answer.own, subject)),
        ("  before impact", _share(answer.before_impact, subject)),
        ("  at all", _share(answer.ever, subject)),
        ("left before impact", ""),
        ("  from first warning", _left(subject, first)),
        ("  from predicted impact", _left(subject, predicted)),
    ]
    return lines


def _since(subject: Subject, warned: Warned | None) -> str:
    return "never" if warned is None else since_launch(warned.due - subject.launched)


def _by(warned: Warned | None) -> str:
    return _NOTHING if warned is None else warned.arrangement


def _short(key: str, subject: Subject) -> str:
    return key.removeprefix(f"{subject.event}.")


def _words(answer: ComparedAnswer) -> list[str]:
    return ["impact" if kind == "impact" else ELEMENTS[kind] for kind in answer.contained]


def _share(known: int | None, subject: Subject) -> str:
    if known is None or not subject.moments:
        return _NOTHING
    # Rounded down: all of it is known only if nothing is missing.
    return f"{known * 1000 // subject.moments / 10:.1f} %"


def _left(subject: Subject, warned: Warned | None) -> str:
    if warned is None or subject.impact is None:
        return _NOTHING
    return span(subject.impact - warned.due)


def compared_json(
    compared: Sequence[Compared], columns: Sequence[Column], header: Header
) -> dict[str, Any]:
    """Return the same for programs; units are in the names, what does not apply is null."""
    launches = [
        {
            "launch": each.subject.event,
            **flight_json(each.subject),
            "answers": [
                {
                    "as_of": column.label,
                    "arrangements_at": None
                    if column.as_of is None
                    else rfc3339(column.as_of, header.starts.offset_s),
                    **answer_json(each.subject, answer),
                }
                for column, answers in zip(columns, each.answers, strict=True)
                for answer in answers
            ],
        }
        for each in compared
    ]
    return {**mark_json(header), "launches": launches}


def mark_json(header: Header) -> dict[str, Any]:
    """Return what JSON about a scenario begins with: that it is an exercise, and which."""
    return {
        "status": "Exercise",
        "exercise": f"EXERCISE {header.exercise}",
        "scenario": header.id,
    }


def flight_json(subject: Subject) -> dict[str, Any]:
    """Return what is true of a flight, whoever knows it."""
    return {
        "launched": rfc3339(subject.launched, subject.offset_s),
        "ends": None if subject.end is None else subject.end.value,
        "flight_s": _seconds(subject, subject.ends),
        "impact": None if subject.impact is None else rfc3339(subject.impact, subject.offset_s),
        "impact_s": _seconds(subject, subject.impact),
        "track_every_s": subject.every / SECOND,
        "track_moments": subject.moments,
    }


def answer_json(subject: Subject, answer: ComparedAnswer) -> dict[str, Any]:
    """Return what one country knew; seconds count from the launch."""
    predicted = answer.elements.get("impact")
    return {
        "country": answer.country,
        "first_warning": _warned_json(subject, answer.first),
        "contained": list(answer.contained),
        "launch_point": _warned_json(subject, answer.elements.get("launch")),
        "track": _warned_json(subject, answer.elements.get("track")),
        "predicted_impact": _warned_json(subject, predicted),
        "known_by_own_reports": _part(answer.own, subject),
        "known_before_impact": _part(answer.before_impact, subject),
        "known_at_all": _part(answer.ever, subject),
        "left_from_first_warning_s": _left_s(subject, answer.first),
        "left_from_predicted_impact_s": _left_s(subject, predicted),
    }


def _warned_json(subject: Subject, warned: Warned | None) -> dict[str, Any] | None:
    if warned is None:
        return None
    return {
        "after_launch_s": _seconds(subject, warned.due),
        "due": rfc3339(warned.due, subject.offset_s),
        "message": warned.message,
        "originator": warned.originator,
        "arrangement": warned.arrangement,
        "path": list(warned.path),
    }


def _seconds(subject: Subject, us: int | None) -> float | None:
    return None if us is None else (us - subject.launched) / SECOND


def _part(known: int | None, subject: Subject) -> float | None:
    return None if known is None or not subject.moments else round(known / subject.moments, 6)


def _left_s(subject: Subject, warned: Warned | None) -> float | None:
    if warned is None or subject.impact is None:
        return None
    return (subject.impact - warned.due) / SECOND
