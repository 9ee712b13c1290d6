"""Drafting: the announcement that an admin is writing, for one update."""

from dataclasses import replace
from html import escape

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import Audience, Broadcast, State, Version
from bot.domain.desk import Actor
from bot.domain.messages import MessageRef, Words
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.dialogue import Dialogue
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import audiences, composing
from bot.telegram.views import broadcasts as views
from bot.telegram.views.announcing import Frame

COMPOSE = "announce"
"""The state in which versions of an announcement are written, by the steps below."""
WRITE = "write"
"""The next message is the version in a language."""
WRITTEN = "written"
"""It has come: only further parts of its album and edits of it count."""
START = "announce start"
"""The state in which the next message is the time of an announcement."""


class Drafting:
    """Shows drafts and boards to the admin who is calling, and reads what they send."""

    def __init__(
        self,
        *,
        announcements: Announcements,
        actor: Actor,
        dialogue: Dialogue,
        stage: Stage,
        tr: Translator,
        frame: Frame,
    ) -> None:
        self._announcements = announcements
        self._actor = actor
        self._dialogue = dialogue
        self._stage = stage
        self._tr = tr
        self.frame = frame

    def cause(self, step: str) -> str:
        """The cause of an effect of this update."""
        return self._dialogue.cause(step)

    def board(self, broadcast: Broadcast) -> Screen:
        """Where an announcement stands."""
        return views.board(self._tr, broadcast, self.frame, reader=self._actor.person_id)

    async def screen(self, broadcast: Broadcast) -> Screen:
        """The draft, with the recipients counted anew."""
        counts = await self._announcements.count(broadcast.audience)
        return composing.draft(self._tr, broadcast, counts, self.frame)

    async def again(self, broadcast: Broadcast) -> None:
        """Show where it stands as a new message: a draft, or a board."""
        if broadcast.state is State.DRAFT:
            await self.say(broadcast)
        else:
            await self.follow(broadcast, await self._stage.say(self.board(broadcast)))

    async def follow(self, broadcast: Broadcast, message_id: int) -> None:
        """Let this message show the progress from now on, unless another admin's does."""
        board, chat = broadcast.board, self._stage.chat_id
        if not broadcast.is_over and (board is None or board.chat_id == chat):
            here = MessageRef(chat_id=chat, message_id=message_id)
            await self._announcements.watch(self._actor, broadcast.number, here)

    async def show(self, broadcast: Broadcast) -> None:
        """Show the draft in place; nothing is awaited any more."""
        await self._dialogue.leave(COMPOSE, START)
        await self._stage.show(await self.screen(broadcast))

    async def say(self, broadcast: Broadcast) -> int:
        """Show the draft as a new message; gives its id."""
        return await self._stage.say(await self.screen(broadcast))

    async def hear(self, words: Words) -> Version:
        """The version that a message makes, or adds to: parts of an album come one by one."""
        html = words.html or escape(words.text, quote=False)
        if not self.is_part(words):
            return Version(html=html, attachments=words.attachments)
        begun = await self._begun()
        known = {one.file_unique_id for one in begun.attachments}
        more = tuple(one for one in words.attachments if one.file_unique_id not in known)
        return Version(html=begun.html or html, attachments=begun.attachments + more)

    async def hear_again(self, words: Words) -> Version:
        """The version after its message was edited; in an album it is the words that can have changed."""
        html = words.html or escape(words.text, quote=False)
        if not self.is_part(words):
            return Version(html=html, attachments=words.attachments)
        return replace(await self._begun(), html=html)

    def is_part(self, words: Words) -> bool:
        """Whether a message belongs to the album that came last."""
        return bool(words.album) and self._dialogue.data.get("album") == words.album

    async def _begun(self) -> Version:
        number, language = int(self._dialogue.data["number"]), Language(self._dialogue.data["language"])
        one = await self._announcements.find(self._actor, number)
        return one.versions.get(language, Version())


def toggled(audience: Audience, which: str, value: str) -> Audience:
    """The audience with one choice taken or given back; as it was when the choice is not known."""
    match which:
        case "topics":
            return replace(audience, topics=audience.topics ^ {value})
        case "asked":
            return replace(audience, asked=audience.asked ^ {value})
        case "languages" if value in set(Language):
            return replace(audience, languages=audience.languages ^ {Language(value)})
        case "seen" if value.isdecimal() and int(value) in audiences.ACTIVITY:
            return replace(audience, active_days=int(value))
    return audience
