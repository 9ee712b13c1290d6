/** What people, chats and messages are called on the page. */

const LANGUAGES = {
  en: { name: "English", dir: "ltr" },
  kk: { name: "Қазақша", dir: "ltr" },
  ur: { name: "اردو", dir: "rtl" },
};
const HUES = 7;
const UNITS = ["B", "KB", "MB", "GB"];
const WORDS = [
  ["photo", "Photo"], ["animation", "Animation"], ["video", "Video"], ["video_note", "Video message"],
  ["voice", "Voice message"], ["audio", "Audio"], ["document", "File"], ["sticker", "Sticker"], ["venue", "Place"],
  ["location", "Location"], ["contact", "Contact"], ["poll", "Poll"], ["dice", "Dice"],
];

/** The language of a phone by its own name and direction; another code is shown as it is. */
export function languageOf(code) {
  const base = (code || "").toLowerCase().split(/[-_]/)[0];
  return { code: base, ...(LANGUAGES[base] ?? { name: code || "no language", dir: "ltr" }) };
}

/** First and last name of an account, or the title of a chat. */
export function fullName(one) {
  return one.title || [one.first_name, one.last_name].filter(Boolean).join(" ") || "Deleted account";
}

/** One or two letters that stand for a name, and one of seven colours that stays with the id. */
export function initials(one) {
  const words = fullName(one).split(/\s+/).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0]).join("");
  return letters.toUpperCase();
}

export function hue(id) {
  return String(Math.abs(Number(id)) % HUES);
}

/** "12.3 MB" */
export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length - 1);
  const value = bytes / 1024 ** step;
  return `${step && value < 100 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}

/** A message in one line, for the list of chats and for quotations. */
export function summary(message) {
  if (!message) return "";
  const text = (message.text ?? message.caption ?? "").replace(/\s*\n\s*/g, " ");
  const kind = WORDS.find(([key]) => message[key]);
  if (!kind) return text || serviceText(message) || "Message";
  const name = message.document?.file_name || message.venue?.title || kind[1];
  return text ? `${kind[1]}: ${text}` : name;
}

const SERVICE = {
  new_chat_members: (message) => `${message.new_chat_members.map(fullName).join(", ")} joined the group`,
  left_chat_member: (message) => `${fullName(message.left_chat_member)} left the group`,
  new_chat_title: (message) => `The group is now called “${message.new_chat_title}”`,
  pinned_message: (message) => `Pinned: ${summary(message.pinned_message).slice(0, 60)}`,
  forum_topic_created: (message) => `Topic “${message.forum_topic_created.name}” created`,
  forum_topic_edited: (message) => `Topic renamed to “${message.forum_topic_edited.name ?? ""}”`,
  forum_topic_closed: () => "Topic closed",
  forum_topic_reopened: () => "Topic reopened",
  group_chat_created: () => "Group created",
  supergroup_chat_created: () => "Group created",
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became a supergroup",
  users_shared: () => "Accounts were shared with the bot",
  chat_shared: () => "A chat was shared with the bot",
  write_access_allowed: () => "The bot may write to you",
};

/** The sentence of a service message, empty for an ordinary one. */
export function serviceText(message) {
  const kind = Object.keys(SERVICE).find((key) => message[key] !== undefined);
  return kind ? SERVICE[kind](message) : "";
}
