/** The page without a network, and from one build to the next. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answer, dist, juya, launch, listedIds, newPage, root, search, serve, shown, updated } from "./support.mjs";

let browser, folder, next;
before(async () => {
  browser = await launch([], { whole: true });
  folder = await mkdtemp(join(tmpdir(), "juya-offline-"));
  // The same page with a mark in two files, and a list of files that is right for it.
  const marked = join(folder, "marked");
  await cp(dist, marked, { recursive: true });
  await append(join(marked, "index.html"), "<!-- next -->");
  await append(join(marked, "style.css"), "/* next */");
  next = join(folder, "next");
  await juya("build", join(root, "posts"), "--out", next, "--site", marked);
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const append = async (file, text) => writeFile(file, (await readFile(file, "utf8")) + text);

/** The words that promise it stand on the page. */
const worksOffline = (page) => page.locator("#offline").waitFor({ state: "visible" });

/** Which build the page, and which build its style sheet is of. */
const builds = (page) =>
  page.evaluate(async () => {
    const style = await (await fetch("style.css")).text();
    const isNext = [...document.childNodes].some((node) => node.nodeType === Node.COMMENT_NODE);
    return [isNext, /next/.test(style)].map((is) => (is ? "next" : "first"));
  });

/** The builds that are kept. */
const kept = (page) =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("juya ")).length);

for (const base of ["/", "/any/folder/"]) {
  test(`after one visit the page works with the server stopped, served under ${base}`, async () => {
    const site = await serve(dist, { base });
    const page = await newPage(browser);
    await page.goto(site.url);
    await shown(page);
    await worksOffline(page);
    await site.stop();
    await assert.rejects(fetch(site.url), "the server has stopped");

    await page.reload();
    await shown(page);
    assert.equal((await listedIds(page)).length, 18);
    await search(page, "شبکه عصبی");
    assert.match(await page.locator("#results h2").first().textContent(), /شبکه عصبی/);
    await page.locator("#results h2 a").first().click();
    assert.match(await page.locator("#post").innerText(), /آدرس صفحه گیتهاب/);

    for (const address of ["?q=BERT", "index.html?q=BERT"]) {
      await page.goto(site.url + address);
      await shown(page);
      assert.ok((await listedIds(page)).length > 0, address);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("a page keeps its build while it is open, and the next one gets the next", async () => {
  const site = await serve();
  const page = await newPage(browser);
  await page.goto(site.url);
  await worksOffline(page);

  site.folder = next;
  await updated(page);
  assert.deepEqual(await builds(page), ["first", "first"], "it was there before its first worker");
  const second = await page.context().newPage();
  await second.goto(site.url);
  await shown(second);
  assert.deepEqual(await builds(second), ["next", "next"]);
  assert.deepEqual(await builds(page), ["first", "first"]);
  assert.equal(await kept(page), 2);

  await page.reload();
  await shown(page);
  assert.deepEqual(await builds(page), ["next", "next"]);
  await second.close();
  await page.reload();
  await shown(page);
  await page.waitForFunction(async () => (await caches.keys()).filter((name) => name.startsWith("juya ")).length === 1);
  await site.stop();
  await page.reload();
  await shown(page);
  assert.deepEqual(await builds(page), ["next", "next"]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a build of which a file is of another is not taken", async () => {
  const torn = join(folder, "torn");
  await cp(next, torn, { recursive: true });
  await cp(join(dist, "app.js"), join(torn, "app.js"));
  await append(join(torn, "app.js"), "\n// of a third build");
  const site = await serve();
  const page = await newPage(browser);
  await page.goto(site.url);
  await worksOffline(page);
  site.folder = torn;
  await updated(page);
  for (const _ of [1, 2]) {
    await page.reload();
    await shown(page);
    assert.deepEqual(await builds(page), ["first", "first"]);
  }
  site.folder = next;
  await updated(page);
  await page.reload();
  await shown(page);
  assert.deepEqual(await builds(page), ["next", "next"]);
  await page.context().close();
  await site.stop();
});

test("the page can be installed as an app", async () => {
  const site = await serve();
  const page = await newPage(browser);
  await page.goto(site.url);
  await worksOffline(page);
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Pages of tests are in a private window, where nothing is installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
  await page.context().close();
  await site.stop();
});

const OWN_LISTENERS = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", (event) => {
    if (event.request.url.endsWith("/own")) event.respondWith(new Response("from the owner's worker"));
  });
`;
const OWN_WORKERS = {
  classic: `importScripts("/search/offline.js"); juyaOffline({ folder: "/search/" }); ${OWN_LISTENERS}`,
  module: `import "/search/offline.js"; juyaOffline({ folder: "/search/" }); ${OWN_LISTENERS}`,
};
for (const [type, source] of Object.entries(OWN_WORKERS)) {
  test(`a ${type} worker of the site's own keeps the files and does its own work, too`, async () => {
    const site = await serve(dist, {
      base: "/search/",
      routes: { "/": answer("text/html", "<!doctype html><title>A blog</title>"), "/worker.js": answer("text/javascript", source) },
    });
    const page = await newPage(browser);
    await page.goto(site.origin);
    await page.evaluate(async (type) => {
      const { serviceWorker: workers } = navigator;
      const controlled = new Promise((resolve) => workers.addEventListener("controllerchange", resolve));
      await workers.register("/worker.js", { type });
      await controlled;
    }, type);
    await site.stop();
    const found = await page.evaluate(async () => {
      const { load } = await import("/search/juya.js");
      const index = await load();
      const { hits } = await index.search("شبکه عصبی");
      const other = await fetch("/other").catch(() => "not ours");
      return { title: hits[0].title, own: await (await fetch("/own")).text(), other };
    });
    assert.match(found.title, /شبکه عصبی/);
    assert.equal(found.own, "from the owner's worker");
    assert.equal(found.other, "not ours");
    await page.context().close();
  });
}
