"""The command line as a whole: its verbs, its help, and how it ends."""

import errno
import functools
import importlib
import inspect
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

import feed
from feed import cli, errors
from feed.app import broker_in_use
from feed.cli import VERBS, build, invoke
from feed.errors import BrokerError, FilesError, Problem, ScenarioError, UsageError
from feed.files.runs import create_run, runs_folder
from tests.commands import ROOT, Shell

LONGEST = 60
"""A first line of this length fits into the list of verbs on a terminal of 80 columns."""

Parameter = Any
"""of typer's; where its class lives depends on typer's version"""


def commands() -> dict[str, Any]:
    """Return the verbs as typer knows them."""
    group: Any = typer.main.get_command(build())
    return dict(group.commands)


COMMANDS = commands()


def parameters() -> Iterator[tuple[str, Parameter]]:
    """Yield every parameter of every verb."""
    for verb, command in COMMANDS.items():
        for parameter in command.params:
            yield verb, parameter


def fails(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    """Return the exit code of a verb that fails with an error."""

    def schema() -> None:
        raise error

    monkeypatch.setattr("feed.cli.schema.schema", schema)
    return invoke(["schema"])


def test_every_file_of_a_verb_is_listed() -> None:
    """A verb's file and its place in VERBS come together; the rest are options and logs."""
    files = {path.stem for path in (ROOT / "feed" / "cli").glob("*.py")}

    assert set(VERBS) == files - {"__init__", "options", "playing", "logs", "streams"}
    assert list(COMMANDS) == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_first_line_of_a_help_fits(verb: str) -> None:
    """In the list of verbs no help is cut."""
    first, *rest = COMMANDS[verb].help.splitlines()

    assert len(first) <= LONGEST, first
    assert first.endswith(".")
    assert not rest or rest[0] == ""


def test_the_list_of_verbs_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 80 columns each verb has one line, and the exit codes stand below."""
    monkeypatch.setenv("COLUMNS", "80")

    assert invoke(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "..." not in printed.partition("Commands:")[2]
    for verb in VERBS:
        first = COMMANDS[verb].help.splitlines()[0]
        assert f"{verb:{max(map(len, VERBS))}}  {first}\n" in printed
    for code in (0, 1, 2, 3, 4, 70, 74, 130, 141, 143):
        assert f" {code} " in printed.partition("Exit codes:")[2].replace("\n", " ")


@pytest.mark.parametrize(
    ("verb", "parameter"), list(parameters()), ids=lambda value: getattr(value, "name", value)
)
def test_every_option_has_a_help(verb: str, parameter: Parameter) -> None:
    """Each says what it is for, in a sentence."""
    assert parameter.help, f"{verb} {parameter.name}"
    assert parameter.help.endswith((".", "…")), parameter.help
    assert parameter.help[0] == parameter.help[0].upper() or verb == "schema", parameter.help


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_prints_its_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both forms of asking work, and nothing is begun."""
    assert invoke([verb, "--help"]) == invoke([verb, "-h"]) == 0
    assert f"Usage: feed {verb}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the one of the package."""
    assert invoke(["--version"]) == 0
    assert capsys.readouterr().out == f"feed {feed.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["nosuch"], ["run", "--nosuch"], ["plan"], ["receive"], ["run", "--rate"]]
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and what is wrong is said; alone, feed tells its verbs."""
    assert invoke(arguments) == 2
    printed = capsys.readouterr()
    assert "Error: " in printed.err or "Commands:" in printed.out + printed.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ScenarioError([Problem("a.yaml", 3, 5, "no")]), 1, "a.yaml:3:5: no\n"),
        (UsageError("write it so"), 2, "feed: write it so\n"),
        (UsageError("a\x1b[2Jb\x9b\u202e\nc"), 2, "feed: a\\x1b[2Jb\\x9b\\u202e\nc\n"),
        (BrokerError("here:1", "is away"), 3, "feed: broker here:1: is away\n"),
        (FilesError("a.db", "is full"), 74, "feed: a.db: is full\n"),
        (KeyboardInterrupt(), 130, ""),
        (OSError(errno.EPIPE, "broken pipe"), 141, ""),
        (
            OSError(errno.ENOSPC, "full"),
            74,
            "feed: standard output: cannot be written: no space left on device; free some space\n",
        ),
    ],
    ids=["scenario", "usage", "hostile", "broker", "files", "interrupt", "pipe", "full"],
)
@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a group"])
def test_an_error_becomes_a_sentence_and_a_code(
    error: BaseException,
    code: int,
    said: str,
    *,
    together: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also one of several tasks that failed together says its sentence, and no traceback."""
    if together:
        error = BaseExceptionGroup("", [BaseExceptionGroup("", [error])])

    assert fails(monkeypatch, error) == code
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    "error", [ValueError("oh"), OSError(errno.ENOSPC, "full", "a file"), OSError(errno.EBADF, "x")]
)
def test_whatever_else_is_a_bug_of_ours(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The traceback is for the report, and the exit code is one of its own."""
    assert fails(monkeypatch, error) == 70
    printed = capsys.readouterr().err
    assert "Traceback" in printed
    assert printed.endswith("not yours; please report the lines above\n")


def test_a_reader_that_goes_away_ends_a_verb_quietly(shell: Shell) -> None:
    """As in ``feed plan … | head``: no traceback, and the exit code of SIGPIPE."""
    reader, writer = os.pipe()
    os.close(reader)
    ended = shell.run("plan", "over-aomori-2022", stdout=writer)
    os.close(writer)

    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
@pytest.mark.parametrize("verb", ["schema", "scenarios", "--help"])
def test_a_full_disk_behind_the_output_is_said(verb: str, shell: Shell) -> None:
    """What is still in the buffer at the end counts too."""
    with Path("/dev/full").open("w") as full:
        ended = shell.run(verb, stdout=full)

    assert ended.returncode == 74
    assert ended.stderr == (
        "feed: standard output: cannot be written: no space left on device; free some space\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_nobody_else_may_change_what_is_made(shell: Shell) -> None:
    """Not even where an account leaves everything to everybody, as some containers do."""
    out = shell.folder / "story.yaml"

    assert shell.run("new", str(out), umask=0).returncode == 0
    # Its home is made before the broker is looked for.
    played = ("publish", str(out), "--broker", "mqtt://127.0.0.1:1")
    assert shell.run(*played, umask=0).returncode == 3
    made = [out, shell.home, *shell.home.rglob("*")]
    assert [path for path in made if path.stat().st_mode & stat.S_IWOTH] == []


def test_letters_that_a_terminal_lacks_harm_nothing(shell: Shell) -> None:
    """They are replaced, and everything else is there."""
    shell.environment |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    ended = shell.run("plan", shell.event_stream, "--lang", "ja")

    assert ended.returncode == 0
    assert "????" in ended.stdout


def _loaded(shell: Shell, script: str) -> str:
    """Return what a script says on standard error, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=shell.environment,
        cwd=ROOT,
    )
    return ended.stderr.strip()


