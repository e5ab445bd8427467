/** What is said and not yet acknowledged, kept on the phone. */

import { dropBlob, keepBlob } from "./blobs.js";

/** A v4 UUID; crypto.randomUUID is missing where a phone reaches the demo by plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}

/** What `use` makes of localStorage; null where it is forbidden or full: then the page forgets, but works. */
export function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

/** The names on the disk that begin so. */
export function keysIn(disk, prefix) {
  return Object.keys(disk).filter((name) => name.startsWith(prefix));
}

/**
 * Entries { frame, blob, at } in the order they were said. Each is stored under its own name, so that two tabs do not
 * overwrite each other. `isKept`: a reload does not lose it.
 */
export class Outbox {
  constructor(slot) {
    this.prefix = `${slot}/out/`;
    const names = stored((disk) => keysIn(disk, this.prefix)) ?? [];
    this.entries = names.map((name) => ({ ...JSON.parse(stored((disk) => disk.getItem(name))), isKept: true }));
    this.entries.sort((one, other) => one.at - other.at);
  }

  async add(frame, blob) {
    const entry = { frame, blob, at: Date.now() };
    this.entries.push(entry);
    if (!blob) this.keep(entry);
    else if (!(await keepBlob(frame.key, blob))) return;
    else if (this.has(frame.key)) this.keep(entry);
    else await dropBlob(frame.key); // it was quicker than the phone's disk
  }

  keep(entry) {
    const { frame, at } = entry;
    const done = stored((disk) => disk.setItem(this.prefix + frame.key, JSON.stringify({ frame, at })));
    entry.isKept = done !== null;
  }

  remove(key) {
    if (this.entries.some(({ frame }) => frame.key === key && frame.name)) dropBlob(key);
    this.entries = this.entries.filter((entry) => entry.frame.key !== key);
    stored((disk) => disk.removeItem(this.prefix + key));
  }

  has(key) {
    return this.entries.some((entry) => entry.frame.key === key);
  }
}
