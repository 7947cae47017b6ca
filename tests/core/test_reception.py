"""Reception without a broker: the same stream permuted, cut, repeated, mixed with foreign heads."""

from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from feed.core.picture import Picture
from feed.core.reception import Incoming, Reception
from feed.model.time import SECOND
from tests import make
from tests.make import PATIENT, START

RUN, OLD, NEXT, ALIEN = "01b", "01a", "01c", "zzzz"

PLAN = make.plan(
    make.alert(at=1),
    make.incident(at=2, repeat={"count": 9, "until": make.moment(9), "spread": "even"}),
    make.correction(at=10, as_="all-clear"),
    make.meeting(at=11),
    recipients=("JPN",),
)
ALL = list(PLAN.deliveries())


def stream(run: str, epoch: int, first: int = 0, last: int | None = None) -> list[Incoming[str]]:
    """Return what a player sends of a part of the plan in one epoch."""
    return [
        Incoming(run, epoch, n, one.message, one.due, f"{run}.{epoch}.{n}")
        for n, one in enumerate(ALL[first:last], 1)
    ]


def folded(incoming: list[Incoming[str]]) -> Picture:
    """Return the picture of messages in order."""
    picture = Picture()
    for one in incoming:
        picture.fold(one.report, one.due)
    return picture


@dataclass
class Receiver:
    """The smallest loop around a reception: it asks, and is answered from what was sent."""

    reception: Reception[str] = field(default_factory=lambda: Reception[str]("jpn"))
    now: float = 0.0
    shown: list[str] = field(default_factory=list)

    def take(self, one: Incoming[str]) -> None:
        """Take a message in."""
        self.show(self.reception.take(one, self.now))

    def show(self, incoming: list[Incoming[str]]) -> None:
        """Remember what is shown."""
        self.shown += [one.item for one in incoming]

    def beat(self, run: str, epoch: int, *, manifest: bool = True) -> None:
        """Hear a clock, and a manifest with it."""
        self.now += 1.0
        if manifest:
            for one in self.reception.manifest(run):
                self.take(one)
        for one in self.reception.clock(run, epoch, START):
            self.take(one)

    def repair(self, sent: list[Incoming[str]], *, rounds: int = 60) -> None:
        """Let time pass, and answer what is asked for from what was sent."""
        for _ in range(rounds):
            self.now += 1.0
            todo = self.reception.look(self.now, heard=self.now)
            self.show(todo.shown)
            requests = list(todo.requests)
            while requests:
                request = requests.pop()
                found = [
                    one
                    for one in sent
                    if (one.run, one.epoch) == (self.reception.run, request.epoch)
                    and request.first <= one.sequence <= request.last
                ]
                for one in found:
                    self.take(one)
                requests += self.reception.answered(request.id, len(found))


foreign = st.one_of(
    st.tuples(
        st.just("head"), st.sampled_from([ALIEN, OLD, RUN]), st.sampled_from([7, 999]),
        st.sampled_from([0, 10**17]), st.booleans(),
    ),
    st.tuples(st.just("clock"), st.just(ALIEN), st.just(1)),
    st.tuples(st.just("message"), st.sampled_from([OLD, ALIEN]), st.integers(0, 5)),
    st.just(("time",)),
)  # fmt: skip


def disturb(receiver: Receiver, what: tuple[object, ...]) -> None:
    """Let a stranger, or what was left of another run, be heard."""
    match what:
        case ("head", str(run), int(epoch), int(sequence), bool(final)):
            receiver.reception.head(run, epoch, sequence, final=final)
        case ("clock", str(run), int(epoch)):
            receiver.show(receiver.reception.clock(run, epoch, START))
        case ("message", str(run), int(n)):
            receiver.take(stream(run, 1)[n])
        case _:
            receiver.now += 5.0
            receiver.show(receiver.reception.look(receiver.now, heard=receiver.now).shown)


