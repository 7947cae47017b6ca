"""What a run shows while it is played: receivers, player and broker as plain values."""

from collections.abc import Mapping
from dataclasses import replace

from feed.app.broker_in_use import BrokerInUse
from feed.app.publication import Publication
from feed.app.receiving import ToldSoFar
from feed.app.receiving_pipe import CountryTold
from feed.app.situation_now import RunPlace, SituationNow
from feed.clock import Clock
from feed.core.staff import StaffNotes
from feed.terminal.live import CountryView, LiveState
from feed.wording.text import said

__all__ = ["Watching"]

_REMINDERS = 2


class Watching:
    """What there is to see of a run."""

    def __init__(
        self,
        publication: Publication,
        told: ToldSoFar,
        place: BrokerInUse,
        clock: Clock,
        *,
        names: Mapping[str, str],
        language: str,
        page: str = "",
    ) -> None:
        self._page = page
        self._publication = publication
        self._told = told
        self._place = place
        self._clock = clock
        self._names = names
        self._language = language
        self._ranks = {country: rank for rank, country in enumerate(names)}
        self._situation = SituationNow(publication.description.countries)
        self._place_of_run: RunPlace | None = None

    def state(self, *, note: str, keys: bool) -> LiveState:
        """Return everything that the live view shows at this moment."""
        publication, embedded = self._publication, self._place.embedded
        run, progress, about = publication.run, publication.progress, publication.description
        now = self._clock.now()
        position = run.position(now)
        self._place_of_run = RunPlace(run.plan, run.epoch, run.cursor, position, run.ends)
        return LiveState(
            exercise=about.exercise,
            title=said(about.titles, self._language),
            run=about.run,
            epoch=run.epoch,
            state=run.state.value,
            phase=_phase(publication),
            looked=progress.looked,
            rate=run.rate,
            position_us=position,
            starts_us=about.starts,
            ends_us=run.ends,
            offset_s=about.offset_s,
            arrangements_us=about.arrangements_at,
            wall_us=self._clock.wall(),
            late_ms=progress.late_ms,
            latest_ms=progress.latest_ms,
            sent=run.sent,
            planned=None if progress.planned is None else sum(progress.planned.values()),
            skipped_us=run.transport.skipped_us,
            addresses=self._place.shown,
            page=self._page,
            restarts=0 if embedded is None else embedded.restarts,
            countries=list(map(self._country, self._told.countries.values())),
            reminders=StaffNotes(run.plan.event_stream.header).latest(position, _REMINDERS),
            faults=tuple(dict.fromkeys(run.faults.names)),
            note=note,
            keys=keys,
        )

    def completed(self, state: LiveState, *, whole: bool = False) -> LiveState:
        """Return a state with the situation of that moment.

        For a thread beside the event loop, which this would hold up for some milliseconds.
        ``whole``: take as long as it takes, so that nothing is missing in the situation.
        """
        place = self._place_of_run
        if place is None:
            return state
        situation, complete = self._situation.at(place)
        while whole and not complete:
            situation, complete = self._situation.at(place)
        return replace(state, situation=situation, behind=not complete)

    def _country(self, told: CountryTold) -> CountryView:
        country = told.country
        planned = self._publication.progress.planned
        return CountryView(
            country=country,
            name=self._names.get(country, country),
            planned=None if planned is None else planned.get(country, 0),
            sent=self._publication.run.sequences[country],
            received=told.received,
            duplicates=told.duplicates,
            missing=sum(last - first + 1 for first, last in told.gaps),
            connected=told.connected,
            latency_ms=told.latency_ms,
            recent=tuple(self._told.recent[country]),
            active=told.active,
            rank=self._ranks.get(country, len(self._ranks)),
        )


def _is_there(publication: Publication) -> bool:
    """Tell whether the broker is there; before the first connection nothing else is expected."""
    return publication.publisher.connected or publication.phase == "connecting"


def _phase(publication: Publication) -> str:
    if publication.progress.looked:
        return "looking for the place"
    return publication.phase if _is_there(publication) else "the broker is away"