def test_asking_for_help_loads_nothing_heavy(shell: Shell) -> None:
    """Libraries are loaded by the verb that needs them."""
    script = (
        "import sys, feed.cli; feed.cli.invoke(['--help']); feed.cli.invoke(['run', '--help']); "
        "print(*{'numpy', 'aiomqtt', 'rich.console', 'matplotlib'} & set(sys.modules),"
        " file=sys.stderr)"
    )
    assert _loaded(shell, script) == ""


def test_who_only_listens_loads_no_arithmetic(shell: Shell) -> None:
    """Nor certificates, nor the table of look-alike letters: those are for who makes something."""
    script = (
        "import sys; from feed.app import broker, capture, connect, control_command, receive, "
        "receiving_process, watch; "
        "print(*{'numpy', 'cryptography.x509', 'confusable_homoglyphs'} & set(sys.modules),"
        " file=sys.stderr)"
    )
    assert _loaded(shell, script) == ""


@pytest.mark.parametrize(
    "verb", ["run", "publish", "plan", "explain", "compare", "verify", "export"]
)
def test_names_of_scenarios_complete(verb: str, shell: Shell) -> None:
    """The shell is offered what the library has, and nothing that does not begin so."""
    shell.environment |= {
        "_FEED_COMPLETE": "complete_bash",
        "COMP_WORDS": f"feed {verb} over",
        "COMP_CWORD": "2",
    }
    ended = shell.run()

    assert ended.stdout.split() == ["over-aomori-2022"]


@pytest.mark.parametrize(
    "words", ["receive J", "connect J", "explain hub-down x J", "plan --country J"]
)
def test_countries_complete(words: str, shell: Shell) -> None:
    """In capital letters, as they are written."""
    shell.environment |= {
        "_FEED_COMPLETE": "complete_bash",
        "COMP_WORDS": f"feed {words}",
        "COMP_CWORD": str(len(words.split())),
    }

    assert shell.run().stdout.split() == ["JPN"]


