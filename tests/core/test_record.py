"""A run written down as a story has the plan that the run had, whatever was done to it."""

from typing import Any

from hypothesis import given

from feed.core.actions import Edit, Fire, Hold, Inject, Reset, Skip, Verb
from feed.core.added import events_of
from feed.core.event_stream import stream_of
from feed.core.plan import Plan
from feed.core.record import amended_by, recording
from feed.core.sharing import Sharing
from feed.model.header import Header
from feed.model.message import Delivery
from feed.model.scenario import Scenario
from feed.model.time import SECOND
from tests.core.test_run import INJECTED, PLAN, Player, eventful
from tests.make import PATIENT, START

STARTS = PLAN.event_stream.start


def content(deliveries: Any) -> list[tuple[Any, ...]]:
    """Return what two plans have to agree on."""
    return [
        (each.message.key, each.message.type, dict(each.message.data), each.due, each.recipient)
        for each in deliveries
    ]


def replayed(actions: list[Verb]) -> Plan:
    """Return the plan of the file that is written of actions."""
    written = recording(actions, STARTS)
    header = PLAN.event_stream.header
    assert isinstance(header, Scenario)
    told = header.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"events"})
    made = Header.model_validate(
        {**told, "amendments": written.amendments}, by_alias=True, by_name=False
    )
    events = (*header.events, *events_of(written.events))
    stream = stream_of(made, events)
    before = PLAN.sharing
    sharing = Sharing(
        before.arrangements,
        stream.gathered,
        seed=made.seed,
        recipients=before.recipients,
        as_of=before.as_of,
    )
    return amended_by(Plan(stream, sharing), events, made)


def done(player: Player) -> list[Verb]:
    """Return everything that was done to a run."""
    return [one.action for one in player.recorded]


@PATIENT
@given(eventful)
def test_the_recording_of_a_run_has_its_plan(script: list[Any]) -> None:
    """Whatever is injected, held, fired, skipped, edited, sought and reset in whatever order."""
    player, injected = Player(), set[str]()
    for step in script:
        match step:
            case "kill":
                player.kill()
            case (float(seconds), int(room)):
                player.wait(seconds, room)
            case Inject(events=(event,)) if event["incident"] in injected:
                pass  # a name can be given once
            case _:
                injected |= {event["incident"] for event in getattr(step, "events", ())}
                player.act(step)

    assert content(replayed(done(player)).deliveries()) == content(player.run.plan.deliveries())


def test_events_that_were_injected_are_events() -> None:
    """With nothing else done there is no amendment at all."""
    player = Player()
    player.act(Inject(events=(INJECTED,)))

    written = recording(done(player), STARTS)

    assert written.amendments == []
    (event,) = written.events
    assert event["incident"] == "surprise"
    assert event["at"].startswith("2023-12-19T09:00:00")


def test_what_joined_later_is_not_touched_by_what_was_done_before() -> None:
    """The second of two events of one fire is the one that was planned then."""
    player = Player()
    player.act(Hold(target="talks"))
    player.act(Inject(events=(INJECTED,)))

    written = recording(done(player), STARTS)

    assert [next(iter(each)) for each in written.amendments] == ["hold", "inject"]
    assert written.amendments[1]["inject"] == ["surprise"]


def test_a_reset_forgets_what_was_done() -> None:
    """The story is as it was begun again."""
    player = Player()
    player.act(Skip(target="talks"))
    player.act(Reset())

    assert recording(done(player), STARTS) == ([], [])


def test_each_verb_is_written_with_its_moment() -> None:
    """In microseconds, in the story's zone."""
    player = Player()
    player.act(Edit(target="warning.jpn.1", data={"precision": "hour"}))
    player.act(Fire(target="talks"))

    edit, fire = recording(done(player), STARTS).amendments

    assert edit["edit"] == "warning.jpn.1"
    assert edit["data"] == {"precision": "hour"}
    assert fire == {"fire": "talks", "at": "2023-12-19T09:00:00.001000+09:00"}
    assert START + SECOND // 1000 in {
        each.due for each in deliveries_of(replayed(done(player)), "talks")
    }


def deliveries_of(plan: Plan, event: str) -> list[Delivery]:
    """Return the deliveries about an event."""
    return [each for each in plan.deliveries() if each.message.event == event]
