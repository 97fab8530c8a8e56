/*
 * Keeps Juya's files in the reader's browser, for use without a network: what a service worker
 * needs, for sites that have one of their own. In it:
 *
 *     importScripts("/juya/offline.js");   // or, in a module worker: import "/juya/offline.js";
 *     juyaOffline({ folder: "/juya/" });   // at the top level, before your own listeners
 *
 * From then on the worker answers requests for the files in that folder, and no others. Whether and
 * when it takes over from the worker before it stays your decision. If one of the files cannot be
 * had, its installation fails, and the worker before it stays. A site without a service worker uses
 * sw.js, which is this file and the call.
 *
 * Builds never mix. Each is a cache of its own, which is filled whole, and only with files that
 * have the hashes of the build. A page is given the files of the build that was there when it was
 * opened, for as long as it is open; what no open page uses is removed.
 */
"use strict";
{
  // What `cargo xtask site` and `juya build` write here; null where www/ is served unbuilt.
  // version: of the build; files: the hash of each, by its path in the folder ("" for pages, which
  // hosts may change); later: folders whose files are kept once they were asked for, for which
  // the name stands for the content.
  /** @type {{ version: string, files: Record<string, string>, later: string[] } | null} */
  const BUILD = null;

  // The page is kept under its folder: hosts may redirect index.html there, and an answer that was
  // redirected may not be given to a navigation.
  const PAGE = "./";

  /**
   * Has this service worker keep the files of a folder.
   *
   * @param {{ folder?: string }} [options] where Juya's files are, seen from the service worker;
   *   beside it unless given
   */
  self.juyaOffline = ({ folder = "./" } = {}) => {
    if (!BUILD) return;
    const { version, files, later } = BUILD;
    const base = new URL(folder, self.location.href).href;
    // Another worker of the same site may keep the same files.
    const place = `${self.registration.scope} ${base}`;
    const prefix = `juya ${place} `;
    const build = prefix + version;
    // One entry for each page that was opened: the build that it is of.
    const pages = `juya-pages ${place}`;

    self.addEventListener("install", (event) => event.waitUntil(fill()));
    self.addEventListener("activate", (event) => event.waitUntil(begin()));
    self.addEventListener("fetch", (event) => {
      const { request, resultingClientId } = event;
      const file = fileOf(request);
      if (file !== null) event.respondWith(answer(event, file));
      else if (request.mode === "navigate") event.waitUntil(assign(resultingClientId));
      if (request.mode === "navigate") event.waitUntil(tidy());
    });

    /** The path of what is asked for, if it is ours to answer. @param {Request} request */
    function fileOf({ method, url }) {
      const path = url.replace(/[?#].*/, "");
      if (method !== "GET" || !path.startsWith(base)) return null;
      const file = path.slice(base.length);
      if (file === "" || file === "index.html") return PAGE;
      return Object.hasOwn(files, file) || isKeptLater(file) ? file : null;
    }

    /** @param {string} file */
    function isKeptLater(file) {
      return later.some((folder) => file.startsWith(folder));
    }

    async function fill() {
      const cache = await caches.open(build);
      // Files of the build before may still be in the browser's own cache: ask whether they are new.
      const take = (/** @type {[string, string][]} */ entries) =>
        cache.addAll(
          entries.map(([file, integrity]) => new Request(base + file, { cache: "no-cache", integrity })),
        );
      const entries = Object.entries(files);
      // Pages have no hash. If they were already of a next build, so would be the files after them,
      // and these are checked.
      await take(entries.filter(([, hash]) => hash === ""));
      await take(entries.filter(([, hash]) => hash !== ""));
    }

    /** Pages that were open before there was a worker are of the first that comes. */
    async function begin() {
      const open = await self.clients.matchAll({ includeUncontrolled: true });
      for (const { id } of open) if (!(await buildOf(id))) await assign(id);
      await tidy();
    }

    /** @param {FetchEvent} event @param {string} file */
    async function answer({ request, clientId, resultingClientId }, file) {
      const opens = request.mode === "navigate";
      if (opens) await assign(resultingClientId);
      const from = (!opens && (await buildOf(clientId))) || build;
      const address = base + file;
      // A block that turned out to be another file than it should be is asked for with "reload".
      const isNew = isKeptLater(file) && request.cache === "reload";
      const kept = !isNew && (await caches.match(address, { cacheName: from, ignoreVary: true }));
      if (kept) return kept;
      const response = await fetch(request);
      if (from === build && isKeptLater(file) && response.status === 200) {
        await (await caches.open(build)).put(address, response.clone());
      }
      return response;
    }

    /** @param {string} id of a page */
    const key = (id) => `${base}?${id}`;

    /** The build of an open page. @param {string} id @returns {Promise<string | undefined>} */
    async function buildOf(id) {
      const entry = await caches.match(key(id), { cacheName: pages });
      return entry?.text();
    }

    /** Makes a page one of this build. @param {string} id */
    async function assign(id) {
      if (!id) return;
      const cache = await caches.open(pages);
      await cache.put(key(id), new Response(build));
    }

    /** Removes the builds that no open page is of. */
    async function tidy() {
      // A next build may be filling its cache.
      if (self.registration.installing || self.registration.waiting) return;
      const used = new Set([build]);
      const cache = await caches.open(pages);
      for (const entry of await cache.keys()) {
        const id = new URL(entry.url).search.slice(1);
        if (await self.clients.get(id)) used.add((await buildOf(id)) ?? build);
        else await cache.delete(entry);
      }
      for (const name of await caches.keys()) {
        if (name.startsWith(prefix) && !used.has(name)) await caches.delete(name);
      }
    }
  };
}
