"""Every handler × every role, from one table: whoever may not, does not; whoever may, does."""

import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.counter import Question
from bot.domain.inquiries import Author, InquiryFilter
from bot.domain.messages import MessageRef, Words
from bot.domain.rights import RIGHTS, Right, Role
from bot.telegram.dispatcher import ROUTERS
from tests.telegram.inside import BOT_ID, GROUP, IDS, OTHER_GROUP, OWN_MESSAGE, Inside, inside, name_of

ROOT = Path(__file__).parents[2]
CODE = "KH-2222-22"
"""Stands for the code of the inquiry that the tests make."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may call a handler, and an update that calls it."""

    right: Right | None = None
    """Needed in a private chat; None with neither of the following: nobody there."""
    everybody: bool = False
    """Everybody in a private chat but the banned."""
    even_banned: bool = False
    """Everybody in a private chat."""
    at_desk: bool = False
    """Also members of the staff group there."""
    group_right: Right | None = None
    """Needed in the staff group beyond being its member."""
    tap: str = ""
    text: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    edited: bool = False
    state: tuple[str, Mapping[str, Any]] | None = None

    def allows(self, caller: str, *, in_group: bool) -> bool:
        """Whether a caller may, by the table of roles."""
        if in_group:
            role = Role.STAFF if caller == "banned" else Role(caller)
            role = role if RIGHTS[Role.STAFF] <= RIGHTS[role] else Role.STAFF
            return self.at_desk and (self.group_right is None or self.group_right in RIGHTS[role])
        if self.even_banned or caller == "banned":
            return self.even_banned
        return self.everybody or (self.right is not None and self.right in RIGHTS[Role(caller)])


def _all(tap: str = "", **more: Any) -> Rule:
    return Rule(everybody=True, tap=tap, **more)


def _own(tap: str = "", **more: Any) -> Rule:
    return Rule(even_banned=True, tap=tap, **more)


def _may(right: Right, tap: str = "", **more: Any) -> Rule:
    return Rule(right=right, tap=tap, **more)


def _desk(right: Right, tap: str = "", **more: Any) -> Rule:
    return Rule(right=right, at_desk=True, tap=tap, **more)


def _group(**more: Any) -> Rule:
    return Rule(at_desk=True, **more)


_BOT = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
REPLY = {"message_id": OWN_MESSAGE, "date": 1, "text": "x", "from": _BOT}
DOCUMENT = {"file_id": "f", "file_unique_id": "u", "file_name": "log.xlsx", "file_size": 10}
WRITING = {"number": 1, "language": "en", "step": "write", "source": 5, "shown": 6, "album": ""}
DRAFT = {"section": "visa", "text": "A question"}

