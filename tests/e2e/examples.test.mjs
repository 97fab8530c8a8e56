/** The example pages: each searches, looks right in light and dark, and asks for nothing elsewhere. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axeFaults } from "./axe.mjs";
import { dist, launch, newPage, serve } from "./support.mjs";

const PAGES = readdirSync(join(dist, "examples")).filter((name) => name.endsWith(".html"));

/** What to type on each page, and what must then stand among the results. */
const SEARCHES = {
  "blog.html": ["زعفرون", "زعفران"],
  "docs.html": ["بدون اینترنت", "اینترنت"],
  "english.html": ["rare word", "rare word"],
  "modal.html": ["پنجره", "پنجره"],
  "theme.html": ["قنات", "قنات"],
};

let site, browser;
before(async () => {
  site = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

async function open(name, options) {
  const page = await newPage(browser, { serviceWorkers: "block", ...options });
  page.on("request", (request) => {
    if (!request.url().startsWith(site.origin)) page.faults.push(`asked ${request.url()}`);
  });
  await page.goto(`${site.url}examples/${name}`);
  return page;
}

test("there is one for each kind of page", () => {
  assert.deepEqual(PAGES, ["blog.html", "docs.html", "english.html", "index.html", "modal.html", "several.html", "theme.html"]);
});

for (const [name, [query, found]] of Object.entries(SEARCHES)) {
  test(`${name} searches the examples, and a result leads to its place`, async () => {
    const page = await open(name);
    if (name === "modal.html") await page.keyboard.press("Control+k");
    await page.locator("juya-search #query").fill(query);
    const hit = page.locator("juya-search [part=hit]").first();
    await hit.waitFor();
    assert.ok((await hit.textContent()).includes(found), await hit.textContent());
    await hit.click();
    await page.waitForURL(/#|\.html$/);
    await page.waitForFunction(() => CSS.highlights.has("juya"));
    assert.ok(await page.evaluate(() => CSS.highlights.get("juya").size > 0), "the words are marked there");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("several.html: each box searches its own index", async () => {
  const page = await open("several.html");
  const first = async (name, place, query) => {
    const search = page.locator(name).nth(place);
    await search.locator("#query").fill(query);
    await search.locator("[part=hit]").first().waitFor();
    return search.locator("[part=hit]").first().textContent();
  };
  assert.match(await first("juya-search", 0, "زعفران"), /زعفران/);
  assert.match(await first("juya-search", 1, "شبکه عصبی"), /شبکه عصبی خود را/);
  assert.match(await first("archive-search", 0, "شبکه عصبی"), /شبکه عصبی خود را/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the font is on the example pages and not in the page that owners copy", async () => {
  const page = await open("blog.html");
  assert.ok(await page.evaluate(() => document.fonts.load("1em Vazirmatn", "ی").then((fonts) => fonts.length > 0)));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(site.url);
  await page.waitForFunction(() => performance.getEntriesByName("juya:cold").length > 0);
  assert.deepEqual(asked.filter((url) => /woff|examples/.test(url)), []);
  await page.context().close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const name of PAGES) {
    test(`${name}, ${colorScheme}: axe finds nothing`, async () => {
      const page = await open(name, { colorScheme });
      await page.waitForLoadState("load");
      assert.deepEqual(await axeFaults(page), []);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}
