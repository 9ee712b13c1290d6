"""Drafting: the announcement that an admin is writing, for one update."""

from dataclasses import replace
from html import escape

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import Audience, Broadcast, Version
from bot.domain.desk import Actor
from bot.domain.messages import Words
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.dialogue import Dialogue
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import broadcasts as views
from bot.telegram.views import composing

COMPOSE = "announce"
"""The state in which the next message is a version of an announcement, or its time."""


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
        frame: composing.Frame,
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

    async def show(self, broadcast: Broadcast) -> None:
        """Show the draft in place; nothing is awaited any more."""
        await self._dialogue.leave(COMPOSE)
        await self._stage.show(await self.screen(broadcast))

    async def say(self, broadcast: Broadcast) -> int:
        """Show the draft as a new message; gives its id."""
        return await self._stage.say(await self.screen(broadcast))

    async def hear(self, words: Words) -> Version:
        """The version that a message makes, or adds to: parts of an album come one by one."""
        html = words.html or escape(words.text, quote=False)
        if not words.album or self._dialogue.data.get("album") != words.album:
            return Version(html=html, attachments=words.attachments)
        number, language = int(self._dialogue.data["number"]), Language(self._dialogue.data["language"])
        begun = (await self._announcements.find(self._actor, number)).versions.get(language, Version())
        known = {one.file_unique_id for one in begun.attachments}
        more = tuple(one for one in words.attachments if one.file_unique_id not in known)
        return Version(html=begun.html or html, attachments=begun.attachments + more)


def toggled(audience: Audience, which: str, value: str) -> Audience:
    """The audience with one choice taken or given back; as it was when the choice is not known."""
    match which:
        case "topics":
            return replace(audience, topics=audience.topics ^ {value})
        case "asked":
            return replace(audience, asked=audience.asked ^ {value})
        case "languages" if value in set(Language):
            return replace(audience, languages=audience.languages ^ {Language(value)})
        case "seen" if value.isdecimal() and int(value) in composing.ACTIVITY:
            return replace(audience, active_days=int(value))
    return audience
