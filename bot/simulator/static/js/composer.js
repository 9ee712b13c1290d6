/** The foot of the chat: the field where one writes, attachments, commands, the reply keyboard. */

import { directionOf } from "./direction.js";
import { h, icon, iconButton } from "./dom.js";
import { previewFiles, sendFiles } from "./files.js";
import { keyed } from "./keyed.js";
import { replyKeyboard } from "./keyboards.js";
import { choosePeople, confirmBox, popupMenu } from "./overlays.js";
import { fullName, summary } from "./names.js";
import { photoSample, voiceSample } from "./samples.js";
import { botStatus } from "./store.js";

const HOUSE = { latitude: 31.5204, longitude: 74.3587 };
const TALLEST = 160;

/** Owns the elements of the foot; `place()` tells {chat, threadId} of what is open now. */
export class Composer {
  constructor(store, box, place, actions) {
    Object.assign(this, { store, box, place, actions, mode: null, hidesKeys: new Set(), lastKeys: new Map(), forced: 0 });
    this.drafts = new Map();
    this.build();
  }

  build() {
    this.field = h("textarea", {
      class: "field", rows: 1, dir: "auto", placeholder: "Message", "aria-label": "Message", "data-testid": "input", autocomplete: "off",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event),
    });
    this.commandsButton = iconButton("slash", "Commands", () => this.toggleCommands(), { class: "round", "data-testid": "commands-button", "aria-expanded": "false" });
    this.keysButton = iconButton("keys", "Keyboard", () => this.toggleKeys(), { class: "round", "data-testid": "keys-button" });
    this.sendButton = iconButton("send", "Send", () => this.send(), { class: "round send", "data-testid": "send" });
    this.attachButton = iconButton("attach", "Attach", () => this.openAttach(), { class: "round", "data-testid": "attach", "aria-haspopup": "menu" });
    this.bar = h("div", { class: "mode", "data-testid": "mode" });
    this.list = h("div", { class: "commands", role: "listbox", "aria-label": "Commands", "data-testid": "commands" });
    this.keys = h("div", { class: "keys", "data-testid": "reply-keyboard" });
    this.row = h("div", { class: "write-row", "data-testid": "composer" }, this.attachButton, h("div", { class: "field-box" }, this.field, this.keysButton, this.commandsButton), this.sendButton);
    this.startButton = h("button", { type: "button", class: "start", "data-testid": "start", onclick: () => this.start() });
    this.box.append(this.list, this.bar, this.row, this.startButton, this.keys);
    for (const one of [this.list, this.bar, this.startButton]) one.hidden = true;
  }

  draw() {
    const { chat } = this.place();
    if (!chat) return;
    const isPrivate = chat.type === "private";
    const isBlocked = isPrivate && botStatus(chat, this.store.bot) === "kicked";
    const waits = isPrivate && (isBlocked || !chat.is_started);
    this.startButton.hidden = !waits;
    this.startButton.textContent = isBlocked ? "UNBLOCK" : "START";
    this.row.hidden = waits;
    this.commandsButton.hidden = !this.commands().length || Boolean(this.field.value);
    this.drawKeys(chat, waits);
    this.drawMode();
    if (waits) this.closeCommands();
  }

  commands() {
    const { chat } = this.place();
    return (chat && this.store.commands[chat.id]) ?? [];
  }

  keyboard() {
    const { chat } = this.place();
    return (chat && this.store.keyboards[chat.id]) ?? null;
  }

  drawKeys(chat, waits) {
    const markup = this.keyboard();
    const hasKeys = Boolean(markup?.keyboard) && !waits;
    const stamp = JSON.stringify(markup);
    if (this.lastKeys.get(chat.id) !== stamp) this.hidesKeys.delete(chat.id); // a new keyboard shows itself again
    this.lastKeys.set(chat.id, stamp);
    const isHidden = this.hidesKeys.has(chat.id);
    this.keysButton.hidden = !hasKeys;
    this.keysButton.setAttribute("aria-pressed", String(hasKeys && !isHidden));
    this.field.placeholder = markup?.input_field_placeholder || "Message";
    this.field.dir = markup?.input_field_placeholder && !this.field.value ? directionOf(markup.input_field_placeholder) : "auto";
    keyed(this.keys, hasKeys && !isHidden ? [{ key: "keys", stamp: `${chat.id} ${stamp}`, build: () => replyKeyboard(markup, this.actions) }] : []);
    this.force(chat, markup);
  }

  force(chat, markup) {
    if (!markup?.force_reply) return;
    const target = [...chat.messages.values()].findLast((one) => one.reply_markup?.force_reply || one.from?.id === this.store.bot.id);
    if (!target || this.forced === target.message_id) return;
    this.forced = target.message_id;
    this.reply(target);
  }

  reply(message) {
    this.mode = { kind: "reply", message };
    this.draw();
    this.field.focus();
  }

  edit(message) {
    this.mode = { kind: "edit", message };
    this.field.value = message.text ?? message.caption ?? "";
    this.grow();
    this.draw();
    this.field.focus();
  }

  endMode() {
    if (this.mode?.kind === "edit") this.field.value = "";
    this.mode = null;
    this.grow();
    this.draw();
  }

  drawMode() {
    this.bar.hidden = !this.mode;
    if (!this.mode) return;
    const { kind, message } = this.mode;
    const words = summary(message).slice(0, 120);
    this.bar.replaceChildren(icon(kind === "edit" ? "edit" : "reply"),
      h("span", { class: "mode-words" },
        h("span", { class: "mode-title" }, kind === "edit" ? "Edit message" : h("bdi", {}, fullName(message.from))),
        h("span", { class: "mode-text", dir: directionOf(words) }, words)),
      iconButton("close", "Cancel", () => this.endMode(), { "data-testid": "mode-cancel" }));
  }

  /** Leaves the chat: keeps what was written for when one comes back. */
  leave(key) {
    this.drafts.set(key, this.field.value);
    this.mode = null;
    this.forced = 0;
    this.closeCommands();
  }

  enter(key) {
    this.field.value = this.drafts.get(key) ?? "";
    this.grow();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
  }

  typed() {
    this.grow();
    this.draw();
    const word = this.field.value;
    if (/^\/\w*$/.test(word)) this.showCommands(word.slice(1).toLowerCase());
    else this.closeCommands();
  }

  key(event) {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouch) {
      event.preventDefault();
      this.send();
    }
    if (event.key === "Escape") {
      this.closeCommands();
      this.endMode();
    }
    if (event.key === "ArrowUp" && !this.list.hidden) {
      event.preventDefault();
      this.list.lastElementChild?.focus();
    } else if (event.key === "ArrowUp" && !this.field.value) this.actions.editLast();
  }

  paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    previewFiles(this.store, files, this.where(), false);
  }

  where() {
    const { chat, threadId } = this.place();
    const target = this.mode?.kind === "reply" ? this.mode.message.message_id : 0;
    return { chat_id: chat.id, reply_to: target, thread_id: threadId };
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    const { mode } = this;
    const where = this.where();
    this.field.value = "";
    this.mode = null;
    this.grow();
    this.closeCommands();
    this.draw();
    const done = mode?.kind === "edit"
      ? await this.store.act("edit", { chat_id: where.chat_id, message_id: mode.message.message_id, text })
      : await this.store.act("say", { ...where, text });
    if (!done && !this.field.value) {
      this.field.value = text;
      this.mode = mode;
      this.grow();
      this.draw();
    }
  }

  start() {
    this.store.act("start", {});
  }

  say(text) {
    return this.store.act("say", { ...this.where(), text });
  }

  showCommands(prefix) {
    const found = this.commands().filter((one) => one.command.startsWith(prefix));
    this.list.replaceChildren(...found.map((one) => h("button", { type: "button", class: "command", role: "option", "data-testid": "command", onclick: () => this.choose(one.command), onkeydown: (event) => this.walk(event) },
      h("b", {}, `/${one.command}`), h("span", { dir: directionOf(one.description) }, one.description))));
    this.list.hidden = !found.length;
    this.commandsButton.setAttribute("aria-expanded", String(Boolean(found.length)));
  }

  walk(event) {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (event.key === "Escape") this.closeCommands();
    if (event.key === "Escape" || (next && !event.currentTarget[next])) this.field.focus();
    else if (next) event.currentTarget[next].focus();
    if (next) event.preventDefault();
  }

  closeCommands() {
    this.list.hidden = true;
    this.commandsButton.setAttribute("aria-expanded", "false");
  }

  toggleCommands() {
    if (this.list.hidden) this.showCommands("");
    else this.closeCommands();
  }

  choose(command) {
    this.closeCommands();
    this.field.value = "";
    this.grow();
    this.draw();
    const { chat } = this.place();
    this.say(chat.type === "private" ? `/${command}` : `/${command}@${this.store.bot.username}`);
  }

  toggleKeys() {
    const { chat } = this.place();
    if (!this.hidesKeys.delete(chat.id)) this.hidesKeys.add(chat.id);
    this.draw();
  }

  /** A button of the reply keyboard was pressed. */
  async press(button) {
    const { chat } = this.place();
    const details = { chat_id: chat.id, label: button.text };
    if (button.request_contact && !(await confirmBox("Share your phone number with the bot?", "Share"))) return;
    if (button.request_location && !(await confirmBox("Share a location in Lahore with the bot?", "Share"))) return;
    if (button.request_users) {
      const others = this.store.people.filter((one) => one.id !== this.store.person);
      details.users = await choosePeople(others, button.request_users.max_quantity ?? 1);
      if (!details.users.length) return;
    }
    this.mode = null;
    await this.store.act("press", details);
  }

  pick(accept, asFiles) {
    const picker = h("input", { type: "file", multiple: true, accept, class: "out-of-sight", "data-testid": "picker" });
    picker.addEventListener("change", () => {
      if (picker.files.length) previewFiles(this.store, [...picker.files], this.where(), asFiles);
      picker.remove();
    });
    document.body.append(picker);
    picker.click();
  }

  openAttach() {
    const box = this.attachButton.getBoundingClientRect();
    const where = this.where();
    const { thread_id: ignored, ...flat } = where;
    popupMenu(box.left, box.top - 300, [
      { id: "photos", sign: "image", label: "Photos or videos…", act: () => this.pick("image/*,video/*", false) },
      { id: "document", sign: "file", label: "Files…", act: () => this.pick("", true) },
      { id: "sample-photo", sign: "image", label: "A sample photo", act: async () => sendFiles(this.store, [await photoSample()], where) },
      { id: "sample-album", sign: "album", label: "A sample album", act: async () => sendFiles(this.store, await Promise.all([0, 1, 2].map(photoSample)), where) },
      { id: "voice", sign: "mic", label: "A sample voice message", act: () => sendFiles(this.store, [voiceSample()], where, { kind: "voice" }) },
      { id: "contact", sign: "person", label: "My contact", act: () => this.store.act("send_contact", flat) },
      { id: "location", sign: "pin", label: "A location in Lahore", act: () => this.store.act("send_location", { chat_id: where.chat_id, ...HOUSE }) },
    ], "Attach");
  }
}
