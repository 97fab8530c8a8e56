/**
 * How long a key press takes until its results are painted, in the built page's element:
 * `cargo xtask site`, then `node scripts/key-to-paint.mjs INDEX.juya [inline|modal|page]`.
 *
 * Types the titles of posts spread over the index, letter by letter (`timeKeys` says what is
 * measured). Prints milliseconds.
 */
import { readFile } from "node:fs/promises";
import { serveHost, timeKeys } from "../tests/e2e/element-support.mjs";
import { launch, newPage } from "../tests/e2e/support.mjs";

const TITLES = 20;
const LETTERS = 24; // of each title

const [file, mode = "inline"] = process.argv.slice(2);
if (!file) throw new Error("usage: node scripts/key-to-paint.mjs INDEX.juya [inline|modal|page]");
const site = await serveHost();
site.bytes = await readFile(file);
site.body = `<juya-search src="posts.juya" mode="${mode}" preload open-here></juya-search>`;
const browser = await launch();
const page = await newPage(browser);
await page.goto(site.host);
await page.waitForFunction(() => document.querySelector("juya-search").index, undefined, { timeout: 300_000 });
await page.waitForTimeout(3000); // the engine warms itself up

const { posts, titles } = await page.evaluate(
  async ([most, letters]) => {
    const element = document.querySelector("juya-search");
    element.open();
    const { index } = element;
    const step = Math.max(1, Math.floor(index.info.posts / most));
    const titles = [];
    for (let offset = 0; offset < index.info.posts && titles.length < most; offset += step) {
      const [{ title }] = await index.posts({ offset, limit: 1 });
      if (title) titles.push(title.slice(0, letters));
    }
    return { posts: index.info.posts, titles };
  },
  [TITLES, LETTERS],
);
const times = await timeKeys(page, titles);
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
console.log(`${posts} posts, ${times.length} keys, ${mode}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`);
await browser.close();
await site.stop();
