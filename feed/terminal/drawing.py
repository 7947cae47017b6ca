"""What is drawn of a plan, gathered once, and how things of a kind look in every panel.

Flights are told apart by numbers and dashes, countries by colour and marker, so that a drawing with
many flights, or one printed in grey, can still be read.
"""

import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size

from feed.core.compare import Compared
from feed.core.flights import SensorContact, contacts_of, flights_of
from feed.errors import FilesError
from feed.flight.flight import FlyingObject
from feed.flight.trajectory import States
from feed.model.arrangement import Arrangements
from feed.model.launch import Launch
from feed.model.time import Instant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from feed.terminal.plot_told import ToldLine

__all__ = [
    "BANNER",
    "FEW",
    "INK",
    "RED",
    "SUFFIXES",
    "Drawing",
    "FlightLine",
    "colour_of",
    "dashes_of",
    "fitted",
    "label_style",
    "lines_of",
    "marker_of",
    "save",
    "together",
]

SUFFIXES: Final = (".svg", ".png")
"""What a drawing can be written as."""
BANNER: Final = "EXERCISE  EXERCISE  EXERCISE"
INK: Final = "#1a1a1a"
RED: Final = "#A50000"
# Okabe and Ito's colours, which the colour-blind can tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# In the order of the participants; the same shapes as on the page and in the live view.
MARKERS = ("s", "o", "^", "D", "*", "p")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (6, 2)),
    (0, (6, 2, 1.5, 2)),
    (0, (1.5, 1.5)),
    (0, (8, 2, 2, 2, 2, 2)),
)
POINTS = 400
FEW: Final = 3
"""Up to so many flights are drawn with all their detail."""

Place = tuple[float, float]


class FlightLine(NamedTuple):
    """One object as it is drawn."""

    ordinal: int
    """of its launch, from 1"""
    launch: Launch
    flying: FlyingObject
    minutes: NDArray[np.float64]
    """since the launch"""
    lon: NDArray[np.float64]
    """without jumps: it may run beyond 180"""
    states: States
    contacts: dict[str, tuple[SensorContact, ...]]

    @property
    def main(self) -> bool:
        """Whether it is the vehicle itself, not a piece or a stage."""
        return self.flying.parent is None


class Drawing(NamedTuple):
    """Everything that is drawn."""

    launches: Sequence[Launch]
    lines: Sequence[FlightLine]
    start: Instant
    arrangements: Arrangements
    seed: int
    language: str = "en"
    known: Sequence[Compared] = ()
    """by launch, what each country knew"""
    told: "Sequence[ToldLine]" = ()
    """the alerts about them, and links that were down meanwhile"""

    @property
    def vehicles(self) -> list[FlightLine]:
        """The vehicles alone."""
        return [line for line in self.lines if line.main]

    @property
    def detailed(self) -> bool:
        """Whether there are so few flights that details do not hide each other."""
        return len(self.launches) <= FEW


def lines_of(
    launches: Sequence[Launch], start: Instant, arrangements: Arrangements, seed: int
) -> Iterator[FlightLine]:
    """Yield every object of every launch, sampled; all on the first one's turn of the globe."""
    for ordinal, launch in enumerate(launches, 1):
        for flying in flights_of(launch, seed):
            seconds = np.linspace(0.0, flying.trajectory.duration_s, POINTS)
            states = flying.trajectory.sample(seconds)
            lon = np.degrees(np.unwrap(np.radians(states.lon_deg)))
            lon += 360.0 * round((launches[0].site.lon - lon[0]) / 360.0)
            minutes = (flying.start_s + seconds) / 60
            contacts = contacts_of(launch, start, arrangements, flying)
            yield FlightLine(ordinal, launch, flying, minutes, lon, states, contacts)


def together(
    points: Sequence[tuple[int, Place]], across: float, up: float
) -> list[tuple[str, Place]]:
    """Return one label for all numbers whose points are too close to be told apart."""
    groups: list[tuple[list[int], Place]] = []
    for ordinal, (x, y) in points:
        for numbers, (there_x, there_y) in groups:
            if abs(x - there_x) <= across and abs(y - there_y) <= up:
                numbers.append(ordinal)
                break
        else:
            groups.append(([ordinal], (x, y)))
    return [(_numbers(numbers), place) for numbers, place in groups]


def colour_of(row: int) -> str:
    """Return the colour of the n-th country."""
    return COLOURS[row % len(COLOURS)]


def marker_of(row: int) -> str:
    """Return the marker of the n-th country."""
    return MARKERS[row % len(MARKERS)]


def dashes_of(line: FlightLine) -> Any:
    """Return the dashes of a flight."""
    return DASHES[(line.ordinal - 1) % len(DASHES)]


def label_style(side: str, size: float = 8.5, weight: str = "bold") -> dict[str, Any]:
    """Return how a label beside a point is written."""
    return {
        "textcoords": "offset points",
        "fontsize": size,
        "ha": side,
        "va": "center" if side != "center" else "bottom",
        "weight": weight,
        "color": INK,
        "zorder": 9,
        "annotation_clip": True,
    }


def fitted(text: str, cells: int) -> str:
    """Return a text that takes no more columns than there are; Han takes two for a letter."""
    return text if cell_len(text) <= cells else f"{set_cell_size(text, cells - 1).rstrip()}…"


def _numbers(numbers: list[int]) -> str:
    """Return numbers as a reader would write them: 1, 3 or 2-7."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:  # noqa: PLR2004 - a range
        return f"{numbers[0]}-{numbers[-1]}"
    return ", ".join(map(str, numbers[:FEW])) + (" …" if len(numbers) > FEW else "")


def save(figure: "Figure", path: pathlib.Path) -> None:
    """Write a drawing, the same bytes for the same drawing; FilesError if that is impossible."""
    plain = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
    try:
        figure.savefig(path, metadata=plain)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise FilesError(path, f"{reason}; name a file that can be written") from error
