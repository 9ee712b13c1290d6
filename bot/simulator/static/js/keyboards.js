/** The two keyboards of Telegram: under a message (inline) and in place of the phone's own (reply). */

import { directionOf, spokenIn } from "./direction.js";
import { h, icon } from "./dom.js";

const STYLES = new Set(["primary", "success", "danger"]);

function face(button, sign) {
  const label = h("span", { class: "key-text", dir: directionOf(button.text), lang: spokenIn(button.text) }, button.text);
  return [label, sign && h("span", { class: "key-sign" }, icon(sign))];
}

function styled(button) {
  return STYLES.has(button.style) ? button.style : undefined;
}

function linkKey(button, actions) {
  const safe = /^(https?|tg):/i.test(button.url);
  return h("a", {
    class: "key", href: safe ? button.url : undefined, target: "_blank", rel: "noopener noreferrer nofollow",
    dataset: { style: styled(button) ?? "" }, "data-testid": "button",
    onclick: (event) => { if (actions.follow(button.url)) event.preventDefault(); },
  }, face(button, "open"));
}

function inlineKey(button, message, actions) {
  if (button.url) return linkKey(button, actions);
  const press = (event) => {
    if (button.copy_text) return actions.copy(button.copy_text.text);
    if (button.callback_data !== undefined) return actions.tap(message, button.callback_data, event.currentTarget);
    return actions.toast("This kind of button does nothing in the pretend Telegram");
  };
  return h("button", { type: "button", class: "key", "data-testid": "button", dataset: { style: styled(button) ?? "" }, onclick: press },
    face(button, button.copy_text && "copy"));
}

/** The keyboard under a message, row by row. */
export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return h("div", { class: "inline-keyboard", "data-testid": "inline-keyboard" },
    rows.map((row) => h("div", { class: "key-row" }, row.map((button) => inlineKey(button, message, actions)))));
}

function replyKey(button, actions) {
  const plain = typeof button === "string" ? { text: button } : button;
  return h("button", { type: "button", class: "key", "data-testid": "reply-button", dataset: { style: styled(plain) ?? "" }, onclick: () => actions.pressReply(plain) }, face(plain));
}

/** The keyboard below the field where one writes. */
export function replyKeyboard(markup, actions) {
  return h("div", { class: markup.resize_keyboard ? "reply-keys" : "reply-keys tall" },
    markup.keyboard.map((row) => h("div", { class: "key-row" }, row.map((button) => replyKey(button, actions)))));
}
