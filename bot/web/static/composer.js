/** The box to type in, with its commands and its button for files. */

import { stored } from "./outbox.js";
import { at, el } from "./safe.js";
import { words } from "./words.js";

const COMMANDS = ["/baocao", "/tinhtrang", "/lichsu", "/tonghop", "/trogiup"];
/** What the bot keeps; a phone offers its camera and its recorder for the first three. */
const KEPT = "image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.pptx,.odt,.ods,.txt,.csv";

/** What the bot takes in one line, in characters; more of them are not cut, they are not sent. */
const LONGEST = 8000;

/** The box to type in: it grows, keeps its draft over a reload, and offers commands. */
export class Composer {
  constructor(onText, onFile, onTooLong) {
    Object.assign(this, { onText, onFile, onTooLong, input: at("input") });
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    at("composer").addEventListener("submit", (event) => this.#submit(event));
    at("send").addEventListener("pointerdown", (event) => event.preventDefault()); // keep the phone's keyboard up
    at("attach").addEventListener("click", () => this.choose());
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

  /** Fit the attach button to what the newest message wants: "picture", "file", or anything else for no matter. */
  expect(wanted) {
    const special = wanted === "picture" || wanted === "file" ? wanted : "attach";
    at("attach").dataset.wants = special;
    at("attach").setAttribute("aria-label", words[special]);
    at("file").accept = special === "picture" ? "image/*" : KEPT;
  }

  /** Open the file chooser. */
  choose() {
    at("file").click();
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
    if (text.length > LONGEST) return this.onTooLong();
    this.#set("");
    this.onText(text);
  }

  async #picked() {
    const files = [...at("file").files];
    at("file").value = ""; // so that the same file may be chosen again
    for (const file of files) await this.onFile(file);
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
