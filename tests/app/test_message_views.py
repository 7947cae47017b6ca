"""Received messages in words."""

from dataclasses import replace

from feed.app.message_views import MessageViews
from tests.app.stage import Stage, eventful


async def test_a_message_is_told_in_words(secured: Stage) -> None:
    """Who, what, by which way and how late; the language is the one that is wanted."""
    plan = eventful()
    receiver = secured.receiver("KOR")
    messages = (await secured.play(secured.publication(plan), receiver))["kor"]
    message = next(each for each in messages if each.kind == "alert" and each.act == "alert")
    view = MessageViews("en").of(message)

    assert (view.kind, view.act, view.event) == ("alert", "alert", message.event)
    assert (view.time_us, view.due_us) == (message.time_us, message.due_us)
    assert view.path == message.envelope.path
    assert view.headline
    assert (view.reason, view.text, view.epoch) == ("", "", 1)
    bare = replace(message, envelope=message.envelope.model_copy(update={"path": None}))
    assert MessageViews("en").of(bare).path == ""


async def test_a_reason_stands_apart(secured: Stage) -> None:
    """Why something is changed is told apart from the line, which then has it no more."""
    receiver = secured.receiver("KOR")
    messages = (await secured.play(secured.publication(eventful()), receiver))["kor"]
    message = next(each for each in messages if "reason" in each.data)
    view = MessageViews("en").of(message)

    assert view.reason
    assert view.reason in view.headline
    assert view.text
    assert f"({view.reason})" not in view.text


async def test_words_are_those_of_the_body(secured: Stage) -> None:
    """Who is told less of a message is not shown the words of who is told more."""
    receiver, views = secured.receiver("KOR"), MessageViews("en")
    messages = (await secured.play(secured.publication(eventful()), receiver))["kor"]
    whole = next(each for each in messages if "reason" in each.data)
    data = {name: value for name, value in whole.data.items() if name != "reason"}
    less = replace(whole, report=whole.report._replace(data=data))

    for message in (whole, less, whole):
        assert views.of(message).reason == MessageViews("en").of(message).reason
    assert not views.of(less).reason
