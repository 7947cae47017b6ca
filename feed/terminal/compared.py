"""What countries knew under different arrangements, as tables and as JSON.

A table has a column for each date (or country) and a line for each number, so that it can be read
on 80 columns and nothing has to be cut off.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from feed.core.compare import ELEMENTS, Compared, ComparedAnswer, Subject, Warned
from feed.model.message import OWN, PUBLIC
from feed.model.scenario import Header
from feed.model.time import SECOND, rfc3339
from feed.wording.compared import compared_word
from feed.wording.moments import clock, full, since_launch, span
from feed.wording.situation import vehicle_words
from feed.wording.text import said
from feed.wording.times import Times

__all__ = [
    "Column",
    "answer_json",
    "answer_table",
    "compared_json",
    "compared_tables",
    "flight_json",
    "flight_words",
    "mark_json",
    "sentences",
]

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
    compared: Sequence[Compared],
    columns: Sequence[Column],
    times: Times,
    width: int,
    language: str = "en",
) -> Iterator[RenderableType]:
    """Yield for each launch a sentence a country, and below them a table for each."""
    labels = [column.label for column in columns]
    fit = max(1, (width - _LABELS + 1) // (_column(labels) + 1))
    for each in compared:
        yield Text(f"\n{each.subject.event}", style="bold")
        for one in sentences(each, language):
            yield Text(one, style="bold")
        yield flight_words(each.subject, times, language)
        for answers in zip(*each.answers, strict=True):
            for first in range(0, len(labels), fit):
                part = slice(first, first + fit)
                yield Text()
                yield answer_table(
                    each.subject,
                    answers[0].country,
                    labels[part],
                    answers[part],
                    language=language,
                )


def sentences(compared: Compared, language: str = "en") -> Iterator[str]:
    """Yield a sentence for each country: what it knew, or what the last date is worth to it.

    That is beside the first of the dates; with one alone there is nothing to stand it beside.
    """
    for answers in zip(*compared.answers, strict=True):
        first, last = answers[0], answers[-1]
        alone = len(answers) == 1
        words = (
            _knew(first, compared.subject, language)
            if alone
            else _changed(first, last, compared.subject, language)
        )
        yield f"{first.country}: {'; '.join(words)}"


def _knew(answer: ComparedAnswer, subject: Subject, language: str) -> list[str]:
    first = answer.first
    if first is None:
        return [compared_word("not-warned", language=language)]
    since = span(first.due - subject.launched)
    own = compared_word("by-itself", language=language)
    by = own if first.arrangement == OWN else _by(first, language)
    words = [compared_word("warned", since, by, language=language)]
    if subject.impact is not None:
        left = subject.impact - first.due
        when = "spare" if left >= 0 else "too-late"
        words[0] += f", {compared_word(when, span(abs(left)), language=language)}"
    if subject.moments:
        share = _share(_by_impact(answer), subject)
        words.append(compared_word("of-flight", share, language=language))
    return words


def _changed(
    first: ComparedAnswer, last: ComparedAnswer, subject: Subject, language: str
) -> list[str]:
    words = [_earlier(first.first, last.first, language)]
    before, after = _by_impact(first), _by_impact(last)
    if subject.moments and before != after:
        shares = (_share(before, subject), _share(after, subject))
        words.append(compared_word("share", *shares, language=language))
    return list(filter(None, words)) or [compared_word("same", language=language)]


def _by_impact(answer: ComparedAnswer) -> int:
    return answer.ever if answer.before_impact is None else answer.before_impact


def _earlier(first: Warned | None, last: Warned | None, language: str) -> str:
    if first is None or last is None:
        if first is last:
            return ""
        return compared_word("only-then" if first is None else "not-then", language=language)
    gained = first.due - last.due
    if gained == 0:
        return ""
    return compared_word("earlier" if gained > 0 else "later", span(abs(gained)), language=language)


def flight_words(subject: Subject, times: Times, language: str = "en") -> Text:
    """Return one line on a launch: when, from where, how long, and how it ends."""
    launch = subject.launch
    words = [compared_word("launched", full(subject.launched, times), language=language)]
    words += [said(launch.site.name, language), vehicle_words(launch.vehicle, language)]
    if subject.ends is None or subject.end is None:
        words.append(compared_word("no-flight", language=language))
    else:
        ends = _moment(subject.ends, subject, times)
        words.append(compared_word(f"ends-{subject.end}", ends, language=language))
        if subject.impact is not None and subject.impact != subject.ends:
            rest = _moment(subject.impact, subject, times)
            words.append(compared_word("rest", rest, language=language))
        every = span(subject.every)
        words.append(compared_word("moments", str(subject.moments), every, language=language))
    return Text("; ".join(words))


def _moment(us: int, subject: Subject, times: Times) -> str:
    return f"{clock(us, subject.launched, times)} ({since_launch(us - subject.launched)})"


def answer_table(
    subject: Subject,
    title: str,
    labels: Sequence[str],
    answers: Sequence[ComparedAnswer],
    more: Sequence[tuple[str, Sequence[str]]] = (),
    *,
    language: str = "en",
) -> Table:
    """Return a table of answers, side by side; ``more`` lines stand above those of the flight.

    The label of each of them is a word of ``compared_word``.
    """
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(title, overflow="fold", width=_LABELS - 1, header_style="bold")
    for label in labels:
        table.add_column(label, overflow="fold", width=_column(labels), header_style="bold")
    lines = [_lines(subject, answer, language) for answer in answers]
    for index, (name, _) in enumerate(lines[0]):
        if name == "known":
            for label, values in more:
                table.add_row(compared_word(label, language=language), *values)
        word = name.strip()
        label = name.replace(word, compared_word(word, language=language))
        table.add_row(label, *(line[index][1] for line in lines))
    return table


def _column(labels: Sequence[str]) -> int:
    return min(_WIDEST, max(_NARROWEST, *(cell_len(label) for label in labels)))


def _lines(subject: Subject, answer: ComparedAnswer, language: str) -> list[tuple[str, str]]:
    """Return the numbers of one answer, each under the name of its label."""
    first, predicted = answer.first, answer.elements.get("impact")
    lines = [("first", _since(subject, first, language))]
    lines += [
        ("  by", _by(first, language)),
        ("  from", _NOTHING if first is None else first.originator),
        ("  report", _NOTHING if first is None else _short(first.message, subject)),
        ("  contained", ", ".join(_words(answer, language)) or _NOTHING),
    ]
    for kind in ELEMENTS:
        known = answer.elements.get(kind)
        lines += [(kind, _since(subject, known, language)), ("  by", _by(known, language))]
    lines += [
        ("known", ""),
        ("  own-reports", _share(answer.own, subject)),
        ("  before", _share(answer.before_impact, subject)),
        ("  ever", _share(answer.ever, subject)),
        ("left", ""),
        ("  from-first", _left(subject, first)),
        ("  from-impact", _left(subject, predicted)),
    ]
    return lines


def _since(subject: Subject, warned: Warned | None, language: str) -> str:
    if warned is None:
        return compared_word("never", language=language)
    return since_launch(warned.due - subject.launched)


def _by(warned: Warned | None, language: str) -> str:
    if warned is None:
        return _NOTHING
    known = warned.arrangement in {OWN, PUBLIC}
    return compared_word(warned.arrangement, language=language) if known else warned.arrangement


def _short(key: str, subject: Subject) -> str:
    return key.removeprefix(f"{subject.event}.")


def _words(answer: ComparedAnswer, language: str) -> list[str]:
    names = ["came-down" if kind == "impact" else kind for kind in answer.contained]
    return [compared_word(name, language=language) for name in names]


def _share(known: int | None, subject: Subject) -> str:
    if known is None or not subject.moments:
        return _NOTHING
    # Rounded down: nothing is known of 100 % that has a gap.
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
