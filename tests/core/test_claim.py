"""Players that begin at the same moment, in every order that a broker may take them in."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from feed.core.claim import PlayerClaim
from tests.make import PATIENT

Said = tuple[str, bool, bool]
"""a name, whether it is an answer, and whether who says it plays"""


@dataclass
class Player:
    """A player, what is on its way to it, and what it has still to say."""

    claim: PlayerClaim
    inbox: list[tuple[Said, bool]] = field(default_factory=list)
    saying: list[Said] = field(default_factory=list)
    subscribed: bool = False
    left: bool = False


class Broker:
    """One topic: everybody who is subscribed hears everything in one order."""

    def __init__(self, names: list[str], stands: Said | None) -> None:
        self.players = [Player(PlayerClaim(name)) for name in names]
        self.stands = stands

    def turn(self, player: Player, choice: int) -> bool:
        """Let a player do the next thing that it can; False if there is nothing."""
        claim = player.claim
        if player.left:
            return False
        if not player.subscribed:
            player.subscribed = True
            if self.stands is not None:
                player.inbox.append((self.stands, True))
            player.saying.append((claim.name, False, False))
        elif player.saying and (choice or not player.inbox):
            said = player.saying.pop(0)
            self.stands = said
            for each in self.players:
                if each.subscribed and not each.left:
                    each.inbox.append((said, False))
        elif player.inbox:
            (name, answer, plays), retained = player.inbox.pop(0)
            if claim.hear(name, answer=answer, plays=plays, retained=retained):
                player.saying.append((claim.name, True, claim.holds))
            player.left = claim.holder is not None and not claim.holds
        else:
            return False
        return True

    def settle(self) -> None:
        """Let everybody do all that there is to be done."""
        while any(self.turn(player, 0) for player in self.players):
            pass


orders = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), max_size=60)


@PATIENT
@given(
    order=orders,
    names=st.permutations("abcd").flatmap(
        lambda names: st.integers(1, 4).map(lambda count: list(names[:count]))
    ),
    stands=st.none() | st.tuples(st.just("dead"), st.booleans(), st.booleans()),
)
def test_exactly_one_plays_in_whatever_order_they_begin(
    order: list[tuple[int, int]], names: list[str], stands: Said | None
) -> None:
    """Also where the claim of somebody who died still stands."""
    broker = Broker(names, stands)
    for who, choice in order:
        broker.turn(broker.players[who % len(names)], choice)
        assert sum(player.claim.holds for player in broker.players) <= 1
    broker.settle()
    for player in broker.players:
        # Nothing is on its way any more, so who was in doubt has waited long enough.
        player.claim.nobody_answered()
        broker.settle()
    assert sum(player.claim.holds for player in broker.players) == 1


def test_who_plays_answers_whoever_comes_later() -> None:
    """And nobody else, so that answers do not go on for ever."""
    claim = PlayerClaim("a")
    assert not claim.hear("a")
    assert claim.holds
    assert claim.hear("b")
    assert not claim.hear("a", answer=True, plays=True)
    assert claim.holds
    # An answer of somebody who waits, to a third.
    claim.hear("0", answer=True)
    assert claim.holds


def test_where_two_have_heard_themselves_first_one_gives_up() -> None:
    """A broker may give each of them an order of its own."""
    first, second = PlayerClaim("a"), PlayerClaim("b")
    for each in (first, second):
        assert not each.hear(each.name)
        assert each.holds
    assert first.hear("b")
    assert not second.hear("a", answer=True, plays=True)
    assert first.holds
    assert not second.holds
