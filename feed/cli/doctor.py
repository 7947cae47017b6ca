"""``feed doctor``: what is used, and why a client might see nothing."""

from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, MosquittoFile, NatsServer, programs_of

__all__ = ["doctor"]


def doctor(
    topic_filter: Annotated[
        str | None,
        typer.Argument(help="The filter that your client subscribes to.", metavar="FILTER"),
    ] = None,
    broker: Broker = None,
    credentials: Credentials = None,
    qos: Annotated[
        int,
        typer.Option(
            "--qos", help="The QoS that it subscribes with.", min=0, max=2, metavar="0|1|2"
        ),
    ] = 1,
    user: Annotated[
        str | None, typer.Option("--user", help="The user that it connects as.", metavar="USER")
    ] = None,
    protocol: Annotated[
        str,
        typer.Option("--protocol", help="The MQTT that it speaks.", metavar="3.1|3.1.1|5"),
    ] = "3.1.1",
    client_id: Annotated[
        str | None, typer.Option("--client-id", help="Its client id.", metavar="ID")
    ] = None,
    websocket: Annotated[
        str | None,
        typer.Option(
            "--websocket",
            help="Where your web page connects; default: the running broker's own address.",
            metavar="ws://HOST:PORT/PATH",
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option("--origin", help="The origin of that page.", metavar="http://HOST:PORT"),
    ] = None,
    nats_server: NatsServer = None,
    mosquitto: MosquittoFile = None,
) -> None:
    """Say what is used, and why a client might see nothing.

    Ends with 1 if something is wrong.

    Example: feed doctor 'exercise/v1/+/feed/jpn/#' --user jpn
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.doctor import examine
    from feed.app.finding import DoctorOptions
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr

    logging_to_stderr(verbose=False)
    options = DoctorOptions(
        broker=named_broker(broker, credentials),
        filter=topic_filter,
        qos=qos,
        user=user,
        programs=programs_of(nats_server, mosquitto),
        protocol=protocol,
        client_id=client_id,
        websocket=websocket,
        origin=origin,
    )

    async def show() -> int:
        wrong = 0
        async for finding in examine(options):
            wrong += finding.mark == "wrong"
            mark = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}[finding.mark]
            advice = f"; {finding.advice}" if finding.advice else ""
            print(f"{mark} {finding.what}{advice}", flush=True)
        return 1 if wrong else 0

    raise typer.Exit(run_until_signal(show))
