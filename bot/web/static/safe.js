/** Foreign text becomes nodes only through here: nothing in the page assigns innerHTML. */

const KEPT = /^([BIUS]|CODE)$/;
const BEFORE_UNIT = /(\d) (?=[\p{L}%])/gu;
const COMMAND = /(^|[\s("“:])(\/[a-z]{3,20})(?![\w/-])/;

/** The element of that id. */
export const at = (id) => document.getElementById(id);

/** A new element; attributes that are null or undefined are left out. */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A new button. */
export function button(label, attributes, onClick) {
  const node = el("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", onClick);
  return node;
}

/** The absolute form of an http(s) or relative address, null for any other scheme. */
export function safeUrl(href) {
  try {
    const url = new URL(href, location.href);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * A fragment with b, i, u, s, code and a[href] of `html`; of other elements only their text.
 * `commandNode`, if given, makes the node for a command such as /lichsu that stands in the text.
 */
export function safeHtml(html, commandNode) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return copyChildren(body, document.createDocumentFragment(), commandNode);
}

function copyChildren(source, target, commandNode) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) target.append(...textNodes(node.data, commandNode));
    else if (node.nodeType === Node.ELEMENT_NODE) copyElement(node, target, commandNode);
  }
  return target;
}

function copyElement(node, target, commandNode) {
  const href = node.matches("a[href]") && safeUrl(node.getAttribute("href"));
  if (href) target.append(copyChildren(node, el("a", { href, target: "_blank", rel: "noopener noreferrer" })));
  else if (KEPT.test(node.tagName)) target.append(copyChildren(node, el(node.tagName, {}), commandNode));
  else copyChildren(node, target, commandNode);
}

function textNodes(text, commandNode) {
  if (!commandNode) return [text];
  const parts = text.split(COMMAND); // [text, before, command, text, before, command, …, text]
  return parts.map((part, index) => (index % 3 === 2 ? commandNode(part) : joined(part)));
}

/** The text, with every number kept on one line with its unit. */
export function joined(text) {
  return text.replace(BEFORE_UNIT, "$1\u00a0");
}
