/** The web chat: who one is, and what is said and shown. */

import { keptBlob } from "./blobs.js";
import { Composer } from "./composer.js";
import { FILE_LIMIT, shrink, whereabouts, whole } from "./device.js";
import { enter } from "./enter.js";
import { askForNewer, keep } from "./keeping.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { Outbox, newKey } from "./outbox.js";
import { Picker, fetchPeople } from "./people.js";
import { at, button, el } from "./safe.js";
import { choose, language, words } from "./words.js";

const OFFLINE_AFTER_MS = 2500;
const PHOTO_NAME = "anh.jpg";

function fillWords() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[node.dataset.label]);
  at("input").placeholder = words.input;
}

/** One person's conversation at a time. */
class Chat {
  constructor() {
    const parts = { log: at("log"), list: at("messages"), pill: at("pill"), empty: at("empty") };
    const command = (text) => this.#say(text);
    this.composer = new Composer(command, (file) => this.#sendFile(file), () => this.log.notice(words.tooLong));
    at("skip").addEventListener("click", () => at("input").focus());
    this.log = new Log(parts, words, {
      command,
      press: (id, choice) => this.#press(id, choice),
      give: (id, wanted) => (wanted === "place" ? this.#sendPlace(id) : this.composer.choose()),
      expect: (wanted) => this.composer.expect(wanted),
    });
    this.outboxes = new Map(); // by slot; they outlive a change of person, and with them pictures on their way
  }

  /** Talk as person `as` of the demo, or as whom the session cookie names when `as` is null. */
  open(as) {
    this.close();
    const slot = as === null ? "chat" : `chat/${as}`;
    if (!this.outboxes.has(slot)) this.outboxes.set(slot, new Outbox(slot));
    this.outbox = this.outboxes.get(slot);
    at("talk").hidden = false;
    this.composer.open(slot);
    this.log.open(slot);
    for (const entry of this.outbox.entries) this.#showKept(entry);
    this.#connection(false);
    this.link = new Link(as, this.outbox, {
      state: (isOpen) => this.#connection(isOpen),
      frame: (frame) => this.#received(frame),
      refused: (key, text) => this.log.refused(key, text ?? words.badFile),
      after: () => this.log.lastId,
    });
    this.#sayCode();
  }

  close() {
    this.link?.close();
    this.log.clear();
    at("talk").hidden = true;
  }

  #connection(isOpen) {
    showConnection(isOpen);
    if (!isOpen) {
      this.mourning ??= setTimeout(() => (at("offline").hidden = false), OFFLINE_AFTER_MS);
      return;
    }
    clearTimeout(this.mourning);
    this.mourning = null;
    at("offline").hidden = true;
    this.log.settle();
    if (this.wasOpen) askForNewer();
    else keep(() => this.outbox.entries.every(({ isKept }) => isKept));
    this.wasOpen = true;
  }

  #received(frame) {
    this.log.settle();
    if (frame.menu) this.composer.offer(frame.menu);
    if (frame.type === "message") this.log.show(frame, this.outbox.has(frame.key));
    else if (frame.type === "edit") this.log.edit(frame);
    else if (frame.type === "gone") this.log.remove(frame.ids);
    else if (frame.type === "standing") this.log.keepOnly(frame);
    else if (frame.type === "ack") this.log.acked(frame.key);
    else if (frame.type === "error") this.log.notice(frame.text);
    else if (frame.type === "ended") this.#ended(frame);
    else if (frame.type === "clock") this.#clock(frame);
  }

