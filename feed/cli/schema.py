"""``feed schema``: JSON Schemas of what is read and written."""

from typing import Annotated

import typer

__all__ = ["schema"]


def _names(incomplete: str) -> list[str]:
    from feed.wire.schema import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


def schema(
    name: Annotated[
        str,
        typer.Argument(
            help="scenario, arrangements, faults, message, or a kind such as launch.",
            metavar="NAME",
            autocompletion=_names,
        ),
    ] = "scenario",
) -> None:
    """Print a JSON Schema: of scenarios, messages or a kind.

    Example: feed schema scenario > scenario.schema.json
    """
    from feed.cli.streams import write_utf8
    from feed.errors import UsageError
    from feed.wire.schema import rendered

    try:
        text = rendered(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    write_utf8(text)
