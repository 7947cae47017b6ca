"""Options that several verbs have."""

from typing import Any, get_args

import pytest

from feed.cli import options
from feed.errors import UsageError
from feed.files.library import entries


def test_scenarios_complete_from_the_library() -> None:
    """All of them for nothing, those that begin so for a beginning."""
    names = [entry.name for entry in entries()]

    assert options._scenarios("") == names
    assert options._scenarios(names[0][:3])[0] == names[0]
    assert options._scenarios("nosuch") == []


def test_a_time_zone_is_looked_at_first() -> None:
    """A wrong one is refused before anything is begun."""
    assert options._zone(None) is None
    assert options._zone("Asia/Seoul") == "Asia/Seoul"
    with pytest.raises(UsageError, match="did you mean 'Asia/Seoul'"):
        options._zone("Asia/Soul")


@pytest.mark.parametrize("text", ["ja", "JA", "ja-JP", "ja_JP.UTF-8", "ja-Hani-JP"])
def test_a_language_may_be_a_tag(text: str) -> None:
    """As locales and browsers write it."""
    assert options._language(text) == "ja"


@pytest.mark.parametrize("text", ["jp", "jp-JP", "", "japanese", "日本"])
def test_what_is_no_language_is_refused(text: str) -> None:
    """It would show English, without a word."""
    with pytest.raises(UsageError, match=r"--lang '.*' is no language"):
        options._language(text)


def test_options_that_do_not_go_together_are_named() -> None:
    """Those that were given, and why."""
    options.refuse_together("--a", {"--b": False}, "no reason")
    with pytest.raises(UsageError, match=r"^--b and --c cannot be used with --a: reason$"):
        options.refuse_together("--a", {"--b": True, "--c": True, "--d": False}, "reason")


@pytest.mark.parametrize("name", [name for name in options.__all__ if "_" not in name])
def test_an_option_has_one_help_everywhere(name: str) -> None:
    """What is shared is a type with its help; verbs only use it."""
    _, described, *_ = get_args(getattr(options, name))
    detail: Any = described

    assert detail.help.endswith((".", "…"))
