// The service worker of a site that has no other: keeps the folder that it lies in. offline.js,
// which says how, is put in front of this when the page is built.
self.juyaOffline();
// Nothing waits for pages to close: those that are open keep their build.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
