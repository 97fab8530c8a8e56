/** The page ranks as the juya command does: one engine, compiled twice. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { juya, launch, listedIds, newPage, root, serve, shown } from "./support.mjs";

const QUERIES = [
  "شبکه عصبی",
  "شبكه عصبي",
  "مدل",
  "ترنسفورمر",
  "BERT",
  "bert گوگل",
  "یادگیری ماشین",
  "می شود",
  "می‌شود",
  "کتابخانه پایتون",
  "\"شبکه عصبی\"",
  "nlp_stuff",
  "youtube",
  "۲۰۲۱",
  "GPT-3",
  "قققققق",
  "",
];

let folder, site, browser, page;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-ranking-"));
  await juya("build", join(root, "posts"), "--out", folder, "--index-only");
  site = await serve();
  browser = await launch();
  page = await newPage(browser);
  await page.goto(site.url);
  await shown(page);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const query of QUERIES) {
  test(`«${query}»`, async () => {
    const command = JSON.parse(await juya("search", join(folder, "index.juya"), query, "--limit", "18", "--json"));
    const api = await page.evaluate(async (query) => {
      const { load } = await import("./juya.js");
      return (await load()).search(query, { limit: 18 });
    }, query);
    const ids = command.hits.map(({ id }) => id);
    assert.deepEqual(api.hits.map(({ id }) => id), ids);
    assert.equal(api.total, command.total);
    for (const [i, { score, excerpt }] of api.hits.entries()) {
      assert.equal(excerpt, command.hits[i].excerpt);
      assert.ok(Math.abs(score - command.hits[i].score) <= 1e-4 * score, `${score} ${command.hits[i].score}`);
    }
    if (query) {
      await page.fill("#query", `${query} `); // the space ends the last word
      assert.deepEqual(await listedIds(page), ids.slice(0, 10));
    }
  });
}
