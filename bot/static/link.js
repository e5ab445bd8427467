/** The road to the bot: a WebSocket that comes back by itself, and an outbox of what is not yet acknowledged. */

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const ACK_PATIENCE_MS = 15000;
const UPLOAD_RETRY_MS = 5000;
const UPLOAD_PATIENCE_MS = 15000;
const SLOWEST_BYTES_PER_MS = 16;
const STALE_AFTER_HIDDEN_MS = 60000;

/** A v4 UUID; crypto.randomUUID is missing where a phone reaches the demo by plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}

/** What `use` makes of localStorage; null where it is forbidden or full: then the page forgets, but works. */
export function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

/**
 * Entries { frame, blob, at } in the order they were said. Each is stored under its own name, so that two tabs do not
 * overwrite each other. A blob of a picture or file stays in memory: until uploaded, a reload loses it.
 */
export class Outbox {
  constructor(slot) {
    this.prefix = `${slot}/out/`;
    const names = stored(Object.keys)?.filter((name) => name.startsWith(this.prefix)) ?? [];
    this.entries = names.map((name) => JSON.parse(stored((disk) => disk.getItem(name))));
    this.entries.sort((one, other) => one.at - other.at);
  }

  add(frame, blob) {
    const entry = { frame, blob, at: Date.now() };
    this.entries.push(entry);
    if (!blob) this.keep(entry);
  }

  keep({ frame, at }) {
    stored((disk) => disk.setItem(this.prefix + frame.key, JSON.stringify({ frame, at })));
  }

  remove(key) {
    this.entries = this.entries.filter((entry) => entry.frame.key !== key);
    stored((disk) => disk.removeItem(this.prefix + key));
  }

  has(key) {
    return this.entries.some((entry) => entry.frame.key === key);
  }
}

/**
 * One person's connection. `on` is told state(isOpen), frame(frame) from the server, and refused(key, text or
 * undefined) when an upload was turned down; it is asked after() for the id of the last message shown.
 */
export class Link {
  #socket = null;
  #sent = new Set(); // keys that went out on the present socket
  #attempt = 0;
  #timers = {};
  #pumping = false;
  #uploading = null;
  #closed = new AbortController();
  #hiddenSince = Date.now();

  constructor(as, outbox, on) {
    this.query = as === null ? "" : `as=${encodeURIComponent(as)}`;
    this.outbox = outbox;
    this.on = on;
    const { signal } = this.#closed;
    window.addEventListener("online", () => this.#restart(0), { signal });
    window.addEventListener("offline", () => this.#cutOff(), { signal });
    document.addEventListener("visibilitychange", () => this.#visibilityChanged(), { signal });
    this.#connect();
  }

  /** Stop for good; the outbox keeps its frames for the next Link of this person. */
  close() {
    this.#closed.abort();
    this.#uploading?.abort();
    this.#drop();
  }

  send(frame, blob) {
    this.outbox.add(frame, blob);
    this.#pump();
  }

  #connect() {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/chat/ws?${this.query}`);
    socket.onopen = () => this.#opened();
    socket.onclose = () => this.#lost();
    socket.onmessage = (event) => this.#received(JSON.parse(event.data));
    this.#socket = socket;
  }

  #opened() {
    this.#socket.send(JSON.stringify({ type: "hello", after: this.on.after() }));
    this.on.state(true);
    this.#pump();
  }

  #received(frame) {
    this.#attempt = 0; // a server that accepts and drops without a word is not back yet
    if (frame.type === "ack") {
      this.outbox.remove(frame.key);
      this.#watch();
    }
    this.on.frame(frame);
  }

  /** Forget the socket at once: on a dead network close() may take a minute to report. */
  #drop() {
    Object.values(this.#timers).forEach(clearTimeout);
    this.#sent.clear();
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }

  #cutOff() {
    this.#uploading?.abort();
    this.#lost();
  }

  #lost() {
    const wait = RETRY_MS[Math.min(this.#attempt++, RETRY_MS.length - 1)];
    this.#restart(wait * (0.75 + Math.random() / 2));
  }

  #restart(wait) {
    this.#drop();
    this.on.state(false);
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
  }

  /** A phone that slept may hold a socket that looks open and is dead. */
  #visibilityChanged() {
    const stale = Date.now() - this.#hiddenSince > STALE_AFTER_HIDDEN_MS;
    if (document.hidden) this.#hiddenSince = Date.now();
    else if (stale || !this.#isOpen()) this.#restart(0);
  }

  #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send what this socket has not sent, one after the other, so that no "xong" overtakes a picture. */
  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let entry = this.#nextUnsent(); entry; entry = this.#nextUnsent()) await this.#transmit(entry);
    } catch {
      this.#timers.upload = setTimeout(() => this.#pump(), UPLOAD_RETRY_MS);
    } finally {
      this.#pumping = false;
    }
  }

  #nextUnsent() {
    return this.#isOpen() && this.outbox.entries.find(({ frame }) => !this.#sent.has(frame.key));
  }

  async #transmit(entry) {
    const { frame, blob } = entry;
    if (blob && !frame.media) await this.#upload(entry);
    if (!this.#isOpen() || !this.outbox.has(frame.key)) return;
    this.#socket.send(JSON.stringify(frame));
    this.#sent.add(frame.key);
    this.#watch();
  }

  /** Give the frame its media id, or take a refused one out. Throws when the network failed: then it is tried again. */
  async #upload(entry) {
    const response = await this.#post(entry);
    const { media, error } = await response.json().catch(() => ({}));
    if (response.ok && media) {
      entry.frame.media = media;
      this.outbox.keep(entry);
    } else {
      this.outbox.remove(entry.frame.key);
      this.on.refused(entry.frame.key, error);
    }
  }

  /**
   * On a dead network an upload would hang for minutes, so it has a patience of its own. A lost socket does not end it:
   * a large file fills a thin line, and then the socket's own signs of life come late.
   */
  async #post({ frame, blob }) {
    const uploading = (this.#uploading = new AbortController());
    const patience = setTimeout(() => uploading.abort(), UPLOAD_PATIENCE_MS + blob.size / SLOWEST_BYTES_PER_MS);
    const address = `/chat/upload?${this.query}&name=${encodeURIComponent(frame.name)}`;
    const request = fetch(address, { method: "POST", body: blob, signal: uploading.signal });
    return request.finally(() => clearTimeout(patience));
  }

  /** Something sent and never acknowledged means the socket is dead, whatever it says. */
  #watch() {
    clearTimeout(this.#timers.ack);
    const waiting = this.outbox.entries.some(({ frame }) => this.#sent.has(frame.key));
    if (waiting) this.#timers.ack = setTimeout(() => this.#lost(), ACK_PATIENCE_MS);
  }
}
