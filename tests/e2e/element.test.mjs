/** `<juya-search>` on pages of all kinds: modes, results, languages, looks. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { boxState, buildIndex, noteAnnouncements, openElement, share, timeKeys } from "./element-support.mjs";
import { closePage, newPage, root } from "./support.mjs";

const shared = share();
let site, browser, page;
beforeEach(async () => {
  ({ site, browser } = shared);
  site.reset();
  site.bytes = shared.index;
  page = await newPage(browser);
});
afterEach(() => closePage(page));

const open = (attributes, content) => openElement(page, site, attributes, content);

const titles = () => page.locator("[part=hit] [part=title]").allTextContents();
const parts = () => page.evaluate(() => document.querySelector("juya-search").shadowRoot.activeElement?.id);

async function search(query) {
  await page.locator("#query").fill(query);
  await page.locator("[part=hit]").first().waitFor();
}

/* The page around it. */

const HOSTS = {
  "left to right": { html: '<html lang="en">' },
  "right to left": { html: '<html lang="fa" dir="rtl">' },
  dark: { css: ":root { color-scheme: dark; background: #000; color: #fff }" },
  "with a reset": { css: "*, *::before, *::after { margin: 0; padding: 0; border: 0; font: inherit; list-style: none; box-sizing: content-box } a { color: inherit }" },
  "with a large root font": { css: ":root { font-size: 20px }" },
  "with a tiny root font": { css: ":root { font-size: 62.5% } body { font-size: 1.6rem }" },
  "that unsets everything": { css: "* { all: unset } head, script, title { display: none }" },
  zoomed: { css: "html { zoom: 2 }" },
  "with loud rules": {
    css: `div, p, h2, a, form, input, mark, li, ol, section, svg, [part], [role], #panel, .root { display: none !important; color: red !important }
      main, body { display: block !important } juya-search { letter-spacing: 9px; text-transform: uppercase; text-align: end; line-height: 4; white-space: pre; visibility: visible }`,
  },
};

for (const [name, host] of Object.entries(HOSTS)) {
  for (const mode of ["inline", "modal", "page"]) {
    test(`on a page ${name}: ${mode}`, async () => {
      Object.assign(site, host);
      await open(`mode="${mode}"`);
      if (mode === "modal") await page.locator("[part=button]").click();
      const box = await page.locator("#query").boundingBox();
      assert.ok(box.height >= 44 && box.width >= 100, JSON.stringify(box));
      await page.locator("#query").click();
      await page.keyboard.type("شبکه عصبی");
      const hit = page.locator("[part=hit]").first();
      await hit.waitFor();
      assert.equal((await titles())[0], "شبکه عصبی خود را بهتر بفهمید!");
      const { width, height } = await hit.boundingBox();
      assert.ok(width >= 200 && height >= 44, `${width} × ${height}`);
      const look = await hit.evaluate((node) => {
        const { letterSpacing, textTransform, whiteSpace, color } = getComputedStyle(node.querySelector("[part=title]"));
        return { letterSpacing, textTransform, whiteSpace, isRed: color === "rgb(255, 0, 0)" };
      });
      assert.deepEqual(look, { letterSpacing: "normal", textTransform: "none", whiteSpace: "normal", isRed: false });
      // Text keeps its contrast whatever is behind the element.
      const [ink, card] = await hit.evaluate((node) => {
        const root = node.getRootNode().querySelector(".root");
        return [getComputedStyle(root).color, getComputedStyle(root.querySelector("form")).backgroundColor];
      });
      assert.notEqual(ink, card);
      await page.locator("[part=hit]").first().click();
      await page.locator("#post h2").waitFor();
    });
  }
}

test("the page keeps its own look and its ids", async () => {
  site.css = "h2 { color: rgb(1, 2, 3) }";
  site.body = '<juya-search></juya-search><h2 id="query" class="unseen">A heading</h2>';
  await page.goto(site.host);
  const look = await page.locator("main > h2").evaluate((node) => {
    const { color, position } = getComputedStyle(node);
    return [color, position];
  });
  assert.deepEqual(look, ["rgb(1, 2, 3)", "static"]);
  assert.equal(await page.evaluate(() => Object.keys(globalThis).filter((name) => /juya/i.test(name)).length), 0);
});

test("custom properties and parts change the look", async () => {
  site.css = `juya-search { --juya-accent: rgb(200, 0, 100); --juya-mark: rgb(1, 200, 1); --juya-card: rgb(9, 9, 9);
    --juya-font: monospace; --juya-font-size: 21px; --juya-radius: 3px }
    juya-search::part(title) { text-decoration: overline } juya-search::part(hit) { border-style: dashed }`;
  await open('mode="page"');
  await search("شبکه");
  const style = (selector, property) => page.locator(selector).first().evaluate((node, property) => getComputedStyle(node)[property], property);
  assert.equal(await style("mark", "backgroundColor"), "rgb(1, 200, 1)");
  assert.equal(await style("form", "backgroundColor"), "rgb(9, 9, 9)");
  assert.equal(await style("form", "borderRadius"), "3px");
  assert.equal(await style(".root", "fontFamily"), "monospace");
  assert.equal(await style(".root", "fontSize"), "21px");
  assert.equal(await style("#more", "color"), "rgb(200, 0, 100)");
  assert.match(await style("[part=title]", "textDecoration"), /overline/);
  assert.equal(await style("[part=hit]", "borderTopStyle"), "dashed");
});

