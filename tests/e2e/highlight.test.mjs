/** juya-highlight.js: the words of a search on the page that it led to. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { answer, closePage, launch, newPage, serve } from "./support.mjs";
import { launchFirefox, newFirefoxPage, withoutFirefox } from "./firefox.mjs";

const PAGE = `<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>شبکه</title>
<script type="module" src="juya-highlight.js"></script></head><body>
<p id="top">آغاز</p><div id="space"></div>
<p>شبكه‌ی عصبي و <b>شبکه</b>‌ها، شبکه‌های دیگر؛ شَبَکه.</p>
<p>می‌شود و می شود و میشود.</p>
<p>Café CAFE cafes é ۱۴۰۳ 1403 ١٤٠٣</p>
<p>دسته بندی، دسته‌بندی، دسته - بندی، دسته. بندی</p>
<textarea>شبکه</textarea><script type="text/plain">شبکه</script>
</body></html>`;

let site, browser, page;
before(async () => {
  const policy = { "content-security-policy": "default-src 'self'; require-trusted-types-for 'script'" };
  const send = (type, body) => answer(type, body, policy);
  site = await serve(undefined, {
    routes: {
      "/post.html": send("text/html", PAGE.replace("</head>", '<link rel="stylesheet" href="post.css"></head>')),
      "/post.css": send("text/css", "#space { height: 3000px }"),
      "/own.html": send("text/html", PAGE.replace("</head>", '<link rel="stylesheet" href="own.css"></head>')),
      "/own.css": send("text/css", "::highlight(juya) { background-color: rgb(1, 2, 3) }"),
      "/favicon.ico": (_, response) => response.writeHead(204).end(),
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});
beforeEach(async () => {
  page = await newPage(browser);
});
afterEach(() => closePage(page));

/** What is marked, in the order of the page. */
const marked = () => [...(CSS.highlights.get("juya") ?? [])].map((range) => range.toString());

async function open(words, { name = "post.html", hash = "" } = {}) {
  const parameters = new URLSearchParams(words.map((word) => ["juya", word]));
  await page.goto(`${site.url}${name}?a=b&${parameters}${hash}`);
  await page.waitForFunction(() => document.readyState === "complete");
  return page.evaluate(marked);
}

test("whole words are marked, in every spelling of their letters", async () => {
  assert.deepEqual(await open(["شبکه"]), ["شبکه", "شَبَکه"]);
  assert.deepEqual(await open(["شبکهٔ", "عصبی"]), ["عصبي", "شبکه", "شَبَکه"]);
  assert.deepEqual(await open(["شبکه‌های"]), ["شبکه‌های"]);
  assert.deepEqual(await open(["cafe"]), ["Café", "CAFE"]);
  assert.deepEqual(await open(["۱۴۰۳"]), ["۱۴۰۳", "1403", "١٤٠٣"]);
});

test("what is read as one word is marked as one, however it is written", async () => {
  assert.deepEqual(await open(["می‌شود"]), ["می‌شود", "می شود", "میشود"]);
  assert.deepEqual(await open(["دسته بندی"]), ["دسته بندی", "دسته‌بندی", "دسته - بندی"]);
});

test("the page stays as it is, and its address loses the words alone", async () => {
  await page.goto(`${site.url}post.html`);
  const before = await page.evaluate(() => document.body.innerHTML);
  assert.deepEqual(await page.evaluate(marked), []);
  await open(["شبکه"], { hash: "#top" });
  assert.equal(await page.evaluate(() => document.body.innerHTML), before);
  assert.equal(page.url(), `${site.url}post.html?a=b#top`);
});

test("the first mark is scrolled to, unless the address names a place", async () => {
  await open(["شبکه"]);
  assert.ok((await page.evaluate(() => scrollY)) > 1000);
  await open(["شبکه"], { hash: "#top" });
  assert.ok((await page.evaluate(() => scrollY)) < 100);
});

test("the page's own look of marks wins", async () => {
  const background = () =>
    page.evaluate(() => getComputedStyle(document.body, "::highlight(juya)").backgroundColor);
  await open(["شبکه"]);
  assert.equal(await background(), "rgb(255, 224, 138)");
  await open(["شبکه"], { name: "own.html" });
  assert.equal(await background(), "rgb(1, 2, 3)");
});

test("words are text, whatever stands in them", async () => {
  for (const word of ["<img src=x onerror=alert(1)>", "(", "[", "\\", ".*", "%", "", " ", "\u200c", "constructor"]) {
    assert.deepEqual(await open([word]), [], word);
  }
  assert.deepEqual(await open(["شبکه".repeat(100)]), []);
});

test("content that comes later can be marked", async () => {
  await page.goto(`${site.url}post.html`);
  const found = await page.evaluate(async () => {
    const { highlight } = await import("./juya-highlight.js");
    document.getElementById("top").textContent = "A late word";
    return highlight(["late"]).map(String);
  });
  assert.deepEqual(found, ["late"]);
  assert.deepEqual(await page.evaluate(marked), ["late"]);
});

test("Firefox marks, too", { skip: withoutFirefox }, async () => {
  const firefox = await launchFirefox();
  try {
    const page = await newFirefoxPage(firefox);
    await page.goto(`${site.url}post.html?juya=${encodeURIComponent("شبکه")}`);
    assert.deepEqual(await page.evaluate(marked), ["شبکه", "شَبَکه"]);
    assert.deepEqual(page.faults, []);
  } finally {
    await firefox.close();
  }
});
