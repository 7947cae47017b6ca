"""``feed dashboard``: the situation in a browser."""

from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, ItsWebsocketPort

__all__ = ["dashboard"]


def dashboard(
    broker: Broker = None,
    credentials: Credentials = None,
    host: Annotated[
        str, typer.Option("--host", help="The loopback address of the page.", metavar="HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            help="Its port; 0: a free one; default: 8084, or a free one if that is taken.",
            min=0,
            max=65535,
            metavar="N",
        ),
    ] = None,
    websocket_port: ItsWebsocketPort = None,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            "-c",
            help="This country's own screen, and nothing else; default: all that is public.",
            metavar="COUNTRY",
        ),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", help="Only this exercise; default: any.", metavar="NAME"),
    ] = None,
    operator: Annotated[
        bool,
        typer.Option(
            "--operator", help="With buttons that control the run; the address is then a secret."
        ),
    ] = False,
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang", help="The page's language; default: the browser's.", metavar="en|ja|ko"
        ),
    ] = None,
) -> None:
    """Show the situation in a browser.

    Map, alerts, who knows what.  Serves a page on this machine and prints its address, until
    Ctrl-C.

    Example: feed dashboard --country JPN --lang ja
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.connect import country_code
    from feed.app.dashboard import DashboardOptions
    from feed.app.dashboard import dashboard as serve
    from feed.app.signals import run_until_signal
    from feed.errors import UsageError
    from feed.model.quoting import quoted

    if country is not None and operator:
        raise UsageError("--operator sees everything and --country only its own; take one of them")
    if lang not in {None, "en", "ja", "ko"}:
        raise UsageError(f"--lang {quoted(str(lang))}: the page has en, ja and ko")
    options = DashboardOptions(
        broker=named_broker(broker, credentials),
        host=host,
        port=port,
        websocket_port=websocket_port,
        country=None if country is None else country_code(country),
        exercise=exercise,
        operator=operator,
        language=lang,
    )

    def started(address: str) -> None:
        print(f"EXERCISE dashboard: {address}", flush=True)

    raise typer.Exit(run_until_signal(lambda: serve(options, started)))
