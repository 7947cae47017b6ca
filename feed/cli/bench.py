"""``feed bench``: figures of this machine, each beside a peer."""

from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import Json

if TYPE_CHECKING:
    from feed.bench.figure import Figure, MeasuredRow

__all__ = ["bench"]


def _complete(incomplete: str) -> list[str]:
    from feed.bench.figures import FIGURES

    return [figure.name for figure in FIGURES if figure.name.startswith(incomplete)]


def bench(
    figures: Annotated[
        list[str] | None,
        typer.Argument(
            help="Which figures: publish deliver run pace latency plan check seek memory growth "
            "start fan-out; default: all.",
            metavar="[FIGURE...]",
            autocompletion=_complete,
        ),
    ] = None,
    repeat: Annotated[
        int,
        typer.Option("--repeat", help="Repetitions, of which the median is shown.", min=1, max=99),
    ] = 3,
    short: Annotated[
        bool,
        typer.Option("--short", help="A tenth of the work, to see that all of it works."),
    ] = False,
    json: Json = False,
) -> None:
    """Measure this machine, each figure beside a peer.

    Ours and the peer's take turns on one broker with equal payloads, and what arrived is counted:
    what is not complete is no figure, and ends with 4.  All of it takes about ten minutes.

    Example: feed bench publish deliver --repeat 5
    """
    import logging

    from feed.app.signals import run_until_signal
    from feed.bench.figures import FIGURES
    from feed.cli.logs import logging_to_stderr
    from feed.errors import UsageError
    from feed.model.quoting import did_you_mean, quoted

    logging_to_stderr(verbose=False)
    logging.getLogger("feed").setLevel(logging.WARNING)  # that a broker has started is no figure
    known = {figure.name: figure for figure in FIGURES}
    for name in figures or ():
        if name not in known:
            offer = did_you_mean(name, known) or f"; they are {', '.join(known)}"
            raise UsageError(f"{quoted(name)} is no figure{offer}")
    wanted = [known[name] for name in figures] if figures else list(FIGURES)
    raise typer.Exit(
        run_until_signal(lambda: _measured(wanted, repeat=repeat, short=short, json=json))
    )


async def _measured(wanted: "list[Figure]", *, repeat: int, short: bool, json: bool) -> int:
    import sys

    from feed.bench.figure import Effort
    from feed.bench.machine import machine
    from feed.cli.streams import print_json

    def progress(text: str) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text} …" if text else "\r\x1b[K")
            sys.stderr.flush()

    here = machine()
    if json:
        print_json(here)
    else:
        print(", ".join(f"{name} {value}" for name, value in here.items()))
        print(_line("FIGURE", "WHAT", "OURS", "", "PEER", "RATIO", "REACH"))
    for figure in wanted:
        rows = await figure.measure(Effort(repeat=repeat, short=short, progress=progress))
        progress("")
        for row in rows:
            if json:
                print_json({"figure": figure.name, **row.record()})
            else:
                print(_shown(figure.name, row), flush=True)
    return 0


def _line(*cells: str) -> str:
    figure, what, ours, unit, peer, ratio, reach = cells
    return f"{figure:9}{what:42.42} {ours:>8} {unit:7.7} {peer:>8} {ratio:>6}  {reach}".rstrip()


def _shown(name: str, row: "MeasuredRow") -> str:
    """Return a row, and below it what it is compared with."""
    sign = "≤" if row.at_most else "≥"
    reach = "" if row.reach is None else f"{sign} {row.reach:g}"
    if row.reached is not None:
        reach += "  yes" if row.reached else "  no"
    line = _line(
        name,
        row.what,
        _number(row.ours),
        row.unit,
        "" if row.peer is None else _number(row.peer),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        reach,
    )
    about = "; ".join(filter(None, (row.peer_name and f"peer: {row.peer_name}", row.note)))
    return f"{line}\n{'':9}{about}" if about else line


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
