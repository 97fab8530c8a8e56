/** What the tests of the element share: a site of pages that are written in the test. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { juya, launch, POLICY, serve } from "./support.mjs";

/** Posts with addresses, dates, kinds and sources, which the archive lacks. */
export const POSTS = [
  { id: "garden", title: "باغ ایرانی", text: "باغ ایرانی چهار بخش دارد و آب در میان آن روان است.", url: "/posts/garden.html", date: "2021-03-20", tags: ["place"], kind: "photo", source: "سفر" },
  { id: "nowruz", title: "نوروز در باغ", text: "نخستین روز بهار در باغ می‌گذرد.", url: "/posts/nowruz.html", date: "2021-03-21", tags: ["feast"], kind: "photo", source: "سفر" },
  { id: "rust", title: "Memory in Rust", text: "Every garden of values has one owner and one owner only.", url: "https://example.org/rust?a=1", date: "2023-07-01", tags: ["code"], kind: "article", source: "code" },
  { id: "mixed", title: "کتابخانهٔ serde", text: "در باغ کتابخانه‌ها serde یکی از بهترین‌هاست: https://serde.rs/", url: "/posts/serde.html", date: "2024-11-05T20:30:00Z", tags: ["code"], kind: "article", source: "code" },
  { id: "evil", title: "باغ بد", text: "این پیوند باز نمی‌شود.", url: "javascript:alert(1)", date: "2022-01-01", kind: "video", source: "سفر" },
];

/** The bytes of an index of `posts`, built with more options of the command. */
export async function buildIndex(posts = POSTS, ...options) {
  const folder = await mkdtemp(join(tmpdir(), "juya-element-"));
  try {
    const source = join(folder, "posts.jsonl");
    await writeFile(source, posts.map((post) => JSON.stringify(post)).join("\n"));
    await juya("build", source, "--out", folder, "--index-only", ...options);
    return await readFile(join(folder, "index.juya"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the tests of a file share: `index`, the bytes of that of `POSTS`, `site` and `browser`. */
export function share(options) {
  const shared = {};
  before(async () => {
    shared.index = await buildIndex();
    shared.site = await serveHost(options);
    shared.browser = await launch();
  });
  after(async () => {
    await shared.browser?.close();
    await shared.site?.stop();
  });
  return shared;
}

/**
 * Serves the built page, and beside it `/host.html`: a page with `site.body` and `site.css`.
 * `site.bytes` is the index at `/posts.juya`.
 */
export async function serveHost(options = {}) {
  const send = (type, body) => (_, response) => {
    response.writeHead(200, { "content-type": type, "content-security-policy": site.policy });
    response.end(body());
  };
  const site = await serve(undefined, {
    routes: {
      "/host.html": send("text/html; charset=utf-8", () => page(site)),
      "/host.css": send("text/css", () => site.css),
      "/host.js": send("text/javascript", () => site.script),
      "/posts.juya": send("application/octet-stream", () => site.bytes),
      "/favicon.ico": (_, response) => response.writeHead(204).end(),
      ...options.routes,
    },
  });
  const plain = {
    html: '<html lang="fa" dir="rtl">',
    head: '<script type="module" src="juya-search.js"></script>',
    title: "Host",
    rest: '<p id="after">Text of the page.</p>',
    body: "<juya-search></juya-search>",
    css: "",
    script: "",
    bytes: Buffer.alloc(0),
    policy: POLICY,
  };
  const reset = () => Object.assign(site, plain);
  reset();
  return Object.assign(site, { reset, host: `${site.origin}/host.html` });
}

const page = ({ html, head, title, body, rest }) => `<!doctype html>${html}
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="host.css">${head}</head>
<body><main><h1>${title}</h1>${body}${rest}</main></body></html>`;

/** Opens the host page with an element of these attributes. */
export async function openElement(page, site, attributes = "", content = "") {
  site.body = `<juya-search ${attributes}>${content}</juya-search>`;
  await page.goto(site.host);
  await page.waitForFunction(() => document.querySelector("juya-search").shadowRoot);
}

/**
 * Types each of these texts letter by letter; gives the ms from each key to its paint, least first.
 * They begin with a frame, so that what is measured is the work and not the waiting.
 */
export const timeKeys = (page, texts) =>
  page.evaluate(async (texts) => {
    const box = document.querySelector("juya-search").shadowRoot.getElementById("query");
    const times = [];
    for (const text of texts) {
      for (let end = 1; end <= text.length; end++) {
        box.value = text.slice(0, end);
        const start = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
        box.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
        await new Promise((resolve) => {
          const channel = new MessageChannel();
          channel.port1.onmessage = resolve;
          channel.port2.postMessage(0); // after the paint
        });
        times.push(performance.now() - start);
      }
    }
    return times.sort((a, b) => a - b);
  }, texts);

/**
 * Notes in `globalThis.said` what the announcer says from now on: the text, the ms since the last
 * key, and how many keys there were since it spoke before.
 */
export const noteAnnouncements = (page) =>
  page.evaluate(() => {
    globalThis.said = [];
    const { shadowRoot } = document.querySelector("juya-search");
    const announcer = shadowRoot.getElementById("announcer");
    let keys = 0;
    let last = 0;
    const note = () => {
      keys += 1;
      last = performance.now();
    };
    shadowRoot.addEventListener("input", note, { capture: true }); // the element keeps it to itself
    new MutationObserver(() => {
      globalThis.said.push({ text: announcer.textContent, pause: performance.now() - last, keys });
      keys = 0;
    }).observe(announcer, { childList: true });
  });

/** What screen readers and keyboards see of the box. */
export const boxState = (page) =>
  page.locator("#query").evaluate((box) => {
    const root = box.getRootNode();
    const active = box.getAttribute("aria-activedescendant");
    const options = [...root.querySelectorAll("[role=option]:not([hidden])")];
    return {
      text: box.value,
      caret: box.selectionStart,
      focused: root.activeElement === box,
      expanded: box.getAttribute("aria-expanded") === "true",
      shown: !root.getElementById("panel").hidden,
      active: active === null ? null : options.indexOf(root.getElementById(active)),
      selected: options.flatMap((option, place) => (option.getAttribute("aria-selected") === "true" ? [place] : [])),
      options: options.length,
    };
  });
