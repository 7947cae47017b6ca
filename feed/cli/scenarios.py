"""``feed scenarios``: the library that comes with the program."""

from feed.cli.options import Json

__all__ = ["scenarios"]


def scenarios(json: Json = False) -> None:
    """List the scenarios that come with feed.

    Any of the names can be played.

    Example: feed run over-aomori-2022
    """
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from feed.cli.streams import print_json
    from feed.files.library import entries

    found = entries()
    if json:
        for entry in found:
            about = {"name": entry.name, "title": entry.title, "summary": entry.summary}
            print_json({**about, "path": str(entry.path)})
        return
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        longest = max(len(entry.name) for entry in found)
        for entry in found:
            print(f"{entry.name:{longest}}  {entry.title}")
        return
    for entry in found:
        console.print(Text.assemble((entry.name, "bold cyan"), "  ", (entry.title, "bold")))
        if entry.summary:
            console.print(Padding(Text(entry.summary), (0, 0, 0, 4)))
