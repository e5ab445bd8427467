/** Which buttons were pressed. A press makes no line of its own: the page remembers it, for whoever comes back and reads. */

import { stored } from "./outbox.js";

const REMEMBERED = 60;

export class Presses {
  #presses = new Map(); // key -> { id, action, state }

  /** Begin with those that are kept under `slot`. */
  open(slot) {
    this.slot = `${slot}/pressed`;
    const kept = JSON.parse(stored((disk) => disk.getItem(this.slot)) ?? "[]");
    for (const [id, action] of kept) this.#presses.set(`kept ${id}`, { id, action, state: "sent" });
  }

  /** Those on a message's buttons. */
  of(id) {
    return [...this.#presses.values()].filter((press) => press.id === id);
  }

  /** One is on its way; an earlier one on that message steps back. */
  begin(key, id, action) {
    for (const [other, press] of this.#presses) {
      if (press.id === id && press.state === "sent") this.#presses.delete(other);
    }
    this.#presses.set(key, { id, action, state: "sending" });
  }

  /** It has arrived. Returns the id of its message, undefined if it was none of a button. */
  acked(key) {
    const press = this.#presses.get(key);
    if (!press) return undefined;
    press.state = "sent";
    this.#keep();
    return press.id;
  }

  /** The message asks anew. */
  forget(id) {
    for (const [key, press] of this.#presses) if (press.id === id) this.#presses.delete(key);
    this.#keep();
  }

  /** Show it on the buttons of a message. */
  mark(id, buttons) {
    for (const node of buttons) {
      const press = this.of(id).find(({ action }) => action === node.dataset.action);
      node.dataset.state = press?.state ?? "";
      if (press) node.setAttribute("aria-pressed", "true");
      else node.removeAttribute("aria-pressed");
    }
  }

  #keep() {
    const kept = [...this.#presses.values()].filter(({ state }) => state === "sent").slice(-REMEMBERED);
    stored((disk) => disk.setItem(this.slot, JSON.stringify(kept.map(({ id, action }) => [id, action]))));
  }
}
