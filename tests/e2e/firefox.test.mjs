/** The built page and the element in Firefox. single.test.mjs and highlight.test.mjs go there, too. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchFirefox, newFirefoxPage, withoutFirefox } from "./firefox.mjs";
import { answer, serve } from "./support.mjs";

const FIRST = "شبکه عصبی خود را بهتر بفهمید!";
const options = { skip: withoutFirefox };

let site, browser, page;
before(async () => {
  if (withoutFirefox) return;
  const nested = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
    <link rel="icon" href="icon.svg"><script type="module" src="nested.js"></script><blog-header></blog-header>`;
  const script = `import "./juya-search.js";
    customElements.define("blog-header", class extends HTMLElement {
      connectedCallback() {
        this.attachShadow({ mode: "open" }).append(document.createElement("juya-search"));
      }
    });`;
  site = await serve(undefined, {
    routes: { "/nested.html": answer("text/html", nested), "/nested.js": answer("text/javascript", script) },
  });
  browser = await launchFirefox();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Runs a test on a page of its own, on which nothing may go wrong. */
const inFirefox = (name, body) =>
  test(name, options, async () => {
    page = await newFirefoxPage(browser);
    try {
      await body();
      assert.deepEqual(page.faults, []);
    } finally {
      await page.close();
    }
  });

const shown = () => page.waitForFunction(() => performance.getEntriesByName("juya:cold").length > 0);

/** What `read(root)` gives once it gives something, where `root` is the element's shadow tree. */
async function wait(read) {
  const handle = await page.waitForFunction(
    new Function(`
      const find = (root) => root.querySelector("juya-search")
        ?? [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot)).find(Boolean);
      return (${read})(find(document)?.shadowRoot ?? document);`),
  );
  return handle.jsonValue();
}

inFirefox("the page searches as one types, marks, and keeps the address", async () => {
  await page.goto(site.url);
  await shown();
  await page.locator(">>> #query").click();
  await page.keyboard.type("شبکه عصبی");
  await page.waitForFunction(() => new URL(location.href).searchParams.get("q") === "شبکه عصبی");
  const title = await wait(`(root) => root.querySelector("#results h2 mark") && root.querySelector("#results h2").textContent`);
  assert.equal(title, FIRST);
});

inFirefox("keys lead through results, into a post and back", async () => {
  await page.goto(`${site.url}?q=${encodeURIComponent("شبکه عصبی")}`);
  await shown();
  await page.locator(">>> #query").click();
  await page.keyboard.press("ArrowDown");
  assert.equal(await wait(`(root) => root.activeElement?.closest("h2")?.textContent`), FIRST);
  await page.keyboard.press("Enter");
  assert.equal(await wait(`(root) => !root.querySelector("#post").hidden && root.querySelector("#post h2")?.textContent`), FIRST);
  await page.keyboard.press("Escape");
  await wait(`(root) => root.querySelector("#post").hidden`);
  await page.keyboard.press("/");
  await wait(`(root) => root.activeElement?.id === "query"`);
});

inFirefox("the element works in the shadow tree of another", async () => {
  await page.goto(`${site.url}nested.html`);
  await wait(`(root) => root.querySelector("#query")`);
  await page.locator(">>> #query").click();
  await page.keyboard.type("BERT");
  await wait(`(root) => root.querySelector("[part=hit] mark")`);
  await page.keyboard.press("ArrowDown");
  const active = await wait(`(root) => root.querySelector("#query").getAttribute("aria-activedescendant")`);
  assert.ok(active);
  await page.keyboard.press("Escape");
  await wait(`(root) => root.querySelector("#panel").hidden`);
});

inFirefox("after one visit the page works with the server stopped", async () => {
  const other = await serve();
  await page.goto(other.url);
  await shown();
  await page.waitForFunction(() => !document.getElementById("offline").hidden);
  await other.stop();
  await page.reload();
  await shown();
  await page.locator(">>> #query").click();
  await page.keyboard.type("BERT");
  await wait(`(root) => root.querySelector("#results mark")`);
});
