"""How a run is played on a broker."""

from feed.app.options import Options
from feed.core.run import Span


def test_unless_said_otherwise_everything_is_played_as_it_happened() -> None:
    """At its own pace, from the start to the end, without waiting for anybody."""
    options = Options()

    assert (options.rate, options.span, options.paused, options.wait_for) == (
        1.0,
        Span(),
        False,
        (),
    )
    assert options.wait_s is None, "who is waited for is waited for without end"
