"""Summaries: the message that shows a waiting question; there is one, and it is renewed in place."""

from bot.content.pack import Content
from bot.domain.counter import Question
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import as_data, from_data
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.states import CONFIRM
from bot.telegram.views import asking


class Summaries:
    """Shows the question that waits for "Send"."""

    def __init__(
        self, *, person: Person, content: Content, tr: Translator, stage: Stage, dialogue: Dialogue
    ) -> None:
        self._person = person
        self._content = content
        self._tr = tr
        self._stage = stage
        self._dialogue = dialogue

    async def open(self, question: Question) -> None:
        """Let the question wait and show it, instead of one that waited before."""
        before = (self._dialogue.waiting(CONFIRM) or {}).get("shown")
        await self._dialogue.move(CONFIRM, as_data(question))
        shown = await self._stage.show(self._screen(question))
        await self._dialogue.update(shown=shown)
        if isinstance(before, int) and before != shown and not self._dialogue.replayed:
            # Its "Send" would send the new question.
            await self._stage.retire(before)

    async def renew(self, question: Question, *, in_place: bool) -> None:
        """Let the changed question wait; ``in_place`` redraws the summary where it stands."""
        shown = self._dialogue.data.get("shown")
        if self._dialogue.replayed:
            question = from_data(self._dialogue.data)
        else:
            await self._dialogue.move(CONFIRM, {**as_data(question), "shown": shown})
        if in_place and isinstance(shown, int):
            await self._stage.redraw(shown, self._screen(question))
            return
        if isinstance(shown, int):
            await self._stage.retire(shown)
        await self._dialogue.update(shown=await self._stage.say(self._screen(question)))

    async def show(self, question: Question) -> None:
        """Show it again after a choice."""
        await self._stage.show(self._screen(question))

    def _screen(self, question: Question) -> Screen:
        return asking.summary(
            self._tr,
            self._content,
            section=question.section,
            text=question.words.text,
            answers=question.answers,
            attachments=question.words.attachments,
            first=self._person.consented_at is None,
        )
