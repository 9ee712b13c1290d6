/** Times of messages (Unix seconds) in words, in the clock of whoever watches. */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "2-digit" });

/** "14:05" */
export function clock(seconds) {
  return CLOCK.format(seconds * 1000);
}

/** A value that is equal for two moments of the same day. */
export function dayKey(seconds) {
  return new Date(seconds * 1000).toDateString();
}

/** "Today", "Yesterday", "23 November" or, in another year, "23 November 2025". */
export function dayName(seconds, now = Date.now()) {
  const today = new Date(now);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const day = new Date(seconds * 1000);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (day.getFullYear() === today.getFullYear() ? DAY : DAY_OF_YEAR).format(day);
}

/** What stands beside a chat in the list: the clock today, the date before. */
export function stamp(seconds, now = Date.now()) {
  return dayKey(seconds) === new Date(now).toDateString() ? clock(seconds) : SHORT.format(seconds * 1000);
}

/** "1:05" for 65 seconds. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
