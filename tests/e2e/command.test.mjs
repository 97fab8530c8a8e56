/**
 * The command as `make install` gives it to owners: it carries the page and needs nothing beside it
 * but their posts. Needs a command that was compiled with the web files (`scripts/test.sh` does so).
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { closePage, command, filesOf, juya, launch, listedIds, newPage, root, search, shown } from "./support.mjs";

const SOURCE = join(root, "posts/nlp_stuff.txt");
/** The web files that the command was compiled with, which `cargo xtask npm` makes. */
const WEB = join(root, "target/npm/web");
const FIRST = "شبکه عصبی خود را بهتر بفهمید!";

let folder, out, browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-command-"));
  out = join(folder, "site");
  await juya("build", SOURCE, "--out", out);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Lists all posts, and finds one of them by what was typed on the other keyboard layout. */
async function searches(page) {
  await shown(page);
  assert.equal((await listedIds(page)).length, 18);
  await search(page, "af;i uwfd");
  assert.equal(await page.locator("#results h2").first().textContent(), FIRST);
}

test("the site that it serves is searched, without a network, too", async (t) => {
  const server = spawn(command, ["serve", out, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [line] = await once(createInterface(server.stdout), "line");
  const [address] = line.match(/http:\S+/);
  const page = await newPage(browser);
  await page.goto(address);
  await searches(page);
  await page.locator("#offline").waitFor({ state: "visible" });
  server.kill();
  await once(server, "exit");
  await page.goto(`${address}?q=BERT`);
  await shown(page);
  assert.ok((await listedIds(page)).length > 0);
  await closePage(page);
});

test("so is the page in one file", async () => {
  const file = join(folder, "search.html");
  await juya("build", SOURCE, "--single-file", file);
  const page = await newPage(browser);
  await page.goto(pathToFileURL(file).href);
  await searches(page);
  await closePage(page);
});

test("what it carries are the web files, byte for byte", async () => {
  const other = join(folder, "other");
  await juya("build", SOURCE, "--out", other, "--site", WEB);
  const wanted = await filesOf(other);
  assert.ok("index.juya" in wanted && "pkg/juya_bg.wasm" in wanted);
  assert.deepEqual(await filesOf(out), wanted);
});
