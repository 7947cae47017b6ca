"""Words of a situation."""

import pytest

from feed.wording import situation
from feed.wording.situation import reason_words, word, words_of_span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (9.9, "0:09"), (2712, "45:12"), (7511, "2:05:11"), (93_911, "1d 2:05:11"),
     (-61, "1:01")],
)  # fmt: skip
def test_a_span_is_told_to_the_second(seconds: float, words: str) -> None:
    """Minutes and seconds, with hours and days where there are some."""
    assert words_of_span(seconds) == words


def test_every_language_has_every_label() -> None:
    """A label of one language is there in each; states of a run are English as they are."""
    tables = situation._WORDS
    for language in ("ja", "ko"):
        assert not tables["en"].keys() - tables[language].keys()
        for name, text in tables["en"].items():
            assert text.count("{") == tables[language][name].count("{"), (language, name)


def test_a_word_of_others_is_itself() -> None:
    """What has no label is shown as it is, also if it is spelt like a phrase."""
    assert word("new-thing", language="ja") == "new thing"
    assert word("impact-in", language="en") == "impact in"


def test_reasons_are_told_in_words() -> None:
    """In the language that is asked for; one of others is itself."""
    assert reason_words("wrong-area", "en") == "the area was wrong"
    assert reason_words("wrong-area", "ja") == "対象地域の誤り"
    assert reason_words("odd\n", "ko") == "odd"
    assert reason_words("", "en") == ""
