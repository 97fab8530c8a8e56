/** What the tests of the element share: a site of pages that are written in the test. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { juya, serve } from "./support.mjs";

/** Posts with addresses, dates, kinds and sources, which the archive lacks. */
export const POSTS = [
  { id: "garden", title: "باغ ایرانی", text: "باغ ایرانی چهار بخش دارد و آب در میان آن روان است.", url: "/posts/garden.html", date: "2021-03-20", tags: ["place"], kind: "photo", source: "سفر" },
  { id: "nowruz", title: "نوروز در باغ", text: "نخستین روز بهار در باغ می‌گذرد.", url: "/posts/nowruz.html", date: "2021-03-21", tags: ["feast"], kind: "photo", source: "سفر" },
  { id: "rust", title: "Memory in Rust", text: "Every garden of values has one owner and one owner only.", url: "https://example.org/rust?a=1", date: "2023-07-01", tags: ["code"], kind: "article", source: "code" },
  { id: "mixed", title: "کتابخانهٔ serde", text: "در باغ کتابخانه‌ها serde یکی از بهترین‌هاست: https://serde.rs/", url: "/posts/serde.html", date: "2024-11-05T20:30:00Z", tags: ["code"], kind: "article", source: "code" },
  { id: "evil", title: "باغ بد", text: "این پیوند باز نمی‌شود.", url: "javascript:alert(1)", date: "2022-01-01", kind: "video", source: "سفر" },
];

/** Builds an index of `posts`. Remove it with `remove()`. */
export async function buildIndex(posts = POSTS) {
  const folder = await mkdtemp(join(tmpdir(), "juya-element-"));
  const source = join(folder, "posts.jsonl");
  await writeFile(source, posts.map((post) => JSON.stringify(post)).join("\n"));
  await juya("build", source, "--out", folder, "--index-only");
  return {
    bytes: await readFile(join(folder, "index.juya")),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
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
    policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'",
  };
  const reset = () => Object.assign(site, plain);
  reset();
  return Object.assign(site, { reset, host: `${site.origin}/host.html` });
}

const page = ({ html, head, title, body, rest }) => `<!doctype html>${html}
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="host.css">${head}</head>
<body><main><h1>${title}</h1>${body}${rest}</main></body></html>`;

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