  #clock({ label, language }) {
    for (const node of document.querySelectorAll(".clock")) node.textContent = label;
    if (choose(language)) location.reload();
  }

  /** This browser is let in no more; what was typed and not sent stays in it. */
  #ended({ text, link }) {
    this.#connection(true);
    at("connection").textContent = "";
    at("talk").querySelector(".below").hidden = true;
    this.log.notice(text, el("a", { class: "way", href: link.url }, link.label));
  }

  /** An invitation's link carries the code that the person would have typed; it is said once. */
  #sayCode() {
    const address = new URL(location.href);
    const code = address.searchParams.get("code");
    if (!code) return;
    address.searchParams.delete("code");
    history.replaceState(null, "", address);
    this.#say(`/start ${code.trim()}`);
  }

  #say(text) {
    this.#send({ type: "text", key: newKey(), text });
  }

  #press(message, { action, label }) {
    this.#send({ type: "button", key: newKey(), message, action, label });
  }

  async #sendFile(file) {
    const { link } = this;
    const isPicture = file.type.startsWith("image/");
    if (!isPicture && file.size > FILE_LIMIT) return this.log.notice(words.largeFile);
    const blob = await (isPicture ? shrink(file) : whole(file)).catch(() => null);
    if (link !== this.link) return; // the person was changed meanwhile: not theirs to send
    if (!blob) this.log.notice(isPicture ? words.badPhoto : words.badFile);
    else if (isPicture) this.#send({ type: "photo", key: newKey(), name: PHOTO_NAME }, blob);
    else this.#send({ type: "file", key: newKey(), name: file.name }, blob);
  }

  async #sendPlace(id) {
    const { link } = this;
    this.log.looking(id, true);
    const place = await whereabouts().catch(() => null);
    if (link !== this.link || this.log.askingId !== id) return; // answered in another way, or not by this person
    this.log.looking(id, false);
    if (place) this.#send({ type: "location", key: newKey(), ...place });
    else this.log.notice(words.noPlace);
  }

  #send(frame, blob) {
    this.#showPending(frame, blob);
    this.link.send(frame, blob);
  }

  /** Also pictures of before a reload. */
  async #showKept({ frame, blob }) {
    const { outbox } = this;
    this.#showPending(frame, blob);
    const kept = blob || frame.type !== "photo" ? null : await keptBlob(frame.key);
    if (kept && outbox === this.outbox && outbox.has(frame.key)) this.#showPending(frame, kept);
  }

  #showPending(frame, blob) {
    const { type, key, message, action } = frame;
    if (type === "button") this.log.pressed(key, message, action);
    else if (type === "file") this.log.pend(key, { document: frame });
    else if (blob) this.log.pend(key, { photo: { blob } });
    else this.log.pend(key, { html: pendingText(frame).replace(/&/g, "&amp;").replace(/</g, "&lt;") });
  }
}

/** What a line on its way shows; a picture whose pixels a reload has lost is named. */
function pendingText({ type, text, lat, lon, accuracy }) {
  if (type === "photo") return words.photo;
  if (type !== "location") return text;
  return `📍 ${lat.toFixed(5)}, ${lon.toFixed(5)}${accuracy ? ` (±${accuracy} m)` : ""}`;
}

function showConnection(isOpen) {
  at("connection").textContent = isOpen ? words.connected : words.connecting;
  at("connection").dataset.state = isOpen ? "connected" : "connecting";
}

/** The personal link lets nobody in: why, and the way to one's own conversation. */
function showRefusal({ error, ask }) {
  at("connection").textContent = "";
  at("talk").hidden = false;
  at("talk").querySelector(".below").hidden = true;
  const way = el("a", { href: "/" }, words.ownChat);
  const switched = button(words.switchHere, {}, async () => {
    const refusal = await enter(true);
    if (refusal) showRefusal(refusal);
    else location.reload();
  });
  const said = el("p", { class: "notice", role: "alert" }, error);
  at("messages").replaceChildren(said, el("div", { class: "row" }, ...(ask ? [switched] : []), way));
}

async function start() {
  fillWords();
  showConnection(false);
  const refusal = await enter();
  if (refusal) return showRefusal(refusal);
  const chat = new Chat();
  if ("demo" in document.body.dataset) new Picker(await fetchPeople(), chat);
  else chat.open(null);
}

start();
