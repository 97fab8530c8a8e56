/** When engine and index are loaded, what is seen meanwhile, and what where they cannot be had. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { openElement, share } from "./element-support.mjs";
import { closePage, hold, newPage } from "./support.mjs";

const FORM = '<form action="/find"><label>Find <input name="q"></label><button>Go</button></form>';

/** Sends the other half of the index of which a half was asked for. */
let sendRest;
const shared = share({
  routes: {
    "/half.juya": (_, response) => {
      const { index } = shared;
      const half = index.length >> 1;
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": index.length });
      response.write(index.subarray(0, half));
      sendRest = () => response.end(index.subarray(half));
    },
  },
});
let site, browser, page, fetched;
beforeEach(async () => {
  ({ site, browser } = shared);
  site.reset();
  site.bytes = shared.index;
  page = await newPage(browser);
  watch();
});
afterEach(() => closePage(page));

function watch() {
  fetched = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
}

const open = (attributes, content) => openElement(page, site, attributes, content);

const engines = () => fetched.filter((path) => path.endsWith(".wasm")).length;
const hit = () => page.locator("[part=hit]").first();

/* When. */

const INTENTS = {
  "the focus": () => page.locator("#query").focus(),
  "the pointer": () => page.locator("form").hover(),
  "the shortcut": () => page.keyboard.press("/"),
  "a query set by the page": () => page.evaluate(() => (document.querySelector("juya-search").query = "باغ")),
  "load()": () => page.evaluate(() => document.querySelector("juya-search").load().then(() => {})),
};
for (const [name, act] of Object.entries(INTENTS)) {
  test(`engine and index are fetched on first intent and not before: ${name}`, async () => {
    await open('src="posts.juya"');
    await page.waitForTimeout(300);
    assert.equal(engines(), 0);
    assert.ok(!fetched.includes("/juya.js") && !fetched.includes("/posts.juya"), fetched.join());
    await act();
    await page.waitForFunction(() => document.querySelector("juya-search").index);
    assert.equal(engines(), 1);
    assert.equal(fetched.filter((path) => path === "/posts.juya").length, 1);
  });
}

test("the modal's button is an intent, too", async () => {
  await open('mode="modal"');
  await page.waitForTimeout(200);
  assert.equal(engines(), 0);
  await page.locator("[part=button]").hover();
  await page.waitForFunction(() => document.querySelector("juya-search").index);
});

test("preload loads at once", async () => {
  await open("preload");
  await page.waitForFunction(() => document.querySelector("juya-search").index);
  assert.equal(engines(), 1);
});

test("the page is painted before the engine is there", async () => {
  const release = await hold(page, "**/*.wasm");
  await open("preload");
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  assert.equal(await page.locator("#query").isVisible(), true);
  release();
  await page.waitForFunction(() => document.querySelector("juya-search").index);
});

test("the index comes while the engine does", async () => {
  const release = await hold(page, "**/*.wasm");
  const asked = page.waitForRequest("**/*.juya");
  await open('preload src="/posts.juya"');
  await asked;
  release();
  await page.waitForFunction(() => document.querySelector("juya-search").index);
});

/* Meanwhile. */

for (const mode of ["inline", "modal", "page"]) {
  test(`what is typed while it loads is searched when it is there; a bar tells that it takes time, ${mode}`, async () => {
    const release = await hold(page, "**/*.wasm");
    await open(`mode="${mode}"`);
    if (mode === "modal") await page.locator("[part=button]").click();
    const progress = page.locator("[role=progressbar]");
    await progress.evaluate((bar) => {
      globalThis.times = [];
      const note = () => globalThis.times.push(performance.now());
      bar.getRootNode().getElementById("query").addEventListener("focus", note, { once: true });
      new MutationObserver(note).observe(bar, { attributes: true });
    });
    await page.locator("#query").fill("شبکه عصبی");
    await progress.waitFor();
    const [intended, shown] = await page.evaluate(() => globalThis.times);
    // In the others the load begins before, with the pointer or with the page.
    if (mode === "inline") assert.ok(shown - intended > 250, `after ${shown - intended} ms`);
    await page.getByRole("status").filter({ hasText: "در حال آماده‌سازی" }).waitFor({ state: "attached" });
    assert.equal(await page.locator("[part=hit]").count(), 0);
    release();
    await hit().waitFor();
    assert.equal(await progress.isVisible(), false);
    assert.match(await hit().innerText(), /شبکه عصبی خود را/);
  });
}

test("what is there soon shows no bar", async () => {
  await open();
  await page.evaluate(() => {
    globalThis.bars = 0;
    const progress = document.querySelector("juya-search").shadowRoot.querySelector("[role=progressbar]");
    new MutationObserver(() => (globalThis.bars += progress.hidden ? 0 : 1)).observe(progress, { attributes: true });
  });
  await page.evaluate(() => document.querySelector("juya-search").load().then(() => {}));
  await page.waitForTimeout(400);
  await page.evaluate(() => (globalThis.bars = 0));
  await page.locator("#query").fill("شبکه عصبی");
  await hit().waitFor();
  await page.waitForTimeout(400);
  assert.equal(await page.evaluate(() => globalThis.bars), 0);
});

