/** The documentation as `make docs` builds it, under a path of a host, and its own search. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { after, before, test } from "node:test";
import { build } from "../../docs/site/build.mjs";
import { axeFaults } from "./axe.mjs";
import { launch, newPage, serve } from "./support.mjs";

const BASE = "/project/docs/";

let folder, out, site, browser;
/** Each page by its path in the site. @type {Map<string, string>} */
const pages = new Map();
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-docs-"));
  out = join(folder, "site");
  await build(out);
  for (const path of await readdir(out, { recursive: true })) {
    if (path.endsWith(".html")) pages.set(path, await readFile(join(out, path), "utf8"));
  }
  site = await serve(out, { base: BASE });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The pages of a language, without those that are there in English only. */
const namesIn = (language) =>
  [...pages.keys()].filter((path) => dirname(path) === language).map((path) => posix.basename(path));

test("every page for users is there in both languages, and says which it is in", () => {
  for (const name of [
    "index", "start-channel", "start-blog", "start-developer", "sources", "telegram", "options", "npm", "query", "theming",
    "hosting", "comparison", "troubleshooting",
  ]) {
    assert.ok(namesIn(".").includes(`${name}.html`), name);
    assert.ok(namesIn("fa").includes(`${name}.html`), `fa/${name}`);
  }
  for (const [path, html] of pages) {
    assert.match(html, path.startsWith("fa/") ? /<html lang="fa" dir="rtl">/ : /<html lang="en" dir="ltr">/, path);
    assert.equal(html.match(/<h1/g)?.length, 1, `${path} has one heading of the first level`);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, `${path} has nothing inline`);
  }
});

test("every link within the site leads to a file, and to an anchor in it", async () => {
  const files = new Set(await readdir(out, { recursive: true }));
  for (const [path, html] of pages) {
    for (const [, reference] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(reference)) continue;
      assert.ok(!reference.startsWith("/"), `${path}: ${reference} works at the root of a host only`);
      const [file, anchor] = decodeURIComponent(reference).split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      assert.ok(files.has(target), `${path}: ${reference} leads nowhere`);
      if (anchor) assert.ok(pages.get(target)?.includes(` id="${anchor}"`), `${path}: ${reference} has no such anchor`);
    }
  }
});

/** Between them they have all that pages are made of, in both directions. axe takes its time. */
const WITH_AXE = ["index.html", "comparison.html", "fa/hosting.html", "fa/options.html"];

test("every page keeps the policy, asks nobody else, fits a phone, and has no fault that axe knows", async () => {
  const page = await newPage(browser, { viewport: { width: 390, height: 844 } });
  page.on("request", (request) => {
    if (!request.url().startsWith(site.url)) page.faults.push(`asked ${request.url()}`);
  });
  for (const path of pages.keys()) {
    await page.emulateMedia({ colorScheme: path.startsWith("fa/") ? "dark" : "light" });
    await page.goto(site.url + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, `${path} is wider than a phone`);
    assert.deepEqual([path, page.faults], [path, []]);
    if (WITH_AXE.includes(path)) assert.deepEqual([path, await axeFaults(page)], [path, []]);
  }
  await page.context().close();
});

for (const [from, query, wanted] of [
  ["index.html", "brotli_static", "hosting.html#nginx"],
  ["query.html", "یادگیری عمیق", "query.html"],
  ["fa/query.html", "كانال تلگرام", "fa/start-channel.html"],
  ["fa/index.html", "GitHub Pages", "fa/hosting.html#github-pages"],
  ["fa/index.html", "postings", "shards.html"],
]) {
  test(`from ${from}, “${query}” leads to ${wanted}`, async () => {
    const page = await newPage(browser);
    await page.goto(site.url + from);
    await page.locator("#query").fill(query);
    const hits = page.locator("[part=hit]");
    await hits.first().waitFor();
    // Without the words to be marked there.
    const addresses = await hits.evaluateAll((links) => links.map(({ href }) => href.replace(/\?[^#]*/, "")));
    const place = addresses.findIndex((address) => address.startsWith(site.url + wanted));
    assert.ok(place >= 0 && place < 3, `among the first three of ${addresses.join("\n")}`);
    await hits.nth(place).click();
    const { pathname, hash } = new URL(site.url + wanted);
    await page.waitForURL((url) => url.pathname === pathname);
    if (hash) {
      const isThere = (id) => document.getElementById(id).getBoundingClientRect().top < innerHeight / 2;
      await page.waitForFunction(isThere, hash.slice(1));
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("on a phone the contents open at a press, and lead on", async () => {
  const page = await newPage(browser, { viewport: { width: 390, height: 844 } });
  await page.goto(`${site.url}fa/hosting.html`);
  const contents = page.getByRole("navigation", { name: "فهرست" });
  assert.equal(await contents.isVisible(), false);
  await page.getByRole("button", { name: "فهرست" }).click();
  await contents.getByRole("link", { name: "nginx" }).waitFor();
  await contents.getByRole("link", { name: "ظاهر دیگر" }).click();
  await page.getByRole("heading", { level: 1, name: "ظاهر دیگر" }).waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: "Another look" }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
