"""Words of pictures."""

from feed.wording import drawn


def test_every_language_has_every_word() -> None:
    """With as many values in it as the English one."""
    tables = drawn._WORDS
    for language in ("ja", "ko"):
        assert tables[language].keys() == tables["en"].keys()
        for name, text in tables["en"].items():
            assert text.count("{") == tables[language][name].count("{"), (language, name)
