/** Building elements. Text always becomes a text node: nothing that a person or a bot sends can turn into markup. */

const SVG = "http://www.w3.org/2000/svg";

function apply(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function fill(element, children) {
  const present = children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false);
  element.append(...present.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** One HTML element; attributes whose value is a function are listeners ("onclick"), absent values are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, attributes);
  return fill(element, children);
}

/** One SVG element, in the same way. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, attributes);
  return fill(element, children);
}

/** A drawing out of the sheet in index.html, hidden from screen readers: its button carries the name. */
export function icon(name) {
  return s("svg", { class: "icon", "aria-hidden": "true" }, s("use", { href: `#icon-${name}` }));
}

/** A round button that shows a drawing and is read out by its name. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** Lets Enter and Space do what a click does on an element that is no button. */
export function pressable(element, action) {
  element.tabIndex = 0;
  element.addEventListener("click", action);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    action(event);
  });
  return element;
}
