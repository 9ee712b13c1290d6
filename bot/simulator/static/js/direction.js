/**
 * Which way a line runs, as Telegram Desktop decides it: by its first strong character, looked for inside isolates
 * too; left to right when there is none. (The dir="auto" of HTML follows UAX #9 rule P2, which skips isolates.)
 */

const SCRIPTS = ["Hebrew", "Arabic", "Syriac", "Thaana", "Nko", "Samaritan", "Mandaic", "Adlam", "Hanifi_Rohingya"];
const RIGHT = `\\u200F\\u061C${SCRIPTS.map((name) => `\\p{Script=${name}}`).join("")}`;
// Not letters by category, yet of bidirectional class L: enclosed letters, squared words and the halves of flags.
const LEFT = "\\u200E\\p{L}\\p{Mc}\\p{Nl}\\u249C-\\u24E9\\u3200-\\u32FF\\u{1F110}-\\u{1F169}\\u{1F170}-\\u{1F1AC}\\u{1F1E6}-\\u{1F202}";
// Arabic digits and marks belong to the script but are weak.
const WEAK = "[\\u0660-\\u0669\\u06DD\\p{Mn}\\u0600-\\u0605\\u060C\\u066A-\\u066C\\u061B\\u06F0-\\u06F9]";
const STRONG = new RegExp(`(?!${WEAK})(?:([${RIGHT}])|([${LEFT}]))`, "u");

/** The language that the script of a line tells, for fonts and screen readers; undefined for Latin and the rest. */
export function spokenIn(line) {
  if (directionOf(line) === "rtl") return "ur";
  return /\p{Script=Cyrillic}/u.test(line) ? "kk" : undefined;
}

/** "rtl" or "ltr" for one line of text. */
export function directionOf(line) {
  return STRONG.exec(line)?.[1] ? "rtl" : "ltr";
}
