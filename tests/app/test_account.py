"""What a receiver counts."""

from dataclasses import replace

from feed.app.account import Account
from tests.app.test_memory import messages


def test_each_message_is_counted_by_its_kind() -> None:
    """What came by history is no measure of latency."""
    account = Account()
    first, second = messages("01a")[:2]
    account.note(first)
    account.note(replace(second, from_history=True))
    assert (account.received, account.recovered) == (2, 1)
    assert account.kinds == {"incident": 2}
    assert list(account.latencies_ms) == [first.latency_ms]
