"""Reader: shows an inquiry to staff: its card in the staff chat, its whole thread in a private chat."""

from dataclasses import dataclass

from bot.content.pack import Content
from bot.domain.inquiries import InquiryStore, Thread
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.staff_chat import StaffChat
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import cards, queues, ready_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Shows inquiries where the tap came from."""

    content: Content
    inquiries: InquiryStore
    staff_chat: StaffChat
    role: Role
    tr: Translator
    stage: Stage
    browser: Browser
    in_staff_chat: bool

    @property
    def frame(self) -> cards.CardFrame:
        """What views of inquiries need beside them."""
        moment = self.browser.moment
        return cards.CardFrame(content=self.content, zone=moment.zone, now=moment.now)

    async def show(self, code: str, *, choices: str = "") -> None:
        """Show the inquiry in place; ``choices``: ``move``, ``close`` or ``canned`` unfolds what there is."""
        thread = await self.inquiries.get(code)
        inquiry, tr = thread.inquiry, self.tr
        screen = self._drawn(thread)
        match choices:
            case "move":
                screen = screen.with_rows(tr, cards.move_choices(tr, self.content, inquiry))
            case "close":
                screen = screen.with_rows(tr, cards.close_choices(tr, inquiry))
            case "canned":
                screen = screen.with_rows(tr, ready_answers.choices(tr, inquiry))
        await self.stage.show(screen)

    async def offer(self, thread: Thread, ready: str, theirs: Translator) -> None:
        """Show a ready answer below its inquiry, to be sent or not; ``theirs``: the visitor's language."""
        below, frame = self._drawn(thread), self.frame
        await self.stage.show(ready_answers.preview(self.tr, thread, ready, theirs, below=below, frame=frame))

    def _drawn(self, thread: Thread) -> Screen:
        if self.in_staff_chat:
            in_topic = thread.inquiry.topic_id is not None
            return cards.card(self.tr, thread, self.frame.placed(in_topic=in_topic))
        may_answer = Right.ANSWER in RIGHTS[self.role]
        has_group = self.staff_chat.id is not None
        return queues.read(self.tr, thread, self.frame, may_answer=may_answer, has_group=has_group)
