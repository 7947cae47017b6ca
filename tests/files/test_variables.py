"""Tests of variables: filled in wherever a value stands, and every slip named where it is."""

import pytest

from feed.errors import ScenarioError, UsageError
from feed.files.text import Located, parse
from feed.files.variables import assigned, filled

FILE = """\
vars: {site: Sunan, countries: [KOR, JPN]}
title: From ${site}, at $${5}
countries: ${countries}
events: [{a: "${site}"}]
"""


def said(text: str) -> list[str]:
    """Return what is wrong with the variables of a file."""
    return [str(problem) for problem in filled(parse(text, "a.yaml"), {}).problems]


def data_of(located: Located) -> object:
    """Return the data of a file in which nothing is wrong."""
    assert located.problems == ()
    return located.data


def test_a_variable_stands_for_a_value_or_for_a_part_of_a_text() -> None:
    """Alone it can be a list; two dollars stand for the letters themselves."""
    assert data_of(filled(parse(FILE, "a.yaml"), {})) == {
        "title": "From Sunan, at ${5}",
        "countries": ["KOR", "JPN"],
        "events": [{"a": "Sunan"}],
    }


def test_what_is_given_takes_the_place_of_a_default() -> None:
    """A value in brackets is a list, anything else is a text as it stands."""
    given = assigned(["site=a: b = c", "countries=[USA]"])
    data = data_of(filled(parse(FILE, "a.yaml"), given))
    assert isinstance(data, dict)
    assert (data["title"], data["countries"]) == ("From a: b = c, at ${5}", ["USA"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "vars: {site: x}\ntitle: ${sit}",
            "2:8: no variable is called 'sit'; did you mean 'site'?",
        ),
        ("title: ${rate}", "1:8: no variable is called 'rate'; give it a default in 'vars'"),
        (
            "vars: {a: [1]}\ntitle: x ${a}",
            "2:8: '${a}' is a list or a group of keys; it can only be a whole value",
        ),
        (
            "vars: {a: x}\ntitle: ${a",
            "2:8: '${a' is not closed; write '${name}', or '$${' for the letters",
        ),
        (
            'vars: {a: x, b: "${a}"}\ntitle: x',
            "1:17: a default cannot name another variable; write it out",
        ),
        (
            'vars: {"a b": x}\ntitle: x',
            "1:15: 'a b' is no name of a variable; use letters, digits, '-' and '_'",
        ),
    ],
)
def test_every_slip_is_named_where_it_stands(text: str, sentence: str) -> None:
    """One mistake is one sentence."""
    assert said(text) == [f"a.yaml:{sentence}"]


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("site", "--set 'site': write name=value, such as site=Sunan"),
        ("", "--set '': write name=value, such as site=Sunan"),
        ("a=[", "--set 'a=[': "),
        ("sitte=x", "--set sitte: a.yaml has no such variable; did you mean 'site'?"),
    ],
)
def test_a_wrong_option_is_refused(option: str, sentence: str) -> None:
    """It is the caller's mistake, not the file's."""
    with pytest.raises(UsageError) as caught:
        filled(parse(FILE, "a.yaml"), assigned([option]))
    assert str(caught.value).startswith(sentence)


def test_a_small_file_does_not_become_a_large_one() -> None:
    """A long value that is said again and again ends in a sentence."""
    text = f"vars: {{a: {'x' * 100_000}}}\nevents: [{', '.join(['${a}'] * 200)}]"
    with pytest.raises(ScenarioError, match="longer than 8 MiB"):
        filled(parse(text.replace("${a}", '"${a}"'), "a.yaml"), {})
