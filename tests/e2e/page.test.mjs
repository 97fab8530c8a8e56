/** What readers do on the page. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { noteAnnouncements } from "./element-support.mjs";
import { closePage, hold, launch, listedIds, newPage, root, serve, shown } from "./support.mjs";

const FIRST = "شبکه عصبی خود را بهتر بفهمید!";
const LAST = "اشتباه نکنید! مکانیزم توجه همه آن چیزی که لازم دارید نیست!";

let site, browser, page;

/** A module as it is written: in the built site it is part of another. */
const source = async ({ url }, response) => {
  response.writeHead(200, { "content-type": "text/javascript" });
  response.end(await readFile(join(root, "www", url)));
};
before(async () => {
  site = await serve(undefined, { routes: { "/view.js": source, "/texts.js": source } });
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

/** Opens the page at an address relative to the site's. */
async function open(address = "") {
  await page.goto(site.url + address);
  await shown(page);
}

const title = (place) => page.locator("#results h2").nth(place);
const address = () => decodeURIComponent(page.url().slice(site.url.length).replaceAll("+", " "));
/** The id of what has the focus, or its text; the page itself is one element. */
const focused = () =>
  page.evaluate(() => {
    const { activeElement } = document.querySelector("juya-search").shadowRoot;
    return activeElement?.id || activeElement?.textContent;
  });

test("an empty query lists every post in the order of the source", async () => {
  await open();
  const titles = await page.locator("#results h2").allTextContents();
  assert.equal(titles.length, 18);
  assert.equal(titles[0], FIRST);
  assert.equal(titles[17], LAST);
  assert.equal(await page.locator("header").innerText().then((text) => text.includes("۱۸ مطلب")), true);
  assert.match(await page.title(), /nlp_stuff/);
});

test("results appear as the reader types, with what matched marked", async (t) => {
  await open();
  await page.locator("#query").pressSequentially("شبکه عصبی");
  assert.equal(await title(0).textContent(), FIRST);
  assert.deepEqual(await title(0).locator("mark").allTextContents(), ["شبکه", "عصبی"]);
  assert.match(await page.locator("#count").textContent(), /^[۰-۹]+ نتیجه$/);
  const links = page.locator("#results .meta a");
  assert.equal(await links.first().textContent(), "github.com/slundberg/shap");
  assert.equal(await links.first().getAttribute("rel"), "noopener noreferrer");
  const keys = await page.evaluate(() =>
    performance.getEntriesByName("juya:key").map(({ duration }) => duration),
  );
  const [cold] = await page.evaluate(() =>
    performance.getEntriesByName("juya:cold").map(({ duration }) => duration),
  );
  keys.sort((a, b) => a - b);
  t.diagnostic(`cold load to first results: ${cold.toFixed(0)} ms`);
  t.diagnostic(`key to results: median ${keys[keys.length >> 1].toFixed(1)} ms, worst ${keys.at(-1).toFixed(1)} ms`);
});

test("a mark leaves the shape of Persian words alone", async () => {
  await open("?q=شبکه");
  const style = await page.locator("mark").first().evaluate((mark) => {
    const { padding, margin, borderWidth, display } = getComputedStyle(mark);
    return [padding, margin, borderWidth, display];
  });
  assert.deepEqual(style, ["0px", "0px", "0px", "inline"]);
});

test("the address carries the query: typing writes it, opening it searches", async () => {
  await open();
  await page.fill("#query", "BERT");
  await page.waitForURL("**/?q=BERT");
  const ids = await listedIds(page);
  assert.ok(ids.length > 0);
  await open("?q=BERT");
  assert.equal(await page.inputValue("#query"), "BERT");
  assert.deepEqual(await listedIds(page), ids);
});

test("what is typed while the engine loads is searched when it is there", async () => {
  const release = await hold(page, "**/*.wasm");
  await page.goto(site.url);
  await page.fill("#query", "شبکه عصبی");
  assert.equal(await page.locator("#results li").count(), 0);
  release();
  await shown(page);
  assert.equal(await title(0).textContent(), FIRST);
});

test("a post opens in full on the same page; back returns to the same results", async () => {
  await open("?q=شبکه عصبی");
  const ids = await listedIds(page);
  await title(0).click();
  const post = page.locator("#post");
  assert.equal(await post.locator("h2").textContent(), FIRST);
  assert.equal(address(), `?q=شبکه عصبی#post=${ids[0]}`);
  const text = await post.innerText();
  for (const part of ["خب احتمالا هر وقت", "نقش رو داشتند.", "آدرس صفحه گیتهاب:"]) {
    assert.ok(text.includes(part), part);
  }
  const link = post.locator("a[rel='noopener noreferrer']");
  assert.equal(await link.getAttribute("href"), "https://github.com/slundberg/shap#citations");
  assert.equal(await page.locator("#list").isVisible(), false);
  assert.equal(await focused(), FIRST);
  assert.match(await page.title(), new RegExp(`^${FIRST}`));

  await page.goBack();
  assert.equal(await post.isVisible(), false);
  assert.deepEqual(await listedIds(page), ids);
  assert.equal(address(), "?q=شبکه عصبی");
  assert.equal(await focused(), FIRST, "the opened result has the focus again");
  await page.goForward();
  assert.equal(await post.locator("h2").textContent(), FIRST);
  await page.locator(".back").click();
  assert.equal(address(), "?q=شبکه عصبی");
});

test("coming back leaves the list where it was scrolled", async () => {
  await open();
  const last = page.locator("#results h2 a").last();
  await last.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  assert.ok(before > 0);
  await last.click();
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.locator(".back").click();
  await page.locator("#list").waitFor();
  assert.equal(await page.evaluate(() => scrollY), before);
});

test("every post can be shared by its address and shows all its text", async () => {
  await open();
  const ids = await listedIds(page);
  const posts = await page.evaluate(async (ids) => {
    const { load } = await import("./juya.js");
    const index = await load();
    return Promise.all(ids.map((id) => index.post(id)));
  }, ids);
  for (const post of posts) {
    await open(`#post=${encodeURIComponent(post.id)}`);
    const paragraphs = await page.locator("#post > p").allTextContents();
    const missing = post.text.split("\n").filter((line) => line.trim() && !paragraphs.includes(line));
    assert.deepEqual(missing, [], post.title);
    await page.goto("about:blank");
  }
});

test("a shared post leads to the list, and an unknown one says so", async () => {
  await open("?q=BERT#post=no-such-post");
  assert.match(await page.locator("#post h2").textContent(), /در آرشیو نیست/);
  await page.locator(".back").click();
  assert.equal(address(), "?q=BERT");
  assert.ok((await listedIds(page)).length > 0);
});

test("typing while a post is open returns to results, and back to the post", async () => {
  await open();
  await title(0).click();
  await page.fill("#query", "ترنسفورمر");
  assert.equal(await page.locator("#post").isVisible(), false);
  assert.ok((await listedIds(page)).length > 0);
  assert.equal(address(), "?q=ترنسفورمر");
  await page.goBack();
  assert.equal(await page.locator("#post h2").textContent(), FIRST);
});

test("keys: arrows move through results, Enter opens, / and Escape lead back to the box", async () => {
  await open();
  assert.equal(await focused(), "query", "with a keyboard at hand the box has the focus");
  await page.keyboard.type("شبکه عصبی");
  const titles = await page.locator("#results h2").allTextContents();
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), "query");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), titles[0]);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), titles[1]);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#post h2").textContent(), titles[1]);
  await page.keyboard.press("Escape");
  await page.locator("#list").waitFor();
  assert.equal(await focused(), titles[1]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), "query");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), titles[0], "Enter in the box goes to the first result");
  await page.keyboard.press("/");
  assert.equal(await focused(), "query");
  assert.equal(await page.inputValue("#query"), "شبکه عصبی");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#query"), "");
  assert.equal((await listedIds(page)).length, 18);
  await page.keyboard.press("End");
  await page.keyboard.type("a/b");
  assert.equal(await page.inputValue("#query"), "a/b", "in the box / is a letter");
});

