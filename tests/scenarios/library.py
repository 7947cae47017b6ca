"""The library's stories, loaded and played once for all tests that read them."""

from functools import cache

from feed.core.plan import Plan
from feed.core.sharing import Sharing
from feed.files.arrangements import load_arrangements
from feed.files.library import find
from feed.files.scenario import Loaded, load
from feed.model.arrangement import Arrangements
from feed.model.message import Delivery, Message
from feed.model.scenario import Scenario

__all__ = ["arrangements", "deliveries", "loaded", "messages", "scenario"]


@cache
def arrangements() -> Arrangements:
    """Return the library's arrangements."""
    return load_arrangements()


@cache
def loaded(name: str) -> Loaded:
    """Return a story of the library; ScenarioError with everything that is wrong with it."""
    return load(find(name).path, arrangements())


def scenario(name: str) -> Scenario:
    """Return what the file of a story says."""
    header = loaded(name).header
    assert isinstance(header, Scenario)
    return header


@cache
def deliveries(name: str) -> tuple[Delivery, ...]:
    """Return every delivery of a story, in the order they are due."""
    event_stream = loaded(name).event_stream
    recipients = arrangements().countries()
    sharing = Sharing(
        arrangements(), event_stream.gathered, seed=event_stream.header.seed, recipients=recipients
    )
    return tuple(Plan(event_stream, sharing).deliveries())


@cache
def messages(name: str) -> tuple[Message, ...]:
    """Return every message of a story that anybody receives, each once, in order of time."""
    return tuple(
        {each.number: each.message for each in sorted(deliveries(name), key=_number)}.values()
    )


def _number(delivery: Delivery) -> int:
    return delivery.number