test("the manifest, the comments and the code name the same things", async () => {
  const read = (file) => readFile(join(root, "www", file), "utf8");
  const code = await read("juya-search-element.js");
  const style = await read("juya-search-style.js");
  const view = await read("view.js");
  const { modules } = JSON.parse(await read("custom-elements.json"));
  const declaration = modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === "juya-search");
  const manifest = (list) => declaration[list].map(({ name }) => name).sort();
  const comment = (tag, name) => [...code.matchAll(new RegExp(`^ \\* @${tag}(?= )(?: \\{.*?\\})?(?: \\[?(${name})(?:=[^\\]]*\\])?)?(?= |$)`, "gm"))].map((match) => match[1] ?? "").sort();
  const used = (texts, pattern) => [...new Set([...texts.matchAll(pattern)].map((match) => match[1]))].sort();

  assert.deepEqual(comment("attr", "[a-z-]+"), manifest("attributes"));
  assert.deepEqual(comment("fires", "[a-z-]+"), manifest("events"));
  assert.deepEqual(comment("csspart", "[a-z-]+"), manifest("cssParts"));
  assert.deepEqual(comment("cssprop", "--[a-z-]+"), manifest("cssProperties"));
  assert.deepEqual(used(style, /var\((--juya-[a-z-]+)/g), manifest("cssProperties"));
  assert.deepEqual(used(code, /"(juya-(?:load|error|results|select|post|open|close))"/g), manifest("events"));
  assert.deepEqual(used(code + view, /\bpart: "([a-z-]+)"/g), manifest("cssParts"));
  const attributes = used(code, /(?:get|has)Attribute\("(?!lang|dir|aria)([a-z-]+)"\)/g);
  assert.deepEqual(attributes, manifest("attributes"));
  assert.deepEqual(manifest("slots"), ["", "button"]);
});

/* Registering. */

test("one script tag, an import, another name: the same class, all beside each other", async () => {
  site.head = '<script type="module" src="host.js"></script>';
  site.script = `import { JuyaSearch } from "./juya-search-element.js";
    globalThis.early = customElements.get("juya-search") === undefined;
    JuyaSearch.define("my-search");
    const again = await import("./juya-search.js");
    JuyaSearch.define("my-search");
    globalThis.same = again.JuyaSearch === JuyaSearch;`;
  site.body = "<my-search></my-search><juya-search></juya-search>";
  await page.goto(site.host);
  await page.waitForFunction(() => customElements.get("juya-search"));
  const facts = await page.evaluate(() => [globalThis.early, globalThis.same, document.querySelector("my-search").shadowRoot !== null]);
  assert.deepEqual(facts, [true, true, true]);
  await page.locator("my-search #query").fill("شبکه");
  await page.locator("my-search [part=hit]").first().waitFor();
});

test("several elements on a page: each its own search, one engine", async () => {
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  site.body = '<juya-search id="a"></juya-search><juya-search id="b" src="posts.juya" no-recent></juya-search><juya-search id="c"></juya-search>';
  await page.goto(site.host);
  for (const [id, query] of [["a", "شبکه"], ["b", "باغ"], ["c", "مدل"]]) {
    await page.locator(`#${id} #query`).fill(query);
    await page.locator(`#${id} [part=hit]`).first().waitFor();
  }
  assert.equal(fetched.filter((url) => url.endsWith(".wasm")).length, 1);
  assert.equal(await page.locator("#a #panel").isVisible(), false, "only one is open");
  await page.keyboard.press("Escape");
  await page.locator("#after").click();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "a", "the shortcut leads to the first");
});

test("an index can be given, and changed", async () => {
  site.head += '<script type="module" src="host.js"></script>';
  site.script = `import { load } from "./juya.js";
    globalThis.embedded = await load();
    globalThis.posts = await load("posts.juya");
    document.querySelector("juya-search").index = globalThis.posts;`;
  await open();
  await page.waitForFunction(() => document.querySelector("juya-search").index);
  await search("باغ");
  assert.ok((await titles()).includes("باغ ایرانی"));
  await page.evaluate(() => (document.querySelector("juya-search").index = globalThis.embedded));
  await search("شبکه عصبی");
  assert.equal((await titles())[0], "شبکه عصبی خود را بهتر بفهمید!");
});

test("an element that is taken out and put back works, and listens once", async () => {
  await open('mode="modal"');
  await page.evaluate(() => {
    const element = document.querySelector("juya-search");
    const place = element.parentNode;
    for (let i = 0; i < 3; i++) {
      element.remove();
      place.append(element);
    }
    globalThis.opened = 0;
    element.addEventListener("juya-open", () => (globalThis.opened += 1));
    element.remove();
  });
  await page.keyboard.press("/");
  await page.evaluate(() => {
    const element = document.createElement("juya-search");
    element.setAttribute("mode", "modal");
    document.querySelector("main").append(element);
  });
  await page.keyboard.press("/");
  await search("شبکه");
  assert.equal(await page.evaluate(() => globalThis.opened), 0, "what was removed is deaf");
});

/* Modes. */

test("inline: results stand under the box, over the page, and leave with the focus", async () => {
  await open();
  const place = () => page.locator("#after").boundingBox();
  const before = await place();
  await search("شبکه");
  const [box, panel] = [await page.locator("form").boundingBox(), await page.locator("#panel").boundingBox()];
  assert.ok(panel.y >= box.y + box.height && Math.abs(panel.width - box.width) < 2);
  assert.deepEqual(await place(), before, "the page does not move");
  await page.locator("h1").click();
  assert.equal(await page.locator("#panel").isVisible(), false);
  await page.locator("#query").click();
  assert.equal(await page.locator("#panel").isVisible(), true);
});

