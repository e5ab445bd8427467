/** The web chat: who one is, what is shown, what is typed. The words of the page itself stand here. */

import { Link, Outbox, newKey, store } from "./link.js";
import { Log } from "./log.js";
import { shrink } from "./photo.js";
import { el } from "./safe.js";

const WORDS = {
  vi: {
    locale: "vi-VN",
    bot: "Bot báo cáo Đoàn",
    connecting: "đang kết nối…",
    connected: "đã kết nối",
    offline: "Mất kết nối. Tin được giữ lại và tự gửi khi có mạng.",
    playAs: "Đóng vai",
    playHint: "Chọn một người để trò chuyện với bot như người đó. Mỗi cửa sổ có thể là một người.",
    choose: "Chọn một người trong danh sách để bắt đầu.",
    switchPerson: "Đổi vai, đang là",
    skip: "Tới ô nhập tin",
    conversation: "Cuộc trò chuyện",
    empty: "Chưa có tin nào. Gõ báo cáo vào ô bên dưới, hoặc bấm /trogiup.",
    newer: "tin mới ↓",
    commands: "Lệnh nhanh",
    choices: "Lựa chọn",
    input: "Nhập tin…",
    send: "Gửi",
    attach: "Gửi ảnh",
    sending: "đang gửi…",
    sent: "đã gửi",
    me: "Tôi:",
    them: "Bot:",
    photo: "Ảnh",
    openPhoto: "Mở ảnh lớn",
    download: "Tải về",
    badPhoto: "Máy không đọc được ảnh này. Đồng chí chọn ảnh khác giúp.",
    uploadFailed: "Chưa gửi được ảnh. Đồng chí chọn lại ảnh giúp.",
  },
  en: {
    locale: "en-GB",
    bot: "Bot báo cáo Đoàn",
    connecting: "connecting…",
    connected: "connected",
    offline: "No connection. Your messages are kept and sent when it is back.",
    playAs: "Play as",
    playHint: "Pick a person and talk to the bot as that person. Each window may be somebody else.",
    choose: "Pick a person from the list to begin.",
    switchPerson: "Switch person, now",
    skip: "Skip to the message box",
    conversation: "Conversation",
    empty: "No messages yet. Type a report below, or press /trogiup for help.",
    newer: "new messages ↓",
    commands: "Quick commands",
    choices: "Choices",
    input: "Message…",
    send: "Send",
    attach: "Send a picture",
    sending: "sending…",
    sent: "sent",
    me: "Me:",
    them: "Bot:",
    photo: "Picture",
    openPhoto: "Open full picture",
    download: "Download",
    badPhoto: "This device cannot read that picture. Please choose another.",
    uploadFailed: "The picture was not sent. Please choose it again.",
  },
};

const COMMANDS = ["/baocao", "/tinhtrang", "/lichsu", "/tonghop", "/trogiup"];
const PEOPLE_RETRY_MS = 3000;
const OFFLINE_AFTER_MS = 2500;

const language = navigator.language.toLowerCase().startsWith("en") ? "en" : "vi";
const words = WORDS[language];
const at = (id) => document.getElementById(id);

function fillWords() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[node.dataset.label]);
  at("input").placeholder = words.input;
}

