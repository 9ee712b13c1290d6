/** The head of the chat: name, what the bot is doing, topics, the pinned message. */

import { h, icon } from "./dom.js";
import { keyed } from "./keyed.js";
import { avatar } from "./media.js";
import { chatName, roleOf } from "./sidebar.js";
import { botStatus } from "./store.js";

const DOING = {
  typing: "typing", upload_photo: "sending a photo", upload_document: "sending a file", record_voice: "recording",
  upload_voice: "sending a voice message", upload_video: "sending a video", find_location: "looking for a place",
};

const $ = (id) => document.getElementById(id);

function subtitle(store, chat) {
  if (!store.isLive) return "connecting…";
  const doing = store.doing(chat.id);
  if (doing) return `${DOING[doing] ?? doing.replaceAll("_", " ")}…`;
  if (chat.type === "private") return botStatus(chat, store.bot) === "kicked" ? "bot · blocked" : "bot";
  const count = chat.members.filter((one) => !["left", "kicked"].includes(one.status)).length;
  return `${count} members`;
}

/** Draws the name of the chat, what goes on in it, and as whom one writes. */
export function drawHeader(store, chat) {
  const name = chatName(store, chat);
  const sign = avatar({ id: chat.type === "private" ? store.bot.id : chat.id, first_name: name }, { class: chat.type === "private" ? "avatar house" : "avatar" });
  const me = store.people.find((one) => one.id === store.person);
  const busy = Boolean(store.doing(chat.id));
  keyed($("chat-title"), [{
    key: "title", stamp: JSON.stringify([chat.id, name, subtitle(store, chat), me]), build: () => h("div", { class: "title" }, sign,
      h("div", { class: "title-words" }, h("h1", {}, h("bdi", {}, name)),
        h("div", { class: busy ? "subtitle busy" : "subtitle", "data-testid": "subtitle", role: "status" }, subtitle(store, chat)))),
  }]);
  keyed($("chat-as"), [{ key: "as", stamp: JSON.stringify(me), build: () => h("span", { class: "as" }, avatar(me, { class: "avatar small" }), h("bdi", { class: "as-name" }, me.first_name), h("span", { class: "as-role" }, roleOf(store, me))) }]);
}

/** Draws the tabs of a forum; `open(chatId, threadId)` is called by them. */
export function drawTopics(chat, threadId, open) {
  const own = chat.topics.filter((topic) => topic.message_thread_id !== 1);
  const topics = chat.is_forum ? [{ message_thread_id: 0, name: "All" }, { message_thread_id: 1, name: "General" }, ...own] : [];
  $("topics").hidden = !topics.length;
  keyed($("topics"), topics.map((topic) => ({
    key: `t${topic.message_thread_id}`, stamp: JSON.stringify([topic, topic.message_thread_id === threadId]),
    build: () => h("button", {
      type: "button", class: "topic", role: "tab", "data-testid": "topic", dataset: { topic: topic.message_thread_id },
      "aria-selected": String(topic.message_thread_id === threadId), onclick: () => open(chat.id, topic.message_thread_id),
    }, topic.is_closed && icon("lock"), h("bdi", {}, topic.name)),
  })));
}

/** Draws the line of the newest pinned message; `jump(messageId)` is called by it. */
export function drawPinned(chat, jump) {
  const id = chat.pinned.at(-1);
  const message = id && chat.messages.get(id);
  $("pinned").hidden = !message;
  keyed($("pinned"), message ? [{ key: `pin${id}`, stamp: JSON.stringify(message), build: () => h("button", { type: "button", class: "pinned-button", "data-testid": "pinned", onclick: () => jump(id) }, icon("pin-message"), h("span", {}, h("b", {}, "Pinned message"), h("span", { dir: "auto" }, (message.text ?? message.caption ?? "").slice(0, 100)))) }] : []);
}
