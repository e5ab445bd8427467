/** The way in by a personal link. */

import { dropBlobs } from "./blobs.js";
import { keysIn, stored } from "./outbox.js";

const ENTER_RETRY_MS = 3000;

/**
 * Come in by the personal link that the page was opened by, if it was: the token goes to the server, and out of the
 * address. Returns why it could not be, as { error, ask }, undefined if all is well. `ask`: it can be, by `sure`.
 */
export async function enter(sure) {
  const [, token] = location.pathname.match(/^\/vao\/([^/]+)/) ?? [];
  if (!token) return undefined;
  const asked = location.search.slice(0, 400);
  const body = JSON.stringify({ token, sure, asked });
  const response = await fetch("/chat/enter", { method: "POST", body }).catch(() => null);
  const said = await response?.json().catch(() => null);
  if (said?.error) return said;
  if (!said?.go) {
    await new Promise((resolve) => setTimeout(resolve, ENTER_RETRY_MS));
    return enter(sure);
  }
  // What somebody else left unsent in this browser is not this person's to say.
  if (said.changed) {
    stored((disk) => keysIn(disk, "chat/").forEach((name) => disk.removeItem(name)));
    await dropBlobs();
  }
  history.replaceState(null, "", said.go);
  if (location.pathname === "/") return undefined;
  location.reload(); // the link leads to another page than this one
  return new Promise(() => {});
}
