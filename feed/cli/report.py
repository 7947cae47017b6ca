"""``feed report``: what came of a run, as a page to read and print."""

from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import Json, Language, Zone, complete_runs, refuse_stdout, refuse_together

__all__ = ["report"]


def report(
    run: Annotated[
        str,
        typer.Argument(
            help="The id of a run on this machine.", metavar="RUN", autocompletion=complete_runs
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
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write the page to this file.", metavar="FILE"),
    ] = None,
    json_lines: Json = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="Print every message as a row of a table.")
    ] = False,
    language: Language = "en",
    tz: Zone = None,
) -> None:
    """Tell what came of a run, on a page to read and to print.

    Who was warned when, how long before the impact, what was lost; then the details.

    Time line, each country, alerts, faults, injects, latencies, gaps, acknowledgements, the verdict
    of 'feed verify'.

    Example: feed report 01jfm0 --out report.html
    """
    from feed.errors import UsageError

    given = tuple(received or ())
    refuse_stdout("--out", out, "report.html")
    if json_lines and csv:
        raise UsageError("give --json or --csv, not both")
    if out is None and (json_lines or csv):
        refuse_together(
            "--json" if json_lines else "--csv",
            {"--lang": language != "en", "--tz": tz is not None},
            "only the page of --out is told in a language and a zone",
        )
    if out is None and not json_lines and not csv:
        raise UsageError("say where the page goes with --out report.html, or give --json or --csv")
    if out is not None or json_lines:
        _tell(run, given, out, json_lines=json_lines, language=language, tz=tz)
    if csv:
        _print_rows(run, given)


def _tell(
    run: str,
    received: tuple[str, ...],
    out: Path | None,
    *,
    json_lines: bool,
    language: str,
    tz: str | None,
) -> None:
    import html

    from feed.app.report import report as gather
    from feed.cli.streams import print_json
    from feed.files.page import write_page
    from feed.web.report import report_page
    from feed.web.report_facts import verdict
    from feed.web.report_json import report_json
    from feed.wording.times import Times, named_zone

    zone = named_zone(tz)
    found = gather(run, received)
    sentence = html.unescape(verdict(found))
    if out is not None:
        write_page(out, report_page(found, Times(found.offset_s, zone), language))
    if json_lines:
        print_json(report_json(found, sentence), indent=2)
    elif out is not None:
        print(sentence)
        print(f"written: {out}")


def _print_rows(run: str, received: tuple[str, ...]) -> None:
    import csv
    import io

    from feed.app.report import rows_of
    from feed.cli.streams import write_utf8
    from feed.web.report_json import COLUMNS, report_row

    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows_of(run, received):
        table.writerow(report_row(row))
        write_utf8(out.getvalue())
        out.seek(0)
        out.truncate()
