/**
 * Keeps the page's own files, so that it opens without a network. What is said (/chat) and sent (/media) it never sees.
 * The server fills in {version} in the next line: another one is another worker, which takes over at once.
 */

const VERSION = "{version}";
const ROOM = `/static/${VERSION}/`;
const PAGE = `${ROOM}index.html`;
const PARTS = "{parts}".split(" ").map((name) => ROOM + name);
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && /^\/(vao\/[^/]+)?$/.test(pathname)) event.respondWith(page(event));
  else if (pathname.startsWith("/static/")) event.respondWith(part(request));
});

async function keepAll() {
  const room = await caches.open(VERSION);
  const keep = async (path) => {
    const response = await fetch(path);
    // Sent on to another version: the server was updated under our hands, and has another worker too.
    if (!response.ok || response.redirected) throw new Error(path);
    await room.put(path, response);
  };
  await Promise.all([PAGE, ...PARTS].map(keep));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From the server, for it also gives the session; the kept one if it does not answer. */
async function page(event) {
  const fresh = fetch(event.request);
  event.waitUntil(fresh.catch(() => null));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const response = await Promise.race([fresh, late]).catch(() => null);
  if (response && response.status < 500) return response;
  return (await caches.match(PAGE)) ?? fresh;
}

async function part(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}
