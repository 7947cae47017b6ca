"""Tests of ``feed.wire.topics``: the topics of the contract, and nothing that could be a filter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.wire.topics import FeedTopic, Topics, client_id, exercise_of, own_end, parse_feed_topic

SLUGS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
COUNTRIES = st.from_regex(r"[A-Z]{3}", fullmatch=True)
KINDS = st.sampled_from(["launch", "track", "alert", "volcano"])
TOPICS = Topics("morning-calm")


def every_topic(exercise: str, country: str, kind: str, event: str) -> list[str]:
    """Return all topics there are."""
    topics = Topics(exercise)
    return [
        topics.feed(country, kind, event),
        topics.head(country),
        topics.state(country, kind, event),
        topics.nothing(country),
        topics.geo(country, event),
        topics.metrics(country),
        topics.clock,
        topics.manifest,
        topics.player_presence,
        topics.probe,
        topics.acknowledgement(country, event),
        topics.history(country, event),
        topics.presence(country, event),
        topics.down(country, event),
    ]


def test_topics_are_those_of_the_contract() -> None:
    """Every topic stands where the contract says."""
    assert every_topic("morning-calm", "JPN", "alert", "j-alert") == [
        f"exercise/v1/morning-calm/{rest}"
        for rest in (
            "feed/jpn/alert/j-alert",
            "head/jpn",
            "state/jpn/alert/j-alert",
            "state/jpn/none",
            "geo/jpn/j-alert",
            "metrics/jpn",
            "clock",
            "manifest",
            "player/presence",
            "player/probe",
            "up/jpn/ack/j-alert",
            "up/jpn/history/j-alert",
            "up/jpn/presence/j-alert",
            "down/jpn/j-alert",
        )
    ]
    assert TOPICS.feed_filter("JPN") == "exercise/v1/morning-calm/feed/jpn/#"


@given(SLUGS, COUNTRIES, KINDS, SLUGS)
def test_no_topic_can_be_taken_for_a_filter(
    exercise: str, country: str, kind: str, event: str
) -> None:
    """Every level is lower-case letters, digits and hyphens: no wildcard, no NUL, no space."""
    for topic in every_topic(exercise, country, kind, event):
        assert topic.startswith("exercise/v1/")
        assert all(re.fullmatch(r"[a-z0-9-]+", level) for level in topic.split("/"))
        assert exercise_of(topic) == exercise


@given(SLUGS, COUNTRIES, KINDS, SLUGS)
def test_a_feed_topic_can_be_taken_apart(
    exercise: str, country: str, kind: str, event: str
) -> None:
    """The parts of a feed topic are those that it was made of; no other topic has any."""
    feed, *others = every_topic(exercise, country, kind, event)

    assert parse_feed_topic(feed) == FeedTopic(exercise, country, kind, event)
    assert [parse_feed_topic(topic) for topic in others] == [None] * len(others)


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "exercise",
        "exercise/v1/morning-calm",
        "exercise/v2/morning-calm/clock",
        "/exercise/v1/morning-calm/clock",
        "exercise/v1/Morning/clock",
        "exercise/v1//clock",
        "exercise/v1/+/clock",
    ],
)
def test_what_is_no_topic_of_an_exercise_has_none(topic: str) -> None:
    """Topics of others, of other versions, or with levels that are none, belong to no exercise."""
    assert exercise_of(topic) is None


@pytest.mark.parametrize(
    "rest",
    [
        "feed/jpn/alert",
        "feed/jpn/alert/a/b",
        "feed/JPN/alert/a",
        "feed/japan/alert/a",
        "feed/jpn//a",
        "feed/jpn/alert/",
        "feed/jpn/alert/a b",
        "feed/jpn/alert/\x00",
        "feed/+/alert/a",
        "state/jpn/alert/a",
        "feed/jpn/alert/a\n",
    ],
)
def test_what_is_no_feed_topic_has_no_parts(rest: str) -> None:
    """A topic with levels too few, too many or that are none is no topic of a feed."""
    assert parse_feed_topic(f"exercise/v1/x/{rest}") is None


@given(st.text())
def test_any_text_is_a_topic_of_the_feed_or_not(text: str) -> None:
    """Whatever stands in a topic, asking for its parts never fails."""
    assert parse_feed_topic(text) is None
    assert parse_feed_topic(f"exercise/v1/x/feed/jpn/alert/{text}") in {
        None,
        FeedTopic("x", "JPN", "alert", text),
    }


def test_a_client_id_says_who_it_is() -> None:
    """The client id names role, exercise and client."""
    assert client_id("receiver", "morning-calm", "jpn") == "feed-receiver-morning-calm-jpn"


def test_who_is_told_one_id_of_a_home_knows_no_other() -> None:
    """Each ends in its own way, the same every time, and in another way in another home."""
    names = ("jpn", "jpn-aside", "kor")
    ids = {client_id("receiver", "calm", name, key) for name in names for key in ("4f", "2a")}

    assert len({each.rpartition("-")[2] for each in ids}) == 6
    assert f"feed-receiver-calm-kor-{own_end('4f', 'feed-receiver-calm-kor')}" in ids


def test_a_client_id_with_other_letters_is_a_bug() -> None:
    """Names are checked before; what gets here unchecked is refused."""
    with pytest.raises(AssertionError, match="not a client id"):
        client_id("receiver", "morning-calm", "Tokyo #1")
