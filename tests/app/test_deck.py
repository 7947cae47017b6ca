"""What can be done to a run: what each action does, and that it is written down first."""

from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from feed.app.deck import Deck
from feed.app.position import Position, Span
from feed.clock import VirtualClock
from feed.core.playhead import State, TransportError
from feed.files.ledger import PlayerLedger
from tests import make
from tests.app.stage import eventful


class Recorder:
    """A deck on a small story, and the order in which it told of things."""

    def __init__(self, ledger: PlayerLedger) -> None:
        self.clock = VirtualClock(autojump=False)
        self.ledger = ledger
        self.told: list[str] = []
        plan = eventful()
        self.deck = Deck(
            Position.found(plan, ledger, Span(), make.START + 60_000_000),
            ledger,
            self.clock,
            rate=1,
            max_gap_s=None,
            before=lambda: self.told.append(f"before {len(ledger.actions())}"),
            changed=lambda: self.told.append(f"changed {len(ledger.actions())}"),
        )


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """Return a deck that stands at the start."""
    with PlayerLedger.create(tmp_path / "player.sqlite", {}) as ledger:
        yield Recorder(ledger)


def test_an_action_is_written_down_before_it_takes_effect(recorder: Recorder) -> None:
    """First what was sent is saved, then the action is in the ledger, then others are told."""
    recorder.deck.play()

    assert recorder.told == ["before 0", "changed 1"]
    (action,) = recorder.ledger.actions()
    assert (action.verb, action.position, action.cursor) == ("play", make.START, 0)


def test_the_verbs_move_the_playhead(recorder: Recorder) -> None:
    """Play, pause, toggle, rate and stop do what they say."""
    deck, playhead = recorder.deck, recorder.deck.playhead

    deck.toggle()
    assert deck.playing
    recorder.clock.advance(2)
    deck.toggle()
    assert playhead.state is State.PAUSED
    deck.set_rate(inf)
    assert playhead.rate == inf
    deck.pause()
    deck.stop()
    assert deck.ended
    verbs = [action.verb for action in recorder.ledger.actions()]
    assert verbs == ["play", "pause", "rate", "pause", "stop"]
    assert [action.details for action in recorder.ledger.actions()][2] == {"rate": "max"}


def test_a_step_hands_out_the_next_delivery(recorder: Recorder) -> None:
    """One delivery is taken, and time stands at its moment."""
    first = recorder.deck.step()
    second = recorder.deck.step()

    assert first is not None
    assert second is not None
    assert (first.due, first.recipient) <= (second.due, second.recipient)
    assert recorder.deck.playhead.position(recorder.clock.now()) == second.due


def test_the_next_event_is_a_first_report_that_is_no_track(recorder: Recorder) -> None:
    """Time moves over the updates to what is new, at last to the end."""
    deck = recorder.deck
    deck.play()
    moments: list[int] = []
    while not deck.ended and len(moments) < 20:
        deck.next_event()
        deck.playhead.due(recorder.clock.now(), 1000)
        here = deck.playhead.position(recorder.clock.now())
        moments.append((here - make.START) // 1_000_000)

    assert moments[:5] == [2, 4, 6, 8, 55]
    assert deck.ended
    assert moments[5:] == [(deck.playhead.ends - make.START) // 1_000_000]


def test_what_the_state_refuses_is_an_error(recorder: Recorder) -> None:
    """A run that has ended plays no more, and is not changed by being asked."""
    recorder.deck.stop()

    for refused in (recorder.deck.play, recorder.deck.pause, recorder.deck.step):
        with pytest.raises(TransportError, match="the run has ended"):
            refused()
    assert recorder.deck.ended
    assert [action.verb for action in recorder.ledger.actions()] == ["stop"]


def test_what_is_refused_is_not_written_down(recorder: Recorder) -> None:
    """A run that is looked at later shows what was done to it, not what was tried."""
    recorder.deck.play()
    with pytest.raises(TransportError, match="it is playing; pause it to step"):
        recorder.deck.step()
    with pytest.raises(TransportError, match="a rate is a number"):
        recorder.deck.set_rate(-1)

    (action,) = recorder.ledger.actions()
    assert (action.verb, action.details) == ("play", {"rate": 1})