def test_the_end_of_an_epoch_is_not_the_end_of_the_run() -> None:
    """Whoever has everything of it waits for the next one, by head or clock, whichever says so."""
    for followed, clock in ((True, 1), (True, 2), (False, 2)):
        receiver = Receiver()
        receiver.beat(RUN, 1)
        for one in stream(RUN, 1):
            receiver.take(one)
        receiver.beat(RUN, clock)
        receiver.reception.head(RUN, 1, len(ALL), final=True, followed=followed)
        assert receiver.reception.complete
        assert not receiver.reception.finished
        receiver.beat(RUN, 2)
        receiver.reception.head(RUN, 2, 0, final=True)
        assert receiver.reception.finished


@PATIENT
@given(data=st.data(), cut=st.integers(1, len(ALL)), begin=st.integers(0, len(ALL) - 1))
def test_whatever_comes_in_whatever_order_all_is_shown_once_and_in_order(
    data: st.DataObject, cut: int, begin: int
) -> None:
    """Each epoch complete and in order, the picture that of the newest, finished at the end."""
    first, second = stream(RUN, 1, 0, cut), stream(RUN, 2, begin)
    sent = first + second
    kept = data.draw(st.lists(st.sampled_from(sent), max_size=30), label="what arrives")
    noise = data.draw(st.lists(foreign, max_size=10), label="noise")
    mixed = data.draw(st.permutations([*kept, *noise]), label="order")
    receiver = Receiver()
    receiver.beat(RUN, 1)
    for one in mixed:
        if isinstance(one, Incoming):
            receiver.take(one)
        else:
            disturb(receiver, one)
        assert receiver.reception.run == RUN
        assert not receiver.reception.finished, "nobody has said that it is over"
    receiver.beat(RUN, 1)
    receiver.reception.head(RUN, 1, len(first), final=True, followed=True)
    receiver.beat(RUN, 2)
    receiver.reception.head(RUN, 2, len(second), final=True)
    receiver.repair(sent)

    mine = [item for item in receiver.shown if item.startswith(f"{RUN}.")]
    for epoch, part in ((1, first), (2, second)):
        got = [item for item in mine if item.startswith(f"{RUN}.{epoch}.")]
        assert got == [one.item for one in part]
    assert len(receiver.shown) == len(set(receiver.shown))
    assert receiver.reception.complete
    assert receiver.reception.finished
    assert receiver.reception.given_up == 0
    assert receiver.reception.picture.shown == folded(second).shown


@PATIENT
@given(data=st.data(), lost=st.sets(st.integers(1, len(ALL)), max_size=5))
def test_what_nobody_can_give_is_given_up_and_said(data: st.DataObject, lost: set[int]) -> None:
    """The rest is shown in order; a receiver with losses is finished, and not complete."""
    sent = [one for one in stream(RUN, 1) if one.sequence not in lost]
    receiver = Receiver()
    receiver.beat(RUN, 1)
    for one in data.draw(st.permutations(sent)):
        receiver.take(one)
    receiver.reception.head(RUN, 1, len(ALL), final=True)
    receiver.repair(sent, rounds=200)

    assert receiver.shown == [one.item for one in sent]
    assert receiver.reception.finished
    assert receiver.reception.complete is (not lost)
    assert receiver.reception.given_up == len(lost)


@PATIENT
@example(2, 0, {1})  # the last word is of fewer than have come
@given(st.integers(0, len(ALL)), st.integers(0, 10**18 - 1), st.sets(st.integers(1, 5), max_size=2))
def test_what_a_head_alone_tells_of_is_not_told_as_lost(
    seen: int, number: int, lost: set[int]
) -> None:
    """However large the number of a stranger is, it ends soon, and what was seen is told apart."""
    sent = [one for one in stream(RUN, 1)[:seen] if one.sequence not in lost]
    highest = max((one.sequence for one in sent), default=0)
    receiver = Receiver()
    receiver.beat(RUN, 1)
    for one in sent:
        receiver.take(one)
    receiver.reception.head(RUN, 1, number, final=True)
    receiver.repair(sent, rounds=200)

    reception, beyond = receiver.reception, max(0, number - highest)
    assert reception.finished
    assert reception.unseen == ((beyond, number, highest) if beyond else (0, 0, 0))
    assert reception.given_up - beyond == highest - len(sent)


