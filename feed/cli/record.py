"""``feed record``: a run as it happened, as a scenario."""

from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import complete_runs

__all__ = ["record"]


def record(
    run: Annotated[
        str,
        typer.Argument(
            help="A run of this machine, or how its name begins; 'feed runs' lists them.",
            show_default=False,
            metavar="RUN",
            autocompletion=complete_runs,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="A new file that ends in .yaml.", metavar="FILE"),
    ],
) -> None:
    """Write a run as it happened as a scenario that can be played.

    What was injected becomes events; what was held, fired, skipped and edited stands under
    'amendments' in the header.

    Example: feed record 01jfm0 --out as-it-happened.yaml
    """
    from shlex import quote

    from feed.app.record import record as write

    made = write(run, out)
    print(f"wrote {out}: run {made.run}, {made.events} injected, {made.amendments} amendments")
    if made.span != (None, None):
        print("the run played a part: give --start-offset and --until as it had them")
    more = "" if made.arrangements is None else f" --arrangements {quote(str(made.arrangements))}"
    print(f"now:  feed run {quote(str(out))}{more}")
