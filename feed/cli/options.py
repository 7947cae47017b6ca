"""Options that several verbs have, with one help text for each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "NO_WORDS",
    "AllowOrigin",
    "ArrangementsFile",
    "AsOf",
    "Broker",
    "Dashboard",
    "DashboardPort",
    "Exercise",
    "Host",
    "ItsWebsocketPort",
    "Json",
    "Language",
    "NatsServer",
    "Port",
    "Scenario",
    "Secure",
    "Set",
    "Verbose",
    "WebsocketPort",
    "Zone",
    "complete_countries",
    "complete_runs",
    "complete_stories",
    "names_of_broker",
    "refuse_stdout",
    "refuse_together",
]


def _scenarios(incomplete: str) -> list[str]:
    """Return the library's names for completion."""
    from feed.files.library import entries

    return [entry.name for entry in entries() if entry.name.startswith(incomplete)]


def complete_countries(incomplete: str) -> list[str]:
    """Return the participants of the arrangements for completion."""
    from feed.files.arrangements import load_arrangements

    start = incomplete.upper()
    return [code for code in load_arrangements().countries() if code.startswith(start)]


def complete_runs(incomplete: str) -> list[str]:
    """Return the ids of the runs that are written down here for completion, the newest first."""
    import os

    from feed.errors import FeedError
    from feed.files.runs import list_runs, runs_folder

    try:
        ids = [info.id for info in list_runs(runs_folder(os.environ))]
    except FeedError:  # a shell that completes is no place for a sentence
        return []
    return [each for each in ids if each.startswith(incomplete)]


def complete_stories(incomplete: str) -> list[str]:
    """Return scenarios and runs for completion."""
    return [*_scenarios(incomplete), *complete_runs(incomplete)]


