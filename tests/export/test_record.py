"""What exporters share: the mark, and a file whose bytes can be taken out again."""

from feed.export.record import ByteQueue
from tests.export.told import CONTEXT


def test_the_mark_is_that_of_the_wire() -> None:
    """It reads as in every payload."""
    assert CONTEXT.mark == "EXERCISE MORNING CALM"


def test_bytes_come_out_as_they_went_in() -> None:
    """Each byte once, in order; the position counts all of them."""
    queue = ByteQueue()
    assert queue.write(b"ab") == 2
    queue.write(b"c")
    queue.flush()
    assert queue.take() == b"abc"
    assert queue.take() == b""
    queue.write(b"d")
    assert (queue.tell(), queue.take()) == (4, b"d")
    queue.close()
    assert queue.writable()
    assert not queue.readable()
    assert not queue.seekable()