/** The box to type in: it grows, keeps its draft over a reload, and offers commands. */
class Composer {
  constructor(onText, onPhoto) {
    this.input = at("input");
    this.onText = onText;
    this.slot = null;
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    at("composer").addEventListener("submit", (event) => this.#submit(event));
    at("send").addEventListener("pointerdown", (event) => event.preventDefault()); // keep the phone's keyboard up
    at("attach").addEventListener("click", () => at("file").click());
    at("file").addEventListener("change", () => this.#picked(onPhoto));
    at("chips").append(...COMMANDS.map((command) => this.#chip(command)));
  }

  /** Take up the draft kept under `slot`. */
  open(slot) {
    this.slot = `${slot}/draft`;
    this.#set(store.get(this.slot) ?? "");
  }

  #set(text) {
    this.input.value = text;
    this.#changed();
  }

  #changed() {
    const { input } = this;
    if (input.value) store.set(this.slot, input.value);
    else store.remove(this.slot);
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`; // 2: the borders, which scrollHeight leaves out
    this.#match(input.value);
  }

  #match(text) {
    const typing = /^\/\w*$/.test(text);
    at("chips").classList.toggle("matching", typing);
    for (const chip of at("chips").children) chip.hidden = typing && !chip.textContent.startsWith(text);
  }

  #key(event) {
    // An input method ends a Vietnamese word with Enter too (keyCode 229): that is no wish to send.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composing) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.#set("");
    this.onText(text);
  }

  async #picked(onPhoto) {
    const files = [...at("file").files];
    at("file").value = ""; // so that the same picture may be chosen again
    for (const file of files) await onPhoto(file);
  }

  #chip(command) {
    const chip = el("button", { type: "button", "data-testid": "command" }, command);
    chip.addEventListener("click", () => {
      if (this.input.value.startsWith("/")) this.#set("");
      this.onText(command);
    });
    return chip;
  }
}

/** The page: one person's conversation at a time. */
class Chat {
  constructor() {
    const parts = { log: at("log"), scroller: at("scroller"), pill: at("pill"), empty: at("empty") };
    this.log = new Log(parts, words, { press: (...args) => this.#press(...args), command: (text) => this.#say(text) });
    this.composer = new Composer((text) => this.#say(text), (file) => this.#sendPhoto(file));
    this.outboxes = new Map(); // by slot; they outlive a change of person, and with them photos on their way
    this.link = null;
  }

  /** Talk as person `as` of the demo, or as whom the session cookie names when `as` is null. */
  open(as) {
    this.close();
    const slot = as === null ? "chat" : `chat/${as}`;
    if (!this.outboxes.has(slot)) this.outboxes.set(slot, new Outbox(slot));
    const outbox = this.outboxes.get(slot);
    at("talk").hidden = false;
    this.composer.open(slot);
    for (const { frame, blob } of outbox.entries) this.#showPending(frame, blob);
    this.#connection(false);
    this.link = new Link(as, outbox, {
      state: (isOpen) => this.#connection(isOpen),
      frame: (frame) => this.#received(frame),
      refused: (key, text) => this.#refused(key, text),
      after: () => this.log.lastId,
    });
    this.#sayCode();
  }

  close() {
    this.link?.close();
    this.link = null;
    this.log.clear();
    at("talk").hidden = true;
  }

  #connection(isOpen) {
    showConnection(isOpen);
    clearTimeout(this.mourning);
    if (isOpen) at("offline").hidden = true;
    else this.mourning = setTimeout(() => (at("offline").hidden = false), OFFLINE_AFTER_MS);
    if (isOpen) this.log.settle();
  }

  #received(frame) {
    this.log.settle();
    const handlers = {
      message: () => this.log.show(frame, this.link.outbox.has(frame.key)),
      edit: () => this.log.edit(frame),
      ack: () => this.log.acked(frame.key),
      error: () => this.log.notice(frame.text),
      clock: () => showClock(frame.label),
    };
    handlers[frame.type]?.();
  }

  #refused(key, text) {
    this.log.refused(key);
    this.log.notice(text ?? words.uploadFailed);
  }

  /** An invitation's link carries the code that the person would have typed; it is said once. */
  #sayCode() {
    const address = new URL(location.href);
    const code = address.searchParams.get("code");
    if (!code) return;
    address.searchParams.delete("code");
    history.replaceState(null, "", address);
    this.#say(`/start ${code.trim().slice(0, 40)}`);
  }

  #say(text) {
    this.#send({ type: "text", key: newKey(), text });
  }

  #press(message, { action, label }) {
    if (this.log.isPressing(message.id, action)) return;
    this.#send({ type: "button", key: newKey(), message: message.id, action, label });
  }

  async #sendPhoto(file) {
    const { link } = this;
    const blob = await shrink(file).catch(() => null);
    if (link !== this.link) return; // the person was changed meanwhile: not theirs to send
    if (blob) this.#send({ type: "photo", key: newKey() }, blob);
    else this.log.notice(words.badPhoto);
  }

  #send(frame, blob = null) {
    this.#showPending(frame, blob);
    this.link.send(frame, blob);
  }

  #showPending(frame, blob) {
    const { type, key } = frame;
    if (type === "button") this.log.pressed(key, frame.message, frame.action);
    else if (type === "text") this.log.pend(key, { html: escaped(frame.text) });
    else this.log.pend(key, blob ? { photo: { local: URL.createObjectURL(blob) } } : { html: escaped(words.photo) });
  }
}

function escaped(text) {
  return text.replace(/[&<]/g, (sign) => (sign === "&" ? "&amp;" : "&lt;"));
}

function showConnection(isOpen) {
  at("connection").textContent = isOpen ? words.connected : words.connecting;
  at("connection").dataset.state = isOpen ? "connected" : "connecting";
}

function showClock(label) {
  for (const node of document.querySelectorAll("[data-clock]")) node.textContent = label;
}

/** The demo's list of people to be. The one picked stands in the address, so each window may be another. */
class Picker {
  constructor(people, chat) {
    this.people = people;
    this.chat = chat;
    at("people-list").append(...people.map((person) => el("li", {}, personLink(person))));
    at("people").hidden = at("switch").hidden = false;
    document.body.dataset.demo = "";
    window.addEventListener("hashchange", () => this.route());
    this.route();
  }

  route() {
    const id = decodeURIComponent(location.hash.slice(1));
    const person = this.people.find((one) => one.id === id);
    const before = document.querySelector("[aria-current]");
    before?.removeAttribute("aria-current");
    document.body.dataset.view = person ? "chat" : "picker";
    at("choose").hidden = Boolean(person);
    at("skip").hidden = !person;
    if (person) this.#enter(person);
    else this.#leave(before);
  }

  #enter(person) {
    const link = [...document.querySelectorAll("[data-person]")].find((one) => one.dataset.person === person.id);
    link.setAttribute("aria-current", "true");
    at("switch").setAttribute("aria-label", `${words.switchPerson} ${person.name}`);
    at("switch").querySelector(".face").textContent = initial(person.name);
    document.title = `${person.name} – ${words.bot}`;
    this.chat.open(person.id);
    focusChat();
  }

  #leave(before) {
    document.title = words.bot;
    at("connection").textContent = "";
    this.chat.close();
    before?.focus();
  }
}

function personLink({ id, name, role }) {
  const face = el("b", { class: "face", "aria-hidden": "true" }, initial(name));
  const text = el("span", {}, el("strong", {}, name), el("small", {}, role));
  return el("a", { href: `#${encodeURIComponent(id)}`, "data-person": id, "data-testid": "person" }, face, text);
}

/** Of a Vietnamese name: the given name stands last. */
function initial(name) {
  return name.trim().split(/\s+/).pop().charAt(0).toUpperCase();
}

/** On a phone the title takes the focus, for focus in the box would throw up the keyboard. */
function focusChat() {
  at(matchMedia("(hover: hover) and (pointer: fine)").matches ? "input" : "title").focus();
}

async function fetchPeople() {
  for (;;) {
    try {
      const response = await fetch("/chat/people");
      if (response.ok) return await response.json();
    } catch { /* no network yet: ask again */ }
    await new Promise((resolve) => setTimeout(resolve, PEOPLE_RETRY_MS));
  }
}

async function start() {
  fillWords();
  showConnection(false);
  const chat = new Chat();
  const { demo, people } = await fetchPeople();
  if (demo) new Picker(people, chat);
  else chat.open(null);
}

start();