test("keys that an input method uses are left to it", async () => {
  await open();
  const session = await page.context().newCDPSession(page);
  await page.focus("#query");
  await session.send("Input.imeSetComposition", { text: "شبک", selectionStart: 3, selectionEnd: 3 });
  const found = await page.locator("#results mark").count();
  assert.ok(found > 0, "phone keyboards compose every word: results must not wait for its end");
  const isTaken = await page.locator("#query").evaluate((box) => {
    const event = new KeyboardEvent("keydown", { key: "ArrowDown", isComposing: true, bubbles: true, cancelable: true });
    return !box.dispatchEvent(event);
  });
  assert.equal(isTaken, false);
  assert.equal(await focused(), "query");
  await session.send("Input.insertText", { text: "شبکه" });
  assert.equal(await page.inputValue("#query"), "شبکه");
});

test("tags narrow the results; their counts are right", async () => {
  await open("?q=مدل");
  const all = await page.locator("#count").textContent();
  const paper = page.locator("#facets button", { hasText: "مقاله" });
  const count = (await paper.textContent()).replace(/[^۰-۹]/gu, "");
  await paper.click();
  assert.equal(await page.locator("#count").textContent(), `${count} نتیجه`);
  assert.equal(await paper.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("#facets button").first().getAttribute("aria-pressed"), "false");
  assert.ok(await paper.evaluate((button) => button === button.getRootNode().activeElement), "keeps the focus");
  for (const meta of await page.locator("#results .meta").allTextContents()) {
    assert.match(meta, /#مقاله/);
  }
  assert.equal(address(), "?q=مدل&tag=paper");
  await open("?q=مدل&tag=paper");
  assert.equal(await page.locator("#count").textContent(), `${count} نتیجه`);
  await page.locator("#facets button").first().click();
  assert.equal(await page.locator("#count").textContent(), all);
  assert.equal(address(), "?q=مدل");
});

test("tags narrow the list of all posts", async () => {
  await open("?tag=paper");
  const metas = await page.locator("#results .meta").allTextContents();
  assert.ok(metas.length > 0 && metas.length < 18);
  for (const meta of metas) assert.match(meta, /#مقاله/);
});

test("more results come at the press of a button, each once", async () => {
  const query = "مدل از که";
  await open(`?q=${query}`);
  const total = await page.evaluate(async (query) => {
    const { load } = await import("./juya.js");
    return (await (await load()).search(query)).total;
  }, query);
  assert.ok(total > 10, `the test needs a query with two pages of results, not ${total}`);
  assert.equal((await listedIds(page)).length, 10);
  await page.locator("#more").click();
  const ids = await listedIds(page);
  assert.equal(ids.length, Math.min(total, 20));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(await focused(), await title(10).textContent(), "the first new result has the focus");
});

test("says what was searched instead of what was typed, with a way back", async () => {
  await open("?q=شبکه عصبی");
  const meant = await listedIds(page);
  assert.equal(await page.locator("#meaning").isVisible(), false);
  await page.fill("#query", "af;i uwfd"); // the same keys on the other layout
  assert.match(await page.locator("#meaning").innerText(), /نتیجه برای شبکه عصبی/);
  assert.deepEqual(await listedIds(page), meant);
  await page.locator("#meaning button").click();
  assert.equal(await page.locator("#meaning").isVisible(), false);
  assert.match(await page.locator("#notice").innerText(), /نتیجه‌ای پیدا نشد/);
  assert.equal(await page.inputValue("#query"), "af;i uwfd");
  await page.goto(page.url());
  await shown(page);
  assert.match(await page.locator("#notice").innerText(), /نتیجه‌ای پیدا نشد/, "the address carries it");
  await page.fill("#query", "af;i uwf");
  assert.equal(await page.locator("#meaning").isVisible(), true, "typing searches widely again");
});

test("no results: says so and leads out", async () => {
  await open("?q=قققققق");
  assert.match(await page.locator("#notice").innerText(), /برای «قققققق» نتیجه‌ای پیدا نشد/);
  assert.equal(await page.locator("#more").isVisible(), false);
  await page.locator("#notice button").click();
  assert.equal((await listedIds(page)).length, 18);
  assert.equal(await page.inputValue("#query"), "");
});

test("the announcer tells the count once the typing pauses", async () => {
  await open();
  const announcer = page.getByRole("status");
  await announcer.filter({ hasText: /./ }).waitFor({ state: "attached" });
  await noteAnnouncements(page);
  await page.locator("#query").pressSequentially("شبکه");
  await announcer.filter({ hasText: "نتیجه" }).waitFor({ state: "attached" });
  assert.equal(await announcer.textContent(), await page.locator("#count").textContent());
  const said = await page.evaluate(() => globalThis.said);
  for (const { text, pause, keys } of said) assert.ok(pause > 600 && keys > 0, `${text}: ${pause} ms after ${keys} keys`);
});

test("a query is text, whatever stands in it", async () => {
  const hostile = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "&lt;b&gt;&amp;",
    "{{7*7}}${7*7}",
    "%00%ff%u2028",
    "\u202eevil\u2066",
    "\ud800",
  ];
  page.on("dialog", (dialog) => page.faults.push(`dialog: ${dialog.message()}`));
  await open();
  for (const query of hostile) {
    await page.fill("#query", query);
    const tags = await page.locator("main :is(img, script, iframe, object, b)").count();
    assert.equal(tags, 0, query);
    const notice = await page.locator("#notice").textContent();
    if (notice) assert.ok(notice.includes((await page.inputValue("#query")).trim()), query);
    await open(`?q=${encodeURIComponent(query.toWellFormed?.() ?? query.replace(/\ud800/g, ""))}`);
    assert.equal(await page.locator("main :is(img, script, iframe, object, b)").count(), 0, query);
  }
});

test("the text of posts is text, and only web links can be followed", async () => {
  await open();
  const [markup, links] = await page.evaluate(async () => {
    const { hitContent, postContent } = await import("./view.js");
    const { speak } = await import("./texts.js");
    const speech = speak("fa");
    const evil = "<img src=x onerror=alert(1)> javascript:alert(1) data:text/html,x https://example.org/<b>";
    const range = (part) => ({ start: evil.indexOf(part), end: evil.indexOf(part) + part.length });
    const box = document.createElement("div");
    box.append(
      ...hitContent({
        id: '"><script>',
        title: evil,
        titleRanges: [range("<img")],
        excerpt: evil,
        excerptRanges: [range("onerror")],
        tags: ["<b>"],
        links: ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://example.org/a"],
        date: "<i>",
      }, speech, "?"),
      ...postContent(
        {
          title: evil,
          text: evil,
          linkRanges: ["javascript:alert(1)", "data:text/html,x", "https://example.org/<b>"].map(range),
          preview: evil,
          url: "javascript:alert(1)",
          date: "",
          author: "<u>",
          tags: [],
        },
        speech,
      ),
    );
    document.querySelector("main").append(box);
    return [
      box.querySelectorAll("img, script, b, i, u").length,
      [...box.querySelectorAll("a[rel]")].map((link) => link.href),
    ];
  });
  assert.equal(markup, 0);
  assert.deepEqual(links, ["https://example.org/a", "https://example.org/%3Cb%3E"]);
});

test("the engine failing to load is told, and can be tried again", async () => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(site.url);
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /جستجو آماده نشد/);
  assert.match(await alert.innerText(), /Could not start the search engine/);
  await page.fill("#query", "شبکه عصبی");
  await page.unroute("**/*.wasm");
  page.faults.length = 0; // Chromium reports the aborted request
  await alert.getByRole("button").click();
  await shown(page);
  assert.equal(await title(0).textContent(), FIRST);
});

