"""The command line of the benchmarks."""

import argparse
import asyncio
import json
import sys

from tests.bench import figures

MEASURES = {
    "stretch": figures.stretch,
    "start": figures.start,
    "seek": figures.seek,
    "plan": figures.plan,
    "publish": figures.publish,
    "deliver": figures.deliver,
    "run": figures.whole_run,
}


async def measured() -> None:
    """Measure what is asked for; print lines, or JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--json", action="store_true", help="one object instead of lines")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions, interleaved; 3")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(MEASURES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    found: dict[str, dict[str, float]] = {}
    for name in arguments.names or MEASURES:
        found[name] = await MEASURES[name](arguments.repeat)
        if not arguments.json:
            said = ", ".join(f"{what} {value:,.4g}" for what, value in found[name].items())
            sys.stdout.write(f"{name:8} {said}\n")
            sys.stdout.flush()
    if arguments.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")


def main() -> None:
    """Run the command."""
    asyncio.run(measured())
