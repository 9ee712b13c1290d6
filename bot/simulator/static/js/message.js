/** One message, or one album, as a bubble. */

import { clock } from "./dates.js";
import { directionOf } from "./direction.js";
import { h, icon, iconButton } from "./dom.js";
import { formatted } from "./entities.js";
import { inlineKeyboard } from "./keyboards.js";
import { album, avatar, isGrid, media } from "./media.js";
import { fullName, hue, serviceText, summary } from "./names.js";

const LONG_PRESS = 450;

/** Groups the messages of one album: [[message], [message, message], ...]. */
export function bundles(messages) {
  const made = [];
  for (const message of messages) {
    const last = made.at(-1)?.[0];
    if (message.media_group_id && last?.media_group_id === message.media_group_id) made.at(-1).push(message);
    else made.push([message]);
  }
  return made;
}

function ticks(state) {
  const words = { sent: "Sent", seen: "Seen by the bot" };
  return h("span", { class: `ticks ${state}`, role: "img", "aria-label": words[state], title: words[state], "data-testid": "ticks" }, icon(state === "seen" ? "ticks" : "tick"));
}

/** Telegram's apps do not tell that a bot edited: its screens change in place. */
function isEdited(message) {
  return Boolean(message.edit_date) && !message.from?.is_bot;
}

function meta(message, look) {
  return h("span", { class: "meta" },
    isEdited(message) && h("span", { class: "edited" }, "edited "),
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    look.isMine && ticks(look.isSeen ? "seen" : "sent"));
}

function sender(message, look) {
  if (look.isMine || look.isPrivate || !look.isFirst) return null;
  return h("div", { class: "sender", dataset: { hue: hue(message.from.id) } },
    h("bdi", {}, fullName(message.from)), message.from.is_bot && h("span", { class: "sign" }, "bot"),
    look.topic && h("bdi", { class: "topic-name" }, look.topic));
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const from = origin.sender_user ?? origin.sender_chat ?? origin.chat ?? { first_name: origin.sender_user_name };
  return h("div", { class: "forwarded" }, "Forwarded from ", h("bdi", {}, fullName(from)));
}

function quoted(message, actions) {
  const target = message.reply_to_message;
  if (!target || target.forum_topic_created) return null;
  const words = summary(target).slice(0, 160);
  return h("button", { type: "button", class: "quoted", "data-testid": "quoted", dataset: { hue: hue(target.from?.id ?? 0) }, onclick: () => actions.jump(target.message_id) },
    h("bdi", { class: "quoted-name" }, fullName(target.from ?? {})), h("span", { class: "quoted-text", dir: directionOf(words) }, words));
}

function words(messages, look, actions) {
  const spoken = messages.find((message) => message.text || message.caption);
  if (!spoken) return null;
  const isText = spoken.text !== undefined;
  const drawn = formatted(spoken.text ?? spoken.caption, isText ? spoken.entities : spoken.caption_entities, actions);
  const last = drawn.at(-1);
  const fits = last?.classList.contains("line") && last.dir === "ltr";
  if (fits) last.append(h("span", { class: look.isMine ? "room mine" : "room", "aria-hidden": "true", dataset: { edited: isEdited(messages[0]) ? "yes" : "" } }));
  return h("div", { class: fits ? "text" : "text meta-below", "data-testid": "text" }, drawn);
}

function reactions(message, look) {
  const counted = new Map();
  for (const kinds of Object.values(look.reactions ?? {})) for (const { emoji } of kinds) counted.set(emoji, (counted.get(emoji) ?? 0) + 1);
  if (!counted.size) return null;
  return h("div", { class: "reactions" }, [...counted].map(([emoji, count]) => h("span", { class: "reaction" }, emoji, count > 1 && ` ${count}`)));
}

function isBare(messages) {
  const [message] = messages;
  return !messages.some((one) => one.caption) && Boolean(message.photo || message.video || message.animation || message.sticker || message.dice || message.video_note);
}

/** Opens the menu of a message by right click, long press, or the button that appears beside it. */
function withMenu(node, message, actions) {
  let timer = 0;
  let isOpened = false;
  const open = (x, y) => {
    isOpened = true;
    actions.openMenu(message, x, y);
  };
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("audio, video")) return;
    event.preventDefault();
    open(event.clientX, event.clientY);
  });
  node.addEventListener("touchstart", ({ touches: [touch] }) => {
    isOpened = false;
    timer = setTimeout(open, LONG_PRESS, touch.clientX, touch.clientY);
  }, { passive: true });
  node.addEventListener("touchend", (event) => {
    clearTimeout(timer);
    if (isOpened) event.preventDefault(); // lifting the finger must not press what opened below it
  });
  for (const end of ["touchmove", "touchcancel"]) node.addEventListener(end, () => clearTimeout(timer), { passive: true });
}

function menuButton(message, actions) {
  const open = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    actions.openMenu(message, box.left, box.bottom);
  };
  return iconButton("more", "Message menu", open, { class: "round more", "data-testid": "message-menu-button", "aria-haspopup": "menu" });
}

function service(message, text) {
  return h("div", { class: "service", role: "article", "data-testid": "service", dataset: { messageId: message.message_id } }, h("bdi", {}, text));
}

/**
 * The bubble of one message or album. `look`: {isMine, isPrivate, isFirst, isLast, isSeen, reactions, topic}; isFirst and
 * isLast tell the place within a run of messages by one sender.
 */
export function bubble(messages, look, actions) {
  const [message] = messages;
  const told = serviceText(message);
  if (told) return service(message, told);
  const carried = messages.length > 1 ? album(messages, actions) : media(message, actions);
  const side = look.isMine ? "mine" : "theirs";
  const body = h("div", { class: isBare(messages) ? "bubble bare" : "bubble" },
    sender(message, look), forwarded(message), quoted(message, actions), carried,
    (messages.length === 1 || isGrid(messages)) && words(messages, look, actions), reactions(message, look), meta(message, look));
  const node = h("article", {
    class: `message ${side}${look.isLast ? " last" : ""}${look.isFirst ? " first" : ""}`, "data-testid": "message",
    dataset: { messageId: message.message_id, from: message.from.id },
    "aria-label": `${look.isMine ? "You" : fullName(message.from)}, ${clock(message.date)}`,
  },
  !look.isMine && !look.isPrivate && h("div", { class: "beside" }, look.isLast && avatar(message.from)),
  h("div", { class: "bubble-row" }, body, menuButton(message, actions)), inlineKeyboard(message, actions));
  withMenu(body, message, actions);
  return node;
}

/** The line between two days. */
export function separator(text) {
  return h("div", { class: "day", role: "separator", "data-testid": "day" }, h("span", {}, text));
}

