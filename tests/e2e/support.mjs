/**
 * What the tests of the page share: a static server, Chromium, and a watch for anything that goes
 * wrong unseen.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const dist = join(root, "dist");

/** The policy that a strict host sends. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves `folder` under `base`, as any static host would. `routes` maps a path to a handler of
 * its own.
 */
export async function serve(folder = dist, { base = "/", routes = {} } = {}) {
  if (!existsSync(join(dist, "index.html"))) {
    throw new Error("dist/ is missing; build it: cargo xtask site");
  }
  const site = { folder };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (routes[path]) return routes[path](request, response);
    const name = path.startsWith(base) ? normalize(path.slice(base.length)) : "..";
    let file = join(site.folder, name);
    if (path.endsWith("/")) file = join(file, "index.html");
    if (name.startsWith("..") || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { "content-type": "text/plain" });
      return response.end("not found");
    }
    const body = readFileSync(file);
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": body.length,
      "content-security-policy": POLICY,
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return Object.assign(site, {
    origin: `http://127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}${base}`,
    /** Stops answering, as a server does whose network is cut. */
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Answers a route with this. */
export const answer =
  (type, body, headers = {}) =>
  (_, response) =>
    response.writeHead(200, { "content-type": type, ...headers }).end(body);

const SHELLS = ["chromium-headless-shell", "chrome-headless-shell"];
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Chromium's pages without its windows, where that is installed: the same engine of the same
 * version, but a window that nobody sees takes longer to open than a page of ours. For what
 * concerns the browser around a page, `whole` is all of it.
 */
export function launch(args = [], { whole = false } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? find(whole ? BROWSERS : [...SHELLS, ...BROWSERS]),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...args],
  });
}

function find(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(":")) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error("no Chromium on PATH; install it (make setup) or set CHROMIUM to its file");
}

/**
 * A page in a context of its own. `page.faults` gathers what must not happen: exceptions, errors
 * on the console, violations of the policy.
 */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`exception: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      console.error(`policy violated: ${violatedDirective} ${blockedURI}`);
    });
  });
  return page;
}

/** Closes a page on which nothing must have gone wrong. */
export async function closePage(page) {
  const { faults } = page;
  await page.context().close();
  assert.deepEqual(faults, [], "errors or policy violations");
}

/** Holds back what the page fetches from these addresses until the function that it gives is called. */
export async function hold(page, pattern) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(pattern, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** The page has shown what its address asks for. */
export const shown = (page) =>
  page.waitForFunction(() => performance.getEntriesByName("juya:cold").length > 0);

/** Types into the box of the page; the results stand there afterwards. */
export async function search(page, query) {
  await page.fill("#query", query);
  await page.waitForFunction((query) => document.title.startsWith(`${query.trim()} ·`), query);
}

/** The ids of the posts in the list, in order. */
export const listedIds = (page) =>
  page
    .locator("#results h2 a")
    .evaluateAll((links) =>
      links.map((link) => new URLSearchParams(link.hash.slice(1)).get("post")),
    );

/** The browser has looked for a new service worker, and the one that it found is at work. */
export const updated = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update();
    const worker = registration.installing ?? registration.waiting;
    if (!worker) return;
    await new Promise((resolve) => {
      const look = () => ["activated", "redundant"].includes(worker.state) && resolve();
      worker.addEventListener("statechange", look);
      look();
    });
  });

/** The juya command. */
export const command = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "juya");

/** Runs it; gives its standard output. */
export async function juya(...args) {
  if (!existsSync(command)) {
    throw new Error(`${command} is missing; build it: cargo build -p juya-cli`);
  }
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 1 << 26 });
  return stdout;
}

/** Tells contents apart, and is short where a test fails. */
export const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The hash of every file below a folder, by its path from there. */
export async function filesOf(folder) {
  const there = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = there.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const read = files.map(async (file) => [file.slice(folder.length + 1), hash(await readFile(file))]);
  return Object.fromEntries((await Promise.all(read)).sort());
}
