/**
 * Builds and queries Juya and other searches over the same posts, one after the other, and writes
 * what was measured to OUT/benchmarks.md. `make bench` runs it; docs/benchmarks.md says how each
 * figure is taken.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build as bundle } from "esbuild";
import { run } from "./command.mjs";
import { language, readPosts, readQueries, sampleQueries } from "./corpus.mjs";
import { ENGINES, MANIFEST } from "./engines.mjs";
import { measure } from "./browser.mjs";
import { quantiles } from "./numbers.mjs";
import { juyaPath, root, target } from "./project.mjs";
import { report } from "./report.mjs";
import { compress, pack } from "./server.mjs";

/** Seconds. */
const BUILD_LIMIT = 1800;
const ASK_LIMIT = 120;

const { values: options } = parseArgs({
  options: {
    corpus: { type: "string", default: join(root, "posts") },
    queries: { type: "string" },
    name: { type: "string" },
    only: { type: "string", default: Object.keys(ENGINES).join(",") },
    out: { type: "string", default: join(root, "docs") },
  },
});

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const keys = options.only.split(",");
  const unknown = keys.find((key) => !(key in ENGINES));
  if (unknown) throw new Error(`--only: no engine is called ${unknown}; there are ${Object.keys(ENGINES).join(", ")}`);
  if (!existsSync(options.corpus)) throw new Error(`${options.corpus}: no such file; give CORPUS=FILE`);

  const [load] = loadavg(); // before there is any of ours
  const taken = { date: new Date().toISOString().slice(0, 10), load };
  const name = options.name ?? basename(options.corpus, extname(options.corpus));
  const scratch = join(target, "bench", name);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });

  const posts = asJsonLines(options.corpus, scratch);
  const all = [];
  for await (const post of readPosts(posts)) all.push(post);
  const queries = options.queries ? readQueries(options.queries) : sampleQueries(all);
  const words = Buffer.from(all.map(({ title, text }) => `${title}\n${text}\n`).join(""));
  say(`${name}: ${all.length} posts, ${queries.length} queries`);

  const corpus = {
    name,
    posts: all.length,
    language: language(all),
    bytes: words.length,
    packed: (await compress(words)).length,
    queries: queries.length,
    sampled: options.queries === undefined,
  };
  const engines = {};
  let chromium;
  for (const key of keys) {
    const work = { key, folder: join(scratch, key), posts, all, queries, language: corpus.language };
    const measured = await measureEngine(ENGINES[key], work);
    chromium = measured.browser?.version ?? chromium;
    delete measured.browser?.version;
    engines[key] = { ...measured, taken };
  }
  const machine = {
    processor: cpus()[0].model,
    cores: cpus().length,
    memory: totalmem(),
    node: process.versions.node,
    chromium,
  };
  const file = join(options.out, "benchmarks", `${name}.json`);
  const known = { ...earlier(file, corpus), ...engines };
  const results = {
    corpus,
    machine,
    engines: Object.fromEntries(Object.keys(ENGINES).flatMap((key) => (key in known ? [[key, known[key]]] : []))),
  };
  mkdirSync(join(options.out, "benchmarks"), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  say(`written: ${report(options.out)}`);
}

/** What was measured of engines that are left out now, on the same posts with the same queries. */
function earlier(file, corpus) {
  if (!existsSync(file)) return {};
  const known = JSON.parse(readFileSync(file, "utf8"));
  return JSON.stringify(known.corpus) === JSON.stringify(corpus) ? known.engines : {};
}

