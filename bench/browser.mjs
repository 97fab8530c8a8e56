/**
 * An engine in Chromium.
 */
import { existsSync, readFileSync } from "node:fs";
import { launch } from "../tests/e2e/support.mjs";
import { spread } from "./corpus.mjs";
import { quantiles } from "./numbers.mjs";
import { serve } from "./server.mjs";

/** 1.6 Mbit/s down, 0.75 up, 150 ms until an answer begins. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

/** Seconds for one first answer, and for the questions after it. */
const COLD_LIMIT = 900;
const ASK_LIMIT = 120;

/**
 * @param {Map<string, { raw: Buffer, packed: Buffer | null }>} files what is served
 * @param {{ text: string }[]} queries
 * @param {object} measured gets what is measured, one after the other
 */
export async function measure(files, queries, measured) {
  const server = await serve(files);
  const browser = await launch();
  try {
    const firsts = spread(queries, 5).map(({ text }) => text);
    const paths = new Set();
    const colds = async (count, network) => {
      const taken = [];
      for (const query of firsts.slice(0, count)) {
        const [answer, page] = await coldAnswer(browser, server, query, network);
        await page.context().close();
        answer.paths.forEach((path) => paths.add(path));
        taken.push(answer);
        if (answer.ms > 30_000) break;
      }
      const middle = (field) => quantiles(taken.map((answer) => answer[field])).p50;
      return { ms: middle("ms"), bytes: middle("bytes"), requests: middle("requests"), times: taken.length };
    };
    measured.version = browser.version();
    measured.paths = paths;
    measured.cold = await colds(5, null);
    Object.assign(measured, await warmAnswers(browser, server, queries.map(({ text }) => text), firsts[0]));
    measured.slow = await colds(3, SLOW);
  } finally {
    await browser.close();
    server.stop();
  }
}

/** An empty page with nothing kept from before. */
async function emptyPage(browser, server) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  server.take();
  return page;
}

/** From an empty page to ten hits, everything fetched on the way. */
async function coldAnswer(browser, server, query, network) {
  const page = await emptyPage(browser, server);
  if (network) {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", network);
  }
  const ms = await within(COLD_LIMIT, page.evaluate(start, query));
  return [{ ms, ...server.take() }, page];
}

/** In the page: opens the engine and asks it; milliseconds. */
async function start(query) {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: "longtask" });
  const began = performance.now();
  const { open, time } = await import("/engine.js");
  const read = async (file) => (await fetch(`/index/${file}`)).text();
  window.search = await open(read);
  window.time = time;
  await window.search(query);
  return performance.now() - began;
}

async function warmAnswers(browser, server, queries, first) {
  const page = await emptyPage(browser, server);
  const session = await page.context().newCDPSession(page);
  const before = await residentMemory(browser, session);
  await within(COLD_LIMIT, page.evaluate(start, first));
  server.take();

  const hits = [];
  const bytes = [];
  const requests = [];
  const end = performance.now() + ASK_LIMIT * 1000;
  for (const query of queries) {
    if (performance.now() > end) break;
    const asked = page.evaluate(async (query) => (await window.search(query)).map(({ id }) => id), query);
    const ids = await within(ASK_LIMIT, asked);
    const taken = server.take();
    hits.push(ids);
    bytes.push(taken.bytes);
    requests.push(taken.requests);
  }
  const again = page.evaluate((queries) => window.time(window.search, queries), queries.slice(0, hits.length));
  const took = await within(2 * ASK_LIMIT, again);
  const longest = await page.evaluate(() => window.longest);
  const after = await residentMemory(browser, session);
  const grown = [...after].map(([pid, resident]) => resident - (before.get(pid) ?? resident));
  await page.context().close();
  return {
    hits,
    warm: quantiles(took),
    later: { bytes: quantiles(bytes), requests: quantiles(requests) },
    longest,
    memory: Math.max(...grown),
  };
}

/**
 * Bytes of memory by renderer process, after the garbage was collected: that of JavaScript, of
 * WebAssembly, and of workers, which live in the process of their page.
 */
async function residentMemory(browser, session) {
  for (let round = 0; round < 3; round++) {
    await session.send("HeapProfiler.collectGarbage");
    await new Promise((resume) => setTimeout(resume, 500));
  }
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  await whole.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const memory = new Map();
  for (const { id } of renderers) {
    const status = `/proc/${id}/status`;
    if (!existsSync(status)) continue; // one in reserve that has ended since
    const anonymous = /^RssAnon:\s*(\d+) kB/m.exec(readFileSync(status, "utf8"));
    if (anonymous) memory.set(id, Number(anonymous[1]) * 1024);
  }
  return memory;
}

function within(seconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