RULES: dict[str, Rule] = {
    # statistics, export, replies from a sheet
    "statistics.stats": _may(Right.SEE, text="/stats", at_desk=True),
    "statistics.other_picture": _may(Right.SEE, "stat:inquiries:30", at_desk=True),
    "exports.export": _may(Right.EXPORT, text="/export"),
    "exports.export_in_group": _group(text="/export"),
    "exports.step": _may(Right.EXPORT, "take:csv:0:all"),
    "replies.replies": _may(Right.ANSWER, text="/replies"),
    "replies.replies_in_group": _group(text="/replies"),
    "replies.sheet": _may(Right.ANSWER, content={"document": DOCUMENT}),
    "replies.send": _may(Right.ANSWER, "sheet:send"),
    # facts
    "facts.facts": _may(Right.FACTS, text="/facts"),
    "facts.step": _may(Right.FACTS, "fact:all::0", at_desk=True, group_right=Right.FACTS),
    "facts.typed": _may(Right.FACTS, text="60", state=("fact", {"fact": "none"})),
    # the staff group
    "desk.noted": _group(text="A note", state=("note", {"code": CODE})),
    "desk.written": _group(text="A reply", content={"reply_to_message": REPLY}),
    "desk.edited": _group(text="A reply", edited=True),
    "cards.written": _may(Right.ANSWER, text="A reply", state=("answer", {"code": CODE})),
    "cards.step": _desk(Right.ANSWER, f"card:claim:{CODE}:"),
    "cards.open_card": _desk(Right.SEE, f"card:open:{CODE}:"),
    "cards.read": _desk(Right.SEE, f"card:read:{CODE}:"),
    "cards.ask_for_words": _desk(Right.ANSWER, f"card:note:{CODE}:"),
    "cards.choices": _desk(Right.ANSWER, f"card:close:{CODE}:"),
    "cards.look_at_ready": _desk(Right.ANSWER, f"card:say:{CODE}:wait"),
    "cards.send_ready": _desk(Right.ANSWER, f"card:send:{CODE}:wait.0"),
    "queues.find": _desk(Right.SEE, text="/find visa"),
    "queues.turn": _desk(Right.SEE, "queue|new|0|"),
    # people and the audit log
    "people.people_command": _may(Right.GIVE_ROLES, text="/people"),
    "people.picked": _may(
        Right.GIVE_ROLES, content={"users_shared": {"request_id": 1, "users": [{"user_id": 100}]}}
    ),
    "people.find": _may(Right.GIVE_ROLES, text="Visitor", state=("people", {})),
    "people.reason_written": _may(Right.BAN, text="spam", state=("ban", {"person": 5})),
    "people.ban_command": _may(Right.BAN, text="/ban 5 spam", at_desk=True, group_right=Right.BAN),
    "people.audit_command": _may(Right.AUDIT, text="/audit"),
    "people.back_to_list": _may(Right.GIVE_ROLES, "folk:list:0:"),
    "people.see": _may(Right.GIVE_ROLES, "folk:card:100:"),
    "people.pick": _may(Right.GIVE_ROLES, "folk:pick:0:"),
    "people.give_role": _may(Right.GIVE_ROLES, "folk:role:100:visitor"),
    "people.ask_reason": _may(Right.BAN, "folk:ban:100:"),
    "people.unban": _may(Right.BAN, "folk:unban:100:"),
    "people.older": _may(Right.AUDIT, "trail:0"),
    # announcements
    "broadcasts.listing": _may(Right.ANNOUNCE, text="/broadcast"),
    "broadcasts.back_to_list": _may(Right.ANNOUNCE, "cast:list:0:"),
    "broadcasts.look": _may(Right.ANNOUNCE, "cast:open:1:"),
    "broadcasts.steer": _may(Right.ANNOUNCE, "cast:pause:1:"),
    "broadcasts.doubts": _may(Right.ANNOUNCE, "cast:doubts:1:"),
    "broadcasts.report": _may(Right.ANNOUNCE, "cast:report:1:"),
    "broadcasts.ask_to_take_back": _may(Right.ANNOUNCE, "cast:takeback:1:"),
    "broadcasts.take_back": _may(Right.ANNOUNCE, "cast:delete:1:"),
    "composing.heard": _may(Right.ANNOUNCE, text="News", state=("announce", WRITING)),
    "composing.changed": _may(Right.ANNOUNCE, text="News", edited=True, state=("announce", WRITING)),
    "composing.astray": _may(Right.ANNOUNCE, text="News", state=("announce", {**WRITING, "step": "written"})),
    "composing.new": _may(Right.ANNOUNCE, "cast:new:0:"),
    "composing.correct": _may(Right.ANNOUNCE, "cast:correct:1:"),
    "composing.write": _may(Right.ANNOUNCE, "cast:write:1:en"),
    "composing.unwrite": _may(Right.ANNOUNCE, "cast:unwrite:1:en"),
    "composing.preview": _may(Right.ANNOUNCE, "cast:preview:1:"),
    "composing.send": _may(Right.ANNOUNCE, "cast:send:1:"),
    "composing.drop": _may(Right.ANNOUNCE, "cast:drop:1:"),
    "audiences.when": _may(Right.ANNOUNCE, "cast:when:1:"),
    "audiences.start_written": _may(Right.ANNOUNCE, text="09:00", state=("announce start", {"number": 1})),
    "audiences.times": _may(Right.ANNOUNCE, "cast:now:1:"),
    "audiences.who": _may(Right.ANNOUNCE, "cast:who:1:"),
    "audiences.narrow": _may(Right.ANNOUNCE, "cast:topics:1:news"),
    # one's own data
    "privacy.privacy_command": _own(text="/privacy"),
    "privacy.privacy_button": _own("own:privacy"),
    "privacy.my_data": _own("own:data"),
    "privacy.forget_command": _own(text="/forget"),
    "privacy.forget_button": _own("own:ask"),
    "privacy.keep": _own("own:keep"),
    # everybody
    "replies.drop": _all("sheet:drop"),
    "start.start": _all(text="/start"),
    "start.menu": _all(text="/menu"),
    "start.choose_language": _all(text="/language"),
    "start.help_command": _all(text="/help"),
    "start.cancel": _all(text="/cancel"),
    "start.open_picker": _all("open:language:"),
    "start.language_chosen": _all("lang:en"),
    "menu.go": _all("go:visa"),
    "menu.helped": _all("open:good:visa"),
    "menu.pin": _all("open:map:visa"),
    "guides.answer": _all("wiz:visa-finder::"),
    "guides.tick": _all("tick:visa-finder:x:a:0:1"),
    "guides.ask_about_case": _all("fill:case:visa-finder:x"),
    "subscriptions.subscribe": _all(text="/subscribe"),
    "subscriptions.subscribe_button": _all("open:subscribe:"),
    "subscriptions.stop": _all(text="/stop"),
    "subscriptions.out": _all("sub:out:1"),
    "subscriptions.choose": _all("sub:all:"),
    "forms.start": _all("fill:start:visa-case:"),
    "forms.begin": _all("fill:begin:visa-case:"),
    "forms.step": _all("fill:back::"),
    "forms.drop": _all("fill:drop::"),
    "forms.send": _all("fill:send::"),
    "forms.answer": _all(text="Answer", state=("form", {"form": "none"})),
    "asking.ask_command": _all(text="/ask Something"),
    "asking.ask_button": _all("open:ask:"),
    "asking.ask_about": _all("ask:visa"),
    "asking.question_written": _all(text="A question", state=("ask", {"section": "visa"})),
    "asking.more_written": _all(text="More", state=("confirm", DRAFT)),
    "asking.rewritten": _all(text="Other words", edited=True, state=("confirm", DRAFT)),
    "asking.send": _all("draft:send:"),
    "asking.drop": _all("draft:drop:"),
    "asking.rewrite": _all("draft:edit:"),
    "asking.choose_section": _all("draft:sections:"),
    "mine.my": _all(text="/my"),
    "mine.my_page": _all("open:my:0"),
    "mine.view": _all(f"mine:view:{CODE}:"),
    "mine.add": _all(f"mine:add:{CODE}:"),
    "mine.close_or_reopen": _all(f"mine:close:{CODE}:"),
    "mine.rate": _all(f"mine:rate:{CODE}:5"),
    "withdrawing.choose_to_withdraw": _all(f"mine:drop:{CODE}:"),
    "withdrawing.withdraw": _all(f"mine:dropped:{CODE}:1"),
    "withdrawing.take_out": _all(f"mine:take:{CODE}:1"),
    "threads.replied": _all(text="More", content={"reply_to_message": REPLY}),
    "threads.late_part": _all(
        content={
            "media_group_id": "1",
            "photo": [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}],
        }
    ),
    "threads.commented": _all(text="Good", state=("rate", {"code": CODE, "stars": 5})),
    "threads.code_written": _all(text=CODE),
    "threads.added": _all(text="More", state=("add", {"code": CODE, "thread": CODE})),
    "threads.edited": _all(text="Other words", edited=True),
    "search.look_up": _all(text="visa fee"),
    "search.ask_person": _all("draft:person:"),
    "search.file_sent": _all(content={"voice": {"file_id": "v", "file_unique_id": "w", "duration": 1}}),
    "fallback.unknown_command": _all(text="/nothing"),
    "fallback.not_understood": _all(content={"dice": {"emoji": "x", "value": 1}}),
    "fallback.old_button": _all("gone:1"),
}  # fmt: skip
NOT_OF_ROLES = {
    "groups.migrated": "Telegram tells it of a group; only the staff group's counts",
    "groups.blocked": "Telegram tells it of the person's own chat",
    "groups.removed": "Telegram tells it of a group; only the staff group's counts",
    "groups.added": "whoever adds the bot: without a role it leaves (tests/e2e)",
    "desk.as_channel": "an answer to who writes in the name of a channel, in the staff group",
    "desk.unknown": "an answer to a kind of message nobody can use, in the staff group",
    "fallback.old_group_button": "an answer to a button nobody knows, in any group",
    "desk.noted_before": "an update that had its effect before (tests/telegram/test_replays.py)",
    "cards.written_before": "the same",
    "threads.commented_before": "the same",
    "privacy.erase": "tested with its effect (tests/e2e/test_privacy.py)",
}
"""Handlers whose callers are not told apart by role, and why."""


