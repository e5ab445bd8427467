/** What was said: messages become bubbles, in the order of their ids, with those still on their way at the end. */

import { el, safeHtml, safeUrl } from "./safe.js";

const NEAR_END_PX = 80;
const SETTLE_MS = 500;

/** Follows the newest message unless the reader scrolled up; then `pill` says that there is something new. */
class Follower {
  constructor(scroller, content, pill) {
    this.scroller = scroller;
    this.pill = pill;
    this.following = true;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    pill.addEventListener("click", () => this.toEnd());
    // One observer for all that moves the end: messages, pictures that arrive, the keyboard of the phone.
    const observer = new ResizeObserver(() => this.following && this.toEnd());
    observer.observe(scroller);
    observer.observe(content);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.following) this.pill.hidden = true;
  }

  toEnd() {
    this.following = true;
    this.pill.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  arrived() {
    this.pill.hidden = this.following;
  }
}

/**
 * `parts`: the elements log, scroller, pill, empty. `words`: the table of the page's language.
 * `on` is told press(message, choice) and command(text).
 */
export class Log {
  constructor(parts, words, on) {
    Object.assign(this, parts, { words, on });
    this.follower = new Follower(parts.scroller, parts.log, parts.pill);
    this.clear();
  }

  /** Empty it and stay silent to screen readers until the first batch of history has come. */
  clear() {
    this.log.replaceChildren();
    this.shown = new Map(); // id -> { message, node }
    this.pending = new Map(); // key -> node of what has no id yet
    this.presses = new Map(); // key -> { message, action, state }
    this.liveId = null;
    this.lastId = 0;
    this.empty.hidden = true;
    this.log.setAttribute("aria-live", "off");
    clearTimeout(this.settling);
    this.follower.toEnd();
  }

