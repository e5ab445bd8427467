/** The web chat: who one is, what is shown, what is typed. */

import { Link, Outbox, newKey, stored } from "./link.js";
import { Log } from "./log.js";
import { el } from "./safe.js";

/** The page's own words; all else comes from the bot. */
const WORDS = {
  vi: {
    connecting: "đang kết nối…",
    connected: "đã kết nối",
    offline: "Mất kết nối. Tin được giữ lại và tự gửi khi có mạng.",
    playAs: "Đóng vai",
    playHint: "Chọn người để trò chuyện với bot. Mỗi cửa sổ có thể là một người.",
    switchPerson: "Đổi vai, đang là",
    conversation: "Cuộc trò chuyện",
    empty: "Chưa có tin nào. Gõ báo cáo bên dưới, hoặc bấm /trogiup.",
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
    download: "Tải về ↓",
    badPhoto: "Chưa gửi được ảnh này. Đồng chí chọn lại hoặc chọn ảnh khác giúp.",
  },
  en: {
    connecting: "connecting…",
    connected: "connected",
    offline: "No connection. Messages are kept and sent later.",
    playAs: "Play as",
    playHint: "Pick a person to be. Each window may be somebody else.",
    switchPerson: "Switch person, now",
    conversation: "Conversation",
    empty: "No messages yet. Type a report below, or press /trogiup.",
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
    download: "Download ↓",
    badPhoto: "The picture was not sent. Please choose again.",
  },
};

const COMMANDS = ["/baocao", "/tinhtrang", "/lichsu", "/tonghop", "/trogiup"];
const PEOPLE_RETRY_MS = 3000;
const OFFLINE_AFTER_MS = 2500;
const PHOTO_SIDE_PX = 1600;

const language = navigator.language.startsWith("en") ? "en" : "vi";
const words = WORDS[language];
const BOT = document.title;
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
    Object.assign(this, { onText, onPhoto, input: at("input") });
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    at("composer").addEventListener("submit", (event) => this.#submit(event));
    at("send").addEventListener("pointerdown", (event) => event.preventDefault()); // keep the phone's keyboard up
    at("attach").addEventListener("click", () => at("file").click());
    at("file").addEventListener("change", () => this.#picked());
  }

  /** Offer these commands from now on: those of the person's role. */
  offer(commands) {
    at("chips").replaceChildren(...commands.map((command) => this.#chip(command)));
    this.#changed();
  }

  /** Take up the draft kept under `slot`. */
  open(slot) {
    this.draft = `${slot}/draft`;
    this.#set(stored((disk) => disk.getItem(this.draft)) ?? "");
    this.offer(COMMANDS);
  }

  #set(text) {
    this.input.value = text;
    this.#changed();
  }

  #changed() {
    const { value, style } = this.input;
    stored((disk) => disk.setItem(this.draft, value));
    style.height = "auto";
    style.height = `${this.input.scrollHeight + 2}px`; // 2: the borders, which scrollHeight leaves out
    const typing = /^\/\w*$/.test(value);
    at("chips").classList.toggle("matching", typing);
    for (const chip of at("chips").children) chip.hidden = typing && !chip.textContent.startsWith(value);
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

  async #picked() {
    const files = [...at("file").files];
    at("file").value = ""; // so that the same picture may be chosen again
    for (const file of files) await this.onPhoto(file);
  }

  #chip(command) {
    const chip = el("button", { type: "button" }, command);
    chip.addEventListener("click", () => {
      if (this.input.value.startsWith("/")) this.#set("");
      this.onText(command);
    });
    return chip;
  }
}