def _handlers() -> set[str]:
    return {
        name_of(handler.callback)
        for room in ROUTERS
        for observer in room.router.observers.values()
        for handler in observer.handlers
    }


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


def test_every_handler_stands_in_the_table_and_nothing_else_does() -> None:
    named = set(RULES) | set(NOT_OF_ROLES)
    assert _handlers() - named == set(), "these handlers need a line that says who may call them"
    assert named - _handlers() == set()


def test_the_document_of_roles_says_what_the_program_does() -> None:
    lines = (ROOT / "docs" / "roles.md").read_text().splitlines()
    table = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    shown = {
        Right(right): [cell.strip() == "✓" for cell in line.strip("|").split("|")[1:]]
        for right, line in table.items()
    }
    assert shown == {right: [right in RIGHTS[role] for role in Role] for right in Right}


_CAUSES = itertools.count()


async def _ask(house: Inside, name: str = "visitor") -> str:
    """An inquiry of a person; gives its code."""
    person = await house.app.stores.people.get(IDS[name])
    assert person is not None
    words = Words(text="Hello", source=MessageRef(chat_id=person.id, message_id=3))
    question = Question(section="visa", words=words)
    return (await house.app.counter.submit(person, question, cause=f"test:{next(_CAUSES)}")).code


def _with_code(value: Any, code: str) -> Any:
    if isinstance(value, str):
        return value.replace(CODE, code)
    if isinstance(value, Mapping):
        return {key: _with_code(one, code) for key, one in value.items()}
    return value


