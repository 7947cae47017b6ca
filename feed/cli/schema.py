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
            help="scenario, arrangements, faults, message, a kind such as launch, message-launch "
            "and so on, or asyncapi.",
            metavar="NAME",
            autocompletion=_names,
        ),
    ] = "scenario",
    strict: Annotated[
        bool, typer.Option("--strict", help="Closed: a member that is not named is a mistake.")
    ] = False,
    reader: Annotated[
        bool,
        typer.Option("--reader", help="Open, as a client has to read: members may be added."),
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="With asyncapi: the contract as a page to read.")
    ] = False,
) -> None:
    """Print a JSON Schema, or the contract as AsyncAPI 3.0.

    What people write is strict, what clients read is the reader's, unless the other is asked for.

    Example: feed schema scenario > scenario.schema.json
    """
    from feed.cli.options import refuse_together
    from feed.cli.streams import write_utf8
    from feed.errors import UsageError
    from feed.model.quoting import quoted
    from feed.wire.schema import rendered

    refuse_together("--reader", {"--strict": strict and reader}, "a schema has one form")
    if name == _CONTRACT:
        from feed.app.contract import contract, contract_page

        forms = {"--strict": strict, "--reader": reader}
        refuse_together(_CONTRACT, forms, "they are forms of one schema")
        write_utf8(contract_page() if markdown else contract())
        return
    refuse_together(quoted(name), {"--markdown": markdown}, "it is for asyncapi")
    try:
        text = rendered(name, "strict" if strict else "reader" if reader else None)
    except ValueError as error:
        raise UsageError(str(error)) from None
    write_utf8(text)
