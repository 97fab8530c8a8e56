/** An index in shards, as pages load it: what is fetched and kept, and what servers do wrong. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { dist, juya, launch, newPage, root, serve } from "./support.mjs";

const SETS = ["pquad_part", "rust_book_part"].map((set) => join(root, "tests/relevance/sets", set));
/** Answered by blocks of every kind but ids. */
const QUERY = "ownership";
const OTHER = "بازی‌های المپیک";

const lines = async (file) => (await readFile(file, "utf8")).trim().split("\n").map((line) => JSON.parse(line));

let folder, site, browser, page, files, oldFiles, queries;
/** What the server does in place of answering: `(path, bytes, response) => true` if it did. */
let mischief;
/** Paths that were asked for, in order. */
let asked;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "juya-shards-"));
  const posts = (await Promise.all(SETS.map((set) => lines(join(set, "docs.jsonl"))))).flat();
  queries = (await Promise.all(SETS.map((set) => lines(join(set, "queries.jsonl")))))
    .flatMap((all) => all.filter((_, nth) => nth % 20 === 0))
    .map(({ text }) => text);
  files = await build("new", posts, "always");
  oldFiles = await build("old", posts.slice(0, -200), "always");
  const [whole] = (await build("whole", posts, "never")).values();
  const routes = { "/whole.juya": (_, response) => response.end(whole) };
  for (const path of new Set([...files.keys(), ...oldFiles.keys()])) {
    routes[`/blocks/${path}`] = (_, response) => {
      asked.push(path);
      const bytes = site.files.get(path);
      if (mischief?.(path, bytes, response)) return;
      send(response, bytes);
    };
  }
  routes["/moved/manifest.juya"] = (_, response) => {
    response.writeHead(302, { location: "/blocks/manifest.juya" });
    response.end();
  };
  site = await serve(undefined, { routes });
  browser = await launch();
});
beforeEach(async () => {
  mischief = undefined;
  asked = [];
  site.files = files;
  await page?.context().close();
  page = await open();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The files of an index of these posts, by path from the one that opens it. */
async function build(name, posts, shards) {
  const source = join(folder, `${name}.jsonl`);
  const out = join(folder, name);
  await writeFile(source, posts.map((post) => JSON.stringify(post)).join("\n"));
  await juya("build", source, "--out", out, "--index-only", "--shards", shards);
  const paths = (await readdir(out, { recursive: true })).filter((path) => path.endsWith(".juya"));
  const entries = paths.map(async (path) => [path.replace(/^index[/]/, ""), await readFile(join(out, path))]);
  return new Map(await Promise.all(entries));
}

/** Answers as a host does that lets browsers keep files for long. */
function send(response, bytes, status = 200, type = "application/octet-stream") {
  response.writeHead(bytes ? status : 404, { "content-type": type, "cache-control": "max-age=3600" });
  response.end(bytes ?? "not found");
}

async function open(options = {}, origin = site.origin, by = browser) {
  const page = await newPage(by, { serviceWorkers: "block", ...options });
  await page.goto(`${origin}/icon.svg`);
  return page;
}

/** Loads the index in the page. */
const load = (address = "/blocks/manifest.juya") =>
  page.evaluate(async (address) => {
    const { load } = await import("/juya.js");
    globalThis.index = await load(address);
    return globalThis.index.info;
  }, address);

/** What `index[method](...given)` comes to, without the time it took. */
const ask = (method, ...given) =>
  page.evaluate(
    async ([method, given]) => {
      try {
        const answer = await globalThis.index[method](...given);
        if (method === "search") delete answer.took;
        return answer;
      } catch (error) {
        return { isError: error instanceof Error, message: error.message };
      }
    },
    [method, given],
  );

/** Waits for what the server is to see. */
async function until(holds) {
  for (const end = Date.now() + 15_000; !holds(); ) {
    assert.ok(Date.now() < end, "the server waited for more than 15 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const blocksAsked = () => asked.filter((path) => path !== "manifest.juya");

test("an index in shards answers as the same index in one file", async () => {
  const answers = async (address) => {
    const { bytes, ...info } = await load(address);
    const all = [info];
    for (const query of queries) {
      all.push(await ask("search", query, { limit: 5, explain: true }));
    }
    for (const query of ["own", "شبک", queries[0], `${queries[1]}x`]) {
      // An index in shards completes words as they are folded: their spelling would cost a post each.
      const queries = (await ask("suggest", query)).map((text) => text.toLowerCase().replaceAll("\u200c", ""));
      all.push(queries, await ask("search", query, { typing: true, limit: 3 }));
    }
    const [{ id }] = all[1].hits;
    all.push(await ask("post", id), await ask("post", "no such"), await ask("similar", id));
    all.push(await ask("posts", { limit: 3, offset: 100 }), await ask("posts", { offset: 10_000 }));
    return all;
  };
  const [whole, shards] = [await answers("/whole.juya"), await answers()];
  assert.ok(whole[1].hits.length > 0 && whole[1].exact);
  assert.deepEqual(shards, whole);
});

test("a folder and a redirect lead to the manifest", async () => {
  for (const address of ["/blocks/", "/blocks", "/moved/manifest.juya"]) {
    await load(address);
    assert.ok((await ask("search", QUERY)).hits.length > 0, address);
  }
});

test("a manifest without its folder is refused", async () => {
  const message = await page.evaluate(async () => {
    const { load } = await import("/juya.js");
    const bytes = await (await fetch("/blocks/manifest.juya")).arrayBuffer();
    return load(bytes).catch((error) => error.message);
  });
  assert.match(message, /manifest.*Load it by its address/);
});

test("what was fetched is not fetched again, in this visit or the next", async () => {
  await load();
  assert.deepEqual(asked, ["manifest.juya"]);
  const first = await ask("search", QUERY);
  assert.ok(blocksAsked().length > 0);
  const fetched = blocksAsked().length;
  assert.equal(new Set(asked).size, asked.length, "each file once");
  asked = [];
  assert.deepEqual(await ask("search", QUERY), first);
  assert.deepEqual(asked, []);
  // The next visit has what the cache keeps, even of a host that forbids the browser to.
  await page.waitForFunction(
    async (count) => {
      const [name] = (await caches.keys()).filter((name) => name.startsWith("juya-blocks "));
      return (await (await caches.open(name)).keys()).length >= count;
    },
    fetched,
  );
  mischief = (path, _, response) => path !== "manifest.juya" && !send(response, undefined);
  await page.reload();
  await load();
  assert.deepEqual(await ask("search", QUERY), first);
  assert.deepEqual(asked, ["manifest.juya"]);
});

test("blocks of another build go when the index is replaced", async () => {
  const kept = () =>
    page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("juya-blocks ")));
  site.files = oldFiles;
  await load();
  await ask("search", OTHER);
  const old = await kept();
  assert.equal(old.length, 1);
  site.files = files;
  await page.reload();
  const { posts } = await load();
  assert.ok((await ask("search", QUERY)).hits.length > 0);
  const now = await kept();
  assert.equal(now.length, 1);
  assert.notDeepEqual(now, old);
  assert.ok(posts > 200);
});

test("damaged bytes in the cache are fetched anew", async () => {
  await load();
  const first = await ask("search", QUERY);
  await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((name) => name.startsWith("juya-blocks "));
    const cache = await caches.open(name);
    for (const request of await cache.keys()) await cache.put(request, new Response("not a block"));
  });
  await page.reload();
  await load();
  assert.deepEqual(await ask("search", QUERY), first);
});

test("a page without Cache Storage works", async () => {
  // Browsers have it on secure origins only, which this name is not.
  const insecure = await launch(["--host-resolver-rules=MAP juya.test 127.0.0.1"]);
  const other = page;
  try {
    page = await open({}, site.origin.replace("127.0.0.1", "juya.test"), insecure);
    assert.equal(await page.evaluate(() => typeof caches), "undefined");
    await load();
    assert.ok((await ask("search", QUERY)).hits.length > 0);
  } finally {
    page = other;
    await insecure.close();
  }
});

const at = (kind) => (path) => path.startsWith(`${kind}/`);
const FAULTS = {
  "is missing": {
    mischief: (_path, _bytes, response) => send(response, undefined),
    message: /404 Not Found/,
  },
  "fails": {
    mischief: (_path, _bytes, response) => send(response, "out of order", 500, "text/plain"),
    message: /500 Internal Server Error/,
  },
  "is truncated": {
    mischief: (_path, bytes, response) => send(response, bytes.subarray(0, bytes.length - 1)),
    message: /damaged/,
  },
  "is empty": {
    mischief: (_path, _bytes, response) => send(response, Buffer.alloc(0)),
    message: /its 0 bytes are damaged/,
  },
  "is swapped with another": {
    mischief(path, bytes, response) {
      const [kind] = path.split("/");
      const others = [...files].filter(([other]) => at(kind)(other) && other !== path);
      send(response, (others[0] ?? [...files][1])[1]);
    },
    message: /of another file/,
  },
  "is altered": {
    mischief(_path, bytes, response) {
      const altered = Buffer.from(bytes);
      altered[altered.length >> 1] ^= 1;
      send(response, altered);
    },
    message: /damaged/,
  },
  "is a web page": {
    mischief: (_path, _bytes, response) => send(response, "<!doctype html><title>Home</title>", 200, "text/html"),
    message: /a web page/,
  },
  "is a web page that says it is none": {
    mischief: (_path, _bytes, response) => send(response, "<!doctype html><title>Home</title>"),
    message: /damaged/,
  },
  "breaks off": {
    mischief(_path, bytes, response) {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1));
      setTimeout(() => response.destroy(), 20);
    },
    message: /connection broke after \d+ bytes/,
  },
  "is not answered": {
    mischief: (_path, _bytes, response) => response.destroy(),
    message: /Could not fetch/,
  },
};
const KINDS = ["terms", "postings", "posts", "columns", "names"];

