/**
 * Writes benchmarks.md and its plots from the results of all corpora in benchmarks/*.json.
 * `node bench/report.mjs` does so again for docs/, without measuring.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes, milliseconds, percent, seconds } from "./numbers.mjs";
import { plot } from "./plot.mjs";
import { root } from "./project.mjs";

/** @param {string} out the folder of the page; its path is given back */
export function report(out) {
  const folder = join(out, "benchmarks");
  const corpora = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
    .toSorted((a, b) => a.corpus.posts - b.corpus.posts);
  for (const results of corpora) {
    writeFileSync(join(folder, `${results.corpus.name}.svg`), draw(results));
  }
  const page = join(out, "benchmarks.md");
  writeFileSync(page, [INTRODUCTION, ...corpora.map(section), enginesSection(corpora), METHOD].join("\n"));
  return page;
}

const INTRODUCTION = `# Juya beside other searches

Written by \`make bench\`, which builds and queries all of them over the same posts, one after the other in one run. Any posts can be measured:

    make bench CORPUS=posts.jsonl QUERIES=queries.txt

\`CORPUS\` is whatever \`juya build\` reads (the archive in \`posts/\` unless given). \`QUERIES\` has a query on each line; without it they are taken from the posts. \`NAME\` names the section (the name of the file unless given), \`ONLY=juya,pagefind\` leaves out the other engines, of which stays what was measured of the same posts before, \`OUT=folder\` writes elsewhere than to \`docs/\`. The figures as measured are in \`benchmarks/NAME.json\`. How well the same engines find is in [relevance.md](relevance.md).

1 kB is 1000 bytes. [How it is measured](#how-it-is-measured) says what each column means.
`;

function section({ corpus, machine, engines }) {
  const all = Object.values(engines);
  const sizes = table(
    ["", "index, served", "raw", "files", "× text", "engine", "first answer", "requests", "ms", "slow network", "later query p50 / p99"],
    all.map((engine) => row(engine, sizeCells(engine, corpus))),
  );
  const speeds = table(
    ["", "build", "peak memory", "native p50 / p99", "Chromium p50 / p99", "longest task", "memory of the tab", ...foundHeads(corpus)],
    all.map((engine) => row(engine, speedCells(engine, corpus))),
  );
  const notes = all.flatMap(({ label, failed, native, browser }) => [
    ...(failed ? [`${label} failed at the step “${failed.step}”: ${failed.reason}.`] : []),
    ...[[native, "outside the browser"], [browser, "in Chromium"]]
      .filter(([{ asked } = {}]) => asked < corpus.queries)
      .map(([{ asked }, where]) => `${label} was slow: only ${grouped(asked)} queries were asked ${where}.`),
  ]);
  const queries = corpus.sampled ? "taken from the posts, every fifth with a slip" : "as given";
  return `## ${corpus.name}: ${grouped(corpus.posts)} posts

Titles and texts: ${bytes(corpus.bytes)}, ${bytes(corpus.packed)} after brotli. ${grouped(corpus.queries)} queries, ${queries}. Measured on ${dates(all)}: ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, Chromium ${machine.chromium ?? "not run"}.${busy(all, machine)}

![All measures of ${corpus.name}](benchmarks/${corpus.name}.svg)

${sizes}
${speeds}${notes.map((note) => `\n${note}\n`).join("")}`;
}

function sizeCells({ index, code, browser }, corpus) {
  const { cold, slow, later } = browser ?? {};
  return [
    index && bytes(index.served),
    index && bytes(index.raw),
    index && grouped(index.files),
    index && (index.served / corpus.packed).toFixed(2),
    code && bytes(code.served),
    cold && bytes(cold.bytes),
    cold && String(cold.requests),
    cold && milliseconds(cold.ms),
    slow && seconds(slow.ms / 1000),
    later && (later.bytes.p99 === 0 ? "0" : `${bytes(later.bytes.p50)} / ${bytes(later.bytes.p99)}`),
  ];
}

const dates = (engines) => [...new Set(engines.map(({ taken }) => taken.date))].sort().join(" and ");

/** What to think of times, where others used the machine, too. */
function busy(engines, { cores }) {
  const slowed = engines.filter(({ taken }) => taken.load >= cores / 2);
  if (slowed.length === 0) return "";
  const load = Math.max(...slowed.map(({ taken }) => taken.load)).toFixed(1);
  const which = slowed.length === engines.length ? "" : ` when ${slowed.map(({ label }) => label).join(", ")} ran`;
  return ` **The machine was busy with other things${which} (load average ${load}): times are too long.**`;
}

const foundHeads = ({ sampled }) => (sampled ? ["post found", "with a slip"] : ["answered"]);

function speedCells({ build, native, browser }, { sampled }) {
  const range = (took) => took && `${milliseconds(took.p50)} / ${milliseconds(took.p99)}`;
  const found = browser?.found ?? native?.found;
  return [
    build && seconds(build.seconds),
    build && bytes(build.peak),
    range(native),
    range(browser?.warm),
    browser?.warm && (browser.longest === 0 ? "< 50 ms" : milliseconds(browser.longest)),
    browser?.warm && bytes(browser.memory),
    found && percent(found.plain),
    ...(sampled ? [found && percent(found.slip)] : []),
  ];
}

