"""Received messages in words, as the terminal shows them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from feed.app.message import ReceivedMessage
from feed.terminal.views import MessageView
from feed.wording.headline import headline
from feed.wording.terms import COMMON, term
from feed.wording.text import clean

__all__ = ["MessageViews"]

_MOST_WORDS = 512
"""Messages whose words are kept: those that are on their way to several at one time."""


class MessageViews:
    """Puts received messages into words, in one language; what several are told, only once."""

    def __init__(self, language: str, zone: ZoneInfo | None = None) -> None:
        """Show times in a zone, or as they are written."""
        self._language = language
        self._zone = zone
        self._words: dict[str, tuple[Mapping[str, Any], str, str, str]] = {}
        """by message: its body, its headline, and the reason and the rest of a correction"""

    def of(self, message: ReceivedMessage) -> MessageView:
        """Return a received message as the terminal shows it."""
        envelope, report = message.envelope, message.report
        key, data = f"{report.key}.{report.kind}", report.data
        words = self._words.get(key)
        # Somebody may be told less: the same message with another body.
        if words is None or words[0] != data:
            line = headline(report.kind, report.type, data, self._language, self._zone)
            words = self._words[key] = (data, line, *self._reason(message))
            if len(self._words) > _MOST_WORDS:
                del self._words[next(iter(self._words))]
        _, line, reason, text = words
        return MessageView(
            sequence=message.sequence,
            kind=report.kind,
            act=report.type,
            event=report.event,
            originator=report.originator,
            headline=line,
            time_us=report.at,
            due_us=message.due_us,
            arrangement=envelope.arrangement or "",
            path=envelope.path or "",
            delay_s=message.delay_s,
            offset_s=report.offset_s,
            reason=reason,
            text=text,
            epoch=envelope.epoch,
        )

    def _reason(self, message: ReceivedMessage) -> tuple[str, str]:
        """Return why a message changes what was said before, and the rest of what it says."""
        reason = message.data.get("reason")
        if not isinstance(reason, str) or not reason:
            return "", ""
        data = {name: value for name, value in message.data.items() if name != "reason"}
        words = term(clean(reason), language=self._language, tables=(COMMON,))
        return words, headline(message.kind, message.act, data, self._language, self._zone)