async def _call(house: Inside, rule: Rule, person_id: int, chat_id: int, code: str) -> Any:
    state, data = rule.state or ("", {})
    await house.in_state(person_id, chat_id, state, _with_code(data, code))
    if rule.tap:
        return await house.taps(person_id, _with_code(rule.tap, code), chat_id=chat_id)
    content = {key: _with_chat(value, chat_id) for key, value in rule.content.items()}
    if rule.text:
        content["text"] = _with_code(rule.text, code)
    return await house.writes(person_id, chat_id=chat_id, edited=rule.edited, **content)


def _with_chat(value: Any, chat_id: int) -> Any:
    is_message = isinstance(value, Mapping) and "message_id" in value
    kind = "private" if chat_id > 0 else "supergroup"
    return {**value, "chat": {"id": chat_id, "type": kind, "title": "x"}} if is_message else value


@pytest.mark.parametrize("place", ["private", "staff group", "another group"])
async def test_who_may_does_and_who_may_not_does_not(house: Inside, place: str) -> None:
    group = {"staff group": GROUP, "another group": OTHER_GROUP}.get(place)
    wrong: list[str] = []
    for name, rule in RULES.items():
        for caller, person_id in IDS.items():
            code = await _ask(house, caller)
            seen = await _call(house, rule, person_id, group or person_id, code)
            done = name in seen.handlers and not seen.not_allowed
            if done is not (group != OTHER_GROUP and rule.allows(caller, in_group=group is not None)):
                wrong.append(f"{name} as {caller}: {'done' if done else 'refused'}; ran {seen.handlers}")
            if seen.crash is not None:
                wrong.append(f"{name} as {caller}: {seen.crash!r}")
    assert not wrong, "\n".join(wrong)


# ---- ownership, forgery, chance


