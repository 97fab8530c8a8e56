/** juya.js as developers use it: the embedded index, and others by their address. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answer, juya, launch, newPage, POLICY, serve, shown } from "./support.mjs";

const POSTS = [
  { id: "rust", title: "Memory 🎉 in Rust", text: "Every value has one owner 🎉 and one owner only.\nhttps://www.rust-lang.org/", tags: ["read"], date: "2024-03-20" },
  { id: "fa", title: "مالکیت در راست", text: "هر مقدار یک مالک دارد.", tags: ["read", "paper"] },
];

/** A worker that loads an index and says what came of it. */
const WORKER = `
  import { load } from "./juya.js";
  const seen = [];
  try {
    const url = new URL(location.href).searchParams.get("index") ?? undefined;
    const index = await load(url, { onProgress: (progress) => (seen.push(progress), fetch("read")) });
    postMessage({ info: index.info, ids: (await index.search("owner")).hits.map((hit) => hit.id), seen });
  } catch (error) {
    postMessage({ isError: error instanceof Error, message: error.message, seen });
  }
`;

let folder, bytes, site, browser, page;
/** Breaks the connection on which half of `broken.juya` was sent. */
let breakOff;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-load-"));
  const source = join(folder, "posts.jsonl");
  await writeFile(source, POSTS.map((post) => JSON.stringify(post)).join("\n"));
  await juya("build", source, "--out", folder, "--index-only");
  bytes = await readFile(join(folder, "index.juya"));
  const send = (body, status, headers) => (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
  const binary = { "content-type": "application/octet-stream" };
  site = await serve(undefined, {
    routes: {
      "/other/index.juya": send(bytes, 200, { ...binary, "content-length": bytes.length }),
      "/chunked.juya": (_, response) => {
        response.writeHead(200, binary);
        response.write(bytes.subarray(0, 100));
        setTimeout(() => response.end(bytes.subarray(100)), 50);
      },
      "/page.juya": send("<!doctype html><title>Home</title>", 200, { "content-type": "text/html; charset=utf-8" }),
      "/mislabelled.juya": send("<!doctype html><title>Home</title>", 200, binary),
      "/empty.juya": send("", 200, binary),
      "/short.juya": send(bytes.subarray(0, bytes.length - 7), 200, binary),
      "/failing.juya": send("out of order", 500, { "content-type": "text/plain" }),
      "/broken.juya": (_, response) => {
        response.writeHead(200, { ...binary, "content-length": bytes.length });
        response.write(bytes.subarray(0, 100));
        breakOff = () => response.destroy();
      },
      // Asked for with each piece of an index that was read.
      "/read": (_, response) => {
        response.writeHead(204).end();
        breakOff?.();
        breakOff = undefined;
      },
      "/worker.js": answer("text/javascript", WORKER, { "content-security-policy": POLICY }),
    },
  });
  browser = await launch();
  page = await newPage(browser, { serviceWorkers: "block" });
  await page.goto(site.url);
  await shown(page);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What `load(url)` comes to in a window. */
const loadInWindow = (url) =>
  page.evaluate(async (url) => {
    const { load } = await import("./juya.js");
    const seen = [];
    try {
      const index = await load(url, { onProgress: (progress) => (seen.push(progress), fetch("read")) });
      return { info: index.info, ids: (await index.search("owner")).hits.map((hit) => hit.id), seen };
    } catch (error) {
      return { isError: error instanceof Error, message: error.message, seen };
    }
  }, url);

/** The same in a module worker. */
const loadInWorker = (url) =>
  page.evaluate((url) => {
    const address = `worker.js${url ? `?index=${encodeURIComponent(url)}` : ""}`;
    const policy = trustedTypes.createPolicy("test", { createScriptURL: (text) => text });
    const worker = new Worker(policy.createScriptURL(address), { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    });
  }, url);

for (const [place, load] of Object.entries({ window: loadInWindow, worker: loadInWorker })) {
  test(`${place}: the embedded index`, async () => {
    const { info } = await load(undefined);
    assert.equal(info.corpus, "nlp_stuff");
    assert.equal(info.posts, 18);
    assert.ok(info.terms > 1000 && info.bytes > 1000);
  });

  test(`${place}: another index, with progress`, async () => {
    const { info, ids, seen } = await load("other/index.juya");
    assert.equal(info.posts, 2);
    assert.equal(info.bytes, bytes.length);
    assert.deepEqual(ids, ["rust"]);
    assert.ok(seen.length > 0);
    assert.deepEqual(seen.at(-1), { loaded: bytes.length, total: bytes.length });
    for (const [i, { loaded }] of seen.entries()) assert.ok(loaded > (seen[i - 1]?.loaded ?? 0));
  });

  test(`${place}: progress without a known total`, async () => {
    const { seen } = await load("chunked.juya");
    assert.deepEqual(seen.at(-1), { loaded: bytes.length, total: null });
  });

  const FAULTS = {
    "missing.juya": /404 Not Found.*Check the address/,
    "failing.juya": /500 Internal Server Error/,
    "page.juya": /web page.*Check the address/,
    "mislabelled.juya": /index/,
    "empty.juya": /index/,
    "short.juya": /index/,
    "broken.juya": /broke after 100 bytes.*Try again/,
    "http://127.0.0.1:9/index.juya": /Could not fetch.*Check the address and the connection/,
    "http://": /Could not fetch.*Check the address/,
  };
  for (const [url, expected] of Object.entries(FAULTS)) {
    test(`${place}: ${url} gives a clear error`, async () => {
      const { isError, message } = await load(url);
      assert.equal(isError, true);
      assert.match(message, expected);
      assert.ok(message.includes(url), message);
      assert.doesNotMatch(message, /undefined|panick|unreachable|\[object/);
    });
  }
}

test("load() gives one and the same index", async () => {
  const same = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const [a, b] = await Promise.all([load(), load()]);
    return a === b;
  });
  assert.equal(same, true);
});

