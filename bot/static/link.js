/** The road to the bot: a WebSocket that comes back by itself, and an outbox of what is not yet acknowledged. */

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const ACK_PATIENCE_MS = 15000;
const UPLOAD_PATIENCE_MS = 120000;
const UPLOAD_RETRY_MS = 5000;
const STALE_AFTER_HIDDEN_MS = 60000;

/** A v4 UUID; crypto.randomUUID is missing where a phone reaches the demo by plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** localStorage that a private window or a full disk cannot break: then nothing is kept, and nothing throws. */
export const store = {
  get(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem(name, value); } catch { /* the page still works, for as long as it is open */ }
  },
  remove(name) {
    try { localStorage.removeItem(name); } catch { /* nothing was kept */ }
  },
  names(prefix) {
    try { return Object.keys(localStorage).filter((name) => name.startsWith(prefix)); } catch { return []; }
  },
};

/**
 * Frames in the order they were said. Each is stored under a name of its own, so that two tabs of one person do
 * not overwrite each other. A photo's bytes stay in memory: one not yet uploaded does not survive a reload.
 */
export class Outbox {
  constructor(slot) {
    this.prefix = `${slot}/out/`;
    this.entries = store.names(this.prefix).map((name) => JSON.parse(store.get(name)));
    this.entries.sort((one, other) => one.at - other.at);
  }

  add(frame, blob = null) {
    const entry = { at: Date.now(), frame, blob };
    this.entries.push(entry);
    if (!blob) this.keep(entry);
  }

  keep(entry) {
    store.set(this.prefix + entry.frame.key, JSON.stringify({ at: entry.at, frame: entry.frame }));
  }

  remove(key) {
    this.entries = this.entries.filter((entry) => entry.frame.key !== key);
    store.remove(this.prefix + key);
  }

  has(key) {
    return this.entries.some((entry) => entry.frame.key === key);
  }
}

/**
 * One person's connection. `on` is told: state(isOpen), frame(frame) from the server, refused(key, text or null)
 * when an upload was turned down; and is asked after() for the id of the last message shown.
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
    this.query = as === null ? "" : `?as=${encodeURIComponent(as)}`;
    this.on = on;
    this.outbox = outbox;
    const { signal } = this.#closed;
    window.addEventListener("online", () => this.#reconnect(), { signal });
    window.addEventListener("offline", () => this.#lost(), { signal });
    document.addEventListener("visibilitychange", () => this.#visibilityChanged(), { signal });
    this.#connect();
  }

  /** Stop for good; the outbox keeps its frames for the next Link of this person. */
  close() {
    this.#closed.abort();
    this.#drop();
  }

  send(frame, blob) {
    this.outbox.add(frame, blob);
    this.#pump();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/chat/ws${this.query}`);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onclose = () => this.#lost();
    socket.onmessage = (event) => this.#received(JSON.parse(event.data));
  }

  #opened() {
    this.#socket.send(JSON.stringify({ type: "hello", after: this.on.after() }));
    this.on.state(true);
    this.#pump();
  }

  #received(frame) {
    this.#attempt = 0; // only a server that talks counts as back; one that just accepts and drops is not hammered
    if (frame.type === "ack") {
      this.outbox.remove(frame.key);
      this.#watch();
    }
    this.on.frame(frame);
  }

  /** Forget the socket at once: close() on a dead network may take a minute to report. */
  #drop() {
    Object.values(this.#timers).forEach(clearTimeout);
    this.#timers = {};
    this.#sent.clear();
    this.#uploading?.abort();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  #lost() {
    this.#drop();
    this.on.state(false);
    const wait = RETRY_MS[Math.min(this.#attempt++, RETRY_MS.length - 1)];
    this.#timers.retry = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }

  #reconnect() {
    this.#drop();
    this.on.state(false);
    this.#connect();
  }

  /** A phone that slept may hold a socket that looks open and is dead. */
  #visibilityChanged() {
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else if (!this.#isOpen() || Date.now() - this.#hiddenSince > STALE_AFTER_HIDDEN_MS) {
      this.#reconnect();
    }
  }

  #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send what this socket has not sent, one after the other, so that "xong" never overtakes a photo. */
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
    return this.#isOpen() && this.outbox.entries.find((entry) => !this.#sent.has(entry.frame.key));
  }

  async #transmit(entry) {
    const { frame, blob } = entry;
    if (blob && !frame.media && !(await this.#upload(entry))) return;
    if (!this.#isOpen()) return;
    this.#socket.send(JSON.stringify(frame));
    this.#sent.add(frame.key);
    this.#watch();
  }

  /** True when the photo has its media id. Throws when the network failed, so that it is tried again. */
  async #upload(entry) {
    const response = await this.#post(entry.blob);
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.media) {
      entry.frame.media = answer.media;
      this.outbox.keep(entry);
      return true;
    }
    this.outbox.remove(entry.frame.key);
    this.on.refused(entry.frame.key, answer.error ?? null);
    return false;
  }

  async #post(blob) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), UPLOAD_PATIENCE_MS);
    const headers = { "Content-Type": blob.type };
    this.#uploading = abort;
    try {
      return await fetch(`/chat/upload${this.query}`, { method: "POST", body: blob, headers, signal: abort.signal });
    } finally {
      clearTimeout(timer);
      this.#uploading = null;
    }
  }

  /** Something sent and never acknowledged means the socket is dead, whatever it says. */
  #watch() {
    clearTimeout(this.#timers.ack);
    const waiting = this.outbox.entries.some((entry) => this.#sent.has(entry.frame.key));
    if (waiting) this.#timers.ack = setTimeout(() => this.#lost(), ACK_PATIENCE_MS);
  }
}
