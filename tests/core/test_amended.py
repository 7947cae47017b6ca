"""What holding, firing, skipping, editing and adding do to a run, by example.

``test_run.py`` does all of it in random order and holds it against what must always be true.
"""

from math import inf
from typing import Any

import pytest

from feed.core.actions import (
    Edit,
    Fire,
    Hold,
    Inject,
    Pause,
    Play,
    Rate,
    Reset,
    Seek,
    Skip,
    TransportError,
    Verb,
)
from feed.core.cut_off import CutOff, Recorded
from feed.core.place import at_once
from feed.core.run import Numbered, Run
from feed.model.time import SECOND
from tests import make
from tests.make import START

SHOT: dict[str, Any] = {"incident": "surprise", "category": "other", "originator": "KOR"}


class Played:
    """A run in a few lines, with what was sent and done."""

    def __init__(self) -> None:
        self.plan = make.plan(
            make.alert(at=10),
            make.meeting(at=20),
            make.correction(at=30, as_="update", areas=["South"]),
            make.correction(at=40, as_="all-clear"),
            recipients=("KOR", "JPN"),
        )
        self.run = Run(self.plan)
        self.now = 0.0
        self.sent: list[Numbered] = []
        self.recorded: list[Recorded] = []

    def do(self, *actions: Verb) -> None:
        """Do things, written down before."""
        for action in actions:
            prepared = at_once(self.run.prepare(action, self.now))
            where = self.run.position(self.now), self.run.cursor, self.run.into(prepared)
            self.recorded.append(Recorded(prepared, *where))
            self.run.apply(prepared, self.now)

    def wait(self, seconds: float) -> list[str]:
        """Let time pass; return the keys of what goes to one country meanwhile."""
        self.now += seconds
        handed = self.run.due(self.now, 1000)
        self.sent += handed
        automatic = self.run.automatic(self.now)
        if automatic is not None:
            self.do(automatic)
        return [one.delivery.message.key for one in handed if one.delivery.recipient == "JPN"]

    def killed(self) -> None:
        """Begin anew with what was written down, and play if it was playing."""
        was_playing = self.run.playing
        epoch = self.run.epoch
        rows = [one for one in self.sent if one.epoch == epoch]
        self.run = Run(
            self.plan,
            cut_off=CutOff(
                tuple(self.recorded),
                rows[-1].origin + 1 if rows else None,
                {one.delivery.recipient: one.sequence for one in rows},
                rows[-1].delivery.due if rows else 0,
                len(self.sent),
            ),
        )
        self.now += 500.0
        if was_playing:
            self.do(Play())

    def rest(self) -> list[str]:
        """Play to the end."""
        self.do(Rate(rate=inf))
        return self.wait(0.0)


@pytest.fixture
def played() -> Played:
    """Give a run that has played for five seconds."""
    played = Played()
    played.do(Play())
    played.wait(5.0)
    return played


EVERYTHING = ["warning.jpn.1", "talks.usa.1", "warning.jpn.2", "warning.jpn.3"]


def test_what_is_held_waits_until_it_is_fired(played: Played) -> None:
    """Whenever that is, with numbers that have no gap."""
    played.do(Hold(target="warning.jpn.1"))
    assert played.wait(20.0) == ["talks.usa.1"]
    played.do(Fire(target="warning.jpn.1"))
    assert played.wait(1.0) == ["warning.jpn.1"]
    assert played.rest() == ["warning.jpn.2", "warning.jpn.3"]
    jpn = [one for one in played.sent if one.delivery.recipient == "JPN"]
    assert [one.sequence for one in jpn] == [1, 2, 3, 4]


def test_what_is_held_of_an_event_goes_out_together(played: Played) -> None:
    """What was due by then at once, the rest at its own moment."""
    played.do(Hold(target="warning"))
    assert played.wait(30.0) == ["talks.usa.1"]
    played.do(Fire(target="warning"))
    assert played.wait(0.1) == ["warning.jpn.1", "warning.jpn.2"]
    assert played.rest() == ["warning.jpn.3"]


def test_what_is_held_and_never_fired_is_never_sent(played: Played) -> None:
    """The run ends without it."""
    played.do(Hold(target="warning"))

    assert played.rest() == ["talks.usa.1"]
    assert played.run.ended


def test_firing_what_is_not_held_sends_its_next_message_early(played: Played) -> None:
    """Once; the others stay where they are."""
    played.do(Fire(target="talks"))
    assert played.wait(0.1) == ["talks.usa.1"]
    assert played.rest() == ["warning.jpn.1", "warning.jpn.2", "warning.jpn.3"]


def test_what_is_fired_ignores_a_pause(played: Played) -> None:
    """Everything else stands still."""
    played.do(Pause(), Fire(target="talks"))
    assert played.wait(100.0) == ["talks.usa.1"]
    played.do(Play())
    assert played.wait(0.1) == []


def test_one_message_of_an_event_that_is_held_can_be_fired(played: Played) -> None:
    """Due or not; the rest of the event stays held until it is fired, too."""
    played.do(Hold(target="warning"))
    played.wait(20.0)
    played.do(Fire(target="warning.jpn.2"))
    assert played.wait(0.1) == ["warning.jpn.2"]
    played.do(Fire(target="warning"))
    assert played.wait(0.1) == ["warning.jpn.1"]
    assert played.rest() == ["warning.jpn.3"]


def test_firing_an_event_fires_the_messages_of_it_that_are_held(played: Played) -> None:
    """Also if they are held twice over."""
    played.do(Hold(target="warning.jpn.1"), Hold(target="warning"), Hold(target="warning.jpn.2"))
    played.wait(30.0)
    played.do(Fire(target="warning"))
    assert played.wait(0.1) == ["warning.jpn.1", "warning.jpn.2"]
    assert played.rest() == ["warning.jpn.3"]