for (const [fault, { mischief: does, message }] of Object.entries(FAULTS)) {
  test(`a block that ${fault} is named, costs nothing else, and can be had later`, async () => {
    await load("/whole.juya");
    const right = await ask("search", QUERY);
    const before = await ask("search", OTHER);
    await load();
    assert.deepEqual(await ask("search", OTHER), before);
    for (const kind of KINDS) {
      await page.context().close();
      page = await open();
      mischief = undefined;
      await load();
      // Of what facets are counted by there is one block, which every search has.
      const isShared = kind === "columns" || kind === "names";
      if (!isShared) assert.deepEqual(await ask("search", OTHER), before);
      mischief = (path, bytes, response) => {
        if (!at(kind)(path)) return false;
        does(path, bytes, response);
        return true;
      };
      asked = [];
      const { isError, message: said } = await ask("search", QUERY);
      assert.equal(isError, true, kind);
      assert.match(said, message);
      const named = blocksAsked().filter(at(kind));
      assert.ok(named.some((path) => said.includes(`/blocks/${path}`)), said);
      assert.match(said, /[Tt]ry again/);
      assert.doesNotMatch(said, /undefined|panick|unreachable|\[object/);
      // All else that was there goes on being there.
      if (!isShared) assert.deepEqual(await ask("search", OTHER), before);
      mischief = undefined;
      asked = [];
      assert.deepEqual(await ask("search", QUERY), right);
      if (kind === "posts") assert.ok(blocksAsked().every(at(kind)), `only what failed: ${asked.join()}`);
    }
  });
}

test("a block that fails once is fetched again at once", async () => {
  const failed = new Set();
  await load();
  mischief = (path, _, response) => {
    if (failed.has(path)) return false;
    failed.add(path);
    send(response, "<!doctype html><title>Home</title>", 200, "text/html");
    return true;
  };
  assert.ok((await ask("search", QUERY)).hits.length > 0);
});

test("an index that is replaced under the reader says to open it again", async () => {
  site.files = oldFiles;
  await load();
  const before = await ask("search", OTHER);
  site.files = files;
  const { isError, message } = await ask("search", "borrow checker ownership");
  assert.equal(isError, true);
  assert.match(message, /\/blocks\/[a-z]+\/.*404 Not Found.*the index was replaced.*reload the page/);
  assert.deepEqual(await ask("search", OTHER), before, "what was fetched is still found");
  await load();
  assert.ok((await ask("search", "borrow checker ownership")).hits.length > 0);
});

for (const [fault, { mischief: does }] of Object.entries(FAULTS)) {
  test(`a manifest that ${fault} is named, and can be loaded later`, async () => {
    mischief = (path, bytes, response) => {
      if (path !== "manifest.juya") return false;
      does(path, bytes, response);
      return true;
    };
    const message = await load().then(
      () => "",
      (error) => error.message,
    );
    assert.match(message, /\/blocks\/manifest\.juya/);
    mischief = undefined;
    await load();
    assert.ok((await ask("search", QUERY)).hits.length > 0);
  });
}

test("a web page in place of a block does not stay where a service worker keeps blocks", async () => {
  const out = join(folder, "site");
  await juya("build", join(folder, "new.jsonl"), "--out", out, "--site", dist, "--shards", "always");
  const paths = await readdir(join(out, "index"), { recursive: true });
  const routes = {};
  for (const path of paths.filter((path) => path.endsWith(".juya"))) {
    routes[`/index/${path}`] = async (_, response) => {
      if (!mischief?.(path, undefined, response)) send(response, await readFile(join(out, "index", path)));
    };
  }
  const whole = await serve(out, { routes });
  try {
    await page.context().close();
    page = await newPage(browser);
    await page.goto(whole.url);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    assert.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null));
    await load("/index/manifest.juya");
    mischief = (path, _, response) => {
      if (path === "manifest.juya") return false;
      send(response, "<!doctype html><title>Home</title>", 200, "text/html");
      return true;
    };
    assert.match((await ask("search", QUERY)).message, /a web page/);
    mischief = undefined;
    assert.ok((await ask("search", QUERY)).hits.length > 0);
  } finally {
    await whole.stop();
  }
});

