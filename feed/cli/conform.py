"""``feed conform``: recorded streams through feed's own receiver, or through anybody's program."""

from typing import Annotated

import typer

from feed.cli.options import Json

__all__ = ["conform"]

DIFFERENT = 4
CONTEXT = {"allow_interspersed_args": False}


def conform(
    command: Annotated[
        list[str] | None,
        typer.Argument(
            help="A program and its arguments, behind '--': it reads JSON Lines and answers each "
            "with what stands.  Default: feed's own receiver.",
            metavar="[COMMAND...]",
        ),
    ] = None,
    *,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only this stream; can be repeated.", metavar="STREAM"),
    ] = None,
    json: Json = False,
) -> None:
    """Check a client against recorded streams.

    Duplicates, another order, unknown kinds, cancels of nothing, late reports, new epochs: what
    stands after each message is compared with what should.  Ends with 4 if a program differs.

    Example: feed conform -- python my_client.py
    """
    from contextlib import ExitStack

    from feed.app.conform import Answerer, ClientProgram, OwnReceiver, streams
    from feed.app.conform import conform as judged
    from feed.cli.streams import print_json

    wanted = streams(only or ())
    with ExitStack() as stack:
        receiver: Answerer = (
            stack.enter_context(ClientProgram.started(command)) if command else OwnReceiver()
        )
        found = [judged(each, receiver) for each in wanted]
    wrong = 0
    for one in found:
        wrong += bool(one.differences)
        if json:
            print_json(
                {
                    "stream": one.stream.name,
                    "about": one.stream.about,
                    "messages": len(one.stream.steps),
                    "differences": [each._asdict() for each in one.differences],
                }
            )
            continue
        state = "differs" if one.differences else "as expected"
        print(f"{one.stream.name}: {len(one.stream.steps)} messages, {state}")
        for each in one.differences:
            why = f" ({each.why})" if each.why else ""
            print(f"  line {each.line}: {each.member} {each.answered}, not {each.expected}{why}")
    if not json:
        print(f"{len(found) - wrong} of {len(found)} streams as expected")
    if wrong:
        raise typer.Exit(DIFFERENT)
