"""``feed connect``: lines to paste, for other people's clients."""

from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, ItsWebsocketPort, complete_countries

__all__ = ["connect"]


def connect(
    country: Annotated[
        str | None,
        typer.Argument(
            help="Whose feed; default: the first there is.",
            metavar="COUNTRY",
            autocompletion=complete_countries,
        ),
    ] = None,
    broker: Broker = None,
    credentials: Credentials = None,
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", help="Only this exercise; default: any.", metavar="NAME"),
    ] = None,
    websocket_port: ItsWebsocketPort = None,
) -> None:
    """Print lines to paste into your own MQTT clients.

    For mosquitto_sub, paho (Python) and MQTT.js, and for the broker that is running.

    Example: feed connect JPN
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.connect import ConnectOptions
    from feed.app.connect import connect as lines
    from feed.app.signals import run_until_signal

    options = ConnectOptions(
        broker=named_broker(broker, credentials),
        country=country,
        exercise=exercise,
        websocket_port=websocket_port,
    )

    async def show() -> int:
        print(await lines(options))
        return 0

    raise typer.Exit(run_until_signal(show))
