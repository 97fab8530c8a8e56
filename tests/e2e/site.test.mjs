/** The page that `juya build` makes of other posts. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { dist, juya, launch, listedIds, newPage, search, serve, shown, updated } from "./support.mjs";

let folder, site, browser;
const build = async (posts, ...options) => {
  await writeFile(join(folder, "posts.jsonl"), posts.map((post) => JSON.stringify(post)).join("\n"));
  await juya("build", join(folder, "posts.jsonl"), "--out", join(folder, "site"), "--site", dist, ...options);
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-own-"));
  browser = await launch();
});
beforeEach(async () => {
  await build([
    { id: "one", title: "کتاب‌های خوب", text: "متن یکم", tags: ["read"] },
    { id: "two", title: "A second post", text: "About gardens" },
  ]);
  site = await serve(join(folder, "site"), { base: "/blog/" });
});
afterEach(() => site?.stop());
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("it lists and finds those posts, with the network gone, too", async () => {
  const page = await newPage(browser);
  await page.goto(site.url);
  await shown(page);
  assert.deepEqual(await listedIds(page), ["one", "two"]);
  await search(page, "كتاب ها");
  assert.deepEqual(await listedIds(page), ["one"]);
  await page.locator("#offline").waitFor({ state: "visible" });
  await site.stop();
  await page.goto(`${site.url}?q=garden`);
  await shown(page);
  assert.deepEqual(await listedIds(page), ["two"]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("other posts reach readers whole: a page open before goes on with the old ones", async () => {
  const page = await newPage(browser);
  await page.goto(site.url);
  await page.locator("#offline").waitFor({ state: "visible" });
  await build([{ id: "three", title: "Other gardens", text: "News" }]);
  await updated(page);
  const second = await page.context().newPage();
  await second.goto(`${site.url}?q=garden`);
  await shown(second);
  assert.deepEqual(await listedIds(second), ["three"]);
  const old = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const index = await load("index.juya");
    return (await index.search("garden")).hits.map(({ id }) => id);
  });
  assert.deepEqual(old, ["two"]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the page speaks the language of the posts, or the one that is asked for", async () => {
  const english = [{ id: "one", title: "A first post", text: "About gardens" }];
  for (const [posts, options, wanted] of [
    [english, [], ["en", "ltr", "Archive", "posts: 1 · works without the internet, too"]],
    [[{ id: "one", title: "کتاب‌های خوب", text: "متن یکم" }], [], ["fa", "rtl", "آرشیو", "۱ مطلب · بدون اینترنت هم کار می‌کند"]],
    [english, ["--language", "ar"], ["ar", "rtl", "أرشيف", "المنشورات: 1 · يعمل من دون إنترنت أيضًا"]],
  ]) {
    await build(posts, ...options);
    const page = await newPage(browser);
    await page.goto(site.url);
    await shown(page);
    await page.locator("#offline").waitFor({ state: "visible" });
    const [lang, dir] = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
    const said = [lang, dir, await page.locator("h1").innerText(), await page.locator("header p").innerText()];
    assert.deepEqual(said.map((text) => text.trim()), wanted);
    assert.ok((await page.title()).startsWith(wanted[2]), await page.title());
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("the command finds them in the built page", async () => {
  const { hits } = JSON.parse(await juya("search", join(folder, "site"), "garden", "--json"));
  assert.deepEqual(hits.map(({ id }) => id), ["two"]);
});

test("what is for demonstration or for one file stays behind", async () => {
  for (const file of ["examples", "single.js"]) {
    assert.equal(existsSync(join(folder, "site", file)), false, file);
  }
});