test("the bar tells how much of the index has come", async () => {
  await open('src="half.juya"');
  await page.locator("#query").fill("باغ");
  await page.locator("[role=progressbar][aria-valuenow]").waitFor();
  const part = await page.locator("[role=progressbar]").evaluate((bar) => [Number(bar.ariaValueNow), bar.getBoundingClientRect().width / bar.parentNode.getBoundingClientRect().width]);
  for (const share of [part[0] / 100, part[1]]) assert.ok(share > 0.4 && share < 0.6, part.join());
  sendRest();
  await hit().waitFor();
});

/* Failure. */

test("a failure is told, with the reason; a press tries again; what was typed is searched", async () => {
  await page.route("**/*.wasm", (route) => route.abort());
  await open();
  await page.locator("#query").fill("شبکه عصبی");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /جستجو آماده نشد[^]*Could not start the search engine/);
  await page.locator("#query").fill("مدل");
  await page.waitForTimeout(200);
  assert.equal(engines(), 1, "it is not tried again at every key");
  await page.unroute("**/*.wasm");
  page.faults.length = 0; // Chromium reports the aborted request
  await alert.getByRole("button", { name: "تلاش دوباره" }).click();
  await hit().waitFor();
  assert.equal(await alert.isVisible(), false);
  assert.ok((await page.locator("mark").allTextContents()).every((text) => text.includes("مدل")));
});

test("an index that is not there is told by its address", async () => {
  await open('src="nowhere.juya"');
  await page.locator("#query").fill("باغ");
  assert.match(await page.getByRole("alert").innerText(), /nowhere\.juya/);
  page.faults.length = 0; // Chromium reports the 404
  const event = await page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("juya-error", ({ detail }) => resolve(detail.error instanceof Error));
        document.querySelector("juya-search").load().catch(() => {});
      }),
  );
  assert.equal(event, true);
  page.faults.length = 0;
});

test("offline: says so, and searches by itself once the network is back", async () => {
  await open();
  await page.context().setOffline(true);
  await page.locator("#query").fill("شبکه عصبی");
  assert.match(await page.getByRole("alert").innerText(), /اینترنت در دسترس نیست/);
  page.faults.length = 0; // Chromium reports what it could not fetch
  await page.context().setOffline(false);
  await hit().waitFor();
  assert.equal(await page.getByRole("alert").isVisible(), false);
});

test("offline, with all there: searches as always", async () => {
  await open("preload");
  await page.waitForFunction(() => document.querySelector("juya-search").index);
  await page.context().setOffline(true);
  await page.locator("#query").fill("شبکه عصبی");
  await hit().waitFor();
});

/* Where the engine cannot run. */

for (const mode of ["inline", "modal", "page"]) {
  test(`without WebAssembly: a clear message and the plain form, ${mode}`, async () => {
    await page.addInitScript(() => delete globalThis.WebAssembly);
    await open(`mode="${mode}"`, FORM);
    assert.match(await page.getByRole("alert").innerText(), /WebAssembly/);
    assert.equal(await page.locator("#query").isVisible(), false);
    assert.equal(engines(), 0);
    await page.locator("input[name=q]").fill("باغ");
    await page.getByRole("button", { name: "Go" }).click();
    await page.waitForURL(/find\?q=/);
    page.faults.length = 0; // no such page here
  });

  test(`a policy that blocks WebAssembly: a clear message and the plain form, with what was typed, ${mode}`, async () => {
    site.policy = "default-src 'self'; script-src 'self'";
    await open(`mode="${mode}"`, FORM);
    // A modal's engine is tried, and refused, before its box can be typed into.
    if (mode === "modal") await page.locator("[part=button]").click();
    else await page.locator("#query").fill("باغ");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /WebAssembly/);
    assert.equal(await alert.getByRole("button").count(), 0, "to try again would not help");
    assert.equal(await page.locator("input[name=q]").isVisible(), true);
    if (mode !== "modal") assert.equal(await page.inputValue("input[name=q]"), "باغ");
    page.faults.length = 0; // Chromium reports the violation
  });
}

test("without scripts: the plain form", async () => {
  await page.context().close();
  page = await newPage(browser, { javaScriptEnabled: false });
  site.body = `<juya-search>${FORM}</juya-search>`;
  await page.goto(site.host);
  await page.locator("input[name=q]").fill("باغ");
  await page.getByRole("button", { name: "Go" }).click();
  await page.waitForURL(/find\?q=/);
  page.faults.length = 0;
});

test("with the engine: the plain form is not seen", async () => {
  await open("", FORM);
  assert.equal(await page.locator("input[name=q]").isVisible(), false);
});
