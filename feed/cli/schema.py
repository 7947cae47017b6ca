"""``feed schema``: JSON Schemas of what is read and written, and the whole contract as AsyncAPI."""

from typing import Annotated

import typer

__all__ = ["schema"]

_CONTRACT = "asyncapi"


def _names(incomplete: str) -> list[str]:
    from feed.wire.schema import NAMES

    return [name for name in (*NAMES, _CONTRACT) if name.startswith(incomplete)]


def schema(
    name: Annotated[
        str,
        typer.Argument(
            help="scenario, arrangements, faults, message, a kind such as launch, or asyncapi.",
            metavar="NAME",
            autocompletion=_names,
        ),
    ] = "scenario",
) -> None:
    """Print a JSON Schema, or the contract as AsyncAPI 3.0.

    Example: feed schema scenario > scenario.schema.json
    """
    from feed.cli.streams import write_utf8
    from feed.errors import UsageError
    from feed.wire.schema import rendered

    if name == _CONTRACT:
        from feed.app.contract import contract

        write_utf8(contract())
        return
    try:
        text = rendered(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    write_utf8(text)