test("ranges count UTF-16 units of what JavaScript gets", async () => {
  const { hit, post, none } = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const index = await load("other/index.juya");
    const { hits } = await index.search("owner rust");
    return { hit: hits[0], post: await index.post("rust"), none: await index.post("no such") };
  });
  const cut = (text, ranges) => ranges.map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(cut(hit.title, hit.titleRanges), ["Rust"]);
  assert.deepEqual(cut(hit.excerpt, hit.excerptRanges).slice(0, 2), ["owner", "owner"]);
  assert.deepEqual(cut(post.text, post.linkRanges), ["https://www.rust-lang.org/"]);
  assert.equal(post.date, "2024-03-20");
  assert.deepEqual(hit.links, ["https://www.rust-lang.org/"]);
  assert.equal(none, null);
});

test("search takes its options, and refuses wrong ones by name", async () => {
  const { pages, errors } = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const index = await load();
    const attempt = async (options) => {
      try {
        await index.search("مدل", options);
        return "no error";
      } catch (error) {
        return error instanceof Error ? error.message : `not an Error: ${error}`;
      }
    };
    const pages = [{ limit: 4 }, { limit: 2, offset: 2 }, { tags: ["paper"] }, { explain: true, limit: 1 }, { limit: 0 }];
    const wrong = [
      { limit: -1 },
      { limit: "10" },
      { offset: 1.5 },
      { tags: "paper" },
      { kinds: "photo" },
      { sources: "feed" },
      { from: "yesterday" },
      { to: "2024/03/20" },
      { sort: "size" },
    ];
    return {
      pages: await Promise.all(pages.map((options) => index.search("مدل", options))),
      errors: await Promise.all(wrong.map(attempt)),
    };
  });
  const [four, two, tagged, explained, empty] = pages;
  assert.equal(four.hits.length, 4);
  assert.ok(four.took >= 0);
  assert.deepEqual(two.hits.map(({ id }) => id), four.hits.slice(2).map(({ id }) => id));
  assert.ok(tagged.total > 0 && tagged.total < four.total);
  for (const hit of tagged.hits) assert.ok(hit.tags.includes("paper"));
  assert.equal("why" in four.hits[0], false);
  const { why, score } = explained.hits[0];
  for (const key of ["word", "term", "source", "field"]) assert.equal(typeof why[0][key], "string");
  assert.ok(Math.abs(why.reduce((sum, share) => sum + share.score, 0) - score) < 1e-3 * score, "shares sum to the score");
  assert.equal(empty.hits.length, 0);
  assert.equal(empty.total, four.total);
  for (const [i, name] of ["limit", "limit", "offset", "tags", "kinds", "sources", "from", "to", "sort"].entries()) {
    assert.match(errors[i], new RegExp(`option "${name}"`));
  }
});

test("what onProgress throws ends the load and is passed on", async () => {
  const message = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const onProgress = () => {
      throw new Error("stop here");
    };
    return load("other/index.juya", { onProgress }).catch((error) => error.message);
  });
  assert.equal(message, "stop here");
});

test("an index in memory is opened from its bytes", async () => {
  const { ids, message } = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const bytes = await (await fetch("other/index.juya")).arrayBuffer();
    const longer = new Uint8Array(bytes.byteLength + 9);
    longer.set(new Uint8Array(bytes), 4);
    const ids = [];
    for (const given of [bytes, new Uint8Array(bytes), longer.subarray(4, -5)]) {
      const { hits } = await (await load(given)).search("owner");
      ids.push(hits.map(({ id }) => id).join());
    }
    const message = await load(longer).catch((error) => error.message);
    return { ids, message };
  });
  assert.deepEqual(ids, ["rust", "rust", "rust"]);
  assert.match(message, /index/);
});

test("a load can be given up", async () => {
  const [before, meanwhile] = await page.evaluate(async () => {
    const { load } = await import("./juya.js");
    const name = (error) => error.name;
    const stopper = new AbortController();
    const onProgress = () => stopper.abort();
    return Promise.all([
      load("other/index.juya", { signal: AbortSignal.abort() }).catch(name),
      load("chunked.juya", { signal: stopper.signal, onProgress }).catch(name),
    ]);
  });
  assert.equal(before, "AbortError");
  assert.equal(meanwhile, "AbortError");
});