const own = ({ label }) => label === "Juya";
const row = (engine, cells) => [own(engine) ? "**Juya**" : engine.label, ...cells.map((cell) => cell ?? "")];

function table(heads, rows, others = "--:") {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const align = heads.map((_, index) => (index === 0 ? "---" : others));
  return `${[line(heads), line(align), ...rows.map(line)].join("\n")}\n`;
}

function draw({ corpus, engines }) {
  const panel = (title, format, measure, mark) => {
    const rows = Object.values(engines).map((engine) => ({ label: engine.label, own: own(engine), values: measure(engine) ?? null }));
    return { title, format, mark, rows };
  };
  const longest = panel("Longest task in the tab", milliseconds, ({ browser }) => browser?.warm && [browser.longest || 50]);
  for (const row of longest.rows) if (row.values?.[0] === 50) row.said = "< 50 ms";
  return plot(`Measures of ${corpus.name}`, [
    panel("Index and engine, as served", bytes, ({ index, code }) => code && [index.served + code.served], {
      value: corpus.packed,
      label: `the texts after brotli: ${bytes(corpus.packed)}`,
    }),
    panel("First answer, bytes fetched", bytes, ({ browser }) => browser?.cold && [browser.cold.bytes]),
    panel("First answer at 1.6 Mbit/s, 150 ms", seconds, ({ browser }) => browser?.slow && [browser.slow.ms / 1000]),
    panel("A query in Chromium, p50 – p99", milliseconds, ({ browser }) => browser?.warm && [browser.warm.p50, browser.warm.p99]),
    panel("Memory of the tab", bytes, ({ browser }) => browser?.warm && [Math.max(0, browser.memory)]),
    longest,
    panel("Time to build", seconds, ({ build }) => build && [build.seconds]),
    panel("Memory to build", bytes, ({ build }) => build && [build.peak]),
  ]);
}

const grouped = (number) => number.toLocaleString("en");

/** Each engine as it was measured last. */
function enginesSection(corpora) {
  const all = corpora.flatMap(({ engines }) => Object.entries(engines));
  const latest = Object.fromEntries(all.toSorted(([, a], [, b]) => a.taken.date.localeCompare(b.taken.date)));
  const rows = Object.values(latest).map(({ label, version, settings, typos }) => [label, version, settings, typos ? "yes" : "no"]);
  return `## The engines

${table(["", "version", "settings other than the default", "forgives slips"], rows, "---")}
Where an engine can forgive slips, it is set so. The JavaScript libraries keep title and text of the posts with the index, as something must be shown of a hit; Juya and Pagefind give a passage that answers the query.
`;
}

const METHOD = `## How it is measured

**Posts and queries.** Each engine gets id, title and text of every post. A sampled query is three words of three letters or more of one post, in their order; posts are evenly spread, words that stand in more than a twentieth of all posts are passed over. In every fifth query two neighbouring letters of the longest word are swapped. The same posts give the same queries.

**Build, peak memory.** The whole process that reads the posts and writes the index: \`juya build --index-only\`, \`pagefind\` over a folder of pages (one a post; making them is not counted), for the libraries a Node program that reads JSON lines, fills the index and writes it as JSON. Wall-clock time; maximum resident set size of the largest process, by GNU time.

**Index, served and raw.** All files of the index, texts included. Served: after brotli at quality 11 (9 for files over 32 MB), for files where that saves more than 2 %; raw: as they lie on the host. **× text**: served, over titles and texts after brotli. **Engine**: JavaScript and WebAssembly that a first answer asks for, after brotli; libraries bundled and minified by esbuild. Juya's module carries the small archive of this project besides.

**First answer.** Chromium, an empty page, nothing cached; from there to the ten best hits with their texts. Bytes of the answers' bodies and requests, as counted by the server, engine included; milliseconds with a server on the same machine. **Slow network**: the same at 1.6 Mbit/s down, 0.75 up and 150 ms to each answer, set by \`Network.emulateNetworkConditions\`, which throttles workers, too (HTTP/1.1, six connections). Medians over five first queries, three on the slow network, one where it takes more than 30 s.

**Later query.** Bytes fetched for each query after the first, each asked once, one after the other in one tab.

**Chromium p50 / p99.** Then each is asked again, in a task of its own, with all it needs in memory: milliseconds from the query to ten hits with their texts. The clock has 5 µs (the page is cross-origin isolated). Where all queries take longer than two minutes, only those asked by then count.

**Native.** Outside the browser, likewise the second time: \`juya eval\` for Juya, Node for the libraries. Pagefind runs in browsers only.

**Longest task.** The longest that the page could not react, by the Long Tasks API, which counts from 50 ms; loading included.

**Memory of the tab.** Anonymous resident memory of the page's process, JavaScript, WebAssembly and workers together, after the queries and after collecting garbage, less that of the empty page before. Differences of a few MB are noise.

**Post found.** The share of queries whose post is among the ten hits; it shows that an engine understood posts and queries, not more. Where queries were given: the share that has hits.
`;

if (process.argv[1] === import.meta.filename) console.log(report(join(root, "docs")));