test("inline: under a narrow box the results have room, and stay within the window", async () => {
  for (const html of ['<html lang="fa" dir="rtl">', '<html lang="en" dir="ltr">']) {
    for (const place of ["start", "end"]) {
      site.html = html;
      site.css = `main { display: flex; justify-content: ${place} } h1, #after { display: none } juya-search { inline-size: 140px }`;
      for (const width of [1000, 360]) {
        await page.setViewportSize({ width, height: 600 });
        await open();
        await search("مدل");
        const panel = await page.locator("#panel").boundingBox();
        assert.ok(panel.width >= Math.min(400, width - 32) - 1, `${panel.width}`);
        assert.ok(panel.x >= 0 && panel.x + panel.width <= width, `${html} ${place}: ${JSON.stringify(panel)}`);
      }
    }
  }
});

test("modal: a button, / and Ctrl+K open it; Escape, the button and a press beside it close it", async () => {
  await open('mode="modal"');
  const dialog = page.locator("dialog");
  const opened = async (how) => {
    await how();
    assert.equal(await dialog.isVisible(), true);
    assert.equal(await parts(), "query");
  };
  await opened(() => page.getByRole("button", { name: "جستجو" }).click());
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await opened(() => page.keyboard.press("/"));
  await page.locator("dialog .close").click();
  await dialog.waitFor({ state: "hidden" });
  await opened(() => page.keyboard.press("Control+k"));
  await page.mouse.click(5, 5);
  await dialog.waitFor({ state: "hidden" });
  await opened(() => page.keyboard.press("Meta+k"));
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  // On a Persian keyboard the same keys give other letters.
  await opened(() =>
    page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ن", code: "KeyK", ctrlKey: true, bubbles: true }))),
  );
  await search("شبکه");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.querySelector("juya-search").matches(":focus-within")), true, "the focus is where it was");
});

test("shortcuts leave alone what is typed elsewhere, and can be others or none", async () => {
  site.body = '<input id="own"><textarea></textarea><div id="edit" contenteditable>x</div><juya-search mode="modal"></juya-search>';
  await page.goto(site.host);
  for (const field of ["#own", "textarea", "#edit"]) {
    await page.locator(field).focus();
    await page.keyboard.press("/");
    assert.equal(await page.locator("dialog").isVisible(), false, field);
  }
  assert.equal(await page.inputValue("#own"), "/");
  await page.locator("h1").click();
  await page.keyboard.press("Shift+Slash");
  await page.keyboard.press("k");
  assert.equal(await page.locator("dialog").isVisible(), false);
  await open('mode="modal" shortcut="Ctrl+J s"');
  await page.keyboard.press("/");
  assert.equal(await page.locator("dialog").isVisible(), false);
  await page.keyboard.press("s");
  assert.equal(await page.locator("dialog").isVisible(), true);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("Control+j");
  assert.equal(await page.locator("dialog").isVisible(), true);
  await open('mode="modal" shortcut=""');
  await page.keyboard.press("/");
  await page.keyboard.press("Control+k");
  assert.equal(await page.locator("dialog").isVisible(), false);
});

test("modal: the button can be the owner's", async () => {
  await open('mode="modal"', '<span slot="button">Find it</span>');
  await page.getByRole("button", { name: "Find it" }).click();
  assert.equal(await page.locator("dialog").isVisible(), true);
});

test("attributes may change while the element is in the page", async () => {
  await open('mode="inline"');
  await search("شبکه");
  await page.evaluate(() => document.querySelector("juya-search").setAttribute("mode", "page"));
  await page.locator("#facets button").first().waitFor();
  assert.equal(await page.inputValue("#query"), "شبکه");
  await page.evaluate(() => document.querySelector("juya-search").setAttribute("lang", "en"));
  await page.locator("#count", { hasText: /^\d+ results$/ }).waitFor();
  await page.evaluate(() => document.querySelector("juya-search").setAttribute("src", "posts.juya"));
  await page.locator("#query").fill("باغ");
  await page.locator("[part=title]", { hasText: "باغ ایرانی" }).waitFor();
});

/* Properties and events. */

test("the query is a property; events tell what happens, in order", async () => {
  site.head += '<script type="module" src="host.js"></script>';
  site.script = `globalThis.seen = [];
    for (const name of ["juya-load", "juya-results", "juya-select", "juya-post", "juya-open", "juya-close", "juya-error"]) {
      document.addEventListener(name, ({ type, detail }) => globalThis.seen.push([type, detail && Object.keys(detail)]));
    }`;
  await open("open-here");
  await page.evaluate(() => {
    const element = document.querySelector("juya-search");
    element.query = "شبکه عصبی";
    element.open();
  });
  await page.locator("[part=hit]").first().click();
  await page.locator(".back").click();
  await page.evaluate(() => document.querySelector("juya-search").close());
  assert.equal(await page.evaluate(() => document.querySelector("juya-search").query), "شبکه عصبی");
  const seen = await page.evaluate(() => globalThis.seen);
  const expected = [
    ["juya-load", ["index"]],
    ["juya-open", null],
    ["juya-results", ["query", "page"]],
    ["juya-select", ["hit", "query"]],
    ["juya-post", ["post"]],
    ["juya-post", ["post"]],
    ["juya-close", null],
  ];
  assert.deepEqual(seen.filter(([name]) => name !== "juya-open"), expected.filter(([name]) => name !== "juya-open"));
  assert.equal(seen.filter(([name]) => name === "juya-open").length, 1);
});

test("a modal tells once that it opens and once that it closes", async () => {
  await open('mode="modal"');
  await page.evaluate(() => {
    globalThis.seen = [];
    for (const name of ["juya-open", "juya-close"]) addEventListener(name, () => globalThis.seen.push(name));
  });
  await page.keyboard.press("/");
  assert.deepEqual(await page.evaluate(() => globalThis.seen), ["juya-open"]);
  await search("مدل");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("/");
  await page.locator("dialog .close").click();
  await page.waitForFunction(() => globalThis.seen.length >= 4);
  assert.deepEqual(await page.evaluate(() => globalThis.seen), ["juya-open", "juya-close", "juya-open", "juya-close"]);
});

