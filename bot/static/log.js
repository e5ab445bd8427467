/** What was said: messages become bubbles, in the order of their ids, with those still on their way at the end. */

import { Follower } from "./follower.js";
import { el, joined, safeHtml, safeUrl } from "./safe.js";

const SETTLE_MS = 500;
const WANTS = ["place", "picture", "file"];

/**
 * `parts`: the elements log (it scrolls), list (in it), pill, empty. `words`: the table of the page's language.
 * `on` is told press(message id, choice), command(text), give(message id, what it wants) and expect(what the newest
 * message wants, "" for nothing).
 */
export class Log {
  constructor(parts, words, on) {
    Object.assign(this, parts, { words, on });
    this.follower = new Follower(parts.log, parts.list, parts.pill);
    this.clear();
  }

  /** Empty it, silent to screen readers until the history has come. */
  clear() {
    this.list.replaceChildren();
    this.shown = new Map(); // id -> { message, node }
    this.mine = new Map(); // key -> node
    this.presses = new Map(); // key -> { id, action, state }
    this.#setLive(null);
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
      this.empty.hidden = this.list.hasChildNodes();
    }, SETTLE_MS);
  }

  /** Show a message of the server; `sending` while its key is not acknowledged. */
  show(message, sending) {
    const { id, key } = message;
    const placed = this.shown.get(id)?.node;
    const node = placed ?? this.mine.get(key) ?? el("div", {});
    const isNew = !node.isConnected;
    this.shown.set(id, { message, node });
    this.lastId = Math.max(this.lastId, id);
    this.#fill(node, message, sending ? "sending" : "sent");
    if (!placed) this.#place(node, id);
    if (id === this.lastId) this.#moveLive(message); // a late comer of the history changes nothing
    if (isNew) this.follower.arrived();
  }

  /** Replace a message in place. What the frame does not name stays, but buttons and wants not named are gone. */
  edit(frame) {
    const entry = this.shown.get(frame.id);
    if (!entry) return;
    entry.message = { ...entry.message, choices: [], wants: "", ...frame };
    for (const [key, { id }] of this.presses) if (id === frame.id) this.presses.delete(key);
    const held = entry.node.contains(document.activeElement) && document.activeElement.dataset.action;
    this.#fill(entry.node, entry.message, "sent");
    // Who goes by keyboard stays on the button pressed, or at least on its message.
    if (held) (this.#buttons(frame.id).find(({ dataset }) => dataset.action === held) ?? entry.node).focus();
    this.#setLive(asks(entry.message) ? frame.id : this.liveId);
  }

  /** Show what is on its way: `content` has html, photo: { blob } or document: { name }. */
  pend(key, content) {
    const node = el("div", {});
    this.#fill(node, { mine: true, key, ...content }, "sending");
    this.list.append(node);
    this.#setLive(null);
    this.follower.toEnd();
  }

  /** Mark a choice as pressed and on its way; an earlier choice of that message steps back. */
  pressed(key, id, action) {
    for (const [other, press] of this.presses) {
      if (press.id === id && press.state === "sent") this.presses.delete(other);
    }
    this.presses.set(key, { id, action, state: "sending" });
    this.#markPresses(id);
  }

  acked(key) {
    if (this.mine.has(key)) this.#tick(this.mine.get(key), "sent");
    const press = this.presses.get(key);
    if (!press) return;
    press.state = "sent";
    this.#markPresses(press.id);
  }

  refused(key, text) {
    this.mine.get(key)?.remove();
    const { message } = this.shown.get(this.lastId) ?? {};
    if (message && !message.mine && asks(message)) this.#setLive(message.id); // its question stands again
    this.notice(text);
  }

  /** Say on a message's button for a place whether the place is being looked for. */
  looking(id, isLooking) {
    const node = this.shown.get(id)?.node.querySelector(".want");
    if (!node) return;
    node.setAttribute("aria-disabled", isLooking);
    node.textContent = isLooking ? this.words.placing : this.words.place;
  }

  notice(text) {
    this.list.append(el("p", { class: "notice", role: "alert" }, text));
    this.follower.arrived();
  }

  #fill(node, message, state) {
    const { mine, id, key, day } = message;
    this.empty.hidden = true;
    node.classList.add("msg", mine ? "me" : "bot");
    node.tabIndex = -1;
    node.dataset.mine = Boolean(mine);
    if (mine) node.setAttribute("aria-live", "off"); // who typed it need not hear it
    if (id) node.dataset.id = id;
    if (day) node.dataset.day = day; // the office's, whatever clock the phone keeps
    node.replaceChildren(this.#bubble(message));
    if (mine) this.#tick(node, state);
    else if (asks(message)) node.append(this.#choices(message));
    if (key) this.mine.set(key, node);
    this.#markPresses(id);
  }

  #bubble({ mine, html, photo, document: file, at, time }) {
    const bubble = el("div", { class: "bubble" }, el("span", { class: "vh" }, mine ? this.words.me : this.words.them));
    if (photo) bubble.append(this.#photo(photo));
    const command = (text) => button(text, { class: "command" }, () => this.on.command(text));
    if (html) bubble.append(el("div", { class: "text" }, safeHtml(html, mine ? null : command)));
    if (file) bubble.append(this.#file(file));
    const tick = el("span", { class: "tick" });
    bubble.append(el("div", { class: "meta" }, el("time", { datetime: at }, time ?? ""), tick));
    return bubble;
  }

  #photo({ url, name, blob }) {
    const href = blob ? null : safeUrl(url);
    const image = el("img", { src: blob ? URL.createObjectURL(blob) : href, alt: name || this.words.photo });
    if (blob) image.onload = () => URL.revokeObjectURL(image.src);
    return el("a", { class: "photo", href, target: "_blank", rel: "noopener" }, image);
  }

  /** A file with its link; one on its way has none yet. A sound or a film also has its player. */
  #file({ url, name, kind }) {
    const href = url ? safeUrl(url) : null;
    const icon = el("b", { "aria-hidden": true }, "📄");
    const title = el("span", {}, name, href ? el("small", {}, this.words.download) : "");
    const link = el("a", { class: "file", href, download: name }, icon, title);
    if (!href || (kind !== "audio" && kind !== "video")) return link;
    const player = el(kind, { controls: "", preload: "none", playsinline: "", src: href, "aria-label": name });
    return el("div", { class: "film" }, player, link);
  }

  #choices({ id, choices, wants }) {
    const choice = (one) =>
      button(joined(one.label), { "data-action": one.action }, ({ currentTarget }) => {
        if (currentTarget.dataset.state !== "sending") this.on.press(id, one);
      });
    const rows = (choices ?? []).map((row) => el("div", { class: "row" }, ...row.map(choice)));
    if (WANTS.includes(wants)) rows.unshift(el("div", { class: "row" }, this.#want(id, wants)));
    return el("div", { class: "choices", role: "group", "aria-label": this.words.choices }, ...rows);
  }

  #want(id, wants) {
    return button(this.words[wants], { class: "want" }, ({ currentTarget }) => {
      if (currentTarget.getAttribute("aria-disabled") !== "true") this.on.give(id, wants);
    });
  }

  #buttons(id) {
    return [...(this.shown.get(id)?.node.querySelectorAll("[data-action]") ?? [])];
  }

  #pressesOf(id) {
    return [...this.presses.values()].filter((press) => press.id === id);
  }

  #markPresses(id) {
    for (const node of this.#buttons(id)) {
      const press = this.#pressesOf(id).find(({ action }) => action === node.dataset.action);
      node.dataset.state = press?.state ?? "";
      if (press) node.setAttribute("aria-pressed", "true");
      else node.removeAttribute("aria-pressed");
    }
  }

  #tick(node, state) {
    node.dataset.state = state;
    const sent = el("span", { role: "img", "aria-label": this.words.sent }, "✓");
    node.querySelector(".tick").replaceChildren(state === "sent" ? sent : this.words.sending);
  }

  /** Ids grow, so this passes by a few nodes only: those on their way, and seldom a late comer. */
  #place(node, id) {
    let before = this.list.lastElementChild;
    while (before && (before === node || comesAfter(before, id))) before = before.previousElementSibling;
    if (before) before.after(node);
    else this.list.prepend(node);
    while (before && !before.dataset.day) before = before.previousElementSibling;
    const { day } = node.dataset;
    if (day && before?.dataset.day !== day) node.before(this.#separator(day));
  }

  #separator(day) {
    const format = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
    return el("p", { class: "day" }, new Date(day).toLocaleDateString(document.documentElement.lang, format));
  }

  /** The buttons that stand to be answered look so: the newest ones, until the person says something. */
  #moveLive(message) {
    const { id, mine } = message;
    if (!mine && asks(message)) this.#setLive(id);
    else if (mine || this.#pressesOf(this.liveId).length) this.#setLive(null);
  }

  #setLive(id) {
    const before = this.shown.get(this.liveId)?.node;
    const { node, message } = this.shown.get(id) ?? {};
    // The button for a place goes away with the question: who goes by keyboard stays on its message.
    if (before !== node && before?.contains(document.activeElement?.closest(".want") ?? null)) before.focus();
    before?.classList.remove("live");
    node?.classList.add("live");
    this.liveId = id;
    this.on.expect(message?.wants ?? "");
  }
}

function asks({ choices, wants }) {
  return Boolean(choices?.length || wants);
}

function comesAfter({ dataset, classList }, id) {
  return dataset.id ? Number(dataset.id) > id : classList.contains("msg");
}

function button(label, attributes, onClick) {
  const node = el("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", onClick);
  return node;
}
