"""Browsing: opening a screen of the content for the person who is calling."""

from datetime import tzinfo

from bot.content.navigation import nearest
from bot.content.pack import Content
from bot.content.schema import HOME, Form, Wizard
from bot.domain.clock import Clock
from bot.domain.events import Events, ScreenOpened
from bot.domain.people import PeopleStore, Person
from bot.i18n.catalogues import Translator
from bot.telegram.dialogue import Dialogue
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.states import CONFIRM, FORM, UNSENT
from bot.telegram.views import forms, guides, menus


class Browser:
    """Opens screens. Leaving a dialogue by browsing ends it; what is not sent yet is only paused."""

    def __init__(
        self,
        *,
        content: Content,
        tr: Translator,
        stage: Stage,
        dialogue: Dialogue,
        clock: Clock,
        zone: tzinfo,
        events: Events,
        person: Person,
        people: PeopleStore,
    ) -> None:
        self._content = content
        self.tr = tr
        self._stage = stage
        self._dialogue = dialogue
        self._clock = clock
        self._zone = zone
        self._events = events
        self._person = person
        self._people = people

    @property
    def moment(self) -> menus.Moment:
        """The present."""
        return menus.Moment(now=self._clock.now(), zone=self._zone)

    async def open(self, screen_id: str, *, note: str = "") -> None:
        """Show a screen, or the nearest one that is left of it."""
        await self.pause()
        shown = nearest(self._content, screen_id)
        gone = shown.id != screen_id
        screen: Screen
        if shown.id == HOME:
            screen = await self._home()
        elif isinstance(shown, Form):
            screen = forms.intro(self.tr, self._content, shown)
        elif isinstance(shown, Wizard):
            screen = guides.question(self.tr, self._content, shown, "")
        else:
            screen = menus.screen(self.tr, self._content, shown, self.moment)
        if gone:
            screen = screen.with_note(menus.moved(self.tr))
        await self._stage.show(screen.with_note(note) if note else screen)
        await self.opened(shown.id)

    async def opened(self, screen_id: str) -> None:
        """Take note that a screen of the content was shown."""
        await self._events.note(ScreenOpened(person_id=self._person.id, screen=screen_id))

    async def _home(self) -> Screen:
        """The first menu; the first time it asks whether announcements are welcome."""
        if self._person.asked_to_subscribe:
            return self.home()
        await self._people.subscribe(self._person.id, self._person.topics)
        return self.home(offer_subscription=True)

    def home(self, *, offer_subscription: bool = False) -> Screen:
        """The first menu, with the way back into a half-filled form and to a question not sent yet."""
        waiting = self._dialogue.waiting(FORM)
        form = self._content.forms.get(str(waiting["form"])) if waiting else None
        return menus.home(
            self.tr,
            self._content,
            resume=form.title if form else "",
            unsent=self._dialogue.waiting(CONFIRM) is not None,
            offer_subscription=offer_subscription,
        )

    async def pause(self) -> None:
        """Leave whatever dialogue is under way; what is not sent yet waits."""
        if self._dialogue.state in UNSENT:
            if not self._dialogue.data.get("paused"):
                await self._dialogue.update(paused=True)
        else:
            await self._dialogue.leave()