test("a listener can open results in its own way", async () => {
  await open('src="posts.juya"');
  await page.evaluate(() =>
    document.addEventListener("juya-select", (event) => {
      event.preventDefault();
      globalThis.chosen = [event.detail.hit.id, event.detail.query];
    }),
  );
  await search("باغ ایرانی");
  await page.locator("[part=hit]").first().click();
  assert.deepEqual(await page.evaluate(() => globalThis.chosen), ["garden", "باغ ایرانی"]);
  assert.equal(page.url(), site.host);
});

test("a newer key press ends the search before it", async () => {
  site.head += '<script type="module" src="host.js"></script>';
  // The real index behind a slow wire, which tells whom it was told to stop.
  site.script = `import { load } from "./juya.js";
    const index = await load();
    globalThis.asked = [];
    const late = new Promise((resolve) => (globalThis.answerLate = resolve));
    const slowly = Object.create(index, {
      search: {
        async value(query, options) {
          const call = { query, aborted: false };
          globalThis.asked.push(call);
          options.signal.addEventListener("abort", () => (call.aborted = true));
          if (query.length < 4) await late;
          return index.search(query, { ...options, signal: undefined });
        },
      },
      suggest: { value: (...given) => index.suggest(...given) },
      similar: { value: (...given) => index.similar(...given) },
      post: { value: (...given) => index.post(...given) },
    });
    document.querySelector("juya-search").index = slowly;`;
  await open();
  await page.waitForFunction(() => document.querySelector("juya-search").index);
  await page.locator("#query").pressSequentially("شبکه");
  await page.locator("[part=hit]").first().waitFor();
  await page.evaluate(() => globalThis.answerLate());
  await page.waitForTimeout(200);
  const asked = await page.evaluate(() => globalThis.asked);
  assert.deepEqual(asked.map(({ query }) => query), ["ش", "شب", "شبک", "شبکه"]);
  assert.deepEqual(asked.map(({ aborted }) => aborted), [true, true, true, false]);
  assert.ok((await page.locator("mark").allTextContents()).some((text) => text.startsWith("شبکه")));
});

/* Results. */

test("a mark leaves the shape of Persian words alone, and holds whole words", async () => {
  await open();
  await search("شبک");
  const marks = await page.locator("mark").evaluateAll((all) =>
    all.map((mark) => {
      const { padding, margin, borderWidth, display } = getComputedStyle(mark);
      const around = [mark.previousSibling?.textContent.at(-1), mark.nextSibling?.textContent.at(0)];
      // The same text without the mark must be as wide: no letter has changed its form.
      const line = mark.parentNode;
      line.style.whiteSpace = "nowrap";
      const width = () => {
        const range = document.createRange();
        range.selectNodeContents(line);
        return range.getBoundingClientRect().width;
      };
      const marked = width();
      const nodes = [...line.childNodes];
      line.replaceChildren(line.textContent);
      const change = Math.abs(width() - marked);
      line.replaceChildren(...nodes);
      return { style: [padding, margin, borderWidth, display], around, change };
    }),
  );
  assert.ok(marks.length > 3);
  for (const { style, around, change } of marks) {
    assert.deepEqual(style, ["0px", "0px", "0px", "inline"]);
    for (const letter of around) assert.doesNotMatch(letter ?? " ", /[\p{L}\p{M}\u200c]/u);
    assert.ok(change < 1, `${change} px`);
  }
});

