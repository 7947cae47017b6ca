"""Slips of the keyboard, each with the place to look at and what to type instead."""

import pytest

from feed.errors import ScenarioError
from feed.files.text import parse

STORY = """\
feed: 1
events:
  - alert: a
    areas: [North]
    text: strong
"""

SLIPS: list[tuple[str, str, str]] = [
    ("    areas", "\tareas", "4:1: a tab indents this line; type spaces in its place"),
    (
        "    areas",
        "\u00a0   areas",
        "4:1: an unusual space (U+00A0) indents this line; type spaces",
    ),
    ("[North]", "[North", "4:12: '[' is not closed; write ',' between entries, ']' at the end"),
    ("[North]", "{a: b", "4:12: '{' is not closed; write ',' between entries, '}' at the end"),
    ("strong", '"strong', '5:11: the quote that opens here (") is never closed; close it'),
    ("- alert", "-alert", "3:3: '-' begins an entry only with a space behind it; write '- '"),
    (
        "text: strong",
        "text: Warning: strong",
        '5:11: a text with a colon needs quotes: text: "Warning: strong"',
    ),
    (
        "strong\n",
        "strong\n      shaking: now\n",
        (
            "6:7: the key above has a text already, so no key can stand inside it; indent both "
            "alike, or begin an entry of a list with '- '"
        ),
    ),
    ("areas: [", "areas [", "4:5: 'areas [North]' has no ':' behind its key; write 'key: value'"),
    ("strong", "@home", "5:11: no text begins with '@'; put it in quotes"),
    ("strong", "%x", "5:11: no text begins with '%'; put it in quotes"),
    (
        "[North]",
        "*north",
        (
            "4:12: '*north' repeats what is marked '&north' above, and nothing is; "
            "a text that begins with '*' needs quotes"
        ),
    ),
    (
        "    areas",
        "   areas",
        "4:4: indented by 3, the line above by 2; keys of one thing are indented alike",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "text"), SLIPS, ids=lambda value: value[:20])
def test_a_slip_has_its_place_and_its_remedy(right: str, wrong: str, text: str) -> None:
    """What the reader of YAML expected is never all that an author is told."""
    with pytest.raises(ScenarioError) as caught:
        parse(STORY.replace(right, wrong, 1), "a.yaml")
    (problem,) = caught.value.problems
    where, _, what = text.partition(": ")

    assert (f"{problem.line}:{problem.column}", problem.text) == (where, f"not valid YAML: {what}")


def test_a_tag_is_a_text_that_lacks_its_quotes() -> None:
    """YAML would drop what stands behind an exclamation mark."""
    (problem,) = parse(STORY.replace("strong", "!important strong"), "a.yaml").problems

    assert problem[1:] == (5, 11, "a text that begins with '!important' needs quotes")


def test_what_is_right_is_not_changed() -> None:
    """Nothing is looked for in a file that can be read."""
    assert parse(STORY, "a.yaml").problems == ()


@pytest.mark.parametrize(
    "wrong", ["a: {}", "a: *{}", "a: [${{{}}}]", "a: 1\n{}", "a: @{}", "- {{{}"]
)
@pytest.mark.parametrize("filling", ["a: ", "x", "-a ", "*"])
def test_a_line_without_end_is_not_said_again(filling: str, wrong: str) -> None:
    """Whatever is wrong with it, and however much of it there is."""
    said = ""
    try:
        parse(wrong.format(filling * 50_000), "a.yaml")
    except ScenarioError as error:
        said = str(error)
    assert len(said) < 1000
