"""``feed publish``: the player alone, on a broker that is there, for receivers anywhere."""

from dataclasses import dataclass

import structlog

from feed.app.broker_in_use import BrokerOptions, broker_in_use
from feed.app.dashboard import BesideOptions, dashboard_beside
from feed.app.options import PlayOptions
from feed.app.session import new_session, resumed_session
from feed.app.undisturbed import undisturbed
from feed.clock import SystemClock
from feed.errors import IncompleteError

__all__ = ["PublishOptions", "publish"]

log = structlog.get_logger()


@dataclass(frozen=True)
class PublishOptions:
    """What a user asks of ``feed publish``."""

    play: PlayOptions
    broker: str
    resume: str | None = None
    dashboard: BesideOptions | None = None


async def publish(options: PublishOptions) -> int:
    """Play a scenario on a broker; 0 when whoever was waited for has everything."""
    clock = SystemClock()
    if options.resume is None:
        opened = new_session(options.play, clock)
    else:
        opened = resumed_session(options.resume, options.play, clock)
    with opened as session:
        about = session.description
        broker = BrokerOptions(url=options.broker)
        async with (
            broker_in_use(broker, countries=about.countries, clock=clock) as place,
            dashboard_beside(options.dashboard, place, about.exercise) as page,
        ):
            if page:
                log.info("dashboard", address=page)
            publication = session.publication(place.role("player"), clock)
            publication.begun = lambda: log.info(
                "publishing",
                run=about.run,
                scenario=about.scenario,
                exercise=about.topics.exercise,
                broker=place.address.shown,
            )
            with undisturbed():
                complete = await publication.play()
            log.info(
                "published",
                run=about.run,
                messages=publication.run.sent,
                latest_ms=publication.progress.latest_ms,
            )
        if not complete:
            run = publication.run
            waited = {country: run.sequences[country] for country in session.options.wait_for}
            raise IncompleteError(_lacking(publication.receivers.lacking(run.epoch, waited)))
    return 0


def _lacking(lacking: dict[str, int]) -> str:
    parts = ", ".join(f"{country} {count}" for country, count in lacking.items())
    return (
        f"{sum(lacking.values())} messages were not acknowledged by receivers: {parts}; "
        "'feed runs' shows the run"
    )
