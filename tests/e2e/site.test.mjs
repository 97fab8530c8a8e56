/** The page that `juya build` makes of other posts. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dist, juya, launch, listedIds, newPage, serve, shown } from "./support.mjs";

let folder, site, browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-own-"));
  const posts = [
    { id: "one", title: "کتاب‌های خوب", text: "متن یکم", tags: ["read"] },
    { id: "two", title: "A second post", text: "About gardens" },
  ];
  await writeFile(join(folder, "posts.jsonl"), posts.map((post) => JSON.stringify(post)).join("\n"));
  await juya("build", join(folder, "posts.jsonl"), "--out", join(folder, "site"), "--site", dist);
  site = await serve(join(folder, "site"), { base: "/blog/" });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("it lists and finds those posts, with the network gone, too", async () => {
  const page = await newPage(browser);
  await page.goto(site.url);
  await shown(page);
  assert.deepEqual(await listedIds(page), ["one", "two"]);
  await page.fill("#query", "كتاب ها");
  assert.deepEqual(await listedIds(page), ["one"]);
  await page.locator("#offline").waitFor({ state: "visible" });
  await site.stop();
  await page.goto(`${site.url}?q=garden`);
  await shown(page);
  assert.deepEqual(await listedIds(page), ["two"]);
  assert.deepEqual(page.faults, []);
});

test("the command finds them in the built page", async () => {
  const { hits } = JSON.parse(await juya("search", join(folder, "site"), "garden", "--json"));
  assert.deepEqual(hits.map(({ id }) => id), ["two"]);
});
