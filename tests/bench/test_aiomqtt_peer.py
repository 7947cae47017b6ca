"""The plain script: so many lines are in flight, and no more."""

import inspect

from feed.bench import aiomqtt_peer


def test_it_is_as_plain_as_people_write_it() -> None:
    """A rival that is held back would flatter us: 50 in flight, and nothing of ours in it."""
    source = inspect.getsource(aiomqtt_peer)
    assert aiomqtt_peer.IN_FLIGHT == 50
    assert "from feed" not in source
    assert "import feed" not in source
