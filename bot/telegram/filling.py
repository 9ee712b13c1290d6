"""Filling: moves the form of the person who is calling and shows where it stands."""

from dataclasses import replace

from bot.content.pack import Content
from bot.content.schema import HOME, FieldKind, Form
from bot.domain import forms
from bot.domain.choices import named
from bot.domain.forms import FieldRefused, FormState
from bot.domain.messages import AttachmentKind, Words
from bot.domain.people import Person
from bot.i18n.catalogues import Catalogues, Translator, mark
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Fill
from bot.telegram.dialogue import Dialogue
from bot.telegram.formdata import FoundOut, as_data, from_data, prefilled
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.states import FORM
from bot.telegram.views import forms as views


class Filling:
    """One person's form."""

    def __init__(
        self,
        *,
        content: Content,
        person: Person,
        tr: Translator,
        stage: Stage,
        dialogue: Dialogue,
        browser: Browser,
        catalogues: Catalogues,
    ) -> None:
        self._content = content
        self._person = person
        self._tr = tr
        self._stage = stage
        self._dialogue = dialogue
        self._browser = browser
        self._catalogues = catalogues

    def offer(self, wanted: Form, instead: Fill | None = None) -> Screen | None:
        """The question whether to continue another half-filled form, if there is one.

        ``instead``: the step that begins the wanted one all the same.
        """
        found = self._open()
        if found is None or found[0].id == wanted.id:
            return None
        return views.other_open(self._tr, found[0], instead or Fill(act="instead", field=wanted.id))

    async def begin(self, form: Form, found_out: FoundOut | None = None) -> None:
        """Begin a form, or go on with it when it is the one left half-filled."""
        found = self._open()
        if found and found[0].id == form.id and not found_out:
            await self._show(form, found[1])
            return
        fresh = prefilled(form, self._person, found_out)
        if found and found[0].id == form.id:
            # Whoever asks about another case keeps what was written; only the case is another.
            case = {one.id for one in form.fields if (one.prefill or "").startswith("answers")}
            values = {**fresh, **found[1].values, **{name: fresh[name] for name in case & fresh.keys()}}
            await self._keep(form, replace(found[1], position=0, editing=False, values=values))
            return
        await self._keep(form, FormState(form=form.id, values=fresh))

    async def gone(self) -> None:
        """The form of an old button is no longer open."""
        note = self._tr.finish(self._tr("This form is no longer open: it was sent or discarded."))
        await self._browser.open(HOME, note=note)

    def complete(self) -> tuple[Form, FormState] | None:
        """The form if every question was asked."""
        found = self._open()
        if found is None or forms.current(*found) is not None:
            return None
        return found

    async def tap(self, data: Fill) -> None:
        """A step by a button; one that belongs to another question shows where the form stands."""
        found = self._open()
        if found is None:
            await self.gone()
            return
        form, state = found
        asked = forms.current(form, state)
        fits = data.act in {"resume", "back", "edit"} or (asked is not None and asked.id == data.field)
        if self._dialogue.replayed or not fits:
            await self._show(form, state)
            return
        try:
            moved = self._step(form, state, data)
        except FieldRefused as refused:
            await self._dialogue.resume(FORM)
            await self._stage.show(views.question(self._tr, form, state, refused=refused))
            return
        await self._keep(form, moved)

    def _step(self, form: Form, state: FormState, data: Fill) -> FormState:
        asked = forms.current(form, state)
        match data.act:
            case "back":
                return forms.back(state)
            case "skip":
                return forms.skipped(form, state)
            case "done":
                return forms.finished_several(form, state)
            case "edit":
                return forms.edit(form, state, data.value or data.field)
            case "keep" if asked is not None:
                return forms.answered(form, state, state.values.get(asked.id))
            case "pick" if asked is not None and asked.kind is FieldKind.SEVERAL:
                return forms.toggled(form, state, data.value)
            case "pick" if asked is not None and data.value in {one.id for one in asked.choices}:
                return forms.answered(form, state, data.value)
        return state

    async def hear(self, words: Words, *, album: bool) -> None:
        """An answer by message."""
        found = self._open()
        if found is None:
            await self.gone()
            return
        form, state = found
        if self._dialogue.replayed:
            await self._show(form, state)
            return
        try:
            moved = self._heard(form, state, words)
        except FieldRefused as refused:
            screen = self._screen(form, state, refused)
            await self._stage.say(screen)
            return
        await self._keep(
            form, moved, quiet=album and forms.current(form, moved) == forms.current(form, state)
        )

    def _heard(self, form: Form, state: FormState, words: Words) -> FormState:
        asked = forms.current(form, state)
        if asked is None:
            raise FieldRefused(mark("Please send the form, or change an answer with its button."))
        if asked.kind is FieldKind.FILES and words.attachments:
            return forms.attached(form, state, words.attachments)
        text = words.text
        contact = next((one for one in words.attachments if one.kind is AttachmentKind.CONTACT), None)
        if asked.kind is FieldKind.PHONE and contact:
            text = contact.phone
        elif words.attachments and not text:
            raise FieldRefused(mark("Please answer in words."))
        if asked.choices:
            choices = named(asked.choices, text, self._catalogues.translators.values())
            return forms.named(form, state, choices)
        today = self._browser.moment.now.astimezone(self._browser.moment.zone).date()
        return forms.answered(form, state, forms.check(asked, text, today))

    def _open(self) -> tuple[Form, FormState] | None:
        data = self._dialogue.waiting(FORM)
        if data is None:
            return None
        state = from_data(data)
        form = self._content.forms.get(state.form)
        if form is None:
            return None
        return form, replace(state, position=min(state.position, len(form.fields)))

    async def _keep(self, form: Form, state: FormState, *, quiet: bool = False) -> None:
        shown = (self._dialogue.waiting(FORM) or {}).get("shown")
        await self._dialogue.move(FORM, {**as_data(state), "shown": shown})
        if quiet and isinstance(shown, int):
            await self._stage.redraw(shown, self._screen(form, state))
        else:
            await self._show(form, state)

    async def _show(self, form: Form, state: FormState) -> None:
        await self._dialogue.resume(FORM)
        shown = await self._stage.show(self._screen(form, state))
        if self._dialogue.data.get("shown") != shown or self._dialogue.data.get("paused"):
            await self._dialogue.update(shown=shown, paused=False)

    def _screen(self, form: Form, state: FormState, refused: FieldRefused | None = None) -> Screen:
        if forms.current(form, state) is None:
            return views.summary(self._tr, form, state, first=self._person.consented_at is None)
        return views.question(self._tr, form, state, refused=refused)