async def test_nobody_gets_at_the_inquiry_of_another_visitor(house: Inside) -> None:
    code = await _ask(house, "visitor")
    before = await house.app.stores.inquiries.get(code)
    stranger = IDS["viewer"]
    for act in ("view", "add", "close", "reopen", "rate", "drop", "dropped", "take"):
        house.session.calls.clear()
        seen = await house.taps(stranger, f"mine:{act}:{code}:1")
        assert seen.refusals == ["NotYours"], act
        (answer,) = house.session.answers()
        assert answer.text == "There is no such inquiry."
    await house.in_state(stranger, stranger, "add", {"code": code})
    await house.writes(stranger, text="I add to it")
    await house.in_state(stranger, stranger, "", {"thread": code})
    await house.writes(stranger, text="I add to it, too")
    await house.writes(stranger, text=code)
    told = [str(getattr(one, "text", "")) for one in house.session.calls]
    assert not any("Hello" in one for one in told)
    assert await house.app.stores.inquiries.get(code) == before


async def test_a_missing_inquiry_and_a_strangers_sound_the_same(house: Inside) -> None:
    code = await _ask(house, "visitor")
    for wanted in (code, "KH-7GQ4-X6"):
        house.session.calls.clear()
        await house.taps(IDS["viewer"], f"mine:view:{wanted}:")
        (answer,) = house.session.answers()
        assert answer.text == "There is no such inquiry."


async def test_a_draft_is_sent_by_nobody_but_who_wrote_it(house: Inside) -> None:
    owner, stranger = IDS["visitor"], IDS["viewer"]
    await house.in_state(owner, owner, "confirm", DRAFT)
    await house.taps(stranger, "draft:send:", chat_id=stranger)
    assert await house.app.stores.inquiries.count(InquiryFilter(person_id=owner)) == 0
    assert await house.app.stores.inquiries.count(InquiryFilter(person_id=stranger)) == 0
    assert (await house.app.stores.sessions.get(owner, owner)).state == "confirm"


async def test_who_was_an_admin_can_do_nothing_with_old_buttons(house: Inside) -> None:
    admin = IDS["admin"]
    assert not (await house.taps(admin, "folk:card:100:")).not_allowed
    protected = frozenset({IDS["owner"]})
    await house.app.stores.people.give_role(admin, Role.VISITOR, protected=protected)
    of_people = ("folk:card:100:", "folk:role:100:owner", "folk:ban:100:", "trail:0")
    for data in (*of_people, "cast:list:0:", "fact:all::0"):
        assert (await house.taps(admin, data)).not_allowed, data
    person = await house.app.stores.people.get(IDS["visitor"])
    assert person is not None
    assert (person.role, person.banned) == (Role.VISITOR, None)


async def test_an_admin_cannot_rise_or_touch_those_above(house: Inside) -> None:
    admin = IDS["admin"]
    for target, role in (("admin", "owner"), ("visitor", "admin"), ("admin", "visitor")):
        seen = await house.taps(admin, f"folk:role:{IDS[target]}:{role}")
        assert seen.not_allowed, (target, role)
    assert (await house.taps(admin, f"folk:role:{IDS['owner']}:visitor")).refusals == ["ProtectedOwner"]
    for name in ("visitor", "admin"):
        person = await house.app.stores.people.get(IDS[name])
        assert person is not None
        assert person.role == name


async def test_a_card_in_another_group_is_dead(house: Inside) -> None:
    code = await _ask(house, "visitor")
    before = await house.app.stores.inquiries.get(code)
    for caller in ("visitor", "staff", "owner"):
        acts = ("claim", "release", "open", "read", "note", "close", "closed", "say", "send", "to", "move")
        for act in acts:
            house.session.calls.clear()
            seen = await house.taps(IDS[caller], f"card:{act}:{code}:wait.0", chat_id=OTHER_GROUP)
            assert seen.handlers == ["fallback.old_group_button"], (caller, act)
            assert len(house.session.answers()) == 1
    assert await house.app.stores.inquiries.get(code) == before


