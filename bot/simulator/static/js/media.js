/** What a message carries besides text: pictures, albums, files, players, places, people. */

import { duration } from "./dates.js";
import { h, icon, s } from "./dom.js";
import { formatted } from "./entities.js";
import { fileSize, fullName, hue, initials } from "./names.js";

/** The address from which the page reads a file. */
export function fileAddress(fileId) {
  return `/page/file/${encodeURIComponent(fileId)}`;
}

function biggest(sizes) {
  return sizes.reduce((best, size) => (size.width * size.height > best.width * best.height ? size : best));
}

/** One picture or film of a message as a tile, alone or in an album. */
export function tile(message, actions) {
  const mark = { dataset: { messageId: message.message_id }, "data-testid": "tile" };
  const film = message.video ?? message.animation;
  if (film) {
    const looped = Boolean(message.animation);
    return h("video", { ...mark, class: "tile", src: fileAddress(film.file_id), controls: !looped, autoplay: looped, loop: looped, muted: looped, preload: "metadata", playsinline: true, "aria-label": "Video" });
  }
  const size = biggest(message.photo);
  const picture = h("img", { class: "tile-picture", src: fileAddress(size.file_id), width: size.width, height: size.height, alt: message.caption || "Photo", decoding: "async" });
  picture.addEventListener("error", () => picture.classList.add("broken"));
  const button = h("button", { type: "button", ...mark, class: "tile", "aria-label": "Open the photo", onclick: () => actions.openPicture(size.file_id, message.caption) }, picture);
  if (message.has_media_spoiler) button.classList.add("veiled");
  return button;
}

function stacked(message, actions) {
  const words = message.caption && h("div", { class: "text" }, formatted(message.caption, message.caption_entities, actions));
  return h("div", { dataset: { messageId: message.message_id } }, media(message, actions), words);
}

/** Whether an album is drawn as a grid of tiles; files and recordings are stacked, each with its own caption. */
export function isGrid(messages) {
  return messages.every((message) => message.photo || message.video);
}

/** Two to ten tiles of one album as a grid, or its files one below the other. */
export function album(messages, actions) {
  if (!isGrid(messages)) return h("div", { class: "stack", "data-testid": "album" }, messages.map((message) => stacked(message, actions)));
  return h("div", { class: "album", "data-testid": "album", dataset: { count: String(Math.min(messages.length, 10)) } }, messages.map((message) => tile(message, actions)));
}

function documentCard(file) {
  const name = file.file_name || "file";
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "FILE";
  return h("a", { class: "card file", href: fileAddress(file.file_id), download: name, "data-testid": "document" },
    h("span", { class: "file-sign", dataset: { kind: ending.toLowerCase() }, "aria-hidden": "true" }, ending),
    h("span", { class: "card-words" },
      h("bdi", { class: "card-title" }, name),
      h("span", { class: "card-note" }, `${fileSize(file.file_size)} · Download`)));
}

function player(file, label, note) {
  return h("div", { class: "card player" },
    h("span", { class: "card-words" }, h("bdi", { class: "card-title" }, label), h("span", { class: "card-note" }, note)),
    h("audio", { controls: true, preload: "metadata", src: fileAddress(file.file_id), "aria-label": label }));
}

function street(x1, y1, x2, y2, kind) {
  return s("line", { class: kind, x1, y1, x2, y2 });
}

/** A drawn map: no picture is fetched from anywhere; the streets follow from the coordinates alone. */
function drawnMap(place) {
  const turn = Math.round((Math.abs(place.latitude * 37 + place.longitude * 61) % 30) - 15);
  const shift = Math.round((place.longitude * 1000) % 24);
  const across = [-60, -20, 20, 60, 100, 140, 180].map((y) => street(-80, y + shift, 360, y + shift, y === 60 ? "avenue" : "street"));
  const along = [-60, -10, 40, 90, 140, 190, 240, 290].map((x) => street(x + shift, -120, x + shift, 260, x === 190 ? "avenue" : "street"));
  return s("svg", { class: "map", viewBox: "0 0 280 130", preserveAspectRatio: "xMidYMid slice", role: "img", "aria-label": "Map" },
    s("g", { transform: `rotate(${turn} 140 65)` },
      s("rect", { class: "park", x: 42 + shift, y: 24 + shift, width: 46, height: 32, rx: 6 }),
      s("path", { class: "river", d: "M-80 120 C 40 70, 160 150, 380 78" }), across, along),
    s("ellipse", { class: "pin-shade", cx: 140, cy: 71, rx: 9, ry: 3 }),
    s("path", { class: "pin", d: "M140 70 c-13 -16 -17 -21 -17 -29 a17 17 0 0 1 34 0 c0 8 -4 13 -17 29 z" }),
    s("circle", { class: "pin-hole", cx: 140, cy: 41, r: 6.5 }));
}

function place(location, venue, actions) {
  const words = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  const note = h("span", { class: "card-words" },
    venue && h("bdi", { class: "card-title" }, venue.title),
    venue && h("bdi", { class: "card-note" }, venue.address),
    h("span", { class: "card-note coordinates" }, words));
  return h("div", { class: "place", "data-testid": "location" }, drawnMap(location),
    h("button", { type: "button", class: "card", "aria-label": `Copy the coordinates ${words}`, onclick: () => actions.copy(words) }, note, icon("copy")));
}

/** The round sign of an account. */
export function avatar(one, attributes = {}) {
  return h("span", { class: one.is_bot ? "avatar house" : "avatar", "aria-hidden": "true", ...attributes, dataset: { hue: hue(one.id ?? one.user_id ?? 0) } }, initials(one));
}

function contactCard(contact, actions) {
  return h("button", { type: "button", class: "card contact", "data-testid": "contact", "aria-label": `Copy the number of ${fullName(contact)}`, onclick: () => actions.copy(contact.phone_number) },
    avatar(contact),
    h("span", { class: "card-words" }, h("bdi", { class: "card-title" }, fullName(contact)), h("span", { class: "card-note", dir: "ltr" }, contact.phone_number)));
}

function poll(one) {
  return h("div", { class: "poll" }, h("b", { dir: "auto" }, one.question), one.options.map((option) => h("div", { class: "poll-option", dir: "auto" }, option.text)));
}

function playerOf(message) {
  if (message.voice) return player(message.voice, "Voice message", duration(message.voice.duration));
  const { audio } = message;
  return player(audio, audio.title || audio.file_name || "Audio", [audio.performer, duration(audio.duration)].filter(Boolean).join(" · "));
}

/** All that one message carries besides text, or null. */
export function media(message, actions) {
  if (message.photo || message.video || message.animation) return h("div", { class: "single" }, tile(message, actions));
  if (message.document) return documentCard(message.document);
  if (message.voice || message.audio) return playerOf(message);
  if (message.video_note) return h("video", { class: "round-film", src: fileAddress(message.video_note.file_id), controls: true, "aria-label": "Video message" });
  if (message.venue) return place(message.venue.location, message.venue, actions);
  if (message.location) return place(message.location, null, actions);
  if (message.contact) return contactCard(message.contact, actions);
  if (message.poll) return poll(message.poll);
  if (message.sticker) return h("div", { class: "sticker" }, message.sticker.emoji || "🖼");
  if (message.dice) return h("div", { class: "sticker" }, `${message.dice.emoji} ${message.dice.value}`);
  return null;
}