/** One person's conversation at a time. */
class Chat {
  constructor() {
    const parts = { log: at("log"), list: at("messages"), pill: at("pill"), empty: at("empty") };
    const command = (text) => this.#say(text);
    this.log = new Log(parts, words, { command, press: (id, choice) => this.#press(id, choice) });
    this.composer = new Composer(command, (file) => this.#sendPhoto(file));
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
    for (const { frame, blob } of this.outbox.entries) this.#showPending(frame, blob);
    this.#connection(false);
    this.link = new Link(as, this.outbox, {
      state: (isOpen) => this.#connection(isOpen),
      frame: (frame) => this.#received(frame),
      refused: (key, text) => this.log.refused(key, text ?? words.badPhoto),
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
  }

  #received(frame) {
    this.log.settle();
    if (frame.menu) this.composer.offer(frame.menu);
    if (frame.type === "message") this.log.show(frame, this.outbox.has(frame.key));
    else if (frame.type === "edit") this.log.edit(frame);
    else if (frame.type === "ack") this.log.acked(frame.key);
    else if (frame.type === "error") this.log.notice(frame.text);
    else if (frame.type === "clock") for (const node of document.querySelectorAll(".clock")) node.textContent = frame.label;
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

  async #sendPhoto(file) {
    const { link } = this;
    const blob = await shrink(file).catch(() => null);
    if (link !== this.link) return; // the person was changed meanwhile: not theirs to send
    if (blob) this.#send({ type: "photo", key: newKey() }, blob);
    else this.log.notice(words.badPhoto);
  }

  #send(frame, blob) {
    this.#showPending(frame, blob);
    this.link.send(frame, blob);
  }

  #showPending({ type, key, text, message, action }, blob) {
    if (type === "button") this.log.pressed(key, message, action);
    else if (blob) this.log.pend(key, { photo: { blob } });
    else this.log.pend(key, { html: (text ?? words.photo).replace(/&/g, "&amp;").replace(/</g, "&lt;") });
  }
}

/**
 * A JPEG blob of the picture; throws when the browser cannot read it. Always drawn anew, for that also leaves behind
 * the place and the device that a camera writes into a file.
 */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const scale = Math.min(1, PHOTO_SIDE_PX / Math.max(width, height));
  const canvas = Object.assign(el("canvas", {}), { width: width * scale, height: height * scale });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency: a clear background would turn black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject()), "image/jpeg", 0.8);
  });
}

function showConnection(isOpen) {
  at("connection").textContent = isOpen ? words.connected : words.connecting;
  at("connection").dataset.state = isOpen ? "connected" : "connecting";
}

/** The demo's people to be. The one picked stands in the address, so each window may be another. */
class Picker {
  constructor(people, chat) {
    Object.assign(this, { people, chat });
    at("people-list").append(...people.map((person) => el("li", {}, personLink(person))));
    at("people").hidden = at("switch").hidden = false;
    document.body.dataset.demo = "";
    window.addEventListener("hashchange", () => this.route());
    this.route();
  }

  route() {
    const person = this.people.find(({ id }) => personHash(id) === location.hash);
    const before = document.querySelector("[aria-current]");
    before?.removeAttribute("aria-current");
    document.body.dataset.view = person ? "chat" : "picker";
    if (person) this.#enter(person);
    else this.#leave(before);
  }

  #enter({ id, name }) {
    document.querySelector(`#people [href="${personHash(id)}"]`).setAttribute("aria-current", "true");
    at("switch").setAttribute("aria-label", `${words.switchPerson} ${name}`);
    at("switch").querySelector(".face").textContent = initial(name);
    document.title = `${name} – ${BOT}`;
    this.chat.open(id);
    // On a phone the title takes the focus, for focus in the box would throw up the keyboard.
    at(matchMedia("(hover: hover) and (pointer: fine)").matches ? "input" : "title").focus();
  }

  #leave(before) {
    document.title = BOT;
    at("connection").textContent = "";
    this.chat.close();
    before?.focus();
  }
}

function personHash(id) {
  return `#${encodeURIComponent(id)}`;
}

function personLink({ id, name, role }) {
  const face = el("b", { class: "face", "aria-hidden": true }, initial(name));
  const text = el("span", {}, el("strong", {}, name), el("small", {}, role));
  return el("a", { href: personHash(id), "data-person": id }, face, text);
}

/** Of a Vietnamese name: the given name stands last. */
function initial(name) {
  return name.trim().split(/\s+/).pop().charAt(0).toUpperCase();
}

async function fetchPeople() {
  const response = await fetch("/chat/people").catch(() => null);
  if (response?.ok) return response.json();
  await new Promise((resolve) => setTimeout(resolve, PEOPLE_RETRY_MS));
  return fetchPeople();
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