_INTERRUPTED_AT = """
import os, signal, sys
from feed.__main__ import main

# Whoever is started in the background is given no interrupt, and hands that on.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {at!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
main()
"""


@pytest.mark.parametrize("at", ["feed.cli", "typer", "pydantic", "feed.cli.plan"])
def test_an_interrupt_while_it_is_loaded_is_no_traceback(at: str) -> None:
    """Whoever sees a typing error at once presses Ctrl-C before anything was loaded."""
    script = _INTERRUPTED_AT.format(at=at)
    ended = subprocess.run(
        [sys.executable, "-c", script, "plan", "pattern-passed"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )

    assert ended.returncode in {-signal.SIGINT, cli.INTERRUPTED}
    assert (ended.stdout, ended.stderr) == ("", "")


@pytest.mark.parametrize("verb", ["record", "report", "verify", "export", "run --resume"])
def test_runs_complete(verb: str, shell: Shell) -> None:
    """Wherever a run is named."""
    create_run(runs_folder(shell.environment), "01abcrun")
    words = f"{verb} 01"
    shell.environment |= {
        "_FEED_COMPLETE": "complete_bash",
        "COMP_WORDS": f"feed {words}",
        "COMP_CWORD": str(len(words.split())),
    }

    assert shell.run().stdout.split() == ["01abcrun"]


@pytest.mark.parametrize(
    ("words", "verbs"),
    [
        ("re", [verb for verb in VERBS if verb.startswith("re")]),
        ("control s", ["status", "step", "stop", "skip", "seek"]),
    ],
)
def test_verbs_complete(words: str, verbs: list[str], shell: Shell) -> None:
    """The shell is offered the verbs that begin so."""
    shell.environment |= {
        "_FEED_COMPLETE": "complete_bash",
        "COMP_WORDS": f"feed {words}",
        "COMP_CWORD": str(len(words.split())),
    }

    assert sorted(shell.run().stdout.split()) == sorted(verbs)


def test_the_package_gives_its_public_names() -> None:
    """What ``feed`` names is there when it is asked for, and nothing else."""
    for name in feed.__all__:
        assert getattr(feed, name) is not None
    assert {name for name in feed.__all__ if name.endswith("Error")} <= set(errors.__all__)
    assert feed.receive is importlib.import_module("feed.app.receive").receive
    with pytest.raises(AttributeError, match="no attribute 'nosuch'"):
        _ = feed.nosuch


@pytest.mark.parametrize("verb", [verb for verb, command in COMMANDS.items() if command.params])
def test_every_text_comes_composed_but_paths(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was written decomposed is the same name; a path is what the system has."""
    written, composed = "U\u0308bung", "\u00dcbung"
    module = importlib.import_module(f"feed.cli.{verb}")
    took: dict[str, Any] = {}

    @functools.wraps(getattr(module, verb))
    def taking(**options: Any) -> None:
        took.update(options)

    monkeypatch.setattr(module, verb, taking)
    group: Any = typer.main.get_command(build())
    given, expected = {}, {}
    for parameter in COMMANDS[verb].params:
        several = (
            parameter.multiple if parameter.param_type_name == "option" else parameter.nargs < 0
        )
        is_path = parameter.metavar in {"SCENARIO", "FILE", "FILE...", "FOLDER"}
        one = written if is_path else composed
        given[parameter.name] = [written] if several else written
        expected[parameter.name] = [one] if several else one
    group.commands[verb].callback(**given)

    assert took == expected


HOMELESS = {  # for every verb that uses FEED_HOME a call, and which else there are
    "run": ["over-aomori-2022", "--rate", "max", "--port", "0", "--websocket-port", "0"],
    "publish": ["over-aomori-2022"],
    "receive": ["JPN"],
    "broker": ["--port", "0", "--websocket-port", "0"],
    "connect": [],
    "watch": [],
    "clean": ["nothing"],
    "runs": [],
    "doctor": [],
}


@pytest.mark.parametrize("verb", HOMELESS)
@pytest.mark.parametrize("value", ["/dev/null", "/dev/null/x", "~nobody-of-this-name", "x" * 300])
def test_an_unusable_home_is_named_by_its_name(
    verb: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever verb needs it: one sentence that says which variable is meant."""
    monkeypatch.setenv("FEED_HOME", value)

    assert invoke([verb, *HOMELESS[verb]]) == 74
    said = capsys.readouterr().err
    assert said.startswith(f"feed: FEED_HOME: '{value[:50]}")
    assert said.count("\n") == 1


def test_a_file_that_cannot_be_written_there_names_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    """As when there is no right to write; a file elsewhere has nothing to do with it."""
    assert fails(monkeypatch, FilesError(home / "runs", "cannot be written")) == 74
    said = f"feed: {home}/runs: cannot be written; FEED_HOME is '{str(home)[:57]}"
    assert capsys.readouterr().err.startswith(said)
    assert fails(monkeypatch, FilesError("/elsewhere", "cannot be written")) == 74
    assert capsys.readouterr().err == "feed: /elsewhere: cannot be written\n"


def _plain(hints: Iterable[Any]) -> Iterator[Any]:
    """Yield the types that a hint is made of."""
    for hint in hints:
        yield from _plain(get_args(hint)) if get_args(hint) else (hint,)


NEEDED = {
    "run": ["over-aomori-2022"],
    "publish": ["over-aomori-2022"],
    "receive": ["JPN"],
    "plan": ["over-aomori-2022"],
    "explain": ["over-aomori-2022", "x"],
    "compare": ["over-aomori-2022"],
    "check": ["over-aomori-2022"],
    "clean": ["nothing"],
    "control": ["pause"],
    "inject": ["events.yaml"],
    "new": ["x.yaml"],
    "import": ["x.csv", "x.yaml"],
    "verify": ["over-aomori-2022", "x.jsonl"],
    "capture": ["--topics", "#", "--out", "x.jsonl"],
    "export": ["over-aomori-2022", "-f", "csv", "-o", "-"],
    "play": ["x.jsonl"],
    "credentials": ["list", "nowhere"],
}
"""arguments without which a verb does not begin"""
TEXTS = {
    (verb, name)
    for verb in VERBS
    for name, hint in inspect.get_annotations(
        getattr(importlib.import_module(f"feed.cli.{verb}"), verb)
    ).items()
    if str in _plain(get_args(hint)[:1])
}
"""verb and name of every parameter that takes a text, or several"""
OPTIONS = [
    (verb, parameter.opts[0])
    for verb, parameter in parameters()
    if (verb, parameter.name) in TEXTS
    and parameter.opts[0].startswith("--")
    and parameter.metavar != "USER"  # an empty user can be asked about
]


@pytest.mark.parametrize(("verb", "option"), OPTIONS)
def test_an_option_with_nothing_in_it_is_refused(
    verb: str, option: str, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    """It is not taken for one that was left out; a script's variable may be empty."""
    assert invoke([verb, *NEEDED.get(verb, []), option, ""]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert not (home / "runs").exists()
    assert option in said.err


@pytest.mark.parametrize(
    "verb", sorted({verb for verb, option in OPTIONS if option == "--broker"} - {"run"})
)
def test_without_a_broker_the_one_that_runs_here_is_meant(
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By every verb that takes one, but for ``run``, which starts its own."""

    def asked() -> str:
        raise UsageError("looked for")

    monkeypatch.setattr(broker_in_use, "default_broker", asked)
    monkeypatch.chdir(tmp_path)
    Path("events.yaml").write_text("- statement: a\n", encoding="utf-8")
    Path("x.jsonl").write_text('{"topic": "a", "payload": ""}\n', encoding="utf-8")
    follow = ["--follow", "-f", "cap", "--country", "JPN", "-o", "x"]
    assert invoke([verb, *(follow if verb == "export" else NEEDED.get(verb, []))]) == 2
    assert capsys.readouterr().err == "feed: looked for\n"


SENSELESS = [
    ["plan", "over-aomori-2022", "--json", "--plot", "a.svg"],
    ["plan", "over-aomori-2022", "--all", "--plot", "a.svg"],
    ["check", "over-aomori-2022", "--watch", "--json"],
    ["watch", "--raw", "--tz", "UTC"],
    ["publish", "over-aomori-2022", "--wait", "10s"],
    ["run", "over-aomori-2022", "--broker", "127.0.0.1:1", "--port", "0"],
    ["run", "over-aomori-2022", "--broker", "127.0.0.1:1", "--allow-origin", "http://a"],
    ["run", "over-aomori-2022", "--broker", "127.0.0.1:1", "--secure", "x"],
    ["run", "over-aomori-2022", "--name", "a"],
    ["broker", "--name", "a"],
    ["broker", "--cluster", "a"],
    ["control", "pause", "--metrics"],
    ["control", "status", "--metrics", "--json"],
    ["broker", "--leaf", "JPN"],
    ["broker", "--hub", "a:1"],
    ["broker", "--credentials", "a"],
    ["broker", "--leaf", "FRA", "--hub", "a:1"],
    ["broker", "--node", "1"],
    ["broker", "--cluster", "a", "--node", "1", "--routes", "a:1,b:1"],
    ["broker", "--mosquitto", "a"],
    ["broker", "--print-config", "nats", "--print-acl", "mosquitto"],
    ["run", "over-aomori-2022", "--nats-server", "a", "--engine", "mosquitto"],
    ["run", "over-aomori-2022", "--broker", "127.0.0.1:1", "--engine", "mosquitto"],
    ["export", "over-aomori-2022", "--credentials", "a", "-f", "csv", "-o", "x"],
    ["credentials", "rotate", "x", "jpn", "--out", "y"],
    ["report", "01jfm0", "--json", "--lang", "ja"],
    ["compare", "hub-down", "--json", "--lang", "ja"],
    ["explain", "hub-down", "icbm-hub-down", "--json", "--lang", "ja"],
    ["export", "over-aomori-2022", "-f", "csv", "-o", "-"],
    ["export", "over-aomori-2022", "--follow", "-f", "csv", "--country", "JPN", "-o", "x"],
    ["export", "--follow", "--epoch", "1", "-f", "csv", "--country", "JPN", "-o", "x"],
    ["export", "--follow", "-f", "csv", "-o", "x"],
    ["export", "over-aomori-2022", "--broker", "127.0.0.1:1", "-f", "csv", "-o", "x"],
    ["export", "over-aomori-2022", "-f", "csv", "-o", "tcp://127.0.0.1:1"],
    ["export", "-f", "csv", "-o", "x"],
    ["schema", "launch", "--strict", "--reader"],
    ["schema", "asyncapi", "--strict"],
    ["schema", "launch", "--markdown"],
    ["report", "01jfm0", "--out", "-"],
    ["verify", "over-aomori-2022", "--junit", "-"],
    ["report", "01jfm0", "--csv", "--tz", "UTC"],
    *([verb, "over-aomori-2022", "--start-at", when, *more]
      for verb in ("run", "publish")
      for when, *more in (("10:00",), ("2001-01-01T00:00:00Z",),
                          ("2100-01-01T00:00:00Z", "--paused"))),
    *([verb, *more, "--lang", "jp"] for verb, more in {
        "compare": ["hub-down"], "explain": ["hub-down", "icbm-hub-down"], "scenarios": [],
        "plan": ["over-aomori-2022"], "run": ["over-aomori-2022"], "watch": [], "receive": ["JPN"],
        "dashboard": [], "export": ["over-aomori-2022", "-f", "csv", "-o", "x"],
    }.items()),
    *([verb, *more, "--tz", "Mars"] for verb, more in {
        "plan": ["over-aomori-2022"], "run": ["over-aomori-2022"], "watch": [], "receive": ["JPN"],
        "explain": ["over-aomori-2022", "x"], "compare": ["over-aomori-2022"],
    }.items()),
    *([verb, *more, "--as-of", when]
      for when in ("07:22", "2035", "+P1D")
      for verb, more in {
        "plan": ["over-aomori-2022"], "run": ["over-aomori-2022"],
        "publish": ["over-aomori-2022"], "explain": ["over-aomori-2022", "x"],
        "compare": ["over-aomori-2022"], "export": ["over-aomori-2022", "-f", "csv", "-o", "-"],
        "verify": ["over-aomori-2022", "x.jsonl"],
    }.items()),
]  # fmt: skip
"""requests of which something would have no effect, or an effect that nobody means"""


@pytest.mark.parametrize("arguments", SENSELESS, ids=" ".join)
def test_what_would_have_no_effect_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    """One sentence that names the option, exit code 2, and nothing is begun."""
    assert invoke(arguments) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "--" in said.err
    assert not (home / "runs").exists()


@pytest.mark.parametrize("option", ["--lang", "--tz", "--as-of"])
def test_every_verb_with_such_an_option_is_tried(option: str) -> None:
    """A new verb has to refuse the same."""
    having = {verb for verb, parameter in parameters() if option in parameter.opts}

    assert having == {arguments[0] for arguments in SENSELESS if option in arguments}


def test_main_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code of the verb is the one of the program."""
    monkeypatch.setattr(cli, "invoke", lambda arguments: 4)

    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 4