test("a result tells title, passage, date, source, kind, tags and where its links lead", async () => {
  await open('src="posts.juya" mode="page"');
  await search("serde");
  const hit = page.locator("[part=hit]", { hasText: "serde" }).first();
  assert.match(await hit.locator("h2").textContent(), /کتابخانهٔ serde/);
  assert.match(await hit.locator("[part=excerpt]").textContent(), /یکی از بهترین‌هاست/);
  const meta = await hit.locator("[part=meta]").innerText();
  assert.match(meta, /آبان ۱۴۰۳/);
  assert.match(meta, /#code/);
  const link = hit.locator("[part=meta] a");
  assert.equal(await link.textContent(), "serde.rs");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
});

const CALENDARS = {
  fa: /۱ فروردین ۱۴۰۰/,
  en: /March 21, 2021/,
  ar: /21 مارس 2021|٢١ مارس ٢٠٢١/,
  de: /21\. März 2021/,
  "en-u-ca-persian": /Farvardin 1, 1400/,
  "fa-u-ca-gregory": /۲۱ مارس ۲۰۲۱/,
};
for (const [lang, expected] of Object.entries(CALENDARS)) {
  test(`dates are in the calendar and the digits of ${lang}`, async () => {
    site.html = `<html lang="${lang}">`;
    await open('src="posts.juya"');
    await search("نوروز");
    assert.match(await page.locator("time").first().innerText(), expected);
  });
}

test("every text has the direction of its own content", async () => {
  for (const html of ['<html lang="en" dir="ltr">', '<html lang="fa" dir="rtl">']) {
    site.html = html;
    await open('src="posts.juya"');
    const directions = async (query) => {
      await search(query);
      return page.locator("[part=hit]").first().locator("[dir]").evaluateAll((all) =>
        all.filter((node) => node.part.length).map((node) => node.dir),
      );
    };
    assert.deepEqual(await directions("owner"), ["ltr", "ltr"]);
    assert.deepEqual(await directions("باغ ایرانی"), ["rtl", "rtl"]);
    assert.equal((await directions("کتابخانه"))[1], "rtl", "with Latin names in it, too");
  }
});

test("results lead where the posts are; a post without a web address opens in the element", async () => {
  await open('src="posts.juya"');
  await search("باغ");
  const hrefs = Object.fromEntries(
    await page.locator("[part=hit]").evaluateAll((all) => all.map((hit) => [hit.dataset.id, hit.getAttribute("href")])),
  );
  assert.equal(hrefs.garden, `${site.origin}/posts/garden.html`);
  assert.equal(hrefs.evil, null);
  await page.locator("[part=hit][data-id=evil]").click();
  await page.locator("#post h2", { hasText: "باغ بد" }).waitFor();
  await page.locator(".back").click();
  await page.locator("[part=hit][data-id=garden]").click();
  await page.waitForURL(/garden\.html$/);
  page.faults.length = 0; // that page is not there
});

test("links carry the words that matched where the owner wants them marked there", async () => {
  await open('src="posts.juya" highlight');
  await search("owner");
  const address = new URL(await page.locator("[part=hit]").first().getAttribute("href"));
  assert.equal(address.searchParams.get("a"), "1");
  assert.deepEqual(address.searchParams.getAll("juya"), ["owner"]);
});

test("what the owner says of searching holds in the browser", async () => {
  const posts = [
    { id: "short", title: "یک هفته NLP", text: "درس اول", date: "2021-03-20", tags: ["course"] },
    { id: "long", title: "", text: "درسی از پردازش زبان طبیعی", date: "2022-03-20", tags: ["course"] },
    { id: "none", title: "", text: "زبان طبیعی، بی پردازش", date: "2022-03-21", tags: ["course"] },
  ];
  const settings = ["--synonyms", "NLP، پردازش زبان طبیعی", "--facets", "tags", "--weights", "title=0"];
  site.bytes = await buildIndex(posts, ...settings);
  await open('mode="page" src="/posts.juya"');
  const hits = page.locator("[part=hit]");
  await search("nlp ");
  assert.equal(await hits.count(), 1, "titles are not searched");
  assert.deepEqual(await hits.locator("mark").allTextContents(), ["پردازش", "زبان", "طبیعی"]);
  await page.locator("#why").click();
  const [label] = await page.locator(".why bdi").allTextContents();
  assert.equal(label, "nlp ← پردازش زبان طبیعی · هم‌معنی · متن");
  await search("درس ");
  await hits.nth(1).waitFor();
  assert.equal(await page.locator("#facets [part=chip]", { hasText: "course" }).count(), 1);
  assert.equal(await page.locator("select[name=date]").isVisible(), false, "years are not counted");
});

for (const mode of ["inline", "page"]) {
  test(`why these results: bars by word and source, ${mode}`, async () => {
    await open(`mode="${mode}"`);
    await search("شبکه عصبی");
    assert.equal(await page.locator(".why").count(), 0);
    const why = mode === "page" ? page.locator("#why") : page.locator("[role=option]", { hasText: "چرا این نتیجه‌ها" });
    await why.click();
    const [first] = await page.locator("[part=hit]").first().locator(".why").all();
    const [labels, bars, shares] = await first.evaluate((grid) => [
      [...grid.querySelectorAll("bdi")].map((node) => node.textContent),
      [...grid.querySelectorAll("i")].map((bar) => bar.getBoundingClientRect().width),
      [...grid.children].map((cell) => cell.textContent).filter((text) => text.endsWith("٪")),
    ]);
    assert.ok(labels.includes("شبکه · عنوان") && labels.includes("عصبی · عنوان"), labels.join());
    assert.equal(bars.length, labels.length);
    for (const [i, bar] of bars.entries()) assert.ok(bar > 0 && bar <= (bars[i - 1] ?? Infinity));
    const sum = shares.map((text) => Number(text.replace(/[۰-۹]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹".indexOf(digit)).replace("٪", "")));
    assert.ok(sum.reduce((a, b) => a + b, 0) >= 95, sum.join());
    await why.click();
    await page.locator(".why").first().waitFor({ state: "detached" });
  });

  test(`says what was searched in place of what was typed, with the way back, ${mode}`, async () => {
    await open(`mode="${mode}"`);
    await search("af;i uwfd");
    assert.match(await page.locator("#meaning").innerText(), /نتیجه برای شبکه عصبی/);
    await page.locator("[part=chip]", { hasText: "همان که نوشتم" }).click();
    await page.locator("#notice", { hasText: "نتیجه‌ای پیدا نشد" }).waitFor();
    assert.equal(await page.locator("#meaning").isVisible(), false);
    assert.equal(await page.inputValue("#query"), "af;i uwfd");
  });

  test(`suggests how to go on while one types, ${mode}`, async () => {
    await open(`mode="${mode}"`);
    await search("ترنس");
    const chips = page.locator(mode === "page" ? "#chips [part=chip]" : "[role=option][part=chip]");
    const suggestion = await chips.first().textContent();
    assert.match(suggestion, /^ترنس/);
    await chips.first().click();
    assert.equal(await page.inputValue("#query"), suggestion);
    assert.equal(await parts(), "query");
    assert.ok((await titles()).length > 0);
  });

  test(`nothing found: says so, what to try, and the nearest words, ${mode}`, async () => {
    await open(`mode="${mode}"`);
    await page.locator("#query").fill("شبکع");
    await page.locator("[part=chip]", { hasText: "همان که نوشتم" }).click();
    const notice = page.locator("#notice");
    await notice.getByText("برای «شبکع» نتیجه‌ای پیدا نشد.").waitFor();
    assert.match(await notice.innerText(), /واژه‌های کمتر[^]*املا[^]*شاید این/);
    assert.equal(await page.locator("[part=hit]").count(), 0);
    await page.locator("[part=chip]", { hasText: /^شبکه$/ }).click();
    assert.equal(await page.inputValue("#query"), "شبکه");
    await page.locator("[part=hit]").first().waitFor();
  });

  test(`recent searches: kept on the device, newest first, cleared by one press, ${mode}`, async () => {
    await open(`mode="${mode}" open-here`);
    for (const query of ["شبکه عصبی", "مدل", "شبکه عصبی"]) {
      await search(query);
      await page.keyboard.press("Enter");
    }
    await search("دادگان که بی ورود"); // only looked at
    const asked = [];
    page.on("request", (request) => asked.push(request.url() + request.postData()));
    await page.reload();
    await page.locator("#query").click();
    const chips = page.locator("[part=chip] bdi");
    if (mode === "page") await page.locator("#query").pressSequentially("a");
    if (mode === "page") await page.locator("#clear").click();
    await chips.first().waitFor();
    assert.deepEqual(await chips.allTextContents(), ["شبکه عصبی", "مدل"]);
    assert.match(await page.evaluate(() => JSON.stringify(localStorage)), /شبکه عصبی/);
    await chips.last().click();
    assert.equal(await page.inputValue("#query"), "مدل");
    await page.locator("[part=hit]").first().waitFor();
    await page.locator("#clear").click();
    await page.locator("[part=chip]", { hasText: "پاک کردن پیشینه" }).click();
    assert.equal(await chips.count(), 0);
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /شبکه|مدل/);
    assert.ok(asked.length > 0);
    assert.doesNotMatch(decodeURIComponent(asked.join()), /شبکه|مدل/, "none is told to a server");
  });
}

test("recent searches: off by an attribute, and silent where storage is", async () => {
  await open("no-recent");
  await search("شبکه");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await open();
  await search("شبکه");
  await page.keyboard.press("Enter");
  await page.locator("#clear").click();
  assert.equal(await page.locator("[part=chip]").count(), 0);
});

test("recent searches: whatever else stands in the storage does no harm", async () => {
  await open();
  for (const kept of ["{", "5", '["شبکه", 7, null, {"a": 1}]', "null"]) {
    await page.evaluate((kept) => localStorage.setItem("juya-recent:", kept), kept);
    await page.reload();
    await page.locator("#query").click();
    assert.equal(await page.locator("[part=chip] bdi").count(), kept.includes("شبکه") ? 1 : 0, kept);
  }
});

test("under an open post stand posts about the same", async () => {
  await open('mode="page"');
  await search("شبکه عصبی");
  await page.locator("[part=hit] h2").first().click();
  const similar = page.locator("#post section");
  assert.equal(await similar.locator("h3").textContent(), "مطلب‌های نزدیک");
  const links = similar.locator("li > *");
  assert.ok((await links.count()) > 0);
  const next = await links.first().textContent();
  assert.notEqual(next, await page.locator("#post h2").textContent());
  await links.first().click();
  await page.locator("#post h2", { hasText: next }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("juya-search").shadowRoot.activeElement.textContent), next);
  await page.locator(".back").click();
  assert.ok((await titles()).length > 0);
});

test("more results come in the list box, each once", async () => {
  await open('limit="3"');
  await search("مدل");
  const before = await titles();
  assert.equal(before.length, 3);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("juya-search").shadowRoot.querySelectorAll("[part=hit]").length === 6);
  const now = await titles();
  assert.deepEqual(now.slice(0, 3), before);
  assert.equal(new Set(now).size, 6);
  const { active, focused } = await boxState(page);
  assert.equal(await page.locator("[role=option]:visible").nth(active).locator("[part=title]").textContent(), now[3]);
  assert.equal(focused, true);
});

/* Facets. */

const choices = (name) =>
  page.locator(`select[name=${name}] option`).evaluateAll((all) => all.filter((option) => !option.hidden).map((option) => option.text));

test("kind and source narrow the results, their counts are right, and the reader is led back", async () => {
  await open('mode="page" src="posts.juya"');
  await search("باغ");
  assert.deepEqual((await choices("kind")).sort(), ["هر نوع", "عکس (۲)", "نوشته (۱)", "ویدیو (۱)"].sort());
  assert.deepEqual((await choices("source")).sort(), ["هر منبع", "سفر (۳)", "code (۱)"].sort());
  await page.locator("select[name=kind]").selectOption("photo");
  await page.locator("#count", { hasText: "۲ نتیجه" }).waitFor();
  assert.deepEqual((await titles()).sort(), ["باغ ایرانی", "نوروز در باغ"]);
  await page.locator("select[name=source]").selectOption("code");
  const notice = page.locator("#notice", { hasText: "نتیجه‌ای پیدا نشد" });
  await notice.waitFor();
  await notice.locator("[part=chip]", { hasText: "جستجو در همه" }).click();
  await page.locator("#count", { hasText: "۴ نتیجه" }).waitFor();
  assert.equal(await page.locator("select[name=kind]").inputValue(), "");
});

const YEARS = {
  fa: { year: "۱۴۰۰", all: ["هر زمان", "۱۴۰۳ (۱)", "۱۴۰۰ (۲)", "۱۳۹۹ (۱)"], of: ["باغ بد", "نوروز در باغ"] },
  en: { year: "2021", all: ["Any time", "2024 (1)", "2022 (1)", "2021 (2)"], of: ["باغ ایرانی", "نوروز در باغ"] },
};
for (const [lang, { year, all, of }] of Object.entries(YEARS)) {
  test(`years narrow the results, in the calendar of ${lang}`, async () => {
    site.html = `<html lang="${lang}">`;
    await open('mode="page" src="posts.juya"');
    await search("باغ");
    const select = page.locator("select[name=date]");
    await page.waitForFunction((most) => {
      const options = document.querySelector("juya-search").shadowRoot.querySelectorAll("select[name=date] option");
      return [...options].filter((option) => !option.hidden && /\(/.test(option.text)).length === most;
    }, all.length - 1);
    assert.deepEqual(await choices("date"), all);
    await select.selectOption({ label: all.find((text) => text.startsWith(year)) });
    await page.waitForFunction((most) => document.querySelector("juya-search").shadowRoot.querySelectorAll("[part=hit]").length === most, of.length);
    assert.deepEqual((await titles()).sort(), of);
  });
}

test("results are sorted by relevance or by date", async () => {
  await open('mode="page" src="posts.juya"');
  await search("باغ ایرانی");
  assert.equal((await titles())[0], "باغ ایرانی");
  await page.locator("select[name=sort]").selectOption("date");
  await page.locator("[part=title]", { hasText: "serde" }).first().waitFor();
  await page.waitForFunction(() => document.querySelector("juya-search").shadowRoot.querySelector("[part=title]").textContent.includes("serde"));
  assert.deepEqual(await titles(), ["کتابخانهٔ serde", "باغ بد", "نوروز در باغ", "باغ ایرانی"]);
});

test("the address tells query and choices, and takes any nonsense", async () => {
  site.script = 'document.querySelector("juya-search").setAttribute("src", "posts.juya");';
  site.head += '<script type="module" src="host.js"></script>';
  site.body = '<juya-search mode="page" address browse></juya-search>';
  await page.goto(`${site.host}?q=باغ&kind=photo&sort=date&date=2021-03-21/2022-03-20`);
  await page.locator("[part=hit]").first().waitFor();
  assert.deepEqual(await titles(), ["نوروز در باغ"]);
  assert.equal(await page.locator("select[name=date] option:checked").innerText().then((text) => text.slice(0, 4)), "۱۴۰۰");
  await page.locator("select[name=kind]").selectOption("");
  await page.locator("[part=title]", { hasText: "باغ بد" }).waitFor();
  assert.equal(new URL(page.url()).search, `?${new URLSearchParams({ q: "باغ", date: "2021-03-21/2022-03-20", sort: "date" })}`);
  for (const address of ["?q=باغ&sort=worst&date=yesterday", "?q=باغ&date=9999-99-99/0000-00-00", "?q=باغ&date=2021-03-21", "?q=باغ&sort=&kind="]) {
    await page.goto(site.host + address);
    await page.locator("[part=hit]").first().waitFor();
    assert.equal((await titles()).length, 4, address);
  }
  await page.goto(`${site.host}?kind=%00&source=<b>&tag=%ff&q=%ff`);
  await page.locator("#notice p").waitFor();
});

test("an empty box of a page that is browsed lists all posts", async () => {
  await open('mode="page" src="posts.juya" browse');
  await page.locator("[part=hit]").first().waitFor();
  assert.deepEqual(await titles(), ["باغ ایرانی", "نوروز در باغ", "Memory in Rust", "کتابخانهٔ serde", "باغ بد"]);
  await page.locator("#facets button", { hasText: "code" }).click();
  await page.waitForFunction(() => document.querySelector("juya-search").shadowRoot.querySelectorAll("[part=hit]").length === 2);
});

/* Languages. */

const INTERFACES = {
  fa: { dir: "rtl", name: "جستجو", count: /^[۰-۹]+ نتیجه$/ },
  en: { dir: "ltr", name: "Search", count: /^\d+ results$/ },
  ar: { dir: "rtl", name: "بحث", count: /^(\d+|[٠-٩]+) (نتائج|نتيجة)$/ },
  fr: { dir: "ltr", name: "Search", count: /^\d+ results$/ },
};
for (const [lang, { dir, name, count }] of Object.entries(INTERFACES)) {
  test(`the interface in ${lang}`, async () => {
    site.html = `<html lang="${lang}">`;
    await open();
    assert.equal(await page.locator(".root").getAttribute("dir"), dir);
    await page.getByRole("combobox", { name, exact: true }).waitFor();
    await search("مدل");
    assert.match(await page.locator("#count").textContent(), count);
  });
}

test("the language is that of the nearest element which has one", async () => {
  site.html = '<html lang="en">';
  site.body = '<div lang="fa"><juya-search></juya-search></div>';
  await page.goto(site.host);
  await page.getByRole("combobox", { name: "جستجو" }).waitFor();
  assert.equal(await page.locator(".root").getAttribute("dir"), "rtl");
});

test("texts can be the owner's: all that are named, others stay", async () => {
  await open('mode="page" src="posts.juya" placeholder="چه می‌جویید؟" label="جستجوی سایت"');
  assert.equal(await page.locator("#query").getAttribute("placeholder"), "چه می‌جویید؟");
  await page.getByRole("searchbox", { name: "جستجوی سایت" }).waitFor();
  await page.evaluate(() => {
    document.querySelector("juya-search").texts = { results: { other: "{n} تا" }, values: { code: "برنامه‌نویسی" } };
  });
  await search("serde");
  assert.match(await page.locator("#count").textContent(), /^[۰-۹]+ تا$/);
  assert.match(await page.locator("[part=meta]").first().innerText(), /#برنامه‌نویسی/);
  assert.equal(await page.locator("#query").getAttribute("placeholder"), "چه می‌جویید؟");
});

test("right-to-left is a matter of logical properties only", async () => {
  const style = await readFile(join(root, "www", "juya-search-style.js"), "utf8");
  const physical = style.match(/(?<![\w-])((margin|padding|border|inset)-)?(left|right)\s*:|text-align:\s*(left|right)|float:/g);
  assert.deepEqual(physical, null);
});

/* Phones, zoom, motion, colors. */

for (const mode of ["inline", "modal", "page"]) {
  for (const [name, viewport] of Object.entries({ "a phone of 320 px": { width: 320, height: 640 }, "400 % zoom": { width: 320, height: 256 } })) {
    test(`${name}: nothing overflows and all can be touched, ${mode}`, async () => {
      await page.context().close();
      page = await newPage(browser, { viewport, hasTouch: true, isMobile: true });
      await open(`mode="${mode}" open-here`);
      if (mode === "modal") await page.locator("[part=button]").tap();
      await check();
      await page.locator("#query").tap();
      for (const query of ["شبک", "af;i uwfd", "قققققق", "مدل"]) {
        await page.locator("#query").fill(query);
        await page.locator("[part=hit], #notice p").first().waitFor();
        await check();
      }
      const hit = page.locator("[part=hit]").first();
      await hit.scrollIntoViewIfNeeded();
      await hit.tap();
      await page.locator("#post h2").waitFor();
      await check();
      await page.locator(".back").tap();
      await hit.waitFor();
    });
  }
}

async function check() {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `overflows by ${overflow} px`);
  // What a title opens is touched anywhere in its result.
  const targets = page.locator("button:not(h2 *), select, #query, .back, [part=chip], [part=hit], .meta a, #post section li > *");
  for (const target of await targets.all()) {
    const box = await target.boundingBox();
    if (!box) continue;
    const name = (await target.textContent()) || (await target.getAttribute("id"));
    assert.ok(box.height >= 43.9 && box.width >= 43.9, `${name}: ${box.width} × ${box.height}`);
  }
}

test("no motion where the reader wants none", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const mode of ["inline", "modal", "page"]) {
    await open(`mode="${mode}"`);
    if (mode === "modal") await page.locator("[part=button]").click();
    await search("مدل");
    const moving = await page.evaluate(() =>
      [...document.querySelector("juya-search").shadowRoot.querySelectorAll("*")].filter((node) => {
        const { transitionDuration, animationName } = getComputedStyle(node);
        return parseFloat(transitionDuration) > 0 || !/^(none|)$/.test(animationName);
      }).length,
    );
    assert.equal(moving, 0);
  }
});

