"""Workbench: the fact desk for the editor who is calling."""

from collections.abc import Awaitable, Mapping
from datetime import date, tzinfo
from typing import Any

from bot.content.editing import NotAValueError, forgotten
from bot.content.pack import Content
from bot.content.report import ReportedFact
from bot.content.schema import Article
from bot.content.values import Fact
from bot.domain.clock import Clock
from bot.domain.desk import Actor
from bot.domain.errors import Changed
from bot.domain.fact_desk import FactDesk
from bot.domain.people import require
from bot.domain.rights import Right
from bot.i18n.catalogues import Catalogues, Translator
from bot.telegram import changing
from bot.telegram.callbacks import FactStep
from bot.telegram.changing import STATE
from bot.telegram.dialogue import Dialogue
from bot.telegram.stage import Stage
from bot.telegram.views import facts as views
from bot.telegram.views import menus
from bot.telegram.views.messages import refusal


class Workbench:
    """Answers one update at the fact desk."""

    def __init__(
        self,
        *,
        fact_desk: FactDesk,
        actor: Actor,
        content: Content,
        tr: Translator,
        stage: Stage,
        dialogue: Dialogue,
        catalogues: Catalogues,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._desk = fact_desk
        self._actor = actor
        self._content = content
        self._tr = tr
        self._stage = stage
        self._dialogue = dialogue
        self._catalogues = catalogues
        self._now = clock.now()
        self._zone = zone

    @property
    def _today(self) -> date:
        return self._now.astimezone(self._zone).date()

    async def tap(self, step: FactStep) -> None:
        """A button."""
        require(self._actor.role, Right.FACTS)
        match step.act:
            case "list":
                await self._dialogue.leave(STATE)
                await self._list(step.arg, max(0, step.place))
            case "one":
                await self._one(step.arg)
            case "history":
                await self._history(step.arg)
            case "change":
                await self._begin(step.arg)
            case "undo":
                await self._undo(step.arg, after=step.place)
            case "unknown":
                await self._put(forgotten(self._desk.get(step.arg)), after=step.place)
            case "pick" | "back" | "look" | "publish" | "drop":
                await self._go_on(step)
            case _:
                await self.overview()

    async def overview(self) -> None:
        """Everything, by group."""
        await self._dialogue.leave(STATE)
        names = {one: menu.title for one, menu in self._content.menus.items()}
        await self._stage.show(views.overview(self._tr, self._desk.report(self._today), names))

    async def typed(self, text: str) -> None:
        """An answer in words."""
        await self._answer(text)

    async def _list(self, group: str, place: int) -> None:
        menu = self._content.menus.get(group)
        name = menu.title if menu else group
        facts = self._desk.report(self._today)
        await self._stage.show(views.listing(self._tr, group, name, facts, place))

    async def _one(self, fact_id: str, note: str = "") -> None:
        shown = self._reported(fact_id)
        await self._stage.show(views.one(self._tr, shown, last=self._desk.last(fact_id), note=note))

    def _reported(self, fact_id: str) -> ReportedFact:
        fact = self._desk.get(fact_id)
        return next(one for one in self._desk.report(self._today) if one.fact.id == fact.id)

    async def _history(self, fact_id: str) -> None:
        changes = [(one, self._desk.read(one)) for one in await self._desk.history(fact_id)]
        await self._stage.show(views.history(self._tr, self._desk.get(fact_id), changes, self._zone))

    async def _begin(self, fact_id: str) -> None:
        fact = self._desk.get(fact_id)
        answers = {"fact": fact.id, "after": self._desk.last(fact.id), "step": changing.VALUE}
        await self._dialogue.move(STATE, answers)
        await self._ask(fact)

    async def _undo(self, fact_id: str, *, after: int) -> None:
        undone = self._desk.undo(
            fact_id,
            by=self._actor.person_id,
            name=self._actor.name,
            after=after,
            cause=self._dialogue.cause("undo"),
        )
        await self._carry_out(undone, fact_id, self._tr("The last change is taken back."))

    async def _go_on(self, step: FactStep) -> None:
        if self._dialogue.state != STATE:
            await self._stage.show(views.nothing_open(self._tr))
            return
        fact = self._desk.get(self._dialogue.data["fact"])
        match step.act:
            case "drop":
                await self._dialogue.leave(STATE)
                await self._one(fact.id, self._tr("Discarded. Nothing was changed."))
            case "publish" if self._dialogue.data["step"] == changing.PREVIEW:
                after = int(self._dialogue.data["after"])
                await self._put(changing.drafted(fact, self._dialogue.data), after=after)
            case "look" if self._dialogue.data["step"] == changing.PREVIEW:
                await self._look(changing.drafted(fact, self._dialogue.data))
            case "pick" if self._dialogue.data["step"] in changing.PICKED:
                await self._answer(step.arg)
            case "back":
                await self._back(fact)
            case _:
                await self._ask(fact)

    async def _back(self, fact: Fact) -> None:
        if not self._dialogue.replayed:
            earlier = changing.one_back(fact, self._dialogue.data)
            if earlier is None:
                await self._dialogue.leave(STATE)
                await self._one(fact.id)
                return
            await self._dialogue.move(STATE, earlier)
        await self._ask(fact)

    async def _answer(self, text: str) -> None:
        fact = self._desk.get(self._dialogue.data["fact"])
        wrong = False
        if not self._dialogue.replayed and self._dialogue.data["step"] != changing.PREVIEW:
            try:
                more = changing.answered(fact, self._dialogue.data, text, self._today)
            except NotAValueError:
                wrong = True
            else:
                await self._dialogue.move(STATE, more)
        await self._ask(fact, wrong=wrong)

    async def _ask(self, fact: Fact, *, wrong: bool = False) -> None:
        answers: Mapping[str, Any] = self._dialogue.data
        has_page = bool(self._page(fact.id))
        screen = changing.ask(self._tr, fact, answers, self._catalogues, wrong=wrong, has_page=has_page)
        await self._stage.show(screen)

    async def _look(self, draft: Fact) -> None:
        page = self._page(draft.id)
        if page:
            moment = menus.Moment(now=self._now, zone=self._zone)
            drawn = menus.screen(self._tr, self._desk.with_fact(draft), page, moment)
            await self._stage.show(views.page_with_it(self._tr, drawn))

    def _page(self, fact_id: str) -> Article | None:
        screens = self._reported(fact_id).screens
        return next((self._content.articles[one] for one in screens if one in self._content.articles), None)

    async def _put(self, fact: Fact, *, after: int) -> None:
        published = self._desk.change(
            fact,
            by=self._actor.person_id,
            name=self._actor.name,
            after=after,
            cause=self._dialogue.cause("fact"),
        )
        await self._carry_out(published, fact.id, self._tr("Published: visitors see it from now on."))

    async def _carry_out(self, change: Awaitable[object], fact_id: str, said: str) -> None:
        """Change what the editor has seen; when somebody was first, show what stands there now instead."""
        try:
            await change
        except Changed as fault:
            await self._desk.refresh()
            said = refusal(self._tr, fault)
        await self._dialogue.leave(STATE)
        await self._one(fact_id, said)