/** The corpus as JSON lines; whatever else `juya build` reads is converted. */
function asJsonLines(corpus, scratch) {
  if (corpus.endsWith(".jsonl")) return corpus;
  const out = join(scratch, "posts.jsonl");
  execFileSync("cargo", ["xtask", "corpus", "--from", corpus, "--out", out], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  return out;
}

/** All that is measured of one engine, up to the step that it fails. */
async function measureEngine(engine, work) {
  const measured = {
    label: engine.label,
    version: engine.version(),
    settings: engine.settings,
    typos: engine.typos,
  };
  const site = join(work.folder, "site");
  mkdirSync(site, { recursive: true });
  let step = "build";
  const begin = (name) => {
    step = name;
    say(`${engine.label}: ${step}`);
  };
  try {
    begin("build");
    engine.prepare?.({ ...work, site });
    const { seconds, peak } = await run(engine.buildCommand({ ...work, site }), BUILD_LIMIT);
    measured.build = { seconds, peak };
    await bundleEngine(work.key, site);

    begin("queries outside the browser");
    const native = work.key === "juya" ? await askJuya(site, work) : await askLibrary(engine, site, work);
    if (native) measured.native = native;

    begin("bytes");
    const files = await pack(site);
    measured.index = total(files, engine.isIndex);
    engine.inspect?.(measured, { site, files });

    begin("queries in Chromium");
    measured.browser = {};
    await measure(files, work.queries, measured.browser).finally(() => settle(measured, engine, files, work));
  } catch (error) {
    measured.failed = { step, reason: error.message.split("\n")[0] };
    say(`${engine.label}: failed: ${measured.failed.reason}`);
  }
  return measured;
}

/** Makes figures of what the browser asked for and answered, as far as it came. */
function settle(measured, engine, files, { queries, all }) {
  const { hits, paths, ...browser } = measured.browser;
  measured.browser = browser;
  if (paths?.size) measured.code = total(files, (path) => paths.has(path) && !engine.isIndex(path));
  if (!hits) return;
  const named = engine.idOf ? hits.map((ids) => ids.map((id) => engine.idOf(id, all))) : hits;
  Object.assign(browser, { asked: hits.length, found: found(queries, named) });
}

/** The adapter and its library as one file, as a site would serve it. */
async function bundleEngine(key, site) {
  const index = ["index/index.juya", MANIFEST].find((path) => existsSync(join(site, path)));
  await bundle({
    stdin: {
      contents: `export { open } from "./engines/${key}.mjs"; export { time } from "./ask.mjs";`,
      resolveDir: fileURLToPath(new URL("./", import.meta.url)),
    },
    outfile: join(site, "engine.js"),
    bundle: true,
    minify: true,
    format: "esm",
    external: ["./juya/*", "./pagefind/*"],
    define: { INDEX: JSON.stringify(`./${index}`) },
  });
}

/** A JavaScript library in Node; nothing where the engine runs in browsers only. */
async function askLibrary(engine, site, { folder, queries }) {
  if (!engine.askCommand) return undefined;
  const file = join(folder, "queries.json");
  writeFileSync(file, JSON.stringify(queries.map(({ text }) => text)));
  const command = engine.askCommand({ site, queries: file, budget: ASK_LIMIT * 1000 });
  const { output } = await run(command, 2 * ASK_LIMIT + BUILD_LIMIT);
  const { hits, took } = JSON.parse(output);
  return { ...quantiles(took), asked: took.length, found: found(queries, hits) };
}

/** The juya command, which times a query after the other once all have been asked. */
async function askJuya(site, { folder, queries, all }) {
  const file = (name, lines) => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  };
  const hitsFile = join(folder, "hits.tsv");
  const ids = new Map(queries.map(({ id }, index) => [id, index]));
  const asked = file("queries.jsonl", queries.map(({ id, text }) => JSON.stringify({ id, text })));
  // It asks only what has an answer; where none is known, any post will do.
  const answers = file("qrels.tsv", queries.map(({ id, from }) => `${id}\t${from ?? all[0].id}\t1`));
  const command = [juyaPath, "eval", join(site, "index"), "--queries", asked, "--qrels", answers, "--run", hitsFile];
  const { output } = await run(command, BUILD_LIMIT);
  const [, p50, p99] = /latency p50 ([\d.]+) ms\s+p99 ([\d.]+) ms/.exec(output) ?? [];
  if (p99 === undefined) throw new Error("`juya eval` printed no latency");
  const hits = queries.map(() => []);
  for (const line of readFileSync(hitsFile, "utf8").split("\n").filter(Boolean)) {
    const [query, post] = line.split("\t");
    hits[ids.get(query)].push(post);
  }
  return { p50: Number(p50), p99: Number(p99), asked: queries.length, found: found(queries, hits) };
}

/**
 * Of the queries that were asked, the share whose post is among the hits: of those as in the post,
 * and of those with a slip. Where no post is known, the share that has hits at all.
 */
function found(queries, hits) {
  const share = (kept) => {
    const asked = queries.slice(0, hits.length).flatMap((query, at) => (kept(query) ? [[query, hits[at]]] : []));
    const right = asked.filter(([{ from }, ids]) => (from === undefined ? ids.length > 0 : ids.includes(from)));
    return asked.length === 0 ? null : right.length / asked.length;
  };
  return { plain: share(({ slip }) => !slip), slip: share(({ slip }) => slip) };
}

function total(files, kept) {
  const sum = { files: 0, raw: 0, served: 0 };
  for (const [path, { raw, packed }] of files) {
    if (!kept(path)) continue;
    sum.files += 1;
    sum.raw += raw.length;
    sum.served += (packed ?? raw).length;
  }
  return sum;
}

function say(text) {
  console.error(`bench: ${text}`);
}
