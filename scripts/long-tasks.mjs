/**
 * How long the browser's main thread is held while an index in shards is searched: `cargo xtask site`,
 * `juya build … --out DIR --index-only --shards always`, then
 * `node scripts/long-tasks.mjs DIR QUERIES.jsonl [COUNT]`, one `{"text": …}` a line.
 *
 * Prints of each kind of search what its longest task took of the processor, in milliseconds, which
 * other programs on the machine do not lengthen as they do the time on the clock; and of the first
 * query, with nothing there yet, requests, bytes and the time to the answer.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, newPage, serve } from "../tests/e2e/support.mjs";

const [folder, file, count = 100] = process.argv.slice(2);
if (!file) throw new Error("usage: node scripts/long-tasks.mjs DIR QUERIES.jsonl [COUNT]");
const lines = readFileSync(file, "utf8").trim().split("\n").slice(0, Number(count));
const queries = lines.map((line) => JSON.parse(line).text);

const sent = { requests: 0, bytes: 0 };
const routes = {};
for (const path of readdirSync(folder, { recursive: true })) {
  if (!path.endsWith(".juya")) continue;
  routes[`/searched/${path}`] = (_, response) => {
    const bytes = readFileSync(join(folder, path));
    sent.requests++;
    sent.bytes += bytes.length;
    response.end(bytes);
  };
}
const site = await serve(undefined, { routes });
const browser = await launch();
const page = await newPage(browser, { serviceWorkers: "block" });
await page.goto(`${site.origin}/icon.svg`);

/** Runs `work` in the page; gives what each task of its main thread took, longest first. */
async function tasks(work, given) {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await page.evaluate(work, given);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threadOf = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const main = new Set(mains.map(threadOf));
  const own = traceEvents.filter((event) => event.name.endsWith("RunTask") && main.has(threadOf(event)));
  return own.map(({ tdur = 0 }) => tdur / 1000).sort((a, b) => b - a);
}

const search = async ([queries, options]) => {
  for (const query of queries) {
    await globalThis.index.search(query, options);
    await new Promise((resolve) => setTimeout(resolve, 3)); // so that no two share a task
  }
};
const cold = await page.evaluate(async (query) => {
  const { load } = await import("/juya.js");
  const start = performance.now();
  globalThis.index = await load("/searched/");
  await globalThis.index.search(query, { typing: true });
  return performance.now() - start;
}, queries[0]);
console.log(`first query: ${sent.requests} requests, ${sent.bytes} bytes, ${cold.toFixed(0)} ms`);

for (const [name, options] of [
  ["fetching", { typing: true }],
  ["again", { typing: true }],
  ["again, finished", {}],
]) {
  const taken = await tasks(search, [queries, options]);
  const at = (share) => (taken[Math.floor(share * queries.length)] ?? 0).toFixed(1);
  console.log(`${name}: longest task of all ${at(0)}, of 1 in 100 searches ${at(0.01)}, of 1 in 2 ${at(0.5)} ms`);
}
await browser.close();
await site.stop();