test("forced colors: the active option and what was chosen can be told", async () => {
  await page.emulateMedia({ forcedColors: "active" });
  await open();
  await search("مدل");
  await page.keyboard.press("Enter");
  const outline = await page.locator("[part=hit][aria-selected=true]").evaluate((node) => getComputedStyle(node).outlineStyle);
  assert.equal(outline, "solid");
  await open('mode="page"');
  await search("مدل");
  const [chosen, other] = await page.locator("#facets span").evaluateAll((all) => all.slice(0, 2).map((node) => getComputedStyle(node).backgroundColor));
  assert.notEqual(chosen, other);
});

for (const scheme of ["light", "dark"]) {
  test(`the colors follow the scheme of the page, not of the reader: ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme === "dark" ? "light" : "dark" });
    site.css = `:root { color-scheme: ${scheme} }`;
    await open();
    const card = await page.locator("form").evaluate((form) => getComputedStyle(form).backgroundColor);
    assert.equal(card, scheme === "dark" ? "rgb(28, 30, 36)" : "rgb(255, 255, 255)");
  });
}

/* What is announced, and how fast. */

test("the announcer tells counts once the typing pauses", async () => {
  await open("preload");
  await page.waitForFunction(() => document.querySelector("juya-search").index);
  await page.locator("#query").focus();
  await noteAnnouncements(page);
  await page.locator("#query").pressSequentially("شبکه عصبی", { delay: 60 });
  await page.waitForFunction(() => {
    const { shadowRoot } = document.querySelector("juya-search");
    return shadowRoot.getElementById("announcer").textContent === shadowRoot.getElementById("count").textContent;
  });
  const said = await page.evaluate(() => globalThis.said);
  // On a machine that is busy a pause may come between keys, too.
  for (const { text, pause, keys } of said) assert.ok(pause > 600 && keys > 0, `${text}: ${pause} ms after ${keys} keys`);
  assert.equal(said.at(-1)?.text, await page.locator("#count").textContent());
  assert.equal(await page.getByRole("status").count(), 1);
});

for (const mode of ["inline", "modal", "page"]) {
  test(`nothing shifts but by what the reader does, ${mode}`, async () => {
    await page.addInitScript(() => {
      globalThis.shifts = [];
      const observer = new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
    });
    await open(`mode="${mode}"`);
    if (mode === "modal") await page.locator("[part=button]").click();
    await page.locator("#query").click();
    await page.keyboard.type("شبکه عصبی");
    await page.locator("[part=hit]").first().waitFor();
    await page.waitForTimeout(300);
    const shift = await page.evaluate(() =>
      globalThis.shifts.filter((entry) => !entry.hadRecentInput).reduce((sum, { value }) => sum + value, 0),
    );
    assert.ok(shift < 0.01, `layout shift ${shift}`);
  });
}

test("a key press is painted soon", async (t) => {
  await open();
  await search("مدل");
  const times = await timeKeys(page, ["شبکه عصبی", "یادگیری ماشین", "ترنسفورمر", "کتابخانه پایتون"]);
  const at = (share) => times[Math.floor(share * (times.length - 1))];
  t.diagnostic(`key press to painted: median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`);
  assert.ok(at(0.5) < 200, `${at(0.5)} ms`);
});
