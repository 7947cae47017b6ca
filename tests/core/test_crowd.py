"""Who has too many connections or sessions, and which of them are to end."""

from hypothesis import given
from hypothesis import strategies as st

from feed.core.crowd import EACH, Connected, Crowd

MOST = {"a": 3, "b": 5}


def ones(user: str, numbers: range, subscriptions: int = 1) -> list[Connected]:
    """Return connections of a user, each of a client of its own."""
    return [Connected(number, user, f"{user}{number}", subscriptions) for number in numbers]


def test_the_newest_connections_end_and_the_newest_sessions_stay() -> None:
    """Who was there first stays; what somebody left first is taken away first."""
    crowd = Crowd(MOST)

    assert crowd.look(ones("a", range(5))[::-1], []).connections == ones("a", range(3, 5))
    found = crowd.look([], ones("a", range(5)))
    assert (found.connections, found.sessions) == ([], ones("a", range(2))[::-1])
    assert crowd.look([], []) == ([], [])


def test_a_session_that_is_used_again_is_not_taken_away() -> None:
    """It is one of a connection then, and the last of those that were left when it ends."""
    crowd, used = Crowd(MOST), Connected(9, "a", "a0", 1)
    crowd.look([], ones("a", range(3)))
    crowd.look([used], [])
    crowd.look([], [used])

    assert [one.client for one in crowd.look([], ones("a", range(10, 12))).sessions] == ["a2", "a1"]


def test_one_connection_with_too_many_subscriptions_ends_alone() -> None:
    """It is no reason to end a younger one."""
    heavy = Connected(1, "a", "heavy", MOST["a"] * EACH + 1)
    rest = [*ones("a", range(1)), *ones("a", range(2, 4))]

    assert Crowd(MOST).look([heavy, *rest], []).connections == [heavy]


connected = st.lists(
    st.builds(
        Connected,
        st.integers(0, 1000),
        st.sampled_from("abc"),
        st.sampled_from([f"client{number}" for number in range(30)]),
        st.integers(0, 80),
    ),
    max_size=40,
    unique_by=lambda one: one.number,
)


@given(st.lists(st.tuples(connected, connected), max_size=5))
def test_nobody_has_more_than_it_may_and_nobody_else_s_ends(
    looks: list[tuple[list[Connected], list[Connected]]],
) -> None:
    """Whatever comes and goes; who has no figure keeps everything."""
    crowd, left = Crowd(MOST), dict[str, Connected]()
    for here, gone in looks:
        found = crowd.look(here, gone)
        left |= {one.client: one for one in sorted(gone)}
        for one in (*here, *found.sessions):
            left.pop(one.client, None)
        kept = [one for one in here if one not in found.connections]
        assert {one.user for one in (*found.connections, *found.sessions)} <= set(MOST)
        # Whoever takes a session away ends the connection that uses it, whose ever it is.
        assert not {one.client for one in found.sessions} & {one.client for one in here}
        for user, most in MOST.items():
            for some in (kept, left.values()):
                mine = [one.subscriptions for one in some if one.user == user]
                assert len(mine) <= most
                assert sum(mine) <= most * EACH
