/** The road to the bot: a WebSocket that comes back by itself, and sends what the outbox holds. */

import { keptBlob } from "./blobs.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const ACK_PATIENCE_MS = 15000;
const UPLOAD_RETRY_MS = 5000;
const UPLOAD_PATIENCE_MS = 15000;
const SLOWEST_BYTES_PER_MS = 16;
const STALE_AFTER_HIDDEN_MS = 60000;
const TOO_MANY_WINDOWS = 4008;

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
  #pausedUntil = 0;
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
    socket.onclose = ({ code }) => (code === TOO_MANY_WINDOWS ? this.#rest() : this.#lost());
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
    if (frame.type === "wait") return this.#pause(frame.seconds, frame.text);
    if (frame.type === "ack") {
      this.outbox.remove(frame.key);
      this.#watch();
    }
    if (frame.type === "ended") this.close();
    this.on.frame(frame);
  }

  /** The server has enough for now: all that it did not take is sent again, in its order, after so many seconds. */
  #pause(seconds, text) {
    const isFirst = Date.now() >= this.#pausedUntil;
    this.#pausedUntil = Date.now() + seconds * 1000;
    this.#sent.clear();
    clearTimeout(this.#timers.ack);
    clearTimeout(this.#timers.pause);
    this.#timers.pause = setTimeout(() => this.#pump(), seconds * 1000);
    if (isFirst) this.on.frame({ type: "error", text });
  }

  /** Too many windows of this person: this one waits until somebody looks at it again. */
  #rest() {
    this.#drop();
    this.on.state(false);
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
    if (Date.now() < this.#pausedUntil) return undefined;
    return this.#isOpen() && this.outbox.entries.find(({ frame }) => !this.#sent.has(frame.key));
  }

  async #transmit(entry) {
    const { frame } = entry;
    const isFile = frame.type === "photo" || frame.type === "file";
    if (isFile && !frame.media) await this.#upload(entry);
    if (!this.#isOpen() || !this.outbox.has(frame.key)) return;
    this.#socket.send(JSON.stringify(frame));
    this.#sent.add(frame.key);
    this.#watch();
  }

  /** Give the frame its media id, or take a refused one out. Throws when the network failed: then it is tried again. */
  async #upload(entry) {
    entry.blob ??= await keptBlob(entry.frame.key);
    if (!entry.blob) return this.#refused(entry.frame.key); // the phone has thrown it away
    const response = await this.#post(entry);
    if (response.status >= 500) throw new Error("busy or away"); // it says nothing of the file
    const { media, error, wait } = await response.json().catch(() => ({}));
    if (wait) {
      this.#pause(wait, error);
      throw new Error(error);
    }
    if (response.ok && media) {
      entry.frame.media = media;
      this.outbox.keep(entry);
    } else this.#refused(entry.frame.key, error);
  }

  #refused(key, error) {
    this.outbox.remove(key);
    this.on.refused(key, error);
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
