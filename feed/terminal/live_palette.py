"""How countries look in the live view: a colour, a shape and a code, never a colour alone."""

import math

from rich.text import Text

__all__ = ["COLOURS", "SHAPES", "badge", "shape_of"]

# Okabe and Ito's colours, the same as on the page, by the order of the participants.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
SHAPES = ("■", "●", "▲", "◆", "★", "⬟", "✚")
_DARK = 0.2
"""On what is darker than this, letters are white."""


def badge(code: str, rank: int) -> Text:
    """Return the sign of a country: its shape in its colour, and its code on it."""
    colour = COLOURS[rank % len(COLOURS)]
    ink = "#FFFFFF" if _luminance(colour) < _DARK else "#000000"
    return Text.assemble((shape_of(rank), colour), (code, f"bold {ink} on {colour}"))


def shape_of(rank: int) -> str:
    """Return the shape of the n-th country."""
    return SHAPES[rank % len(SHAPES)]


def _luminance(colour: str) -> float:
    """Return about how light a colour is, from 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (math.pow(part, 2.2) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
