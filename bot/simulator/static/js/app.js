/** The chat page: puts the panes together and redraws them when the store changes. */

import { Composer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { previewFiles } from "./files.js";
import { drawHeader, drawPinned, drawTopics } from "./head.js";
import { drawMessages, shownMessages } from "./history.js";
import { alertBox, confirmBox, pictureBox, popupMenu, toast } from "./overlays.js";
import { drawChats, drawPeople } from "./sidebar.js";
import { botStatus, Store } from "./store.js";

const NEAR = 80;
const TAP_SECONDS = 30;

// Taps that wait for the bot's answer, and answers that overtook the answer to the tap itself.
const waiting = new Map();
const early = new Set();

const $ = (id) => document.getElementById(id);
const store = new Store();
const view = { chatId: 0, threadId: 0, isDrawn: true, follows: true, openKey: "" };

function place() {
  return { chat: store.chats.get(view.chatId) ?? null, threadId: view.threadId > 1 ? view.threadId : 0 };
}

const actions = {
  toast,
  copy(text) {
    copyText(text).then(() => toast("Copied"), () => toast("The browser did not allow copying"));
  },
  follow(address) {
    const start = new RegExp(`^(?:https?://t\\.me/|tg://resolve\\?domain=)${store.bot.username}[?&]start=([\\w-]*)`, "i").exec(address);
    if (!start) return false;
    open(store.person);
    store.act("start", { payload: start[1] });
    return true;
  },
  say: (text) => composer.say(text),
  openPicture: pictureBox,
  pressReply: (button) => composer.press(button),
  jump: (id) => jump(id),
  openMenu: (message, x, y) => openMessageMenu(message, x, y),
  tap: (message, data, button) => tap(message, data, button),
  editLast() {
    const { chat } = place();
    const last = chat && [...shownMessages(chat, view.threadId)].findLast((one) => one.from?.id === store.person && one.text !== undefined);
    if (last) composer.edit(last);
  },
};
const composer = new Composer(store, $("foot"), place, actions);

async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = h("textarea", { class: "out-of-sight" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("refused");
}

async function tap(message, data, button) {
  button.classList.add("waiting");
  const made = await store.act("tap_data", { chat_id: message.chat.id, message_id: message.message_id, data });
  if (!made) {
    button.classList.remove("waiting");
    return;
  }
  const { query_id: id } = made.result;
  const done = () => button.classList.remove("waiting");
  if (early.delete(id)) done();
  else waiting.set(id, done);
  setTimeout(() => { waiting.delete(id); done(); }, TAP_SECONDS * 1000);
}

function answered({ detail: query }) {
  if (waiting.has(query.id)) waiting.get(query.id)();
  else early.add(query.id);
  waiting.delete(query.id);
  const { text, show_alert: isAlert, url } = query.answer ?? {};
  if (url && !actions.follow(url) && /^https?:/i.test(url)) window.open(url, "_blank", "noopener");
  if (text && isAlert) alertBox(store.bot.name, text);
  else if (text) toast(text);
}

function openMessageMenu(message, x, y) {
  const isMine = message.from?.id === store.person;
  const { chat } = place();
  const text = message.text ?? message.caption ?? "";
  const isOwner = chat.members.some((one) => one.user_id === store.person && ["creator", "administrator"].includes(one.status));
  const mayDelete = isMine || chat.type === "private" || isOwner;
  popupMenu(x, y, [
    { id: "reply", sign: "reply", label: "Reply", act: () => composer.reply(message) },
    text && { id: "copy", sign: "copy", label: "Copy text", act: () => actions.copy(text) },
    isMine && text && { id: "edit", sign: "edit", label: "Edit", act: () => composer.edit(message) },
    mayDelete && { id: "delete", sign: "delete", label: "Delete", danger: true, act: () => store.act("delete", { chat_id: chat.id, message_id: message.message_id }) },
  ].filter(Boolean), "Message");
}

function jump(id) {
  const node = $("messages").querySelector(`.message[data-message-id="${id}"], .tile[data-message-id="${id}"]`)?.closest(".message");
  if (!node) {
    toast("That message is not here any more");
    return;
  }
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.remove("flash");
  requestAnimationFrame(() => node.classList.add("flash"));
}

/** Opens a chat of the person shown; on a phone the chat then fills the screen. */
function open(chatId, threadId = 0) {
  composer.leave(view.openKey);
  Object.assign(view, { chatId, threadId, follows: true, openKey: `${store.person}/${chatId}` });
  composer.enter(view.openKey);
  document.body.dataset.pane = "chat";
  remember();
  draw();
}

function remember() {
  const address = new URL(location.href);
  address.searchParams.set("person", store.person);
  address.searchParams.set("chat", view.chatId);
  history.replaceState(null, "", address);
}

async function choosePerson(person) {
  if (person === store.person) return;
  composer.leave(view.openKey);
  const wanted = view.chatId;
  await store.load(person).catch(() => toast("The pretend Telegram does not answer"));
  const mine = store.chatsOf(store.person).map((chat) => chat.id);
  const chatId = mine.includes(wanted) && wanted < 0 ? wanted : store.person;
  Object.assign(view, { chatId, threadId: 0, follows: true, openKey: `${store.person}/${chatId}` });
  composer.enter(view.openKey);
  remember();
  draw();
}

function drawEarlier(chat) {
  $("earlier").hidden = !chat.has_earlier;
}

function draw() {
  view.isDrawn = true;
  if (!store.bot) return;
  if (!store.chatsOf(store.person).some((chat) => chat.id === view.chatId)) Object.assign(view, { chatId: store.person, threadId: 0 });
  const { chat } = place();
  if (document.visibilityState === "visible" && (document.body.dataset.pane === "chat" || matchMedia("(min-width: 860px)").matches)) store.markRead(chat, store.person);
  drawPeople(store, $("people"), choosePerson);
  drawChats(store, $("chats"), view.chatId, open);
  drawHeader(store, chat);
  drawTopics(chat, view.threadId, open);
  drawPinned(chat, jump);
  drawEarlier(chat);
  drawMessages(store, $("messages"), chat, view.threadId, actions);
  composer.draw();
  Object.assign($("messages").dataset, { chat: chat.id, person: store.person });
  document.body.dataset.ready = "yes";
  if (view.follows) toBottom();
}

function drawSoon() {
  if (!view.isDrawn) return;
  view.isDrawn = false;
  requestAnimationFrame(draw);
}

function toBottom(behavior = "instant") {
  const box = $("scroll");
  box.scrollTo({ top: box.scrollHeight, behavior });
}

function scrolled() {
  const box = $("scroll");
  view.follows = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  $("to-bottom").hidden = view.follows;
}

function chatMenu() {
  const box = $("chat-menu").getBoundingClientRect();
  const { chat } = place();
  const isBlocked = chat.type === "private" && botStatus(chat, store.bot) === "kicked";
  const isOwner = chat.members.some((one) => one.user_id === store.person && one.status === "creator");
  popupMenu(box.right - 220, box.bottom + 4, [
    chat.type === "private" && !isBlocked && { id: "block", sign: "block", label: "Block the bot", danger: true, act: async () => { if (await confirmBox("Block the bot? It cannot write to you until you unblock it.", "Block", { danger: true })) store.act("block"); } },
    isBlocked && { id: "unblock", sign: "block", label: "Unblock the bot", act: () => store.act("unblock") },
    chat.type === "private" && !isBlocked && { id: "restart", sign: "restart", label: "Send /start again", act: () => store.act("start") },
    isOwner && chat.type === "supergroup" && { id: "forum", sign: "album", label: chat.is_forum ? "Do without topics" : "Use topics", act: () => store.act("set_forum", { chat_id: chat.id, is_forum: !chat.is_forum }) },
    { id: "theme", sign: "theme", label: "Light or dark", act: switchTheme },
  ].filter(Boolean), "Chat");
}

function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
}

function dropped(event) {
  event.preventDefault();
  document.body.classList.remove("dragging");
  const files = [...event.dataTransfer.files];
  if (files.length && !composer.row.hidden) previewFiles(store, files, composer.where(), files.some((one) => !one.type.startsWith("image/")));
}

function listen() {
  store.addEventListener("change", drawSoon);
  store.addEventListener("answer", answered);
  store.addEventListener("refused", ({ detail }) => toast(detail));
  $("scroll").addEventListener("scroll", scrolled, { passive: true });
  new ResizeObserver(() => { if (view.follows) toBottom(); }).observe($("messages"));
  new ResizeObserver(() => { if (view.follows) toBottom(); }).observe($("scroll"));
  document.addEventListener("visibilitychange", drawSoon);
  const chatPane = $("chat-pane");
  chatPane.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dragging"); });
  chatPane.addEventListener("dragleave", (event) => { if (event.target === $("scroll")) document.body.classList.remove("dragging"); });
  chatPane.addEventListener("drop", dropped);
}

function furnish() {
  $("back").append(iconButton("back", "People and chats", () => { document.body.dataset.pane = "list"; draw(); }, { "data-testid": "back" }));
  $("menu-place").append(iconButton("dots", "Chat menu", chatMenu, { id: "chat-menu", "data-testid": "chat-menu", "aria-haspopup": "menu" }));
  $("theme-place").append(iconButton("theme", "Light or dark", switchTheme, { "data-testid": "theme" }));
  $("to-bottom").addEventListener("click", () => toBottom("smooth"));
  $("earlier").addEventListener("click", () => { store.limit *= 4; store.reload(); });
}

async function begin() {
  furnish();
  listen();
  const wish = new URL(location.href).searchParams;
  const person = Number(wish.get("person")) || 0;
  await store.load(person).catch(() => store.load(0));
  const chatId = Number(wish.get("chat"));
  open(store.chatsOf(store.person).some((chat) => chat.id === chatId) ? chatId : store.person);
}

begin().catch(() => { $("messages").replaceChildren(h("div", { class: "service" }, h("span", {}, "The pretend Telegram does not answer. Reload the page."))); });
