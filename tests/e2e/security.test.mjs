/** Nothing from posts, queries, addresses or storage becomes markup, code or a link to code. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { dist, juya, launch, newPage, serve, shown } from "./support.mjs";
import { XSS } from "./xss.mjs";

/** All that the page and the element are made of. */
const ELEMENTS = new Set(
  (
    "html head meta title link script body header main h1 h2 p span bdi div section article aside form input button " +
    "kbd svg path circle h3 small select option ol ul li a mark strong progress dialog slot time label nav footer br template " +
    "juya-search"
  ).split(" "),
);

/** One post with each string in every place that a post has. */
const POSTS = XSS.map((text, place) => ({
  id: `${text} ${place}`,
  title: `${text} title`,
  text: `body ${place} ${text}\n${text}\nhttps://example.org/${text}`,
  url: place % 2 ? text : `https://example.org/?${text}`,
  tags: [text, "tag"],
  kind: text,
  source: text,
  author: text,
}));

let folder, site, browser, page;
/** What a test provokes. */
let expected;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-xss-"));
  const source = join(folder, "posts.jsonl");
  await writeFile(source, POSTS.map((post) => JSON.stringify(post)).join("\n"));
  const out = join(folder, "site");
  await juya("build", source, "--out", out, "--site", dist);
  await juya("build", source, "--single-file", join(folder, "search.html"), "--site", dist);
  site = await serve(out);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  expected = undefined;
  page = await newPage(browser, { serviceWorkers: "block" });
  page.on("dialog", (dialog) => {
    page.faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (![site.origin, "file:", "data:image/svg+xml"].some((own) => url.startsWith(own))) page.faults.push(`asked ${url}`);
  });
  await page.addInitScript(() => {
    // A dialog may be held back; the call is what counts.
    globalThis.alert = (message) => console.error(`alert(${message}) was run`);
  });
});
afterEach(async () => {
  const { faults } = page;
  await page.context().close();
  assert.deepEqual([...new Set(faults)].filter((fault) => !expected?.test(fault)), []);
});

/** What stands in the page and its shadow trees that should not. */
async function foreign(own) {
  return page.evaluate((known) => {
    const found = [];
    const look = (root) => {
      for (const node of root.querySelectorAll("*")) {
        const html = node.outerHTML.slice(0, 200);
        if (!known.includes(node.localName)) found.push(`element ${node.localName}: ${html}`);
        for (const { name, value } of node.attributes) {
          // Lengths and shares that the element sets on its own parts are plain values.
          const isPlain = name !== "style" || /^(?:[\w-]+:\s*[\w.%\s-]+;?\s*)*$/.test(value);
          if (name.startsWith("on") || !isPlain || name === "srcdoc") found.push(`attribute ${name}: ${html}`);
          if (["href", "src", "action", "formaction", "xlink:href"].includes(name) && node.localName !== "juya-search") {
            const address = new URL(value, document.baseURI);
            if (!["http:", "https:", "file:"].includes(address.protocol) && !value.startsWith("data:image/svg+xml")) {
              found.push(`address ${value}: ${html}`);
            }
            const leaves = address.origin !== location.origin && node.localName === "a";
            if (leaves && !node.relList.contains("noopener")) found.push(`no noopener: ${html}`);
          }
        }
        if (node.shadowRoot) look(node.shadowRoot);
      }
    };
    look(document);
    return found;
  }, [...ELEMENTS, ...own]);
}
const clean = async (place, own = []) => assert.deepEqual(await foreign(own), [], place);

/** Asks the element, and waits for the answer to stand there. */
const ask = (query) =>
  page.evaluate(async (query) => {
    const search = document.querySelector("juya-search");
    const answered = new Promise((resolve) => {
      search.addEventListener("juya-results", ({ detail }) => detail.query === query && resolve(), { once: false });
    });
    search.query = query;
    await answered;
  }, query);

test("the list of all posts, to its end", async () => {
  await page.goto(site.url);
  await shown(page);
  const more = page.locator("#more");
  while (await more.isVisible()) {
    const before = await page.locator("#results h2").count();
    await more.evaluate((button) => button.click());
    await page.waitForFunction((before) => {
      const { shadowRoot } = document.querySelector("juya-search");
      return shadowRoot.querySelectorAll("#results h2").length > before;
    }, before);
  }
  const titles = await page.locator("#results h2").allTextContents();
  assert.equal(titles.length, POSTS.length);
  assert.ok(titles.some((title) => title.includes("<script>alert(1)</script>")), "markup is shown as it was written");
  await clean("list");
});

