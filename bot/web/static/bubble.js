/** One message as it looks: its words, pictures and files in a bubble, and the addresses that it offers. */

import { button, el, joined, safeHtml, safeUrl } from "./safe.js";

/** `words`: the table of the page's language. `onCommand` is told of a command that is tapped in the bot's words. */
export function bubble({ mine, html, photo, photos, document: file, at, time }, words, onCommand) {
  const node = el("div", { class: "bubble" }, el("span", { class: "vh" }, mine ? words.me : words.them));
  if (photo) node.append(picture(photo, words));
  if (photos) node.append(album(photos, words));
  const command = (text) => button(text, { class: "command" }, () => onCommand(text));
  if (html) node.append(el("div", { class: "text" }, safeHtml(html, mine ? null : command)));
  if (file) node.append(attached(file, words));
  const tick = el("span", { class: "tick" });
  node.append(el("div", { class: "meta" }, el("time", { datetime: at }, time ?? ""), tick));
  return node;
}

/** Links that look like buttons, one in a row; those that are none of the web are left out. */
export function linkRows(links) {
  const anchor = ({ label, url }) =>
    el("a", { href: safeUrl(url), target: "_blank", rel: "noopener noreferrer" }, joined(label));
  const rows = links.filter(({ url }) => safeUrl(url)).map((link) => el("div", { class: "row" }, anchor(link)));
  return el("div", { class: "choices" }, ...rows);
}

function picture({ url, name, blob }, words) {
  const href = blob ? null : safeUrl(url);
  const image = el("img", { src: blob ? URL.createObjectURL(blob) : href, alt: name || words.photo });
  if (blob) image.onload = () => URL.revokeObjectURL(image.src);
  return el("a", { class: "photo", href, target: "_blank", rel: "noopener" }, image);
}

function album(photos, words) {
  const named = (photo, index) => ({ ...photo, name: `${words.photo} ${index + 1}/${photos.length}` });
  return el("div", { class: "album" }, ...photos.map((photo, index) => picture(named(photo, index), words)));
}

/** A file with its link; one on its way has none yet. A sound or a film also has its player. */
function attached({ url, name, kind }, words) {
  const href = url ? safeUrl(url) : null;
  const icon = el("b", { "aria-hidden": true }, "📄");
  const title = el("span", {}, name, href ? el("small", {}, words.download) : "");
  const link = el("a", { class: "file", href, download: name }, icon, title);
  if (!href || (kind !== "audio" && kind !== "video")) return link;
  const player = el(kind, { controls: "", preload: "none", playsinline: "", src: href, "aria-label": name });
  return el("div", { class: "film" }, player, link);
}
