/** axe-core over every state of the page and of the element in each mode, light and dark. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { axeFaults } from "./axe.mjs";
import { share } from "./element-support.mjs";
import { newPage, shown } from "./support.mjs";

const shared = share();
let site, browser;
beforeEach(() => {
  ({ site, browser } = shared);
  site.css = ":root { color-scheme: light dark }";
  site.bytes = shared.index;
});

const STATES = {
  "all posts": { address: "" },
  results: { address: "?q=شبکه عصبی" },
  "results of a tag": { address: "?q=مدل&tag=paper" },
  "another query than was typed": { address: "?q=af;i uwfd" },
  "a focused result": { address: "?q=شبکه عصبی", act: (page) => page.keyboard.press("Enter") },
  "why these results": { address: "?q=شبکه عصبی", act: (page) => page.locator("#why").click() },
  "a post": { address: "?q=شبکه عصبی", act: (page) => page.locator("#results h2 a").first().click() },
  "an unknown post": { address: "#post=no-such-post" },
  "no results": { address: "?q=قققققق" },
  "a failed load": { address: "", without: "**/*.wasm" },
};

/** Of the element on another page; `query` is typed. */
const BOX_STATES = {
  "an empty box": {},
  "loading": { query: "مدل", slowly: true, act: (page) => page.locator("[role=progressbar]").waitFor() },
  results: { query: "شبکه عصبی" },
  suggestions: { query: "شبک" },
  "an active suggestion": { query: "شبک", act: (page) => page.keyboard.press("ArrowDown") },
  "an active result": { query: "شبکه عصبی", act: (page) => page.keyboard.press("Enter") },
  "another query than was typed": { query: "af;i uwfd" },
  "why these results": { query: "شبکه", act: (page) => page.locator("[part=chip]", { hasText: "چرا این نتیجه‌ها" }).click() },
  "no results": { query: "قققققق" },
  "recent searches": {
    query: "شبکه",
    async act(page) {
      await page.keyboard.press("Enter");
      await page.locator("#clear").click();
      await page.locator("[part=chip]").first().waitFor();
    },
  },
  "a post": { query: "شبکه عصبی", act: (page) => page.locator("[part=hit]").first().click() },
  "facets and dates": { src: "posts.juya", query: "باغ" },
  "a failed load": { query: "شبکه", without: "**/*.wasm", act: (page) => page.getByRole("alert").waitFor() },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [name, { address, act, without }] of Object.entries(STATES)) {
    test(`${name}, ${colorScheme}`, async () => {
      const page = await newPage(browser, { colorScheme });
      if (without) await page.route(without, (route) => route.abort());
      await page.goto(site.url + address);
      await (without ? page.getByRole("alert").waitFor() : shown(page));
      await act?.(page);
      assert.deepEqual(await axeFaults(page), []);
      await page.context().close();
    });
  }

  for (const mode of ["inline", "modal", "page"]) {
    for (const [name, { src, query, act, without, slowly }] of Object.entries(BOX_STATES)) {
      test(`${mode}: ${name}, ${colorScheme}`, async () => {
        const page = await newPage(browser, { colorScheme });
        if (without) await page.route(without, (route) => route.abort());
        if (slowly) await page.route("**/*.wasm", () => {}); // never answered
        site.body = `<juya-search mode="${mode}" ${src ? `src="${src}"` : ""} open-here></juya-search>`;
        await page.goto(site.host);
        if (mode === "modal") await page.locator("[part=button]").click();
        await page.locator("#query").click();
        if (query) {
          await page.locator("#query").fill(query);
          if (!without && !slowly) await page.locator("[part=hit], #notice p").first().waitFor();
        }
        if (!(mode === "page" && name.startsWith("why"))) await act?.(page);
        else await page.locator("#why").click();
        assert.deepEqual(await axeFaults(page), []);
        await page.context().close();
      });
    }
  }
}
