/** The page without a network, and from one build to the next. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dist, launch, listedIds, newPage, serve, shown } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The words that promise it stand on the page. */
const worksOffline = (page) => page.locator("#offline").waitFor({ state: "visible" });

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
    await page.fill("#query", "شبکه عصبی");
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

test("a new build is taken whole, and the old one removed", { timeout: 20_000 }, async () => {
  const next = await mkdtemp(join(tmpdir(), "juya-site-"));
  await cp(dist, next, { recursive: true });
  const worker = await readFile(join(next, "sw.js"), "utf8");
  const newer = worker.replace(/"version":\s*"[^"]*"/, '"version":"next"');
  assert.notEqual(newer, worker, "cargo xtask site writes the version into sw.js");
  await writeFile(join(next, "sw.js"), newer);
  for (const file of ["index.html", "style.css"]) {
    const text = await readFile(join(next, file), "utf8");
    const mark = file === "index.html" ? "<!-- next -->" : "/* next */";
    await writeFile(join(next, file), text + mark);
  }

  const site = await serve();
  const page = await newPage(browser);
  const builds = () =>
    page.evaluate(async () => {
      const files = await Promise.all(["./", "style.css"].map((file) => fetch(file)));
      const texts = await Promise.all(files.map((file) => file.text()));
      return texts.map((text) => (/next/.test(text) ? "next" : "first"));
    });
  await page.goto(site.url);
  await worksOffline(page);
  assert.deepEqual(await builds(), ["first", "first"]);

  site.folder = next;
  await page.reload();
  await shown(page);
  const caches = () => page.evaluate(() => globalThis.caches.keys());
  while (!(await caches()).every((name) => name.endsWith(":next"))) await page.waitForTimeout(50);
  await page.reload();
  await shown(page);
  assert.deepEqual(await builds(), ["next", "next"]);
  await site.stop();
  await page.reload();
  await shown(page);
  assert.deepEqual(await builds(), ["next", "next"]);

  await page.context().close();
  await rm(next, { recursive: true });
});