  /** Call at connecting and at each frame: history has no end mark, a pause has to do. */
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.log.setAttribute("aria-live", "polite");
      this.empty.hidden = this.log.hasChildNodes();
    }, SETTLE_MS);
  }

  /** Show a message of the server; `sending` is true while its key is not acknowledged. */
  show(message, sending) {
    const known = this.shown.get(message.id)?.node ?? this.pending.get(message.key);
    const node = known ?? el("div");
    this.pending.delete(message.key);
    this.shown.set(message.id, { message, node });
    this.lastId = Math.max(this.lastId, message.id);
    this.empty.hidden = true;
    this.#fill(node, message, sending ? "sending" : "sent");
    this.#place(node, message);
    this.#moveLive(message);
    if (!known) this.follower.arrived();
  }

  /** Replace a message in place. What the frame does not name stays, but buttons not named are gone. */
  edit(frame) {
    const entry = this.shown.get(frame.id);
    if (!entry) return;
    entry.message = { ...entry.message, choices: [], ...frame, type: "message" };
    for (const [key, press] of this.presses) if (press.message === frame.id) this.presses.delete(key);
    this.#keepFocus(entry.node, () => this.#fill(entry.node, entry.message, "sent"));
    if (entry.message.choices?.length) this.#moveLive(entry.message);
  }

  /** Show what is on its way: `content` has html or photo. */
  pend(key, content) {
    const node = el("div");
    this.pending.set(key, node);
    this.empty.hidden = true;
    this.#fill(node, { mine: true, key, ...content }, "sending");
    this.log.append(node);
    this.#setLive(null);
    this.follower.toEnd();
  }

  /** Mark a choice as pressed and on its way; an earlier choice of that message steps back. */
  pressed(key, message, action) {
    for (const [other, press] of this.presses) {
      if (press.message === message && press.state === "sent") this.presses.delete(other);
    }
    this.presses.set(key, { message, action, state: "sending" });
    this.#markPresses(message);
  }

  isPressing(message, action) {
    return [...this.presses.values()].some(
      (press) => press.message === message && press.action === action && press.state === "sending",
    );
  }

  acked(key) {
    const node = this.log.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (node) this.#tick(node, "sent");
    const press = this.presses.get(key);
    if (!press) return;
    press.state = "sent";
    this.#markPresses(press.message);
  }

  refused(key) {
    this.pending.get(key)?.remove();
    this.pending.delete(key);
  }

  notice(text) {
    this.log.append(el("p", { class: "notice", role: "alert", "data-testid": "notice" }, text));
    this.follower.arrived();
  }

  #fill(node, message, state) {
    const { mine, id, key } = message;
    node.className = `msg ${mine ? "me" : "bot"}`;
    setData(node, { testid: "message", mine: String(Boolean(mine)), id, key, day: message.at?.slice(0, 10) });
    node.tabIndex = -1;
    node.replaceChildren(this.#bubble(message));
    if (!mine && message.choices?.length) node.append(this.#choices(message));
    if (mine) this.#tick(node, state);
    else this.#markPresses(id);
  }

  #bubble(message) {
    const { mine, html, photo, document: file, at, time } = message;
    const bubble = el("div", { class: "bubble" }, el("span", { class: "vh" }, mine ? this.words.me : this.words.them));
    if (photo) bubble.append(this.#photo(photo));
    const command = mine ? undefined : (text) => this.#command(text);
    if (html) bubble.append(el("div", { class: "text", "data-testid": "text" }, safeHtml(html, command)));
    if (file) bubble.append(this.#file(file));
    const meta = el("div", { class: "meta", "aria-live": "off" }, el("time", { datetime: at }, time ?? ""));
    if (mine) meta.append(el("span", { class: "tick", "data-testid": "tick" }));
    bubble.append(meta);
    return bubble;
  }

  #photo({ url, name, local }) {
    const image = el("img", { src: local ?? safeUrl(url), alt: name || this.words.photo });
    if (local) return el("span", { class: "photo" }, image);
    const label = `${this.words.openPhoto}: ${name || this.words.photo}`;
    return el("a", { class: "photo", href: safeUrl(url), target: "_blank", rel: "noopener", "aria-label": label }, image);
  }

  #file({ url, name }) {
    const kind = el("b", { class: "kind", "aria-hidden": "true" }, name.split(".").pop().slice(0, 4));
    const title = el("span", { class: "name" }, name, el("small", {}, `${this.words.download} ↓`));
    return el("a", { class: "file", href: safeUrl(url), download: name, "data-testid": "document" }, kind, title);
  }

  #command(text) {
    const button = el("button", { type: "button", class: "command" }, text);
    button.addEventListener("click", () => this.on.command(text));
    return button;
  }

  #choices(message) {
    const rows = message.choices.map((row) => {
      const buttons = row.map((choice) => this.#choice(message, choice));
      return el("div", { class: "row" }, ...buttons);
    });
    return el("div", { class: "choices", role: "group", "aria-label": this.words.choices }, ...rows);
  }

  #choice(message, choice) {
    const { label, action } = choice;
    const button = el("button", { type: "button", "data-testid": "choice", "data-action": action }, label);
    button.addEventListener("click", () => this.on.press(message, choice));
    return button;
  }

  #markPresses(id) {
    const presses = [...this.presses.values()].filter((press) => press.message === id);
    for (const button of this.shown.get(id)?.node.querySelectorAll("[data-action]") ?? []) {
      const press = presses.find(({ action }) => action === button.dataset.action);
      setData(button, { state: press?.state });
      if (press) button.setAttribute("aria-pressed", "true");
      else button.removeAttribute("aria-pressed");
    }
  }

  #tick(node, state) {
    const tick = node.querySelector(".tick");
    setData(node, { state });
    if (state === "sending") tick.replaceChildren(this.words.sending);
    else tick.replaceChildren(el("span", { "aria-hidden": "true" }, "✓"), el("span", { class: "vh" }, this.words.sent));
  }

  /** Ids grow, so this looks at the last few nodes only: those on their way, and seldom a late comer. */
  #place(node, { id }) {
    let before = this.log.lastElementChild;
    while (before && (before === node || !(Number(before.dataset.id) < id))) before = before.previousElementSibling;
    if (before ? before.nextElementSibling !== node : this.log.firstElementChild !== node) {
      if (before) before.after(node);
      else this.log.prepend(node);
    }
    this.#separateDays(before, node);
  }

  #separateDays(before, node) {
    const { day } = node.dataset;
    if (!day || before?.dataset.day === day || node.previousElementSibling?.className === "day") return;
    const noon = new Date(`${day}T12:00:00Z`);
    const format = { weekday: "long", day: "numeric", month: "numeric", timeZone: "UTC" };
    const text = noon.toLocaleDateString(this.words.locale, format);
    node.before(el("p", { class: "day" }, text));
  }

  /** The buttons that stand to be answered look so: the newest ones, until the person says something. */
  #moveLive(message) {
    if (message.mine) this.#setLive(null);
    else if (message.choices?.length) this.#setLive(message.id);
    else if ([...this.presses.values()].some((press) => press.message === this.liveId)) this.#setLive(null);
  }

  #setLive(id) {
    this.shown.get(this.liveId)?.node.classList.remove("live");
    this.liveId = id;
    this.shown.get(id)?.node.classList.add("live");
  }

  /** Refill a message without losing the place of one who goes by keyboard. */
  #keepFocus(node, refill) {
    const held = node.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    refill();
    if (held === null) return;
    const again = node.querySelector(`[data-action="${CSS.escape(held ?? "")}"]`);
    (again ?? node).focus({ preventScroll: true });
  }
}

function setData(node, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) delete node.dataset[name];
    else node.dataset[name] = value;
  }
}
