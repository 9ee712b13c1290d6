/** The left pane: who you are, and that person's chats. */

import { stamp } from "./dates.js";
import { directionOf } from "./direction.js";
import { h } from "./dom.js";
import { keyed } from "./keyed.js";
import { avatar } from "./media.js";
import { fullName, languageOf, summary } from "./names.js";
import { lastMessage } from "./store.js";

const ROLES = { creator: "Admin", administrator: "Staff", member: "Staff" };

/** "Admin", "Staff" or "Visitor", by the person's place in the first group. */
export function roleOf(store, person) {
  const group = [...store.chats.values()].find((chat) => chat.type !== "private");
  return ROLES[group?.members.find((one) => one.user_id === person.id)?.status] ?? "Visitor";
}

function badge(count) {
  return count > 0 && h("span", { class: "badge", "data-testid": "unread", "aria-label": `${count} unread` }, count > 99 ? "99+" : count);
}

function personButton(store, person, unread, choose) {
  const language = languageOf(person.language_code);
  const isChosen = person.id === store.person;
  return h("button", {
    type: "button", class: "person", "data-testid": "person", "aria-pressed": String(isChosen), onclick: () => choose(person.id),
    dataset: { person: person.id }, title: `${fullName(person)} · ${roleOf(store, person)} · phone in ${language.name}`,
  },
  h("span", { class: "person-sign" }, avatar(person), badge(unread)),
  h("bdi", { class: "person-name" }, person.first_name),
  h("span", { class: "person-note" }, roleOf(store, person)),
  h("span", { class: "language", lang: language.code, dir: language.dir, "data-testid": "language" }, language.name));
}

/** The row of people one can be. */
export function drawPeople(store, box, choose) {
  keyed(box, store.people.filter((one) => !one.is_deactivated).map((person) => {
    const unread = store.chatsOf(person.id).reduce((sum, chat) => sum + store.unread(chat, person.id), 0);
    const stampOf = JSON.stringify([person, roleOf(store, person), unread, person.id === store.person]);
    return { key: `p${person.id}`, stamp: stampOf, build: () => personButton(store, person, unread, choose) };
  }));
}

/** What a chat is called by the person who sees it. */
export function chatName(store, chat) {
  return chat.type === "private" ? store.bot.name : chat.title;
}

function chatLine(store, chat) {
  const last = lastMessage(chat);
  if (!last) return chat.type === "private" ? "Press START to begin" : "No messages yet";
  const who = last.from?.id === store.person ? "You: " : chat.type === "private" ? "" : `${last.from?.first_name ?? ""}: `;
  return `${who}${summary(last)}`.slice(0, 120);
}

function chatButton(store, chat, isOpen, open) {
  const last = lastMessage(chat);
  const line = chatLine(store, chat);
  const sign = chat.type === "private" ? store.bot : { ...chat };
  return h("button", {
    type: "button", class: "chat-choice", "data-testid": "chat", "aria-current": isOpen ? "true" : undefined,
    dataset: { chat: chat.id }, onclick: () => open(chat.id),
  },
  avatar({ id: sign.id, first_name: chatName(store, chat) }, { class: chat.type === "private" ? "avatar house" : "avatar" }),
  h("span", { class: "chat-words" },
    h("span", { class: "chat-top" }, h("bdi", { class: "chat-name" }, chatName(store, chat)), last && h("time", {}, stamp(last.date))),
    h("span", { class: "chat-bottom" }, h("span", { class: "chat-line", dir: directionOf(line) }, line), badge(store.unread(chat, store.person)))));
}

/** The chats of the person shown. */
export function drawChats(store, box, openId, open) {
  keyed(box, store.chatsOf(store.person).map((chat) => {
    const stampOf = JSON.stringify([chat.id === openId, chatName(store, chat), chatLine(store, chat), lastMessage(chat)?.date, store.unread(chat, store.person)]);
    return { key: `c${chat.id}`, stamp: stampOf, build: () => chatButton(store, chat, chat.id === openId, open) };
  }));
}

