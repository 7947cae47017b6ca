"""The command line: one verb a file.  To add a verb: write its file, and name it in ``VERBS``."""

import errno
import functools
import importlib
import os
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, get_args, get_type_hints

import typer

from feed import __version__
from feed.cli.streams import can_be_written, have_streams
from feed.errors import FeedError, FilesError, UsageError
from feed.model.base import composed
from feed.model.quoting import harmless, quoted

__all__ = ["VERBS", "build", "invoke", "main"]

VERBS = (
    "run",
    "publish",
    "record",
    "play",
    "receive",
    "control",
    "inject",
    "plan",
    "explain",
    "compare",
    "new",
    "import",
    "check",
    "verify",
    "conform",
    "scenarios",
    "schema",
    "broker",
    "credentials",
    "connect",
    "watch",
    "capture",
    "export",
    "dashboard",
    "doctor",
    "clean",
    "runs",
    "report",
    "bench",
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
    "4 incomplete, 70 a bug in feed, 74 a file cannot be read or written, 130 interrupted, "
    "141 nobody reads the output any more, 143 terminated."
)
_PATHS = frozenset({"SCENARIO", "FILE", "FILE...", "FOLDER"})
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

Parameters = ParamSpec("Parameters")


class _UnheardError(Exception):
    """Nobody reads the output any more."""


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
        # A verb whose arguments may begin with a minus sign says so.
        settings = getattr(module, "CONTEXT", None)
        app.command(verb, context_settings=settings)(_guarded(getattr(module, verb)))
    return app


def _guarded(verb: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Return a verb that tells what its output and the keyboard did to it."""
    described = _described(verb)

    @functools.wraps(verb)
    def guarded(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        for name in described.keys() & options.keys():
            options[name] = _taken(options[name], described[name])
        try:
            try:
                verb(*arguments, **options)
            finally:
                # Here, where it can be said; the interpreter flushes when it is too late.
                sys.stdout.flush()
        except OSError as error:
            raise _of_output(error) from error
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    return guarded


def _described(verb: Callable[..., None]) -> dict[str, Any]:
    """Return what typer is told of each parameter of a verb."""
    hints = get_type_hints(verb, include_extras=True)
    return {name: about for name, hint in hints.items() for about in get_args(hint)[1:2]}


def _taken(value: Any, about: Any) -> Any:
    """Return what was written for a parameter as the verb takes it.

    Texts are composed (NFC), so that a name that was written decomposed is the same; paths are left
    as they are.  An option with nothing in it, as a variable of a script may be, is refused: it
    would be taken for one that was left out.
    """
    if isinstance(value, list):
        return [_taken(each, about) for each in value]
    if not isinstance(value, str):
        return value
    # Beside an annotation typer's first argument, called the default, is the option's name.
    names = (about.default, *(about.param_decls or ()))
    flags = [name for name in names if isinstance(name, str) and name.startswith("--")]
    if flags and not value.strip(" ,") and about.metavar != "USER":
        raise UsageError(f"{flags[0]} is empty; give it a value, or leave it out")
    return value if about.metavar in _PATHS else composed(value)


def _of_output(error: OSError) -> Exception:
    """Return what an error means if it is one of writing the output, else the error itself."""
    if error.errno == errno.EPIPE:
        return _UnheardError()
    if error.errno in _FULL and error.filename is None:
        why = os.strerror(error.errno).lower()
        return FilesError("standard output", f"cannot be written: {why}; free some space")
    if error.errno == errno.EBADF and not can_be_written():
        return FilesError("standard output", "is open for reading only; open it for writing")
    return error


def _version(asked: bool) -> None:
    if asked:
        print(f"feed {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    have_streams()
    # Whatever this account lets others do: nobody else may change what is made, or a home by name.
    os.umask(os.umask(0) | stat.S_IWOTH)
    code = invoke(arguments)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = code or _ended_by(error)
        # The interpreter would say it again, in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def invoke(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    try:
        build()(args=arguments, prog_name="feed")
    except SystemExit as ended:
        if isinstance(ended.__context__, OSError) and ended.__context__.errno == errno.EPIPE:
            return UNHEARD  # of a help or a version; typer would say 1
        return ended.code if isinstance(ended.code, int) else 0
    except BaseException as error:  # noqa: BLE001 - the last door: whatever is left is our bug
        return _ended_by(error)
    return 0


def _ended_by(error: BaseException) -> int:
    """Say what went wrong, unless nobody listens; return the exit code for it."""
    causes = [_of_output(each) if isinstance(each, OSError) else each for each in _each(error)]
    if any(isinstance(cause, _UnheardError) for cause in causes):
        return UNHEARD
    for cause in causes:
        if isinstance(cause, FeedError):
            return _failed(cause)
        if isinstance(cause, KeyboardInterrupt):
            return INTERRUPTED
    return _bug(error)


def _each(error: BaseException) -> list[BaseException]:
    """Return the errors of tasks that failed together; else the one there is."""
    if isinstance(error, BaseExceptionGroup):
        return [each for inner in error.exceptions for each in _each(inner)]
    return [error]


def _failed(error: FeedError) -> int:
    prefix = "" if error.exit_code == 1 else "feed: "
    # It may tell what a stranger wrote: a file that was handed out, a broker's answer.
    print(harmless(f"{prefix}{error}{_of_home(error)}"), file=sys.stderr)
    return error.exit_code


def _of_home(error: FeedError) -> str:
    """Return the name of the variable that leads to a file that is wrong."""
    home = os.environ.get("FEED_HOME")
    if not home or not isinstance(error, FilesError) or "FEED_HOME" in str(error):
        return ""
    folder = str(Path(home).expanduser().absolute())
    return f"; FEED_HOME is {quoted(home)}" if error.path.startswith(folder) else ""


def _bug(error: BaseException) -> int:
    import traceback

    traceback.print_exception(error)
    print(
        f"feed: this is a bug in feed {__version__}, not yours; please report the lines above",
        file=sys.stderr,
    )
    return BUG