def test_what_is_held_can_be_skipped_in_part(played: Played) -> None:
    """A message of a held event, or an event of which a message is held."""
    played.do(Hold(target="warning"), Hold(target="talks.usa.1"))
    played.wait(30.0)
    played.do(Skip(target="warning.jpn.1"), Skip(target="talks"), Fire(target="warning"))

    assert played.wait(0.1) == ["warning.jpn.2"]
    assert played.rest() == ["warning.jpn.3"]


def test_what_is_skipped_is_never_sent(played: Played) -> None:
    """Also what was held."""
    played.do(Hold(target="talks"), Skip(target="talks"), Skip(target="warning.jpn.2"))

    assert played.rest() == ["warning.jpn.1", "warning.jpn.3"]


def test_an_edit_changes_the_next_message_of_a_target(played: Played) -> None:
    """By its key or its event, held or not; others keep their bodies."""
    played.do(Edit(target="warning", data={"urgency": "Expected"}))
    played.do(Hold(target="talks"), Edit(target="talks", data={"place": "Another hall"}))
    played.do(Fire(target="talks"))
    played.rest()

    bodies = {one.delivery.message.key: one.delivery.message.data for one in played.sent}
    assert bodies["warning.jpn.1"]["urgency"] == "Expected"
    assert bodies["warning.jpn.2"]["urgency"] == "Immediate"
    assert bodies["talks.usa.1"]["place"] == "Another hall"


def test_a_held_message_can_be_edited_after_its_moment(played: Played) -> None:
    """Which is what somebody holds a message for; also when its whole event is held."""
    played.do(Hold(target="warning"))
    played.wait(10.0)
    played.do(Edit(target="warning.jpn.1", data={"text": "Stay inside."}), Fire(target="warning"))
    played.wait(0.1)

    texts = [one.delivery.message.data["text"]["en"] for one in played.sent]
    assert texts == ["EXERCISE EXERCISE EXERCISE. Stay inside."] * 2


def test_what_is_added_is_sent_at_once_or_at_its_time(played: Played) -> None:
    """A correction of what was added follows it."""
    later = {**SHOT, "incident": "later", "at": "+PT25S"}
    played.do(Inject(events=(SHOT, later)))
    assert played.wait(0.1) == ["surprise.kor.1"]
    over = {"correction": "over", "of": "surprise", "as": "cancel"}
    played.do(Inject(events=(over,)))
    assert played.wait(0.1) == ["surprise.kor.2"]
    assert played.rest() == [*EVERYTHING[:2], "later.kor.1", *EVERYTHING[2:]]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Hold(target="nobody"), "nothing of 'nobody' is due any more"),
        (Hold(target="tlaks"), "nothing of 'tlaks' is due any more; did you mean 'talks'?"),
        (Skip(target="warning.jpn.9"), "nothing of 'warning.jpn.9' is due any more"),
        (Edit(target="nobody", data={"a": 1}), "nothing of 'nobody' is due any more"),
        (Edit(target="talks", data={"a": 1}), "'talks.usa.1' would be no meeting"),
        (Fire(target="nobody"), "nothing of 'nobody' is left to be fired"),
        (Inject(events=({**SHOT, "incident": "talks"},)), "is the id of another event"),
        (Inject(events=({**SHOT, "at": "+PT1S"},)), "which is over"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    played: Played, action: Verb, said: str
) -> None:
    """In one sentence."""
    with pytest.raises(TransportError, match=said):
        played.run.apply(action, played.now)

    assert played.rest() == EVERYTHING


def test_what_was_sent_already_can_be_neither_held_nor_edited(played: Played) -> None:
    """A change leaves everything before it as it was."""
    played.wait(10.0)
    for action in (
        Hold(target="warning.jpn.1"),
        Skip(target="warning.jpn.1"),
        Edit(target="warning.jpn.1", data={"urgency": "Past"}),
        Fire(target="warning.jpn.1"),
    ):
        with pytest.raises(TransportError, match=r"'warning.jpn.1' is (due any more|left)"):
            played.run.apply(action, played.now)


def test_after_a_jump_back_the_changes_are_as_they_were_made(played: Played) -> None:
    """What was added comes again, what was held from a moment on is sent before that moment."""
    played.do(Inject(events=(SHOT,)), Skip(target="talks"))
    played.wait(0.1)
    played.do(Seek(to=START))

    assert played.rest() == ["surprise.kor.1", "warning.jpn.1", "warning.jpn.2", "warning.jpn.3"]


def test_a_reset_takes_every_change_away(played: Played) -> None:
    """It is back to how the run was begun."""
    played.do(Inject(events=(SHOT,)), Skip(target="talks"), Hold(target="warning"))
    played.do(Reset(), Play())

    assert played.rest() == EVERYTHING


def test_a_run_that_was_killed_keeps_its_changes(played: Played) -> None:
    """Held, skipped, edited and added; what was held is fired after it."""
    played.do(Inject(events=({**SHOT, "at": "+PT25S"},)), Hold(target="warning"))
    played.do(Edit(target="talks", data={"place": "Another hall"}), Skip(target="warning.jpn.3"))
    played.wait(10.0)
    played.killed()
    assert played.wait(16.0) == ["talks.usa.1"]
    assert played.sent[-1].delivery.message.data["place"] == "Another hall"
    played.killed()
    played.do(Fire(target="warning"))
    assert played.wait(0.1) == ["warning.jpn.1"]
    assert played.rest() == ["surprise.kor.1", "warning.jpn.2"]
    assert played.sent[-1].delivery.due < START + 60 * SECOND