Scenario = Annotated[
    str,
    typer.Argument(
        help="A scenario: a file, - for standard input, or a name from 'feed scenarios'.",
        autocompletion=_scenarios,
        metavar="SCENARIO",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Give a variable of the scenario ('vars') another value; can be repeated.",
        metavar="NAME=VALUE",
    ),
]
ArrangementsFile = Annotated[
    Path | None,
    typer.Option(
        "--arrangements",
        help="Participants, links and arrangements, - for standard input; default: those on "
        "public record.",
        metavar="FILE",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Share by the arrangements of another date, such as 2015-06-01.",
        metavar="DATE",
    ),
]
Exercise = Annotated[
    str | None,
    typer.Option(
        "--exercise", help="The name of the exercise; default: the scenario's.", metavar="NAME"
    ),
]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        envvar="FEED_BROKER",
        help="An MQTT broker, as mqtt://user:password@host:port or mqtts://…, or several with "
        "commas between, tried in turn; default: the one that feed runs on this machine, else "
        "port 1883.",
        metavar="URL",
    ),
]
Credentials = Annotated[
    Path | None,
    typer.Option(
        "--credentials",
        envvar="FEED_CREDENTIALS",
        help="The folder of what you were handed for a secured broker: user, password, the "
        "broker's address and authority, the player's key.",
        metavar="DIR",
    ),
]
Secure = Annotated[
    Path | None,
    typer.Option(
        "--secure",
        help="Encrypt, sign and let in only who has credentials; this folder holds them, and is "
        "made if need be.",
        metavar="DIR",
    ),
]
BrokerName = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        help="A host by which others reach the secured broker, for its certificate; can be "
        "repeated; default: --host, or the name of this machine.",
        metavar="HOST",
    ),
]
Host = Annotated[
    str, typer.Option("--host", help="Where the embedded broker listens.", metavar="HOST")
]
Port = Annotated[
    int,
    typer.Option("--port", help="Its MQTT port; 0: a free one.", min=0, max=65535, metavar="N"),
]
WebsocketPort = Annotated[
    int,
    typer.Option(
        "--websocket-port",
        help="Its WebSocket port; 0: a free one.",
        min=0,
        max=65535,
        metavar="N",
    ),
]
ItsWebsocketPort = Annotated[
    int | None,
    typer.Option(
        "--websocket-port",
        help="The broker's WebSocket port; default: the one it was started with, else 8083.",
        min=1,
        max=65535,
        metavar="N",
    ),
]
AllowOrigin = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-origin",
        help="A web origin that may connect to it, such as http://localhost:3000; can be repeated.",
        metavar="ORIGIN",
    ),
]
NatsServer = Annotated[
    str | None,
    typer.Option(
        "--nats-server",
        help="The nats-server to run; default: FEED_NATS_SERVER, or the one installed with feed.",
        metavar="FILE",
    ),
]
MosquittoFile = Annotated[
    str | None,
    typer.Option(
        "--mosquitto",
        help="The mosquitto to run; default: FEED_MOSQUITTO, or the one that is installed.",
        metavar="FILE",
    ),
]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="What the embedded broker runs; default: FEED_ENGINE, or nats-server.",
        metavar="nats-server|mosquitto",
    ),
]
Dashboard = Annotated[
    bool,
    typer.Option("--dashboard", help="Show it in a browser too: serve the page, print where."),
]
DashboardPort = Annotated[
    int | None,
    typer.Option(
        "--dashboard-port",
        help="The page's port, 0: a free one; with --dashboard alone 8084, or a free one.",
        min=0,
        max=65535,
        metavar="N",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def _language(text: str) -> str:
    """Return the language of a tag such as ja or ja-JP; refuse what is none."""
    from feed.errors import UsageError
    from feed.model.language import is_language, no_language

    language = text.replace("_", "-").partition("-")[0].lower()
    if not is_language(language):
        raise UsageError(f"--lang {no_language(text)}")
    return language


NO_WORDS = "programs get numbers and names, which are the same in every language"
Language = Annotated[
    str,
    typer.Option(
        "--lang",
        callback=_language,
        help="Show texts in this language where they have it.",
        metavar="en|ja|ko|…",
    ),
]


def _one_language(text: str | None) -> str | None:
    return None if text is None else _language(text)


OneLanguage = Annotated[
    str | None,
    typer.Option(
        "--lang",
        callback=_one_language,
        help="Tell in this language where texts have it, and begin with it where there are "
        "several; default: English, and the order that they have.",
        metavar="en|ja|ko|…",
    ),
]


def names_of_broker(names: list[str] | None, secure: Path | None) -> tuple[str, ...]:
    """Return the hosts by which others reach a secured broker; refuse them for another one."""
    from feed.errors import UsageError

    if names and secure is None:
        raise UsageError("--name is for the certificate of a secured broker; add --secure DIR")
    return tuple(names or ())


def refuse_stdout(option: str, path: Path | None, example: str) -> None:
    """Refuse - where only a file is written; one of that name is not what anybody means."""
    from feed.errors import UsageError

    if path is not None and str(path) == "-":
        raise UsageError(f"{option} writes a file; name it, such as {example}")


def refuse_together(option: str, others: Mapping[str, bool], why: str) -> None:
    """Refuse options that would have no effect beside another one."""
    from feed.errors import UsageError

    given = " and ".join(name for name, is_given in others.items() if is_given)
    if given:
        raise UsageError(f"{given} cannot be used with {option}: {why}")


def _zone(name: str | None) -> str | None:
    """Refuse what is no time zone before anything is begun."""
    from feed.wording.times import named_zone

    named_zone(name)
    return name


Zone = Annotated[
    str | None,
    typer.Option(
        "--tz",
        callback=_zone,
        help="Show times in this IANA time zone; default: the scenario's own offset.",
        metavar="ZONE",
    ),
]


def programs_of(nats_server: str | None, mosquitto: str | None) -> tuple[tuple[str, str], ...]:
    """Return the programs of engines that a user names, each with its option."""
    named = {"--nats-server": nats_server, "--mosquitto": mosquitto}
    return tuple((option, name) for option, name in named.items() if name is not None)


def programs_for(
    engine: str | None, nats_server: str | None, mosquitto: str | None
) -> tuple[tuple[str, str], ...]:
    """Return the programs that a user names; refuse one of another engine than is to be run."""
    from feed.broker.engines import ENGINES, chosen_engine
    from feed.errors import UsageError

    wanted, programs = chosen_engine(engine), programs_of(nats_server, mosquitto)
    for option, _ in programs:
        if option != wanted.OPTION:
            other = next(each.NAME for each in ENGINES if option == each.OPTION)
            raise UsageError(f"{option} is for another engine; add --engine {other}")
    return programs