@PATIENT
@given(data=st.data(), there=st.sets(st.integers(1, len(ALL))))
def test_a_receiver_that_was_killed_goes_on(data: st.DataObject, there: set[int]) -> None:
    """What is written down is recalled, what stood behind a gap is shown when that is filled."""
    sent = stream(RUN, 1)
    written = [one for one in sent if one.sequence in there]
    receiver = Receiver(Reception[str]("jpn", remembers=True))
    reception = receiver.reception
    for one in data.draw(st.permutations(sent)):
        receiver.take(one)
    assert not receiver.shown, "first what is written down"
    assert reception.to_recall == 1
    spans: list[tuple[int, int]] = []
    for number in sorted(there):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    reception.recall_there(1, spans)
    again = [one.item for one in reception.recall(1, written)]
    receiver.show(reception.recalled(1, 0.0))

    assert again + receiver.shown == [one.item for one in sent]
    assert reception.to_recall is None
    assert reception.picture.shown == folded(sent).shown


def test_a_head_of_a_newer_run_is_not_believed() -> None:
    """Nobody is finished by it, and it is believed when manifest and clock agree on the run."""
    receiver = Receiver()
    receiver.beat(RUN, 1)
    receiver.take(stream(RUN, 1)[0])
    receiver.reception.head(ALIEN, 1, 0, final=True)
    assert receiver.reception.run == RUN
    assert not receiver.reception.finished
    receiver.beat(ALIEN, 1, manifest=False)
    assert receiver.reception.run == RUN
    receiver.beat(ALIEN, 1)
    assert receiver.reception.run == ALIEN
    assert receiver.reception.finished


def test_the_next_run_is_followed_whatever_its_id() -> None:
    """Also if the clock of a killed player was ahead, so that the new run's id is lower."""
    receiver = Receiver()
    receiver.beat(NEXT, 1)
    receiver.take(stream(NEXT, 1)[0])
    for one in stream(RUN, 1):
        receiver.take(one)
    assert receiver.reception.run == NEXT
    receiver.beat(RUN, 1)
    assert receiver.reception.run == RUN
    assert receiver.shown == [f"{NEXT}.1.1", *(one.item for one in stream(RUN, 1))]
    assert receiver.reception.picture.shown == folded(stream(RUN, 1)).shown


def test_a_receiver_without_clock_and_manifest_trusts_the_messages() -> None:
    """It has nothing else: the next run is followed with its first message."""
    receiver = Receiver(Reception[str]("jpn", trusting=True))
    for one in (*stream(RUN, 1), *stream(NEXT, 1)):
        receiver.take(one)
    assert receiver.reception.run == NEXT
    assert len(receiver.shown) == 2 * len(ALL)


def test_an_epoch_that_only_a_stranger_tells_of_does_not_begin() -> None:
    """Its head is kept until the clock tells of the epoch, too."""
    receiver = Receiver()
    receiver.beat(RUN, 1)
    receiver.take(stream(RUN, 1)[0])
    receiver.reception.head(RUN, 999, 10**17, final=True)
    assert receiver.reception.epoch == 1
    receiver.beat(RUN, 2)
    assert receiver.reception.epoch == 1
    receiver.beat(RUN, 999)
    assert receiver.reception.epoch == 999


def test_a_new_epoch_begins_with_an_empty_picture() -> None:
    """What stood before a jump does not stand after it unless it is said again."""
    receiver = Receiver()
    for one in stream(RUN, 1):
        receiver.take(one)
    assert receiver.reception.picture.shown
    receiver.take(stream(RUN, 2)[0])
    assert receiver.reception.picture.shown == folded(stream(RUN, 2)[:1]).shown


