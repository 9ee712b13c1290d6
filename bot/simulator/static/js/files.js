/** Choosing, previewing and sending files: photos and albums, documents, the sample voice message. */

import { h, icon, iconButton } from "./dom.js";
import { fileSize } from "./names.js";

const ALBUM = 10;

function kindOf(file, asFiles) {
  if (asFiles) return "document";
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return "photo";
  return file.type.startsWith("video/") ? "video" : "document";
}

function preview(file) {
  if (!file.type.startsWith("image/")) return h("div", { class: "preview file" }, icon("file"), h("bdi", {}, file.name), h("small", {}, fileSize(file.size)));
  const address = URL.createObjectURL(file);
  return h("img", { class: "preview", src: address, alt: file.name, onload: () => URL.revokeObjectURL(address) });
}

/** Sends files at once: several of one kind go as albums of up to ten. `where`: {chat_id, reply_to, thread_id}. */
export async function sendFiles(store, files, where, { kind = "", caption = "", asFiles = false } = {}) {
  for (let start = 0; start < files.length; start += ALBUM) {
    const form = new FormData();
    for (const [name, value] of Object.entries(where)) form.set(name, String(value));
    form.set("caption", start ? "" : caption);
    for (const file of files.slice(start, start + ALBUM)) {
      form.append("kind", kind || kindOf(file, asFiles));
      form.append("file", file, file.name);
    }
    if (!(await store.upload(form))) return false;
  }
  return true;
}

/** Shows what was chosen, asks for a caption, and sends. */
export function previewFiles(store, files, where, asFiles) {
  const caption = h("textarea", { rows: 2, placeholder: "Add a caption…", "aria-label": "Caption", "data-testid": "caption", dir: "auto" });
  const plain = h("input", { type: "checkbox", checked: asFiles, "data-testid": "as-files" });
  const send = async () => {
    const done = sendFiles(store, files, where, { caption: caption.value, asFiles: plain.checked });
    dialog.close();
    await done;
  };
  const title = files.length === 1 ? "Send a file" : `Send ${files.length} files`;
  const dialog = h("dialog", { class: "upload", "aria-label": title, "data-testid": "upload" },
    h("header", {}, iconButton("close", "Close", () => dialog.close()), h("h2", {}, title)),
    h("div", { class: "previews" }, files.map(preview)),
    h("label", { class: "as-files" }, plain, "Send as files, without compression"),
    h("div", { class: "upload-foot" }, caption, iconButton("send", "Send", send, { class: "round send", "data-testid": "send-files" })));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  caption.focus();
}
