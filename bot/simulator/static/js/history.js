/** What was said in a chat, from the oldest message to the newest. */

import { dayKey, dayName } from "./dates.js";
import { h } from "./dom.js";
import { formatted } from "./entities.js";
import { keyed } from "./keyed.js";
import { avatar } from "./media.js";
import { bubble, bundles, separator } from "./message.js";
import { serviceText } from "./names.js";

const RUN_SECONDS = 600;

/** The messages of a chat, or of its topic `threadId` (0: all; 1: General). */
export function shownMessages(chat, threadId) {
  const all = [...chat.messages.values()];
  if (!chat.is_forum || !threadId) return all;
  return all.filter((one) => (one.is_topic_message ? one.message_thread_id : 1) === threadId);
}

function welcome(store, chat, actions) {
  const { bot } = store;
  const stamp = JSON.stringify([chat.id, bot.name, bot.description]);
  if (chat.type !== "private") return { key: "empty", stamp, build: () => h("div", { class: "service", "data-testid": "empty" }, h("span", {}, "No messages here yet")) };
  const build = () => h("div", { class: "welcome", "data-testid": "welcome" },
    avatar({ id: bot.id, first_name: bot.name }, { class: "avatar house large" }),
    h("h2", { dir: "auto" }, bot.name),
    bot.description && h("div", { class: "description", "data-testid": "description" }, formatted(bot.description, [], actions)));
  return { key: "empty", stamp, build };
}

function topicOf(chat, message) {
  const topic = chat.is_forum && message.is_topic_message && chat.topics.find((one) => one.message_thread_id === message.message_thread_id);
  return topic ? topic.name : "";
}

function isRun(one, two) {
  return one && two && one.from?.id === two.from?.id && Math.abs(two.date - one.date) < RUN_SECONDS
    && one.message_thread_id === two.message_thread_id && dayKey(one.date) === dayKey(two.date) && !serviceText(one) && !serviceText(two);
}

function look(store, chat, threadId, bundle, before, after) {
  const [message] = bundle;
  const isMine = message.from?.id === store.person;
  return {
    isMine, isPrivate: chat.type === "private", isFirst: !isRun(before, message), isLast: !isRun(bundle.at(-1), after),
    topic: threadId ? "" : topicOf(chat, message), isSeen: isMine && message.message_id <= (chat.seen_id ?? 0), reactions: chat.reactions?.[message.message_id],
  };
}

/** Draws the messages of a chat into a box: bubbles, the days between them, or the welcome of an empty chat. */
export function drawMessages(store, box, chat, threadId, actions) {
  const items = [];
  const groups = bundles(shownMessages(chat, threadId));
  groups.forEach((bundle, index) => {
    const [message] = bundle;
    const before = groups[index - 1]?.at(-1);
    if (!before || dayKey(before.date) !== dayKey(message.date)) {
      const name = dayName(message.date);
      items.push({ key: `d${dayKey(message.date)}`, stamp: name, build: () => separator(name) });
    }
    const seen = look(store, chat, threadId, bundle, before, groups[index + 1]?.[0]);
    items.push({ key: `m${message.message_id}`, stamp: JSON.stringify([store.person, seen, bundle]), build: () => bubble(bundle, seen, actions) });
  });
  if (!groups.length) items.push(welcome(store, chat, actions));
  const shown = `${store.person}/${chat.id}/${threadId}`;
  const isNew = box.dataset.shown !== shown;
  keyed(box, items);
  box.dataset.shown = shown;
  if (isNew) for (const node of box.children) node.classList.add("settled"); // only what arrives later moves
}
