/**
 * Writes the tables of docs/scale.md: what `make bench` measured of Juya, and what follows for
 * more posts. Each quantity is carried on by the power law through the two largest corpora:
 *
 *     y(n) = y2 · (n / n2)^e,  e = ln(y2 / y1) / ln(n2 / n1)
 *
 *     node bench/scale.mjs
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes, seconds } from "./numbers.mjs";
import { root } from "./project.mjs";

/** Numbers of posts to compute. */
const SIZES = [1e6, 1e7, 1e8];

const count = (number) => Math.round(number).toLocaleString("en");

/** What is told of an index: name, how it is written, and where it stands in the results. */
const QUANTITIES = [
  ["terms", count, ({ terms }) => terms],
  ["index", bytes, ({ index }) => index.raw],
  ["a post", bytes, ({ index }, { posts }) => index.raw / posts],
  ["files", count, ({ index }) => index.files],
  ["manifest, served", bytes, ({ manifest }) => manifest],
  ["first answer, without the engine", bytes, ({ browser, code }) => code && browser?.cold && browser.cold.bytes - code.served],
  ["requests", count, ({ browser, code }) => code && browser?.cold && browser.cold.requests - code.files],
  ["later query p50", bytes, ({ browser }) => browser?.later?.bytes.p50],
  ["later query p99", bytes, ({ browser }) => browser?.later?.bytes.p99],
  ["build", seconds, ({ build }) => build.seconds],
  ["peak memory", bytes, ({ build }) => build.peak],
];

console.log(scale(join(root, "docs")));

/** @param {string} docs the folder of the page; its path is given back */
function scale(docs) {
  const folder = join(docs, "benchmarks");
  const measured = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
    .filter(({ engines }) => engines.juya && !engines.juya.failed)
    .map(({ corpus, engines }) => ({
      corpus,
      values: QUANTITIES.map(([, , of]) => of(engines.juya, corpus)),
    }))
    .toSorted((a, b) => a.corpus.posts - b.corpus.posts);
  const heads = ["", "posts", ...QUANTITIES.map(([name]) => name)];
  const row = (name, posts, values) => [
    name,
    count(posts),
    ...values.map((value, at) => (value === undefined ? "" : QUANTITIES[at][1](value))),
  ];
  const real = measured.map(({ corpus, values }) => row(corpus.name, corpus.posts, values));

  const [near, far] = measured.slice(-2); // one where only one was measured
  const exponent = (at) => {
    const longer = far.corpus.posts / near.corpus.posts;
    return Math.log(far.values[at] / near.values[at]) / Math.log(longer);
  };
  const exponents = far ? QUANTITIES.map((_, at) => exponent(at)) : [];
  const carried = far ? SIZES.filter((posts) => posts > far.corpus.posts) : [];
  const computed = carried.map((posts) => {
    const longer = posts / far.corpus.posts;
    return row("computed", posts, far.values.map((value, at) => (Number.isFinite(exponents[at]) ? value * longer ** exponents[at] : undefined)));
  });
  const powers = ["e", "", ...exponents.map((power) => (Number.isFinite(power) ? power.toFixed(2) : ""))];

  const page = join(docs, "scale.md");
  let text = readFileSync(page, "utf8");
  text = renew(text, "measured", table(heads, real));
  const of = far && `From ${near.corpus.name} and ${far.corpus.name}:\n\n${table(heads, [powers, ...computed])}`;
  text = renew(text, "computed", of ?? "Two corpora must have been measured.");
  writeFileSync(page, text);
  return page;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, at) => (at === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** Replaces what stands between `<!-- table NAME -->` and the next `<!-- end -->`. */
function renew(text, name, content) {
  const mark = `<!-- table ${name} -->\n`;
  const start = text.indexOf(mark) + mark.length;
  const end = text.indexOf("<!-- end -->", start);
  if (start < mark.length || end < 0) throw new Error(`docs/scale.md has no place for the table ${name}`);
  return `${text.slice(0, start)}\n${content}\n\n${text.slice(end)}`;
}
