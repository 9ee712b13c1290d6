/** What the page knows: a snapshot of the world, kept up to date by the stream of changes. */

const ACTION_SECONDS = 5;
const RETRY = 1500;

/**
 * Fires "change" after anything changed, "answer" ({detail: query}) when a tap was answered for the person shown, and
 * "refused" ({detail: text}) when the world refused an action.
 */
export class Store extends EventTarget {
  constructor() {
    super();
    this.isLive = false;
    this.person = 0;
    this.people = [];
    this.chats = new Map();
    this.bot = null;
    this.commands = {};
    this.keyboards = {};
    this.limit = 200;
    this.actions = new Map();
    this.read = JSON.parse(sessionStorage.getItem("read") ?? "{}");
    this.loading = null;
    this.pending = [];
  }

  /** Reads the snapshot for a person (0: the first one) and follows the changes from there. */
  async load(person = this.person) {
    const mine = Symbol("load");
    this.loading = mine;
    const response = await fetch(`/page/state?person=${person}&limit=${this.limit}`);
    if (!response.ok) throw new Error(await response.text());
    const state = await response.json();
    if (this.loading !== mine) return;
    this.loading = null;
    this.take(state);
    for (const change of this.pending.splice(0)) this.receive(change);
    if (!this.stream) this.follow();
  }

  take(state) {
    Object.assign(this, { run: state.run, number: state.number, person: state.person, bot: state.bot, people: state.people });
    this.actions.clear();
    this.commands = state.commands;
    this.keyboards = state.keyboards;
    this.chats = new Map(state.chats.map((chat) => [chat.id, { ...chat, messages: new Map(chat.messages.map((one) => [one.message_id, one])), seen_id: this.seenIn(chat) }]));
    this.changed();
  }

  /** The newest message that the bot has seen: it wrote or edited something since. */
  seenIn(chat) {
    const known = this.chats.get(chat.id)?.seen_id ?? 0;
    const acts = chat.messages.filter((one) => one.from?.id === this.bot.id).map((one) => one.edit_date ?? 0);
    const wrote = chat.messages.findLast((one) => one.from?.id === this.bot.id)?.message_id ?? 0;
    const edited = chat.messages.findLast((one) => one.date < Math.max(0, ...acts))?.message_id ?? 0;
    return Math.max(known, wrote, edited);
  }

  reload() {
    this.load().catch(() => setTimeout(() => this.reload(), RETRY));
  }

