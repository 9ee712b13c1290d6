"""Forum topics of a staff group."""

from typing import Any

import pytest

from bot.simulator.world import World

Api = Any
STAFF_GROUP = -1001000000001


@pytest.fixture
def forum(world: World) -> World:
    world.actions.set_forum(STAFF_GROUP, is_forum=True)
    return world


async def test_a_topic_holds_what_is_sent_into_it(api: Api, forum: World) -> None:
    topic = await api.createForumTopic(chat_id=STAFF_GROUP, name="KH-1234-56")
    thread = topic["message_thread_id"]
    sent = await api.sendMessage(chat_id=STAFF_GROUP, text="card", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    forum.actions.say(2001, STAFF_GROUP, "answer", reply_to=sent["message_id"])
    created, answer = [one["message"] for one in await api.getUpdates()]
    assert created["forum_topic_created"]["name"] == "KH-1234-56"
    assert answer["message_thread_id"] == thread


async def test_what_replies_to_nothing_in_a_topic_replies_to_its_beginning(api: Api, forum: World) -> None:
    thread = (await api.createForumTopic(chat_id=STAFF_GROUP, name="t"))["message_thread_id"]
    forum.actions.say(2001, STAFF_GROUP, "not a reply", thread_id=thread)
    message = (await api.getUpdates())[-1]["message"]
    assert message["reply_to_message"]["message_id"] == thread
    assert "forum_topic_created" in message["reply_to_message"]


async def test_renaming_closing_and_deleting(api: Api, forum: World) -> None:
    place = {"chat_id": STAFF_GROUP}
    place["message_thread_id"] = (await api.createForumTopic(**place, name="t"))["message_thread_id"]
    await api.editForumTopic(**place, name="answered")
    assert (
        await api.refusal("editForumTopic", **place, name="answered") == "400 Bad Request: TOPIC_NOT_MODIFIED"
    )
    await api.closeForumTopic(**place)
    assert forum.chat_card(STAFF_GROUP)["topics"][0]["is_closed"]
    assert await api.refusal("closeForumTopic", **place) == "400 Bad Request: TOPIC_NOT_MODIFIED"
    await api.reopenForumTopic(**place)
    await api.deleteForumTopic(**place)
    gone = "400 Bad Request: message thread not found"
    assert await api.refusal("sendMessage", **place, text="x") == gone
    assert await api.refusal("closeForumTopic", **place) == gone
    assert forum.messages(STAFF_GROUP) == []


async def test_a_topic_that_staff_deleted_is_not_found(api: Api, forum: World) -> None:
    thread = (await api.createForumTopic(chat_id=STAFF_GROUP, name="t"))["message_thread_id"]
    forum.actions.delete_topic(3001, STAFF_GROUP, thread)
    assert (
        await api.refusal("sendMessage", chat_id=STAFF_GROUP, text="x", message_thread_id=thread)
        == "400 Bad Request: message thread not found"
    )


async def test_topics_need_a_forum_and_the_right(api: Api, world: World) -> None:
    wanted = {"chat_id": STAFF_GROUP, "name": "t"}
    assert await api.refusal("createForumTopic", **wanted) == "400 Bad Request: the chat is not a forum"
    sent = await api.sendMessage(chat_id=STAFF_GROUP, text="x", message_thread_id=5)
    assert "message_thread_id" not in sent
    world.actions.set_forum(STAFF_GROUP, is_forum=True)
    world.actions.set_role(3001, STAFF_GROUP, world.bot.id, "administrator", {"can_manage_topics": False})
    assert (
        await api.refusal("createForumTopic", **wanted)
        == "400 Bad Request: not enough rights to create a topic"
    )


async def test_a_closed_topic_takes_no_message_of_a_plain_bot(api: Api, forum: World) -> None:
    thread = (await api.createForumTopic(chat_id=STAFF_GROUP, name="t"))["message_thread_id"]
    await api.closeForumTopic(chat_id=STAFF_GROUP, message_thread_id=thread)
    await api.sendMessage(chat_id=STAFF_GROUP, text="as administrator", message_thread_id=thread)
    forum.actions.set_role(3001, STAFF_GROUP, forum.bot.id, "member")
    assert (
        await api.refusal("sendMessage", chat_id=STAFF_GROUP, text="x", message_thread_id=thread)
        == "400 Bad Request: TOPIC_CLOSED"
    )
