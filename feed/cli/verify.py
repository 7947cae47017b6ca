"""``feed verify``: what receivers got, compared with what was planned and published."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import (
    ArrangementsFile,
    AsOf,
    Json,
    Set,
    complete_stories,
    refuse_stdout,
)

if TYPE_CHECKING:
    from feed.app.verify import Verified
    from feed.files.junit import Case

__all__ = ["verify"]

INCOMPLETE = 4


def verify(
    what: Annotated[
        str,
        typer.Argument(
            help="A scenario, or the id of a run on this machine.",
            metavar="SCENARIO|RUN",
            autocompletion=complete_stories,
        ),
    ],
    received: Annotated[
        list[str] | None,
        typer.Argument(
            help="What a receiver wrote: JSON Lines of 'feed receive --out' or of mosquitto_sub "
            "-F '%J'; JPN=FILE says whose.  Default: the receivers of the run on this machine.",
            metavar="[RECEIVED...]",
        ),
    ] = None,
    late_limit: Annotated[
        str | None,
        typer.Option(
            "--late-limit",
            help="What was received longer than this after it was sent is late, such as 500ms.",
            metavar="DURATION",
        ),
    ] = None,
    faults: Annotated[
        Path | None,
        typer.Option("--faults", help="The faults on purpose it was played with.", metavar="FILE"),
    ] = None,
    json_lines: Json = False,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", help="Write JUnit XML too, for build servers.", metavar="FILE"),
    ] = None,
    set_: Set = None,
    arrangements: ArrangementsFile = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise", help="The name it was played under, if another.", metavar="NAME"
        ),
    ] = None,
    as_of: AsOf = None,
    start_offset: Annotated[
        str | None,
        typer.Option("--start-offset", help="Where the playing began.", metavar="MOMENT"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Where it ended.", metavar="MOMENT")
    ] = None,
) -> None:
    """Say whether receivers got what they were to get.

    Missing, double, out of order, late, altered, unexpected and never acknowledged messages are
    named with their place.  Ends with 4 if there is any that no fault on purpose explains.

    Example: feed verify over-aomori-2022 jpn.jsonl --late-limit 500ms
    """
    from feed.app.session import seconds
    from feed.app.verify import VerifyOptions
    from feed.app.verify import verify as compare
    from feed.cli.streams import print_json
    from feed.terminal.verified import verdict_json, verdict_words

    refuse_stdout("--junit", junit, "results.xml")
    limit = None if late_limit is None else round(seconds(late_limit, "--late-limit") * 1e6)
    verified = compare(
        VerifyOptions(
            what=what,
            received=tuple(received or ()),
            late_limit_us=limit,
            arrangements=arrangements,
            variables=tuple(set_ or ()),
            exercise=exercise,
            as_of=as_of,
            start_offset=start_offset,
            until=until,
            faults_file=faults,
        )
    )
    if junit is not None:
        from feed.files.junit import write_junit

        write_junit(junit, f"feed verify {verified.against}", _cases(verified))
    if json_lines:
        told = {
            "against": verified.against,
            "run": verified.run,
            "clean": verified.clean,
            "notes": list(verified.notes),
            "sources": [
                verdict_json(each.source, each.verdict, late_judged=each.late_judged)
                for each in verified.sources
            ],
        }
        print_json(told, indent=2)
    else:
        for source in verified.sources:
            for line in verdict_words(
                source.source, source.verdict, late_judged=source.late_judged
            ):
                print(line)
        for note in verified.notes:
            print(f"note: {note}")
        print("clean" if verified.clean else "not clean", f"(against {verified.against})")
    if not verified.clean:
        raise typer.Exit(INCOMPLETE)


def _cases(verified: "Verified") -> "list[Case]":
    """Return one case for each source and kind of finding."""
    from feed.core.verdict import KINDS
    from feed.files.junit import Case
    from feed.terminal.verified import finding_words

    cases = []
    for source, verdict, late_judged in verified.sources:
        for kind in KINDS:
            count = verdict.wrong[kind]
            named = [
                finding_words(source, each)
                for each in verdict.findings
                if each.kind == kind and not each.fault
            ]
            failures = (f"{count} {kind}", *named) if count else ()
            skipped = "no time of receiving is known" if kind == "late" and not late_judged else ""
            cases.append(Case(source, kind, failures, skipped))
    return cases