async def test_every_tap_of_the_table_is_answered(house: Inside) -> None:
    silent: list[str] = []
    for name, rule in RULES.items():
        callers = [who for who in IDS if rule.allows(who, in_group=False)]
        if not rule.tap or not callers:
            continue
        code = await _ask(house, callers[-1])
        house.session.calls.clear()
        await _call(house, rule, IDS[callers[-1]], IDS[callers[-1]], code)
        if not house.session.answers():
            silent.append(name)
    assert silent == []


async def test_a_button_whose_message_is_unknown_is_answered(house: Inside) -> None:
    code = await _ask(house, "visitor")
    for data in ("go:visa", f"mine:view:{code}:", "own:data", f"card:claim:{code}:", "folk:list:0:", "x"):
        for caller, person_id in IDS.items():
            house.session.calls.clear()
            seen = await house.taps(person_id, data, has_message=False)
            assert seen.crash is None, (data, caller)
            assert house.session.answers(), (data, caller)


_PREFIXES = sorted({rule.tap.partition(":")[0] for rule in RULES.values() if rule.tap})
_LIKELY = ["0", "-1", "9" * 30, CODE, "erase", "role", "all", ""]
_WILD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=64)
_DATA = st.one_of(
    _WILD,
    st.builds(
        lambda prefix, parts: ":".join([prefix, *parts]),
        st.sampled_from(_PREFIXES),
        st.lists(st.one_of(_WILD, st.sampled_from(_LIKELY)), max_size=4),
    ),
).filter(lambda data: 1 <= len(data.encode()) <= 64 and not data.startswith("own:erase"))


async def test_any_data_is_answered_and_breaks_nothing(house: Inside) -> None:
    examples: list[tuple[str, str]] = []

    @settings(max_examples=250, database=None, deadline=None, derandomize=True)
    @given(data=_DATA, caller=st.sampled_from(["visitor", "staff", "owner"]))
    def gather(data: str, caller: str) -> None:
        examples.append((data, caller))

    gather()
    for data, caller in examples:
        for chat_id in (IDS[caller], GROUP):
            house.session.calls.clear()
            seen = await house.taps(IDS[caller], data, chat_id=chat_id)
            assert seen.crash is None, (data, caller, chat_id)
            assert house.session.answers(), (data, caller, chat_id)


async def test_what_is_added_to_an_erased_inquiry_is_a_new_question(house: Inside) -> None:
    visitor = IDS["visitor"]
    code = await _ask(house, "visitor")
    await house.app.privacy.forget(visitor, cause="test:forget")
    await house.in_state(visitor, visitor, "", {"thread": code})
    seen = await house.writes(visitor, text="visa fee")
    assert seen.handlers[-1] == "search.look_up"
    assert (await house.writes(visitor, text="And now?")).handlers == ["search.look_up"]
    await house.in_state(IDS["staff"], GROUP, "note", {"code": code})
    assert (await house.writes(IDS["staff"], chat_id=GROUP, text="A note")).refusals == ["InquiryErased"]
    assert (await house.app.stores.sessions.get(GROUP, IDS["staff"])).state == ""


async def test_who_may_answer_no_longer_changes_no_answer_of_theirs(house: Inside) -> None:
    staff, code = IDS["staff"], await _ask(house, "visitor")
    message = {"message_id": 900, "date": 1, "chat": {"id": staff, "type": "private", "first_name": "Sana"}}
    message |= {"from": {"id": staff, "is_bot": False, "first_name": "Sana"}}
    await house.in_state(staff, staff, "answer", {"code": code})
    await house.gets({"message": {**message, "text": "Come on Monday."}})
    for role, said, expected in (
        (Role.STAFF, "Come on Tuesday.", "Come on Tuesday."),
        (Role.VISITOR, "Pay a thousand dollars.", "Come on Tuesday."),
        (Role.VIEWER, "Pay me.", "Come on Tuesday."),
    ):
        await house.app.stores.people.give_role(staff, role, protected=frozenset({IDS["owner"]}))
        seen = await house.gets({"edited_message": {**message, "edit_date": 2, "text": said}})
        assert (seen.handlers, seen.crash) == (["threads.edited"], None)
        answer = (await house.app.stores.inquiries.get(code)).posts[-1]
        assert (answer.author, answer.text) == (Author.STAFF, expected)
