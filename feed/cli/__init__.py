"""The command line: one verb a file.  To add a verb: write its file, and name it in ``VERBS``."""

import importlib
import io
import os
import sys
from collections.abc import Sequence

import typer

from feed import __version__
from feed.errors import FeedError

__all__ = ["VERBS", "build", "main"]

VERBS = (
    "run",
    "publish",
    "receive",
    "plan",
    "explain",
    "compare",
    "check",
    "scenarios",
    "schema",
    "broker",
    "connect",
    "watch",
    "doctor",
    "clean",
    "runs",
)
"""In the order of the help; the verb ``x`` is the function ``x`` of ``feed.cli.x``."""

BUG = 70
INTERRUPTED = 130
UNHEARD = 141
"""what a shell says of a program whose reader has gone, as in ``feed plan … | head``"""

_HELP = """A real-time alert feed simulator: replays missile-warning scenarios over MQTT.

Everything it publishes is an exercise and says so.  Start with: feed run activation-eve-2023
"""
_EXITS = (
    "Exit codes: 0 done, 1 the input is wrong, 2 the command line is wrong, 3 broker or network, "
    "4 incomplete, 70 a bug in feed, 74 a file cannot be read or written, 130 interrupted."
)


def build() -> typer.Typer:
    """Return the command line with all its verbs."""
    app = typer.Typer(
        name="feed",
        help=_HELP,
        epilog=_EXITS,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def feed(
        _: bool = typer.Option(
            False, "--version", help="Say which version this is.", callback=_version, is_eager=True
        ),
    ) -> None:
        """Hold the options that stand before any verb."""

    for verb in VERBS:
        module = importlib.import_module(f"feed.cli.{verb}")
        app.command(verb)(getattr(module, verb))
    return app


def _version(asked: bool) -> None:
    if asked:
        print(f"feed {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without the letters shows '?' in their place.
            stream.reconfigure(errors="replace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    try:
        build()(args=arguments, prog_name="feed")
    except SystemExit as ended:
        return _ended(ended)
    except KeyboardInterrupt:
        return INTERRUPTED
    except FeedError as error:
        return _failed(error)
    except BaseExceptionGroup as group:
        return _several(group)
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is our bug
        return _bug(error)
    return 0


def _ended(ended: SystemExit) -> int:
    if isinstance(ended.__context__, BrokenPipeError):
        return _unheard()
    return ended.code if isinstance(ended.code, int) else 0


def _several(group: BaseExceptionGroup[BaseException]) -> int:
    """Say what the first of several tasks that failed together failed of."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            return _several(error)
        if isinstance(error, FeedError):
            return _failed(error)
        if isinstance(error, KeyboardInterrupt):
            return INTERRUPTED
        if isinstance(error, BrokenPipeError):
            return _unheard()
    return _bug(group)


def _unheard() -> int:
    # What is still to be flushed when the interpreter ends must not raise again.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    return UNHEARD


def _failed(error: FeedError) -> int:
    prefix = "" if error.exit_code == 1 else "feed: "
    print(f"{prefix}{error}", file=sys.stderr)
    return error.exit_code


def _bug(error: BaseException) -> int:
    import traceback

    traceback.print_exception(error)
    print(
        f"feed: this is a bug in feed {__version__}, not yours; please report the lines above",
        file=sys.stderr,
    )
    return BUG
