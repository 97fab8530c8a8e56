/** axe-core over every state of the page, light and dark. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { launch, newPage, serve, shown } from "./support.mjs";

let site, browser;
before(async () => {
  site = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

const STATES = {
  "all posts": { address: "" },
  results: { address: "?q=شبکه عصبی" },
  "results of a tag": { address: "?q=مدل&tag=paper" },
  "another query than was typed": { address: "?q=af;i uwfd" },
  "a focused result": { address: "?q=شبکه عصبی", act: (page) => page.keyboard.press("Enter") },
  "a post": { address: "?q=شبکه عصبی", act: (page) => page.locator("#results h2 a").first().click() },
  "an unknown post": { address: "#post=no-such-post" },
  "no results": { address: "?q=قققققق" },
  "a failed load": { address: "", without: "**/*.wasm" },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [name, { address, act, without }] of Object.entries(STATES)) {
    test(`${name}, ${colorScheme}`, async () => {
      const page = await newPage(browser, { colorScheme });
      if (without) await page.route(without, (route) => route.abort());
      await page.goto(site.url + address);
      await (without ? page.getByRole("alert").waitFor() : shown(page));
      await act?.(page);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      assert.deepEqual(found, []);
      await page.context().close();
    });
  }
}
