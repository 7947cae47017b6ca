"""``feed watch``: any topic, readable, with both clocks."""

from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, Language, Zone, refuse_together

__all__ = ["watch"]


def watch(
    topic_filter: Annotated[
        str, typer.Argument(help="An MQTT topic filter.", metavar="FILTER")
    ] = "exercise/v1/#",
    broker: Broker = None,
    credentials: Credentials = None,
    user: Annotated[
        str,
        typer.Option(
            "--as", help="As whom: observer, player, or a country's code.", metavar="ROLE"
        ),
    ] = "observer",
    raw: Annotated[
        bool, typer.Option("--raw", help="Print topic and payload as they are.")
    ] = False,
    count: Annotated[
        int | None,
        typer.Option("--count", "-n", help="End after so many messages.", min=1, metavar="N"),
    ] = None,
    lang: Language = "en",
    tz: Zone = None,
) -> None:
    """Print whatever comes on a topic filter, readably.

    With wall time, scenario time, and each message in words.  Ctrl-C ends it.

    Example: feed watch 'exercise/v1/+/feed/jpn/#'
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.signals import run_until_signal
    from feed.app.watch import WatchOptions
    from feed.app.watch import watch as tail
    from feed.cli.logs import logging_to_stderr

    if raw:
        refuse_together("--raw", {"--tz": tz is not None}, "payloads are printed as they are")
    options = WatchOptions(
        broker=named_broker(broker, credentials),
        filter=topic_filter,
        role=user.lower(),
        raw=raw,
        most=count,
        language=lang,
        zone=tz,
    )
    logging_to_stderr(verbose=False)
    raise typer.Exit(run_until_signal(lambda: tail(options)))
