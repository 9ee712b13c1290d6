/** Formatted text: a text and its MessageEntity list (offsets in UTF-16 units, as JavaScript counts) become nodes. */

import { directionOf, spokenIn } from "./direction.js";
import { h, icon, pressable } from "./dom.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = /^(https?|tg|mailto|tel):/i;

function link(address, children, actions) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  if (!SAFE.test(full)) return h("span", {}, children);
  return h("a", {
    href: full, rel: "noopener noreferrer nofollow", target: "_blank",
    onclick: (event) => { if (actions.follow(full)) event.preventDefault(); },
  }, children);
}

function spoiler(children) {
  const element = h("span", { class: "spoiler", role: "button", "aria-label": "Hidden text: show" }, children);
  return pressable(element, () => {
    element.classList.add("shown");
    element.removeAttribute("aria-label");
  });
}

function code(text, children, actions) {
  const element = h("code", { role: "button", title: "Copy", dataset: { testid: "code" } }, children);
  return pressable(element, () => actions.copy(text));
}

function command(text, children, actions) {
  return pressable(h("a", { class: "tap", role: "button" }, children), () => actions.say(text));
}

const INLINE = {
  bold: (children) => h("b", {}, children),
  italic: (children) => h("i", {}, children),
  underline: (children) => h("u", {}, children),
  strikethrough: (children) => h("s", {}, children),
  spoiler,
  code: (children, text, entity, actions) => code(text, children, actions),
  text_link: (children, text, entity, actions) => link(entity.url, children, actions),
  url: (children, text, entity, actions) => link(text, children, actions),
  email: (children, text, entity, actions) => link(`mailto:${text}`, children, actions),
  phone_number: (children, text, entity, actions) => link(`tel:${text.replace(/[^\d+]/g, "")}`, children, actions),
  bot_command: (children, text, entity, actions) => command(text, children, actions),
  mention: (children) => h("span", { class: "mention" }, children),
  text_mention: (children) => h("span", { class: "mention" }, children),
  hashtag: (children) => h("span", { class: "mention" }, children),
  cashtag: (children) => h("span", { class: "mention" }, children),
};

/** The nodes of text[start, end) with its entities nested inside one another, each cut to its parent. */
function inline(text, start, end, entities, actions) {
  const nodes = [];
  let at = start;
  entities.forEach((entity, index) => {
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) return;
    if (from > at) nodes.push(text.slice(at, from));
    const children = inline(text, from, to, entities.slice(index + 1), actions);
    const draw = INLINE[entity.type];
    nodes.push(draw ? draw(children, text.slice(from, to), entity, actions) : children);
    at = to;
  });
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

/** Each line of text[start, end) as an element with its own direction. */
function lines(text, start, end, entities, actions) {
  const drawn = [];
  for (let from = start; from <= end;) {
    const stop = text.indexOf("\n", from);
    const to = stop < 0 || stop > end ? end : stop;
    const content = inline(text, from, to, entities, actions);
    const words = text.slice(from, to);
    drawn.push(h("div", { class: "line", dir: directionOf(words), lang: spokenIn(words) }, content.length ? content : h("br")));
    from = to + 1;
  }
  return drawn;
}

function pre(text, entity, actions) {
  const copy = h("button", { type: "button", class: "pre-copy", onclick: () => actions.copy(text) },
    h("span", {}, entity.language || "code"), icon("copy"));
  return h("div", { class: "pre" }, copy, h("pre", { dir: directionOf(text), tabindex: "0" }, h("code", {}, text)));
}

function quote(content, expandable) {
  const block = h("blockquote", {}, content);
  if (!expandable) return block;
  block.classList.add("folded");
  const toggle = h("button", { type: "button", class: "unfold", "aria-expanded": "false", "aria-label": "Show the whole quotation" }, icon("down"));
  toggle.addEventListener("click", () => {
    const folded = block.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  block.append(toggle);
  return block;
}

function drawBlock(text, block, inner, actions) {
  const end = Math.min(block.offset + block.length, text.length);
  if (block.type === "pre") return pre(text.slice(block.offset, end), block, actions);
  const shown = text.endsWith("\n", end) ? end - 1 : end;
  return quote(lines(text, block.offset, shown, inner, actions), block.type === "expandable_blockquote");
}

function plainSpan(text, start, end, afterBlock, beforeBlock) {
  const from = afterBlock && text[start] === "\n" ? start + 1 : start;
  const to = beforeBlock && end > from && text[end - 1] === "\n" ? end - 1 : end;
  return from < to ? [from, to] : null;
}

/** A text with its entities as block elements: one line a paragraph, each in its own direction. */
export function formatted(text, entities = [], actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const blocks = sorted.filter((entity) => BLOCKS.has(entity.type));
  const inner = sorted.filter((entity) => !BLOCKS.has(entity.type));
  const drawn = [];
  let at = 0;
  const plain = (end, beforeBlock) => {
    const span = plainSpan(text, at, end, at > 0, beforeBlock);
    if (span) drawn.push(...lines(text, span[0], span[1], inner, actions));
  };
  for (const block of blocks) {
    if (block.offset < at) continue;
    plain(block.offset, true);
    drawn.push(drawBlock(text, block, inner, actions));
    at = Math.min(block.offset + block.length, text.length);
  }
  plain(text.length, false);
  return drawn;
}
