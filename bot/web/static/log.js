/** What was said: messages become bubbles, in the order of their ids, with those still on their way at the end. */

import { bubble, linkRows } from "./bubble.js";
import { Follower } from "./follower.js";
import { Presses } from "./presses.js";
import { button, el, joined } from "./safe.js";

const SETTLE_MS = 500;
const WANTS = ["place", "picture", "file"];

/**
 * `parts`: the elements log (it scrolls), list (in it), pill, empty. `words`: the table of the page's language.
 * `on` is told press(message id, choice), command(text), give(message id, what it wants) and expect(what is wanted
 * now, "" for nothing).
 */
export class Log {
  constructor(parts, words, on) {
    Object.assign(this, parts, { words, on });
    this.follower = new Follower(parts.log, parts.list, parts.pill);
    this.clear();
  }

  /** Begin the conversation that is kept under `slot`. */
  open(slot) {
    this.presses.open(slot);
  }

  /** Empty it, silent to screen readers until the history has come. */
  clear() {
    this.list.replaceChildren();
    this.shown = new Map(); // id -> { message, node, since: its place in the order in which things were asked }
    this.mine = new Map(); // key -> node
    this.pending = new Map(); // key of a line on its way -> the last id before it
    this.presses = new Presses();
    this.lastId = this.lastMine = 0;
    this.askingId = null;
    this.#stand();
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
    this.shown.set(id, { message, node, since: this.shown.get(id)?.since ?? id });
    this.lastId = Math.max(this.lastId, id);
    if (message.mine) this.lastMine = Math.max(this.lastMine, id);
    this.pending.delete(key);
    this.#fill(node, message, sending ? "sending" : "sent");
    if (!placed) this.#place(node, id);
    this.#stand();
    if (isNew) this.follower.arrived();
  }

  /** Replace a message in place. What the frame does not name stays, but what can be pressed and is not named goes. */
  edit(frame) {
    const entry = this.shown.get(frame.id);
    if (!entry) return;
    entry.message = { ...entry.message, choices: [], links: [], wants: "", ...frame };
    entry.since = this.lastId + 0.5; // it asks anew
    this.presses.forget(frame.id);
    const held = entry.node.contains(document.activeElement) && document.activeElement.dataset.action;
    this.#fill(entry.node, entry.message, "sent");
    // Who goes by keyboard stays on the button pressed, or at least on its message.
    if (held) (this.#buttons(frame.id).find(({ dataset }) => dataset.action === held) ?? entry.node).focus();
    this.#stand();
  }

  /** Messages that were taken back go. */
  remove(ids) {
    for (const id of ids) {
      const entry = this.shown.get(id);
      if (!entry) continue;
      const { node } = entry;
      const isFocused = node.contains(document.activeElement);
      const day = node.previousElementSibling;
      node.remove();
      this.shown.delete(id);
      if (day?.classList.contains("day") && !day.nextElementSibling?.dataset.day) day.remove();
      if (isFocused) this.log.focus();
    }
    this.#stand();
  }

  /** Of the messages between these ids, those that are not named were taken back while the page was away. */
  keepOnly({ from, until, ids }) {
    const standing = new Set(ids);
    this.remove([...this.shown.keys()].filter((id) => id >= from && id <= until && !standing.has(id)));
  }

  /** Show what is on its way: `content` has html, photo: { blob } or document: { name }. */
  pend(key, content) {
    const before = this.mine.get(key);
    const node = before ?? el("div", {});
    this.#fill(node, { mine: true, key, ...content }, "sending");
    if (before) return;
    this.list.append(node);
    this.pending.set(key, this.lastId);
    this.#stand();
    this.follower.toEnd();
  }

  /** Mark a choice as pressed and on its way; an earlier choice of that message steps back. */
  pressed(key, id, action) {
    this.presses.begin(key, id, action);
    this.presses.mark(id, this.#buttons(id));
    this.#stand();
  }

  acked(key) {
    if (this.mine.has(key)) this.#tick(this.mine.get(key), "sent");
    const id = this.presses.acked(key);
    if (id !== undefined) this.presses.mark(id, this.#buttons(id));
  }

  refused(key, text) {
    this.mine.get(key)?.remove();
    this.pending.delete(key);
    this.#stand(); // its question stands again
    this.notice(text);
  }

  /** Say on a message's button for a place whether the place is being looked for. */
  looking(id, isLooking) {
    const node = this.shown.get(id)?.node.querySelector(".want");
    if (!node) return;
    node.setAttribute("aria-disabled", isLooking);
    node.textContent = isLooking ? this.words.placing : this.words.place;
  }

  notice(...content) {
    this.list.append(el("p", { class: "notice", role: "alert" }, ...content));
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
    node.replaceChildren(bubble(message, this.words, this.on.command));
    if (message.links?.length) node.append(linkRows(message.links));
    if (mine) this.#tick(node, state);
    else if (asks(message)) node.append(this.#choices(message));
    if (key) this.mine.set(key, node);
    this.presses.mark(id, this.#buttons(id));
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

  /**
   * What was asked stands until the person says something, or presses a button of it. The newest looks so, and the
   * newest of what the interview asks: a reminder below a question does not take its place. All others can be pressed.
   */
  #stand() {
    const answered = Math.max(this.lastMine, ...this.pending.values());
    const stands = ({ message, since }) =>
      !message.mine && since > answered && asks(message) && !this.presses.of(message.id).length;
    const open = [...this.shown.values()].filter(stands).sort((one, other) => other.since - one.since);
    const asking = open.find(({ message }) => message.wants);
    const live = [open[0]?.node, asking?.node];
    for (const { node } of this.shown.values()) this.#light(node, live.includes(node), node === asking?.node);
    this.askingId = asking?.message.id;
    this.on.expect(asking?.message.wants ?? "");
  }

  #light(node, isLive, isAsking) {
    // The button for a place goes away with the question: who goes by keyboard stays on its message.
    if (!isAsking && node.contains(document.activeElement?.closest(".want") ?? null)) node.focus();
    node.classList.toggle("live", isLive);
    node.classList.toggle("asking", isAsking);
  }
}

function asks({ choices, wants }) {
  return Boolean(choices?.length || wants);
}

function comesAfter({ dataset, classList }, id) {
  return dataset.id ? Number(dataset.id) > id : classList.contains("msg");
}
