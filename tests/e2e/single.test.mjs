/** The page in one file, opened from disk. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { dist, juya, launch, newPage, root, serve, shown } from "./support.mjs";
import { launchFirefox, newFirefoxPage, withoutFirefox } from "./firefox.mjs";

const FIRST = "شبکه عصبی خود را بهتر بفهمید!";

let folder, file, size, said, browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-single-"));
  file = join(folder, "search.html");
  said = await juya("build", join(root, "posts"), "--single-file", file, "--site", dist);
  size = (await readFile(file)).length;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the command writes one file and tells its size", (t) => {
  assert.match(said, /^\S+search\.html: 18 posts, [\d,]+ bytes/);
  assert.ok(said.includes(`${size.toLocaleString("en")} bytes`), said);
  t.diagnostic(`${size} bytes`);
});

test("the same posts and page give the same bytes", async () => {
  const again = join(folder, "again.html");
  await juya("build", join(root, "posts"), "--single-file", again, "--site", dist);
  assert.ok((await readFile(again)).equals(await readFile(file)));
});

test("Chromium: it searches, opens posts and keeps the address, and asks for nothing else", async () => {
  const page = await newPage(browser);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  await shown(page);
  assert.equal(await page.locator("#results h2").count(), 18);
  await page.fill("#query", "af;i uwfd");
  await page.waitForFunction(() => document.title.startsWith("af;i uwfd"));
  assert.equal(await page.locator("#results h2").first().textContent(), FIRST);
  await page.waitForURL(/\?q=/);
  await page.locator("#results h2 a").first().click();
  assert.match(await page.locator("#post").innerText(), /آدرس صفحه گیتهاب/);
  await page.reload();
  await shown(page);
  assert.equal(await page.locator("#post h2").textContent(), FIRST);
  await page.goto(`${address}?q=BERT`);
  await shown(page);
  assert.ok((await page.locator("#results h2").count()) > 0);
  const others = asked.filter((url) => !url.startsWith(address) && !url.startsWith("data:image/svg+xml"));
  assert.deepEqual(others, []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("Chromium: it works where pages have no origin, storage or history, as in some messengers", async () => {
  const body = await readFile(file);
  const site = await serve(dist, {
    routes: {
      "/frame.html": (_, response) =>
        response
          .writeHead(200, { "content-type": "text/html" })
          .end('<!doctype html><iframe sandbox="allow-scripts" src="search.html" width="900" height="700"></iframe>'),
      "/favicon.ico": (_, response) => response.writeHead(204).end(),
      "/search.html": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(body),
    },
  });
  const page = await newPage(browser);
  await page.goto(`${site.origin}/frame.html`);
  const frame = page.frameLocator("iframe");
  await frame.locator("#query").fill("شبکه عصبی");
  await frame.locator("#results mark").first().waitFor();
  assert.equal(await frame.locator("#results h2").first().textContent(), FIRST);
  await page.waitForTimeout(500); // the address is written a moment after the last key
  await frame.locator("#results h2 a").first().click();
  await frame.locator("#post h2").waitFor();
  assert.equal(await frame.locator("#post h2").textContent(), FIRST);
  assert.deepEqual(page.faults, []);
  await page.context().close();
  await site.stop();
});

test("its policy allows its own script and style, and no connection", async () => {
  const page = await newPage(browser);
  await page.goto(pathToFileURL(file).href);
  await shown(page);
  const outcome = await page.evaluate(async () => {
    const seen = [];
    const told = new Promise((resolve) =>
      addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        seen.push(effectiveDirective);
        if (effectiveDirective === "connect-src") resolve();
      }),
    );
    await fetch("https://example.org/").catch(() => {});
    const script = document.createElement("script");
    let refused;
    try {
      script.text = "globalThis.ran = true";
    } catch (error) {
      refused = error.name;
    }
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    document.head.append(style);
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 5000))]);
    return { seen, refused, display: getComputedStyle(document.body).display };
  });
  assert.ok(outcome.seen.includes("connect-src"), outcome.seen.join());
  assert.equal(outcome.refused, "TypeError", "text is no script");
  assert.equal(outcome.display, "block");
  await page.context().close();
});

test("Firefox: it searches and opens posts", { skip: withoutFirefox }, async () => {
  const firefox = await launchFirefox();
  try {
    const page = await newFirefoxPage(firefox);
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => performance.getEntriesByName("juya:cold").length > 0);
    await page.locator(">>> #query").click();
    await page.keyboard.type("شبکه عصبی");
    await page.waitForFunction(() => document.title.startsWith("شبکه عصبی ·"));
    const title = () => page.evaluate(() => document.querySelector("juya-search").shadowRoot.querySelector("#results h2").textContent);
    assert.equal(await title(), FIRST);
    await page.locator(">>> #results h2 a").click();
    await page.waitForFunction((first) => document.title.startsWith(first), {}, FIRST);
    assert.deepEqual(page.faults, []);
  } finally {
    await firefox.close();
  }
});
