/** The demo: one picks whom to be. */

import { at, el } from "./safe.js";
import { words } from "./words.js";

const PEOPLE_RETRY_MS = 3000;
const BOT = document.title;

/** The demo's people to be. The one picked stands in the address, so each window may be another. */
export class Picker {
  constructor(people, chat) {
    Object.assign(this, { people, chat });
    at("people-list").append(...people.map((person) => el("li", {}, personLink(person))));
    at("people").hidden = at("switch").hidden = false;
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

export async function fetchPeople() {
  const response = await fetch("/chat/people").catch(() => null);
  if (response?.ok) return (await response.json()).people;
  await new Promise((resolve) => setTimeout(resolve, PEOPLE_RETRY_MS));
  return fetchPeople();
}
