/*
 * Makes the page work without a network after the first visit.
 *
 * Every build is one cache. It is filled whole before it is used, served from alone, and removed
 * when the next build takes over, so that a page never runs on files of two builds.
 */

// {"version", "files"}, which `cargo xtask site` writes here ("./" is among the files); null where
// www/ is served unbuilt.
const BUILD = null;

const PREFIX = `juya:${self.registration.scope}:`;
const CACHE = BUILD && PREFIX + BUILD.version;
// The page is kept under its folder: hosts may redirect index.html there, and an answer that was
// redirected may not be given to a navigation.
const PAGE = "./";

self.addEventListener("install", (event) => {
  if (BUILD) event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  if (BUILD) event.waitUntil(Promise.all([removeOtherBuilds(), self.clients.claim()]));
});

// Sent by a page that has all it needs: from now on nothing of the build before is asked for.
self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (BUILD && method === "GET" && url.startsWith(self.registration.scope)) {
    event.respondWith(answer(event.request));
  }
});

async function fill() {
  const cache = await caches.open(CACHE);
  const files = BUILD.files.filter((file) => file !== "index.html");
  // Files of the build before may still be in the browser's own cache: ask whether they are new.
  await cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })));
}

async function removeOtherBuilds() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const path = request.url.slice(self.registration.scope.length).replace(/[?#].*/, "");
  const file = path === "" || path === "index.html" ? PAGE : path;
  return (await cache.match(file)) ?? fetch(request);
}
