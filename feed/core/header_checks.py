"""What the header of a story shows to be wrong, by itself and under the arrangements."""

from collections.abc import Callable

from feed.core.amendment_checks import mistakes as amendment_mistakes
from feed.core.faults import mistakes
from feed.model.check_context import CheckContext, Finding, Findings, participant
from feed.model.quoting import quoted

__all__ = ["HEADER_CHECKS"]


def _countries_of_header(context: CheckContext) -> Findings:
    for n, country in enumerate(context.header.countries or ()):
        yield from participant(context, ("countries", n), country)


def _end_of_header(context: CheckContext) -> Findings:
    ends = context.header.ends
    if ends is not None and context.moment(ends) < context.start.us:
        yield Finding(("ends",), f"{quoted(ends.text)} is before the story starts; exchange them")


def _faults_of_header(context: CheckContext) -> Findings:
    faults, countries = context.header.faults, sorted(context.recipients)
    for steps, text in mistakes(faults, context.start, countries):
        yield Finding(("faults", *steps), text)


def _amendments_of_header(context: CheckContext) -> Findings:
    for steps, text in amendment_mistakes(context.header):
        yield Finding(("amendments", *steps), text)


def _staff_of_header(context: CheckContext) -> Findings:
    ends = context.header.ends
    for n, note in enumerate(context.header.staff):
        at = context.moment(note.at)
        if at < context.start.us:
            text = f"{quoted(note.at.text)} is before the story starts; nobody would see it"
            yield Finding(("staff", n, "at"), text)
        elif ends is not None and at > context.moment(ends):
            text = f"{quoted(note.at.text)} is after the story ends; let it end later"
            yield Finding(("staff", n, "at"), text)


HEADER_CHECKS: tuple[Callable[[CheckContext], Findings], ...] = (
    _countries_of_header,
    _end_of_header,
    _faults_of_header,
    _amendments_of_header,
    _staff_of_header,
)