test("a search that is called off fetches no further, and takes nothing from others", async () => {
  await load();
  let closed = 0;
  const held = [];
  mischief = (_path, bytes, response) => {
    response.once("close", () => (closed += response.writableFinished ? 0 : 1));
    held.push(() => send(response, bytes));
    return true;
  };
  await page.evaluate((query) => {
    const outcome = (promise) => promise.then(() => "an answer", (error) => error.name);
    globalThis.first = new AbortController();
    globalThis.second = new AbortController();
    const { index } = globalThis;
    const search = ({ signal }) => outcome(index.search(query, { signal }));
    globalThis.outcomes = [search(globalThis.first), search(globalThis.second), outcome(index.search(query))];
  }, QUERY);
  await until(() => held.length > 0);
  const wanted = asked.length;
  // Two searches want the same blocks: to call one off leaves them on their way.
  await page.evaluate(() => globalThis.first.abort());
  assert.equal(await page.evaluate(() => globalThis.outcomes[0]), "AbortError");
  mischief = undefined;
  held.splice(0).forEach((answer) => answer());
  assert.deepEqual(await page.evaluate(() => Promise.all(globalThis.outcomes)), ["AbortError", "an answer", "an answer"]);
  assert.equal(closed, 0);
  assert.equal(new Set(asked).size, asked.length, "each file once for all searches");
  assert.ok(wanted > 0);

  // A search that nobody shares takes its fetches with it.
  mischief = (_path, _bytes, response) => {
    response.once("close", () => closed++);
    held.push(response);
    return true;
  };
  const name = page.evaluate((query) => {
    globalThis.only = new AbortController();
    const found = globalThis.index.search(query, { signal: globalThis.only.signal });
    return found.catch((error) => error.name);
  }, OTHER);
  await until(() => held.length > 0);
  await page.evaluate(() => globalThis.only.abort());
  assert.equal(await name, "AbortError");
  await until(() => closed === held.length);
  mischief = undefined;
  assert.ok((await ask("search", OTHER)).hits.length > 0, "and can be asked again");
});

test("a signal that was given before ends every call", async () => {
  await load();
  const names = await page.evaluate(async () => {
    const { load } = await import("/juya.js");
    const { index } = globalThis;
    const signal = AbortSignal.abort();
    const calls = [
      load("/blocks/manifest.juya", { signal }),
      index.search("a", { signal }),
      index.suggest("a", { signal }),
      index.similar("a", { signal }),
      index.post("a", { signal }),
      index.posts({ signal }),
    ];
    return Promise.all(calls.map((call) => call.then(() => "an answer", (error) => error.name)));
  });
  assert.deepEqual(new Set(names), new Set(["AbortError"]));
});

test("a load can be called off midway", async () => {
  mischief = () => true; // it never answers
  const name = page.evaluate(async () => {
    const { load } = await import("/juya.js");
    globalThis.only = new AbortController();
    const loaded = load("/blocks/manifest.juya", { signal: globalThis.only.signal });
    return loaded.catch((error) => error.name);
  });
  await until(() => asked.length > 0);
  await page.evaluate(() => globalThis.only.abort());
  assert.equal(await name, "AbortError");
});
