"""The live view of a run: the situation first, then the log, then how the feed works.

``LiveView`` keeps the terminal; what is drawn into it stands in ``live_screen.py``.
"""

from dataclasses import replace
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from feed.model.marking import BANNER
from feed.terminal.live_screen import Screen
from feed.terminal.log import Notes
from feed.terminal.views import CountryView, LiveState, MessageView, Recent
from feed.wording.times import Times, named_zone

__all__ = ["CountryView", "LiveState", "LiveView", "MessageView", "Screen"]

_FRAME_US = 120_000
"""Frames are no closer than this, by the wall clock."""


class LiveView:
    """A picture of a run that is kept up to date on a terminal; a context manager.

    However it is left, the last picture stays and the terminal is as it was.
    """

    def __init__(
        self,
        *,
        zone: str | None = None,
        language: str = "en",
        notes: Notes | None = None,
        console: Console | None = None,
    ) -> None:
        """Show times in a named zone; logs of the same terminal appear above the view."""
        self._zone = named_zone(zone)
        self._language = language
        self._notes = notes
        self._console = console or Console(highlight=False, emoji=False)
        self._recent: dict[str, Recent] = {}
        self._state: LiveState | None = None
        self._drawn_us: int | None = None
        self._size = self._console.size
        self._live = self._fresh()

    def render(self, state: LiveState) -> "Screen":
        """Return a state as something that the console can draw at any size."""
        times, wall = Times(state.offset_s, self._zone), Times(0, self._zone)
        return Screen(state, times, wall, self._language)

    def update(self, state: LiveState) -> None:
        """Show a state; one that comes too soon after the last is left for the next frame."""
        for country in state.countries:
            recent = self._recent.setdefault(country.country, Recent())
            recent.begin(state.epoch)
            recent.add(country.recent)
        self._state = state
        if self._drawn_us is None or abs(state.wall_us - self._drawn_us) >= _FRAME_US:
            self._draw()

    def __enter__(self) -> Self:
        """Take over the terminal."""
        self._live.start()
        if self._notes is not None:
            self._notes.above = self._above
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last picture, and give the terminal back."""
        try:
            if self._notes is not None:
                self._notes.above = None
            self._draw()
        finally:
            self._live.stop()

    def _draw(self) -> None:
        if self._state is None:
            return
        self._drawn_us = self._state.wall_us
        if self._console.size != self._size:
            self._resize()
        countries = [
            replace(country, recent=self._recent[country.country].rows())
            for country in self._state.countries
        ]
        self._live.update(self.render(replace(self._state, countries=countries)), refresh=True)

    def _resize(self) -> None:
        """Start on a clean screen: what was drawn has been broken into other lines."""
        self._size = self._console.size
        self._live.transient = True
        self._live.stop()
        self._console.clear()
        self._live = self._fresh()
        self._live.start()

    def _fresh(self) -> Live:
        return Live(
            Text(BANNER),
            console=self._console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )

    def _above(self, line: str) -> None:
        self._console.print(Text(line), overflow="fold")
