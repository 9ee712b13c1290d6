/** What lies over the page: menus, toasts, alerts, the big picture, the choice of people. */

import { h, icon, iconButton } from "./dom.js";
import { avatar, fileAddress } from "./media.js";
import { fullName } from "./names.js";

const TOAST_SECONDS = 3;

/** A short notice at the foot of the chat; it goes by itself. */
export function toast(text) {
  const box = document.getElementById("toasts");
  const note = h("div", { class: "toast", "data-testid": "toast", dir: "auto" }, text);
  box.replaceChildren(note);
  setTimeout(() => note.remove(), TOAST_SECONDS * 1000 + text.length * 30);
}

function shown(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A notice that has to be closed (answerCallbackQuery with show_alert). */
export function alertBox(title, text) {
  const close = h("button", { type: "button", class: "plain-button", onclick: () => dialog.close() }, "OK");
  const dialog = h("dialog", { class: "alert", "data-testid": "alert", "aria-label": title },
    h("h2", {}, h("bdi", {}, title)), h("p", { dir: "auto" }, text), h("div", { class: "dialog-foot" }, close));
  shown(dialog);
  close.focus();
}

/** Asks before something that reaches further: resolves to true or false. */
export function confirmBox(text, yes, { danger = false } = {}) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "alert", "aria-label": text }, h("p", { dir: "auto" }, text),
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "plain-button", onclick: () => dialog.close() }, "Cancel"),
        h("button", { type: "button", class: danger ? "plain-button danger" : "plain-button", "data-testid": "confirm", onclick: () => dialog.close("yes") }, yes)));
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    shown(dialog);
  });
}

/** One picture as big as the window allows. */
export function pictureBox(fileId, caption) {
  const dialog = h("dialog", { class: "picture-box", "aria-label": "Photo", "data-testid": "picture" },
    h("img", { src: fileAddress(fileId), alt: caption || "Photo" }), caption && h("p", { dir: "auto" }, caption),
    iconButton("close", "Close", () => dialog.close(), { class: "round on-dark" }));
  shown(dialog);
}

/** Lets choose up to `limit` people: resolves to their ids, empty when given up. */
export function choosePeople(people, limit) {
  return new Promise((resolve) => {
    const boxes = people.map((one) => h("label", { class: "person-choice" },
      h("input", { type: limit > 1 ? "checkbox" : "radio", name: "people", value: one.id }), avatar(one), h("bdi", {}, fullName(one))));
    const form = h("form", { method: "dialog" }, h("h2", {}, limit > 1 ? `Choose up to ${limit} people` : "Choose a person"), boxes,
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "plain-button", onclick: () => dialog.close() }, "Cancel"),
        h("button", { class: "plain-button", value: "yes" }, "Share")));
    const dialog = h("dialog", { class: "alert people", "aria-label": "Choose people", "data-testid": "choose-people" }, form);
    dialog.addEventListener("close", () => {
      const chosen = [...form.querySelectorAll("input:checked")].map((box) => Number(box.value));
      resolve(dialog.returnValue === "yes" ? chosen.slice(0, limit) : []);
    });
    shown(dialog);
  });
}

let openMenu = null;

export function closeMenu() {
  openMenu?.remove();
  openMenu = null;
}

function walk(event, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
}

function place(menu, x, y) {
  const margin = 8;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(margin, Math.min(x, innerWidth - width - margin))}px`;
  menu.style.top = `${Math.max(margin, Math.min(y, innerHeight - height - margin))}px`;
}

/** A menu at a point of the window; `choices`: [{sign, label, act, danger}]. Arrows walk, Escape closes. */
export function popupMenu(x, y, choices, label = "Menu") {
  closeMenu();
  const before = document.activeElement;
  const items = choices.map((choice) => h("button", {
    type: "button", role: "menuitem", class: choice.danger ? "menu-item danger" : "menu-item", "data-testid": `menu-${choice.id}`,
    onclick: () => { closeMenu(); before?.focus?.({ preventScroll: true }); choice.act(); },
  }, icon(choice.sign), h("span", {}, choice.label)));
  const menu = h("div", { class: "popup-menu", role: "menu", "aria-label": label, "data-testid": "menu" }, items);
  menu.addEventListener("keydown", (event) => {
    walk(event, items);
    if (event.key === "Escape" || event.key === "Tab") { closeMenu(); before?.focus?.({ preventScroll: true }); }
  });
  document.body.append(menu);
  place(menu, x, y);
  openMenu = menu;
  items[0]?.focus({ preventScroll: true });
}

addEventListener("pointerdown", (event) => { if (openMenu && !openMenu.contains(event.target)) closeMenu(); });
addEventListener("resize", closeMenu);