  follow() {
    this.stream = new EventSource("/page/events");
    this.stream.addEventListener("open", () => this.setLive(true));
    this.stream.addEventListener("error", () => {
      this.setLive(false);
      if (this.stream.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), RETRY);
    });
    this.stream.addEventListener("hello", (event) => {
      const { run, number } = JSON.parse(event.data);
      if (run !== this.run || number !== this.number) this.reload();
    });
    this.stream.addEventListener("message", (event) => this.receive(JSON.parse(event.data)));
  }

  setLive(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.changed();
  }

  receive(change) {
    if (this.loading) {
      this.pending.push(change);
      return;
    }
    if (change.number <= this.number) return;
    const apply = APPLY[change.type];
    if (!apply || change.number > this.number + 1) {
      this.reload();
      return;
    }
    this.number = change.number;
    apply(this, change, this.chats.get(change.chat_id));
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  /** The person's own chats, the one written to last first; the one with the bot always leads when untouched. */
  chatsOf(person) {
    const there = [...this.chats.values()].filter((chat) => !chat.migrated_to && isIn(chat, person) && (chat.type !== "private" || chat.id === person));
    return there.sort((a, b) => (lastDate(b) - lastDate(a)) || (a.type === "private" ? -1 : 1));
  }

  /** The number of messages that the person has not seen in a chat. */
  unread(chat, person) {
    const seen = this.read[person]?.[chat.id] ?? 0;
    let count = 0;
    for (const [id, message] of chat.messages) if (id > seen && message.from?.id !== person) count += 1;
    return count;
  }

  markRead(chat, person) {
    const newest = Math.max(0, ...chat.messages.keys());
    const mine = (this.read[person] ??= {});
    if (mine[chat.id] === newest) return;
    mine[chat.id] = newest;
    sessionStorage.setItem("read", JSON.stringify(this.read));
  }

  /** What the bot says it is doing in a chat ("typing"), empty when nothing. */
  doing(chatId) {
    return this.actions.get(chatId)?.action ?? "";
  }

  /** Does something as the person shown; returns what the world made of it, null when it refused. */
  async act(action, details = {}) {
    const body = JSON.stringify({ do: action, person_id: this.person, ...details });
    return this.send("/page/act", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }

  /** Sends files (a FormData) as the person shown. */
  async upload(form) {
    form.set("person_id", String(this.person));
    return this.send("/page/upload", { method: "POST", body: form });
  }

  async send(address, request) {
    try {
      const response = await fetch(address, request);
      if (response.ok) return await response.json();
      this.tell("refused", (await response.text()).slice(0, 300));
    } catch {
      this.tell("refused", "The pretend Telegram does not answer");
    }
    return null;
  }
}

export function isIn(chat, userId) {
  return chat.members.some((one) => one.user_id === userId && !["left", "kicked"].includes(one.status));
}

/** "member", "kicked" and so on: what the bot is in a chat. */
export function botStatus(chat, bot) {
  return chat.members.find((one) => one.user_id === bot.id)?.status ?? "left";
}

export function lastMessage(chat) {
  let last = null;
  for (const message of chat.messages.values()) last = message;
  return last;
}

function lastDate(chat) {
  return lastMessage(chat)?.date ?? 0;
}

function botActed(store, chat, message) {
  if (!chat || message.from?.id !== store.bot.id) return;
  chat.seen_id = Math.max(chat.seen_id ?? 0, ...chat.messages.keys());
  store.actions.delete(chat.id);
}

function refreshQuotes(chat, message) {
  for (const [id, one] of chat.messages) {
    if (one.reply_to_message?.message_id === message.message_id) {
      const { reply_to_message: ignored, ...target } = message;
      chat.messages.set(id, { ...one, reply_to_message: target });
    }
  }
}

const APPLY = {
  message(store, { message }, chat) {
    if (!chat) return store.reload();
    chat.messages.set(message.message_id, message);
    chat.is_started ||= message.from?.id !== store.bot.id;
    chat.last_message_id = message.message_id;
    return botActed(store, chat, message);
  },
  edit(store, { message }, chat) {
    if (!chat?.messages.has(message.message_id)) return;
    chat.messages.set(message.message_id, message);
    refreshQuotes(chat, message);
    botActed(store, chat, message);
  },
  delete(store, { message_ids: gone }, chat) {
    for (const id of gone) chat?.messages.delete(id);
  },
  keyboard(store, change) {
    if (change.person_id === store.person) store.keyboards[change.chat_id] = change.keyboard;
  },
  reaction(store, { message_id: id, reactions }, chat) {
    if (chat) (chat.reactions ??= {})[id] = reactions;
  },
  person(store, { person }) {
    const index = store.people.findIndex((one) => one.id === person.id);
    if (index < 0) store.reload();
    else store.people[index] = { ...store.people[index], ...person };
  },
  chat(store, { chat }) {
    const known = store.chats.get(chat.id);
    if (known) store.chats.set(chat.id, { ...known, is_forum: false, ...chat });
    else store.reload();
  },
  action(store, { chat_id: id, action }, chat) {
    if (chat) chat.seen_id = Math.max(0, ...chat.messages.keys());
    const entry = { action };
    store.actions.set(id, entry);
    setTimeout(() => {
      if (store.actions.get(id) !== entry) return;
      store.actions.delete(id);
      store.changed();
    }, ACTION_SECONDS * 1000);
  },
  tap() {},
  answer(store, { query }) {
    if (query.person_id === store.person) store.tell("answer", query);
  },
};
