"""Texts of a body in one line, in their language, without the banner."""

from feed.model.marking import BANNER, marked
from feed.wording.text import clean, said


def test_the_wanted_language_then_english_then_any() -> None:
    """A text that lacks the language is shown in English; without English, in what there is."""
    assert said({"en": "Talks", "ja": "会談"}, "ja") == "会談"
    assert said({"en": "Talks", "ja": "会談"}, "ja-JP") == "会談"
    assert said({"en": "Talks", "ja": "会談"}, "ko") == "Talks"
    assert said({"ja": "会談"}, "ko") == "会談"
    assert said({"ko": 5, "ja": None}) == ""
    assert said(None) == ""


def test_the_banner_is_taken_off_once() -> None:
    """A text is shown without its banner; whoever shows it shows the mark beside it."""
    assert said({"en": marked("Take shelter.")}) == "Take shelter."
    assert said({"en": BANNER}) == ""
    assert said("Take shelter.") == "Take shelter."


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    """Control characters, line ends and odd spaces become single spaces."""
    assert clean("a\x1b[2J\r\n\tb\u2028c\u3000d\u202ee\ud800f") == "a [2J b c d e f"