test("every post, opened in the page", async () => {
  await page.goto(site.url);
  await shown(page);
  const titles = await page.evaluate(async (ids) => {
    const search = document.querySelector("juya-search");
    const titles = [];
    for (const id of ids) {
      await search.showPost(id);
      titles.push(search.shadowRoot.querySelector("#post h2")?.textContent);
    }
    return titles;
  }, POSTS.map(({ id }) => id));
  assert.equal(titles.filter((title) => title?.endsWith(" title")).length, POSTS.length);
  for (const { id } of POSTS) {
    await page.evaluate((id) => document.querySelector("juya-search").showPost(id), id);
    await clean(id);
  }
});

test("every string as a query, and as the post and the choices that the address names", async () => {
  await page.goto(site.url);
  await shown(page);
  for (const text of XSS) {
    await ask(text);
    await clean(text);
  }
  const addressOf = (text) => {
    const value = encodeURIComponent(text);
    return `?q=${value}&tag=${value}&kind=${value}&source=${value}&date=${value}&sort=${value}&literal=${value}`;
  };
  for (const text of XSS) {
    await page.evaluate(async (address) => {
      const answered = new Promise((resolve) => document.querySelector("juya-search").addEventListener("juya-results", resolve, { once: true }));
      history.pushState(null, "", address);
      dispatchEvent(new PopStateEvent("popstate"));
      await answered;
    }, addressOf(text));
    await clean(`address ${text}`);
    await page.evaluate((text) => (location.hash = `#post=${encodeURIComponent(text)}`), text);
    await page.waitForFunction(() => !document.querySelector("juya-search").shadowRoot.getElementById("post").hidden);
    await clean(`post ${text}`);
  }
  // As addresses that the page is opened with, some of each kind.
  for (const text of XSS.filter((_, place) => place % 8 === 0)) {
    await page.goto("about:blank");
    await page.goto(site.url + addressOf(text));
    await shown(page);
    await clean(`opened at ${text}`);
  }
});

test("an address that is no encoding at all", async () => {
  for (const address of ["?q=%", "?q=%ff%fe", "#post=%", "#post=%ff", "#<img src=x onerror=alert(1)>", "?q=a&q=b&__proto__=x"]) {
    await page.goto("about:blank");
    await page.goto(site.url + address);
    await shown(page);
    await clean(address);
  }
});

test("what others stored under our names", async () => {
  await page.goto(site.url);
  await shown(page);
  const keys = ["juya-recent:index.juya", "juya-recent:"];
  for (const stored of [JSON.stringify(XSS), "{", "null", '{"length":3}', "[1,null,{}]", JSON.stringify("<img src=x onerror=alert(1)>")]) {
    await page.evaluate(([keys, stored]) => {
      for (const key of keys) localStorage.setItem(key, stored);
    }, [keys, stored]);
    await page.reload();
    await shown(page);
    await page.locator("#query").focus();
    await clean(stored);
    await ask("title");
    await ask(""); // what is empty already is not answered again
    await clean(stored);
  }
});

for (const mode of ["inline", "modal"]) {
  test(`mode ${mode}, and attributes that others may fill`, async () => {
    await page.goto(site.url);
    await shown(page);
    for (const text of XSS) {
      await page.evaluate(
        async ([mode, text]) => {
          const search = document.createElement("juya-search");
          for (const [name, value] of Object.entries({ mode, src: "index.juya", placeholder: text, label: text, lang: text })) {
            search.setAttribute(name, value);
          }
          document.querySelector("juya-search").replaceWith(search);
          search.texts = { empty: text, values: { tag: text } };
          search.open();
          const answered = new Promise((resolve) => search.addEventListener("juya-results", resolve, { once: true }));
          search.query = text;
          await search.load();
          await answered;
        },
        [mode, text],
      );
      await clean(text);
    }
  });
}

test("the page in one file", async () => {
  await page.goto(pathToFileURL(join(folder, "search.html")).href);
  await shown(page);
  // Its style and its script stand in it: those that the policy names, and no others.
  const own = ["style", "script"];
  const count = () => page.locator("style, script").count();
  const counted = await count();
  await clean("list", own);
  for (const text of ["<script>alert(1)</script>", "</script><script>alert(1)</script>", "javascript:alert(1)"]) {
    await ask(text);
    await clean(text, own);
    assert.equal(await count(), counted, text);
  }
});

test("the policy is there, and has nothing unsafe but WebAssembly", async () => {
  const answer = await fetch(site.url);
  const html = await answer.text();
  const [, policy] = html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/);
  for (const text of [policy, answer.headers.get("content-security-policy")]) {
    assert.match(text, /require-trusted-types-for 'script'/);
    assert.match(text, /default-src 'self'/);
    assert.doesNotMatch(text.replace("'wasm-unsafe-eval'", ""), /unsafe|\*|data:|https?:/);
  }
  await page.goto(site.url);
  await shown(page);
  expected = /TrustedHTML|require-trusted-types-for/; // told by both policies, whenever that is
  const refused = await page.evaluate(() => {
    try {
      document.createElement("div").innerHTML = "<b>x</b>";
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(refused, "TypeError", "the policy is at work");
});
