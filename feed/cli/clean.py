"""``feed clean``: take away what a killed player left."""

from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials

__all__ = ["clean"]


def clean(
    exercise: Annotated[str, typer.Argument(help="The name of the exercise.", metavar="EXERCISE")],
    broker: Broker = None,
    credentials: Credentials = None,
) -> None:
    """Take away what a killed player left on a broker.

    That is everything retained of the exercise.  Refused while its player answers.

    Example: feed clean morning-calm
    """
    from feed.app.broker_in_use import as_role, named_broker
    from feed.app.exercises import clean as take_away
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.clock import SystemClock
    from feed.errors import UsageError
    from feed.model.base import slug_of
    from feed.mqtt.address import parse_address

    logging_to_stderr(verbose=False)
    slug = slug_of(exercise)
    if not slug:
        raise UsageError(f"'{exercise}' has no letters or digits; write the name of an exercise")

    async def show() -> int:
        address = as_role(parse_address(named_broker(broker, credentials)), "player")
        count = await take_away(address, slug, SystemClock())
        print(f"{slug}: {count} retained {'message' if count == 1 else 'messages'} taken away")
        return 0

    raise typer.Exit(run_until_signal(show))