test("a phone: nothing overflows at 320 px, everything is large enough to touch", async () => {
  await page.context().close();
  page = await newPage(browser, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
  for (const address of ["", "?q=مدل", "?q=قققققق"]) {
    await open(address);
    await check();
  }
  await open("?q=BERT");
  await title(0).tap();
  await page.locator("#post h2").waitFor();
  await check();

  async function check() {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${page.url()} overflows by ${overflow} px`);
    // Links within a sentence or a paragraph are exempt; a title's target is its whole item.
    const targets = page.locator("button, input, .back, .meta a, #results li");
    for (const target of await targets.all()) {
      const box = await target.boundingBox();
      if (!box) continue;
      const name = (await target.textContent()) || (await target.getAttribute("id"));
      assert.ok(box.height >= 44 && box.width >= 44, `${name}: ${box.width} × ${box.height}`);
    }
  }
});

test("light and dark follow the reader's setting", async () => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await open();
  assert.equal(await paper(), "rgb(251, 250, 247)");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(), "rgb(21, 22, 26)");
});

test("the page needs no motion where the reader wants none", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open("?q=مدل");
  const moving = await page.evaluate(() =>
    [document, document.querySelector("juya-search").shadowRoot].flatMap((root) => [...root.querySelectorAll("*")]).filter((node) => {
      const { transitionDuration, animationName } = getComputedStyle(node);
      return parseFloat(transitionDuration) > 0 || !/^(none|)$/.test(animationName);
    }).length,
  );
  assert.equal(moving, 0);
});