def test_an_acknowledgement_fits_however_many_gaps_there_are() -> None:
    """What does not fit is not acknowledged: everything up to the last gap that is told."""
    reception = Reception[str]("jpn")
    for n in range(1, 4001, 2):
        reception.take(Incoming(RUN, 1, n, ALL[0].message, START, ""), 0.0)
    said = reception.acknowledgement()
    assert said is not None
    assert len(said.missing) == 300
    assert said.sequence == 601
    assert said.missing[-1] == (600, 600)


def test_what_has_expired_leaves_the_picture_by_the_clock() -> None:
    """The clock of the run that is followed, and no other."""
    plan = make.plan(make.alert(at=0, expires="PT5S"), recipients=("JPN",))
    (one,) = plan.deliveries()
    reception = Reception[str]("jpn")
    reception.take(Incoming(RUN, 1, 1, one.message, one.due, ""), 0.0)
    reception.clock(ALIEN, 1, START + 60 * SECOND)
    assert reception.picture.shown
    reception.clock(RUN, 1, START + 60 * SECOND)
    assert not reception.picture.shown


# -- where everything is signed ------------------------------------------------------------------


def signed(*known: str) -> Receiver:
    """Return one that has the player's public key, and was there when some runs were played."""
    return Receiver(Reception[str]("jpn", known=known.__contains__))


def test_a_signed_message_alone_begins_no_run() -> None:
    """Anybody can send again what was signed once; clock and manifest say what is played."""
    receiver = signed()
    for one in stream(OLD, 1):
        receiver.take(one)
    assert receiver.reception.run is None

    receiver.beat(RUN, 1)
    for one in stream(RUN, 1):
        receiver.take(one)
    receiver.repair([])
    assert receiver.shown == [one.item for one in stream(RUN, 1)]
    assert receiver.reception.replayed == len(ALL)


def test_the_rest_of_a_run_that_was_followed_is_shown() -> None:
    """A receiver that was away gets what the broker kept, though another run is played by now."""
    receiver = signed(OLD)
    receiver.beat(RUN, 1)
    for one in (*stream(OLD, 1), *stream(RUN, 1)):
        receiver.take(one)
    receiver.repair([])

    assert sorted(receiver.shown) == sorted(one.item for r in (OLD, RUN) for one in stream(r, 1))
    assert receiver.reception.replayed == 0


def test_an_epoch_that_is_over_comes_no_more() -> None:
    """Messages and heads of it are replayed; what one that was received lacks is awaited."""
    receiver = signed()
    receiver.beat(RUN, 2)
    receiver.take(stream(RUN, 2)[0])
    for one in stream(RUN, 1):
        receiver.take(one)
    receiver.reception.head(RUN, 1, 10**17, final=True)
    assert receiver.reception.replayed == len(ALL) + 1
    assert receiver.reception.epoch == 2

    receiver.beat(RUN, 3)
    receiver.take(stream(RUN, 3)[0])
    receiver.take(stream(RUN, 2)[1])
    assert receiver.shown == [f"{RUN}.2.1", f"{RUN}.3.1", f"{RUN}.2.2"]


def test_who_came_late_and_may_not_ask_gets_the_rest_in_order() -> None:
    """Nothing is held back for ever for the sake of what nobody will give."""
    sent = stream(RUN, 1)
    receiver = Receiver(Reception[str]("jpn", asks=False))
    for one in sent[2:]:
        receiver.take(one)
    assert not receiver.shown

    lost = [receiver.reception.look(now, heard=0.0) for now in (0.0, 2.0, 4.0)]

    assert [todo.given_up for todo in lost] == [None, None, (1, 2)]
    assert [one.item for one in lost[-1].shown] == [one.item for one in sent[2:]]
